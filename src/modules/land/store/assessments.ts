import { empty, sql } from '../../../kernel/db.ts';
import type { Tx } from '../../../kernel/module.ts';
import type { Instant, LocalDate } from '../../../kernel/time.ts';
import type { AssessmentState, Result } from '../rules/assessments.ts';
import { muOf } from '../rules/geometry.ts';

export interface AssessmentRow extends Result {
  areaMu: number;
  conditions: string;
  documentId: string | null;
  documentName: string | null;
  unitId: string;
  state: AssessmentState;
  replaces: string | null;
  draftedBy: string | null;
  draftedName: string;
  draftedAt: Instant;
  publishedName: string | null;
  publishedAt: Instant | null;
  taskId: string | null;
  revision: number;
  reuses: number;
}

export type NewAssessment = Pick<
  AssessmentRow,
  | 'id'
  | 'kind'
  | 'title'
  | 'areaName'
  | 'issuer'
  | 'documentNo'
  | 'validFrom'
  | 'validUntil'
  | 'area'
  | 'excludedUses'
  | 'exceptions'
  | 'conditions'
  | 'documentId'
  | 'replaces'
>;

const columns = sql`a.id, a.kind, a.title, a.area_name, a.issuer, a.document_no, a.valid_from, a.valid_until, a.area, a.area_mu::float8,
  a.excluded_uses, a.exceptions, a.conditions, a.document_id, d.name as document_name, a.unit_id, a.state, a.replaces, a.drafted_by, a.drafted_name,
  a.drafted_at, a.published_name, a.published_at, a.task_id, a.revision,
  (select count(*)::int from land.assessment_reuse r where r.region = a.region and r.assessment_id = a.id) as reuses`;
const from = sql`from land.assessment a left join land.document d on d.region = a.region and d.id = a.document_id`;

export async function insertAssessment(tx: Tx, given: NewAssessment, unitId: string): Promise<void> {
  await tx.exec(sql`insert into land.assessment (region, id, kind, title, area_name, issuer, document_no, valid_from, valid_until, area, area_mu,
      excluded_uses, exceptions, conditions, document_id, replaces, unit_id, state, drafted_by, drafted_name, drafted_at)
    values (${tx.region}, ${given.id}, ${given.kind}, ${given.title}, ${given.areaName}, ${given.issuer}, ${given.documentNo}, ${given.validFrom},
      ${given.validUntil}, ${JSON.stringify(given.area)}, ${muOf(given.area)},
      ${JSON.stringify(given.excludedUses)}, ${JSON.stringify(given.exceptions)}, ${given.conditions}, ${given.documentId}, ${given.replaces},
      ${unitId}, 'draft', ${tx.actor.accountId}::uuid, ${tx.actor.name}, ${tx.now})`);
}

/** Who changes a draft becomes its drafter: a second person must look at what he wrote. */
export async function updateAssessment(tx: Tx, given: NewAssessment, revision: number): Promise<boolean> {
  const changed =
    await tx.exec(sql`update land.assessment set kind = ${given.kind}, title = ${given.title}, area_name = ${given.areaName},
      issuer = ${given.issuer}, document_no = ${given.documentNo}, valid_from = ${given.validFrom}, valid_until = ${given.validUntil},
      area = ${JSON.stringify(given.area)}, area_mu = ${muOf(given.area)}, excluded_uses = ${JSON.stringify(given.excludedUses)}, exceptions = ${JSON.stringify(given.exceptions)},
      conditions = ${given.conditions}, document_id = ${given.documentId}, replaces = ${given.replaces}, drafted_by = ${tx.actor.accountId}::uuid,
      drafted_name = ${tx.actor.name}, drafted_at = ${tx.now}, revision = revision + 1
    where region = ${tx.region} and id = ${given.id} and state = 'draft' and revision = ${revision}`);
  return changed === 1;
}

export function deleteDraft(tx: Tx, id: string): Promise<number> {
  return tx.exec(sql`delete from land.assessment where region = ${tx.region} and id = ${id} and state = 'draft'`);
}

export async function publishRow(tx: Tx, id: string): Promise<void> {
  await tx.exec(sql`update land.assessment set state = 'published', published_by = ${tx.actor.accountId}::uuid, published_name = ${tx.actor.name},
    published_at = ${tx.now} where region = ${tx.region} and id = ${id}`);
}

/** @returns its renewal task, if one runs; null when there was no such published result. */
export function supersedeRow(tx: Tx, id: string): Promise<{ taskId: string | null } | null> {
  return tx.maybe(sql`update land.assessment set state = 'superseded', superseded_at = ${tx.now}
    where region = ${tx.region} and id = ${id} and state = 'published' returning task_id`);
}

export function loadAssessment(tx: Tx, id: string): Promise<AssessmentRow | null> {
  return tx.maybe(sql`select ${columns} ${from} where a.region = ${tx.region} and a.id = ${id}`);
}

