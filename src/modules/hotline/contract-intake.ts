import { z } from 'zod';
import { endpoint, instant, paging, queryList, storedFile, uuid } from '../../kernel/endpoint.ts';
import {
  attachmentView,
  exampleId,
  exampleNo,
  hint,
  knowledgeHit,
  note,
  ownView,
  reason,
  ticketId,
  ticketLine,
  unitId,
  words,
} from './contract-shapes.ts';
import { channels, ticketClasses, ticketStatuses, urgencies } from './rules/transitions.ts';

/** 来件: asking, complaining, following; the operator's screen. */

const named = z.object({ id: z.string(), name: z.string() });

export const hotlineVocabulary = endpoint({
  id: 'hotline.vocabulary',
  method: 'GET',
  path: '/api/hotline/vocabulary',
  summary: '热线用到的类别、渠道、镇、单位、退单依据和办理时限',
  permission: 'public',
  scope: 'public',
  input: z.object({}),
  output: z.object({
    classes: z.array(named.extend({ term: z.string(), urgentTerm: z.string(), source: z.string() })),
    channels: z.array(named),
    towns: z.array(named),
    units: z.array(named),
    topics: z.array(z.string()),
    returnRules: z.array(z.object({ id: z.string(), text: z.string(), source: z.string() })),
    matters: z.array(named.extend({ within: z.string(), term: z.string(), basis: z.string() })),
    causeKinds: z.array(named),
    supervisionTriggers: z.array(named.extend({ colour: z.enum(['blue', 'yellow', 'red']) })),
    returnHours: z.number().int(),
    reopenDays: z.number().int(),
  }),
  errors: [],
});

/** While somebody writes: what is known already, what is open nearby, and whether it belongs somewhere else. */
export const adviseWriting = endpoint({
  id: 'hotline.advise',
  method: 'GET',
  path: '/api/hotline/advice',
  summary: '边写边提示：相近的诉求、知识库的答案、该走的其他渠道',
  permission: 'public',
  scope: 'public',
  input: z.object({ text: z.string().trim().max(1000).default(''), town: z.string().max(64).default('') }),
  output: z.object({
    hints: z.array(hint),
    knowledge: z.array(knowledgeHit),
    similar: z.array(
      z.object({
        ticketId: uuid,
        no: z.string(),
        className: z.string(),
        title: z.string(),
        townName: z.string(),
        statusName: z.string(),
        registeredAt: instant,
        similarity: z.number(),
        repeats: z.number().int(),
        probable: z.boolean().describe('很可能是同一件事'),
      }),
    ),
    matter: named.extend({ within: z.string(), term: z.string() }).nullable(),
  }),
  errors: [],
  example: { text: '西大街路灯坏了一个星期了', town: 'town-610329100' },
});

const contact = z.object({
  name: z.string().trim().max(40).default(''),
  phone: z.string().trim().max(30).default(''),
  email: z.union([z.literal(''), z.email('邮箱的写法不对。')]).default(''),
});

const asking = {
  class: z.enum(ticketClasses),
  title: z.string().trim().max(60, '标题最多60个字。').default(''),
  text: words(2000),
  town: z.string().trim().max(64).default(''),
  place: z.string().trim().max(120).default(''),
  occurred: z.string().trim().max(60).default(''),
  againstUnits: z.array(unitId).max(5).default([]),
  confidential: z.boolean().default(false),
  contact: contact.prefault({}),
  attachments: z.array(uuid).max(9, '最多9个附件。').default([]),
  acknowledged: z.array(z.string().max(64)).max(20).default([]).describe('已经看过、仍要提交的提示编号'),
};

const registration = z.object({
  result: z.enum(['registered', 'told', 'answered']),
  ticketId: uuid.nullable(),
  no: z.string(),
  code: z.string().describe('查询码，只在这里出现一次'),
  dueText: z.string(),
  hints: z.array(hint).describe('result 为 told 时：没有建工单，请看这里'),
});

export const registerTicket = endpoint({
  id: 'hotline.register',
  method: 'POST',
  path: '/api/hotline/tickets',
  summary: '提一个问题、投诉、举报或建议（可以不登录、可以匿名）',
  permission: 'public',
  scope: 'own',
  status: 201,
  input: z.object({
    ...asking,
    anonymous: z.boolean().default(false),
    onBehalfOf: z.string().trim().max(18).default('').describe('代表的企业（统一社会信用代码），只能是自己的企业'),
  }),
  output: registration,
  errors: ['TICKET_CONTACT_WRONG', 'TICKET_WORD_UNKNOWN', 'TICKET_UNIT_UNKNOWN', 'TICKET_DOCUMENT_NOT_FOUND'],
  example: {
    class: 'complaint',
    text: '西大街社区三号楼前的路灯坏了一个多星期，晚上看不见路，请派人修。',
    town: 'town-610329100',
    place: '西大街社区三号楼',
    contact: { name: '张秀兰', phone: '13891712301' },
  },
});

