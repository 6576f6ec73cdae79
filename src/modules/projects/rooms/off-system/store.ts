import type { Reach } from '../../../../kernel/actor.ts';
import { empty, sql } from '../../../../kernel/db.ts';
import type { Tx } from '../../../../kernel/module.ts';
import type { Instant, LocalDate } from '../../../../kernel/time.ts';

export interface AlertRow {
  id: string;
  signKey: string;
  sign: string;
  status: 'open' | 'dismissed' | 'confirmed';
  projectId: string;
  caseId: string | null;
  caseNo: string;
  itemName: string;
  unitId: string;
  words: string;
  evidence: readonly { name: string; value: string }[];
  basis: string;
  raisedAt: Instant;
  decidedAt: Instant | null;
  decidedBy: string;
  reason: string;
  explanation: { text: string; at: Instant; by: string } | null;
  taskId: string;
}

const columns = sql`id, sign_key, sign, status, project_id, case_id, case_no, item_name, unit_id, words, evidence, basis, raised_at, decided_at,
  decided_by, reason, explanation, task_id`;

/** Which of these signs were raised before. */
export async function knownSigns(tx: Tx, keys: readonly string[]): Promise<Set<string>> {
  const rows = await tx.rows<{ signKey: string }>(sql`select sign_key from projects.off_system_alert
    where region = ${tx.region} and sign_key = any(${[...keys]}::text[])`);
  return new Set(rows.map((row) => row.signKey));
}

export async function insertAlert(tx: Tx, row: AlertRow): Promise<void> {
  await tx.exec(sql`insert into projects.off_system_alert (region, ${columns})
    values (${tx.region}, ${row.id}, ${row.signKey}, ${row.sign}, ${row.status}, ${row.projectId}, ${row.caseId}, ${row.caseNo}, ${row.itemName},
      ${row.unitId}, ${row.words}, ${JSON.stringify(row.evidence)}::jsonb, ${row.basis}, ${row.raisedAt}, null, '', '', null, ${row.taskId})`);
}

export function loadForDecision(tx: Tx, id: string): Promise<AlertRow | null> {
  return tx.maybe(
    sql`select ${columns} from projects.off_system_alert where region = ${tx.region} and id = ${id} for update`,
  );
}

export async function saveAlert(tx: Tx, row: AlertRow): Promise<void> {
  await tx.exec(sql`update projects.off_system_alert set status = ${row.status}, decided_at = ${row.decidedAt}, decided_by = ${row.decidedBy},
      reason = ${row.reason}, explanation = ${row.explanation === null ? null : JSON.stringify(row.explanation)}::jsonb, task_id = ${row.taskId}
    where region = ${tx.region} and id = ${row.id}`);
}

export async function listAlertRows(
  tx: Tx,
  filter: { status: readonly string[]; sign: readonly string[]; reach: Reach; page: number; size: number },
): Promise<{ rows: AlertRow[]; total: number }> {
  const rows = await tx.rows<AlertRow & { total: number }>(sql`
    select ${columns}, count(*) over ()::int as total from projects.off_system_alert
    where region = ${tx.region}
      ${filter.status.length === 0 ? empty : sql`and status = any(${[...filter.status]}::text[])`}
      ${filter.sign.length === 0 ? empty : sql`and sign = any(${[...filter.sign]}::text[])`}
      ${filter.reach === 'all' ? empty : sql`and unit_id = any(${[...filter.reach]}::text[])`}
    order by raised_at desc, id desc limit ${filter.size} offset ${(filter.page - 1) * filter.size}`);
  return { rows, total: rows[0]?.total ?? 0 };
}

export async function countOpen(tx: Tx): Promise<number> {
  const { n } = await tx.one<{ n: number }>(sql`select count(*)::int as n from projects.off_system_alert
    where region = ${tx.region} and status = 'open'`);
  return n;
}

export interface OffSystemCaseRow {
  id: string;
  projectId: string;
  itemId: string;
  itemName: string;
  unitId: string;
  receivedOn: LocalDate;
  endedOn: LocalDate;
  resultNo: string;
  why: string;
  documents: readonly string[];
  registeredAt: Instant;
  registeredBy: string;
}

const caseColumns = sql`id, project_id, item_id, item_name, unit_id, received_on, ended_on, result_no, why, documents, registered_at, registered_by`;

export async function insertOffSystemCase(tx: Tx, row: OffSystemCaseRow): Promise<void> {
  await tx.exec(sql`insert into projects.off_system_case (region, ${caseColumns})
    values (${tx.region}, ${row.id}, ${row.projectId}, ${row.itemId}, ${row.itemName}, ${row.unitId}, ${row.receivedOn}, ${row.endedOn},
      ${row.resultNo}, ${row.why}, ${JSON.stringify(row.documents)}::jsonb, ${row.registeredAt}, ${row.registeredBy})`);
}

export function loadOffSystemCases(tx: Tx, projectId: string): Promise<OffSystemCaseRow[]> {
  return tx.rows(sql`select ${caseColumns} from projects.off_system_case
    where region = ${tx.region} and project_id = ${projectId} order by registered_at, id limit 500`);
}
