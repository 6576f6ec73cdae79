import fc from 'fast-check';
import { describe as group, expect, it } from 'vitest';
import {
  describe,
  evaluate,
  evaluateTest,
  explain,
  FeelSyntaxError,
  missingElements,
  parseExpression,
  parseUnaryTests,
  print,
  printTests,
  referencedElements,
  testsOn,
} from './index.ts';
import type { Expression, Facts, FactValue, Literal, PositiveTest, Test, Truth } from './index.ts';

const runs = { seed: 20220113, numRuns: 500 };

group('unary tests', () => {
  it.each<[string, FactValue | undefined, Truth]>([
    ['-', undefined, 'yes'],
    ['-', 3, 'yes'],
    ['> 50', 50, 'no'],
    ['> 50', 50.5, 'yes'],
    ['>=50', 50, 'yes'],
    ['<= -3', -3, 'yes'],
    ['50', 50, 'yes'],
    ['= 50', 51, 'no'],
    ['!= 50', 51, 'yes'],
    ['[1..10]', 1, 'yes'],
    ['[1..10]', 10, 'yes'],
    ['(0..5]', 0, 'no'],
    ['(0..5]', 5, 'yes'],
    ['[0..5)', 5, 'no'],
    [']0..5[', 0, 'no'],
    [']0..5[', 4.99, 'yes'],
    ['[-5..-1]', -3, 'yes'],
    ['"rent","own"', 'own', 'yes'],
    ['"rent", "own"', 'free', 'no'],
    ['not("rent","own")', 'own', 'no'],
    ['not("rent","own")', 'free', 'yes'],
    ['not(> 50, [1..10])', 30, 'yes'],
    ['not(> 50, [1..10])', 5, 'no'],
    ['true', true, 'yes'],
    ['false', true, 'no'],
    ['null', null, 'yes'],
    ['null', 'rent', 'no'],
    ['not(null)', 'rent', 'yes'],
    ['not(null)', null, 'no'],
    ['> 5', null, 'no'],
    ['"rent"', null, 'no'],
    ['> 5', undefined, 'unknown'],
    ['not(> 5)', undefined, 'unknown'],
    ['null', undefined, 'unknown'],
    ['> 5', '7', 'unknown'],
    ['"7"', 7, 'unknown'],
    ['>= date("2022-01-01")', '2022-01-01', 'yes'],
    ['< date("2022-01-01")', '2021-12-31', 'yes'],
    ['[date("2022-02-01")..date("2022-02-28")]', '2022-02-29', 'unknown'],
    ['[date("2022-02-01")..date("2022-02-28")]', '2022-02-28', 'yes'],
    ['date("2022-01-01")', '昨天', 'unknown'],
    ['"hot","cold"', ['cold', 'drink'], 'yes'],
    ['not("hot")', ['cold', 'drink'], 'yes'],
    ['!= "hot"', ['cold', 'hot'], 'no'],
    ['"hot"', [], 'no'],
    ['null', [], 'yes'],
    ['"热食类 \\"A\\""', '热食类 "A"', 'yes'],
  ])('%s of %j is %s', (text, value, truth) => {
    expect(evaluateTest(parseUnaryTests(text), value)).toBe(truth);
  });
});

