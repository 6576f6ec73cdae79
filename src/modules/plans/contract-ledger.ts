import { z } from 'zod';
import { endpoint, localDate, paging, queryList, storedFile, uuid } from '../../kernel/endpoint.ts';
import {
  evidence,
  light,
  lightCounts,
  measureLine,
  measureView,
  milestone,
  planLine,
  reading,
  reason,
  report,
  targetView,
  unitRef,
} from './contract-views.ts';

/** The ledger: what the plan promises, who owes it, how far it has come, and what the figures rest on. */

const planId = uuid.optional().describe('不填就是今天所在年份的方案');
const measureId = { measureId: uuid };
const sample = '01920000-0000-7000-8000-000000000009';

export const listPlans = endpoint({
  id: 'plans.list',
  method: 'GET',
  path: '/api/plans',
  summary: '各年的方案和版本',
  permission: 'plan.read',
  scope: 'region',
  input: z.object({}),
  output: z.object({ plans: z.array(planLine) }),
  errors: [],
});

export const planOverview = endpoint({
  id: 'plans.overview',
  method: 'GET',
  path: '/api/plans/overview',
  summary: '一页总览：各领域的灯，最差的在前，和上月比',
  permission: 'plan.read',
  scope: 'region',
  input: z.object({ planId }),
  output: z.object({
    plan: planLine,
    counts: lightCounts,
    /** Worst first: most red, then most yellow. */
    areas: z.array(
      z.object({
        no: z.number().int().nullable(),
        name: z.string(),
        sponsors: z.array(z.string()),
        leads: z.array(z.string()),
        counts: lightCounts,
        redBefore: z.number().int().nullable().describe('上月末的红灯数，没有记录时为空'),
        worst: z.array(measureLine.pick({ id: true, no: true, title: true, light: true, lightWhy: true })),
      }),
    ),
    targets: z.object({
      total: z.number().int(),
      met: z.number().int(),
      missed: z.number().int(),
      unknown: z.number().int(),
      computed: z.number().int(),
    }),
    /** Lights at the end of each month of the plan's year, for the trend. */
    trend: z.array(z.object({ month: z.string(), counts: lightCounts })),
  }),
  errors: ['PLAN_NOT_FOUND'],
});

export const listMeasures = endpoint({
  id: 'plans.measures',
  method: 'GET',
  path: '/api/plans/measures',
  summary: '台账：措施和重点改革任务',
  permission: 'plan.read',
  scope: 'region',
  input: z.object({
    planId,
    kind: queryList(z.enum(['measure', 'subItem'])),
    area: queryList(z.coerce.number().int()),
    unit: queryList(z.string().max(64)),
    role: z.enum(['any', 'lead', 'supporter']).default('any'),
    light: queryList(light),
    text: z.string().max(60).default(''),
    order: z.enum(['number', 'worst']).default('number'),
    ...paging,
  }),
  output: z.object({ plan: planLine, measures: z.array(measureLine), total: z.number().int() }),
  errors: ['PLAN_NOT_FOUND'],
});

export const readMeasure = endpoint({
  id: 'plans.measure',
  method: 'GET',
  path: '/api/plans/measures/:measureId',
  summary: '一条措施：目标、读数、进展、问题、督办、经过',
  permission: 'plan.read',
  scope: 'region',
  input: z.object(measureId),
  output: measureView,
  errors: ['MEASURE_NOT_FOUND'],
});

export const targetHistory = endpoint({
  id: 'plans.readings',
  method: 'GET',
  path: '/api/plans/targets/:targetId/readings',
  summary: '一个指标历次的读数',
  permission: 'plan.read',
  scope: 'region',
  input: z.object({ targetId: uuid, ...paging }),
  output: z.object({ target: targetView, readings: z.array(reading), total: z.number().int() }),
  errors: ['TARGET_NOT_FOUND'],
});

export const behindTarget = endpoint({
  id: 'plans.behind',
  method: 'GET',
  path: '/api/plans/targets/:targetId/evidence',
  summary: '读数背后的办件：算进去的和没算进去的',
  permission: 'plan.read',
  scope: 'region',
  input: z.object({ targetId: uuid, ...paging }),
  output: z.object({
    target: targetView,
    from: localDate,
    to: localDate,
    rows: z.array(
      z.object({
        no: z.string(),
        title: z.string(),
        link: z.string(),
        on: localDate,
        value: z.string(),
        counted: z.boolean(),
        why: z.string(),
      }),
    ),
    total: z.number().int(),
  }),
  errors: ['TARGET_NOT_FOUND', 'TARGET_NOT_COMPUTED'],
});

