import { z } from 'zod';
import { endpoint, instant, paging, queryList, uuid } from '../../kernel/endpoint.ts';
import { day, exampleId, exampleUscc, line, reason, uscc } from './contract-shapes.ts';

/** 亩均论英雄: declared figures, the ranking that follows from them, objections. And the ledger of land that lies idle. */

const figureStates = ['declared', 'returned', 'checked'] as const;
const year = z.coerce.number().int().min(2000).max(2100);
const figures = z.record(z.string().max(40), z.number().nullable());

const figureRow = z.object({
  year: z.number().int(),
  uscc: z.string(),
  enterpriseName: z.string(),
  figures,
  exemption: z.string().nullable(),
  lastGrade: z.string().nullable(),
  state: z.enum(figureStates),
  stateName: z.string(),
  declaredByFirm: z.boolean(),
  declaredName: z.string(),
  declaredAt: instant,
  checkedName: z.string().nullable(),
  checkedAt: instant.nullable(),
  remark: z.string(),
  revision: z.number().int(),
});

export const listFigures = endpoint({
  id: 'land.listFigures',
  method: 'GET',
  path: '/api/land/figures',
  summary: '企业申报的亩均数据',
  permission: 'land.read',
  scope: 'unit',
  input: z.object({
    year,
    state: queryList(z.enum(figureStates)),
    text: z.string().max(60).default(''),
    ...paging,
  }),
  output: z.object({
    firms: z.array(figureRow),
    total: z.number().int(),
    years: z.array(z.number().int()),
    mayRead: z.boolean().describe('企业的数据只给评价单位看，其他单位得到空表'),
  }),
  errors: [],
  example: { year: 2025 },
});

export const enterFigures = endpoint({
  id: 'land.enterFigures',
  method: 'PUT',
  path: '/api/land/figures/:year/:uscc',
  summary: '代企业录入一年的数据',
  permission: 'land.work',
  scope: 'unit',
  input: z.object({ year, uscc, enterpriseName: line(80), figures, revision: z.number().int().default(0) }),
  output: z.object({ revision: z.number().int() }),
  errors: ['LAND_NOT_THIS_UNIT', 'FIGURES_WRONG', 'FIGURES_CHANGED', 'FIGURES_ALREADY_CHECKED'],
  example: {
    year: 2025,
    uscc: exampleUscc,
    enterpriseName: '试用甲机械有限公司',
    figures: { landMu: 42.7, tax: 386.5, energy: null },
  },
});

export const checkFigures = endpoint({
  id: 'land.checkFigures',
  method: 'POST',
  path: '/api/land/figures/:year/:uscc/check',
  summary: '核对申报数据：通过或者退回',
  permission: 'land.work',
  scope: 'unit',
  input: z.object({
    year,
    uscc,
    outcome: z.enum(['checked', 'returned']),
    remark: z.string().trim().max(500).default(''),
    exemption: z.string().max(100).nullable().default(null),
    lastGrade: z.string().max(100).nullable().default(null),
    revision: z.number().int(),
  }),
  output: z.object({ state: z.enum(figureStates) }),
  errors: ['LAND_NOT_THIS_UNIT', 'FIGURES_NOT_FOUND', 'FIGURES_CHANGED', 'FIGURES_WRONG', 'LAND_WORD_UNKNOWN'],
  example: { year: 2025, uscc: exampleUscc, outcome: 'checked', revision: 1 },
});

const gradeRow = z.object({
  uscc: z.string(),
  enterpriseName: z.string(),
  place: z.number().int().nullable(),
  score: z.number().nullable(),
  grade: z.string().nullable(),
  gradeName: z.string().nullable(),
  /** Why there is no grade, or why it is the last. */
  why: z.string(),
});
const component = z.object({
  indicator: z.string(),
  name: z.string(),
  unit: z.string(),
  weight: z.number(),
  value: z.number().nullable(),
  benchmark: z.number().nullable(),
  points: z.number().nullable(),
});
const gradeRule = z.object({ grade: z.string(), name: z.string(), share: z.number(), words: z.string() });

export const previewRanking = endpoint({
  id: 'land.previewRanking',
  method: 'GET',
  path: '/api/land/rankings/:year/preview',
  summary: '按现有数据算一遍排名，不公布',
  permission: 'land.read',
  scope: 'unit',
  input: z.object({ year }),
  output: z.object({
    year: z.number().int(),
    firms: z.array(gradeRow.extend({ components: z.array(component) })),
    ranked: z.number().int(),
    unchecked: z.number().int(),
    grades: z.array(gradeRule),
    published: z.object({ id: uuid, version: z.number().int(), publishedAt: instant, objectUntil: day }).nullable(),
    /** The published one says something else than these figures would. */
    differs: z.boolean(),
  }),
  errors: ['LAND_NOT_THIS_UNIT'],
  example: { year: 2025 },
});

