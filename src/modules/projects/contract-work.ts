import { z } from 'zod';
import { endpoint, instant, localDate, paging, queryList, uuid } from '../../kernel/endpoint.ts';
import {
  alertView,
  assessmentView,
  attributionView,
  breakerView,
  budgetLine,
  light,
  nationalCode,
  noticeView,
  projectId,
  projectStates,
  reason,
  reasonView,
  siteView,
  stageView,
  trackView,
} from './contract-views.ts';

/** The staff's side: the county's projects, one project whole, its days, its code, its alerts. */

export const listProjects = endpoint({
  id: 'projects.list',
  method: 'GET',
  path: '/api/projects',
  summary: '工程建设项目：按阶段、类型、在谁手里、几天内会超时来找',
  permission: 'project.read',
  scope: 'unit',
  input: z.object({
    state: queryList(z.enum(projectStates)),
    stage: queryList(z.string().max(64)),
    type: queryList(z.string().max(64)),
    theme: queryList(z.string().max(64)),
    /** Held by one of these units now. */
    unit: queryList(z.string().max(64)),
    light: queryList(light),
    /** The budget ends within so many working days from today (not yet exceeded). */
    breaksWithin: z.coerce.number().int().min(0).max(120).optional(),
    text: z.string().trim().max(60).default(''),
    order: z.enum(['endsOn', 'registered', 'used']).default('endsOn'),
    ...paging,
  }),
  output: z.object({
    projects: z.array(
      z.object({
        projectId: uuid,
        code: z.string(),
        provisional: z.boolean(),
        name: z.string(),
        /** A firm by its name, a person masked. */
        ownerLabel: z.string(),
        typeId: z.string(),
        typeName: z.string(),
        themeName: z.string(),
        townName: z.string(),
        state: z.enum(projectStates),
        stateName: z.string(),
        stageId: z.string().nullable(),
        stageName: z.string(),
        holderKind: z.enum(['unit', 'applicant', 'procedure', 'nonWorking', 'none']),
        holderName: z.string(),
        budgetDays: z.number().int(),
        usedDays: z.number().int(),
        leftDays: z.number().int(),
        endsOn: localDate.nullable(),
        /** First day beyond the budget as the running items promise; null when nothing breaks it. */
        breaksOn: localDate.nullable(),
        /** The worst item that would break the budget; empty when none would. */
        breaker: z.string(),
        light,
        openAlerts: z.number().int(),
        registeredAt: instant,
      }),
    ),
    total: z.number().int(),
    totalIsCapped: z.boolean(),
  }),
  errors: [],
});

export const projectFilters = endpoint({
  id: 'projects.filters',
  method: 'GET',
  path: '/api/project-filters',
  summary: '筛选项目用的阶段、类型、主题',
  permission: 'project.read',
  scope: 'unit',
  input: z.object({}),
  output: z.object({
    stages: z.array(z.object({ id: z.string(), name: z.string() })),
    types: z.array(z.object({ id: z.string(), name: z.string() })),
    themes: z.array(z.object({ id: z.string(), name: z.string() })),
    units: z.array(z.object({ id: z.string(), name: z.string() })),
  }),
  errors: [],
});

export const readProject = endpoint({
  id: 'projects.get',
  method: 'GET',
  path: '/api/projects/:projectId',
  summary: '一个项目的全部情况：预算、每一天在谁手里、事项、提醒、扣除时间',
  permission: 'project.read',
  scope: 'unit',
  readsPersonalData: true,
  input: z.object(projectId),
  output: z.object({
    projectId: uuid,
    code: z.string(),
    provisional: z.boolean(),
    name: z.string(),
    theme: z.object({ id: z.string(), name: z.string() }),
    type: z.object({ id: z.string(), name: z.string(), reasons: z.array(reasonView) }),
    state: z.enum(projectStates),
    stateName: z.string(),
    stageId: z.string().nullable(),
    ownerLabel: z.string(),
    uscc: z.string().nullable(),
    contact: z.object({ name: z.string(), phone: z.string() }),
    site: siteView,
    registeredAt: instant,
    completedAt: instant.nullable(),
    /** What the firm answered about the project, grouped as the form asks. */
    facts: z.array(z.object({ section: z.string(), rows: z.array(z.object({ name: z.string(), value: z.string() })) })),
    attribution: attributionView,
    budget: budgetLine,
    breakers: z.array(breakerView),
    stages: z.array(stageView),
    tracks: z.array(trackView),
    assessments: z.array(assessmentView),
    alerts: z.array(alertView),
    notices: z.array(noticeView),
    history: z.array(z.object({ at: instant, who: z.string(), what: z.string() })),
    /** What this caller may do here. */
    mayIssueCode: z.boolean(),
  }),
  errors: ['PROJECT_NOT_FOUND'],
});

export const explainAttribution = endpoint({
  id: 'projects.attribution',
  method: 'GET',
  path: '/api/projects/:projectId/attribution',
  summary: '项目的每一天在谁手里、为什么（表格下载：同一地址加 .xlsx）',
  permission: 'project.read',
  scope: 'unit',
  input: z.object(projectId),
  output: attributionView,
  errors: ['PROJECT_NOT_FOUND'],
});

export const issueCode = endpoint({
  id: 'projects.issueCode',
  method: 'POST',
  path: '/api/projects/:projectId/code',
  summary: '赋予或确认项目统一代码（发改）',
  permission: 'project.code',
  scope: 'unit',
  input: z.object({ ...projectId, code: nationalCode }),
  output: z.object({ code: z.string() }),
  errors: ['PROJECT_NOT_FOUND', 'PROJECT_CODE_TAKEN', 'PROJECT_CODE_SETTLED'],
  example: { projectId: '0190a0a0-0000-7000-8000-000000000000', code: '2026-610329-47-03-000001' },
});

export const listProjectAlerts = endpoint({
  id: 'projects.alerts',
  method: 'GET',
  path: '/api/project-alerts',
  summary: '项目提醒：会超时的事项、不合规的停表',
  permission: 'project.read',
  scope: 'unit',
  input: z.object({ open: z.enum(['', 'true', 'false']).default('true'), ...paging }),
  output: z.object({
    alerts: z.array(alertView.extend({ projectId: uuid, code: z.string(), projectName: z.string() })),
    total: z.number().int(),
  }),
  errors: [],
});

export const answerAlert = endpoint({
  id: 'projects.answerAlert',
  method: 'POST',
  path: '/api/project-alerts/:alertId/answer',
  summary: '答复一条项目提醒：说明原因和采取的措施',
  permission: 'project.work',
  scope: 'unit',
  input: z.object({ alertId: uuid, answer: reason.min(1, '请写明原因和采取的措施') }),
  output: z.object({ state: z.enum(['open', 'answered', 'passed']) }),
  errors: ['PROJECT_ALERT_NOT_FOUND', 'PROJECT_ALERT_SETTLED'],
  example: { alertId: '0190a0a0-0000-7000-8000-000000000000', answer: '已与审图机构商定，三日内出具意见' },
});