group('expressions', () => {
  it.each<[string, Facts, Truth]>([
    ['employees > 0 and premises = "rent"', { employees: 3, premises: 'rent' }, 'yes'],
    ['employees > 0 and premises = "rent"', { employees: 3 }, 'unknown'],
    ['employees > 0 and premises = "rent"', { employees: 0 }, 'no'],
    ['employees > 0 or premises = "rent"', { employees: 3 }, 'yes'],
    ['employees > 0 or premises = "rent"', { employees: 0 }, 'unknown'],
    ['not(employees > 0 or premises = "rent")', { employees: 0, premises: 'own' }, 'yes'],
    ['a or b and c', { a: true }, 'yes'],
    ['(a or b) and c', { a: true, c: false }, 'no'],
    ['premises in ("rent", "own")', { premises: 'own' }, 'yes'],
    ['premises in "rent"', { premises: 'own' }, 'no'],
    ['premises in not("rent")', { premises: 'own' }, 'yes'],
    ['area in [50..100)', { area: 100 }, 'no'],
    ['area in (50..100)', { area: 50 }, 'no'],
    ['area in (> 100, < 10)', { area: 5 }, 'yes'],
    ['area in -', {}, 'yes'],
    ['area in -5', { area: -5 }, 'yes'],
    ['area between 50 and 100 and employees > 0', { area: 100, employees: 1 }, 'yes'],
    ['50 < area', { area: 51 }, 'yes'],
    ['50 >= area', { area: 51 }, 'no'],
    ['area > minimumArea', { area: 60, minimumArea: 50 }, 'yes'],
    ['area > minimumArea', { area: 60 }, 'unknown'],
    ['openedOn <= licensedOn', { openedOn: '2022-03-01', licensedOn: '2022-02-28' }, 'no'],
    ['name > other', { name: '甲', other: '乙' }, 'unknown'],
    ['licence = null', { licence: null }, 'yes'],
    ['licence != null', { licence: null }, 'no'],
    ['true', {}, 'yes'],
    ['false or sells', { sells: true }, 'yes'],
    ['constructor = "x"', {}, 'unknown'],
    ['  employees\n>\t0  ', { employees: 1 }, 'yes'],
  ])('%s with %j is %s', (text, facts, truth) => {
    expect(evaluate(parseExpression(text), facts)).toBe(truth);
  });

  it('names each referenced element once, in order', () => {
    expect(referencedElements(parseExpression('b > 1 and (a = c or not(b < 0)) and true'))).toEqual(['b', 'a', 'c']);
    expect(referencedElements(testsOn('area', parseUnaryTests('> 50')))).toEqual(['area']);
  });
});

group('faults are told in Chinese with their column', () => {
  it.each<[string, number, RegExp]>([
    ['', 1, /空/],
    ['   ', 4, /空/],
    ['area >', 7, /一个值.*结束/],
    ['area > 5 premises = "a"', 10, /多了内容/],
    ['area > 5 and', 13, /数据项的名字/],
    ['(area > 5', 10, /应当是 \)/],
    ['area > “5”', 8, /中文符号/],
    ['area ≥ 5', 6, /改用英文的 >=/],
    ['premises = 租赁', 12, /双引号/],
    ['premises = "租赁', 12, /没有配对/],
    ['premises = rent" ', 16, /没有配对/],
    ['premises in (rent)', 14, /选项.*双引号/],
    ['Area > 5', 1, /小写英文字母开头/],
    ['a AND b', 3, /小写的 and/],
    ['a > "b"', 5, /比大小/],
    ['a > true', 5, /比大小/],
    ['a in [5..1]', 6, /写反/],
    ['a in (5..5)', 6, /什么也没有/],
    ['a in [1.."x"]', 6, /都是数/],
    ['a in [1..5', 11, /没有收尾/],
    ['a in [1, 5]', 8, /区间/],
    ['a in 1..5', 6, /括号/],
    ['a = date("2022-02-30")', 10, /要有这一天/],
    ['a = date(2022)', 10, /date\("2022-01-01"\)/],
    ['5', 1, /不成条件/],
    ['5 > 3', 5, /另一边/],
    ['a = "\\x"', 6, /反斜杠/],
    ['a # b', 3, /不认识/],
    ['not a', 5, /应当是 \(/],
    ['𠮷', 1, /双引号/],
    ['a = "𠮷𠮷" #', 10, /不认识/],
    ['a = 12345678901234567890', 5, /太长/],
  ])('%s', (text, column, reason) => {
    const fault = faultOf(() => parseExpression(text));
    expect(fault.column).toBe(column);
    expect(fault.reason).toMatch(reason);
    expect(fault.message).toBe(`第 ${column} 列：${fault.reason}`);
  });

  it.each(['> 5,', 'not()', 'not > 5', '(5)', '[1..', '"a" "b"', '- , 5', ''])('unary tests %j are refused', (text) => {
    faultOf(() => parseUnaryTests(text));
  });

  it('refuses what nests too deeply or goes on too long, without exhausting the stack', () => {
    expect(faultOf(() => parseExpression(`${'('.repeat(1900)}a${')'.repeat(1900)}`)).reason).toMatch(/太深/);
    expect(faultOf(() => parseExpression(`${'not('.repeat(700)}a${')'.repeat(700)}`)).reason).toMatch(/太深/);
    expect(faultOf(() => parseExpression(`${'a or '.repeat(2000)}a`)).reason).toMatch(/太长/);
    expect(() => parseExpression(`${'('.repeat(32)}a${')'.repeat(32)}`)).not.toThrow();
  });

  it('never throws anything but a syntax fault, whatever the text', () => {
    const alphabet = fc.constantFrom(
      'a',
      'in',
      'not',
      '(',
      ')',
      '[',
      ']',
      '..',
      ',',
      '-',
      '"',
      '5',
      '>',
      '=',
      ' ',
      'and',
      '，',
    );
    const anything = fc.oneof(
      fc.string(),
      fc.array(alphabet).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(anything, (text) => {
        for (const parse of [parseExpression, parseUnaryTests]) {
          try {
            parse(text);
          } catch (error) {
            expect(error).toBeInstanceOf(FeelSyntaxError);
          }
        }
      }),
      { ...runs, numRuns: 2000 },
    );
  });
});

