/** What may happen to a ticket, from where, by whom and on what ground: one table for server, workbench and API page. */

export const ticketStatuses = [
  'received', // 待派单
  'dispatched', // 待签收
  'signed', // 办理中
  'panel', // 会商中
  'replied', // 待回访
  'closed', // 已办结
  'withdrawn', // 已撤回
  'merged', // 已并单
] as const;
export type TicketStatus = (typeof ticketStatuses)[number];
export const ticketStatusNames: Readonly<Record<TicketStatus, string>> = {
  received: '待派单',
  dispatched: '待签收',
  signed: '办理中',
  panel: '会商中',
  replied: '待回访',
  closed: '已办结',
  withdrawn: '已撤回',
  merged: '已并单',
};

export const ticketClasses = ['question', 'help', 'complaint', 'report', 'advice', 'praise'] as const;
export type TicketClass = (typeof ticketClasses)[number];
export const ticketClassNames: Readonly<Record<TicketClass, string>> = {
  question: '咨询',
  help: '求助',
  complaint: '投诉',
  report: '举报',
  advice: '建议',
  praise: '表扬',
};

export const channels = ['portal', 'phone', 'window', 'email', 'api'] as const;
export type Channel = (typeof channels)[number];
export const channelNames: Readonly<Record<Channel, string>> = {
  portal: '网上',
  phone: '电话',
  window: '窗口',
  email: '邮件',
  api: '其他平台转来',
};

export const urgencies = ['normal', 'urgent'] as const;
export type Urgency = (typeof urgencies)[number];
export const urgencyNames: Readonly<Record<Urgency, string>> = { normal: '一般', urgent: '紧急' };

export interface LegalBasis {
  title: string;
  article: string;
}

export const ticketActions = [
  'answer',
  'redirect',
  'dispatch',
  'sign',
  'contact',
  'return',
  'recuse',
  'convene',
  'designate',
  'handOver',
  'askExtension',
  'decideExtension',
  'askEarlyClosing',
  'decideEarlyClosing',
  'replyPart',
  'reply',
  'callBack',
  'attemptCall',
  'reopen',
  'track',
  'writeOff',
  'supplement',
  'join',
  'merge',
  'proposeClass',
  'answerClassProposal',
  'reclassify',
  'decideMalicious',
  'exclude',
  'withdraw',
  'nameCause',
] as const;
export type TicketAction = (typeof ticketActions)[number];

/** caller: whoever raised it; unit: who handles it; desk: the hotline's own staff; firm: an enterprise about its request. */
export type Hand = 'caller' | 'unit' | 'desk' | 'firm';

interface Transition {
  zh: string;
  from: readonly TicketStatus[];
  by: readonly Hand[];
  basis: LegalBasis;
}

const hotline: LegalBasis = {
  title: '《国务院办公厅关于进一步优化地方政务服务便民热线的指导意见》（国办发〔2020〕53号）',
  article: '',
};
const environment: LegalBasis = { title: '《优化营商环境条例》', article: '' };
const county: LegalBasis = { title: '本县热线办理规则（data/hotline/settings.yaml）', article: '' };
const open: readonly TicketStatus[] = ['received', 'dispatched', 'signed', 'panel', 'replied'];

