import { describe, expect, it } from 'vitest';
import { keyName } from './hotline-keys.ts';
import {
  dayBars,
  dispatchInput,
  everyDay,
  leftText,
  monthOf,
  rateText,
  scoreText,
  splitWords,
  unitColumns,
  withSuggested,
  type DispatchForm,
  type UnitRates,
} from './hotline-words.ts';

const empty: DispatchForm = { lead: '', leadAsks: '', assist: [], copies: [], note: '' };

describe('figures of the hotline', () => {
  it('shows what was divided, never rounds up, and “—” where there is nothing to divide by', () => {
    expect(rateText({ value: (57 / 59) * 100, numerator: 57, denominator: 59 })).toBe('96.6%（57/59）');
    expect(rateText({ value: 99.96, numerator: 2499, denominator: 2500 })).toBe('99.9%（2499/2500）');
    expect(rateText({ value: null, numerator: 0, denominator: 0 })).toBe('—');
    expect([scoreText(null), scoreText(89.99)]).toEqual(['—', '89.9']);
  });

  it.each([
    ['2026-11-24T01:30:00.000Z', '还有 30 分钟'],
    ['2026-11-24T06:00:00.000Z', '还有 5 小时'],
    ['2026-11-27T02:00:00.000Z', '还有 3 天'],
    ['2026-11-23T23:00:00.000Z', '超期 2 小时'],
    ['2026-11-20T01:00:00.000Z', '超期 4 天'],
    [null, ''],
  ])('%s is %s', (dueAt, words) => expect(leftText(dueAt, '2026-11-24T01:00:00.000Z')).toBe(words));

  it('gives a unit without a score no rank in the exported table', () => {
    const nothing = { value: null, numerator: 0, denominator: 0 };
    const rates = { response: nothing, solution: nothing, satisfaction: nothing, score: null };
    const counts = { total: 1, assessable: 0, late: 0, returns: 0, reopened: 0 };
    const excluded = [{ why: '还没有派单', count: 1 }];
    const row: UnitRates = { ...rates, ...counts, excluded, unitId: 'a', unitName: '甲局', rank: null };
    expect(unitColumns().map(({ value }) => value(row))).toEqual([
      '—',
      '甲局',
      '—',
      '—',
      '—',
      '—',
      1,
      0,
      '还没有派单 1',
      0,
      0,
      0,
    ]);
  });

  it.each([
    ['2026-11-24', '2026-11-01', '2026-11-30'],
    ['2028-02-10', '2028-02-01', '2028-02-29'],
    ['2026-12-31', '2026-12-01', '2026-12-31'],
  ])('the month of %s runs from %s to %s', (day, from, to) => expect(monthOf(day)).toEqual({ from, to }));

  it('draws a bar for every day, also for those without a ticket', () => {
    const days = everyDay([{ day: '2026-11-23', count: 4 }], '2026-11-24', 3);
    expect(days).toEqual([
      { day: '2026-11-22', count: 0 },
      { day: '2026-11-23', count: 4 },
      { day: '2026-11-24', count: 0 },
    ]);
    const bars = dayBars(days, { width: 300, height: 100 });
    expect(bars.map(({ y, height }) => [y, height])).toEqual([
      [100, 0],
      [0, 100],
      [100, 0],
    ]);
    expect(bars.every(({ x, width }) => x >= 0 && x + width <= 300)).toBe(true);
    expect(dayBars([], { width: 300, height: 100 })).toEqual([]);
  });
});

describe('dispatching', () => {
  it('takes the first suggestion as lead, the next as assisting, and takes back what is taken twice', () => {
    const one = withSuggested(empty, 'a');
    const two = withSuggested(one, 'b');
    expect(two).toMatchObject({ lead: 'a', assist: [{ unitId: 'b', asks: '' }] });
    expect(withSuggested(two, 'b')).toEqual(one);
    expect(withSuggested(two, 'a')).toMatchObject({ lead: '', assist: [{ unitId: 'b' }] });
  });

  it('sends no empty lines', () => {
    const form = { ...empty, lead: 'a', assist: [{ unitId: '', asks: '查线路' }], copies: ['', 'c'] };
    expect(dispatchInput(form)).toMatchObject({ lead: 'a', assist: [], copies: ['c'] });
  });
});

it('splits keywords at commas and spaces, each once', () => {
  expect(splitWords(' 停水,停电、 缴费，停水 ')).toEqual(['停水', '停电', '缴费']);
});

describe('shortcuts', () => {
  const key = (code: string, held: Partial<Record<'altKey' | 'ctrlKey' | 'metaKey', boolean>>) =>
    keyName({ altKey: false, ctrlKey: false, metaKey: false, ...held, code });
  it.each([
    ['KeyJ', { altKey: true }, 'Alt+KeyJ'],
    ['Digit1', { altKey: true }, 'Alt+Digit1'],
    ['Numpad1', { altKey: true }, 'Alt+Digit1'],
    ['NumpadEnter', { ctrlKey: true }, 'Ctrl+Enter'],
    ['Enter', { metaKey: true }, 'Ctrl+Enter'],
    ['KeyJ', {}, ''],
    ['Enter', {}, ''],
  ])('%s with %o is “%s”', (code, held, name) => expect(key(code, held)).toBe(name));
});
