import { z } from 'zod';
import { endpoint, instant, paging, queryList, storedFile, uuid } from '../../kernel/endpoint.ts';
import {
  assessmentId,
  day,
  documentRef,
  documentView,
  exampleArea,
  exampleId,
  line,
  plotId,
  polygon,
  slug,
} from './contract-shapes.ts';
import { assessmentStates, verdicts } from './rules/assessments.ts';
import { comparators, phases } from './rules/indicators.ts';

/** 区域评估: results that serve every project inside, and who relied on them. */

const word = z.object({ id: z.string(), name: z.string() });

export const landOptions = endpoint({
  id: 'land.options',
  method: 'GET',
  path: '/api/land/options',
  summary: '土地要素用到的清单：评估种类、用途、指标、申报数据',
  permission: 'public',
  scope: 'public',
  input: z.object({}),
  output: z.object({
    kinds: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        fullName: z.string(),
        reviewerName: z.string(),
        stillNeeds: z.string(),
        exceptions: z.array(z.string()),
        validYears: z.number().int(),
        required: z.boolean().describe('标准地出让前必须完成'),
        source: z.string(),
      }),
    ),
    uses: z.array(word),
    towns: z.array(word),
    readyWith: z.array(z.string()),
    indicators: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        unit: z.string(),
        comparator: z.enum(comparators),
        phase: z.enum(phases),
        core: z.boolean(),
        usual: z.number(),
        evidence: z.string(),
        source: z.string(),
      }),
    ),
    figures: z.array(z.object({ id: z.string(), name: z.string(), unit: z.string(), decimals: z.number().int() })),
    exemptions: z.array(z.string()),
    lastGradeReasons: z.array(z.string()),
    breachSteps: z.array(z.string()),
  }),
  errors: [],
});

const fields = {
  kind: slug,
  title: line(),
  areaName: line(80),
  issuer: line(80),
  documentNo: z.string().trim().max(80).default(''),
  validFrom: day,
  validUntil: day,
  area: polygon,
  excludedUses: z.array(slug).max(20).default([]),
  exceptions: z.array(line(100)).max(20).default([]),
  conditions: z.string().trim().max(1000).default(''),
  documentId: uuid.nullable().default(null),
  replaces: uuid.nullable().default(null).describe('公布后代替哪一份'),
};
const example = {
  kind: 'energy',
  title: '东区节能评价报告',
  areaName: '东区',
  issuer: '县发改局',
  documentNo: '麟发改〔2026〕12号',
  validFrom: '2026-01-01',
  validUntil: '2030-12-31',
  area: exampleArea,
};

const listed = z.object({
  id: uuid,
  kind: z.string(),
  kindName: z.string(),
  title: z.string(),
  areaName: z.string(),
  areaMu: z.number(),
  documentNo: z.string(),
  issuer: z.string(),
  validFrom: day,
  validUntil: day,
  state: z.enum(assessmentStates),
  stateName: z.string(),
  unitName: z.string(),
  reuses: z.number().int(),
  expiry: z.enum(['valid', 'soon', 'over', 'notYet']),
});

export const listAssessments = endpoint({
  id: 'land.listAssessments',
  method: 'GET',
  path: '/api/land/assessments',
  summary: '区域评估成果：已公布的，和本组单位的草稿',
  permission: 'land.read',
  scope: 'unit',
  input: z.object({
    kind: z.string().max(64).default(''),
    state: queryList(z.enum(assessmentStates)),
    text: z.string().max(60).default(''),
    ...paging,
  }),
  output: z.object({ assessments: z.array(listed), total: z.number().int(), mayWork: z.boolean() }),
  errors: [],
});

export const readAssessment = endpoint({
  id: 'land.readAssessment',
  method: 'GET',
  path: '/api/land/assessments/:assessmentId',
  summary: '一份区域评估成果',
  permission: 'land.read',
  scope: 'unit',
  input: z.object(assessmentId),
  output: listed.extend({
    area: polygon,
    excludedUses: z.array(z.string()),
    exceptions: z.array(z.string()),
    conditions: z.string(),
    document: documentRef,
    replaces: uuid.nullable(),
    draftedName: z.string(),
    draftedAt: instant,
    publishedName: z.string().nullable(),
    publishedAt: instant.nullable(),
    revision: z.number().int(),
    missing: z.array(z.string()),
    mayAmend: z.boolean(),
    mayPublish: z.boolean().describe('录入的人自己不能公布'),
  }),
  errors: ['ASSESSMENT_NOT_FOUND'],
});

export const draftAssessment = endpoint({
  id: 'land.draftAssessment',
  method: 'POST',
  path: '/api/land/assessments',
  summary: '录入一份区域评估成果（草稿）',
  permission: 'land.work',
  scope: 'unit',
  status: 201,
  input: z.object(fields),
  output: z.object({ id: uuid }),
  errors: ['LAND_NOT_THIS_UNIT', 'LAND_WORD_UNKNOWN', 'AREA_WRONG', 'LAND_FILE_NOT_FOUND', 'ASSESSMENT_NOT_FOUND'],
  example,
});

export const amendAssessment = endpoint({
  id: 'land.amendAssessment',
  method: 'PUT',
  path: '/api/land/assessments/:assessmentId',
  summary: '修改草稿',
  permission: 'land.work',
  scope: 'unit',
  input: z.object({ ...assessmentId, ...fields, revision: z.number().int() }),
  output: z.object({ revision: z.number().int() }),
  errors: [
    'LAND_NOT_THIS_UNIT',
    'LAND_WORD_UNKNOWN',
    'AREA_WRONG',
    'LAND_FILE_NOT_FOUND',
    'ASSESSMENT_NOT_FOUND',
    'ASSESSMENT_NOT_DRAFT',
    'ASSESSMENT_CHANGED',
  ],
  example: { ...example, assessmentId: exampleId, revision: 1 },
});

