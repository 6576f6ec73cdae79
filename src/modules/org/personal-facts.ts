import { AppError, type Issue } from '../../kernel/errors.ts';
import { checkIdNumber, checkPhone, halfWidth, normaliseIdNumber, normalisePhone } from '../../kernel/identifiers.ts';
import { localDateOf, type Instant } from '../../kernel/time.ts';
import type { PersonalFacts } from './store/people.ts';

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
