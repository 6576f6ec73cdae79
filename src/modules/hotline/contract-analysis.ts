import { z } from 'zod';
import { endpoint, instant, localDate, paging, uuid } from '../../kernel/endpoint.ts';
import { exampleId, reason, ticketId, unitId, words } from './contract-shapes.ts';
import { causeKinds, supervisionTriggers, ticketClasses } from './rules/transitions.ts';

/** 督办、三率、根源、热点、公开: what the tickets say together. */

const rate = z.object({
  value: z.number().nullable().describe('百分比；没有可算的就是空，显示“—”'),
  numerator: z.number().int(),
  denominator: z.number().int(),
});

const rates = z.object({
  response: rate,
  solution: rate,
  satisfaction: rate,
  score: z.number().nullable(),
  total: z.number().int(),
  assessable: z.number().int(),
  excluded: z.array(z.object({ why: z.string(), count: z.number().int() })),
  late: z.number().int(),
  returns: z.number().int(),
  reopened: z.number().int(),
});

const period = { from: localDate, to: localDate };

export const readRates = endpoint({
  id: 'hotline.rates',
  method: 'GET',
  path: '/api/hotline/rates',
  summary: '三率和排名：响应率、解决率、满意率，分母和剔除数都列出',
  permission: 'hotline.read',
  scope: 'region',
  input: z.object(period),
  output: z.object({
    weights: z.array(z.object({ rate: z.string(), weight: z.number(), source: z.string() })),
    county: rates,
    units: z.array(rates.extend({ unitId: z.string(), unitName: z.string(), rank: z.number().int().nullable() })),
    months: z.array(rates.extend({ month: z.string() })),
  }),
  errors: [],
  example: { from: '2026-11-01', to: '2026-11-30' },
});

export const listSupervised = endpoint({
  id: 'hotline.listSupervised',
  method: 'GET',
  path: '/api/hotline/supervision',
  summary: '督办台：触发督办的工单和单位，蓝、黄、红',
  permission: 'hotline.read',
  scope: 'unit',
  input: z.object({ colour: z.enum(['', 'blue', 'yellow', 'red']).default(''), ...paging }),
  output: z.object({
    rows: z.array(
      z.object({
        id: uuid,
        trigger: z.enum(supervisionTriggers),
        triggerName: z.string(),
        colour: z.enum(['blue', 'yellow', 'red']),
        unitId: z.string(),
        unitName: z.string(),
        ticketId: uuid.nullable(),
        ticketNo: z.string(),
        title: z.string(),
        reason: z.string(),
        slipNo: z.string(),
        at: instant,
      }),
    ),
    total: z.number().int(),
    counts: z.array(z.object({ colour: z.enum(['blue', 'yellow', 'red']), count: z.number().int() })),
  }),
  errors: [],
});

export const superviseTicket = endpoint({
  id: 'hotline.supervise',
  method: 'POST',
  path: '/api/hotline/tickets/:ticketId/supervision',
  summary: '对一张工单发督办单',
  permission: 'hotline.supervise',
  scope: 'region',
  status: 201,
  input: z.object({ ...ticketId, trigger: z.enum(supervisionTriggers), reason }),
  output: z.object({ slipNo: z.string() }),
  errors: ['TICKET_NOT_FOUND', 'TICKET_STEP_IMPOSSIBLE'],
  example: { ticketId: exampleId, trigger: 'refuses', reason: '职责清楚，拖着不办' },
});

export const listCauses = endpoint({
  id: 'hotline.causes',
  method: 'GET',
  path: '/api/hotline/causes',
  summary: '问题根源：哪个事项、指南、政策、文件、单位反复引起投诉',
  permission: 'hotline.read',
  scope: 'region',
  input: z.object(period),
  output: z.object({
    causes: z.array(
      z.object({
        kind: z.enum(causeKinds),
        kindName: z.string(),
        subject: z.string(),
        ownerUnit: z.string(),
        ownerName: z.string(),
        tickets: z.number().int(),
        remedyId: uuid.nullable(),
        remedyDone: z.boolean(),
      }),
    ),
  }),
  errors: [],
  example: { from: '2026-09-01', to: '2026-11-30' },
});

export const listRemedies = endpoint({
  id: 'hotline.remedies',
  method: 'GET',
  path: '/api/hotline/remedies',
  summary: '反复引起投诉的根源，要求改的单位和结果',
  permission: 'hotline.read',
  scope: 'unit',
  input: z.object(paging),
  output: z.object({
    remedies: z.array(
      z.object({
        id: uuid,
        kind: z.enum(causeKinds),
        kindName: z.string(),
        subject: z.string(),
        ownerUnit: z.string(),
        ownerName: z.string(),
        tickets: z.number().int(),
        openedAt: instant,
        doneAt: instant.nullable(),
        measure: z.string(),
        mayFinish: z.boolean(),
      }),
    ),
    total: z.number().int(),
  }),
  errors: [],
});

export const finishRemedy = endpoint({
  id: 'hotline.finishRemedy',
  method: 'POST',
  path: '/api/hotline/remedies/:remedyId/completion',
  summary: '写明改了什么，办结整改',
  permission: 'hotline.handle',
  scope: 'unit',
  input: z.object({ remedyId: uuid, measure: words(1000) }),
  output: z.object({ doneAt: instant }),
  errors: ['REMEDY_NOT_FOUND', 'REMEDY_DONE'],
  example: { remedyId: exampleId, measure: '指南里补上了房东身份证复印件不用提供的说明' },
});

const hot = z.object({
  topic: z.string(),
  town: z.string(),
  townName: z.string(),
  class: z.union([z.enum(ticketClasses), z.literal('')]),
  count: z.number().int(),
  usual: z.number(),
  rising: z.boolean(),
  why: z.string(),
});

