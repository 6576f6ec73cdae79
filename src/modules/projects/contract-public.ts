import { z } from 'zod';
import { endpoint, instant, localDate, paging, uuid } from '../../kernel/endpoint.ts';
import { serviceForm } from '../catalogue/contract.ts';
import {
  answers,
  applicationLink,
  assessmentView,
  breakerView,
  budgetLine,
  holderTotal,
  itemView,
  light,
  noticeView,
  projectId,
  projectStates,
  reason,
  site,
  siteView,
  stageView,
  trackView,
  typeDecision,
  attributionView,
} from './contract-views.ts';

/** The firm's side: register, see the map of stages, apply stage by stage. Public: themes and how the promise is kept. */

const sampleProject = { projectId: '0190a0a0-0000-7000-8000-000000000000' };

export const listThemes = endpoint({
  id: 'projects.themes',
  method: 'GET',
  path: '/api/project-themes',
  summary: '工程建设项目的主题：标准厂房、社会投资住宅、市政管网……各走哪些阶段',
  permission: 'public',
  scope: 'public',
  input: z.object({}),
  output: z.object({
    themes: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        summary: z.string(),
        stages: z.array(z.object({ id: z.string(), name: z.string(), leadName: z.string(), serviceId: z.string() })),
        tracks: z.array(z.object({ id: z.string(), name: z.string() })),
      }),
    ),
    types: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        budgetDays: z.number().int(),
        summary: z.string(),
        source: z.string(),
      }),
    ),
  }),
  errors: [],
});

export const registrationForm = endpoint({
  id: 'projects.registrationForm',
  method: 'GET',
  path: '/api/project-themes/:themeId/form',
  summary: '登记项目要回答的问题（填过的在各阶段不再问）',
  permission: 'public',
  scope: 'public',
  input: z.object({ themeId: z.string().max(64) }),
  output: z.object({
    theme: z.object({ id: z.string(), name: z.string(), summary: z.string() }),
    form: serviceForm,
    /** Answers that the theme gives to begin with; those in `fixed` cannot be changed within the theme. */
    answers,
    fixed: z.array(z.string()),
  }),
  errors: ['THEME_NOT_FOUND'],
});

export const decideType = endpoint({
  id: 'projects.decideType',
  method: 'POST',
  path: '/api/project-type-decisions',
  summary: '按填的情况判断项目类型和审批时限，说明理由（不保存）',
  permission: 'public',
  scope: 'public',
  idempotent: false,
  input: z.object({ themeId: z.string().max(64), answers: answers.default({}) }),
  output: typeDecision,
  errors: ['THEME_NOT_FOUND'],
  example: { themeId: 'standard-factory', answers: {} },
});

export const registerProject = endpoint({
  id: 'projects.register',
  method: 'POST',
  path: '/api/projects',
  summary: '登记一个工程建设项目：定类型、定时限，给项目代码',
  permission: 'signedIn',
  scope: 'own',
  input: z.object({
    themeId: z.string().max(64),
    /** As the registration form asks: name, firm, contact, town and address are among them; a national code when there is one. */
    answers,
    site: site.optional(),
  }),
  output: z.object({ projectId: uuid, code: z.string(), provisional: z.boolean(), type: typeDecision }),
  errors: ['THEME_NOT_FOUND', 'PROJECT_ANSWERS_INCOMPLETE', 'PROJECT_TYPE_UNDECIDED', 'PROJECT_CODE_TAKEN'],
  status: 201,
  example: { themeId: 'standard-factory', answers: { projectName: '麟游县某标准厂房项目', town: 'town-610329100' } },
});

export const myProjects = endpoint({
  id: 'projects.mine',
  method: 'GET',
  path: '/api/my-projects',
  summary: '我的项目',
  permission: 'signedIn',
  scope: 'own',
  input: z.object({ ...paging }),
  output: z.object({
    projects: z.array(
      z.object({
        projectId: uuid,
        code: z.string(),
        provisional: z.boolean(),
        name: z.string(),
        typeName: z.string(),
        state: z.enum(projectStates),
        stateName: z.string(),
        stageName: z.string(),
        usedDays: z.number().int(),
        leftDays: z.number().int(),
        budgetDays: z.number().int(),
        endsOn: localDate.nullable(),
        light,
        registeredAt: instant,
      }),
    ),
    total: z.number().int(),
  }),
  errors: [],
});

