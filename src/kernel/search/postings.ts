import { compact, normalise, questionWords, runsOf } from './text.ts';
import { indexNames } from './pinyin.ts';
import type { PinyinNames } from './pinyin.ts';
import { buildThesaurus } from './thesaurus.ts';
import type { SynonymGroup, Thesaurus } from './thesaurus.ts';

export const fieldNames = ['title', 'aliases', 'keywords', 'body'] as const;
export type FieldName = (typeof fieldNames)[number];

export interface SearchDocument {
  id: string;
  /** `item`, `bundle`, `knowledge` ...: what `types` filters and `typePriors` weigh. */
  type: string;
  /** How likely anybody wants this one, 1 = ordinary. */
  prior?: number;
  fields: { title: string; aliases: readonly string[]; keywords: string | readonly string[]; body: string };
}

export interface IndexOptions {
  synonyms: readonly SynonymGroup[];
  /** How much one occurrence in each field is worth. */
  weights?: Partial<Record<FieldName, number>>;
  typePriors?: Readonly<Record<string, number>>;
  questionWords?: readonly string[];
}

/** Opaque to callers: build it with `buildIndex`, hand it to `search` and `suggest`, throw it away when documents change. */
export interface SearchIndex {
  readonly size: number;
  readonly ids: readonly string[];
  readonly types: readonly string[];
  /** Own prior times the prior of the type. */
  readonly priors: Float64Array;
  /** Title first, then aliases, as shown. */
  readonly names: readonly (readonly string[])[];
  /** The same, normalised and without separators. */
  readonly compactNames: readonly (readonly string[])[];
  readonly vocabulary: Vocabulary;
  /** First posting of each term, plus one past the last. */
  readonly termStart: Int32Array;
  readonly documents: Int32Array;
  /** BM25F's saturated field-weighted frequency, without the idf: 0..1. */
  readonly impacts: Float32Array;
  /** Bit i: the term stands in field i. */
  readonly fieldMasks: Uint8Array;
  readonly pinyin: PinyinNames;
  readonly thesaurus: Thesaurus;
  readonly questionWords: ReadonlySet<string>;
  readonly longestQuestionWord: number;
}

/** Indexes all documents at once: some hundred milliseconds for thousands, so a change rebuilds instead of patching. */
export function buildIndex(documents: readonly SearchDocument[], options: IndexOptions): SearchIndex {
  const weights = { ...defaultWeights, ...options.weights };
  const vocabulary = new Vocabulary();
  const streams = documents.map((document) => tokensPerField(document, vocabulary));
  const postings = collectPostings(streams, weights, vocabulary.size);

  const names = documents.map(({ fields }) => [fields.title, ...fields.aliases]);
  const stop = new Set((options.questionWords ?? questionWords).map((word) => compact(normalise(word))));
  return {
    size: documents.length,
    ids: documents.map(({ id }) => id),
    types: documents.map(({ type }) => type),
    priors: Float64Array.from(documents, ({ prior, type }) => (prior ?? 1) * (options.typePriors?.[type] ?? 1)),
    names,
    compactNames: names.map((all) => all.map((name) => compact(normalise(name)))),
    vocabulary,
    ...postings,
    pinyin: indexNames(everyName(names)),
    thesaurus: buildThesaurus(options.synonyms),
    questionWords: stop,
    longestQuestionWord: Math.max(0, ...[...stop].map((word) => word.length)),
  };
}

/**
 * Terms are small integers. A Han character has a number, a bigram is two of them packed into one small integer (no
 * string is made for it), a word of letters is looked up as text.
 */
export class Vocabulary {
  private readonly chars = new Map<number, number>();
  private readonly grams = new Map<number, number>();
  private readonly words = new Map<string, number>();
  size = 0;

  /** Calls `term` for each unigram, bigram and word of a normalised text, adding unknown ones. */
  addAll(normalised: string, term: (id: number) => void): void {
    for (const run of runsOf(normalised)) {
      if (run.kind === 'word') {
        term(this.intern(this.words, run.text));
        continue;
      }
      let before = 0;
      for (const char of run.text) {
        const code = this.charNumber(char.codePointAt(0) ?? 0);
        term(this.intern(this.grams, code));
        if (before !== 0) term(this.intern(this.grams, before * charLimit + code));
        before = code;
      }
    }
  }

  word(text: string): number | undefined {
    return this.words.get(text);
  }

