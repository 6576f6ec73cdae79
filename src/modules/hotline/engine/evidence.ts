import { FeatureMatrix } from './feature-matrix.ts';
import type { Vector } from './vocabulary.ts';

/** What each unit's tickets sound like on the whole: from one table of sums both naive Bayes and the centroid are read. */
export class Evidence {
  readonly sums: FeatureMatrix;
  /** Per unit: its tickets, the sum of its weights, and the square length of its sum. */
  rows: Float64Array;
  totals: Float64Array;
  squares: Float64Array;

  constructor(
    classes: number,
    packed?: { sums: Float32Array; rows: Float64Array; totals: Float64Array; squares: Float64Array },
  ) {
    this.sums = new FeatureMatrix(classes, packed?.sums);
    this.rows = packed?.rows ?? new Float64Array(classes);
    this.totals = packed?.totals ?? new Float64Array(classes);
    this.squares = packed?.squares ?? new Float64Array(classes);
  }

  learn(vector: Vector, unit: number): void {
    const { features, values } = vector;
    const { classes, values: sums } = this.sums;
    let total = 0;
    let square = 0;
    for (let at = 0; at < features.length; at += 1) {
      const place = (features[at] ?? 0) * classes + unit;
      const before = sums[place] ?? 0;
      const value = values[at] ?? 0;
      sums[place] = before + value;
      total += value;
      square += value * (2 * before + value);
    }
    this.rows[unit] = (this.rows[unit] ?? 0) + 1;
    this.totals[unit] = (this.totals[unit] ?? 0) + total;
    this.squares[unit] = (this.squares[unit] ?? 0) + square;
  }

  widen(): void {
    this.sums.widen();
    this.rows = longer(this.rows);
    this.totals = longer(this.totals);
    this.squares = longer(this.squares);
  }

  /** Cosine with the sum of each unit's tickets. */
  centroids(vector: Vector, into: Float64Array): void {
    into.fill(0);
    this.sums.multiply(vector, into);
    for (let k = 0; k < into.length; k += 1) into[k] = (into[k] ?? 0) / Math.sqrt(Math.max(1e-9, this.squares[k] ?? 0));
  }

  /** Naive Bayes over tf-idf weights: how much likelier each n-gram is with the unit than with all others together. */
  bayes(vector: Vector, features: number, into: Float64Array): void {
    const { classes, values: sums } = this.sums;
    const all = this.totals.reduce((sum, one) => sum + one, 0);
    into.fill(0);
    const own = Float64Array.from(this.totals, (total) => Math.log(total + smoothing * features));
    const others = Float64Array.from(this.totals, (total) => Math.log(all - total + smoothing * features));
    for (let at = 0; at < vector.features.length; at += 1) {
      const from = (vector.features[at] ?? 0) * classes;
      if (from + classes > sums.length) continue;
      const value = vector.values[at] ?? 0;
      let everywhere = smoothing;
      for (let k = 0; k < classes; k += 1) everywhere += sums[from + k] ?? 0;
      for (let k = 0; k < classes; k += 1) {
        const here = sums[from + k] ?? 0;
        const ratio = Math.log((here + smoothing) / Math.max(smoothing * 0.5, everywhere - here));
        into[k] = (into[k] ?? 0) + value * (ratio - (own[k] ?? 0) + (others[k] ?? 0));
      }
    }
  }
}

const smoothing = 0.05;

function longer(values: Float64Array): Float64Array {
  const wider = new Float64Array(values.length + 1);
  wider.set(values);
  return wider;
}
