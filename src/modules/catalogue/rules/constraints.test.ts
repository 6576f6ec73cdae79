import { describe, expect, it } from 'vitest';
import { checkBundle, checkElement, checkItem } from './constraints.ts';
import { dataElement } from './definition.ts';
import { bundle, elements, item, sign, units } from './fixtures/services.ts';
import { isWithin, limitText, weigh } from './limits.ts';
import { findCircle, longestChain } from './order.ts';

const basis = { title: '《测试法》' };
const step = (id: string, term: string, after: string[] = [], extra: object = {}) => ({
  id,
  name: id,
  department: 'market',
  term,
  after,
  kind: 'review',
  ...extra,
});

describe('an item that keeps every rule', () => {
  it('has nothing to say', () => {
    expect(checkItem(item(), { elements, units })).toEqual([]);
    expect(checkItem(sign(), { elements, units })).toEqual([]);
  });
});

describe('an item that breaks a rule is told which, where and why', () => {
  it.each<[string, Record<string, unknown>, string, RegExp]>([
    [
      'promise above statute',
      { statutory: { term: '4wd' } },
      '/promised/term',
      /承诺时限 5个工作日 比法定时限 4个工作日 还长/,
    ],
    [
      'promise above statute in other units',
      { promised: { term: '20wd' }, statutory: { term: '20nd' } },
      '/promised/term',
      /还长/,
    ],
    ['immediate with days', { caseKind: 'immediate' }, '/promised/term', /即办件要当场办结/],
    ['all online, yet a visit', { onlineDepth: 'full' }, '/visits', /现在是 1 次/],
    ['vague material', { materials: [{ id: 'xx', name: '其他材料', form: 'copy' }] }, '/materials/0/name', /太笼统/],
    ['vague tail', { materials: [{ id: 'xx', name: '申请表等材料', form: 'copy' }] }, '/materials/0/name', /太笼统/],
    [
      'vague law words',
      { materials: [{ id: 'xx', name: '法律法规规定的有关文件', form: 'copy' }] },
      '/materials/0/name',
      /太笼统/,
    ],
    [
      'shared data asked',
      { materials: [{ id: 'xx', name: '营业执照复印件', form: 'copy' }] },
      '/materials/0/waived',
      /不能要求申请人提交/,
    ],
    [
      'shared data asked of somebody',
      { materials: [{ id: 'xx', name: '法定代表人身份证（正反面）', form: 'copy' }] },
      '/materials/0/waived',
      /不能要求/,
    ],
    [
      'waived from nowhere',
      { materials: [{ id: 'xx', name: '身份证', form: 'copy', waived: {} }] },
      '/materials/0/waived',
      /从哪类电子证照或哪个库/,
    ],
    [
      'the same paper twice',
      {
        materials: [
          { id: 'xx', name: '图', form: 'copy' },
          { id: 'yy', name: '图', form: 'copy' },
        ],
      },
      '/materials',
      /写了两遍/,
    ],
    ['condition without basis', { conditions: [{ id: 'xx', text: '人品好' }] }, '/conditions/0/basis', /没有写依据/],
    [
      'condition that cannot be read',
      { conditions: [{ id: 'xx', text: 't', test: 'area >', basis }] },
      '/conditions/0/test',
      /写得不对/,
    ],
    [
      'condition with a Chinese sign',
      { conditions: [{ id: 'xx', text: 't', test: 'area ＞ 5', basis }] },
      '/conditions/0/test',
      /中文符号/,
    ],
    [
      'condition over what is not asked',
      { conditions: [{ id: 'xx', text: 't', test: 'employees > 3', basis }] },
      '/conditions/0/test',
      /“从业人数”不在表单/,
    ],
    [
      'condition over an option that is none',
      { conditions: [{ id: 'xx', text: 't', test: 'premises = "tent"', basis }] },
      '/conditions/0/test',
      /没有“tent”这个选项/,
    ],
    [
      'condition of another type',
      { conditions: [{ id: 'xx', text: 't', test: 'area = "big"', basis }] },
      '/conditions/0/test',
      /要和数字比较/,
    ],
    [
      'when of a material',
      { materials: [{ id: 'xx', name: '图', form: 'copy', when: 'nothing = true' }] },
      '/materials/0/when',
      /不在表单/,
    ],
    [
      'unknown element',
      { elements: [{ id: 'strange' }], conditions: [], materials: [] },
      '/elements/0/id',
      /还没有定义/,
    ],
    [
      'questions in a circle',
      {
        elements: [
          { id: 'shopName', when: 'ownerName = "a"' },
          { id: 'ownerName', when: 'shopName = "b"' },
        ],
        conditions: [],
        materials: [],
      },
      '/elements',
      /绕成了圈/,
    ],
    ['longest path above the promise', { promised: { term: '4wd' } }, '/steps', /受理 → 核查 → 决定/],
    [
      'steps in a circle',
      { steps: [step('aa', '1wd', ['bb']), step('bb', '1wd', ['aa'])] },
      '/steps',
      /绕成了圈：aa → bb → aa/,
    ],
    ['a step that waits for itself', { steps: [step('aa', '1wd', ['aa'])] }, '/steps', /绕成了圈/],
    ['a step that waits for nothing known', { steps: [step('aa', '1wd', ['zz'])] }, '/steps/0/after', /“zz”不存在/],
    ['unknown unit', { department: 'moon' }, '/department', /不在机构名录里/],
    ['unit without a code', { department: 'poor' }, '/department', /统一社会信用代码/],
    [
      'unknown unit of a step',
      { steps: [step('aa', '1wd', [], { department: 'moon' })] },
      '/steps/0/department',
      /不在机构名录里/,
    ],
    [
      'licence without type',
      { result: { kind: 'licence', name: '证', delivery: ['window'] } },
      '/result/licenceType',
      /证照类型/,
    ],
    ['charge without basis', { fees: { charged: true, standard: '10元' } }, '/fees/basis', /收费依据/],
    [
      'commitment for a punishment',
      { kind: '02', commitment: { allowed: true, text: 'a', verification: 'b', breach: 'c', basis } },
      '/commitment',
      /不能实行告知承诺/,
    ],
  ])('%s', (_, overrides, path, message) => {
    const found = checkItem(item(overrides), { elements, units });
    const one = found.find((violation) => violation.path === path);
    expect(one?.message ?? JSON.stringify(found)).toMatch(message);
    expect(one?.basis).not.toBe('');
  });

  it('knows the code of another item', () => {
    const [found] = checkItem(item(), { elements, units, basicCodes: new Map([['000131001001', '别的事项']]) });
    expect(found?.message).toContain('别的事项');
  });

  it.each(['材料清单', '申请材料目录', '其他组织登记证', '建筑材料检测报告'])('%s is not vague', (name) => {
    expect(checkItem(item({ materials: [{ id: 'xx', name, form: 'copy' }] }), { elements, units })).toEqual([]);
  });

  it('does not count steps that the law takes out of the promise', () => {
    const steps = [
      step('aa', '4wd'),
      step('hearing', '30wd', ['aa'], { excludedGround: 'hearing' }),
      step('end', '1wd', ['hearing']),
    ];
    expect(checkItem(item({ steps }), { elements, units })).toEqual([]);
  });
});

