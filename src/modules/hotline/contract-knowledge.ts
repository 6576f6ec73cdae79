import { z } from 'zod';
import { endpoint, instant, localDate, paging, queryList, uuid } from '../../kernel/endpoint.ts';
import { exampleId, knowledgeHit, note, reason, unitId, words } from './contract-shapes.ts';
import { entryStates } from './rules/knowledge.ts';

/** 知识库: answers that one unit owns and keeps true. */

export const searchKnowledge = endpoint({
  id: 'hotline.searchKnowledge',
  method: 'GET',
  path: '/api/hotline/knowledge',
  summary: '查知识库（只给有效的）',
  permission: 'public',
  scope: 'public',
  input: z.object({
    text: z.string().trim().max(300).default(''),
    unit: z.string().max(64).default(''),
    limit: z.coerce.number().int().min(1).max(50).default(10),
  }),
  output: z.object({ entries: z.array(knowledgeHit), total: z.number().int() }),
  errors: [],
  example: { text: '开饭馆要办什么证' },
});

export const readKnowledge = endpoint({
  id: 'hotline.readKnowledge',
  method: 'GET',
  path: '/api/hotline/knowledge/:entryId',
  summary: '一条知识',
  permission: 'public',
  scope: 'public',
  input: z.object({ entryId: uuid }),
  output: knowledgeHit.omit({ matched: true, coverage: true }),
  errors: ['KNOWLEDGE_NOT_FOUND'],
});

export const useKnowledge = endpoint({
  id: 'hotline.useKnowledge',
  method: 'POST',
  path: '/api/hotline/knowledge/:entryId/use',
  summary: '这条知识有没有用：有用就不用再提工单，没用会提醒单位',
  permission: 'public',
  scope: 'public',
  status: 201,
  input: z.object({ entryId: uuid, helpful: z.boolean() }),
  output: z.object({ counted: z.boolean() }),
  errors: ['KNOWLEDGE_NOT_FOUND'],
  example: { entryId: exampleId, helpful: true },
});

const entryLine = z.object({
  id: uuid,
  title: z.string(),
  unitId: z.string(),
  unitName: z.string(),
  state: z.enum(entryStates),
  stateName: z.string(),
  flag: z.string(),
  sourceTitle: z.string(),
  sourceNo: z.string(),
  validFrom: localDate,
  validUntil: localDate.nullable(),
  verifiedOn: localDate,
  used: z.number().int(),
  unhelpful: z.number().int(),
  version: z.number().int(),
  updatedAt: instant,
});

export const listEntries = endpoint({
  id: 'hotline.listEntries',
  method: 'GET',
  path: '/api/hotline/entries',
  summary: '知识库管理：本单位（或全县）的条目，过期的和待审的在前',
  permission: 'knowledge.edit',
  scope: 'unit',
  input: z.object({
    state: queryList(z.enum(entryStates)),
    unit: z.string().max(64).default(''),
    text: z.string().trim().max(60).default(''),
    ...paging,
  }),
  output: z.object({
    entries: z.array(entryLine),
    total: z.number().int(),
    counts: z.array(z.object({ state: z.enum(entryStates), name: z.string(), count: z.number().int() })),
  }),
  errors: [],
});

export const readEntry = endpoint({
  id: 'hotline.readEntry',
  method: 'GET',
  path: '/api/hotline/entries/:entryId',
  summary: '一条知识和它的各个版本',
  permission: 'knowledge.edit',
  scope: 'unit',
  input: z.object({ entryId: uuid }),
  output: entryLine.extend({
    answer: z.string(),
    keywords: z.array(z.string()),
    itemId: z.string(),
    proposedBy: z.string(),
    reviewedBy: z.string(),
    ticketNo: z.string(),
    versions: z.array(
      z.object({
        version: z.number().int(),
        at: instant,
        what: z.string(),
        by: z.string(),
        title: z.string(),
        answer: z.string(),
      }),
    ),
    actions: z.array(z.enum(['edit', 'review', 'verify', 'withdraw'])),
  }),
  errors: ['KNOWLEDGE_NOT_FOUND'],
});

const content = {
  title: words(80),
  answer: words(2000),
  keywords: z.array(z.string().trim().min(1).max(30)).max(20).default([]),
  sourceTitle: words(120).describe('依据的文件、指南'),
  sourceNo: z.string().trim().max(60).default(''),
  itemId: z.string().trim().max(80).default(''),
  validFrom: localDate,
  validUntil: localDate.nullable().default(null),
};
const exampleContent = {
  title: '小餐饮备案要什么材料',
  answer: '带身份证、经营场所证明和从业人员健康证明，到政务服务中心综合窗口当场备案，不收费。',
  sourceTitle: '小餐饮备案办事指南',
  validFrom: '2026-11-01',
};

