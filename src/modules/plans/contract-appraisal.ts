import { z } from 'zod';
import { endpoint, instant, localDate, paging, queryList, storedFile, uuid } from '../../kernel/endpoint.ts';
import { evidenceOf } from './contract-files.ts';
import { evidence, reason, unitRef } from './contract-views.ts';

/** 考核: a table that anyone can compute again from the records, appealed, frozen and signed. Points in hundredths. */

const sample = '01920000-0000-7000-8000-000000000009';
const state = z.enum(['open', 'frozen', 'signed']);
const period = z.string().regex(/^\d{4}(-H[12])?$/, '考核期写成 2022 或 2022-H1。');

const entry = z.object({
  evidence: z.string(),
  points: z.number().int(),
  words: z.string(),
  link: z.string(),
  appeal: z.enum(['submitted', 'upheld', 'rejected']).nullable(),
  /** The papers that the record rests on, and the record under which each is opened. */
  files: z.array(storedFile.extend({ of: evidenceOf, recordId: uuid })),
});

const score = z.object({
  unit: unitRef,
  total: z.number().int(),
  rank: z.number().int(),
  items: z.array(
    z.object({
      itemId: z.string(),
      points: z.number().int().nullable(),
      full: z.number().int(),
      entries: z.array(entry),
    }),
  ),
});

const schemeItem = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(['deduction', 'attainment', 'bonus']),
  /** Full marks, or the cap of a bonus, in points. */
  full: z.number(),
  per: z.number().nullable().describe('每少一次扣多少，或每一件加多少'),
  basis: z.string(),
});

export const listAppraisals = endpoint({
  id: 'appraisals.list',
  method: 'GET',
  path: '/api/appraisals',
  summary: '各期考核',
  permission: 'plan.read',
  scope: 'region',
  input: z.object({}),
  output: z.object({
    appraisals: z.array(
      z.object({
        id: uuid,
        period,
        name: z.string(),
        state,
        appealsUntil: localDate.nullable(),
        frozenAt: instant.nullable(),
        signedAt: instant.nullable(),
      }),
    ),
  }),
  errors: [],
});

export const openAppraisal = endpoint({
  id: 'appraisals.open',
  method: 'POST',
  path: '/api/appraisals',
  summary: '按本县考核办法开一期考核',
  permission: 'plan.appraise',
  scope: 'region',
  status: 201,
  input: z.object({ period, planId: uuid.optional() }),
  output: z.object({ appraisalId: uuid }),
  errors: ['PLAN_NOT_FOUND', 'APPRAISAL_EXISTS'],
  example: { period: '2026' },
});

export const readAppraisal = endpoint({
  id: 'appraisals.get',
  method: 'GET',
  path: '/api/appraisals/:appraisalId',
  summary: '考核表：没有冻结时每次都从记录重新计算',
  permission: 'plan.read',
  scope: 'region',
  input: z.object({ appraisalId: uuid }),
  output: z.object({
    id: uuid,
    period,
    name: z.string(),
    state,
    planId: uuid,
    supporterShare: z.number(),
    items: z.array(schemeItem),
    appealsUntil: localDate.nullable(),
    frozenAt: instant.nullable(),
    freezerName: z.string().nullable(),
    signedAt: instant.nullable(),
    signerName: z.string().nullable(),
    /** SM3 of the canonical table. */
    digest: z.string(),
    /** The records of today give another table than the one frozen. */
    differsFromRecords: z.boolean(),
    scores: z.array(score),
    actions: z.array(z.string()),
  }),
  errors: ['APPRAISAL_NOT_FOUND'],
});

export const publishAppraisal = endpoint({
  id: 'appraisals.openAppeals',
  method: 'POST',
  path: '/api/appraisals/:appraisalId/appeal-window',
  summary: '把考核表发给各单位核对，开放申诉',
  permission: 'plan.appraise',
  scope: 'region',
  input: z.object({ appraisalId: uuid, until: localDate }),
  output: z.object({ appealsUntil: localDate }),
  errors: ['APPRAISAL_NOT_FOUND', 'APPRAISAL_FROZEN', 'APPEAL_WINDOW_TOO_SHORT'],
  example: { appraisalId: sample, until: '2026-12-15' },
});

