import { z } from 'zod';
import { endpoint, instant, localDate, paging, uuid } from '../endpoint.ts';

export const journalEntry = z.object({
  id: uuid,
  at: instant,
  actorName: z.string(),
  unitId: z.string().nullable(),
  kind: z.enum(['command', 'read', 'job', 'event']),
  endpoint: z.string(),
  subject: z.string(),
  reason: z.string(),
  requestId: z.string(),
});

export const listJournal = endpoint({
  id: 'journal.list',
  method: 'GET',
  path: '/api/journal',
  summary: '查看操作日志',
  permission: 'journal.read',
  scope: 'region',
  input: z.object({
    subject: z.string().max(100).default(''),
    actor: z.string().max(50).default(''),
    endpoint: z.string().max(100).default(''),
    kind: z.enum(['', 'command', 'read', 'job', 'event']).default(''),
    from: localDate.optional(),
    to: localDate.optional(),
    ...paging,
  }),
  output: z.object({ entries: z.array(journalEntry), hasMore: z.boolean() }),
  errors: [],
});

export const verifyJournalEndpoint = endpoint({
  id: 'journal.verify',
  method: 'GET',
  path: '/api/journal/verification',
  summary: '核验操作日志是否被改动',
  permission: 'journal.verify',
  scope: 'region',
  input: z.object({}),
  output: z.object({
    ok: z.boolean(),
    seals: z.number().int(),
    entries: z.number().int(),
    unsealed: z.number().int(),
    head: z.string(),
    firstFault: z
      .object({
        kind: z.enum(['changed', 'removed', 'inserted', 'seal']),
        batch: z.number().int(),
        entryId: z.string().nullable(),
        at: instant.nullable(),
        message: z.string(),
      })
      .nullable(),
  }),
  errors: [],
});
