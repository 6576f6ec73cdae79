import { empty, sql } from '../../../kernel/db.ts';
import type { Reach } from '../../../kernel/actor.ts';
import { uuidv7 } from '../../../kernel/ids.ts';
import type { Tx } from '../../../kernel/module.ts';
import { instantAt, plusMs, type Instant, type LocalDate } from '../../../kernel/time.ts';
import type { Counted } from '../rules/hot.ts';
import type { Rated } from '../rules/rates.ts';
import type { CauseKind, SupervisionTrigger, TicketClass } from '../rules/transitions.ts';
import type { Watched } from '../rules/triggers.ts';

export interface Period {
  from: LocalDate;
  to: LocalDate;
}

const dayMs = 86_400_000;

export function startOf({ from }: Pick<Period, 'from'>): Instant {
  return instantAt(from, '00:00');
}

export function endOf({ to }: Pick<Period, 'to'>): Instant {
  return plusMs(instantAt(to, '00:00'), dayMs);
}

export type RatedRow = Rated & {
  id: string;
  no: string;
  title: string;
  confidential: boolean;
  month: string;
  registeredAt: Instant;
};

/** Tickets registered in a period as the rates see them; the call-back that counts is the last that reached the person. */
export function ratedTickets(tx: Tx, period: Period, contactHours: number): Promise<RatedRow[]> {
  return tx.rows(sql`select id, no, title, confidential, registered_at, lead_unit as unit_id, class, status, excluded, returns, reopens,
      to_char(registered_at at time zone interval '8 hours', 'YYYY-MM') as month,
      first_dispatched_at is not null as dispatched,
      coalesce(signed_at <= first_dispatched_at + make_interval(hours => ${contactHours}::int)
        and contacted_at <= first_dispatched_at + make_interval(hours => ${contactHours}::int), false) as responded_in_time,
      (contacted_at is null and first_dispatched_at + make_interval(hours => ${contactHours}::int) > ${tx.now}) as response_pending,
      (due_at is not null and due_at < coalesce(replied_at, closed_at, ${tx.now})) as late,
      case when solved is null then null else jsonb_build_object('solved', solved, 'satisfaction', satisfaction) end as call
    from hotline.ticket where region = ${tx.region} and registered_at >= ${startOf(period)} and registered_at < ${endOf(period)}
      and status <> 'merged' order by registered_at, id`);
}

export function hotCounts(tx: Tx, week: Period, weeksBefore: number): Promise<Counted[]> {
  const from = startOf(week);
  const before = plusMs(from, -weeksBefore * 7 * dayMs);
  // A topic alone, and a topic in one place and class: an empty town and class stand for all of them.
  return tx.rows(sql`select topic, coalesce(town, '') as town, coalesce(class, '') as class,
      count(*) filter (where registered_at >= ${from})::int as count,
      count(*) filter (where registered_at < ${from})::int as before
    from hotline.ticket where region = ${tx.region} and registered_at >= ${before} and registered_at < ${endOf(week)}
      and not confidential
    group by grouping sets ((topic), (topic, town, class)) having count(*) filter (where registered_at >= ${from}) > 0`);
}

export function countsByDay(tx: Tx, period: Period): Promise<{ day: LocalDate; count: number }[]> {
  return tx.rows(sql`select to_char(registered_at at time zone interval '8 hours', 'YYYY-MM-DD') as day, count(*)::int as count
    from hotline.ticket where region = ${tx.region} and registered_at >= ${startOf(period)} and registered_at < ${endOf(period)}
    group by 1 order by 1`);
}

export function countsByTown(tx: Tx, period: Period): Promise<{ town: string; count: number }[]> {
  return tx.rows(sql`select town, count(*)::int as count from hotline.ticket where region = ${tx.region}
    and registered_at >= ${startOf(period)} and registered_at < ${endOf(period)} and town <> '' group by town order by count(*) desc, town`);
}

export function countsByClass(tx: Tx, period: Period): Promise<{ class: TicketClass; count: number }[]> {
  return tx.rows(sql`select class, count(*)::int as count from hotline.ticket where region = ${tx.region}
    and registered_at >= ${startOf(period)} and registered_at < ${endOf(period)} group by class order by count(*) desc, class`);
}

export interface CauseCount {
  kind: CauseKind;
  subject: string;
  ownerUnit: string;
  tickets: number;
}

/** What complaints that were worked on named as their cause. */
export function causeCounts(tx: Tx, period: Period): Promise<CauseCount[]> {
  return tx.rows(sql`select cause_kind as kind, cause_subject as subject, coalesce(state->'cause'->>'ownerUnit', '') as owner_unit,
      count(*)::int as tickets
    from hotline.ticket where region = ${tx.region} and cause_kind is not null and cause_kind <> 'single'
      and replied_at >= ${startOf(period)} and replied_at < ${endOf(period)}
    group by 1, 2, 3 order by count(*) desc, 1, 2`);
}

