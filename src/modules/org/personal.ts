import { AppError, type Issue } from '../../kernel/errors.ts';
import { checkIdNumber, checkPhone, halfWidth, normaliseIdNumber, normalisePhone } from '../../kernel/identifiers.ts';
import type { Tx } from '../../kernel/module.ts';
import { localDateOf, type Instant } from '../../kernel/time.ts';
import { accountById } from './store/accounts.ts';
import { openPerson, type Person, type PersonalFacts } from './store/people.ts';

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

/** What a person wrote about himself, checked and in the one spelling that is stored; every fault is told at once. */
export function checkedFacts(
  given: { idNumber?: string | undefined; phone?: string | undefined; address?: string | undefined },
  now: Instant,
): PersonalFacts {
  const issues: Issue[] = [];
  const complain = (path: string, message: string | null) => {
    if (message !== null) issues.push({ path, message });
  };
  if (given.idNumber !== undefined) complain('/idNumber', checkIdNumber(given.idNumber, localDateOf(now)));
  // Messages go to this number: a landline will not do.
  if (given.phone !== undefined) complain('/phone', checkPhone(given.phone, { mobileOnly: true }));
  if (issues.length > 0) throw new AppError('PERSONAL_DATA_INVALID', {}, issues);
  return {
    idNumber: given.idNumber === undefined ? undefined : normaliseIdNumber(given.idNumber),
    phone: given.phone === undefined ? undefined : (normalisePhone(given.phone) ?? undefined),
    address: given.address === undefined ? undefined : halfWidth(given.address),
  };
}
