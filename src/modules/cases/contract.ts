import { z } from 'zod';
import { endpoint, instant, localDate, paging, queryList, storedFile, uuid } from '../../kernel/endpoint.ts';
import { serviceForm } from '../catalogue/contract.ts';
import { caseActions, caseStatuses } from './rules/transitions.ts';

/** Applications (申报) and cases (办件): what the public fills in, what officers decide, what everyone may follow. */

const legalBasis = z.object({ title: z.string(), article: z.string() });
const answers = z.record(
  z.string().max(64),
  z.union([z.string().max(5000), z.number(), z.boolean(), z.array(z.string().max(200)), z.null()]),
);
const serviceRef = z.object({ kind: z.enum(['item', 'bundle']), id: z.string().max(64) });
const applicationId = { applicationId: uuid };
const caseId = { caseId: uuid };
const reason = z.string().trim().max(1000);

export const documentView = z.object({ id: uuid, materialId: z.string(), uploadedAt: instant, ...storedFile.shape });

const light = z.enum(['green', 'yellow', 'red', 'paused', 'done']);

export const stepView = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.string(),
  unitId: z.string(),
  unitName: z.string(),
  status: z.enum(['waiting', 'open', 'done', 'cancelled']),
  opinion: z.enum(['agree', 'disagree']).nullable(),
  note: z.string(),
  openedAt: instant.nullable(),
  doneAt: instant.nullable(),
  dueOn: localDate.nullable(),
  light: light.nullable(),
});

/** The parcel view of one case: who holds it, since when, how long it may still take, why a clock stands still. */
export const progressView = z.object({
  caseId: uuid,
  no: z.string(),
  itemId: z.string(),
  itemName: z.string(),
  unitId: z.string(),
  unitName: z.string(),
  status: z.enum(caseStatuses),
  statusName: z.string(),
  filedAt: instant.nullable(),
  acceptedAt: instant.nullable(),
  concludedAt: instant.nullable(),
  promisedTerm: z.string(),
  statutoryTerm: z.string(),
  dueOn: localDate.nullable(),
  dueText: z.string(),
  daysLeft: z.number().nullable(),
  light: light.nullable(),
  provisional: z.boolean(),
  /** Who has to act now: a unit, the applicant, or nobody (an earlier case, a notice period). */
  holders: z.array(
    z.object({ kind: z.enum(['unit', 'applicant', 'earlier']), name: z.string(), since: instant, what: z.string() }),
  ),
  paused: z
    .object({ ground: z.string(), basis: z.string(), noticeNo: z.string(), since: instant, plannedUntil: localDate })
    .nullable(),
  waitsFor: z.array(z.object({ caseId: uuid, itemName: z.string() })),
  correction: z
    .object({
      noticeNo: z.string(),
      at: instant,
      dueOn: localDate,
      defects: z.array(z.object({ about: z.string(), text: z.string() })),
      correctedAt: instant.nullable(),
    })
    .nullable(),
  owed: z.array(
    z.object({
      materialId: z.string(),
      name: z.string(),
      dueOn: localDate.nullable(),
      deliveredAt: instant.nullable(),
    }),
  ),
  outcome: z
    .object({
      kind: z.string(),
      at: instant,
      reason: z.string(),
      basis: legalBasis,
      remedy: z.string(),
      documentNo: z.string(),
    })
    .nullable(),
  resultName: z.string(),
  steps: z.array(stepView),
  /** Newest last: 时间、谁、做了什么、依据. */
  history: z.array(z.object({ at: instant, who: z.string(), what: z.string(), note: z.string(), basis: z.string() })),
  rating: z.object({ level: z.number().int(), comment: z.string(), at: instant }).nullable(),
  mayRate: z.boolean(),
  mayWithdraw: z.boolean(),
});

export const applicationView = z.object({
  id: uuid,
  no: z.string(),
  state: z.enum(['draft', 'filed']),
  service: z.object({ ...serviceRef.shape, name: z.string() }),
  revision: z.number().int(),
  /** For the next draft save and for prefilled pages; the applicant's own data in clear. */
  answers,
  documents: z.array(documentView),
  commitments: z.array(z.string()),
  createdAt: instant,
  updatedAt: instant,
  filedAt: instant.nullable(),
  cases: z.array(progressView),
});

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
    onBehalfOf: z.object({ name: z.string().trim().min(1).max(50), phone: z.string().max(30).default('') }).optional(),
  }),
  output: z.object({ id: uuid, revision: z.number().int() }),
  errors: ['SERVICE_NOT_FOUND', 'SERVICE_NOT_ONLINE', 'FORBIDDEN'],
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
  errors: ['APPLICATION_NOT_FOUND', 'APPLICATION_ALREADY_FILED', 'APPLICATION_CHANGED'],
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
    cases: z.array(progressView.omit({ rating: true })),
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

