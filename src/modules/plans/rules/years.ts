import type { LocalDate } from '../../../kernel/time.ts';

/** The same day of another year; 29 February becomes the 28th. */
export function shiftYears(day: LocalDate, years: number): LocalDate {
  const year = Number(day.slice(0, 4)) + years;
  const rest = day.slice(4);
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return `${year}${rest === '-02-29' && !leap ? '-02-28' : rest}`;
}
