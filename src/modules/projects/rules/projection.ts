import { dueOf, parseTerm } from '../../../calendar/index.ts';
import { nextWorking, workingDayAt, rankOf } from '../../../calendar/calendar.ts';
import { clockFrom, dayOf, ledgerOf, localDay, type LaidItem, type Yard } from './spans.ts';

/**
 * When an item will end if everyone keeps what was promised. `never`: past its promised day, so no day can be believed.
 * Null: not in the government's hands and nothing known that would bring it there.
 */
export interface Projection {
  end: number | 'never' | null;
  /** Day on which its clock begins, for an item that is not accepted yet. */
  startDay: number | null;
}

export interface ProjectionChoice {
  preReviewedSameDay: boolean;
}

/** By case id. */
export function projectAll(
  items: readonly LaidItem[],
  today: number,
  yard: Yard,
  choice: ProjectionChoice,
): ReadonlyMap<string, Projection> {
  const byId = new Map(items.map((laid) => [laid.item.caseId, laid]));
  const known = new Map<string, Projection>();
  const open = new Set<string>();
  const unknown: Projection = { end: null, startDay: null };

  const project = (laid: LaidItem): Projection => {
    const { caseId } = laid.item;
    const before = known.get(caseId);
    if (before !== undefined) return before;
    // Items that wait for each other will never start.
    if (open.has(caseId)) return unknown;
    open.add(caseId);
    const projection = judge(laid);
    open.delete(caseId);
    known.set(caseId, projection);
    return projection;
  };

  const judge = (laid: LaidItem): Projection => {
    const { item } = laid;
    if (item.concludedAt !== null) return { end: laid.endDay, startDay: null };
    if (item.acceptedAt !== null) {
      const due = promisedEnd(laid, item.acceptedAt, yard);
      return { end: due < today ? 'never' : due, startDay: null };
    }
    if (item.status === 'correcting') return unknown;
    if (item.status !== 'waiting') return startingOn(laid, today);
    const start = startOfWaiting(item.waitsFor);
    if (start === null) return unknown;
    if (item.preReviewedAt !== null && choice.preReviewedSameDay) {
      return { end: nextWorking(yard.calendar, start), startDay: start };
    }
    return startingOn(laid, start);
  };

  /** A predecessor that was refused, that is late or that is not of this project tells no day. */
  const startOfWaiting = (waitsFor: readonly string[]): number | null => {
    let start = today;
    for (const id of waitsFor) {
      const predecessor = byId.get(id);
      if (predecessor === undefined) return null;
      const { outcome } = predecessor.item;
      if (outcome !== null && outcome !== 'granted') return null;
      const { end } = project(predecessor);
      if (typeof end !== 'number') return null;
      start = Math.max(start, end);
    }
    return start;
  };

  const startingOn = (laid: LaidItem, startDay: number): Projection => ({
    end: termEnd(laid, localDay(startDay), yard, false),
    startDay,
  });

  for (const laid of items) project(laid);
  return known;
}

/**
 * The items as they will be after today: accepted ones until their promised day, filed ones as if accepted today,
 * waiting ones from the day their predecessor ends. What is with the applicant has no future to count.
 */
export function layFuture(
  items: readonly LaidItem[],
  projections: ReadonlyMap<string, Projection>,
  today: number,
  yard: Yard,
): LaidItem[] {
  return items.flatMap((laid): LaidItem[] => {
    const projection = projections.get(laid.item.caseId);
    if (laid.item.concludedAt !== null || projection === undefined) return [];
    if (projection.end === null) {
      // It goes on waiting, which may cost days while what it waits for is in its own unit's hands.
      return laid.item.status === 'waiting' ? [{ ...laid, endDay: Infinity }] : [];
    }
    // Due today and not concluded: it may still be decided tomorrow morning, and that day would count.
    const end =
      projection.end === 'never'
        ? Infinity
        : projection.end <= today
          ? workingDayAt(yard.calendar, rankOf(yard.calendar, today) + 1)
          : projection.end;
    const run = projection.startDay === null ? laid.run : clockFrom(localDay(projection.startDay), yard);
    return [{ ...laid, run, endDay: end }];
  });
}

/** The task's own due date holds its pauses and extensions; without one the calendar is asked. */
function promisedEnd(laid: LaidItem, acceptedAt: string, yard: Yard): number {
  const { promisedDueAt } = laid.item;
  return promisedDueAt === null ? termEnd(laid, acceptedAt, yard, true) : dayOf(promisedDueAt);
}

function termEnd(laid: LaidItem, start: string, yard: Yard, withPauses: boolean): number {
  const term = parseTerm(laid.item.promisedTerm);
  // A term in hours runs from a moment; of a day in the future only the day is known.
  const from = term.unit === 'h' && start.length === 10 ? `${start}T12:00` : start;
  const ledger = withPauses ? { ledger: ledgerOf(laid.item) } : {};
  return dayOf(dueOf({ start: from, term, calendar: yard.calendar, settings: yard.clock, ...ledger }).dueOn);
}
