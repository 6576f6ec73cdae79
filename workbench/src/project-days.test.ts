import { describe, expect, it } from 'vitest';
import {
  budgetBar,
  dayAtPoint,
  dayWords,
  holderWords,
  keyOf,
  looksOf,
  monthRows,
  runsOf,
  sumOf,
  type ChartDay,
  type Holder,
} from './project-days.ts';

const day = (date: string, changes: Partial<ChartDay> = {}): ChartDay => ({
  day: date,
  kind: 'unit',
  unitId: 'fire',
  unitName: '县消防大队',
  groundName: '',
  noticeNo: '',
  counts: true,
  why: '消防设计审查正在办',
  ...changes,
});
const weekend = { kind: 'nonWorking', unitId: null, unitName: '', counts: false, why: '周六' } as const;

describe('months as rows', () => {
  it('puts every day under its date, across a year and through a leap February', () => {
    const dates = ['2027-12-30', '2027-12-31', '2028-01-01', '2028-02-29', '2028-03-01'];
    const rows = monthRows(dates.map((date) => ({ day: date })));
    expect(rows.map((row) => row.label)).toEqual(['2027年12月', '2028年1月', '2月', '3月']);
    expect(rows.flatMap((row) => row.days.map((one) => one.at))).toEqual([30, 31, 1, 29, 1]);
    expect(rows.flatMap((row) => row.days.map((one) => one.index))).toEqual([0, 1, 2, 3, 4]);
  });
  it('has no row without days', () => expect(monthRows([])).toEqual([]));
});

describe('runs', () => {
  it('joins days of the same holder and reason, and splits when either changes', () => {
    const runs = runsOf([
      day('2026-11-19'),
      day('2026-11-20'),
      day('2026-11-21', weekend),
      day('2026-11-23', { counts: false }),
      day('2026-11-24', { unitId: 'land', unitName: '县自然资源局' }),
    ]);
    expect(runs.map(({ from, to, days, counted }) => [from, to, days, counted])).toEqual([
      ['2026-11-19', '2026-11-20', 2, 2],
      ['2026-11-21', '2026-11-21', 1, 0],
      ['2026-11-23', '2026-11-23', 1, 0],
      ['2026-11-24', '2026-11-24', 1, 1],
    ]);
    expect(runs.reduce((sum, run) => sum + run.days, 0)).toBe(5);
  });
});

describe('a point of the picture', () => {
  const rows = monthRows([{ day: '2026-11-30' }, { day: '2026-12-01' }]);
  const size = { left: 50, cell: 10, row: 30, top: 20 };
  it.each([
    [{ x: 345, y: 25 }, 0],
    [{ x: 55, y: 55 }, 1],
    [{ x: 55, y: 25 }, null],
    [{ x: 10, y: 55 }, null],
    [{ x: 55, y: 5 }, null],
    [{ x: 55, y: 95 }, null],
  ])('%o is day %s', (point, expected) => expect(dayAtPoint(rows, point, size)).toBe(expected));
});

describe('looks', () => {
  const holders = (count: number): Holder[] =>
    Array.from({ length: count }, (_, at) => ({
      kind: 'unit' as const,
      unitId: `u${at}`,
      name: `单位${at}`,
      days: at,
      countedDays: at,
    }));
  it('never gives two departments the same colour and pattern', () => {
    const looks = [...looksOf(holders(20)).values()].filter((look) => look.key.startsWith('unit-'));
    expect(looks).toHaveLength(20);
    expect(new Set(looks.map((look) => `${look.fill}${look.pattern}`)).size).toBe(20);
  });
  it('gives the busiest department the plainest look, whatever the order', () => {
    const shuffled = [...holders(5)].reverse();
    expect(looksOf(holders(5)).get('unit-u4')).toEqual(looksOf(shuffled).get('unit-u4'));
    expect(looksOf(holders(5)).get('unit-u4')?.pattern).toBe('plain');
  });
  it('has one for everybody who can hold a day', () => {
    const looks = looksOf([]);
    for (const kind of ['applicant', 'procedure', 'nonWorking'] as const)
      expect(looks.has(keyOf({ kind, unitId: null }))).toBe(true);
  });
});

describe('words and sums', () => {
  it('names the holder and whether the day counts', () => {
    expect(dayWords(day('2026-11-20'), '2026年11月20日')).toBe(
      '2026年11月20日，县消防大队，计入时限。消防设计审查正在办',
    );
    expect(dayWords(day('2026-11-21', weekend), '2026年11月21日')).toBe('2026年11月21日，非工作日。周六');
    expect(
      holderWords(day('2026-11-20', { kind: 'procedure', groundName: '专家评审', noticeNo: '麟告〔2026〕7号' })),
    ).toBe('专家评审（麟告〔2026〕7号）');
    expect(holderWords(day('2026-11-20', { kind: 'applicant' }))).toBe('申请人');
  });
  it('adds up what everybody held', () => {
    const held = (days: number, countedDays: number) => ({
      kind: 'unit' as const,
      unitId: 'a',
      name: '',
      days,
      countedDays,
    });
    expect(sumOf([held(3, 2), held(4, 4)])).toEqual({ days: 7, countedDays: 6 });
    expect(sumOf([])).toEqual({ days: 0, countedDays: 0 });
  });
  it.each([
    [
      { budgetDays: 20, usedDays: 5 },
      { used: 25, over: 0 },
    ],
    [
      { budgetDays: 20, usedDays: 25 },
      { used: 80, over: 20 },
    ],
    [
      { budgetDays: 0, usedDays: 0 },
      { used: 0, over: 0 },
    ],
  ])('%o is drawn as %o', (line, expected) => expect(budgetBar(line)).toEqual(expected));
});
