import { empty, sql, type Sql } from '../../../kernel/db.ts';
import { AppError } from '../../../kernel/errors.ts';
import type { Reach } from '../../../kernel/actor.ts';
import type { Tx } from '../../../kernel/module.ts';
import { localDateOf, type Instant } from '../../../kernel/time.ts';
import {
  foldAll,
  handlersOf,
  isConfidential,
  leadOf,
  readersOf,
  type TicketEvent,
  type TicketState,
} from '../rules/ticket.ts';
import type { Channel, Outcome, TicketClass, TicketStatus, Urgency } from '../rules/transitions.ts';

/** Which task carries which duty of a ticket: `dispatch`, `sign`, `reply`, `assist:<unit>`, `panel`, `decision`, `callBack`, `track`. */
export type TicketTasks = Readonly<Record<string, string>>;

export interface TicketRow {
  id: string;
  no: string;
  status: TicketStatus;
  class: TicketClass;
  urgency: Urgency;
  channel: Channel;
  town: string;
  topic: string;
  matter: string;
  title: string;
  leadUnit: string | null;
  handlers: readonly string[];
  readers: readonly string[];
  /** Reported units and those that withdrew: it is not for them. */
  barred: readonly string[];
  confidential: boolean;
  enterprise: boolean;
  registeredAt: Instant;
  firstDispatchedAt: Instant | null;
  dispatchedAt: Instant | null;
  signedAt: Instant | null;
  contactedAt: Instant | null;
  dueAt: Instant | null;
  repliedAt: Instant | null;
  closedAt: Instant | null;
  outcome: Outcome | null;
  solved: boolean | null;
  satisfaction: number | null;
  excluded: string | null;
  returns: number;
  reopens: number;
  repeats: number;
  causeKind: string | null;
  causeSubject: string | null;
  state: TicketState;
  tasks: TicketTasks;
  version: number;
}

export interface RecordedTicketEvent {
  ticketId: string;
  seq: number;
  at: Instant;
  actorName: string;
  unitId: string | null;
  body: TicketEvent;
}

const columns = sql`id, no, status, class, urgency, channel, town, topic, matter, title, lead_unit, handlers, readers, barred, confidential, enterprise,
  registered_at, first_dispatched_at, dispatched_at, signed_at, contacted_at, due_at, replied_at, closed_at, outcome, solved, satisfaction::int,
  excluded, returns, reopens, repeats, cause_kind, cause_subject, state, tasks, version`;

/** What lists sort, filter and count by. */
export function projection(state: TicketState): Omit<TicketRow, 'id' | 'no' | 'tasks' | 'version'> {
  const { facts } = state;
  return {
    status: state.status,
    class: facts.class,
    urgency: facts.urgency,
    channel: facts.channel,
    town: facts.town,
    topic: facts.topic,
    matter: facts.matter,
    title: facts.title,
    leadUnit: leadOf(state)?.unitId ?? null,
    handlers: handlersOf(state),
    readers: readersOf(state),
    barred: state.barredUnits,
    confidential: isConfidential(state),
    enterprise: facts.enterprise,
    registeredAt: state.registeredAt,
    firstDispatchedAt: state.firstDispatchedAt,
    dispatchedAt: state.dispatchedAt,
    signedAt: state.signedAt,
    contactedAt: state.contactedAt,
    dueAt: state.dueAt,
    repliedAt: state.replies.at(-1)?.at ?? null,
    closedAt: state.closedAt,
    outcome: state.outcome,
    solved: state.solved,
    satisfaction: state.satisfaction,
    excluded: state.excluded,
    returns: state.returns.length,
    reopens: state.reopens,
    repeats: state.repeats,
    causeKind: state.cause?.kind ?? null,
    causeSubject: state.cause?.subject ?? null,
    state,
  };
}

/** Of the day; the row of the day is held only until this transaction ends, so it is asked for last. */
export async function nextTicketNo(tx: Tx): Promise<string> {
  const day = localDateOf(tx.now);
  const { last } = await tx.one<{ last: number }>(sql`insert into kernel.serial as s (region, scope, day, last)
    values (${tx.region}, 'hotline', ${day}, 1)
    on conflict (region, scope, day) do update set last = s.last + 1 returning last`);
  return `${day.replaceAll('-', '')}-${String(last).padStart(4, '0')}`;
}

export interface Acting {
  /** Whoever raised a ticket acts without a name. */
  asCaller: boolean;
}

