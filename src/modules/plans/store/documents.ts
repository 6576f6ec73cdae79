import { empty, sql } from '../../../kernel/db.ts';
import type { Tx } from '../../../kernel/module.ts';
import type { Instant, LocalDate } from '../../../kernel/time.ts';
import type { ReadArea, RowBody, TextSpan } from '../rules/rows.ts';

export interface DocumentHead {
  title: string;
  documentNo: string;
  issuer: string;
  issuedOn: LocalDate | null;
}

export interface DocumentRow {
  id: string;
  name: string;
  sha256: string;
  head: DocumentHead;
  state: 'review' | 'entered' | 'dropped';
  planId: string | null;
  readAt: Instant;
  readBy: string | null;
  readerName: string;
  rows: number;
  confirmed: number;
}

export interface FullDocument extends Omit<DocumentRow, 'rows' | 'confirmed'> {
  text: string;
  areas: ReadArea[];
  warnings: { message: string; span: TextSpan | null }[];
}

export interface PlanRowDraft {
  id: string;
  documentId: string;
  position: number;
  kind: 'measure' | 'subItem';
  body: RowBody;
  confidence: number;
  state: 'proposed' | 'confirmed' | 'dropped';
  version: number;
  changedBy: string;
}

const documentColumns = sql`id, name, sha256, head, state, plan_id, read_at, read_by, reader_name`;
const rowColumns = sql`id, document_id, position::float8 as position, kind, body, confidence::float8 as confidence, state, version, changed_by`;

export async function insertDocument(
  tx: Tx,
  row: Pick<FullDocument, 'id' | 'name' | 'sha256' | 'text' | 'head' | 'areas' | 'warnings'>,
): Promise<void> {
  await tx.exec(sql`insert into plans.document (region, id, name, sha256, text, head, areas, warnings, state, read_at, read_by, reader_name)
    values (${tx.region}, ${row.id}, ${row.name}, ${row.sha256}, ${row.text}, ${JSON.stringify(row.head)}::jsonb, ${JSON.stringify(row.areas)}::jsonb,
      ${JSON.stringify(row.warnings)}::jsonb, 'review', ${tx.now}, ${tx.actor.accountId}, ${tx.actor.name})`);
}

export async function listDocumentRows(
  tx: Tx,
  page: { page: number; size: number },
): Promise<{ rows: DocumentRow[]; total: number }> {
  const rows =
    await tx.rows<DocumentRow>(sql`select ${documentColumns}, coalesce(c.rows, 0) as rows, coalesce(c.confirmed, 0) as confirmed
    from (select * from plans.document where region = ${tx.region} order by read_at desc, id limit ${page.size} offset ${(page.page - 1) * page.size}) d
    left join lateral (
      select count(*)::int as rows, (count(*) filter (where r.state = 'confirmed'))::int as confirmed
      from plans.row r where r.region = d.region and r.document_id = d.id and r.state <> 'dropped'
    ) c on true order by d.read_at desc, d.id`);
  const { total } = await tx.one<{ total: number }>(
    sql`select count(*)::int as total from plans.document where region = ${tx.region}`,
  );
  return { rows, total };
}

/** @param lock everything that changes the rows of a document waits for the one before. */
export function loadDocument(tx: Tx, id: string, lock = false): Promise<FullDocument | null> {
  return tx.maybe<FullDocument>(sql`select ${documentColumns}, text, areas, warnings from plans.document
    where region = ${tx.region} and id = ${id} ${lock ? sql`for update` : empty}`);
}

export async function markEntered(tx: Tx, id: string, planId: string): Promise<void> {
  await tx.exec(
    sql`update plans.document set state = 'entered', plan_id = ${planId} where region = ${tx.region} and id = ${id}`,
  );
}

export type NewDraft = Pick<PlanRowDraft, 'id' | 'documentId' | 'position' | 'kind' | 'body' | 'confidence'>;

export async function insertDrafts(tx: Tx, rows: readonly NewDraft[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.exec(sql`insert into plans.row (region, id, document_id, position, kind, body, confidence, state, version, changed_by, changed_at)
    select ${tx.region}, id, "documentId", position, kind, body, confidence, 'proposed', 1, '', ${tx.now}::timestamptz
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(id uuid, "documentId" uuid, position numeric, kind text, body jsonb, confidence real)`);
}

export function loadDraft(tx: Tx, id: string): Promise<PlanRowDraft | null> {
  return tx.maybe<PlanRowDraft>(sql`select ${rowColumns} from plans.row where region = ${tx.region} and id = ${id}`);
}

export function draftsOf(tx: Tx, documentId: string): Promise<PlanRowDraft[]> {
  return tx.rows<PlanRowDraft>(
    sql`select ${rowColumns} from plans.row where region = ${tx.region} and document_id = ${documentId} order by position, id`,
  );
}

/** A row that was changed has to be confirmed again. */
export async function saveDraft(tx: Tx, id: string, body: RowBody, confidence: number): Promise<void> {
  await tx.exec(sql`update plans.row set body = ${JSON.stringify(body)}::jsonb, confidence = ${confidence}, state = 'proposed', version = version + 1,
    changed_by = ${tx.actor.name}, changed_at = ${tx.now} where region = ${tx.region} and id = ${id}`);
}

export async function setDraftStates(tx: Tx, ids: readonly string[], state: PlanRowDraft['state']): Promise<number> {
  if (ids.length === 0) return 0;
  return tx.exec(sql`update plans.row set state = ${state}, version = version + 1, changed_by = ${tx.actor.name}, changed_at = ${tx.now}
    where region = ${tx.region} and id = any(${ids as string[]}::uuid[]) and state <> ${state}`);
}
