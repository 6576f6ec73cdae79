import { daysInMonth, formatDay, parseDay } from '../../../calendar/days.ts';
import type { LocalDate } from '../../../kernel/time.ts';

/** What every unit of a circle owes in every period: three notes and an article a month, one window day in half a year. */
export interface Quota {
  id: string;
  measureNo: number;
  name: string;
  kind: string;
  count: number;
  every: 'month' | 'halfYear' | 'year';
  /** Late papers count for the month they speak of when they come within so many days after its end. */
  graceDays: number;
  /** Which circle owes it. */
  owedBy: 'leads' | 'supporters' | 'named';
  units: readonly string[];
}

/** One thing handed in. The same thing sent to two channels has one `subject` and counts once. */
export interface Submission {
  id: string;
  unitId: string;
  kind: string;
  subject: string;
  /** When it happened: the month it counts for. */
  occurredOn: LocalDate;
  submittedOn: LocalDate;
  state: 'submitted' | 'accepted' | 'refused';
}

export interface QuotaCount {
  quotaId: string;
  unitId: string;
  period: string;
  owed: number;
  accepted: number;
  missing: number;
  submissions: readonly string[];
}

/**
 * What each unit owed and delivered in a period. A unit in several circles owes the higher count of one kind
 * (`stacking: 'higher'`) or all of them together (`'sum'`).
 */
export function countQuotas(
  quotas: readonly Quota[],
  submissions: readonly Submission[],
  period: string,
  stacking: 'higher' | 'sum',
): QuotaCount[] {
  const owed = new Map<string, { quota: Quota; unitId: string; count: number }>();
  for (const quota of quotas.filter((one) => periodOf(one.every, periodStart(period)) === period)) {
    for (const unitId of quota.units) {
      const key = `${quota.kind}|${unitId}`;
      const known = owed.get(key);
      if (known === undefined) owed.set(key, { quota, unitId, count: quota.count });
      else if (stacking === 'sum') owed.set(key, { ...known, count: known.count + quota.count });
      else if (quota.count > known.count) owed.set(key, { quota, unitId, count: quota.count });
    }
  }
  return [...owed.values()]
    .map(({ quota, unitId, count }) => {
      const counted = accepted(quota, unitId, period, submissions);
      return {
        quotaId: quota.id,
        unitId,
        period,
        owed: count,
        accepted: counted.length,
        missing: Math.max(0, count - counted.length),
        submissions: counted,
      };
    })
    .sort((a, b) => order(a.unitId, b.unitId) || order(a.quotaId, b.quotaId));
}

function accepted(quota: Quota, unitId: string, period: string, submissions: readonly Submission[]): string[] {
  const first = new Map<string, string>();
  const mine = submissions
    .filter((one) => one.unitId === unitId && one.kind === quota.kind && one.state === 'accepted')
    .filter((one) => periodOf(quota.every, one.occurredOn) === period)
    .filter((one) => one.submittedOn <= plusDays(periodEnd(period), quota.graceDays))
    .sort((a, b) => order(a.submittedOn, b.submittedOn) || order(a.id, b.id));
  for (const one of mine) if (!first.has(one.subject)) first.set(one.subject, one.id);
  return [...first.values()];
}

/** `2022-06`, `2022-H1`, `2022`. */
export function periodOf(every: Quota['every'], day: LocalDate): string {
  if (every === 'month') return day.slice(0, 7);
  if (every === 'halfYear') return `${day.slice(0, 4)}-H${Number(day.slice(5, 7)) <= 6 ? 1 : 2}`;
  return day.slice(0, 4);
}

export function periodStart(period: string): LocalDate {
  const half = /^(\d{4})-H([12])$/.exec(period);
  if (half !== null) return `${half[1] ?? ''}-${half[2] === '1' ? '01' : '07'}-01`;
  return period.length === 7 ? `${period}-01` : `${period}-01-01`;
}

export function periodEnd(period: string): LocalDate {
  const half = /^(\d{4})-H([12])$/.exec(period);
  if (half !== null) return `${half[1] ?? ''}-${half[2] === '1' ? '06-30' : '12-31'}`;
  if (period.length === 4) return `${period}-12-31`;
  const [year = 0, month = 0] = period.split('-').map(Number);
  return `${period}-${String(daysInMonth(year, month)).padStart(2, '0')}`;
}

function plusDays(day: LocalDate, count: number): LocalDate {
  return formatDay(parseDay(day) + count);
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