export async function insertTicket(
  tx: Tx,
  ticket: { id: string; no: string; tasks: TicketTasks },
  events: readonly TicketEvent[],
  acting: Acting,
): Promise<TicketRow> {
  const { id, no, tasks } = ticket;
  const row: TicketRow = { id, no, tasks, version: events.length, ...projection(foldAll(null, events)) };
  await tx.exec(sql`with stored as (
      insert into hotline.ticket (region, id, no, status, class, urgency, channel, town, topic, matter, title, lead_unit, handlers, readers, barred,
        confidential, enterprise, registered_at, first_dispatched_at, dispatched_at, signed_at, contacted_at, due_at, replied_at, closed_at, outcome,
        solved, satisfaction, excluded, returns, reopens, repeats, cause_kind, cause_subject, state, tasks, version, updated_at)
      values (${tx.region}, ${id}, ${no}, ${row.status}, ${row.class}, ${row.urgency}, ${row.channel}, ${row.town}, ${row.topic}, ${row.matter},
        ${row.title}, ${row.leadUnit}, ${row.handlers as string[]}, ${row.readers as string[]}, ${row.barred as string[]}, ${row.confidential}, ${row.enterprise},
        ${row.registeredAt}, ${row.firstDispatchedAt}, ${row.dispatchedAt}, ${row.signedAt}, ${row.contactedAt}, ${row.dueAt}, ${row.repliedAt},
        ${row.closedAt}, ${row.outcome}, ${row.solved}, ${row.satisfaction}, ${row.excluded}, ${row.returns}, ${row.reopens}, ${row.repeats},
        ${row.causeKind}, ${row.causeSubject}, ${JSON.stringify(row.state)}::jsonb, ${JSON.stringify(tasks)}::jsonb, ${row.version}, ${tx.now})
      returning id
    )
    ${insertEvents(tx, events, 0, acting)}`);
  return row;
}

/** Locked: of two people at once the second decides on what the first left. */
export function loadForDecision(tx: Tx, id: string): Promise<TicketRow | null> {
  return tx.maybe(sql`select ${columns} from hotline.ticket where region = ${tx.region} and id = ${id} for update`);
}

export function loadTicket(tx: Tx, id: string): Promise<TicketRow | null> {
  return tx.maybe(sql`select ${columns} from hotline.ticket where region = ${tx.region} and id = ${id}`);
}

export function loadTicketByNo(tx: Tx, no: string): Promise<TicketRow | null> {
  return tx.maybe(sql`select ${columns} from hotline.ticket where region = ${tx.region} and no = ${no}`);
}

export function loadTickets(tx: Tx, ids: readonly string[]): Promise<TicketRow[]> {
  if (ids.length === 0) return Promise.resolve([]);
  return tx.rows(
    sql`select ${columns} from hotline.ticket where region = ${tx.region} and id = any (${ids as string[]}::uuid[])`,
  );
}

/** Appends events and writes the row they fold to, in one statement. Throws TICKET_CHANGED. */
export async function appendEvents(
  tx: Tx,
  before: TicketRow,
  events: readonly TicketEvent[],
  tasks: TicketTasks,
  acting: Acting,
): Promise<TicketRow> {
  const row: TicketRow = {
    ...before,
    ...projection(foldAll(before.state, events)),
    tasks,
    version: before.version + events.length,
  };
  const written = await tx.exec(sql`with stored as (
      update hotline.ticket set status = ${row.status}, class = ${row.class}, urgency = ${row.urgency}, town = ${row.town}, topic = ${row.topic},
        matter = ${row.matter}, title = ${row.title}, lead_unit = ${row.leadUnit}, handlers = ${row.handlers as string[]},
        readers = ${row.readers as string[]}, barred = ${row.barred as string[]}, confidential = ${row.confidential}, enterprise = ${row.enterprise},
        first_dispatched_at = ${row.firstDispatchedAt}, dispatched_at = ${row.dispatchedAt}, signed_at = ${row.signedAt},
        contacted_at = ${row.contactedAt}, due_at = ${row.dueAt}, replied_at = ${row.repliedAt}, closed_at = ${row.closedAt},
        outcome = ${row.outcome}, solved = ${row.solved}, satisfaction = ${row.satisfaction}, excluded = ${row.excluded},
        returns = ${row.returns}, reopens = ${row.reopens}, repeats = ${row.repeats}, cause_kind = ${row.causeKind},
        cause_subject = ${row.causeSubject}, state = ${JSON.stringify(row.state)}::jsonb, tasks = ${JSON.stringify(tasks)}::jsonb,
        version = ${row.version}, updated_at = ${tx.now}
      where region = ${tx.region} and id = ${row.id} and version = ${before.version} returning id
    )
    ${insertEvents(tx, events, before.version, acting)}`);
  if (events.length > 0 && written === 0) throw new AppError('TICKET_CHANGED');
  return row;
}

/** Tickets that wait for their first dispatch, the oldest first; reports are for people. */
export function undispatchedTickets(tx: Tx, limit: number): Promise<TicketRow[]> {
  return tx.rows(sql`select ${columns} from hotline.ticket where region = ${tx.region} and status = 'received'
    and first_dispatched_at is null and not confidential order by registered_at, id limit ${limit}`);
}

