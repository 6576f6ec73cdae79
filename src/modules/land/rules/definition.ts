import { z } from 'zod';
import { parseTerm } from '../../../calendar/index.ts';
import { comparators, phases } from './indicators.ts';
import { plotStates } from './plot-transitions.ts';

/** The shapes of the county's files in data/land. Every number there has its source. */

const text = z.string().trim().min(1);
const slug = z.string().regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, '编号用小写字母和连字符');
const term = z.string().refine(isTerm, '期限要写成 20wd、3mo 这样');
const sourced = <T extends z.ZodType>(value: T) => z.object({ value, source: text });
const day = z.iso.date();

function isTerm(value: string): boolean {
  try {
    parseTerm(value);
    return true;
  } catch {
    return false;
  }
}

function areUnique(rows: readonly { id: string }[]): boolean {
  return new Set(rows.map(({ id }) => id)).size === rows.length;
}

export const assessmentKindsFile = z.object({
  kinds: z
    .array(
      z.object({
        id: slug,
        name: text,
        fullName: text,
        /** The unit that answers for this kind. */
        reviewer: text,
        /** What of the catalogue it makes superfluous: items, and single materials as `item.material`. */
        replaces: z.object({ items: z.array(slug), materials: z.array(text) }),
        stillNeeds: text,
        exceptions: z.array(text),
        validYears: z.int().positive(),
        source: text,
      }),
    )
    .min(1)
    .refine(areUnique, '评估种类重复'),
  matching: z.object({ inside: z.literal('whole-plot'), validOn: z.literal('application-day'), source: text }),
  costOnEnterprise: sourced(z.literal(false)),
  renewalNoticeTerm: sourced(term),
});
export type AssessmentKinds = z.output<typeof assessmentKindsFile>;

export const indicatorsFile = z.object({
  indicators: z
    .array(
      z.object({
        id: slug,
        /** basic: the three; county: the N. */
        group: z.enum(['basic', 'county']),
        name: text,
        unit: z.string(),
        comparator: z.enum(comparators),
        atWhen: z.enum(phases),
        usual: z.number(),
        evidence: text,
        source: text,
      }),
    )
    .min(1)
    .refine(areUnique, '指标重复'),
  plotState: z.object({
    requiredLandState: sourced(z.array(text)),
    requiredAssessments: sourced(z.array(slug)),
    states: z.array(z.object({ id: z.enum(plotStates), name: text, guard: text })).length(plotStates.length),
  }),
  productionReviewAfter: sourced(term),
  breach: z.object({ rectificationTerm: sourced(term), steps: sourced(z.array(text)) }),
});
export type IndicatorSettings = z.output<typeof indicatorsFile>;

export const performanceFile = z.object({
  indicators: z
    .array(
      z.object({
        id: slug,
        name: text,
        unit: text,
        better: z.enum(['more', 'less']),
        weight: z.number().positive(),
        source: text,
      }),
    )
    .min(1)
    .refine(areUnique, '指标重复')
    .refine((rows) => Math.abs(rows.reduce((sum, one) => sum + one.weight, 0) - 100) < 1e-9, '权重合计要是 100'),
  grades: z
    .array(z.object({ grade: text, name: text, share: z.number().positive().max(100), words: text }))
    .min(1)
    .refine((rows) => Math.abs(rows.reduce((sum, one) => sum + one.share, 0) - 100) < 1e-9, '等次比例合计要是 100'),
  exempt: sourced(z.array(text)),
  lastGradeAlways: sourced(z.array(text)),
  minimumLandMu: sourced(z.number().nonnegative()),
  declareTerm: sourced(term),
  objectionTerm: sourced(term),
  idleLand: z.object({ startedWithin: sourced(term), takeBackAfter: sourced(term) }),
});
export type PerformanceSettings = z.output<typeof performanceFile>;

/** What belongs to the desks rather than to one of the three subjects. */
export const settingsFile = z.object({
  /** Which units work on what: they enter, and another person of these units publishes. */
  units: z.object({
    assessments: z.array(text).min(1),
    plots: z.array(text).min(1),
    performance: z.array(text).min(1),
    idle: z.array(text).min(1),
    source: text,
  }),
  uses: z.array(z.object({ id: slug, name: text })).refine(areUnique, '用途重复'),
  /** What an answer in a project's form says about the exceptions of the results: hazard → exceptions in words. */
  hazards: z.array(z.object({ id: slug, name: text, means: z.array(text) })).refine(areUnique, '风险重复'),
  plots: z.object({ basis: text, commitment: text, source: text }),
  performance: z.object({
    figures: z
      .array(
        z.object({
          id: z.string().regex(/^[a-z][A-Za-z0-9]*$/),
          name: text,
          unit: text,
          decimals: z.int().min(0).max(6),
        }),
      )
      .refine(areUnique, '数据重复'),
    formulas: z.array(
      z.object({
        indicator: slug,
        numerator: text,
        denominator: text,
        /** 100 for percentages. */
        times: z.number().positive(),
        benchmark: z.union([z.number().positive(), z.enum(['best', 'average', 'median'])]),
        cap: z.number().positive(),
        required: z.boolean(),
      }),
    ),
    minimumFirms: z.int().positive(),
    objectionDecisionTerm: term,
    checkTerm: term,
    source: text,
  }),
  idle: z.object({ measureTerm: term, source: text }),
});
export type DeskSettings = z.output<typeof settingsFile>;

const ring = z.array(z.tuple([z.number(), z.number()])).min(3);

export const trialFile = z.object({
  areas: z.array(z.object({ id: slug, name: text, organiser: text, town: text, polygon: ring })),
  results: z.array(z.object({ id: slug, area: slug, kind: slug, no: text, approvedOn: day, validUntil: day })),
  plots: z.array(
    z.object({
      id: slug,
      no: text,
      name: text,
      area: slug,
      use: slug,
      ready: z.array(text),
      polygon: ring,
      indicators: z.record(slug, z.number()),
    }),
  ),
});
export type Trial = z.output<typeof trialFile>;

export const trialFirmsFile = z.object({
  year: z.int(),
  firms: z.array(
    z.object({
      uscc: text,
      name: text,
      figures: z.record(z.string(), z.number().nullable()),
      exemption: z.string().optional(),
      lastGrade: z.string().optional(),
    }),
  ),
  idle: z.array(
    z.object({
      kind: z.enum(['unsupplied', 'idle']),
      name: text,
      location: text,
      areaMu: z.number().positive(),
      since: day,
      cause: text,
      unit: text,
      measure: text,
    }),
  ),
});
export type TrialFirms = z.output<typeof trialFirmsFile>;
