import { z } from 'zod';
import { endpoint, instant, localDate, paging, queryList, uuid } from '../../kernel/endpoint.ts';
import {
  cause,
  exampleId,
  moved,
  note,
  reason,
  ticketId,
  ticketLine,
  ticketView,
  unitId,
  words,
} from './contract-shapes.ts';
import { ticketClasses, ticketStatuses, urgencies } from './rules/transitions.ts';

/** 派单、办理、答复、回访: one verb of the transition table each. */

const general = ['TICKET_NOT_FOUND', 'TICKET_STEP_IMPOSSIBLE', 'TICKET_CHANGED'];
const byUnit = [...general, 'TICKET_NOT_THIS_UNIT', 'TICKET_NOT_LEAD'];

export const listTickets = endpoint({
  id: 'hotline.listTickets',
  method: 'GET',
  path: '/api/hotline/tickets',
  summary: '工单列表（热线看全县，单位看自己的）',
  permission: 'hotline.read',
  scope: 'unit',
  input: z.object({
    status: queryList(z.enum(ticketStatuses)),
    class: queryList(z.enum(ticketClasses)),
    town: z.string().max(64).default(''),
    unit: z.string().max(64).default(''),
    topic: z.string().max(40).default(''),
    kind: z.enum(['', 'enterprise', 'public']).default(''),
    late: z.enum(['', 'late']).default(''),
    waiting: z.enum(['', 'extension', 'earlyClosing', 'proposal']).default(''),
    text: z.string().trim().max(60).default(''),
    ...paging,
  }),
  output: z.object({
    tickets: z.array(ticketLine),
    total: z.number().int(),
    counts: z.array(
      z.object({ status: z.enum(ticketStatuses), name: z.string(), count: z.number().int(), late: z.number().int() }),
    ),
    desk: z.object({ mayTake: z.boolean(), mayDispatch: z.boolean(), maySupervise: z.boolean() }),
  }),
  errors: [],
});

export const readTicket = endpoint({
  id: 'hotline.readTicket',
  method: 'GET',
  path: '/api/hotline/tickets/:ticketId',
  summary: '一张工单的全部情况',
  permission: 'hotline.read',
  scope: 'unit',
  input: z.object(ticketId),
  output: ticketView,
  errors: ['TICKET_NOT_FOUND'],
});

export const readCaller = endpoint({
  id: 'hotline.readCaller',
  method: 'GET',
  path: '/api/hotline/tickets/:ticketId/caller',
  summary: '查看诉求人的姓名、电话和原话（查看留痕；保密的只有热线能看）',
  permission: 'hotline.read',
  scope: 'unit',
  readsPersonalData: true,
  input: z.object(ticketId),
  output: z.object({
    people: z.array(
      z.object({
        role: z.enum(['caller', 'joiner']),
        name: z.string(),
        phone: z.string(),
        email: z.string(),
        original: z.string(),
        at: instant,
      }),
    ),
  }),
  errors: ['TICKET_NOT_FOUND', 'TICKET_CONFIDENTIAL'],
});

export const suggestUnits = endpoint({
  id: 'hotline.suggestUnits',
  method: 'GET',
  path: '/api/hotline/tickets/:ticketId/suggestions',
  summary: '建议派给谁：三个单位和理由',
  permission: 'hotline.dispatch',
  scope: 'region',
  input: z.object(ticketId),
  output: z.object({
    suggestions: z.array(
      z.object({
        unitId: z.string(),
        unitName: z.string(),
        probability: z.number(),
        words: z.array(z.string()),
        duties: z.array(z.string()),
        similar: z.array(z.object({ ticketId: z.string(), no: z.string(), title: z.string(), similarity: z.number() })),
      }),
    ),
    mayBeAutomatic: z.boolean(),
    margin: z.number(),
    needed: z.number().nullable(),
    trainedRows: z.number().int(),
    similarOpen: z.array(z.object({ ticketId: z.string(), no: z.string(), title: z.string(), similarity: z.number() })),
  }),
  errors: ['TICKET_NOT_FOUND'],
});

export const answerAtOnce = endpoint({
  id: 'hotline.answerAtOnce',
  method: 'POST',
  path: '/api/hotline/tickets/:ticketId/answer',
  summary: '当场答复并办结',
  permission: 'hotline.intake',
  scope: 'region',
  input: z.object({ ...ticketId, text: words(2000), entryId: uuid.nullable().default(null) }),
  output: moved,
  errors: [...general, 'ENTRY_NOT_FOUND'],
  example: { ticketId: exampleId, text: '请带身份证到政务服务中心综合窗口办理，当天办好。' },
});

