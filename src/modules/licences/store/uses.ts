import type { Reach } from '../../../kernel/actor.ts';
import { empty, sql, type Sql } from '../../../kernel/db.ts';
import type { Tx } from '../../../kernel/module.ts';
import type { Instant, LocalDate } from '../../../kernel/time.ts';
import { evolveUse, type UseEvent, type UseStanding, type UseState } from '../rules/use.ts';

export interface UseRow {
  id: string;
  licenceId: string;
  unitId: string;
  state: UseState;
  /** Number of events; guards against two at once. */
  events: number;
  /** How often something was given out. */
  fetches: number;
}

const columns = sql`u.id, u.licence_id, u.unit_id, u.state, u.events,
  (select count(*)::int from licences.access a where a.region = u.region and a.use_id = u.id) as fetches`;

/** The row and its first event in one statement. */
export async function insertUse(tx: Tx, state: UseState): Promise<UseRow> {
  const event: UseEvent = { type: 'asked', at: tx.now, state };
  await tx.exec(sql`with stored as (
      insert into licences.use_request (region, id, no, licence_id, unit_id, status, until, state, events, asked_at)
      values (${tx.region}, ${state.id}, ${state.no}, ${state.licenceId}, ${state.unitId}, ${state.status}, ${state.until},
        ${JSON.stringify(state)}::jsonb, 1, ${state.askedAt}) returning id
    )
    ${insertEvent(tx, event, 1)}`);
  return { id: state.id, licenceId: state.licenceId, unitId: state.unitId, state, events: 1, fetches: 0 };
}

/** Appends one event and writes the row it folds to, in one statement. */
export async function appendUseEvent(tx: Tx, row: UseRow, event: UseEvent): Promise<UseRow> {
  const state = evolveUse(row.state, event);
  const changed = await tx.exec(sql`with stored as (
      update licences.use_request set status = ${state.status}, until = ${state.until}, state = ${JSON.stringify(state)}::jsonb,
        events = ${row.events + 1}
      where region = ${tx.region} and id = ${row.id} and events = ${row.events} returning id
    )
    ${insertEvent(tx, event, row.events + 1)}`);
  if (changed !== 1) throw new Error(`use ${row.id} changed meanwhile`);
  return { ...row, state, events: row.events + 1 };
}

/** Locked: an answer and a withdrawal at once come one after the other. */
export function loadUseForDecision(tx: Tx, id: string): Promise<UseRow | null> {
  return tx.maybe(
    sql`select ${columns} from licences.use_request u where u.region = ${tx.region} and u.id = ${id} for update of u`,
  );
}

export function loadUse(tx: Tx, id: string): Promise<UseRow | null> {
  return tx.maybe(sql`select ${columns} from licences.use_request u where u.region = ${tx.region} and u.id = ${id}`);
}

export interface RecordedUseEvent {
  at: Instant;
  actorName: string;
  body: UseEvent;
}

export function loadUseHistory(tx: Tx, useId: string): Promise<RecordedUseEvent[]> {
  return tx.rows(sql`select at, actor_name, body from licences.use_event
    where region = ${tx.region} and use_id = ${useId} order by seq`);
}

export interface UseFilter {
  state: readonly UseStanding[];
  today: LocalDate;
  page: number;
  size: number;
}

export function listUnitUses(tx: Tx, reach: Reach, text: string, filter: UseFilter) {
  const by = sql`${reach === 'all' ? empty : sql`and u.unit_id = any (${reach as string[]})`}
    ${
      text === ''
        ? empty
        : sql`and (u.no = ${text} or u.state ->> 'purpose' like ${`%${text.replace(/[\\%_]/g, '\\$&')}%`} or u.state ->> 'caseNo' = ${text})`
    }`;
  return listUses(tx, by, filter);
}

/** Of these licences: the holder's side. */
export async function listUsesOf(tx: Tx, licenceIds: readonly string[], filter: UseFilter) {
  const of = sql`and u.licence_id = any (${licenceIds as string[]}::uuid[])`;
  const { waiting } = await tx.one<{ waiting: number }>(sql`select count(*)::int as waiting from licences.use_request u
    where u.region = ${tx.region} ${of} and u.status = 'asked' and u.until >= ${filter.today}`);
  return { ...(await listUses(tx, of, filter)), waiting };
}

async function listUses(tx: Tx, by: Sql, filter: UseFilter): Promise<{ rows: UseRow[]; total: number }> {
  const standing = sql`(case when u.status in ('asked', 'allowed') and u.until < ${filter.today} then 'over' else u.status end)`;
  const where = sql`u.region = ${tx.region} ${by}
    ${filter.state.length === 0 ? empty : sql`and ${standing} = any (${filter.state as string[]})`}`;
  const { total } = await tx.one<{ total: number }>(
    sql`select count(*)::int as total from licences.use_request u where ${where}`,
  );
  const rows = await tx.rows<UseRow>(sql`select ${columns} from licences.use_request u where ${where}
    order by u.asked_at desc, u.id desc limit ${filter.size} offset ${(filter.page - 1) * filter.size}`);
  return { rows, total };
}

function insertEvent(tx: Tx, event: UseEvent, seq: number): Sql {
  return sql`insert into licences.use_event (region, use_id, seq, at, actor_id, actor_name, body)
    select ${tx.region}, stored.id, ${seq}::int, ${event.at}::timestamptz, ${tx.actor.accountId}::uuid, ${tx.actor.name}, ${JSON.stringify(event)}::jsonb
    from stored`;
}
