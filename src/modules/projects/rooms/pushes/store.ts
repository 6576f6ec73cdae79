import type { Reach } from '../../../../kernel/actor.ts';
import { empty, sql } from '../../../../kernel/db.ts';
import type { Tx } from '../../../../kernel/module.ts';
import type { Instant, LocalDate } from '../../../../kernel/time.ts';

export interface PushRow {
  id: string;
  projectId: string;
  cause: string;
  causeWords: string;
  unitId: string;
  asks: string;
  pushedAt: Instant;
  receipt: { plannedOn: LocalDate; note: string; contact: string; at: Instant; by: string } | null;
  taskId: string;
}

const columns = sql`id, project_id, cause, cause_words, unit_id, asks, pushed_at, receipt, task_id`;

/** Units that were told of this cause already. */
export async function pushedUnits(tx: Tx, projectId: string, cause: string): Promise<Set<string>> {
  const rows = await tx.rows<{ unitId: string }>(sql`select unit_id from projects.early_push
    where region = ${tx.region} and project_id = ${projectId} and cause = ${cause}`);
  return new Set(rows.map((row) => row.unitId));
}

export async function insertPushes(tx: Tx, rows: readonly PushRow[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.exec(sql`insert into projects.early_push (region, ${columns})
    select ${tx.region}, id, "projectId", cause, "causeWords", "unitId", asks, ${tx.now}::timestamptz, null, "taskId"
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as p(id uuid, "projectId" uuid, cause text, "causeWords" text, "unitId" text,
      asks text, "taskId" uuid)`);
}

export function loadForDecision(tx: Tx, id: string): Promise<PushRow | null> {
  return tx.maybe(
    sql`select ${columns} from projects.early_push where region = ${tx.region} and id = ${id} for update`,
  );
}

export function loadOfProject(tx: Tx, projectId: string): Promise<PushRow[]> {
  return tx.rows(sql`select ${columns} from projects.early_push
    where region = ${tx.region} and project_id = ${projectId} order by pushed_at, unit_id limit 200`);
}

export async function listRows(
  tx: Tx,
  reach: Reach,
  filter: { state: '' | 'waiting' | 'received'; page: number; size: number },
): Promise<{ rows: PushRow[]; total: number }> {
  const rows = await tx.rows<PushRow & { total: number }>(sql`
    select ${columns}, count(*) over ()::int as total from projects.early_push
    where region = ${tx.region}
      ${reach === 'all' ? empty : sql`and unit_id = any(${[...reach]}::text[])`}
      ${filter.state === '' ? empty : filter.state === 'waiting' ? sql`and receipt is null` : sql`and receipt is not null`}
    order by pushed_at desc, id desc limit ${filter.size} offset ${(filter.page - 1) * filter.size}`);
  return { rows, total: rows[0]?.total ?? 0 };
}

export async function saveReceipt(tx: Tx, row: PushRow): Promise<void> {
  await tx.exec(sql`update projects.early_push set receipt = ${JSON.stringify(row.receipt)}::jsonb
    where region = ${tx.region} and id = ${row.id}`);
}
