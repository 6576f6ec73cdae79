import type { Instant, LocalDate } from '../../../kernel/time.ts';
import type { LegalBasis, Standing } from './transitions.ts';

/** Somebody else's use of a licence (用证): asked with a purpose and a term, allowed by the holder or by law. */

export const useScopes = ['answer', 'fields', 'file'] as const;
export type UseScope = (typeof useScopes)[number];
export const useScopeNames: Readonly<Record<UseScope, string>> = {
  answer: '只问是否有效',
  fields: '只要几栏内容',
  file: '要加注的证照文件',
};

export const useGrounds = ['consent', 'statute'] as const;
export type UseGround = (typeof useGrounds)[number];
export const useGroundNames: Readonly<Record<UseGround, string>> = {
  consent: '持证人同意',
  statute: '法律法规规定可以查',
};

export const useStatuses = ['asked', 'allowed', 'refused', 'withdrawn', 'cancelled'] as const;
export type UseStatus = (typeof useStatuses)[number];
/** One more than is recorded: its term is over. */
export type UseStanding = UseStatus | 'over';
export const useStandingNames: Readonly<Record<UseStanding, string>> = {
  asked: '等持证人答复',
  allowed: '可以用',
  refused: '持证人没有同意',
  withdrawn: '持证人撤回了同意',
  cancelled: '申请单位取消了',
  over: '已经过期',
};

export interface UseState {
  id: string;
  no: string;
  licenceId: string;
  unitId: string;
  asker: { accountId: string | null; name: string };
  purpose: string;
  /** Number of the case it is for; empty when there is none. */
  caseNo: string;
  ground: UseGround;
  /** For `statute`: which law. */
  basis: string;
  scope: UseScope;
  /** For `fields`: which. */
  fields: readonly string[];
  until: LocalDate;
  askedAt: Instant;
  status: UseStatus;
  /** What the holder or the unit said last. */
  words: string;
}

export type UseEvent =
  | { type: 'asked'; at: Instant; state: UseState }
  | { type: 'decided'; at: Instant; action: UseAction; until: LocalDate; words: string };

export const useActions = ['allow', 'refuse', 'withdraw', 'cancel'] as const;
export type UseAction = (typeof useActions)[number];

interface UseTransition {
  zh: string;
  by: 'holder' | 'asker';
  from: readonly UseStatus[];
  to: UseStatus;
  basis: LegalBasis;
}

const personalData = (article: string): LegalBasis => ({ title: '《中华人民共和国个人信息保护法》', article });

/** Consent is given for a purpose, may be refused and may be taken back; what was given out before stays on record. */
export const useTransitions: Readonly<Record<UseAction, UseTransition>> = {
  allow: { zh: '同意', by: 'holder', from: ['asked'], to: 'allowed', basis: personalData('第十四条') },
  refuse: { zh: '不同意', by: 'holder', from: ['asked'], to: 'refused', basis: personalData('第十六条') },
  withdraw: { zh: '撤回同意', by: 'holder', from: ['allowed'], to: 'withdrawn', basis: personalData('第十五条') },
  cancel: { zh: '取消', by: 'asker', from: ['asked', 'allowed'], to: 'cancelled', basis: { title: '', article: '' } },
};

export function evolveUse(state: UseState | null, event: UseEvent): UseState {
  if (event.type === 'asked') return event.state;
  if (state === null) throw new Error('a use begins with asked');
  return { ...state, status: useTransitions[event.action].to, until: event.until, words: event.words };
}

export type UseRefusal =
  | { code: 'USE_NOT_POSSIBLE'; words: string }
  | { code: 'USE_BY_LAW'; words: string }
  | { code: 'USE_TERM_WRONG'; words: string };

/** The event that an action leads to, or why not. The holder may shorten the term, never lengthen it. */
export function decideUse(
  state: UseState,
  order: { action: UseAction; at: Instant; today: LocalDate; until: LocalDate | null; words: string },
): { event: UseEvent } | { refusal: UseRefusal } {
  const { zh, by, from } = useTransitions[order.action];
  const standing = useStandingOn(state, order.today);
  if (by === 'holder' && state.ground === 'statute') return { refusal: { code: 'USE_BY_LAW', words: state.basis } };
  if (standing === 'over' || !from.includes(state.status))
    return { refusal: { code: 'USE_NOT_POSSIBLE', words: `这次用证现在“${useStandingNames[standing]}”，不能${zh}。` } };
  const until = order.until ?? state.until;
  if (until > state.until || until < order.today)
    return { refusal: { code: 'USE_TERM_WRONG', words: `期限要在今天和 ${state.until} 之间。` } };
  return { event: { type: 'decided', at: order.at, action: order.action, until, words: order.words } };
}

/** The day after its term it is over, whatever was said. */
export function useStandingOn({ status, until }: Pick<UseState, 'status' | 'until'>, day: LocalDate): UseStanding {
  return (status === 'asked' || status === 'allowed') && day > until ? 'over' : status;
}

/** Why nothing may be given out now; null when it may. A licence out of force still answers “不再有效”. */
export function fetchFault(state: UseState, day: LocalDate, licence: Standing): string | null {
  const standing = useStandingOn(state, day);
  if (standing !== 'allowed') return `这次用证现在“${useStandingNames[standing]}”，不能取。`;
  if (state.scope !== 'answer' && licence !== 'valid' && licence !== 'held')
    return '这份证照已经不在有效状态，只能知道它不再有效，不能再取内容。';
  return null;
}