export function loadAssessmentForDecision(tx: Tx, id: string): Promise<AssessmentRow | null> {
  return tx.maybe(sql`select ${columns} ${from} where a.region = ${tx.region} and a.id = ${id} for update of a`);
}

export interface AssessmentFilter {
  /** Drafts are for those who work on them. */
  withDrafts: boolean;
  kind: string;
  state: readonly AssessmentState[];
  text: string;
  validOn: LocalDate | null;
  page: number;
  size: number;
}

export async function listAssessmentRows(
  tx: Tx,
  filter: AssessmentFilter,
): Promise<{ rows: AssessmentRow[]; total: number }> {
  const where = sql`a.region = ${tx.region}
    ${filter.withDrafts ? empty : sql`and a.state <> 'draft'`}
    ${filter.kind === '' ? empty : sql`and a.kind = ${filter.kind}`}
    ${filter.state.length === 0 ? empty : sql`and a.state = any (${filter.state as string[]}::text[])`}
    ${filter.text === '' ? empty : sql`and (a.title like ${like(filter.text)} or a.area_name like ${like(filter.text)} or a.document_no like ${like(filter.text)})`}
    ${filter.validOn === null ? empty : sql`and ${filter.validOn}::date between a.valid_from and a.valid_until`}`;
  const { total } = await tx.one<{ total: number }>(
    sql`select count(*)::int as total from land.assessment a where ${where}`,
  );
  const rows = await tx.rows<AssessmentRow>(sql`select ${columns} ${from} where ${where}
    order by case a.state when 'draft' then 0 when 'published' then 1 else 2 end, a.kind, a.valid_until desc, a.id
    limit ${filter.size} offset ${(filter.page - 1) * filter.size}`);
  return { rows, total };
}

/** Everything published: a county has some hundred results at most, and why none serves needs the others too. */
export function listPublished(tx: Tx): Promise<AssessmentRow[]> {
  return tx.rows(sql`select ${columns} ${from} where a.region = ${tx.region} and a.state = 'published' order by a.id`);
}

/** @returns how many were new. */
export async function insertReuse(
  tx: Tx,
  assessmentIds: readonly string[],
  subject: { type: string; id: string; no: string; name: string },
): Promise<number> {
  return tx.exec(sql`insert into land.assessment_reuse (region, assessment_id, subject_type, subject_id, subject_no, subject_name, at, recorded_by)
    select ${tx.region}, one, ${subject.type}, ${subject.id}, ${subject.no}, ${subject.name}, ${tx.now}, ${tx.actor.name}
    from unnest(${assessmentIds as string[]}::uuid[]) one
    on conflict do nothing`);
}

export function countPublished(tx: Tx, ids: readonly string[]): Promise<{ count: number }> {
  return tx.one(sql`select count(*)::int as count from land.assessment
    where region = ${tx.region} and state = 'published' and id = any (${ids as string[]}::uuid[])`);
}

export interface ReuseRow {
  subjectType: string;
  subjectNo: string;
  subjectName: string;
  at: Instant;
}

export async function listReuseRows(
  tx: Tx,
  id: string,
  page: number,
  size: number,
): Promise<{ reuses: ReuseRow[]; total: number }> {
  const rows = await tx.rows<ReuseRow & { total: number }>(sql`
    select subject_type, subject_no, subject_name, at, count(*) over ()::int as total from land.assessment_reuse
    where region = ${tx.region} and assessment_id = ${id} order by at desc, subject_type, subject_id limit ${size} offset ${(page - 1) * size}`);
  return { reuses: rows.map(({ total: _, ...row }) => row), total: rows[0]?.total ?? 0 };
}

/** Published results that end soon and have no renewal task yet; locked against a second worker. */
export function listToRenew(tx: Tx, until: LocalDate, most: number): Promise<AssessmentRow[]> {
  return tx.rows(sql`select ${columns} ${from} where a.region = ${tx.region} and a.state = 'published' and a.task_id is null
    and a.valid_until <= ${until} order by a.valid_until, a.id limit ${most} for update of a skip locked`);
}

export async function keepRenewalTasks(tx: Tx, pairs: readonly { id: string; taskId: string }[]): Promise<void> {
  await tx.exec(sql`update land.assessment a set task_id = p."taskId"
    from jsonb_to_recordset(${JSON.stringify(pairs)}::jsonb) as p(id uuid, "taskId" uuid) where a.region = ${tx.region} and a.id = p.id`);
}

/** Whether anybody entered anything: trial data is loaded into an empty house only. */
export function hasAny(tx: Tx): Promise<{ any: boolean }> {
  return tx.one(sql`select exists (select from land.assessment where region = ${tx.region}) as any`);
}

export function like(text: string): string {
  return `%${text.replace(/[\\%_]/g, (one) => `\\${one}`)}%`;
}
