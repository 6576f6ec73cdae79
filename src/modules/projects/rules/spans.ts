import type { Calendar, ClockLedger, ClockSettings, IgnoredPause, Pause } from '../../../calendar/index.ts';
import { isWorking } from '../../../calendar/calendar.ts';
import { prepare, type Run } from '../../../calendar/clock.ts';
import { dayMs, formatDay, parseMoment, type Moment } from '../../../calendar/days.ts';
import { hoursOn } from '../../../calendar/settings.ts';
import type { LocalDate } from '../../../kernel/time.ts';
import type { AttributionInput } from './attribution-types.ts';
import type { ItemTimeline, SpanHolder } from './timeline.ts';

/**
 * One item laid on the line of calendar days. Which pauses stop its clock and which day is the first to count is asked
 * of the calendar (`prepare`), so an item here and its clock's task cannot disagree.
 */
export interface LaidItem {
  item: ItemTimeline;
  /** Null for a track. */
  stageId: string | null;
  /** Day number of its first event. */
  firstDay: number;
  /** Day of its conclusion, which still is the unit's; Infinity while it runs. */
  endDay: number;
  /** Null before acceptance. */
  run: Run | null;
  ignored: readonly IgnoredPause[];
  spans: readonly LaidSpan[];
}

interface LaidSpan {
  fromMs: number;
  toMs: number;
  /** Where a filing began the span, the day on which it counts as received: after hours the next working day. */
  receivedDay: number;
  holder: SpanHolder;
}

/** A day with all that a judgement about it needs. */
export interface DayPoint {
  day: number;
  date: LocalDate;
  isWorking: boolean;
  /** Opening of the office on the local time line. */
  opensMs: number;
}

/** Where an item was on a day. */
export type Position =
  | { kind: 'none' }
  | { kind: 'unit'; unitId: string; counts: boolean }
  | { kind: 'procedure'; unitId: string; pause: Pause }
  | { kind: 'applicant'; why: 'correction' | 'received' }
  | { kind: 'waiting'; forCaseIds: readonly string[]; isFirstDay: boolean };

/** What days and clocks are laid out with. */
export interface Yard {
  calendar: Calendar;
  clock: ClockSettings;
  points: Map<number, DayPoint>;
}

export function yardOf(input: AttributionInput): Yard {
  return {
    calendar: input.calendar,
    clock: { ...input.settings.clock, pauseGrounds: input.grounds },
    points: new Map(),
  };
}

export function layItem(item: ItemTimeline, stageId: string | null, yard: Yard): LaidItem {
  const spans = item.spans.map(({ from, to, holder }): LaidSpan => ({
    fromMs: parseMoment(from).localMs,
    toMs: to === null ? Infinity : parseMoment(to).localMs,
    receivedDay: needsReceipt(holder) ? clockFrom(from, yard).receivedDay : 0,
    holder,
  }));
  const ledger = ledgerOf(item);
  const begins = item.spans[0]?.from ?? item.openedAt;
  return {
    item,
    stageId,
    firstDay: dayOf(begins),
    endDay: item.concludedAt === null ? Infinity : dayOf(item.concludedAt),
    run: item.acceptedAt === null ? null : clockFrom(item.acceptedAt, yard, ledger),
    // Judged even before acceptance, where no pause can stop anything: the claim deserves its alert all the same.
    ignored: ledger.pauses.length === 0 ? [] : clockFrom(begins, yard, ledger).verdict.ignored,
    spans,
  };
}

function needsReceipt(holder: SpanHolder): boolean {
  return holder.kind === 'waiting' || (holder.kind === 'unit' && holder.phase === 'intake');
}

/** The pauses that a case claims, as the calendar judges them. */
export function ledgerOf(item: ItemTimeline): ClockLedger {
  const pauses = item.spans.flatMap(({ from, to, holder }): Pause[] => {
    if (holder.kind !== 'procedure') return [];
    const { ground, basis, noticeNo, plannedUntil } = holder;
    return [{ from, to, ground, basis, noticeNo, plannedUntil }];
  });
  return { pauses, extensions: [] };
}

/** A clock of whole working days from that moment; the length of the term does not matter to who has a day. */
export function clockFrom(start: Moment, yard: Yard, ledger?: ClockLedger): Run {
  const { calendar, clock } = yard;
  return prepare({
    start,
    term: { amount: 1, unit: 'wd' },
    calendar,
    settings: clock,
    ...(ledger === undefined ? {} : { ledger }),
  });
}

export function dayOf(moment: Moment): number {
  return parseMoment(moment).day;
}

export function localDay(day: number): LocalDate {
  return formatDay(day);
}

export function pointOf(day: number, yard: Yard): DayPoint {
  const known = yard.points.get(day);
  if (known !== undefined) return known;
  const date = formatDay(day);
  const { morningFrom } = hoursOn(yard.clock, date);
  const opensMs = day * dayMs + morningFrom * 60_000;
  const point = { day, date, isWorking: isWorking(yard.calendar, day), opensMs };
  yard.points.set(day, point);
  return point;
}

/**
 * Who has the item on a day. Attribution is by whole days: a day belongs to whoever has the item when the office opens,
 * which is how the calendar judges a working day that is paused in part (`clock.ts`, `rangesOf`). The day of an event
 * is not counted (民法典 201): a filing or an acceptance moves the item from the next day on. The day of the conclusion
 * counts. Terms with half days (1.5wd) are counted in sessions there and in whole days here; the two may differ by the
 * half day in which such an item began or was paused.
 */
export function positionOn(laid: LaidItem, point: DayPoint): Position {
  const { item, run } = laid;
  if (point.day > laid.endDay) return { kind: 'none' };
  const span = laid.spans.find(({ fromMs, toMs }) => fromMs <= point.opensMs && point.opensMs < toMs);
  const unitId = span?.holder.kind === 'unit' ? span.holder.unitId : item.unitId;
  if (run !== null && point.day > run.receivedDay) {
    const counted = run.verdict.counted.find(({ fromMs, toMs }) => fromMs <= point.opensMs && point.opensMs < toMs);
    return counted === undefined
      ? { kind: 'unit', unitId, counts: true }
      : { kind: 'procedure', unitId, pause: counted.pause };
  }
  if (span === undefined) return { kind: 'none' };
  const { holder } = span;
  switch (holder.kind) {
    case 'unit':
      if (holder.phase === 'intake' && point.day <= span.receivedDay) return { kind: 'applicant', why: 'received' };
      return { kind: 'unit', unitId, counts: false };
    // Nothing stops a clock that has not begun: the unit has the file.
    case 'procedure':
      return { kind: 'unit', unitId, counts: false };
    case 'applicant':
      return { kind: 'applicant', why: 'correction' };
    case 'waiting':
      return { kind: 'waiting', forCaseIds: holder.forCaseIds, isFirstDay: point.day <= span.receivedDay };
  }
}

/** The claim that the calendar did not follow on this day, if any: the day is the unit's and the reader should know why. */
export function ignoredOn(laid: LaidItem, point: DayPoint): IgnoredPause | null {
  return laid.ignored.find(({ fromMs, toMs }) => fromMs <= point.opensMs && point.opensMs < toMs) ?? null;
}

export function isRunning(item: ItemTimeline): boolean {
  return item.concludedAt === null;
}
