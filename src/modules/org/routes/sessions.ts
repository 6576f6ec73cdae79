import { AppError } from '../../../kernel/errors.ts';
import { hashPassword, passwordProblem, verifyPassword } from '../../../kernel/passwords.ts';
import { route, type Tx } from '../../../kernel/module.ts';
import { plusMs } from '../../../kernel/time.ts';
import { idleMs, originOf } from '../authenticate.ts';
import * as contract from '../contract.ts';
import { checkedFacts } from '../personal.ts';
import { checkPassword } from '../sign-in.ts';
import { accountById, accountByLoginName, insertAccount, setPassword, type AccountRow } from '../store/accounts.ts';
import { accountIdByIdNumber, writePerson } from '../store/people.ts';
import { beginSession, endSession, endSessionsOf, listSessions } from '../store/sessions.ts';

const repeatWithinMs = 10 * 60_000;

export const sessionRoutes = [
  route(contract.signIn, async ({ tx, input }) => {
    const account = await checkPassword(tx, input.loginName, input.password);
    if (tx.actor.sessionId !== null) await endSession(tx, tx.actor.sessionId);
    const setSession = await beginSession(tx, account.id, 'password', originOf(tx.actor).userAgent);
    tx.note(`account:${account.id}`, '登录', { name: account.name });
    return { account: shown(account), mustChangePassword: account.mustChangePassword, setSession };
  }),

  route(contract.signOut, async ({ tx, actor }) => {
    if (actor.sessionId !== null) {
      await endSession(tx, actor.sessionId);
      tx.note(`account:${actor.accountId}`, '退出登录');
    }
    return { done: true as const, setSession: null };
  }),

  route(contract.signOutEverywhere, async ({ tx }) => {
    const ended = await endSessionsOf(tx, signedInAccount(tx));
    tx.note(`account:${signedInAccount(tx)}`, '在所有设备上退出登录', { ended });
    return { ended, setSession: null };
  }),

  route(contract.mySessions, async ({ tx, actor }) => {
    const sessions = await listSessions(tx, signedInAccount(tx), plusMs(tx.now, -idleMs(tx.services)));
    return { sessions: sessions.map((session) => ({ ...session, current: session.id === actor.sessionId })) };
  }),

  route(contract.register, async ({ tx, input, now }) => {
    const facts = checkedFacts({ idNumber: input.idNumber, phone: input.phone }, now);
    refuseUnsuitable(input.password, input.loginName);
    const passwordHash = await hashPassword(input.password);
    const accountId = await insertAccount(tx, {
      loginName: input.loginName,
      name: input.name,
      kind: 'person',
      passwordHash,
    });
    const account =
      accountId === null ? await repeatedRegistration(tx, input.loginName, input.password, facts.idNumber ?? '') : null;
    if (accountId !== null) {
      await writePerson(tx, accountId, facts);
      tx.note(`account:${accountId}`, '注册账号');
    }
    const made = account ?? (await accountByLoginName(tx, input.loginName));
    if (made === null) throw new AppError('LOGIN_NAME_TAKEN');
    return {
      account: shown(made),
      setSession: await beginSession(tx, made.id, 'password', originOf(tx.actor).userAgent),
    };
  }),

  route(contract.changePassword, async ({ tx, actor, input }) => {
    const account = await ownAccount(tx);
    try {
      await checkPassword(tx, account.loginName, input.oldPassword);
    } catch (error) {
      if (error instanceof AppError && error.code === 'SIGN_IN_REFUSED') throw new AppError('OLD_PASSWORD_WRONG');
      throw error;
    }
    refuseUnsuitable(input.newPassword, account.loginName);
    await setPassword(tx, account.id, await hashPassword(input.newPassword), false);
    // Whoever knew the old password is out; the one who changed it stays.
    await endSessionsOf(tx, account.id, actor.sessionId);
    tx.note(`account:${account.id}`, '修改密码');
    return { done: true as const };
  }),
];

/** A form sent twice: the same name, password and identity number within minutes is the same registration. */
async function repeatedRegistration(
  tx: Tx,
  loginName: string,
  password: string,
  idNumber: string,
): Promise<AccountRow> {
  const account = await accountByLoginName(tx, loginName);
  const isSame =
    account !== null &&
    account.kind === 'person' &&
    account.disabledAt === null &&
    account.createdAt > plusMs(tx.now, -repeatWithinMs) &&
    (await accountIdByIdNumber(tx, idNumber)) === account.id &&
    (await verifyPassword(password, account.passwordHash));
  if (account === null || !isSame) throw new AppError('LOGIN_NAME_TAKEN');
  return account;
}

export function refuseUnsuitable(password: string, loginName: string): void {
  const problem = passwordProblem(password, loginName);
  if (problem !== null)
    throw new AppError('PASSWORD_UNSUITABLE', { problem }, [{ path: '/password', message: problem }]);
}

export function signedInAccount(tx: Tx): string {
  if (tx.actor.accountId === null) throw new AppError('NOT_SIGNED_IN');
  return tx.actor.accountId;
}

export async function ownAccount(tx: Tx): Promise<AccountRow> {
  const account = await accountById(tx, signedInAccount(tx));
  if (account === null) throw new AppError('NOT_SIGNED_IN');
  return account;
}

export function shown({ id, loginName, name, kind, unitId, unitName }: AccountRow) {
  return { id, loginName, name, kind, unitId, unitName };
}
