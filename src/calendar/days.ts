import { AppError } from '../kernel/errors.ts';
import { instantAt, localDateOf, localTimeOf, type Instant, type LocalDate } from '../kernel/time.ts';

/**
 * Whole-number arithmetic on calendar days: a day is its distance from 1970-01-01, so that rules add and compare
 * integers and never touch a `Date`. The range is the one in which the county's zone has a fixed offset.
 */

export const firstYear = 1992;
export const lastYear = 2099;
export const dayMs = 86_400_000;

/** A start, a pause bound or a moment of asking: `2022-09-29`, local `2022-09-29T09:30`, or an instant with `Z`. */
export type Moment = string;

export interface ParsedMoment {
  date: LocalDate;
  day: number;
  /** Minutes after local midnight; null when only the day is known. */
  minute: number | null;
  /** Milliseconds on the local time line (day × 86 400 000 + time of day). */
  localMs: number;
}

const weekdays = ['周日', '周一', '周二', '周三', '周四', '周五', '周六'] as const;

/** Days since 1970-01-01 of a proleptic Gregorian date; no validation. */
export function dayNumber(year: number, month: number, date: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + date - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

export function civilOf(day: number): { year: number; month: number; date: number } {
  const shifted = day + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return { year, month, date: dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1 };
}

export function daysInMonth(year: number, month: number): number {
  return month === 12 ? 31 : dayNumber(year, month + 1, 1) - dayNumber(year, month, 1);
}

/** Day number of a `YYYY-MM-DD`, or null when it is not a real date inside the calendar's range. */
export function tryParseDay(text: string): number | null {
  if (text.length !== 10 || text.charCodeAt(4) !== 45 || text.charCodeAt(7) !== 45) return null;
  const year = digits(text, 0, 4);
  const month = digits(text, 5, 7);
  const date = digits(text, 8, 10);
  if (year < firstYear || year > lastYear || month < 1 || month > 12 || date < 1) return null;
  if (date > 28 && date > daysInMonth(year, month)) return null;
  return dayNumber(year, month, date);
}

/** As `tryParseDay`, throwing `BAD_DATE` (or `BEYOND_CALENDAR` for a real date outside the range). */
export function parseDay(text: string): number {
  const day = tryParseDay(text);
  if (day !== null) return day;
  throw /^\d{4}-\d\d-\d\d$/.test(text) && isRealDate(text)
    ? beyondCalendar()
    : new AppError('BAD_DATE', { value: text });
}

/** `YYYY-MM-DD` of a day number. */
export function formatDay(day: number): LocalDate {
  const { year, month, date } = civilOf(day);
  return `${year}-${month < 10 ? '0' : ''}${month}-${date < 10 ? '0' : ''}${date}`;
}

/** 0 = Sunday … 6 = Saturday. */
export function weekdayOf(day: number): number {
  return (((day + 4) % 7) + 7) % 7;
}

export function weekdayName(day: number): string {
  return weekdays[weekdayOf(day)] ?? '';
}

/** `10月8日`, for reasons inside one explanation. */
export function shortDate(day: number): string {
  const { month, date } = civilOf(day);
  return `${month}月${date}日`;
}

export function parseMoment(text: Moment): ParsedMoment {
  if (text.length === 10) {
    const day = parseDay(text);
    return { date: text, day, minute: null, localMs: day * dayMs };
  }
  if (text.length === 16 && text.charCodeAt(10) === 84 && text.charCodeAt(13) === 58) return parseLocalMinute(text);
  const match = /^(\d{4}-\d\d-\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,3}))?)?(Z|[+-]\d\d:\d\d)?$/.exec(text);
  if (match === null) throw new AppError('BAD_DATE', { value: text });
  const [, date = '', hours = '', minutes = '', seconds = '0', fraction = '', zone] = match;
  const [h, m, s] = [Number(hours), Number(minutes), Number(seconds)];
  if (h > 23 || m > 59 || s > 59) throw new AppError('BAD_DATE', { value: text });
  if (zone !== undefined) {
    if (!isRealDate(date) || Number.isNaN(Date.parse(text))) throw new AppError('BAD_DATE', { value: text });
    return parseMoment(
      `${localDateOf(text)}T${localTimeOf(text)}:${seconds.padStart(2, '0')}.${fraction.padEnd(3, '0')}`,
    );
  }
  const day = parseDay(date);
  const minute = h * 60 + m;
  return { date, day, minute, localMs: day * dayMs + minute * 60_000 + s * 1000 + Number(fraction.padEnd(3, '0')) };
}

/** `YYYY-MM-DDTHH:MM`, the form of nearly every start: no pattern, because millions are read when a notice changes. */
function parseLocalMinute(text: string): ParsedMoment {
  const hours = digits(text, 11, 13);
  const minutes = digits(text, 14, 16);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) throw new AppError('BAD_DATE', { value: text });
  const date = text.slice(0, 10);
  const day = parseDay(date);
  const minute = hours * 60 + minutes;
  return { date, day, minute, localMs: day * dayMs + minute * 60_000 };
}

/** The instant of a point on the local time line. */
export function instantOfLocalMs(localMs: number): Instant {
  const day = Math.floor(localMs / dayMs);
  const rest = localMs - day * dayMs;
  return instantAt(formatDay(day), clockOf(rest));
}

/** `HH:MM:SS.mmm` of milliseconds after midnight. */
function clockOf(ms: number): string {
  const pad = (value: number, width: number): string => String(value).padStart(width, '0');
  const minutes = Math.floor(ms / 60_000);
  const milliseconds = ms % 60_000;
  return `${pad(Math.floor(minutes / 60), 2)}:${pad(minutes % 60, 2)}:${pad(Math.floor(milliseconds / 1000), 2)}.${pad(milliseconds % 1000, 3)}`;
}

export function beyondCalendar(): AppError {
  return new AppError('BEYOND_CALENDAR', { first: `${firstYear}-01-01`, last: `${lastYear}-12-31` });
}

function isRealDate(text: string): boolean {
  const [year, month, date] = [digits(text, 0, 4), digits(text, 5, 7), digits(text, 8, 10)];
  return month >= 1 && month <= 12 && date >= 1 && date <= daysInMonth(year, month);
}

function digits(text: string, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at += 1) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}
