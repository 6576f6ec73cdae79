import { AppError } from '../kernel/errors.ts';
import { instantAt, msBetween, plusMs, type Instant } from '../kernel/time.ts';
import { isWorking, rankOf, workingDayAt } from './calendar.ts';
import {
  beginOfPosition,
  dayOfPosition,
  dueOfRun,
  positionAfter,
  prepare,
  rollPastDayOff,
  stepsOf,
  type ClockInput,
  type Due,
  type Range,
  type Run,
} from './clock.ts';
import { dayMs, formatDay, instantOfLocalMs, parseDay, parseMoment, type Moment, type ParsedMoment } from './days.ts';
import { hoursOn } from './settings.ts';

/** What a clock has used. Amounts are in `unit`; a month term is reported in natural days. */
export interface Consumption {
  unit: 'wd' | 'h' | 'nd';
  /** Term plus extensions. */
  total: number;
  /** Net of pauses; the day (or half day) that has begun counts as used. Never more than `total`. */
  used: number;
  left: number;
  /** Units that lawful pauses kept out so far: `used + paused` is the gross time. */
  paused: number;
  /** Units past the due date. */
  over: number;
}

/** A light turns when a share of the term (0–1) is used, or when so many working days or hours are left. */
export type LightThreshold = { shareUsed: number } | { workingDaysLeft: number } | { hoursLeft: number };

export type Light = 'green' | 'yellow' | 'red';

/** How much of the term is used at a moment (a date means the end of that day). Throws as `dueOf`. */
export function consumed(input: ClockInput & { until: Moment }): Consumption {
  const run = prepare(input);
  const end = positionAfter(run, run.amount);
  const now = positionAt(run, parseMoment(input.until));
  const reached = Math.min(now, end);
  const total = run.unit === 'mo' ? unpausedBetween(run.origin, end, run.paused) : stepsOf(run.line, run.amount);
  const used = unpausedBetween(run.origin, reached, run.paused);
  const paused = Math.max(0, reached - run.origin) - used;
  const over = Math.max(0, now - (run.line === 'naturalDay' ? rollPastDayOff(run, end) : end));
  const steps = run.line === 'session' ? 2 : run.line === 'millisecond' ? 3_600_000 : 1;
  return {
    unit: run.unit === 'mo' ? 'nd' : run.unit,
    total: total / steps,
    used: used / steps,
    left: (total - used) / steps,
    paused: paused / steps,
    over: over / steps,
  };
}

/**
 * The moments at which the light turns: project them beside the due date and the light of a million rows is a
 * comparison. Without a red threshold red begins right after the last moment in time. Throws as `dueOf`, `BAD_THRESHOLD`.
 */
export function lightTimes(input: ClockInput & { yellow: LightThreshold; red?: LightThreshold }): {
  due: Due;
  yellowAt: Instant;
  redAt: Instant;
} {
  const run = prepare(input);
  const due = dueOfRun(run);
  const yellowAt = turnsAt(run, due, input.yellow);
  const redAt = input.red === undefined ? plusMs(due.dueAt, 1) : turnsAt(run, due, input.red);
  return { due, yellowAt, redAt };
}

/** Red once overdue or past `redAt`, yellow from `yellowAt`, else green. Paused and done are the task's to say. */
export function lightOf(at: { due: Pick<Due, 'dueAt'>; now: Instant; yellowAt: Instant; redAt?: Instant }): Light {
  const { due, now, yellowAt, redAt } = at;
  if (msBetween(due.dueAt, now) > 0) return 'red';
  if (redAt !== undefined && msBetween(redAt, now) >= 0) return 'red';
  return msBetween(yellowAt, now) >= 0 ? 'yellow' : 'green';
}

/** Positions in (`from`, `through`] outside the ranges. */
export function unpausedBetween(from: number, through: number, paused: readonly Range[]): number {
  let count = Math.max(0, through - from);
  for (const range of paused) {
    const overlap = Math.min(range.to, through) - Math.max(range.from, from + 1) + 1;
    if (overlap > 0) count -= overlap;
  }
  return count;
}

function turnsAt(run: Run, due: Due, threshold: LightThreshold): Instant {
  const startAt = instantOfLocalMs(run.start.localMs);
  const turn = rawTurn(run, due, threshold);
  if (msBetween(startAt, turn) < 0) return startAt;
  return msBetween(due.dueAt, turn) > 0 ? due.dueAt : turn;
}

function rawTurn(run: Run, due: Due, threshold: LightThreshold): Instant {
  if ('hoursLeft' in threshold) {
    if (!(threshold.hoursLeft >= 0)) throw badThreshold(threshold.hoursLeft);
    return plusMs(due.dueAt, -Math.round(threshold.hoursLeft * 3_600_000));
  }
  if ('workingDaysLeft' in threshold) {
    const { workingDaysLeft } = threshold;
    if (!Number.isInteger(workingDaysLeft) || workingDaysLeft < 0) throw badThreshold(workingDaysLeft);
    const rank = rankOf(run.calendar, parseDay(due.dueOn)) - workingDaysLeft;
    return instantAt(formatDay(workingDayAt(run.calendar, Math.max(0, rank))), '00:00');
  }
  const { shareUsed } = threshold;
  if (!(shareUsed >= 0 && shareUsed <= 1)) throw badThreshold(shareUsed);
  const end = positionAfter(run, run.amount);
  const total = unpausedBetween(run.origin, end, run.paused);
  // 0.8 × 5 must be 4 and not 4.000000001 rounded up to 5.
  const steps = Math.ceil(shareUsed * total - 1e-9);
  if (steps <= 0) return instantOfLocalMs(run.start.localMs);
  const position = nthUnpaused(run.origin, steps, run.paused);
  const wholeDays = run.line === 'workingDay' || run.line === 'naturalDay';
  return instantOfLocalMs(wholeDays ? dayOfPosition(run, position) * dayMs : beginOfPosition(run, position));
}

function nthUnpaused(origin: number, steps: number, paused: readonly Range[]): number {
  let position = origin + steps;
  for (const range of paused) {
    if (range.to <= origin || range.from > position) continue;
    position += range.to - Math.max(range.from, origin + 1) + 1;
  }
  return position;
}

/** The last position that has begun at a moment. */
function positionAt(run: Run, until: ParsedMoment): number {
  switch (run.line) {
    case 'workingDay':
      return rankOf(run.calendar, until.day);
    case 'naturalDay':
      return until.day;
    case 'millisecond':
      return until.minute === null ? until.localMs + dayMs : until.localMs;
    case 'session': {
      const rank = rankOf(run.calendar, until.day);
      if (until.minute === null || !isWorking(run.calendar, until.day)) return rank * 2 + 1;
      const hours = hoursOn(run.settings, until.date);
      if (until.minute >= hours.afternoonFrom) return rank * 2 + 1;
      return until.minute >= hours.morningFrom ? rank * 2 : rank * 2 - 1;
    }
  }
}

function badThreshold(value: number): AppError {
  return new AppError('BAD_THRESHOLD', { value });
}
