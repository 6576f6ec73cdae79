import { z } from 'zod';
import { endpoint, instant, localDate, paging, queryList, uuid } from '../../kernel/endpoint.ts';

const reason = z.string().trim().min(1, '请写明原因。').max(1000);
const term = z
  .string()
  .trim()
  .regex(/^\d+(\.\d+)?(wd|nd|h|mo)$/, '期限写成 3wd（3个工作日）、20nd（20个自然日）、2h（2小时）的样子。');
const light = z.enum(['green', 'yellow', 'red', 'paused', 'done']);
const flag = z.enum(['true', 'false']).transform((value) => value === 'true');

const taskRow = z.object({
  id: uuid,
  kind: z.string(),
  kindName: z.string(),
  title: z.string(),
  subjectType: z.string(),
  subjectId: z.string(),
  subjectNo: z.string(),
  link: z.string(),
  light,
  state: z.enum(['open', 'paused', 'finished']),
  startAt: instant,
  promisedTerm: z.string(),
  promisedWords: z.string().describe('承诺期限，如“3个工作日”'),
  statutoryTerm: z.string().nullable(),
  statutoryWords: z.string().nullable(),
  dueOn: localDate,
  dueAt: instant,
  statutoryDueOn: localDate.nullable(),
  provisional: z.boolean().describe('放假通知尚未录入，日期可能变动'),
  stoppedUntil: instant.nullable(),
  workingDaysLeft: z.number().int().nullable(),
  left: z.string().describe('如“还剩3个工作日”“已超期1个工作日”'),
  holder: z.object({
    unitId: z.string().nullable(),
    unitName: z.string(),
    accountId: uuid.nullable(),
    mine: z.boolean(),
  }),
  finishedAt: instant.nullable(),
  outcome: z.string().nullable(),
  outcomeName: z.string().nullable(),
  supervised: z.boolean().describe('有未办结的督办单'),
});
export type TaskRow = z.output<typeof taskRow>;

const explainedDay = z.object({
  date: localDate,
  weekday: z.string(),
  outcome: z.enum(['event', 'counted', 'skipped', 'paused', 'due']),
  ordinal: z.number().nullable(),
  reason: z.string(),
  documentNo: z.string().nullable(),
});

const supervision = z.object({
  id: uuid,
  number: z.string(),
  level: z.string(),
  levelName: z.string(),
  taskId: uuid,
  unitId: z.string(),
  unitName: z.string(),
  reason: z.string(),
  replyTerm: z.string(),
  replyDueAt: instant,
  issuedAt: instant,
  issuerName: z.string(),
  state: z.enum(['issued', 'replied', 'closed']),
  replyText: z.string().nullable(),
  repliedAt: instant.nullable(),
  replierName: z.string().nullable(),
  closedAt: instant.nullable(),
  closingNote: z.string().nullable(),
  rounds: z.number().int(),
});

const counts = z.object({
  open: z.number().int(),
  red: z.number().int(),
  yellow: z.number().int(),
  green: z.number().int(),
  paused: z.number().int(),
});

export const listTasks = endpoint({
  id: 'tasks.list',
  method: 'GET',
  path: '/api/tasks',
  summary: '待办列表，最早到期的在前',
  permission: 'task.read',
  scope: 'unit',
  input: z.object({
    light: queryList(light).default([]),
    kind: queryList(z.string().max(60)).default([]),
    unit: queryList(z.string().max(64)).default([]),
    subjectType: z.string().max(60).optional(),
    dueFrom: localDate.optional(),
    dueTo: localDate.optional(),
    text: z.string().trim().max(100).default(''),
    mine: flag.default(false),
    state: z.enum(['open', 'finished']).default('open'),
    after: z.string().max(200).optional().describe('上一页给出的 next，翻得再深也一样快'),
    ...paging,
  }),
  output: z.object({
    tasks: z.array(taskRow),
    total: z.number().int(),
    totalIsCapped: z.boolean(),
    next: z.string().nullable(),
  }),
  errors: [],
});