export const ticketTransitions: Readonly<Record<TicketAction, Transition>> = {
  answer: { zh: '当场答复', from: ['received'], by: ['desk'], basis: hotline },
  redirect: { zh: '告知其他法定渠道', from: ['received'], by: ['desk'], basis: hotline },
  dispatch: { zh: '派单', from: ['received', 'panel'], by: ['desk'], basis: hotline },
  sign: { zh: '签收', from: ['dispatched'], by: ['unit'], basis: county },
  contact: { zh: '联系诉求人', from: ['signed'], by: ['unit', 'desk'], basis: county },
  return: { zh: '退单', from: ['dispatched', 'signed'], by: ['unit'], basis: county },
  recuse: { zh: '回避', from: ['dispatched', 'signed'], by: ['unit', 'desk'], basis: county },
  convene: { zh: '会商', from: ['received', 'dispatched', 'signed'], by: ['desk'], basis: county },
  designate: { zh: '指定办理', from: ['received', 'panel'], by: ['desk'], basis: county },
  handOver: { zh: '转给别的单位主办', from: ['dispatched', 'signed'], by: ['desk'], basis: county },
  askExtension: { zh: '申请延期', from: ['signed'], by: ['unit'], basis: county },
  decideExtension: { zh: '审批延期', from: ['signed'], by: ['desk'], basis: county },
  askEarlyClosing: { zh: '申请提前办结', from: ['signed'], by: ['unit'], basis: county },
  decideEarlyClosing: { zh: '审批提前办结', from: ['signed'], by: ['desk'], basis: county },
  replyPart: { zh: '协办答复', from: ['dispatched', 'signed'], by: ['unit'], basis: county },
  reply: { zh: '答复', from: ['signed'], by: ['unit'], basis: hotline },
  callBack: { zh: '回访', from: ['replied'], by: ['caller', 'desk'], basis: hotline },
  attemptCall: { zh: '记录没有联系上', from: ['replied'], by: ['desk'], basis: county },
  reopen: { zh: '要求重新办理', from: ['closed'], by: ['caller', 'desk'], basis: county },
  track: { zh: '记录企业诉求进展', from: ['dispatched', 'signed', 'replied'], by: ['unit'], basis: environment },
  writeOff: { zh: '企业销号', from: ['replied'], by: ['firm'], basis: environment },
  supplement: { zh: '补充情况', from: open, by: ['caller', 'desk'], basis: hotline },
  join: { zh: '并入同一诉求', from: open, by: ['caller', 'desk'], basis: hotline },
  merge: { zh: '并到另一张工单', from: ['received'], by: ['desk'], basis: county },
  proposeClass: { zh: '提议改变类别', from: ['received', 'dispatched', 'signed'], by: ['desk'], basis: county },
  answerClassProposal: {
    zh: '回应类别变更',
    from: ['received', 'dispatched', 'signed'],
    by: ['caller', 'desk'],
    basis: county,
  },
  reclassify: { zh: '更正登记', from: ['received'], by: ['desk'], basis: county },
  decideMalicious: {
    zh: '认定恶意诉求',
    from: ['received', 'dispatched', 'signed', 'panel', 'replied'],
    by: ['desk'],
    basis: county,
  },
  exclude: { zh: '批准不计入考核', from: [...open, 'closed'], by: ['desk'], basis: county },
  withdraw: { zh: '撤回诉求', from: open, by: ['caller'], basis: hotline },
  nameCause: { zh: '更正问题根源', from: ['replied', 'closed'], by: ['unit', 'desk'], basis: county },
};

export function actionsFrom(status: TicketStatus): TicketAction[] {
  return ticketActions.filter((action) => ticketTransitions[action].from.includes(status));
}

export function isOpen(status: TicketStatus): boolean {
  return open.includes(status);
}

export const outcomes = [
  'answered',
  'solved',
  'explained',
  'unsolved',
  'unreached',
  'endedEarly',
  'elsewhere',
  'malicious',
  'writtenOff',
] as const;
export type Outcome = (typeof outcomes)[number];
export const outcomeNames: Readonly<Record<Outcome, string>> = {
  answered: '当场答复',
  solved: '诉求人确认已解决',
  explained: '没有解决，已解释并经诉求人理解',
  unsolved: '多次办理仍未解决，转重点督办',
  unreached: '多次回访没有联系上',
  endedEarly: '经热线批准提前办结',
  elsewhere: '属于其他法定渠道，已告知',
  malicious: '认定为恶意诉求',
  writtenOff: '企业自己销号',
};

/** 是什么造成的: what a solved complaint says was behind it. */
export const causeKinds = ['item', 'guide', 'policy', 'document', 'conduct', 'single'] as const;
export type CauseKind = (typeof causeKinds)[number];
export const causeKindNames: Readonly<Record<CauseKind, string>> = {
  item: '办事事项',
  guide: '办事指南',
  policy: '政策规定',
  document: '规范性文件',
  conduct: '单位或人员作风',
  single: '个别情况，不是制度原因',
};

/** 督办: what asks for a slip. */
export const supervisionTriggers = [
  'refuses', // 推诿
  'overdue', // 超期
  'unsolved', // 应解决未解决
  'reopened', // 反复重办
  'repeated', // 重复、集中
  'knowledge', // 知识库没有更新
  'return', // 不当退单
] as const;
export type SupervisionTrigger = (typeof supervisionTriggers)[number];