export const whatUnitOwes = endpoint({
  id: 'plans.owed',
  method: 'GET',
  path: '/api/plans/owed',
  summary: '本单位这个月欠什么：报送、配额、亮灯的措施',
  permission: 'plan.read',
  scope: 'unit',
  input: z.object({
    planId,
    unit: z.string().max(64).optional(),
    month: z
      .string()
      .regex(/^\d{4}-\d{2}$/)
      .optional(),
  }),
  output: z.object({
    plan: planLine,
    unit: unitRef,
    month: z.string(),
    rounds: z.array(
      z.object({
        name: z.string(),
        dueOn: localDate,
        reported: z.boolean(),
        reportedMeasures: z.number().int(),
        ofMeasures: z.number().int(),
      }),
    ),
    quotas: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        kind: z.string(),
        measureNo: z.number().int(),
        period: z.string(),
        owed: z.number().int(),
        accepted: z.number().int(),
        waiting: z.number().int(),
        missing: z.number().int(),
      }),
    ),
    measures: z.array(measureLine.extend({ role: z.enum(['lead', 'supporter']) })),
  }),
  errors: ['PLAN_NOT_FOUND', 'UNIT_NOT_REACHED'],
});

export const uploadEvidence = endpoint({
  id: 'plans.uploadEvidence',
  method: 'POST',
  path: '/api/plans/evidence',
  summary: '上传一份佐证材料，随后的填报引用它',
  permission: 'plan.report',
  scope: 'unit',
  upload: true,
  input: z.object({ document: storedFile }),
  output: z.object({ document: storedFile }),
  errors: [],
});

export const reportProgress = endpoint({
  id: 'plans.report',
  method: 'POST',
  path: '/api/plans/measures/:measureId/reports',
  summary: '报送一条措施的进展',
  permission: 'plan.report',
  scope: 'unit',
  status: 201,
  input: z.object({
    ...measureId,
    unit: z.string().max(64).optional(),
    round: z.string().max(40).default(''),
    progress: z.number().int().min(0, '进度在0到100之间。').max(100, '进度在0到100之间。'),
    done: z.string().trim().min(1, '请写明做了什么。').max(4000),
    problems: z.string().trim().max(2000).default(''),
    nextSteps: z.string().trim().max(2000).default(''),
    evidence: evidence.default([]),
  }),
  output: z.object({ reportId: uuid }),
  errors: [
    'PLAN_SUPERSEDED',
    'UNIT_NOT_REACHED',
    'MEASURE_NOT_FOUND',
    'MEASURE_NOT_OURS',
    'MEASURE_WRITTEN_OFF',
    'PROGRESS_NEEDS_EVIDENCE',
    'EVIDENCE_UNKNOWN',
  ],
  example: { measureId: sample, progress: 60, done: '已梳理流程并试运行一个月' },
});

export const listReports = endpoint({
  id: 'plans.reports',
  method: 'GET',
  path: '/api/plans/reports',
  summary: '报送的进展：待审的在前',
  permission: 'plan.read',
  scope: 'region',
  input: z.object({
    planId,
    state: queryList(z.enum(['submitted', 'accepted', 'returned'])),
    unit: queryList(z.string().max(64)),
    round: z.string().max(40).default(''),
    ...paging,
  }),
  output: z.object({ reports: z.array(report), total: z.number().int() }),
  errors: ['PLAN_NOT_FOUND'],
});

export const decideReport = endpoint({
  id: 'plans.decideReport',
  method: 'POST',
  path: '/api/plans/reports/:reportId/decision',
  summary: '采纳或退回一份进展（不能是报送的人）',
  permission: 'plan.verify',
  scope: 'region',
  input: z.object({ reportId: uuid, accept: z.boolean(), reason: z.string().trim().max(1000).default('') }),
  output: z.object({ state: z.enum(['accepted', 'returned']) }),
  errors: ['PLAN_SUPERSEDED', 'REPORT_NOT_FOUND', 'REPORT_ALREADY_DECIDED', 'DECIDER_IS_DOER', 'RETURN_NEEDS_REASON'],
  example: { reportId: sample, accept: true },
});

