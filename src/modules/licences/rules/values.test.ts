import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { parse } from 'yaml';
import { typeDefinition, type TypeDefinition } from './definition.ts';
import { faceOf, sealPlace } from './face.ts';
import { codeOf, firstOf, holderOf, shownValue, validityOf, valuesOf, type SourceFacts } from './values.ts';

const folder = resolve(import.meta.dirname, '../../../../data/licences/types');
const raw = (id: string): Record<string, unknown> =>
  parse(readFileSync(resolve(folder, `${id}.yaml`), 'utf8')) as Record<string, unknown>;
const type = (id: string): TypeDefinition => typeDefinition.parse(raw(id));
const food = type('food-business-licence');
const business = type('business-licence');

const nothing: SourceFacts = {
  answers: {},
  holder: null,
  documentNo: '政务准〔2026〕1号',
  issuedOn: '2026-11-23',
  itemId: '',
  licences: {},
  earlier: {},
  assigned: {},
  typed: {},
};
const answers = {
  enterpriseName: { value: '麟游县御泉餐饮有限公司', text: '麟游县御泉餐饮有限公司' },
  legalRepresentativeName: { value: '赵文斌', text: '赵文斌' },
  enterpriseAddress: { value: '东大街', text: '东大街' },
  premisesAddress: { value: '东大街', text: '东大街' },
  foodBusinessForm: { value: 'catering', text: '餐饮服务（现做现卖）' },
  foodItems: { value: ['hot', 'cold'], text: '热食、冷食' },
};

describe('a value', () => {
  test.each([
    [['element:enterpriseName'], '麟游县御泉餐饮有限公司'],
    [['element:nothing', 'text:长期'], '长期'],
    [['licence:business-licence.uscc'], '91610329MA6X000167'],
    [['earlier:establishedOn', 'decision:issuedOn'], '2026-11-23'],
    [['item:branch-registration=分支机构'], '分支机构'],
    [['item:other=别的'], null],
    [['decision:documentNo'], '政务准〔2026〕1号'],
    [['assigned:uscc'], null],
    [['element:foodItems'], '热食、冷食'],
  ])('of %j is %s', (sources, value) => {
    const licences = { 'business-licence': { uscc: '91610329MA6X000167' } };
    expect(firstOf(sources, { ...nothing, answers, licences, itemId: 'branch-registration' })).toBe(value);
  });

  it('is worded for the face, and has its code for the number', () => {
    const facts = { ...nothing, answers, holder: holderOf(food, { ...nothing, answers }) };
    const { values, issues } = valuesOf(food, facts);
    expect(issues).toEqual([]);
    expect(values).toMatchObject({ name: '麟游县御泉餐饮有限公司', form: '餐饮服务经营者', items: '热食、冷食' });
    const form = food.fields.find(({ id }) => id === 'form');
    expect(form && codeOf(form, facts, values.form ?? '')).toBe('2');
    // By hand there is no answer: the words lead back to it.
    expect(form && codeOf(form, nothing, '单位食堂')).toBe('');
    expect(form && codeOf(form, nothing, '食品销售经营者')).toBe('1');
  });

  it('that is missing, wrong or unknown is told with its place', () => {
    const typed = { uscc: '91610329MA6X000168', stray: '1' };
    const { issues } = valuesOf(food, { ...nothing, typed });
    expect(issues.map(({ path }) => path)).toEqual([
      '/values/name',
      '/values/uscc',
      '/values/representative',
      '/values/address',
      '/values/premisesAddress',
      '/values/form',
      '/values/items',
      '/values/stray',
    ]);
    const dated = valuesOf(business, { ...nothing, typed: { establishedOn: '2026-02-30' } });
    expect(dated.issues.find(({ path }) => path === '/values/establishedOn')?.message).toContain('真有的一天');
  });

  it('stays from the version before unless something newer is said', () => {
    const { values } = valuesOf(food, {
      ...nothing,
      earlier: { items: '旧', representative: '旧人' },
      typed: { items: '新' },
    });
    expect([values.items, values.representative]).toEqual(['新', '旧人']);
  });

  it('a person holds where no firm is named', () => {
    const person = { ...nothing, answers: { applicantName: { value: '张秀兰', text: '张秀兰' } } };
    expect(holderOf(food, person)).toEqual({ kind: 'person', name: '张秀兰', number: '' });
    expect(holderOf(business, person)).toBeNull();
  });

  it('is shown as people write it', () => {
    const date = business.fields.find(({ id }) => id === 'establishedOn');
    expect(date && shownValue(date, '2026-11-23')).toBe('2026年11月23日');
    expect(date && shownValue(date, undefined)).toBe('');
  });
});

