import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import chineseDays from 'chinese-days';
import { parse } from 'yaml';
import { addWorkingDays, buildCalendar, dueOf, parseNotices, parseTerm } from '../src/calendar/index.ts';

export interface CalendarTimes {
  /** Nanoseconds an operation. */
  ours: number;
  clock: number;
  theirs: number;
}

/** Twenty working days from each day of three years; both must give the same days before they are timed. */
export function calendarTimes(): CalendarTimes {
  const notices = parseNotices(
    parse(readFileSync(resolve(import.meta.dirname, '../data/calendar/notices.yaml'), 'utf8')),
  );
  const calendar = buildCalendar(notices);
  const term = parseTerm('20wd');
  const starts: string[] = [];
  for (let day = Date.UTC(2022, 0, 1); day < Date.UTC(2025, 0, 1); day += 86_400_000)
    starts.push(new Date(day).toISOString().slice(0, 10));

  const ours = (start: string) => addWorkingDays(calendar, start, 20);
  const theirs = (start: string) => chineseDays.findWorkday(20, start);
  const clock = (start: string) => dueOf({ start, term, calendar }).dueOn;
  for (const start of starts) {
    if (ours(start) !== theirs(start)) throw new Error(`${start}: ${ours(start)} here, ${theirs(start)} there`);
  }
  return { ours: perCall(starts, ours, 200), clock: perCall(starts, clock, 100), theirs: perCall(starts, theirs, 3) };
}

function perCall(starts: readonly string[], work: (start: string) => string, rounds: number): number {
  let length = 0;
  for (const start of starts) length += work(start).length;
  const from = performance.now();
  for (let round = 0; round < rounds; round++) for (const start of starts) length += work(start).length;
  const ms = performance.now() - from;
  if (length === 0) throw new Error('nothing was computed');
  return (ms * 1e6) / (rounds * starts.length);
}
