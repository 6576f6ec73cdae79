import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { orderedFigures, smallLandExemption } from './figures.ts';
import { figureText, rank, type FirmFigures, type PerformanceRules } from './performance.ts';

const indicator = { times: 1, direction: 'higher', benchmark: 'best', cap: 1, required: true } as const;
const rules: PerformanceRules = {
  indicators: [
    { ...indicator, id: 'tax', name: '亩均税收', unit: '万元/亩', numerator: 'tax', denominator: 'landMu', weight: 60 },
    {
      ...indicator,
      id: 'energy',
      name: '单位能耗',
      unit: '吨/万元',
      numerator: 'energy',
      denominator: 'valueAdded',
      weight: 40,
      direction: 'lower',
      required: false,
    },
  ],
  grades: [
    { grade: 'A', name: '甲', upTo: 0.2 },
    { grade: 'B', name: '乙', upTo: 0.75 },
    { grade: 'C', name: '丙', upTo: 0.95 },
    { grade: 'D', name: '丁', upTo: 1 },
  ],
  minimumFirms: 3,
};
const firm = (uscc: string, figures: FirmFigures['figures'], more: Partial<FirmFigures> = {}): FirmFigures => ({
  uscc,
  name: uscc,
  figures,
  exemption: null,
  lastGrade: null,
  ...more,
});
const full = (uscc: string, tax: number, energy = 10) => firm(uscc, { landMu: 10, tax, energy, valueAdded: 100 });

describe('scores', () => {
  it('are the weighted shares of the best, capped', () => {
    const { firms } = rank([full('a', 100), full('b', 50), full('c', 25, 40)], rules);
    expect(firms.map(({ uscc, score }) => [uscc, score])).toEqual([
      ['a', 100],
      ['b', 70],
      ['c', 25],
    ]);
  });

  it('never take what is missing for nought: its weight goes to the others', () => {
    const without = firm('b', { landMu: 10, tax: 50, energy: null, valueAdded: 100 });
    const zero = firm('z', { landMu: 10, tax: 0, energy: 10, valueAdded: 100 });
    const { firms } = rank([full('a', 100), without, zero], rules);
    const found = firms.find(({ uscc }) => uscc === 'b');
    expect(found?.score).toBe(50);
    expect(found?.components[1]).toEqual({ indicator: 'energy', value: null, benchmark: 0.1, points: null });
    // Nought is a figure like any other.
    expect(firms.find(({ uscc }) => uscc === 'z')?.score).toBe(40);
    expect([figureText(null), figureText(undefined), figureText(0), figureText(1.005)]).toEqual(['—', '—', '0', '1']);
  });

  it('are not given without a figure that is required, nor to the exempt, nor with no land', () => {
    const { firms, ranked } = rank(
      [
        full('a', 1),
        full('b', 2),
        full('c', 3),
        firm('d', { landMu: 10, tax: null }),
        firm('e', { landMu: 0, tax: 5 }),
        full('f', 9_999),
      ].map((one) => (one.uscc === 'f' ? { ...one, exemption: '投产不满两年' } : one)),
      rules,
    );
    expect(ranked).toBe(3);
    for (const id of ['d', 'e', 'f']) {
      const one = firms.find(({ uscc }) => uscc === id);
      expect([one?.place, one?.score, one?.grade]).toEqual([null, null, null]);
      expect(one?.why).not.toBe('');
    }
    // The exempt set no benchmark either.
    expect(firms.find(({ uscc }) => uscc === 'c')?.score).toBe(100);
  });

  it('take a fixed value, the average or the median as benchmark when the county says so', () => {
    const firms = [full('a', 100), full('b', 50), full('c', 30)];
    const taxOnly = (benchmark: number | 'average' | 'median') =>
      rank(firms, {
        ...rules,
        indicators: rules.indicators.slice(0, 1).map((one) => ({ ...one, benchmark, cap: 1.5 })),
      }).benchmarks.tax;
    expect([taxOnly(20), taxOnly('average'), taxOnly('median')]).toEqual([20, 6, 5]);
  });
});