export function loadHistory(tx: Tx, ids: readonly string[]): Promise<RecordedTicketEvent[]> {
  return tx.rows(sql`select ticket_id, seq, at, actor_name, unit_id, body from hotline.ticket_event
    where region = ${tx.region} and ticket_id = any (${ids as string[]}::uuid[]) order by ticket_id, seq`);
}

export interface TicketFilter {
  reach: Reach;
  /** The viewer's own unit: what it may not see is left out whatever the reach. */
  viewerUnit: string | null;
  status: readonly TicketStatus[];
  class: readonly TicketClass[];
  town: string;
  unit: string;
  topic: string;
  enterprise: boolean | null;
  late: boolean;
  waiting: '' | 'extension' | 'earlyClosing' | 'proposal';
  text: string;
  page: number;
  size: number;
}

export async function listTicketRows(tx: Tx, filter: TicketFilter): Promise<{ rows: TicketRow[]; total: number }> {
  const where = sql`${visibleTo(tx, filter)}
    ${filter.status.length === 0 ? empty : sql`and status = any (${filter.status as string[]}::text[])`}
    ${filter.class.length === 0 ? empty : sql`and class = any (${filter.class as string[]}::text[])`}
    ${filter.town === '' ? empty : sql`and town = ${filter.town}`}
    ${filter.unit === '' ? empty : sql`and handlers @> array[${filter.unit}]::text[]`}
    ${filter.topic === '' ? empty : sql`and topic = ${filter.topic}`}
    ${filter.enterprise === null ? empty : sql`and enterprise = ${filter.enterprise}`}
    ${filter.late ? sql`and due_at < ${tx.now} and status in ('dispatched', 'signed', 'panel')` : empty}
    ${waitingFor(filter.waiting)}
    ${filter.text === '' ? empty : sql`and (no like ${like(filter.text)} or title like ${like(filter.text)} or state->'facts'->>'text' like ${like(filter.text)})`}`;
  const { total } = await tx.one<{ total: number }>(
    sql`select count(*)::int as total from hotline.ticket where ${where}`,
  );
  // The page is found first, by narrow columns; the wide state is read for its rows alone.
  const rows = await tx.rows<TicketRow>(sql`select ${columns} from hotline.ticket
    where region = ${tx.region} and id = any (array(select id from hotline.ticket where ${where}
      order by ${listOrder} limit ${filter.size} offset ${(filter.page - 1) * filter.size}))
    order by ${listOrder}`);
  return { rows, total };
}

const listOrder = sql`(status in ('closed', 'withdrawn', 'merged')), (urgency = 'urgent') desc, coalesce(due_at, registered_at), id`;

export function countByStatus(
  tx: Tx,
  viewer: Pick<TicketFilter, 'reach' | 'viewerUnit'>,
): Promise<{ status: TicketStatus; count: number; late: number }[]> {
  return tx.rows(sql`select status, count(*)::int as count,
      count(*) filter (where due_at < ${tx.now} and status in ('dispatched', 'signed', 'panel'))::int as late
    from hotline.ticket where ${visibleTo(tx, viewer)} group by status`);
}

/** The one condition under which staff see a ticket, in SQL; `mayRead` in disclosure.ts says the same of one row. */
function visibleTo(tx: Tx, { reach, viewerUnit }: Pick<TicketFilter, 'reach' | 'viewerUnit'>): Sql {
  return sql`region = ${tx.region}
    ${reach === 'all' ? empty : sql`and readers && ${reach as string[]}::text[]`}
    ${viewerUnit === null ? empty : sql`and not barred @> array[${viewerUnit}]::text[]`}`;
}

function waitingFor(what: TicketFilter['waiting']): Sql {
  switch (what) {
    case '':
      return empty;
    case 'extension':
      return sql`and status = 'signed' and state->'extension'->>'at' is not null and state->'extension'->>'decision' is null`;
    case 'earlyClosing':
      return sql`and status = 'signed' and state->'earlyClosing'->>'at' is not null and state->'earlyClosing'->>'decision' is null`;
    case 'proposal':
      return sql`and state->'proposal'->>'to' is not null`;
  }
}

export function like(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&')}%`;
}

function insertEvents(tx: Tx, events: readonly TicketEvent[], after: number, { asCaller }: Acting): Sql {
  const history = events.map((body, index) => ({ seq: after + index + 1, at: body.at, type: body.type, body }));
  const name = asCaller ? '诉求人' : tx.actor.name;
  return sql`insert into hotline.ticket_event (region, ticket_id, seq, at, type, actor_id, actor_name, unit_id, body)
    select ${tx.region}, stored.id, e.seq, e.at, e.type, ${asCaller ? null : tx.actor.accountId}::uuid, ${name},
      ${asCaller ? null : tx.actor.unitId}, e.body
    from stored, jsonb_to_recordset(${JSON.stringify(history)}::jsonb) as e(seq int, at timestamptz, type text, body jsonb)`;
}
