import type { Reach } from '../../../../kernel/actor.ts';
import { empty, sql } from '../../../../kernel/db.ts';
import type { Tx } from '../../../../kernel/module.ts';
import type { Instant, LocalDate } from '../../../../kernel/time.ts';
import type { CommitmentKind, CommitmentStatus } from '../../rules/rooms/commitment.ts';
import type { LegalBasis } from '../../rules/rooms/transition.ts';

export interface CommitmentRow {
  id: string;
  kind: CommitmentKind;
  projectId: string;
  caseId: string | null;
  caseNo: string;
  itemId: string;
  itemName: string;
  unitId: string;
  accountId: string;
  uscc: string;
  firmName: string;
  promise: string;
  figures: readonly { name: string; value: string }[];
  filingNo: string;
  promisedAt: Instant;
  status: CommitmentStatus;
  inspection: { result: 'kept' | 'mismatch'; findings: string; on: LocalDate; by: string } | null;
  correctBy: LocalDate | null;
  correctDueAt: Instant | null;
  correction: { note: string; at: Instant } | null;
  revocation: {
    documentNo: string;
    reason: string;
    basis: LegalBasis;
    remedy: string;
    at: Instant;
    by: string;
  } | null;
  documents: readonly string[];
  taskId: string | null;
}

const columns = sql`id, kind, project_id, case_id, case_no, item_id, item_name, unit_id, account_id, uscc, firm_name, promise, figures, filing_no,
  promised_at, status, inspection, correct_by, correct_due_at, correction, revocation, documents, task_id`;

/** @returns false when the case (or the project's gas line) has its row already. */
export async function insertCommitment(tx: Tx, row: CommitmentRow): Promise<boolean> {
  return (
    (await tx.exec(sql`insert into projects.commitment (region, ${columns})
      values (${tx.region}, ${row.id}, ${row.kind}, ${row.projectId}, ${row.caseId}, ${row.caseNo}, ${row.itemId}, ${row.itemName}, ${row.unitId},
        ${row.accountId}, ${row.uscc}, ${row.firmName}, ${row.promise}, ${JSON.stringify(row.figures)}::jsonb, ${row.filingNo}, ${row.promisedAt},
        ${row.status}, null, null, null, null, null, ${JSON.stringify(row.documents)}::jsonb, null)
      on conflict do nothing`)) === 1
  );
}

export async function saveCommitment(tx: Tx, row: CommitmentRow): Promise<void> {
  const json = (value: unknown) => (value === null ? null : JSON.stringify(value));
  await tx.exec(sql`update projects.commitment set status = ${row.status}, inspection = ${json(row.inspection)}::jsonb,
      correct_by = ${row.correctBy}, correct_due_at = ${row.correctDueAt}, correction = ${json(row.correction)}::jsonb,
      revocation = ${json(row.revocation)}::jsonb, documents = ${JSON.stringify(row.documents)}::jsonb, task_id = ${row.taskId}
    where region = ${tx.region} and id = ${row.id}`);
}

export function loadCommitment(tx: Tx, id: string): Promise<CommitmentRow | null> {
  return tx.maybe(sql`select ${columns} from projects.commitment where region = ${tx.region} and id = ${id}`);
}

export function loadForDecision(tx: Tx, id: string): Promise<CommitmentRow | null> {
  return tx.maybe(
    sql`select ${columns} from projects.commitment where region = ${tx.region} and id = ${id} for update`,
  );
}

export function loadOfCase(tx: Tx, caseId: string): Promise<CommitmentRow[]> {
  return tx.rows(
    sql`select ${columns} from projects.commitment where region = ${tx.region} and case_id = ${caseId} order by id for update`,
  );
}

export function loadOfProject(tx: Tx, projectId: string): Promise<CommitmentRow[]> {
  return tx.rows(sql`select ${columns} from projects.commitment
    where region = ${tx.region} and project_id = ${projectId} order by promised_at, id`);
}

export async function listRows(
  tx: Tx,
  reach: Reach,
  filter: { status: readonly string[]; kind: readonly string[]; page: number; size: number },
): Promise<{ rows: CommitmentRow[]; total: number }> {
  const rows = await tx.rows<CommitmentRow & { total: number }>(sql`
    select ${columns}, count(*) over ()::int as total from projects.commitment
    where region = ${tx.region}
      ${reach === 'all' ? empty : sql`and unit_id = any(${[...reach]}::text[])`}
      ${filter.status.length === 0 ? empty : sql`and status = any(${[...filter.status]}::text[])`}
      ${filter.kind.length === 0 ? empty : sql`and kind = any(${[...filter.kind]}::text[])`}
    order by promised_at desc, id desc limit ${filter.size} offset ${(filter.page - 1) * filter.size}`);
  return { rows, total: rows[0]?.total ?? 0 };
}