export const reportReading = endpoint({
  id: 'plans.reportReading',
  method: 'POST',
  path: '/api/plans/targets/:targetId/readings',
  summary: '填报一个指标的数，附佐证',
  permission: 'plan.report',
  scope: 'unit',
  status: 201,
  input: z.object({
    targetId: uuid,
    unit: z.string().max(64).optional(),
    on: localDate,
    value: z.number(),
    otherValue: z.number().nullable().default(null),
    note: z.string().trim().max(1000).default(''),
    evidence: evidence.min(1, '填报的数要附佐证材料。'),
  }),
  output: z.object({ readingId: uuid }),
  example: {
    targetId: sample,
    on: '2026-06-30',
    value: 6.1,
    evidence: [{ sha256: 'a'.repeat(64), name: '供电可靠性统计.pdf', type: 'application/pdf', size: 1024 }],
  },
  errors: [
    'PLAN_SUPERSEDED',
    'UNIT_NOT_REACHED',
    'TARGET_NOT_FOUND',
    'TARGET_IS_COMPUTED',
    'MEASURE_NOT_OURS',
    'READING_OUTSIDE_PERIOD',
    'READING_IN_FUTURE',
    'EVIDENCE_UNKNOWN',
  ],
});

export const decideReading = endpoint({
  id: 'plans.decideReading',
  method: 'POST',
  path: '/api/plans/readings/:readingId/decision',
  summary: '采纳或退回一个填报的数（不能是填报的人）',
  permission: 'plan.verify',
  scope: 'region',
  input: z.object({ readingId: uuid, accept: z.boolean(), reason: z.string().trim().max(1000).default('') }),
  output: z.object({ state: z.enum(['accepted', 'returned']) }),
  errors: ['READING_NOT_FOUND', 'REPORT_ALREADY_DECIDED', 'DECIDER_IS_DOER', 'RETURN_NEEDS_REASON'],
  example: { readingId: sample, accept: true },
});

export const setMilestones = endpoint({
  id: 'plans.setMilestones',
  method: 'PUT',
  path: '/api/plans/measures/:measureId/milestones',
  summary: '设定或更新节点；已到期没完成的不能改日期',
  permission: 'plan.report',
  scope: 'unit',
  input: z.object({ ...measureId, version: z.number().int(), milestones: z.array(milestone).max(20) }),
  output: z.object({ version: z.number().int() }),
  errors: [
    'PLAN_SUPERSEDED',
    'UNIT_NOT_REACHED',
    'MEASURE_NOT_FOUND',
    'MEASURE_NOT_OURS',
    'MEASURE_CHANGED',
    'MILESTONE_OVERDUE',
    'MEASURE_WRITTEN_OFF',
    'READING_IN_FUTURE',
  ],
  example: { measureId: sample, version: 1, milestones: [{ name: '出台办法', due: '2026-12-01', doneOn: null }] },
});

export const moveDeadline = endpoint({
  id: 'plans.moveDeadline',
  method: 'POST',
  path: '/api/plans/measures/:measureId/deadline',
  summary: '批准延期：原期限和它的红灯留着',
  permission: 'plan.supervise',
  scope: 'region',
  input: z.object({ ...measureId, deadline: localDate, reason }),
  output: z.object({ deadline: localDate, originalDeadline: localDate }),
  errors: ['PLAN_SUPERSEDED', 'MEASURE_NOT_FOUND', 'MEASURE_WRITTEN_OFF', 'DEADLINE_NOT_LATER'],
  example: { measureId: sample, deadline: '2027-03-31', reason: '上级系统推迟上线' },
});

export const suspendMeasure = endpoint({
  id: 'plans.suspend',
  method: 'POST',
  path: '/api/plans/measures/:measureId/suspension',
  summary: '批准暂停或恢复一条措施',
  permission: 'plan.supervise',
  scope: 'region',
  input: z.object({ ...measureId, suspended: z.boolean(), reason }),
  output: z.object({ suspended: z.boolean() }),
  errors: ['PLAN_SUPERSEDED', 'MEASURE_NOT_FOUND', 'MEASURE_WRITTEN_OFF', 'MEASURE_SUSPENDED_ALREADY'],
  example: { measureId: sample, suspended: true, reason: '等上级文件' },
});

