import {
  addWorkingDays,
  dueOf,
  lightTimes,
  parseTerm,
  pauseAt,
  type Calendar,
  type ClockInput,
  type ClockSettings,
  type PauseGround,
} from '../../../calendar/index.ts';
import { instantAt, plusMs, type Instant, type LocalDate } from '../../../kernel/time.ts';
import { settingsOfKind, yellowOf, type KindSettings, type Rung, type SupervisionSettings } from './kinds.ts';
import { groundsOf, type Projection, type Task } from './task.ts';

/** Everything the county's data says about time: what a projection needs besides the task. */
export interface Rulebook {
  calendar: Calendar;
  clock: ClockSettings;
  grounds: readonly PauseGround[];
  kinds: readonly KindSettings[];
  supervision: SupervisionSettings;
}

export type Clocked = Pick<
  Task,
  'kind' | 'startAt' | 'promisedTerm' | 'statutoryTerm' | 'yellow' | 'ledger' | 'firedRungs'
>;

/**
 * Where a task stands on the calendar: due dates, the moment it turns yellow, the moment until which the clock stands
 * still, the next rung. `at` is the moment of the change that asks. Keeps stoppedUntil <= yellowAt <= dueAt, on which
 * the light in SQL relies. Throws the calendar's errors.
 */
export function project(task: Clocked, book: Rulebook, at: Instant): Projection {
  const input = clockOf(task, task.promisedTerm, book);
  const settings = settingsOfKind(book.kinds, task.kind);
  const turned = lightTimes({ ...input, yellow: task.yellow ?? yellowOf(settings, task.promisedTerm) });
  const { due } = turned;
  const statutory = task.statutoryTerm === null ? null : dueOf(clockOf(task, task.statutoryTerm, book));
  const stopped = stoppedUntil(task, at);
  const stoppedUntilDue = stopped !== null && stopped > due.dueAt ? due.dueAt : stopped;
  const yellowAt = stoppedUntilDue !== null && stoppedUntilDue > turned.yellowAt ? stoppedUntilDue : turned.yellowAt;
  const projected = { dueOn: due.dueOn, dueAt: due.dueAt, yellowAt };
  return {
    ...projected,
    statutoryDueOn: statutory?.dueOn ?? null,
    statutoryDueAt: statutory?.dueAt ?? null,
    stoppedUntil: stoppedUntilDue,
    provisional: due.provisional || (statutory?.provisional ?? false),
    calendarVersion: book.calendar.version,
    nextRungAt: nextRung({ ...projected, kind: task.kind, firedRungs: task.firedRungs }, book),
  };
}

/** The calendar's question for one of the two limits. An extension in another unit than the limit leaves it alone. */
export function clockOf(task: Clocked, term: string, book: Rulebook): ClockInput {
  const parsed = parseTerm(term);
  const { pauses, extensions } = task.ledger;
  return {
    start: task.startAt,
    term: parsed,
    ledger: { pauses, extensions: extensions.filter(({ amount }) => amount.unit === parsed.unit) },
    calendar: book.calendar,
    settings: pauses.length === 0 ? book.clock : { ...book.clock, pauseGrounds: groundsOf(task.ledger) },
  };
}

type Laddered = Pick<Task, 'kind' | 'firedRungs' | 'dueOn' | 'dueAt' | 'yellowAt'>;

/** Rungs not yet fired whose moment has come. */
export function dueRungs(task: Laddered, book: Rulebook, now: Instant): readonly Rung[] {
  return pendingRungs(task, book).filter((rung) => rungAt(rung, task, book.calendar) <= now);
}

export function nextRung(task: Laddered, book: Rulebook): Instant | null {
  const moments = pendingRungs(task, book).map((rung) => rungAt(rung, task, book.calendar));
  return moments.length === 0 ? null : moments.reduce((a, b) => (a < b ? a : b));
}

function pendingRungs(task: Laddered, book: Rulebook): readonly Rung[] {
  return settingsOfKind(book.kinds, task.kind).rungs.filter(({ rung }) => !task.firedRungs.includes(rung));
}

function rungAt(rung: Rung, task: Laddered, calendar: Calendar): Instant {
  if (rung.at === 'yellow') return task.yellowAt;
  if (rung.at === 'overdue') return plusMs(task.dueAt, 1);
  return instantAt(addWorkingDays(calendar, task.dueOn, rung.at.workingDaysOverdue), '00:00');
}

/** The announced end of the pause in force, as the first moment at which the clock runs again. */
function stoppedUntil(task: Clocked, at: Instant): Instant | null {
  const pause = pauseAt(task.ledger, at, groundsOf(task.ledger));
  if (pause === null || pause.to !== null || pause.plannedUntil === null) return null;
  return endOfAnnounced(pause.plannedUntil);
}

export function endOfAnnounced(day: LocalDate): Instant {
  return plusMs(instantAt(day, '00:00'), 24 * 3_600_000);
}
