import type { Reach } from '../../../../kernel/actor.ts';
import { empty, sql } from '../../../../kernel/db.ts';
import type { Tx } from '../../../../kernel/module.ts';
import type { Instant, LocalDate } from '../../../../kernel/time.ts';
import type { AcceptanceStatus, InspectionResult } from '../../rules/rooms/acceptance.ts';
import type { LegalBasis } from '../../rules/rooms/transition.ts';

export interface AcceptanceRow {
  id: string;
  no: string;
  projectId: string;
  accountId: string;
  surveyId: string;
  scope: string;
  note: string;
  status: AcceptanceStatus;
  lead: string;
  appliedAt: Instant;
  readyOn: LocalDate;
  visit: { on: LocalDate; time: string; place: string; moved: boolean } | null;
  leftOut: readonly { unitId: string; reason: string }[];
  rectification: {
    noticeNo: string;
    at: Instant;
    dueOn: LocalDate;
    dueAt: Instant;
    reportedAt: Instant | null;
    taskId: string;
  } | null;
  opinion: Opinion | null;
  taskId: string | null;
}

export interface Opinion {
  documentNo: string;
  on: LocalDate;
  passed: boolean;
  text: string;
  basis: LegalBasis;
  remedy: string;
  by: string;
}

export interface DepartmentRow {
  acceptanceId: string;
  unitId: string;
  matter: string;
  place: number;
  result: InspectionResult | null;
  note: string;
  inspectedAt: Instant | null;
  inspectedBy: string;
  recheck: { passed: boolean; note: string; at: Instant; by: string } | null;
  signature: { opinion: 'agree' | 'disagree'; note: string; at: Instant; by: string } | null;
  taskId: string | null;
}

export interface FindingRow {
  id: string;
  acceptanceId: string;
  unitId: string;
  place: string;
  words: string;
  photos: readonly string[];
  rectified: { note: string; documents: readonly string[]; at: Instant } | null;
  resolved: boolean | null;
}

const columns = sql`id, no, project_id, account_id, survey_id, scope, note, status, lead, applied_at, ready_on, visit, left_out, rectification,
  opinion, task_id`;

/** @returns false when one runs or has passed already. */
export async function insertAcceptance(
  tx: Tx,
  row: AcceptanceRow,
  departments: readonly Pick<DepartmentRow, 'unitId' | 'matter' | 'place'>[],
): Promise<boolean> {
  const written = await tx.exec(sql`insert into projects.acceptance (region, ${columns})
    values (${tx.region}, ${row.id}, ${row.no}, ${row.projectId}, ${row.accountId}, ${row.surveyId}, ${row.scope}, ${row.note}, ${row.status},
      ${row.lead}, ${row.appliedAt}, ${row.readyOn}, null, '[]'::jsonb, null, null, ${row.taskId})
    on conflict do nothing`);
  if (written === 0) return false;
  await tx.exec(sql`insert into projects.acceptance_department (region, acceptance_id, unit_id, matter, place)
    select ${tx.region}, ${row.id}::uuid, d."unitId", d.matter, d.place
    from jsonb_to_recordset(${JSON.stringify(departments)}::jsonb) as d("unitId" text, matter text, place int)`);
  return true;
}

export function loadAcceptance(tx: Tx, id: string): Promise<AcceptanceRow | null> {
  return tx.maybe(sql`select ${columns} from projects.acceptance where region = ${tx.region} and id = ${id}`);
}

export function loadForDecision(tx: Tx, id: string): Promise<AcceptanceRow | null> {
  return tx.maybe(
    sql`select ${columns} from projects.acceptance where region = ${tx.region} and id = ${id} for update`,
  );
}

export function loadOfProject(tx: Tx, projectId: string): Promise<AcceptanceRow[]> {
  return tx.rows(sql`select ${columns} from projects.acceptance
    where region = ${tx.region} and project_id = ${projectId} order by applied_at desc, id desc limit 50`);
}

/** Rectifying although the term is over. */
export function loadUnrectified(tx: Tx, limit: number): Promise<AcceptanceRow[]> {
  return tx.rows(sql`select ${columns} from projects.acceptance
    where region = ${tx.region} and status = 'rectifying' and (rectification->>'dueAt') < ${tx.now}
    order by id limit ${limit} for update skip locked`);
}

