import { empty, join, sql, type Sql } from '../../kernel/db.ts';
import type { Reach } from '../../kernel/actor.ts';
import type { Tx } from '../../kernel/module.ts';
import { plusMs, type Instant, type LocalDate } from '../../kernel/time.ts';
import type { Light, Task } from './rules/task.ts';
import { taskColumns } from './store.ts';

export interface QueueFilter {
  /** Units the caller may see, and those he asks for. */
  reach: Reach;
  units: readonly string[];
  lights: readonly Light[];
  kinds: readonly string[];
  subjectType: string | null;
  dueFrom: LocalDate | null;
  dueTo: LocalDate | null;
  text: string;
  /** Only tasks that lie with this person. */
  accountId: string | null;
  state: 'open' | 'finished';
}

export interface QueueRow extends Task {
  /** A supervision slip about it is not yet closed. */
  supervised: boolean;
}

export interface QueuePage {
  rows: QueueRow[];
  total: number;
  /** The total stopped counting there. */
  totalIsCapped: boolean;
  /** Hand it back as `after` for the next page: costs the same however deep. */
  next: string | null;
}

const countCap = 1_000;

/** The queue, oldest due first (finished: latest first). */
export async function listForQueue(
  tx: Tx,
  filter: QueueFilter,
  page: { page: number; size: number; after: string | null },
): Promise<QueuePage> {
  const where = conditions(tx, filter);
  const finished = filter.state === 'finished';
  const cursor = page.after === null ? null : readCursor(page.after);
  const order = finished ? sql`t.finished_at desc, t.id desc` : sql`t.due_at, t.id`;
  const beyond =
    cursor === null
      ? empty
      : finished
        ? sql`and (t.finished_at, t.id) < (${cursor.at}::timestamptz, ${cursor.id}::uuid)`
        : sql`and (t.due_at, t.id) > (${cursor.at}::timestamptz, ${cursor.id}::uuid)`;
  const skip = cursor === null ? (page.page - 1) * page.size : 0;
  const rows = await tx.rows<QueueRow>(sql`select ${taskColumns},
      exists (select from tasks.supervision s where s.region = t.region and s.task_id = t.id and s.state <> 'closed') as supervised
    from tasks.task t where ${where} ${beyond} order by ${order} limit ${page.size + 1} offset ${skip}`);
  const more = rows.length > page.size;
  const shown = rows.slice(0, page.size);
  const last = shown.at(-1);
  const next =
    more && last !== undefined ? writeCursor((finished ? last.finishedAt : last.dueAt) ?? last.dueAt, last.id) : null;
  return { rows: shown, next, ...(await countFor(tx, filter, where)) };
}

/** The tasks that lie with a person himself: what an applicant still has to do. */
export async function listOwn(tx: Tx, accountId: string): Promise<QueueRow[]> {
  return tx.rows<QueueRow>(sql`select ${taskColumns}, false as supervised from tasks.task t
    where t.region = ${tx.region} and t.account_id = ${accountId} and t.state <> 'finished'
    order by t.due_at, t.id limit 200`);
}

export interface LightCounts {
  open: number;
  red: number;
  yellow: number;
  green: number;
  paused: number;
}

export interface UnitCounts extends LightCounts {
  unitId: string;
  /** Finished since the asked day, cancelled ones left out. */
  onTime: number;
  late: number;
}

interface RawCounts {
  unitId: string;
  open: string;
  due: string;
  yellow: string;
  stopped: string;
  onTime: string;
  late: string;
}

/**
 * Counts by light per unit. A light is a threshold in time, so each count is a sum over the days of `tasks.tally` plus
 * the marks of the running day, looked up through an index; no task is counted one by one beyond that day.
 */
export async function countByLight(
  tx: Tx,
  filter: { reach: Reach; units: readonly string[]; kinds: readonly string[]; since: Instant | null },
): Promise<UnitCounts[]> {
  const today = tx.now.slice(0, 10);
  const midnight = `${today}T00:00:00.000Z`;
  const kinds = filter.kinds.length === 0 ? empty : sql`and t.kind = any(${[...filter.kinds]}::text[])`;
  const units = unitCondition(filter.reach, filter.units);
  const since = filter.since === null ? sql`and t.mark in ('due', 'yellow', 'stopped')` : empty;
  const sinceDay = (filter.since ?? tx.now).slice(0, 10);
  const rows = await tx.rows<RawCounts>(sql`
    with sums as (
      select t.unit_id,
        coalesce(sum(t.n) filter (where t.mark = 'due'), 0) as open,
        coalesce(sum(t.n) filter (where t.mark = 'due' and t.day < ${today}::date), 0) as due,
        coalesce(sum(t.n) filter (where t.mark = 'yellow' and t.day < ${today}::date), 0) as yellow,
        coalesce(sum(t.n) filter (where t.mark = 'stopped' and t.day >= ${today}::date), 0) as stopped,
        coalesce(sum(t.n) filter (where t.mark = 'onTime' and t.day >= ${sinceDay}::date), 0) as on_time,
        coalesce(sum(t.n) filter (where t.mark = 'late' and t.day >= ${sinceDay}::date), 0) as late
      from tasks.tally t where t.region = ${tx.region} and ${units} ${kinds} ${since} group by t.unit_id
    ), today as (
      select t.unit_id, count(*) as due, 0 as yellow, 0 as stopped from tasks.task t
      where t.region = ${tx.region} and t.state <> 'finished' and ${units} ${kinds} and t.due_at >= ${midnight} and t.due_at < ${tx.now} group by t.unit_id
      union all
      select t.unit_id, 0, count(*), 0 from tasks.task t
      where t.region = ${tx.region} and t.state <> 'finished' and ${units} ${kinds} and t.yellow_at >= ${midnight} and t.yellow_at <= ${tx.now} group by t.unit_id
      union all
      select t.unit_id, 0, 0, count(*) from tasks.task t
      where t.region = ${tx.region} and t.state <> 'finished' and ${units} ${kinds} and t.stopped_until >= ${midnight} and t.stopped_until <= ${tx.now} group by t.unit_id
    )
    select s.unit_id, s.open, s.on_time, s.late,
      s.due + coalesce(sum(d.due), 0) as due, s.yellow + coalesce(sum(d.yellow), 0) as yellow, s.stopped - coalesce(sum(d.stopped), 0) as stopped
    from sums s left join today d on d.unit_id = s.unit_id
    group by s.unit_id, s.open, s.on_time, s.late, s.due, s.yellow, s.stopped
    having s.open <> 0 or s.on_time <> 0 or s.late <> 0
    order by s.unit_id`);
  return rows.map((row) => {
    const [open, red, reached, stopped] = [Number(row.open), Number(row.due), Number(row.yellow), Number(row.stopped)];
    return {
      unitId: row.unitId,
      open,
      red,
      yellow: reached - red,
      // What stands still is neither yellow nor red: stopped_until <= yellow_at <= due_at.
      paused: stopped,
      green: open - reached - stopped,
      onTime: Number(row.onTime),
      late: Number(row.late),
    };
  });
}

