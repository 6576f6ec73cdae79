import { buildThesaurus, compact, normalise, type SynonymGroup, type Thesaurus } from '../../../kernel/search/index.ts';
import { conceptHash, conceptsIn } from './themes.ts';
import { cleaned, eachGram, type GramRange } from './grams.ts';
import { askedOf, withoutCourtesies } from './courtesies.ts';
import { Postings } from './postings.ts';

export interface KnowledgeDoc {
  id: string;
  title?: string;
  text: string;
  keywords?: readonly string[];
}

export interface KnowledgeHit {
  id: string;
  score: number;
  /** How much of what was asked (by weight, 0..1) the entry speaks of; below .2 it is no answer. */
  coverage: number;
  /** Words of the question that stand in the entry, the longest first. */
  matched: string[];
}

export interface KnowledgeRequest {
  limit?: number;
  filter?: (id: string) => boolean;
  leastScore?: number;
}

/**
 * From a question in everyday words to the entry that answers it: BM25F over characters, pairs and triples. Long questions
 * and long answers are the rule here, so what is rare (a village, the name of a firm) must outweigh what everybody writes.
 */
export class KnowledgeIndex {
  private readonly postings = new Postings();
  private readonly numbers = new Map<string, number>();
  private readonly ids: string[] = [];
  private readonly texts: string[] = [];
  private readonly lengths: number[] = [];
  private readonly gone: boolean[] = [];
  private readonly thesaurus: Thesaurus;
  private wholeLength = 0;
  private scores = new Float32Array(0);
  private shares = new Float32Array(0);

  constructor(entries: readonly KnowledgeDoc[] = [], options: { synonyms?: readonly SynonymGroup[] } = {}) {
    this.thesaurus = buildThesaurus(options.synonyms ?? []);
    for (const entry of entries) this.add(entry);
    this.postings.merge();
  }

  get size(): number {
    return this.numbers.size;
  }

  /** An entry with the same id is replaced. */
  add(doc: KnowledgeDoc): void {
    this.remove(doc.id);
    const number = this.ids.length;
    const weights = new Map<number, number>();
    let length = 0;
    const count = (text: string, weight: number): void => {
      eachGram(withoutCourtesies(text), knowledgeGrams, (hash, start, size) => {
        const worth = start < leadLength ? weight * leadWeight : weight;
        weights.set(hash, (weights.get(hash) ?? 0) + worth);
        if (size === 1) length += 1;
      });
      for (const { number: concept, words } of conceptsIn(text)) {
        const hash = conceptHash(concept);
        weights.set(hash, (weights.get(hash) ?? 0) + weight * words);
      }
    };
    count(doc.text, 1);
    if (doc.title !== undefined) count(doc.title, titleWeight);
    if (doc.keywords !== undefined) count(doc.keywords.join('\n'), keywordWeight);
    this.postings.add(number, Int32Array.from(weights.keys()), Float32Array.from(weights.values()));
    this.numbers.set(doc.id, number);
    this.ids.push(doc.id);
    this.texts.push(cleaned([doc.title ?? '', ...(doc.keywords ?? []), doc.text].join('\n')));
    this.lengths.push(length);
    this.gone.push(false);
    this.wholeLength += length;
  }

  replace(doc: KnowledgeDoc): void {
    this.add(doc);
  }

  remove(id: string): boolean {
    const number = this.numbers.get(id);
    if (number === undefined) return false;
    this.numbers.delete(id);
    this.gone[number] = true;
    this.texts[number] = '';
    this.wholeLength -= this.lengths[number] ?? 0;
    return true;
  }

