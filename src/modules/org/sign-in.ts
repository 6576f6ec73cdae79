import { AppError } from '../../kernel/errors.ts';
import type { Services, Tx } from '../../kernel/module.ts';
import { hashPassword, needsRehash, verifyPassword } from '../../kernel/passwords.ts';
import { msBetween } from '../../kernel/time.ts';
import { originOf } from './authenticate.ts';
import { isCrowded } from './rules/lock-out.ts';
import { accountByLoginName, setPassword, type AccountRow } from './store/accounts.ts';
import { countFailure, forgetFailures, loadAttempts, type AttemptSubject } from './store/attempts.ts';

/**
 * Checks a login name and password. Whoever is unknown, disabled or without a password gets the same answer after the same
 * work as a wrong password, and unknown names are locked like known ones: the answer never says who has an account.
 */
export async function checkPassword(tx: Tx, loginName: string, password: string): Promise<AccountRow> {
  const name = normaliseLoginName(loginName);
  const guess = await admitGuess(tx, name);
  let account: AccountRow | null = null;
  let isRight = false;
  try {
    account = await accountByLoginName(tx, name);
    isRight = await verifyPassword(password, account?.passwordHash ?? null);
  } catch (error) {
    guess.release();
    throw error;
  }
  if (account === null || !isRight || account.disabledAt !== null) {
    guess.fail();
    throw new AppError('SIGN_IN_REFUSED');
  }
  guess.release();
  await forgetFailures(tx, guess.login.key);
  if (account.passwordHash !== null && needsRehash(account.passwordHash)) {
    await setPassword(tx, account.id, await hashPassword(password), account.mustChangePassword);
  }
  return account;
}

/** Lifts the lock of a login name, when an administrator gives it a new password. */
export async function unlock(tx: Tx, loginName: string): Promise<void> {
  await forgetFailures(tx, subjectOf(tx.services, 'login', loginName).key);
}

export function normaliseLoginName(loginName: string): string {
  return loginName.normalize('NFKC').trim().toLowerCase();
}

interface Guess {
  login: AttemptSubject;
  release(): void;
  fail(): void;
}

/** Guesses that are being checked on this process, per subject. */
const underWay = new WeakMap<Services, Map<string, number>>();

async function admitGuess(tx: Tx, loginName: string): Promise<Guess> {
  const { services, now } = tx;
  const login = subjectOf(services, 'login', loginName);
  const subjects = [login];
  const { address } = originOf(tx.actor);
  // This machine itself (a proxy whose header is not trusted, a test) says nothing about who asks.
  if (address !== '' && !isLoopback(address)) subjects.push(subjectOf(services, 'address', address));

  const counts = underWay.get(services) ?? new Map<string, number>();
  underWay.set(services, counts);
  // Taken before the failures are read: a guess that began earlier is then either counted here or recorded there.
  const before = subjects.map(({ key }) => counts.get(key) ?? 0);
  for (const { key } of subjects) counts.set(key, (counts.get(key) ?? 0) + 1);
  const release = () => {
    for (const { key } of subjects) {
      const left = (counts.get(key) ?? 1) - 1;
      if (left === 0) counts.delete(key);
      else counts.set(key, left);
    }
  };

  try {
    const recorded = await loadAttempts(tx, subjects);
    for (const [at, { failures, lockedUntil }] of recorded.entries()) {
      const scope = subjects[at]?.scope ?? 'login';
      if (lockedUntil !== null && lockedUntil > now) {
        throw new AppError('SIGN_IN_LOCKED', { minutes: Math.ceil(msBetween(now, lockedUntil) / 60_000) });
      }
      if (isCrowded(scope, failures, before[at] ?? 0)) throw new AppError('SIGN_IN_LOCKED', { minutes: 1 });
    }
  } catch (error) {
    release();
    throw error;
  }
  return {
    login,
    release,
    // Not awaited here: the refused command still holds its connection, and waiting for another one inside it could
    // starve the pool. Until the count is written, the guess stays under way and weighs as a failure.
    fail: () => {
      countFailure(services, subjects, now)
        .catch((error: unknown) => services.log.error({ err: error }, 'a failed sign-in could not be counted'))
        .finally(release);
    },
  };
}

function subjectOf(services: Services, scope: AttemptSubject['scope'], value: string): AttemptSubject {
  return { scope, key: `${scope}:${services.personalData.blindIndex(value, `org.signInAttempt.${scope}`)}` };
}

function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.') || address.startsWith('::ffff:127.');
}