export function sumCounts(counts: readonly LightCounts[]): LightCounts {
  const sum = { open: 0, red: 0, yellow: 0, green: 0, paused: 0 };
  for (const one of counts)
    for (const light of ['open', 'red', 'yellow', 'green', 'paused'] as const) sum[light] += one[light];
  return sum;
}

/** The light of a row, in SQL; `lightAt` says the same. */
function lightCondition(light: Light, now: Instant): Sql {
  switch (light) {
    case 'red':
      return sql`t.due_at < ${now}::timestamptz`;
    case 'yellow':
      return sql`(t.due_at >= ${now}::timestamptz and t.yellow_at <= ${now}::timestamptz)`;
    case 'paused':
      return sql`(t.yellow_at > ${now}::timestamptz and t.stopped_until > ${now}::timestamptz)`;
    case 'green':
      return sql`(t.yellow_at > ${now}::timestamptz and (t.stopped_until is null or t.stopped_until <= ${now}::timestamptz))`;
    case 'done':
      return sql`false`;
  }
}

function conditions(tx: Tx, filter: QueueFilter): Sql {
  const finished = filter.state === 'finished';
  const parts: Sql[] = [
    sql`t.region = ${tx.region}`,
    finished ? sql`t.state = 'finished'` : sql`t.state <> 'finished'`,
  ];
  parts.push(unitCondition(filter.reach, filter.units));
  if (!finished && filter.lights.length > 0) {
    parts.push(
      sql`(${join(
        filter.lights.map((light) => lightCondition(light, tx.now)),
        ' or ',
      )})`,
    );
  }
  if (filter.kinds.length > 0) parts.push(sql`t.kind = any(${[...filter.kinds]}::text[])`);
  if (filter.subjectType !== null) parts.push(sql`t.subject_type = ${filter.subjectType}`);
  if (filter.accountId !== null) parts.push(sql`t.account_id = ${filter.accountId}::uuid`);
  if (filter.dueFrom !== null) parts.push(sql`t.due_on >= ${filter.dueFrom}::date`);
  if (filter.dueTo !== null) parts.push(sql`t.due_on <= ${filter.dueTo}::date`);
  if (filter.text !== '') {
    const like = `%${filter.text.replace(/[\\%_]/g, '\\$&')}%`;
    parts.push(sql`(t.title ilike ${like} or t.subject_no ilike ${like})`);
  }
  return join(parts, ' and ');
}

function unitCondition(reach: Reach, asked: readonly string[]): Sql {
  const units = reach === 'all' ? asked : asked.length === 0 ? reach : asked.filter((unit) => reach.includes(unit));
  if (reach === 'all' && asked.length === 0) return sql`t.unit_id is not null`;
  const [only] = units;
  // One unit is an equality, so that the queue comes out of the index in order.
  return units.length === 1 && only !== undefined
    ? sql`t.unit_id = ${only}`
    : sql`t.unit_id = any(${[...units]}::text[])`;
}

/** Exact from the tally where it can answer; otherwise counted up to a cap. */
async function countFor(tx: Tx, filter: QueueFilter, where: Sql): Promise<{ total: number; totalIsCapped: boolean }> {
  const { subjectType, accountId, dueFrom, dueTo, text, state } = filter;
  const plain =
    subjectType === null && accountId === null && dueFrom === null && dueTo === null && text === '' && state === 'open';
  if (plain) {
    const sums = sumCounts(await countByLight(tx, { ...filter, since: null }));
    const total =
      filter.lights.length === 0
        ? sums.open
        : [...new Set(filter.lights)].reduce((sum, light) => sum + (light === 'done' ? 0 : sums[light]), 0);
    return { total, totalIsCapped: false };
  }
  const { n } = await tx.one<{ n: string }>(
    sql`select count(*) as n from (select from tasks.task t where ${where} limit ${countCap + 1}) as counted`,
  );
  return { total: Math.min(Number(n), countCap), totalIsCapped: Number(n) > countCap };
}

function writeCursor(at: Instant, id: string): string {
  return Buffer.from(`${at} ${id}`).toString('base64url');
}

function readCursor(text: string): { at: Instant; id: string } | null {
  const [at = '', id = ''] = Buffer.from(text, 'base64url').toString().split(' ');
  const good = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(at) && /^[0-9a-f-]{36}$/.test(id);
  return good ? { at: plusMs(at, 0), id } : null;
}
