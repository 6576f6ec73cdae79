import { describe, expect, it } from 'vitest';
import { answerText, readAnswers, validateAnswers } from './answers.ts';
import { bundle, elements, item, service, sign } from './fixtures/services.ts';
import { factsOf, fieldsOf, formFor, stateOf } from './form.ts';
import { applicableItems, conditionsFor, materialsFor } from './needs.ts';

const today = '2026-11-23';
const whole = service();
const form = formFor(whole);
const asking = (...ids: string[]) =>
  formFor(service([item({ elements: ids.map((id) => ({ id })), conditions: [], materials: [] })], null));

describe('the one form', () => {
  it('asks each question once, in a stable order by section', () => {
    expect(form.sections.map(({ title, fields }) => [title, ...fields.map((field) => field.element.id)])).toEqual([
      ['招牌', 'hasSign'],
      ['店铺', 'shopName', 'area', 'premises', 'landlordName'],
      ['经营者', 'ownerName', 'ownerId', 'email', 'employees'],
    ]);
    expect(formFor(service())).toEqual(form);
    expect(formFor(whole)).toBe(form);
  });

  it('is required when anybody needs it, and says when it is asked', () => {
    const by = new Map(fieldsOf(form).map((field) => [field.element.id, field]));
    expect(by.get('premises')?.required).toBe(true);
    expect(by.get('email')?.required).toBe(false);
    expect(by.get('landlordName')?.condition).toBe('场所来源是“租赁”');
    expect(by.get('employees')?.condition).toBe('是否挂招牌是“是”');
    expect(by.get('shopName')?.condition).toBe('');
  });

  it.each([
    [{}, 'unknown', 'unknown'],
    [{ premises: 'owned', hasSign: false }, 'no', 'no'],
    [{ premises: 'rented', hasSign: true }, 'yes', 'yes'],
  ] as const)('for %j asks the landlord: %s, the employees: %s', (answers, landlord, employees) => {
    const states = new Map(stateOf(form, answers).map((state) => [state.field.element.id, state.asked]));
    expect([states.get('landlordName'), states.get('employees')]).toEqual([landlord, employees]);
  });

  it('forgets the answers behind a changed mind, through every hidden question', () => {
    const chain = service(
      [
        item({
          elements: [
            { id: 'premises' },
            { id: 'landlordIsFirm', when: 'premises = "rented"' },
            { id: 'uscc', when: 'landlordIsFirm = true' },
          ],
          conditions: [],
          materials: [],
        }),
      ],
      null,
    );
    const answers = { premises: 'owned', landlordIsFirm: true, uscc: 'x' };
    expect(factsOf(formFor(chain), answers)).toEqual({ premises: 'owned', landlordIsFirm: null, uscc: null });
    expect(validateAnswers(formFor(chain), answers, today)).toEqual([]);
    expect(readAnswers(formFor(chain), answers, today).answers).toEqual({ premises: 'owned' });
  });
});

describe('answers', () => {
  it.each<[string, unknown, unknown]>([
    ['shopName', '  张三  ', '张三'],
    ['shopName', '𠮷𠮷𠮷𠮷𠮷', '𠮷𠮷𠮷𠮷𠮷'],
    ['shopName', 'a\u0000b', 'ab'],
    ['area', '１２０．５', 120.5],
    ['area', 8, 8],
    ['employees', '1,200', 1200],
    ['employees', '0', 0],
    ['capital', '50000', '50000.00'],
    ['capital', '0123.4', '123.40'],
    ['opensOn', '2026年3月5日', '2026-03-05'],
    ['opensOn', '20260305', '2026-03-05'],
    ['hasSign', 'true', true],
    ['hasSign', '否', false],
    ['premises', ['rented'], 'rented'],
    ['dishes', 'hot', ['hot']],
    ['dishes', ['raw', 'hot', 'raw'], ['hot', 'raw']],
    ['ownerId', '11010519491231002x', '11010519491231002X'],
    ['ownerPhone', '138 1234 5678', '13812345678'],
    ['ownerPhone', '0917-7962345', '0917-7962345'],
    ['uscc', '91610329ma6x000167', '91610329MA6X000167'],
    ['email', 'a@b.cn', 'a@b.cn'],
  ])('%s: %j is read as %j', (id, raw, expected) => {
    expect(readAnswers(asking(id), { [id]: raw }, today)).toEqual({ answers: { [id]: expected }, issues: [] });
  });

  it.each<[string, unknown, RegExp]>([
    ['shopName', undefined, /^请填写“店名”。$/],
    ['shopName', '   ', /^请填写“店名”。$/],
    ['shopName', '六个字的店名', /最多写 5 个字，现在是 6 个字/],
    ['shopName', 5, /应当是文字/],
    ['premises', undefined, /^请选择“场所来源”。$/],
    ['premises', 'tent', /在给出的选项里选一个/],
    ['premises', ['owned', 'rented'], /在给出的选项里选一个/],
    ['dishes', ['hot', 'soup'], /在给出的选项里选/],
    ['dishes', [], /^请选择“经营项目”。$/],
    ['area', '很大', /请填数字/],
    ['area', '0.5', /不能小于 1 平方米/],
    ['area', '10000', /不能大于 9999 平方米/],
    ['area', Number.NaN, /请填数字/],
    ['employees', '1.5', /请填整数/],
    ['capital', '1.234', /最多写 2 位小数/],
    ['capital', '-1', /不能小于 0 元/],
    ['opensOn', '2026-02-30', /真实的日期/],
    ['opensOn', '下周', /真实的日期/],
    ['hasSign', '也许', /请选“是”或“否”/],
    ['ownerId', '110105194912310021', /“经营者身份证号”有误/],
    ['ownerId', '110105202711230021', /“经营者身份证号”有误/],
    ['ownerPhone', '1381234567', /联系电话/],
    ['uscc', '91610329MA6X000168', /校验位/],
    ['email', 'a@b', /电子邮箱/],
    ['email', { toString: 'x' }, /应当是文字/],
  ])('%s: %j is refused', (id, raw, message) => {
    const issues = validateAnswers(asking(id), { [id]: raw }, today);
    expect(issues).toHaveLength(1);
    expect(issues[0]?.path).toBe(`/answers/${id}`);
    expect(issues[0]?.message).toMatch(message);
  });

  it('does not take what objects inherit for answers', () => {
    expect(
      validateAnswers(asking('shopName'), Object.create({ shopName: '店' }) as Record<string, unknown>, today),
    ).toHaveLength(1);
  });

  it('does not ask for what depends on an open question', () => {
    const issues = validateAnswers(form, {}, today).map((issue) => issue.path);
    expect(issues).toContain('/answers/premises');
    expect(issues).not.toContain('/answers/landlordName');
    expect(issues).not.toContain('/answers/email');
  });

  it('are shown in words', () => {
    const of = (id: string) => elements[id] ?? expect.fail(id);
    expect(answerText(of('premises'), 'rented')).toBe('租赁');
    expect(answerText(of('dishes'), ['hot', 'raw'])).toBe('热食、生食');
    expect(answerText(of('hasSign'), false)).toBe('否');
    expect(answerText(of('area'), 20)).toBe('20 平方米');
    expect(answerText(of('area'), undefined)).toBe('');
  });
});