export interface RemedyRow {
  id: string;
  causeKind: CauseKind;
  causeSubject: string;
  ownerUnit: string;
  tickets: number;
  taskId: string | null;
  openedAt: Instant;
  doneAt: Instant | null;
  measure: string;
}

const remedyColumns = sql`id, cause_kind, cause_subject, owner_unit, tickets, task_id, opened_at, done_at, measure`;

export function remediesOf(tx: Tx, since: Instant): Promise<RemedyRow[]> {
  return tx.rows(sql`select ${remedyColumns} from hotline.remedy where region = ${tx.region}
    and (done_at is null or done_at >= ${since})`);
}

export async function insertRemedy(tx: Tx, cause: CauseCount, id: string, taskId: string): Promise<void> {
  await tx.exec(sql`insert into hotline.remedy (region, id, cause_kind, cause_subject, owner_unit, tickets, task_id, opened_at)
    values (${tx.region}, ${id}, ${cause.kind}, ${cause.subject}, ${cause.ownerUnit}, ${cause.tickets}, ${taskId}, ${tx.now})`);
}

export function loadRemedy(tx: Tx, id: string): Promise<RemedyRow | null> {
  return tx.maybe(
    sql`select ${remedyColumns} from hotline.remedy where region = ${tx.region} and id = ${id} for update`,
  );
}

export async function finishRemedyRow(tx: Tx, id: string, measure: string): Promise<void> {
  await tx.exec(sql`update hotline.remedy set done_at = ${tx.now}, done_by = ${tx.actor.name}, measure = ${measure}
    where region = ${tx.region} and id = ${id}`);
}

export async function listRemedyRows(
  tx: Tx,
  reach: Reach,
  page: { page: number; size: number },
): Promise<{ rows: RemedyRow[]; total: number }> {
  const rows = await tx.rows<
    RemedyRow & { total: number }
  >(sql`select ${remedyColumns}, count(*) over ()::int as total from hotline.remedy
    where region = ${tx.region} ${reach === 'all' ? empty : sql`and owner_unit = any (${reach as string[]}::text[])`}
    order by done_at is not null, opened_at desc, id limit ${page.size} offset ${(page.page - 1) * page.size}`);
  return { rows, total: rows[0]?.total ?? 0 };
}

/** Tickets that may ask for a slip: still open with a unit, or just ended unsolved. */
export function watchedTickets(tx: Tx, limit: number): Promise<(Watched & { taskIds: Record<string, string> })[]> {
  return tx.rows(sql`select id, no, lead_unit as unit_id, status, tasks as task_ids, outcome, reopens, repeats,
      case when due_at < ${tx.now} and status in ('dispatched', 'signed')
        then ceil(extract(epoch from (${tx.now}::timestamptz - due_at)) / 86400)::int else 0 end as days_late,
      case when status = 'dispatched' then floor(extract(epoch from (${tx.now}::timestamptz - dispatched_at)) / 86400)::int else 0 end as days_unsigned,
      (select count(*)::int from jsonb_array_elements(state->'returns') r where r->>'unitId' = lead_unit) as returns_of_unit,
      (state->>'designated')::boolean as designated
    from hotline.ticket where region = ${tx.region} and lead_unit is not null
      and (status in ('dispatched', 'signed', 'replied') or (outcome = 'unsolved' and closed_at >= ${plusMs(tx.now, -7 * dayMs)}))
      and (due_at < ${tx.now} or status = 'dispatched' or reopens > 1 or repeats > 2 or (state->>'designated')::boolean or outcome = 'unsolved')
    order by registered_at limit ${limit}`);
}

export interface SupervisedRow {
  id: string;
  triggerId: SupervisionTrigger;
  ticketId: string | null;
  ticketNo: string | null;
  title: string | null;
  unitId: string;
  colour: 'blue' | 'yellow' | 'red';
  slipNo: string;
  reason: string;
  at: Instant;
}

/** @returns false when this trigger has spoken about this subject already. */
export async function insertSupervised(
  tx: Tx,
  row: Omit<SupervisedRow, 'id' | 'ticketNo' | 'title' | 'at'> & { subject: string; slipId: string | null },
): Promise<boolean> {
  const written =
    await tx.exec(sql`insert into hotline.supervised (region, id, trigger_id, subject, ticket_id, unit_id, colour, slip_id, slip_no, reason, at)
    values (${tx.region}, ${uuidv7(Date.parse(tx.now))}, ${row.triggerId}, ${row.subject}, ${row.ticketId}::uuid, ${row.unitId}, ${row.colour},
      ${row.slipId}::uuid, ${row.slipNo}, ${row.reason}, ${tx.now}) on conflict do nothing`);
  return written === 1;
}

