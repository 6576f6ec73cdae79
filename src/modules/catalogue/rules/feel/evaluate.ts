import { isDate, referencedElements } from './ast.ts';
import type { Comparison, Expression, Facts, FactValue, Leaf, Literal, PositiveTest, Test, Truth } from './ast.ts';

/**
 * Kleene's strong three-valued logic: a missing fact is unknown, and unknown stays unless the other parts settle the
 * matter. So a yes or no never changes when more facts come in.
 */
export function evaluate(expression: Expression, facts: Facts): Truth {
  switch (expression.kind) {
    case 'constant':
      return expression.value ? 'yes' : 'no';
    case 'is':
      return evaluateTest(expression.test, factOf(facts, expression.element));
    case 'relation':
      return relate(expression.operator, factOf(facts, expression.left), factOf(facts, expression.right));
    case 'not':
      return not(evaluate(expression.part, facts));
    case 'and':
      return expression.parts.reduce<Truth>((truth, part) => and(truth, evaluate(part, facts)), 'yes');
    case 'or':
      return expression.parts.reduce<Truth>((truth, part) => or(truth, evaluate(part, facts)), 'no');
  }
}

/** Judges one value by unary tests. Of a multiple choice, one chosen option that fits is enough. */
export function evaluateTest(test: Test, value: FactValue | undefined): Truth {
  switch (test.kind) {
    case 'any':
      return 'yes';
    case 'anyOf':
      return someHolds(test.tests, value);
    case 'noneOf':
      return not(someHolds(test.tests, value));
    case 'compare':
    case 'interval':
      return holds(test, value);
  }
}

export interface DecidingLeaf {
  leaf: Leaf;
  /** The leaf's own truth, before any `not` around it. */
  truth: Truth;
  facts: { element: string; value: FactValue | undefined }[];
}

export interface Explanation {
  truth: Truth;
  /** The leaves that settle the result: with only their facts it would be the same. Unknown: the leaves that block. */
  decidedBy: DecidingLeaf[];
}

export function explain(expression: Expression, facts: Facts): Explanation {
  switch (expression.kind) {
    case 'constant':
    case 'is':
    case 'relation': {
      const truth = evaluate(expression, facts);
      const known = referencedElements(expression).map((element) => ({ element, value: factOf(facts, element) }));
      return { truth, decidedBy: [{ leaf: expression, truth, facts: known }] };
    }
    case 'not': {
      const inner = explain(expression.part, facts);
      return { ...inner, truth: not(inner.truth) };
    }
    case 'and':
    case 'or': {
      const truth = evaluate(expression, facts);
      const agreeing = expression.parts.map((part) => explain(part, facts)).filter((part) => part.truth === truth);
      return { truth, decidedBy: agreeing.flatMap((part) => part.decidedBy) };
    }
  }
}

/** What to ask next: the elements without a value that keep the result unknown; none when it is settled. */
export function missingElements(expression: Expression, facts: Facts): string[] {
  const { truth, decidedBy } = explain(expression, facts);
  if (truth !== 'unknown') return [];
  const missing = decidedBy.flatMap((leaf) => leaf.facts.filter(({ value }) => value === undefined));
  return [...new Set(missing.map(({ element }) => element))];
}

export function and(a: Truth, b: Truth): Truth {
  if (a === 'no' || b === 'no') return 'no';
  return a === 'yes' && b === 'yes' ? 'yes' : 'unknown';
}

export function or(a: Truth, b: Truth): Truth {
  return not(and(not(a), not(b)));
}

export function not(a: Truth): Truth {
  if (a === 'unknown') return a;
  return a === 'yes' ? 'no' : 'yes';
}

/** Only own keys are facts: an element named `constructor` must not find Object's. */
function factOf(facts: Facts, element: string): FactValue | undefined {
  return Object.hasOwn(facts, element) ? facts[element] : undefined;
}

function someHolds(tests: readonly PositiveTest[], value: FactValue | undefined): Truth {
  return tests.reduce<Truth>((truth, test) => or(truth, holds(test, value)), 'no');
}

function holds(test: PositiveTest, value: FactValue | undefined): Truth {
  if (value === undefined) return 'unknown';
  if (isList(value)) return holdsOfChoices(test, value);
  if (test.kind === 'compare') return compare(test.operator, value, test.value);
  return and(
    compare(test.lowIncluded ? '>=' : '>', value, test.low),
    compare(test.highIncluded ? '<=' : '<', value, test.high),
  );
}

function holdsOfChoices(test: PositiveTest, chosen: readonly string[]): Truth {
  if (chosen.length === 0) return holds(test, null);
  if (test.kind === 'compare' && test.operator === '!=') return not(holdsOfChoices({ ...test, operator: '=' }, chosen));
  return chosen.reduce<Truth>((truth, choice) => or(truth, holds(test, choice)), 'no');
}

function compare(operator: Comparison, value: string | number | boolean | null, literal: Literal): Truth {
  if (literal.kind === 'null') return truthOf((value === null) === (operator === '='));
  // "None" is an answer: it is not equal to, above or below anything.
  if (value === null) return truthOf(operator === '!=');
  const comparable =
    literal.kind === 'date' ? typeof value === 'string' && isDate(value) : typeof value === literal.kind;
  // A fact of another type than the condition expects is a fault in the data, not an answer.
  if (!comparable) return 'unknown';
  return ordered(operator, value, literal.value);
}

function relate(operator: Comparison, left: FactValue | undefined, right: FactValue | undefined): Truth {
  if (left === undefined || right === undefined) return 'unknown';
  if (isList(left) || isList(right)) return 'unknown';
  if (left === null || right === null) {
    return truthOf(operator === '!=' ? left !== right : operator === '=' && left === right);
  }
  if (typeof left !== typeof right) return 'unknown';
  const hasOrder = typeof left === 'number' || (isDate(String(left)) && isDate(String(right)));
  if (!hasOrder && operator !== '=' && operator !== '!=') return 'unknown';
  return ordered(operator, left, right);
}

function ordered(operator: Comparison, left: string | number | boolean, right: string | number | boolean): Truth {
  switch (operator) {
    case '=':
      return truthOf(left === right);
    case '!=':
      return truthOf(left !== right);
    case '<':
      return truthOf(left < right);
    case '<=':
      return truthOf(left <= right);
    case '>':
      return truthOf(left > right);
    case '>=':
      return truthOf(left >= right);
  }
}

function truthOf(holdsTrue: boolean): Truth {
  return holdsTrue ? 'yes' : 'no';
}

function isList(value: FactValue): value is readonly string[] {
  return Array.isArray(value);
}
