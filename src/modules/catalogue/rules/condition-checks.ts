import type { DataElement } from './definition.ts';
import {
  FeelSyntaxError,
  parseExpression,
  referencedElements,
  type Expression,
  type Literal,
  type Test,
} from './feel/index.ts';

export interface ConditionContext {
  /** Elements the same definition asks for. */
  declared: ReadonlySet<string>;
  elements: Readonly<Record<string, DataElement>>;
}

/** What is wrong with a condition, for the clerk who wrote it. Puts the elements it speaks of into `referenced`. */
export function conditionFaults(text: string, context: ConditionContext, referenced: string[] = []): string[] {
  let expression: Expression;
  try {
    expression = parseExpression(text);
  } catch (error) {
    if (error instanceof FeelSyntaxError) return [`条件“${text}”写得不对。${error.message}。`];
    throw error;
  }
  const names = referencedElements(expression);
  referenced.push(...names);
  const unknown = names.filter((id) => !context.declared.has(id) || !Object.hasOwn(context.elements, id));
  if (unknown.length > 0) {
    return unknown.map(
      (id) => `条件里用到的“${context.elements[id]?.name ?? id}”不在表单要填的数据项里，请先把它加进数据项。`,
    );
  }
  return literalsIn(expression).flatMap(({ element, literal }) => {
    const definition = context.elements[element];
    return definition === undefined ? [] : literalFault(definition, literal);
  });
}

function literalFault(element: DataElement, literal: Literal): string[] {
  if (literal.kind === 'null') return [];
  const expected = kindOf[element.type];
  if (literal.kind !== expected.kind)
    return [`“${element.name}”要和${expected.label}比较，条件里写的却是 ${String(literal.value)}。`];
  const isChoice = element.type === 'choice' || element.type === 'multiChoice';
  if (isChoice && !element.options.some((option) => option.value === literal.value)) {
    return [
      `“${element.name}”没有“${String(literal.value)}”这个选项，可用的有：${element.options.map((option) => option.value).join('、')}。`,
    ];
  }
  return [];
}

const text = { kind: 'string', label: '双引号里的文字' } as const;
const number = { kind: 'number', label: '数字' } as const;
const option = { kind: 'string', label: '双引号里的选项' } as const;
const kindOf: Readonly<Record<DataElement['type'], { kind: Literal['kind']; label: string }>> = {
  text,
  longText: text,
  idNumber: text,
  uscc: text,
  phone: text,
  email: text,
  address: text,
  integer: number,
  decimal: number,
  money: number,
  date: { kind: 'date', label: '日期 date("2026-01-01")' },
  boolean: { kind: 'boolean', label: ' true 或 false' },
  choice: option,
  multiChoice: option,
};

function literalsIn(expression: Expression): { element: string; literal: Literal }[] {
  switch (expression.kind) {
    case 'constant':
    case 'relation':
      return [];
    case 'is': {
      const { element } = expression;
      return literalsOf(expression.test).map((literal) => ({ element, literal }));
    }
    case 'not':
      return literalsIn(expression.part);
    case 'and':
    case 'or':
      return expression.parts.flatMap(literalsIn);
  }
}

function literalsOf(test: Test): Literal[] {
  switch (test.kind) {
    case 'any':
      return [];
    case 'anyOf':
    case 'noneOf':
      return test.tests.flatMap(literalsOf);
    case 'compare':
      return [test.value];
    case 'interval':
      return [test.low, test.high];
  }
}
