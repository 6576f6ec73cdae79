import { z } from 'zod';

/** The county's terms for the use of licences by others (data/licences/sharing.yaml). */
const counted = (least: number, most: number) =>
  z.strictObject({ value: z.number().int().min(least).max(most), source: z.string().min(1) });

export const sharingTermsFile = z.strictObject({
  longestDays: counted(1, 3660),
  usualDays: counted(1, 3660),
  fetchesADay: counted(1, 1000),
  statutes: z
    .array(
      z.strictObject({
        id: z.string().regex(/^[a-z][a-z0-9-]{1,63}$/),
        name: z.string().min(1),
        basis: z.string().min(1),
      }),
    )
    .max(30),
});
export type SharingTerms = z.output<typeof sharingTermsFile>;
