import { describe, expect, it, test } from 'vitest';
import { buildCalendar } from '../../../calendar/index.ts';
import { county } from '../../../calendar/test-calendar.ts';
import { instantAt, localDateOf, localTimeOf, type Instant, type LocalDate } from '../../../kernel/time.ts';
import type { AttributionInput, BudgetLine, StageInput } from './attribution-types.ts';
import { attribute } from './attribution.ts';
import { budgetOf, willBreakWithin } from './budget.ts';
import {
  addDays,
  at,
  correcting,
  intake,
  procedure,
  randomHistory,
  review,
  sampleInput,
  sampleItem,
  spansOf,
  waiting,
} from './sample-project.ts';
import type { ItemTimeline, Span } from './timeline.ts';

function stage(items: readonly ItemTimeline[], budgetDays: number | null = 20, id = 'works'): StageInput {
  return { id, name: '工程建设许可', unitId: 'planning', budgetDays, items };
}

/** Filed and accepted on the spot. */
function acceptedItem(id: string, when: string, more: Partial<ItemTimeline> = {}): ItemTimeline {
  return sampleItem(id, { filedAt: at(when), acceptedAt: at(when), spans: spansOf([when, review()]), ...more });
}

function lineOf(input: AttributionInput, id = 'works'): BudgetLine {
  const line = budgetOf(input).stages.find(({ stageId }) => stageId === id);
  if (line === undefined) throw new Error('no such stage');
  return line;
}

describe('受理日加上承诺天数', () => {
  it.each<[string, number, LocalDate]>([
    ['2022-05-23 10:00', 60, '2022-08-16'],
    ['2022-05-23 10:00', 95, '2022-10-10'],
    ['2022-09-29 10:00', 5, '2022-10-11'],
    ['2022-09-29 10:00', 20, '2022-11-01'],
    ['2022-09-29 10:00', 30, '2022-11-15'],
    ['2022-04-28 10:00', 5, '2022-05-09'],
    ['2022-01-28 10:00', 5, '2022-02-09'],
    ['2022-12-29 10:00', 3, '2023-01-04'],
    ['2025-01-26 10:00', 5, '2025-02-08'],
    // Accepted after hours: received the next working day, which is not counted.
    ['2022-05-20 21:00', 60, '2022-08-16'],
    ['2022-05-21 09:00', 60, '2022-08-16'],
  ])('%s 受理，%i个工作日，到 %s', (when, budgetDays, endsOn) => {
    const start = when.slice(0, 10);
    const items = [acceptedItem('a', when, { promisedTerm: `${budgetDays}wd` })];
    const input = { startOn: start, budgetDays, stages: [stage(items, budgetDays)] };
    for (const today of [start, addDays(start, 1), addDays(start, 4), endsOn]) {
      const { project, stages } = budgetOf(sampleInput(county, { ...input, today }));
      expect([today, project.endsOn, stages[0]?.endsOn]).toEqual([today, endsOn, endsOn]);
    }
    const last = budgetOf(sampleInput(county, { ...input, today: endsOn })).project;
    expect(last).toMatchObject({ used: budgetDays, left: 0 });
    const after = budgetOf(sampleInput(county, { ...input, today: addDays(endsOn, 7) })).project;
    expect(after.left).toBeLessThan(0);
    expect(after.endsOn).toBe(endsOn);
  });
});

