import { join, sql, type Sql } from '../../../kernel/db.ts';
import type { Reach } from '../../../kernel/actor.ts';
import { uuidv7 } from '../../../kernel/ids.ts';
import type { Tx } from '../../../kernel/module.ts';
import type { Instant, LocalDate } from '../../../kernel/time.ts';

export interface AccountRow {
  id: string;
  loginName: string;
  name: string;
  kind: 'person' | 'staff';
  unitId: string | null;
  unitName: string | null;
  postId: string | null;
  passwordHash: string | null;
  mustChangePassword: boolean;
  oidcSubject: string | null;
  createdAt: Instant;
  disabledAt: Instant | null;
}

const columns = sql`a.id, a.login_name, a.name, a.kind, a.unit_id, u.name as unit_name, a.post_id, a.password_hash,
  a.must_change_password, a.oidc_subject, a.created_at, a.disabled_at`;
const source = sql`org.account a left join org.unit u on u.region = a.region and u.id = a.unit_id`;

export function accountByLoginName(tx: Tx, loginName: string): Promise<AccountRow | null> {
  return tx.maybe<AccountRow>(
    sql`select ${columns} from ${source} where a.region = ${tx.region} and a.login_name = ${loginName}`,
  );
}

export function accountById(tx: Tx, id: string): Promise<AccountRow | null> {
  return tx.maybe<AccountRow>(sql`select ${columns} from ${source} where a.region = ${tx.region} and a.id = ${id}`);
}

export function accountByOidcSubject(tx: Tx, subject: string): Promise<AccountRow | null> {
  return tx.maybe<AccountRow>(
    sql`select ${columns} from ${source} where a.region = ${tx.region} and a.oidc_subject = ${subject}`,
  );
}

/** The row stays locked until the end of the transaction: whoever changes an account decides alone. */
export function lockAccount(tx: Tx, id: string): Promise<AccountRow | null> {
  return tx.maybe<AccountRow>(
    sql`select ${columns} from ${source} where a.region = ${tx.region} and a.id = ${id} for update of a`,
  );
}

export interface NewAccount {
  loginName: string;
  name: string;
  kind: 'person' | 'staff';
  unitId?: string | null;
  postId?: string | null;
  passwordHash: string | null;
  mustChangePassword?: boolean;
  oidcSubject?: string | null;
  trial?: boolean;
}

/** @returns the id, or null when the login name is taken. */
export async function insertAccount(tx: Tx, account: NewAccount): Promise<string | null> {
  const id = uuidv7(Date.parse(tx.now));
  const made = await tx.exec(sql`insert into org.account
      (region, id, login_name, name, kind, unit_id, post_id, password_hash, must_change_password, oidc_subject, trial, created_at)
    values (${tx.region}, ${id}, ${account.loginName}, ${account.name}, ${account.kind}, ${account.unitId ?? null},
      ${account.postId ?? null}, ${account.passwordHash}, ${account.mustChangePassword ?? false},
      ${account.oidcSubject ?? null}, ${account.trial ?? false}, ${tx.now})
    on conflict (region, login_name) do nothing`);
  return made === 1 ? id : null;
}

export async function setPassword(tx: Tx, id: string, passwordHash: string, mustChange: boolean): Promise<void> {
  await tx.exec(sql`update org.account set password_hash = ${passwordHash}, must_change_password = ${mustChange}
    where region = ${tx.region} and id = ${id}`);
}

export async function dropPassword(tx: Tx, id: string): Promise<void> {
  await tx.exec(
    sql`update org.account set password_hash = null, must_change_password = false where region = ${tx.region} and id = ${id}`,
  );
}

export async function setName(tx: Tx, id: string, name: string): Promise<void> {
  await tx.exec(sql`update org.account set name = ${name} where region = ${tx.region} and id = ${id}`);
}

export async function linkOidcSubject(tx: Tx, id: string, subject: string): Promise<void> {
  await tx.exec(sql`update org.account set oidc_subject = ${subject} where region = ${tx.region} and id = ${id}`);
}

export async function setDisabled(tx: Tx, id: string, reason: string | null): Promise<void> {
  await tx.exec(sql`update org.account set disabled_at = ${reason === null ? null : tx.now}, disabled_reason = ${reason ?? ''}
    where region = ${tx.region} and id = ${id}`);
}

export interface ListedAccount extends AccountRow {
  postName: string | null;
  disabledReason: string;
  lastSeenAt: Instant | null;
  roles: { roleId: string; name: string; units: string[] | null; fromOn: LocalDate; untilOn: LocalDate | null }[];
}

export interface AccountFilter {
  text: string;
  unitId?: string | undefined;
  kind?: 'person' | 'staff' | undefined;
  state?: 'active' | 'disabled' | undefined;
  page: number;
  size: number;
}

