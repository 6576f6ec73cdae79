import type { Reach } from '../../../kernel/actor.ts';
import { AppError } from '../../../kernel/errors.ts';
import { hashPassword } from '../../../kernel/passwords.ts';
import { route, type Tx } from '../../../kernel/module.ts';
import { localDateOf, type LocalDate } from '../../../kernel/time.ts';
import * as contract from '../contract.ts';
import { unitDirectory } from '../directory.ts';
import { unlock } from '../sign-in.ts';
import {
  countAdministrators,
  endGrants,
  grantsOf,
  insertAccount,
  insertGrants,
  listAccounts,
  lockAccount,
  rolesById,
  setDisabled,
  setPassword,
  type AccountRow,
  type GrantRow,
  type NewGrant,
} from '../store/accounts.ts';
import { listRoles } from '../store/directory.ts';
import { endSessionsOf } from '../store/sessions.ts';
import { refuseUnsuitable } from './sessions.ts';

export const accountRoutes = [
  route(contract.accounts, async ({ tx, input, reach, now }) => {
    const { total, accounts } = await listAccounts(tx, input, reach, localDateOf(now));
    return {
      total,
      accounts: accounts.map(({ passwordHash, oidcSubject, roles, ...account }) => ({
        ...account,
        roles: roles.map((role) => ({ ...role, units: role.units ?? ('all' as const) })),
        signsInBy: [
          ...(passwordHash === null ? [] : (['password'] as const)),
          ...(oidcSubject === null ? [] : (['oidc'] as const)),
        ],
      })),
    };
  }),

  route(contract.roles, async ({ tx }) => ({
    roles: (await listRoles(tx)).map((role) => ({ ...role, permissions: [...role.permissions] })),
  })),

  route(contract.createAccount, async ({ tx, input, reach }) => {
    const unitId = input.unitId ?? null;
    if ((input.kind === 'staff') !== (unitId !== null)) throw new AppError('ACCOUNT_UNIT_REQUIRED');
    await refuseUnknownUnits(tx, unitId === null ? [] : [unitId]);
    refuseBeyondReach(unitId, reach);
    refuseUnsuitable(input.password, input.loginName);
    if (input.kind === 'person' && input.roles.length > 0) throw new AppError('ROLE_FOR_STAFF_ONLY');
    const grants = await wantedGrants(tx, input.roles, unitId, reach, '新建账号');
    const passwordHash = await hashPassword(input.password);
    const id = await insertAccount(tx, {
      loginName: input.loginName,
      name: input.name,
      kind: input.kind,
      unitId,
      postId: input.postId ?? null,
      passwordHash,
      mustChangePassword: true,
    });
    if (id === null) throw new AppError('LOGIN_NAME_TAKEN');
    await insertGrants(tx, id, grants);
    tx.note(`account:${id}`, '新建账号', {
      loginName: input.loginName,
      unitId,
      roles: grants.map((grant) => grant.roleId),
    });
    return { accountId: id };
  }),

  route(contract.setRoles, async ({ tx, input, reach, now }) => {
    const account = await lockForAdministration(tx, input.accountId, reach);
    if (account.id === tx.actor.accountId) throw new AppError('OWN_ACCOUNT');
    if (account.disabledAt !== null) throw new AppError('ACCOUNT_DISABLED');
    if (account.kind === 'person' && input.roles.length > 0) throw new AppError('ROLE_FOR_STAFF_ONLY');
    const wanted = await wantedGrants(tx, input.roles, account.unitId, reach, input.reason);
    const running = await grantsOf(tx, account.id);
    const kept = running.filter((grant) => wanted.some((one) => isSameGrant(grant, one)));
    const ended = running.filter((grant) => !kept.includes(grant));
    const added = wanted.filter((one) => !kept.some((grant) => isSameGrant(grant, one)));
    await endGrants(
      tx,
      ended.map((grant) => grant.id),
    );
    await insertGrants(tx, account.id, added);
    await refuseWithoutAdministrator(tx, localDateOf(now));
    tx.note(`account:${account.id}`, input.reason, {
      added: added.map((grant) => grant.roleId),
      ended: ended.map((grant) => grant.roleId),
    });
    return { done: true as const };
  }),

  route(contract.disableAccount, async ({ tx, input, reach, now }) => {
    const account = await lockForAdministration(tx, input.accountId, reach);
    if (account.id === tx.actor.accountId) throw new AppError('OWN_ACCOUNT');
    if (account.disabledAt === null) {
      await setDisabled(tx, account.id, input.reason);
      await endSessionsOf(tx, account.id);
      await refuseWithoutAdministrator(tx, localDateOf(now));
    }
    tx.note(`account:${account.id}`, input.reason, { disabled: true });
    return { done: true as const };
  }),

  route(contract.enableAccount, async ({ tx, input, reach }) => {
    const account = await lockForAdministration(tx, input.accountId, reach);
    await setDisabled(tx, account.id, null);
    tx.note(`account:${account.id}`, input.reason, { disabled: false });
    return { done: true as const };
  }),

  route(contract.resetPassword, async ({ tx, input, reach }) => {
    const account = await lockForAdministration(tx, input.accountId, reach);
    if (account.disabledAt !== null) throw new AppError('ACCOUNT_DISABLED');
    refuseUnsuitable(input.password, account.loginName);
    await setPassword(tx, account.id, await hashPassword(input.password), true);
    await endSessionsOf(tx, account.id);
    await unlock(tx, account.loginName);
    tx.note(`account:${account.id}`, input.reason, { passwordReset: true });
    return { done: true as const };
  }),
];

