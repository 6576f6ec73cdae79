import { childOf, childrenOf, readXml, type XmlElement, type XmlLimits, XmlRefused } from './xml.ts';

/** Paths and the parts of an OFD file that both sealing and reading follow. */
export class OfdFault extends Error {
  override readonly name = 'OfdFault';
}

/**
 * A place written in a file: from the root of the archive when it begins with a stroke, otherwise from the folder of the
 * file in which it stands. Throws `OfdFault` for one that leaves the archive.
 */
export function resolveLocation(location: string, from: string): string {
  const text = location.trim();
  const base = text.startsWith('/') ? [] : from.split('/').slice(0, -1);
  const parts = [...base];
  for (const part of text.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') {
      if (parts.length === 0) throw new OfdFault(`路径“${text.slice(0, 60)}”指向文件之外`);
      parts.pop();
    } else parts.push(part);
  }
  if (parts.length === 0 || /[\\:\u0000]/.test(text)) throw new OfdFault(`路径“${text.slice(0, 60)}”不规范`);
  return parts.join('/');
}

export type Files = ReadonlyMap<string, Uint8Array>;

const xmlLimits: XmlLimits = { bytes: 4_000_000, depth: 64, elements: 100_000 };
/** All descriptions of one file together. */
const mostXmlBytes = 24_000_000;

/** What was read of one archive: the same part is read once, however often it is named. */
const readings = new WeakMap<Files, { parts: Map<string, XmlElement>; bytes: number }>();

/** Throws `OfdFault` with a Chinese message when the file is missing or is no XML of this kind. */
export function readPart(files: Files, path: string, root: string): XmlElement {
  const bytes = files.get(path);
  if (!bytes) throw new OfdFault(`缺少文件“${path}”`);
  const reading = readings.get(files) ?? { parts: new Map<string, XmlElement>(), bytes: 0 };
  readings.set(files, reading);
  const found = reading.parts.get(path) ?? parse(bytes, path);
  if (!reading.parts.has(path)) reading.bytes += bytes.length;
  if (reading.bytes > mostXmlBytes) throw new OfdFault('文件的内容太多，不予读取');
  reading.parts.set(path, found);
  if (found.name !== root) throw new OfdFault(`“${path}”的内容不是${root}`);
  return found;
}

function parse(bytes: Uint8Array, path: string): XmlElement {
  try {
    return readXml(bytes, xmlLimits);
  } catch (error) {
    if (error instanceof XmlRefused) throw new OfdFault(`“${path}”${error.message}`);
    throw error;
  }
}

/** Makers do not agree whether a place in a signature counts from the root or from its own folder: whichever exists. */
export function locate(files: Files, location: string, from: string): string {
  const own = resolveLocation(location, from);
  if (files.has(own)) return own;
  const whole = resolveLocation(`/${location.trim()}`, '');
  return files.has(whole) ? whole : own;
}

export interface DocBody {
  info: XmlElement | undefined;
  root: string;
  /** Where the list of signatures stands; null for a document without one. */
  signatures: string | null;
}

export function readBodies(files: Files): DocBody[] {
  const entry = readPart(files, 'OFD.xml', 'OFD');
  const bodies = childrenOf(entry, 'DocBody').map((body): DocBody => {
    const root = childOf(body, 'DocRoot')?.text;
    const signatures = childOf(body, 'Signatures')?.text;
    if (!root) throw new OfdFault('“OFD.xml”没有写明文档的位置');
    return {
      info: childOf(body, 'DocInfo'),
      root: locate(files, root, 'OFD.xml'),
      signatures: signatures ? locate(files, signatures, 'OFD.xml') : null,
    };
  });
  if (bodies.length === 0) throw new OfdFault('“OFD.xml”里没有文档');
  return bodies;
}

/** Pages by their number in the document, with the id by which stamps name them. */
export function readPageList(files: Files, body: DocBody): { id: string; path: string }[] {
  const document = readPart(files, body.root, 'Document');
  return childrenOf(childOf(document, 'Pages'), 'Page').map(({ attributes }) => {
    const { ID, BaseLoc } = attributes;
    if (ID === undefined || BaseLoc === undefined) throw new OfdFault(`“${body.root}”的页面没有编号或位置`);
    return { id: ID, path: locate(files, BaseLoc, body.root) };
  });
}

export interface SignatureEntry {
  id: string;
  type: string;
  path: string;
}

export function readSignatureList(files: Files, list: string): SignatureEntry[] {
  return childrenOf(readPart(files, list, 'Signatures'), 'Signature').map(({ attributes }) => {
    const { ID, Type = 'Seal', BaseLoc } = attributes;
    if (ID === undefined || BaseLoc === undefined) throw new OfdFault(`“${list}”的签名没有编号或位置`);
    return { id: ID, type: Type, path: locate(files, BaseLoc, list) };
  });
}
