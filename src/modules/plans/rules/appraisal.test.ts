import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { appraise, pointsText, type Fact, type MeasureResult, type Records, type Scheme } from './appraisal.ts';

const scheme: Scheme = {
  id: 's',
  period: '2022',
  name: '营商环境考核',
  supporterShare: 0.5,
  items: [
    { id: 'reports', name: '按时报送', kind: 'deduction', full: 40, fact: 'report.missing', perMiss: 0.5, basis: '' },
    { id: 'measures', name: '措施完成', kind: 'attainment', full: 60, basis: '' },
    { id: 'media', name: '宣传加分', kind: 'bonus', cap: 5, fact: 'media.province', perFact: 3, basis: '' },
  ],
};
const fact = (id: string, kind: string, count = 1, unitId = 'a'): Fact => ({
  id,
  kind,
  unitId,
  count,
  words: id,
  link: `/x/${id}`,
});
const result = (no: number, role: 'lead' | 'supporter', attainment: number | null, unitId = 'a'): MeasureResult => ({
  measureId: `m${no}`,
  measureNo: no,
  unitId,
  role,
  attainment,
  words: '',
  link: '',
});
const records = (more: Partial<Records> = {}): Records => ({
  units: ['a'],
  facts: [],
  results: [],
  upheld: [],
  ...more,
});
const first = (more: Partial<Records>) => {
  const [score] = appraise(scheme, records(more));
  if (score === undefined) throw new Error('no score');
  return score;
};

describe('points', () => {
  it('每少一次扣0.5分，每一分都指向它的证据', () => {
    const score = first({ facts: [fact('f1', 'report.missing', 3)], results: [result(6, 'lead', 1)] });
    expect(score.items[0]).toEqual({
      itemId: 'reports',
      points: 3850,
      full: 4000,
      entries: [{ evidence: 'f1', points: -150, words: 'f1', link: '/x/f1' }],
    });
    expect(pointsText(score.total)).toBe('98.50');
  });

  it('扣完为止，加分封顶', () => {
    const score = first({
      facts: [fact('f1', 'report.missing', 1000), fact('f2', 'media.province', 9)],
      results: [result(6, 'lead', 1)],
    });
    expect(score.items.map((item) => item.points)).toEqual([0, 6000, 500]);
  });

  it('牵头的措施全额计，配合的按比例计', () => {
    const score = first({ results: [result(6, 'lead', 1), result(7, 'supporter', 0.4)] });
    // (1·1 + 0.5·0.4) / 1.5 = 0.8
    expect(score.items[1]?.points).toBe(4800);
    expect(score.items[1]?.entries.map((entry) => entry.evidence)).toEqual(['measure:m6', 'measure:m7']);
  });

  it('没有数据的措施不计，也不当零分', () => {
    expect(first({ results: [result(6, 'lead', null)] })).toMatchObject({ total: 10_000 });
    expect(first({ results: [result(6, 'lead', null), result(7, 'lead', 0.5)] }).items[1]?.points).toBe(3000);
  });

  it('申诉成立的不扣，只对申诉的单位', () => {
    const facts = [fact('f1', 'report.missing', 2), fact('f1', 'report.missing', 2, 'b')];
    const upheld = [{ factId: 'f1', unitId: 'a', decision: '系统故障' }];
    const scores = appraise(scheme, records({ units: ['a', 'b'], facts, upheld }));
    expect(scores.map((score) => [score.unitId, score.items[0]?.points])).toEqual([
      ['a', 4000],
      ['b', 3900],
    ]);
  });

  it('并列同名次', () => {
    const scores = appraise(scheme, records({ units: ['b', 'a', 'c'], facts: [fact('f', 'report.missing', 1, 'b')] }));
    expect(scores.map((score) => [score.unitId, score.rank])).toEqual([
      ['a', 1],
      ['c', 1],
      ['b', 3],
    ]);
  });

  it('a thousandth of a cent does not depend on the machine', () => {
    const tenths = { ...scheme, items: [{ ...scheme.items[0], full: 0.3, perMiss: 0.1 }] } as Scheme;
    const [score] = appraise(tenths, records({ facts: [fact('f', 'report.missing', 3)] }));
    expect(score?.items[0]?.points).toBe(0);
  });
});

const anyFact = fc
  .record({
    id: fc.constantFrom('f1', 'f2', 'f3', 'f4'),
    kind: fc.constantFrom('report.missing', 'media.province'),
    count: fc.integer({ min: 1, max: 90 }),
    unitId: fc.constantFrom('a', 'b'),
  })
  // A fact has one kind and one count wherever it appears.
  .map(({ id, kind, count, unitId }) => fact(`${id}-${kind}-${count}`, kind, count, unitId));
const anyResult = fc
  .record({
    no: fc.integer({ min: 1, max: 99 }),
    role: fc.constantFrom('lead' as const, 'supporter' as const),
    attainment: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
    unitId: fc.constantFrom('a', 'b'),
  })
  .map(({ no, role, attainment, unitId }) => result(no, role, attainment, unitId));
const anyRecords = fc.record({
  units: fc.constant(['a', 'b']),
  facts: fc.array(anyFact, { maxLength: 12 }),
  results: fc.uniqueArray(anyResult, {
    maxLength: 12,
    selector: (one) => `${one.measureNo}|${one.role}|${one.unitId}`,
  }),
  upheld: fc.constant([]),
});

describe('whatever the records', () => {
  it('their order does not matter, to the byte', () => {
    fc.assert(
      fc.property(anyRecords, (all) => {
        const turned = {
          ...all,
          units: [...all.units].reverse(),
          facts: [...all.facts].reverse(),
          results: [...all.results].reverse(),
        };
        expect(JSON.stringify(appraise(scheme, turned))).toBe(JSON.stringify(appraise(scheme, all)));
      }),
      { seed: 11, numRuns: 300 },
    );
  });

  it('more evidence never lowers a score: an appeal upheld, an achievement, a measure further on', () => {
    const totalOf = (all: Records) => appraise(scheme, all).find((score) => score.unitId === 'a')?.total ?? 0;
    fc.assert(
      fc.property(anyRecords, (all) => {
        const before = totalOf(all);
        const bonus = { ...all, facts: [...all.facts, fact('new', 'media.province')] };
        expect(totalOf(bonus)).toBeGreaterThanOrEqual(before);
        for (const one of all.facts) {
          const upheld = [{ factId: one.id, unitId: one.unitId, decision: '' }];
          if (one.kind === 'report.missing') expect(totalOf({ ...all, upheld })).toBeGreaterThanOrEqual(before);
        }
        const further = all.results.map((one) => ({
          ...one,
          attainment: one.attainment === null ? null : Math.min(1, one.attainment + 0.1),
        }));
        expect(totalOf({ ...all, results: further })).toBeGreaterThanOrEqual(before);
      }),
      { seed: 12, numRuns: 300 },
    );
  });

  it('points stay between zero and full marks, and the items explain them', () => {
    fc.assert(
      fc.property(anyRecords, (all) => {
        for (const score of appraise(scheme, all)) {
          expect(score.total).toBeGreaterThanOrEqual(0);
          expect(score.total).toBeLessThanOrEqual(10_500);
          for (const item of score.items) {
            if (item.points !== null)
              expect(item.points).toBeLessThanOrEqual(item.itemId === 'media' ? 500 : item.full);
          }
        }
      }),
      { seed: 13, numRuns: 300 },
    );
  });
});
