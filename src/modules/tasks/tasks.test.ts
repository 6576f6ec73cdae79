import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestPlatform, type TestPlatform } from '../../../test/support/platform.ts';
import { systemActor } from '../../kernel/actor.ts';
import { sql } from '../../kernel/db.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Tx } from '../../kernel/module.ts';
import { instantAt, localDateOf, plusMs, type Instant } from '../../kernel/time.ts';
import { org } from '../org/index.ts';
import { calendarOf, changeTask, finishTasks, openTasks, tasks, tasksOf, type Task, type TaskSpec } from './index.ts';
import { escalateDue, foldTally, noticeOverruns, recalculatePortion } from './jobs.ts';
import { countByLight, listForQueue, sumCounts, type QueueFilter } from './queue.ts';
import { evolve, lightAt } from './rules/task.ts';
import { eventOf, loadEvents, loadTask } from './store.ts';
import { touchRulebook } from './rulebook.ts';
import { closeSlip, replyTo, supervise } from './supervision.ts';

let platform: TestPlatform;
const at = (day: string, time = '10:00'): Instant => instantAt(day, time);
const within = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => platform.asSystem(work);

beforeAll(async () => {
  platform = await startTestPlatform({ modules: [org, tasks], now: at('2026-11-23') });
  await platform.drain();
});
afterAll(() => platform.stop());
beforeEach(() => platform.clock.set(at('2026-11-23')));

function spec(more: Partial<TaskSpec> = {}): TaskSpec {
  return {
    kind: 'case.step',
    title: '食品经营许可核准',
    subject: { type: 'case', id: 'case-1', no: '6103292026112300001' },
    link: '/cases/case-1',
    unitId: 'approval-bureau',
    start: platform.clock.now(),
    promisedTerm: '5wd',
    basis: { title: '中华人民共和国行政许可法', article: '第四十二条' },
    ...more,
  };
}

const pause = {
  type: 'pause',
  ground: 'expertReview',
  basis: '',
  noticeNo: '麟审告〔2026〕1号',
  plannedUntil: '2026-12-04',
} as const;
const everything: QueueFilter = {
  reach: 'all',
  units: [],
  lights: [],
  kinds: [],
  subjectType: null,
  dueFrom: null,
  dueTo: null,
  text: '',
  accountId: null,
  state: 'open',
};

async function openOne(more: Partial<TaskSpec> = {}): Promise<Task> {
  const [task] = await within((tx) => openTasks(tx, [spec(more)]));
  if (task === undefined) throw new Error('nothing opened');
  return task;
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'none',
    (error: unknown) => {
      if (error instanceof AppError) return error.code;
      throw error;
    },
  );
}

/** The row as it is stored and as its events fold. */
async function bothViews(id: string): Promise<{ row: Task | null; folded: Task | null }> {
  return within(async (tx) => {
    const events = await loadEvents(tx, id);
    let folded: Task | null = null;
    for (const event of events) folded = evolve(folded, eventOf(event));
    return { row: await loadTask(tx, id), folded };
  });
}

describe('待办存进去、取出来', () => {
  it('一次开多件，返回的就是存下的', async () => {
    const opened = await within((tx) =>
      openTasks(tx, [
        spec(),
        spec({ unitId: 'tax', statutoryTerm: '20wd', yellow: { shareUsed: 0.5 } }),
        spec({ promisedTerm: '1.5wd' }),
      ]),
    );
    const stored = await within(async (tx) => {
      const found = [];
      for (const { id } of opened) found.push(await loadTask(tx, id));
      return found;
    });
    expect(stored).toEqual(opened);
    expect(opened.map(({ dueOn }) => dueOn)).toEqual(['2026-11-30', '2026-11-30', '2026-11-24']);
  });

  it('申请人自己的事没有单位，只有账号', async () => {
    const accountId = '01920000-0000-7000-8000-0000000000aa';
    const task = await openOne({
      kind: 'case.correction',
      unitId: null,
      accountId,
      subject: { type: 'case', id: 'own', no: '1' },
    });
    const [found] = await within((tx) => tasksOf(tx, 'case', ['own']));
    expect(found).toEqual(task);
    const counted = await within((tx) =>
      countByLight(tx, { reach: 'all', units: [], kinds: ['case.correction'], since: null }),
    );
    expect(counted).toEqual([]);
  });

  it('没有开一件也行', async () => {
    expect(await within((tx) => openTasks(tx, []))).toEqual([]);
    expect(await within((tx) => finishTasks(tx, [], 'done'))).toEqual([]);
    expect(await within((tx) => tasksOf(tx, 'case', []))).toEqual([]);
  });

  it('期限写错了，一件也不开', async () => {
    expect(
      await codeOf(
        within((tx) =>
          openTasks(tx, [spec({ subject: { type: 'case', id: 'bad', no: '' } }), spec({ promisedTerm: '五天' })]),
        ),
      ),
    ).toBe('BAD_TERM');
    expect(await within((tx) => tasksOf(tx, 'case', ['bad']))).toEqual([]);
  });

  it('不存在的待办', async () => {
    const nobody = '01920000-0000-7000-8000-00000000dead';
    expect(await codeOf(within((tx) => changeTask(tx, nobody, { type: 'resume' })))).toBe('TASK_NOT_FOUND');
    expect(await codeOf(within((tx) => finishTasks(tx, [nobody], 'done')))).toBe('TASK_NOT_FOUND');
  });

  it('事件只能添，不能改，不能删', async () => {
    const task = await openOne();
    for (const statement of [
      sql`update tasks.event set actor_name = '别人' where task_id = ${task.id}`,
      sql`delete from tasks.event where task_id = ${task.id}`,
    ]) {
      await expect(within((tx) => tx.exec(statement))).rejects.toMatchObject({ code: '42501' });
    }
  });
});

