import { describe, expect, test } from 'vitest';
import { AppError } from '../../../../kernel/errors.ts';
import { afterInspection, afterRecheck, barsFor, judgeOwed, refuseContradiction, refuseTooLong } from './commitment.ts';

const due = '2026-12-14T10:00:00.000Z';
const later = '2026-12-14T10:00:00.001Z';

function codeOf(work: () => unknown): string {
  try {
    work();
    return 'none';
  } catch (error) {
    return error instanceof AppError ? error.code : 'other';
  }
}

describe('燃气外线', () => {
  test.each([
    [0.5, 'none'],
    [149.99, 'none'],
    [150, 'none'],
    [150.1, 'GAS_LINE_TOO_LONG'],
    [1000, 'GAS_LINE_TOO_LONG'],
  ])('%d metres of 150 → %s', (metres, code) => {
    expect(codeOf(() => refuseTooLong(metres, 150, '第23项'))).toBe(code);
  });

  test.each([
    ['kept', 150, 'none'],
    ['kept', 150.1, 'MEASURE_CONTRADICTS'],
    ['kept', undefined, 'none'],
    ['mismatch', 180, 'none'],
  ] as const)('%s with %s metres measured → %s', (result, metres, code) => {
    expect(codeOf(() => refuseContradiction(result, metres, 150))).toBe(code);
  });
});

test('an inspection keeps it or opens the correction', () => {
  expect(afterInspection('kept')).toBe('kept');
  expect(afterInspection('mismatch')).toBe('correcting');
});

test.each([
  ['correcting', true, due, 'kept'],
  ['correcting', false, due, 'CORRECTION_TERM_RUNNING'],
  ['correcting', false, later, 'uncorrected'],
  ['reported', false, due, 'uncorrected'],
  ['reported', true, later, 'kept'],
  ['uncorrected', true, later, 'kept'],
] as const)('a recheck of %s, corrected %s, at %s → %s', (status, corrected, now, expected) => {
  const result = (): string => {
    try {
      return afterRecheck(status, corrected, due, now);
    } catch (error) {
      return error instanceof AppError ? error.code : 'other';
    }
  };
  expect(result()).toBe(expected);
});

test('owed materials: all there, one late, still time', () => {
  expect(judgeOwed([], due)).toBe('kept');
  expect(judgeOwed([{ finished: true, dueAt: due }], later)).toBe('kept');
  expect(judgeOwed([{ finished: false, dueAt: due }], due)).toBe('promised');
  expect(
    judgeOwed(
      [
        { finished: true, dueAt: due },
        { finished: false, dueAt: due },
      ],
      later,
    ),
  ).toBe('uncorrected');
});

describe('who may not promise', () => {
  const barredItems = [{ item: 'environmental-impact-approval', ground: '生态环境保护', source: '国办发〔2020〕42号' }];
  const breach = { itemName: '挖掘城市道路审批', documentNo: '撤销决定〔2026〕1号', unitName: '县住建局' };

  test('nobody for a barred item, with its ground', () => {
    const bars = barsFor({ itemId: 'environmental-impact-approval', breaches: [], barredItems, firmBasis: '' });
    expect(bars.map((bar) => bar.kind)).toEqual(['item']);
    expect(bars[0]?.reason).toContain('生态环境保护');
  });

  test('a firm with an unrepaired breach for no item; with both, both are told', () => {
    const facts = { breaches: [breach], barredItems, firmBasis: '第二十九条' };
    expect(barsFor({ ...facts, itemId: 'drainage-permit' }).map((bar) => bar.kind)).toEqual(['firm']);
    expect(barsFor({ ...facts, itemId: 'environmental-impact-approval' }).map((bar) => bar.kind)).toEqual([
      'item',
      'firm',
    ]);
    expect(barsFor({ ...facts, breaches: [], itemId: 'drainage-permit' })).toEqual([]);
  });
});
