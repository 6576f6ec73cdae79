import { z } from 'zod';
import { endpoint, instant, paging, uuid } from '../../kernel/endpoint.ts';
import { day, exampleId, line, reason } from './contract-shapes.ts';

/** 批而未供、闲置土地: one line a plot of land, what is done about it, and a task until it is. */

const kinds = ['unsupplied', 'idle'] as const;
const landId = { landId: uuid };

export const listIdleLand = endpoint({
  id: 'land.listIdleLand',
  method: 'GET',
  path: '/api/land/idle',
  summary: '批而未供和闲置土地台账',
  permission: 'land.read',
  scope: 'unit',
  input: z.object({
    kind: z.enum(['', ...kinds]).default(''),
    state: z.enum(['', 'open', 'closed']).default('open'),
    ...paging,
  }),
  output: z.object({
    lands: z.array(
      z.object({
        id: uuid,
        kind: z.enum(kinds),
        kindName: z.string(),
        name: z.string(),
        location: z.string(),
        areaMu: z.number(),
        since: day,
        months: z.number().int(),
        cause: z.string(),
        unitName: z.string(),
        measures: z.array(z.object({ at: instant, by: z.string(), text: z.string() })),
        dueOn: day.nullable(),
        closedAt: instant.nullable(),
        outcome: z.string().nullable(),
        version: z.number().int(),
      }),
    ),
    total: z.number().int(),
    openMu: z.array(
      z.object({ kind: z.enum(kinds), kindName: z.string(), count: z.number().int(), areaMu: z.number() }),
    ),
    mayWork: z.boolean(),
  }),
  errors: [],
});

export const recordIdleLand = endpoint({
  id: 'land.recordIdleLand',
  method: 'POST',
  path: '/api/land/idle',
  summary: '登记一宗批而未供或闲置的土地',
  permission: 'land.work',
  scope: 'unit',
  status: 201,
  input: z.object({
    kind: z.enum(kinds),
    name: line(80),
    location: line(),
    areaMu: z.number().positive('面积要大于零。'),
    since: day,
    cause: line(500),
    measure: line(500),
  }),
  output: z.object({ id: uuid }),
  errors: ['LAND_NOT_THIS_UNIT'],
  example: {
    kind: 'idle',
    name: '西区三号地',
    location: '西区纬二路北侧',
    areaMu: 28.9,
    since: '2025-06-30',
    cause: '约定动工日期满一年没有动工',
    measure: '约谈企业，限期动工',
  },
});

export const addIdleMeasure = endpoint({
  id: 'land.addIdleMeasure',
  method: 'POST',
  path: '/api/land/idle/:landId/measures',
  summary: '登记处置措施',
  permission: 'land.work',
  scope: 'unit',
  input: z.object({ ...landId, text: line(500) }),
  output: z.object({ version: z.number().int() }),
  errors: ['LAND_NOT_THIS_UNIT', 'IDLE_LAND_NOT_FOUND', 'IDLE_LAND_CLOSED'],
  example: { landId: exampleId, text: '已签限期动工协议' },
});

export const closeIdleLand = endpoint({
  id: 'land.closeIdleLand',
  method: 'POST',
  path: '/api/land/idle/:landId/closing',
  summary: '处置完毕，销号',
  permission: 'land.work',
  scope: 'unit',
  input: z.object({ ...landId, outcome: reason }),
  output: z.object({ version: z.number().int() }),
  errors: ['LAND_NOT_THIS_UNIT', 'IDLE_LAND_NOT_FOUND', 'IDLE_LAND_CLOSED'],
  example: { landId: exampleId, outcome: '已经动工，恢复为在建' },
});
