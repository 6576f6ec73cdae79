import type { HotlineSettings } from './definition.ts';

/** 三率: response, solution, satisfaction; with what they were divided by and what was left out, and why. */

/** One ticket as the rates see it. */
export interface Rated {
  unitId: string | null;
  class: string;
  status: string;
  dispatched: boolean;
  /** Signed and contacted within the county's hours of the first dispatch. */
  respondedInTime: boolean;
  /** The hours have not run out yet. */
  responsePending: boolean;
  /** The last call-back that reached the person; null without one. */
  call: { solved: boolean; satisfaction: number } | null;
  excluded: string | null;
  late: boolean;
  returns: number;
  reopens: number;
}

export interface Rate {
  /** Per cent; null when there was nothing to divide by: shown as “—”. */
  value: number | null;
  numerator: number;
  denominator: number;
}

export interface Rates {
  response: Rate;
  solution: Rate;
  satisfaction: Rate;
  /** Weighted; null while one of the three is. */
  score: number | null;
  total: number;
  assessable: number;
  excluded: { why: string; count: number }[];
  late: number;
  returns: number;
  reopened: number;
}

export function ratesOf(tickets: readonly Rated[], weights: HotlineSettings['rates']): Rates {
  const reasons = new Map<string, number>();
  const counted = tickets.filter((ticket) => {
    const why = leftOut(ticket);
    if (why !== null) reasons.set(why, (reasons.get(why) ?? 0) + 1);
    return why === null;
  });
  const answerable = counted.filter(({ responsePending }) => !responsePending);
  const called = counted.flatMap(({ call }) => (call === null ? [] : [call]));
  const response = rate(answerable.filter(({ respondedInTime }) => respondedInTime).length, answerable.length);
  const solution = rate(called.filter(({ solved }) => solved).length, called.length);
  const satisfaction = rate(called.filter((one) => one.satisfaction >= 3).length, called.length);
  return {
    response,
    solution,
    satisfaction,
    score: scoreOf(response, solution, satisfaction, weights),
    total: tickets.length,
    assessable: counted.length,
    excluded: [...reasons].map(([why, count]) => ({ why, count })).sort((a, b) => b.count - a.count),
    late: counted.filter(({ late }) => late).length,
    returns: tickets.reduce((sum, { returns }) => sum + returns, 0),
    reopened: counted.filter(({ reopens }) => reopens > 0).length,
  };
}

function leftOut(ticket: Rated): string | null {
  if (ticket.excluded !== null) return ticket.excluded;
  return ticket.dispatched ? null : '还没有派单';
}

function rate(numerator: number, denominator: number): Rate {
  return { value: denominator === 0 ? null : (numerator / denominator) * 100, numerator, denominator };
}

function scoreOf(response: Rate, solution: Rate, satisfaction: Rate, weights: HotlineSettings['rates']): number | null {
  if (response.value === null || solution.value === null || satisfaction.value === null) return null;
  return (
    response.value * weights.response.value +
    solution.value * weights.solution.value +
    satisfaction.value * weights.satisfaction.value
  );
}

/** Best first; units without a score have no rank, and equals share one. */
export function ranked<T extends { score: number | null }>(rows: readonly T[]): (T & { rank: number | null })[] {
  const sorted = [...rows].sort((a, b) => (b.score ?? -1) - (a.score ?? -1));
  return sorted.map((row) => ({
    ...row,
    rank:
      row.score === null ? null : 1 + sorted.filter(({ score }) => score !== null && score > (row.score ?? 0)).length,
  }));
}

export function rateText({ value }: Rate): string {
  return value === null ? '—' : `${(Math.round(value * 10) / 10).toString()}%`;
}
