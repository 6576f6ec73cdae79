import type { Reach } from '../../../../kernel/actor.ts';
import { empty, sql, type Sql } from '../../../../kernel/db.ts';
import type { Tx } from '../../../../kernel/module.ts';
import type { Instant } from '../../../../kernel/time.ts';

export interface Published {
  subject: string;
  question: string;
  answer: string;
}

export interface QuestionRow {
  id: string;
  no: string;
  projectId: string | null;
  itemId: string;
  itemName: string;
  unitId: string;
  accountId: string;
  subject: string;
  body: string;
  status: 'asked' | 'answered' | 'withdrawn';
  askedAt: Instant;
  answer: string | null;
  answeredAt: Instant | null;
  answeredBy: string;
  published: Published | null;
  publishedAt: Instant | null;
  taskId: string;
}

const columns = sql`id, no, project_id, item_id, item_name, unit_id, account_id, subject, body, status, asked_at, answer, answered_at, answered_by,
  published, published_at, task_id`;

export async function insertQuestion(tx: Tx, row: QuestionRow): Promise<void> {
  const sealed = seal(tx, row);
  await tx.exec(sql`insert into projects.question (region, ${columns})
    values (${tx.region}, ${row.id}, ${row.no}, ${row.projectId}, ${row.itemId}, ${row.itemName}, ${row.unitId}, ${row.accountId}, ${sealed.subject},
      ${sealed.body}, ${row.status}, ${row.askedAt}, null, null, '', null, null, ${row.taskId})`);
}

export async function saveQuestion(tx: Tx, row: QuestionRow): Promise<void> {
  const { answer } = seal(tx, row);
  await tx.exec(sql`update projects.question set status = ${row.status}, answer = ${answer}, answered_at = ${row.answeredAt},
      answered_by = ${row.answeredBy}, published = ${row.published === null ? null : JSON.stringify(row.published)}::jsonb,
      published_at = ${row.publishedAt}
    where region = ${tx.region} and id = ${row.id}`);
}

export async function loadQuestion(tx: Tx, id: string): Promise<QuestionRow | null> {
  const row = await tx.maybe<QuestionRow>(
    sql`select ${columns} from projects.question where region = ${tx.region} and id = ${id}`,
  );
  return row === null ? null : unseal(tx, row);
}

export async function loadForDecision(tx: Tx, id: string): Promise<QuestionRow | null> {
  const row = await tx.maybe<QuestionRow>(
    sql`select ${columns} from projects.question where region = ${tx.region} and id = ${id} for update`,
  );
  return row === null ? null : unseal(tx, row);
}

export interface Paging {
  page: number;
  size: number;
}

export function listOwn(
  tx: Tx,
  accountId: string,
  filter: Paging & { projectId: string | undefined },
): Promise<{ rows: QuestionRow[]; total: number }> {
  const project = filter.projectId === undefined ? empty : sql`and project_id = ${filter.projectId}`;
  return list(tx, sql`account_id = ${accountId} ${project}`, filter);
}

export function listOfUnits(
  tx: Tx,
  reach: Reach,
  filter: Paging & { status: readonly string[] },
): Promise<{ rows: QuestionRow[]; total: number }> {
  const within = reach === 'all' ? sql`true` : sql`unit_id = any(${[...reach]}::text[])`;
  const status = filter.status.length === 0 ? empty : sql`and status = any(${[...filter.status]}::text[])`;
  return list(tx, sql`${within} ${status}`, filter);
}

async function list(tx: Tx, where: Sql, { page, size }: Paging): Promise<{ rows: QuestionRow[]; total: number }> {
  const rows = await tx.rows<QuestionRow & { total: number }>(sql`
    select ${columns}, count(*) over ()::int as total from projects.question where region = ${tx.region} and ${where}
    order by asked_at desc, id desc limit ${size} offset ${(page - 1) * size}`);
  return { rows: rows.map((row) => unseal(tx, row)), total: rows[0]?.total ?? 0 };
}

export interface PublicRow {
  id: string;
  unitId: string;
  itemId: string;
  itemName: string;
  published: Published;
  publishedAt: Instant;
}

/** Newest first; the search index holds so many. */
export function loadPublished(tx: Tx, limit: number): Promise<PublicRow[]> {
  return tx.rows(sql`select id, unit_id, item_id, item_name, published, published_at from projects.question
    where region = ${tx.region} and published_at is not null order by published_at desc, id desc limit ${limit}`);
}

/** Changes whenever something is published, replaced or taken down. */
export async function publicationMark(tx: Tx): Promise<string> {
  const { mark } = await tx.one<{
    mark: string;
  }>(sql`select count(*) || ' ' || coalesce(max(published_at)::text, '') as mark
    from projects.question where region = ${tx.region} and published_at is not null`);
  return mark;
}

const context = 'projects.question';

function seal(tx: Tx, row: QuestionRow): { subject: string; body: string; answer: string | null } {
  const { personalData } = tx.services;
  return {
    subject: personalData.seal(row.subject, context),
    body: personalData.seal(row.body, context),
    answer: row.answer === null ? null : personalData.seal(row.answer, context),
  };
}

function unseal(tx: Tx, row: QuestionRow): QuestionRow {
  const { personalData } = tx.services;
  return {
    ...row,
    subject: personalData.open(row.subject, context),
    body: personalData.open(row.body, context),
    answer: row.answer === null ? null : personalData.open(row.answer, context),
  };
}
