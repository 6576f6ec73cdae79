import { AppError } from '../../../../kernel/errors.ts';
import type { Instant } from '../../../../kernel/time.ts';
import type { LegalBasis, RoomTransition } from './transition.ts';

/** 告知承诺、容缺和燃气承诺备案: what was promised is looked at afterwards, and a broken promise has consequences. */

export const commitmentKinds = ['commitment', 'provisional', 'gas'] as const;
export type CommitmentKind = (typeof commitmentKinds)[number];
export const commitmentKindNames: Readonly<Record<CommitmentKind, string>> = {
  commitment: '告知承诺',
  provisional: '容缺受理',
  gas: '燃气接入承诺备案',
};

export const commitmentStatuses = [
  'promised', // 待核查
  'correcting', // 限期整改
  'reported', // 已报告整改，待复核
  'uncorrected', // 整改不到位或逾期，待撤销
  'kept', // 已履行
  'revoked', // 已撤销
  'ended', // 办件未准予，不再核查
] as const;
export type CommitmentStatus = (typeof commitmentStatuses)[number];
export const commitmentStatusNames: Readonly<Record<CommitmentStatus, string>> = {
  promised: '待核查',
  correcting: '限期整改',
  reported: '已报告整改，等待复核',
  uncorrected: '没有履行，等待处理',
  kept: '已履行承诺',
  revoked: '已撤销',
  ended: '不再核查',
};

const guidance: LegalBasis = {
  title: '《国务院办公厅关于全面推行证明事项和涉企经营许可事项告知承诺制的指导意见》（国办发〔2020〕42号）',
  article: '',
};
const revocation: LegalBasis = { title: '《中华人民共和国行政许可法》', article: '第六十九条' };

export const commitmentSteps = {
  inspect: { zh: '核查承诺', from: ['promised'], basis: guidance },
  reportCorrection: { zh: '报告整改情况', from: ['correcting', 'uncorrected'], basis: guidance },
  recheck: { zh: '复核整改', from: ['correcting', 'reported', 'uncorrected'], basis: guidance },
  revoke: { zh: '撤销决定', from: ['uncorrected'], basis: revocation },
} as const satisfies Record<string, RoomTransition<CommitmentStatus>>;
export type CommitmentStep = keyof typeof commitmentSteps;

/** An inspection that agrees ends the matter; one that does not opens a term for correction. */
export function afterInspection(result: 'kept' | 'mismatch'): CommitmentStatus {
  return result === 'kept' ? 'kept' : 'correcting';
}

/**
 * What a recheck leads to. While the term still runs and nothing was reported, only "corrected" may be found.
 * Throws CORRECTION_TERM_RUNNING.
 */
export function afterRecheck(
  status: CommitmentStatus,
  corrected: boolean,
  correctDueAt: Instant,
  now: Instant,
): CommitmentStatus {
  if (corrected) return 'kept';
  if (status === 'correcting' && now <= correctDueAt) throw new AppError('CORRECTION_TERM_RUNNING');
  return 'uncorrected';
}

/** 容缺: every owed material came → kept; one is past its day → uncorrected; else it goes on. */
export function judgeOwed(
  owed: readonly { finished: boolean; dueAt: Instant }[],
  now: Instant,
): 'promised' | 'kept' | 'uncorrected' {
  if (owed.every((one) => one.finished)) return 'kept';
  return owed.some((one) => !one.finished && one.dueAt < now) ? 'uncorrected' : 'promised';
}

/** A gas line of exactly the limit is within it. Throws GAS_LINE_TOO_LONG with the rule. */
export function refuseTooLong(lengthMetres: number, limitMetres: number, source: string): void {
  if (lengthMetres > limitMetres) {
    throw new AppError('GAS_LINE_TOO_LONG', { length: lengthMetres, limit: limitMetres, basis: source });
  }
}

/** A line found longer than the limit cannot have kept the promise. Throws MEASURE_CONTRADICTS. */
export function refuseContradiction(
  result: 'kept' | 'mismatch',
  measuredMetres: number | undefined,
  limitMetres: number,
): void {
  if (result === 'kept' && measuredMetres !== undefined && measuredMetres > limitMetres) {
    throw new AppError('MEASURE_CONTRADICTS', { measured: measuredMetres, limit: limitMetres });
  }
}

export interface Bar {
  kind: 'firm' | 'item';
  reason: string;
  basis: string;
}

export interface BarFacts {
  itemId: string;
  /** Unrepaired breaches of the firm, newest first. */
  breaches: readonly { itemName: string; documentNo: string; unitName: string }[];
  /** Items for which the county's list allows no promise, with the ground. */
  barredItems: readonly { item: string; ground: string; source: string }[];
  firmBasis: string;
}

/** Why this firm may not choose a promise for this item; empty when it may. */
export function barsFor(facts: BarFacts): Bar[] {
  const item = facts.barredItems.find((one) => one.item === facts.itemId);
  return [
    ...(item === undefined
      ? []
      : [{ kind: 'item' as const, reason: `这个事项直接涉及${item.ground}，不实行告知承诺`, basis: item.source }]),
    ...facts.breaches.map((breach) => ({
      kind: 'firm' as const,
      reason: `${breach.unitName}认定过没有履行“${breach.itemName}”的承诺（${breach.documentNo}），还没有修复`,
      basis: facts.firmBasis,
    })),
  ];
}
