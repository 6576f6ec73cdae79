import { z } from 'zod';
import { endpoint, instant, localDate, paging, queryList, uuid } from '../../kernel/endpoint.ts';
import {
  documentIds,
  dutyView,
  legalBasis,
  note,
  projectId,
  roomDocument,
  sampleId,
  stepView,
  unitId,
} from './contract-rooms-views.ts';
import { acceptanceStatuses, inspectionResults } from './rules/rooms/acceptance.ts';

/** 联合验收: one application, one date, one visit, one list, one rectification, one opinion. */

const acceptanceId = { acceptanceId: uuid };

export const findingView = z.object({
  id: uuid,
  unitId,
  unitName: z.string(),
  place: z.string(),
  text: z.string(),
  photos: z.array(roomDocument),
  /** What the firm says it did. */
  rectified: z.object({ note: z.string(), documents: z.array(roomDocument), at: instant }).nullable(),
  /** Looked at again: null until then. */
  resolved: z.boolean().nullable(),
});

export const acceptanceView = z.object({
  id: uuid,
  no: z.string(),
  projectId: uuid,
  projectCode: z.string(),
  projectName: z.string(),
  builderName: z.string(),
  scope: z.string(),
  status: z.enum(acceptanceStatuses),
  statusName: z.string(),
  leadId: unitId,
  leadName: z.string(),
  appliedAt: instant,
  readyOn: localDate,
  visit: z.object({ on: localDate, time: z.string(), place: z.string(), moved: z.boolean() }).nullable(),
  departments: z.array(
    z.object({
      unitId,
      unitName: z.string(),
      /** 规划、土地、消防… */
      matter: z.string(),
      basis: z.string(),
      result: z.enum(inspectionResults).nullable(),
      note: z.string(),
      inspectedAt: instant.nullable(),
      inspectedBy: z.string(),
      recheck: z.object({ passed: z.boolean(), note: z.string(), at: instant, by: z.string() }).nullable(),
      signature: z
        .object({ opinion: z.enum(['agree', 'disagree']), note: z.string(), at: instant, by: z.string() })
        .nullable(),
      duty: dutyView.nullable(),
    }),
  ),
  findings: z.array(findingView),
  /** Whom the next step waits for, by name; empty when nobody is missing. */
  missing: z.array(z.object({ unitId, unitName: z.string(), what: z.string() })),
  rectification: z
    .object({
      noticeNo: z.string(),
      at: instant,
      dueOn: localDate,
      reportedAt: instant.nullable(),
      duty: dutyView.nullable(),
    })
    .nullable(),
  /** Everything the printed opinion needs; null before it is given. */
  opinion: z
    .object({
      documentNo: z.string(),
      on: localDate,
      passed: z.boolean(),
      text: z.string(),
      basis: legalBasis,
      remedy: z.string(),
      by: z.string(),
      survey: z.array(z.object({ name: z.string(), value: z.string(), unit: z.string() })),
      signatures: z.array(
        z.object({
          unitName: z.string(),
          matter: z.string(),
          opinion: z.string(),
          note: z.string(),
          by: z.string(),
          on: localDate,
        }),
      ),
    })
    .nullable(),
  steps: z.array(stepView),
});

export const applyAcceptance = endpoint({
  id: 'projects.applyAcceptance',
  method: 'POST',
  path: '/api/projects/:projectId/acceptances',
  summary: '申请联合验收：一次申请，各部门一起来',
  permission: 'signedIn',
  scope: 'own',
  input: z.object({
    ...projectId,
    scope: z.string().trim().min(1, '请写明验收范围').max(500),
    readyOn: localDate,
    note,
  }),
  output: acceptanceView,
  errors: ['PROJECT_NOT_FOUND', 'SURVEY_NOT_APPROVED', 'STAGE_NOT_REACHED', 'ACCEPTANCE_RUNNING'],
  status: 201,
  example: { projectId: sampleId, scope: '1号厂房及室外工程', readyOn: '2026-12-01' },
});

export const listAcceptances = endpoint({
  id: 'projects.acceptances',
  method: 'GET',
  path: '/api/projects/:projectId/acceptances',
  summary: '这个项目的联合验收，新的在前',
  permission: 'signedIn',
  scope: 'own',
  input: z.object(projectId),
  output: z.object({ acceptances: z.array(acceptanceView) }),
  errors: ['PROJECT_NOT_FOUND'],
});

export const unitAcceptances = endpoint({
  id: 'projects.unitAcceptances',
  method: 'GET',
  path: '/api/acceptances',
  summary: '本单位牵头或参加的联合验收',
  permission: 'project.read',
  scope: 'unit',
  input: z.object({ status: queryList(z.enum(acceptanceStatuses)), ...paging }),
  output: z.object({
    acceptances: z.array(
      acceptanceView
        .pick({
          id: true,
          no: true,
          projectId: true,
          projectName: true,
          builderName: true,
          status: true,
          statusName: true,
          leadName: true,
        })
        .extend({ visitOn: localDate.nullable() }),
    ),
    total: z.number().int(),
  }),
  errors: [],
});

export const readAcceptance = endpoint({
  id: 'projects.acceptance',
  method: 'GET',
  path: '/api/acceptances/:acceptanceId',
  summary: '一次联合验收：各部门、问题清单、整改、意见书',
  permission: 'signedIn',
  scope: 'own',
  input: z.object(acceptanceId),
  output: acceptanceView,
  errors: ['ACCEPTANCE_NOT_FOUND'],
});

