import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { org } from '../../src/modules/org/index.ts';
import { CallError } from '../../src/kernel/call.ts';
import { sql } from '../../src/kernel/db.ts';
import { startTestPlatform, type TestPlatform } from '../support/platform.ts';
import { addition, probe, total, totalOf } from './probe.ts';

let platform: TestPlatform;

beforeAll(async () => {
  platform = await startTestPlatform({ modules: [org, probe()] });
});
afterAll(() => platform.stop());

const post = (scope: string, body: unknown, headers: Record<string, string> = {}) =>
  platform.http.inject({ method: 'POST', url: `/api/probe/${scope}/additions`, payload: body as object, headers });
const journalOf = (subject: string) =>
  platform.services.db.rows<{ endpoint: string; reason: string; kind: string; actorName: string }>(
    sql`select endpoint, reason, kind, actor_name from kernel.journal where subject = ${subject}`,
  );

describe('a command', () => {
  it('gives the same answer to the same key, and happens once', async () => {
    const key = randomUUID();
    const first = await platform.call(addition, { scope: 'twice', amount: 5 }, { idempotencyKey: key });
    platform.clock.set('2026-11-23T01:05:00.000Z');
    const second = await platform.call(addition, { scope: 'twice', amount: 5 }, { idempotencyKey: key });
    expect(second).toEqual(first);
    expect(await platform.call(total, { scope: 'twice' })).toEqual({ total: 5 });
    expect(await journalOf('probe:twice')).toHaveLength(1);
  });

  it('happens once when the same key comes eight times at the same moment', async () => {
    const key = randomUUID();
    const answers = await Promise.all(
      Array.from({ length: 8 }, () =>
        platform.call(addition, { scope: 'at-once', amount: 3, tell: true }, { idempotencyKey: key }),
      ),
    );
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await platform.call(total, { scope: 'at-once' })).toEqual({ total: 3 });
    const { events } = await platform.services.db.one<{ events: number }>(
      sql`select count(*)::int as events from kernel.outbox where payload ->> 'scope' = 'at-once'`,
    );
    expect(events).toBe(1);
  });

  it('is refused with 422 when the key comes back with other content', async () => {
    const headers = { 'idempotency-key': randomUUID() };
    expect((await post('other', { amount: 1 }, headers)).statusCode).toBe(201);
    const answer = await post('other', { amount: 2 }, headers);
    expect(answer.statusCode).toBe(422);
    expect(answer.json()).toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED', status: 422 });
    expect(await platform.call(total, { scope: 'other' })).toEqual({ total: 1 });
  });

  it.each([
    ['no key', {}],
    ['a key too short to be unique', { 'idempotency-key': 'abc' }],
    ['a key with signs that no header may carry', { 'idempotency-key': '钥匙钥匙钥匙钥匙' }],
  ])('is refused with 400 for %s', async (_, headers: Record<string, string>) => {
    const answer = await post('keyless', { amount: 1 }, headers);
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ code: 'IDEMPOTENCY_KEY_REQUIRED' });
    expect(await platform.call(total, { scope: 'keyless' })).toEqual({ total: 0 });
  });

  it('leaves nothing behind when it is refused, and its key may be used again', async () => {
    const headers = { 'idempotency-key': randomUUID() };
    const refused = await post('refused', { amount: 9, refuse: true, tell: true }, headers);
    expect(refused.statusCode).toBe(409);
    expect(refused.json()).toMatchObject({ code: 'PROBE_REFUSED', detail: '这次不行，因为要求拒绝。' });
    expect(await platform.call(total, { scope: 'refused' })).toEqual({ total: 0 });
    expect(await journalOf('probe:refused')).toEqual([]);
    expect((await post('refused', { amount: 9 }, headers)).statusCode).toBe(201);
  });

  it('keys of two callers do not meet', async () => {
    const idempotencyKey = randomUUID();
    const one = await platform.signIn('applicant');
    const other = await platform.signIn('firm');
    await one(addition, { scope: 'callers', amount: 1 }, { idempotencyKey });
    await other(addition, { scope: 'callers', amount: 1 }, { idempotencyKey });
    expect(await platform.call(total, { scope: 'callers' })).toEqual({ total: 2 });
  });

  it('is journalled with who, what and why; its answer shows only what the contract names', async () => {
    const caller = await platform.signIn('applicant');
    const answer = await caller(addition, { scope: 'journalled', amount: 4 });
    expect(Object.keys(answer).sort()).toEqual(['at', 'total']);
    expect(await journalOf('probe:journalled')).toEqual([
      {
        endpoint: 'probe.add',
        reason: '加 4',
        kind: 'command',
        actorName: expect.stringContaining('张秀兰') as string,
      },
    ]);
  });

  it('keeps its remembered answer sealed', async () => {
    const key = randomUUID();
    await platform.call(addition, { scope: 'sealed', amount: 1 }, { idempotencyKey: key });
    const { response } = await platform.services.db.one<{ response: string }>(
      sql`select response from kernel.idempotency where key = ${key}`,
    );
    expect(response).not.toContain('total');
  });

  it('counts right under concurrent callers', async () => {
    await Promise.all(Array.from({ length: 40 }, () => platform.call(addition, { scope: 'many', amount: 1 })));
    expect(await platform.call(total, { scope: 'many' })).toEqual({ total: 40 });
  });
});