export const readHot = endpoint({
  id: 'hotline.hot',
  method: 'GET',
  path: '/api/hotline/hot',
  summary: '热点和突然增多：按事由、地方、类别，和前几周比',
  permission: 'hotline.read',
  scope: 'region',
  input: z.object({ on: z.union([z.literal(''), localDate]).default('') }),
  output: z.object({
    from: localDate,
    to: localDate,
    topics: z.array(hot),
    days: z.array(z.object({ day: localDate, count: z.number().int() })),
    towns: z.array(z.object({ town: z.string(), townName: z.string(), count: z.number().int() })),
    classes: z.array(z.object({ class: z.enum(ticketClasses), name: z.string(), count: z.number().int() })),
  }),
  errors: [],
});

export const readBriefing = endpoint({
  id: 'hotline.briefing',
  method: 'GET',
  path: '/api/hotline/briefing',
  summary: '热线周报（Word 文件在 /api/hotline/briefing.docx）',
  permission: 'hotline.read',
  scope: 'region',
  input: z.object({
    on: z
      .union([z.literal(''), localDate])
      .default('')
      .describe('这一周里的任意一天；不写是上一周'),
  }),
  output: z.object({
    title: z.string(),
    from: localDate,
    to: localDate,
    office: z.string(),
    paragraphs: z.array(z.string()),
    classes: z.array(z.object({ name: z.string(), count: z.number().int(), before: z.number().int() })),
    topics: z.array(hot),
    units: z.array(
      z.object({
        unitName: z.string(),
        total: z.number().int(),
        response: z.string(),
        solution: z.string(),
        satisfaction: z.string(),
      }),
    ),
    causes: z.array(
      z.object({ kindName: z.string(), subject: z.string(), ownerName: z.string(), tickets: z.number().int() }),
    ),
    late: z.array(z.object({ no: z.string(), title: z.string(), unitName: z.string(), dueAt: instant })),
  }),
  errors: [],
});

export const publicBoard = endpoint({
  id: 'hotline.publicBoard',
  method: 'GET',
  path: '/api/public/hotline',
  summary: '公开栏：答复了多少问题，各单位和各类诉求，解决了多少（没有个人信息）',
  permission: 'public',
  scope: 'public',
  input: z.object({ days: z.coerce.number().int().min(7).max(366).default(90) }),
  output: z.object({
    from: localDate,
    to: localDate,
    received: z.number().int(),
    answered: z.number().int().describe('答复的问题，知识库直接解决的也算'),
    selfServed: z.number().int(),
    closed: z.number().int(),
    solvedShare: rate,
    classes: z.array(z.object({ class: z.enum(ticketClasses), name: z.string(), count: z.number().int() })),
    units: z.array(
      z.object({
        unitId: z.string(),
        unitName: z.string(),
        total: z.number().int(),
        complaints: z.number().int(),
        closed: z.number().int(),
        solvedShare: rate,
      }),
    ),
    topics: z.array(z.object({ topic: z.string(), count: z.number().int() })),
    questions: z.array(
      z.object({ title: z.string(), answer: z.string(), unitName: z.string(), used: z.number().int() }),
    ),
  }),
  errors: [],
});

export const recordVisit = endpoint({
  id: 'hotline.recordVisit',
  method: 'POST',
  path: '/api/hotline/visits',
  summary: '登记一次企业走访和企业提出的诉求（诉求由企业自己销号）',
  permission: 'hotline.handle',
  scope: 'unit',
  status: 201,
  input: z.object({
    uscc: z.string().trim().min(15).max(18),
    enterpriseName: words(80),
    unitId,
    visitedOn: localDate,
    visitors: words(200),
    notes: words(2000),
    requests: z
      .array(z.object({ text: words(1000), lead: unitId }))
      .max(10)
      .default([]),
    contact: z
      .object({ name: z.string().trim().max(40).default(''), phone: z.string().trim().max(30).default('') })
      .prefault({}),
  }),
  output: z.object({ id: uuid, tickets: z.array(z.object({ ticketId: uuid, no: z.string() })) }),
  errors: ['TICKET_UNIT_UNKNOWN', 'TICKET_CONTACT_WRONG', 'TICKET_NOT_THIS_UNIT', 'TICKET_UNIT_BARRED'],
  example: {
    uscc: '91610329MA6X000167',
    enterpriseName: '麟游县御泉餐饮有限公司',
    unitId: 'industry-it',
    visitedOn: '2026-11-20',
    visitors: '县工信局李晓燕',
    notes: '企业经营正常，反映停车难。',
    requests: [{ text: '门前没有停车位，希望协调划线', lead: 'public-security' }],
  },
});

export const listVisits = endpoint({
  id: 'hotline.listVisits',
  method: 'GET',
  path: '/api/hotline/visits',
  summary: '企业走访和诉求清单，办到哪一步、企业销号没有',
  permission: 'hotline.read',
  scope: 'unit',
  input: z.object({ unit: z.string().max(64).default(''), ...paging }),
  output: z.object({
    visits: z.array(
      z.object({
        id: uuid,
        uscc: z.string(),
        enterpriseName: z.string(),
        unitName: z.string(),
        visitedOn: localDate,
        visitors: z.string(),
        notes: z.string(),
        requests: z.array(
          z.object({
            ticketId: uuid,
            no: z.string(),
            title: z.string(),
            statusName: z.string(),
            writtenOff: z.boolean(),
          }),
        ),
      }),
    ),
    total: z.number().int(),
    open: z.number().int(),
    writtenOff: z.number().int(),
  }),
  errors: [],
});
