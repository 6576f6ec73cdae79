import { z } from 'zod';
import { instant, localDate, uuid } from '../../kernel/endpoint.ts';
import {
  causeKinds,
  channels,
  outcomes,
  ticketActions,
  ticketClasses,
  ticketStatuses,
  urgencies,
} from './rules/transitions.ts';

/** Shapes that several contracts of this module share. */

export const unitId = z.string().trim().min(1, '请选择单位。').max(64);
export const words = (most = 2000) => z.string().trim().min(1, '请填写这一项。').max(most, `最多写${most}个字。`);
export const reason = z.string().trim().min(2, '请写明理由。').max(1000);
export const note = z.string().trim().max(1000).default('');
export const ticketId = { ticketId: uuid };
export const exampleId = '01920000-0000-7000-8000-00000000000a';
export const exampleNo = '20261123-0001';

export const hint = z.object({
  id: z.string(),
  kind: z.enum(['emergency', 'elsewhere']),
  name: z.string(),
  channel: z.string().describe('要拨的号码，或者法定渠道'),
  text: z.string(),
  source: z.string(),
  words: z.array(z.string()),
});

export const attachmentView = z.object({
  attachmentId: uuid,
  name: z.string(),
  type: z.string(),
  size: z.number().int(),
  side: z.enum(['caller', 'unit', 'desk']),
  released: z.boolean(),
});

export const cause = z.object({
  kind: z.enum(causeKinds),
  subject: z.string().trim().max(120).default(''),
  ownerUnit: z.string().nullable().default(null),
});

export const ticketLine = z.object({
  id: uuid,
  no: z.string(),
  status: z.enum(ticketStatuses),
  statusName: z.string(),
  class: z.enum(ticketClasses),
  className: z.string(),
  urgency: z.enum(urgencies),
  channel: z.enum(channels),
  channelName: z.string(),
  town: z.string(),
  townName: z.string(),
  topic: z.string(),
  matter: z.string(),
  title: z.string(),
  leadUnit: z.string().nullable(),
  leadName: z.string(),
  confidential: z.boolean(),
  enterprise: z.boolean(),
  registeredAt: instant,
  dueAt: instant.nullable(),
  light: z.enum(['green', 'yellow', 'red', 'done']),
  closedAt: instant.nullable(),
  outcomeName: z.string(),
  solved: z.boolean().nullable(),
  satisfaction: z.number().int().nullable(),
  returns: z.number().int(),
  reopens: z.number().int(),
  repeats: z.number().int(),
  waiting: z.array(z.enum(['extension', 'earlyClosing', 'proposal'])),
});

const decision = z.object({ at: instant, by: z.string(), granted: z.boolean(), note: z.string() }).nullable();

export const threadEntry = z.object({
  at: instant,
  who: z.string(),
  type: z.string(),
  title: z.string(),
  text: z.string(),
});

export const ticketView = ticketLine.extend({
  text: z.string(),
  place: z.string(),
  occurred: z.string(),
  matterName: z.string(),
  againstUnits: z.array(z.object({ id: z.string(), name: z.string() })),
  anonymous: z.boolean(),
  termText: z.string(),
  termSource: z.string(),
  parts: z.array(
    z.object({
      unitId: z.string(),
      unitName: z.string(),
      role: z.enum(['lead', 'assist']),
      asks: z.string(),
      signedAt: instant.nullable(),
      replyText: z.string().nullable(),
      repliedAt: instant.nullable(),
    }),
  ),
  copies: z.array(z.object({ id: z.string(), name: z.string() })),
  designated: z.boolean(),
  returnedBy: z.array(z.object({ unitName: z.string(), at: instant, rule: z.string(), reason: z.string() })),
  extension: z.object({ at: instant, by: z.string(), reason: z.string(), term: z.string(), decision }).nullable(),
  earlyClosing: z.object({ at: instant, by: z.string(), reason: z.string(), decision }).nullable(),
  proposal: z.object({ to: z.enum(ticketClasses), toName: z.string(), reason: z.string(), at: instant }).nullable(),
  replies: z.array(
    z.object({
      at: instant,
      by: z.string(),
      unitName: z.string(),
      text: z.string(),
      result: z.enum(['done', 'partly', 'explained']),
      doneOn: localDate.nullable(),
      warnings: z.array(z.string()),
    }),
  ),
  calls: z.array(
    z.object({
      at: instant,
      by: z.string(),
      channel: z.enum(['link', 'phone', 'sms']),
      reached: z.boolean(),
      solved: z.boolean().nullable(),
      satisfaction: z.number().int().nullable(),
      comment: z.string(),
    }),
  ),
  supplements: z.array(z.object({ at: instant, by: z.enum(['caller', 'desk']), text: z.string() })),
  tracks: z.array(z.object({ at: instant, unitName: z.string(), text: z.string() })),
  outcome: z.enum(outcomes).nullable(),
  closingNote: z.string(),
  cause: cause.extend({ kindName: z.string(), ownerName: z.string() }).nullable(),
  excluded: z.string().nullable(),
  malicious: z.object({ at: instant, documentNo: z.string(), reason: z.string(), remedy: z.string() }).nullable(),
  attachments: z.array(attachmentView),
  history: z.array(threadEntry),
  caller: z
    .object({ known: z.boolean(), name: z.string(), phone: z.string(), why: z.string() })
    .describe('打码；保密的诉求只有热线能看，其他单位这里是空的'),
  actions: z.array(z.enum(ticketActions)).describe('现在这个人可以做的'),
});

/** What whoever raised it sees: by account, or by number and code. */
export const ownView = z.object({
  id: uuid,
  no: z.string(),
  status: z.enum(ticketStatuses),
  statusName: z.string(),
  className: z.string(),
  title: z.string(),
  text: z.string(),
  townName: z.string(),
  registeredAt: instant,
  dueAt: instant.nullable(),
  dueText: z.string(),
  unitName: z.string(),
  role: z.enum(['caller', 'joiner']).describe('joiner：并入别人先提的同一诉求，只看进度'),
  enterprise: z.boolean(),
  reply: z.object({ at: instant, unitName: z.string(), text: z.string() }).nullable(),
  proposal: z.object({ toName: z.string(), reason: z.string() }).nullable(),
  attachments: z.array(attachmentView),
  thread: z.array(threadEntry),
  actions: z.array(z.enum(['callBack', 'supplement', 'withdraw', 'reopen', 'answerClassProposal', 'writeOff'])),
  ratable: z.boolean(),
});

export const moved = z.object({ status: z.enum(ticketStatuses), statusName: z.string(), dueAt: instant.nullable() });

export const knowledgeHit = z.object({
  entryId: uuid,
  title: z.string(),
  answer: z.string(),
  unitName: z.string(),
  sourceTitle: z.string(),
  sourceNo: z.string(),
  itemId: z.string(),
  verifiedOn: localDate,
  matched: z.array(z.string()),
  coverage: z.number(),
});
