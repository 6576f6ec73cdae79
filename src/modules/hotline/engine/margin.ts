/**
 * From which probability on a ticket may be dispatched without a person: the lowest at which the share of right ones among
 * held-out tickets is at least `precision` by the lower end of Wilson's interval (one-sided, 95 %), not by luck.
 */
export interface Margin {
  /** Null: at no probability can the precision be shown. */
  least: number | null;
  /** Of the held-out tickets: how many would have gone, and how many of those were right. */
  dispatched: number;
  right: number;
  rows: number;
}

export function marginFor(
  outcomes: readonly { probability: number; right: boolean }[],
  precision: number,
  leastRows: number,
): Margin {
  const margin: Margin = { least: null, dispatched: 0, right: 0, rows: outcomes.length };
  if (outcomes.length < leastRows) return margin;
  const sorted = [...outcomes].sort((a, b) => b.probability - a.probability);
  let right = 0;
  sorted.forEach((outcome, at) => {
    if (outcome.right) right += 1;
    // Equal probabilities go together or not at all.
    if (sorted[at + 1]?.probability === outcome.probability) return;
    if (lowerBound(right, at + 1) < precision) return;
    margin.least = outcome.probability;
    margin.dispatched = at + 1;
    margin.right = right;
  });
  return margin;
}

/** Wilson's lower bound for a share. */
export function lowerBound(right: number, of: number): number {
  if (of === 0) return 0;
  const z = 1.645;
  const share = right / of;
  const centre = share + (z * z) / (2 * of);
  const spread = z * Math.sqrt((share * (1 - share)) / of + (z * z) / (4 * of * of));
  return (centre - spread) / (1 + (z * z) / of);
}
