import { describe, expect, it } from 'vitest';
import { draftFaults, judgeAll, type Question, type Result } from './assessments.ts';
import type { Point, Polygon } from './geometry.ts';

const kinds = [{ id: 'energy', name: '节能', fullName: '区域节能评价', stillNeeds: '填承诺表' }];
const park: Polygon = [
  [
    [107.8, 34.68],
    [107.82, 34.68],
    [107.82, 34.7],
    [107.8, 34.7],
  ],
];
const result: Result = {
  id: 'r1',
  kind: 'energy',
  title: '东区节能评价',
  areaName: '东区',
  documentNo: '试评〔2025〕1号',
  issuer: '发改局',
  validFrom: '2025-03-10',
  validUntil: '2030-03-09',
  area: park,
  excludedUses: ['housing'],
  exceptions: ['高耗能项目'],
};
const inside: Point = [107.81, 34.69];
const question: Question = { site: inside, use: 'factory', applies: [], denied: ['高耗能项目'], onDate: '2026-11-23' };
const nameOf = (slug: string) => ({ housing: '住宅', factory: '厂房' })[slug] ?? slug;
const ask = (change: Partial<Question>, results: Result[] = [result]) => {
  const [one] = judgeAll(kinds, results, { ...question, ...change }, nameOf);
  if (one === undefined) throw new Error('no judgement');
  return one;
};

describe('need this project do the assessment?', () => {
  it.each([
    ['inside, valid, not excluded', {}, 'spared', /试评〔2025〕1号，有效期至2030年3月9日.+填承诺表.+费用不由企业承担/],
    ['on the edge counts as inside', { site: [107.8, 34.69] as Point }, 'spared', /范围内/],
    ['outside', { site: [107.9, 34.69] as Point }, 'needed', /不在东区/],
    ['site not known', { site: null }, 'unknown', /填好地块位置/],
    ['first day', { onDate: '2025-03-10' }, 'spared', /./],
    ['last day', { onDate: '2030-03-09' }, 'spared', /./],
    ['a day too late', { onDate: '2030-03-10' }, 'needed', /已经过期/],
    ['a day too early', { onDate: '2025-03-09' }, 'needed', /2025年3月10日起才有效/],
    ['excluded use', { use: 'housing' }, 'needed', /不适用于“住宅”项目/],
    ['use not known', { use: null }, 'unknown', /只要不是“住宅”/],
    ['exception applies', { applies: ['高耗能项目'] }, 'needed', /不适用于“高耗能项目”/],
    ['exception not answered', { denied: [] }, 'unknown', /只要不是“高耗能项目”/],
    [
      'excluded and out of date: the date is the first thing wrong',
      { use: 'housing', onDate: '2031-01-01' },
      'needed',
      /过期/,
    ],
    [
      'an exception weighs even where the site is not known',
      { site: null, applies: ['高耗能项目'] },
      'needed',
      /不适用/,
    ],
  ] as const)('%s', (_, change, verdict, why) => {
    const one = ask(change);
    expect(one.verdict).toBe(verdict);
    expect(one.why).toMatch(why);
  });

  it('a plot that sticks out is not inside', () => {
    const plot: Polygon = [
      [
        [107.819, 34.69],
        [107.821, 34.69],
        [107.821, 34.691],
        [107.819, 34.691],
      ],
    ];
    expect(ask({ site: plot })).toMatchObject({ verdict: 'needed', resultId: 'r1' });
    expect(ask({ site: plot }).why).toContain('只有一部分');
  });

  it('without any result the project does its own', () => {
    expect(ask({}, [])).toMatchObject({ verdict: 'needed', resultId: null });
  });

  it('one result that serves is enough, and the order of results makes no difference', () => {
    const over = { ...result, id: 'r0', validUntil: '2026-01-01' };
    const other = { ...result, id: 'r2', validUntil: '2031-01-01' };
    for (const results of [
      [over, result, other],
      [other, result, over],
    ])
      expect(ask({}, results)).toMatchObject({ verdict: 'spared', resultId: 'r2' });
    expect(ask({}, [over]).why).toContain('过期');
  });
});

it('says all that a draft lacks', () => {
  const good = {
    documentNo: '1号',
    validFrom: '2026-01-01',
    validUntil: '2026-01-01',
    hasDocument: true,
    areaFault: null,
  };
  expect(draftFaults(good)).toEqual([]);
  expect(
    draftFaults({
      documentNo: '',
      validFrom: '2026-01-02',
      validUntil: '2026-01-01',
      hasDocument: false,
      areaFault: '相交',
    }),
  ).toHaveLength(4);
});
