import { defaultLimits } from './limits.ts';
import {
  type DocBody,
  type Files,
  locate,
  OfdFault,
  readBodies,
  readPageList,
  readPart,
  readSignatureList,
  type SignatureEntry,
} from './package.ts';
import { mostDots, pictureSize } from './picture.ts';
import { type Archive, readZip, type ZipFault, type ZipLimits, ZipRefused } from './unzip.ts';
import { childOf, childrenOf, type XmlElement } from './xml.ts';

/** Reads an OFD file, whoever made it, within limits of time and memory. Never throws, whatever the bytes. */
export function readOfd(bytes: Uint8Array, limits: Partial<ZipLimits> = {}): OfdRead {
  try {
    return { ok: true, document: documentOf(readZip(bytes, { ...defaultLimits, ...limits })) };
  } catch (error) {
    if (error instanceof ZipRefused) return { ok: false, fault: error.fault, zh: error.message };
    if (error instanceof OfdFault) return { ok: false, fault: 'NOT_AN_OFD', zh: error.message };
    throw error;
  }
}

export type OfdRead = { ok: true; document: OfdDocument } | { ok: false; fault: OfdFaultName; zh: string };

export type OfdFaultName = ZipFault | 'NOT_AN_OFD';

export interface OfdDocument {
  /** How many documents the file holds; what follows is of the first. */
  documents: number;
  id: string;
  title: string;
  author: string;
  subject: string;
  creator: string;
  createdOn: string;
  fields: Readonly<Record<string, string>>;
  pages: readonly OfdPage[];
  files: ReadonlyMap<string, Buffer>;
  /** In the order of the list, over all documents. */
  signatures: readonly (SignatureEntry & { list: string })[];
  /** See `Archive`. */
  isUniform: boolean;
}

export interface OfdPage {
  id: string;
  /** Millimetres. */
  width: number;
  height: number;
  /** One for each text object, from top to bottom. */
  text: readonly string[];
}

const mostPages = 500;

/** By what its head says: whoever shows the file would have to unpack it. */
function isHuge(bytes: Uint8Array): boolean {
  const size = pictureSize(bytes);
  return size !== null && size.width * size.height > mostDots;
}

function documentOf({ files, isUniform }: Archive): OfdDocument {
  const bodies = readBodies(files);
  const [first] = bodies;
  if (!first) throw new OfdFault('“OFD.xml”里没有文档');
  for (const [path, bytes] of files) if (isHuge(bytes)) throw new OfdFault(`图片“${path}”大得不合理，不予读取`);
  const text = (name: string) => childOf(first.info, name)?.text.trim() ?? '';
  const lists = [...new Set(bodies.flatMap(({ signatures }) => (signatures === null ? [] : [signatures])))];
  return {
    documents: bodies.length,
    id: text('DocID'),
    title: text('Title'),
    author: text('Author'),
    subject: text('Subject'),
    creator: text('Creator'),
    createdOn: text('CreationDate'),
    fields: Object.fromEntries(
      childrenOf(childOf(first.info, 'CustomDatas'), 'CustomData').map(({ attributes, text: value }) => [
        attributes.Name ?? '',
        value,
      ]),
    ),
    pages: pagesOf(files, first),
    files,
    signatures: lists.flatMap((list) => readSignatureList(files, list).map((entry) => ({ ...entry, list }))),
    isUniform,
  };
}

function pagesOf(files: Files, body: DocBody): OfdPage[] {
  const document = readPart(files, body.root, 'Document');
  const common = childOf(document, 'CommonData', 'PageArea', 'PhysicalBox');
  const templates = new Map(
    childrenOf(childOf(document, 'CommonData'), 'TemplatePage').map(({ attributes }) => [
      attributes.ID,
      attributes.BaseLoc,
    ]),
  );
  const list = readPageList(files, body);
  if (list.length > mostPages) throw new OfdFault(`页数超过${mostPages}`);
  return list.map(({ id, path }) => {
    const page = readPart(files, path, 'Page');
    const [, , width = 0, height = 0] = boxOf((childOf(page, 'Area', 'PhysicalBox') ?? common)?.text);
    const below = childrenOf(page, 'Template').flatMap(({ attributes }) => {
      const location = templates.get(attributes.TemplateID);
      return location === undefined ? [] : [readPart(files, locate(files, location, body.root), 'Page')];
    });
    return { id, width, height, text: [...below, page].flatMap(textOf) };
  });
}

function boxOf(text: string | undefined): number[] {
  return (text ?? '')
    .trim()
    .split(/\s+/)
    .map(Number)
    .map((value) => (Number.isFinite(value) ? value : 0));
}

/** Line by line from top to bottom: what stands side by side without a gap was one line to whoever wrote it. */
function textOf(page: XmlElement): string[] {
  const found: { x: number; end: number; y: number; size: number; text: string }[] = [];
  const walk = (at: XmlElement) => {
    if (at.name === 'TextObject') {
      const [x = 0, y = 0, width = 0] = boxOf(at.attributes.Boundary);
      const codes = childrenOf(at, 'TextCode');
      const baseline = y + (Number(codes[0]?.attributes.Y) || 0);
      const text = codes.map((code) => code.text).join('');
      found.push({ x, end: x + width, y: baseline, size: Number(at.attributes.Size) || 0, text });
    } else at.children.forEach(walk);
  };
  walk(page);
  found.sort((a, b) => (Math.abs(a.y - b.y) > 0.3 ? a.y - b.y : a.x - b.x));
  const lines: typeof found = [];
  for (const piece of found) {
    const last = lines.at(-1);
    const isNext = last && Math.abs(last.y - piece.y) <= 0.3 && Math.abs(piece.x - last.end) < piece.size * 0.3;
    if (isNext) Object.assign(last, { end: piece.end, text: last.text + piece.text });
    else lines.push({ ...piece });
  }
  return lines.map(({ text }) => text);
}
