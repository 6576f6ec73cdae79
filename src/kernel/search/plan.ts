import type { SearchIndex } from './postings.ts';
import { mayBePinyin } from './pinyin.ts';
import { normalise, runsOf } from './text.ts';

/**
 * What a query asks for: spans, each a stretch of the query with the ways it may be met. The ways of one span compete
 * (the best counts), spans add up.
 */
export interface Span {
  text: string;
  alternatives: Alternative[];
  /** What a document that meets the span perfectly earns; expansions are scaled to it, so long words do not win by length. */
  mass: number;
}

export type Alternative =
  | { via: 'text' | 'synonym'; text: string; weight: number; tokens: Token[]; mass: number }
  | { via: 'pinyin'; text: string; weight: number; words: string[] };

export interface Token {
  /** Undefined when no document has it. */
  term: number | undefined;
  /** Its share of the query times its idf. */
  worth: number;
}

export interface QueryPlan {
  spans: Span[];
  /** Nothing but separators, or nothing but the words people wrap around a question. */
  nothingAsked: 'empty' | 'question-words' | undefined;
}

export function planQuery(index: SearchIndex, query: string): QueryPlan {
  const normalised = normalise(query.slice(0, longestQuery));
  const spans: Span[] = [];
  let asked = false;
  let from = 0;
  const plain = (to: number): void => {
    if (to > from && planPlain(index, normalised.slice(from, to), spans)) asked = true;
  };
  for (let at = 0; at < normalised.length;) {
    const known = index.thesaurus.wordAt(normalised, at);
    if (known === undefined) {
      at += 1;
      continue;
    }
    plain(at);
    spans.push(synonymSpan(index, known.word, known.alternatives));
    asked = true;
    at += known.word.length;
    from = at;
  }
  plain(normalised.length);
  if (asked) return { spans, nothingAsked: undefined };
  return { spans: [], nothingAsked: runsOf(normalised).length === 0 ? 'empty' : 'question-words' };
}

/** Nobody types this much; pasted letters are cut instead of refused. */
const longestQuery = 200;
const unigramShare = 0.3;
const questionShare = 0.06;
const synonymWeight = 0.85;

/** The spans of a stretch without known words; true if it asks for anything. */
function planPlain(index: SearchIndex, text: string, spans: Span[]): boolean {
  let asked = false;
  let latin: string[] = [];
  const flushLatin = (): void => {
    if (latin.length > 0) spans.push(latinSpan(index, latin));
    latin = [];
  };
  for (const run of runsOf(text)) {
    if (run.kind === 'han') {
      flushLatin();
      if (plainSpan(index, run.text, spans)) asked = true;
    } else if (!index.questionWords.has(run.text)) {
      latin.push(run.text);
      asked = true;
    }
  }
  flushLatin();
  return asked;
}

function plainSpan(index: SearchIndex, text: string, spans: Span[]): boolean {
  const chars = [...text];
  const shares = questionShares(index, chars);
  const tokens = hanTokens(index, chars, shares);
  const mass = massOf(tokens);
  spans.push({ text, mass, alternatives: [{ via: 'text', text, weight: 1, tokens, mass }] });
  return shares.some((share) => share === 1);
}

function synonymSpan(index: SearchIndex, word: string, alternatives: readonly string[]): Span {
  const own = tokensOf(index, word);
  const mass = massOf(own);
  const ways: Alternative[] = [{ via: 'text', text: word, weight: 1, tokens: own, mass }];
  for (const other of alternatives) {
    const tokens = tokensOf(index, other);
    ways.push({ via: 'synonym', text: other, weight: synonymWeight, tokens, mass: massOf(tokens) });
  }
  return { text: word, alternatives: ways, mass };
}

/** Words of letters typed one after another may be one pinyin phrase, or mean themselves (POS, ETC). */
function latinSpan(index: SearchIndex, words: string[]): Span {
  const text = words.join(' ');
  const tokens = words.map((word): Token => {
    const term = index.vocabulary.word(word);
    return { term, worth: idf(index, term) };
  });
  const mass = massOf(tokens);
  const alternatives: Alternative[] = [{ via: 'text', text, weight: 1, tokens, mass }];
  const joined = words.join('');
  if (mayBePinyin(joined)) alternatives.push({ via: 'pinyin', text: joined, weight: 0.95, words: [joined] });
  const separate = words.filter(mayBePinyin);
  if (words.length > 1 && separate.length === words.length && words.length <= 6) {
    alternatives.push({ via: 'pinyin', text, weight: 0.9, words: separate });
  }
  return { text, alternatives, mass };
}

function tokensOf(index: SearchIndex, compactWord: string): Token[] {
  return runsOf(compactWord).flatMap((run) => {
    if (run.kind === 'han') {
      const chars = [...run.text];
      return hanTokens(
        index,
        chars,
        chars.map(() => 1),
      );
    }
    const term = index.vocabulary.word(run.text);
    return [{ term, worth: idf(index, term) }];
  });
}

function hanTokens(index: SearchIndex, chars: readonly string[], shares: readonly number[]): Token[] {
  const tokens: Token[] = [];
  chars.forEach((char, at) => {
    const share = shares[at] ?? 1;
    const one = index.vocabulary.gram(char);
    const isWhole = chars.length === 1;
    tokens.push({ term: one, worth: share * (isWhole ? 1 : unigramShare) * idf(index, one) });
    const next = chars[at + 1];
    if (next === undefined) return;
    const two = index.vocabulary.gram(char, next);
    tokens.push({ term: two, worth: Math.min(share, shares[at + 1] ?? 1) * idf(index, two) });
  });
  return tokens;
}

/** 1 for characters that carry meaning, a trifle for those covered by a question word (longest first). */
function questionShares(index: SearchIndex, chars: readonly string[]): number[] {
  const shares = chars.map(() => 1);
  let at = 0;
  while (at < chars.length) {
    let covered = 0;
    for (
      let length = Math.min(index.longestQuestionWord, chars.length - at);
      length > 0 && covered === 0;
      length -= 1
    ) {
      if (index.questionWords.has(chars.slice(at, at + length).join(''))) covered = length;
    }
    for (let i = at; i < at + covered; i += 1) shares[i] = questionShare;
    at += Math.max(1, covered);
  }
  return shares;
}

function massOf(tokens: readonly Token[]): number {
  return tokens.reduce((sum, { worth }) => sum + worth, 0);
}

/** A term nobody wrote is as telling as the rarest one: missing it must cost. */
function idf(index: SearchIndex, term: number | undefined): number {
  const frequency = term === undefined ? 0 : (index.termStart[term + 1] ?? 0) - (index.termStart[term] ?? 0);
  return Math.log(1 + (index.size - frequency + 0.5) / (frequency + 0.5));
}