describe('validity', () => {
  const until = (given: Parameters<typeof validityOf>[3], on = '2026-11-23') =>
    Object.values<string | null>({ ...validityOf(food, nothing, on, given) });
  test.each([
    ['a new one', null, ['2026-11-23', '2031-11-22']],
    [
      'a change keeps the span',
      { from: '2024-01-01', until: '2028-12-31', how: 'kept' as const },
      ['2024-01-01', '2028-12-31'],
    ],
    [
      'renewed in time',
      { from: '2022-01-01', until: '2026-12-31', how: 'renewed' as const },
      ['2027-01-01', '2031-12-31'],
    ],
    [
      'renewed too late',
      { from: '2020-01-01', until: '2026-11-22', how: 'renewed' as const },
      ['2026-11-23', '2031-11-22'],
    ],
  ])('%s', (_, earlier, span) => expect(until(earlier)).toEqual(span));

  it('comes from the form where the type says so, and is long term otherwise', () => {
    const years = { businessTermYears: { value: 20, text: '20 年' } };
    expect(validityOf(business, { ...nothing, answers: years }, '2026-11-23').until).toBe('2046-11-22');
    expect(validityOf(business, nothing, '2026-11-23').until).toBeNull();
  });
});

describe('a definition', () => {
  const faults = (change: object) =>
    typeDefinition
      .safeParse({ ...raw('food-business-licence'), ...change })
      .error?.issues.map(({ message }) => message);
  const layout = raw('food-business-licence').layout as { items: { kind: string }[] };

  test.each([
    ['a code of another length', { code: '1' }, '类型代码'],
    ['a subject that is no field', { subject: ['nothing'] }, '没有“nothing”这个栏目'],
    ['a number that nobody understands', { number: { pattern: '{Serial}' } }, '看不懂'],
    ['a number from a field without codes', { number: { pattern: '{code:items}' } }, '没有写 codes'],
    [
      'no place for the seal',
      { layout: { ...layout, items: layout.items.filter(({ kind }) => kind !== 'seal') } },
      '印章位置',
    ],
    [
      'words for a field that is not there',
      { layout: { ...layout, items: [...layout.items, { kind: 'text', x: 1, y: 1, text: '{nothing}', size: 4 }] } },
      '没有“nothing”这个栏目',
    ],
    [
      'a line off the page',
      {
        layout: {
          ...layout,
          items: [...layout.items, { kind: 'line', x1: 1, y1: 1, x2: 999, y2: 1, stroke: '#000000', thickness: 1 }],
        },
      },
      '超出了纸面',
    ],
  ])('%s is told', (_, change, message) => expect(faults(change)?.join()).toContain(message));
});

it('a face leaves out what has no value; the seal stays on the page', () => {
  const facts = {
    number: 'JY1',
    identifier: '1.2',
    issuerName: '局',
    holder: { kind: 'firm' as const, name: '店', number: '' },
    issuedOn: '2026-11-23',
    validFrom: '2026-11-23',
    validUntil: null,
    values: { name: '店' },
    code: 'YS1:0',
  };
  const [page] = faceOf(food, facts).pages;
  const texts = (page?.items ?? []).flatMap((item) => (item.kind === 'text' ? [item.text] : []));
  expect(texts).toContain('有效期：长期');
  expect(texts).toContain('2026年11月23日');
  expect(texts.join()).not.toMatch(/[{}]|undefined/);
  expect(page?.items.filter(({ kind }) => kind === 'qr')).toHaveLength(1);
  const place = sealPlace({ ...food.layout, width: 230 }, 42);
  expect(place.x + place.width).toBeLessThanOrEqual(230);
});