export const redirectTicket = endpoint({
  id: 'hotline.redirect',
  method: 'POST',
  path: '/api/hotline/tickets/:ticketId/redirection',
  summary: '属于诉讼、复议、信访等法定渠道：告知并办结',
  permission: 'hotline.intake',
  scope: 'region',
  input: z.object({ ...ticketId, channel: words(60), text: words(1000) }),
  output: moved,
  errors: general,
  example: { ticketId: exampleId, channel: '行政复议', text: '您对处罚决定不服，可以在六十日内向县政府申请行政复议。' },
});

const dispatching = {
  ...ticketId,
  lead: unitId,
  leadAsks: z.string().trim().max(500).default(''),
  assist: z
    .array(z.object({ unitId, asks: z.string().trim().max(500).default('') }))
    .max(10)
    .default([]),
  copies: z.array(unitId).max(10).default([]),
  note,
};

export const dispatchTicket = endpoint({
  id: 'hotline.dispatch',
  method: 'POST',
  path: '/api/hotline/tickets/:ticketId/dispatch',
  summary: '派单：一个主办、若干协办，派到镇的抄送县级单位',
  permission: 'hotline.dispatch',
  scope: 'region',
  input: z.object(dispatching),
  output: moved,
  errors: [...general, 'TICKET_ONE_LEAD', 'TICKET_UNIT_TWICE', 'TICKET_UNIT_UNKNOWN', 'TICKET_UNIT_BARRED'],
  example: { ticketId: exampleId, lead: 'housing-construction', assist: [{ unitId: 'power-company', asks: '查线路' }] },
});

export const designateUnit = endpoint({
  id: 'hotline.designate',
  method: 'POST',
  path: '/api/hotline/tickets/:ticketId/designation',
  summary: '会商以后指定办理单位（指定的不能再退）',
  permission: 'hotline.dispatch',
  scope: 'region',
  input: z.object({ ...dispatching, note: reason }),
  output: moved,
  errors: [...general, 'TICKET_ONE_LEAD', 'TICKET_UNIT_TWICE', 'TICKET_UNIT_UNKNOWN', 'TICKET_UNIT_BARRED'],
  example: { ticketId: exampleId, lead: 'housing-construction', note: '会商意见：城区路灯由县住建局管养' },
});

export const convenePanel = endpoint({
  id: 'hotline.convene',
  method: 'POST',
  path: '/api/hotline/tickets/:ticketId/panel',
  summary: '职责不清，召集会商',
  permission: 'hotline.dispatch',
  scope: 'region',
  input: z.object({ ...ticketId, reason }),
  output: moved,
  errors: general,
  example: { ticketId: exampleId, reason: '两家都说不归自己管' },
});

export const handOverTicket = endpoint({
  id: 'hotline.handOver',
  method: 'POST',
  path: '/api/hotline/tickets/:ticketId/hand-over',
  summary: '改由另一个单位主办，期限照旧计算',
  permission: 'hotline.dispatch',
  scope: 'region',
  input: z.object({ ...ticketId, to: unitId, reason }),
  output: moved,
  errors: [...general, 'TICKET_UNIT_UNKNOWN', 'TICKET_UNIT_BARRED', 'TICKET_UNIT_HAS_IT'],
  example: { ticketId: exampleId, to: 'power-company', reason: '线路产权属供电公司' },
});

export const signTicket = endpoint({
  id: 'hotline.sign',
  method: 'POST',
  path: '/api/hotline/tickets/:ticketId/receipt',
  summary: '签收（期限从派单起算，签收早晚不影响）',
  permission: 'hotline.handle',
  scope: 'unit',
  input: z.object(ticketId),
  output: moved,
  errors: byUnit,
  example: { ticketId: exampleId },
});

export const contactCaller = endpoint({
  id: 'hotline.contact',
  method: 'POST',
  path: '/api/hotline/tickets/:ticketId/contact',
  summary: '记录已经联系诉求人',
  permission: 'hotline.handle',
  scope: 'unit',
  input: z.object({ ...ticketId, note: reason }),
  output: moved,
  errors: byUnit,
  example: { ticketId: exampleId, note: '上午电话联系，约好下午到现场' },
});