export const myProject = endpoint({
  id: 'projects.myProject',
  method: 'GET',
  path: '/api/my-projects/:projectId',
  summary: '项目首页：四个阶段办到哪里、现在该我做什么、收到过哪些通知',
  permission: 'signedIn',
  scope: 'own',
  readsPersonalData: true,
  input: z.object(projectId),
  output: z.object({
    projectId: uuid,
    code: z.string(),
    provisional: z.boolean(),
    name: z.string(),
    theme: z.object({ id: z.string(), name: z.string() }),
    type: z.object({ id: z.string(), name: z.string(), reasons: z.array(z.string()) }),
    state: z.enum(projectStates),
    stateName: z.string(),
    ownerLabel: z.string(),
    contact: z.object({ name: z.string(), phone: z.string() }),
    site: siteView,
    registeredAt: instant,
    completedAt: instant.nullable(),
    answers,
    /** Answers may be changed until the first application is filed. */
    mayChange: z.boolean(),
    mayAbandon: z.boolean(),
    revision: z.number().int(),
    budget: budgetLine,
    holders: z.array(holderTotal),
    breakers: z.array(breakerView),
    stages: z.array(stageView),
    tracks: z.array(trackView),
    /** By the results of regional assessments valid today. */
    assessments: z.array(assessmentView),
    /** What only the firm can do now, most urgent first; `href` is a page of the portal. */
    mine: z.array(z.object({ text: z.string(), href: z.string(), dueOn: localDate.nullable() })),
    /** Newest first: everything that any department told the firm about this project. */
    notices: z.array(noticeView),
    downloads: z.array(z.object({ name: z.string(), href: z.string() })),
  }),
  errors: ['PROJECT_NOT_FOUND'],
});

export const myProjectForm = endpoint({
  id: 'projects.myForm',
  method: 'GET',
  path: '/api/my-projects/:projectId/form',
  summary: '修改项目情况用的表单',
  permission: 'signedIn',
  scope: 'own',
  readsPersonalData: true,
  input: z.object(projectId),
  output: z.object({ form: serviceForm, answers, fixed: z.array(z.string()) }),
  errors: ['PROJECT_NOT_FOUND', 'THEME_NOT_FOUND'],
});

export const changeProjectAnswers = endpoint({
  id: 'projects.changeAnswers',
  method: 'PUT',
  path: '/api/my-projects/:projectId/answers',
  summary: '修改项目情况（第一次提交申请以前），重新判断类型',
  permission: 'signedIn',
  scope: 'own',
  input: z.object({
    ...projectId,
    /** The revision the page was made from. */
    revision: z.number().int().positive(),
    /** Merged over what is there; null removes. */
    answers,
    site: site.optional(),
  }),
  output: z.object({ revision: z.number().int(), type: typeDecision }),
  errors: [
    'PROJECT_NOT_FOUND',
    'PROJECT_CHANGED',
    'PROJECT_ALREADY_APPLIED',
    'PROJECT_ENDED',
    'PROJECT_ANSWERS_INCOMPLETE',
    'PROJECT_TYPE_UNDECIDED',
    'PROJECT_CODE_TAKEN',
    'THEME_NOT_FOUND',
  ],
  example: { ...sampleProject, revision: 1, answers: {} },
});

export const stagePreview = endpoint({
  id: 'projects.stagePreview',
  method: 'GET',
  path: '/api/my-projects/:projectId/stages/:stageId',
  summary: '一个阶段：要先办好什么、按项目情况办哪些事项、为什么',
  permission: 'signedIn',
  scope: 'own',
  readsPersonalData: false,
  input: z.object({ ...projectId, stageId: z.string().max(64) }),
  output: z.object({
    stage: stageView,
    /** Items that the answers choose, and those that they leave out or that depend on what is not answered yet. */
    chosen: z.array(
      z.object({
        itemId: z.string(),
        itemName: z.string(),
        unitName: z.string(),
        applies: z.enum(['yes', 'no', 'unknown']),
        why: z.string(),
        promisedTerm: z.string(),
        after: z.array(z.string()),
      }),
    ),
    materials: z.array(
      z.object({ name: z.string(), need: z.enum(['needed', 'waived', 'undecided']), why: z.string() }),
    ),
    mayStart: z.boolean(),
    /** Why not, in Chinese; empty when it may. */
    obstacle: z.string(),
  }),
  errors: ['PROJECT_NOT_FOUND', 'STAGE_NOT_FOUND'],
});

