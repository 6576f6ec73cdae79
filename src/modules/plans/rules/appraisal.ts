/**
 * 考核: a table of points that anyone can compute again from the records. Points are kept in hundredths, so that the same
 * records give the same table byte for byte on every machine.
 */

/** The county's scheme, as data. `full` in points. */
export interface Scheme {
  id: string;
  period: string;
  name: string;
  /** What a co-department gets of a measure's points when its lead gets all, 0–1. */
  supporterShare: number;
  items: readonly SchemeItem[];
}

export type SchemeItem =
  /** Full marks less so much a miss, never below zero: “每少一次扣0.5分，扣完为止”. */
  | { id: string; name: string; kind: 'deduction'; full: number; fact: string; perMiss: number; basis: string }
  /** How far the measures of the unit have come: the mean attainment, leading ones counting whole, others their share. */
  | { id: string; name: string; kind: 'attainment'; full: number; basis: string }
  /** Points for what was achieved beyond duty, up to a cap. */
  | { id: string; name: string; kind: 'bonus'; cap: number; fact: string; perFact: number; basis: string };

/** Something that happened or failed to happen, with the record that proves it. */
export interface Fact {
  id: string;
  kind: string;
  unitId: string;
  /** How often it counts: three missing notes are one fact of three. */
  count: number;
  words: string;
  link: string;
}

/** How far one measure came, as its indicators or its accepted reports say. */
export interface MeasureResult {
  measureId: string;
  measureNo: number;
  unitId: string;
  role: 'lead' | 'supporter';
  /** 0–1; null: cannot be judged yet, and then it counts for nobody. */
  attainment: number | null;
  words: string;
  link: string;
}

/** A decided appeal: the fact it was about counts no more for this unit. */
export interface UpheldAppeal {
  factId: string;
  unitId: string;
  decision: string;
}

export interface Records {
  units: readonly string[];
  facts: readonly Fact[];
  results: readonly MeasureResult[];
  upheld: readonly UpheldAppeal[];
}

export interface Score {
  unitId: string;
  total: number;
  /** 1 for the best; equal totals share a rank. */
  rank: number;
  items: readonly ItemScore[];
}

export interface ItemScore {
  itemId: string;
  /** Null when nothing could be judged: the item is then left out of the unit's full marks. */
  points: number | null;
  full: number;
  entries: readonly ScoreEntry[];
}

/** One line of the reckoning, linked to its evidence. */
export interface ScoreEntry {
  evidence: string;
  points: number;
  words: string;
  link: string;
}

/**
 * The table, best first. The order of records does not matter, the same fact twice counts once, and a unit whose items
 * could not all be judged is scored on those that could: its total is scaled to the full marks of the scheme.
 */
export function appraise(scheme: Scheme, records: Records): Score[] {
  const facts = unique(records.facts);
  const upheld = new Set(records.upheld.map((one) => `${one.factId}|${one.unitId}`));
  const byUnit = groupBy(
    facts.filter((fact) => !upheld.has(`${fact.id}|${fact.unitId}`)),
    (fact) => fact.unitId,
  );
  const resultsByUnit = groupBy(records.results, (result) => result.unitId);
  const scores = [...new Set(records.units)].sort(order).map((unitId) => {
    const items = scheme.items.map((item) =>
      scoreItem(item, scheme, byUnit.get(unitId) ?? [], resultsByUnit.get(unitId) ?? []),
    );
    return { unitId, total: totalOf(scheme, items), items };
  });
  scores.sort((a, b) => b.total - a.total || order(a.unitId, b.unitId));
  return scores.map((score) => ({
    unitId: score.unitId,
    total: score.total,
    rank: 1 + scores.filter((other) => other.total > score.total).length,
    items: score.items,
  }));
}