group('printing', () => {
  it('parses back to the same expression', () => {
    fc.assert(
      fc.property(expressions, (expression) => {
        expect(parseExpression(print(expression))).toEqual(expression);
      }),
      runs,
    );
  });

  it('parses back to the same unary tests', () => {
    fc.assert(
      fc.property(anyTest, (test) => {
        expect(parseUnaryTests(printTests(test))).toEqual(test);
      }),
      runs,
    );
  });

  it('is canonical', () => {
    expect(print(parseExpression('5<a and((b or c))and d in("x")'))).toBe(
      'a > 5 and (b = true or c = true) and d = "x"',
    );
    expect(print(parseExpression('a = 0.0000001'))).toBe('a = 0.0000001');
  });
});

group('three-valued logic', () => {
  const law = (name: string, left: (a: Expression, b: Expression) => Expression, right: typeof left): void => {
    it(name, () => {
      fc.assert(
        fc.property(expressions, expressions, someFacts, (a, b, facts) => {
          expect(evaluate(left(a, b), facts)).toBe(evaluate(right(a, b), facts));
        }),
        runs,
      );
    });
  };
  law(
    'and commutes',
    (a, b) => both(a, b),
    (a, b) => both(b, a),
  );
  law(
    'or commutes',
    (a, b) => either(a, b),
    (a, b) => either(b, a),
  );
  law(
    'double negation',
    (a) => negated(negated(a)),
    (a) => a,
  );
  law(
    'De Morgan, and',
    (a, b) => negated(both(a, b)),
    (a, b) => either(negated(a), negated(b)),
  );
  law(
    'De Morgan, or',
    (a, b) => negated(either(a, b)),
    (a, b) => both(negated(a), negated(b)),
  );
  law(
    'absorption',
    (a, b) => both(a, either(a, b)),
    (a) => a,
  );
  law(
    'idempotence',
    (a) => both(a, a),
    (a) => a,
  );
  law(
    'distribution',
    (a, b) => both(a, either(b, a)),
    (a, b) => either(both(a, b), both(a, a)),
  );

  it('the excluded middle fails for unknown, as it must', () => {
    const a = parseExpression('x > 1');
    expect(evaluate(either(a, negated(a)), {})).toBe('unknown');
    expect(evaluate(both(a, negated(a)), {})).toBe('unknown');
  });

  it('a settled result never changes when more facts come in', () => {
    fc.assert(
      fc.property(expressions, someFacts, someFacts, (expression, facts, later) => {
        const before = evaluate(expression, facts);
        if (before === 'unknown') return;
        const known = Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
        expect(evaluate(expression, { ...later, ...known })).toBe(before);
      }),
      runs,
    );
  });
});

