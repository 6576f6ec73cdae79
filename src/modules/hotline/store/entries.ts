import { empty, sql } from '../../../kernel/db.ts';
import type { Reach } from '../../../kernel/actor.ts';
import { uuidv7 } from '../../../kernel/ids.ts';
import type { Tx } from '../../../kernel/module.ts';
import type { Instant, LocalDate } from '../../../kernel/time.ts';
import type { EntryState } from '../rules/knowledge.ts';
import { touchMark } from './learning.ts';
import { like } from './tickets.ts';

export interface EntryContent {
  title: string;
  answer: string;
  keywords: readonly string[];
  sourceTitle: string;
  sourceNo: string;
  itemId: string;
  validFrom: LocalDate;
  validUntil: LocalDate | null;
}

export interface EntryRow extends EntryContent {
  id: string;
  slug: string | null;
  unitId: string;
  verifiedOn: LocalDate;
  state: EntryState;
  flag: string;
  ticketId: string | null;
  taskId: string | null;
  version: number;
  proposedBy: string;
  proposedById: string | null;
  reviewedBy: string;
  updatedAt: Instant;
}

const columns = sql`id, slug, title, answer, keywords, unit_id, source_title, source_no, item_id, valid_from, valid_until, verified_on, state, flag,
  ticket_id, task_id, version, proposed_by, proposed_by_id, reviewed_by, updated_at`;

export function loadEntry(tx: Tx, id: string): Promise<EntryRow | null> {
  return tx.maybe(sql`select ${columns} from hotline.entry where region = ${tx.region} and id = ${id}`);
}

export function loadEntryForDecision(tx: Tx, id: string): Promise<EntryRow | null> {
  return tx.maybe(sql`select ${columns} from hotline.entry where region = ${tx.region} and id = ${id} for update`);
}

/** Writes the row and the version it now is; the search hears of it by the mark. */
export async function writeEntry(tx: Tx, row: EntryRow, what: string): Promise<void> {
  const { id, slug, title, answer, unitId, sourceTitle, sourceNo, itemId, validFrom, validUntil, verifiedOn } = row;
  await tx.exec(sql`insert into hotline.entry as e (region, id, slug, title, answer, keywords, unit_id, source_title, source_no, item_id, valid_from,
      valid_until, verified_on, state, flag, ticket_id, task_id, version, proposed_by, proposed_by_id, reviewed_by, updated_at)
    values (${tx.region}, ${id}, ${slug}, ${title}, ${answer}, ${JSON.stringify(row.keywords)}::jsonb, ${unitId}, ${sourceTitle}, ${sourceNo},
      ${itemId}, ${validFrom}, ${validUntil}, ${verifiedOn}, ${row.state}, ${row.flag}, ${row.ticketId}::uuid, ${row.taskId}::uuid, ${row.version},
      ${row.proposedBy}, ${row.proposedById}::uuid, ${row.reviewedBy}, ${tx.now})
    on conflict (region, id) do update set title = excluded.title, answer = excluded.answer, keywords = excluded.keywords,
      source_title = excluded.source_title, source_no = excluded.source_no, item_id = excluded.item_id, valid_from = excluded.valid_from,
      valid_until = excluded.valid_until, verified_on = excluded.verified_on, state = excluded.state, flag = excluded.flag,
      task_id = excluded.task_id, version = excluded.version, proposed_by = excluded.proposed_by, proposed_by_id = excluded.proposed_by_id,
      reviewed_by = excluded.reviewed_by, updated_at = excluded.updated_at`);
  await tx.exec(sql`insert into hotline.entry_event (region, entry_id, version, at, what, actor_id, actor_name, body)
    values (${tx.region}, ${id}, ${row.version}, ${tx.now}, ${what}, ${tx.actor.accountId}::uuid, ${tx.actor.name}, ${JSON.stringify(row)}::jsonb)`);
  await touchMark(tx, 'knowledge');
}

export interface EntryVersion {
  version: number;
  at: Instant;
  what: string;
  actorName: string;
  body: EntryRow;
}

