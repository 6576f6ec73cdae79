import type { TicketAction } from '../../src/modules/hotline/rules/transitions.ts';

/** The acts on a ticket that need a few words: what the dialog asks and what it is called. */
export type DialogAct =
  | Extract<
      TicketAction,
      | 'answer'
      | 'redirect'
      | 'contact'
      | 'return'
      | 'recuse'
      | 'convene'
      | 'handOver'
      | 'askExtension'
      | 'decideExtension'
      | 'askEarlyClosing'
      | 'decideEarlyClosing'
      | 'replyPart'
      | 'track'
      | 'supplement'
      | 'merge'
      | 'proposeClass'
      | 'reclassify'
      | 'decideMalicious'
      | 'exclude'
      | 'nameCause'
    >
  | 'message'
  | 'supervise';

export interface ActSpec {
  name: string;
  /** Label of the words that go with it, and where the contract keeps them. */
  words: string;
  path: string;
  hint?: string;
  danger?: boolean;
}

export const actSpecs: Readonly<Record<DialogAct, ActSpec>> = {
  contact: { name: '记录已联系诉求人', words: '怎么联系的、说了什么', path: '/note' },
  replyPart: {
    name: '答复本单位的部分',
    words: '本单位查到什么、做了什么',
    path: '/text',
    hint: '由主办单位统一回复诉求人。',
  },
  track: {
    name: '记录跟踪进展',
    words: '有什么进展',
    path: '/text',
    hint: '企业诉求每月至少跟踪一次，直到企业自己销号。',
  },
  message: { name: '转达给诉求人', words: '要说的话', path: '/text', hint: '系统发到诉求人留的号码，您看不到号码。' },
  askExtension: {
    name: '申请延期',
    words: '为什么要延期',
    path: '/reason',
    hint: '只能在到期前申请一次，由热线审批并告知诉求人。',
  },
  askEarlyClosing: { name: '申请提前办结', words: '客观上为什么办不成', path: '/reason', hint: '要热线批准。' },
  return: { name: '退单', words: '理由', path: '/reason', danger: true },
  recuse: { name: '回避', words: '有什么利害关系', path: '/reason', danger: true },
  nameCause: { name: '写明问题根源', words: '', path: '/cause' },
  decideExtension: { name: '审批延期', words: '意见', path: '/note' },
  decideEarlyClosing: { name: '审批提前办结', words: '意见', path: '/note' },
  convene: { name: '召集会商', words: '为什么要会商', path: '/reason' },
  handOver: { name: '转给别的单位主办', words: '理由', path: '/reason', hint: '期限照旧计算。' },
  proposeClass: {
    name: '提议改变类别',
    words: '理由',
    path: '/reason',
    hint: '改轻的（例如投诉改成咨询）要本人同意。',
  },
  reclassify: { name: '更正登记', words: '为什么更正', path: '/reason' },
  merge: {
    name: '并到另一张工单',
    words: '理由',
    path: '/reason',
    hint: '只并没有新情况的重复诉求，诉求人会收到那张工单的进度。',
  },
  answer: { name: '当场答复并办结', words: '怎么答复', path: '/text' },
  redirect: { name: '告知其他法定渠道并办结', words: '怎么告知', path: '/text' },
  supplement: { name: '补充情况', words: '新的情况', path: '/text', hint: '不要写诉求人是谁。' },
  supervise: { name: '发督办单', words: '为什么督办', path: '/reason' },
  exclude: { name: '不计入考核', words: '为什么不计入', path: '/reason', hint: '剔除的件数和理由会公开列在三率旁边。' },
  decideMalicious: {
    name: '认定恶意诉求',
    words: '事实和理由',
    path: '/reason',
    hint: '要有文号；本人会收到告知和救济途径。',
    danger: true,
  },
};

/** Those that this person may do now, in the order of the table; what has a form of its own on the page is left out. */
export function dialogActs(
  actions: readonly TicketAction[],
  more: { message: boolean; supervise: boolean },
): DialogAct[] {
  return (Object.keys(actSpecs) as DialogAct[]).filter((act) =>
    act === 'message' ? more.message : act === 'supervise' ? more.supervise : actions.includes(act),
  );
}