group('explanation', () => {
  it('names the leaves that decided', () => {
    const expression = parseExpression('employees > 0 and premises = "rent" and not(closed)');
    const no = explain(expression, { employees: 0, closed: false });
    expect(no.truth).toBe('no');
    expect(no.decidedBy.map(({ leaf }) => print(leaf))).toEqual(['employees > 0']);
    expect(no.decidedBy[0]?.facts).toEqual([{ element: 'employees', value: 0 }]);
    expect(explain(expression, { employees: 1, premises: 'rent', closed: false }).decidedBy).toHaveLength(3);
    expect(missingElements(expression, { employees: 1 })).toEqual(['premises', 'closed']);
    expect(missingElements(expression, { employees: 0 })).toEqual([]);
    expect(missingElements(parseExpression('a > 1 or a > 2 or b'), { b: false })).toEqual(['a']);
  });

  it('the facts of the deciding leaves alone give the same result', () => {
    fc.assert(
      fc.property(expressions, someFacts, (expression, facts) => {
        const { truth, decidedBy } = explain(expression, facts);
        expect(truth).toBe(evaluate(expression, facts));
        expect(decidedBy.length).toBeGreaterThan(0);
        if (truth === 'unknown') return;
        const enough = Object.fromEntries(decidedBy.flatMap((leaf) => leaf.facts.map((f) => [f.element, f.value])));
        expect(evaluate(expression, enough)).toBe(truth);
      }),
      runs,
    );
  });
});

group('in Chinese', () => {
  const labels: Record<string, string> = {
    area: '营业面积',
    premises: '经营场所',
    sells: '是否卖酒',
    openedOn: '开业日期',
    employees: '雇员人数',
    least: '最低面积',
    food: '类别',
  };
  const options: Record<string, string> = { rent: '租赁', own: '自有', hot: '热食' };
  const say = (text: string): string =>
    describe(
      parseExpression(text),
      (element) => labels[element] ?? element,
      (_, value) => (typeof value === 'string' ? options[value] : undefined),
      (element) => (element === 'area' ? '平方米' : undefined),
    );

  it.each([
    ['area > 50 and premises = "rent"', '营业面积大于 50 平方米，且经营场所是“租赁”'],
    [
      'area <= 50 or (sells and employees >= 3)',
      '营业面积不超过 50 平方米，或者（是否卖酒是“是”，且雇员人数不少于 3）',
    ],
    ['premises in ("rent", "own")', '经营场所是“租赁”或“自有”'],
    ['premises in not("rent", "own")', '经营场所不是“租赁”、“自有”中的任何一种'],
    ['premises in not("rent")', '经营场所不是“租赁”'],
    ['premises = null', '没有经营场所'],
    ['premises != null', '已有经营场所'],
    ['premises in not(null)', '已有经营场所'],
    ['area in [50..100]', '营业面积在 50 到 100 平方米之间（含两头）'],
    ['area in (50..100]', '营业面积在 50 到 100 平方米之间（不含 50 平方米）'],
    ['area in [50..100)', '营业面积在 50 到 100 平方米之间（不含 100 平方米）'],
    ['area in (50..100)', '营业面积在 50 到 100 平方米之间（不含两头）'],
    ['area in (> 100, < 10)', '营业面积大于 100 平方米或者小于 10 平方米'],
    ['openedOn < date("2022-01-01")', '开业日期早于 2022年1月1日'],
    ['area > least', '营业面积大于最低面积'],
    ['not(sells)', '不是这种情形：（是否卖酒是“是”）'],
    ['food = "unlisted"', '类别是“unlisted”'],
    ['area in -', '营业面积不限'],
  ])('%s → %s', (text, chinese) => {
    expect(say(text)).toBe(chinese);
  });
});