export const returnTicket = endpoint({
  id: 'hotline.return',
  method: 'POST',
  path: '/api/hotline/tickets/:ticketId/return',
  summary: '退单：要写明依据哪一条，限期内提出',
  permission: 'hotline.handle',
  scope: 'unit',
  input: z.object({ ...ticketId, rule: z.string().max(40), reason }),
  output: moved,
  errors: [...byUnit, 'TICKET_DESIGNATED', 'TICKET_RETURN_RULE_UNKNOWN', 'TICKET_RETURN_TOO_LATE'],
  example: { ticketId: exampleId, rule: 'not-our-duty', reason: '路灯管养职责在住建局' },
});

export const recuseUnit = endpoint({
  id: 'hotline.recuse',
  method: 'POST',
  path: '/api/hotline/tickets/:ticketId/recusal',
  summary: '有利害关系，回避',
  permission: 'hotline.handle',
  scope: 'unit',
  input: z.object({ ...ticketId, reason }),
  output: moved,
  errors: byUnit,
  example: { ticketId: exampleId, reason: '被投诉人是本单位负责人的亲属' },
});

export const askExtension = endpoint({
  id: 'hotline.askExtension',
  method: 'POST',
  path: '/api/hotline/tickets/:ticketId/extension',
  summary: '申请延期（到期前，只能一次）',
  permission: 'hotline.handle',
  scope: 'unit',
  input: z.object({ ...ticketId, reason }),
  output: moved,
  errors: [...byUnit, 'TICKET_DECISION_PENDING', 'TICKET_EXTENDED_ONCE', 'TICKET_EXTENSION_TOO_LATE'],
  example: { ticketId: exampleId, reason: '配件要从市里调，后天才能到' },
});

export const decideExtension = endpoint({
  id: 'hotline.decideExtension',
  method: 'POST',
  path: '/api/hotline/tickets/:ticketId/extension-decision',
  summary: '审批延期，结果告知诉求人',
  permission: 'hotline.dispatch',
  scope: 'region',
  input: z.object({ ...ticketId, granted: z.boolean(), note: reason }),
  output: moved,
  errors: [...general, 'TICKET_NOTHING_ASKED', 'TICKET_EXTENSION_TOO_LATE'],
  example: { ticketId: exampleId, granted: true, note: '情况属实，同意' },
});

export const askEarlyClosing = endpoint({
  id: 'hotline.askEarlyClosing',
  method: 'POST',
  path: '/api/hotline/tickets/:ticketId/early-closing',
  summary: '因客观原因办不成，申请提前办结（要热线批准）',
  permission: 'hotline.handle',
  scope: 'unit',
  input: z.object({ ...ticketId, reason }),
  output: moved,
  errors: [...byUnit, 'TICKET_DECISION_PENDING'],
  example: { ticketId: exampleId, reason: '诉求的路段已列入明年改造计划，已向诉求人解释' },
});

export const decideEarlyClosing = endpoint({
  id: 'hotline.decideEarlyClosing',
  method: 'POST',
  path: '/api/hotline/tickets/:ticketId/early-closing-decision',
  summary: '审批提前办结',
  permission: 'hotline.dispatch',
  scope: 'region',
  input: z.object({ ...ticketId, granted: z.boolean(), note: reason }),
  output: moved,
  errors: [...general, 'TICKET_NOTHING_ASKED'],
  example: { ticketId: exampleId, granted: false, note: '可以先临时照明，不同意' },
});

export const replyPart = endpoint({
  id: 'hotline.replyPart',
  method: 'POST',
  path: '/api/hotline/tickets/:ticketId/part-reply',
  summary: '协办单位答复自己的部分，由主办统一回复',
  permission: 'hotline.handle',
  scope: 'unit',
  input: z.object({ ...ticketId, text: words(2000) }),
  output: moved,
  errors: [...byUnit, 'TICKET_LEAD_REPLIES_WHOLE'],
  example: { ticketId: exampleId, text: '线路已经查过，没有断电。' },
});

const replying = {
  ...ticketId,
  text: words(3000),
  result: z.enum(['done', 'partly', 'explained']).describe('办成了、办了一部分、解释了为什么不能办'),
  doneOn: localDate.nullable().default(null),
};

