import { chineseDate } from '../../../../kernel/time.ts';
import type { Comparison, Expression, Literal, PositiveTest, Test } from './ast.ts';

export type LabelOf = (element: string) => string;
/** The label of an option's code, or of true/false; undefined when the value speaks for itself. */
export type OptionLabelOf = (element: string, value: string | boolean) => string | undefined;
export type UnitOf = (element: string) => string | undefined;

/** The condition in Chinese, as a guide shows it: 营业面积大于 50 平方米，且经营场所是“租赁”. */
export function describe(
  expression: Expression,
  labelOf: LabelOf,
  optionLabelOf: OptionLabelOf = () => undefined,
  unitOf: UnitOf = () => undefined,
): string {
  const words: Words = { labelOf, optionLabelOf, unitOf };
  return sentence(expression, words);
}

interface Words {
  labelOf: LabelOf;
  optionLabelOf: OptionLabelOf;
  unitOf: UnitOf;
}

const amounts: Readonly<Record<Comparison, string>> = {
  '=': '等于',
  '!=': '不等于',
  '<': '小于',
  '<=': '不超过',
  '>': '大于',
  '>=': '不少于',
};
const days: Readonly<Record<Comparison, string>> = {
  '=': '是',
  '!=': '不是',
  '<': '早于',
  '<=': '不晚于',
  '>': '晚于',
  '>=': '不早于',
};

function sentence(expression: Expression, words: Words): string {
  switch (expression.kind) {
    case 'constant':
      return expression.value ? '任何情形' : '不存在的情形';
    case 'is': {
      const presence = presenceOf(expression.test);
      if (presence !== undefined) return `${presence}${words.labelOf(expression.element)}`;
      return `${words.labelOf(expression.element)}${tests(expression.test, expression.element, words)}`;
    }
    case 'relation':
      return `${words.labelOf(expression.left)}${amounts[expression.operator]}${words.labelOf(expression.right)}`;
    case 'not':
      return `不是这种情形：（${sentence(expression.part, words)}）`;
    case 'and':
      return expression.parts.map((part) => nested(part, words)).join('，且');
    case 'or':
      return expression.parts.map((part) => nested(part, words)).join('，或者');
  }
}

/** Having or not having a thing is said in front of its name: 没有经营场所. */
function presenceOf(test: Test): string | undefined {
  const only = test.kind === 'noneOf' && test.tests.length === 1 ? test.tests[0] : test;
  if (only?.kind !== 'compare' || only.value.kind !== 'null') return undefined;
  return (only.operator === '=') === (test.kind === 'compare') ? '没有' : '已有';
}

function nested(part: Expression, words: Words): string {
  const text = sentence(part, words);
  return part.kind === 'and' || part.kind === 'or' ? `（${text}）` : text;
}

function tests(test: Test, element: string, words: Words): string {
  switch (test.kind) {
    case 'any':
      return '不限';
    case 'anyOf': {
      const options = plainOptions(test.tests);
      if (options === undefined) return test.tests.map((part) => positive(part, element, words)).join('或者');
      const shown = options.map((value) => literal(value, element, words));
      return `是${shown.slice(0, -1).join('、')}或${shown.at(-1) ?? ''}`;
    }
    case 'noneOf': {
      const options = plainOptions(test.tests);
      if (options === undefined) {
        return `不属于“${test.tests.map((part) => positive(part, element, words)).join('或者')}”`;
      }
      const [only] = options;
      if (options.length === 1 && only !== undefined) return `不是${literal(only, element, words)}`;
      return `不是${options.map((value) => literal(value, element, words)).join('、')}中的任何一种`;
    }
    case 'compare':
    case 'interval':
      return positive(test, element, words);
  }
}

/** The values of a list that only enumerates options. */
function plainOptions(list: readonly PositiveTest[]): Literal[] | undefined {
  const values: Literal[] = [];
  for (const test of list) {
    if (test.kind !== 'compare' || test.operator !== '=') return undefined;
    if (list.length > 1 && test.value.kind === 'null') return undefined;
    values.push(test.value);
  }
  return values;
}

function positive(test: PositiveTest, element: string, words: Words): string {
  if (test.kind === 'compare') return comparison(test.operator, test.value, element, words);
  const low = literal(test.low, element, words, false);
  const high = literal(test.high, element, words);
  const left = literal(test.low, element, words);
  if (test.lowIncluded && test.highIncluded) return `在 ${low} 到 ${high}之间（含两头）`;
  if (!test.lowIncluded && !test.highIncluded) return `在 ${low} 到 ${high}之间（不含两头）`;
  return `在 ${low} 到 ${high}之间（不含 ${test.lowIncluded ? high : left}）`;
}

function comparison(operator: Comparison, value: Literal, element: string, words: Words): string {
  switch (value.kind) {
    case 'null':
      return operator === '=' ? '没有' : '已有';
    case 'number':
      return `${amounts[operator]} ${literal(value, element, words)}`;
    case 'date':
      return `${days[operator]} ${literal(value, element, words)}`;
    case 'string':
    case 'boolean':
      return `${operator === '=' ? '是' : '不是'}${literal(value, element, words)}`;
  }
}

function literal(value: Literal, element: string, words: Words, withUnit = true): string {
  switch (value.kind) {
    case 'null':
      return '没有';
    case 'date':
      return chineseDate(value.value);
    case 'number': {
      const unit = withUnit ? words.unitOf(element) : undefined;
      return unit === undefined ? String(value.value) : `${value.value} ${unit}`;
    }
    case 'string':
      return `“${words.optionLabelOf(element, value.value) ?? value.value}”`;
    case 'boolean':
      return `“${words.optionLabelOf(element, value.value) ?? (value.value ? '是' : '否')}”`;
  }
}
