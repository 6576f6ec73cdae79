import { z } from 'zod';
import { endpoint, instant, paging, storedFile, uuid } from '../../kernel/endpoint.ts';
import { serviceForm } from '../catalogue/contract.ts';
import {
  answers,
  applicationId,
  applicationView,
  caseId,
  documentView,
  progressView,
  reason,
  serviceRef,
} from './contract-views.ts';
import { caseStatuses } from './rules/transitions.ts';

/** The applicant's side: fill in, file, follow, correct, rate. */

export const startApplication = endpoint({
  id: 'cases.startApplication',
  method: 'POST',
  path: '/api/applications',
  summary: '开始一份申请（草稿），可预填的内容已填好',
  permission: 'signedIn',
  scope: 'own',
  input: z.object({
    service: serviceRef,
    /** A window clerk files for someone who came in person. */
    onBehalfOf: z
      .object({
        name: z.string().trim().min(1, '请填写来办事的人的姓名').max(50),
        phone: z.string().max(30).default(''),
      })
      .optional(),
  }),
  output: z.object({ id: uuid, revision: z.number().int() }),
  errors: ['SERVICE_NOT_FOUND', 'SERVICE_NOT_ONLINE', 'SERVICE_STARTED_FROM_PROJECT', 'FORBIDDEN'],
  status: 201,
  example: { service: { kind: 'bundle', id: 'restaurant-opening' } },
});

export const applicationForm = endpoint({
  id: 'cases.form',
  method: 'GET',
  path: '/api/applications/:applicationId/form',
  summary: '这份申请的表单：按开始申请时的版本，后来改版不影响',
  permission: 'signedIn',
  scope: 'own',
  readsPersonalData: false,
  input: z.object(applicationId),
  output: serviceForm,
  errors: ['APPLICATION_NOT_FOUND'],
});

export const saveDraft = endpoint({
  id: 'cases.saveDraft',
  method: 'PUT',
  path: '/api/applications/:applicationId/answers',
  summary: '保存草稿',
  permission: 'signedIn',
  scope: 'own',
  input: z.object({
    ...applicationId,
    /** The revision the page was made from; another page's newer save is never overwritten. */
    revision: z.number().int().nonnegative(),
    /** Merged over what is there; null removes. */
    answers,
    /** Items for which the applicant signs the notified commitment. */
    commitments: z.array(z.string().max(64)).max(20).optional(),
  }),
  output: z.object({ revision: z.number().int() }),
  errors: ['APPLICATION_NOT_FOUND', 'APPLICATION_ALREADY_FILED', 'APPLICATION_CHANGED', 'COMMITMENT_BARRED'],
  example: {
    applicationId: '0190a0a0-0000-7000-8000-000000000000',
    revision: 1,
    answers: { enterpriseName: '麟游县张家面馆' },
  },
});

export const checkApplication = endpoint({
  id: 'cases.checkApplication',
  method: 'GET',
  path: '/api/applications/:applicationId/check',
  summary: '核对：还缺什么、要交哪些材料、分成哪些办件',
  permission: 'signedIn',
  scope: 'own',
  readsPersonalData: false,
  input: z.object(applicationId),
  output: z.object({
    issues: z.array(z.object({ path: z.string(), message: z.string() })),
    items: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        unitName: z.string(),
        promisedTerm: z.string(),
        note: z.string(),
        /** What the applicant may promise instead of proving it. */
        commitment: z
          .object({ text: z.string(), verification: z.string(), breach: z.string(), basis: z.string() })
          .nullable(),
      }),
    ),
    materials: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        need: z.enum(['needed', 'waived', 'undecided']),
        why: z.string(),
        owedWithin: z.string().nullable(),
        itemNames: z.array(z.string()),
        documents: z.array(documentView),
      }),
    ),
    conditions: z.array(
      z.object({ text: z.string(), holds: z.enum(['yes', 'no', 'unknown']), basis: z.string(), itemName: z.string() }),
    ),
    mayFile: z.boolean(),
  }),
  errors: ['APPLICATION_NOT_FOUND'],
});

export const uploadDocument = endpoint({
  id: 'cases.uploadDocument',
  method: 'POST',
  path: '/api/applications/:applicationId/materials/:materialId/documents',
  summary: '上传一份材料',
  permission: 'signedIn',
  scope: 'own',
  upload: true,
  input: z.object({ ...applicationId, materialId: z.string().max(140), document: storedFile }),
  output: documentView,
  errors: [
    'APPLICATION_NOT_FOUND',
    'APPLICATION_ALREADY_FILED',
    'MATERIAL_NOT_ASKED',
    'FILE_TYPE_REFUSED',
    'FILE_TOO_LARGE',
    'FILE_EMPTY',
  ],
  status: 201,
});

export const removeDocument = endpoint({
  id: 'cases.removeDocument',
  method: 'DELETE',
  path: '/api/applications/:applicationId/documents/:documentId',
  summary: '删除草稿里的一份材料',
  permission: 'signedIn',
  scope: 'own',
  input: z.object({ ...applicationId, documentId: uuid }),
  output: z.object({ removed: z.boolean() }),
  errors: ['APPLICATION_NOT_FOUND', 'APPLICATION_ALREADY_FILED', 'DOCUMENT_NOT_FOUND'],
});

export const fileApplication = endpoint({
  id: 'cases.fileApplication',
  method: 'POST',
  path: '/api/applications/:applicationId/filing',
  summary: '提交申请：每个事项生成一个办件，各部门同时收到',
  permission: 'signedIn',
  scope: 'own',
  input: z.object({ ...applicationId, revision: z.number().int().nonnegative().optional() }),
  output: z.object({
    no: z.string(),
    cases: z.array(z.object({ caseId: uuid, no: z.string(), itemName: z.string(), unitName: z.string() })),
  }),
  errors: [
    'APPLICATION_NOT_FOUND',
    'APPLICATION_ALREADY_FILED',
    'APPLICATION_INCOMPLETE',
    'APPLICATION_CHANGED',
    'CONDITION_NOT_MET',
  ],
  example: { applicationId: '0190a0a0-0000-7000-8000-000000000000' },
});

