import { describe, expect, it } from 'vitest';
import { csvOf } from './csv.ts';
import {
  basisText,
  changeText,
  countsText,
  figureText,
  heaviestFirst,
  insidePath,
  isFixedMilestone,
  ledgerColumns,
  noText,
  periodsOf,
  periodText,
  pointsText,
  quotaRows,
  shiftMonth,
  trendBars,
  whoText,
} from './plan-words.ts';

describe('figures', () => {
  it('are “—” when unknown and never zero', () => {
    expect(figureText(null, '%')).toBe('—');
    expect(figureText(0, '%')).toBe('0%');
    expect(figureText(0.1 + 0.2, '小时')).toBe('0.3小时');
    expect(pointsText(null)).toBe('—');
  });

  it('show what they rest on', () => {
    expect(basisText(null)).toBe('');
    expect(basisText({ numerator: null, denominator: null })).toBe('');
    expect(basisText({ numerator: null, denominator: 0 })).toBe('共 0 件');
    expect(basisText({ numerator: 159, denominator: 168 })).toBe('168 件中 159 件');
  });

  it('write points with two decimals and a sign', () => {
    expect([9750, 0, -50, -105, 10_000].map(pointsText)).toEqual(['97.50', '0.00', '−0.50', '−1.05', '100.00']);
  });
});

describe('lights', () => {
  it('count only what there is', () => {
    expect(countsText({ red: 2, yellow: 0, done: 3 })).toBe('滞后 2，已销号 3');
    expect(countsText({})).toBe('没有措施');
  });

  it('compare with last month', () => {
    expect([changeText(3, 1), changeText(1, 3), changeText(2, 2), changeText(2, null)]).toEqual([
      '多 2 个',
      '少 2 个',
      '持平',
      '—',
    ]);
  });

  it('stack to the full height in the fullest month and never beyond', () => {
    const { bars, barWidth } = trendBars(
      [
        { month: '2026-01', counts: { blue: 4 } },
        { month: '2026-02', counts: { red: 1, green: 7 } },
      ],
      { width: 200, height: 100 },
    );
    expect(barWidth).toBe(36);
    expect(bars.map((bar) => bar.label)).toEqual(['1月', '2月']);
    expect(bars[0]?.parts).toEqual([{ light: 'blue', y: 50, height: 50, count: 4 }]);
    expect(bars[1]?.parts.map((part) => part.height)).toEqual([12.5, 87.5]);
    expect(bars[1]?.parts.at(-1)?.y).toBe(0);
  });

  it('draw nothing of nothing', () => {
    expect(trendBars([], { width: 100, height: 50 }).bars).toEqual([]);
    expect(trendBars([{ month: '2026-01', counts: {} }], { width: 100, height: 50 }).bars[0]?.parts).toEqual([]);
  });
});

describe('periods', () => {
  it('turn over the year', () => {
    expect([shiftMonth('2026-01', -1), shiftMonth('2026-12', 1), shiftMonth('2026-06', 0)]).toEqual([
      '2025-12',
      '2027-01',
      '2026-06',
    ]);
  });

  it('have names', () => {
    expect(['2022', '2022-H1', '2022-H2', '2022-06'].map(periodText)).toEqual([
      '2022年全年',
      '2022年上半年',
      '2022年下半年',
      '2022年6月',
    ]);
    expect(periodsOf(2026)).toHaveLength(15);
  });
});

it('names measures and items of reforms apart, and no unit twice', () => {
  expect([noText('98'), noText('一(2)')]).toEqual(['第 98 条', '改革任务一(2)']);
  expect(whoText('县水利局', '王建民（县水利局 受理岗）')).toBe('王建民（县水利局 受理岗）');
  expect(whoText('县水利局', '系统')).toBe('县水利局 系统');
  expect(whoText('', '系统')).toBe('系统');
});

it('leads within the workbench, and nowhere else', () => {
  expect(insidePath('/workbench/cases/1?a=b')).toBe('/cases/1?a=b');
  expect(insidePath('/my/1')).toBeNull();
  expect(insidePath('https://elsewhere/workbench/x')).toBeNull();
});

it('puts the heaviest deduction first', () => {
  expect(heaviestFirst([{ points: 100 }, { points: -50 }, { points: -250 }]).map((one) => one.points)).toEqual([
    -250, -50, 100,
  ]);
});

it('has a row for each unit, most missing first', () => {
  const row = (id: string, quotaId: string, missing: number) => ({ unit: { id, name: id }, quotaId, missing });
  const rows = quotaRows([row('a', 'notes', 1), row('b', 'notes', 2), row('a', 'article', 0)]);
  expect(rows.map(({ unit, missing, cells }) => [unit.id, missing, [...cells.keys()]])).toEqual([
    ['b', 2, ['notes']],
    ['a', 1, ['notes', 'article']],
  ]);
});

it('holds a missed milestone fast, but not one that falls due today or is done', () => {
  expect(isFixedMilestone({ due: '2026-11-22', doneOn: null }, '2026-11-23')).toBe(true);
  expect(isFixedMilestone({ due: '2026-11-23', doneOn: null }, '2026-11-23')).toBe(false);
  expect(isFixedMilestone({ due: '2026-11-01', doneOn: '2026-11-20' }, '2026-11-23')).toBe(false);
});

it('exports computed and reported figures under different names', () => {
  const text = csvOf(ledgerColumns, [
    {
      id: '1',
      kind: 'measure',
      no: '1',
      title: '压减开办时间',
      area: 1,
      leads: [{ id: 'a', name: '审批局' }],
      impliedLead: false,
      supporters: [{ id: 'b', name: '税务局' }],
      collectives: ['各镇'],
      deadline: '2026-12-31',
      originalDeadline: '2026-06-30',
      progress: 40,
      light: 'red',
      lightName: '滞后',
      lightWhy: '已过期',
      targets: [
        { text: '不超过1.5工作日', met: true, value: '1.2工作日', how: 'computed' },
        { text: '不低于99.9%', met: null, value: '—', how: 'reported' },
      ],
    },
  ]);
  expect(text).toContain('税务局、各镇');
  expect(text).toContain('2026-06-30,2026-12-31');
  expect(text).toContain('不超过1.5工作日：1.2工作日（系统计算，达到）；不低于99.9%：—（部门填报，还不能判断）');
});
