import { z } from 'zod';
import { endpoint, instant, paging, queryList, uuid } from '../../kernel/endpoint.ts';
import { exampleId, moved, note, reason, ticketId, ticketLine, ticketView, unitId, words } from './contract-shapes.ts';
import { ticketClasses, ticketStatuses, urgencies } from './rules/transitions.ts';

/** 看单、派单、审批、回访: what the hotline's own desk does. */

const general = ['TICKET_NOT_FOUND', 'TICKET_STEP_IMPOSSIBLE', 'TICKET_CHANGED'];

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
  errors: [...general, 'KNOWLEDGE_NOT_FOUND'],
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
    againstUnits: z.array(unitId).max(5).nullable().default(null).describe('被反映的单位；不写就不改'),
    reason,
  }),
  output: moved,
  errors: [...general, 'TICKET_CLASS_NEEDS_PERSON', 'TICKET_WORD_UNKNOWN', 'TICKET_UNIT_UNKNOWN'],
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
  errors: [...general, 'TICKET_CLASS_SAME', 'TICKET_DECISION_PENDING', 'TICKET_UNIT_BARRED'],
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