export const takeTicket = endpoint({
  id: 'hotline.take',
  method: 'POST',
  path: '/api/hotline/intake',
  summary: '话务员登记：电话、窗口、邮件或其他平台转来的诉求，也可以当场答复',
  permission: 'hotline.intake',
  scope: 'region',
  status: 201,
  input: z.object({
    ...asking,
    channel: z.enum(channels).default('phone'),
    urgency: z.enum(urgencies).default('normal'),
    anonymous: z.boolean().default(false),
    enterprise: z.boolean().default(false),
    uscc: z.string().trim().max(18).default(''),
    answer: z
      .object({ text: words(2000), entryId: uuid.nullable().default(null) })
      .nullable()
      .default(null)
      .describe('当场答复；用了知识库就写上是哪一条'),
  }),
  output: registration,
  errors: [
    'TICKET_CONTACT_WRONG',
    'TICKET_WORD_UNKNOWN',
    'TICKET_UNIT_UNKNOWN',
    'TICKET_DOCUMENT_NOT_FOUND',
    'KNOWLEDGE_NOT_FOUND',
  ],
  example: {
    class: 'question',
    text: '开饭馆要办什么证，去哪里办？',
    contact: { name: '李强', phone: '13891712399' },
    channel: 'phone',
  },
});

export const joinTicket = endpoint({
  id: 'hotline.join',
  method: 'POST',
  path: '/api/hotline/tickets/:ticketId/joining',
  summary: '我也遇到同一件事：并入已有的诉求，得到进度',
  permission: 'public',
  scope: 'own',
  status: 201,
  input: z.object({ ...ticketId, text: note, contact: contact.prefault({}), anonymous: z.boolean().default(false) }),
  output: z.object({ no: z.string(), code: z.string(), statusName: z.string(), dueText: z.string() }),
  errors: [
    'TICKET_NOT_FOUND',
    'TICKET_STEP_IMPOSSIBLE',
    'TICKET_CLOSED_ALREADY',
    'TICKET_CONTACT_WRONG',
    'TICKET_CHANGED',
  ],
  example: { ticketId: exampleId, text: '我们楼前也黑着。' },
});

export const uploadAttachment = endpoint({
  id: 'hotline.uploadAttachment',
  method: 'POST',
  path: '/api/hotline/attachments',
  summary: '先传照片或文件，再随诉求或答复一起提交',
  permission: 'public',
  scope: 'own',
  status: 201,
  upload: true,
  input: z.object({ document: storedFile, ticketId: z.union([z.literal(''), uuid]).default('') }),
  output: attachmentView,
  errors: ['TICKET_NOT_FOUND'],
});

const proof = { code: z.string().trim().toUpperCase().max(20).default('') };

export const openAttachment = endpoint({
  id: 'hotline.openAttachment',
  method: 'GET',
  path: '/api/hotline/attachments/:attachmentId',
  summary: '打开一个附件（内容在 /api/hotline/attachments/:attachmentId/content）',
  permission: 'public',
  scope: 'own',
  input: z.object({ attachmentId: uuid, ...proof }),
  output: storedFile,
  errors: ['TICKET_DOCUMENT_NOT_FOUND'],
});

export const followTicket = endpoint({
  id: 'hotline.follow',
  method: 'POST',
  path: '/api/hotline/follow',
  summary: '凭工单号和查询码看进度',
  permission: 'public',
  scope: 'own',
  idempotent: false,
  input: z.object({ no: z.string().trim().max(20), code: z.string().trim().toUpperCase().max(20) }),
  output: ownView,
  errors: ['TICKET_CODE_WRONG'],
  example: { no: exampleNo, code: 'ABCD2345' },
});

export const myTickets = endpoint({
  id: 'hotline.mine',
  method: 'GET',
  path: '/api/hotline/mine',
  summary: '我（和我的企业）提过的诉求',
  permission: 'signedIn',
  scope: 'own',
  input: z.object(paging),
  output: z.object({
    tickets: z.array(
      z.object({
        id: uuid,
        no: z.string(),
        status: z.enum(ticketStatuses),
        statusName: z.string(),
        className: z.string(),
        title: z.string(),
        registeredAt: instant,
        dueAt: instant.nullable(),
        needsMe: z.boolean(),
      }),
    ),
    total: z.number().int(),
  }),
  errors: [],
});

export const myTicket = endpoint({
  id: 'hotline.myTicket',
  method: 'GET',
  path: '/api/hotline/mine/:ticketId',
  summary: '我的一个诉求和它的进度',
  permission: 'signedIn',
  scope: 'own',
  input: z.object(ticketId),
  output: ownView,
  errors: ['TICKET_NOT_FOUND'],
});

