import { crc32, inflateRawSync } from 'node:zlib';
import { zipMarks } from './zip.ts';

/**
 * Reads a zip archive that a stranger made. Every byte of it must be accounted for, once: headers that say different
 * things, gaps, overlaps and doubles are what two readers understand differently, so they are refused.
 */
export function readZip(bytes: Uint8Array, limits: ZipLimits): Archive {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (file.length > limits.fileBytes) refuse('TOO_LARGE', `文件超过${megabytes(limits.fileBytes)}，不予读取`);
  const entries = readDirectory(file, limits);
  checkPaths(entries);
  checkSizes(entries, limits);
  const files = new Map<string, Buffer>();
  let at = 0;
  for (const entry of [...entries].sort((a, b) => a.offset - b.offset)) {
    if (entry.offset !== at) refuse('ZIP_INCONSISTENT', `压缩包里“${entry.path}”的位置与目录不符`);
    const { start, end } = readLocal(file, entry);
    at = end;
    if (!entry.path.endsWith('/')) files.set(entry.path, unpack(file.subarray(start, start + entry.packed), entry));
    else if (entry.size > 0) refuse('ZIP_INCONSISTENT', `压缩包里的文件夹“${entry.path}”带有内容`);
  }
  if (at !== endRecord(file).directory) refuse('ZIP_INCONSISTENT', '压缩包里有目录没有列出的内容');
  return { files, isUniform: isUniform(entries) };
}

export interface Archive {
  files: Map<string, Buffer>;
  /**
   * Whether the remarks that only the directory holds are the same for every file, as every archiver writes them. They
   * change nothing that is read.
   */
  isUniform: boolean;
}

export interface ZipLimits {
  /** The archive itself. */
  fileBytes: number;
  entries: number;
  /** Unpacked, one file and all of them. */
  entryBytes: number;
  totalBytes: number;
  /** Unpacked to packed. */
  ratio: number;
}

export type ZipFault =
  | 'NOT_A_ZIP'
  | 'TOO_LARGE'
  | 'ZIP_TRUNCATED'
  | 'ZIP_INCONSISTENT'
  | 'ZIP_UNSUPPORTED'
  | 'ZIP_ENCRYPTED'
  | 'ZIP_BOMB'
  | 'DUPLICATE_FILE'
  | 'BAD_PATH';

/** `message` is Chinese, for whoever brought the file. */
export class ZipRefused extends Error {
  override readonly name = 'ZipRefused';
  readonly fault: ZipFault;

  constructor(fault: ZipFault, message: string) {
    super(message);
    this.fault = fault;
  }
}

interface Entry {
  path: string;
  name: Buffer;
  flags: number;
  method: number;
  /** Version needed, flags, method, time, day: what both headers must say alike. */
  shared: Buffer;
  remarks: string;
  sum: number;
  packed: number;
  size: number;
  offset: number;
}

