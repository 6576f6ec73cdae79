import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { buildCalendar, defaultSettings, parseNotices, parsePauseGrounds } from '../../../calendar/index.ts';
import { AppError } from '../../../kernel/errors.ts';
import { instantAt, plusMs, type Instant } from '../../../kernel/time.ts';
import {
  decideChange,
  decideEscalation,
  decideFinish,
  decideOverrun,
  decideRecalculation,
  openTask,
  type Decision,
} from './decide.ts';
import { defaultSupervision, kindsFile, settingsOfKind, supervisionFile, yellowOf } from './kinds.ts';
import { timeLeft } from './left.ts';
import type { Rulebook } from './project.ts';
import { evolve, lightAt, type Task, type TaskChange, type TaskEvent, type TaskSpec } from './task.ts';

const read = (file: string): unknown =>
  parse(readFileSync(new URL(`../../../../data/${file}`, import.meta.url), 'utf8'));
const notices = parseNotices(read('calendar/notices.yaml'));
const grounds = parsePauseGrounds(read('calendar/pause-grounds.yaml'));
const { kinds } = kindsFile.parse(read('tasks/kinds.yaml'));
const book: Rulebook = {
  calendar: buildCalendar(notices),
  clock: { ...defaultSettings, pauseGrounds: grounds },
  grounds,
  kinds,
  supervision: defaultSupervision,
};
const at = (day: string, time = '10:00'): Instant => instantAt(day, time);
const on = (now: Instant, by: string | null = 'a'): Decision => ({ book, now, by });

function opened(start: Instant, promisedTerm: string, more: Partial<TaskSpec> = {}): Task {
  const spec: TaskSpec = {
    kind: 'case.step',
    title: '食品经营许可核准',
    subject: { type: 'case', id: 'c1', no: '6103290001' },
    link: '/cases/c1',
    unitId: 'market-supervision',
    start,
    promisedTerm,
    basis: { title: '中华人民共和国行政许可法', article: '第四十二条' },
    ...more,
  };
  return evolve(null, openTask('01920000-0000-7000-8000-000000000001', spec, on(start)));
}

const change = (task: Task, now: Instant, what: TaskChange): Task => evolve(task, decideChange(task, what, on(now)));
const pauseFor = (plannedUntil: string, more: Partial<Extract<TaskChange, { type: 'pause' }>> = {}): TaskChange => ({
  type: 'pause',
  ground: 'expertReview',
  basis: '',
  noticeNo: '麟审告〔2022〕1号',
  plannedUntil,
  ...more,
});

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
  return 'none';
}

describe('待办的期限', () => {
  it.each([
    ['2022-09-29', '5wd', '2022-10-11'],
    ['2022-09-29', '20wd', '2022-11-01'],
    ['2022-01-28', '5wd', '2022-02-09'],
    ['2025-01-26', '5wd', '2025-02-08'],
    ['2022-06-01', '1.5wd', '2022-06-02'],
    ['2022-09-11', '20nd', '2022-10-08'],
  ])('%s 受理，%s，到 %s', (start, term, due) => {
    expect(opened(at(start), term).dueOn).toBe(due);
  });

  it('承诺期限和法定期限各算各的', () => {
    const task = opened(at('2022-09-29'), '5wd', { statutoryTerm: '20wd' });
    expect([task.dueOn, task.statutoryDueOn]).toEqual(['2022-10-11', '2022-11-01']);
  });

  it('通知没有录入的年份，日期注明是暂定的', () => {
    expect(opened(at('2026-12-30'), '5wd').provisional).toBe(true);
    expect(opened(at('2026-11-23'), '5wd').provisional).toBe(false);
  });

  it('没有承办单位也没有个人，是程序的错', () => {
    expect(() => opened(at('2022-09-29'), '5wd', { unitId: null })).toThrow(/no holder/);
  });
});

