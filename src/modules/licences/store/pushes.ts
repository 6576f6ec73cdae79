import { empty, sql } from '../../../kernel/db.ts';
import type { Tx } from '../../../kernel/module.ts';
import type { Instant, LocalDate } from '../../../kernel/time.ts';

export interface PushRow {
  licenceId: string;
  revision: number;
  identifier: string;
  typeName: string;
  number: string;
  queuedAt: Instant;
  nextAt: Instant;
  attempts: number;
  lastError: string;
  doneAt: Instant | null;
  receipt: { receiptNo: string; takenAt: string; sm3: string } | null;
}

const columns = sql`p.licence_id, p.revision, l.identifier, l.type_name, l.number, p.queued_at, p.next_at, p.attempts, p.last_error,
  p.done_at, p.receipt`;
const from = sql`from licences.push p join licences.licence l on l.region = p.region and l.id = p.licence_id`;

/** The same revision is queued once; one that was done goes out anew. */
export async function queuePush(tx: Tx, licenceId: string, revision: number): Promise<void> {
  await tx.exec(sql`insert into licences.push (region, licence_id, revision, queued_at, next_at)
    values (${tx.region}, ${licenceId}, ${revision}, ${tx.now}, ${tx.now})
    on conflict (region, licence_id, revision) do update set next_at = excluded.next_at, done_at = null, receipt = null, attempts = 0`);
}

/** The next ones due, locked; another process takes others. */
export function takeDuePushes(tx: Tx, most: number): Promise<PushRow[]> {
  return tx.rows(sql`select ${columns} ${from} where p.region = ${tx.region} and p.done_at is null and p.next_at <= ${tx.now}
    order by p.next_at, p.licence_id, p.revision limit ${most} for update of p skip locked`);
}

export async function pushDone(tx: Tx, row: PushRow, receipt: NonNullable<PushRow['receipt']>): Promise<void> {
  await tx.exec(sql`update licences.push set done_at = ${tx.now}, receipt = ${JSON.stringify(receipt)}::jsonb, last_error = '',
      attempts = ${row.attempts + 1}
    where region = ${tx.region} and licence_id = ${row.licenceId} and revision = ${row.revision}`);
}

export async function pushFailed(tx: Tx, row: PushRow, error: string, nextAt: Instant): Promise<void> {
  await tx.exec(sql`update licences.push set attempts = ${row.attempts + 1}, last_error = ${error.slice(0, 500)}, next_at = ${nextAt}
    where region = ${tx.region} and licence_id = ${row.licenceId} and revision = ${row.revision}`);
}

/** Everything that waits is due now. */
export function makeAllDue(tx: Tx): Promise<number> {
  return tx.exec(sql`update licences.push set next_at = ${tx.now}
    where region = ${tx.region} and done_at is null and next_at > ${tx.now}`);
}

export async function listPushRows(
  tx: Tx,
  { show, page, size }: { show: 'waiting' | 'failing' | 'done' | 'all'; page: number; size: number },
): Promise<{ rows: PushRow[]; total: number; waiting: number; failing: number }> {
  const only = {
    waiting: sql`and p.done_at is null`,
    failing: sql`and p.done_at is null and p.attempts > 0`,
    done: sql`and p.done_at is not null`,
    all: empty,
  }[show];
  const counts = await tx.one<{ total: number; waiting: number; failing: number }>(sql`select
    count(*) filter (where true ${only})::int as total,
    count(*) filter (where p.done_at is null)::int as waiting,
    count(*) filter (where p.done_at is null and p.attempts > 0)::int as failing
    from licences.push p where p.region = ${tx.region}`);
  const rows = await tx.rows<PushRow>(sql`select ${columns} ${from} where p.region = ${tx.region} ${only}
    order by p.queued_at desc, p.licence_id, p.revision desc limit ${size} offset ${(page - 1) * size}`);
  return { rows, ...counts };
}

/** What the city said it took on these days; of each licence the last revision. */
export function takenBetween(
  tx: Tx,
  range: { from: LocalDate; to: LocalDate },
  most: number,
): Promise<{ licenceId: string; identifier: string; revision: number; sm3: string }[]> {
  return tx.rows(sql`select distinct on (l.identifier) p.licence_id, l.identifier, p.revision, p.receipt ->> 'sm3' as sm3
    ${from} where p.region = ${tx.region} and p.done_at is not null
    and left(p.receipt ->> 'takenAt', 10) between ${range.from} and ${range.to}
    order by l.identifier, p.revision desc limit ${most}`);
}

/** In force until this day and gone out before, not queued for that yet. */
export function listExpiredSince(tx: Tx, day: LocalDate, most: number): Promise<{ id: string; events: number }[]> {
  return tx.rows(sql`select l.id, l.events from licences.licence l
    where l.region = ${tx.region} and l.status in ('valid', 'held') and l.valid_until = ${day}
    and not exists (select from licences.push p where p.region = l.region and p.licence_id = l.id and p.revision > l.events)
    limit ${most}`);
}
