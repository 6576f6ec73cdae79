import { sql } from '../../../kernel/db.ts';
import type { Tx } from '../../../kernel/module.ts';
import type { Instant, LocalDate } from '../../../kernel/time.ts';
import type { Answers } from '../../catalogue/index.ts';

/** What an application is part of: `{ type: 'project', id }`. */
export interface Matter {
  type: string;
  id: string;
}

export interface ApplicationRow {
  id: string;
  no: string;
  serviceKind: 'item' | 'bundle';
  serviceId: string;
  serviceName: string;
  versions: Record<string, number>;
  accountId: string;
  filedBy: string | null;
  applicantLabel: string;
  answers: Answers;
  commitments: string[];
  state: 'draft' | 'filed';
  revision: number;
  createdAt: Instant;
  updatedAt: Instant;
  filedAt: Instant | null;
  matter: Matter | null;
}

export interface DocumentRow {
  id: string;
  applicationId: string;
  materialKey: string;
  sha256: string;
  name: string;
  type: string;
  size: number;
  uploadedAt: Instant;
}

const answersContext = 'cases.application.answers';
const columns = sql`id, no, service_kind, service_id, service_name, versions, account_id, filed_by, applicant_label, answers, commitments, state, revision,
  created_at, updated_at, filed_at`;
const shown = sql`${columns},
  case when matter_id is null then null else jsonb_build_object('type', matter_type, 'id', matter_id) end as matter`;

export async function insertApplication(tx: Tx, row: ApplicationRow): Promise<void> {
  await tx.exec(sql`insert into cases.application (region, ${columns}, matter_type, matter_id)
    values (${tx.region}, ${row.id}, ${row.no}, ${row.serviceKind}, ${row.serviceId}, ${row.serviceName}, ${JSON.stringify(row.versions)}::jsonb,
      ${row.accountId}, ${row.filedBy}, ${row.applicantLabel}, ${sealAnswers(tx, row.answers)}, ${JSON.stringify(row.commitments)}::jsonb,
      ${row.state}, ${row.revision}, ${row.createdAt}, ${row.updatedAt}, ${row.filedAt},
      ${row.matter?.type ?? null}, ${row.matter?.id ?? null})`);
}

/** Locked, so that of two submissions at once the second finds it filed. */
export async function loadApplicationForDecision(tx: Tx, id: string): Promise<ApplicationRow | null> {
  return opened(
    tx,
    await tx.maybe<Sealed>(
      sql`select ${shown} from cases.application where region = ${tx.region} and id = ${id} for update`,
    ),
  );
}

export async function loadApplication(tx: Tx, id: string): Promise<ApplicationRow | null> {
  return opened(
    tx,
    await tx.maybe<Sealed>(sql`select ${shown} from cases.application where region = ${tx.region} and id = ${id}`),
  );
}

export async function saveAnswers(
  tx: Tx,
  id: string,
  saved: { answers: Answers; commitments: readonly string[]; applicantLabel: string },
): Promise<number> {
  const { revision } = await tx.one<{ revision: number }>(sql`
    update cases.application set answers = ${sealAnswers(tx, saved.answers)}, commitments = ${JSON.stringify(saved.commitments)}::jsonb,
      applicant_label = ${saved.applicantLabel}, revision = revision + 1, updated_at = ${tx.now}
    where region = ${tx.region} and id = ${id} returning revision`);
  return revision;
}

export async function markFiled(
  tx: Tx,
  id: string,
  filed: { answers: Answers; applicantLabel: string; phone: string },
): Promise<void> {
  const tail = filed.phone.slice(-4);
  await tx.exec(sql`update cases.application set state = 'filed', filed_at = ${tx.now}, updated_at = ${tx.now}, revision = revision + 1,
      answers = ${sealAnswers(tx, filed.answers)}, applicant_label = ${filed.applicantLabel},
      phone_tail = ${/^\d{4}$/.test(tail) ? phoneTailIndex(tx, tail) : null}
    where region = ${tx.region} and id = ${id}`);
}

export async function deleteDraft(tx: Tx, id: string): Promise<void> {
  await tx.exec(sql`delete from cases.application where region = ${tx.region} and id = ${id} and state = 'draft'`);
}

export interface ApplicationSummary {
  id: string;
  no: string;
  state: 'draft' | 'filed';
  serviceKind: 'item' | 'bundle';
  serviceId: string;
  serviceName: string;
  applicantLabel: string;
  updatedAt: Instant;
  filedAt: Instant | null;
  statuses: string[];
  owes: boolean;
}

