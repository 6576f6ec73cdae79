import { AppError } from '../../kernel/errors.ts';
import type { Tx } from '../../kernel/module.ts';
import { hashPassword, passwordProblem } from '../../kernel/passwords.ts';
import { localDateOf } from '../../kernel/time.ts';
import { unitDirectory } from './directory.ts';
import { normaliseLoginName } from './sign-in.ts';
import { countAdministrators, insertAccount, insertGrants } from './store/accounts.ts';

/**
 * Makes the account that makes all others, from the command line of the machine. Throws ADMINISTRATOR_EXISTS when
 * somebody can manage accounts already, PASSWORD_UNSUITABLE, LOGIN_NAME_TAKEN, UNIT_NOT_FOUND.
 * @param given.unitId the unit he works in; without one, the digital centre or else the first unit of the directory.
 */
export async function createFirstAdministrator(
  tx: Tx,
  given: { loginName: string; name: string; password: string; unitId?: string },
): Promise<{ accountId: string }> {
  const today = localDateOf(tx.now);
  if ((await countAdministrators(tx, today)) > 0) throw new AppError('ADMINISTRATOR_EXISTS');
  const loginName = normaliseLoginName(given.loginName);
  if (!/^[a-z][a-z0-9_.-]{3,39}$/.test(loginName)) throw new AppError('LOGIN_NAME_UNSUITABLE');
  const problem = passwordProblem(given.password, loginName);
  if (problem !== null) throw new AppError('PASSWORD_UNSUITABLE', { problem });
  const { units, byId } = await unitDirectory(tx);
  const unit = given.unitId === undefined ? (byId('digital-centre') ?? units[0]) : byId(given.unitId);
  if (unit === undefined || unit.closed) throw new AppError('UNIT_NOT_FOUND');
  const passwordHash = await hashPassword(given.password);
  const accountId = await insertAccount(tx, {
    loginName,
    name: given.name.trim(),
    kind: 'staff',
    unitId: unit.id,
    passwordHash,
  });
  if (accountId === null) throw new AppError('LOGIN_NAME_TAKEN');
  await insertGrants(tx, accountId, [
    { roleId: 'administrator', units: null, fromOn: today, untilOn: null, reason: '第一位管理员' },
  ]);
  tx.note(`account:${accountId}`, '建立第一位管理员', { loginName });
  return { accountId };
}
