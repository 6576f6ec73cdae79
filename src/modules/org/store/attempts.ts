import { join, sql, type Queryable } from '../../../kernel/db.ts';
import type { Services, Tx } from '../../../kernel/module.ts';
import { plusMs, type Instant } from '../../../kernel/time.ts';
import { forgetAfterMs, lockedUntil, type AttemptScope } from '../rules/lock-out.ts';

/** A login name or an address whose failed sign-ins are counted. `key` is a keyed hash. */
export interface AttemptSubject {
  scope: AttemptScope;
  key: string;
}

export interface Attempts {
  failures: number;
  lockedUntil: Instant | null;
}

export async function loadAttempts(tx: Tx, subjects: readonly AttemptSubject[]): Promise<Attempts[]> {
  const rows = await tx.rows<{ subject: string; failures: number; lastAt: Instant; lockedUntil: Instant | null }>(sql`
    select subject, failures, last_at, locked_until from org.sign_in_attempt
    where region = ${tx.region} and subject in (${join(subjects.map((one) => one.key))})`);
  return subjects.map(({ scope, key }) => {
    const row = rows.find((one) => one.subject === key);
    if (row === undefined || row.lastAt < plusMs(tx.now, -forgetAfterMs[scope]))
      return { failures: 0, lockedUntil: null };
    return { failures: row.failures, lockedUntil: row.lockedUntil };
  });
}

/** Counts one failure for every subject, in a transaction of its own: the refused command rolls back, the count must not. */
export function countFailure(
  services: Services,
  subjects: readonly AttemptSubject[],
  at: Instant,
): Promise<ReadonlyMap<string, number>> {
  return services.db.transaction(async (db) => {
    const counted = new Map<string, number>();
    // Always in the same order, so that two counts never wait for each other.
    for (const subject of [...subjects].sort((a, b) => (a.key < b.key ? -1 : 1))) {
      counted.set(subject.key, await countOne(db, services.region, subject, at));
    }
    return counted;
  });
}

async function countOne(db: Queryable, region: string, { scope, key }: AttemptSubject, at: Instant): Promise<number> {
  const { failures } = await db.one<{ failures: number }>(sql`
    insert into org.sign_in_attempt as t (region, subject, failures, last_at) values (${region}, ${key}, 1, ${at})
    on conflict (region, subject) do update set last_at = excluded.last_at,
      failures = case when t.last_at < ${plusMs(at, -forgetAfterMs[scope])} then 1 else t.failures + 1 end
    returning failures`);
  await db.exec(sql`update org.sign_in_attempt set locked_until = ${lockedUntil(scope, failures, at)}
    where region = ${region} and subject = ${key}`);
  return failures;
}

export async function forgetFailures(tx: Tx, key: string): Promise<void> {
  await tx.exec(sql`delete from org.sign_in_attempt where region = ${tx.region} and subject = ${key}`);
}

export function forgetOldAttempts(tx: Tx): Promise<number> {
  return tx.exec(
    sql`delete from org.sign_in_attempt where region = ${tx.region} and last_at < ${plusMs(tx.now, -2 * 86_400_000)}`,
  );
}
