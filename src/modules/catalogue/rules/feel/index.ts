/** Conditions of guides and materials: DMN/FEEL unary tests and simple expressions, three-valued, shown in Chinese. */
export { referencedElements, testsOn } from './ast.ts';
export type { Comparison, Expression, Facts, FactValue, Leaf, Literal, PositiveTest, Test, Truth } from './ast.ts';
export { parseExpression, parseUnaryTests } from './parse.ts';
export { FeelSyntaxError } from './tokens.ts';
export { evaluate, evaluateTest, explain, missingElements } from './evaluate.ts';
export type { DecidingLeaf, Explanation } from './evaluate.ts';
export { print, printTests } from './print.ts';
export { describe } from './describe.ts';
export type { LabelOf, OptionLabelOf, UnitOf } from './describe.ts';
