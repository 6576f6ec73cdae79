import { createHash } from 'node:crypto';
import { sql, type Queryable } from '../../../kernel/db.ts';
import { randomToken, uuidv7 } from '../../../kernel/ids.ts';
import type { Tx } from '../../../kernel/module.ts';
import { plusMs, type Instant } from '../../../kernel/time.ts';
import type { HeldRole, LentRoles } from '../rules/grants.ts';

/** However busy a session is, after this it ends. */
const longestSessionMs = 7 * 24 * 3_600_000;

export interface NewSession {
  token: string;
  expiresAt: Instant;
}

/** Begins a session; the token leaves once, in the cookie, and only its hash stays. */
export async function beginSession(
  tx: Tx,
  accountId: string,
  via: 'password' | 'oidc',
  userAgent: string,
): Promise<NewSession> {
  const token = randomToken();
  const expiresAt = plusMs(tx.now, longestSessionMs);
  await tx.exec(sql`insert into org.session
      (region, id, token_hash, account_id, via, user_agent, created_at, last_seen_at, expires_at)
    values (${tx.region}, ${uuidv7(Date.parse(tx.now))}, ${hashToken(token)}, ${accountId}, ${via},
      ${userAgent.slice(0, 200)}, ${tx.now}, ${tx.now}, ${expiresAt})`);
  return { token, expiresAt };
}

export interface SessionRow {
  sessionId: string;
  lastSeenAt: Instant;
  accountId: string;
  kind: 'person' | 'staff';
  name: string;
  unitId: string | null;
  unitName: string | null;
  postName: string | null;
  enterpriseIds: string[];
  held: HeldRole[];
  lent: LentRoles[];
}

/** Everything about who is asking, in one query by the unique index on the token's hash. */
export function findSession(db: Queryable, region: string, token: string, now: Instant): Promise<SessionRow | null> {
  return db.maybe<SessionRow>(sql`
    select s.id as session_id, s.last_seen_at, a.id as account_id, a.kind, a.name, a.unit_id, u.name as unit_name,
      p.name as post_name,
      coalesce((select array_agg(r.uscc order by r.confirmed_at) from org.representation r
        where r.region = a.region and r.account_id = a.id and r.ended_at is null and r.confirmed_at is not null), '{}') as enterprise_ids,
      ${heldByAccount} as held,
      coalesce((select jsonb_agg(jsonb_build_object('roles', d.roles, 'fromOn', d.from_on, 'untilOn', d.until_on,
          'lenderActive', lender.disabled_at is null and lender.unit_id = a.unit_id, 'held', ${heldByLender}))
        from org.delegation d join org.account lender on lender.region = d.region and lender.id = d.from_account
        where d.region = a.region and d.to_account = a.id and d.ended_at is null), '[]') as lent
    from org.session s
    join org.account a on a.region = s.region and a.id = s.account_id
    left join org.unit u on u.region = a.region and u.id = a.unit_id
    left join org.post p on p.region = a.region and p.id = a.post_id
    where s.region = ${region} and s.token_hash = ${hashToken(token)}
      and s.revoked_at is null and s.expires_at > ${now} and a.disabled_at is null`);
}

/** The direct grants of an account as JSON, once for the account itself and once for whoever lent to it. */
const heldByAccount = sql`coalesce((select jsonb_agg(jsonb_build_object('roleId', g.role_id, 'permissions', o.permissions,
    'units', g.units, 'fromOn', g.from_on, 'untilOn', g.until_on))
  from org.role_grant g join org.role o on o.region = g.region and o.id = g.role_id
  where g.region = a.region and g.account_id = a.id and g.ended_at is null), '[]')`;
const heldByLender = sql`coalesce((select jsonb_agg(jsonb_build_object('roleId', g.role_id, 'permissions', o.permissions,
    'units', g.units, 'fromOn', g.from_on, 'untilOn', g.until_on))
  from org.role_grant g join org.role o on o.region = g.region and o.id = g.role_id
  where g.region = lender.region and g.account_id = lender.id and g.ended_at is null), '[]')`;

/** Coarse on purpose: a row a page would be a write a page. */
export async function touchSession(db: Queryable, region: string, sessionId: string, now: Instant): Promise<void> {
  await db.exec(
    sql`update org.session set last_seen_at = ${now} where region = ${region} and id = ${sessionId} and last_seen_at < ${now}`,
  );
}

export function endSession(tx: Tx, sessionId: string): Promise<number> {
  return tx.exec(sql`update org.session set revoked_at = ${tx.now}
    where region = ${tx.region} and id = ${sessionId} and revoked_at is null`);
}

/** @param except a session that stays, when its owner changes his password. */
export function endSessionsOf(tx: Tx, accountId: string, except: string | null = null): Promise<number> {
  return tx.exec(sql`update org.session set revoked_at = ${tx.now}
    where region = ${tx.region} and account_id = ${accountId} and revoked_at is null and id is distinct from ${except}::uuid`);
}

export interface OpenSession {
  id: string;
  via: 'password' | 'oidc';
  userAgent: string;
  createdAt: Instant;
  lastSeenAt: Instant;
}

export function listSessions(tx: Tx, accountId: string, idleSince: Instant): Promise<OpenSession[]> {
  return tx.rows<OpenSession>(sql`
    select id, via, user_agent, created_at, last_seen_at from org.session
    where region = ${tx.region} and account_id = ${accountId} and revoked_at is null and expires_at > ${tx.now}
      and last_seen_at > ${idleSince}
    order by last_seen_at desc limit 100`);
}

/** Dead sessions go after a month: long enough to ask where one was signed in from. */
export function forgetOldSessions(tx: Tx): Promise<number> {
  return tx.exec(
    sql`delete from org.session where region = ${tx.region} and expires_at < ${plusMs(tx.now, -30 * 86_400_000)}`,
  );
}

export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
