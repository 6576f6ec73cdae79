import { matchPinyin } from './pinyin.ts';
import { planQuery } from './plan.ts';
import type { Alternative, Span } from './plan.ts';
import { fieldNames } from './postings.ts';
import type { FieldName, SearchIndex } from './postings.ts';
import { compact, normalise } from './text.ts';

export interface SearchRequest {
  limit?: number;
  offset?: number;
  types?: readonly string[];
  filter?: (id: string) => boolean;
}

export interface Match {
  /** The part of the query, and what stood for it in the document. */
  asked: string;
  found: string;
  via: 'text' | 'synonym' | 'pinyin';
  field: FieldName;
}

export interface SearchHit {
  id: string;
  type: string;
  title: string;
  score: number;
  matched: Match[];
}

export interface SearchResult {
  total: number;
  hits: SearchHit[];
  /** Set when the query asks for nothing: the page then says so instead of "no result". */
  nothingAsked?: 'empty' | 'question-words';
}

/** The documents for a query, best first; equal scores in the order of their ids, so that pages never shuffle. */
export function search(index: SearchIndex, query: string, request: SearchRequest = {}): SearchResult {
  const { spans, nothingAsked } = planQuery(index, query);
  if (nothingAsked !== undefined) return { total: 0, hits: [], nothingAsked };

  const scores = new Float64Array(index.size);
  const coverage = new Float64Array(index.size);
  const soundsLike: NamesHeard = new Map();
  let mass = 0;
  for (const span of spans) {
    mass += span.mass;
    addSpan(index, span, scores, coverage, soundsLike);
  }

  const types = request.types === undefined ? undefined : new Set(request.types);
  const wanted = compact(normalise(query));
  const kept: number[] = [];
  for (let document = 0; document < index.size; document += 1) {
    const covered = (coverage[document] ?? 0) / mass;
    if (covered < leastCoverage) continue;
    if (types !== undefined && !types.has(index.types[document] ?? '')) continue;
    if (request.filter !== undefined && !request.filter(index.ids[document] ?? '')) continue;
    const boost = nameBoost(index.compactNames[document] ?? [], wanted);
    scores[document] = (scores[document] ?? 0) * (0.4 + 0.6 * covered) * boost * (index.priors[document] ?? 1);
    kept.push(document);
  }

  const offset = Math.max(0, request.offset ?? 0);
  const best = firstOf(index, kept, scores, offset + Math.max(0, request.limit ?? 10)).slice(offset);
  return { total: kept.length, hits: best.map((document) => hitOf(index, document, scores, spans, soundsLike)) };
}

/** Below this share of what was asked a document only shares a stray character with the query. */
const leastCoverage = 0.2;

/** For each span met by pinyin: document to the ordinal of its best-sounding name. */
type NamesHeard = Map<Span, Map<number, number>>;

function addSpan(
  index: SearchIndex,
  span: Span,
  scores: Float64Array,
  coverage: Float64Array,
  soundsLike: NamesHeard,
): void {
  const heard = new Map<number, number>();
  soundsLike.set(span, heard);
  const bestScore = new Float64Array(index.size);
  const bestCoverage = new Float64Array(index.size);
  for (const alternative of span.alternatives) {
    const { score, covered } = scoreAlternative(index, alternative, heard);
    for (let document = 0; document < index.size; document += 1) {
      const share = covered[document] ?? 0;
      if (share === 0) continue;
      // An expansion is a phrase: half of 食品经营许可 is mostly somebody else's 经营许可.
      const phrase = alternative.via === 'synonym' ? share * share : 1;
      const worth = span.mass * alternative.weight * (score[document] ?? 0) * phrase;
      if (worth > (bestScore[document] ?? 0)) bestScore[document] = worth;
      const counted = span.mass * alternative.weight * share * phrase;
      if (counted > (bestCoverage[document] ?? 0)) bestCoverage[document] = counted;
    }
  }
  for (let document = 0; document < index.size; document += 1) {
    scores[document] = (scores[document] ?? 0) + (bestScore[document] ?? 0);
    coverage[document] = (coverage[document] ?? 0) + (bestCoverage[document] ?? 0);
  }
}

/** Per document: the BM25F score as a share of the perfect one, and the share of the tokens met at all. */
function scoreAlternative(
  index: SearchIndex,
  alternative: Alternative,
  heard: Map<number, number>,
): { score: Float64Array; covered: Float64Array } {
  const score = new Float64Array(index.size);
  const covered = new Float64Array(index.size);
  if (alternative.via === 'pinyin') {
    scorePinyin(index, alternative.words, score, covered, heard);
    return { score, covered };
  }
  if (alternative.mass === 0) return { score, covered };
  for (const { term, worth } of alternative.tokens) {
    if (term === undefined) continue;
    const share = worth / alternative.mass;
    const end = index.termStart[term + 1] ?? 0;
    for (let posting = index.termStart[term] ?? 0; posting < end; posting += 1) {
      const document = index.documents[posting] ?? 0;
      score[document] = (score[document] ?? 0) + share * (index.impacts[posting] ?? 0);
      covered[document] = (covered[document] ?? 0) + share;
    }
  }
  return { score, covered };
}

