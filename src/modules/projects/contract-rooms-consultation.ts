import { z } from 'zod';
import { endpoint, instant, localDate, paging, queryList, uuid } from '../../kernel/endpoint.ts';
import {
  documentIds,
  dutyView,
  note,
  projectId,
  roomDocument,
  sampleId,
  stageId,
  stepView,
  unitId,
} from './contract-rooms-views.ts';
import { consultationStatuses, opinions } from './rules/rooms/consultation.ts';

/** 并联会商 and the one gathered notice of a stage. */

const consultationId = { consultationId: uuid };
const term = z
  .string()
  .regex(/^[1-9]\d?wd$/, '期限写成 3wd（3个工作日）')
  .optional();

const positionView = z.object({
  unitId,
  unitName: z.string(),
  /** What counts: the unit's answer in time, or what silence counts as. */
  opinion: z.enum(opinions).nullable(),
  /** 同意 / 有条件同意 / 逾期未反馈，视为同意 / 等待反馈 */
  words: z.string(),
  note: z.string(),
  conditions: z.array(z.string()),
  answeredAt: instant.nullable(),
  answeredBy: z.string(),
  silent: z.boolean(),
  /** Came after the term: kept and shown, not counted. */
  late: z.object({ opinion: z.enum(opinions), note: z.string(), at: instant, by: z.string() }).nullable(),
  duty: dutyView.nullable(),
});

export const consultationView = z.object({
  id: uuid,
  no: z.string(),
  projectId: uuid,
  projectName: z.string(),
  stage: stageId,
  convenerId: unitId,
  convenerName: z.string(),
  question: z.string(),
  status: z.enum(consultationStatuses),
  statusName: z.string(),
  convenedAt: instant,
  term: z.string(),
  answerBy: localDate,
  meetingOn: localDate.nullable(),
  /** What silence counts as here, in words: 逾期未反馈视为同意 */
  silenceRule: z.string(),
  documents: z.array(roomDocument),
  positions: z.array(positionView),
  minutes: z
    .object({
      no: z.string(),
      heldOn: localDate.nullable(),
      attendees: z.string(),
      text: z.string(),
      conclusion: z.enum(['agreed', 'conditional', 'notAgreed']),
      conclusionName: z.string(),
      at: instant,
      by: z.string(),
    })
    .nullable(),
  steps: z.array(stepView),
});

export const convene = endpoint({
  id: 'projects.convene',
  method: 'POST',
  path: '/api/projects/:projectId/consultations',
  summary: '发起并联会商：一家牵头，征求相关单位意见',
  permission: 'project.work',
  scope: 'unit',
  input: z.object({
    ...projectId,
    stage: stageId,
    question: z.string().trim().min(1, '请写明要会商的问题').max(2000),
    askedUnits: z.array(unitId).min(1, '请选择要征求意见的单位').max(30),
    documents: documentIds,
    /** Without one, the county's setting. */
    term,
    meetingOn: localDate.optional(),
  }),
  output: consultationView,
  errors: [
    'PROJECT_NOT_FOUND',
    'STAGE_NOT_FOUND',
    'UNIT_UNKNOWN',
    'ASKED_ITSELF',
    'ROOM_DOCUMENT_NOT_FOUND',
    'FORBIDDEN',
  ],
  status: 201,
  example: {
    projectId: sampleId,
    stage: 'works',
    question: '设计方案是否满足消防和人防要求',
    askedUnits: ['fire', 'housing-construction'],
  },
});

export const listConsultations = endpoint({
  id: 'projects.consultations',
  method: 'GET',
  path: '/api/projects/:projectId/consultations',
  summary: '这个项目的并联会商',
  permission: 'project.read',
  scope: 'unit',
  input: z.object({ ...projectId, stage: z.string().max(64).default('') }),
  output: z.object({ consultations: z.array(consultationView) }),
  errors: ['PROJECT_NOT_FOUND'],
});

export const myConsultations = endpoint({
  id: 'projects.unitConsultations',
  method: 'GET',
  path: '/api/consultations',
  summary: '本单位牵头或被征求意见的会商',
  permission: 'project.read',
  scope: 'unit',
  input: z.object({ status: queryList(z.enum(consultationStatuses)), ...paging }),
  output: z.object({
    consultations: z.array(
      consultationView.pick({
        id: true,
        no: true,
        projectId: true,
        projectName: true,
        stage: true,
        convenerName: true,
        question: true,
        status: true,
        statusName: true,
        answerBy: true,
      }),
    ),
    total: z.number().int(),
  }),
  errors: [],
});

export const readConsultation = endpoint({
  id: 'projects.consultation',
  method: 'GET',
  path: '/api/consultations/:consultationId',
  summary: '一次会商：问题、各单位意见、纪要',
  permission: 'project.read',
  scope: 'unit',
  input: z.object(consultationId),
  output: consultationView,
  errors: ['CONSULTATION_NOT_FOUND'],
});

