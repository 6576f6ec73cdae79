import { AppError } from '../../../kernel/errors.ts';
import { localDateOf, type Instant, type LocalDate } from '../../../kernel/time.ts';
import { standingOn, type LicenceEvent, type LicenceState, type StateChange } from './licence.ts';
import { standingNames, transitions, type LegalBasis, type StateAction } from './transitions.ts';

export interface StateCommand {
  action: StateAction | 'replace';
  /** Empty: the day of the decision. */
  from: LocalDate | null;
  until: LocalDate | null;
  reason: string;
  /** Null: what the table gives. */
  basis: LegalBasis | null;
  documentNo: string;
  by: string;
  successor?: string;
}

/** The event a command leads to, or an AppError that says in Chinese why it cannot be. */
export function decide(state: LicenceState, command: StateCommand, now: Instant): LicenceEvent[] {
  const { action, until, reason, documentNo, by } = command;
  const transition = transitions[action];
  const today = localDateOf(now);
  const standing = standingOn(state, today);
  // A hold whose end has passed is over, though nothing was written down on that day.
  const status = state.status === 'held' && standing !== 'held' ? 'valid' : state.status;
  if (!transition.from.includes(status)) {
    throw new AppError('LICENCE_TRANSITION_IMPOSSIBLE', {
      state: standingNames[standing === 'expired' ? 'expired' : status],
      action: transition.zh,
      basis: `${transition.basis.title}${transition.basis.article}`,
    });
  }
  const earliest = state.changes.at(-1)?.from ?? state.issuedOn;
  // A next version was decided elsewhere, on its own day; it never begins before this one did.
  const from = action === 'replace' ? later(command.from ?? today, earliest) : (command.from ?? today);
  if (action !== 'replace' && (from > today || from < earliest)) {
    throw new AppError('LICENCE_DATE_WRONG', { from, earliest, latest: today });
  }
  if (until !== null && (action !== 'hold' || until < from))
    throw new AppError('LICENCE_HOLD_END_WRONG', { from, until });
  const change: StateChange = {
    action,
    at: now,
    from,
    until,
    reason,
    basis: command.basis ?? transition.basis,
    documentNo,
    by,
  };
  return [{ type: 'stateChanged', at: now, change, successor: command.successor ?? null }];
}

function later(left: LocalDate, right: LocalDate): LocalDate {
  return left < right ? right : left;
}

/** What may be done now, for the page's buttons; the server decides again when it is asked. */
export function possibleActions(state: LicenceState, today: LocalDate): StateAction[] {
  const standing = standingOn(state, today);
  const status = state.status === 'held' && standing !== 'held' ? 'valid' : state.status;
  return (['hold', 'release', 'revoke', 'rescind', 'cancel'] as const).filter((action) =>
    transitions[action].from.includes(status),
  );
}
