import { AppError } from '../kernel/errors.ts';
import { type Instant, type LocalDate } from '../kernel/time.ts';
import { isProvisional, isWorking, nextWorking, rankOf, workingDayAt, type Calendar } from './calendar.ts';
import {
  beyondCalendar,
  civilOf,
  dayMs,
  dayNumber,
  daysInMonth,
  formatDay,
  instantOfLocalMs,
  parseMoment,
  type Moment,
  type ParsedMoment,
} from './days.ts';
import { countablePauses, emptyLedger, type ClockLedger, type CountedPause, type PauseVerdict } from './pauses.ts';
import { defaultSettings, hoursOn, instantMaker, type ClockSettings, type OpeningHours } from './settings.ts';
import { checkTerm, formatTerm, type Term, type TermUnit } from './terms.ts';

export interface ClockInput {
  /** The event: acceptance, filing, publication. A date, a local `YYYY-MM-DDTHH:MM`, or an instant. */
  start: Moment;
  term: Term;
  ledger?: ClockLedger;
  calendar: Calendar;
  settings?: ClockSettings;
}

export type Session = 'morning' | 'afternoon';

export interface Due {
  dueOn: LocalDate;
  /** The last moment that is still in time. */
  dueAt: Instant;
  /** Only for terms with half days. */
  session: Session | null;
  /** True when a day that was looked at has no confirmed notice: the date may still move. */
  provisional: boolean;
}

/**
 * When something is due. A pure function of its input; throws `BAD_DATE`, `BAD_TERM`, `BAD_PAUSE`, `HOURS_NEED_TIME`,
 * `EXTENSION_UNIT_MISMATCH`, `BEYOND_CALENDAR`.
 */
export function dueOf(input: ClockInput): Due {
  return dueOfRun(prepare(input));
}

/**
 * Every unit of time is a whole number on its own line — rank of a working day, rank of a working session, natural day,
 * millisecond — so one walk serves all of them, and a pause is a closed range of such numbers.
 */
export type Line = 'workingDay' | 'session' | 'naturalDay' | 'millisecond';

export interface Range {
  from: number;
  to: number;
}

export interface Run {
  line: Line;
  unit: TermUnit;
  calendar: Calendar;
  settings: ClockSettings;
  start: ParsedMoment;
  /** Day on which the event counts as received: later than the event for a filing out of hours. */
  receivedDay: number;
  /** Position of the event on the line; the unit after it is the first to count. */
  origin: number;
  /** Disjoint, ascending. */
  paused: readonly Range[];
  verdict: PauseVerdict;
  /** Term plus extensions, in the term's unit. */
  amount: number;
}

const noVerdict: PauseVerdict = { counted: [], ignored: [] };

/** Lays the input on its line. Shared by the due date, the consumption and the explanation, so they cannot disagree. */
export function prepare(input: ClockInput): Run {
  const { term, calendar } = input;
  const settings = input.settings ?? defaultSettings;
  const ledger = input.ledger ?? emptyLedger;
  const amount = totalAmount(term, ledger);
  const start = parseMoment(input.start);
  const line = lineOf(term.unit, amount);
  if (line === 'millisecond' && start.minute === null) throw new AppError('HOURS_NEED_TIME', { value: input.start });
  const verdict = ledger.pauses.length === 0 ? noVerdict : countablePauses(ledger, settings.pauseGrounds);
  const { receivedDay, origin } = originOf(line, start, amount, calendar, settings);
  const paused = verdict.counted.length === 0 ? [] : rangesOf(verdict.counted, line, calendar, settings);
  return { line, unit: term.unit, calendar, settings, start, receivedDay, origin, paused, verdict, amount };
}

/** The end position on the run's line for an amount in the term's unit (before any roll past a holiday). */
export function positionAfter(run: Run, amount: number): number {
  if (run.unit === 'mo') return monthEnd(run, amount);
  return walk(run.origin, stepsOf(run.line, amount), run.paused);
}

/** How many line positions one amount of the term's unit is. */
export function stepsOf(line: Line, amount: number): number {
  if (line === 'millisecond') return Math.round(amount * 3_600_000);
  return line === 'session' ? Math.round(amount * 2) : amount;
}

