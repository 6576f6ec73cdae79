import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Transform } from 'node:stream';
import { AppError } from '../errors.ts';
import { detectType } from './type.ts';
import type { FileStore } from './index.ts';

/** Contents below `root` as `ab/cd/abcd…`; files under way in `.incoming`. */
export function createDiskFileStore(root: string): FileStore {
  const incoming = join(root, '.incoming');
  const pathOf = (sha256: string) => join(root, sha256.slice(0, 2), sha256.slice(2, 4), sha256);
  let swept: Promise<void> | null = null;

  return {
    async put(source, { maxBytes }) {
      await mkdir(incoming, { recursive: true, mode: 0o700 });
      const draft = join(incoming, randomBytes(12).toString('hex'));
      try {
        const file = await open(draft, 'wx', 0o600);
        let written: { sha256: string; size: number };
        try {
          written = await write(file, source instanceof Uint8Array ? [source] : source, maxBytes);
          await file.sync();
        } finally {
          await file.close();
        }
        const found = await detectType(draft);
        if ('refused' in found) throw new AppError('FILE_TYPE_REFUSED', { found: found.refused });
        // Renaming over the same content changes nothing, and heals a copy that the disk has damaged.
        const target = pathOf(written.sha256);
        await mkdir(dirname(target), { recursive: true, mode: 0o700 });
        await rename(draft, target);
        for (const directory of [dirname(target), dirname(dirname(target)), root]) await syncDirectory(directory);
        swept ??= sweep(incoming, target);
        await swept;
        return { ...written, type: found.type };
      } finally {
        await rm(draft, { force: true });
      }
    },

    async open(sha256) {
      const size = isHash(sha256) ? await sizeOf(pathOf(sha256)) : null;
      if (size === null) return null;
      const plain = createReadStream(pathOf(sha256));
      const verified = verifying(sha256);
      plain.on('error', (error) => verified.destroy(error));
      verified.on('close', () => plain.destroy());
      return { stream: plain.pipe(verified), size };
    },

    has: async (sha256) => isHash(sha256) && (await sizeOf(pathOf(sha256))) !== null,
  };
}

async function write(
  file: FileHandle,
  source: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<{ sha256: string; size: number }> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const piece of source) {
    size += piece.length;
    if (size > maxBytes) throw new AppError('FILE_TOO_LARGE', { limit: inWords(maxBytes) });
    hash.update(piece);
    await file.writeFile(piece);
  }
  if (size === 0) throw new AppError('FILE_EMPTY');
  return { sha256: hash.digest('hex'), size };
}

/** Passes everything on and fails at the end if it was not what the name promised. */
function verifying(sha256: string): Transform {
  const hash = createHash('sha256');
  return new Transform({
    transform(piece: Buffer, _encoding, done) {
      hash.update(piece);
      done(null, piece);
    },
    flush(done) {
      done(hash.digest('hex') === sha256 ? null : new Error(`stored file ${sha256} is damaged`));
    },
  });
}

function isHash(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}

async function sizeOf(path: string): Promise<number | null> {
  try {
    const entry = await stat(path);
    return entry.isFile() ? entry.size : null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Once per run: drafts that a killed process left behind a day ago. The file just kept tells what time it is. */
async function sweep(incoming: string, justKept: string): Promise<void> {
  const now = (await stat(justKept)).ctimeMs;
  for (const name of await readdir(incoming)) {
    const draft = join(incoming, name);
    const entry = await stat(draft).catch(() => null);
    if (entry && now - entry.mtimeMs > 86_400_000) await rm(draft, { force: true });
  }
}

async function syncDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

function inWords(bytes: number): string {
  return bytes >= 2 ** 20 ? `${Math.floor(bytes / 2 ** 20)} MB` : `${Math.max(1, Math.floor(bytes / 1024))} KB`;
}
