/** The only file that reads the clock and names the time zone. */

/** A calendar day in the county, `YYYY-MM-DD`. */
export type LocalDate = string;
/** A moment, ISO 8601 in UTC with milliseconds, `2026-11-23T01:30:00.000Z`. */
export type Instant = string;

/** Asia/Shanghai has had no daylight saving since 1991: a fixed offset is exact for every date the platform holds. */
const offsetMs = 8 * 3_600_000;

export interface Clock {
  now(): Instant;
}

export const systemClock: Clock = { now: () => new Date().toISOString() };

/** A clock that a test or a simulation moves by hand. */
export function settableClock(start: Instant): Clock & { set(at: Instant): void } {
  let current = start;
  return {
    now: () => current,
    set: (at) => {
      current = at;
    },
  };
}

/** The county's calendar day of a moment. */
export function localDateOf(at: Instant): LocalDate {
  return new Date(Date.parse(at) + offsetMs).toISOString().slice(0, 10);
}

/** Wall time in the county, `HH:MM`. */
export function localTimeOf(at: Instant): string {
  return new Date(Date.parse(at) + offsetMs).toISOString().slice(11, 16);
}

/** The moment of a wall time in the county: `instantAt('2026-11-23', '09:30')`. */
export function instantAt(day: LocalDate, time: string): Instant {
  return new Date(Date.parse(`${day}T${time.length === 5 ? `${time}:00` : time}Z`) - offsetMs).toISOString();
}

export function plusMs(at: Instant, ms: number): Instant {
  return new Date(Date.parse(at) + ms).toISOString();
}

export function msBetween(from: Instant, to: Instant): number {
  return Date.parse(to) - Date.parse(from);
}

/** `2026年11月23日 09:30`, for people. */
export function chineseDateTime(at: Instant): string {
  return `${chineseDate(localDateOf(at))} ${localTimeOf(at)}`;
}

/** `2026年11月23日`, for people. */
export function chineseDate(day: LocalDate): string {
  const [year, month, date] = day.split('-');
  return `${year}年${Number(month)}月${Number(date)}日`;
}
