import { AppError } from '../../../../kernel/errors.ts';
import type { Instant } from '../../../../kernel/time.ts';
import type { LegalBasis, RoomTransition } from './transition.ts';

/** 并联会商: one unit convenes, the asked units answer within a term, one set of minutes closes it. */

export const consultationStatuses = [
  'consulting', // 征求意见
  'answered', // 意见已齐，待形成纪要
  'closed', // 已形成纪要
  'cancelled', // 已取消
] as const;
export type ConsultationStatus = (typeof consultationStatuses)[number];

export const consultationStatusNames: Readonly<Record<ConsultationStatus, string>> = {
  consulting: '正在征求意见',
  answered: '意见已齐，等待形成纪要',
  closed: '已形成会商纪要',
  cancelled: '已取消',
};

export const opinions = ['agree', 'disagree', 'conditions'] as const;
export type Opinion = (typeof opinions)[number];
export const opinionNames: Readonly<Record<Opinion, string>> = {
  agree: '同意',
  disagree: '不同意',
  conditions: '有条件同意',
};

/** What silence counts as; a setting, since no national law says it. */
export const silenceReadings = ['agree', 'none'] as const;
export type SilenceReading = (typeof silenceReadings)[number];

export interface Position {
  unitId: string;
  /** What counts; null while nothing does. */
  opinion: Opinion | null;
  /** The unit's own words came by then. */
  answeredAt: Instant | null;
  /** The term passed in silence: marked 逾期未反馈, whatever came later. */
  silentAt: Instant | null;
  /** What came after the term: kept, shown, not counted. */
  late: { opinion: Opinion; note: string; at: Instant } | null;
}

const improvement: LegalBasis = {
  title: '《国务院办公厅关于全面开展工程建设项目审批制度改革的实施意见》（国办发〔2019〕11号）',
  article: '第二部分',
};

export const consultationSteps = {
  answer: { zh: '反馈意见', from: ['consulting', 'answered'], basis: improvement },
  minute: { zh: '形成会商纪要', from: ['answered'], basis: improvement },
  cancel: { zh: '取消会商', from: ['consulting', 'answered'], basis: improvement },
} as const satisfies Record<string, RoomTransition<ConsultationStatus>>;
export type ConsultationStep = keyof typeof consultationSteps;

export interface Answer {
  opinion: Opinion;
  note: string;
  conditions: readonly string[];
}

/**
 * What an answer does to a position: it counts in time, is kept as late after the term, and is refused the second time.
 * Throws ALREADY_ANSWERED, OPINION_WITHOUT_REASON, CONDITIONS_MISSING.
 */
export function answer(
  position: Position,
  given: Answer,
  dueAt: Instant,
  silence: SilenceReading,
  now: Instant,
): Position {
  if (position.answeredAt !== null || position.late !== null) throw new AppError('ALREADY_ANSWERED');
  if (given.opinion === 'disagree' && given.note === '') throw new AppError('OPINION_WITHOUT_REASON');
  if (given.opinion === 'conditions' && given.conditions.length === 0) throw new AppError('CONDITIONS_MISSING');
  if (position.silentAt === null && now <= dueAt) return { ...position, opinion: given.opinion, answeredAt: now };
  const silent = position.silentAt === null ? fallSilent(position, dueAt, silence) : position;
  const note = [given.note, ...given.conditions].filter((part) => part !== '').join('；');
  return { ...silent, late: { opinion: given.opinion, note, at: now } };
}

/** The term is over and nothing came: recorded as of the end of the term. */
export function fallSilent(position: Position, dueAt: Instant, silence: SilenceReading): Position {
  return { ...position, opinion: silence === 'agree' ? 'agree' : null, silentAt: dueAt };
}

export function isWaiting(position: Position): boolean {
  return position.answeredAt === null && position.silentAt === null;
}

export function statusOf(positions: readonly Position[]): 'consulting' | 'answered' {
  return positions.some(isWaiting) ? 'consulting' : 'answered';
}

export const conclusions = ['agreed', 'conditional', 'notAgreed'] as const;
export type Conclusion = (typeof conclusions)[number];
export const conclusionNames: Readonly<Record<Conclusion, string>> = {
  agreed: '一致同意',
  conditional: '有条件同意',
  notAgreed: '意见不一致',
};

/** One objection is disagreement, one condition makes it conditional; whose silence counts as nothing decides nothing. */
export function conclude(positions: readonly Position[]): Conclusion {
  const said = positions.flatMap((position) => position.opinion ?? []);
  if (said.length === 0 || said.includes('disagree')) return 'notAgreed';
  return said.includes('conditions') ? 'conditional' : 'agreed';
}

/** 同意 / 逾期未反馈，视为同意 / 等待反馈 */
export function positionWords(position: Position): string {
  if (position.silentAt !== null) {
    const counted = position.opinion === 'agree' ? '逾期未反馈，视为同意' : '逾期未反馈，不计入意见';
    return position.late === null ? counted : `${counted}；逾期后表示${opinionNames[position.late.opinion]}`;
  }
  return position.opinion === null ? '等待反馈' : opinionNames[position.opinion];
}

export interface GatheredCase {
  questionId: string;
  status: string;
  /** The case counts as accepted after this moment. */
  silenceAt: Instant;
}

/** What becomes of each question when the one notice is sent: sent, too late (the case counts as accepted), or over. */
export function judgeGathered(cases: readonly GatheredCase[], now: Instant): Map<string, 'sent' | 'tooLate' | 'over'> {
  return new Map(
    cases.map((one) => [
      one.questionId,
      one.status !== 'filed'
        ? one.status === 'accepted'
          ? 'tooLate'
          : 'over'
        : now > one.silenceAt
          ? 'tooLate'
          : 'sent',
    ]),
  );
}
