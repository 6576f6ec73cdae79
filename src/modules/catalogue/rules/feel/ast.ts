import type { LocalDate } from '../../../../kernel/time.ts';

/**
 * Conditions as our own small tree: the part of DMN/FEEL that a guide needs. A *test* judges one value
 * (`> 50`, `"rent","own"`, `[1..10]`); an *expression* ties tests to data elements and joins them.
 */
export type Literal =
  | { kind: 'string'; value: string }
  | { kind: 'number'; value: number }
  | { kind: 'boolean'; value: boolean }
  | { kind: 'date'; value: LocalDate }
  | { kind: 'null' };

export type Comparison = '=' | '!=' | '<' | '<=' | '>' | '>=';

export type PositiveTest =
  | { kind: 'compare'; operator: Comparison; value: Literal }
  | { kind: 'interval'; low: Literal; lowIncluded: boolean; high: Literal; highIncluded: boolean };

export type Test =
  | PositiveTest
  /** `-`: anything will do, even nothing. */
  | { kind: 'any' }
  /** Two or more. */
  | { kind: 'anyOf'; tests: PositiveTest[] }
  /** One or more; holds when none of them does. */
  | { kind: 'noneOf'; tests: PositiveTest[] };

export type Leaf =
  | { kind: 'is'; element: string; test: Test }
  | { kind: 'relation'; left: string; operator: Comparison; right: string }
  | { kind: 'constant'; value: boolean };

export type Expression =
  | Leaf
  | { kind: 'not'; part: Expression }
  /** Two or more parts. Brackets the author wrote are kept, so nested joins of one kind are possible. */
  | { kind: 'and' | 'or'; parts: Expression[] };

/** `null` is a known "none"; a fact that is missing altogether is unknown. A list is a multiple choice. */
export type FactValue = string | number | boolean | null | readonly string[];
export type Facts = Readonly<Record<string, FactValue | undefined>>;

export type Truth = 'yes' | 'no' | 'unknown';

/** The data elements an expression speaks of, in order of appearance, each once. */
export function referencedElements(expression: Expression): string[] {
  const elements = new Set<string>();
  const visit = (node: Expression): void => {
    switch (node.kind) {
      case 'is':
        elements.add(node.element);
        return;
      case 'relation':
        elements.add(node.left).add(node.right);
        return;
      case 'constant':
        return;
      case 'not':
        visit(node.part);
        return;
      case 'and':
      case 'or':
        node.parts.forEach(visit);
    }
  };
  visit(expression);
  return [...elements];
}

/** Ties unary tests (a cell of a table) to the data element of their column. */
export function testsOn(element: string, test: Test): Expression {
  return { kind: 'is', element, test };
}

/** A day that exists, `2024-02-29` but not `2023-02-29`. */
export function isDate(text: string): boolean {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (parts === null) return false;
  const [year, month, day] = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1];
  return days !== undefined && day >= 1 && day <= days;
}
