import { AppError } from '../../kernel/errors.ts';
import type { Services, Tx } from '../../kernel/module.ts';
import { hashPassword, needsRehash, verifyPassword } from '../../kernel/passwords.ts';
import { msBetween } from '../../kernel/time.ts';
import { originOf } from './authenticate.ts';
import { isCrowded, lockMs } from './rules/lock-out.ts';
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

/** Until every failure so far is written: before the platform stops. */
export async function failuresWritten(services: Services): Promise<void> {
  await Promise.all([...(beingWritten.get(services) ?? [])]);
}

export function normaliseLoginName(loginName: string): string {
  return loginName.normalize('NFKC').trim().toLowerCase();
}

interface Guess {
  login: AttemptSubject;
  /** It was right, or could not be checked: it weighs nothing any more. */
  release(): void;
  fail(): void;
}

/** A guess that is being checked on this process. */
interface Ticket {
  isOver: boolean;
  /** Once its failure is written: how many failures its subjects then had. */
  failures: ReadonlyMap<string, number>;
}

const underWay = new WeakMap<Services, Map<string, Set<Ticket>>>();
const beingWritten = new WeakMap<Services, Set<Promise<void>>>();

/**
 * Lets a guess through unless its name or address is locked, or would be if the guesses under way turned out wrong.
 * The guess is entered before the recorded failures are read: whichever began earlier is then still under way, or has
 * said what it recorded, or is in what was read.
 */
async function admitGuess(tx: Tx, loginName: string): Promise<Guess> {
  const { services, now } = tx;
  const login = subjectOf(services, 'login', loginName);
  const subjects = [login];
  const { address } = originOf(tx.actor);
  // This machine itself (a proxy whose header is not trusted, a test) says nothing about who asks.
  if (address !== '' && !isLoopback(address)) subjects.push(subjectOf(services, 'address', address));

  const tickets = underWay.get(services) ?? new Map<string, Set<Ticket>>();
  underWay.set(services, tickets);
  const ticket: Ticket = { isOver: false, failures: new Map() };
  const earlier = subjects.map(({ key }) => [...(tickets.get(key) ?? [])]);
  for (const { key } of subjects) tickets.set(key, (tickets.get(key) ?? new Set()).add(ticket));
  const release = () => {
    ticket.isOver = true;
    for (const { key } of subjects) {
      const rest = tickets.get(key);
      rest?.delete(ticket);
      if (rest?.size === 0) tickets.delete(key);
    }
  };

  try {
    const recorded = await loadAttempts(tx, subjects);
    for (const [at, { scope, key }] of subjects.entries()) {
      const before = earlier[at] ?? [];
      const { lockedUntil = null, failures = 0 } = recorded[at] ?? {};
      if (lockedUntil !== null && lockedUntil > now) {
        throw new AppError('SIGN_IN_LOCKED', { minutes: Math.ceil(msBetween(now, lockedUntil) / 60_000) });
      }
      const known = Math.max(failures, ...before.map((one) => one.failures.get(key) ?? 0));
      const open = before.filter((one) => !one.isOver).length;
      const justLocked = known > failures && lockMs(scope, known) > 0;
      if (justLocked || isCrowded(scope, known, open)) throw new AppError('SIGN_IN_LOCKED', { minutes: 1 });
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
      const writing = countFailure(services, subjects, now)
        .then((failures) => {
          ticket.failures = failures;
        })
        .catch((error: unknown) => services.log.error({ err: error }, 'a failed sign-in could not be counted'))
        .finally(() => {
          release();
          pending.delete(writing);
        });
      const pending = beingWritten.get(services) ?? new Set<Promise<void>>();
      beingWritten.set(services, pending.add(writing));
    },
  };
}

function subjectOf(services: Services, scope: AttemptSubject['scope'], value: string): AttemptSubject {
  return { scope, key: `${scope}:${services.personalData.blindIndex(value, `org.signInAttempt.${scope}`)}` };
}

function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.') || address.startsWith('::ffff:127.');
}