export const listOwnTasks = endpoint({
  id: 'tasks.own',
  method: 'GET',
  path: '/api/my/tasks',
  summary: '我自己要办的事（补正、补材料、签字）',
  permission: 'signedIn',
  scope: 'own',
  input: z.object({}),
  output: z.object({ tasks: z.array(taskRow) }),
  errors: [],
});

export const countTasks = endpoint({
  id: 'tasks.counts',
  method: 'GET',
  path: '/api/tasks/counts',
  summary: '待办按灯色计数',
  permission: 'task.read',
  scope: 'unit',
  input: z.object({ kind: queryList(z.string().max(60)).default([]), unit: queryList(z.string().max(64)).default([]) }),
  output: counts.extend({ units: z.array(counts.extend({ unitId: z.string(), unitName: z.string() })) }),
  errors: [],
});

export const tasksByUnit = endpoint({
  id: 'tasks.byUnit',
  method: 'GET',
  path: '/api/tasks/by-unit',
  summary: '各部门待办情况和近90天按时率',
  permission: 'task.read',
  scope: 'unit',
  input: z.object({}),
  output: z.object({
    since: localDate,
    units: z.array(
      counts.extend({
        unitId: z.string(),
        unitName: z.string(),
        finished: z.number().int(),
        onTime: z.number().int(),
        onTimeShare: z.number().min(0).max(1).nullable().describe('近90天没有办结的为空'),
      }),
    ),
  }),
  errors: [],
});

export const getTask = endpoint({
  id: 'tasks.get',
  method: 'GET',
  path: '/api/tasks/:taskId',
  summary: '一件待办：期限怎样算出来、谁办过什么',
  permission: 'signedIn',
  scope: 'own',
  input: z.object({ taskId: uuid }),
  output: z.object({
    task: taskRow,
    basis: z.object({ title: z.string(), article: z.string() }),
    pauses: z.array(
      z.object({
        from: z.string(),
        to: z.string().nullable(),
        ground: z.string(),
        groundName: z.string(),
        basis: z.string(),
        noticeNo: z.string().nullable(),
        plannedUntil: z.string().nullable(),
      }),
    ),
    extensions: z.array(
      z.object({
        words: z.string(),
        basis: z.string(),
        approvedBy: z.string(),
        noticeNo: z.string().nullable(),
        at: instant,
      }),
    ),
    promisedDays: z.array(explainedDay),
    statutoryDays: z.array(explainedDay).nullable(),
    events: z.array(
      z.object({ seq: z.number().int(), type: z.string(), at: instant, actorName: z.string(), words: z.string() }),
    ),
    supervisions: z.array(supervision),
    calendarVersion: z.string(),
    mayHandOver: z.boolean(),
    maySupervise: z.boolean(),
  }),
  errors: ['TASK_NOT_FOUND'],
});

export const handOverTask = endpoint({
  id: 'tasks.handOver',
  method: 'POST',
  path: '/api/tasks/:taskId/handover',
  summary: '改派待办：给本单位的人，或移交其他单位',
  permission: 'task.hand-over',
  scope: 'unit',
  input: z
    .object({ taskId: uuid, unitId: z.string().max(64).optional(), accountId: uuid.nullable().optional(), reason })
    .refine((input) => input.unitId !== undefined || input.accountId !== undefined, {
      message: '请选择移交给哪个单位或哪个人。',
      path: ['unitId'],
    }),
  output: z.object({ task: taskRow }),
  errors: [
    'TASK_NOT_FOUND',
    'TASK_ALREADY_FINISHED',
    'TASK_NO_UNIT',
    'TASK_HANDED_TO_SAME',
    'TASK_RECEIVER_UNKNOWN',
    'TASK_HOLDER_NOT_IN_UNIT',
  ],
  example: { taskId: '01920000-0000-7000-8000-000000000001', unitId: 'market-supervision', reason: '属于市场监管职责' },
});

