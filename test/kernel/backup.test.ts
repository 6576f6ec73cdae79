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

/**
 * The two commands as a person runs them, between two databases of the test's embedded server. The backup is made once, while
 * a transaction is under way that keeps the last rows of the journal from being sealed.
 */
let platform: TestPlatform;
let folder: string;
let original: string;
let stored: { sha256: string; size: number }[];
let emptyName: string;
let said = '';
const modules = [org, probe()];

beforeAll(async () => {
  platform = await startTestPlatform({ modules });
  folder = mkdtempSync(join(tmpdir(), 'backup-'));
  original = join(folder, 'county.tar.gz');
  for (let index = 0; index < 30; index++)
    await platform.call(addition, { scope: `s${index}`, amount: index, tell: true });
  await platform.asSystem(async (tx) => tx.note('case:1', '制表符\t换行\n反斜杠\\ 𠮷', { n: null, s: '\\.' }));
  for (
    let attempt = 0;
    attempt < 200 && (await verifyJournal(platform.services.db, platform.services.region)).unsealed > 0;
    attempt++
  ) {
    await platform.asSystem((tx) => sealJournal(tx, 1));
    await pause(25);
  }
  const store = createDiskFileStore(join(folder, 'var', 'files'));
  stored = [
    await store.put(Buffer.from('营业场所证明'), { maxBytes: 1_000 }),
    // Longer than one part of the archive.
    await store.put(Buffer.from(`一，二\n${'甲,乙\n'.repeat(1_500_000)}`), { maxBytes: 1e9 }),
  ];
  const running = new pg.Client({ connectionString: platform.ownerUrl });
  await running.connect();
  await running.query('begin');
  await running.query('select pg_current_xact_id()');
  await platform.call(addition, { scope: 'unsealed', amount: 1 });
  listen();
  const code = await backUp(original);
  vi.restoreAllMocks();
  await running.query('rollback');
  await running.end();
  expect(code, said).toBe(0);
});
afterAll(async () => {
  await platform.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function newDatabase(): Promise<void> {
  emptyName = `restored_${process.pid}_${randomBytes(4).toString('hex')}`;
  await onServer(`create database ${emptyName} owner yingshang_owner`);
}

const dropDatabase = () => onServer(`drop database if exists ${emptyName} with (force)`);

/** What the commands say goes into `said`. */
function listen(): void {
  said = '';
  const say = (text: string | Uint8Array) => {
    said += String(text);
    return true;
  };
  vi.spyOn(process.stdout, 'write').mockImplementation(say);
  vi.spyOn(process.stderr, 'write').mockImplementation(say);
}

const restoredOwner = () => named(inject('ownerUrl'), emptyName);
const restoredApp = () => named(inject('appUrl'), emptyName);
const backUp = (to: string) => inEnvironment(platform.ownerUrl, platform.appUrl, 'var', () => backup([to]));
const putBack = (from: string) => inEnvironment(restoredOwner(), restoredApp(), 'var2', () => restore([from]));

describe('what was backed up comes back', () => {
  beforeAll(async () => {
    await newDatabase();
    listen();
    const code = await putBack(original);
    vi.restoreAllMocks();
    expect(code, said).toBe(0);
    expect(said).toContain('操作日志完好');
  });
  afterAll(dropDatabase);

  it('row for row, with the numbers of its transactions', async () => {
    const before = await contents(platform.ownerUrl);
    const after = await contents(restoredOwner());
    expect(after.get('kernel.journal_era')).toHaveLength((before.get('kernel.journal_era')?.length ?? 0) + 1);
    for (const table of ['kernel.journal_era', 'kernel.journal_seal', 'kernel.journal_leaf', 'kernel.journal']) {
      // The restored journal has a new era; that rows under a seal are untouched is compared below and proved by `verify`.
      before.delete(table);
      after.delete(table);
    }
    expect(after).toEqual(before);
    expect(before.get('kernel.serial')?.length).toBe(31);
    const sealed = await sealedRows(restoredOwner());
    expect(sealed.length).toBeGreaterThan(30);
    expect(sealed).toEqual(await sealedRows(platform.ownerUrl));
  });

  it('with the rows that no seal had covered', async () => {
    expect(await ask(restoredOwner(), `select era from kernel.journal where subject = 'probe:unsealed'`)).toEqual([
      { era: 2 },
    ]);
    expect(await ask(platform.ownerUrl, `select era from kernel.journal where subject = 'probe:unsealed'`)).toEqual([
      { era: 1 },
    ]);
  });

  it('with the stored files', async () => {
    const store = createDiskFileStore(join(folder, 'var2', 'files'));
    for (const { sha256, size } of stored) {
      const found = await store.open(sha256);
      expect(found?.size).toBe(size);
      // Fails at its end when the content is not what its name says.
      for await (const _ of found?.stream ?? []) continue;
    }
  });

  it('with its triggers on', async () => {
    expect(
      await ask(restoredOwner(), `select tgname from pg_trigger where not tgisinternal and tgenabled <> 'O'`),
    ).toEqual([]);
  });

  it('and the journal is whole, goes on in a new era, and sealing goes on', async () => {
    const db = openDatabase({ url: restoredApp(), poolSize: 3, role: 'yingshang_app' });
    const second = await buildApp({ services: { ...platform.services, db }, settings: platform.settings, modules });
    try {
      const earlier = await verifyJournal(db, platform.services.region);
      expect(earlier).toMatchObject({ ok: true, firstFault: null });
      const headers = { 'idempotency-key': 'after-the-restore' };
      const answer = await second.http.inject({
        method: 'POST',
        url: '/api/probe/after/additions',
        payload: { amount: 1 },
        headers,
      });
      expect(answer.statusCode).toBe(201);
      const { era } = await db.one<{ era: number }>(sql`select era from kernel.journal where subject = 'probe:after'`);
      expect(era).toBe(2);
      for (
        let attempt = 0;
        attempt < 200 && (await verifyJournal(db, platform.services.region)).unsealed > 0;
        attempt++
      ) {
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
});

describe('it is refused', () => {
  let spoilt: string;

  beforeAll(newDatabase);
  afterAll(dropDatabase);
  beforeEach(() => {
    spoilt = join(folder, 'spoilt.tar.gz');
    listen();
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('to write over a file that exists', async () => {
    writeFileSync(spoilt, 'mine');
    expect(await backUp(spoilt)).toBe(2);
    expect(readFileSync(spoilt, 'utf8')).toBe('mine');
  });

  it('when one letter was changed, before anything is written', async () => {
    const plain = gunzipSync(readFileSync(original));
    const at = plain.indexOf('probe:s7');
    expect(at).toBeGreaterThan(0);
    plain.write('X', at + 6);
    writeFileSync(spoilt, gzipSync(plain, { level: 1 }));
    expect(await putBack(spoilt)).toBe(2);
    expect(said).toMatch(/tables\/kernel\.\w+ 的校验值不符/);
    expect(await ask(restoredOwner(), `select from pg_namespace where nspname = 'kernel'`)).toEqual([]);
  });

  it.each([
    ['cut off', (bytes: Buffer) => bytes.subarray(0, bytes.length - 2_000)],
    ['empty', () => Buffer.alloc(0)],
    ['another file', () => Buffer.from('hello')],
    ['gzip of something else', () => gzipSync(Buffer.from('x'.repeat(2_000)))],
  ])('when it is %s', async (_, spoil) => {
    writeFileSync(spoilt, spoil(readFileSync(original)));
    expect(await putBack(spoilt)).toBe(2);
    expect(said).toMatch(/备份文件/);
  });

  it('when there is no such file', async () => {
    expect(await putBack(join(folder, 'nowhere.tar.gz'))).toBe(2);
    expect(said).toContain('没有');
  });

  it('into a database that holds anything', async () => {
    await migrate(restoredOwner(), await readMigrations(migrationsFolder));
    await ask(restoredOwner(), `insert into kernel.serial values ('610329', 'x', '2026-01-01', 1)`);
    expect(await putBack(original)).toBe(2);
    expect(said).toContain('不是空的');
    expect(await ask(restoredOwner(), 'select scope from kernel.serial')).toEqual([{ scope: 'x' }]);
  });
});

async function inEnvironment<T>(
  ownerUrl: string,
  appUrl: string,
  varDirectory: string,
  work: () => Promise<T>,
): Promise<T> {
  vi.stubEnv('DATABASE_URL', appUrl);
  vi.stubEnv('DATABASE_OWNER_URL', ownerUrl);
  vi.stubEnv('YINGSHANG_DATA_KEY', '07'.repeat(32));
  vi.stubEnv('YINGSHANG_VAR', join(folder, varDirectory));
  vi.stubEnv('YINGSHANG_COUNTY', countyFolder);
  return work().finally(() => vi.unstubAllEnvs());
}

async function contents(url: string): Promise<Map<string, string[]>> {
  const client = new pg.Client({ connectionString: url, options: '-c timezone=UTC' });
  await client.connect();
  try {
    const all = new Map<string, string[]>();
    for (const table of await tablesInOrder(client)) {
      const { rows } = await client.query<{ row: string }>(
        `select t::text as row from (select ${columnList(table)} from ${quoted(table)}) t order by 1`,
      );
      all.set(
        `${table.schema}.${table.name}`,
        rows.map(({ row }) => row),
      );
    }
    expect(await appliedMigrations(client)).not.toEqual([]);
    return all;
  } finally {
    await client.end();
  }
}

/** Every row under a seal that the source had made; the restored journal has sealed more. */
function sealedRows(url: string): Promise<unknown[]> {
  return ask(
    url,
    `select l.batch, l.position, j.xid::text as xid, j::text as row from kernel.journal j join kernel.journal_leaf l on l.journal_id = j.id
     where j.era = 1 order by 1, 2`,
  );
}

async function ask(url: string, query: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url, options: '-c timezone=UTC' });
  await client.connect();
  const { rows } = await client.query<Record<string, unknown>>(query).finally(() => client.end());
  return rows;
}

async function onServer(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: inject('superUrl') });
  await client.connect();
  await client.query(statement).finally(() => client.end());
}

function named(url: string, name: string): string {
  return url.replace(/\/[^/?]*(\?|$)/, `/${name}$1`);
}