  /** The term of one or two Han characters. */
  gram(first: string, second?: string): number | undefined {
    const one = this.chars.get(first.codePointAt(0) ?? 0);
    if (one === undefined) return undefined;
    if (second === undefined) return this.grams.get(one);
    const two = this.chars.get(second.codePointAt(0) ?? 0);
    return two === undefined ? undefined : this.grams.get(one * charLimit + two);
  }

  private charNumber(codePoint: number): number {
    const known = this.chars.get(codePoint);
    if (known !== undefined) return known;
    // Past 32,767 different characters the rest share one number: they still match, only less exactly.
    const next = Math.min(this.chars.size + 1, charLimit - 1);
    this.chars.set(codePoint, next);
    return next;
  }

  private intern<Key>(map: Map<Key, number>, key: Key): number {
    const known = map.get(key);
    if (known !== undefined) return known;
    map.set(key, this.size);
    this.size += 1;
    return this.size - 1;
  }
}

const charLimit = 0x8000;
const defaultWeights: Record<FieldName, number> = { title: 5, aliases: 4, keywords: 3, body: 1 };
/** Long bodies are discounted fully, titles hardly: a long official title is not a lesser title. */
const lengthDiscount: Record<FieldName, number> = { title: 0.3, aliases: 0.2, keywords: 0.4, body: 0.75 };
const saturation = 2;

function tokensPerField({ fields }: SearchDocument, vocabulary: Vocabulary): Int32Array[] {
  const keywords = typeof fields.keywords === 'string' ? fields.keywords : fields.keywords.join('\n');
  return [fields.title, fields.aliases.join('\n'), keywords, fields.body].map((text) => {
    const terms: number[] = [];
    vocabulary.addAll(normalise(text), (term) => terms.push(term));
    return Int32Array.from(terms);
  });
}

function collectPostings(
  streams: readonly (readonly Int32Array[])[],
  weights: Record<FieldName, number>,
  termCount: number,
): Pick<SearchIndex, 'termStart' | 'documents' | 'impacts' | 'fieldMasks'> {
  const averageLength = fieldNames.map((_, field) => {
    const total = streams.reduce((sum, fields) => sum + (fields[field]?.length ?? 0), 0);
    return Math.max(1, total / Math.max(1, streams.length));
  });

  const lastDocument = new Int32Array(termCount).fill(-1);
  const termStart = new Int32Array(termCount + 1);
  streams.forEach((fields, document) => {
    for (const stream of fields) {
      for (const term of stream) {
        if (lastDocument[term] === document) continue;
        lastDocument[term] = document;
        termStart[term + 1] = (termStart[term + 1] ?? 0) + 1;
      }
    }
  });
  for (let term = 0; term < termCount; term += 1) {
    termStart[term + 1] = (termStart[term + 1] ?? 0) + (termStart[term] ?? 0);
  }

  const total = termStart[termCount] ?? 0;
  const documents = new Int32Array(total);
  const impacts = new Float32Array(total);
  const fieldMasks = new Uint8Array(total);
  const next = termStart.slice(0, termCount);
  lastDocument.fill(-1);
  streams.forEach((fields, document) => {
    fields.forEach((stream, field) => {
      const name = fieldNames[field] ?? 'body';
      const discount = lengthDiscount[name];
      const relativeLength = stream.length / (averageLength[field] ?? 1);
      const worth = weights[name] / (1 - discount + discount * relativeLength);
      for (const term of stream) {
        if (lastDocument[term] !== document) {
          lastDocument[term] = document;
          documents[next[term] ?? 0] = document;
          next[term] = (next[term] ?? 0) + 1;
        }
        const posting = (next[term] ?? 1) - 1;
        impacts[posting] = (impacts[posting] ?? 0) + worth;
        fieldMasks[posting] = (fieldMasks[posting] ?? 0) | (1 << field);
      }
    });
  });
  for (let posting = 0; posting < total; posting += 1) {
    const frequency = impacts[posting] ?? 0;
    impacts[posting] = frequency / (saturation + frequency);
  }
  return { termStart, documents, impacts, fieldMasks };
}

function* everyName(
  names: readonly (readonly string[])[],
): Generator<{ document: number; ordinal: number; text: string }> {
  for (const [document, all] of names.entries()) {
    for (const [ordinal, text] of all.entries()) yield { document, ordinal, text };
  }
}
