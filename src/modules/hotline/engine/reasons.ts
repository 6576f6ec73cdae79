import { dispatchGrams } from './vocabulary.ts';
import { eachGram } from './grams.ts';
import type { LinearModel } from './linear.ts';
import type { Vector, Vocabulary } from './vocabulary.ts';

/**
 * The stretches of a text that speak for a unit. N-grams overlap and cut words in half, so their worth is laid on the
 * characters they cover, and what stands out together is shown together.
 */
export function tellingWords(
  text: string,
  unit: number,
  vector: Vector,
  vocabulary: Vocabulary,
  { weights }: LinearModel,
  most = 5,
): string[] {
  const valueOf = new Map(Array.from(vector.features, (feature, at) => [feature, vector.values[at] ?? 0]));
  const spans: { start: number; end: number; worth: number }[] = [];
  const clean = eachGram(text, dispatchGrams, (hash, start, length) => {
    if (length < 2) return;
    const feature = vocabulary.find(hash);
    const value = feature < 0 ? undefined : valueOf.get(feature);
    if (value === undefined) return;
    const from = feature * weights.classes;
    let others = 0;
    for (let k = 0; k < weights.classes; k += 1) others += weights.values[from + k] ?? 0;
    const own = weights.values[from + unit] ?? 0;
    const worth = value * (own - (others - own) / Math.max(1, weights.classes - 1));
    if (worth > 0) spans.push({ start, end: start + length, worth });
  });
  spans.sort((a, b) => b.worth - a.worth || a.start - b.start);
  const strongest = spans[0]?.worth ?? 0;
  const chosen: { start: number; end: number; worth: number }[] = [];
  for (const span of spans.slice(0, 24)) {
    if (span.worth < strongest * 0.25) break;
    const joined = chosen.find(
      (one) =>
        span.start < one.end &&
        one.start < span.end &&
        Math.max(one.end, span.end) - Math.min(one.start, span.start) <= 6,
    );
    if (joined === undefined) {
      if (!chosen.some((one) => span.start < one.end && one.start < span.end)) chosen.push({ ...span });
      continue;
    }
    joined.start = Math.min(joined.start, span.start);
    joined.end = Math.max(joined.end, span.end);
    joined.worth += span.worth;
  }
  chosen.sort((a, b) => b.worth - a.worth || a.start - b.start);
  const words = chosen.map(({ start, end }) => clean.slice(start, end));
  return words.filter((word, at) => words.findIndex((other) => other.includes(word)) === at).slice(0, most);
}
