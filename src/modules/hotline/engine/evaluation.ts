import type { DispatchModel, DispatchRow, SuggestRequest } from './dispatch-model.ts';

export interface DispatchEvaluation {
  rows: number;
  top1: number;
  top3: number;
  /** Share that would have gone without a person, and how often that was right; null when none would. */
  automaticShare: number;
  automaticPrecision: number | null;
  /** Units that no training row has: their rows can only be missed. */
  unseen: Record<string, number>;
}

/** How the model does on rows whose unit is known. */
export function evaluateDispatch(
  model: DispatchModel,
  rows: readonly DispatchRow[],
  request: SuggestRequest = {},
): DispatchEvaluation {
  const known = new Set(model.departments);
  const unseen: Record<string, number> = {};
  let first = 0;
  let amongThree = 0;
  let automatic = 0;
  let automaticRight = 0;
  for (const { text, department } of rows) {
    if (!known.has(department)) unseen[department] = (unseen[department] ?? 0) + 1;
    const suggestion = model.suggest(text, { ...request, top: 3 });
    const place = suggestion.suggestions.findIndex((one) => one.department === department);
    if (place === 0) first += 1;
    if (place >= 0) amongThree += 1;
    if (!suggestion.automatic) continue;
    automatic += 1;
    if (place === 0) automaticRight += 1;
  }
  return {
    rows: rows.length,
    top1: rows.length === 0 ? 0 : first / rows.length,
    top3: rows.length === 0 ? 0 : amongThree / rows.length,
    automaticShare: rows.length === 0 ? 0 : automatic / rows.length,
    automaticPrecision: automatic === 0 ? null : automaticRight / automatic,
    unseen,
  };
}

export interface KnowledgeEvaluation {
  queries: number;
  mrr: number;
  hit1: number;
  hit3: number;
  hit10: number;
}

/** Ranks (1 = first, null = not among those found) to the usual figures. */
export function evaluateKnowledge(ranks: readonly (number | null)[]): KnowledgeEvaluation {
  const count = Math.max(1, ranks.length);
  const within = (most: number): number => ranks.filter((rank) => rank !== null && rank <= most).length / count;
  const reciprocal = ranks.reduce((sum: number, rank) => sum + (rank === null ? 0 : 1 / rank), 0);
  return { queries: ranks.length, mrr: reciprocal / count, hit1: within(1), hit3: within(3), hit10: within(10) };
}
