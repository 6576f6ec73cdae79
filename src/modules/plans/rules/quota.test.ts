import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countQuotas, periodEnd, periodOf, type Quota, type Submission } from './quota.ts';

const quota = (more: Partial<Quota> = {}): Quota => ({
  id: 'lead-notes',
  measureNo: 98,
  name: '工作动态',
  kind: 'note',
  count: 3,
  every: 'month',
  graceDays: 5,
  owedBy: 'leads',
  units: ['a'],
  ...more,
});
const paper = (id: string, more: Partial<Submission> = {}): Submission => ({
  id,
  unitId: 'a',
  kind: 'note',
  subject: id,
  occurredOn: '2022-06-10',
  submittedOn: '2022-06-12',
  state: 'accepted',
  ...more,
});
const count = (quotas: readonly Quota[], papers: readonly Submission[], stacking: 'higher' | 'sum' = 'higher') =>
  countQuotas(quotas, papers, '2022-06', stacking);

describe('monthly quotas', () => {
  it('counts what was accepted for the month in which it happened', () => {
    const papers = [
      paper('1'),
      paper('2', { occurredOn: '2022-05-31' }),
      paper('3', { state: 'submitted' }),
      paper('4', { state: 'refused' }),
      paper('5', { unitId: 'b' }),
    ];
    expect(count([quota()], papers)).toMatchObject([{ unitId: 'a', owed: 3, accepted: 1, missing: 2 }]);
  });

  it('counts one thing sent to two channels once, the earlier paper', () => {
    const papers = [paper('2', { subject: 'x', submittedOn: '2022-06-13' }), paper('1', { subject: 'x' })];
    expect(count([quota()], papers)[0]).toMatchObject({ accepted: 1, submissions: ['1'] });
  });

  it('takes late papers within the days of grace, not after', () => {
    expect(count([quota()], [paper('1', { submittedOn: '2022-07-05' })])[0]?.accepted).toBe(1);
    expect(count([quota()], [paper('1', { submittedOn: '2022-07-06' })])[0]?.accepted).toBe(0);
  });

  it('a unit that leads and supports owes the higher quota, or both where the county says so', () => {
    const both = [quota(), quota({ id: 'supporter-notes', count: 2, owedBy: 'supporters' })];
    expect(count(both, [])).toMatchObject([{ owed: 3 }]);
    expect(count(both, [], 'sum')).toMatchObject([{ owed: 5 }]);
  });

  it('more than owed is nothing missing', () => {
    expect(count([quota({ count: 1 })], [paper('1'), paper('2')])[0]).toMatchObject({ accepted: 2, missing: 0 });
  });

  it('does not care for the order of papers, and another paper never makes more missing', () => {
    const any = fc.record({
      id: fc.uuid(),
      subject: fc.constantFrom('x', 'y', 'z'),
      occurredOn: fc.constantFrom('2022-05-31', '2022-06-01', '2022-06-30'),
      submittedOn: fc.constantFrom('2022-06-01', '2022-07-05', '2022-07-06'),
      state: fc.constantFrom('accepted' as const, 'refused' as const),
    });
    fc.assert(
      fc.property(fc.array(any, { maxLength: 8 }), any, (papers, one) => {
        const all = papers.map((fields) => paper(fields.id, fields));
        const missing = (list: readonly Submission[]) => count([quota()], list)[0]?.missing ?? 0;
        expect(count([quota()], [...all].reverse())).toEqual(count([quota()], all));
        expect(missing([...all, paper(one.id, one)])).toBeLessThanOrEqual(missing(all));
      }),
      { seed: 7, numRuns: 200 },
    );
  });
});

it.each([
  ['month', '2022-02-28', '2022-02', '2022-02-28'],
  ['month', '2024-02-01', '2024-02', '2024-02-29'],
  ['month', '2022-12-31', '2022-12', '2022-12-31'],
  ['halfYear', '2022-06-30', '2022-H1', '2022-06-30'],
  ['halfYear', '2022-07-01', '2022-H2', '2022-12-31'],
  ['year', '2022-07-01', '2022', '2022-12-31'],
] as const)('a %s of %s is %s, ending %s', (every, day, period, end) => {
  expect(periodOf(every, day)).toBe(period);
  expect(periodEnd(period)).toBe(end);
});
