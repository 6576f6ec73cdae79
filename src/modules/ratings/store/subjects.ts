import type { Reach } from '../../../kernel/actor.ts';
import { empty, sql, type Sql } from '../../../kernel/db.ts';
import type { Tx } from '../../../kernel/module.ts';
import type { Instant } from '../../../kernel/time.ts';
import { openAppeal } from '../rules/decide.ts';
import { foldAll, type RatingEvent, type RatingState } from '../rules/subject.ts';
import { isRectified, type Channel, type RatingStatus, type SubjectKind } from '../rules/transitions.ts';

/** Which task carries which duty: `contact`, `handling`, `rectification`, `revisit`, `reopened`, `publication`, `appeal`. */
export type RatingTasks = Readonly<Record<string, string>>;

export interface SubjectRow {
  id: string;
  no: string;
  kind: SubjectKind;
  subjectId: string;
  subjectNo: string;
  code: string;
  unitId: string;
  itemId: string;
  itemName: string;
  windowName: string;
  officerId: string | null;
  holderAccount: string | null;
  contact: string | null;
  holderLabel: string;
  finishedAt: Instant;
  status: RatingStatus;
  level: number | null;
  counted: boolean;
  anonymous: boolean;
  channel: Channel | null;
  ratedAt: Instant | null;
  handlerId: string | null;
  rectified: boolean;
  appealing: boolean;
  publishedAt: Instant | null;
  state: RatingState;
  tasks: RatingTasks;
  version: number;
}

export interface RecordedEvent {
  seq: number;
  at: Instant;
  actorName: string;
  body: RatingEvent;
}

const columns = sql`id, no, kind, subject_id, subject_no, code, unit_id, item_id, item_name, window_name, officer_id, holder_account, contact,
  holder_label, finished_at, status, level, counted, anonymous, channel, rated_at, handler_id, rectified, appealing, published_at, state, tasks, version`;

export type NewSubject = Pick<
  SubjectRow,
  'id' | 'no' | 'kind' | 'subjectId' | 'subjectNo' | 'code' | 'holderAccount' | 'contact' | 'holderLabel'
>;

/** Opens a subject, or does nothing when it is open already: the same event may come again. @returns whether it was new. */
export async function insertSubject(tx: Tx, given: NewSubject, event: RatingEvent): Promise<boolean> {
  const row = projection(foldAll(null, [event]));
  const written = await tx.one<{ n: number }>(sql`with stored as (
      insert into ratings.subject (region, id, no, kind, subject_id, subject_no, code, unit_id, item_id, item_name, window_name, officer_id,
        holder_account, contact, holder_label, finished_at, status, level, counted, anonymous, channel, rated_at, handler_id, rectified, appealing,
        published_at, state, tasks, version, updated_at)
      values (${tx.region}, ${given.id}, ${given.no}, ${given.kind}, ${given.subjectId}, ${given.subjectNo}, ${given.code}, ${row.unitId},
        ${row.itemId}, ${row.itemName}, ${row.windowName}, ${row.officerId}, ${given.holderAccount}, ${given.contact}, ${given.holderLabel},
        ${row.finishedAt}, ${row.status}, null, false, false, null, null, null, false, false, null, ${JSON.stringify(row.state)}::jsonb, '{}', 1,
        ${tx.now})
      on conflict (region, kind, subject_id) do nothing returning id
    ), told as (${insertEvents(tx, [event], 0)} returning 1)
    select count(*)::int as n from stored`);
  return written.n === 1;
}

export async function appendEvents(
  tx: Tx,
  row: SubjectRow,
  events: readonly RatingEvent[],
  tasks: RatingTasks,
  contact: string | null = row.contact,
): Promise<SubjectRow> {
  const after: SubjectRow = {
    ...row,
    ...projection(foldAll(row.state, events)),
    contact,
    tasks,
    version: row.version + events.length,
  };
  await tx.exec(sql`with stored as (
      update ratings.subject set contact = ${contact}, status = ${after.status}, level = ${after.level}, counted = ${after.counted},
        anonymous = ${after.anonymous}, channel = ${after.channel}, rated_at = ${after.ratedAt}, handler_id = ${after.handlerId},
        rectified = ${after.rectified}, appealing = ${after.appealing}, published_at = ${after.publishedAt},
        state = ${JSON.stringify(after.state)}::jsonb, tasks = ${JSON.stringify(tasks)}::jsonb, version = ${after.version}, updated_at = ${tx.now}
      where region = ${tx.region} and id = ${row.id} and version = ${row.version} returning id
    )
    ${insertEvents(tx, events, row.version)}`);
  return after;
}

/** Locked: two people at once decide one after the other, the second on what the first left. */
export function loadForDecision(
  tx: Tx,
  key: { id: string } | { code: string } | SubjectKey,
): Promise<SubjectRow | null> {
  return tx.maybe(
    sql`select ${columns} from ratings.subject where region = ${tx.region} and ${matching(key)} for update`,
  );
}

export function loadSubject(tx: Tx, key: { id: string } | { code: string } | SubjectKey): Promise<SubjectRow | null> {
  return tx.maybe(sql`select ${columns} from ratings.subject where region = ${tx.region} and ${matching(key)}`);
}

export interface SubjectKey {
  kind: SubjectKind;
  subjectId: string;
}

export function loadOfSubjects(tx: Tx, kind: SubjectKind, ids: readonly string[]): Promise<SubjectRow[]> {
  return tx.rows(sql`select ${columns} from ratings.subject
    where region = ${tx.region} and kind = ${kind} and subject_id = any (${ids as string[]}::uuid[])`);
}

