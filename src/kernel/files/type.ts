import { open, type FileHandle } from 'node:fs/promises';
import { fileTypeFromFile } from 'file-type';

/** A kind of file people may hand in. */
export interface FileType {
  type: string;
  extension: string;
  zh: string;
}

/** Everything else is refused: above all what a browser would run (HTML, SVG, scripts) and what hides more files. */
export const acceptedTypes: readonly FileType[] = [
  { type: 'application/pdf', extension: 'pdf', zh: 'PDF 文件' },
  { type: 'image/jpeg', extension: 'jpg', zh: 'JPG 图片' },
  { type: 'image/png', extension: 'png', zh: 'PNG 图片' },
  { type: 'image/webp', extension: 'webp', zh: 'WEBP 图片' },
  { type: 'application/ofd', extension: 'ofd', zh: 'OFD 文件' },
  {
    type: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    extension: 'docx',
    zh: 'Word 文档',
  },
  { type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', extension: 'xlsx', zh: 'Excel 表格' },
  { type: 'text/plain', extension: 'txt', zh: '纯文本' },
  { type: 'text/csv', extension: 'csv', zh: 'CSV 表格' },
];

/** For `<input type="file" accept>`: a courtesy to the person choosing, not a check. */
export const acceptAttribute = acceptedTypes.map(({ extension }) => `.${extension}`).join(',');

/** What the content of a file is: an accepted type, or the Chinese name of what was found instead. */
export async function detectType(path: string): Promise<FileType | { refused: string }> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const head = await readAt(file, 0, Math.min(size, 512));
    if (head.subarray(0, 4).equals(zipMagic)) return typeOfZip(await zipNames(file, size));
    const known = await fileTypeFromFile(path);
    if (known) return accepted(known.mime) ?? { refused: refusedNames[known.ext] ?? ` ${known.ext} 格式的文件` };
    return await typeOfText(file, size);
  } finally {
    await file.close();
  }
}

const zipMagic = Buffer.from('PK\x03\x04', 'latin1');

const refusedNames: Readonly<Record<string, string>> = {
  cfb: '旧版 Office 文件（doc、xls），请另存为 docx 或 xlsx 再上传',
  heic: '苹果手机的 HEIC 照片，请在手机上转成 JPG 再上传',
  gif: ' GIF 动图',
  xml: '网页或 XML 文件',
  exe: '程序文件',
  elf: '程序文件',
  rar: '压缩包，请解压后逐个上传',
  '7z': '压缩包，请解压后逐个上传',
  gz: '压缩包，请解压后逐个上传',
  mp4: '视频',
};

function accepted(type: string): FileType | undefined {
  return acceptedTypes.find((candidate) => candidate.type === type);
}

function typeOfZip(names: readonly string[] | null): FileType | { refused: string } {
  if (!names) return { refused: '损坏的文件' };
  const has = (name: string) => names.some((candidate) => candidate.toLowerCase() === name);
  if (names.some((name) => /vbaproject\.bin$/i.test(name)))
    return { refused: '带宏的 Office 文件，请另存为不带宏的格式' };
  const found = has('ofd.xml')
    ? accepted('application/ofd')
    : has('[content_types].xml') && has('word/document.xml')
      ? acceptedTypes.find(({ extension }) => extension === 'docx')
      : has('[content_types].xml') && has('xl/workbook.xml')
        ? acceptedTypes.find(({ extension }) => extension === 'xlsx')
        : undefined;
  return found ?? { refused: '压缩包，请解压后逐个上传' };
}

/**
 * The names in a zip's central directory, nothing is unpacked: a bomb stays asleep. Null when the directory is broken.
 */
async function zipNames(file: FileHandle, size: number): Promise<string[] | null> {
  const tail = await readAt(file, Math.max(0, size - 65_557), Math.min(size, 65_557));
  const end = tail.lastIndexOf('PK\x05\x06', undefined, 'latin1');
  if (end < 0 || end + 22 > tail.length) return null;
  const [length, offset] = [tail.readUInt32LE(end + 12), tail.readUInt32LE(end + 16)];
  if (offset + length > size || length > longestDirectory) return null;
  const directory = await readAt(file, offset, length);
  const names: string[] = [];
  for (let at = 0; at + 46 <= directory.length && directory.readUInt32LE(at) === 0x02014b50;) {
    const nameLength = directory.readUInt16LE(at + 28);
    names.push(directory.toString('utf8', at + 46, at + 46 + nameLength));
    at += 46 + nameLength + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return names.length > 0 ? names : null;
}

const longestDirectory = 4_000_000;

/** Text in UTF-8 or GB 18030 to the last byte, and not a language that some program would run. */
async function typeOfText(file: FileHandle, size: number): Promise<FileType | { refused: string }> {
  const unknown = { refused: '这种格式的文件' };
  let decoded: string | null = null;
  for (const encoding of ['utf-8', 'gb18030']) {
    decoded = await decodeWhole(file, size, encoding);
    if (decoded !== null) break;
  }
  if (decoded === null) return unknown;
  const start = decoded.replace(/^\ufeff/, '').trimStart();
  if (/^(<[!?a-z]|#!|%!ps|\{\\rtf)/i.test(start) || /<(script|svg|html|iframe|body)\b/i.test(decoded)) {
    return { refused: '网页或程序代码' };
  }
  return accepted(isTable(start) ? 'text/csv' : 'text/plain') ?? unknown;
}

/** The beginning of the text, once all of it has proved to be text in this encoding; else null. */
async function decodeWhole(file: FileHandle, size: number, encoding: string): Promise<string | null> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  const step = 65_536;
  let beginning = '';
  try {
    for (let at = 0; at < size; at += step) {
      const text = decoder.decode(await readAt(file, at, Math.min(step, size - at)), { stream: true });

      if (/[\u0000-\u0008\u000e-\u001f\u007f]/.test(text)) return null;
      if (beginning.length < step) beginning += text;
    }
    decoder.decode();
    return beginning;
  } catch {
    return null;
  }
}

/** Every one of the first lines has the same number of commas or tabs, at least one; commas inside quotes are text. */
function isTable(text: string): boolean {
  const lines = text
    .replace(/"(?:[^"]|"")*"/g, '')
    .split(/\r?\n/)
    .slice(0, 20)
    .filter((line) => line !== '');
  const first = lines[0];
  if (first === undefined || lines.length < 2) return false;
  return [',', '\t'].some((mark) => {
    const columns = first.split(mark).length;
    return columns > 1 && lines.slice(0, -1).every((line) => line.split(mark).length === columns);
  });
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(buffer, filled, length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}
