import { z } from 'zod';
import { endpoint, localDate, uuid } from '../../kernel/endpoint.ts';
import { cause, exampleId, moved, reason, ticketId, words } from './contract-shapes.ts';

/** 签收、办理、答复: what the units do, one verb of the transition table each. */

const byUnit = [
  'TICKET_NOT_FOUND',
  'TICKET_STEP_IMPOSSIBLE',
  'TICKET_CHANGED',
  'TICKET_NOT_THIS_UNIT',
  'TICKET_NOT_LEAD',
];

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