export const rateCase = endpoint({
  id: 'cases.rate',
  method: 'POST',
  path: '/api/cases/:caseId/rating',
  summary: '评价这次办事（五级，一件一评）',
  permission: 'signedIn',
  scope: 'own',
  input: z.object({
    ...caseId,
    level: z.coerce.number().int().min(1).max(5),
    comment: z.string().trim().max(500).default(''),
  }),
  output: z.object({ level: z.number().int() }),
  errors: ['CASE_NOT_FOUND', 'RATING_TOO_EARLY', 'RATING_ALREADY_GIVEN'],
  example: { caseId: '0190a0a0-0000-7000-8000-000000000000', level: 5, comment: '办得快' },
});

export const ratingSummary = endpoint({
  id: 'cases.ratingSummary',
  method: 'GET',
  path: '/api/guides/:id/rating',
  summary: '办过的人怎么评价（一件事：里面各事项的评价合计）',
  permission: 'public',
  scope: 'public',
  input: z.object({ id: z.string().max(64) }),
  output: z.object({
    count: z.number().int(),
    /** Share of levels 3–5, and the average level to one decimal; null without any. */
    goodShare: z.number().nullable(),
    average: z.number().nullable(),
  }),
  errors: ['SERVICE_NOT_FOUND'],
  example: { id: 'enterprise-opening' },
});

/* ---- officers ---- */

export const listCases = endpoint({
  id: 'cases.list',
  method: 'GET',
  path: '/api/cases',
  summary: '本单位的办件',
  permission: 'case.read',
  scope: 'unit',
  input: z.object({
    status: queryList(z.enum(caseStatuses)),
    unit: queryList(z.string().max(64)),
    item: z.string().max(64).default(''),
    text: z.string().max(60).default(''),
    filedFrom: localDate.optional(),
    filedTo: localDate.optional(),
    ...paging,
  }),
  output: z.object({
    cases: z.array(
      z.object({
        caseId: uuid,
        no: z.string(),
        itemName: z.string(),
        unitName: z.string(),
        /** Masked: 张* */
        applicantName: z.string(),
        status: z.enum(caseStatuses),
        statusName: z.string(),
        filedAt: instant.nullable(),
        dueOn: localDate.nullable(),
        light: light.nullable(),
      }),
    ),
    total: z.number().int(),
    totalIsCapped: z.boolean(),
  }),
  errors: [],
});

export const readCase = endpoint({
  id: 'cases.get',
  method: 'GET',
  path: '/api/cases/:caseId',
  summary: '一个办件的全部情况',
  permission: 'case.read',
  scope: 'unit',
  readsPersonalData: true,
  input: z.object(caseId),
  output: z.object({
    progress: progressView,
    applicationNo: z.string(),
    serviceName: z.string(),
    applicantName: z.string(),
    /** Grouped as the form asks; only what this item needs (data minimisation). */
    facts: z.array(
      z.object({
        section: z.string(),
        rows: z.array(z.object({ elementId: z.string(), name: z.string(), value: z.string() })),
      }),
    ),
    materials: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        need: z.enum(['needed', 'waived', 'undecided']),
        why: z.string(),
        owedWithin: z.string().nullable(),
        documents: z.array(documentView),
      }),
    ),
    conditions: z.array(z.object({ text: z.string(), holds: z.enum(['yes', 'no', 'unknown']), basis: z.string() })),
    commitment: z.object({ text: z.string(), signed: z.boolean() }).nullable(),
    siblings: z.array(z.object({ caseId: uuid, itemName: z.string(), unitName: z.string(), statusName: z.string() })),
    /** What this caller may do now, each with its basis. */
    actions: z.array(
      z.object({ action: z.enum(caseActions), zh: z.string(), basis: legalBasis, steps: z.array(z.string()) }),
    ),
    pauseGrounds: z.array(z.object({ code: z.string(), name: z.string(), basis: z.string() })),
  }),
  errors: ['CASE_NOT_FOUND'],
});

const workOutput = z.object({ status: z.enum(caseStatuses) });
const workErrors = ['CASE_NOT_FOUND', 'CASE_TRANSITION_IMPOSSIBLE', 'FORBIDDEN'] as const;
const sampleCase = { caseId: '0190a0a0-0000-7000-8000-000000000000' };

function caseCommand<I extends z.ZodType>(
  verb: string,
  noun: string,
  summary: string,
  input: I,
  errors: readonly string[],
  example: Record<string, unknown>,
  permission = 'case.work',
) {
  return endpoint({
    id: `cases.${verb}`,
    method: 'POST',
    path: `/api/cases/:caseId/${noun}`,
    summary,
    permission,
    scope: 'unit',
    input,
    output: workOutput,
    errors: [...workErrors, ...errors],
    example: { ...sampleCase, ...example },
  });
}

export const acceptCase = caseCommand(
  'accept',
  'acceptance',
  '受理（普通、容缺、告知承诺）',
  z.object({
    ...caseId,
    how: z.enum(['ordinary', 'provisional', 'commitment']).default('ordinary'),
    owed: z.array(z.string().max(140)).max(30).default([]),
  }),
  ['PROVISIONAL_NOT_ALLOWED', 'PROVISIONAL_NOTHING_OWED', 'COMMITMENT_NOT_ALLOWED', 'COMMITMENT_NOT_SIGNED'],
  { how: 'ordinary' },
);

