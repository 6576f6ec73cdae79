import type { OutputOf } from '../../src/kernel/endpoint.ts';
import type { reviewDocument } from '../../src/modules/plans/contract-review.ts';
import {
  levelNames,
  levelOf,
  looksOf,
  needsLook,
  numbersTwice,
  type Level,
  type Look,
} from '../../src/modules/plans/rules/look.ts';

/** Rows of a document under review: what is seen of them, how they are found, and what a command changed. Pure. */

export type ReviewView = OutputOf<typeof reviewDocument>;
export type ReviewRow = ReviewView['rows'][number];
export interface Span {
  start: number;
  end: number;
}

export interface SeenRow {
  row: ReviewRow;
  looks: Look[];
  level: Level;
  /** Somebody still has to look at it. */
  isOpen: boolean;
}

export const documentStateNames = { review: '核对中', entered: '已入台账', dropped: '放到一边' } as const;
export const rowStateNames = { proposed: '待核对', confirmed: '已确认', dropped: '不要' } as const;
export const weightNames = { stop: '要改', look: '要看', note: '说明' } as const;
export const levelTags: Readonly<Record<Level, string>> = {
  typed: 'tag-info',
  sure: 'tag-good',
  fair: 'tag-warn',
  weak: 'tag-bad',
};

/** “把握大 96%”, never a whole hundred; what somebody typed has no percentage. */
export function levelText({ confidence, flags }: Pick<ReviewRow, 'confidence' | 'flags'>): string {
  const level = levelOf(confidence, flags);
  return level === 'typed' ? levelNames.typed : `${levelNames[level]} ${Math.min(99, Math.floor(confidence * 100))}%`;
}

/** A row that did not change gives the very same answer, so that only what changed is drawn anew. */
export function rowViewer(): (rows: readonly ReviewRow[]) => SeenRow[] {
  const known = new WeakMap<ReviewRow, { isTwice: boolean; seen: SeenRow }>();
  return (rows) => {
    const twice = numbersTwice(rows);
    return rows.map((row) => {
      const isTwice = twice.has(`${row.kind} ${row.no}`);
      const before = known.get(row);
      if (before?.isTwice === isTwice) return before.seen;
      const named = (list: ReviewRow['leads']) =>
        list.map(({ name, span, unit }) => ({ name, span, known: unit !== null }));
      const looks = looksOf(
        { ...row, span: row.text.span, leads: named(row.leads), supporters: named(row.supporters) },
        row.state === 'dropped' ? new Set() : twice,
      );
      const seen = { row, looks, level: levelOf(row.confidence, row.flags), isOpen: needsLook(row.state, looks) };
      known.set(row, { isTwice, seen });
      return seen;
    });
  };
}

export const showings = {
  all: '全部',
  look: '只看要看的',
  proposed: '还没决定的',
  confirmed: '已确认的',
  dropped: '去掉的',
} as const;
export type Showing = keyof typeof showings;

export function filterRows(rows: readonly SeenRow[], show: Showing, text: string): SeenRow[] {
  const wanted = text.trim();
  return rows.filter(({ row, isOpen }) => {
    if (show === 'all' ? row.state === 'dropped' : show === 'look' ? !isOpen : row.state !== show) return false;
    if (wanted === '') return true;
    const names = [...row.leads, ...row.supporters, ...row.collectives].map(({ name }) => name);
    return [row.no, row.title.value, row.text.value, ...names].some((one) => one.includes(wanted));
  });
}

export function countRows(rows: readonly SeenRow[]) {
  const kept = rows.filter(({ row }) => row.state !== 'dropped');
  const confirmed = kept.filter(({ row }) => row.state === 'confirmed').length;
  return {
    kept: kept.length,
    confirmed,
    undecided: kept.length - confirmed,
    toLook: kept.filter(({ isOpen }) => isOpen).length,
    dropped: rows.length - kept.length,
  };
}

/** The row after or before; from nowhere the first or the last; at the end it stays. */
export function neighbour(rows: readonly SeenRow[], id: string, by: 1 | -1): SeenRow | undefined {
  const at = rows.findIndex(({ row }) => row.id === id);
  if (at < 0) return by > 0 ? rows[0] : rows.at(-1);
  return rows[Math.min(Math.max(at + by, 0), rows.length - 1)];
}

/** Where the eyes go after a decision: on to the next undecided row, else back to the first. */
export function nextUndecided(rows: readonly SeenRow[], id: string): SeenRow | undefined {
  const at = rows.findIndex(({ row }) => row.id === id);
  const rest = [...rows.slice(at + 1), ...rows.slice(0, Math.max(at, 0))];
  return rest.find(({ row }) => row.state === 'proposed');
}

/** The row behind that a merge would take in: the next kept one of the same kind. */
export function mergeable(rows: readonly SeenRow[], { row }: SeenRow): SeenRow | undefined {
  const kept = rows.filter((one) => one.row.state !== 'dropped' && one.row.kind === row.kind);
  return kept[kept.findIndex((one) => one.row.id === row.id) + 1];
}

