import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sql } from '../../src/kernel/db.ts';
import { sealJournal, verifyJournal } from '../../src/kernel/journal/seal.ts';
import { org } from '../../src/modules/org/index.ts';
import { startTestPlatform, type TestPlatform } from '../support/platform.ts';
import { addition, probe } from './probe.ts';

let platform: TestPlatform;
let insider: pg.Client;

beforeEach(async () => {
  platform = await startTestPlatform({ modules: [org, probe()] });
  insider = new pg.Client({ connectionString: platform.ownerUrl });
  await insider.connect();
});
afterEach(async () => {
  await insider.end();
  await platform.stop();
});

const verify = () => verifyJournal(platform.services.db, platform.services.region);
const write = (count: number) =>
  Promise.all(
    Array.from({ length: count }, (_, index) => platform.call(addition, { scope: `row-${index}`, amount: index })),
  );

/**
 * Seals all that is open into one batch. Transactions of other tests on the same server hold a seal back for a moment: it is
 * waited for, or a batch would end in the middle of what was written together.
 */
async function seal(): Promise<void> {
  for (let attempt = 0; attempt < 1000; attempt++) {
    const { rows } = await insider.query(
      'select from kernel.journal where xid >= pg_snapshot_xmin(pg_current_snapshot()) limit 1',
    );
    if (rows.length === 0) {
      await platform.asSystem((tx) => sealJournal(tx, 1));
      if ((await verify()).unsealed === 0) return;
    }
    await pause(10);
  }
  throw new Error('the journal could not be sealed to its end');
}

/** Three seals of five rows each. */
async function sealedThrice(): Promise<string> {
  for (let batch = 0; batch < 3; batch++) {
    await write(5);
    await seal();
  }
  return (await verify()).head;
}

async function journalRow(batch: number, position: number): Promise<{ id: string; at: Date }> {
  const { rows } = await insider.query<{ id: string; at: Date }>(
    'select journal_id as id, journal_at as at from kernel.journal_leaf where batch = $1 and position = $2',
    [batch, position],
  );
  if (rows[0] === undefined) throw new Error('no such leaf');
  return rows[0];
}

async function lastBatches(): Promise<number[]> {
  const { rows } = await insider.query<{ batch: number }>('select batch from kernel.journal_seal order by batch');
  return rows.map((row) => row.batch).slice(-3);
}

describe('a journal nobody touched', () => {
  it('verifies, says how much waits for the next seal, and its head moves with every seal', async () => {
    const first = await sealedThrice();
    await write(3);
    const result = await verify();
    expect(result).toMatchObject({ ok: true, unsealed: 3, head: first, firstFault: null });
    await seal();
    const after = await verify();
    expect(after).toMatchObject({ ok: true, unsealed: 0 });
    expect(after.entries).toBe(result.entries + 3);
    expect(after.head).not.toBe(first);
  });

  it('is not sealed past a transaction that still runs, and takes its row later', async () => {
    const slow = new pg.Client({ connectionString: platform.ownerUrl });
    await slow.connect();
    await slow.query('begin');
    await slow.query(
      `insert into kernel.journal (region, id, at, era, actor_name, kind, endpoint, request_id)
      values ($1, gen_random_uuid(), now(), 1, '慢', 'command', 'slow', 'slow')`,
      [platform.services.region],
    );
    await write(4);
    await platform.asSystem((tx) => sealJournal(tx, 1));
    expect(await verify()).toMatchObject({ ok: true });
    expect((await verify()).unsealed).toBeGreaterThanOrEqual(4);
    await slow.query('commit');
    await slow.end();
    await seal();
    expect(await verify()).toMatchObject({ ok: true, unsealed: 0 });
  });

  it('holds more rows of one moment than a batch, and rows with signs of every kind', async () => {
    await platform.asSystem(async (tx) => {
      for (let index = 0; index < 30; index++)
        tx.note(`case:${index}`, '𠮷野家 "quoted" \\ \n 新行 é', { 数: index, nested: { b: [1, null], a: 1.5 } });
    });
    await seal();
    expect(await verify()).toMatchObject({ ok: true, unsealed: 0 });
  });
});

