import { z } from 'zod';
import { parseTerm } from '../../../calendar/index.ts';
import { causeKinds, supervisionTriggers, ticketClasses } from './transitions.ts';

/** The shapes of `data/hotline/*.yaml`: every value with its source. */

const text = z.string().trim().min(1);
const slug = z.string().regex(/^[a-z][a-z0-9-]*$/);
const termText = z.string().refine((value) => {
  try {
    parseTerm(value);
    return true;
  } catch {
    return false;
  }
}, '期限的写法不对');
const sourced = <T extends z.ZodType>(value: T) => z.strictObject({ value, source: text });
const term = sourced(termText);
const count = sourced(z.number().int().min(0));
const share = sourced(z.number().min(0).max(1));

export const settingsFile = z.strictObject({
  office: sourced(slug),
  /** Whose desk it is when the office itself is reported. */
  deputy: sourced(slug),
  terms: z.array(
    z.strictObject({
      class: z.enum(ticketClasses),
      normal: term,
      urgent: term,
      extension: term,
      statutory: term.optional(),
    }),
  ),
  dispatch: z.strictObject({
    term,
    automatic: sourced(z.boolean()),
    townCopies: sourced(slug),
  }),
  sign: z.strictObject({ term, urgentTerm: term }),
  contactHours: count,
  returning: z.strictObject({
    hours: count,
    panelAfter: count,
    keepsStart: sourced(z.boolean()),
    rules: z.array(z.strictObject({ id: slug, text, source: text })).min(1),
  }),
  panelTerm: term,
  decisionTerm: term,
  reply: z.strictObject({
    leastCharacters: count,
    blocks: sourced(z.boolean()),
    emptyPhrases: sourced(z.array(text)),
    overlap: share,
  }),
  callBack: z.strictObject({
    term,
    attempts: count,
    reopenDays: count,
    reopenTerm: term,
    maxReopens: count,
  }),
  repeat: z.strictObject({ similarity: share, nearSimilarity: share, days: count }),
  rates: z.strictObject({ response: share, solution: share, satisfaction: share }),
  supervision: z.strictObject({
    triggers: z.array(
      z.strictObject({
        id: z.enum(supervisionTriggers),
        name: text,
        colour: z.enum(['blue', 'yellow', 'red']),
        level: slug,
        threshold: z.number().int().min(0),
        source: text,
      }),
    ),
  }),
  knowledge: z.strictObject({ validityMonths: count, newPolicyTerm: term, reviewTerm: term }),
  analysis: z.strictObject({
    hotDays: count,
    baselineWeeks: count,
    leastCount: count,
    factor: sourced(z.number().min(1)),
    causeTimes: count,
    causeDays: count,
    causeTerm: term,
  }),
  enterprise: z.strictObject({ trackTerm: term, hardTerm: term }),
  malicious: z.strictObject({ remedy: text, source: text }),
});
export type HotlineSettings = z.infer<typeof settingsFile>;

export const screeningFile = z.strictObject({
  emergencies: z.array(
    z.strictObject({ id: slug, name: text, number: text, words: z.array(text).min(1), text, source: text }),
  ),
  elsewhere: z.array(
    z.strictObject({ id: slug, name: text, words: z.array(text).min(1), channel: text, text, source: text }),
  ),
});
export type Screening = z.infer<typeof screeningFile>;

export const mattersFile = z.array(
  z.strictObject({
    id: slug,
    name: text,
    words: z.array(text).min(1),
    unit: slug,
    acceptTerm: termText,
    term: termText,
    within: text,
    basis: z.strictObject({ title: text, article: z.string() }),
    source: text,
  }),
);
export type Matters = z.infer<typeof mattersFile>;

export const dutiesFile = z.strictObject({
  source: text,
  units: z.array(
    z.strictObject({
      unit: slug,
      duties: z
        .array(z.strictObject({ topic: text, words: z.array(text).min(1), weight: z.number().positive().default(1) }))
        .min(1),
    }),
  ),
  towns: z.array(z.strictObject({ unit: slug, places: z.array(text).min(1) })),
});
export type Duties = z.infer<typeof dutiesFile>;

export const knowledgeFile = z.array(
  z.strictObject({
    id: slug,
    title: text.max(80),
    answer: text.max(2000),
    keywords: z.array(text).default([]),
    unit: slug,
    source: z.strictObject({ title: text, documentNo: z.string().default('') }),
    item: z.string().default(''),
    validFrom: z.iso.date(),
    validUntil: z.iso.date().nullable().default(null),
    verifiedOn: z.iso.date(),
  }),
);
export type StarterEntry = z.infer<typeof knowledgeFile>[number];

export interface HotlineCounty {
  settings: HotlineSettings;
  screening: Screening;
  matters: Matters;
  duties: Duties;
}

/** The kinds of cause that ask for a change of something, when they come again. */
export const changeableCauses = causeKinds.filter((kind) => kind !== 'single');