/**
 * An account outside the administrator's units is one he does not know of; one that may do more than he can give is not his
 * to touch, or a new password would hand him what it holds.
 */
async function lockForAdministration(tx: Tx, id: string, reach: Reach): Promise<AccountRow> {
  const account = await lockAccount(tx, id);
  if (account === null || (reach !== 'all' && (account.unitId === null || !reach.includes(account.unitId)))) {
    throw new AppError('ACCOUNT_NOT_FOUND');
  }
  for (const grant of await grantsOf(tx, account.id)) refuseUnitsBeyondReach(grant.units, reach);
  return account;
}

interface WantedRole {
  roleId: string;
  units?: 'all' | string[] | undefined;
  untilOn?: LocalDate | undefined;
}

/** What is asked for as grants: known roles, known units, and nothing beyond the administrator's own reach. */
async function wantedGrants(
  tx: Tx,
  wanted: readonly WantedRole[],
  unitId: string | null,
  reach: Reach,
  reason: string,
): Promise<NewGrant[]> {
  const known = new Map(
    (
      await rolesById(
        tx,
        wanted.map((one) => one.roleId),
      )
    ).map((role) => [role.id, role]),
  );
  const grants = wanted.map((one): NewGrant => {
    const role = known.get(one.roleId);
    if (role === undefined || role.permissions.length === 0) throw new AppError('ROLE_NOT_FOUND', { role: one.roleId });
    const units = one.units ?? (role.reach === 'all' || unitId === null ? 'all' : [unitId]);
    return {
      roleId: one.roleId,
      units: units === 'all' ? null : [...new Set(units)].sort(),
      fromOn: localDateOf(tx.now),
      untilOn: one.untilOn ?? null,
      reason,
    };
  });
  await refuseUnknownUnits(
    tx,
    grants.flatMap((grant) => grant.units ?? []),
  );
  for (const grant of grants) refuseUnitsBeyondReach(grant.units, reach);
  return grants.filter((grant, at) => grants.findIndex((other) => isSameGrant(other, grant)) === at);
}

function isSameGrant(
  a: Pick<GrantRow, 'roleId' | 'untilOn'> & { units: readonly string[] | null },
  b: typeof a,
): boolean {
  return (
    a.roleId === b.roleId &&
    a.untilOn === b.untilOn &&
    String(a.units?.slice().sort() ?? null) === String(b.units?.slice().sort() ?? null)
  );
}

async function refuseUnknownUnits(tx: Tx, ids: readonly string[]): Promise<void> {
  const directory = await unitDirectory(tx);
  for (const id of ids) if (directory.byId(id)?.closed !== false) throw new AppError('UNIT_NOT_FOUND');
}

function refuseBeyondReach(unitId: string | null, reach: Reach): void {
  if (reach !== 'all' && (unitId === null || !reach.includes(unitId))) throw new AppError('FORBIDDEN');
}

function refuseUnitsBeyondReach(units: readonly string[] | null, reach: Reach): void {
  if (reach === 'all') return;
  if (units === null || units.some((unit) => !reach.includes(unit))) throw new AppError('FORBIDDEN');
}

/** Somebody can always manage accounts; checked after the change, under a lock. */
async function refuseWithoutAdministrator(tx: Tx, today: LocalDate): Promise<void> {
  if ((await countAdministrators(tx, today)) === 0) throw new AppError('LAST_ADMINISTRATOR');
}
