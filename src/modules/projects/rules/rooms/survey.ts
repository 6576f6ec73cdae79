import { AppError } from '../../../../kernel/errors.ts';
import type { Instant, LocalDate } from '../../../../kernel/time.ts';
import { refuseImpossible, type LegalBasis, type RoomTransition } from './transition.ts';

/** 多测合一: one commission, three results, one review, used again by acceptance and property registration. */

export const surveyKinds = ['planning', 'completion', 'property'] as const;
export type SurveyKind = (typeof surveyKinds)[number];
export const surveyKindNames: Readonly<Record<SurveyKind, string>> = {
  planning: '竣工规划测量',
  completion: '竣工验收测量',
  property: '房屋测量',
};

export const surveyStatuses = [
  'commissioned', // 已委托，等成果
  'reviewing', // 成果齐全，待审核
  'returned', // 退回修改
  'approved', // 审核通过
  'cancelled', // 委托已取消
] as const;
export type SurveyStatus = (typeof surveyStatuses)[number];
export const surveyStatusNames: Readonly<Record<SurveyStatus, string>> = {
  commissioned: '已委托，等待测量成果',
  reviewing: '成果已齐，等待审核',
  returned: '退回修改',
  approved: '审核通过，各环节共用',
  cancelled: '委托已取消',
};

const reform: LegalBasis = {
  title: '《国务院办公厅关于全面开展工程建设项目审批制度改革的实施意见》（国办发〔2019〕11号）',
  article: '第二部分（联合测绘）',
};

export const surveySteps = {
  deliver: { zh: '提交测量成果', from: ['commissioned', 'returned'], basis: reform },
  review: { zh: '审核测量成果', from: ['reviewing'], basis: reform },
  cancel: { zh: '取消委托', from: ['commissioned', 'returned'], basis: reform },
} as const satisfies Record<string, RoomTransition<SurveyStatus>>;
export type SurveyStep = keyof typeof surveySteps;

/** The qualification must be valid on the day of the commission and on the day of the survey. Throws SURVEYOR_NOT_QUALIFIED. */
export function refuseUnqualified(surveyor: { name: string; validUntil: LocalDate }, on: LocalDate): void {
  if (surveyor.validUntil < on) {
    throw new AppError('SURVEYOR_NOT_QUALIFIED', { name: surveyor.name, until: surveyor.validUntil });
  }
}

export interface Delivered {
  kind: SurveyKind;
  deliveredAt: Instant;
}

export interface Returned {
  at: Instant;
  kinds: readonly SurveyKind[];
}

/** All three are in, and those that were returned came again: the one review may begin. */
export function isComplete(results: readonly Delivered[], returned: Returned | null): boolean {
  return surveyKinds.every((kind) => {
    const result = results.find((one) => one.kind === kind);
    if (result === undefined) return false;
    return returned === null || !returned.kinds.includes(kind) || result.deliveredAt > returned.at;
  });
}

/** Reviewed once for everybody. Throws SURVEY_ALREADY_REVIEWED, ROOM_STEP_IMPOSSIBLE, RETURN_WITHOUT_DEFECT. */
export function review(
  status: SurveyStatus,
  decision: 'approved' | 'returned',
  defects: readonly { kind: SurveyKind }[],
): SurveyStatus {
  if (status === 'approved') throw new AppError('SURVEY_ALREADY_REVIEWED');
  refuseImpossible(status, surveyStatusNames, surveySteps.review);
  if (decision === 'returned' && defects.length === 0) throw new AppError('RETURN_WITHOUT_DEFECT');
  return decision;
}