describe('grades', () => {
  it('follow the shares', () => {
    const firms = Array.from({ length: 20 }, (_, n) => full(`f${String(n).padStart(2, '0')}`, 100 - n));
    const count = new Map<string, number>();
    for (const { grade } of rank(firms, rules).firms) count.set(grade ?? '—', (count.get(grade ?? '—') ?? 0) + 1);
    expect([...count]).toEqual([
      ['A', 4],
      ['B', 11],
      ['C', 4],
      ['D', 1],
    ]);
  });

  it('are shared by equal scores, which take the better one; the next place is left out', () => {
    const { firms } = rank([full('a', 9), full('b', 9), full('c', 5), full('d', 3), full('e', 1)], rules);
    expect(firms.map(({ place, grade }) => `${place}${grade}`)).toEqual(['1A', '1A', '3B', '4C', '5D']);
  });

  it('are the last whatever the score where the county says so', () => {
    const { firms } = rank(
      [full('a', 9), full('b', 5), full('c', 3)].map((one) => ({
        ...one,
        lastGrade: one.uscc === 'a' ? '虚报' : null,
      })),
      rules,
    );
    expect(firms[0]).toMatchObject({ uscc: 'a', place: 1, grade: 'D', why: '直接列为末档：虚报' });
  });

  it('are not given to fewer firms than the county wants', () => {
    const { firms, ranked } = rank([full('a', 9), full('b', 5)], rules);
    expect(ranked).toBe(0);
    expect(firms[0]).toMatchObject({ place: null, grade: null, score: 100 });
    expect(rank([], rules)).toMatchObject({ firms: [], ranked: 0 });
  });
});

describe('any set of firms', () => {
  const amount = fc.option(
    fc.integer({ min: 0, max: 1e8 }).map((hundredths) => hundredths / 100),
    { nil: null },
  );
  const anyFirm = fc.record({
    figures: fc.record({ landMu: amount, tax: amount, energy: amount, valueAdded: amount }),
    isExempt: fc.boolean(),
  });
  const anyFirms = fc
    .array(anyFirm, { maxLength: 25 })
    .map((firms) =>
      firms.map(({ figures, isExempt }, n) =>
        firm(`u${String(n).padStart(3, '0')}`, figures, { exemption: isExempt ? '豁免' : null }),
      ),
    );
  const benchmark = fc.constantFrom('best' as const, 'average' as const, 'median' as const);

  it('is ranked the same in whatever order it comes', () => {
    fc.assert(
      fc.property(
        anyFirms.chain((firms) =>
          fc.tuple(fc.constant(firms), fc.shuffledSubarray(firms, { minLength: firms.length })),
        ),
        benchmark,
        ([firms, shuffled], by) => {
          const same = { ...rules, indicators: rules.indicators.map((one) => ({ ...one, benchmark: by, cap: 2 })) };
          expect(rank(shuffled, same)).toEqual(rank(firms, same));
        },
      ),
      { seed: 20261124, numRuns: 300 },
    );
  });

  it('keeps everyone once, better scores never behind worse ones nor in a lower grade', () => {
    fc.assert(
      fc.property(anyFirms, (firms) => {
        const { firms: ranked } = rank(firms, rules);
        expect(ranked.map(({ uscc }) => uscc).sort()).toEqual(firms.map(({ uscc }) => uscc));
        const placed = ranked.filter(({ place }) => place !== null);
        for (const [index, one] of placed.entries()) {
          const next = placed[index + 1];
          if (next === undefined) continue;
          expect((one.score ?? 0) >= (next.score ?? 0)).toBe(true);
          expect((one.grade ?? '') <= (next.grade ?? '')).toBe(true);
          if (one.score === next.score) expect(one.place).toBe(next.place);
        }
      }),
      { seed: 20261124, numRuns: 300 },
    );
  });
});

it('figures are put in order: unknown stays unknown, faults are named', () => {
  const kinds = [
    { id: 'landMu', name: '用地', unit: '亩', decimals: 2 },
    { id: 'tax', name: '税金', unit: '万元', decimals: 2 },
  ];
  expect(orderedFigures(kinds, { landMu: 12.35 })).toEqual({ figures: { landMu: 12.35, tax: null }, faults: [] });
  expect(orderedFigures(kinds, { tax: -3 }).faults).toEqual([]);
  expect(orderedFigures(kinds, { landMu: -1, tax: 1.234, profit: 1 }).faults).toHaveLength(3);
  expect([
    smallLandExemption({ landMu: 2.9 }, 3),
    smallLandExemption({ landMu: 3 }, 3),
    smallLandExemption({}, 3),
  ]).toEqual(['用地不足 3 亩', null, null]);
});