export function versionsOf(tx: Tx, id: string): Promise<EntryVersion[]> {
  return tx.rows(sql`select version, at, what, actor_name, body from hotline.entry_event
    where region = ${tx.region} and entry_id = ${id} order by version desc`);
}

export async function countUse(tx: Tx, entryId: string, kind: 'used' | 'unhelpful', channel: string): Promise<void> {
  await tx.exec(sql`insert into hotline.entry_use (region, id, entry_id, at, kind, channel)
    values (${tx.region}, ${uuidv7(Date.parse(tx.now))}, ${entryId}, ${tx.now}, ${kind}, ${channel})`);
}

export interface EntryCounted extends EntryRow {
  used: number;
  unhelpful: number;
}

export async function listEntryRows(
  tx: Tx,
  filter: { reach: Reach; state: readonly EntryState[]; unit: string; text: string; page: number; size: number },
): Promise<{ rows: EntryCounted[]; total: number }> {
  const where = sql`region = ${tx.region}
    ${filter.reach === 'all' ? empty : sql`and unit_id = any (${filter.reach as string[]}::text[])`}
    ${filter.state.length === 0 ? empty : sql`and state = any (${filter.state as string[]}::text[])`}
    ${filter.unit === '' ? empty : sql`and unit_id = ${filter.unit}`}
    ${filter.text === '' ? empty : sql`and (title like ${like(filter.text)} or answer like ${like(filter.text)})`}`;
  const { total } = await tx.one<{ total: number }>(
    sql`select count(*)::int as total from hotline.entry where ${where}`,
  );
  const rows = await tx.rows<EntryCounted>(sql`select ${columns},
      (select count(*)::int from hotline.entry_use u where u.region = e.region and u.entry_id = e.id and u.kind = 'used') as used,
      (select count(*)::int from hotline.entry_use u where u.region = e.region and u.entry_id = e.id and u.kind = 'unhelpful') as unhelpful
    from hotline.entry e where ${where}
    order by (state = 'flagged') desc, (state = 'proposed') desc, verified_on, id limit ${filter.size} offset ${(filter.page - 1) * filter.size}`);
  return { rows, total };
}

export function countEntries(tx: Tx, reach: Reach): Promise<{ state: EntryState; count: number }[]> {
  return tx.rows(sql`select state, count(*)::int as count from hotline.entry where region = ${tx.region}
    ${reach === 'all' ? empty : sql`and unit_id = any (${reach as string[]}::text[])`} group by state`);
}

export function usesOf(tx: Tx, id: string): Promise<{ used: number; unhelpful: number }> {
  return tx.one(sql`select count(*) filter (where kind = 'used')::int as used, count(*) filter (where kind = 'unhelpful')::int as unhelpful
    from hotline.entry_use where region = ${tx.region} and entry_id = ${id}`);
}

/** Published entries that rest on a document. */
export function entriesOnSource(tx: Tx, documentNos: readonly string[]): Promise<EntryRow[]> {
  if (documentNos.length === 0) return Promise.resolve([]);
  return tx.rows(sql`select ${columns} from hotline.entry where region = ${tx.region} and state = 'published'
    and source_no = any (${documentNos as string[]}::text[]) for update`);
}

/** Published entries that were not looked at for long, or whose validity ends: a bounded portion. */
export function doubtfulEntries(
  tx: Tx,
  verifiedBefore: LocalDate,
  today: LocalDate,
  limit: number,
): Promise<EntryRow[]> {
  return tx.rows(sql`select ${columns} from hotline.entry where region = ${tx.region} and state = 'published'
    and (verified_on < ${verifiedBefore} or valid_until < ${today}) order by id limit ${limit} for update`);
}

export async function knownSlugs(tx: Tx): Promise<Set<string>> {
  const rows = await tx.rows<{ slug: string }>(
    sql`select slug from hotline.entry where region = ${tx.region} and slug is not null`,
  );
  return new Set(rows.map(({ slug }) => slug));
}

export async function isProposedFrom(tx: Tx, ticketId: string): Promise<boolean> {
  const row = await tx.maybe(
    sql`select id from hotline.entry where region = ${tx.region} and ticket_id = ${ticketId} limit 1`,
  );
  return row !== null;
}