describe('阶段用时', () => {
  it('同时办的几项只算一次，不相加', () => {
    const items = ['a', 'b', 'c'].map((id) => acceptedItem(id, '2022-05-23 10:00'));
    const line = lineOf(sampleInput(county, { stages: [stage(items)], today: '2022-05-31' }));
    expect(line).toMatchObject({ used: 6, left: 14, state: 'running' });
  });

  it('这一天归最晚办完的那一项的部门', () => {
    const items = [
      acceptedItem('short', '2022-05-23 10:00', { promisedTerm: '3wd' }),
      acceptedItem('long', '2022-05-23 10:00', {
        promisedTerm: '20wd',
        unitId: 'construction',
        spans: spansOf(['2022-05-23 10:00', review('construction')]),
      }),
    ];
    const { days, totals } = attribute(sampleInput(county, { stages: [stage(items)], today: '2022-05-25' }));
    expect(days.map(({ unitId }) => unitId)).toEqual(['construction', 'construction']);
    expect(days[0]?.caseIds).toEqual(['long', 'short']);
    expect(days[0]?.why).toBe('construction正在办理“事项long”等2项');
    expect(totals.byUnit).toEqual({ construction: 2 });
  });

  it('受理以前是部门的时间但不计入；当天提交当天受理从第二天算', () => {
    const item = sampleItem('a', {
      filedAt: at('2022-05-23 10:00'),
      acceptedAt: at('2022-05-25 10:00'),
      spans: spansOf(['2022-05-23 10:00', intake()], ['2022-05-25 10:00', review()]),
    });
    const { days } = attribute(
      sampleInput(county, { startOn: '2022-05-20', stages: [stage([item])], today: '2022-05-26' }),
    );
    expect(days.map(({ day, kind, counts }) => [day.slice(5), kind, counts])).toEqual([
      ['05-21', 'nonWorking', false],
      ['05-22', 'nonWorking', false],
      ['05-23', 'applicant', false],
      ['05-24', 'unit', false],
      ['05-25', 'unit', false],
      ['05-26', 'unit', true],
    ]);
  });

  it('视为受理从收到材料之日起算', () => {
    const item = sampleItem('a', {
      filedAt: at('2022-05-23 10:00'),
      acceptedAt: at('2022-05-23 10:00'),
      spans: spansOf(['2022-05-23 10:00', intake()], ['2022-05-31 00:00', review()]),
    });
    expect(lineOf(sampleInput(county, { stages: [stage([item])], today: '2022-05-31' })).used).toBe(6);
  });

  it('两段排除时间重叠只算一次', () => {
    const during = (ground: string) =>
      spansOf(
        ['2022-05-23 10:00', review()],
        ['2022-05-25 08:00', procedure(ground, '告知1号', '2022-05-31')],
        ['2022-05-31 18:00', review()],
      );
    const items = ['a', 'b'].map((id) => acceptedItem(id, '2022-05-23 10:00', { spans: during('hearing') }));
    const { totals } = attribute(sampleInput(county, { stages: [stage(items)], today: '2022-06-02' }));
    // 24, then 25–27, 30, 31 out (28 and 29 are a weekend), then 1 and 2 June.
    expect(totals).toMatchObject({ netWorkingDays: 3, procedure: 5, grossWorkingDays: 8 });
    expect(totals).toMatchObject({ netNaturalDays: 3, grossNaturalDays: 10, elapsed: 10 });
    expect(totals.byGround).toEqual({ hearing: 5 });
  });

  it('等前一项的时候，时间是前一项所在一方的；部门压着自己的平行事项不能让时钟停下', () => {
    const track = (unitId: string) =>
      acceptedItem('track', '2022-05-23 10:00', { unitId, spans: spansOf(['2022-05-23 10:00', review(unitId)]) });
    const item = sampleItem('a', {
      status: 'waiting',
      waitsFor: ['track'],
      spans: spansOf(['2022-05-23 10:00', waiting('track')]),
    });
    const used = (unitId: string) =>
      attribute(sampleInput(county, { stages: [stage([item])], tracks: [track(unitId)], today: '2022-05-26' })).totals;
    expect(used('ecology')).toMatchObject({ unit: 3, netWorkingDays: 0, byUnit: { ecology: 3 } });
    expect(used('planning')).toMatchObject({ unit: 3, netWorkingDays: 3 });
  });

  it('重叠的两个阶段：各算各的，项目只算一天', () => {
    const stages = [
      stage([acceptedItem('a', '2022-05-23 10:00')], 20, 'land'),
      stage([acceptedItem('b', '2022-05-25 10:00')], 20, 'works'),
    ];
    const { project, stages: lines } = budgetOf(sampleInput(county, { stages, today: '2022-05-27' }));
    expect([project.used, ...lines.map(({ used }) => used)]).toEqual([4, 4, 2]);
  });

  it('没有申请、没有阶段、结束得早，都不出错', () => {
    const none = budgetOf(sampleInput(county, { today: '2022-05-23' }));
    expect(none.project).toMatchObject({ used: 0, left: 60, state: 'notStarted', endsOn: null, breakers: [] });
    expect(none.project.words).toEqual(['全部审批承诺60个工作日，还没有开始计时。']);
    const over = sampleInput(county, { stages: [stage([])], endOn: '2022-05-01', today: '2022-05-23' });
    expect(attribute(over).days).toEqual([]);
    expect(budgetOf(sampleInput(county, { budgetDays: null })).project).toMatchObject({ left: null, breaksOn: null });
  });
});

