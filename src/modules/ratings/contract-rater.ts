import { z } from 'zod';
import { endpoint, instant, localDate, paging, queryList, uuid } from '../../kernel/endpoint.ts';
import { channel, code, exampleCode, exampleId, level, raterView, reasons, words } from './contract-shapes.ts';
import { ratingStatuses, subjectKinds } from './rules/transitions.ts';

/** The rater's side: one tap from the link, words after it, a follow-up, the answer to the re-visit; and what everybody may read. */

const phone = z.string().trim().max(20).default('');

export const openLink = endpoint({
  id: 'ratings.openLink',
  method: 'GET',
  path: '/api/rating-links/:code',
  summary: '凭链接看要评价的是什么、评过什么、单位怎么答复',
  permission: 'public',
  scope: 'public',
  input: z.object(code),
  output: raterView,
  errors: ['RATING_NOT_FOUND'],
  example: { code: exampleCode },
});

const byLink = <I extends z.ZodRawShape>(
  id: string,
  path: string,
  summary: string,
  shape: I,
  errors: readonly string[],
  example: Record<string, unknown>,
) =>
  endpoint({
    id: `ratings.${id}`,
    method: 'POST',
    path: `/api/rating-links/:code/${path}`,
    summary,
    permission: 'public',
    scope: 'public',
    input: z.object({ ...code, ...shape }),
    output: raterView,
    errors: ['RATING_NOT_FOUND', 'RATING_TRANSITION_IMPOSSIBLE', ...errors],
    example: { code: exampleCode, ...example },
  });

export const rateByLink = byLink(
  'rateByLink',
  'rating',
  '凭链接评价（五级，一件一评）',
  {
    level,
    reasons,
    words: words.default(''),
    anonymous: z.boolean().default(false),
    channel: channel.default('sms'),
  },
  ['RATING_ALREADY_GIVEN', 'RATING_TOO_LATE', 'RATING_REASON_UNKNOWN'],
  { level: 5 },
);

export const explainByLink = byLink(
  'explainByLink',
  'words',
  '评价以后补充理由和想说的话（一次）',
  { reasons, words: words.default(''), phone },
  ['RATING_TOO_EARLY', 'RATING_TOO_LATE', 'RATING_WORDS_ALREADY_GIVEN', 'RATING_REASON_UNKNOWN'],
  { reasons: ['slow'], words: '等了一上午' },
);

export const followUpByLink = byLink(
  'followUpByLink',
  'follow-up',
  '追加评价（一次，原来的评价不变）',
  { level, words: words.default(''), channel: channel.default('sms') },
  ['FOLLOW_UP_ALREADY_GIVEN', 'FOLLOW_UP_TOO_LATE'],
  { level: 4, words: '后来解决了' },
);

export const revisitByLink = byLink(
  'revisitByLink',
  'revisit',
  '回访：改得满不满意',
  { satisfied: z.boolean(), words: words.default('') },
  [],
  { satisfied: true },
);

export const rateCase = endpoint({
  id: 'ratings.rateCase',
  method: 'POST',
  path: '/api/cases/:caseId/rating',
  summary: '评价自己的办件（五级，一件一评）',
  permission: 'signedIn',
  scope: 'own',
  input: z.object({
    caseId: uuid,
    level,
    reasons,
    comment: words.default(''),
    anonymous: z.boolean().default(false),
  }),
  output: z.object({ level: z.number().int(), code: z.string() }),
  errors: [
    'CASE_NOT_FOUND',
    'RATING_TOO_EARLY',
    'RATING_TOO_LATE',
    'RATING_ALREADY_GIVEN',
    'RATING_REASON_UNKNOWN',
    'RATING_TRANSITION_IMPOSSIBLE',
  ],
  example: { caseId: exampleId, level: 5, comment: '办得快' },
});

export const myRatings = endpoint({
  id: 'ratings.mine',
  method: 'GET',
  path: '/api/my-ratings',
  summary: '我可以评价的和评价过的',
  permission: 'signedIn',
  scope: 'own',
  input: z.object({ subjectId: queryList(uuid), ...paging }),
  output: z.object({
    ratings: z.array(
      z.object({
        ...{ kind: z.enum(subjectKinds), subjectId: uuid, subjectNo: z.string(), itemName: z.string() },
        unitName: z.string(),
        finishedOn: localDate,
        /** Opens the rating page. */
        code: z.string(),
        status: z.enum(ratingStatuses),
        statusName: z.string(),
        mayRate: z.boolean(),
        rating: z
          .object({ level: z.number().int(), words: z.string(), anonymous: z.boolean(), at: instant })
          .nullable(),
        reply: z.string(),
        /** Asked whether what was done is enough. */
        awaitsRevisit: z.boolean(),
      }),
    ),
    total: z.number().int(),
  }),
  errors: [],
});

const serviceId = { id: z.string().max(64) };

export const ratingSummary = endpoint({
  id: 'ratings.summary',
  method: 'GET',
  path: '/api/guides/:id/rating',
  summary: '办过的人怎么评价（一件事：里面各事项的评价合计）',
  permission: 'public',
  scope: 'public',
  input: z.object(serviceId),
  output: z.object({
    count: z.number().int(),
    /** Share of levels 3–5, and the average level to one decimal; null without any. Removed ratings count nowhere. */
    goodShare: z.number().nullable(),
    average: z.number().nullable(),
    published: z.number().int(),
  }),
  errors: ['SERVICE_NOT_FOUND'],
  example: { id: 'enterprise-opening' },
});

export const publishedRatings = endpoint({
  id: 'ratings.published',
  method: 'GET',
  path: '/api/guides/:id/ratings',
  summary: '公开的评价和单位的答复',
  permission: 'public',
  scope: 'public',
  input: z.object({ ...serviceId, ...paging }),
  output: z.object({
    ratings: z.array(
      z.object({
        ...{ level: z.number().int(), levelName: z.string(), words: z.string(), reply: z.string() },
        itemName: z.string(),
        unitName: z.string(),
        publishedOn: localDate,
      }),
    ),
    total: z.number().int(),
  }),
  errors: ['SERVICE_NOT_FOUND'],
  example: { id: 'enterprise-opening' },
});
