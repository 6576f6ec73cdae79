import { sql } from '../../kernel/db.ts';
import type { DayRange, Job, Tx } from '../../kernel/module.ts';
import type { Instant } from '../../kernel/time.ts';
import type { CaseStatus } from './rules/transitions.ts';

/** How many concluded cases of some items ended how, after how many working days: from the tally that a trigger keeps. */
export interface Counted {
  status: CaseStatus;
  usedDays: number | null;
  n: number;
}

export function countedCases(tx: Tx, items: readonly string[], period: DayRange): Promise<Counted[]> {
  return tx.rows<Counted>(sql`select status, used_days::float8 as used_days, sum(n)::int as n from cases.figure
    where region = ${tx.region} and item_id = any(${items as string[]}::text[]) and day between ${period.from} and ${period.to}
    group by status, used_days having sum(n) <> 0 order by used_days, status`);
}

export function isDecided(status: CaseStatus): boolean {
  return status === 'granted' || status === 'refused';
}

/** The smallest number of days that at least this share of the cases did not exceed, as SQL's percentile_disc counts. */
export function percentileOf(counts: readonly Counted[], percent: number): number | null {
  const measured = counts.flatMap(({ usedDays, n }) => (usedDays === null ? [] : [{ usedDays, n }]));
  const total = measured.reduce((sum, one) => sum + one.n, 0);
  const wanted = Math.max(1, Math.ceil((percent / 100) * total));
  let passed = 0;
  for (const { usedDays, n } of measured.sort((a, b) => a.usedDays - b.usedDays)) {
    passed += n;
    if (passed >= wanted) return usedDays;
  }
  return null;
}

/** When a case of these items last ended; null when none has. One step into an index for each item. */
export async function lastConcluded(tx: Tx, items: readonly string[]): Promise<Instant | null> {
  const { at } = await tx.one<{
    at: Instant | null;
  }>(sql`select max(last.at) as at from unnest(${items as string[]}::text[]) as item(id)
    cross join lateral (select concluded_at as at from cases.case_file where region = ${tx.region} and item_id = item.id
      and concluded_at is not null order by concluded_at desc limit 1) last`);
  return at;
}

/** Folds the appended counts so that sums stay short. Sums do not change by it. */
export const foldFigures: Job = {
  name: 'cases.foldFigures',
  everySeconds: 300,
  run: (tx) =>
    tx.exec(sql`with heaps as (
        select item_id, day, status, used_days from cases.figure where region = ${tx.region}
        group by item_id, day, status, used_days having count(*) > 4 or sum(n) = 0 limit 1000
      ), taken as (
        delete from cases.figure f using heaps h
        where f.region = ${tx.region} and f.item_id = h.item_id and f.day = h.day and f.status = h.status
          and f.used_days is not distinct from h.used_days
        returning f.item_id, f.day, f.status, f.used_days, f.n
      )
      insert into cases.figure (region, item_id, day, status, used_days, n)
      select ${tx.region}, item_id, day, status, used_days, sum(n) from taken group by item_id, day, status, used_days having sum(n) <> 0`),
};
