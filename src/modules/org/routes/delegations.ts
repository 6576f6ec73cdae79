import { AppError } from '../../../kernel/errors.ts';
import { route } from '../../../kernel/module.ts';
import { localDateOf } from '../../../kernel/time.ts';
import * as acting from '../contract-acting.ts';
import { isLawfulDelegationTerm, isWithin } from '../rules/grants.ts';
import { accountById, grantsOf, rolesById } from '../store/accounts.ts';
import { endDelegationRow, insertDelegation, listColleagues, listDelegations } from '../store/delegations.ts';
import { ownAccount, signedInAccount } from './sessions.ts';

export const delegationRoutes = [
  route(acting.colleagues, async ({ tx, actor }) => ({
    colleagues: actor.unitId === null ? [] : await listColleagues(tx, actor.unitId, signedInAccount(tx)),
  })),

  route(acting.delegate, async ({ tx, input, now }) => {
    const today = localDateOf(now);
    const self = await ownAccount(tx);
    const colleague = await accountById(tx, input.toAccountId);
    const isColleague =
      colleague !== null &&
      colleague.id !== self.id &&
      colleague.disabledAt === null &&
      colleague.kind === 'staff' &&
      colleague.unitId === self.unitId;
    if (!isColleague) throw new AppError('DELEGATE_NOT_COLLEAGUE');
    const fromOn = input.fromOn ?? today;
    if (!isLawfulDelegationTerm(fromOn, input.untilOn, today)) throw new AppError('DELEGATION_TERM');
    const held = new Set(
      (await grantsOf(tx, self.id)).filter((grant) => isWithin(grant, today)).map((grant) => grant.roleId),
    );
    const roles = input.roles.length === 0 ? [...held] : [...new Set(input.roles)];
    const missing = roles.find((role) => !held.has(role));
    if (missing !== undefined || roles.length === 0)
      throw new AppError('DELEGATION_ROLE_NOT_HELD', { role: missing ?? '' });
    const delegationId = await insertDelegation(tx, {
      fromAccount: self.id,
      toAccount: colleague.id,
      roles,
      fromOn,
      untilOn: input.untilOn,
      reason: input.reason,
    });
    tx.note(`account:${self.id}`, input.reason, {
      delegationId,
      to: colleague.name,
      roles,
      fromOn,
      untilOn: input.untilOn,
    });
    tx.note(`account:${colleague.id}`, input.reason, {
      delegationId,
      from: self.name,
      roles,
      fromOn,
      untilOn: input.untilOn,
    });
    return { delegationId };
  }),

  route(acting.endDelegation, async ({ tx, input }) => {
    if ((await endDelegationRow(tx, input.delegationId, signedInAccount(tx))) === 0)
      throw new AppError('DELEGATION_NOT_FOUND');
    tx.note(`delegation:${input.delegationId}`, '提前结束委托');
    return { done: true as const };
  }),

  route(acting.delegations, async ({ tx, now }) => {
    const today = localDateOf(now);
    const accountId = signedInAccount(tx);
    const rows = await listDelegations(tx, accountId);
    const names = new Map(
      (
        await rolesById(
          tx,
          rows.flatMap((row) => row.roles),
        )
      ).map((role) => [role.id, role.name]),
    );
    return {
      delegations: rows.map(({ fromAccount, roles, endedAt, ...row }) => ({
        ...row,
        direction: fromAccount === accountId ? ('given' as const) : ('received' as const),
        roles: roles.map((id) => ({ id, name: names.get(id) ?? id })),
        state:
          endedAt !== null || row.untilOn < today
            ? ('ended' as const)
            : row.fromOn > today
              ? ('coming' as const)
              : ('running' as const),
      })),
    };
  }),
];
