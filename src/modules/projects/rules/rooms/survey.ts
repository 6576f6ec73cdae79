import type { LegalBasis, RoomTransition } from './transition.ts';

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
  deliver: { zh: '提交测量成果', from: ['commissioned', 'reviewing', 'returned'], basis: reform },
  review: { zh: '审核测量成果', from: ['reviewing'], basis: reform },
  cancel: { zh: '取消委托', from: ['commissioned', 'returned'], basis: reform },
} as const satisfies Record<string, RoomTransition<SurveyStatus>>;
export type SurveyStep = keyof typeof surveySteps;
