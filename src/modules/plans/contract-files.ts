import { z } from 'zod';
import { endpoint, localDate, uuid } from '../../kernel/endpoint.ts';
import { light, lightCounts, planLine } from './contract-views.ts';

/** What leaves the platform as a file: the ledger as counties keep it, and the briefing. Whoever takes one is journalled. */

const planId = uuid;

export const ledgerSheet = endpoint({
  id: 'plans.ledgerSheet',
  method: 'GET',
  path: '/api/plans/:planId/ledger',
  summary: '台账表的内容（下载留痕；.xlsx 在同一地址后加后缀）',
  permission: 'plan.read',
  scope: 'region',
  readsPersonalData: true,
  input: z.object({ planId }),
  output: z.object({
    plan: planLine,
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
  input: z.object({ planId }),
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
