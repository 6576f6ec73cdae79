import { AppError } from '../../../kernel/errors.ts';
import { localDateOf, type Instant, type LocalDate } from '../../../kernel/time.ts';

/** Throws DATE_IN_FUTURE. */
export function refuseFuture(day: LocalDate, now: Instant): void {
  if (day > localDateOf(now)) throw new AppError('DATE_IN_FUTURE', { date: day });
}

/** Throws DATE_IN_PAST. */
export function refusePast(day: LocalDate, now: Instant): void {
  if (day < localDateOf(now)) throw new AppError('DATE_IN_PAST', { date: day });
}
