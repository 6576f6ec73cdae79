import { z } from 'zod';
import { instant, localDate, storedFile, uuid } from '../../kernel/endpoint.ts';
import { caseStatuses } from './rules/transitions.ts';

/** What several endpoints of this module take or show. */

export const legalBasis = z.object({ title: z.string(), article: z.string() });
export const answers = z.record(
  z.string().max(64),
  z.union([z.string().max(5000), z.number(), z.boolean(), z.array(z.string().max(200)), z.null()]),
);
export const serviceRef = z.object({ kind: z.enum(['item', 'bundle']), id: z.string().max(64) });
export const applicationId = { applicationId: uuid };
export const caseId = { caseId: uuid };
export const reason = z.string().trim().max(1000);

export const documentView = z.object({ id: uuid, materialId: z.string(), uploadedAt: instant, ...storedFile.shape });

export const light = z.enum(['green', 'yellow', 'red', 'paused', 'done']);

export const stepView = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.string(),
  unitId: z.string(),
  unitName: z.string(),
  status: z.enum(['waiting', 'open', 'done', 'cancelled']),
  opinion: z.enum(['agree', 'disagree']).nullable(),
  note: z.string(),
  openedAt: instant.nullable(),
  doneAt: instant.nullable(),
  dueOn: localDate.nullable(),
  light: light.nullable(),
});

/** The parcel view of one case: who holds it, since when, how long it may still take, why a clock stands still. */
export const progressView = z.object({
  caseId: uuid,
  no: z.string(),
  itemId: z.string(),
  itemName: z.string(),
  unitId: z.string(),
  unitName: z.string(),
  status: z.enum(caseStatuses),
  statusName: z.string(),
  filedAt: instant.nullable(),
  acceptedAt: instant.nullable(),
  concludedAt: instant.nullable(),
  promisedTerm: z.string(),
  statutoryTerm: z.string(),
  dueOn: localDate.nullable(),
  dueText: z.string(),
  daysLeft: z.number().nullable(),
  light: light.nullable(),
  provisional: z.boolean(),
  /** Who has to act now: a unit, the applicant, or nobody (an earlier case, a notice period). */
  holders: z.array(
    z.object({ kind: z.enum(['unit', 'applicant', 'earlier']), name: z.string(), since: instant, what: z.string() }),
  ),
  paused: z
    .object({ ground: z.string(), basis: z.string(), noticeNo: z.string(), since: instant, plannedUntil: localDate })
    .nullable(),
  waitsFor: z.array(z.object({ caseId: uuid, itemName: z.string() })),
  correction: z
    .object({
      noticeNo: z.string(),
      at: instant,
      dueOn: localDate,
      defects: z.array(z.object({ about: z.string(), text: z.string() })),
      correctedAt: instant.nullable(),
    })
    .nullable(),
  owed: z.array(
    z.object({
      materialId: z.string(),
      name: z.string(),
      dueOn: localDate.nullable(),
      deliveredAt: instant.nullable(),
    }),
  ),
  outcome: z
    .object({
      kind: z.string(),
      at: instant,
      reason: z.string(),
      basis: legalBasis,
      remedy: z.string(),
      documentNo: z.string(),
    })
    .nullable(),
  resultName: z.string(),
  steps: z.array(stepView),
  /** Newest last: 时间、谁、做了什么、依据. */
  history: z.array(z.object({ at: instant, who: z.string(), what: z.string(), note: z.string(), basis: z.string() })),
  mayWithdraw: z.boolean(),
});

export const applicationView = z.object({
  id: uuid,
  no: z.string(),
  state: z.enum(['draft', 'filed']),
  service: z.object({ ...serviceRef.shape, name: z.string() }),
  revision: z.number().int(),
  /** For the next draft save and for prefilled pages; the applicant's own data in clear. */
  answers,
  documents: z.array(documentView),
  commitments: z.array(z.string()),
  createdAt: instant,
  updatedAt: instant,
  filedAt: instant.nullable(),
  cases: z.array(progressView),
});