describe('the insider', () => {
  it('changes a word of a row and is named', async () => {
    await sealedThrice();
    const [, batch = 0] = await lastBatches();
    const { id } = await journalRow(batch, 2);
    await insider.query(`update kernel.journal set reason = reason || '。' where id = $1`, [id]);
    expect(await verify()).toMatchObject({ ok: false, firstFault: { kind: 'changed', batch, entryId: id } });
  });

  it.each(['actor_name', 'subject', 'endpoint', 'request_id'])('changes %s and is named', async (column) => {
    await sealedThrice();
    const [batch = 0] = await lastBatches();
    const { id } = await journalRow(batch, 0);
    await insider.query(`update kernel.journal set ${column} = 'x' where id = $1`, [id]);
    expect(await verify()).toMatchObject({ ok: false, firstFault: { kind: 'changed', entryId: id } });
  });

  it('moves a row in time and is named', async () => {
    await sealedThrice();
    const [batch = 0] = await lastBatches();
    const { id } = await journalRow(batch, 1);
    await insider.query(`update kernel.journal set at = at + interval '1 millisecond' where id = $1`, [id]);
    expect(await verify()).toMatchObject({ ok: false, firstFault: { kind: 'changed', entryId: id } });
  });

  it('removes a row and is named', async () => {
    await sealedThrice();
    const [, batch = 0] = await lastBatches();
    const { id } = await journalRow(batch, 3);
    await insider.query('delete from kernel.journal where id = $1', [id]);
    expect(await verify()).toMatchObject({ ok: false, firstFault: { kind: 'removed', batch, entryId: id } });
  });

  it('removes the last row of a batch and is named', async () => {
    await sealedThrice();
    const [, , batch = 0] = await lastBatches();
    const { id } = await journalRow(batch, 4);
    await insider.query('delete from kernel.journal where id = $1', [id]);
    expect(await verify()).toMatchObject({ ok: false, firstFault: { kind: 'removed', batch, entryId: id } });
  });

  it('slips a row into a sealed batch and is named', async () => {
    await sealedThrice();
    const [, batch = 0] = await lastBatches();
    const { id } = await journalRow(batch, 2);
    const { rows } = await insider.query<{ id: string }>(
      `insert into kernel.journal (region, id, at, xid, era, actor_name, kind, endpoint, subject, request_id)
       select region, gen_random_uuid(), at, xid, era, actor_name, kind, endpoint, 'case:invented', request_id from kernel.journal where id = $1 returning id`,
      [id],
    );
    expect(await verify()).toMatchObject({ ok: false, firstFault: { kind: 'inserted', batch, entryId: rows[0]?.id } });
  });

  it('changes a row and its leaf together: the root betrays it', async () => {
    await sealedThrice();
    const [batch = 0] = await lastBatches();
    const { id } = await journalRow(batch, 1);
    await insider.query(`update kernel.journal_leaf set hash = repeat('0', 64) where journal_id = $1`, [id]);
    expect((await verify()).ok).toBe(false);
    // Removing row and leaf leaves a tree of four where the seal says five.
    await insider.query('delete from kernel.journal where id = $1', [id]);
    await insider.query('delete from kernel.journal_leaf where journal_id = $1', [id]);
    expect(await verify()).toMatchObject({ ok: false, firstFault: { kind: 'seal', batch } });
  });

  it('doctors a seal: its own value or the next link betrays it', async () => {
    await sealedThrice();
    const [, batch = 0] = await lastBatches();
    await insider.query(`update kernel.journal_seal set root = repeat('a', 64) where batch = $1`, [batch]);
    expect(await verify()).toMatchObject({ ok: false, firstFault: { kind: 'seal', batch } });
    await insider.query(`update kernel.journal_seal set seal = repeat('b', 64) where batch = $1`, [batch]);
    expect((await verify()).ok).toBe(false);
  });

  it('removes a seal in the middle and is found', async () => {
    await sealedThrice();
    const [, batch = 0] = await lastBatches();
    await insider.query('delete from kernel.journal_seal where batch = $1', [batch]);
    expect(await verify()).toMatchObject({ ok: false, firstFault: { kind: 'seal' } });
  });

  it('removes the last seal with its rows: only the head written down elsewhere tells', async () => {
    const head = await sealedThrice();
    const [, , batch = 0] = await lastBatches();
    await insider.query(
      'delete from kernel.journal where id in (select journal_id from kernel.journal_leaf where batch = $1)',
      [batch],
    );
    await insider.query('delete from kernel.journal_leaf where batch = $1', [batch]);
    await insider.query('delete from kernel.journal_seal where batch = $1', [batch]);
    const result = await verify();
    expect(result.head).not.toBe(head);
  });
});

it.each([
  'update kernel.journal set reason = $$x$$',
  'delete from kernel.journal',
  'truncate kernel.journal',
  'update kernel.journal_2026 set reason = $$x$$',
  'delete from kernel.journal_seal',
  'update kernel.journal_leaf set position = 1',
  'drop table kernel.journal',
  'alter table kernel.journal disable trigger all',
])('the platform itself may not: %s', async (statement) => {
  const client = new pg.Client({ connectionString: platform.appUrl, options: '-c role=yingshang_app' });
  await client.connect();
  await expect(client.query(statement).finally(() => client.end())).rejects.toMatchObject({ code: '42501' });
});

it('reading personal data leaves a row', async () => {
  const { total } = await platform.services.db.one<{ total: number }>(
    sql`select count(*)::int as total from kernel.journal where kind = 'read'`,
  );
  const cookie = await platform.cookieOf('applicant');
  const reading = platform.endpoints.find(
    (endpoint) =>
      endpoint.readsPersonalData === true && endpoint.permission === 'signedIn' && !endpoint.path.includes(':'),
  );
  expect(reading).toBeDefined();
  expect((await platform.http.inject({ url: reading?.path ?? '', headers: { cookie } })).statusCode).toBe(200);
  const rows = await platform.services.db.rows<{ endpoint: string }>(
    sql`select endpoint from kernel.journal where kind = 'read' order by at desc, id desc`,
  );
  expect(rows).toHaveLength(total + 1);
  expect(rows[0]?.endpoint).toBe(reading?.id);
});