export async function listAccounts(
  tx: Tx,
  filter: AccountFilter,
  reach: Reach,
  today: LocalDate,
): Promise<{ total: number; accounts: ListedAccount[] }> {
  const pattern = `%${filter.text.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`;
  const wanted = join(
    [
      sql`a.region = ${tx.region}`,
      ...(filter.text === '' ? [] : [sql`(a.login_name like ${pattern} or lower(a.name) like ${pattern})`]),
      ...(filter.unitId === undefined ? [] : [sql`a.unit_id = ${filter.unitId}`]),
      ...(filter.kind === undefined ? [] : [sql`a.kind = ${filter.kind}`]),
      ...(filter.state === undefined
        ? []
        : [filter.state === 'active' ? sql`a.disabled_at is null` : sql`a.disabled_at is not null`]),
      ...(reach === 'all' ? [] : [sql`a.unit_id = any (${[...reach]})`]),
    ],
    ' and ',
  );
  const { total } = await tx.one<{ total: string }>(sql`select count(*) as total from org.account a where ${wanted}`);
  const accounts = await tx.rows<ListedAccount>(sql`
    select ${columns}, p.name as post_name, a.disabled_reason,
      (select max(s.last_seen_at) from org.session s where s.region = a.region and s.account_id = a.id and s.revoked_at is null) as last_seen_at,
      ${rolesOfAccount(today)} as roles
    from ${source} left join org.post p on p.region = a.region and p.id = a.post_id
    where ${wanted} order by a.kind desc, u.position nulls last, a.login_name
    limit ${filter.size} offset ${(filter.page - 1) * filter.size}`);
  return { total: Number(total), accounts };
}

function rolesOfAccount(today: LocalDate): Sql {
  return sql`coalesce((select jsonb_agg(jsonb_build_object('roleId', g.role_id, 'name', o.name, 'units', g.units,
      'fromOn', g.from_on, 'untilOn', g.until_on) order by o.position)
    from org.role_grant g join org.role o on o.region = g.region and o.id = g.role_id
    where g.region = a.region and g.account_id = a.id and g.ended_at is null
      and (g.until_on is null or g.until_on >= ${today}::date)), '[]')`;
}

export interface GrantRow {
  id: string;
  roleId: string;
  roleName: string;
  units: string[] | null;
  fromOn: LocalDate;
  untilOn: LocalDate | null;
}

export function grantsOf(tx: Tx, accountId: string): Promise<GrantRow[]> {
  return tx.rows<GrantRow>(sql`
    select g.id, g.role_id, o.name as role_name, g.units, g.from_on, g.until_on
    from org.role_grant g join org.role o on o.region = g.region and o.id = g.role_id
    where g.region = ${tx.region} and g.account_id = ${accountId} and g.ended_at is null order by o.position`);
}

export interface NewGrant {
  roleId: string;
  units: readonly string[] | null;
  fromOn: LocalDate;
  untilOn: LocalDate | null;
  reason: string;
}

export async function insertGrants(tx: Tx, accountId: string, grants: readonly NewGrant[]): Promise<void> {
  if (grants.length === 0) return;
  const rows = grants.map((grant) => ({ id: uuidv7(Date.parse(tx.now)), ...grant }));
  await tx.exec(sql`insert into org.role_grant (region, id, account_id, role_id, units, from_on, until_on, granted_by, reason, created_at)
    select ${tx.region}, id, ${accountId}::uuid, "roleId", units, "fromOn", "untilOn", ${tx.actor.accountId}::uuid, reason, ${tx.now}::timestamptz
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as g(id uuid, "roleId" text, units text[], "fromOn" date, "untilOn" date, reason text)`);
}

export async function endGrants(tx: Tx, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await tx.exec(
    sql`update org.role_grant set ended_at = ${tx.now} where region = ${tx.region} and id = any (${[...ids]}::uuid[])`,
  );
}

/**
 * Active accounts that manage accounts of the whole county. Locks the roles that can do it, so that two administrators
 * cannot remove each other at the same moment.
 */
export async function countAdministrators(tx: Tx, today: LocalDate): Promise<number> {
  await tx.rows(
    sql`select id from org.role where region = ${tx.region} and 'org.manage' = any (permissions) order by id for update`,
  );
  const { count } = await tx.one<{ count: number }>(sql`
    select count(distinct a.id)::int as count from org.account a
    join org.role_grant g on g.region = a.region and g.account_id = a.id and g.ended_at is null and g.units is null
      and g.from_on <= ${today}::date and (g.until_on is null or g.until_on >= ${today}::date)
    join org.role o on o.region = g.region and o.id = g.role_id and 'org.manage' = any (o.permissions)
    where a.region = ${tx.region} and a.disabled_at is null`);
  return count;
}

export function rolesById(
  tx: Tx,
  ids: readonly string[],
): Promise<{ id: string; name: string; reach: 'unit' | 'all'; permissions: string[] }[]> {
  return tx.rows(
    sql`select id, name, reach, permissions from org.role where region = ${tx.region} and id = any (${[...ids]})`,
  );
}

/** The unit in which an account works; null for people, disabled accounts and ids that nobody has. */
export async function staffUnitOf(tx: Tx, accountId: string): Promise<string | null> {
  const row = await tx.maybe<{ unitId: string | null }>(sql`
    select unit_id from org.account where region = ${tx.region} and id = ${accountId} and kind = 'staff' and disabled_at is null`);
  return row?.unitId ?? null;
}

/** A member of staff as colleagues call him; null for people, disabled accounts and ids that nobody has. */
export function staffOf(tx: Tx, accountId: string): Promise<{ name: string; unitId: string | null } | null> {
  return tx.maybe(sql`select name, unit_id from org.account
    where region = ${tx.region} and id = ${accountId} and kind = 'staff' and disabled_at is null`);
}
