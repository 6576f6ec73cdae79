import { isDate } from './ast.ts';
import type { Comparison, Expression, Literal, PositiveTest, Test } from './ast.ts';
import { FeelSyntaxError, tokensOf } from './tokens.ts';
import type { Token } from './tokens.ts';

/** Reads a condition over data elements: `employees > 0 and premises in ("rent", "own")`. Throws `FeelSyntaxError`. */
export function parseExpression(text: string): Expression {
  const reader = new Reader(text);
  const expression = disjunction(reader, 0);
  reader.expectEnd();
  return expression;
}

/** Reads the tests of one value: `-`, `> 50`, `"rent","own"`, `not(null)`, `[1..10]`. Throws `FeelSyntaxError`. */
export function parseUnaryTests(text: string): Test {
  const reader = new Reader(text);
  const test = unaryTests(reader);
  reader.expectEnd();
  return test;
}

/** Deeper nesting than this is not a condition anybody can read, and could exhaust the stack. */
const deepest = 32;
const comparisons: ReadonlySet<string> = new Set(['=', '!=', '<', '<=', '>', '>=']);
const mirrored: Readonly<Record<Comparison, Comparison>> = {
  '=': '=',
  '!=': '!=',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};

class Reader {
  private readonly text: string;
  private readonly tokens: Token[];
  private position = 0;

  constructor(text: string) {
    this.text = text;
    this.tokens = tokensOf(text);
    if (this.peek().kind === 'end') this.fail('条件是空的；不限条件请写 -');
  }

  peek(ahead = 0): Token {
    return this.tokens[this.position + ahead] ?? { kind: 'end', text: '', offset: this.text.length };
  }

  next(): Token {
    const token = this.peek();
    this.position += 1;
    return token;
  }

  sees(text: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return (token.kind === 'symbol' || token.kind === 'keyword') && token.text === text;
  }

  takes(text: string): boolean {
    if (!this.sees(text)) return false;
    this.position += 1;
    return true;
  }

  expect(text: string): void {
    if (!this.takes(text)) this.fail(`这里应当是 ${text}${this.butFound()}`);
  }

  expectEnd(): void {
    if (this.peek().kind !== 'end') this.fail(`从这里起多了内容${this.butFound()}；几个条件之间要用 and 或 or 连接`);
  }

  butFound(): string {
    const token = this.peek();
    return token.kind === 'end' ? '，但条件到这里就结束了' : `，却写着 ${token.text}`;
  }

  mark(): number {
    return this.position;
  }

  backTo(mark: number): void {
    this.position = mark;
  }

  fail(reason: string, token: Token = this.peek()): never {
    throw new FeelSyntaxError(this.text, token.offset, reason);
  }
}

function disjunction(reader: Reader, depth: number): Expression {
  if (depth > deepest) reader.fail(`括号套得太深，最多 ${deepest} 层`);
  return joined(reader, 'or', () => joined(reader, 'and', () => primary(reader, depth)));
}

function joined(reader: Reader, kind: 'and' | 'or', part: () => Expression): Expression {
  const first = part();
  if (!reader.sees(kind)) return first;
  const parts = [first];
  while (reader.takes(kind)) parts.push(part());
  return { kind, parts };
}

function primary(reader: Reader, depth: number): Expression {
  if (reader.takes('not')) {
    reader.expect('(');
    const part = disjunction(reader, depth + 1);
    reader.expect(')');
    return { kind: 'not', part };
  }
  if (reader.takes('(')) {
    const inner = disjunction(reader, depth + 1);
    reader.expect(')');
    return inner;
  }
  if (reader.peek().kind === 'name') return aboutElement(reader);
  const start = reader.peek();
  const value = optionalLiteral(reader);
  if (value === undefined) return reader.fail(`这里应当是数据项的名字或括号${reader.butFound()}`);
  const operator = optionalComparison(reader);
  if (operator === undefined) {
    if (value.kind === 'boolean') return { kind: 'constant', value: value.value };
    return reader.fail('单独一个值不成条件，请写明和哪个数据项比较', start);
  }
  const name = reader.peek();
  if (name.kind !== 'name') return reader.fail(`比较的另一边应当是数据项的名字${reader.butFound()}`);
  checkOrder(reader, operator, value, start);
  reader.next();
  return { kind: 'is', element: name.text, test: { kind: 'compare', operator: mirrored[operator], value } };
}

function aboutElement(reader: Reader): Expression {
  const element = reader.next().text;
  if (reader.takes('in')) return { kind: 'is', element, test: testsAfterIn(reader) };
  if (reader.takes('between')) {
    const start = reader.peek();
    const low = literal(reader);
    reader.expect('and');
    const high = literal(reader);
    return { kind: 'is', element, test: interval(reader, low, true, high, true, start) };
  }
  const operator = optionalComparison(reader);
  if (operator === undefined) {
    return { kind: 'is', element, test: { kind: 'compare', operator: '=', value: { kind: 'boolean', value: true } } };
  }
  const other = reader.peek();
  if (other.kind === 'name') {
    reader.next();
    return { kind: 'relation', left: element, operator, right: other.text };
  }
  const value = literal(reader);
  checkOrder(reader, operator, value, other);
  return { kind: 'is', element, test: { kind: 'compare', operator, value } };
}