/** Day number of a position. */
export function dayOfPosition(run: Run, position: number): number {
  switch (run.line) {
    case 'workingDay':
      return workingDayAt(run.calendar, position);
    case 'session':
      return workingDayAt(run.calendar, Math.floor(position / 2));
    case 'naturalDay':
      return position;
    case 'millisecond':
      return Math.floor(position / dayMs);
  }
}

/** Where a natural-day or month term really ends when its last day is a day off. */
export function rollPastDayOff(run: Run, day: number): number {
  if (day > run.calendar.lastDay) throw beyondCalendar();
  if (isWorking(run.calendar, day)) return day;
  if (run.settings.weekendRolls) return nextWorking(run.calendar, day);
  let rolled = day;
  while (run.calendar.exceptions.get(rolled)?.day.kind === 'off') rolled += 1;
  return rolled;
}

/** The moment at which the position begins, as local milliseconds: opening of the day or session, or midnight. */
export function beginOfPosition(run: Run, position: number): number {
  if (run.line === 'millisecond') return position;
  const day = dayOfPosition(run, position);
  if (run.line === 'naturalDay') return day * dayMs;
  return openingMs(run.line === 'session' && position % 2 === 1 ? 'afternoon' : 'morning', day, run.settings);
}

export function dueOfRun(run: Run): Due {
  const position = positionAfter(run, run.amount);
  const { line, calendar, settings } = run;
  if (line === 'millisecond') {
    const day = Math.floor(position / dayMs);
    if (day > calendar.lastDay) throw beyondCalendar();
    return { dueOn: formatDay(day), dueAt: instantOfLocalMs(position), session: null, provisional: false };
  }
  if (line === 'naturalDay') {
    const day = rollPastDayOff(run, position);
    const dueOn = formatDay(day);
    const provisional = isProvisional(calendar, position, day);
    return { dueOn, dueAt: endOfDay(dueOn, settings.naturalDayEnds, settings), session: null, provisional };
  }
  const day = dayOfPosition(run, position);
  const dueOn = formatDay(day);
  const provisional = isProvisional(calendar, run.start.day, day);
  const session: Session | null = line !== 'session' ? null : position % 2 === 0 ? 'morning' : 'afternoon';
  const dueAt =
    session === 'morning' ? hoursOn(settings, dueOn).noonOf(dueOn) : endOfDay(dueOn, settings.workingDayEnds, settings);
  return { dueOn, dueAt, session, provisional };
}

/** Smallest position that leaves `steps` unpaused positions behind it; with 0 steps the first unpaused one itself. */
function walk(origin: number, steps: number, paused: readonly Range[]): number {
  let position = origin;
  let left = steps;
  if (left === 0) {
    for (const range of paused) if (position >= range.from && position <= range.to) position = range.to + 1;
    return position;
  }
  for (const range of paused) {
    if (range.to <= position) continue;
    const free = range.from - 1 - position;
    if (free >= left) break;
    left -= Math.max(0, free);
    position = range.to;
  }
  return position + left;
}

/** Corresponding day, or the last of the month; then as many natural days later as were paused on the way. */
function monthEnd(run: Run, months: number): number {
  const { year, month, date } = civilOf(run.origin);
  const index = year * 12 + month - 1 + months;
  const endYear = Math.floor(index / 12);
  const endMonth = (index % 12) + 1;
  const end = dayNumber(endYear, endMonth, Math.min(date, daysInMonth(endYear, endMonth)));
  return walk(run.origin, end - run.origin, run.paused);
}

function totalAmount(term: Term, ledger: ClockLedger): number {
  let amount = checkTerm(term).amount;
  for (const extension of ledger.extensions) {
    if (extension.amount.unit !== term.unit) {
      throw new AppError('EXTENSION_UNIT_MISMATCH', {
        term: formatTerm(term),
        extension: formatTerm(extension.amount),
      });
    }
    amount += checkTerm(extension.amount).amount;
  }
  return amount;
}

function lineOf(unit: TermUnit, amount: number): Line {
  if (unit === 'h') return 'millisecond';
  if (unit !== 'wd') return 'naturalDay';
  return Number.isInteger(amount) ? 'workingDay' : 'session';
}

