import { gramsOf, type GramRange, type Grams } from './grams.ts';
import { Numbering } from './numbering.ts';
import { conceptHash, conceptsIn } from './themes.ts';

/** The n-grams of a text as numbers with tf-idf weights, scaled to length 1; what is in no ticket weighs nothing. */
export interface Vector {
  features: Int32Array;
  values: Float32Array;
}

export interface PackedVocabulary {
  hashes: Int32Array;
  idf: Float32Array;
  documents: number;
}

/** Which n-grams tell something: those of two tickets at least (of one, while there are few), rare ones more. */
export class Vocabulary {
  private readonly numbering: Numbering;
  private idf: Float32Array;
  private readonly documents: number;
  /** One theme stands for many words, the more so while there are few tickets to learn the words from. */
  private readonly conceptWorth: number;

  constructor({ hashes, idf, documents }: PackedVocabulary) {
    this.numbering = new Numbering(hashes);
    this.idf = idf;
    this.documents = documents;
    this.conceptWorth = 1.6 + (2.6 * 400) / (400 + documents);
  }

  static of(texts: readonly string[]): Vocabulary {
    const all = new Numbering();
    let frequency = new Int32Array(1 << 16);
    for (const text of texts) {
      for (const hash of featuresOf(text).hashes) {
        const number = all.add(hash);
        if (number >= frequency.length) {
          const wider = new Int32Array(frequency.length * 2);
          wider.set(frequency);
          frequency = wider;
        }
        frequency[number] = (frequency[number] ?? 0) + 1;
      }
    }
    const hashes = all.hashes();
    const least = texts.length < fewTexts ? 1 : leastFrequency(frequency, hashes.length);
    const kept: { hash: number; count: number }[] = [];
    hashes.forEach((hash, number) => {
      const count = frequency[number] ?? 0;
      if (count >= least) kept.push({ hash, count });
    });
    // By hash, so that the order of the tickets leaves no trace.
    kept.sort((a, b) => a.hash - b.hash);
    return new Vocabulary({
      hashes: Int32Array.from(kept, ({ hash }) => hash),
      idf: Float32Array.from(kept, ({ count }) => idfOf(texts.length, count)),
      documents: texts.length,
    });
  }

  get size(): number {
    return this.numbering.size;
  }

  /** `grow` admits n-grams never seen before: a confirmed ticket may bring a new village. */
  vectorOf(text: string, grow = false): Vector {
    const { hashes, counts, grams } = featuresOf(text);
    const features: number[] = [];
    const values: number[] = [];
    let square = 0;
    hashes.forEach((hash, at) => {
      const feature = grow ? this.admit(hash) : this.numbering.find(hash);
      if (feature < 0) return;
      const worth = at < grams ? 1 : this.conceptWorth;
      const value = worth * (1 + Math.log(counts[at] ?? 1)) * (this.idf[feature] ?? 0);
      features.push(feature);
      values.push(value);
      square += value * value;
    });
    const scale = square === 0 ? 0 : 1 / Math.sqrt(square);
    return { features: Int32Array.from(features), values: Float32Array.from(values, (value) => value * scale) };
  }

  find(hash: number): number {
    return this.numbering.find(hash);
  }

  idfAt(feature: number): number {
    return this.idf[feature] ?? 0;
  }

  pack(): PackedVocabulary {
    return { hashes: this.numbering.hashes(), idf: this.idf.slice(0, this.size), documents: this.documents };
  }

  private admit(hash: number): number {
    const before = this.numbering.size;
    const feature = this.numbering.add(hash);
    if (this.numbering.size === before) return feature;
    if (feature >= this.idf.length) {
      const wider = new Float32Array(Math.max(1024, this.idf.length * 2));
      wider.set(this.idf);
      this.idf = wider;
    }
    this.idf[feature] = idfOf(Math.max(1, this.documents), 1);
    return feature;
  }
}

/** The n-grams first, then what they speak of. */
function featuresOf(text: string): Grams & { grams: number } {
  const { hashes, counts } = gramsOf(text, dispatchGrams);
  const concepts = conceptsIn(text);
  const all = new Int32Array(hashes.length + concepts.length);
  const allCounts = new Float32Array(all.length);
  all.set(hashes);
  allCounts.set(counts);
  concepts.forEach(({ number, words }, at) => {
    all[hashes.length + at] = conceptHash(number);
    allCounts[hashes.length + at] = words;
  });
  return { hashes: all, counts: allCounts, grams: hashes.length };
}

export const dispatchGrams: GramRange = { least: 1, most: 3 };
const fewTexts = 1500;
/** Beyond this the rarest go: weights for each unit and n-gram must stay within a few hundred megabytes. */
const mostFeatures = 400_000;

function leastFrequency(frequency: Int32Array, size: number): number {
  for (let least = 2; ; least += 1) {
    let kept = 0;
    for (let number = 0; number < size; number += 1) if ((frequency[number] ?? 0) >= least) kept += 1;
    if (kept <= mostFeatures) return least;
  }
}

function idfOf(documents: number, count: number): number {
  return Math.log((1 + documents) / (1 + count)) + 1;
}
