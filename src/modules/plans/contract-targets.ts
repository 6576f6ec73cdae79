import { z } from 'zod';
import { endpoint, uuid } from '../../kernel/endpoint.ts';

/** What a target is measured against, where the document names no figure of its own. */

export const setBaseline = endpoint({
  id: 'plans.setBaseline',
  method: 'PUT',
  path: '/api/plans/targets/:targetId/baseline',
  summary: '核定一个指标的基期数：比上年下降、提高多少，要有上年的数',
  permission: 'plan.supervise',
  scope: 'region',
  input: z.object({
    targetId: uuid,
    value: z.number().positive('基期数要大于零。'),
    source: z.string().trim().min(1, '请写明这个数从哪里来。').max(500),
  }),
  output: z.object({ value: z.number() }),
  errors: [
    'TARGET_NOT_FOUND',
    'TARGET_WITHOUT_BASELINE',
    'MEASURE_NOT_FOUND',
    'MEASURE_WRITTEN_OFF',
    'PLAN_SUPERSEDED',
  ],
  example: {
    targetId: '01920000-0000-7000-8000-000000000009',
    value: 6.8,
    source: '县供电分公司上年供电可靠性统计年报',
  },
});
