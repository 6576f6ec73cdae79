import { z } from 'zod';
import { instant, localDate, uuid } from '../../kernel/endpoint.ts';
import { progressView } from '../cases/contract-views.ts';

/** What several endpoints of this module take or show. */

export const projectStates = ['registered', 'running', 'completed', 'abandoned'] as const;
export type ProjectState = (typeof projectStates)[number];
export const projectStateNames: Readonly<Record<ProjectState, string>> = {
  registered: '已登记，还没有申请',
  running: '正在办理',
  completed: '全部办完',
  abandoned: '已终止',
};

export const stageStates = [
  'blocked', // 前置阶段没有办完
  'ready', // 可以申请
  'draft', // 申请还没提交
  'running', // 正在办理
  'again', // 有事项没有办成，要重新申请
  'done', // 已办完
  'skipped', // 按项目情况不用办
] as const;
export type StageState = (typeof stageStates)[number];
export const stageStateNames: Readonly<Record<StageState, string>> = {
  blocked: '前面的阶段还没办完',
  ready: '可以申请',
  draft: '草稿，还没提交',
  running: '正在办理',
  again: '有事项没办成，需要重新申请',
  done: '已办完',
  skipped: '按项目情况不用办',
};

export const projectId = { projectId: uuid };
export const light = z.enum(['green', 'yellow', 'red', 'paused', 'done']);
export const reason = z.string().trim().max(1000);
export const answers = z.record(
  z.string().max(64),
  z.union([z.string().max(5000), z.number(), z.boolean(), z.array(z.string().max(200)), z.null()]),
);

/** `2017-610329-47-03-012345`: 项目统一代码, year – region – industry – kind – serial. */
export const nationalCode = z
  .string()
  .trim()
  .regex(/^\d{4}-\d{6}-\d{2}-\d{2}-\d{6}$/, '项目统一代码写法如 2026-610329-47-03-012345');

const place = z.object({ longitude: z.number().min(73).max(136), latitude: z.number().min(3).max(54) });

/** Where it stands, beyond town and address, which the form asks. */
export const site = z.object({
  plotId: z.string().trim().max(64).nullable().default(null),
  point: place.nullable().default(null),
  /** Corners, first and last need not be the same. */
  polygon: z.array(place).min(3).max(500).nullable().default(null),
});
export type Site = z.output<typeof site>;

export const reasonView = z.object({
  text: z.string(),
  /** Whether the answers satisfy it; `unknown`: not answered yet. */
  holds: z.enum(['yes', 'no', 'unknown']),
  basis: z.string(),
});

/** Which kind of project it is, and why. */
export const typeDecision = z.object({
  /** Null while an answer that decides it is missing. */
  typeId: z.string().nullable(),
  typeName: z.string(),
  budgetDays: z.number().int().nullable(),
  summary: z.string(),
  /** Every type in the order in which they are tried, each with its tests. */
  tried: z.array(
    z.object({
      typeId: z.string(),
      typeName: z.string(),
      applies: z.enum(['yes', 'no', 'unknown']),
      reasons: z.array(reasonView),
    }),
  ),
  /** Questions whose answers would decide. */
  missing: z.array(z.object({ elementId: z.string(), name: z.string() })),
});

export const dayKinds = ['unit', 'applicant', 'procedure', 'nonWorking'] as const;

/** One calendar day of a project and the one who held it. */
export const dayView = z.object({
  day: localDate,
  kind: z.enum(dayKinds),
  unitId: z.string().nullable(),
  unitName: z.string(),
  /** For exclusions. */
  groundName: z.string(),
  noticeNo: z.string(),
  stageId: z.string().nullable(),
  /** Whether the day uses up the budget. */
  counts: z.boolean(),
  cases: z.array(z.object({ caseId: uuid, itemName: z.string() })),
  /** Chinese, one sentence. */
  why: z.string(),
});

export const holderTotal = z.object({
  kind: z.enum(dayKinds),
  unitId: z.string().nullable(),
  /** A department, 申请人, the name of the excluded procedure, 非工作日. */
  name: z.string(),
  /** Natural days held; the totals of all holders add up to the elapsed days. */
  days: z.number().int(),
  /** Of them days that use up the budget. */
  countedDays: z.number().int(),
});

export const budgetLine = z.object({
  /** Null for the project as a whole. */
  stageId: z.string().nullable(),
  name: z.string(),
  leadName: z.string(),
  budgetDays: z.number().int(),
  /** Working days on which the government held it (net of exclusions). */
  usedDays: z.number().int(),
  leftDays: z.number().int(),
  /** The same including excluded procedures. */
  grossWorkingDays: z.number().int(),
  /** From beginning to end in natural days. */
  naturalDays: z.number().int(),
  startedOn: localDate.nullable(),
  finishedOn: localDate.nullable(),
  /** Last day within the budget if the government holds it from now on; null when finished or not begun. */
  endsOn: localDate.nullable(),
  /** First day beyond the budget: in the past when exceeded, else as the running items promise; null when nothing breaks it. */
  breaksOn: localDate.nullable(),
  /** Net and gross in natural days. */
  netNaturalDays: z.number().int(),
  grossNaturalDays: z.number().int(),
  /** The same in Chinese sentences, the figure first. */
  words: z.array(z.string()),
  light,
});

