import { AppError } from '../../../kernel/errors.ts';
import { checkUscc, isOverridableUscc, normaliseUscc } from '../../../kernel/identifiers.ts';
import { route } from '../../../kernel/module.ts';
import { localDateOf } from '../../../kernel/time.ts';
import * as contract from '../contract.ts';
import * as acting from '../contract-acting.ts';
import { csrfTokenOf } from '../csrf.ts';
import { checkedFacts, profileOf } from '../personal.ts';
import { isWithin } from '../rules/grants.ts';
import { accountById, grantsOf, setName } from '../store/accounts.ts';
import {
  accountIdByIdNumber,
  confirmRepresentationRow,
  endRepresentationRow,
  enterprisesOf,
  insertRepresentation,
  listRepresentations,
  proofOf,
  writePerson,
} from '../store/people.ts';
import { ownAccount, shown, signedInAccount } from './sessions.ts';

export const peopleRoutes = [
  route(contract.me, async ({ tx, actor, now }) => {
    const account = await ownAccount(tx);
    const today = localDateOf(now);
    const grants = await grantsOf(tx, account.id);
    return {
      account: shown(account),
      displayName: actor.name,
      mustChangePassword: account.mustChangePassword,
      identityVerified: (await proofOf(tx, account.id)) !== '',
      hasPassword: account.passwordHash !== null,
      roles: grants
        .filter((grant) => isWithin(grant, today))
        .map(({ roleId, roleName }) => ({ id: roleId, name: roleName })),
      permissions: actor.grants.map(({ permission, units }) => ({
        permission,
        units: units === 'all' ? ('all' as const) : [...units],
      })),
      enterprises: await enterprisesOf(tx, account.id),
      csrfToken: csrfTokenOf(tx.services, actor),
      trial: tx.services.trial,
    };
  }),

  route(contract.myProfile, ({ tx }) => profileOf(tx, signedInAccount(tx))),

  route(contract.updateProfile, async ({ tx, input, now }) => {
    const account = await ownAccount(tx);
    const facts = checkedFacts(input, now);
    const isProven = (await proofOf(tx, account.id)) !== '';
    if (isProven && (facts.idNumber !== undefined || (input.name !== undefined && input.name !== account.name))) {
      const current = await profileOf(tx, account.id);
      if (input.name !== undefined && input.name !== account.name) throw new AppError('ID_NUMBER_FIXED');
      if (facts.idNumber !== current.idNumber) throw new AppError('ID_NUMBER_FIXED');
    }
    // Staff are named by an administrator: their name stands under decisions.
    if (input.name !== undefined && account.kind === 'person') await setName(tx, account.id, input.name);
    await writePerson(tx, account.id, facts);
    tx.note(`account:${account.id}`, '修改个人资料', { fields: Object.keys(input) });
    return { done: true as const };
  }),

  route(acting.claimEnterprise, async ({ tx, input }) => {
    const accountId = signedInAccount(tx);
    const problem = checkUscc(input.uscc);
    if (problem !== null && !isOverridableUscc(input.uscc)) {
      throw new AppError('PERSONAL_DATA_INVALID', {}, [{ path: '/uscc', message: problem }]);
    }
    const uscc = normaliseUscc(input.uscc);
    const id = await insertRepresentation(tx, {
      accountId,
      uscc,
      enterpriseName: input.enterpriseName,
      proof: input.proof,
    });
    if (id === null) throw new AppError('REPRESENTATION_EXISTS');
    tx.note(`account:${accountId}`, '申请代表企业', { uscc, proof: input.proof });
    return { representationId: id };
  }),

  route(acting.representations, ({ tx, input }) => listRepresentations(tx, input.state, input.page, input.size)),

  route(acting.confirmRepresentation, async ({ tx, input }) => {
    const row = await confirmRepresentationRow(tx, input.representationId);
    // Nobody vouches for himself.
    if (row === null || row.accountId === tx.actor.accountId) throw new AppError('REPRESENTATION_NOT_FOUND');
    tx.note(`account:${row.accountId}`, '确认代表企业', { uscc: row.uscc, proof: row.proof });
    return { done: true as const };
  }),

  route(acting.endRepresentation, async ({ tx, input }) => {
    const accountId = signedInAccount(tx);
    if ((await endRepresentationRow(tx, input.representationId, accountId)) === 0)
      throw new AppError('REPRESENTATION_NOT_FOUND');
    tx.note(`account:${accountId}`, '不再代表企业', { representationId: input.representationId });
    return { done: true as const };
  }),

  route(acting.verifyIdentity, async ({ tx, input, now }) => {
    const { idNumber = '' } = checkedFacts({ idNumber: input.idNumber }, now);
    const accountId = await accountIdByIdNumber(tx, idNumber);
    const account = accountId === null ? null : await accountById(tx, accountId);
    // Card and account must agree in both; and nobody vouches for himself.
    if (account === null || account.name !== input.name || account.id === tx.actor.accountId)
      throw new AppError('ACCOUNT_NOT_FOUND');
    await writePerson(tx, account.id, { verifiedBy: 'window' });
    tx.note(`account:${account.id}`, '窗口核对身份证原件');
    return { done: true as const };
  }),
];