export const proposeEntry = endpoint({
  id: 'hotline.proposeEntry',
  method: 'POST',
  path: '/api/hotline/entries',
  summary: '新写一条知识，交另一个人审核',
  permission: 'knowledge.edit',
  scope: 'unit',
  status: 201,
  input: z.object({ unitId, ...content }),
  output: z.object({ id: uuid, state: z.enum(entryStates) }),
  errors: ['ENTRY_NOT_THIS_UNIT', 'ENTRY_DATES_WRONG', 'TICKET_UNIT_UNKNOWN'],
  example: { unitId: 'market-regulation', ...exampleContent },
});

export const editEntry = endpoint({
  id: 'hotline.editEntry',
  method: 'PUT',
  path: '/api/hotline/entries/:entryId',
  summary: '修改一条知识；改后重新审核，审核前不再给人看',
  permission: 'knowledge.edit',
  scope: 'unit',
  input: z.object({ entryId: uuid, ...content }),
  output: z.object({ id: uuid, state: z.enum(entryStates) }),
  errors: ['KNOWLEDGE_NOT_FOUND', 'ENTRY_NOT_THIS_UNIT', 'ENTRY_DATES_WRONG', 'ENTRY_STEP_IMPOSSIBLE'],
  example: { entryId: exampleId, ...exampleContent },
});

export const reviewEntry = endpoint({
  id: 'hotline.reviewEntry',
  method: 'POST',
  path: '/api/hotline/entries/:entryId/review',
  summary: '审核：发布或者不采用（提出的人不能审自己的）',
  permission: 'knowledge.review',
  scope: 'unit',
  input: z.object({ entryId: uuid, accepted: z.boolean(), note }),
  output: z.object({ id: uuid, state: z.enum(entryStates) }),
  errors: ['KNOWLEDGE_NOT_FOUND', 'ENTRY_NOT_THIS_UNIT', 'ENTRY_STEP_IMPOSSIBLE', 'ENTRY_SAME_PERSON'],
  example: { entryId: exampleId, accepted: true },
});

export const verifyEntry = endpoint({
  id: 'hotline.verifyEntry',
  method: 'POST',
  path: '/api/hotline/entries/:entryId/verification',
  summary: '核对过，内容仍然正确',
  permission: 'knowledge.edit',
  scope: 'unit',
  input: z.object({ entryId: uuid, note }),
  output: z.object({ id: uuid, state: z.enum(entryStates) }),
  errors: ['KNOWLEDGE_NOT_FOUND', 'ENTRY_NOT_THIS_UNIT', 'ENTRY_STEP_IMPOSSIBLE', 'ENTRY_DATES_WRONG'],
  example: { entryId: exampleId },
});

export const withdrawEntry = endpoint({
  id: 'hotline.withdrawEntry',
  method: 'POST',
  path: '/api/hotline/entries/:entryId/withdrawal',
  summary: '停用一条知识',
  permission: 'knowledge.edit',
  scope: 'unit',
  input: z.object({ entryId: uuid, reason }),
  output: z.object({ id: uuid, state: z.enum(entryStates) }),
  errors: ['KNOWLEDGE_NOT_FOUND', 'ENTRY_NOT_THIS_UNIT', 'ENTRY_STEP_IMPOSSIBLE'],
  example: { entryId: exampleId, reason: '政策已到期' },
});

export const announcePolicy = endpoint({
  id: 'hotline.announcePolicy',
  method: 'POST',
  path: '/api/hotline/policies',
  summary: '出了新政策：限期写成知识；废止的旧文件，依据它的知识停用待改',
  permission: 'knowledge.edit',
  scope: 'unit',
  status: 201,
  input: z.object({
    unitId,
    title: words(120),
    documentNo: z.string().trim().max(60).default(''),
    repeals: z.array(words(60)).max(20).default([]).describe('废止的文件的文号'),
  }),
  output: z.object({ dueAt: instant, flagged: z.number().int() }),
  errors: ['ENTRY_NOT_THIS_UNIT', 'TICKET_UNIT_UNKNOWN'],
  example: {
    unitId: 'human-resources',
    title: '创业担保贷款办法',
    documentNo: '麟人社发〔2026〕9号',
    repeals: ['麟人社发〔2022〕3号'],
  },
});