export const answerConsultation = endpoint({
  id: 'projects.answerConsultation',
  method: 'POST',
  path: '/api/consultations/:consultationId/answers/:unitId',
  summary: '反馈会商意见：同意、不同意或有条件同意',
  permission: 'project.work',
  scope: 'unit',
  input: z.object({
    ...consultationId,
    unitId,
    opinion: z.enum(opinions),
    note,
    conditions: z.array(z.string().trim().min(1).max(300)).max(20).default([]),
  }),
  output: consultationView,
  errors: [
    'CONSULTATION_NOT_FOUND',
    'ROOM_STEP_IMPOSSIBLE',
    'NOT_ASKED',
    'ALREADY_ANSWERED',
    'OPINION_WITHOUT_REASON',
    'CONDITIONS_MISSING',
    'FORBIDDEN',
  ],
  example: { consultationId: sampleId, unitId: 'fire', opinion: 'agree', note: '消防车道满足要求' },
});

export const closeConsultation = endpoint({
  id: 'projects.closeConsultation',
  method: 'POST',
  path: '/api/consultations/:consultationId/minutes',
  summary: '形成会商纪要，会商结束',
  permission: 'project.work',
  scope: 'unit',
  input: z.object({
    ...consultationId,
    heldOn: localDate.optional(),
    attendees: z.string().trim().max(500).default(''),
    text: z.string().trim().min(1, '请写明会商纪要').max(5000),
  }),
  output: consultationView,
  errors: ['CONSULTATION_NOT_FOUND', 'ANSWERS_OUTSTANDING', 'ROOM_STEP_IMPOSSIBLE', 'DATE_IN_FUTURE', 'FORBIDDEN'],
  example: { consultationId: sampleId, text: '各单位同意设计方案，人防面积按核定数执行。' },
});

export const cancelConsultation = endpoint({
  id: 'projects.cancelConsultation',
  method: 'POST',
  path: '/api/consultations/:consultationId/cancellation',
  summary: '取消会商，写明理由',
  permission: 'project.work',
  scope: 'unit',
  input: z.object({ ...consultationId, reason: z.string().trim().min(1, '请写明取消的理由').max(500) }),
  output: consultationView,
  errors: ['CONSULTATION_NOT_FOUND', 'ROOM_STEP_IMPOSSIBLE', 'FORBIDDEN'],
  example: { consultationId: sampleId, reason: '申请人撤回了设计方案' },
});

/** One application of a stage has one gathered notice. */
export const gatheredView = z.object({
  applicationId: uuid,
  stage: stageId,
  status: z.enum(['gathering', 'sent']),
  /** The last day on which the convener may send it: five working days after the first filing. */
  sendBy: localDate.nullable(),
  noticeNo: z.string(),
  sentAt: instant.nullable(),
  answerBy: localDate.nullable(),
  questions: z.array(
    z.object({
      id: uuid,
      caseId: uuid,
      itemName: z.string(),
      unitId,
      unitName: z.string(),
      defects: z.array(z.object({ about: z.string(), text: z.string() })),
      by: z.string(),
      at: instant,
      /** sent: part of the notice; tooLate: the five days were over, the case counts as accepted; over: the case had ended. */
      state: z.enum(['gathered', 'sent', 'tooLate', 'over']),
    }),
  ),
});

export const gatherQuestion = endpoint({
  id: 'projects.gatherQuestion',
  method: 'POST',
  path: '/api/projects/:projectId/gathered-questions',
  summary: '把要申请人补正的内容交给牵头单位汇总（一次告知）',
  permission: 'project.work',
  scope: 'unit',
  input: z.object({
    ...projectId,
    caseId: uuid,
    defects: z
      .array(z.object({ about: z.string().max(80).default(''), text: z.string().trim().min(1).max(300) }))
      .min(1, '请写明缺什么、哪里不对')
      .max(30),
  }),
  output: gatheredView,
  errors: [
    'PROJECT_NOT_FOUND',
    'CASE_NOT_OF_PROJECT',
    'CASE_NOT_WAITING_FOR_INTAKE',
    'NOTICE_ALREADY_SENT',
    'FORBIDDEN',
  ],
  example: { projectId: sampleId, caseId: sampleId, defects: [{ about: '', text: '总平面图缺绿地率' }] },
});

export const sendGatheredNotice = endpoint({
  id: 'projects.sendGatheredNotice',
  method: 'POST',
  path: '/api/projects/:projectId/gathered-notices/:applicationId',
  summary: '牵头单位一次性告知：把各单位的补正内容合成一份通知发给申请人',
  permission: 'project.work',
  scope: 'unit',
  input: z.object({
    ...projectId,
    applicationId: uuid,
    answerWithin: z
      .string()
      .regex(/^[1-9]\d?wd$/)
      .optional(),
  }),
  output: gatheredView,
  errors: [
    'PROJECT_NOT_FOUND',
    'NOTHING_GATHERED',
    'NOTICE_ALREADY_SENT',
    'NOTICE_TOO_LATE',
    'CASE_NOT_FOUND',
    'CASE_TRANSITION_IMPOSSIBLE',
    'CORRECTION_ALREADY_REQUESTED',
    'CORRECTION_TOO_LATE',
    'CORRECTION_WITHOUT_DEFECT',
    'FORBIDDEN',
  ],
  example: { projectId: sampleId, applicationId: sampleId },
});

export const listGatheredNotices = endpoint({
  id: 'projects.gatheredNotices',
  method: 'GET',
  path: '/api/projects/:projectId/gathered-notices',
  summary: '这个项目各阶段的一次性告知（企业只看到已发出的）',
  permission: 'signedIn',
  scope: 'own',
  input: z.object(projectId),
  output: z.object({ notices: z.array(gatheredView) }),
  errors: ['PROJECT_NOT_FOUND'],
});