describe('亮灯', () => {
  const task = opened(at('2022-09-05'), '10wd'); // Monday; due Monday 2022-09-19, moved by nothing but the Mid-Autumn break on 12 September
  it.each([
    ['2022-09-05', '11:00', 'green'],
    ['2022-09-15', '23:59', 'green'],
    ['2022-09-16', '00:00', 'yellow'],
    ['2022-09-20', '18:00', 'yellow'],
    ['2022-09-20', '18:01', 'red'],
  ])('%s %s 是 %s', (day, time, light) => {
    expect(task.dueOn).toBe('2022-09-20');
    expect(lightAt(task, at(day, time))).toBe(light);
  });

  it('一天半的期限不会一开始就是黄灯', () => {
    const short = opened(at('2022-06-01', '09:00'), '1.5wd');
    expect(lightAt(short, at('2022-06-01', '09:01'))).toBe('green');
    expect(lightAt(short, at('2022-06-02', '15:00'))).toBe('yellow');
  });

  it('按小时的抢修昼夜计时', () => {
    const repair = opened(at('2022-10-01', '23:30'), '2h', { kind: 'hotline.repair' });
    expect(repair.dueAt).toBe(at('2022-10-02', '01:30'));
    expect(lightAt(repair, at('2022-10-02', '01:30'))).toBe('yellow');
    expect(lightAt(repair, at('2022-10-02', '01:31'))).toBe('red');
    expect(timeLeft(repair, at('2022-10-02', '01:00'), book.calendar).words).toBe('还剩30分钟');
  });

  it('还剩多少说给人听', () => {
    expect(timeLeft(task, at('2022-09-14'), book.calendar)).toEqual({ workingDaysLeft: 4, words: '还剩4个工作日' });
    expect(timeLeft(task, at('2022-09-20'), book.calendar).words).toBe('今天到期');
    expect(timeLeft(task, at('2022-09-20', '19:00'), book.calendar).words).toBe('已超期，不到1个工作日');
    expect(timeLeft(task, at('2022-09-22'), book.calendar)).toEqual({ workingDaysLeft: -2, words: '已超期2个工作日' });
  });
});

describe('中止计时', () => {
  const task = opened(at('2022-09-13'), '10wd'); // due 2022-09-27
  it.each([
    ['不是法定事由', pauseFor('2022-09-23', { ground: '领导出差' }), 'PAUSE_GROUND_NOT_LISTED'],
    ['没有书面告知', pauseFor('2022-09-23', { noticeNo: ' ' }), 'PAUSE_WITHOUT_NOTICE'],
    ['没有计划结束日', pauseFor(''), 'PAUSE_WITHOUT_PLANNED_END'],
    ['计划结束日已经过去', pauseFor('2022-09-14'), 'PAUSE_WITHOUT_PLANNED_END'],
  ])('%s，不停', (_, what, code) => {
    expect(codeOf(() => change(task, at('2022-09-15'), what))).toBe(code);
  });

  it('没有启用的事由，不停', () => {
    const disabled = grounds.find(({ enabled }) => !enabled);
    expect(disabled).toBeDefined();
    expect(codeOf(() => change(task, at('2022-09-15'), pauseFor('2022-09-23', { ground: disabled?.code ?? '' })))).toBe(
      'PAUSE_GROUND_NOT_ENABLED',
    );
  });

  it('只能用一次的事由，第二次不停', () => {
    const once = grounds.map((ground) => ({ ...ground, maxTimes: 1 }));
    const strict: Decision = { ...on(at('2022-09-16')), book: { ...book, grounds: once } };
    const resumed = change(change(task, at('2022-09-15'), pauseFor('2022-09-21')), at('2022-09-16', '09:00'), {
      type: 'resume',
    });
    expect(codeOf(() => decideChange(resumed, pauseFor('2022-09-23'), strict))).toBe('PAUSE_GROUND_USED_UP');
  });

  it('停到计划结束日，恢复时按实际天数重算', () => {
    const paused = change(task, at('2022-09-15'), pauseFor('2022-09-21'));
    expect(lightAt(paused, at('2022-09-16'))).toBe('paused');
    expect(paused.stoppedUntil).toBe(at('2022-09-22', '00:00'));
    // 16, 19, 20 and 21 September stood still: four working days later, past the National Day break.
    expect(paused.dueOn).toBe('2022-10-08');
    const resumed = change(paused, at('2022-09-19', '09:00'), { type: 'resume' });
    // Resumed after opening on the 19th: the 16th and 19th stood still.
    expect([resumed.state, resumed.stoppedUntil, resumed.dueOn]).toEqual(['open', null, '2022-09-29']);
  });

  it('过了计划结束日，不用任何人动手就继续计时', () => {
    const paused = change(task, at('2022-09-15'), pauseFor('2022-09-16'));
    expect(paused.dueOn).toBe('2022-09-28');
    expect(lightAt(paused, at('2022-09-17'))).toBe('green');
    expect(lightAt(paused, at('2022-09-28', '18:01'))).toBe('red');
    expect(decideOverrun(paused, on(at('2022-09-16', '23:00')))).toBeNull();
    const overrun = decideOverrun(paused, on(at('2022-09-17', '00:00')));
    if (overrun === null) throw new Error('the overrun was not noticed');
    const open = evolve(paused, overrun);
    expect([open.state, open.dueOn]).toEqual(['open', '2022-09-28']);
    // Somebody resumes late: nothing changes any more.
    expect(change(open, at('2022-09-26'), { type: 'resume' }).dueOn).toBe('2022-09-28');
  });

  it('最后一天中止的，当天整天不计，不会停着停着超期', () => {
    const lastDay = change(task, at('2022-09-27', '16:00'), pauseFor('2022-10-12'));
    expect(lightAt(lastDay, at('2022-09-28'))).toBe('paused');
    expect(lastDay.dueOn).toBe('2022-10-13');
  });

  it('已经停着的不能再停，没有停的不能恢复', () => {
    const paused = change(task, at('2022-09-15'), pauseFor('2022-09-21'));
    expect(codeOf(() => change(paused, at('2022-09-16'), pauseFor('2022-09-22')))).toBe('TASK_ALREADY_PAUSED');
    expect(codeOf(() => change(task, at('2022-09-16'), { type: 'resume' }))).toBe('TASK_NOT_PAUSED');
  });

  it('红灯不能靠中止或者延期熄灭', () => {
    expect(codeOf(() => change(task, at('2022-09-28'), pauseFor('2022-10-12')))).toBe('TASK_OVERDUE');
    const extend: TaskChange = { type: 'extend', term: '10wd', basis: '第四十二条', approvedBy: '局长', once: true };
    expect(codeOf(() => change(task, at('2022-09-28'), extend))).toBe('TASK_OVERDUE');
  });

  it('后来不再认可的事由，不影响已经停过的', () => {
    const paused = change(task, at('2022-09-15'), pauseFor('2022-09-21'));
    const stricter: Rulebook = {
      ...book,
      grounds: [],
      clock: { ...book.clock, pauseGrounds: [] },
      calendar: buildCalendar(notices.slice(0, 1)),
    };
    const event = decideRecalculation(paused, '依据通知重新计算', { book: stricter, now: at('2022-09-16'), by: null });
    expect(event?.type === 'recalculated' && event.projection.dueOn).toBe('2022-10-08');
  });
});