function refuse(fault: ZipFault, message: string): never {
  throw new ZipRefused(fault, message);
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1_000_000)}兆字节`;
}

function endRecord(file: Buffer): { count: number; directory: number; size: number } {
  if (file.length < 22 || file.readUInt32LE(0) !== zipMarks.local) refuse('NOT_A_ZIP', '不是OFD文件（不是压缩包）');
  const at = file.length - 22;
  if (file.readUInt32LE(at) !== zipMarks.end) {
    const earlier = file.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
    if (earlier < 0) refuse('ZIP_TRUNCATED', '文件不完整，结尾缺失');
    refuse('ZIP_INCONSISTENT', '文件结尾之后还有多余的内容');
  }
  const [disk, firstDisk, here, count] = [4, 6, 8, 10].map((offset) => file.readUInt16LE(at + offset));
  const [size, directory] = [file.readUInt32LE(at + 12), file.readUInt32LE(at + 16)];
  if (count === 0xffff || size === 0xffffffff || directory === 0xffffffff) {
    refuse('ZIP_UNSUPPORTED', '压缩包使用了ZIP64格式，不予读取');
  }
  if (disk !== 0 || firstDisk !== 0 || here !== count) refuse('ZIP_UNSUPPORTED', '分卷的压缩包不予读取');
  if (file.readUInt16LE(at + 20) !== 0) refuse('ZIP_INCONSISTENT', '文件结尾之后还有多余的内容');
  if (directory + size !== at) refuse('ZIP_INCONSISTENT', '压缩包的目录位置不符');
  return { count: count ?? 0, directory, size };
}

function readDirectory(file: Buffer, limits: ZipLimits): Entry[] {
  const { count, directory, size } = endRecord(file);
  if (count > limits.entries) refuse('ZIP_BOMB', `压缩包里的文件超过${limits.entries}个`);
  if (count === 0) refuse('ZIP_INCONSISTENT', '压缩包是空的');
  const entries: Entry[] = [];
  let at = directory;
  for (let number = 0; number < count; number++) {
    if (at + 46 > directory + size || file.readUInt32LE(at) !== zipMarks.entry) {
      refuse('ZIP_INCONSISTENT', '压缩包的目录损坏');
    }
    const [nameLength, extraLength, remarkLength, disk] = [28, 30, 32, 34].map((offset) =>
      file.readUInt16LE(at + offset),
    ) as [number, number, number, number];
    const next = at + 46 + nameLength + extraLength + remarkLength;
    if (next > directory + size) refuse('ZIP_INCONSISTENT', '压缩包的目录损坏');
    if (disk !== 0) refuse('ZIP_UNSUPPORTED', '分卷的压缩包不予读取');
    const name = file.subarray(at + 46, at + 46 + nameLength);
    const flags = file.readUInt16LE(at + 8);
    const entry: Entry = {
      path: pathOf(name),
      name,
      flags,
      method: file.readUInt16LE(at + 10),
      shared: file.subarray(at + 6, at + 16),
      remarks: `${file.toString('hex', at + 4, at + 6)} ${file.toString('hex', at + 36, at + 42)} ${extraLength} ${remarkLength}`,
      sum: file.readUInt32LE(at + 16),
      packed: file.readUInt32LE(at + 20),
      size: file.readUInt32LE(at + 24),
      offset: file.readUInt32LE(at + 42),
    };
    if (flags & 0x2041) refuse('ZIP_ENCRYPTED', '文件加了密，无法读取');
    // Data behind the content, UTF-8 names and hints on the strength of compression are all that may be set.
    if (flags & ~0x080e) refuse('ZIP_UNSUPPORTED', '压缩包使用了不支持的功能');
    if (entry.method !== 0 && entry.method !== 8) refuse('ZIP_UNSUPPORTED', `压缩方法${entry.method}不支持`);
    if (entry.packed === 0xffffffff || entry.size === 0xffffffff || entry.offset === 0xffffffff) {
      refuse('ZIP_UNSUPPORTED', '压缩包使用了ZIP64格式，不予读取');
    }
    entries.push(entry);
    at = next;
  }
  if (at !== directory + size) refuse('ZIP_INCONSISTENT', '压缩包的目录损坏');
  return entries;
}

function pathOf(name: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(name);
  } catch {
    return refuse('BAD_PATH', '压缩包里有无法识别的文件名');
  }
}

function checkPaths(entries: readonly Entry[]): void {
  const seen = new Map<string, string>();
  for (const { path } of entries) {
    const parts = path.replace(/\/$/, '').split('/');
    const isOdd =
      path.length === 0 ||
      path.length > 250 ||
      path.startsWith('/') ||
      /[\\:\u0000-\u001f\u007f]/.test(path) ||
      parts.some((part) => part === '' || part === '.' || part === '..');
    if (isOdd) refuse('BAD_PATH', `压缩包里有不允许的文件路径“${printable(path)}”`);
    // Two names that one machine tells apart and another does not.
    const folded = parts.join('/').normalize('NFC').toLowerCase();
    const other = seen.get(folded);
    if (other !== undefined) refuse('DUPLICATE_FILE', `压缩包里有两个“${printable(path)}”`);
    seen.set(folded, path);
  }
  for (const folded of seen.keys()) {
    for (let at = folded.indexOf('/'); at > 0; at = folded.indexOf('/', at + 1)) {
      const above = seen.get(folded.slice(0, at));
      if (above !== undefined && !above.endsWith('/')) {
        refuse('BAD_PATH', `压缩包里“${printable(above)}”既是文件又是文件夹`);
      }
    }
  }
}

function printable(path: string): string {
  return path.slice(0, 60).replace(/[\u0000-\u001f\u007f]/g, '?');
}

function checkSizes(entries: readonly Entry[], limits: ZipLimits): void {
  let total = 0;
  for (const { path, packed, size, method } of entries) {
    total += size;
    if (size > limits.entryBytes || total > limits.totalBytes) {
      refuse('ZIP_BOMB', `解压后的内容太大（“${printable(path)}”）`);
    }
    if (size > 100_000 && size > packed * limits.ratio) refuse('ZIP_BOMB', `“${printable(path)}”的压缩比异常`);
    if (method === 0 && size !== packed) refuse('ZIP_INCONSISTENT', `“${printable(path)}”的大小前后不一`);
  }
}

/** Where the content begins, and where what belongs to this file ends. */
function readLocal(file: Buffer, entry: Entry): { start: number; end: number } {
  const { offset, path } = entry;
  const differ = (): never => refuse('ZIP_INCONSISTENT', `“${printable(path)}”的两处文件头不一致`);
  if (offset + 30 > file.length || file.readUInt32LE(offset) !== zipMarks.local) differ();
  if (!file.subarray(offset + 4, offset + 14).equals(entry.shared)) differ();
  const [nameLength, extraLength] = [file.readUInt16LE(offset + 26), file.readUInt16LE(offset + 28)];
  const start = offset + 30 + nameLength + extraLength;
  if (!file.subarray(offset + 30, offset + 30 + nameLength).equals(entry.name)) differ();
  const end = start + entry.packed;
  if (end > file.length) refuse('ZIP_TRUNCATED', '文件不完整');
  const stated = [14, 18, 22].map((at) => file.readUInt32LE(offset + at));
  const wanted = [entry.sum, entry.packed, entry.size];
  const isSame = (found: readonly number[]) => found.every((value, at) => value === wanted[at]);
  if (!(entry.flags & 0x0008)) return isSame(stated) ? { start, end } : differ();
  if (!isSame(stated) && stated.some((value) => value !== 0)) differ();
  if (end + 12 > file.length) refuse('ZIP_TRUNCATED', '文件不完整');
  const described = (at: number) => [0, 4, 8].map((part) => file.readUInt32LE(at + part));
  if (file.readUInt32LE(end) === zipMarks.descriptor && end + 16 <= file.length && isSame(described(end + 4))) {
    return { start, end: end + 16 };
  }
  return isSame(described(end)) ? { start, end: end + 12 } : differ();
}

function unpack(packed: Buffer, { method, size, sum, path }: Entry): Buffer {
  const content = method === 0 ? packed : inflated(packed, size, path);
  if (content.length !== size || crc32(content) !== sum) {
    refuse('ZIP_INCONSISTENT', `“${printable(path)}”已损坏（校验和不符）`);
  }
  return content;
}

function inflated(packed: Buffer, size: number, path: string): Buffer {
  try {
    const { buffer, engine } = inflateRawSync(packed, {
      maxOutputLength: Math.max(1, size),
      info: true,
    }) as unknown as {
      buffer: Buffer;
      engine: { bytesWritten: number };
    };
    if (engine.bytesWritten === packed.length) return buffer;
  } catch {
    return refuse('ZIP_INCONSISTENT', `“${printable(path)}”已损坏（解压失败）`);
  }
  return refuse('ZIP_INCONSISTENT', `“${printable(path)}”后面夹带了内容`);
}

function isUniform(entries: readonly Entry[]): boolean {
  const files = entries.filter(({ path }) => !path.endsWith('/'));
  return new Set(files.map(({ remarks }) => remarks)).size <= 1;
}