describe('a bundle', () => {
  const items = new Map([item(), sign()].map((one) => [one.id, one]));
  it('that keeps every rule', () => expect(checkBundle(bundle(), { elements, units, items })).toEqual([]));
  it.each<[string, Record<string, unknown>, string, RegExp]>([
    [
      'promises less than its longest line',
      { promised: { term: '6wd' } },
      '/promised/term',
      /食品经营许可 5个工作日 → 招牌备案 2个工作日/,
    ],
    ['has an unknown item', { items: [{ item: 'food' }, { item: 'ghost' }] }, '/items/1/item', /还没有发布/],
    [
      'waits for what is not in it',
      { items: [{ item: 'food' }, { item: 'sign', after: ['ghost'] }] },
      '/items/1/after',
      /不在这件事里/,
    ],
    [
      'goes in a circle',
      {
        items: [
          { item: 'food', after: ['sign'] },
          { item: 'sign', after: ['food'] },
        ],
      },
      '/items',
      /绕成了圈/,
    ],
    ['has an item twice', { items: [{ item: 'food' }, { item: 'food' }] }, '/items', /出现了两次/],
    [
      'has a condition nobody asks for',
      { items: [{ item: 'food' }, { item: 'sign', when: 'capital > 1', note: 'x' }] },
      '/items/1/when',
      /不在表单/,
    ],
    [
      'does not say when an item applies',
      { items: [{ item: 'food' }, { item: 'sign', when: 'hasSign = true' }] },
      '/items/1/note',
      /不是人人要办/,
    ],
    ['is led by nobody known', { lead: 'moon' }, '/lead', /不在机构名录里/],
  ])('%s', (_, overrides, path, message) => {
    const found = checkBundle(bundle(overrides), { elements, units, items });
    expect(found.find((violation) => violation.path === path)?.message ?? JSON.stringify(found)).toMatch(message);
  });
  it('counts parallel items once', () => {
    const side = bundle({ promised: { term: '5wd' }, items: [{ item: 'food' }, { item: 'sign' }] });
    expect(checkBundle(side, { elements, units, items })).toEqual([]);
  });
});

