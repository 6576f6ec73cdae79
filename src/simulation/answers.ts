import type { Caller } from '../kernel/call.ts';
import type { OutputOf } from '../kernel/endpoint.ts';
import { localDateOf, plusMs, type Instant, type LocalDate } from '../kernel/time.ts';
import { computeMaterials, type readForm } from '../modules/catalogue/contract.ts';
import { textLike } from './patterns.ts';
import { address, idNumber, personName, phone, uscc, type Identity } from './people.ts';
import type { Random } from './random.ts';

/**
 * Fills in whatever form the catalogue asks for, from its definition alone: a service published tomorrow is applied for
 * without a line of code. What the first attempt gets wrong is mended as a person would, reading what the check says.
 */

type Form = OutputOf<typeof readForm>;
type Element = Form['sections'][number]['fields'][number]['element'];
export type Value = string | number | boolean | string[];
export type Answers = Record<string, Value>;

/** Answers that once met the conditions of a service: the town's talk of how one qualifies. */
export type Advice = Map<string, Answers>;

export async function fillIn(
  call: Caller,
  form: Form,
  facts: { random: Random; identity: Identity; now: Instant; advice: Advice },
): Promise<Answers | null> {
  const { random, advice } = facts;
  const elements = form.sections.flatMap((section) => section.fields);
  const answers: Answers = {};
  for (const { element, required } of elements) {
    // What only some situations ask for is answered too; the platform drops what does not apply.
    if (required || element.prefill !== '' || random.chance(0.85)) answers[element.id] = valueFor(element, facts);
  }
  Object.assign(answers, advice.get(form.id));
  for (let attempt = 0; attempt < 60; attempt += 1) {
    const said = await call(computeMaterials, { id: form.id, answers, complete: true });
    const failing = said.conditions.filter((one) => one.holds === 'no');
    const wrong = new Set([
      ...said.issues.map(({ path }) => path.split('/').at(-1) ?? ''),
      ...failing.flatMap(({ test }) =>
        elements.flatMap(({ element }) => (test.includes(element.name) ? [element.id] : [])),
      ),
    ]);
    const tooFew = said.items.every((item) => item.applies !== 'yes');
    if (wrong.size === 0 && failing.length === 0 && !tooFew) {
      if (!advice.has(form.id)) advice.set(form.id, pick(answers, decisive(said.conditions, elements)));
      return answers;
    }
    for (const { element } of elements) {
      // One thing after the other: two answers that are changed at the same time can miss each other for ever.
      const isSuspect = wrong.has(element.id) || (tooFew && element.type === 'boolean');
      if (isSuspect && (wrong.size === 1 || random.chance(0.6)))
        answers[element.id] = otherValue(element, facts, answers[element.id], numbersIn(failing));
    }
  }
  return null;
}

/** 不少于 200 万元: the figure to aim at. */
function numbersIn(conditions: readonly { test: string }[]): number[] {
  return conditions.flatMap(({ test }) => (test.match(/\d+/g) ?? []).map(Number));
}

function decisive(
  conditions: readonly { decidable: boolean; test: string }[],
  fields: readonly { element: Element }[],
): string[] {
  const tests = conditions.filter((one) => one.decidable).map((one) => one.test);
  return fields.flatMap(({ element }) => (tests.some((test) => test.includes(element.name)) ? [element.id] : []));
}

function pick(answers: Answers, ids: readonly string[]): Answers {
  return Object.fromEntries(ids.flatMap((id) => (answers[id] === undefined ? [] : [[id, answers[id]]])));
}

interface Facts {
  random: Random;
  identity: Identity;
  now: Instant;
}

/** Something else than what was refused. */
function otherValue(element: Element, facts: Facts, refused: Value | undefined, spokenOf: readonly number[]): Value {
  const { random } = facts;
  if (typeof refused === 'boolean') return !refused;
  if (element.type === 'integer' || element.type === 'decimal' || element.type === 'money') {
    const { least, most } = bounds(element);
    const wanted = random.pick([
      least,
      most,
      random.whole(least, most),
      ...spokenOf.flatMap((one) => [one, one - 1, one + random.whole(1, 20)]),
    ]);
    return number(element, Math.min(element.max ?? wanted, Math.max(least, wanted)), random);
  }
  if (element.type === 'date')
    return dayFrom(facts.now, random.pick([-400, -60, -10, 0, 5, 20, 40, -7000, -9000]) + random.whole(-3, 3));
  return valueFor(element, facts);
}

