/** What the witnesses say about one text: for each of them one number for each unit. */
export type Signals = readonly Float64Array[];

/**
 * From several opinions one probability: softmax of their weighted sum. The few weights are fitted on tickets that none of
 * the opinions was formed on, by maximum likelihood, so the result is calibrated and a useless witness is not heard.
 */
export function probabilitiesOf(signals: Signals, weights: readonly number[], into: Float64Array): void {
  const classes = into.length;
  let highest = -Infinity;
  for (let k = 0; k < classes; k += 1) {
    let sum = 0;
    for (let one = 0; one < signals.length; one += 1) sum += (weights[one] ?? 0) * (signals[one]?.[k] ?? 0);
    into[k] = sum;
    if (sum > highest) highest = sum;
  }
  let all = 0;
  for (let k = 0; k < classes; k += 1) {
    const worth = Math.exp((into[k] ?? 0) - highest);
    into[k] = worth;
    all += worth;
  }
  for (let k = 0; k < classes; k += 1) into[k] = (into[k] ?? 0) / all;
}

/**
 * Newton's method on the log-likelihood with a light pull towards `start`; a weight that would turn negative is 0.
 * `labels` may hold -1 for a text whose unit has no other ticket: nothing can be learnt from it.
 */
export function fitBlend(rows: readonly Signals[], labels: readonly number[], start: readonly number[]): number[] {
  const count = start.length;
  const classes = rows[0]?.[0]?.length ?? 0;
  let weights = [...start];
  if (rows.length === 0 || classes < 2) return weights;
  const chance = new Float64Array(classes);
  for (let round = 0; round < 25; round += 1) {
    const gradient = new Float64Array(count);
    const hessian = Array.from({ length: count }, () => new Float64Array(count));
    rows.forEach((signals, row) => {
      const label = labels[row] ?? -1;
      if (label < 0) return;
      probabilitiesOf(signals, weights, chance);
      const mean = signals.map((signal) => {
        let sum = 0;
        for (let k = 0; k < classes; k += 1) sum += (chance[k] ?? 0) * (signal[k] ?? 0);
        return sum;
      });
      signals.forEach((signal, a) => {
        gradient[a] = (gradient[a] ?? 0) + (signal[label] ?? 0) - (mean[a] ?? 0);
        for (let b = 0; b <= a; b += 1) {
          const other = signals[b];
          let sum = 0;
          for (let k = 0; k < classes; k += 1) {
            sum += (chance[k] ?? 0) * ((signal[k] ?? 0) - (mean[a] ?? 0)) * ((other?.[k] ?? 0) - (mean[b] ?? 0));
          }
          const line = hessian[a];
          if (line !== undefined) line[b] = (line[b] ?? 0) + sum;
        }
      });
    });
    for (let a = 0; a < count; a += 1) {
      gradient[a] = (gradient[a] ?? 0) - pull * ((weights[a] ?? 0) - (start[a] ?? 0));
      for (let b = 0; b < a; b += 1) (hessian[b] ?? gradient)[a] = hessian[a]?.[b] ?? 0;
      const line = hessian[a];
      if (line !== undefined) line[a] = (line[a] ?? 0) + pull;
    }
    // A weight held at 0 by its bound takes no part in the step.
    const free = weights.map((weight, a) => weight > 0 || (gradient[a] ?? 0) > 0);
    const change = solve(hessian, gradient, free);
    const next = weights.map((weight, a) => Math.max(0, weight + Math.max(-2, Math.min(2, change[a] ?? 0))));
    const moved = Math.max(...next.map((weight, a) => Math.abs(weight - (weights[a] ?? 0))));
    weights = next;
    if (moved < 1e-5) break;
  }
  return weights;
}

const pull = 0.5;

/** Gauss with pivoting; unknowns that are not free are 0. */
function solve(matrix: readonly Float64Array[], right: Float64Array, free: readonly boolean[]): number[] {
  const size = right.length;
  const lines = matrix.map((line, a) =>
    Float64Array.from({ length: size + 1 }, (_, b) => {
      if (free[a] !== true) return b === a ? 1 : 0;
      return b === size ? (right[a] ?? 0) : free[b] === true ? (line[b] ?? 0) : 0;
    }),
  );
  for (let a = 0; a < size; a += 1) {
    let pivot = a;
    for (let b = a + 1; b < size; b += 1) {
      if (Math.abs(lines[b]?.[a] ?? 0) > Math.abs(lines[pivot]?.[a] ?? 0)) pivot = b;
    }
    const held = lines[a];
    const best = lines[pivot];
    if (held === undefined || best === undefined || Math.abs(best[a] ?? 0) < 1e-12) continue;
    lines[a] = best;
    lines[pivot] = held;
    lines.forEach((line, b) => {
      if (b === a) return;
      const factor = (line[a] ?? 0) / (best[a] ?? 1);
      if (factor === 0) return;
      for (let c = a; c <= size; c += 1) line[c] = (line[c] ?? 0) - factor * (best[c] ?? 0);
    });
  }
  return lines.map((line, a) => (Math.abs(line[a] ?? 0) < 1e-12 ? 0 : (line[size] ?? 0) / (line[a] ?? 1)));
}