describe('input', () => {
  it('names every wrong place in Chinese', async () => {
    const answer = await post('wrong', { amount: 'five', tell: 'yes' }, { 'idempotency-key': randomUUID() });
    expect(answer.statusCode).toBe(400);
    const problem = answer.json<{ issues: { path: string; message: string }[] }>();
    expect(problem.issues.map((issue) => issue.path).sort()).toEqual(['/amount', '/tell']);
    for (const issue of problem.issues) expect(issue.message).toMatch(/[\u4e00-\u9fff]/);
  });

  it('of a path wins over the same name in the body or the query', async () => {
    await platform.http.inject({
      method: 'POST',
      url: '/api/probe/path/additions?scope=query',
      payload: { amount: 2, scope: 'body' },
      headers: { 'idempotency-key': randomUUID() },
    });
    expect(await platform.call(total, { scope: 'path' })).toEqual({ total: 2 });
    expect(await platform.call(total, { scope: 'body' })).toEqual({ total: 0 });
  });

  it('with `__proto__` in it changes nobody', async () => {
    const answer = await platform.http.inject({
      method: 'POST',
      url: '/api/probe/proto/additions',
      payload: '{"amount":1,"__proto__":{"refuse":true}}',
      headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID() },
    });
    expect(answer.statusCode).toBe(400);
    expect(({} as { refuse?: boolean }).refuse).toBeUndefined();
  });
});

describe('a transaction', () => {
  it('that the server ends by deadlock is repeated, not failed', async () => {
    const first = platform.asSystem(async (tx) => {
      await tx.exec(
        sql`insert into kernel.serial values (${tx.region}, 'lock-a', '2026-11-23', 1) on conflict do nothing`,
      );
      await tx.exec(
        sql`insert into kernel.serial values (${tx.region}, 'lock-b', '2026-11-23', 1) on conflict do nothing`,
      );
    });
    await first;
    const crossing = (one: string, other: string) =>
      platform.asSystem(async (tx) => {
        await tx.exec(sql`update kernel.serial set last = last + 1 where region = ${tx.region} and scope = ${one}`);
        await tx.exec(sql`select pg_sleep(0.2)`);
        await tx.exec(sql`update kernel.serial set last = last + 1 where region = ${tx.region} and scope = ${other}`);
      });
    await Promise.all([crossing('lock-a', 'lock-b'), crossing('lock-b', 'lock-a')]);
    await platform.asSystem(async (tx) => {
      expect([await totalOf(tx, 'lock-a'), await totalOf(tx, 'lock-b')]).toEqual([3, 3]);
    });
  });

  it('that loses its connection says 503, and the next one works', async () => {
    const lost = platform.asSystem(async (tx) => {
      const { pid } = await tx.one<{ pid: number }>(sql`select pg_backend_pid() as pid`);
      const client = new pg.Client({ connectionString: inject('superUrl') });
      await client.connect();
      await client.query('select pg_terminate_backend($1)', [pid]).finally(() => client.end());
      await tx.exec(sql`select pg_sleep(1)`);
    });
    await expect(lost).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    expect(await platform.call(total, { scope: 'twice' })).toEqual({ total: 5 });
  });
});

it('the caller hands a refusal on as a problem', async () => {
  const refused = platform.call(addition, { scope: 'a', amount: 1, refuse: true });
  await expect(refused).rejects.toBeInstanceOf(CallError);
  await expect(refused).rejects.toMatchObject({ problem: { status: 409, code: 'PROBE_REFUSED' } });
});
