import { AppError } from '../kernel/errors.ts';
import { type LocalDate } from '../kernel/time.ts';
import {
  beyondCalendar,
  civilOf,
  dayNumber,
  firstYear,
  formatDay,
  lastYear,
  parseDay,
  tryParseDay,
  weekdayName,
  weekdayOf,
} from './days.ts';

/** One day that differs from the plain Monday-to-Friday week. */
export interface ExceptionalDay {
  date: LocalDate;
  kind: 'off' | 'makeUp';
  /** The holiday it belongs to: `国庆节`. */
  name: string;
}

/** A State Council holiday notice as data. Its days may spill into the last days of the year before. */
export interface CalendarNotice {
  year: number;
  documentNo: string;
  title: string;
  url: string | null;
  days: readonly ExceptionalDay[];
  /** Whether somebody compared the document number with the published paper. */
  documentNoStanding?: 'confirmed' | 'unconfirmed';
}

export interface DayExplanation {
  working: boolean;
  /** Chinese, names the notice where there is one. */
  reason: string;
  /** The notice that makes the day off or working; null for an ordinary day. */
  notice: CalendarNotice | null;
  /** True when the notice that could change this day is not loaded. */
  provisional: boolean;
}

/** Built once from the notices, then only read. Treat the arrays as private to `calendar/`. */
export interface Calendar {
  /** Changes whenever any day or document number changes: `2022-2026#1f2e3d4c5b6a7988`. Keep it with a due date. */
  readonly version: string;
  /** Years with a notice, ascending. */
  readonly years: readonly number[];
  /** Document numbers included, in order of year. */
  readonly documentNos: readonly string[];
  /** Day number of 1 January of the first year; the arrays below are indexed by `day - firstDay`. */
  readonly firstDay: number;
  readonly lastDay: number;
  readonly working: Uint8Array;
  /** Working days before the day: prefix counts, one longer than the range. */
  readonly workingBefore: Int32Array;
  /** Provisional days before the day, one longer than the range. */
  readonly provisionalBefore: Int32Array;
  /** Day number of the n-th working day: the inverse of `workingBefore`. */
  readonly workingDays: Int32Array;
  readonly exceptions: ReadonlyMap<number, { day: ExceptionalDay; notice: CalendarNotice }>;
}

/**
 * The notice of the next year can still turn the last days of December: that of 2019 made Saturday 29 December 2018 a
 * working day and Monday 31 December a day off. Until it is loaded these days are provisional too.
 */
const firstUnsettledDecemberDay = 28;

/** Builds the calendar; throws `BAD_NOTICE` on contradictory data. Order of the notices does not matter. */
export function buildCalendar(notices: readonly CalendarNotice[]): Calendar {
  const ordered = [...notices].sort((a, b) => a.year - b.year);
  const exceptions = collectExceptions(ordered);
  const firstDay = dayNumber(firstYear, 1, 1);
  const lastDay = dayNumber(lastYear, 12, 31);
  const length = lastDay - firstDay + 1;
  const working = new Uint8Array(length);
  const workingBefore = new Int32Array(length + 1);
  const provisionalBefore = new Int32Array(length + 1);
  const workingDays = new Int32Array(length);
  const years = ordered.map((notice) => notice.year);
  let index = 0;
  let count = 0;
  let provisional = 0;
  for (let year = firstYear; year <= lastYear; year += 1) {
    const end = dayNumber(year, 12, 31);
    const unsettledFrom = !years.includes(year)
      ? firstDay + index
      : years.includes(year + 1)
        ? end + 1
        : dayNumber(year, 12, firstUnsettledDecemberDay);
    for (let day = firstDay + index; day <= end; day += 1, index += 1) {
      const exception = exceptions.get(day);
      const weekday = weekdayOf(day);
      const isWorking = exception === undefined ? weekday !== 0 && weekday !== 6 : exception.day.kind === 'makeUp';
      if (isWorking) {
        working[index] = 1;
        workingDays[count] = day;
        count += 1;
      }
      // A day that a notice names is settled, whichever year's notice that is.
      if (day >= unsettledFrom && exception === undefined) provisional += 1;
      workingBefore[index + 1] = count;
      provisionalBefore[index + 1] = provisional;
    }
  }
  return {
    version: versionOf(ordered),
    years,
    documentNos: ordered.map((notice) => notice.documentNo),
    firstDay,
    lastDay,
    working,
    workingBefore,
    provisionalBefore,
    workingDays: workingDays.slice(0, count),
    exceptions,
  };
}

/** True when offices work on that day (调休补班 included). Throws `BAD_DATE`, `BEYOND_CALENDAR`. */
export function isWorkingDay(calendar: Calendar, day: LocalDate): boolean {
  return isWorking(calendar, parseDay(day));
}

export function explainDay(calendar: Calendar, date: LocalDate): DayExplanation {
  return explainDayNumber(calendar, parseDay(date));
}