export const checkReply = endpoint({
  id: 'hotline.checkReply',
  method: 'POST',
  path: '/api/hotline/tickets/:ticketId/reply-check',
  summary: '提交前看看答复写得怎么样',
  permission: 'hotline.handle',
  scope: 'unit',
  idempotent: false,
  input: z.object(replying),
  output: z.object({
    checks: z.array(z.object({ rule: z.string(), name: z.string(), passed: z.boolean(), why: z.string() })),
    blocks: z.boolean(),
  }),
  errors: ['TICKET_NOT_FOUND'],
  example: { ticketId: exampleId, text: '已于11月24日更换灯泡三个，恢复照明。', result: 'done' },
});

export const replyTicket = endpoint({
  id: 'hotline.reply',
  method: 'POST',
  path: '/api/hotline/tickets/:ticketId/reply',
  summary: '答复（主办统一回复；投诉、举报要写明问题根源）',
  permission: 'hotline.handle',
  scope: 'unit',
  input: z.object({
    ...replying,
    cause: cause.nullable().default(null),
    attachments: z.array(uuid).max(9).default([]),
  }),
  output: moved.extend({ warnings: z.array(z.string()) }),
  errors: [
    ...byUnit,
    'TICKET_PARTS_MISSING',
    'TICKET_CAUSE_MISSING',
    'TICKET_REPLY_POOR',
    'TICKET_UNIT_UNKNOWN',
    'TICKET_DOCUMENT_NOT_FOUND',
  ],
  example: {
    ticketId: exampleId,
    text: '您反映的路灯已于11月24日更换灯泡三个，恢复照明，维修队当天试亮正常。',
    result: 'done',
    doneOn: '2026-11-24',
    cause: { kind: 'single' },
  },
});

export const trackRequest = endpoint({
  id: 'hotline.track',
  method: 'POST',
  path: '/api/hotline/tickets/:ticketId/tracking',
  summary: '企业诉求每月跟踪：记录进展',
  permission: 'hotline.handle',
  scope: 'unit',
  input: z.object({ ...ticketId, text: words(1000) }),
  output: moved,
  errors: byUnit,
  example: { ticketId: exampleId, text: '已对接县农商行，贷款在审批中' },
});

export const recordCallBack = endpoint({
  id: 'hotline.recordCallBack',
  method: 'POST',
  path: '/api/hotline/tickets/:ticketId/call-back',
  summary: '电话回访的结果',
  permission: 'hotline.intake',
  scope: 'region',
  input: z.object({
    ...ticketId,
    channel: z.enum(['phone', 'sms']).default('phone'),
    solved: z.boolean(),
    satisfaction: z.number().int().min(1).max(5),
    understood: z.boolean().default(false),
    comment: note,
  }),
  output: moved,
  errors: general,
  example: { ticketId: exampleId, solved: true, satisfaction: 4 },
});

export const attemptCall = endpoint({
  id: 'hotline.attemptCall',
  method: 'POST',
  path: '/api/hotline/tickets/:ticketId/call-attempt',
  summary: '回访没有联系上',
  permission: 'hotline.intake',
  scope: 'region',
  input: z.object({ ...ticketId, channel: z.enum(['phone', 'sms']).default('phone'), note }),
  output: moved,
  errors: general,
  example: { ticketId: exampleId, note: '无人接听' },
});

export const supplementByDesk = endpoint({
  id: 'hotline.supplementByDesk',
  method: 'POST',
  path: '/api/hotline/tickets/:ticketId/supplement',
  summary: '热线补充情况（不写诉求人是谁）',
  permission: 'hotline.intake',
  scope: 'region',
  input: z.object({ ...ticketId, text: words(1000) }),
  output: moved,
  errors: general,
  example: { ticketId: exampleId, text: '来电补充：东头第二盏也不亮' },
});

export const reclassifyTicket = endpoint({
  id: 'hotline.reclassify',
  method: 'POST',
  path: '/api/hotline/tickets/:ticketId/registration',
  summary: '派单前更正登记：类别、标题、地点、紧急程度、被反映单位',
  permission: 'hotline.dispatch',
  scope: 'region',
  input: z.object({
    ...ticketId,
    class: z.enum(ticketClasses),
    urgency: z.enum(urgencies),
    title: words(60),
    town: z.string().max(64),
    place: z.string().trim().max(120),
    topic: z.string().trim().max(40),
    matter: z.string().max(40).default(''),
    confidential: z.boolean(),
    reason,
  }),
  output: moved,
  errors: [...general, 'TICKET_CLASS_NEEDS_PERSON', 'TICKET_WORD_UNKNOWN'],
  example: {
    ticketId: exampleId,
    class: 'help',
    urgency: 'normal',
    title: '路灯不亮',
    town: 'town-610329100',
    place: '西大街',
    topic: '路灯',
    confidential: false,
    reason: '按内容更正',
  },
});