const element = fc.constantFrom('a', 'b', 'area', 'premises', 'openedOn');
const number = fc.oneof(
  fc.integer({ min: -100, max: 100 }),
  fc.integer({ min: -99999, max: 99999 }).map((n) => n / 1000),
  fc.constantFrom(0.0000001, 123456789),
);
const date = fc.constantFrom('2021-12-31', '2022-01-01', '2024-02-29');
const numberLiteral = number.map((value): Literal => ({ kind: 'number', value: value === 0 ? 0 : value }));
const dateLiteral = date.map((value): Literal => ({ kind: 'date', value }));
const plainLiteral = fc.oneof(
  fc.string({ unit: 'binary' }).map((value): Literal => ({ kind: 'string', value })),
  fc.constantFrom('rent', 'own', '"', '\\', '\n', '甲').map((value): Literal => ({ kind: 'string', value })),
  fc.boolean().map((value): Literal => ({ kind: 'boolean', value })),
  fc.constant<Literal>({ kind: 'null' }),
);
const comparisonTest: fc.Arbitrary<PositiveTest> = fc.oneof(
  fc.record({
    kind: fc.constant('compare' as const),
    operator: fc.constantFrom('=' as const, '!=' as const),
    value: plainLiteral,
  }),
  fc.record({
    kind: fc.constant('compare' as const),
    operator: fc.constantFrom('=' as const, '!=' as const, '<' as const, '<=' as const, '>' as const, '>=' as const),
    value: fc.oneof(numberLiteral, dateLiteral),
  }),
);
const intervalTest = fc
  .tuple(
    fc.oneof(fc.tuple(numberLiteral, numberLiteral), fc.tuple(dateLiteral, dateLiteral)),
    fc.boolean(),
    fc.boolean(),
  )
  .map(([[one, two], lowIncluded, highIncluded]): PositiveTest => {
    if (one.kind === 'null' || two.kind === 'null') throw new Error('only numbers and dates are generated here');
    const [low, high] = one.value <= two.value ? [one, two] : [two, one];
    const same = one.value === two.value;
    return { kind: 'interval', low, lowIncluded: same || lowIncluded, high, highIncluded: same || highIncluded };
  });
const positiveTest = fc.oneof(comparisonTest, intervalTest);
const anyTest: fc.Arbitrary<Test> = fc.oneof(
  positiveTest,
  fc.constant<Test>({ kind: 'any' }),
  fc.array(positiveTest, { minLength: 2, maxLength: 4 }).map((tests): Test => ({ kind: 'anyOf', tests })),
  fc.array(positiveTest, { minLength: 1, maxLength: 3 }).map((tests): Test => ({ kind: 'noneOf', tests })),
);
const leaves: fc.Arbitrary<Expression> = fc.oneof(
  fc.tuple(element, anyTest).map(([name, test]): Expression => ({ kind: 'is', element: name, test })),
  fc
    .tuple(element, fc.constantFrom('=' as const, '!=' as const, '<' as const, '>=' as const), element)
    .map(([left, operator, right]): Expression => ({ kind: 'relation', left, operator, right })),
  fc.boolean().map((value): Expression => ({ kind: 'constant', value })),
);
const expressions: fc.Arbitrary<Expression> = fc.letrec<{ tree: Expression }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    leaves,
    tie('tree').map((part): Expression => ({ kind: 'not', part })),
    fc
      .tuple(fc.constantFrom('and' as const, 'or' as const), fc.array(tie('tree'), { minLength: 2, maxLength: 4 }))
      .map(([kind, parts]): Expression => ({ kind, parts })),
  ),
})).tree;
const factValue: fc.Arbitrary<FactValue | undefined> = fc.oneof(
  number,
  date,
  fc.constantFrom('rent', 'own', '甲'),
  fc.boolean(),
  fc.constant(null),
  fc.constant(undefined),
  fc.subarray(['rent', 'own', '甲']),
);
const someFacts: fc.Arbitrary<Facts> = fc.dictionary(element, factValue);

function both(a: Expression, b: Expression): Expression {
  return { kind: 'and', parts: [a, b] };
}

function either(a: Expression, b: Expression): Expression {
  return { kind: 'or', parts: [a, b] };
}

function negated(part: Expression): Expression {
  return { kind: 'not', part };
}

function faultOf(act: () => unknown): FeelSyntaxError {
  try {
    act();
  } catch (error) {
    if (error instanceof FeelSyntaxError) return error;
    throw error;
  }
  throw new Error('no fault was found');
}