export const claimTask = endpoint({
  id: 'tasks.claim',
  method: 'POST',
  path: '/api/tasks/:taskId/claim',
  summary: '认领本单位的待办',
  permission: 'task.work',
  scope: 'unit',
  input: z.object({ taskId: uuid }),
  output: z.object({ task: taskRow }),
  errors: ['TASK_NOT_FOUND', 'TASK_ALREADY_FINISHED', 'TASK_HELD_BY_OTHER', 'TASK_HANDED_TO_SAME'],
  example: { taskId: '01920000-0000-7000-8000-000000000001' },
});

export const superviseTask = endpoint({
  id: 'tasks.supervise',
  method: 'POST',
  path: '/api/tasks/:taskId/supervision',
  summary: '发出督办单',
  permission: 'task.supervise',
  scope: 'unit',
  status: 201,
  input: z.object({ taskId: uuid, level: z.string().max(40), reason, replyTerm: term.optional() }),
  output: z.object({ supervision }),
  errors: ['TASK_NOT_FOUND', 'TASK_ALREADY_FINISHED', 'TASK_NO_UNIT', 'SUPERVISION_LEVEL_UNKNOWN', 'BAD_TERM'],
  example: { taskId: '01920000-0000-7000-8000-000000000001', level: 'supervision', reason: '已超期，请说明原因' },
});

export const replyToSupervision = endpoint({
  id: 'tasks.replyToSupervision',
  method: 'POST',
  path: '/api/supervision/:supervisionId/reply',
  summary: '回复督办单',
  permission: 'task.work',
  scope: 'unit',
  input: z.object({ supervisionId: uuid, text: z.string().trim().min(1, '请填写办理情况。').max(4000) }),
  output: z.object({ supervision }),
  errors: ['SUPERVISION_NOT_FOUND', 'SUPERVISION_ALREADY_REPLIED', 'SUPERVISION_CLOSED', 'TASK_ALREADY_FINISHED'],
  example: { supervisionId: '01920000-0000-7000-8000-000000000002', text: '已于今日办结。' },
});

export const closeSupervision = endpoint({
  id: 'tasks.closeSupervision',
  method: 'POST',
  path: '/api/supervision/:supervisionId/closure',
  summary: '审核督办回复：销号或退回',
  permission: 'task.supervise',
  scope: 'unit',
  input: z.object({
    supervisionId: uuid,
    outcome: z.enum(['accepted', 'returned']),
    note: reason,
    replyTerm: term.optional(),
  }),
  output: z.object({ supervision }),
  errors: [
    'SUPERVISION_NOT_FOUND',
    'SUPERVISION_NOT_REPLIED',
    'SUPERVISION_CLOSED',
    'SUPERVISION_SAME_PERSON',
    'BAD_TERM',
  ],
  example: { supervisionId: '01920000-0000-7000-8000-000000000002', outcome: 'accepted', note: '情况属实，予以销号' },
});

export const listSupervisions = endpoint({
  id: 'tasks.supervisions',
  method: 'GET',
  path: '/api/supervision',
  summary: '督办单列表',
  permission: 'task.read',
  scope: 'unit',
  input: z.object({
    state: queryList(z.enum(['issued', 'replied', 'closed'])).default([]),
    unit: queryList(z.string().max(64)).default([]),
    ...paging,
  }),
  output: z.object({
    supervisions: z.array(supervision.extend({ taskTitle: z.string(), subjectNo: z.string(), link: z.string() })),
    total: z.number().int(),
    levels: z.array(z.object({ level: z.string(), name: z.string(), replyTerm: z.string() })),
  }),
  errors: [],
});

export const listAlerts = endpoint({
  id: 'tasks.alerts',
  method: 'GET',
  path: '/api/alerts',
  summary: '提醒：到期、超期、移交、督办',
  permission: 'task.read',
  scope: 'unit',
  input: z.object({ ...paging }),
  output: z.object({
    alerts: z.array(
      z.object({
        id: uuid,
        at: instant,
        audience: z.enum(['holder', 'unit-leader', 'supervisor', 'leader']),
        unitId: z.string(),
        title: z.string(),
        words: z.string(),
        link: z.string(),
      }),
    ),
    hasMore: z.boolean(),
  }),
  errors: [],
});
