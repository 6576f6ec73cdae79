import { AppError } from '../../../kernel/errors.ts';
import { localDateOf, plusMs, type Instant } from '../../../kernel/time.ts';
import type { RatingSettings } from './definition.ts';
import { isRealName, type Appeal, type RatingEvent, type RatingState, type Revisit } from './subject.ts';
import {
  isBad,
  ratingStatusNames,
  ratingTransitions,
  type AppealGround,
  type Channel,
  type RatingAction,
} from './transitions.ts';

export type RatingCommand =
  | { action: 'rate'; level: number; reasons: readonly string[]; words: string; anonymous: boolean; channel: Channel }
  /** `reachable`: a telephone number was left with it. */
  | { action: 'explain'; reasons: readonly string[]; words: string; reachable: boolean }
  | { action: 'followUp'; level: number; words: string; channel: Channel }
  | { action: 'appoint'; handlerId: string; handlerName: string; reason: string }
  | { action: 'contact'; how: string; words: string; by: string; inTime: boolean }
  | { action: 'fix'; words: string; by: string }
  | { action: 'plan'; measures: string; days: number | null; by: string }
  | { action: 'report'; words: string; by: string }
  | { action: 'revisit'; how: Revisit['how']; satisfied: boolean | null; words: string; by: string }
  | { action: 'direct'; words: string; days: number | null; by: string }
  | { action: 'publish'; words: string; reply: string; by: string; tells: readonly string[] }
  | { action: 'withhold'; reason: string; by: string }
  | {
      action: 'appeal';
      ground: AppealGround;
      words: string;
      evidence: readonly string[];
      byId: string | null;
      by: string;
    }
  | { action: 'decideAppeal'; upheld: boolean; words: string; byId: string | null; by: string };

const day = 86_400_000;

/** What a command does to a subject, or why it cannot. Throws AppError with the reason in Chinese. */
export function decide(
  state: RatingState,
  command: RatingCommand,
  now: Instant,
  settings: RatingSettings,
): RatingEvent[] {
  if (command.action === 'rate' && state.rating !== null) throw new AppError('RATING_ALREADY_GIVEN');
  refuseFromElsewhere(state, command.action);
  switch (command.action) {
    case 'rate':
      return [rated(state, command, now, settings)];
    case 'explain':
      return [explained(state, command, now, settings)];
    case 'followUp':
      return [followedUp(state, command, now, settings)];
    case 'appoint': {
      refuseGood(state, '指定经办人');
      const { handlerId, handlerName, reason } = command;
      if (handlerId === state.officerId && reason === '') throw new AppError('RATED_OFFICER_NEEDS_REASON');
      return [{ type: 'appointed', at: now, handlerId, handlerName, reason }];
    }
    case 'contact': {
      const { how, words, by, inTime } = command;
      return [{ type: 'contacted', at: now, how, words, by, inTime }];
    }
    case 'fix':
      refuseGood(state, '改正');
      return answered(state, command.words, command.by, now, true);
    case 'plan': {
      refuseGood(state, '整改');
      const { measures, by } = command;
      return [{ type: 'planned', at: now, measures, days: term(command.days, settings), by }];
    }
    case 'report':
      return answered(state, command.words, command.by, now, false);
    case 'revisit':
      return revisited(state, command, now, settings);
    case 'direct':
      return [{ type: 'directed', at: now, words: command.words, days: term(command.days, settings), by: command.by }];
    case 'publish':
      return published(state, command, now);
    case 'withhold':
      return [{ type: 'withheld', at: now, reason: command.reason, by: command.by }];
    case 'appeal': {
      refuseGood(state, '申请复核');
      if (state.appeal !== null) throw new AppError('APPEAL_ALREADY_MADE');
      const { ground, words, evidence, byId, by } = command;
      return [{ type: 'appealed', at: now, appeal: { at: now, ground, words, evidence, byId, by } }];
    }
    case 'decideAppeal': {
      const open = openAppeal(state);
      if (open === null) throw new AppError('APPEAL_NOT_OPEN');
      // Nobody decides about himself: neither who asked nor who was rated.
      if (command.byId !== null && (command.byId === open.byId || command.byId === state.officerId))
        throw new AppError('APPEAL_SAME_PERSON');
      const { upheld, words, by } = command;
      return [{ type: 'appealDecided', at: now, decision: { at: now, upheld, words, by } }];
    }
  }
}

export function openAppeal(state: RatingState): Appeal | null {
  return state.appeal !== null && state.appeal.decision === null ? state.appeal : null;
}

/** The last day on which it may still be rated, or a follow-up given. */
export function lastDay(from: Instant, days: number): string {
  return localDateOf(plusMs(from, days * day));
}

/** What could be done next whatever is typed into the form, for pages. */
export function actionsNow(state: RatingState): RatingAction[] {
  const bad = state.rating !== null && isBad(state.rating.level);
  const wanted: Record<RatingAction, boolean> = {
    rate: true,
    explain: state.rating?.words === '' && state.rating.reasons.length === 0,
    followUp: state.followUp === null,
    appoint: bad,
    contact: true,
    fix: bad,
    plan: bad,
    report: true,
    revisit: true,
    direct: true,
    publish: state.publication === null && (!bad || state.reports.length > 0),
    withhold: state.withheld === null && (!bad || state.status === 'closed'),
    appeal: bad && state.appeal === null,
    decideAppeal: openAppeal(state) !== null,
  };
  return (Object.keys(wanted) as RatingAction[]).filter(
    (action) => wanted[action] && ratingTransitions[action].from.includes(state.status),
  );
}

