import { SaxesParser, type SaxesTagNS } from 'saxes';

/** The one name space of GB/T 33190. */
export const ofdNamespace = 'http://www.ofdspec.org/2016';

type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** An element of the name space as text, with its children as they come; empty values leave their attribute out. */
export function element(name: string, attributes: Attributes = {}, ...children: readonly string[]): string {
  const written = Object.entries(attributes)
    .map(([key, value]) => (value === undefined ? '' : ` ${key}="${escapeXml(String(value))}"`))
    .join('');
  const inside = children.join('');
  return inside === '' ? `<ofd:${name}${written}/>` : `<ofd:${name}${written}>${inside}</ofd:${name}>`;
}

/** A whole file: the element with the declaration in front. */
export function xmlFile(name: string, attributes: Attributes, ...children: readonly string[]): Buffer {
  const root = element(name, { 'xmlns:ofd': ofdNamespace, ...attributes }, ...children);
  return Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>\n${root}\n`, 'utf8');
}

/** For attributes. */
export function escapeXml(text: string): string {
  return writable(text).replace(/[<>&"\u0009\u000a\u000d]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

/** For what stands between tags. */
export function escapeText(text: string): string {
  return writable(text).replace(/[<>&\u000d]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

/** XML has no way at all to write these; a file with them is one that nobody can open. */
function writable(text: string): string {
  if (unwritable.test(text)) throw new RangeError('a control character, or half a sign');
  return text;
}

const unwritable = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/u;

export interface XmlElement {
  /** Without its prefix. */
  name: string;
  attributes: Readonly<Record<string, string>>;
  children: XmlElement[];
  /** Of this element alone, not of those inside. */
  text: string;
}

export interface XmlLimits {
  bytes: number;
  depth: number;
  elements: number;
}

export class XmlRefused extends Error {
  override readonly name = 'XmlRefused';
}

/**
 * Reads a small file written by a stranger. No document type and so no entities of its own, no instructions, UTF-8 only;
 * names of other name spaces keep their prefix, so that nobody takes them for ours.
 */
export function readXml(bytes: Uint8Array, limits: XmlLimits): XmlElement {
  if (bytes.length > limits.bytes) throw new XmlRefused('文件描述太大');
  const parser = new SaxesParser({ xmlns: true, position: false });
  const path: XmlElement[] = [];
  let root: XmlElement | null = null;
  let count = 0;
  parser.on('error', () => {
    throw new XmlRefused('不是规范的XML');
  });
  parser.on('doctype', () => {
    throw new XmlRefused('带有DOCTYPE声明（可能夹带外部实体），不予读取');
  });
  parser.on('xmldecl', ({ encoding, version }) => {
    if (version !== '1.0' || (encoding !== undefined && encoding.toLowerCase() !== 'utf-8')) {
      throw new XmlRefused('不是UTF-8编码的XML');
    }
  });
  parser.on('opentag', (tag) => {
    const found: XmlElement = { name: nameOf(tag), attributes: attributesOf(tag), children: [], text: '' };
    if (++count > limits.elements || path.length >= limits.depth) throw new XmlRefused('XML的内容太多或层次太深');
    path.at(-1)?.children.push(found);
    root ??= found;
    path.push(found);
  });
  parser.on('closetag', () => void path.pop());
  const addText = (text: string) => {
    const parent = path.at(-1);
    if (parent) parent.text += text;
  };
  parser.on('text', addText);
  parser.on('cdata', addText);
  try {
    parser.write(new TextDecoder('utf-8', { fatal: true }).decode(bytes)).close();
  } catch (error) {
    throw error instanceof XmlRefused ? error : new XmlRefused('不是UTF-8编码的XML');
  }
  if (root === null) throw new XmlRefused('不是规范的XML');
  return root;
}

export function childrenOf(parent: XmlElement | undefined, name: string): XmlElement[] {
  return parent?.children.filter((child) => child.name === name) ?? [];
}

export function childOf(parent: XmlElement | undefined, ...names: readonly string[]): XmlElement | undefined {
  return names.reduce<XmlElement | undefined>((at, name) => at?.children.find((child) => child.name === name), parent);
}

function nameOf(tag: SaxesTagNS): string {
  // Some makers forget the name space; none uses another one for these files.
  return tag.uri === ofdNamespace || tag.uri === '' ? tag.local : tag.name;
}

function attributesOf(tag: SaxesTagNS): Record<string, string> {
  return Object.fromEntries(
    Object.values(tag.attributes)
      .filter(({ prefix }) => prefix === '' || prefix === 'ofd')
      .map(({ local, value }) => [local, value]),
  );
}