export const declineCase = caseCommand(
  'decline',
  'declining',
  '不予受理，说明理由和依据',
  z.object({ ...caseId, reason: reason.min(1, '请写明不予受理的理由'), basis: z.string().trim().max(200).default('') }),
  ['REFUSAL_WITHOUT_REASON'],
  { reason: '不属于本机关职权范围' },
);

export const requestCorrection = caseCommand(
  'requestCorrection',
  'correction-notice',
  '一次性告知补正',
  z.object({
    ...caseId,
    defects: z.array(z.object({ about: z.string().max(80).default(''), text: z.string().trim().max(300) })).max(30),
    answerWithin: z
      .string()
      .regex(/^\d+wd$/)
      .default('15wd'),
  }),
  ['CORRECTION_ALREADY_REQUESTED', 'CORRECTION_TOO_LATE', 'CORRECTION_WITHOUT_DEFECT'],
  { defects: [{ about: 'material:premises-proof', text: '租赁合同缺最后一页' }] },
);

export const finishStep = caseCommand(
  'finishStep',
  'steps/:stepId/conclusion',
  '办完一个环节，写明意见',
  z.object({ ...caseId, stepId: z.string().max(64), opinion: z.enum(['agree', 'disagree']), note: reason.default('') }),
  ['STEP_NOT_OPEN', 'SEPARATE_DECISION'],
  { stepId: 'review', opinion: 'agree', note: '材料齐全' },
);

export const suspendCase = caseCommand(
  'suspend',
  'suspension',
  '中止计时：法定理由、书面告知、计划结束日缺一不可',
  z.object({ ...caseId, ground: z.string().max(64), noticeNo: z.string().trim().max(60), plannedUntil: localDate }),
  [
    'PAUSE_GROUND_NOT_LISTED',
    'PAUSE_WITHOUT_NOTICE',
    'PAUSE_WITHOUT_PLANNED_END',
    'TASK_OVERDUE',
    'PAUSE_GROUND_USED_UP',
  ],
  { ground: 'expertReview', noticeNo: '麟审告〔2026〕12号', plannedUntil: '2026-12-10' },
);

export const resumeCase = caseCommand(
  'resume',
  'resumption',
  '恢复计时',
  z.object({ ...caseId, reason: reason.default('') }),
  [],
  {},
);

export const extendCase = caseCommand(
  'extend',
  'extension',
  '延长期限（一次，经批准并告知）',
  z.object({
    ...caseId,
    reason: reason.min(1, '请写明延期的理由'),
    approvedBy: z.string().trim().min(1).max(50),
    noticeNo: z.string().trim().min(1).max(60),
  }),
  ['EXTENSION_NOT_ALLOWED', 'TASK_OVERDUE'],
  { reason: '情况复杂', approvedBy: '王建国', noticeNo: '麟审延〔2026〕3号' },
  'case.decide',
);

export const handOverCase = caseCommand(
  'handOver',
  'handover',
  '移交经办人',
  z.object({
    ...caseId,
    stepId: z.string().max(64).default(''),
    accountId: uuid.nullable(),
    reason: reason.min(1, '请写明移交的理由'),
  }),
  ['TASK_HOLDER_NOT_IN_UNIT', 'TASK_HANDED_TO_SAME'],
  { accountId: null, reason: '出差' },
);

export const grantCase = caseCommand(
  'grant',
  'grant',
  '准予',
  z.object({ ...caseId, reason: reason.default('') }),
  ['STEPS_NOT_FINISHED', 'STEP_DISAGREES'],
  {},
  'case.decide',
);

export const refuseCase = caseCommand(
  'refuse',
  'refusal',
  '不予许可，写明理由、依据和救济途径',
  z.object({ ...caseId, reason: reason.min(1, '请写明不予许可的理由'), basis: z.string().trim().max(200).default('') }),
  ['STEPS_NOT_FINISHED', 'REFUSAL_WITHOUT_REASON'],
  { reason: '经营场所不符合卫生要求', basis: '《食品经营许可和备案管理办法》' },
  'case.decide',
);

export const listRatings = endpoint({
  id: 'cases.ratings',
  method: 'GET',
  path: '/api/case-ratings',
  summary: '办件评价（评价人不显示）',
  permission: 'case.read',
  scope: 'unit',
  input: z.object({ ...paging }),
  output: z.object({
    ratings: z.array(
      z.object({
        caseNo: z.string(),
        itemName: z.string(),
        unitName: z.string(),
        level: z.number().int(),
        comment: z.string(),
        at: instant,
      }),
    ),
    total: z.number().int(),
    /** Share of levels 3–5 among ratings given; null without any. Unrated cases count nowhere. */
    goodShare: z.number().nullable(),
  }),
  errors: [],
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

/** Its content is served at `/api/documents/:documentId/content` with the headers that its type allows. */
export const openDocument = endpoint({
  id: 'cases.openDocument',
  method: 'GET',
  path: '/api/documents/:documentId',
  summary: '打开一份材料（读取留痕）',
  permission: 'signedIn',
  scope: 'unit',
  readsPersonalData: true,
  input: z.object({ documentId: uuid }),
  output: documentView,
  errors: ['DOCUMENT_NOT_FOUND'],
});
