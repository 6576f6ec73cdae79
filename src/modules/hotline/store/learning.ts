import { sql } from '../../../kernel/db.ts';
import { uuidv7 } from '../../../kernel/ids.ts';
import type { Tx } from '../../../kernel/module.ts';
import type { Instant, LocalDate } from '../../../kernel/time.ts';

/** What the engines of the hotline keep in memory comes from here, and is kept fresh from here. */

export interface Lesson {
  id: string;
  ticketId: string;
  unitId: string;
  verdict: 'confirmed' | 'returned';
  text: string;
  at: Instant;
}

export async function recordLesson(
  tx: Tx,
  ticketId: string,
  unitId: string,
  verdict: Lesson['verdict'],
): Promise<void> {
  await tx.exec(sql`insert into hotline.lesson (region, id, ticket_id, unit_id, verdict, at)
    values (${tx.region}, ${uuidv7(Date.parse(tx.now))}, ${ticketId}, ${unitId}, ${verdict}, ${tx.now}) on conflict do nothing`);
}

/** Lessons from a moment on, in order; with the ticket's words, which hold nobody's name. */
export function lessonsSince(tx: Tx, since: Instant, limit: number): Promise<Lesson[]> {
  return tx.rows(sql`select l.id, l.ticket_id, l.unit_id, l.verdict, l.at, t.title || '。' || (t.state->'facts'->>'text') as text
    from hotline.lesson l join hotline.ticket t on t.region = l.region and t.id = l.ticket_id
    where l.region = ${tx.region} and l.at >= ${since} order by l.at, l.id limit ${limit}`);
}

/** The newest confirmed dispatches that were not sent back afterwards: what a model is trained on. */
export function lessonsForTraining(tx: Tx, limit: number): Promise<Pick<Lesson, 'ticketId' | 'unitId' | 'text'>[]> {
  return tx.rows(sql`select l.ticket_id, l.unit_id, t.title || '。' || (t.state->'facts'->>'text') as text
    from hotline.lesson l join hotline.ticket t on t.region = l.region and t.id = l.ticket_id
    where l.region = ${tx.region} and l.verdict = 'confirmed' and not exists (select from hotline.lesson r
      where r.region = l.region and r.ticket_id = l.ticket_id and r.unit_id = l.unit_id and r.verdict = 'returned')
    order by l.at desc, l.id desc limit ${limit}`);
}

export interface StoredModel {
  content: Buffer;
  trainedRows: number;
  trainedAt: Instant;
}

export function modelMark(tx: Tx): Promise<{ trainedAt: Instant; trainedRows: number } | null> {
  return tx.maybe(
    sql`select trained_at, trained_rows from hotline.model where region = ${tx.region} and name = 'dispatch'`,
  );
}

export function loadModel(tx: Tx): Promise<StoredModel | null> {
  return tx.maybe(
    sql`select content, trained_rows, trained_at from hotline.model where region = ${tx.region} and name = 'dispatch'`,
  );
}

export async function storeModel(
  tx: Tx,
  content: Uint8Array,
  trainedRows: number,
  calibration: unknown,
): Promise<void> {
  await tx.exec(sql`insert into hotline.model (region, name, content, trained_rows, calibration, trained_at)
    values (${tx.region}, 'dispatch', ${Buffer.from(content)}, ${trainedRows}, ${JSON.stringify(calibration)}::jsonb, ${tx.now})
    on conflict (region, name) do update set content = excluded.content, trained_rows = excluded.trained_rows,
      calibration = excluded.calibration, trained_at = excluded.trained_at`);
}

export function countLessons(tx: Tx): Promise<{ count: number }> {
  return tx.one(
    sql`select count(*)::int as count from hotline.lesson where region = ${tx.region} and verdict = 'confirmed'`,
  );
}

export interface OpenText {
  id: string;
  text: string;
  open: boolean;
  updatedAt: Instant;
}

/** Tickets that changed since a moment: open ones to be compared with, ended ones to be forgotten. Reports are never compared. */
export function ticketTextsSince(tx: Tx, since: Instant, registeredSince: Instant): Promise<OpenText[]> {
  return tx.rows(sql`select id, title || '。' || (state->'facts'->>'place') || (state->'facts'->>'text') as text,
      (status in ('received', 'dispatched', 'signed', 'panel', 'replied') and not confidential and not enterprise) as open, updated_at
    from hotline.ticket where region = ${tx.region} and updated_at >= ${since} and registered_at >= ${registeredSince}
      and (${since} > ${registeredSince} or status in ('received', 'dispatched', 'signed', 'panel', 'replied'))`);
}

export interface ServedEntry {
  id: string;
  title: string;
  answer: string;
  keywords: string[];
  unitId: string;
  sourceTitle: string;
  sourceNo: string;
  itemId: string;
  validFrom: LocalDate;
  validUntil: LocalDate | null;
  verifiedOn: LocalDate;
}

export function publishedEntries(tx: Tx): Promise<ServedEntry[]> {
  return tx.rows(sql`select id, title, answer, keywords, unit_id, source_title, source_no, item_id, valid_from, valid_until, verified_on
    from hotline.entry where region = ${tx.region} and state = 'published' order by id`);
}

export async function markOf(tx: Tx, name: string): Promise<string> {
  const row = await tx.maybe<{ value: string }>(
    sql`select value from hotline.mark where region = ${tx.region} and name = ${name}`,
  );
  return row?.value ?? '0';
}

export async function touchMark(tx: Tx, name: string): Promise<void> {
  await tx.exec(sql`insert into hotline.mark as m (region, name, value) values (${tx.region}, ${name}, 1)
    on conflict (region, name) do update set value = m.value + 1`);
}