export const publishRanking = endpoint({
  id: 'land.publishRanking',
  method: 'POST',
  path: '/api/land/rankings/:year',
  summary: '公布一年的亩均评价结果',
  permission: 'land.decide',
  scope: 'unit',
  status: 201,
  input: z.object({ year, reason: z.string().trim().max(300).default('') }),
  output: z.object({ id: uuid, version: z.number().int(), ranked: z.number().int(), objectUntil: day }),
  errors: ['LAND_NOT_THIS_UNIT', 'RANKING_UNCHECKED', 'RANKING_EMPTY'],
  example: { year: 2025, reason: '' },
});

export const publicRanking = endpoint({
  id: 'land.publicRanking',
  method: 'GET',
  path: '/api/land/public/rankings',
  summary: '公布的亩均评价结果：等次和名次',
  permission: 'public',
  scope: 'public',
  input: z.object({ year: year.optional(), ...paging }),
  output: z.object({
    year: z.number().int().nullable(),
    years: z.array(z.number().int()),
    version: z.number().int().nullable(),
    publishedAt: instant.nullable(),
    objectUntil: day.nullable(),
    reason: z.string(),
    grades: z.array(gradeRule),
    firms: z.array(gradeRow.omit({ score: true })),
    total: z.number().int(),
  }),
  errors: [],
});

export const myFigures = endpoint({
  id: 'land.myFigures',
  method: 'GET',
  path: '/api/my/land/figures',
  summary: '本企业历年的亩均数据、得分和等次',
  permission: 'signedIn',
  scope: 'own',
  input: z.object({}),
  output: z.object({
    enterprises: z.array(z.object({ uscc: z.string(), name: z.string() })),
    years: z.array(
      figureRow.extend({
        ranking: z
          .object({
            id: uuid,
            version: z.number().int(),
            place: z.number().int().nullable(),
            ranked: z.number().int(),
            score: z.number().nullable(),
            grade: z.string().nullable(),
            gradeName: z.string().nullable(),
            why: z.string(),
            components: z.array(component),
            objectUntil: day,
            mayObject: z.boolean(),
          })
          .nullable(),
        objections: z.array(
          z.object({
            id: uuid,
            filedAt: instant,
            grounds: z.string(),
            outcome: z.enum(['upheld', 'rejected']).nullable(),
            decision: z.string().nullable(),
          }),
        ),
      }),
    ),
    /** The year that may be declared now. */
    openYear: z.number().int(),
  }),
  errors: [],
});

export const declareFigures = endpoint({
  id: 'land.declareFigures',
  method: 'PUT',
  path: '/api/my/land/figures/:year/:uscc',
  summary: '企业申报一年的亩均数据',
  permission: 'signedIn',
  scope: 'own',
  input: z.object({ year, uscc, figures, revision: z.number().int().default(0) }),
  output: z.object({ revision: z.number().int() }),
  errors: ['FIGURES_WRONG', 'FIGURES_CHANGED', 'FIGURES_ALREADY_CHECKED'],
  example: { year: 2025, uscc: exampleUscc, figures: { landMu: 42.7, tax: 386.5, energy: null } },
});

export const fileObjection = endpoint({
  id: 'land.fileObjection',
  method: 'POST',
  path: '/api/my/land/objections',
  summary: '对评价结果提出异议',
  permission: 'signedIn',
  scope: 'own',
  status: 201,
  input: z.object({ rankingId: uuid, uscc, grounds: reason }),
  output: z.object({ id: uuid }),
  errors: ['RANKING_NOT_FOUND', 'OBJECTION_TOO_LATE', 'OBJECTION_ALREADY_OPEN'],
  example: { rankingId: exampleId, uscc: exampleUscc, grounds: '用地面积应是 40.2 亩' },
});

export const listObjections = endpoint({
  id: 'land.listObjections',
  method: 'GET',
  path: '/api/land/objections',
  summary: '企业对评价结果的异议',
  permission: 'land.read',
  scope: 'unit',
  input: z.object({ state: z.enum(['', 'open', 'decided']).default(''), ...paging }),
  output: z.object({
    objections: z.array(
      z.object({
        id: uuid,
        year: z.number().int(),
        version: z.number().int(),
        uscc: z.string(),
        enterpriseName: z.string(),
        grounds: z.string(),
        filedAt: instant,
        outcome: z.enum(['upheld', 'rejected']).nullable(),
        decision: z.string().nullable(),
        decidedAt: instant.nullable(),
        decidedName: z.string().nullable(),
      }),
    ),
    total: z.number().int(),
  }),
  errors: ['LAND_NOT_THIS_UNIT'],
});

export const decideObjection = endpoint({
  id: 'land.decideObjection',
  method: 'POST',
  path: '/api/land/objections/:objectionId/decision',
  summary: '答复异议；成立的，数据退回重新核对',
  permission: 'land.decide',
  scope: 'unit',
  input: z.object({ objectionId: uuid, outcome: z.enum(['upheld', 'rejected']), decision: reason }),
  output: z.object({ outcome: z.enum(['upheld', 'rejected']) }),
  errors: ['LAND_NOT_THIS_UNIT', 'OBJECTION_NOT_FOUND', 'OBJECTION_ALREADY_DECIDED'],
  example: { objectionId: exampleId, outcome: 'upheld', decision: '经核实，用地面积应扣除代征道路 2.5 亩。' },
});
