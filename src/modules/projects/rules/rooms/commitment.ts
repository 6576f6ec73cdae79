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
  reportCorrection: { zh: '报告整改情况', from: ['correcting'], basis: guidance },
  recheck: { zh: '复核整改', from: ['correcting', 'reported'], basis: guidance },
  revoke: { zh: '撤销决定', from: ['uncorrected'], basis: revocation },
} as const satisfies Record<string, RoomTransition<CommitmentStatus>>;
export type CommitmentStep = keyof typeof commitmentSteps;