export const breakerView = z.object({
  caseId: uuid,
  caseNo: z.string(),
  itemName: z.string(),
  unitId: z.string(),
  unitName: z.string(),
  stageId: z.string().nullable(),
  /** Null when it is past its promised day: there is no date left to believe in. */
  projectedEndOn: localDate.nullable(),
  /** Working days by which the budget would be exceeded; null without a projected end. */
  overBy: z.number().int().nullable(),
  /** Chinese, a complete clause. */
  why: z.string(),
});

export const exclusionView = z.object({
  caseId: uuid,
  itemName: z.string(),
  unitName: z.string(),
  groundName: z.string(),
  basis: z.string(),
  noticeNo: z.string(),
  startedOn: localDate,
  plannedUntil: localDate.nullable(),
  endedOn: localDate.nullable(),
  lawful: z.boolean(),
  /** Why it does not stop the clock, or from when on; empty when it does throughout. */
  why: z.string(),
  days: z.number().int(),
});

export const noticeView = z.object({
  id: uuid,
  at: instant,
  title: z.string(),
  body: z.string(),
  caseId: uuid.nullable(),
  applicationId: uuid.nullable(),
});

/** An item of a stage or a track with where its case stands; without a case while it is not applied for. */
export const itemView = z.object({
  itemId: z.string(),
  itemName: z.string(),
  unitId: z.string(),
  unitName: z.string(),
  /** Why it belongs to this project, in Chinese. */
  why: z.string(),
  caseId: uuid.nullable(),
  caseNo: z.string(),
  status: progressView.shape.status.nullable(),
  statusName: z.string(),
  /** Who has to act: 县住建局, 申请人, 等前置：…; empty when it is over. */
  holderName: z.string(),
  holderKind: z.enum(['unit', 'applicant', 'procedure', 'waiting', 'none']),
  preReviewedAt: instant.nullable(),
  dueOn: localDate.nullable(),
  concludedAt: instant.nullable(),
  waitsFor: z.array(z.string()),
});

export const applicationLink = z.object({
  applicationId: uuid,
  no: z.string(),
  state: z.enum(['draft', 'filed']),
  serviceName: z.string(),
  filedAt: instant.nullable(),
});

export const stageView = z.object({
  id: z.string(),
  name: z.string(),
  leadName: z.string(),
  state: z.enum(stageStates),
  stateName: z.string(),
  /** Prerequisites with their state: what must be done before this stage may be applied for. */
  prerequisites: z.array(z.object({ id: z.string(), name: z.string(), met: z.boolean() })),
  budget: budgetLine,
  applications: z.array(applicationLink),
  items: z.array(itemView),
});

export const trackView = z.object({
  id: z.string(),
  name: z.string(),
  summary: z.string(),
  /** What it must be finished for: 取得施工许可证前办好. */
  gate: z.string(),
  /** Whether the answers call for it; `unknown` while the question is open. */
  need: z.enum(['yes', 'no', 'unknown']),
  state: z.enum(['open', 'draft', 'running', 'again', 'done', 'skipped']),
  stateName: z.string(),
  why: z.string(),
  applications: z.array(applicationLink),
  items: z.array(itemView),
});

export const alertView = z.object({
  id: uuid,
  kind: z.enum(['breaker', 'exceeded', 'exclusion']),
  at: instant,
  unitId: z.string(),
  unitName: z.string(),
  text: z.string(),
  caseId: uuid.nullable(),
  state: z.enum(['open', 'answered', 'passed']),
  answer: z.string(),
  settledAt: instant.nullable(),
});

/** Every day, the totals and the budget: the page, the command line and the spreadsheet show the same. */
export const attributionView = z.object({
  projectId: uuid,
  code: z.string(),
  name: z.string(),
  typeName: z.string(),
  startOn: localDate,
  /** Last day attributed: the end of the project or today. */
  throughOn: localDate,
  finished: z.boolean(),
  elapsedDays: z.number().int(),
  calendarVersion: z.string(),
  /** Some day counted has no confirmed holiday notice. */
  provisional: z.boolean(),
  days: z.array(dayView),
  holders: z.array(holderTotal),
  budget: z.array(budgetLine),
  exclusions: z.array(exclusionView),
});

/** One kind of assessment: whether the area's published result spares the project its own. */
export const assessmentView = z.object({
  kindName: z.string(),
  verdict: z.enum(['spared', 'needed', 'unknown']),
  /** Chinese, whole sentences. */
  why: z.string(),
  /** Of the result relied on; null when the project must do its own. */
  documentNo: z.string().nullable(),
  validUntil: localDate.nullable(),
});

export const siteView = z.object({
  town: z.string(),
  townName: z.string(),
  address: z.string(),
  plotId: z.string().nullable(),
  point: place.nullable(),
  polygon: z.array(place).nullable(),
});
