import { z } from 'zod';
import { endpoint, instant, paging, queryList, uuid } from '../../kernel/endpoint.ts';
import { dutyView, sampleId, unitId } from './contract-rooms-views.ts';

/** 在线咨询: a firm asks, the department answers within its term, useful answers are published without names. */

const questionId = { questionId: uuid };
export const questionStatuses = ['asked', 'answered', 'withdrawn'] as const;

export const questionView = z.object({
  id: uuid,
  no: z.string(),
  projectId: uuid.nullable(),
  projectName: z.string(),
  itemId: z.string(),
  itemName: z.string(),
  unitId,
  unitName: z.string(),
  subject: z.string(),
  text: z.string(),
  status: z.enum(questionStatuses),
  statusName: z.string(),
  askedAt: instant,
  answer: z.object({ text: z.string(), at: instant, by: z.string() }).nullable(),
  published: z.object({ subject: z.string(), question: z.string(), answer: z.string(), at: instant }).nullable(),
  duty: dutyView.nullable(),
});

export const askQuestion = endpoint({
  id: 'projects.ask',
  method: 'POST',
  path: '/api/questions',
  summary: '向部门在线咨询（可以针对自己的项目或某个事项）',
  permission: 'signedIn',
  scope: 'own',
  input: z.object({
    projectId: uuid.optional(),
    itemId: z.string().trim().max(64).default(''),
    /** Without one: the unit of the item. */
    unitId: unitId.optional(),
    subject: z.string().trim().min(1, '请用一句话写明要问什么').max(100),
    text: z.string().trim().min(1, '请写明问题').max(2000),
  }),
  output: questionView,
  errors: ['PROJECT_NOT_FOUND', 'UNIT_UNKNOWN', 'SERVICE_NOT_FOUND', 'WHOM_TO_ASK'],
  status: 201,
  example: { unitId: 'natural-resources', subject: '规划条件变更', text: '容积率调整要走什么程序？' },
});

export const myQuestions = endpoint({
  id: 'projects.myQuestions',
  method: 'GET',
  path: '/api/questions',
  summary: '我的咨询',
  permission: 'signedIn',
  scope: 'own',
  input: z.object({ projectId: uuid.optional(), ...paging }),
  output: z.object({ questions: z.array(questionView), total: z.number().int() }),
  errors: [],
});

export const withdrawQuestion = endpoint({
  id: 'projects.withdrawQuestion',
  method: 'POST',
  path: '/api/questions/:questionId/withdrawal',
  summary: '撤回还没有答复的咨询',
  permission: 'signedIn',
  scope: 'own',
  input: z.object(questionId),
  output: questionView,
  errors: ['QUESTION_NOT_FOUND', 'QUESTION_CLOSED'],
  example: { questionId: sampleId },
});

export const unitQuestions = endpoint({
  id: 'projects.unitQuestions',
  method: 'GET',
  path: '/api/unit-questions',
  summary: '本单位要答复的咨询',
  permission: 'project.read',
  scope: 'unit',
  input: z.object({ status: queryList(z.enum(questionStatuses)), ...paging }),
  output: z.object({
    questions: z.array(
      questionView.pick({
        id: true,
        no: true,
        projectName: true,
        itemName: true,
        unitName: true,
        subject: true,
        status: true,
        statusName: true,
        askedAt: true,
        duty: true,
      }),
    ),
    total: z.number().int(),
  }),
  errors: [],
});

export const readQuestion = endpoint({
  id: 'projects.question',
  method: 'GET',
  path: '/api/questions/:questionId',
  summary: '一条咨询（读取留痕）',
  permission: 'signedIn',
  scope: 'own',
  readsPersonalData: true,
  input: z.object(questionId),
  output: questionView.extend({
    /** Staff see a draft without names and numbers to publish from; the asker sees none. */
    draft: z.object({ subject: z.string(), question: z.string() }).nullable(),
  }),
  errors: ['QUESTION_NOT_FOUND'],
});

export const answerQuestion = endpoint({
  id: 'projects.answerQuestion',
  method: 'POST',
  path: '/api/questions/:questionId/answer',
  summary: '答复咨询',
  permission: 'project.work',
  scope: 'unit',
  input: z.object({ ...questionId, text: z.string().trim().min(1, '请写明答复').max(5000) }),
  output: questionView,
  errors: ['QUESTION_NOT_FOUND', 'QUESTION_CLOSED', 'FORBIDDEN'],
  example: { questionId: sampleId, text: '向县自然资源局提出规划条件变更申请，经论证、公示后报县政府批准。' },
});

export const publishAnswer = endpoint({
  id: 'projects.publishAnswer',
  method: 'POST',
  path: '/api/questions/:questionId/publication',
  summary: '公开问答（去掉姓名、企业和号码）；再次提交会替换',
  permission: 'project.work',
  scope: 'unit',
  input: z.object({
    ...questionId,
    subject: z.string().trim().min(1).max(100),
    question: z.string().trim().min(1).max(2000),
    answer: z.string().trim().min(1).max(5000),
  }),
  output: questionView,
  errors: ['QUESTION_NOT_FOUND', 'QUESTION_NOT_ANSWERED', 'PUBLICATION_NAMES_SOMEONE', 'FORBIDDEN'],
  example: {
    questionId: sampleId,
    subject: '规划条件怎样变更',
    question: '容积率调整要走什么程序？',
    answer: '先论证，再公示。',
  },
});

export const withdrawPublication = endpoint({
  id: 'projects.withdrawPublication',
  method: 'DELETE',
  path: '/api/questions/:questionId/publication',
  summary: '撤下公开的问答',
  permission: 'project.work',
  scope: 'unit',
  input: z.object(questionId),
  output: questionView,
  errors: ['QUESTION_NOT_FOUND', 'FORBIDDEN'],
});

export const publicAnswers = endpoint({
  id: 'projects.publicAnswers',
  method: 'GET',
  path: '/api/public-answers',
  summary: '公开的问答，可以搜索',
  permission: 'public',
  scope: 'public',
  input: z.object({
    text: z.string().trim().max(100).default(''),
    unit: z.string().max(64).default(''),
    item: z.string().max(64).default(''),
    ...paging,
  }),
  output: z.object({
    answers: z.array(
      z.object({
        id: uuid,
        unitId,
        unitName: z.string(),
        itemId: z.string(),
        itemName: z.string(),
        subject: z.string(),
        question: z.string(),
        answer: z.string(),
        publishedAt: instant,
      }),
    ),
    total: z.number().int(),
  }),
  errors: [],
});
