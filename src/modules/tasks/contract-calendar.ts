import { z } from 'zod';
import { endpoint, instant, localDate, uuid } from '../../kernel/endpoint.ts';

const day = z.object({ date: localDate, kind: z.enum(['off', 'makeUp']), name: z.string().trim().min(1).max(40) });
const noticeFields = {
  year: z.number().int(),
  documentNo: z.string().trim().max(100),
  title: z.string().trim().max(200),
  url: z.string().nullable(),
  days: z.array(day).max(120),
};
const notice = z.object({
  id: uuid,
  ...noticeFields,
  documentNoStanding: z.enum(['confirmed', 'unconfirmed']).optional(),
  state: z.enum(['proposed', 'confirmed', 'rejected', 'replaced']),
  proposedAt: instant,
  proposerName: z.string(),
  decidedAt: instant.nullable(),
  deciderName: z.string().nullable(),
  decisionReason: z.string().nullable(),
  mayConfirm: z.boolean().describe('录入的人自己不能确认'),
});
const pasted = z.string().trim().min(1, '请粘贴通知全文。').max(20_000);
const termText = z.string().trim().max(20).describe('20wd、1.5wd、2h、20nd、1mo');
const explainedDay = z.object({
  date: localDate,
  weekday: z.string(),
  outcome: z.enum(['event', 'counted', 'skipped', 'paused', 'due']),
  ordinal: z.number().nullable(),
  reason: z.string(),
  documentNo: z.string().nullable(),
});

export const explainCalendarDay = endpoint({
  id: 'calendar.day',
  method: 'GET',
  path: '/api/calendar/days/:day',
  summary: '某一天是不是工作日，依据哪份通知',
  permission: 'public',
  scope: 'public',
  input: z.object({ day: localDate }),
  output: z.object({
    day: localDate,
    working: z.boolean(),
    reason: z.string(),
    documentNo: z.string().nullable(),
    url: z.string().nullable(),
    provisional: z.boolean(),
  }),
  errors: ['BEYOND_CALENDAR'],
});

export const calendarDue = endpoint({
  id: 'calendar.due',
  method: 'GET',
  path: '/api/calendar/due',
  summary: '从某时起算，期限到哪一天',
  permission: 'public',
  scope: 'public',
  input: z.object({ start: z.string().trim().max(40).describe('2022-09-29 或 2022-09-29T09:30'), term: termText }),
  output: z.object({
    dueOn: localDate,
    dueAt: instant,
    session: z.enum(['morning', 'afternoon']).nullable(),
    provisional: z.boolean(),
    words: z.string(),
    days: z.array(explainedDay),
  }),
  errors: ['BAD_DATE', 'BAD_TERM', 'HOURS_NEED_TIME', 'BEYOND_CALENDAR', 'TERM_TOO_LONG'],
});

export const listCalendarNotices = endpoint({
  id: 'calendar.notices',
  method: 'GET',
  path: '/api/calendar/notices',
  summary: '放假通知：已生效的和待确认的',
  permission: 'calendar.edit',
  scope: 'region',
  input: z.object({}),
  output: z.object({ notices: z.array(notice), years: z.array(z.number().int()), version: z.string() }),
  errors: [],
});

export const previewCalendarNotice = endpoint({
  id: 'calendar.preview',
  method: 'POST',
  path: '/api/calendar/notices/preview',
  summary: '读一份粘贴的放假通知，看看会影响多少待办',
  permission: 'calendar.edit',
  scope: 'region',
  idempotent: false,
  input: z.object({ text: pasted }),
  output: z.object({
    notice: z.object(noticeFields).nullable(),
    warnings: z.array(z.object({ code: z.string(), message: z.string(), sentence: z.string() })),
    wouldMove: z.number().int(),
    isLowerBound: z.boolean(),
    moves: z.array(
      z.object({ taskId: uuid, title: z.string(), subjectNo: z.string(), from: localDate, to: localDate }),
    ),
  }),
  errors: ['BAD_NOTICE', 'BEYOND_CALENDAR'],
  example: { text: '国务院办公厅关于2027年部分节假日安排的通知……' },
});

export const proposeCalendarNotice = endpoint({
  id: 'calendar.propose',
  method: 'POST',
  path: '/api/calendar/notices',
  summary: '录入放假通知，交另一人确认',
  permission: 'calendar.edit',
  scope: 'region',
  status: 201,
  input: z.object({ ...noticeFields, sourceText: z.string().max(20_000).default('') }),
  output: z.object({ notice }),
  errors: ['BAD_NOTICE', 'NOTICE_INCOMPLETE', 'NOTICE_UNCHANGED'],
  example: {
    year: 2027,
    documentNo: '国办发明电〔2026〕8号',
    title: '国务院办公厅关于2027年部分节假日安排的通知',
    url: null,
    days: [{ date: '2027-01-01', kind: 'off', name: '元旦' }],
  },
});

export const confirmCalendarNotice = endpoint({
  id: 'calendar.confirm',
  method: 'POST',
  path: '/api/calendar/notices/:noticeId/confirmation',
  summary: '确认放假通知（不能是录入的人）',
  permission: 'calendar.confirm',
  scope: 'region',
  input: z.object({ noticeId: uuid }),
  output: z.object({ notice }),
  errors: ['NOTICE_NOT_FOUND', 'NOTICE_SAME_PERSON', 'NOTICE_ALREADY_DECIDED'],
  example: { noticeId: '01920000-0000-7000-8000-000000000003' },
});

export const rejectCalendarNotice = endpoint({
  id: 'calendar.reject',
  method: 'POST',
  path: '/api/calendar/notices/:noticeId/rejection',
  summary: '退回放假通知',
  permission: 'calendar.confirm',
  scope: 'region',
  input: z.object({ noticeId: uuid, reason: z.string().trim().min(1, '请写明原因。').max(1000) }),
  output: z.object({ notice }),
  errors: ['NOTICE_NOT_FOUND', 'NOTICE_ALREADY_DECIDED'],
  example: { noticeId: '01920000-0000-7000-8000-000000000003', reason: '少了中秋节的安排' },
});