describe('事件折叠等于当前行', () => {
  type Step = { hours: number; what: 'pause' | 'resume' | 'extend' | 'handOver' | 'finish' | 'jobs'; n: number };
  const step: fc.Arbitrary<Step> = fc.record({
    hours: fc.integer({ min: 0, max: 60 }),
    what: fc.constantFrom('pause', 'resume', 'extend', 'handOver', 'finish', 'jobs'),
    n: fc.integer({ min: 0, max: 12 }),
  });

  async function take(tx: Tx, id: string, { what, n }: Step): Promise<unknown> {
    switch (what) {
      case 'pause':
        return changeTask(tx, id, { ...pause, plannedUntil: localDateOf(plusMs(tx.now, n * 24 * 3_600_000)) });
      case 'resume':
        return changeTask(tx, id, { type: 'resume' });
      case 'extend':
        return changeTask(tx, id, {
          type: 'extend',
          term: `${n}wd`,
          basis: '第四十二条',
          approvedBy: '局长',
          once: n > 6,
        });
      case 'handOver':
        return changeTask(tx, id, { type: 'handOver', unitId: n > 6 ? 'tax' : 'approval-bureau', reason: '移交' });
      case 'finish':
        return n > 10 ? finishTasks(tx, [id], n > 11 ? 'cancelled' : 'done', '办好了') : null;
      case 'jobs':
        await noticeOverruns(tx);
        return escalateDue(tx);
    }
  }

  it('无论怎样走，每一步之后都相等', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('5wd', '1.5wd', '3wd'),
        fc.array(step, { minLength: 3, maxLength: 12 }),
        async (term, steps) => {
          let now = at('2026-11-23');
          platform.clock.set(now);
          const { id } = await openOne({ promisedTerm: term, statutoryTerm: '20wd' });
          for (const one of steps) {
            now = plusMs(now, one.hours * 3_600_000);
            platform.clock.set(now);
            await codeOf(within((tx) => take(tx, id, one)));
          }
          const { row, folded } = await bothViews(id);
          expect(folded).toEqual(row);
        },
      ),
      { seed: 20261123, numRuns: 60 },
    );
  });
});

