import { Postings, type PackedPostings } from './postings.ts';
import type { Vector } from './vocabulary.ts';

/** Past tickets by what they share with a text. A returned ticket speaks against its unit. */
export class Neighbours {
  private readonly postings: Postings;
  readonly ids: string[];
  readonly units: number[];
  private scores = new Float32Array(0);

  constructor(packed?: { postings: PackedPostings; ids: string[]; units: number[] }) {
    this.postings = new Postings(packed?.postings);
    this.ids = packed?.ids ?? [];
    this.units = packed?.units ?? [];
  }

  /** `unit` below zero: returned by unit -unit - 1. */
  add(id: string, unit: number, vector: Vector): void {
    const { features, values } = strongest(vector);
    this.postings.add(this.ids.length, features, values);
    this.ids.push(id);
    this.units.push(unit);
  }

  settle(): void {
    this.postings.merge();
  }

  /** The nearest, best first; equally near in the order of their ids. */
  near(vector: Vector, count: number): Neighbour[] {
    if (this.scores.length < this.ids.length) this.scores = new Float32Array(Math.ceil(this.ids.length * 1.3));
    const { scores } = this;
    const touched: number[] = [];
    const { features, values } = strongest(vector);
    let visited = 0;
    for (let at = 0; at < features.length && visited < mostVisited; at += 1) {
      const feature = features[at] ?? 0;
      const value = values[at] ?? 0;
      visited += this.postings.frequency(feature);
      this.postings.each(feature, (row, weight) => {
        const before = scores[row] ?? 0;
        if (before === 0) touched.push(row);
        scores[row] = before + value * weight;
      });
    }
    const nearest: Neighbour[] = [];
    let least = 0;
    for (const row of touched) {
      const similarity = scores[row] ?? 0;
      scores[row] = 0;
      if (similarity < least && nearest.length >= count) continue;
      const here = { row, similarity, id: this.ids[row] ?? '', unit: this.units[row] ?? 0 };
      let at = nearest.length;
      while (at > 0 && isBefore(here, nearest[at - 1])) at -= 1;
      nearest.splice(at, 0, here);
      if (nearest.length > count) nearest.pop();
      if (nearest.length === count) least = nearest[count - 1]?.similarity ?? 0;
    }
    return nearest;
  }

  pack(): { postings: PackedPostings; ids: string[]; units: number[] } {
    return { postings: this.postings.pack(), ids: this.ids, units: this.units };
  }
}

export interface Neighbour {
  row: number;
  id: string;
  unit: number;
  similarity: number;
}

/** Each unit's share in the nearest tickets, the nearer the more. */
export function votesOf(nearest: readonly Neighbour[], into: Float64Array): void {
  into.fill(0);
  let all = 1e-6;
  for (const { unit, similarity } of nearest) {
    const worth = similarity * similarity;
    all += worth;
    if (unit >= 0) into[unit] = (into[unit] ?? 0) + worth;
    else into[-unit - 1] = (into[-unit - 1] ?? 0) - worth;
  }
  for (let k = 0; k < into.length; k += 1) into[k] = Math.max(0, into[k] ?? 0) / all;
}

function isBefore(a: Neighbour, b: Neighbour | undefined): boolean {
  if (b === undefined) return false;
  if (a.similarity !== b.similarity) return a.similarity > b.similarity;
  return a.id < b.id || (a.id === b.id && a.row < b.row);
}

/** The rest of a long story makes nothing more alike, only slower. */
const mostFeatures = 90;
/** What is common to so many tickets tells them apart no more: the rarest parts of the text have been looked up by then. */
const mostVisited = 60_000;

/** The weightiest features, the weightiest first. */
function strongest({ features, values }: Vector): Vector {
  const order = Array.from(features, (_, at) => at)
    .sort((a, b) => (values[b] ?? 0) - (values[a] ?? 0) || (features[a] ?? 0) - (features[b] ?? 0))
    .slice(0, mostFeatures);
  return {
    features: Int32Array.from(order, (at) => features[at] ?? 0),
    values: Float32Array.from(order, (at) => values[at] ?? 0),
  };
}