export const askWriteOff = endpoint({
  id: 'plans.askWriteOff',
  method: 'POST',
  path: '/api/plans/measures/:measureId/write-off-request',
  summary: '申请销号',
  permission: 'plan.report',
  scope: 'unit',
  input: z.object({ ...measureId, reason, evidence: evidence.default([]) }),
  output: z.object({ requested: z.literal(true) }),
  errors: [
    'PLAN_SUPERSEDED',
    'UNIT_NOT_REACHED',
    'MEASURE_NOT_FOUND',
    'MEASURE_NOT_OURS',
    'MEASURE_WRITTEN_OFF',
    'WRITE_OFF_ASKED',
    'PROGRESS_NOT_COMPLETE',
    'EVIDENCE_UNKNOWN',
  ],
  example: { measureId: sample, reason: '全部完成' },
});

export const decideWriteOff = endpoint({
  id: 'plans.writeOff',
  method: 'POST',
  path: '/api/plans/measures/:measureId/write-off',
  summary: '核验后销号或退回（不能是做的人）',
  permission: 'plan.verify',
  scope: 'region',
  input: z.object({ ...measureId, accept: z.boolean(), reason: z.string().trim().max(1000).default('') }),
  output: z.object({ light }),
  errors: ['PLAN_SUPERSEDED', 'MEASURE_NOT_FOUND', 'WRITE_OFF_NOT_ASKED', 'DECIDER_IS_DOER', 'RETURN_NEEDS_REASON'],
  example: { measureId: sample, accept: true },
});

export const reopenMeasure = endpoint({
  id: 'plans.reopen',
  method: 'POST',
  path: '/api/plans/measures/:measureId/reopening',
  summary: '发现没有做到，撤销销号',
  permission: 'plan.verify',
  scope: 'region',
  input: z.object({ ...measureId, reason }),
  output: z.object({ light }),
  errors: ['PLAN_SUPERSEDED', 'MEASURE_NOT_FOUND', 'MEASURE_NOT_WRITTEN_OFF'],
  example: { measureId: sample, reason: '回访发现没有做到' },
});

export const superviseMeasure = endpoint({
  id: 'plans.supervise',
  method: 'POST',
  path: '/api/plans/measures/:measureId/supervision',
  summary: '就一条措施发督办单给牵头单位',
  permission: 'plan.supervise',
  scope: 'region',
  status: 201,
  input: z.object({ ...measureId, unit: z.string().max(64), level: z.string().max(20), reason }),
  output: z.object({ number: z.string() }),
  errors: [
    'PLAN_SUPERSEDED',
    'MEASURE_NOT_FOUND',
    'MEASURE_NOT_THEIRS',
    'MEASURE_WRITTEN_OFF',
    'SUPERVISION_LEVEL_UNKNOWN',
  ],
  example: { measureId: sample, unit: 'housing-construction', level: 'yellow', reason: '进度偏慢' },
});

const submissionFields = {
  unit: z.string().max(64).optional(),
  kind: z.string().max(40),
  subject: z.string().trim().min(1, '请写明标题。').max(200),
  channel: z.string().trim().max(60).default(''),
  occurredOn: localDate,
  note: z.string().trim().max(1000).default(''),
  evidence: evidence.default([]),
};

export const submitForQuota = endpoint({
  id: 'plans.submit',
  method: 'POST',
  path: '/api/plans/submissions',
  summary: '报送一件计入配额的事：工作动态、文章、坐窗口、走访',
  permission: 'plan.report',
  scope: 'unit',
  status: 201,
  input: z.object({ planId, ...submissionFields }),
  output: z.object({ submissionId: uuid }),
  errors: [
    'UNIT_NOT_REACHED',
    'PLAN_NOT_FOUND',
    'QUOTA_KIND_UNKNOWN',
    'READING_IN_FUTURE',
    'READING_OUTSIDE_PERIOD',
    'MEASURE_NOT_OURS',
    'EVIDENCE_UNKNOWN',
  ],
  example: { kind: 'note', subject: '开展坐窗口走流程活动', occurredOn: '2026-11-20' },
});

