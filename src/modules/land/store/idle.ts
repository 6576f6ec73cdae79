import { empty, sql } from '../../../kernel/db.ts';
import type { Tx } from '../../../kernel/module.ts';
import type { Instant, LocalDate } from '../../../kernel/time.ts';

export interface IdleLandRow {
  id: string;
  kind: 'unsupplied' | 'idle';
  name: string;
  location: string;
  areaMu: number;
  since: LocalDate;
  cause: string;
  unitId: string;
  measures: { at: Instant; by: string; text: string }[];
  closedAt: Instant | null;
  outcome: string | null;
  taskId: string | null;
  version: number;
}

const columns = sql`id, kind, name, location, area_mu::float8, since, cause, unit_id, measures, closed_at, outcome, task_id, version`;

export async function insertIdleLand(
  tx: Tx,
  row: Omit<IdleLandRow, 'closedAt' | 'outcome' | 'version'>,
): Promise<void> {
  await tx.exec(sql`insert into land.idle_land (region, id, kind, name, location, area_mu, since, cause, unit_id, measures, task_id)
    values (${tx.region}, ${row.id}, ${row.kind}, ${row.name}, ${row.location}, ${row.areaMu}, ${row.since}, ${row.cause}, ${row.unitId},
      ${JSON.stringify(row.measures)}, ${row.taskId})`);
}

export function loadIdleLandForDecision(tx: Tx, id: string): Promise<IdleLandRow | null> {
  return tx.maybe(sql`select ${columns} from land.idle_land where region = ${tx.region} and id = ${id} for update`);
}

export async function updateIdleLand(
  tx: Tx,
  row: Pick<IdleLandRow, 'id' | 'measures' | 'closedAt' | 'outcome' | 'taskId'>,
): Promise<void> {
  await tx.exec(sql`update land.idle_land set measures = ${JSON.stringify(row.measures)}, closed_at = ${row.closedAt}, outcome = ${row.outcome},
    task_id = ${row.taskId}, version = version + 1 where region = ${tx.region} and id = ${row.id}`);
}

export async function listIdleLandRows(
  tx: Tx,
  filter: { kind: '' | IdleLandRow['kind']; state: '' | 'open' | 'closed'; page: number; size: number },
): Promise<{ rows: IdleLandRow[]; total: number }> {
  const where = sql`region = ${tx.region}
    ${filter.kind === '' ? empty : sql`and kind = ${filter.kind}`}
    ${filter.state === '' ? empty : filter.state === 'open' ? sql`and closed_at is null` : sql`and closed_at is not null`}`;
  const { total } = await tx.one<{ total: number }>(
    sql`select count(*)::int as total from land.idle_land where ${where}`,
  );
  const rows = await tx.rows<IdleLandRow>(sql`select ${columns} from land.idle_land where ${where}
    order by closed_at desc nulls first, since, id limit ${filter.size} offset ${(filter.page - 1) * filter.size}`);
  return { rows, total };
}

export function sumOpen(tx: Tx): Promise<{ kind: IdleLandRow['kind']; count: number; areaMu: number }[]> {
  return tx.rows(sql`select kind, count(*)::int as count, sum(area_mu)::float8 as area_mu from land.idle_land
    where region = ${tx.region} and closed_at is null group by kind order by kind`);
}