function scoreItem(
  item: SchemeItem,
  scheme: Scheme,
  facts: readonly Fact[],
  results: readonly MeasureResult[],
): ItemScore {
  switch (item.kind) {
    case 'deduction': {
      const entries = facts
        .filter((fact) => fact.kind === item.fact)
        .map((fact) => entryOf(fact, -hundredths(item.perMiss) * fact.count));
      const lost = entries.reduce((sum, one) => sum + one.points, 0);
      return scored(item.id, Math.max(0, hundredths(item.full) + lost), hundredths(item.full), entries);
    }
    case 'bonus': {
      const entries = facts
        .filter((fact) => fact.kind === item.fact)
        .map((fact) => entryOf(fact, hundredths(item.perFact) * fact.count));
      const won = entries.reduce((sum, one) => sum + one.points, 0);
      return scored(item.id, Math.min(hundredths(item.cap), won), 0, entries);
    }
    case 'attainment':
      return scoreAttainment(item.id, hundredths(item.full), scheme.supporterShare, results);
  }
}

/** The mean over the measures of a unit, each weighing 1 where it leads and its share where it supports. */
function scoreAttainment(
  itemId: string,
  full: number,
  supporterShare: number,
  results: readonly MeasureResult[],
): ItemScore {
  const judged = [...results]
    .sort((a, b) => a.measureNo - b.measureNo || order(a.role, b.role) || order(a.measureId, b.measureId))
    .flatMap((result) =>
      result.attainment === null
        ? []
        : [{ result, attainment: result.attainment, weight: result.role === 'lead' ? 1 : supporterShare }],
    );
  const weights = judged.reduce((sum, one) => sum + one.weight, 0);
  if (weights === 0) return { itemId, points: null, full, entries: [] };
  const mean = judged.reduce((sum, one) => sum + one.attainment * one.weight, 0) / weights;
  const entries = judged.map(({ result, attainment, weight }) => ({
    evidence: `measure:${result.measureId}`,
    points: Math.round((full * attainment * weight) / weights),
    words: result.words,
    link: result.link,
  }));
  return { itemId, points: Math.round(full * mean), full, entries };
}

function scored(itemId: string, points: number, full: number, entries: readonly ScoreEntry[]): ItemScore {
  return { itemId, points, full, entries };
}

function entryOf(fact: Fact, points: number): ScoreEntry {
  return { evidence: fact.id, points, words: fact.words, link: fact.link };
}

function totalOf(scheme: Scheme, items: readonly ItemScore[]): number {
  const full = scheme.items.reduce((sum, item) => sum + (item.kind === 'bonus' ? 0 : hundredths(item.full)), 0);
  const bonuses = new Set(scheme.items.filter((item) => item.kind === 'bonus').map((item) => item.id));
  const ordinary = items.filter((item) => !bonuses.has(item.itemId) && item.points !== null);
  const reachable = ordinary.reduce((sum, item) => sum + item.full, 0);
  const reached = ordinary.reduce((sum, item) => sum + (item.points ?? 0), 0);
  const bonus = items.filter((item) => bonuses.has(item.itemId)).reduce((sum, item) => sum + (item.points ?? 0), 0);
  return (reachable === 0 ? 0 : Math.round((reached * full) / reachable)) + bonus;
}

/** 0.1 + 0.2 is 0.3 here. */
function hundredths(points: number): number {
  return Math.round(points * 100);
}

/** “97.50”, for tables and files. */
export function pointsText(points: number): string {
  const cents = String(Math.abs(points) % 100).padStart(2, '0');
  return `${points < 0 ? '-' : ''}${Math.floor(Math.abs(points) / 100)}.${cents}`;
}

function unique(facts: readonly Fact[]): Fact[] {
  const seen = new Map(facts.map((fact) => [`${fact.id}|${fact.unitId}`, fact]));
  return [...seen.values()].sort((a, b) => order(a.kind, b.kind) || order(a.id, b.id));
}

function groupBy<T>(all: readonly T[], keyOf: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const group = groups.get(keyOf(one));
    if (group === undefined) groups.set(keyOf(one), [one]);
    else group.push(one);
  }
  return groups;
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
