import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { gunzipSync, gzipSync } from 'node:zlib';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { buildApp } from '../../src/app.ts';
import { backup, restore } from '../../src/commands/backup.ts';
import { appliedMigrations, columnList, quoted, tablesInOrder } from '../../src/commands/backup-tables.ts';
import { openDatabase, sql } from '../../src/kernel/db.ts';
import { createDiskFileStore } from '../../src/kernel/files/index.ts';
import { sealJournal, verifyJournal } from '../../src/kernel/journal/seal.ts';
import { migrate, readMigrations } from '../../src/kernel/migrate.ts';
import { org } from '../../src/modules/org/index.ts';
import { migrationsFolder } from '../../src/start.ts';
import { countyFolder, startTestPlatform, type TestPlatform } from '../support/platform.ts';
import { addition, probe } from './probe.ts';

/** The two commands as a person runs them, between two databases of the test's embedded server. */
let platform: TestPlatform;
let folder: string;
let emptyName: string;
let said: string;
const modules = [org, probe()];

beforeAll(async () => {
  platform = await startTestPlatform({ modules });
  for (let index = 0; index < 30; index++) await platform.call(addition, { scope: `s${index}`, amount: index, tell: true });
  await platform.asSystem(async (tx) => tx.note('case:1', '制表符\t换行\n反斜杠\\ 𠮷', { n: null, s: '\\.' }));
});
afterAll(() => platform.stop());

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'backup-'));
  emptyName = `restored_${process.pid}_${randomBytes(4).toString('hex')}`;
  await onServer(`create database ${emptyName} owner yingshang_owner`);
  said = '';
  const say = (text: string | Uint8Array) => {
    said += String(text);
    return true;
  };
  vi.spyOn(process.stdout, 'write').mockImplementation(say);
  vi.spyOn(process.stderr, 'write').mockImplementation(say);
});
afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await onServer(`drop database if exists ${emptyName} with (force)`);
  rmSync(folder, { recursive: true, force: true });
});

const file = () => join(folder, 'county.tar.gz');
const restoredOwner = () => named(inject('ownerUrl'), emptyName);
const restoredApp = () => named(inject('appUrl'), emptyName);

const backUp = (varDirectory = join(folder, 'var')) => inEnvironment(platform.ownerUrl, platform.appUrl, varDirectory, () => backup([file()]));
const putBack = (varDirectory = join(folder, 'var2')) => inEnvironment(restoredOwner(), restoredApp(), varDirectory, () => restore([file()]));

describe('what was backed up comes back', () => {
  it('row for row, with the numbers of its transactions', async () => {
    expect(await backUp(), said).toBe(0);
    expect(await putBack(), said).toBe(0);
    const before = await contents(platform.ownerUrl);
    const after = await contents(restoredOwner());
    expect(after.get('kernel.journal_era')).toHaveLength((before.get('kernel.journal_era')?.length ?? 0) + 1);
    for (const table of ['kernel.journal_era', 'kernel.journal_seal', 'kernel.journal_leaf', 'kernel.journal']) {
      // The restored journal has a new era; rows that a seal covers are untouched, which `verify` proves below.
      before.delete(table);
      after.delete(table);
    }
    expect(after).toEqual(before);
    expect(before.get('kernel.serial')?.length).toBe(30);
    expect(await sealedXids(restoredOwner())).toEqual(await sealedXids(platform.ownerUrl));
  });

  it('and the journal is whole, goes on in a new era, and sealing goes on', async () => {
    expect(await backUp(), said).toBe(0);
    expect(await putBack(), said).toBe(0);
    expect(said).toContain('操作日志完好');
    const db = openDatabase({ url: restoredApp(), poolSize: 3, role: 'yingshang_app' });
    const second = await buildApp({ services: { ...platform.services, db }, settings: platform.settings, modules });
    try {
      const earlier = await verifyJournal(db, platform.services.region);
      expect(earlier).toMatchObject({ ok: true, firstFault: null });
      expect(earlier.entries).toBeGreaterThan(30);
      const answer = await second.http.inject({
        method: 'POST',
        url: '/api/probe/after/additions',
        payload: { amount: 1 },
        headers: { 'idempotency-key': 'after-the-restore' },
      });
      expect(answer.statusCode).toBe(201);
      const { era } = await db.one<{ era: number }>(sql`select era from kernel.journal where subject = 'probe:after'`);
      expect(era).toBe(2);
      for (let attempt = 0; attempt < 200 && (await verifyJournal(db, platform.services.region)).unsealed > 0; attempt++) {
        await second.runner.asSystem('seal', 'job', (tx) => sealJournal(tx, 2));
        await pause(25);
      }
      const later = await verifyJournal(db, platform.services.region);
      expect(later).toMatchObject({ ok: true, unsealed: 0 });
      expect(later.entries).toBeGreaterThan(earlier.entries);
    } finally {
      await second.http.close();
      await db.close();
    }
  });

  it('with the rows that no seal had covered', async () => {
    const holder = new pg.Client({ connectionString: platform.ownerUrl });
    await holder.connect();
    await holder.query('begin');
    await holder.query('select pg_current_xact_id()');
    await platform.call(addition, { scope: 'unsealed', amount: 1 });
    expect(await backUp(), said).toBe(0);
    await holder.query('rollback');
    await holder.end();
    expect(await putBack(), said).toBe(0);
    const client = new pg.Client({ connectionString: restoredOwner() });
    await client.connect();
    const { rows } = await client.query(`select era from kernel.journal where subject = 'probe:unsealed'`).finally(() => client.end());
    expect(rows).toEqual([{ era: 2 }]);
  });

  it('with the stored files', async () => {
    const store = createDiskFileStore(join(folder, 'var', 'files'));
    const large = Buffer.from(`一，二\n${'甲,乙\n'.repeat(2_000_000)}`);
    const small = await store.put(Buffer.from('营业场所证明'), { maxBytes: 1_000 });
    const big = await store.put(large, { maxBytes: 1e9 });
    expect(await backUp(), said).toBe(0);
    expect(await putBack(), said).toBe(0);
    const restored = createDiskFileStore(join(folder, 'var2', 'files'));
    for (const { sha256, size } of [small, big]) {
      const found = await restored.open(sha256);
      expect(found?.size).toBe(size);
      for await (const _ of found?.stream ?? []) continue;
    }
  });

  it('and the triggers are on again', async () => {
    expect(await backUp(), said).toBe(0);
    expect(await putBack(), said).toBe(0);
    const client = new pg.Client({ connectionString: restoredOwner() });
    await client.connect();
    const { rows } = await client.query(`select tgname from pg_trigger where not tgisinternal and tgenabled <> 'O'`).finally(() => client.end());
    expect(rows).toEqual([]);
  });
});