describe('队列和计数', () => {
  it('按灯计数与一件一件数的结果总是一样', async () => {
    const units = ['county-a', 'county-b', 'county-c'];
    const days = Array.from({ length: 40 }, (_, n) => plusMs(at('2026-11-02'), n * 17 * 3_600_000));
    const opened: Task[] = [];
    for (const [n, start] of days.entries()) {
      platform.clock.set(start);
      const kind = n % 3 === 0 ? 'hotline.reply' : 'case.step';
      opened.push(
        await openOne({
          kind,
          start,
          unitId: units[n % 3] ?? '',
          promisedTerm: ['5wd', '1.5wd', '3wd', '10wd', '20nd', '30h'][n % 6] ?? '5wd',
          subject: { type: 'count', id: `${n}`, no: `${n}` },
        }),
      );
    }
    platform.clock.set(plusMs(days.at(-1) ?? at('2026-12-01'), 60_000));
    for (const task of opened) {
      if (lightAt(task, platform.clock.now()) === 'red') continue;
      if (task.subjectId.endsWith('1'))
        await within((tx) => changeTask(tx, task.id, { ...pause, plannedUntil: '2026-12-09' }));
      if (task.subjectId.endsWith('2')) await within((tx) => finishTasks(tx, [task.id], 'done'));
      if (task.subjectId.endsWith('3')) await within((tx) => finishTasks(tx, [task.id], 'cancelled'));
      if (task.subjectId.endsWith('4'))
        await within((tx) => changeTask(tx, task.id, { type: 'handOver', unitId: 'county-a', reason: '移交' }));
    }
    for (const hours of [0, 3, 9, 20, 48, 200, 400]) {
      platform.clock.set(plusMs(days.at(-1) ?? '', hours * 3_600_000 + 60_000));
      if (hours === 48) await within(foldTally);
      const now = platform.clock.now();
      const rows = await within((tx) =>
        tasksOf(
          tx,
          'count',
          opened.map(({ subjectId }) => subjectId),
        ),
      );
      const counted = await within((tx) =>
        countByLight(tx, { reach: units, units: [], kinds: [], since: plusMs(now, -90 * 24 * 3_600_000) }),
      );
      for (const unitId of units) {
        const mine = rows.filter((row) => row.unitId === unitId);
        const lights = mine.map((row) => lightAt(row, now));
        const by = (light: string): number => lights.filter((one) => one === light).length;
        const finished = mine.filter((row) => row.state === 'finished' && row.outcome !== 'cancelled');
        expect(
          counted.find((one) => one.unitId === unitId),
          `${unitId} after ${hours}h`,
        ).toEqual({
          unitId,
          open: mine.filter((row) => row.state !== 'finished').length,
          red: by('red'),
          yellow: by('yellow'),
          green: by('green'),
          paused: by('paused'),
          onTime: finished.filter((row) => (row.finishedAt ?? '') <= row.dueAt).length,
          late: finished.filter((row) => (row.finishedAt ?? '') > row.dueAt).length,
        });
      }
      const kind = await within((tx) =>
        countByLight(tx, { reach: units, units: [], kinds: ['hotline.reply'], since: null }),
      );
      expect(sumCounts(kind).open).toBe(
        rows.filter((row) => row.kind === 'hotline.reply' && row.state !== 'finished').length,
      );
      for (const light of ['red', 'yellow', 'green', 'paused'] as const) {
        const page = await within((tx) =>
          listForQueue(tx, { ...everything, reach: units, lights: [light] }, { page: 1, size: 200, after: null }),
        );
        expect(page.rows.map(({ id }) => id).sort()).toEqual(
          rows
            .filter((row) => lightAt(row, now) === light && units.includes(row.unitId ?? ''))
            .map(({ id }) => id)
            .sort(),
        );
        expect(page.total).toBe(page.rows.length);
      }
    }
  });

  it('翻页：按号码和按游标看到的一样，不重不漏，最早到期的在前', async () => {
    const all = await within((tx) => listForQueue(tx, everything, { page: 1, size: 200, after: null }));
    expect(all.rows.length).toBe(all.total);
    expect(all.rows.map(({ dueAt }) => dueAt)).toEqual(all.rows.map(({ dueAt }) => dueAt).sort());
    const byCursor: string[] = [];
    for (let after: string | null = null, turns = 0; turns === 0 || (after !== null && turns < 100); turns += 1) {
      const page = await within((tx) => listForQueue(tx, everything, { page: 1, size: 7, after }));
      byCursor.push(...page.rows.map(({ id }) => id));
      after = page.next;
    }
    expect(byCursor).toEqual(all.rows.map(({ id }) => id));
    const third = await within((tx) => listForQueue(tx, everything, { page: 3, size: 7, after: null }));
    expect(third.rows.map(({ id }) => id)).toEqual(byCursor.slice(14, 21));
  });

  it('按文字、期限和单位筛选；通配符只是普通的字', async () => {
    await openOne({ title: '100%_纯手工豆腐坊', unitId: 'tofu', subject: { type: 'case', id: 'tofu', no: 'ABC-77' } });
    const find = (more: Partial<QueueFilter>) =>
      within((tx) => listForQueue(tx, { ...everything, ...more }, { page: 1, size: 50, after: null }));
    expect((await find({ text: '豆腐' })).total).toBe(1);
    expect((await find({ text: '0%_纯' })).total).toBe(1);
    expect((await find({ text: '豆%坊' })).total).toBe(0);
    expect((await find({ text: 'abc-7' })).rows.map(({ subjectNo }) => subjectNo)).toEqual(['ABC-77']);
    expect((await find({ reach: ['tofu'] })).total).toBe(1);
    expect((await find({ reach: ['tofu'], units: ['tax'] })).total).toBe(0);
    expect((await find({ reach: [] })).total).toBe(0);
    expect((await find({ dueFrom: '2026-11-30', dueTo: '2026-11-30', units: ['tofu'] })).total).toBe(1);
    expect((await find({ dueFrom: '2026-12-01', units: ['tofu'] })).total).toBe(0);
  });
});