export async function setSlip(
  tx: Tx,
  trigger: string,
  subject: string,
  slip: { id: string; number: string },
): Promise<void> {
  await tx.exec(sql`update hotline.supervised set slip_id = ${slip.id}, slip_no = ${slip.number}
    where region = ${tx.region} and trigger_id = ${trigger} and subject = ${subject}`);
}

export async function listSupervisedRows(
  tx: Tx,
  filter: { reach: Reach; viewerUnit: string | null; colour: string; page: number; size: number },
): Promise<{ rows: SupervisedRow[]; total: number }> {
  const rows = await tx.rows<
    SupervisedRow & { total: number }
  >(sql`select s.id, s.trigger_id, s.ticket_id, t.no as ticket_no, t.title, s.unit_id,
      s.colour, s.slip_no, s.reason, s.at, count(*) over ()::int as total
    from hotline.supervised s left join hotline.ticket t on t.region = s.region and t.id = s.ticket_id
    where s.region = ${tx.region}
      ${filter.reach === 'all' ? empty : sql`and s.unit_id = any (${filter.reach as string[]}::text[])`}
      ${filter.viewerUnit === null ? empty : sql`and (t.id is null or not t.barred @> array[${filter.viewerUnit}]::text[])`}
      ${filter.colour === '' ? empty : sql`and s.colour = ${filter.colour}`}
    order by s.at desc, s.id desc limit ${filter.size} offset ${(filter.page - 1) * filter.size}`);
  return { rows, total: rows[0]?.total ?? 0 };
}

export function supervisedColours(
  tx: Tx,
  reach: Reach,
): Promise<{ colour: 'blue' | 'yellow' | 'red'; count: number }[]> {
  return tx.rows(sql`select colour, count(*)::int as count from hotline.supervised where region = ${tx.region}
    ${reach === 'all' ? empty : sql`and unit_id = any (${reach as string[]}::text[])`} group by colour`);
}

export interface LateRow {
  no: string;
  title: string;
  leadUnit: string;
  dueAt: Instant;
}

export function lateTickets(tx: Tx, limit: number): Promise<LateRow[]> {
  return tx.rows(sql`select no, title, lead_unit, due_at from hotline.ticket where region = ${tx.region}
    and status in ('dispatched', 'signed') and due_at < ${tx.now} and not confidential order by due_at, id limit ${limit}`);
}

export interface UnitCount {
  unitId: string;
  total: number;
  complaints: number;
  closed: number;
  solved: number;
  called: number;
}

export function countsByUnit(tx: Tx, period: Period): Promise<UnitCount[]> {
  return tx.rows(sql`select lead_unit as unit_id, count(*)::int as total, count(*) filter (where class = 'complaint')::int as complaints,
      count(*) filter (where status = 'closed')::int as closed, count(*) filter (where solved)::int as solved,
      count(solved)::int as called
    from hotline.ticket where region = ${tx.region} and lead_unit is not null and class <> 'report'
      and registered_at >= ${startOf(period)} and registered_at < ${endOf(period)} group by lead_unit order by count(*) desc, lead_unit`);
}

export function publicTotals(
  tx: Tx,
  period: Period,
): Promise<{ received: number; answered: number; closed: number; solved: number; called: number; selfServed: number }> {
  return tx.one(sql`select count(*)::int as received, count(*) filter (where class = 'question' and status = 'closed')::int as answered,
      count(*) filter (where status = 'closed')::int as closed, count(*) filter (where solved and outcome <> 'answered')::int as solved,
      count(solved) filter (where outcome is distinct from 'answered')::int as called,
      (select count(*)::int from hotline.told w where w.region = ${tx.region} and w.kind = 'knowledge' and w.at >= ${startOf(period)}
        and w.at < ${endOf(period)}) as self_served
    from hotline.ticket where region = ${tx.region} and registered_at >= ${startOf(period)} and registered_at < ${endOf(period)}`);
}

export function mostUsedEntries(tx: Tx, period: Period, limit: number): Promise<{ entryId: string; used: number }[]> {
  return tx.rows(sql`select entry_id, count(*)::int as used from hotline.entry_use where region = ${tx.region} and kind = 'used'
    and at >= ${startOf(period)} and at < ${endOf(period)} group by entry_id order by count(*) desc, entry_id limit ${limit}`);
}
