import { AppError } from '../../kernel/errors.ts';
import type { Tx } from '../../kernel/module.ts';
import { accountById } from './store/accounts.ts';
import { openPerson, type Person } from './store/people.ts';

export interface Profile extends Person {
  name: string;
}

/**
 * A person's data in clear, for prefilling his own form or for an officer who works on his case; the reading is noted.
 * The endpoint that uses it declares `readsPersonalData`. Throws ACCOUNT_NOT_FOUND.
 */
export async function profileOf(tx: Tx, accountId: string): Promise<Profile> {
  const account = await accountById(tx, accountId);
  if (account === null) throw new AppError('ACCOUNT_NOT_FOUND');
  const person = await openPerson(tx, accountId);
  tx.note(`account:${accountId}`, accountId === tx.actor.accountId ? '本人查看个人资料' : '查看个人资料');
  return { name: account.name, ...person };
}
