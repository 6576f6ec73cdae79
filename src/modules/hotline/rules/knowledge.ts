import type { LocalDate } from '../../../kernel/time.ts';

/** 知识库: what may be served, and what has to be looked at again. */

export const entryStates = ['proposed', 'published', 'flagged', 'withdrawn'] as const;
export type EntryState = (typeof entryStates)[number];
export const entryStateNames: Readonly<Record<EntryState, string>> = {
  proposed: '待审核',
  published: '在用',
  flagged: '待核对（已停止提供）',
  withdrawn: '已停用',
};

export const entryActions = ['edit', 'review', 'verify', 'withdraw'] as const;
export type EntryAction = (typeof entryActions)[number];

export const entryTransitions: Readonly<Record<EntryAction, { zh: string; from: readonly EntryState[] }>> = {
  edit: { zh: '修改', from: ['proposed', 'published', 'flagged'] },
  review: { zh: '审核', from: ['proposed'] },
  verify: { zh: '核对', from: ['published', 'flagged'] },
  withdraw: { zh: '停用', from: ['proposed', 'published', 'flagged'] },
};

export interface EntryDates {
  validFrom: LocalDate;
  validUntil: LocalDate | null;
  verifiedOn: LocalDate;
}

/** Why an entry is not to be served on a day; null when it is. */
export function staleness(entry: EntryDates, today: LocalDate, validityMonths: number): string | null {
  if (entry.validFrom > today) return '还没有到生效的日子';
  if (entry.validUntil !== null && entry.validUntil < today) return '有效期已过';
  if (addMonths(entry.verifiedOn, validityMonths) < today) return `超过${validityMonths}个月没有核对`;
  return null;
}

/** The corresponding day some months later, or the last of that month. */
export function addMonths(day: LocalDate, months: number): LocalDate {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  const total = year * 12 + (month - 1) + months;
  const last = new Date(Date.UTC(Math.floor(total / 12), (total % 12) + 1, 0)).getUTCDate();
  const to = new Date(Date.UTC(Math.floor(total / 12), total % 12, Math.min(date, last)));
  return to.toISOString().slice(0, 10);
}

export function datesFault(
  entry: { validFrom: LocalDate; validUntil: LocalDate | null },
  today: LocalDate,
): string | null {
  if (entry.validUntil !== null && entry.validUntil < entry.validFrom) return '止期早于起期';
  if (entry.validUntil !== null && entry.validUntil < today) return '止期已经过了';
  return null;
}