export const discardDraft = endpoint({
  id: 'cases.discardDraft',
  method: 'DELETE',
  path: '/api/applications/:applicationId',
  summary: '删除草稿',
  permission: 'signedIn',
  scope: 'own',
  input: z.object(applicationId),
  output: z.object({ removed: z.boolean() }),
  errors: ['APPLICATION_NOT_FOUND', 'APPLICATION_ALREADY_FILED'],
});

export const myApplications = endpoint({
  id: 'cases.myApplications',
  method: 'GET',
  path: '/api/applications',
  summary: '我的申请',
  permission: 'signedIn',
  scope: 'own',
  input: z.object({
    state: z.enum(['', 'draft', 'running', 'concluded']).default(''),
    text: z.string().max(50).default(''),
    ...paging,
  }),
  output: z.object({
    applications: z.array(
      z.object({
        id: uuid,
        no: z.string(),
        state: z.enum(['draft', 'filed']),
        service: z.object({ ...serviceRef.shape, name: z.string() }),
        /** A firm's name or a masked person's: tells a clerk's applications apart. */
        applicantLabel: z.string(),
        updatedAt: instant,
        filedAt: instant.nullable(),
        caseCount: z.number().int(),
        concludedCount: z.number().int(),
        /** 等您补正 2 项 / 正在办理 */
        statusText: z.string(),
        needsMe: z.boolean(),
      }),
    ),
    total: z.number().int(),
  }),
  errors: [],
});

export const myApplication = endpoint({
  id: 'cases.myApplication',
  method: 'GET',
  path: '/api/applications/:applicationId',
  summary: '一份申请：填了什么、交了什么、办到哪里',
  permission: 'signedIn',
  scope: 'own',
  readsPersonalData: true,
  input: z.object(applicationId),
  output: applicationView,
  errors: ['APPLICATION_NOT_FOUND'],
});

export const trackCase = endpoint({
  id: 'cases.track',
  method: 'GET',
  path: '/api/tracking',
  summary: '凭办件编号和手机号后四位查进度（不用登录）',
  permission: 'public',
  scope: 'public',
  input: z.object({ no: z.string().trim().min(1).max(60), phoneTail: z.string().regex(/^\d{4}$/, '请填手机号后四位') }),
  output: z.object({
    applicationNo: z.string(),
    serviceName: z.string(),
    cases: z.array(progressView),
  }),
  errors: ['CASE_NOT_FOUND', 'TOO_MANY_REQUESTS'],
});

export const correctCase = endpoint({
  id: 'cases.correct',
  method: 'POST',
  path: '/api/cases/:caseId/correction',
  summary: '按补正通知修改后重新提交',
  permission: 'signedIn',
  scope: 'own',
  input: z.object({ ...caseId, answers: answers.default({}) }),
  output: z.object({ status: z.enum(caseStatuses) }),
  errors: ['CASE_NOT_FOUND', 'CASE_TRANSITION_IMPOSSIBLE', 'APPLICATION_INCOMPLETE', 'CORRECTION_OUTSIDE_CASE'],
  example: { caseId: '0190a0a0-0000-7000-8000-000000000000', answers: {} },
});

export const uploadCaseDocument = endpoint({
  id: 'cases.uploadCaseDocument',
  method: 'POST',
  path: '/api/cases/:caseId/materials/:materialId/documents',
  summary: '补正或补交欠交材料时上传',
  permission: 'signedIn',
  scope: 'own',
  upload: true,
  input: z.object({ ...caseId, materialId: z.string().max(140), document: storedFile }),
  output: documentView,
  errors: [
    'CASE_NOT_FOUND',
    'CASE_TRANSITION_IMPOSSIBLE',
    'MATERIAL_NOT_ASKED',
    'FILE_TYPE_REFUSED',
    'FILE_TOO_LARGE',
    'FILE_EMPTY',
  ],
  status: 201,
});

export const withdrawCase = endpoint({
  id: 'cases.withdraw',
  method: 'POST',
  path: '/api/cases/:caseId/withdrawal',
  summary: '撤回申请',
  permission: 'signedIn',
  scope: 'own',
  input: z.object({ ...caseId, reason: reason.default('') }),
  output: z.object({ status: z.enum(caseStatuses) }),
  errors: ['CASE_NOT_FOUND', 'CASE_TRANSITION_IMPOSSIBLE'],
  example: { caseId: '0190a0a0-0000-7000-8000-000000000000', reason: '不开了' },
});

export const myNotices = endpoint({
  id: 'cases.notices',
  method: 'GET',
  path: '/api/my-notices',
  summary: '我的通知',
  permission: 'signedIn',
  scope: 'own',
  input: z.object({ ...paging }),
  output: z.object({
    notices: z.array(
      z.object({
        id: uuid,
        caseId: uuid.nullable(),
        applicationId: uuid.nullable(),
        title: z.string(),
        body: z.string(),
        at: instant,
        readAt: instant.nullable(),
      }),
    ),
    total: z.number().int(),
    unread: z.number().int(),
  }),
  errors: [],
});

export const readNotices = endpoint({
  id: 'cases.readNotices',
  method: 'POST',
  path: '/api/my-notices/reading',
  summary: '把我的通知标为已读',
  permission: 'signedIn',
  scope: 'own',
  input: z.object({}),
  output: z.object({ read: z.number().int() }),
  errors: [],
  example: {},
});