export const discardAssessment = endpoint({
  id: 'land.discardAssessment',
  method: 'DELETE',
  path: '/api/land/assessments/:assessmentId',
  summary: '删除草稿',
  permission: 'land.work',
  scope: 'unit',
  input: z.object(assessmentId),
  output: z.object({ removed: z.boolean() }),
  errors: ['LAND_NOT_THIS_UNIT', 'ASSESSMENT_NOT_FOUND', 'ASSESSMENT_NOT_DRAFT'],
});

export const publishAssessment = endpoint({
  id: 'land.publishAssessment',
  method: 'POST',
  path: '/api/land/assessments/:assessmentId/publication',
  summary: '复核后公布（不能是录入的人）',
  permission: 'land.decide',
  scope: 'unit',
  input: z.object({ ...assessmentId, revision: z.number().int() }),
  output: z.object({ state: z.enum(assessmentStates) }),
  errors: [
    'LAND_NOT_THIS_UNIT',
    'ASSESSMENT_NOT_FOUND',
    'ASSESSMENT_NOT_DRAFT',
    'ASSESSMENT_CHANGED',
    'ASSESSMENT_INCOMPLETE',
    'ASSESSMENT_SAME_PERSON',
    'ASSESSMENT_NOT_VALID',
  ],
  example: { assessmentId: exampleId, revision: 1 },
});

export const listReuses = endpoint({
  id: 'land.listReuses',
  method: 'GET',
  path: '/api/land/assessments/:assessmentId/reuses',
  summary: '哪些项目和地块用了这份成果',
  permission: 'land.read',
  scope: 'unit',
  input: z.object({ ...assessmentId, ...paging }),
  output: z.object({
    reuses: z.array(z.object({ subjectType: z.string(), subjectNo: z.string(), subjectName: z.string(), at: instant })),
    total: z.number().int(),
  }),
  errors: ['ASSESSMENT_NOT_FOUND'],
});

export const uploadLandDocument = endpoint({
  id: 'land.uploadDocument',
  method: 'POST',
  path: '/api/land/documents',
  summary: '上传成果文件、监管协议等',
  permission: 'land.work',
  scope: 'unit',
  upload: true,
  status: 201,
  input: z.object({ document: storedFile }),
  output: documentView,
  errors: ['LAND_NOT_THIS_UNIT', 'FILE_TYPE_REFUSED', 'FILE_TOO_LARGE', 'FILE_EMPTY'],
});

export const openLandDocument = endpoint({
  id: 'land.openDocument',
  method: 'GET',
  path: '/api/land/documents/:documentId',
  summary: '成果文件：公布了的人人可看，协议只给双方',
  permission: 'public',
  scope: 'own',
  input: z.object({ documentId: uuid }),
  output: documentView,
  errors: ['LAND_FILE_NOT_FOUND'],
});

export const publicAssessments = endpoint({
  id: 'land.publicAssessments',
  method: 'GET',
  path: '/api/land/public/assessments',
  summary: '今天有效的区域评估成果',
  permission: 'public',
  scope: 'public',
  input: z.object({ kind: z.string().max(64).default(''), ...paging }),
  output: z.object({
    assessments: z.array(
      z.object({
        id: uuid,
        kind: z.string(),
        kindName: z.string(),
        title: z.string(),
        areaName: z.string(),
        areaMu: z.number(),
        area: polygon,
        documentNo: z.string(),
        issuer: z.string(),
        validUntil: day,
        exceptions: z.array(z.string()),
        stillNeeds: z.string(),
        reuses: z.number().int(),
        document: documentRef,
      }),
    ),
    total: z.number().int(),
  }),
  errors: [],
});

const judgement = z.object({
  kind: z.string(),
  kindName: z.string(),
  verdict: z.enum(verdicts),
  verdictName: z.string(),
  why: z.string(),
  resultId: uuid.nullable(),
  documentNo: z.string().nullable(),
  validUntil: day.nullable(),
});

export const checkAssessments = endpoint({
  id: 'land.check',
  method: 'GET',
  path: '/api/land/check',
  summary: '这块地还要做哪些评估：按标准地或者按一个点',
  permission: 'public',
  scope: 'public',
  input: z.object({
    plotId: uuid.optional(),
    longitude: z.coerce.number().min(73, '经度要在 73 到 136 之间。').max(136, '经度要在 73 到 136 之间。').optional(),
    latitude: z.coerce.number().min(3, '纬度要在 3 到 54 之间。').max(54, '纬度要在 3 到 54 之间。').optional(),
    use: z.string().max(64).default(''),
    applies: queryList(z.string().max(100)),
    denied: queryList(z.string().max(100)),
    onDate: day.optional(),
  }),
  output: z.object({
    onDate: day,
    plot: z.object({ id: plotId.plotId, no: z.string(), name: z.string() }).nullable(),
    judgements: z.array(judgement),
    spared: z.number().int(),
    exceptions: z.array(z.string()).describe('还没有说清的除外情形'),
  }),
  errors: ['PLOT_NOT_FOUND'],
  example: { longitude: 107.803, latitude: 34.685 },
});
