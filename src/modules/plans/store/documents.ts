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
}

export interface FullDocument extends DocumentRow {
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
  asked: { text: string; state: readonly DocumentRow['state'][]; page: number; size: number },
): Promise<{ rows: DocumentRow[]; total: number }> {
  const like = `%${asked.text.replaceAll(/[\\%_]/g, '\\$&')}%`;
  const where = sql`where region = ${tx.region}
    ${asked.state.length === 0 ? empty : sql`and state = any(${[...asked.state]}::text[])`}
    ${asked.text === '' ? empty : sql`and (name ilike ${like} or head->>'title' ilike ${like} or head->>'documentNo' ilike ${like} or head->>'issuer' ilike ${like})`}`;
  const rows = await tx.rows<DocumentRow>(sql`select ${documentColumns} from plans.document ${where}
    order by read_at desc, id limit ${asked.size} offset ${(asked.page - 1) * asked.size}`);
  const { total } = await tx.one<{ total: number }>(sql`select count(*)::int as total from plans.document ${where}`);
  return { rows, total };
}

/** What counting takes of the rows: without their texts, for a page of documents at once. */
export type ThinRow = Pick<PlanRowDraft, 'documentId' | 'kind' | 'state' | 'confidence'> & {
  no: string;
  flags: string[];
  leads: string[];
  supporters: string[];
};

export function thinRowsOf(tx: Tx, documentIds: readonly string[]): Promise<ThinRow[]> {
  return tx.rows<ThinRow>(sql`select document_id, kind, state, confidence::float8 as confidence, body->>'no' as no, body->'flags' as flags,
      jsonb_path_query_array(body, '$.leads[*].name') as leads, jsonb_path_query_array(body, '$.supporters[*].name') as supporters
    from plans.row where region = ${tx.region} and document_id = any(${[...documentIds]}::uuid[])`);
}

/** The latest reading of the same content that nobody has put aside. */
export async function earlierReading(tx: Tx, sha256: string): Promise<string | null> {
  const found = await tx.maybe<{ id: string }>(sql`select id from plans.document
    where region = ${tx.region} and sha256 = ${sha256} and state <> 'dropped' order by read_at desc, id desc limit 1`);
  return found?.id ?? null;
}

export async function setDocumentState(tx: Tx, id: string, state: 'review' | 'dropped'): Promise<void> {
  await tx.exec(sql`update plans.document set state = ${state} where region = ${tx.region} and id = ${id}`);
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
