import type { Signals } from './blend.ts';
import { Evidence } from './evidence.ts';
import { learnLinear, marginsOf, trainLinear, unlearnLinear, type LinearModel } from './linear.ts';
import { Neighbours, votesOf, type Neighbour } from './neighbours.ts';
import type { Vector } from './vocabulary.ts';

/** A ticket as the model sees it. */
export interface Case {
  id: string;
  vector: Vector;
  unit: number;
}

/** The four opinions about a text that are formed on past tickets; each of them errs in its own way. */
export class Witnesses {
  readonly linear: LinearModel;
  readonly evidence: Evidence;
  readonly neighbours: Neighbours;

  constructor(linear: LinearModel, evidence: Evidence, neighbours: Neighbours) {
    this.linear = linear;
    this.evidence = evidence;
    this.neighbours = neighbours;
  }

  static of(
    cases: readonly Case[],
    classes: number,
    features: number,
    options: { passes: number; seed: number },
  ): Witnesses {
    const vectors = cases.map(({ vector }) => vector);
    const labels = Int32Array.from(cases, ({ unit }) => unit);
    const linear = trainLinear(vectors, labels, classes, features, { cost, ...options });
    const evidence = new Evidence(classes);
    evidence.sums.ensure(features);
    const neighbours = new Neighbours();
    for (const { id, vector, unit } of cases) {
      evidence.learn(vector, unit);
      neighbours.add(id, unit, vector);
    }
    neighbours.settle();
    return new Witnesses(linear, evidence, neighbours);
  }

  /** One signal for each witness, in the order of `witnessStart`; the nearest tickets are of use to the caller too. */
  hear(vector: Vector, features: number): { signals: Signals; nearest: Neighbour[] } {
    const classes = this.evidence.rows.length;
    const [linear, bayes, centroid, votes, prior] = Array.from({ length: 5 }, () => new Float64Array(classes)) as [
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
    ];
    marginsOf(this.linear, vector, linear);
    this.evidence.bayes(vector, features, bayes);
    this.evidence.centroids(vector, centroid);
    const nearest = this.neighbours.near(vector, neighbourCount);
    votesOf(nearest, votes);
    const all = this.evidence.rows.reduce((sum, one) => sum + one, 0);
    for (let k = 0; k < classes; k += 1) {
      votes[k] = Math.log(0.02 + (votes[k] ?? 0));
      prior[k] = Math.log((this.evidence.rows[k] ?? 0) + 0.5) - Math.log(all + 0.5 * classes);
    }
    return { signals: [linear, bayes, centroid, votes, prior], nearest };
  }

  learn({ id, vector, unit }: Case, features: number): void {
    this.linear.weights.ensure(features);
    this.evidence.sums.ensure(features);
    learnLinear(this.linear, vector, unit, cost);
    this.evidence.learn(vector, unit);
    this.neighbours.add(id, unit, vector);
  }

  unlearn({ id, vector, unit }: Case, features: number): void {
    this.linear.weights.ensure(features);
    unlearnLinear(this.linear, vector, unit, cost);
    this.neighbours.add(id, -unit - 1, vector);
  }

  widen(): void {
    this.linear.weights.widen();
    const bias = new Float64Array(this.linear.bias.length + 1).fill(-0.5);
    bias.set(this.linear.bias);
    this.linear.bias = bias;
    this.evidence.widen();
  }
}

/** Where the fit of the weights begins, and what is used before there is anything to fit: linear, Bayes, centroid, votes, prior. */
export const witnessStart: readonly number[] = [2, 0.3, 2, 0.5, 0.1];

const cost = 0.6;
const neighbourCount = 24;