function originOf(
  line: Line,
  start: ParsedMoment,
  amount: number,
  calendar: Calendar,
  settings: ClockSettings,
): { receivedDay: number; origin: number } {
  if (line === 'millisecond') return { receivedDay: start.day, origin: start.localMs };
  if (line === 'naturalDay') return { receivedDay: start.day, origin: start.day };
  const { day, session } = receiptOf(start, calendar, settings);
  // On a day off that stands as it is, the last working unit before it is the one the count follows; a term of zero
  // has nothing to count and falls on the next working day.
  const rank = rankOf(calendar, amount === 0 ? nextWorking(calendar, day) : day);
  if (line === 'workingDay') return { receivedDay: day, origin: rank };
  const isAfternoon = session === 'afternoon' || !isWorking(calendar, day);
  return { receivedDay: day, origin: rank * 2 + (isAfternoon ? 1 : 0) };
}

/**
 * The day and session in which a filing counts as received. Before opening it is the morning, in the lunch break the
 * afternoon, after close or on a day off the next working morning. A bare date leaves the whole event day uncounted,
 * which is what the afternoon does.
 */
function receiptOf(
  start: ParsedMoment,
  calendar: Calendar,
  settings: ClockSettings,
): { day: number; session: Session } {
  const moves = settings.offHoursFiling === 'nextWorkingDay';
  if (!isWorking(calendar, start.day)) {
    const day = moves ? nextWorking(calendar, start.day) : start.day;
    return { day, session: start.minute === null ? 'afternoon' : 'morning' };
  }
  if (start.minute === null) return { day: start.day, session: 'afternoon' };
  const hours = hoursOn(settings, start.date);
  if (start.minute <= hours.morningTo) return { day: start.day, session: 'morning' };
  if (start.minute <= hours.afternoonTo || !moves) return { day: start.day, session: 'afternoon' };
  return { day: nextWorking(calendar, start.day + 1), session: 'morning' };
}

/**
 * A unit stands still when the pause is in force at the moment the unit begins. With dates that is every day named;
 * with moments it neither gives a whole day for the last minute of it nor loses one in the long run.
 */
function rangesOf(
  counted: readonly CountedPause[],
  line: Line,
  calendar: Calendar,
  settings: ClockSettings,
): readonly Range[] {
  const ranges = counted
    .map(({ fromMs, toMs }) => ({
      from: firstBeginningAt(fromMs, line, calendar, settings),
      to: firstBeginningAt(toMs, line, calendar, settings) - 1,
    }))
    .filter(({ from, to }) => from <= to)
    .sort((a, b) => a.from - b.from);
  const merged: Range[] = [];
  for (const range of ranges) {
    const last = merged[merged.length - 1];
    if (last !== undefined && range.from <= last.to + 1) last.to = Math.max(last.to, range.to);
    else merged.push({ ...range });
  }
  return merged;
}

/** The first position on the line that begins at or after the moment. */
function firstBeginningAt(ms: number, line: Line, calendar: Calendar, settings: ClockSettings): number {
  // Position t on the millisecond line is the end of the millisecond before t.
  if (line === 'millisecond') return ms + 1;
  const day = Math.floor(ms / dayMs);
  if (line === 'naturalDay') return day * dayMs === ms ? day : day + 1;
  const next = rankOf(calendar, Math.min(day, calendar.lastDay) - 1) + 1;
  if (day > calendar.lastDay || !isWorking(calendar, day)) return line === 'session' ? next * 2 : next;
  const missedMorning = ms > openingMs('morning', day, settings);
  if (line === 'workingDay') return missedMorning ? next + 1 : next;
  if (!missedMorning) return next * 2;
  return ms > openingMs('afternoon', day, settings) ? next * 2 + 2 : next * 2 + 1;
}

function openingMs(session: Session, day: number, settings: ClockSettings): number {
  const hours: OpeningHours = hoursOn(settings, formatDay(day));
  return day * dayMs + (session === 'morning' ? hours.morningFrom : hours.afternoonFrom) * 60_000;
}

/** 24:00 is written as the last millisecond, so that the local date of the instant is still the due date. */
const midnightOf = instantMaker('23:59:59.999');

function endOfDay(date: LocalDate, ends: 'close' | 'midnight', settings: ClockSettings): Instant {
  return ends === 'midnight' ? midnightOf(date) : hoursOn(settings, date).closeOf(date);
}
