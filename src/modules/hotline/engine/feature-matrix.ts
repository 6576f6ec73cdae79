import type { Vector } from './vocabulary.ts';

/** One weight for each n-gram and unit; the units of an n-gram lie side by side, since they are always wanted together. */
export class FeatureMatrix {
  classes: number;
  values: Float32Array;

  constructor(classes: number, values: Float32Array = new Float32Array(0)) {
    this.classes = classes;
    this.values = values;
  }

  /** Room for so many n-grams. */
  ensure(features: number): void {
    if (features * this.classes <= this.values.length) return;
    const wider = new Float32Array(Math.max(features, Math.ceil(features * 1.2)) * this.classes);
    wider.set(this.values);
    this.values = wider;
  }

  /** A unit more. */
  widen(): void {
    const { classes, values } = this;
    const features = classes === 0 ? 0 : Math.ceil(values.length / classes);
    const wider = new Float32Array(features * (classes + 1));
    for (let feature = 0; feature < features; feature += 1) {
      wider.set(values.subarray(feature * classes, (feature + 1) * classes), feature * (classes + 1));
    }
    this.classes += 1;
    this.values = wider;
  }

  /** Adds the product with a vector to `sums`. */
  multiply({ features, values }: Vector, sums: Float64Array): void {
    const { classes, values: own } = this;
    for (let at = 0; at < features.length; at += 1) {
      const from = (features[at] ?? 0) * classes;
      if (from + classes > own.length) continue;
      const value = values[at] ?? 0;
      for (let k = 0; k < classes; k += 1) sums[k] = (sums[k] ?? 0) + value * (own[from + k] ?? 0);
    }
  }

  add({ features, values }: Vector, unit: number, step: number): void {
    const { classes, values: own } = this;
    for (let at = 0; at < features.length; at += 1) {
      const place = (features[at] ?? 0) * classes + unit;
      own[place] = (own[place] ?? 0) + step * (values[at] ?? 0);
    }
  }
}
