import { afterEach, beforeEach, expect, it } from 'vitest';
import { buildApp } from '../../src/app.ts';
import { openDatabase, sql } from '../../src/kernel/db.ts';
import type { Platform } from '../../src/kernel/module.ts';
import { plusMs } from '../../src/kernel/time.ts';
import { org } from '../../src/modules/org/index.ts';
import { startTestPlatform, testStart, type TestPlatform } from '../support/platform.ts';
import { add, addition, probe, total, type Hearing } from './probe.ts';

let platform: TestPlatform;
let hearing: Hearing;

beforeEach(async () => {
  hearing = { subscriber: async () => {}, job: async () => 0 };
  platform = await startTestPlatform({ modules: [org, probe(hearing)] });
});
afterEach(() => platform.stop());

const deliveries = () =>
  platform.services.db.rows<{ attempts: number; doneAt: string | null; lastError: string }>(
    sql`select attempts, done_at, last_error from kernel.delivery where subscriber = 'probe.hear' order by event_id`,
  );

it('an event of a command reaches its subscriber once, after the commit', async () => {
  const heard: unknown[] = [];
  hearing.subscriber = async (_, payload) => void heard.push(payload);
  await platform.call(addition, { scope: 'x', amount: 2, tell: true });
  expect(heard).toEqual([]);
  await platform.drain();
  await platform.drain();
  expect(heard).toEqual([{ scope: 'x', amount: 2 }]);
});

it('a refused command tells nobody', async () => {
  await expect(platform.call(addition, { scope: 'x', amount: 2, tell: true, refuse: true })).rejects.toThrow(
    'PROBE_REFUSED',
  );
  expect(await deliveries()).toEqual([]);
});

it('a subscriber that crashes is asked again later, each time longer, and its half-done work is undone', async () => {
  let calls = 0;
  hearing.subscriber = async (tx) => {
    calls += 1;
    await add(tx, 'effect', 1);
    if (calls < 3) throw new Error('crash after the effect');
  };
  await platform.call(addition, { scope: 'x', amount: 2, tell: true });
  await platform.drain();
  expect(await deliveries()).toMatchObject([{ attempts: 1, doneAt: null, lastError: 'Error: crash after the effect' }]);
  expect(await platform.call(total, { scope: 'effect' })).toEqual({ total: 0 });

  await platform.drain();
  expect(calls).toBe(1);
  platform.clock.set(plusMs(testStart, 1_000));
  await platform.drain();
  expect(calls).toBe(2);
  platform.clock.set(plusMs(testStart, 2_000));
  await platform.drain();
  expect(calls).toBe(2);
  platform.clock.set(plusMs(testStart, 6_000));
  await platform.drain();
  expect(calls).toBe(3);
  expect(await deliveries()).toMatchObject([{ attempts: 2, doneAt: platform.clock.now() }]);
  expect(await platform.call(total, { scope: 'effect' })).toEqual({ total: 1 });
});

it('one that fails does not hold up the others', async () => {
  const heard: unknown[] = [];
  hearing.subscriber = async (_, payload) => {
    if (payload.scope === 'bad') throw new Error('always');
    heard.push(payload.scope);
  };
  for (const scope of ['good', 'bad', 'better']) await platform.call(addition, { scope, amount: 1, tell: true });
  await platform.drain();
  expect(heard.sort()).toEqual(['better', 'good']);
});

it('a failing job is tried again at its next turn and says what was wrong', async () => {
  let runs = 0;
  hearing.job = async (tx) => {
    runs += 1;
    await add(tx, 'job', 1);
    if (runs === 1) throw new Error('no luck');
    return 1;
  };
  await dueJob();
  await platform.drain();
  expect(await platform.call(total, { scope: 'job' })).toEqual({ total: 0 });
  expect(await platform.services.db.one(sql`select last_error from kernel.job where name = 'probe.work'`)).toEqual({
    lastError: 'Error: no luck',
  });
  platform.clock.set(plusMs(testStart, 61_000));
  await platform.drain();
  expect(runs).toBe(2);
  expect(await platform.services.db.one(sql`select last_error from kernel.job where name = 'probe.work'`)).toEqual({
    lastError: '',
  });
});

it('two processes on one database never deliver the same event twice and share the work', async () => {
  const heardBy: [string[], string[]] = [[], []];
  hearing.subscriber = async (tx, _, event) => {
    heardBy[0].push(event.id);
    await tx.exec(sql`select pg_sleep(0.005)`);
  };
  await withSecondProcess(
    {
      subscriber: async (tx, _, event) => {
        heardBy[1].push(event.id);
        await tx.exec(sql`select pg_sleep(0.005)`);
      },
      job: async () => 0,
    },
    async (second) => {
      await Promise.all(
        Array.from({ length: 60 }, () => platform.call(addition, { scope: 'shared', amount: 1, tell: true })),
      );
      await Promise.all([platform.worker.drain(), second.worker.drain()]);
    },
  );
  const all = [...heardBy[0], ...heardBy[1]];
  expect(all).toHaveLength(60);
  expect(new Set(all).size).toBe(60);
  expect(heardBy[0].length).toBeGreaterThan(0);
  expect(heardBy[1].length).toBeGreaterThan(0);
});

it('two processes on one database never run the same job at the same time, nor twice in one turn', async () => {
  let running = 0;
  let most = 0;
  let runs = 0;
  const job = async (tx: Parameters<Hearing['job']>[0]) => {
    running += 1;
    most = Math.max(most, running);
    runs += 1;
    await tx.exec(sql`select pg_sleep(0.1)`);
    running -= 1;
    return 1;
  };
  hearing.job = job;
  await dueJob();
  await withSecondProcess({ subscriber: async () => {}, job }, async (second) => {
    await Promise.all([platform.worker.drain(), second.worker.drain(), platform.worker.drain(), second.worker.drain()]);
  });
  expect({ most, runs }).toEqual({ most: 1, runs: 1 });
});

it('the running worker hears of an event without being asked, and stops when told', async () => {
  const heard = new Promise<unknown>((resolve) => {
    hearing.subscriber = async (_, payload) => resolve(payload);
  });
  await platform.worker.start();
  await platform.call(addition, { scope: 'live', amount: 7, tell: true });
  expect(await heard).toEqual({ scope: 'live', amount: 7 });
});

it('an event left by a process that was killed is delivered by the next', async () => {
  await platform.call(addition, { scope: 'left', amount: 1, tell: true });
  const heard: unknown[] = [];
  await withSecondProcess(
    { subscriber: async (_, payload) => void heard.push(payload), job: async () => 0 },
    async (second) => {
      await second.worker.drain();
    },
  );
  expect(heard).toEqual([{ scope: 'left', amount: 1 }]);
});

async function dueJob(): Promise<void> {
  await platform.asSystem(async (tx) => {
    await tx.exec(
      sql`insert into kernel.job (region, name, next_at) values (${tx.region}, 'probe.work', ${tx.now}) on conflict (region, name) do update set next_at = excluded.next_at`,
    );
  });
}

/** Another application with its own connections on the same database. */
async function withSecondProcess(other: Hearing, work: (second: Platform) => Promise<void>): Promise<void> {
  const db = openDatabase({ url: platform.appUrl, poolSize: 4, role: 'yingshang_app' });
  const second = await buildApp({
    services: { ...platform.services, db },
    settings: platform.settings,
    modules: [org, probe(other)],
  });
  try {
    await work(second);
  } finally {
    await second.http.close();
    await second.worker.stop();
    await db.close();
  }
}