export async function listRows(
  tx: Tx,
  reach: Reach,
  filter: { status: readonly string[]; page: number; size: number },
): Promise<{ rows: AcceptanceRow[]; total: number }> {
  const rows = await tx.rows<AcceptanceRow & { total: number }>(sql`
    select ${columns}, count(*) over ()::int as total from projects.acceptance a
    where a.region = ${tx.region}
      ${filter.status.length === 0 ? empty : sql`and a.status = any(${[...filter.status]}::text[])`}
      ${
        reach === 'all'
          ? empty
          : sql`and (a.lead = any(${[...reach]}::text[]) or exists (select from projects.acceptance_department d
              where d.region = a.region and d.acceptance_id = a.id and d.unit_id = any(${[...reach]}::text[])))`
      }
    order by a.applied_at desc, a.id desc limit ${filter.size} offset ${(filter.page - 1) * filter.size}`);
  return { rows, total: rows[0]?.total ?? 0 };
}

export async function saveAcceptance(tx: Tx, row: AcceptanceRow): Promise<void> {
  const json = (value: unknown) => (value === null ? null : JSON.stringify(value));
  await tx.exec(sql`update projects.acceptance set status = ${row.status}, visit = ${json(row.visit)}::jsonb,
      left_out = ${JSON.stringify(row.leftOut)}::jsonb, rectification = ${json(row.rectification)}::jsonb, opinion = ${json(row.opinion)}::jsonb,
      task_id = ${row.taskId}
    where region = ${tx.region} and id = ${row.id}`);
}

export function loadDepartments(tx: Tx, ids: readonly string[]): Promise<DepartmentRow[]> {
  return tx.rows(sql`select acceptance_id, unit_id, matter, place, result, note, inspected_at, inspected_by, recheck, signature, task_id
    from projects.acceptance_department where region = ${tx.region} and acceptance_id = any(${[...ids]}::uuid[]) order by acceptance_id, place`);
}

/** Several departments in one statement. */
export async function saveDepartments(tx: Tx, rows: readonly DepartmentRow[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.exec(sql`update projects.acceptance_department d set result = r.result, note = r.note, inspected_at = r."inspectedAt",
      inspected_by = r."inspectedBy", recheck = r.recheck, signature = r.signature, task_id = r."taskId"
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r("acceptanceId" uuid, "unitId" text, result text, note text,
      "inspectedAt" timestamptz, "inspectedBy" text, recheck jsonb, signature jsonb, "taskId" uuid)
    where d.region = ${tx.region} and d.acceptance_id = r."acceptanceId" and d.unit_id = r."unitId"`);
}

export async function removeDepartments(tx: Tx, acceptanceId: string, units: readonly string[]): Promise<void> {
  await tx.exec(sql`delete from projects.acceptance_department
    where region = ${tx.region} and acceptance_id = ${acceptanceId} and unit_id = any(${[...units]}::text[])`);
}

export function loadFindings(tx: Tx, ids: readonly string[]): Promise<FindingRow[]> {
  return tx.rows(sql`select id, acceptance_id, unit_id, place, words, photos, rectified, resolved from projects.acceptance_finding
    where region = ${tx.region} and acceptance_id = any(${[...ids]}::uuid[]) order by acceptance_id, id`);
}

/** A department's list as it stands now; until the visit is concluded it may be written again. */
export async function replaceFindings(
  tx: Tx,
  acceptanceId: string,
  unitId: string,
  findings: readonly Pick<FindingRow, 'id' | 'place' | 'words' | 'photos'>[],
): Promise<void> {
  await tx.exec(sql`delete from projects.acceptance_finding
    where region = ${tx.region} and acceptance_id = ${acceptanceId} and unit_id = ${unitId}`);
  if (findings.length === 0) return;
  await tx.exec(sql`insert into projects.acceptance_finding (region, id, acceptance_id, unit_id, place, words, photos)
    select ${tx.region}, f.id, ${acceptanceId}::uuid, ${unitId}, f.place, f.words, f.photos
    from jsonb_to_recordset(${JSON.stringify(findings)}::jsonb) as f(id uuid, place text, words text, photos jsonb)`);
}

export async function saveFindings(tx: Tx, rows: readonly FindingRow[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.exec(sql`update projects.acceptance_finding f set rectified = r.rectified, resolved = r.resolved
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(id uuid, rectified jsonb, resolved boolean)
    where f.region = ${tx.region} and f.id = r.id`);
}
