import { z } from 'zod';

/** data/ratings/settings.yaml: every number of this module that is not national law, with its source. */

const text = z.string().trim().min(1);
const term = z.strictObject({ term: z.string().regex(/^\d+(\.\d+)?(wd|nd|h)$/), source: text });
const days = z.strictObject({ days: z.int().positive(), source: text });
const reason = z.strictObject({ id: z.string().regex(/^[a-z][a-z-]*$/), name: text });

export const ratingSettingsFile = z
  .strictObject({
    /** The unit that supervises: reopened ratings, reviews and publication lie with it. */
    supervisingUnit: z.strictObject({ unit: text, source: text }),
    /** Natural days after finishing within which a missed rating may be added. */
    addWithin: days,
    followUpWithin: days,
    contact: term,
    handling: term,
    rectification: z.strictObject({ usual: z.int().positive(), most: z.int().positive(), source: text }),
    revisit: term,
    reopened: term,
    publication: term,
    appeal: term,
    unreachableAfter: z.strictObject({ attempts: z.int().positive(), source: text }),
    /** From which share on one of the five mechanisms is called working. */
    mechanismWorks: z.strictObject({ share: z.number().min(0).max(1), source: text }),
    reasons: z.strictObject({ good: z.array(reason).min(1), bad: z.array(reason).min(1), source: text }),
  })
  .refine(({ rectification: { usual, most } }) => usual <= most, '通常整改期限不能长于最长期限')
  .refine(
    ({ reasons: { good, bad } }) => new Set([...good, ...bad].map(({ id }) => id)).size === good.length + bad.length,
    '评价理由的编号重复',
  );
export type RatingSettings = z.infer<typeof ratingSettingsFile>;
