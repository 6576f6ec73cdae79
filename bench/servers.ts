import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { onDatabase, onOwnServer, type BenchPlatform } from './platform.ts';

/**
 * The PostgreSQL server to compare with: a scratch database on DATABASE_URL, else the machine's own Debian packages,
 * else none. A database that holds a county is never written to.
 */
export async function otherServer(): Promise<{ name: string; start: () => Promise<BenchPlatform> } | null> {
  const url = process.env.DATABASE_OWNER_URL ?? process.env.DATABASE_URL;
  if (url !== undefined && url !== '') return { name: 'server of DATABASE_URL', start: () => onScratchDatabase(url) };
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root)
    ? readdirSync(root).filter((version) => existsSync(join(root, version, 'bin', 'postgres')))
    : [];
  const newest = versions.sort((a, b) => Number(a) - Number(b)).at(-1);
  if (newest === undefined) return null;
  return { name: `PostgreSQL ${newest} of this machine`, start: () => onOwnServer(join(root, newest, 'bin')) };
}

async function onScratchDatabase(url: string): Promise<BenchPlatform> {
  const name = `yingshang_bench_${randomBytes(4).toString('hex')}`;
  const run = async (statement: string) => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query(statement).finally(() => client.end());
  };
  await run(`create database ${name}`);
  const scratch = url.replace(/\/[^/?]*(\?|$)/, `/${name}$1`);
  const files = mkdtempSync(join(tmpdir(), 'yingshang-bench-'));
  const bench = await onDatabase(scratch, scratch, files);
  return {
    ...bench,
    async stop() {
      await bench.stop();
      await run(`drop database ${name} with (force)`);
      rmSync(files, { recursive: true, force: true });
    },
  };
}
