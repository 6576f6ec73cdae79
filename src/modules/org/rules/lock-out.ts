import { plusMs, type Instant } from '../../../kernel/time.ts';

/** Failures that cost nothing. An address stands for a whole office or hall, so it gets more. */
export const freeFailures = { login: 5, address: 30 } as const;
export type AttemptScope = keyof typeof freeFailures;

const firstLockMs = 60_000;
const longestLockMs = 3_600_000;
/** After this long without a failure the count begins anew. */
export const forgetAfterMs = { login: 24 * 3_600_000, address: 3_600_000 } as const;

/** How long the failure with this number locks: nothing before the fifth, then one minute, doubling up to an hour. */
export function lockMs(scope: AttemptScope, failures: number): number {
  const beyond = failures - freeFailures[scope];
  return beyond < 0 ? 0 : Math.min(firstLockMs * 2 ** Math.min(beyond, 10), longestLockMs);
}

export function lockedUntil(scope: AttemptScope, failures: number, at: Instant): Instant | null {
  const ms = lockMs(scope, failures);
  return ms === 0 ? null : plusMs(at, ms);
}

/**
 * Whether one more guess would go beyond what is free while earlier guesses are still being checked:
 * fifty guesses sent at once must not all be answered before the first is counted.
 */
export function isCrowded(scope: AttemptScope, recordedFailures: number, underWay: number): boolean {
  return underWay > 0 && recordedFailures + underWay >= freeFailures[scope];
}
