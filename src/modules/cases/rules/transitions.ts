/**
 * What may happen to a case, from where, and on what legal ground: one table for the server, the workbench and the API page.
 */

export const caseStatuses = [
  'waiting', // 等前置: another item of the bundle must be granted first
  'filed', // 已收件，待受理
  'correcting', // 待补正
  'accepted', // 办理中
  'suspended', // 中止计时
  'granted', // 准予
  'refused', // 不予许可
  'declined', // 不予受理
  'withdrawn', // 申请人撤回
] as const;
export type CaseStatus = (typeof caseStatuses)[number];

export const caseStatusNames: Readonly<Record<CaseStatus, string>> = {
  waiting: '等待前一项办好',
  filed: '已收件，等待受理',
  correcting: '等您补正材料',
  accepted: '正在办理',
  suspended: '暂停计时',
  granted: '已办好',
  refused: '没有批准',
  declined: '没有受理',
  withdrawn: '已撤回',
};

export interface LegalBasis {
  title: string;
  article: string;
}

export const caseActions = [
  'accept',
  'acceptProvisionally',
  'acceptByCommitment',
  'acceptBySilence',
  'decline',
  'requestCorrection',
  'correct',
  'finishStep',
  'suspend',
  'resume',
  'extend',
  'preReview',
  'handOver',
  'deliverOwed',
  'grant',
  'refuse',
  'withdraw',
] as const;
export type CaseAction = (typeof caseActions)[number];

interface Transition {
  zh: string;
  from: readonly CaseStatus[];
  to: CaseStatus | 'same';
  by: 'unit' | 'applicant' | 'system';
  basis: LegalBasis;
}

const licensing = '《中华人民共和国行政许可法》';
/** Names both 告知承诺制 and 容缺受理 as ways of service to be carried out everywhere. */
/** Orders parallel approval; that the waiting department reviews meanwhile and decides on the day is local practice under it. */
const constructionReform =
  '《国务院办公厅关于全面开展工程建设项目审批制度改革的实施意见》（国办发〔2019〕11号）关于并联审批的要求（预审是各地的通行做法，以本县规定为准）';
const serviceGuidance = '《国务院关于加快推进政务服务标准化规范化便利化的指导意见》（国发〔2022〕5号）';

export const transitions: Readonly<Record<CaseAction, Transition>> = {
  accept: {
    zh: '受理',
    from: ['filed'],
    to: 'accepted',
    by: 'unit',
    basis: { title: licensing, article: '第三十二条第一款第五项' },
  },
  acceptProvisionally: {
    zh: '容缺受理',
    from: ['filed'],
    to: 'accepted',
    by: 'unit',
    basis: { title: serviceGuidance, article: '' },
  },
  acceptByCommitment: {
    zh: '告知承诺受理',
    from: ['filed'],
    to: 'accepted',
    by: 'unit',
    basis: { title: serviceGuidance, article: '' },
  },
  acceptBySilence: {
    zh: '逾期未告知，视为受理',
    from: ['filed'],
    to: 'accepted',
    by: 'system',
    basis: { title: licensing, article: '第三十二条第一款第四项' },
  },
  decline: {
    zh: '不予受理',
    from: ['filed'],
    to: 'declined',
    by: 'unit',
    basis: { title: licensing, article: '第三十二条第一款第一、二项' },
  },
  requestCorrection: {
    zh: '一次性告知补正',
    from: ['filed'],
    to: 'correcting',
    by: 'unit',
    basis: { title: licensing, article: '第三十二条第一款第四项' },
  },
  correct: {
    zh: '补正',
    from: ['correcting'],
    to: 'filed',
    by: 'applicant',
    basis: { title: licensing, article: '第三十二条第一款第五项' },
  },
  finishStep: {
    zh: '办完一个环节',
    from: ['accepted'],
    to: 'same',
    by: 'unit',
    basis: { title: licensing, article: '第三十四条' },
  },
  suspend: {
    zh: '中止计时',
    from: ['accepted'],
    to: 'suspended',
    by: 'unit',
    basis: { title: licensing, article: '第四十五条' },
  },
  resume: {
    zh: '恢复计时',
    from: ['suspended'],
    to: 'accepted',
    by: 'unit',
    basis: { title: licensing, article: '第四十五条' },
  },
  extend: {
    zh: '延长期限',
    from: ['accepted'],
    to: 'same',
    by: 'unit',
    basis: { title: licensing, article: '第四十二条第一款' },
  },
  preReview: {
    zh: '预审完成',
    from: ['waiting'],
    to: 'same',
    by: 'unit',
    basis: { title: constructionReform, article: '' },
  },
  handOver: {
    zh: '移交经办',
    from: ['filed', 'accepted', 'suspended'],
    to: 'same',
    by: 'unit',
    basis: { title: licensing, article: '第二十六条' },
  },
  deliverOwed: {
    zh: '补交容缺材料',
    from: ['accepted', 'suspended', 'granted'],
    to: 'same',
    by: 'applicant',
    basis: { title: serviceGuidance, article: '' },
  },
  grant: {
    zh: '准予',
    from: ['accepted'],
    to: 'granted',
    by: 'unit',
    basis: { title: licensing, article: '第三十八条第一款' },
  },
  refuse: {
    zh: '不予许可',
    from: ['accepted'],
    to: 'refused',
    by: 'unit',
    basis: { title: licensing, article: '第三十八条第二款' },
  },
  withdraw: {
    zh: '撤回申请',
    from: ['waiting', 'filed', 'correcting', 'accepted', 'suspended'],
    to: 'withdrawn',
    by: 'applicant',
    basis: { title: '《中华人民共和国行政许可法》（申请人在决定作出前可以放弃申请，按惯例处理）', article: '' },
  },
};

export function isConcluded(status: CaseStatus): boolean {
  return status === 'granted' || status === 'refused' || status === 'declined' || status === 'withdrawn';
}
