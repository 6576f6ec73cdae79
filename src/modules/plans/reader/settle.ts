import type { Attribution } from './attribution.ts';
import type { Flow } from './flow.ts';
import { looksLikeBody } from './names.ts';
import type { ListedName } from './name-list.ts';
import type { KnownNames, NameReading } from './types.ts';

/** A name as it goes out: what is meant, what stands there, and where. */
export function readName(flow: Flow, name: Pick<ListedName, 'name' | 'from' | 'to' | 'confidence'>): NameReading {
  const span = flow.rawSpan(name.from, name.to);
  return { name: name.name, written: flow.raw.slice(span.from, span.to), span, confidence: name.confidence };
}

/**
 * Repairs names by the document itself: 县财财政局 and 县行政审批同 become what the same document writes elsewhere at least twice, and
 * only where exactly one such name differs by the one character. Changes the names in place; returns those it changed.
 */
export function settleNames(attributions: readonly Attribution[], known?: KnownNames): Set<ListedName> {
  const all = attributions.flatMap(({ lead, co }) => [...lead, ...co]);
  const counts = new Map<string, number>();
  for (const { name } of all) counts.set(name, (counts.get(name) ?? 0) + 1);
  const solid = (name: string) =>
    ((counts.get(name) ?? 0) >= 2 && looksLikeBody(name, known) >= 0.9) || known?.has(name) === true;
  const repaired = new Set<ListedName>();
  for (const one of all) {
    const single = withoutDouble(one.name);
    if (single !== null && (counts.get(single) ?? 0) + (known?.has(single) === true ? 1 : 0) >= 1 && !solid(one.name)) {
      one.name = single;
      one.confidence = 0.85;
      repaired.add(one);
      continue;
    }
    if (one.confidence >= 0.6 || one.name.length < 4) continue;
    const near = [...counts.keys()].filter((other) => solid(other) && differsByOne(one.name, other));
    const [only] = near;
    if (only === undefined || near.length > 1) continue;
    one.name = only;
    one.confidence = 0.75;
    repaired.add(one);
  }
  return repaired;
}

function withoutDouble(name: string): string | null {
  for (let index = 1; index < name.length; index++) {
    if (name[index] === name[index - 1]) return name.slice(0, index) + name.slice(index + 1);
  }
  return null;
}

function differsByOne(one: string, other: string): boolean {
  if (one.length !== other.length) return false;
  let differences = 0;
  for (let index = 0; index < one.length; index++) if (one[index] !== other[index]) differences++;
  return differences === 1;
}
