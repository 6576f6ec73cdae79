import type { Expression, Literal, PositiveTest, Test } from './ast.ts';

/** The condition as text; parsing it gives the same tree. */
export function print(expression: Expression): string {
  switch (expression.kind) {
    case 'constant':
      return String(expression.value);
    case 'is':
      return `${expression.element} ${printTestAfterElement(expression.test)}`;
    case 'relation':
      return `${expression.left} ${expression.operator} ${expression.right}`;
    case 'not':
      return `not(${print(expression.part)})`;
    case 'and':
    case 'or':
      return expression.parts.map((part) => bracketed(part, expression.kind)).join(` ${expression.kind} `);
  }
}

/** Unary tests as they stand in a cell. */
export function printTests(test: Test): string {
  switch (test.kind) {
    case 'any':
      return '-';
    case 'anyOf':
      return printList(test.tests);
    case 'noneOf':
      return `not(${printList(test.tests)})`;
    case 'compare':
    case 'interval':
      return printPositive(test);
  }
}

export function printLiteral(literal: Literal): string {
  switch (literal.kind) {
    case 'null':
      return 'null';
    case 'date':
      return `date("${literal.value}")`;
    case 'string':
      return `"${literal.value.replace(/["\\\n\r\t]/g, (char) => escapes[char] ?? char)}"`;
    case 'number':
      return printNumber(literal.value);
    case 'boolean':
      return String(literal.value);
  }
}

const escapes: Readonly<Record<string, string>> = { '"': '\\"', '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Never with an exponent, which the grammar does not know. */
function printNumber(value: number): string {
  const text = String(value);
  return text.includes('e') ? value.toFixed(15).replace(/\.?0+$/, '') : text;
}

/** `or` inside `and` needs brackets; so does a join inside a join of its own kind, which the author bracketed. */
function bracketed(part: Expression, outer: 'and' | 'or'): string {
  const needed = part.kind === outer || (part.kind === 'or' && outer === 'and');
  return needed ? `(${print(part)})` : print(part);
}

function printTestAfterElement(test: Test): string {
  if (test.kind === 'compare') return `${test.operator} ${printLiteral(test.value)}`;
  return test.kind === 'anyOf' ? `in (${printTests(test)})` : `in ${printTests(test)}`;
}

function printList(tests: readonly PositiveTest[]): string {
  return tests.map(printPositive).join(', ');
}

function printPositive(test: PositiveTest): string {
  if (test.kind === 'interval') {
    const open = test.lowIncluded ? '[' : '(';
    const close = test.highIncluded ? ']' : ')';
    return `${open}${printLiteral(test.low)}..${printLiteral(test.high)}${close}`;
  }
  return test.operator === '=' ? printLiteral(test.value) : `${test.operator} ${printLiteral(test.value)}`;
}