function valueFor(element: Element, facts: Facts): Value {
  const { random, identity, now } = facts;
  const { name, type } = element;
  const known = knownValue(element.prefill, identity);
  if (known !== undefined) return known;
  switch (type) {
    case 'text':
    case 'longText':
      return wordsFor(element, facts);
    case 'integer':
    case 'decimal':
    case 'money': {
      const { least, most } = bounds(element);
      return number(element, random.whole(least, Math.min(most, least + random.pick([3, 10, 50, 200]))), random);
    }
    case 'date':
      return dayFrom(now, daysAway(name, random));
    case 'boolean':
      return random.chance(
        /代办|委托/.test(name) ? 0.12 : /违法|失信|限制|犯罪|纠纷|查封|不得|欠/.test(name) ? 0.02 : 0.55,
      );
    case 'choice':
      return random.pick(element.options).value;
    case 'multiChoice': {
      const most = Math.min(element.max ?? element.options.length, element.options.length);
      const wanted = random.whole(Math.min(element.min ?? 1, most), most);
      return element.options.map((one) => one.value).slice(0, Math.max(1, wanted));
    }
    case 'idNumber':
      return /法定代表人|经营者|申请人|本人/.test(name) ? identity.idNumber : idNumber(random);
    case 'uscc':
      return uscc(random);
    case 'phone':
      return /法定代表人|经营者|申请人|联系/.test(name) ? identity.phone : phone(random);
    case 'email':
      return `linyou${random.whole(1000, 999_999)}@example.com`;
    case 'address':
      return /住址|家庭/.test(name) ? identity.address : address(random);
  }
}

function knownValue(
  prefill: string,
  { name, idNumber: id, phone: mobile, address: home, firm }: Identity,
): string | undefined {
  const known: Record<string, string> = {
    'profile.name': name,
    'profile.idNumber': id,
    'profile.phone': mobile,
    'profile.address': home,
    'enterprise.name': firm.name,
    'enterprise.uscc': firm.uscc,
    'enterprise.address': firm.address,
  };
  return known[prefill];
}

function wordsFor(element: Element, { random, identity }: Facts): string {
  const { name, pattern } = element;
  if (pattern !== undefined) return textLike(pattern, random);
  const words = /法定代表人|经营者|申请人/.test(name)
    ? identity.name
    : /姓名|名字|联系人|负责人|户主|代理人|经办人/.test(name)
      ? personName(random)
      : /(企业|单位|公司|商户|字号|店铺|场所|项目).*名称|名称/.test(name)
        ? identity.firm.name
        : /股东|出资/.test(name)
          ? `${identity.name}，出资${random.pick([5, 10, 30, 50, 100])}万元，货币`
          : /范围|项目|内容|用途/.test(name)
            ? random.pick([
                '餐饮服务；预包装食品销售',
                '日用百货、烟酒副食零售',
                '农产品种植、收购和销售',
                '按照申请材料载明的内容',
              ])
            : /号|编码|代码/.test(name)
              ? String(random.whole(100_000, 999_999))
              : random.pick(['情况属实', '见所附材料', '无', '按规定办理']);
  return [...words].slice(0, element.maxLength ?? 200).join('');
}

function bounds({ min, max, type }: Element): { least: number; most: number } {
  const least = Math.ceil(min ?? (type === 'money' ? 1000 : 1));
  return { least, most: Math.floor(max ?? Math.max(least, 1) * 50) };
}

function number(element: Element, whole: number, random: Random): Value {
  if (element.type === 'money') return String(whole);
  const { max = Number.POSITIVE_INFINITY } = element;
  return element.type === 'decimal' && whole + 1 <= max && random.chance(0.4) ? whole + 0.5 : whole;
}

function daysAway(name: string, random: Random): number {
  if (/出生/.test(name)) return -random.whole(7_000, 22_000);
  if (/预约|计划|拟|预计|开工|开始|截止|到期|首次|起/.test(name)) return random.whole(2, 25);
  return -random.whole(1, 40);
}

function dayFrom(now: Instant, days: number): LocalDate {
  return localDateOf(plusMs(now, days * 86_400_000));
}
