/** What may happen to a rating, from where, by whom and on what ground: one table for server, workbench and API page. */

export const ratingStatuses = [
  'open', // 待评价
  'rated', // 已评价，不用联系
  'contact', // 差评，待联系
  'handling', // 已联系，待办
  'rectifying', // 限期整改
  'revisit', // 待回访
  'supervised', // 回访不满意，由监督单位处理
  'closed', // 办结
  'removed', // 复核剔除
] as const;
export type RatingStatus = (typeof ratingStatuses)[number];
export const ratingStatusNames: Readonly<Record<RatingStatus, string>> = {
  open: '还没有评价',
  rated: '已评价',
  contact: '差评，待联系',
  handling: '已联系，待处理',
  rectifying: '限期整改',
  revisit: '待回访',
  supervised: '回访不满意，监督单位处理',
  closed: '办结',
  removed: '复核后剔除',
};

export const levels = [5, 4, 3, 2, 1] as const;
export const levelNames = ['', '非常不满意', '不满意', '基本满意', '满意', '非常满意'] as const;

/** The last two of the five levels are 差评. */
export function isBad(level: number): boolean {
  return level <= 2;
}

export const subjectKinds = ['case', 'ticket', 'visit'] as const;
export type SubjectKind = (typeof subjectKinds)[number];
export const subjectKindNames: Readonly<Record<SubjectKind, string>> = {
  case: '办件',
  ticket: '诉求工单',
  visit: '窗口办事',
};

export const channels = ['web', 'sms', 'qr', 'device', 'hotline'] as const;
export type Channel = (typeof channels)[number];
export const channelNames: Readonly<Record<Channel, string>> = {
  web: '网上',
  sms: '短信链接',
  qr: '二维码',
  device: '窗口评价器',
  hotline: '12345热线',
};

export interface LegalBasis {
  title: string;
  article: string;
}

export const ratingActions = [
  'rate',
  'explain',
  'followUp',
  'appoint',
  'contact',
  'fix',
  'plan',
  'report',
  'revisit',
  'direct',
  'publish',
  'withhold',
  'appeal',
  'decideAppeal',
] as const;
export type RatingAction = (typeof ratingActions)[number];

interface Transition {
  zh: string;
  from: readonly RatingStatus[];
  /** Where it may lead; the decision chooses. `same`: the status stays. */
  to: readonly (RatingStatus | 'same')[];
  by: 'rater' | 'worker' | 'leader' | 'supervisor' | 'caller';
  basis: LegalBasis;
}

const national: LegalBasis = {
  title: '《国务院办公厅关于建立政务服务“好差评”制度提高政务服务水平的意见》（国办发〔2019〕51号）',
  article: '',
};
const underWay: readonly RatingStatus[] = ['contact', 'handling', 'rectifying', 'revisit'];

export const ratingTransitions: Readonly<Record<RatingAction, Transition>> = {
  rate: { zh: '评价', from: ['open'], to: ['rated', 'contact'], by: 'rater', basis: national },
  explain: { zh: '补充说明', from: ['rated', 'contact'], to: ['same', 'contact'], by: 'rater', basis: national },
  followUp: {
    zh: '追加评价',
    from: ['rated', ...underWay, 'supervised', 'closed'],
    to: ['same'],
    by: 'rater',
    basis: national,
  },
  appoint: { zh: '指定经办人', from: ['rated', ...underWay], to: ['same'], by: 'leader', basis: national },
  contact: { zh: '联系评价人', from: ['contact'], to: ['handling'], by: 'worker', basis: national },
  fix: { zh: '当场改正', from: ['handling', 'rated'], to: ['revisit', 'closed'], by: 'worker', basis: national },
  plan: { zh: '限期整改', from: ['handling', 'rated'], to: ['rectifying'], by: 'worker', basis: national },
  report: { zh: '反馈整改结果', from: ['rectifying'], to: ['revisit', 'closed'], by: 'worker', basis: national },
  revisit: { zh: '回访', from: ['revisit'], to: ['same', 'closed', 'supervised'], by: 'caller', basis: national },
  direct: { zh: '责成重新整改', from: ['supervised'], to: ['rectifying'], by: 'supervisor', basis: national },
  publish: { zh: '公开评价和答复', from: ['rated', 'closed'], to: ['same'], by: 'supervisor', basis: national },
  withhold: { zh: '不公开', from: ['rated', 'closed'], to: ['same'], by: 'supervisor', basis: national },
  appeal: {
    zh: '申请复核',
    from: ['rated', ...underWay, 'supervised'],
    to: ['same'],
    by: 'leader',
    basis: national,
  },
  decideAppeal: {
    zh: '复核决定',
    from: ['rated', ...underWay, 'supervised', 'closed'],
    to: ['same', 'removed'],
    by: 'supervisor',
    basis: national,
  },
};

export const appealGrounds = ['mistaken', 'malicious'] as const;
export type AppealGround = (typeof appealGrounds)[number];
export const appealGroundNames: Readonly<Record<AppealGround, string>> = {
  mistaken: '误评（评错了人、错了事，或者点错了）',
  malicious: '恶意评价',
};

export const outcomes = ['satisfied', 'unsatisfied', 'unreachable', 'anonymous'] as const;
/** How a bad rating ended: only the first and the last count as put right. */
export type Outcome = (typeof outcomes)[number];
export const outcomeNames: Readonly<Record<Outcome, string>> = {
  satisfied: '回访满意',
  unsatisfied: '再次回访仍不满意',
  unreachable: '多次联系不上',
  anonymous: '匿名差评，已整改',
};

export function isRectified(outcome: Outcome | null): boolean {
  return outcome === 'satisfied' || outcome === 'anonymous';
}
