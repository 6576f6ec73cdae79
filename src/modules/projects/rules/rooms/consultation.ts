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