describe('会突破预算的事项', () => {
  const running = (promisedTerm: string, more: Partial<ItemTimeline> = {}) =>
    acceptedItem('a', '2022-05-23 10:00', { promisedTerm, ...more });

  it('还没突破就点名，并说明超出几天', () => {
    const input = sampleInput(county, {
      stages: [stage([running('25wd'), acceptedItem('b', '2022-05-23 10:00', { promisedTerm: '5wd' })])],
      today: '2022-05-26',
    });
    const line = lineOf(input);
    expect(line).toMatchObject({ used: 3, left: 17, breaksOn: '2022-06-22', endsOn: '2022-06-21' });
    expect(line.breakers).toMatchObject([{ caseId: 'a', projectedEndOn: '2022-06-28', overBy: 5 }]);
    expect(line.words.at(-1)).toBe('“事项a”（planning）预计2022年6月28日办结，超出预算5个工作日。');
    expect(willBreakWithin(line, 17, input)).toBe(false);
    expect(willBreakWithin(line, 18, input)).toBe(true);
    expect(budgetOf(input).projectedEnds).toEqual({ a: '2022-06-28', b: '2022-05-30' });
  });

  it('合法暂停且告知了结束日期的，期限顺延而预算不受影响', () => {
    const spans = spansOf(
      ['2022-05-23 10:00', review()],
      ['2022-05-25 08:00', procedure('expertReview', '告知1号', '2022-06-20')],
    );
    const line = lineOf(
      sampleInput(county, { stages: [stage([running('20wd', { spans, status: 'suspended' })])], today: '2022-05-27' }),
    );
    expect(line).toMatchObject({ used: 1, breaksOn: null, breakers: [] });
    const long = lineOf(
      sampleInput(county, { stages: [stage([running('21wd', { spans, status: 'suspended' })])], today: '2022-05-27' }),
    );
    expect(long.breakers).toMatchObject([{ caseId: 'a', overBy: 1 }]);
  });

  it('时限引擎给的到期日优先', () => {
    const extended = running('15wd', { promisedDueAt: at('2022-07-01 18:00') });
    expect(lineOf(sampleInput(county, { stages: [stage([extended])], today: '2022-05-26' })).breakers).toMatchObject([
      { projectedEndOn: '2022-07-01', overBy: 8 },
    ]);
  });

  it('等前置的事项接在前一项后面；预审完成的当天决定', () => {
    const next = (preReviewedAt: Instant | null) =>
      sampleItem('b', {
        ...{ status: 'waiting', waitsFor: ['a'], promisedTerm: '10wd', preReviewedAt },
        spans: spansOf(['2022-05-23 10:00', waiting('a')]),
      });
    const of = (item: ItemTimeline) =>
      lineOf(sampleInput(county, { stages: [stage([running('15wd'), item])], today: '2022-05-26' }));
    // Five of its ten days fall beyond the twenty.
    expect(of(next(null)).breakers).toMatchObject([{ caseId: 'b', projectedEndOn: '2022-06-28', overBy: 5 }]);
    expect(of(next(at('2022-05-25 10:00')))).toMatchObject({ breakers: [], breaksOn: null });
  });

  it('互相等待的两项没有预计日期，也不会死循环', () => {
    const pair = [
      ['a', 'b'],
      ['b', 'a'],
    ].map(([id = '', other = '']) =>
      sampleItem(id, { status: 'waiting', waitsFor: [other], spans: spansOf(['2022-05-23 10:00', waiting(other)]) }),
    );
    const view = budgetOf(sampleInput(county, { stages: [stage(pair)], today: '2022-05-26' }));
    expect(view.projectedEnds).toEqual({ a: null, b: null });
    expect(view.project.breakers).toEqual([]);
  });

  it('超过承诺日期还没办结的，没有可信的日期，预算用完的第二天就算突破', () => {
    const line = lineOf(sampleInput(county, { stages: [stage([running('5wd')])], today: '2022-06-06' }));
    expect(line).toMatchObject({ used: 9, breaksOn: '2022-06-22' });
    expect(line.breakers).toMatchObject([{ projectedEndOn: null, overBy: null }]);
    expect(line.breakers[0]?.why).toContain('没有可信的新日期');
  });

  it('最后一天到期还没办结：再拖一天就突破', () => {
    const line = lineOf(sampleInput(county, { stages: [stage([running('20wd')])], today: '2022-06-21' }));
    expect(line).toMatchObject({ left: 0, breaksOn: '2022-06-22' });
    expect(line.breakers[0]?.why).toContain('今天到期');
  });

  it('申请人手里的事项不占将来的预算', () => {
    const item = sampleItem('a', {
      status: 'correcting',
      filedAt: at('2022-05-23 10:00'),
      promisedTerm: '60wd',
      spans: spansOf(['2022-05-23 10:00', intake()], ['2022-05-24 10:00', correcting]),
    });
    expect(lineOf(sampleInput(county, { stages: [stage([item])], today: '2022-06-30' }))).toMatchObject({
      used: 0,
      left: 20,
      breakers: [],
    });
  });
});

