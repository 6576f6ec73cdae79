import { gramsOf, type GramRange } from './grams.ts';
import { withoutCourtesies } from './courtesies.ts';
import { Postings } from './postings.ts';

export interface SimilarText {
  id: string;
  /** 0..1: from .5 on the two are about the same thing at the same place. */
  similarity: number;
}

export interface SimilarRequest {
  limit?: number;
  filter?: (id: string) => boolean;
  leastSimilarity?: number;
}

/** Tickets like this one: cosine over pairs of characters, rare ones counting more. Keeps no text. */
export class SimilarTexts {
  private readonly postings = new Postings();
  private readonly numbers = new Map<string, number>();
  private readonly ids: string[] = [];
  private readonly gone: boolean[] = [];
  private readonly own: { hashes: Int32Array; counts: Float32Array }[] = [];
  private scores = new Float32Array(0);

  constructor(entries: readonly { id: string; text: string }[] = []) {
    for (const entry of entries) this.add(entry);
    this.postings.merge();
  }

  get size(): number {
    return this.numbers.size;
  }

  /** An entry with the same id is replaced. */
  add({ id, text }: { id: string; text: string }): void {
    this.remove(id);
    const grams = gramsOf(withoutCourtesies(text), similarGrams);
    const number = this.ids.length;
    this.postings.add(number, grams.hashes, grams.counts);
    this.numbers.set(id, number);
    this.ids.push(id);
    this.gone.push(false);
    this.own.push(grams);
  }

  replace(entry: { id: string; text: string }): void {
    this.add(entry);
  }

  remove(id: string): boolean {
    const number = this.numbers.get(id);
    if (number === undefined) return false;
    this.numbers.delete(id);
    this.gone[number] = true;
    return true;
  }

  near(text: string, request: SimilarRequest = {}): SimilarText[] {
    const grams = gramsOf(withoutCourtesies(text), similarGrams);
    const weights = Float64Array.from(grams.hashes, (hash, at) => (grams.counts[at] ?? 0) * this.idf(hash) ** 2);
    const square = grams.counts.reduce((sum, count, at) => sum + count * (weights[at] ?? 0), 0);
    if (square === 0) return [];
    if (this.scores.length < this.ids.length) this.scores = new Float32Array(Math.ceil(this.ids.length * 1.3));
    const { scores } = this;
    const touched: number[] = [];
    const order = Array.from(weights, (_, at) => at).sort((a, b) => (weights[b] ?? 0) - (weights[a] ?? 0) || a - b);
    let visited = 0;
    for (const at of order) {
      if (visited > mostVisited) break;
      const hash = grams.hashes[at] ?? 0;
      const weight = weights[at] ?? 0;
      visited += this.postings.frequency(hash);
      this.postings.each(hash, (document, count) => {
        const before = scores[document] ?? 0;
        if (before === 0) touched.push(document);
        scores[document] = before + weight * count;
      });
    }
    const limit = request.limit ?? 5;
    const candidates: { document: number; dot: number }[] = [];
    for (const document of touched) {
      const dot = scores[document] ?? 0;
      scores[document] = 0;
      // By Cauchy and Schwarz nothing with so small a product can be alike enough, however short it is.
      if (this.gone[document] === true || dot < square * 0.02) continue;
      if (request.filter !== undefined && !request.filter(this.ids[document] ?? '')) continue;
      candidates.push({ document, dot });
    }
    candidates.sort((a, b) => b.dot - a.dot || a.document - b.document);
    const least = request.leastSimilarity ?? 0.25;
    return candidates
      .slice(0, Math.max(50, limit * 4))
      .map(({ document, dot }) => ({
        id: this.ids[document] ?? '',
        similarity: dot / Math.sqrt(square * this.squareOf(document)),
      }))
      .filter(({ similarity }) => similarity >= least)
      .sort((a, b) => b.similarity - a.similarity || (a.id < b.id ? -1 : 1))
      .slice(0, limit)
      .map(({ id, similarity }) => ({ id, similarity: Math.round(Math.min(1, similarity) * 1000) / 1000 }));
  }

  private squareOf(document: number): number {
    const grams = this.own[document];
    if (grams === undefined) return 1;
    return grams.hashes.reduce((sum, hash, at) => sum + ((grams.counts[at] ?? 0) * this.idf(hash)) ** 2, 1e-9);
  }

  private idf(hash: number): number {
    const all = Math.max(fewTickets, this.ids.length);
    // What no ticket has is no rarer than what one has.
    return Math.log(1 + all / (Math.max(1, this.postings.frequency(hash)) + 0.5));
  }
}

/** What so many tickets share makes no two of them alike. */
const mostVisited = 100_000;
const similarGrams: GramRange = { least: 2, most: 2 };
/** While there are few tickets, none of their words is rare. */
const fewTickets = 200;
