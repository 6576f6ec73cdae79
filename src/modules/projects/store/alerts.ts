import type { Reach } from '../../../kernel/actor.ts';
import { empty, sql } from '../../../kernel/db.ts';
import type { Tx } from '../../../kernel/module.ts';
import type { Instant } from '../../../kernel/time.ts';

export interface AlertRow {
  id: string;
  projectId: string;
  key: string;
  kind: 'breaker' | 'exceeded' | 'exclusion';
  at: Instant;
  unitId: string;
  caseId: string | null;
  words: string;
  taskId: string | null;
  state: 'open' | 'answered' | 'passed';
  answer: string;
  settledAt: Instant | null;
}

const columns = sql`a.id, a.project_id, a.key, a.kind, a.at, a.unit_id, a.case_id, a.words, a.task_id, a.state, a.answer, a.settled_at`;

export function alertsOfProjects(tx: Tx, projectIds: readonly string[]): Promise<AlertRow[]> {
  return tx.rows(sql`select ${columns} from projects.alert a
    where a.region = ${tx.region} and a.project_id = any(${[...projectIds]}::uuid[]) order by a.at desc, a.id desc`);
}

/** New alerts, and those that had passed and are back; the same one never stands twice. */
export async function raiseAlerts(tx: Tx, alerts: readonly AlertRow[]): Promise<void> {
  if (alerts.length === 0) return;
  await tx.exec(sql`insert into projects.alert as a (region, id, project_id, key, kind, at, unit_id, case_id, words, task_id, state)
    select ${tx.region}, id, "projectId", key, kind, at, "unitId", "caseId", words, "taskId", 'open'
    from jsonb_to_recordset(${JSON.stringify(alerts)}::jsonb) as n(id uuid, "projectId" uuid, key text, kind text, at timestamptz, "unitId" text,
      "caseId" uuid, words text, "taskId" uuid)
    on conflict (region, project_id, key) do update set state = 'open', at = excluded.at, words = excluded.words, unit_id = excluded.unit_id,
      task_id = excluded.task_id, settled_at = null where a.state = 'passed'`);
}

export async function settleAlerts(
  tx: Tx,
  ids: readonly string[],
  state: 'answered' | 'passed',
  answer: string,
): Promise<void> {
  if (ids.length === 0) return;
  await tx.exec(sql`update projects.alert set state = ${state}, answer = ${answer}, settled_at = ${tx.now}, settled_by = ${tx.actor.name}
    where region = ${tx.region} and id = any(${[...ids]}::uuid[]) and state = 'open'`);
}

export async function countOpenAgain(tx: Tx, projectId: string): Promise<void> {
  await tx.exec(sql`update projects.project set open_alerts = (select count(*) from projects.alert a
      where a.region = ${tx.region} and a.project_id = ${projectId} and a.state = 'open')
    where region = ${tx.region} and id = ${projectId}`);
}

export function loadAlertForDecision(tx: Tx, id: string): Promise<AlertRow | null> {
  return tx.maybe(
    sql`select ${columns} from projects.alert a where a.region = ${tx.region} and a.id = ${id} for update`,
  );
}

export async function listAlertRows(
  tx: Tx,
  filter: { reach: Reach; open: '' | 'true' | 'false'; page: number; size: number },
): Promise<{ rows: (AlertRow & { code: string; projectName: string })[]; total: number }> {
  const rows = await tx.rows<AlertRow & { code: string; projectName: string; total: number }>(sql`
    select ${columns}, p.code, p.name as project_name, count(*) over ()::int as total
    from projects.alert a join projects.project p on p.region = a.region and p.id = a.project_id
    where a.region = ${tx.region}
      ${filter.reach === 'all' ? empty : sql`and a.unit_id = any(${[...filter.reach]}::text[])`}
      ${filter.open === '' ? empty : filter.open === 'true' ? sql`and a.state = 'open'` : sql`and a.state <> 'open'`}
    order by a.at desc, a.id desc limit ${filter.size} offset ${(filter.page - 1) * filter.size}`);
  return { rows, total: rows[0]?.total ?? 0 };
}