describe('a backup is refused', () => {
  it('onto a file that exists', async () => {
    writeFileSync(file(), 'mine');
    expect(await backUp()).toBe(2);
    expect(readFileSync(file(), 'utf8')).toBe('mine');
  });

  it('when one letter of it was changed, before anything is written', async () => {
    expect(await backUp(), said).toBe(0);
    const plain = gunzipSync(readFileSync(file()));
    const at = plain.indexOf('probe:s7');
    expect(at).toBeGreaterThan(0);
    plain.write('X', at + 6);
    writeFileSync(file(), gzipSync(plain));
    expect(await putBack()).toBe(2);
    expect(said).toMatch(/tables\/kernel\.\w+ 的校验值不符/);
    expect(await tableCount(restoredOwner())).toBe(0);
  });

  it.each([
    ['cut off', (bytes: Buffer) => bytes.subarray(0, bytes.length - 2_000)],
    ['empty', () => Buffer.alloc(0)],
    ['another file', () => Buffer.from('hello')],
    ['gzip of something else', () => gzipSync(Buffer.from('x'.repeat(2_000)))],
  ])('when it is %s', async (_, spoil) => {
    expect(await backUp(), said).toBe(0);
    writeFileSync(file(), spoil(readFileSync(file())));
    expect(await putBack()).toBe(2);
    expect(said).toMatch(/备份文件/);
  });

  it('when there is no such file', async () => {
    expect(await putBack()).toBe(2);
    expect(said).toContain('没有');
  });

  it('into a database that holds anything', async () => {
    expect(await backUp(), said).toBe(0);
    await migrate(restoredOwner(), await readMigrations(migrationsFolder));
    const client = new pg.Client({ connectionString: restoredOwner() });
    await client.connect();
    await client.query(`insert into kernel.serial values ('610329', 'x', '2026-01-01', 1)`);
    expect(await putBack()).toBe(2);
    expect(said).toContain('不是空的');
    const { rows } = await client.query('select scope from kernel.serial').finally(() => client.end());
    expect(rows).toEqual([{ scope: 'x' }]);
  });
});

async function inEnvironment<T>(ownerUrl: string, appUrl: string, varDirectory: string, work: () => Promise<T>): Promise<T> {
  vi.stubEnv('DATABASE_URL', appUrl);
  vi.stubEnv('DATABASE_OWNER_URL', ownerUrl);
  vi.stubEnv('YINGSHANG_DATA_KEY', '07'.repeat(32));
  vi.stubEnv('YINGSHANG_VAR', varDirectory);
  vi.stubEnv('YINGSHANG_COUNTY', countyFolder);
  return work();
}

async function contents(url: string): Promise<Map<string, string[]>> {
  const client = new pg.Client({ connectionString: url, options: '-c timezone=UTC' });
  await client.connect();
  try {
    const all = new Map<string, string[]>();
    for (const table of await tablesInOrder(client)) {
      const { rows } = await client.query<{ row: string }>(`select t::text as row from (select ${columnList(table)} from ${quoted(table)}) t order by 1`);
      all.set(`${table.schema}.${table.name}`, rows.map(({ row }) => row));
    }
    expect(await appliedMigrations(client)).not.toEqual([]);
    return all;
  } finally {
    await client.end();
  }
}

/** Of the batches that the source had sealed: the restored journal has one more. */
async function sealedXids(url: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client
    .query(`select l.batch, l.position, j.id, j.xid::text, j.era from kernel.journal j join kernel.journal_leaf l on l.journal_id = j.id where j.era = 1 order by 1, 2`)
    .finally(() => client.end());
  return rows as unknown[];
}

async function tableCount(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const tables = await tablesInOrder(client).finally(() => client.end());
  return tables.length;
}

async function onServer(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: inject('superUrl') });
  await client.connect();
  await client.query(statement).finally(() => client.end());
}

function named(url: string, name: string): string {
  return url.replace(/\/[^/?]*(\?|$)/, `/${name}$1`);
}
