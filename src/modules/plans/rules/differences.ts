import { shiftYears } from './years.ts';

/** Two ledgers side by side: what is new, what went, what changed. Pure. */

export interface ComparedMeasure {
  kind: 'measure' | 'subItem';
  no: string;
  title: string;
  leads: readonly string[];
  supporters: readonly string[];
  deadline: string;
  targets: readonly string[];
}

export interface Differences {
  added: { no: string; title: string }[];
  removed: { no: string; title: string }[];
  changed: { no: string; title: string; changes: { what: string; from: string; to: string }[] }[];
}

/** @param years how many years lie between the two: a date that only moved along is no change. */
export function differences(
  from: readonly ComparedMeasure[],
  to: readonly ComparedMeasure[],
  years: number,
): Differences {
  const pairs = pair(from, to);
  const matched = new Set(pairs.map(([before]) => before));
  const name = ({ no, title }: ComparedMeasure) => ({ no, title });
  const changed = to.flatMap((after) => {
    const before = pairs.find(([, one]) => one === after)?.[0];
    if (before === undefined) return [];
    const changes = changesOf(before, after, years);
    return changes.length === 0 ? [] : [{ ...name(after), changes }];
  });
  return {
    added: to.filter((one) => !pairs.some(([, after]) => after === one)).map(name),
    removed: from.filter((one) => !matched.has(one)).map(name),
    changed,
  };
}

export interface Named {
  kind: 'measure' | 'subItem';
  no: string;
  title: string;
}

/** The same number with a title that is alike; of the rest, those whose titles are most alike. A number alone proves nothing. */
export function pair<A extends Named, B extends Named>(from: readonly A[], to: readonly B[]): [A, B][] {
  const pairs: [A, B][] = [];
  const left = new Set(from);
  const right = new Set(to);
  const join = (before: A, after: B) => {
    pairs.push([before, after]);
    left.delete(before);
    right.delete(after);
  };
  for (const before of from) {
    const after = to.find((one) => one.kind === before.kind && one.no === before.no);
    if (after !== undefined && likeness(before.title, after.title) >= 0.4) join(before, after);
  }
  const candidates = [...left]
    .flatMap((before) =>
      [...right]
        .filter((after) => after.kind === before.kind)
        .map((after) => ({ before, after, score: likeness(before.title, after.title) })),
    )
    .filter((one) => one.score >= 0.6)
    .sort((a, b) => b.score - a.score);
  for (const { before, after } of candidates) if (left.has(before) && right.has(after)) join(before, after);
  return pairs;
}

function changesOf(before: ComparedMeasure, after: ComparedMeasure, years: number) {
  const shown = (list: readonly string[]) => [...list].sort().join('、') || '（无）';
  const all = [
    { what: '编号', from: before.no, to: after.no },
    { what: '标题', from: before.title, to: after.title },
    { what: '牵头', from: shown(before.leads), to: shown(after.leads) },
    { what: '配合', from: shown(before.supporters), to: shown(after.supporters) },
    { what: '目标', from: shown(before.targets), to: shown(after.targets) },
    ...(shiftYears(before.deadline, years) === after.deadline
      ? []
      : [{ what: '期限', from: before.deadline, to: after.deadline }]),
  ];
  return all.filter((one) => one.from !== one.to);
}

/** From 0 to 1: shared pairs of neighbouring characters (Dice). */
export function likeness(a: string, b: string): number {
  const [first, second] = [neighbours(a), neighbours(b)];
  if (first.length + second.length === 0) return plain(a) === plain(b) ? 1 : 0;
  const rest = [...second];
  let shared = 0;
  for (const one of first) {
    const index = rest.indexOf(one);
    if (index < 0) continue;
    rest.splice(index, 1);
    shared += 1;
  }
  return (2 * shared) / (first.length + second.length);
}

function neighbours(text: string): string[] {
  const signs = plain(text);
  return Array.from({ length: Math.max(0, signs.length - 1) }, (_, index) => signs.slice(index, index + 2));
}

export function plain(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N}]/gu, '');
}