describe('延期、移交、办结', () => {
  const task = opened(at('2022-09-29'), '5wd', { statutoryTerm: '20wd' });
  const extend: TaskChange = {
    type: 'extend',
    term: '10wd',
    basis: '行政许可法第四十二条',
    approvedBy: '局长',
    noticeNo: '1号',
    once: true,
  };
  it('延长十天，两个期限都顺延，只能一次', () => {
    const longer = change(task, at('2022-10-08'), extend);
    expect([longer.dueOn, longer.statutoryDueOn]).toEqual(['2022-10-25', '2022-11-15']);
    expect(codeOf(() => change(longer, at('2022-10-09'), extend))).toBe('TASK_ALREADY_EXTENDED');
  });

  it('延期要写依据和批准人，单位要一致', () => {
    expect(codeOf(() => change(task, at('2022-10-08'), { ...extend, approvedBy: '' }))).toBe('EXTENSION_WITHOUT_BASIS');
    expect(codeOf(() => change(task, at('2022-10-08'), { ...extend, term: '10nd' }))).toBe('EXTENSION_UNIT_MISMATCH');
  });

  it('移交到别的单位，原来的经办人不再持有', () => {
    const mine = change(task, at('2022-10-08'), { type: 'handOver', accountId: 'p1', reason: '认领' });
    const moved = change(mine, at('2022-10-08'), { type: 'handOver', unitId: 'tax', reason: '职责在税务' });
    expect([moved.unitId, moved.accountId]).toEqual(['tax', null]);
    expect(codeOf(() => change(moved, at('2022-10-08'), { type: 'handOver', unitId: 'tax', reason: '再来' }))).toBe(
      'TASK_HANDED_TO_SAME',
    );
  });

  it('办结一次；同一个人重复提交不算错，别人再办就晚了', () => {
    const event = decideFinish(task, 'granted', '', on(at('2022-10-08'), 'a'));
    if (event === null) throw new Error('not finished');
    const done = evolve(task, event);
    expect(lightAt(done, at('2030-01-01'))).toBe('done');
    expect(decideFinish(done, 'granted', '', on(at('2022-10-08', '11:00'), 'a'))).toBeNull();
    expect(codeOf(() => decideFinish(done, 'granted', '', on(at('2022-10-08', '11:00'), 'b')))).toBe(
      'TASK_ALREADY_FINISHED',
    );
    expect(codeOf(() => decideFinish(done, 'refused', '', on(at('2022-10-08', '11:00'), 'a')))).toBe(
      'TASK_ALREADY_FINISHED',
    );
    expect(codeOf(() => change(done, at('2022-10-08'), { type: 'resume' }))).toBe('TASK_ALREADY_FINISHED');
  });
});