describe('a data element', () => {
  it.each<[object, RegExp]>([
    [{ type: 'choice' }, /至少要有两个选项/],
    [{ type: 'text', options: [{ value: 'aa', label: '甲' }] }, /不是选择题/],
    [
      {
        type: 'choice',
        options: [
          { value: 'aa', label: '甲' },
          { value: 'aa', label: '乙' },
        ],
      },
      /写了两遍/,
    ],
    [{ type: 'integer', min: 5, max: 1 }, /最小值比最大值大/],
    [{ type: 'idNumber' }, /个人信息/],
    [{ type: 'text', pattern: '(', patternMessage: 'x' }, /读不懂/],
    [{ type: 'text', pattern: '\\d+' }, /写一句/],
  ])('%j', (overrides, message) => {
    const found = checkElement(dataElement.parse({ id: 'xx', name: '某', section: '甲', ...overrides }));
    expect(found.map((one) => one.message).join()).toMatch(message);
  });
  it('that is sound says nothing', () => expect(Object.values(elements).flatMap(checkElement)).toEqual([]));
});

describe('limits and order', () => {
  it.each([
    ['20nd', '20wd', true],
    ['20wd', '20nd', false],
    ['30nd', '1mo', true],
    ['2h', '0.5wd', true],
    ['1.5wd', '1.5wd', true],
    ['1mo', '20wd', false],
    ['0wd', '0wd', true],
  ] as const)('%s within %s: %s', (a, b, expected) => expect(isWithin(a, b)).toBe(expected));

  it('says limits in words', () => {
    expect(['0wd', '1.5wd', '20nd', '2h', '1mo'].map(limitText)).toEqual([
      '当日',
      '1.5个工作日',
      '20个自然日',
      '2小时',
      '1个月',
    ]);
    expect(weigh('nonsense')).toBe(0);
  });

  it('finds the heaviest of many ways without walking them all', () => {
    const layers = Array.from({ length: 60 }, (_, layer) =>
      [0, 1].map((side) => ({
        id: `${layer}-${side}`,
        after: layer === 0 ? [] : [`${layer - 1}-0`, `${layer - 1}-1`],
      })),
    ).flat();
    expect(longestChain(layers, () => 1).weight).toBe(60);
    expect(findCircle(layers)).toBeNull();
  });
});