function testsAfterIn(reader: Reader): Test {
  const range = optionalInterval(reader);
  if (range !== undefined) return range;
  if (reader.takes('(')) {
    const tests = positiveTests(reader);
    reader.expect(')');
    return anyOf(tests);
  }
  if (reader.sees('not') || isLoneDash(reader)) return unaryTests(reader);
  return positiveTest(reader);
}

function unaryTests(reader: Reader): Test {
  if (isLoneDash(reader)) {
    reader.next();
    return { kind: 'any' };
  }
  if (reader.takes('not')) {
    reader.expect('(');
    const tests = positiveTests(reader);
    reader.expect(')');
    return { kind: 'noneOf', tests };
  }
  return anyOf(positiveTests(reader));
}

function isLoneDash(reader: Reader): boolean {
  return reader.sees('-') && reader.peek(1).kind !== 'number';
}

function anyOf(tests: PositiveTest[]): Test {
  const [first] = tests;
  return first !== undefined && tests.length === 1 ? first : { kind: 'anyOf', tests };
}

function positiveTests(reader: Reader): PositiveTest[] {
  const tests = [positiveTest(reader)];
  while (reader.takes(',')) tests.push(positiveTest(reader));
  return tests;
}

function positiveTest(reader: Reader): PositiveTest {
  const range = optionalInterval(reader);
  if (range !== undefined) return range;
  const operator = optionalComparison(reader) ?? '=';
  const start = reader.peek();
  const value = literal(reader);
  if (reader.sees('..')) reader.fail('区间要写上括号，例如 [1..10] 或 (0..5]', start);
  checkOrder(reader, operator, value, start);
  return { kind: 'compare', operator, value };
}

/** `[1..10]`, `(0..5]`, `]0..5[`; gives way when the bracket turns out to open a list. */
function optionalInterval(reader: Reader): PositiveTest | undefined {
  const open = reader.peek();
  if (!reader.sees('[') && !reader.sees('(') && !reader.sees(']')) return undefined;
  const mark = reader.mark();
  reader.next();
  const low = optionalLiteral(reader);
  if (low === undefined || !reader.takes('..')) {
    if (open.text === '(') {
      reader.backTo(mark);
      return undefined;
    }
    return reader.fail(`区间要写成 [1..10] 的样子${reader.butFound()}`);
  }
  const high = literal(reader);
  const close = reader.next();
  if (close.kind !== 'symbol' || ![']', ')', '['].includes(close.text)) {
    return reader.fail('区间没有收尾，缺少 ] 或 )', close);
  }
  return interval(reader, low, open.text === '[', high, close.text === ']', open);
}

function interval(
  reader: Reader,
  low: Literal,
  lowIncluded: boolean,
  high: Literal,
  highIncluded: boolean,
  at: Token,
): PositiveTest {
  const bothNumbers = low.kind === 'number' && high.kind === 'number';
  const bothDates = low.kind === 'date' && high.kind === 'date';
  if (!bothNumbers && !bothDates) return reader.fail('区间的两头要么都是数，要么都是日期', at);
  if (low.value > high.value) return reader.fail('区间的前一头比后一头大，写反了', at);
  if (low.value === high.value && !(lowIncluded && highIncluded)) return reader.fail('这个区间里什么也没有', at);
  return { kind: 'interval', low, lowIncluded, high, highIncluded };
}

function optionalComparison(reader: Reader): Comparison | undefined {
  const token = reader.peek();
  if (token.kind !== 'symbol' || !isComparison(token.text)) return undefined;
  reader.next();
  return token.text;
}

function isComparison(text: string): text is Comparison {
  return comparisons.has(text);
}

function checkOrder(reader: Reader, operator: Comparison, value: Literal, at: Token): void {
  if (operator === '=' || operator === '!=' || value.kind === 'number' || value.kind === 'date') return;
  reader.fail('只有数和日期能比大小；其他的请用 = 或 !=', at);
}

function literal(reader: Reader): Literal {
  const value = optionalLiteral(reader);
  if (value !== undefined) return value;
  if (reader.peek().kind === 'name') {
    return reader.fail(`这里应当是一个值；如果 ${reader.peek().text} 是选项，请加上英文双引号`);
  }
  return reader.fail(`这里应当是一个值${reader.butFound()}`);
}

function optionalLiteral(reader: Reader): Literal | undefined {
  const token = reader.peek();
  if (token.kind === 'string') {
    reader.next();
    return { kind: 'string', value: token.text };
  }
  if (token.kind === 'number') {
    reader.next();
    return { kind: 'number', value: Number(token.text) };
  }
  if (reader.sees('-') && reader.peek(1).kind === 'number') {
    reader.next();
    const value = Number(reader.next().text);
    return { kind: 'number', value: value === 0 ? 0 : -value };
  }
  if (reader.takes('true')) return { kind: 'boolean', value: true };
  if (reader.takes('false')) return { kind: 'boolean', value: false };
  if (reader.takes('null')) return { kind: 'null' };
  return reader.takes('date') ? dateLiteral(reader) : undefined;
}

function dateLiteral(reader: Reader): Literal {
  reader.expect('(');
  const day = reader.next();
  if (day.kind !== 'string' || !isDate(day.text)) {
    return reader.fail('日期要写成 date("2022-01-01") 的样子，而且要有这一天', day);
  }
  reader.expect(')');
  return { kind: 'date', value: day.text };
}
