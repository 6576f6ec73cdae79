import { createReadStream, createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';

/**
 * A backup is an ordinary .tar.gz, so that `tar tzf` and `tar xzf` on any machine can look into it without us.
 * Entries are small enough to be held in memory; long contents come as numbered parts.
 */
export const partBytes = 8 * 2 ** 20;

const block = 512;

export interface ArchiveWriter {
  add(name: string, content: Buffer): Promise<void>;
  /** Ends the file and brings it to the disk. */
  close(): Promise<void>;
  /** Gives up; the caller removes the file. */
  abandon(): void;
}

export function writeArchive(path: string): ArchiveWriter {
  const gzip = createGzip({ level: 6 });
  const file = createWriteStream(path, { mode: 0o600, flush: true });
  const written = finished(gzip.pipe(file));
  // A fault is reported by the next write or by close, not as an unhandled rejection.
  written.catch(() => {});
  file.on('error', (error) => gzip.destroy(error));
  const write = async (bytes: Buffer) => {
    if (gzip.destroyed) await written;
    if (gzip.write(bytes)) return;
    await Promise.race([new Promise((resolve) => gzip.once('drain', resolve)), written]);
  };
  return {
    async add(name, content) {
      await write(header(name, content.length));
      await write(content);
      const rest = content.length % block;
      if (rest > 0) await write(Buffer.alloc(block - rest));
    },
    async close() {
      gzip.end(Buffer.alloc(2 * block));
      await written;
      const handle = await open(path, 'r+');
      try {
        await handle.sync();
      } finally {
        await handle.close();
      }
    },
    abandon() {
      gzip.destroy();
      file.destroy();
    },
  };
}

export class ArchiveError extends Error {}

/** Entries in order. Throws ArchiveError for a file that is cut off or no backup at all. */
export async function* readArchive(path: string): AsyncGenerator<{ name: string; content: Buffer }> {
  const take = reader(path);
  try {
    for (;;) {
      const head = await take(block);
      if (head === null) throw new ArchiveError('备份文件不完整：没有结尾。');
      if (head.every((byte) => byte === 0)) return;
      const { name, size } = readHeader(head);
      const content = await take(size);
      const rest = size % block;
      const padding = rest === 0 ? head : await take(block - rest);
      if (content === null || padding === null) throw new ArchiveError('备份文件不完整：中途断了。');
      yield { name, content };
    }
  } catch (error) {
    if (error instanceof ArchiveError) throw error;
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (code === 'ENOENT') throw new ArchiveError(`没有 ${path} 这个文件。`);
    if (code.startsWith('Z_')) throw new ArchiveError('备份文件已损坏，或者不是营商平台的备份。');
    throw error;
  } finally {
    await take.end();
  }
}

function reader(path: string): { (bytes: number): Promise<Buffer | null>; end(): Promise<void> } {
  const source = createReadStream(path);
  const plain = createGunzip();
  source.on('error', (error) => plain.destroy(error));
  const pieces = source.pipe(plain)[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let held: Buffer[] = [];
  let length = 0;
  const take = async (bytes: number): Promise<Buffer | null> => {
    while (length < bytes) {
      const next = await pieces.next();
      if (next.done === true) return null;
      held.push(next.value);
      length += next.value.length;
    }
    const all = held.length === 1 && held[0] !== undefined ? held[0] : Buffer.concat(held);
    held = [all.subarray(bytes)];
    length -= bytes;
    return all.subarray(0, bytes);
  };
  return Object.assign(take, {
    async end() {
      await pieces.return?.();
      source.destroy();
    },
  });
}

/** POSIX ustar. */
function header(name: string, size: number): Buffer {
  if (Buffer.byteLength(name) > 100) throw new Error(`name too long for the archive: ${name}`);
  const bytes = Buffer.alloc(block);
  const octal = (value: number, width: number) => `${value.toString(8).padStart(width - 1, '0')}\0`;
  bytes.write(name, 0);
  bytes.write(octal(0o600, 8), 100);
  bytes.write(octal(0, 8), 108);
  bytes.write(octal(0, 8), 116);
  bytes.write(octal(size, 12), 124);
  bytes.write(octal(0, 12), 136);
  bytes.write('        ', 148);
  bytes.write('0', 156);
  bytes.write('ustar\0', 257);
  bytes.write('00', 263);
  bytes.write(`${checksumOf(bytes).toString(8).padStart(6, '0')}\0 `, 148);
  return bytes;
}

function readHeader(bytes: Buffer): { name: string; size: number } {
  const stored = Number.parseInt(bytes.toString('latin1', 148, 154), 8);
  const blank = Buffer.from(bytes);
  blank.fill(' ', 148, 156);
  if (stored !== checksumOf(blank) || bytes.toString('latin1', 257, 262) !== 'ustar') {
    throw new ArchiveError('备份文件已损坏，或者不是营商平台的备份。');
  }
  const end = bytes.indexOf(0);
  return {
    name: bytes.toString('utf8', 0, Math.min(end < 0 ? 100 : end, 100)),
    size: Number.parseInt(bytes.toString('latin1', 124, 135), 8),
  };
}

function checksumOf(bytes: Buffer): number {
  return bytes.reduce((sum, byte) => sum + byte, 0);
}