/** Corrections whose term is over. */
export function loadOverdue(tx: Tx, limit: number): Promise<CommitmentRow[]> {
  return tx.rows(sql`select ${columns} from projects.commitment
    where region = ${tx.region} and status = 'correcting' and correct_due_at < ${tx.now}
    order by correct_due_at limit ${limit} for update skip locked`);
}

/** Those with owed materials, the ones not looked at for longest first. */
export function takeProvisional(tx: Tx, limit: number): Promise<CommitmentRow[]> {
  return tx.rows(sql`update projects.commitment c set looked_at = ${tx.now}
    where c.region = ${tx.region} and c.id in (select p.id from projects.commitment p
      where p.region = ${tx.region} and p.kind = 'provisional' and p.status in ('promised', 'uncorrected')
      order by p.looked_at nulls first limit ${limit} for update skip locked)
    returning ${columns}`);
}

export interface BreachRow {
  id: string;
  commitmentId: string;
  uscc: string;
  firmName: string;
  unitId: string;
  itemName: string;
  documentNo: string;
  reason: string;
  at: Instant;
  repairedAt: Instant | null;
  repairReason: string;
}

const breachColumns = sql`id, commitment_id, uscc, firm_name, unit_id, item_name, document_no, reason, at, repaired_at, repair_reason`;

export async function insertBreach(tx: Tx, row: Omit<BreachRow, 'repairedAt' | 'repairReason'>): Promise<void> {
  await tx.exec(sql`insert into projects.commitment_breach (region, id, commitment_id, uscc, firm_name, unit_id, item_name, document_no, reason, at)
    values (${tx.region}, ${row.id}, ${row.commitmentId}, ${row.uscc}, ${row.firmName}, ${row.unitId}, ${row.itemName}, ${row.documentNo},
      ${row.reason}, ${row.at})`);
}

export function loadBreach(tx: Tx, id: string): Promise<(BreachRow & { projectId: string }) | null> {
  return tx.maybe(sql`select b.id, b.commitment_id, b.uscc, b.firm_name, b.unit_id, b.item_name, b.document_no, b.reason, b.at, b.repaired_at,
      b.repair_reason, c.project_id
    from projects.commitment_breach b join projects.commitment c on c.region = b.region and c.id = b.commitment_id
    where b.region = ${tx.region} and b.id = ${id} for update of b`);
}

export function repair(tx: Tx, id: string, reason: string, documents: readonly string[]): Promise<BreachRow> {
  return tx.one(sql`update projects.commitment_breach set repaired_at = ${tx.now}, repair_reason = ${reason},
      repair_documents = ${JSON.stringify(documents)}::jsonb, repaired_by = ${tx.actor.name}
    where region = ${tx.region} and id = ${id} returning ${breachColumns}`);
}

/** Unrepaired ones of a firm, newest first. */
export function openBreaches(tx: Tx, uscc: string): Promise<BreachRow[]> {
  if (uscc === '') return Promise.resolve([]);
  return tx.rows(sql`select ${breachColumns} from projects.commitment_breach
    where region = ${tx.region} and uscc = ${uscc} and repaired_at is null order by at desc, id desc limit 50`);
}

export async function listBreachRows(
  tx: Tx,
  reach: Reach,
  filter: { uscc: string; open: boolean; page: number; size: number },
): Promise<{ rows: BreachRow[]; total: number }> {
  const rows = await tx.rows<BreachRow & { total: number }>(sql`
    select ${breachColumns}, count(*) over ()::int as total from projects.commitment_breach
    where region = ${tx.region}
      ${reach === 'all' ? empty : sql`and unit_id = any(${[...reach]}::text[])`}
      ${filter.uscc === '' ? empty : sql`and uscc = ${filter.uscc}`}
      ${filter.open ? sql`and repaired_at is null` : empty}
    order by at desc, id desc limit ${filter.size} offset ${(filter.page - 1) * filter.size}`);
  return { rows, total: rows[0]?.total ?? 0 };
}
