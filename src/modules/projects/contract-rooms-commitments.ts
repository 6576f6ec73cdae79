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
import { commitmentKinds, commitmentStatuses } from './rules/rooms/commitment.ts';

/** 告知承诺、容缺的事后核查, 燃气接入承诺备案, and who may not promise any more. */

const commitmentId = { commitmentId: uuid };

export const commitmentView = z.object({
  id: uuid,
  kind: z.enum(commitmentKinds),
  kindName: z.string(),
  projectId: uuid,
  projectName: z.string(),
  caseId: uuid.nullable(),
  itemName: z.string(),
  unitId,
  unitName: z.string(),
  /** The firm that promised. */
  builderName: z.string(),
  /** What was promised, in a sentence. */
  promise: z.string(),
  /** 燃气外线长度 120 米 … */
  figures: z.array(z.object({ name: z.string(), value: z.string() })),
  promisedAt: instant,
  status: z.enum(commitmentStatuses),
  statusName: z.string(),
  inspection: z
    .object({ result: z.enum(['kept', 'mismatch']), findings: z.string(), on: localDate, by: z.string() })
    .nullable(),
  correctBy: localDate.nullable(),
  correction: z.object({ note: z.string(), at: instant }).nullable(),
  revocation: z
    .object({
      documentNo: z.string(),
      reason: z.string(),
      basis: legalBasis,
      remedy: z.string(),
      at: instant,
      by: z.string(),
    })
    .nullable(),
  documents: z.array(roomDocument),
  duty: dutyView.nullable(),
  steps: z.array(stepView),
});

export const listCommitments = endpoint({
  id: 'projects.commitments',
  method: 'GET',
  path: '/api/commitments',
  summary: '本单位要核查的承诺',
  permission: 'project.read',
  scope: 'unit',
  input: z.object({
    status: queryList(z.enum(commitmentStatuses)),
    kind: queryList(z.enum(commitmentKinds)),
    ...paging,
  }),
  output: z.object({
    commitments: z.array(
      commitmentView.pick({
        id: true,
        kind: true,
        kindName: true,
        projectId: true,
        projectName: true,
        itemName: true,
        unitName: true,
        builderName: true,
        promisedAt: true,
        status: true,
        statusName: true,
        duty: true,
      }),
    ),
    total: z.number().int(),
  }),
  errors: [],
});

export const projectCommitments = endpoint({
  id: 'projects.projectCommitments',
  method: 'GET',
  path: '/api/projects/:projectId/commitments',
  summary: '这个项目作出的承诺和核查结果',
  permission: 'signedIn',
  scope: 'own',
  input: z.object(projectId),
  output: z.object({ commitments: z.array(commitmentView) }),
  errors: ['PROJECT_NOT_FOUND'],
});

export const readCommitment = endpoint({
  id: 'projects.commitment',
  method: 'GET',
  path: '/api/commitments/:commitmentId',
  summary: '一份承诺：内容、核查、整改、处理',
  permission: 'signedIn',
  scope: 'own',
  input: z.object(commitmentId),
  output: commitmentView,
  errors: ['COMMITMENT_NOT_FOUND'],
});

export const inspectCommitment = endpoint({
  id: 'projects.inspectCommitment',
  method: 'POST',
  path: '/api/commitments/:commitmentId/inspection',
  summary: '记录核查结果：与承诺相符，或不相符并责令限期整改',
  permission: 'project.work',
  scope: 'unit',
  input: z.object({
    ...commitmentId,
    result: z.enum(['kept', 'mismatch']),
    findings: z.string().trim().min(1, '请写明核查情况').max(2000),
    inspectedOn: localDate,
    /** Of a gas connection: what was really laid. */
    measuredMetres: z.number().positive().max(100_000).optional(),
    documents: documentIds,
  }),
  output: commitmentView,
  errors: [
    'COMMITMENT_NOT_FOUND',
    'ROOM_STEP_IMPOSSIBLE',
    'DATE_IN_FUTURE',
    'MEASURE_CONTRADICTS',
    'ROOM_DOCUMENT_NOT_FOUND',
    'FORBIDDEN',
  ],
  example: { commitmentId: sampleId, result: 'kept', findings: '现场与承诺一致', inspectedOn: '2026-11-20' },
});

export const reportCorrection = endpoint({
  id: 'projects.reportCorrection',
  method: 'POST',
  path: '/api/commitments/:commitmentId/correction',
  summary: '企业报告整改完成',
  permission: 'signedIn',
  scope: 'own',
  input: z.object({
    ...commitmentId,
    note: z.string().trim().min(1, '请写明怎样整改的').max(1000),
    documents: documentIds,
  }),
  output: commitmentView,
  errors: ['COMMITMENT_NOT_FOUND', 'ROOM_STEP_IMPOSSIBLE', 'ROOM_DOCUMENT_NOT_FOUND'],
  example: { commitmentId: sampleId, note: '已按要求补建消防水池' },
});

