import { z } from 'zod';
import { instant, localDate, uuid } from '../../kernel/endpoint.ts';
import { appealGrounds, channels, outcomes, ratingActions, ratingStatuses, subjectKinds } from './rules/transitions.ts';

/** What several endpoints of this module take or show. */

export const exampleId = '0190a0a0-0000-7000-8000-000000000000';
export const exampleCode = 'K7M2QXP4R8T3V6WA';
export const code = { code: z.string().trim().min(8).max(64) };
export const ratingId = { ratingId: uuid };
export const level = z.coerce.number().int().min(1).max(5);
export const reasons = z.array(z.string().max(40)).max(10).default([]);
export const words = z.string().trim().max(500);
export const line = (most: number) => z.string().trim().min(1, '请填写这一项。').max(most);
export const channel = z.enum(channels);
export const legalBasis = z.object({ title: z.string(), article: z.string() });
export const share = z.object({ part: z.number().int(), whole: z.number().int(), share: z.number().nullable() });
const reasonChoice = z.object({ id: z.string(), name: z.string() });
const said = z.object({ level: z.number().int(), levelName: z.string(), words: z.string(), at: instant });

/** What whoever holds the link reads: what it was about, what he said, what was answered. Nothing about him. */
export const raterView = z.object({
  kindName: z.string(),
  itemName: z.string(),
  unitName: z.string(),
  finishedOn: localDate,
  status: z.enum(ratingStatuses),
  statusName: z.string(),
  rateUntil: localDate,
  mayRate: z.boolean(),
  mayExplain: z.boolean(),
  mayFollowUp: z.boolean(),
  mayAnswerRevisit: z.boolean(),
  /** A telephone number may be left: nobody knows yet whom to call. */
  mayLeavePhone: z.boolean(),
  rating: said.extend({ reasons: z.array(z.string()), anonymous: z.boolean() }).nullable(),
  followUp: said.nullable(),
  reply: z.object({ words: z.string(), at: instant }).nullable(),
  reasons: z.object({ good: z.array(reasonChoice), bad: z.array(reasonChoice) }),
});

/** One line of the desk. Neither the case's number nor the hour: nobody looks up who it was. */
export const listedRating = z.object({
  id: uuid,
  no: z.string(),
  kind: z.enum(subjectKinds),
  kindName: z.string(),
  itemName: z.string(),
  unitId: z.string(),
  unitName: z.string(),
  level: z.number().int().nullable(),
  levelName: z.string(),
  reasons: z.array(z.string()),
  words: z.string(),
  anonymous: z.boolean(),
  channelName: z.string(),
  ratedOn: localDate.nullable(),
  status: z.enum(ratingStatuses),
  statusName: z.string(),
  appealing: z.boolean(),
  published: z.boolean(),
  outcomeName: z.string(),
  duty: z
    .object({
      title: z.string(),
      dueOn: localDate,
      light: z.enum(['green', 'yellow', 'red', 'paused', 'done']),
      unitName: z.string(),
      basis: legalBasis,
    })
    .nullable(),
});

const by = z.object({ at: instant, words: z.string(), by: z.string() });

export const wholeRating = listedRating.extend({
  handlerName: z.string(),
  followUp: z.object({ level: z.number().int(), levelName: z.string(), words: z.string(), on: localDate }).nullable(),
  contact: by.extend({ how: z.string(), inTime: z.boolean() }).nullable(),
  plan: z.object({ at: instant, measures: z.string(), days: z.number().int(), by: z.string() }).nullable(),
  reports: z.array(by),
  revisits: z.array(
    z.object({
      at: instant,
      how: z.enum(['link', 'phone']),
      satisfied: z.boolean().nullable(),
      words: z.string(),
      by: z.string(),
    }),
  ),
  direction: by.extend({ days: z.number().int() }).nullable(),
  appeal: by
    .extend({
      ground: z.enum(appealGrounds),
      groundName: z.string(),
      evidence: z.array(z.object({ id: uuid, name: z.string() })),
      decision: by.extend({ upheld: z.boolean() }).nullable(),
    })
    .nullable(),
  publication: by.extend({ reply: z.string() }).nullable(),
  withheld: z.object({ at: instant, reason: z.string(), by: z.string() }).nullable(),
  /** For who publishes: the words and the reply with numbers and names taken out. */
  draft: z.object({ words: z.string(), reply: z.string() }),
  outcome: z.enum(outcomes).nullable(),
  /** Who served, for the unit's leader and the supervising office; never for who deals with the rating. */
  served: z.object({ officerId: uuid.nullable(), officerName: z.string(), windowName: z.string() }).nullable(),
  /** Whether the caller may ask who it was. */
  maySeeRater: z.boolean(),
  days: z.object({ usual: z.number().int(), most: z.number().int() }),
  actions: z.array(z.object({ action: z.enum(ratingActions), zh: z.string(), basis: legalBasis })),
  history: z.array(z.object({ on: localDate, who: z.string(), what: z.string() })),
});

export const state = z.object({ status: z.enum(ratingStatuses) });
