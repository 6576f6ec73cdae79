import { Numbering } from './numbering.ts';

/**
 * Which documents hold a term, and how strongly. Most of it lies in two flat arrays; what came since is kept beside them
 * and merged in when it has grown, so that adding one document costs as little as that document.
 */
export class Postings {
  private readonly terms: Numbering;
  private start: Int32Array;
  private documents: Int32Array;
  private values: Float32Array;
  private readonly recent = new Map<number, { documents: number[]; values: number[] }>();
  private recentCount = 0;

  constructor(packed?: PackedPostings) {
    this.terms = new Numbering(packed?.hashes);
    this.start = packed?.start ?? new Int32Array(1);
    this.documents = packed?.documents ?? new Int32Array(0);
    this.values = packed?.values ?? new Float32Array(0);
  }

  add(document: number, hashes: Int32Array, values: Float32Array): void {
    for (let at = 0; at < hashes.length; at += 1) {
      const term = this.terms.add(hashes[at] ?? 0);
      const entry = this.recent.get(term);
      if (entry === undefined) this.recent.set(term, { documents: [document], values: [values[at] ?? 0] });
      else {
        entry.documents.push(document);
        entry.values.push(values[at] ?? 0);
      }
    }
    this.recentCount += hashes.length;
    if (this.recentCount > 4_000_000 + this.documents.length / 2) this.merge();
  }

  /** How many documents hold the term, those removed since included. */
  frequency(hash: number): number {
    const term = this.terms.find(hash);
    if (term < 0) return 0;
    const settled = term + 1 < this.start.length ? (this.start[term + 1] ?? 0) - (this.start[term] ?? 0) : 0;
    return settled + (this.recent.get(term)?.documents.length ?? 0);
  }

  each(hash: number, visit: (document: number, value: number) => void): void {
    const term = this.terms.find(hash);
    if (term < 0) return;
    if (term + 1 < this.start.length) {
      const end = this.start[term + 1] ?? 0;
      for (let at = this.start[term] ?? 0; at < end; at += 1) visit(this.documents[at] ?? 0, this.values[at] ?? 0);
    }
    const entry = this.recent.get(term);
    if (entry === undefined) return;
    for (let at = 0; at < entry.documents.length; at += 1) visit(entry.documents[at] ?? 0, entry.values[at] ?? 0);
  }

  /** Moves what is recent into the flat arrays; documents for which `renumber` says -1 are dropped. */
  merge(renumber?: (document: number) => number): void {
    const start = new Int32Array(this.terms.size + 1);
    const total = this.documents.length + this.recentCount;
    const documents = new Int32Array(total);
    const values = new Float32Array(total);
    let next = 0;
    for (let term = 0; term < this.terms.size; term += 1) {
      const keep = (document: number, value: number): void => {
        const number = renumber === undefined ? document : renumber(document);
        if (number < 0) return;
        documents[next] = number;
        values[next] = value;
        next += 1;
      };
      if (term + 1 < this.start.length) {
        const end = this.start[term + 1] ?? 0;
        for (let at = this.start[term] ?? 0; at < end; at += 1) keep(this.documents[at] ?? 0, this.values[at] ?? 0);
      }
      const entry = this.recent.get(term);
      entry?.documents.forEach((document, at) => {
        keep(document, entry.values[at] ?? 0);
      });
      start[term + 1] = next;
    }
    this.start = start;
    this.documents = documents.slice(0, next);
    this.values = values.slice(0, next);
    this.recent.clear();
    this.recentCount = 0;
  }

  pack(): PackedPostings {
    this.merge();
    return { hashes: this.terms.hashes(), start: this.start, documents: this.documents, values: this.values };
  }
}

export interface PackedPostings {
  hashes: Int32Array;
  start: Int32Array;
  documents: Int32Array;
  values: Float32Array;
}