describe('what the answers call for', () => {
  it.each([
    [{}, 'unknown'],
    [{ hasSign: true }, 'yes'],
    [{ hasSign: false }, 'no'],
  ] as const)('items for %j', (answers, applies) => {
    expect(applicableItems(whole, answers).map((one) => one.applies)).toEqual(['yes', applies]);
  });

  it('lets an item wait for what a left-out item waited for', () => {
    const third = sign({ id: 'third', name: '第三件', basicCode: '000131001003' });
    const chain = bundle({
      items: [
        { item: 'food' },
        { item: 'sign', after: ['food'], when: 'hasSign = true', note: 'x' },
        { item: 'third', after: ['sign'] },
      ],
    });
    const three = service([item(), sign(), third], chain);
    expect(applicableItems(three, { hasSign: false }).find((one) => one.item.definition.id === 'third')?.after).toEqual(
      ['food'],
    );
    expect(applicableItems(three, { hasSign: true }).find((one) => one.item.definition.id === 'third')?.after).toEqual([
      'sign',
    ]);
  });

  it('asks for a paper once, in its strictest form, and only owes it when all may wait', () => {
    const [lease, ...rest] = materialsFor(whole, { premises: 'rented', hasSign: true });
    expect(lease).toMatchObject({
      key: 'food.lease',
      name: '租房合同',
      state: 'needed',
      form: 'original',
      owedWithin: '',
    });
    expect(lease?.items.map((one) => one.id)).toEqual(['food', 'sign']);
    expect(rest.map((need) => need.name)).toEqual(['身份证', '平面布局图', '招牌效果图']);
  });

  it('keeps the key when the first item no longer applies, and owes what the rest allow', () => {
    const lonely = service([item({ materials: [] }), sign()], bundle());
    expect(materialsFor(whole, { premises: 'rented', hasSign: false })[0]).toMatchObject({
      key: 'food.lease',
      form: 'copy',
      owedWithin: '10wd',
    });
    expect(materialsFor(lonely, { premises: 'rented', hasSign: true })[0]?.key).toBe('sign.contract');
  });

  it('says what is not settled yet, and why something need not be handed in', () => {
    const needs = new Map(materialsFor(whole, {}).map((need) => [need.name, need]));
    expect(needs.get('租房合同')).toMatchObject({
      state: 'undecided',
      explanation: '填完表后确定：场所来源是“租赁”时要用',
    });
    expect(needs.get('身份证')).toMatchObject({ state: 'waived', explanation: '免提交：系统从人口库核查' });
    expect(needs.get('招牌效果图')?.state).toBe('undecided');
    expect(materialsFor(whole, { premises: 'owned', hasSign: false }).map((need) => need.name)).toEqual([
      '身份证',
      '平面布局图',
    ]);
  });

  it('asks nobody for what one of them may look up', () => {
    const strict = sign({ materials: [{ id: 'identity', name: '身份证', form: 'copy' }] });
    const needs = materialsFor(service([item(), strict], bundle()), { hasSign: true, premises: 'owned' });
    expect(needs.filter((need) => need.name === '身份证')).toMatchObject([
      { state: 'waived', items: [{ id: 'food' }, { id: 'sign' }] },
    ]);
  });

  it.each([
    [{}, 'unknown'],
    [{ area: 8 }, 'yes'],
    [{ area: 7.9 }, 'no'],
  ] as const)('judges the conditions for %j: %s', (answers, holds) => {
    const [first, second] = conditionsFor(whole, answers);
    expect(first).toMatchObject({ id: 'area', holds, decidable: true, test: '营业面积不少于 8 平方米' });
    expect(second).toMatchObject({ id: 'clean', holds: 'unknown', decidable: false });
  });

  it('settles blanks once the form is handed in', () => {
    expect(materialsFor(whole, { hasSign: true }, { complete: true }).some((need) => need.state === 'undecided')).toBe(
      false,
    );
  });
});