test('突破以前一天，一定已经点名', () => {
  let broken = 0;
  for (let seed = 1; seed <= 300; seed += 1) {
    const history = randomHistory(seed, county, { stages: 2, items: 3, tracks: 1, spread: 12, noSurprises: true });
    const final = budgetOf(history.asOf(addDays(history.lastOn, 10)));
    for (const line of [final.project, ...final.stages]) {
      if (line.left === null || line.left >= 0 || line.breaksOn === null) continue;
      const before = history.asOf(addDays(line.breaksOn, -1));
      const view = budgetOf(before);
      const then = [view.project, ...view.stages].find(({ stageId }) => stageId === line.stageId);
      const named = then !== undefined && then.breakers.length > 0 && willBreakWithin(then, 1, before);
      if (!named) expect({ seed, stage: line.stageId, breaksOn: line.breaksOn, then }).toBe('named the day before');
      broken += 1;
    }
  }
  expect(broken).toBeGreaterThan(100);
}, 60_000);

test('申请人多用的日子不减少剩余；多过一天最多减少一天', () => {
  // Whole weeks of a calendar without holidays, so that everything after the gap falls on the same weekdays.
  const plain = buildCalendar([]);
  let gaps = 0;
  for (let seed = 1; seed <= 300; seed += 1) {
    const history = randomHistory(seed, plain, { stages: 2, items: 2, tracks: 0, spread: 15 });
    const input = history.asOf(addDays(history.startOn, 20 + (seed % 60)));
    const { project } = budgetOf(input);
    const tomorrow = budgetOf({ ...input, today: addDays(input.today, 1) }).project;
    expect((project.left ?? 0) - (tomorrow.left ?? 0)).toBeOneOf([0, 1]);

    const free = attribute(input).days.find(({ day, kind }) => kind === 'applicant' && isFree(input, day));
    if (free === undefined) continue;
    gaps += 1;
    const later = budgetOf(shifted(input, instantAt(free.day, '08:00'), 7 * (1 + (seed % 3)))).project;
    if (later.left !== project.left) expect({ seed, left: later.left }).toEqual({ seed, left: project.left });
  }
  expect(gaps).toBeGreaterThan(80);
}, 60_000);

/** Nothing is anywhere but with the applicant that morning. */
function isFree(input: AttributionInput, day: LocalDate): boolean {
  const opening = instantAt(day, '08:00');
  return input.stages.every((one) =>
    one.items.every((item) =>
      item.spans.every(
        ({ from, to, holder }) => holder.kind === 'applicant' || from > opening || (to !== null && to <= opening),
      ),
    ),
  );
}

/** Everything from that moment on happens so many days later. */
function shifted(input: AttributionInput, from: Instant, days: number): AttributionInput {
  const move = <T extends Instant | null>(moment: T): T | Instant =>
    moment === null || moment < from ? moment : instantAt(addDays(localDateOf(moment), days), localTimeOf(moment));
  const moveSpan = ({ from: begin, to, holder }: Span): Span => {
    const planned = holder.kind === 'procedure' && holder.plannedUntil !== null && begin >= from;
    return {
      from: move(begin),
      to: move(to),
      holder: planned ? { ...holder, plannedUntil: addDays(holder.plannedUntil ?? '', days) } : holder,
    };
  };
  return {
    ...input,
    today: addDays(input.today, days),
    stages: input.stages.map((one) => ({
      ...one,
      items: one.items.map((item) => ({
        ...item,
        openedAt: move(item.openedAt),
        filedAt: move(item.filedAt),
        acceptedAt: move(item.acceptedAt),
        concludedAt: move(item.concludedAt),
        preReviewedAt: move(item.preReviewedAt),
        spans: item.spans.map(moveSpan),
      })),
    })),
  };
}