export const proposeClass = endpoint({
  id: 'hotline.proposeClass',
  method: 'POST',
  path: '/api/hotline/tickets/:ticketId/class-proposal',
  summary: '提议改变类别（改轻的要本人同意）',
  permission: 'hotline.dispatch',
  scope: 'region',
  input: z.object({ ...ticketId, to: z.enum(ticketClasses), reason }),
  output: moved,
  errors: [...general, 'TICKET_CLASS_SAME', 'TICKET_DECISION_PENDING'],
  example: { ticketId: exampleId, to: 'question', reason: '来电主要是问修理时间' },
});

export const mergeTicket = endpoint({
  id: 'hotline.merge',
  method: 'POST',
  path: '/api/hotline/tickets/:ticketId/merging',
  summary: '没有新情况的重复诉求，并到前一张工单',
  permission: 'hotline.dispatch',
  scope: 'region',
  input: z.object({ ...ticketId, into: uuid, reason }),
  output: moved,
  errors: [...general, 'TICKET_MERGE_ITSELF', 'TICKET_CLOSED_ALREADY'],
  example: { ticketId: exampleId, into: '01920000-0000-7000-8000-00000000000b', reason: '同一路段同一故障' },
});

export const excludeTicket = endpoint({
  id: 'hotline.exclude',
  method: 'POST',
  path: '/api/hotline/tickets/:ticketId/exclusion',
  summary: '批准不计入考核（写明理由）',
  permission: 'hotline.supervise',
  scope: 'region',
  input: z.object({ ...ticketId, reason }),
  output: moved,
  errors: general,
  example: { ticketId: exampleId, reason: '诉求不合法，已经解释' },
});

export const decideMalicious = endpoint({
  id: 'hotline.decideMalicious',
  method: 'POST',
  path: '/api/hotline/tickets/:ticketId/malice',
  summary: '认定恶意诉求：有文号、有理由，告知本人和救济途径',
  permission: 'hotline.supervise',
  scope: 'region',
  input: z.object({ ...ticketId, documentNo: words(60), reason }),
  output: moved,
  errors: general,
  example: { ticketId: exampleId, documentNo: '麟热认〔2026〕1号', reason: '同一内容捏造事实反复拨打，经核查不属实' },
});

export const nameCause = endpoint({
  id: 'hotline.nameCause',
  method: 'POST',
  path: '/api/hotline/tickets/:ticketId/cause',
  summary: '写明或更正问题根源',
  permission: 'hotline.handle',
  scope: 'unit',
  input: z.object({ ...ticketId, cause }),
  output: moved,
  errors: [...byUnit, 'TICKET_UNIT_UNKNOWN'],
  example: {
    ticketId: exampleId,
    cause: { kind: 'guide', subject: '小餐饮备案办事指南', ownerUnit: 'market-regulation' },
  },
});

export const releaseAttachment = endpoint({
  id: 'hotline.releaseAttachment',
  method: 'POST',
  path: '/api/hotline/attachments/:attachmentId/release',
  summary: '看过附件，不会暴露诉求人，可以给办理单位看',
  permission: 'hotline.dispatch',
  scope: 'region',
  input: z.object({ attachmentId: uuid }),
  output: z.object({ released: z.boolean() }),
  errors: ['TICKET_DOCUMENT_NOT_FOUND'],
  example: { attachmentId: exampleId },
});

export const sendMessage = endpoint({
  id: 'hotline.sendMessage',
  method: 'POST',
  path: '/api/hotline/tickets/:ticketId/message',
  summary: '转达：给诉求人发消息，单位看不到号码也能联系',
  permission: 'hotline.handle',
  scope: 'unit',
  input: z.object({ ...ticketId, text: words(500) }),
  output: z.object({ sent: z.boolean() }),
  errors: ['TICKET_NOT_FOUND'],
  example: { ticketId: exampleId, text: '请问是哪一栋楼？方便时请补充。' },
});