describe('预警级别', () => {
  it('每一级到时候各发一次，停着的不发', () => {
    let task = opened(at('2022-09-13'), '10wd'); // yellow 23 September, due 27 September
    expect(decideEscalation(task, on(at('2022-09-22')))).toBeNull();
    const fire = (now: Instant): readonly string[] => {
      const event = decideEscalation(task, on(now));
      if (event === null) return [];
      task = evolve(task, event);
      return event.type === 'escalated' ? event.rungs : [];
    };
    expect(fire(at('2022-09-23', '00:00'))).toEqual(['yellow']);
    expect(fire(at('2022-09-26'))).toEqual([]);
    expect(fire(at('2022-09-27', '18:00'))).toEqual([]);
    expect(fire(at('2022-09-27', '18:01'))).toEqual(['red']);
    // Nobody looked for two weeks: what was missed comes at once.
    expect(fire(at('2022-10-12'))).toEqual(['red+1wd', 'red+5wd']);
    expect(task.nextRungAt).toBeNull();
  });

  it('没有列出的类型取最近的上级', () => {
    expect(settingsOfKind(kinds, 'case.step.review').kind).toBe('case');
    expect(settingsOfKind(kinds, 'case.correction').kind).toBe('case.correction');
    expect(settingsOfKind(kinds, 'inspection.publish').kind).toBe('default');
    expect(yellowOf(settingsOfKind(kinds, 'case'), '20wd')).toEqual({ workingDaysLeft: 2 });
    expect(yellowOf(settingsOfKind(kinds, 'case'), '3wd')).toEqual({ shareUsed: 0.6 });
  });

  it('督办级别的数据完整', () => {
    expect(supervisionFile.parse(read('tasks/supervision.yaml')).levels.map(({ name }) => name)).toEqual([
      '催办',
      '督办',
      '约谈',
    ]);
  });
});

/** Every way a task can go: each step that is refused leaves it alone, each that is taken is an event. */
describe('任何一条路走下来', () => {
  type Step = {
    hours: number;
    what: 'pause' | 'resume' | 'extend' | 'handOver' | 'finish' | 'overrun' | 'escalate' | 'recalculate';
    n: number;
  };
  const step: fc.Arbitrary<Step> = fc.record({
    hours: fc.integer({ min: 0, max: 120 }),
    what: fc.constantFrom('pause', 'resume', 'extend', 'handOver', 'finish', 'overrun', 'escalate', 'recalculate'),
    n: fc.integer({ min: 0, max: 20 }),
  });
  const older: Rulebook = { ...book, calendar: buildCalendar(notices.slice(0, 1)) };

  function decide(task: Task, { what, n }: Step, now: Instant): TaskEvent | null {
    const planned = plusMs(now, n * 24 * 3_600_000 + 8 * 3_600_000).slice(0, 10);
    switch (what) {
      case 'pause':
        return decideChange(task, pauseFor(planned), on(now));
      case 'resume':
        return decideChange(task, { type: 'resume' }, on(now));
      case 'extend':
        return decideChange(
          task,
          {
            type: 'extend',
            term: `${n}${task.promisedTerm.replace(/[\d.]/g, '')}`,
            basis: '依据',
            approvedBy: '局长',
            once: false,
          },
          on(now),
        );
      case 'handOver':
        return decideChange(task, { type: 'handOver', unitId: `u${n}`, reason: '移交' }, on(now));
      case 'finish':
        return n > 17 ? decideFinish(task, 'done', '', on(now)) : null;
      case 'overrun':
        return decideOverrun(task, on(now));
      case 'escalate':
        return decideEscalation(task, on(now));
      case 'recalculate':
        return decideRecalculation(task, '重算', { ...on(now), book: n % 2 === 0 ? book : older });
    }
  }

  it('事件折叠起来就是当前行；灯的三个时刻总是有序；红灯不会变绿', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('5wd', '1.5wd', '20nd', '1mo', '48h', '0wd'),
        fc.array(step, { maxLength: 25 }),
        (term, steps) => {
          let now = at('2022-09-05');
          let task = opened(now, term);
          let version = 1;
          for (const one of steps) {
            now = plusMs(now, one.hours * 3_600_000);
            let event: TaskEvent | null = null;
            try {
              event = decide(task, one, now);
            } catch (error) {
              if (!(error instanceof AppError)) throw error;
            }
            if (event === null) continue;
            const before = lightAt(task, now);
            const json = JSON.parse(JSON.stringify(event)) as TaskEvent;
            const after = evolve(task, event);
            expect(after).toEqual(evolve(task, json));
            version += 1;
            expect(after.version).toBe(version);
            expect(after.yellowAt <= after.dueAt).toBe(true);
            if (after.stoppedUntil !== null) expect(after.stoppedUntil <= after.yellowAt).toBe(true);
            // A confirmed notice may move a date; nothing that an officer can do puts a red light out.
            if (before === 'red' && one.what !== 'recalculate') expect(['red', 'done']).toContain(lightAt(after, now));
            if (one.what === 'pause' && after.state === 'paused') expect(lightAt(after, now)).not.toBe('red');
            task = after;
          }
        },
      ),
      { seed: 20261123, numRuns: 600 },
    );
  });
});