  search(query: string, request: KnowledgeRequest = {}): KnowledgeHit[] {
    const asked = this.askedIn(query);
    const count = this.ids.length;
    if (this.scores.length < count) {
      this.scores = new Float32Array(Math.ceil(count * 1.3));
      this.shares = new Float32Array(Math.ceil(count * 1.3));
    }
    const { scores, shares, lengths } = this;
    const average = Math.max(1, this.wholeLength / Math.max(1, this.size));
    const touched: number[] = [];
    let mass = 0;
    let visited = 0;
    for (const { hash, weight, frequency: entries } of asked) {
      mass += weight;
      if (visited > mostVisited) continue;
      visited += entries;
      this.postings.each(hash, (document, frequency) => {
        const discount = saturation * (1 - lengthDiscount + (lengthDiscount * (lengths[document] ?? 0)) / average);
        const before = scores[document] ?? 0;
        if (before === 0) touched.push(document);
        scores[document] = before + (weight * frequency) / (frequency + discount);
        shares[document] = (shares[document] ?? 0) + weight;
      });
    }
    const limit = Math.max(1, request.limit ?? 10);
    let found: Found[] = [];
    let least = request.leastScore ?? 0;
    for (const document of touched) {
      const coverage = (shares[document] ?? 0) / mass;
      const score = ((scores[document] ?? 0) / mass) * (1 - coverageShare + coverageShare * coverage);
      scores[document] = 0;
      shares[document] = 0;
      if (score < least || this.gone[document] === true) continue;
      const id = this.ids[document] ?? '';
      if (request.filter !== undefined && !request.filter(id)) continue;
      found.push({ document, id, score, coverage });
      if (found.length < limit * 4 + 200) continue;
      found = found.sort(bestFirst).slice(0, limit);
      least = found[limit - 1]?.score ?? least;
    }
    return found
      .sort(bestFirst)
      .slice(0, limit)
      .map(({ document, id, score, coverage }, rank) => ({
        id,
        score: Math.round(score * 1e6) / 1e6,
        coverage: Math.round(Math.min(1, coverage) * 1000) / 1000,
        matched: rank < mostExplained ? sharedWords(query, this.texts[document] ?? '') : [],
      }));
  }

  /** What is looked for, and how much each part of it tells. */
  private askedIn(query: string): { hash: number; weight: number; frequency: number }[] {
    const counts = new Map<number, { count: number; size: number }>();
    const count = (text: string, worth: number): string =>
      eachGram(text, knowledgeGrams, (hash, _, length, isWord) => {
        const known = counts.get(hash);
        if (known === undefined) counts.set(hash, { count: worth, size: isWord ? 4 : length });
        else known.count += worth;
      });
    const clean = count(askedOf(query), 1);
    for (let at = 0; at < clean.length;) {
      const known = this.thesaurus.wordAt(clean, at);
      for (const other of known?.alternatives ?? []) count(other, synonymWorth);
      at += known?.word.length ?? 1;
    }
    for (const { kind, number, words } of conceptsIn(query)) {
      counts.set(conceptHash(number), { count: words, size: kind === 'theme' ? 5 : 6 });
    }
    const all = Math.max(1, this.size);
    return [...counts]
      .map(([hash, { count, size }]) => {
        const frequency = Math.min(all, this.postings.frequency(hash));
        const idf = Math.log(1 + (all - frequency + 0.5) / (frequency + 0.5));
        return {
          hash,
          frequency,
          weight: (worthBySize[size] ?? 1) * idf ** rareness * ((count * (1 + repetition)) / (count + repetition)),
        };
      })
      .filter(({ weight }) => weight > 0)
      .sort((a, b) => b.weight - a.weight || a.hash - b.hash);
  }
}

interface Found {
  document: number;
  id: string;
  score: number;
  coverage: number;
}

function bestFirst(a: Found, b: Found): number {
  return b.score - a.score || (a.id < b.id ? -1 : 1);
}

/** With very many entries the commonest parts of a question are left out; the telling ones have been looked up by then. */
const mostVisited = 250_000;
/** One character, a pair, a triple; then a word of letters or digits, a theme, a thing by another name. */
const worthBySize = [0, 0.6, 1, 0.1, 1, 1, 1];
const saturation = 1.8;
const lengthDiscount = 0.75;
/** Above 1 a rare word outweighs several ordinary ones by more than its idf. */
const rareness = 1.3;
/** What the asker says again counts again, in long letters hardly less than the first time. */
const repetition = 100;
const coverageShare = 0.05;
const knowledgeGrams: GramRange = { least: 1, most: 3 };
/** Replies say first what was asked. */
const leadLength = 80;
const leadWeight = 1.5;
const titleWeight = 3;
const keywordWeight = 2;
/** Nobody reads on to the reasons of the thirtieth. */
const mostExplained = 20;
/** What stands for a word counts less than the word. */
const synonymWorth = 0.6;

/** Stretches of two characters and more that both texts have; nothing inside a longer one is named again. */
function sharedWords(query: string, text: string, most = 8): string[] {
  const asked = compact(normalise(query.slice(0, 1000)));
  const found: string[] = [];
  for (let from = 0; from < asked.length - 1;) {
    let length = 1;
    while (from + length < asked.length && text.includes(asked.slice(from, from + length + 1))) length += 1;
    if (length > 1) found.push(asked.slice(from, from + length));
    from += Math.max(1, length);
  }
  return [...new Set(found)].sort((a, b) => b.length - a.length).slice(0, most);
}