const own = { ...ticketId, ...proof };
const ownErrors = ['TICKET_NOT_FOUND', 'TICKET_STEP_IMPOSSIBLE', 'TICKET_CHANGED'];

export const answerCallBack = endpoint({
  id: 'hotline.answerCallBack',
  method: 'POST',
  path: '/api/hotline/mine/:ticketId/call-back',
  summary: '回答回访：解决了没有、满不满意；没有解决就重新办理',
  permission: 'public',
  scope: 'own',
  input: z.object({
    ...own,
    solved: z.boolean(),
    satisfaction: z.number().int().min(1).max(5),
    understood: z.boolean().default(false).describe('没有解决，但理解单位的解释，可以结束'),
    comment: note,
  }),
  output: ownView,
  errors: ownErrors,
  example: { ticketId: exampleId, code: 'ABCD2345', solved: true, satisfaction: 5 },
});

export const supplementTicket = endpoint({
  id: 'hotline.supplement',
  method: 'POST',
  path: '/api/hotline/mine/:ticketId/supplement',
  summary: '补充新的情况或附件',
  permission: 'public',
  scope: 'own',
  input: z.object({ ...own, text: words(1000), attachments: z.array(uuid).max(9).default([]) }),
  output: ownView,
  errors: [...ownErrors, 'TICKET_DOCUMENT_NOT_FOUND'],
  example: { ticketId: exampleId, code: 'ABCD2345', text: '昨晚又坏了一盏。' },
});

export const withdrawTicket = endpoint({
  id: 'hotline.withdraw',
  method: 'POST',
  path: '/api/hotline/mine/:ticketId/withdrawal',
  summary: '撤回诉求',
  permission: 'public',
  scope: 'own',
  input: z.object({ ...own, reason }),
  output: ownView,
  errors: ownErrors,
  example: { ticketId: exampleId, code: 'ABCD2345', reason: '已经自己解决了' },
});

export const reopenTicket = endpoint({
  id: 'hotline.reopen',
  method: 'POST',
  path: '/api/hotline/mine/:ticketId/reopening',
  summary: '办结以后还没有解决，要求重新办理',
  permission: 'public',
  scope: 'own',
  input: z.object({ ...own, reason }),
  output: ownView,
  errors: [...ownErrors, 'TICKET_NOT_REOPENABLE', 'TICKET_REOPENED_ENOUGH', 'TICKET_REOPEN_TOO_LATE'],
  example: { ticketId: exampleId, code: 'ABCD2345', reason: '路灯又不亮了' },
});

export const answerClassProposal = endpoint({
  id: 'hotline.answerClassProposal',
  method: 'POST',
  path: '/api/hotline/mine/:ticketId/class-answer',
  summary: '同意或不同意改变诉求的类别',
  permission: 'public',
  scope: 'own',
  input: z.object({ ...own, agreed: z.boolean() }),
  output: ownView,
  errors: [...ownErrors, 'TICKET_NOTHING_ASKED'],
  example: { ticketId: exampleId, code: 'ABCD2345', agreed: false },
});

export const writeOffRequest = endpoint({
  id: 'hotline.writeOff',
  method: 'POST',
  path: '/api/hotline/mine/:ticketId/write-off',
  summary: '企业自己确认诉求解决，销号',
  permission: 'public',
  scope: 'own',
  input: z.object({ ...own, satisfaction: z.number().int().min(1).max(5), note }),
  output: ownView,
  errors: [...ownErrors, 'TICKET_NOT_ENTERPRISE'],
  example: { ticketId: exampleId, code: 'ABCD2345', satisfaction: 5 },
});

export const callerHistory = endpoint({
  id: 'hotline.callerHistory',
  method: 'GET',
  path: '/api/hotline/callers',
  summary: '来电人以前的诉求（话务员接电话时看，查看留痕）',
  permission: 'hotline.intake',
  scope: 'region',
  readsPersonalData: true,
  input: z.object({ phone: z.string().trim().min(3).max(30) }),
  output: z.object({ phone: z.string().describe('打码'), tickets: z.array(ticketLine) }),
  errors: ['TICKET_CONTACT_WRONG'],
});

export const toldFigures = endpoint({
  id: 'hotline.toldFigures',
  method: 'GET',
  path: '/api/hotline/told',
  summary: '没有建工单、当场告知的次数：紧急、其他渠道、知识库、并入',
  permission: 'hotline.read',
  scope: 'region',
  input: z.object({ days: z.coerce.number().int().min(1).max(366).default(30), kind: queryList(z.string().max(20)) }),
  output: z.object({ counts: z.array(z.object({ kind: z.string(), hint: z.string(), count: z.number().int() })) }),
  errors: [],
});