export const submitAppeal = endpoint({
  id: 'appraisals.appeal',
  method: 'POST',
  path: '/api/appraisals/:appraisalId/appeals',
  summary: '对一笔扣分申诉',
  permission: 'plan.report',
  scope: 'unit',
  status: 201,
  input: z.object({
    appraisalId: uuid,
    unit: z.string().max(64).optional(),
    evidence: z.string().max(200),
    reason,
    documents: evidence.default([]),
  }),
  output: z.object({ appealId: uuid }),
  errors: [
    'APPRAISAL_NOT_FOUND',
    'APPRAISAL_FROZEN',
    'APPEAL_WINDOW_CLOSED',
    'APPEAL_EXISTS',
    'ENTRY_NOT_FOUND',
    'MEASURE_NOT_OURS',
    'EVIDENCE_UNKNOWN',
  ],
  example: { appraisalId: sample, evidence: 'quota:2026-05:note', reason: '当月平台停机两天' },
});

export const listAppeals = endpoint({
  id: 'appraisals.appeals',
  method: 'GET',
  path: '/api/appraisals/:appraisalId/appeals',
  summary: '申诉：待决定的在前；本单位看自己的，考核办看全部',
  permission: 'plan.read',
  scope: 'unit',
  input: z.object({ appraisalId: uuid, state: queryList(z.enum(['submitted', 'upheld', 'rejected'])), ...paging }),
  output: z.object({
    appeals: z.array(
      z.object({
        id: uuid,
        unit: unitRef,
        evidence: z.string(),
        words: z.string(),
        points: z.number().int(),
        reason: z.string(),
        documents: evidence,
        state: z.enum(['submitted', 'upheld', 'rejected']),
        submittedAt: instant,
        submitterName: z.string(),
        deciderName: z.string().nullable(),
        decision: z.string().nullable(),
      }),
    ),
    total: z.number().int(),
  }),
  errors: ['APPRAISAL_NOT_FOUND'],
});

export const decideAppeal = endpoint({
  id: 'appraisals.decideAppeal',
  method: 'POST',
  path: '/api/appraisals/appeals/:appealId/decision',
  summary: '决定一件申诉（不能是申诉的人）',
  permission: 'plan.appraise',
  scope: 'region',
  input: z.object({ appealId: uuid, uphold: z.boolean(), decision: reason }),
  output: z.object({ state: z.enum(['upheld', 'rejected']) }),
  errors: ['APPEAL_NOT_FOUND', 'REPORT_ALREADY_DECIDED', 'DECIDER_IS_DOER', 'APPRAISAL_FROZEN'],
  example: { appealId: sample, uphold: true, decision: '情况属实' },
});

export const freezeAppraisal = endpoint({
  id: 'appraisals.freeze',
  method: 'POST',
  path: '/api/appraisals/:appraisalId/freezing',
  summary: '冻结考核表：申诉期已过、申诉都已决定',
  permission: 'plan.appraise',
  scope: 'region',
  input: z.object({ appraisalId: uuid }),
  output: z.object({ digest: z.string() }),
  errors: ['APPRAISAL_NOT_FOUND', 'APPRAISAL_FROZEN', 'APPEALS_UNDECIDED', 'APPEAL_WINDOW_OPEN'],
  example: { appraisalId: sample },
});

export const signAppraisal = endpoint({
  id: 'appraisals.sign',
  method: 'POST',
  path: '/api/appraisals/:appraisalId/signature',
  summary: '签发已冻结的考核表（不能是冻结的人）',
  permission: 'plan.sign',
  scope: 'region',
  input: z.object({ appraisalId: uuid, digest: z.string() }),
  output: z.object({ signedAt: instant }),
  errors: ['APPRAISAL_NOT_FOUND', 'APPRAISAL_NOT_FROZEN', 'DECIDER_IS_DOER', 'APPRAISAL_DIGEST_DIFFERS'],
  example: { appraisalId: sample, digest: 'a'.repeat(64) },
});
