import type { DataElement } from './definition.ts';
import { describe, evaluate, parseExpression, type Expression, type Facts, type Truth } from './feel/index.ts';

export type Elements = Readonly<Record<string, DataElement>>;

const parsed = new Map<string, Expression>();

/** Conditions come again and again with every answer: each text is parsed once. Throws FeelSyntaxError. */
export function expressionOf(text: string): Expression {
  const known = parsed.get(text);
  if (known !== undefined) return known;
  const expression = parseExpression(text);
  if (parsed.size >= 5_000) parsed.clear();
  parsed.set(text, expression);
  return expression;
}

/** No condition holds always. */
export function truthOf(text: string | undefined, facts: Facts): Truth {
  return text === undefined ? 'yes' : evaluate(expressionOf(text), facts);
}

/** The condition as a guide shows it: 营业面积大于 50 平方米. */
export function conditionText(text: string, elements: Elements): string {
  const of = (id: string): DataElement | undefined => (Object.hasOwn(elements, id) ? elements[id] : undefined);
  return describe(
    expressionOf(text),
    (id) => of(id)?.name ?? id,
    (id, value) => of(id)?.options.find((option) => option.value === value)?.label,
    (id) => of(id)?.unit || undefined,
  );
}