export async function listOfHolder(
  tx: Tx,
  accountId: string,
  { subjectIds, page, size }: { subjectIds: readonly string[]; page: number; size: number },
): Promise<{ rows: SubjectRow[]; total: number }> {
  const where = sql`region = ${tx.region} and holder_account = ${accountId}
    ${subjectIds.length === 0 ? empty : sql`and subject_id = any (${subjectIds as string[]}::uuid[])`}`;
  return paged(tx, where, sql`finished_at desc, id`, page, size);
}

export function loadHistory(tx: Tx, id: string): Promise<RecordedEvent[]> {
  return tx.rows(sql`select seq, at, actor_name, body from ratings.event
    where region = ${tx.region} and subject_id = ${id} order by seq`);
}

export interface RatingFilter {
  reach: Reach;
  unit: readonly string[];
  level: readonly number[];
  status: readonly RatingStatus[];
  channel: readonly Channel[];
  kind: readonly SubjectKind[];
  item: string;
  appealing: boolean;
  from: Instant | null;
  to: Instant | null;
  page: number;
  size: number;
}

/** Ratings given, newest first; what nobody has rated yet is listed only when that state is asked for. */
export async function listRatingRows(tx: Tx, filter: RatingFilter): Promise<{ rows: SubjectRow[]; total: number }> {
  const where = sql`region = ${tx.region} ${within(filter.reach)}
    ${filter.status.length === 0 ? sql`and rated_at is not null` : sql`and status = any (${filter.status as string[]}::text[])`}
    ${filter.unit.length === 0 ? empty : sql`and unit_id = any (${filter.unit as string[]}::text[])`}
    ${filter.level.length === 0 ? empty : sql`and level = any (${filter.level as number[]}::int[])`}
    ${filter.channel.length === 0 ? empty : sql`and channel = any (${filter.channel as string[]}::text[])`}
    ${filter.kind.length === 0 ? empty : sql`and kind = any (${filter.kind as string[]}::text[])`}
    ${filter.item === '' ? empty : sql`and item_id = ${filter.item}`}
    ${filter.appealing ? sql`and appealing` : empty}
    ${filter.from === null ? empty : sql`and rated_at >= ${filter.from}`}
    ${filter.to === null ? empty : sql`and rated_at < ${filter.to}`}`;
  return paged(tx, where, sql`rated_at desc nulls last, id`, filter.page, filter.size);
}

/** What the public reads beside a guide. */
export async function listPublished(
  tx: Tx,
  itemIds: readonly string[],
  page: number,
  size: number,
): Promise<{ rows: SubjectRow[]; total: number }> {
  const where = sql`region = ${tx.region} and item_id = any (${itemIds as string[]}::text[]) and published_at is not null and counted`;
  return paged(tx, where, sql`published_at desc, id`, page, size);
}

export function summariseItems(
  tx: Tx,
  itemIds: readonly string[],
): Promise<{ count: number; good: number; levels: number }> {
  return tx.one(sql`select count(*)::int as count, count(*) filter (where level >= 3)::int as good, coalesce(sum(level), 0)::int as levels
    from ratings.subject where region = ${tx.region} and item_id = any (${itemIds as string[]}::text[]) and counted`);
}

export function within(reach: Reach): Sql {
  return reach === 'all' ? empty : sql`and unit_id = any (${reach as string[]}::text[])`;
}

async function paged(tx: Tx, where: Sql, order: Sql, page: number, size: number) {
  const { total } = await tx.one<{ total: number }>(
    sql`select count(*)::int as total from ratings.subject where ${where}`,
  );
  const rows = await tx.rows<SubjectRow>(sql`select ${columns} from ratings.subject where ${where}
    order by ${order} limit ${size} offset ${(page - 1) * size}`);
  return { rows, total };
}

function matching(key: { id: string } | { code: string } | SubjectKey): Sql {
  if ('id' in key) return sql`id = ${key.id}`;
  return 'code' in key ? sql`code = ${key.code}` : sql`kind = ${key.kind} and subject_id = ${key.subjectId}`;
}

/** What a rater does is recorded without him: no account, no name. */
const byRater: ReadonlySet<RatingEvent['type']> = new Set(['rated', 'explained', 'followedUp']);

function insertEvents(tx: Tx, events: readonly RatingEvent[], after: number): Sql {
  const { actor } = tx;
  const history = events.map((body, index) => {
    const isRater = byRater.has(body.type) || actor.kind === 'person' || actor.kind === 'anonymous';
    return {
      ...{ seq: after + index + 1, at: body.at, type: body.type, body },
      actor_id: isRater ? null : actor.accountId,
      actor_name: isRater ? '评价人' : actor.name,
      unit_id: isRater ? null : actor.unitId,
    };
  });
  return sql`insert into ratings.event (region, subject_id, seq, at, type, actor_id, actor_name, unit_id, body)
    select ${tx.region}, stored.id, e.seq, e.at, e.type, e.actor_id, e.actor_name, e.unit_id, e.body
    from stored, jsonb_to_recordset(${JSON.stringify(history)}::jsonb)
      as e(seq int, at timestamptz, type text, body jsonb, actor_id uuid, actor_name text, unit_id text)`;
}

/** What lists and figures read. */
export function projection(state: RatingState) {
  const { rating } = state;
  return {
    unitId: state.unitId,
    itemId: state.itemId,
    itemName: state.itemName,
    windowName: state.windowName,
    officerId: state.officerId,
    finishedAt: state.finishedAt,
    status: state.status,
    level: rating?.level ?? null,
    counted: rating !== null && state.status !== 'removed',
    anonymous: rating !== null && (rating.anonymous || !state.reachable),
    channel: rating?.channel ?? null,
    ratedAt: rating?.at ?? null,
    handlerId: state.handlerId,
    rectified: isRectified(state.outcome),
    appealing: openAppeal(state) !== null,
    publishedAt: state.publication?.at ?? null,
    state,
  };
}
