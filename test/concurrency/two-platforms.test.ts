import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { sql } from '../../src/kernel/db.ts';
import { modules } from '../../src/modules.ts';
import { instantAt } from '../../src/kernel/time.ts';
import * as cases from '../../src/modules/cases/contract.ts';
import { cases as casesModule } from '../../src/modules/cases/index.ts';
import { tasks as tasksModule } from '../../src/modules/tasks/index.ts';
import { openingAnswers } from '../support/opening.ts';
import { startTestPlatform, testStart, type TestPlatform } from '../support/platform.ts';

/** Two processes' platforms on one real PostgreSQL database. */
let one: TestPlatform;
let other: TestPlatform;
const filings = 50;

beforeAll(async () => {
  one = await startTestPlatform();
  other = await startTestPlatform({ beside: one });
});
afterAll(async () => {
  await other?.stop();
  await one?.stop();
});

test('两个进程同时收 50 份申请：办件编号没有重复、没有跳号', async () => {
  const callers = await Promise.all([one.signIn('applicant'), other.signIn('firm')]);
  const drafts = await Promise.all(
    Array.from({ length: filings }, async (_, index) => {
      const call = callers[index % 2] ?? callers[0];
      const { id: applicationId, revision } = await call(cases.startApplication, {
        service: { kind: 'bundle', id: 'enterprise-opening' },
      });
      await call(cases.saveDraft, { applicationId, revision, answers: openingAnswers });
      return { call, applicationId };
    }),
  );
  const filed = await Promise.all(
    drafts.map(({ call, applicationId }) => call(cases.fileApplication, { applicationId })),
  );
  const numbers = filed.flatMap((answer) => answer.cases.map((file) => file.no));
  expect(numbers).toHaveLength(filings * 7);
  expect(new Set(numbers).size).toBe(numbers.length);
  const bySeries = new Map<string, number[]>();
  for (const { itemName, no } of filed.flatMap((answer) => answer.cases))
    bySeries.set(itemName, [...(bySeries.get(itemName) ?? []), Number(no.slice(-6))]);
  for (const [item, serials] of bySeries) {
    const sorted = serials.sort((a, b) => a - b);
    expect((sorted.at(-1) ?? 0) - (sorted[0] ?? 0), item).toBe(filings - 1);
  }
});

test('发件箱：四个工人同时干，每件事只做一次，一件不漏', async () => {
  const sent = [one, other].map((platform) => vi.spyOn(platform.services.messenger, 'send'));
  await Promise.all([one.drain(), other.drain(), one.drain(), other.drain()]);
  const { events, deliveries, open, notices } = await one.services.db.one<
    Record<'events' | 'deliveries' | 'open' | 'notices', number>
  >(sql`select
    (select count(*)::int from kernel.outbox where topic = 'application.filed') as events,
    (select count(*)::int from kernel.delivery d join kernel.outbox o on o.region = d.region and o.id = d.event_id where o.topic = 'application.filed') as deliveries,
    (select count(*)::int from kernel.delivery where done_at is null) as open,
    (select count(*)::int from cases.notice) as notices`);
  const hearers = modules
    .flatMap((module) => module.subscribers ?? [])
    .filter(({ topic }) => topic === 'application.filed');
  expect([events, deliveries, open, notices]).toEqual([filings, filings * hearers.length, 0, filings]);
  const keys = sent.flatMap((spy) => spy.mock.calls.map(([message]) => message.key));
  expect(new Set(keys).size).toBe(keys.length);
  expect(keys).toHaveLength(filings);
});

test('超期提醒：两个进程同时扫描，每一级只发一次；视为受理也只有一次', async () => {
  // Long after every term: all rungs of all open tasks are due at once, and silence has fallen on every filed case.
  const later = instantAt('2026-12-21', '10:00');
  for (const platform of [one, other]) platform.clock.set(later);
  const jobs = [...(tasksModule.jobs ?? []), ...(casesModule.jobs ?? [])];
  const work = (platform: TestPlatform) => Promise.all(jobs.map((job) => platform.asSystem((tx) => job.run(tx))));
  for (let round = 0; round < 3; round += 1) await Promise.all([work(one), work(other), work(one), work(other)]);
  const fired = await one.services.db.rows<{ times: number }>(sql`select count(*)::int as times from kernel.outbox
    where topic = 'task.escalated' group by payload->>'taskId', payload->>'rung'`);
  expect(fired.length).toBeGreaterThan(filings);
  expect(fired.every((row) => row.times === 1)).toBe(true);
  const accepted = await one.services.db.rows<{ times: number }>(sql`select count(*)::int as times from cases.event
    where type = 'accepted' group by case_id`);
  expect(accepted).toHaveLength(filings);
  expect(accepted.every((row) => row.times === 1)).toBe(true);
  for (const platform of [one, other]) platform.clock.set(testStart);
});
