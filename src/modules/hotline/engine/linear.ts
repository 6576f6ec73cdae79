import { FeatureMatrix } from './feature-matrix.ts';
import { shuffled } from './order.ts';
import type { Vector } from './vocabulary.ts';

/**
 * One straight line for each unit: its tickets on one side, all others on the other (squared hinge loss, dual coordinate
 * ascent). All units are trained in the same walk over the tickets. A ticket learnt later is one more coordinate of the
 * same problem, so that learning it is a step of the training and not an imitation of it.
 */
export interface LinearModel {
  weights: FeatureMatrix;
  bias: Float64Array;
}

export interface LinearOptions {
  /** What an error costs against the length of the weights. */
  cost: number;
  passes: number;
  seed: number;
}

export function trainLinear(
  vectors: readonly Vector[],
  labels: Int32Array,
  classes: number,
  features: number,
  { cost, passes, seed }: LinearOptions,
): LinearModel {
  const model: LinearModel = { weights: new FeatureMatrix(classes), bias: new Float64Array(classes) };
  model.weights.ensure(features);
  const alphas = new Float32Array(vectors.length * classes);
  const margins = new Float64Array(classes);
  for (let pass = 0; pass < passes; pass += 1) {
    let largest = 0;
    for (const row of shuffled(vectors.length, seed + pass)) {
      const vector = vectors[row];
      if (vector === undefined) continue;
      const own = alphas.subarray(row * classes, (row + 1) * classes);
      largest = Math.max(largest, step(model, vector, labels[row] ?? 0, own, margins, cost));
    }
    if (largest < tolerance) break;
  }
  return model;
}

/** The units' sides of the line for a text: beyond 1 it is surely theirs, below -1 surely not. */
export function marginsOf({ weights, bias }: LinearModel, vector: Vector, margins: Float64Array): void {
  margins.set(bias);
  weights.multiply(vector, margins);
}

/** A confirmed ticket. */
export function learnLinear(model: LinearModel, vector: Vector, unit: number, cost: number): void {
  const alphas = new Float32Array(model.weights.classes);
  const margins = new Float64Array(model.weights.classes);
  for (let pass = 0; pass < 4; pass += 1) step(model, vector, unit, alphas, margins, cost);
}

/** A returned ticket: it is not this unit's; about the others nothing is known. */
export function unlearnLinear(model: LinearModel, vector: Vector, unit: number, cost: number): void {
  const margins = new Float64Array(model.weights.classes);
  marginsOf(model, vector, margins);
  const square = squareOf(vector) + biasValue * biasValue;
  const excess = (margins[unit] ?? 0) + 1;
  if (excess <= 0) return;
  const alpha = excess / (square + 1 / (2 * cost));
  model.weights.add(vector, unit, -alpha);
  model.bias[unit] = (model.bias[unit] ?? 0) - alpha * biasValue * biasValue;
}

const tolerance = 0.05;
const biasValue = 0.5;

function step(
  model: LinearModel,
  vector: Vector,
  label: number,
  alphas: Float32Array,
  margins: Float64Array,
  cost: number,
): number {
  const { weights, bias } = model;
  const { classes, values: own } = weights;
  const { features, values } = vector;
  marginsOf(model, vector, margins);
  const diagonal = 1 / (2 * cost);
  const square = squareOf(vector) + biasValue * biasValue + diagonal;
  let largest = 0;
  let changed = 0;
  for (let k = 0; k < classes; k += 1) {
    const sign = k === label ? 1 : -1;
    const alpha = alphas[k] ?? 0;
    const gradient = sign * (margins[k] ?? 0) - 1 + alpha * diagonal;
    const next = Math.max(0, alpha - gradient / square);
    const change = next - alpha;
    margins[k] = 0;
    if (change === 0) continue;
    if (Math.abs(change) > largest) largest = Math.abs(change);
    alphas[k] = next;
    margins[k] = sign * change;
    bias[k] = (bias[k] ?? 0) + sign * change * biasValue * biasValue;
    changed += 1;
  }
  if (changed === 0) return 0;
  if (changed * 4 < classes) {
    for (let k = 0; k < classes; k += 1) {
      const change = margins[k] ?? 0;
      if (change !== 0) weights.add(vector, k, change);
    }
    return largest;
  }
  for (let at = 0; at < features.length; at += 1) {
    const from = (features[at] ?? 0) * classes;
    const value = values[at] ?? 0;
    for (let k = 0; k < classes; k += 1) own[from + k] = (own[from + k] ?? 0) + value * (margins[k] ?? 0);
  }
  return largest;
}

function squareOf({ values }: Vector): number {
  let square = 0;
  for (const value of values) square += value * value;
  return square;
}