export const listSubmissions = endpoint({
  id: 'plans.submissions',
  method: 'GET',
  path: '/api/plans/submissions',
  summary: '报送的配额事项',
  permission: 'plan.read',
  scope: 'region',
  input: z.object({
    planId,
    kind: queryList(z.string().max(40)),
    unit: queryList(z.string().max(64)),
    state: queryList(z.enum(['submitted', 'accepted', 'refused'])),
    month: z
      .string()
      .regex(/^\d{4}-\d{2}$/)
      .optional(),
    ...paging,
  }),
  output: z.object({
    submissions: z.array(
      z.object({
        id: uuid,
        unit: unitRef,
        kind: z.string(),
        kindName: z.string(),
        subject: z.string(),
        channel: z.string(),
        occurredOn: localDate,
        submittedOn: localDate,
        submitterName: z.string(),
        note: z.string(),
        evidence,
        state: z.enum(['submitted', 'accepted', 'refused']),
        decision: z.string().nullable(),
      }),
    ),
    total: z.number().int(),
  }),
  errors: ['PLAN_NOT_FOUND'],
});

export const submissionKinds = endpoint({
  id: 'plans.submissionKinds',
  method: 'GET',
  path: '/api/plans/submission-kinds',
  summary: '可以报送哪几类事，各类计入哪项配额',
  permission: 'plan.read',
  scope: 'region',
  input: z.object({ planId }),
  output: z.object({
    kinds: z.array(z.object({ id: z.string(), name: z.string(), quotas: z.array(z.string()) })),
  }),
  errors: ['PLAN_NOT_FOUND'],
});

export const decideSubmission = endpoint({
  id: 'plans.decideSubmission',
  method: 'POST',
  path: '/api/plans/submissions/:submissionId/decision',
  summary: '认定或不认定一件报送（不能是报送的人）',
  permission: 'plan.verify',
  scope: 'region',
  input: z.object({ submissionId: uuid, accept: z.boolean(), reason: z.string().trim().max(1000).default('') }),
  output: z.object({ state: z.enum(['accepted', 'refused']) }),
  errors: [
    'SUBMISSION_NOT_FOUND',
    'REPORT_ALREADY_DECIDED',
    'DECIDER_IS_DOER',
    'RETURN_NEEDS_REASON',
    'SUBMISSION_WITHOUT_EVIDENCE',
  ],
  example: { submissionId: sample, accept: true },
});

export const quotaTable = endpoint({
  id: 'plans.quotas',
  method: 'GET',
  path: '/api/plans/quotas',
  summary: '一个时期各单位的配额完成情况',
  permission: 'plan.read',
  scope: 'region',
  input: z.object({
    planId,
    period: z.string().regex(/^\d{4}(-\d{2}|-H[12])?$/, '时期写成 2022、2022-H1 或 2022-06。'),
  }),
  output: z.object({
    period: z.string(),
    quotas: z.array(z.object({ id: z.string(), name: z.string(), measureNo: z.number().int(), basis: z.string() })),
    rows: z.array(
      z.object({
        unit: unitRef,
        quotaId: z.string(),
        owed: z.number().int(),
        accepted: z.number().int(),
        missing: z.number().int(),
      }),
    ),
  }),
  errors: ['PLAN_NOT_FOUND'],
  example: { period: '2026-11' },
});

export const publicProgress = endpoint({
  id: 'plans.progress',
  method: 'GET',
  path: '/api/plans/progress',
  summary: '方案进展公开：每条措施谁牵头、到哪一步、目标达到没有',
  permission: 'public',
  scope: 'public',
  input: z.object({ year: z.coerce.number().int().min(2000).max(2100).optional() }),
  output: z.object({
    plan: planLine.nullable(),
    years: z.array(z.number().int()),
    counts: lightCounts,
    areas: z.array(
      z.object({
        no: z.number().int().nullable(),
        name: z.string(),
        measures: z.array(
          measureLine.pick({
            no: true,
            title: true,
            leads: true,
            light: true,
            lightName: true,
            progress: true,
            targets: true,
            deadline: true,
          }),
        ),
      }),
    ),
  }),
  errors: [],
});
