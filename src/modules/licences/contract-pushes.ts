import { z } from 'zod';
import { endpoint, instant, localDate, paging, uuid } from '../../kernel/endpoint.ts';

/** Copies to the city's library. */
const push = z.object({
  licenceId: uuid,
  revision: z.number().int(),
  identifier: z.string(),
  typeName: z.string(),
  number: z.string(),
  queuedAt: instant,
  nextAt: instant,
  attempts: z.number().int(),
  lastError: z.string(),
  doneAt: instant.nullable(),
  receiptNo: z.string(),
});

export const listPushes = endpoint({
  id: 'licences.listPushes',
  method: 'GET',
  path: '/api/licence-pushes',
  summary: '报送市级证照库的情况',
  permission: 'licence.push',
  scope: 'region',
  input: z.object({ show: z.enum(['waiting', 'failing', 'done', 'all']).default('all'), ...paging }),
  output: z.object({
    pushes: z.array(push),
    total: z.number().int(),
    waiting: z.number().int(),
    failing: z.number().int(),
    /** Where it goes; empty: no library is configured, everything waits. */
    library: z.string(),
  }),
  errors: [],
});

export const retryPushes = endpoint({
  id: 'licences.retryPushes',
  method: 'POST',
  path: '/api/licence-pushes/retry',
  summary: '把没有送到的马上再送一次',
  permission: 'licence.push',
  scope: 'region',
  input: z.object({}),
  output: z.object({ due: z.number().int() }),
  errors: [],
  example: {},
});

export const reconcilePushes = endpoint({
  id: 'licences.reconcilePushes',
  method: 'POST',
  path: '/api/licence-pushes/reconciliation',
  summary: '和市级证照库逐份核对：缺的、多的、不一样的；缺的和不一样的重新排队',
  permission: 'licence.push',
  scope: 'region',
  input: z.object({ from: localDate, to: localDate }),
  output: z.object({
    here: z.number().int(),
    there: z.number().int(),
    same: z.number().int(),
    differing: z.array(z.object({ identifier: z.string(), why: z.string(), queued: z.boolean() })),
    isCapped: z.boolean(),
  }),
  errors: ['LIBRARY_NOT_CONFIGURED', 'LIBRARY_UNREACHABLE', 'LIBRARY_PERIOD_TOO_LONG'],
  example: { from: '2026-11-01', to: '2026-11-30' },
});
