import { compact, normalise } from '../../../kernel/search/index.ts';
import { cleaned } from './grams.ts';

/** What a unit is there for, in words and their weights: data of the county, written by people. */
export interface UnitDuties {
  department: string;
  duties: readonly { word: string; weight?: number }[];
}
export type DutyLexicon = readonly UnitDuties[];

export interface DutyMatch {
  department: string;
  /** The words found in the text, the weightiest first. */
  words: string[];
  worth: number;
}

/** A word that only one unit has says more than one that half the county has; a long one more than a short one. */
export function dutiesIn(text: string, lexicon: DutyLexicon): DutyMatch[] {
  const { cleanWords, owners } = prepared(lexicon);
  const clean = compact(cleaned(text));
  const matches: DutyMatch[] = [];
  lexicon.forEach(({ department }, at) => {
    const found = (cleanWords[at] ?? []).filter(({ clean: word }) => clean.includes(word));
    // 社保卡 met means 社保 inside it is not met again.
    const widest = found.filter((one) => !found.some((other) => other !== one && isWithin(one.clean, other.clean)));
    if (widest.length === 0) return;
    const worths = widest.map(({ word, clean: own, weight }) => ({
      word,
      worth: (weight * Math.log(1 + lexicon.length / (owners.get(own) ?? 1)) * Math.min(own.length, 5)) / 3,
    }));
    worths.sort((a, b) => b.worth - a.worth || (a.word < b.word ? -1 : 1));
    const worth = worths.reduce((sum, one) => sum + one.worth, 0);
    matches.push({ department, words: worths.map(({ word }) => word), worth });
  });
  return matches;
}

interface Prepared {
  cleanWords: { word: string; clean: string; weight: number }[][];
  owners: Map<string, number>;
}

const known = new WeakMap<DutyLexicon, Prepared>();

function prepared(lexicon: DutyLexicon): Prepared {
  const before = known.get(lexicon);
  if (before !== undefined) return before;
  const owners = new Map<string, number>();
  const cleanWords = lexicon.map(({ duties }) => {
    const own = new Map<string, { word: string; clean: string; weight: number }>();
    for (const { word, weight } of duties) {
      const clean = compact(normalise(word));
      if (clean !== '' && !own.has(clean)) own.set(clean, { word, clean, weight: weight ?? 1 });
    }
    for (const clean of own.keys()) owners.set(clean, (owners.get(clean) ?? 0) + 1);
    return [...own.values()];
  });
  const made = { cleanWords, owners };
  known.set(lexicon, made);
  return made;
}

function isWithin(inner: string, outer: string): boolean {
  return inner.length < outer.length && outer.includes(inner);
}
