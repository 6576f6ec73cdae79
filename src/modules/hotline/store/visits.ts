import { empty, sql } from '../../../kernel/db.ts';
import type { Reach } from '../../../kernel/actor.ts';
import type { Tx } from '../../../kernel/module.ts';
import type { LocalDate } from '../../../kernel/time.ts';

export interface VisitRow {
  id: string;
  uscc: string;
  enterpriseName: string;
  unitId: string;
  visitedOn: LocalDate;
  visitors: string;
  notes: string;
  /** Ids of the tickets that came of it. */
  requests: readonly string[];
}

export async function insertVisit(tx: Tx, row: VisitRow): Promise<void> {
  await tx.exec(sql`insert into hotline.visit (region, id, uscc, enterprise_name, unit_id, visited_on, visitors, notes, requests, recorded_by, recorded_at)
    values (${tx.region}, ${row.id}, ${row.uscc}, ${row.enterpriseName}, ${row.unitId}, ${row.visitedOn}, ${row.visitors}, ${row.notes},
      ${JSON.stringify(row.requests)}::jsonb, ${tx.actor.accountId}::uuid, ${tx.now})`);
}

export async function listVisitRows(
  tx: Tx,
  filter: { reach: Reach; unit: string; page: number; size: number },
): Promise<{ rows: VisitRow[]; total: number }> {
  const rows = await tx.rows<
    VisitRow & { total: number }
  >(sql`select id, uscc, enterprise_name, unit_id, visited_on, visitors, notes, requests,
      count(*) over ()::int as total from hotline.visit
    where region = ${tx.region} ${filter.reach === 'all' ? empty : sql`and unit_id = any (${filter.reach as string[]}::text[])`}
      ${filter.unit === '' ? empty : sql`and unit_id = ${filter.unit}`}
    order by visited_on desc, id desc limit ${filter.size} offset ${(filter.page - 1) * filter.size}`);
  return { rows, total: rows[0]?.total ?? 0 };
}

/** Requests of firms that came of visits: how many are still open, how many the firms struck off themselves. */
export function requestCounts(tx: Tx, reach: Reach): Promise<{ open: number; writtenOff: number }> {
  return tx.one(sql`select count(*) filter (where t.status not in ('closed', 'withdrawn', 'merged'))::int as open,
      count(*) filter (where t.outcome = 'writtenOff')::int as written_off
    from hotline.visit v cross join lateral jsonb_array_elements_text(v.requests) r (id)
    join hotline.ticket t on t.region = v.region and t.id = r.id::uuid
    where v.region = ${tx.region} ${reach === 'all' ? empty : sql`and v.unit_id = any (${reach as string[]}::text[])`}`);
}