export const startStage = endpoint({
  id: 'projects.startStage',
  method: 'POST',
  path: '/api/my-projects/:projectId/stages/:stageId/applications',
  summary: '开始一个阶段的申请：一张表单、一套材料，项目信息已填好',
  permission: 'signedIn',
  scope: 'own',
  input: z.object({ ...projectId, stageId: z.string().max(64) }),
  output: z.object({ application: applicationLink, href: z.string(), items: z.array(itemView) }),
  errors: [
    'PROJECT_NOT_FOUND',
    'PROJECT_ENDED',
    'STAGE_NOT_FOUND',
    'STAGE_PREREQUISITE_MISSING',
    'STAGE_NOT_NEEDED',
    'STAGE_ALREADY_RUNNING',
    'STAGE_ALREADY_DONE',
    'SERVICE_NOT_FOUND',
    'SERVICE_NOT_ONLINE',
  ],
  status: 201,
  example: { ...sampleProject, stageId: 'land' },
});

export const startTrack = endpoint({
  id: 'projects.startTrack',
  method: 'POST',
  path: '/api/my-projects/:projectId/tracks/:trackId/applications',
  summary: '开始一项并行事项的申请（环评、水保、水电气热报装……）',
  permission: 'signedIn',
  scope: 'own',
  input: z.object({ ...projectId, trackId: z.string().max(64) }),
  output: z.object({ application: applicationLink, href: z.string() }),
  errors: [
    'PROJECT_NOT_FOUND',
    'PROJECT_ENDED',
    'TRACK_NOT_FOUND',
    'TRACK_NOT_NEEDED',
    'STAGE_ALREADY_RUNNING',
    'STAGE_ALREADY_DONE',
    'SERVICE_NOT_FOUND',
    'SERVICE_NOT_ONLINE',
  ],
  status: 201,
  example: { ...sampleProject, trackId: 'environmental-impact-approval' },
});

export const abandonProject = endpoint({
  id: 'projects.abandon',
  method: 'POST',
  path: '/api/my-projects/:projectId/abandonment',
  summary: '终止项目：还在办的申请要先撤回',
  permission: 'signedIn',
  scope: 'own',
  input: z.object({ ...projectId, reason: reason.min(1, '请写明终止的原因') }),
  output: z.object({ state: z.enum(projectStates) }),
  errors: ['PROJECT_NOT_FOUND', 'PROJECT_ENDED', 'PROJECT_HAS_RUNNING_CASES'],
  example: { ...sampleProject, reason: '资金没有落实，不建了' },
});

export const myAttribution = endpoint({
  id: 'projects.myAttribution',
  method: 'GET',
  path: '/api/my-projects/:projectId/attribution',
  summary: '项目的每一天在谁手里（表格下载：同一地址加 .xlsx）',
  permission: 'signedIn',
  scope: 'own',
  input: z.object(projectId),
  output: attributionView,
  errors: ['PROJECT_NOT_FOUND'],
});

export const projectShares = endpoint({
  id: 'projects.shares',
  method: 'GET',
  path: '/api/project-shares',
  summary: '按时办完的项目占多少：95、60、15 个工作日的承诺兑现情况',
  permission: 'public',
  scope: 'public',
  input: z.object({ from: localDate.optional(), to: localDate.optional() }),
  output: z.object({
    from: localDate.nullable(),
    to: localDate.nullable(),
    types: z.array(
      z.object({
        typeId: z.string(),
        typeName: z.string(),
        budgetDays: z.number().int(),
        /** Projects completed in the period: the denominator. */
        completed: z.number().int(),
        within: z.number().int(),
        /** within / completed; null without any. */
        share: z.number().nullable(),
        averageDays: z.number().nullable(),
        longestDays: z.number().int().nullable(),
        /** Not in the denominator: still running at the end of the period, and of them already over the budget. */
        running: z.number().int(),
        runningExceeded: z.number().int(),
        /** Not in the denominator: given up by the firm in the period. */
        abandoned: z.number().int(),
      }),
    ),
    note: z.string(),
  }),
  errors: [],
});
