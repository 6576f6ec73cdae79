import { AppError } from '../../kernel/errors.ts';
import type { Tx } from '../../kernel/module.ts';
import type { Answers } from '../catalogue/index.ts';
import type { Matter } from './store/applications.ts';

/** What a later module needs to say whether somebody may use 告知承诺 for an item. */
export interface CommitmentQuestion {
  itemId: string;
  accountId: string;
  matter: Matter | null;
  answers: Answers;
  /** Absent while the application is a draft. */
  caseId?: string;
}

/** A complete Chinese clause when it may not be used, null when nothing speaks against it. */
export type CommitmentGuard = (tx: Tx, question: CommitmentQuestion) => Promise<string | null>;

/**
 * Credit records and earlier breaches live in modules below this one, which cannot be imported from here: they hand in
 * their question once, when they are loaded, and it is asked in every process alike.
 */
export function guardCommitments(guard: CommitmentGuard): void {
  guards.add(guard);
}

/** Throws COMMITMENT_BARRED with the first reason. */
export async function refuseBarred(tx: Tx, question: CommitmentQuestion): Promise<void> {
  for (const guard of guards) {
    const reason = await guard(tx, question);
    if (reason !== null) throw new AppError('COMMITMENT_BARRED', { reason });
  }
}

const guards = new Set<CommitmentGuard>();