function refuseFromElsewhere(state: RatingState, action: RatingAction): void {
  const { zh, from, basis } = ratingTransitions[action];
  if (from.includes(state.status)) return;
  throw new AppError('RATING_TRANSITION_IMPOSSIBLE', {
    state: ratingStatusNames[state.status],
    action: zh,
    basis: `${basis.title}${basis.article}`,
  });
}

function rated(
  state: RatingState,
  { level, reasons, words, anonymous, channel }: Extract<RatingCommand, { action: 'rate' }>,
  now: Instant,
  settings: RatingSettings,
): RatingEvent {
  const until = lastDay(state.finishedAt, settings.addWithin.days);
  if (localDateOf(now) > until) throw new AppError('RATING_TOO_LATE', { until });
  refuseUnknownReasons(level, reasons, settings);
  const duty = isBad(level) && !anonymous && state.reachable;
  return { type: 'rated', at: now, rating: { at: now, level, reasons, words, anonymous, channel }, duty };
}

/** One tap gives the level; the words come after it, once. A number left with them makes an unknown visitor one to be called. */
function explained(
  state: RatingState,
  { reasons, words, reachable }: Extract<RatingCommand, { action: 'explain' }>,
  now: Instant,
  settings: RatingSettings,
): RatingEvent {
  const { rating } = state;
  if (rating === null) throw new AppError('RATING_TOO_EARLY');
  if (rating.words !== '' || rating.reasons.length > 0 || state.followUp !== null)
    throw new AppError('RATING_WORDS_ALREADY_GIVEN');
  const until = lastDay(rating.at, settings.addWithin.days);
  if (localDateOf(now) > until) throw new AppError('RATING_TOO_LATE', { until });
  refuseUnknownReasons(rating.level, reasons, settings);
  const becomes = !state.reachable && reachable && !rating.anonymous;
  return {
    type: 'explained',
    at: now,
    reasons,
    words,
    reachable: state.reachable || becomes,
    duty: becomes && isBad(rating.level) && state.status === 'rated',
  };
}

function followedUp(
  state: RatingState,
  { level, words, channel }: Extract<RatingCommand, { action: 'followUp' }>,
  now: Instant,
  settings: RatingSettings,
): RatingEvent {
  if (state.followUp !== null) throw new AppError('FOLLOW_UP_ALREADY_GIVEN');
  const until = lastDay(state.rating?.at ?? state.finishedAt, settings.followUpWithin.days);
  if (localDateOf(now) > until) throw new AppError('FOLLOW_UP_TOO_LATE', { until });
  return { type: 'followedUp', at: now, level, words, channel };
}

/** Whoever cannot be reached cannot be asked: an anonymous bad rating that was put right ends here. */
function answered(state: RatingState, words: string, by: string, now: Instant, atOnce: boolean): RatingEvent[] {
  const reported: RatingEvent = { type: 'reported', at: now, words, by, atOnce };
  return isRealName(state) ? [reported] : [reported, { type: 'closed', at: now, outcome: 'anonymous' }];
}

/** Not satisfied reopens once, to the supervising office; not reached is tried again, a set number of times. */
function revisited(
  state: RatingState,
  { how, satisfied, words, by }: Extract<RatingCommand, { action: 'revisit' }>,
  now: Instant,
  settings: RatingSettings,
): RatingEvent[] {
  const event: RatingEvent = { type: 'revisited', at: now, revisit: { at: now, how, satisfied, words, by } };
  if (satisfied === true) return [event, { type: 'closed', at: now, outcome: 'satisfied' }];
  if (satisfied === null) {
    const since = state.reports.at(-1)?.at ?? now;
    const missed = state.revisits.filter((one) => one.satisfied === null && one.at >= since).length + 1;
    return missed < settings.unreachableAfter.attempts
      ? [event]
      : [event, { type: 'closed', at: now, outcome: 'unreachable' }];
  }
  return state.direction === null
    ? [event, { type: 'reopened', at: now }]
    : [event, { type: 'closed', at: now, outcome: 'unsatisfied' }];
}

function published(
  state: RatingState,
  { words, reply, by, tells }: Extract<RatingCommand, { action: 'publish' }>,
  now: Instant,
): RatingEvent[] {
  if (tells.length > 0) throw new AppError('PUBLICATION_TELLS_WHO', { what: tells.join('、') });
  const bad = state.rating !== null && isBad(state.rating.level);
  if (bad && (reply === '' || state.reports.length === 0)) throw new AppError('PUBLICATION_NEEDS_REPLY');
  return [{ type: 'published', at: now, words, reply, by }];
}

function refuseGood(state: RatingState, action: string): void {
  if (state.rating === null || !isBad(state.rating.level)) throw new AppError('RATING_NOT_BAD', { action });
}

function term(days: number | null, { rectification }: RatingSettings): number {
  if (days !== null && days > rectification.most)
    throw new AppError('RECTIFICATION_TOO_LONG', { most: rectification.most });
  return days ?? rectification.usual;
}

function refuseUnknownReasons(level: number, reasons: readonly string[], settings: RatingSettings): void {
  const known = isBad(level) ? settings.reasons.bad : settings.reasons.good;
  const unknown = reasons.find((id) => !known.some((one) => one.id === id));
  if (unknown !== undefined) throw new AppError('RATING_REASON_UNKNOWN', { reason: unknown });
}