describe('两个人同时', () => {
  it('同时办结，只有一个结果', async () => {
    for (let round = 0; round < 10; round += 1) {
      const task = await openOne();
      const answers = await Promise.all(
        ['granted', 'refused'].map((outcome) => codeOf(within((tx) => finishTasks(tx, [task.id], outcome)))),
      );
      expect(answers.sort()).toEqual(['TASK_ALREADY_FINISHED', 'none']);
      const { row, folded } = await bothViews(task.id);
      expect(folded).toEqual(row);
      expect(row?.version).toBe(2);
    }
  });

  it('同时中止，只停一次', async () => {
    const task = await openOne();
    const answers = await Promise.all([1, 2, 3].map(() => codeOf(within((tx) => changeTask(tx, task.id, pause)))));
    expect(answers.sort()).toEqual(['TASK_ALREADY_PAUSED', 'TASK_ALREADY_PAUSED', 'none']);
  });

  it('几件一起办，顺序相反也不会互相卡死', async () => {
    const ids = (
      await within((tx) =>
        openTasks(
          tx,
          Array.from({ length: 20 }, () => spec()),
        ),
      )
    ).map(({ id }) => id);
    const answers = await Promise.all(
      [ids, [...ids].reverse()].map((order) => codeOf(within((tx) => finishTasks(tx, order, 'done')))),
    );
    expect(answers).toEqual(['none', 'none']);
    expect(await within((tx) => Promise.all(ids.map(async (id) => (await loadTask(tx, id))?.version)))).toEqual(
      ids.map(() => 2),
    );
  });

  it('两个进程同时扫描，每一级只发一次', async () => {
    await within((tx) =>
      openTasks(
        tx,
        Array.from({ length: 700 }, (_, n) =>
          spec({ unitId: 'crowd', promisedTerm: '1wd', subject: { type: 'crowd', id: `${n}`, no: '' } }),
        ),
      ),
    );
    platform.clock.set(at('2026-11-25'));
    const told = await Promise.all([1, 2, 3].map(() => within(escalateDue)));
    expect(await within(escalateDue)).toBe(0);
    const fired = await within((tx) =>
      tx.rows<{ rung: string; n: string }>(sql`select rung, count(*) as n from tasks.escalation
      where unit_id = 'crowd' group by rung order by rung`),
    );
    expect(fired).toEqual([
      { rung: 'red', n: '700' },
      { rung: 'red+1wd', n: '700' },
      { rung: 'yellow', n: '700' },
    ]);
    expect(told.reduce((sum, n) => sum + n, 0)).toBeGreaterThanOrEqual(2100);
    const published = await within((tx) =>
      tx.one<{
        n: string;
        distinct: string;
      }>(sql`select count(*) as n, count(distinct (payload->>'taskId', payload->>'rung')) as distinct
      from kernel.outbox where topic = 'task.escalated' and payload->>'unitId' = 'crowd'`),
    );
    expect(published).toEqual({ n: '2100', distinct: '2100' });
  });
});