/** One statement: the page and, per application, where its cases stand. Those that need the applicant come first. */
export async function listOwn(
  tx: Tx,
  accountId: string,
  filter: { state: '' | 'draft' | 'running' | 'concluded'; text: string; page: number; size: number },
): Promise<{ rows: ApplicationSummary[]; total: number }> {
  const concluded = sql`coalesce(c.running = 0, false)`;
  const rows = await tx.rows<ApplicationSummary & { total: number }>(sql`
    select a.id, a.no, a.state, a.service_kind, a.service_id, a.service_name, a.applicant_label, a.updated_at, a.filed_at,
      coalesce(c.statuses, '{}') as statuses, coalesce(c.owes, false) as owes, count(*) over ()::int as total
    from cases.application a
    left join lateral (
      select array_agg(f.status order by f.id) as statuses,
        count(*) filter (where f.status not in ('granted', 'refused', 'declined', 'withdrawn')) as running,
        bool_or(jsonb_path_exists(f.state, '$.owed[*] ? (@.deliveredAt == null)') and f.status in ('accepted', 'suspended', 'granted')) as owes,
        bool_or(f.status = 'correcting') as correcting
      from cases.case_file f where f.region = a.region and f.application_id = a.id) c on true
    where a.region = ${tx.region} and a.account_id = ${accountId}
      and (${filter.text} = '' or a.service_name like '%' || ${filter.text} || '%' or a.no like '%' || ${filter.text} || '%')
      and case ${filter.state} when 'draft' then a.state = 'draft' when 'running' then a.state = 'filed' and not ${concluded}
        when 'concluded' then a.state = 'filed' and ${concluded} else true end
    order by (coalesce(c.correcting, false) or coalesce(c.owes, false)) desc, a.updated_at desc, a.id desc
    limit ${filter.size} offset ${(filter.page - 1) * filter.size}`);
  return { rows, total: rows[0]?.total ?? 0 };
}

export async function insertDocument(tx: Tx, row: DocumentRow): Promise<void> {
  await tx.exec(sql`insert into cases.document (region, id, application_id, material_key, sha256, name, type, size, uploaded_by, uploaded_at)
    values (${tx.region}, ${row.id}, ${row.applicationId}, ${row.materialKey}, ${row.sha256}, ${row.name}, ${row.type}, ${row.size},
      ${tx.actor.accountId}, ${row.uploadedAt})`);
}

export async function loadDocuments(tx: Tx, applicationId: string): Promise<DocumentRow[]> {
  const rows = await tx.rows<Omit<DocumentRow, 'size'> & { size: string }>(sql`
    select id, application_id, material_key, sha256, name, type, size, uploaded_at from cases.document
    where region = ${tx.region} and application_id = ${applicationId} and removed_at is null order by uploaded_at, id`);
  return rows.map((row) => ({ ...row, size: Number(row.size) }));
}

export async function loadDocument(tx: Tx, id: string): Promise<DocumentRow | null> {
  const row = await tx.maybe<Omit<DocumentRow, 'size'> & { size: string }>(sql`
    select id, application_id, material_key, sha256, name, type, size, uploaded_at from cases.document
    where region = ${tx.region} and id = ${id} and removed_at is null`);
  return row === null ? null : { ...row, size: Number(row.size) };
}

export async function removeDocumentRow(tx: Tx, applicationId: string, id: string): Promise<boolean> {
  const removed = await tx.exec(sql`update cases.document set removed_at = ${tx.now}
    where region = ${tx.region} and application_id = ${applicationId} and id = ${id} and removed_at is null`);
  return removed === 1;
}

export interface TrackedApplication {
  id: string;
  /** Whether the last four digits of the phone agree. */
  agrees: boolean;
  /** Wrong digits given today for this application. */
  misses: number;
}

/** The application of a case number or of its own number. */
export function findByNo(tx: Tx, no: string, phoneTail: string, day: LocalDate): Promise<TrackedApplication | null> {
  return tx.maybe<TrackedApplication>(sql`
    select a.id, coalesce(a.phone_tail = ${phoneTailIndex(tx, phoneTail)}, false) as agrees, coalesce(m.misses, 0) as misses
    from cases.application a
    left join cases.tracking_miss m on m.region = a.region and m.application_id = a.id and m.day = ${day}
    where a.region = ${tx.region} and a.state = 'filed'
      and a.id in (select application_id from cases.case_file where region = ${tx.region} and no = ${no}
        union select id from cases.application where region = ${tx.region} and no = ${no})`);
}

export async function countMiss(tx: Tx, applicationId: string, day: LocalDate): Promise<void> {
  await tx.exec(sql`insert into cases.tracking_miss as m (region, application_id, day, misses)
    values (${tx.region}, ${applicationId}, ${day}, 1) on conflict (region, application_id, day) do update set misses = m.misses + 1`);
}

type Sealed = Omit<ApplicationRow, 'answers'> & { answers: string };

function opened(tx: Tx, row: Sealed | null): ApplicationRow | null {
  if (row === null) return null;
  return { ...row, answers: JSON.parse(tx.services.personalData.open(row.answers, answersContext)) as Answers };
}

function sealAnswers(tx: Tx, answers: Answers): string {
  return tx.services.personalData.seal(JSON.stringify(answers), answersContext);
}

function phoneTailIndex(tx: Tx, tail: string): string {
  return tx.services.personalData.blindIndex(tail, 'cases.application.phoneTail');
}