function step<I extends z.ZodType>(
  verb: string,
  path: string,
  summary: string,
  input: I,
  errors: readonly string[],
  example: Record<string, unknown>,
  permission = 'project.work',
) {
  return endpoint({
    id: `projects.${verb}`,
    method: 'POST',
    path: `/api/acceptances/:acceptanceId/${path}`,
    summary,
    permission,
    scope: permission === 'signedIn' ? 'own' : 'unit',
    input,
    output: acceptanceView,
    errors: [
      'ACCEPTANCE_NOT_FOUND',
      'ROOM_STEP_IMPOSSIBLE',
      ...(permission === 'signedIn' ? [] : ['FORBIDDEN']),
      ...errors,
    ],
    example: { acceptanceId: sampleId, ...example },
  });
}

export const scheduleVisit = step(
  'scheduleVisit',
  'visit',
  '牵头部门定一个日期，各部门同一天到现场',
  z.object({
    ...acceptanceId,
    on: localDate,
    time: z
      .string()
      .regex(/^([01]\d|2[0-3]):[0-5]\d$/, '时间写成 09:30')
      .default('09:00'),
    place: z.string().trim().max(200).default(''),
    /** Departments that this project does not concern, each with the reason; those of the list that must come stay. */
    leftOut: z
      .array(z.object({ unitId, reason: z.string().trim().min(1).max(300) }))
      .max(20)
      .default([]),
    /** Asked when the date is moved. */
    reason: note,
  }),
  [
    'VISIT_NOT_ON_WORKING_DAY',
    'DATE_IN_PAST',
    'VISIT_ALREADY_BEGUN',
    'DEPARTMENT_MUST_COME',
    'MOVED_WITHOUT_REASON',
    'UNIT_UNKNOWN',
  ],
  { on: '2026-12-03', time: '09:30' },
);

export const recordInspection = step(
  'recordInspection',
  'inspections/:unitId',
  '本部门现场验收情况：符合，或列出问题（可附照片）',
  z.object({
    ...acceptanceId,
    unitId,
    result: z.enum(inspectionResults),
    note,
    findings: z
      .array(
        z.object({
          place: z.string().trim().max(100).default(''),
          text: z.string().trim().min(1, '请写明问题').max(500),
          photos: documentIds,
        }),
      )
      .max(50)
      .default([]),
  }),
  ['DEPARTMENT_NOT_TAKING_PART', 'BEFORE_VISIT', 'FINDINGS_MISSING', 'FINDINGS_CONTRADICT', 'ROOM_DOCUMENT_NOT_FOUND'],
  { unitId: 'fire', result: 'pass', note: '消防设施齐全有效' },
);

export const closeVisit = step(
  'closeVisit',
  'visit-conclusion',
  '牵头部门汇总：没有问题进入会签，有问题一次性通知整改',
  z.object({ ...acceptanceId, note }),
  ['DEPARTMENT_MISSING'],
  {},
);

export const reportRectified = step(
  'reportRectified',
  'rectification-report',
  '企业报告整改完成，逐条说明',
  z.object({
    ...acceptanceId,
    items: z
      .array(
        z.object({
          findingId: uuid,
          note: z.string().trim().min(1, '请写明怎样整改的').max(500),
          documents: documentIds,
        }),
      )
      .min(1)
      .max(100),
  }),
  ['FINDING_NOT_ANSWERED', 'FINDING_UNKNOWN', 'ROOM_DOCUMENT_NOT_FOUND'],
  { items: [{ findingId: sampleId, note: '已更换应急照明' }] },
  'signedIn',
);

export const recheckFindings = step(
  'recheckFindings',
  'rechecks/:unitId',
  '提出问题的部门复查整改（只有一轮）',
  z.object({ ...acceptanceId, unitId, unresolved: z.array(uuid).max(100).default([]), note }),
  ['DEPARTMENT_NOT_TAKING_PART', 'NOTHING_TO_RECHECK', 'ALREADY_RECHECKED', 'FINDING_UNKNOWN'],
  { unitId: 'fire', unresolved: [], note: '已整改' },
);

export const signOpinion = step(
  'signOpinion',
  'signatures/:unitId',
  '本部门会签联合验收意见',
  z.object({ ...acceptanceId, unitId, opinion: z.enum(['agree', 'disagree']), note }),
  ['DEPARTMENT_NOT_TAKING_PART', 'ALREADY_SIGNED', 'OPINION_WITHOUT_REASON', 'UNRESOLVED_NOT_AGREEABLE'],
  { unitId: 'fire', opinion: 'agree' },
  'project.decide',
);

export const concludeAcceptance = step(
  'concludeAcceptance',
  'opinion',
  '牵头部门出具一份联合验收意见书（缺一家签字都不行）',
  z.object({ ...acceptanceId, text: z.string().trim().max(2000).default('') }),
  ['SIGNATURE_MISSING'],
  { text: '同意通过联合验收' },
  'project.decide',
);

export const withdrawAcceptance = step(
  'withdrawAcceptance',
  'withdrawal',
  '企业撤回验收申请',
  z.object({ ...acceptanceId, reason: note }),
  [],
  { reason: '室外工程还没完' },
  'signedIn',
);