describe('后台', () => {
  it('中止超过计划结束日的，恢复计时并提醒一次', async () => {
    const task = await openOne({ unitId: 'overrun' });
    await within((tx) => changeTask(tx, task.id, { ...pause, plannedUntil: '2026-11-25' }));
    platform.clock.set(at('2026-11-25', '23:59'));
    await within(noticeOverruns);
    expect((await within((tx) => loadTask(tx, task.id)))?.state).toBe('paused');
    platform.clock.set(at('2026-11-26', '00:01'));
    expect(await within(noticeOverruns)).toBeGreaterThanOrEqual(1);
    expect(await within(noticeOverruns)).toBe(0);
    expect((await within((tx) => loadTask(tx, task.id)))?.state).toBe('open');
    const told = await within((tx) =>
      tx.rows(sql`select 1 from kernel.outbox where topic = 'task.pauseOverran' and payload->>'taskId' = ${task.id}`),
    );
    expect(told).toHaveLength(1);
  });

  it('折叠计数前后总数不变，行数变少', async () => {
    const count = () =>
      within(async (tx) => ({
        sums: await tx.rows(
          sql`select unit_id, kind, mark, day, sum(n) as n from tasks.tally group by 1, 2, 3, 4 having sum(n) <> 0 order by 1, 2, 3, 4`,
        ),
        rows: Number((await tx.one<{ n: string }>(sql`select count(*) as n from tasks.tally`)).n),
      }));
    for (let n = 0; n < 12; n += 1) await openOne({ unitId: 'heap' });
    const before = await count();
    await within(foldTally);
    const after = await count();
    expect(after.sums).toEqual(before.sums);
    expect(after.rows).toBeLessThan(before.rows);
  });

  it('换了日历，所有在办的都跟着重算，一批一批，不漏', async () => {
    await within((tx) =>
      openTasks(
        tx,
        Array.from({ length: 620 }, (_, n) =>
          spec({ unitId: 'moved', promisedTerm: '30wd', subject: { type: 'moved', id: `${n}`, no: '' } }),
        ),
      ),
    );
    await within(async (tx) => {
      await tx.exec(sql`insert into tasks.calendar_notice (region, id, year, document_no, title, days, state, proposed_at, proposer_name)
        values (${tx.region}, gen_random_uuid(), 2027, '试验〔2026〕1号', '试验', ${JSON.stringify([{ date: '2027-01-01', kind: 'off', name: '元旦' }])}::jsonb, 'confirmed', ${tx.now}, '试验')`);
      await touchRulebook(tx, '试验');
    });
    expect(await within((tx) => recalculatePortion(tx, '依据试验〔2026〕1号通知重新计算'))).toBe(500);
    while ((await within((tx) => recalculatePortion(tx, '依据试验〔2026〕1号通知重新计算'))) > 0);
    const rows = await within((tx) =>
      tasksOf(
        tx,
        'moved',
        Array.from({ length: 620 }, (_, n) => `${n}`),
      ),
    );
    const { version } = await within(calendarOf);
    expect(new Set(rows.map(({ dueOn }) => dueOn))).toEqual(new Set(['2027-01-05']));
    expect(new Set(rows.map(({ calendarVersion }) => calendarVersion))).toEqual(new Set([version]));
    const { row, folded } = await bothViews(rows[600]?.id ?? '');
    expect(folded).toEqual(row);
  });
});

describe('销号', () => {
  it('回复的人不能自己销号', async () => {
    const task = await openOne();
    const person = {
      ...systemActor,
      kind: 'staff' as const,
      accountId: '01920000-0000-7000-8000-0000000000cc',
      name: '一人双岗',
    };
    const slip = await within((tx) => supervise(tx, task, { level: 'reminder', reason: '快到期了', replyTerm: null }));
    const replied = await within((tx) => replyTo({ ...tx, actor: person }, slip, '已办'));
    const decision = { outcome: 'accepted', note: '销号', replyTerm: null } as const;
    expect(await codeOf(within((tx) => closeSlip({ ...tx, actor: person }, replied, decision)))).toBe(
      'SUPERVISION_SAME_PERSON',
    );
    expect((await within((tx) => closeSlip(tx, replied, decision))).state).toBe('closed');
  });
});

describe('再大也快', () => {
  it('一个单位的队列、全县的队列都从索引里按序取，不排序', async () => {
    const client = new pg.Client({ connectionString: platform.ownerUrl });
    await client.connect();
    try {
      await client.query('analyze tasks.task');
      await client.query('set enable_seqscan = off');
      const plan = async (where: string): Promise<string> => {
        const { rows } = await client.query<{ 'QUERY PLAN': string }>(
          `explain select id from tasks.task t where ${where} order by t.due_at, t.id limit 20`,
        );
        return rows.map((row) => row['QUERY PLAN']).join('\n');
      };
      const one = await plan(`t.region = '610329' and t.state <> 'finished' and t.unit_id = 'tax'`);
      expect(one).toContain('task_queue');
      expect(one).not.toContain('Sort');
      const all = await plan(`t.region = '610329' and t.state <> 'finished' and t.unit_id is not null`);
      expect(all).toContain('task_queue_all');
      expect(all).not.toContain('Sort');
    } finally {
      await client.end();
    }
  });
});
