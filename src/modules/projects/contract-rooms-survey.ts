import { z } from 'zod';
import { endpoint, instant, localDate, uuid } from '../../kernel/endpoint.ts';
import { dutyView, note, projectId, roomDocument, sampleId, stepView, unitId } from './contract-rooms-views.ts';
import { surveyKinds, surveyStatuses } from './rules/rooms/survey.ts';

/** 多测合一: one commission, three results, one review. */

const surveyId = { surveyId: uuid };

export const surveyFigure = z.object({
  name: z.string().trim().min(1).max(40),
  value: z.string().trim().min(1).max(40),
  unit: z.string().trim().max(20).default(''),
});

export const surveyView = z.object({
  id: uuid,
  projectId: uuid,
  projectName: z.string(),
  status: z.enum(surveyStatuses),
  statusName: z.string(),
  surveyor: z.object({
    name: z.string(),
    uscc: z.string(),
    qualificationNo: z.string(),
    grade: z.string(),
    validUntil: localDate,
  }),
  commissionedAt: instant,
  results: z.array(
    z.object({
      kind: z.enum(surveyKinds),
      kindName: z.string(),
      surveyedOn: localDate.nullable(),
      deliveredAt: instant.nullable(),
      figures: z.array(surveyFigure),
      documents: z.array(roomDocument),
      /** Corrected once more after a return: how often it was handed in. */
      version: z.number().int(),
    }),
  ),
  reviewerId: unitId,
  reviewerName: z.string(),
  review: z
    .object({
      decision: z.enum(['approved', 'returned']),
      note: z.string(),
      defects: z.array(z.object({ kind: z.enum(surveyKinds), text: z.string() })),
      at: instant,
      by: z.string(),
    })
    .nullable(),
  /** Where the approved results were used again: 联合验收, 不动产登记. */
  uses: z.array(z.object({ by: z.string(), at: instant })),
  duty: dutyView.nullable(),
  steps: z.array(stepView),
});

export const commissionSurvey = endpoint({
  id: 'projects.commissionSurvey',
  method: 'POST',
  path: '/api/projects/:projectId/survey',
  summary: '一次委托：竣工规划、竣工验收、房屋三项测量由一家做',
  permission: 'signedIn',
  scope: 'own',
  input: z.object({
    ...projectId,
    surveyor: z.object({
      name: z.string().trim().min(1, '请填写测绘单位').max(100),
      uscc: z.string().trim().min(1, '请填写统一社会信用代码').max(30),
      qualificationNo: z.string().trim().min(1, '请填写测绘资质证书编号').max(60),
      grade: z.string().trim().max(20).default(''),
      validUntil: localDate,
    }),
    note,
  }),
  output: surveyView,
  errors: ['PROJECT_NOT_FOUND', 'SURVEYOR_NOT_QUALIFIED', 'SURVEY_EXISTS', 'SURVEYOR_CODE_WRONG'],
  status: 201,
  example: {
    projectId: sampleId,
    surveyor: {
      name: '宝鸡市测绘院',
      uscc: '91610300MA6X000018',
      qualificationNo: '乙测资字61500001',
      validUntil: '2028-12-31',
    },
  },
});

export const deliverSurveyResult = endpoint({
  id: 'projects.deliverSurveyResult',
  method: 'POST',
  path: '/api/surveys/:surveyId/results/:kind',
  summary: '提交一项测量成果（文件和主要数据）',
  permission: 'signedIn',
  scope: 'own',
  input: z.object({
    ...surveyId,
    kind: z.enum(surveyKinds),
    surveyedOn: localDate,
    figures: z.array(surveyFigure).min(1, '请填写主要测量数据').max(40),
    documents: z.array(uuid).min(1, '请上传成果文件').max(10),
  }),
  output: surveyView,
  errors: [
    'SURVEY_NOT_FOUND',
    'ROOM_STEP_IMPOSSIBLE',
    'SURVEYOR_NOT_QUALIFIED',
    'DATE_IN_FUTURE',
    'ROOM_DOCUMENT_NOT_FOUND',
  ],
  example: {
    surveyId: sampleId,
    kind: 'planning',
    surveyedOn: '2026-11-16',
    figures: [{ name: '总建筑面积', value: '8650.32', unit: '平方米' }],
    documents: [sampleId],
  },
});

export const reviewSurvey = endpoint({
  id: 'projects.reviewSurvey',
  method: 'POST',
  path: '/api/surveys/:surveyId/review',
  summary: '一家审核、各家共用：通过，或退回并写明问题',
  permission: 'project.work',
  scope: 'unit',
  input: z.object({
    ...surveyId,
    decision: z.enum(['approved', 'returned']),
    note,
    defects: z
      .array(z.object({ kind: z.enum(surveyKinds), text: z.string().trim().min(1).max(300) }))
      .max(30)
      .default([]),
  }),
  output: surveyView,
  errors: ['SURVEY_NOT_FOUND', 'SURVEY_ALREADY_REVIEWED', 'ROOM_STEP_IMPOSSIBLE', 'RETURN_WITHOUT_DEFECT', 'FORBIDDEN'],
  example: { surveyId: sampleId, decision: 'approved', note: '数据一致' },
});

export const cancelSurvey = endpoint({
  id: 'projects.cancelSurvey',
  method: 'POST',
  path: '/api/surveys/:surveyId/cancellation',
  summary: '取消委托（换测绘单位）',
  permission: 'signedIn',
  scope: 'own',
  input: z.object({ ...surveyId, reason: z.string().trim().min(1, '请写明理由').max(500) }),
  output: surveyView,
  errors: ['SURVEY_NOT_FOUND', 'ROOM_STEP_IMPOSSIBLE'],
  example: { surveyId: sampleId, reason: '更换测绘单位' },
});

export const readSurvey = endpoint({
  id: 'projects.survey',
  method: 'GET',
  path: '/api/projects/:projectId/survey',
  summary: '这个项目的联合测绘（没有委托时为空）',
  permission: 'signedIn',
  scope: 'own',
  input: z.object(projectId),
  output: z.object({ survey: surveyView.nullable() }),
  errors: ['PROJECT_NOT_FOUND'],
});

export const reuseSurvey = endpoint({
  id: 'projects.reuseSurvey',
  method: 'POST',
  path: '/api/projects/:projectId/survey-use',
  summary: '调用已审核的测量成果（不动产登记等），不再要求企业重测重交',
  permission: 'project.work',
  scope: 'unit',
  input: z.object({ ...projectId, purpose: z.string().trim().min(1, '请写明用途').max(100) }),
  output: surveyView,
  errors: ['PROJECT_NOT_FOUND', 'SURVEY_NOT_APPROVED'],
  example: { projectId: sampleId, purpose: '不动产首次登记' },
});
