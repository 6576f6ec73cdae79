import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { expressionOf, missingElements, truthOf, type Facts } from '../../catalogue/index.ts';
import { judgeEligibility, type ConditionJudge, type EligibilityType } from './eligibility.ts';

const file = new URL('../../../../data/projects/types.yaml', import.meta.url);
const { types } = parse(readFileSync(file, 'utf8')) as { types: EligibilityType[] };
const judge: ConditionJudge = {
  truthOf,
  missingIn: (condition, facts) => missingElements(expressionOf(condition), facts),
  labelOf: (element) => ({ fundingSource: '资金来源', buildingHeight: '建筑高度' })[element] ?? element,
};
const decide = (facts: Facts) => judgeEligibility(types, facts, judge);

const small: Facts = {
  fundingSource: 'private',
  engineeringKind: 'building',
  aboveGroundArea: 9_000,
  buildingHeight: 20,
  singleFunction: true,
  buildingUse: 'factory',
  hazards: ['none'],
  isSpecialFireWork: false,
  involvesHeritage: false,
};

describe('项目类型', () => {
  it.each<[string, Facts, string, number]>([
    ['财政投资', { fundingSource: 'government' }, 'government', 95],
    ['小型低风险', small, 'small-low-risk', 15],
    ['面积正好一万', { ...small, aboveGroundArea: 10_000 }, 'small-low-risk', 15],
    ['面积超了', { ...small, aboveGroundArea: 10_000.5 }, 'private', 60],
    ['太高', { ...small, buildingHeight: 24.1 }, 'private', 60],
    ['有危险因素', { ...small, hazards: ['crowded'] }, 'private', 60],
    ['不管别的，道路就不是小型低风险', { fundingSource: 'private', engineeringKind: 'road' }, 'private', 60],
  ])('%s', (_, facts, id, budgetDays) => {
    expect(decide(facts)).toMatchObject({ status: 'decided', type: { id, budgetDays }, missing: [] });
  });

  it('不知道资金来源：先问它', () => {
    const open = decide({});
    expect(open).toMatchObject({
      status: 'undecided',
      type: null,
      missing: [{ element: 'fundingSource', label: '资金来源' }],
    });
    expect(open.candidates).toEqual(['government', 'small-low-risk', 'private']);
    expect(open.words[0]).toBe('还要回答“资金来源”，才能确定是不是政府投资项目。');
  });

  it('只差一个高度：只问高度，并说明可能是什么', () => {
    const open = decide(Object.fromEntries(Object.entries(small).filter(([id]) => id !== 'buildingHeight')));
    expect(open).toMatchObject({ status: 'undecided', candidates: ['small-low-risk', 'private'] });
    expect(open.missing).toEqual([{ element: 'buildingHeight', label: '建筑高度' }]);
  });

  it('一条不符合就定了，其余不用再问', () => {
    expect(decide({ fundingSource: 'private', aboveGroundArea: 20_000 })).toMatchObject({
      status: 'decided',
      type: { id: 'private' },
    });
  });

  it('说明理由和来源', () => {
    const { words } = decide({ ...small, buildingHeight: 30 });
    expect(words[0]).toMatch(/^是一般社会投资项目，全部审批承诺60个工作日：/);
    expect(words.at(-1)).toBe('不是小型低风险项目，不符合：建筑高度不超过24米（通行做法，未核实，本县可调整）。');
  });

  it('一种都不符合也说得清', () => {
    const only = types.filter(({ id }) => id === 'small-low-risk');
    expect(judgeEligibility(only, { fundingSource: 'government' }, judge)).toMatchObject({
      status: 'none',
      type: null,
    });
    expect(judgeEligibility([], {}, judge).status).toBe('none');
  });

  it('再多的事实也不会改变已经定下的类型', () => {
    const ids = Object.keys(small);
    for (let mask = 0; mask < 2 ** ids.length; mask += 1) {
      const known = Object.fromEntries(
        ids.filter((_, index) => (mask >> index) % 2 === 1).map((id) => [id, small[id]]),
      );
      const { status, type, missing } = decide(known);
      if (status === 'decided') expect(type?.id).toBe(decide(small).type?.id);
      else expect(missing.length).toBeGreaterThan(0);
    }
  });
});