/** The `count`-th working day after `date` (0: the day itself, or the next working day when it is none). O(1). */
export function addWorkingDays(calendar: Calendar, date: LocalDate, count: number): LocalDate {
  const day = parseDay(date);
  if (!Number.isInteger(count) || count < 0) throw new AppError('BAD_TERM', { value: `${count}wd` });
  if (count === 0) return formatDay(nextWorking(calendar, day));
  return formatDay(workingDayAt(calendar, rankOf(calendar, day) + count));
}

/** Working days in (`after`, `through`]; 0 when `through` is not later. */
export function workingDaysBetween(calendar: Calendar, after: LocalDate, through: LocalDate): number {
  return Math.max(0, rankOf(calendar, parseDay(through)) - rankOf(calendar, parseDay(after)));
}

export function isWorking(calendar: Calendar, day: number): boolean {
  return calendar.working[day - calendar.firstDay] === 1;
}

/** Rank of the last working day that is not after `day`. */
export function rankOf(calendar: Calendar, day: number): number {
  const before = calendar.workingBefore[day - calendar.firstDay + 1];
  if (before === undefined) throw beyondCalendar();
  return before - 1;
}

/** Day number of the working day with that rank. */
export function workingDayAt(calendar: Calendar, rank: number): number {
  const day = calendar.workingDays[rank];
  if (day === undefined) throw beyondCalendar();
  return day;
}

/** The day itself when it is a working day, else the next one. */
export function nextWorking(calendar: Calendar, day: number): number {
  return isWorking(calendar, day) ? day : workingDayAt(calendar, rankOf(calendar, day) + 1);
}

/** True when any day of the closed range lacks its notice. */
export function isProvisional(calendar: Calendar, from: number, to: number): boolean {
  const before = calendar.provisionalBefore;
  return (before[to - calendar.firstDay + 1] ?? 0) > (before[from - calendar.firstDay] ?? 0);
}

export function explainDayNumber(calendar: Calendar, day: number): DayExplanation {
  const exception = calendar.exceptions.get(day);
  const working = isWorking(calendar, day);
  if (exception !== undefined) {
    const { name, kind } = exception.day;
    const because = kind === 'off' ? `${name}放假` : `${weekdayName(day)}，因${name}调休上班`;
    return {
      working,
      reason: `${because}（${exception.notice.documentNo}）`,
      notice: exception.notice,
      provisional: false,
    };
  }
  const provisional = isProvisional(calendar, day, day);
  const { year, month } = civilOf(day);
  const missing = calendar.years.includes(year) && month === 12 ? year + 1 : year;
  const plain = working ? `${weekdayName(day)}，工作日` : `${weekdayName(day)}，双休日`;
  const reason = provisional ? `${plain}（${missing}年放假安排尚未录入，暂按周一至周五上班推算）` : plain;
  return { working, reason, notice: null, provisional };
}

function collectExceptions(notices: readonly CalendarNotice[]): Calendar['exceptions'] {
  const exceptions = new Map<number, { day: ExceptionalDay; notice: CalendarNotice }>();
  const seen = new Set<number>();
  for (const notice of notices) {
    if (!Number.isInteger(notice.year) || notice.year <= firstYear || notice.year > lastYear) {
      throw badNotice(`年份“${notice.year}”不在 ${firstYear + 1} 至 ${lastYear} 之间。`);
    }
    if (seen.has(notice.year)) throw badNotice(`${notice.year}年有两份通知，只能留一份。`);
    seen.add(notice.year);
    for (const exceptional of notice.days) {
      const day = tryParseDay(exceptional.date);
      if (day === null) throw badNotice(`${notice.year}年通知中的日期“${exceptional.date}”无效。`);
      const { year, month } = civilOf(day);
      if (year !== notice.year && !(year === notice.year - 1 && month === 12)) {
        throw badNotice(`日期 ${exceptional.date} 不属于${notice.year}年的通知。`);
      }
      const other = exceptions.get(day);
      if (other !== undefined)
        throw badNotice(`日期 ${exceptional.date} 出现了两次（${other.day.name}、${exceptional.name}）。`);
      exceptions.set(day, { day: exceptional, notice });
    }
  }
  return exceptions;
}

function versionOf(ordered: readonly CalendarNotice[]): string {
  const first = ordered[0];
  const last = ordered[ordered.length - 1];
  if (first === undefined || last === undefined) return 'none';
  const text = ordered
    .map((notice) => {
      const days = [...notice.days].sort((a, b) => (a.date < b.date ? -1 : 1)).map((day) => `${day.date}${day.kind}`);
      return `${notice.year}|${notice.documentNo}|${days.join(',')}`;
    })
    .join('\n');
  return `${first.year}-${last.year}#${fingerprint(text, 0x811c9dc5)}${fingerprint(text, 0x01000193)}`;
}

/** FNV-1a, 32 bits: tells versions apart, protects nothing. */
function fingerprint(text: string, seed: number): string {
  let hash = seed;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 16_777_619);
  return (hash >>> 0).toString(16).padStart(8, '0');
}

function badNotice(reason: string): AppError {
  return new AppError('BAD_NOTICE', { reason });
}
