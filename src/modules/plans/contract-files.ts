import { z } from 'zod';
import { endpoint, localDate, storedFile, uuid } from '../../kernel/endpoint.ts';
import { light, lightCounts, planLine, unitRef } from './contract-views.ts';

/**
 * What comes and goes as a file: the ledger as counties keep it, the briefing, a department's monthly sheet, evidence.
 * Whoever takes one out is journalled.
 */

const planId = uuid;
/** A month that is over shows how things stood at its end. */
const month = z
  .string()
  .regex(/^\d{4}-(0[1-9]|1[0-2])$/, '月份写成 2022-06。')
  .optional()
  .describe('截至哪个月末；不填就是今天');

export const ledgerSheet = endpoint({
  id: 'plans.ledgerSheet',
  method: 'GET',
  path: '/api/plans/:planId/ledger',
  summary: '台账表的内容（下载留痕；.xlsx 在同一地址后加后缀）',
  permission: 'plan.read',
  scope: 'region',
  readsPersonalData: true,
  input: z.object({ planId, month, unit: z.string().max(64).optional().describe('只要这个单位牵头、配合的') }),
  output: z.object({
    plan: planLine,
    unit: unitRef.nullable(),
    on: localDate,
    rows: z.array(
      z.object({
        no: z.string(),
        task: z.string(),
        measure: z.string(),
        sponsors: z.string(),
        leads: z.string(),
        supporters: z.string(),
        targets: z.string(),
        milestones: z.string(),
        deadline: z.string(),
        progress: z.number().int(),
        problems: z.string(),
        nextSteps: z.string(),
        light,
        lightName: z.string(),
        writtenOff: z.string(),
      }),
    ),
  }),
  errors: ['PLAN_NOT_FOUND'],
});

export const briefing = endpoint({
  id: 'plans.briefing',
  method: 'GET',
  path: '/api/plans/:planId/briefing',
  summary: '简报的内容（下载留痕；.docx、.pdf 在同一地址后加后缀）',
  permission: 'plan.read',
  scope: 'region',
  readsPersonalData: true,
  input: z.object({ planId, month }),
  output: z.object({
    plan: planLine,
    on: localDate,
    office: z.string(),
    counts: lightCounts,
    targets: z.object({
      total: z.number().int(),
      met: z.number().int(),
      missed: z.number().int(),
      unknown: z.number().int(),
      computed: z.number().int(),
    }),
    areas: z.array(
      z.object({ name: z.string(), sponsors: z.array(z.string()), leads: z.array(z.string()), counts: lightCounts }),
    ),
    trend: z.array(z.object({ month: z.string(), counts: lightCounts })),
    worst: z.array(
      z.object({
        no: z.string(),
        title: z.string(),
        leads: z.string(),
        light,
        why: z.string(),
        problems: z.string(),
        nextSteps: z.string(),
      }),
    ),
  }),
  errors: ['PLAN_NOT_FOUND'],
});

/** Which record a file is evidence of: a report, a figure, a submission, an appeal, a request to write off a measure. */
export const evidenceOf = z.enum(['report', 'reading', 'submission', 'appeal', 'measure']);

export const openEvidence = endpoint({
  id: 'plans.openEvidence',
  method: 'GET',
  path: '/api/plans/evidence/:of/:recordId/:sha256',
  summary: '打开一份佐证材料（留痕；内容在同一地址后加 /content）',
  permission: 'plan.read',
  scope: 'unit',
  readsPersonalData: true,
  input: z.object({ of: evidenceOf, recordId: uuid, sha256: storedFile.shape.sha256 }),
  output: storedFile,
  errors: ['EVIDENCE_NOT_FOUND'],
});

export const reportSheet = endpoint({
  id: 'plans.reportSheet',
  method: 'GET',
  path: '/api/plans/:planId/report-sheet',
  summary: '本单位月报表的空表，措施已经填好（.xlsx 在同一地址后加后缀）',
  permission: 'plan.read',
  scope: 'unit',
  input: z.object({ planId, unit: z.string().max(64).optional() }),
  output: z.object({
    plan: planLine,
    unit: unitRef,
    on: localDate,
    rows: z.array(
      z.object({
        no: z.string(),
        title: z.string(),
        role: z.string(),
        deadline: localDate,
        progress: z.number().int(),
        targets: z.string(),
      }),
    ),
  }),
  errors: ['PLAN_NOT_FOUND', 'UNIT_NOT_REACHED'],
});

export const importReports = endpoint({
  id: 'plans.importReports',
  method: 'POST',
  path: '/api/plans/reports/import',
  summary: '导入部门的月报表（xlsx），逐行说明错误，可先预览；有错的行不入，其余照入',
  permission: 'plan.report',
  scope: 'unit',
  upload: true,
  input: z.object({
    document: storedFile,
    round: z.string().max(40).default(''),
    unit: z.string().max(64).optional(),
    apply: z.enum(['true', 'false']).default('true').describe('false：只看会怎样，什么都不报'),
  }),
  output: z.object({
    applied: z.boolean(),
    accepted: z.number().int(),
    unchanged: z.number().int(),
    skipped: z.number().int().describe('列了措施、没有填进展的行'),
    /** What is reported, or would be. */
    rows: z.array(
      z.object({
        row: z.number().int(),
        no: z.string(),
        title: z.string(),
        before: z.number().int().describe('现在核定的进度'),
        progress: z.number().int(),
        done: z.string(),
      }),
    ),
    errors: z.array(
      z.object({
        row: z.number().int(),
        column: z.string(),
        found: z.string().describe('表里写的'),
        message: z.string(),
        instead: z.string().describe('应当怎样写'),
      }),
    ),
  }),
  errors: ['UNIT_NOT_REACHED', 'PLAN_NOT_FOUND', 'SHEET_UNREADABLE', 'SHEET_WITHOUT_COLUMNS'],
});