function scorePinyin(
  index: SearchIndex,
  words: readonly string[],
  score: Float64Array,
  covered: Float64Array,
  heard: Map<number, number>,
): void {
  for (const word of words) {
    const strengths = new Float64Array(index.size);
    matchPinyin(index.pinyin, word, ({ document, strength, ordinal }) => {
      const worth = ordinal === 0 ? strength : strength * 0.95;
      if (worth <= (strengths[document] ?? 0)) return;
      strengths[document] = worth;
      heard.set(document, ordinal);
    });
    strengths.forEach((strength, document) => {
      if (strength === 0) return;
      score[document] = (score[document] ?? 0) + strength / words.length;
      covered[document] = (covered[document] ?? 0) + 1 / words.length;
    });
  }
}

/** Who types a name in full means that name. */
function nameBoost(names: readonly string[], wanted: string): number {
  let boost = 1;
  for (const name of names) {
    if (name === wanted) return 2;
    if (wanted.length > 1 && name.startsWith(wanted)) boost = Math.max(boost, 1.25);
    else if (wanted.length > 1 && name.includes(wanted)) boost = Math.max(boost, 1.15);
  }
  return boost;
}

/** The first `count` in order, by insertion into a short list: cheaper than sorting everything for one page. */
function firstOf(index: SearchIndex, kept: readonly number[], scores: Float64Array, count: number): number[] {
  const isBefore = (a: number, b: number): boolean => {
    const difference = (scores[b] ?? 0) - (scores[a] ?? 0);
    if (difference !== 0) return difference < 0;
    return (index.ids[a] ?? '') < (index.ids[b] ?? '');
  };
  const first: number[] = [];
  for (const document of kept) {
    let low = 0;
    let high = first.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (isBefore(document, first[middle] ?? 0)) high = middle;
      else low = middle + 1;
    }
    if (low >= count) continue;
    first.splice(low, 0, document);
    if (first.length > count) first.pop();
  }
  return first;
}

function hitOf(
  index: SearchIndex,
  document: number,
  scores: Float64Array,
  spans: readonly Span[],
  soundsLike: NamesHeard,
): SearchHit {
  const matched: Match[] = [];
  for (const span of spans) {
    const match = writtenMatch(index, document, span) ?? heardMatch(index, document, span, soundsLike);
    if (match !== undefined) matched.push(match);
  }
  return {
    id: index.ids[document] ?? '',
    type: index.types[document] ?? '',
    title: index.names[document]?.[0] ?? '',
    score: Math.round((scores[document] ?? 0) * 1e6) / 1e6,
    matched,
  };
}

function writtenMatch(index: SearchIndex, document: number, span: Span): Match | undefined {
  let best: Match | undefined;
  let bestShare = 0.15;
  for (const alternative of span.alternatives) {
    const { via, text } = alternative;
    if (via === 'pinyin') continue;
    let share = 0;
    const shareOfField = fieldNames.map(() => 0);
    for (const { term, worth } of alternative.tokens) {
      const posting = term === undefined ? -1 : postingOf(index, term, document);
      if (posting < 0) continue;
      const gained = (worth / alternative.mass) * alternative.weight;
      const mask = index.fieldMasks[posting] ?? 0;
      share += gained;
      shareOfField.forEach((sum, field) => {
        if ((mask & (1 << field)) !== 0) shareOfField[field] = sum + gained;
      });
    }
    if (share <= bestShare) continue;
    bestShare = share;
    const field = fieldNames[shareOfField.indexOf(Math.max(...shareOfField))] ?? 'body';
    best = { asked: span.text, found: text, via, field };
  }
  return best;
}

function heardMatch(index: SearchIndex, document: number, span: Span, soundsLike: NamesHeard): Match | undefined {
  const ordinal = soundsLike.get(span)?.get(document);
  if (ordinal === undefined) return undefined;
  const found = index.names[document]?.[ordinal] ?? '';
  return { asked: span.text, found, via: 'pinyin', field: ordinal === 0 ? 'title' : 'aliases' };
}

/** Postings of a term are in document order. */
function postingOf(index: SearchIndex, term: number, document: number): number {
  let low = index.termStart[term] ?? 0;
  let high = (index.termStart[term + 1] ?? 0) - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const here = index.documents[middle] ?? 0;
    if (here === document) return middle;
    if (here < document) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}