/** What confirming in bulk would take and what it would leave, with the reason. */
export function bulkChoice(rows: readonly SeenRow[], least: number, alsoOpen: boolean) {
  const undecided = rows.filter(({ row }) => row.state === 'proposed');
  const blocked = undecided.filter(({ looks }) => looks.some(({ weight }) => weight === 'stop'));
  const free = undecided.filter((one) => !blocked.includes(one));
  const unsure = free.filter(({ row }) => row.confidence < least);
  const open = alsoOpen ? [] : free.filter((one) => one.isOpen && !unsure.includes(one));
  const taken = free.filter((one) => !unsure.includes(one) && !open.includes(one));
  return { ids: taken.map(({ row }) => row.id), blocked: blocked.length, unsure: unsure.length, open: open.length };
}

/** What entering the ledger will do, said before anybody presses the button. */
export function forecastOf(rows: readonly SeenRow[]) {
  const kept = rows.filter(({ row }) => row.state !== 'dropped');
  const entering = kept.filter(({ row }) => row.state === 'confirmed');
  return {
    measures: entering.filter(({ row }) => row.kind === 'measure').length,
    subItems: entering.filter(({ row }) => row.kind === 'subItem').length,
    undecided: kept.length - entering.length,
    stopped: entering.filter(({ looks }) => looks.some(({ weight }) => weight === 'stop')),
    dropped: rows.filter(({ row }) => row.state === 'dropped'),
    withoutLead: entering.filter(({ row }) => row.leads.length === 0),
    withoutDeadline: entering.filter(({ row }) => row.deadline.value === null).length,
    namesOnly: entering.flatMap(({ row }) => {
      const names = row.supporters.filter(({ unit }) => unit === null).map(({ name }) => name);
      return names.length === 0 ? [] : [{ no: row.no, names }];
    }),
  };
}

/** The year a document is for: in its title, else the year it was issued, else this year. */
export function yearOf(document: { title: string; issuedOn: string | null }, thisYear: number): number {
  const written = /(20\d\d)\s*年/.exec(document.title)?.[1] ?? document.issuedOn?.slice(0, 4);
  return written === undefined ? thisYear : Number(written);
}

/** Places in the source at which a row can be parted: where its sentences begin; commas where there is but one sentence. */
export function splitPlaces(source: string, span: Span): { at: number; words: string }[] {
  const cut = (ends: RegExp) => {
    const places: { at: number; words: string }[] = [];
    let from = span.start;
    for (const piece of source.slice(span.start, span.end).match(ends) ?? []) {
      const at = from + piece.length - piece.trimStart().length;
      from += piece.length;
      // A closing bracket or mark alone belongs to what stands before it.
      if (/[\p{L}\p{N}]/u.test(piece)) places.push({ at, words: piece.trim() });
    }
    return places;
  };
  const sentences = cut(/[^。；;！\n]*[。；;！\n]|[^。；;！\n]+$/g);
  return sentences.length > 1 ? sentences : cut(/[^，、：,]*[，、：,]|[^，、：,]+$/g);
}

/** The view after rows were decided; those refused stay as they were. */
export function afterDecision(
  view: ReviewView,
  ids: readonly string[],
  state: ReviewRow['state'],
  who: string,
): ReviewView {
  const changed = new Set(ids);
  return {
    ...view,
    rows: view.rows.map((row) =>
      changed.has(row.id) && row.state !== state ? { ...row, state, version: row.version + 1, changedBy: who } : row,
    ),
  };
}

/** The view after a row was edited or parted: the first takes the place it had, another stands right behind it. */
export function afterChange(view: ReviewView, changed: readonly ReviewRow[]): ReviewView {
  const [first, ...others] = changed;
  return { ...view, rows: view.rows.flatMap((row) => (row.id === first?.id ? [first, ...others] : [row])) };
}

export function afterMerge(view: ReviewView, merged: ReviewRow, otherId: string, who: string): ReviewView {
  return afterDecision(afterChange(view, [merged]), [otherId], 'dropped', who);
}

/** Whether the directory has a unit of that name, as far as a browser can tell before the platform does. */
export function isListed(
  name: string,
  units: readonly { name: string; fullName: string; aliases: readonly string[]; hungNames: readonly string[] }[],
): boolean {
  const wanted = name.trim();
  return units.some((unit) => [unit.name, unit.fullName, ...unit.aliases, ...unit.hungNames].includes(wanted));
}

/** A change on last year is kept as a fraction and written as a percentage: −0.08 ↔ −8. */
export function writtenValue(comparator: string, value: number | null): string {
  if (value === null) return '';
  return String(comparator.startsWith('change') ? Number((value * 100).toFixed(6)) : value);
}

/** Empty is no figure; undefined is none that can be read. */
export function readValue(comparator: string, written: string): number | null | undefined {
  const text = written.trim().replace('−', '-').replace(/%$/, '');
  if (text === '') return null;
  const value = Number(text);
  if (!Number.isFinite(value)) return undefined;
  return comparator.startsWith('change') ? Number((value / 100).toFixed(8)) : value;
}
