import { z } from 'zod';
import { endpoint, instant, localDate, paging, queryList, uuid } from '../../kernel/endpoint.ts';
import { caseId, documentView, legalBasis, light, progressView, reason } from './contract-views.ts';
import { caseActions, caseStatuses } from './rules/transitions.ts';

/** The officer's side: the unit's cases, one case whole, every decision. */

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
  [
    'PROVISIONAL_NOT_ALLOWED',
    'PROVISIONAL_NOTHING_OWED',
    'COMMITMENT_NOT_ALLOWED',
    'COMMITMENT_NOT_SIGNED',
    'COMMITMENT_BARRED',
  ],
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
    approvedBy: z.string().trim().min(1, '请写明批准人').max(50),
    noticeNo: z.string().trim().min(1, '请写明通知书编号').max(60),
  }),
  ['EXTENSION_NOT_ALLOWED', 'TASK_OVERDUE'],
  { reason: '情况复杂', approvedBy: '王建国', noticeNo: '麟审延〔2026〕3号' },
  'case.decide',
);

export const preReviewCase = caseCommand(
  'preReview',
  'pre-review',
  '预审完成：等前一项办好就受理，当天作决定',
  z.object({ ...caseId, note: reason.default('') }),
  ['PRE_REVIEW_ALREADY_DONE'],
  { note: '除用地批文外都齐全' },
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
  z.object({
    ...caseId,
    reason: reason.default(''),
    /** What stands on the licence and the form did not ask; see `previewCaseLicence`. */
    licenceValues: z.record(z.string().max(64), z.string().max(2000)).default({}),
  }),
  [
    'STEPS_NOT_FINISHED',
    'STEP_DISAGREES',
    'LICENCE_VALUES_MISSING',
    'LICENCE_HOLDER_UNKNOWN',
    'LICENCE_IN_FORCE',
    'LICENCE_TRANSITION_IMPOSSIBLE',
    'LICENCE_GLYPH_MISSING',
    'LICENCE_TEXT_TOO_LONG',
    'SEAL_MISSING',
    'SEAL_NOT_ALLOWED',
  ],
  {},
  'case.decide',
);

/** The licence that granting would issue: what stands on it, what is missing, how it looks. Null: none of this county. */
export const previewCaseLicence = endpoint({
  id: 'cases.previewLicence',
  method: 'GET',
  path: '/api/cases/:caseId/licence',
  summary: '准予后要颁发的证照：内容、缺什么、样子',
  permission: 'case.read',
  scope: 'unit',
  readsPersonalData: true,
  input: z.object(caseId),
  output: z.object({
    licence: z
      .object({
        typeId: z.string(),
        typeName: z.string(),
        fields: z.array(
          z.object({
            id: z.string(),
            label: z.string(),
            kind: z.string(),
            required: z.boolean(),
            value: z.string(),
            fault: z.string(),
          }),
        ),
        missing: z.array(z.string()),
        holderName: z.string(),
        validUntil: z.string().nullable(),
        replaces: z.string(),
        face: z.object({ svg: z.string(), width: z.number(), height: z.number() }),
      })
      .nullable(),
  }),
  errors: ['CASE_NOT_FOUND'],
});

export const refuseCase = caseCommand(
  'refuse',
  'refusal',
  '不予许可，写明理由、依据和救济途径',
  z.object({ ...caseId, reason: reason.min(1, '请写明不予许可的理由'), basis: z.string().trim().max(200).default('') }),
  ['STEPS_NOT_FINISHED', 'REFUSAL_WITHOUT_REASON'],
  { reason: '经营场所不符合卫生要求', basis: '《食品经营许可和备案管理办法》' },
  'case.decide',
);

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