export const recheckCommitment = endpoint({
  id: 'projects.recheckCommitment',
  method: 'POST',
  path: '/api/commitments/:commitmentId/recheck',
  summary: '复核整改情况',
  permission: 'project.work',
  scope: 'unit',
  input: z.object({
    ...commitmentId,
    corrected: z.boolean(),
    findings: z.string().trim().min(1, '请写明复核情况').max(2000),
    documents: documentIds,
  }),
  output: commitmentView,
  errors: [
    'COMMITMENT_NOT_FOUND',
    'ROOM_STEP_IMPOSSIBLE',
    'CORRECTION_TERM_RUNNING',
    'ROOM_DOCUMENT_NOT_FOUND',
    'FORBIDDEN',
  ],
  example: { commitmentId: sampleId, corrected: true, findings: '已整改到位' },
});

export const revokeCommitment = endpoint({
  id: 'projects.revokeCommitment',
  method: 'POST',
  path: '/api/commitments/:commitmentId/revocation',
  summary: '没有履行承诺又不整改：撤销决定，记入失信记录',
  permission: 'project.decide',
  scope: 'unit',
  input: z.object({
    ...commitmentId,
    reason: z.string().trim().min(1, '请写明撤销的理由').max(2000),
    basis: z.string().trim().max(200).default(''),
  }),
  output: commitmentView,
  errors: ['COMMITMENT_NOT_FOUND', 'ROOM_STEP_IMPOSSIBLE', 'FORBIDDEN'],
  example: { commitmentId: sampleId, reason: '承诺的消防设施没有建设，限期内也没有整改' },
});

export const breachView = z.object({
  id: uuid,
  commitmentId: uuid,
  uscc: z.string(),
  firmName: z.string(),
  unitId,
  unitName: z.string(),
  itemName: z.string(),
  documentNo: z.string(),
  reason: z.string(),
  at: instant,
  repairedAt: instant.nullable(),
  repairReason: z.string(),
});

export const listBreaches = endpoint({
  id: 'projects.breaches',
  method: 'GET',
  path: '/api/commitment-breaches',
  summary: '没有履行承诺的记录',
  permission: 'project.read',
  scope: 'unit',
  input: z.object({ uscc: z.string().max(20).default(''), open: z.enum(['', 'yes']).default(''), ...paging }),
  output: z.object({ breaches: z.array(breachView), total: z.number().int() }),
  errors: [],
});

export const repairBreach = endpoint({
  id: 'projects.repairBreach',
  method: 'POST',
  path: '/api/commitment-breaches/:breachId/repair',
  summary: '认定已修复：可以重新选择告知承诺',
  permission: 'project.decide',
  scope: 'unit',
  input: z.object({
    breachId: uuid,
    reason: z.string().trim().min(1, '请写明修复的事实').max(1000),
    documents: documentIds,
  }),
  output: breachView,
  errors: ['COMMITMENT_BREACH_NOT_FOUND', 'BREACH_ALREADY_REPAIRED', 'ROOM_DOCUMENT_NOT_FOUND', 'FORBIDDEN'],
  example: { breachId: sampleId, reason: '已补办手续并缴清罚款' },
});

export const barView = z.object({
  /** firm: an unrepaired breach; item: the law or the county's list says no. */
  kind: z.enum(['firm', 'item']),
  reason: z.string(),
  basis: z.string(),
});

export const commitmentBars = endpoint({
  id: 'projects.commitmentBars',
  method: 'GET',
  path: '/api/projects/:projectId/commitment-bars',
  summary: '这个项目的某个事项能不能选告知承诺，不能的话为什么',
  permission: 'signedIn',
  scope: 'own',
  input: z.object({ ...projectId, itemId: z.string().trim().min(1).max(64) }),
  output: z.object({ allowed: z.boolean(), bars: z.array(barView) }),
  errors: ['PROJECT_NOT_FOUND'],
});

export const gasRule = endpoint({
  id: 'projects.gasRule',
  method: 'GET',
  path: '/api/gas-connection-rule',
  summary: '燃气接入承诺备案的条件',
  permission: 'public',
  scope: 'public',
  input: z.object({}),
  output: z.object({
    limitMetres: z.number(),
    promise: z.string(),
    inspectWithin: z.string(),
    unitName: z.string(),
    source: z.string(),
  }),
  errors: [],
});

export const fileGasConnection = endpoint({
  id: 'projects.fileGasConnection',
  method: 'POST',
  path: '/api/projects/:projectId/gas-connections',
  summary: '燃气外线承诺备案：不超过规定长度，备案后即可开工',
  permission: 'signedIn',
  scope: 'own',
  input: z.object({
    ...projectId,
    lengthMetres: z.number().positive('请填写外线长度').max(100_000),
    route: z.string().trim().min(1, '请写明管线走向').max(500),
    startOn: localDate,
    /** The promise as the rule shows it was read and signed. */
    pledged: z.literal(true, '请先阅读并签署承诺书'),
    documents: documentIds,
    note,
  }),
  output: commitmentView.extend({ mayStartOn: localDate, filingNo: z.string() }),
  errors: [
    'PROJECT_NOT_FOUND',
    'GAS_LINE_TOO_LONG',
    'PROMISE_BARRED',
    'GAS_ALREADY_FILED',
    'DATE_IN_PAST',
    'ROOM_DOCUMENT_NOT_FOUND',
  ],
  status: 201,
  example: {
    projectId: sampleId,
    lengthMetres: 120,
    route: '自东大街市政中压管接至厂区北门',
    startOn: '2026-12-01',
    pledged: true,
  },
});
