import { z } from 'zod';
import { comparators } from './target.ts';

/** The county's plan and its rules as data: `data/plans/<year>.yaml` and `data/plans/settings.yaml`. */

const localDate = z.iso.date();
const units = z.array(z.string());

const target = z
  .strictObject({
    subject: z.string(),
    comparator: z.enum(comparators),
    value: z.number().nullable().default(null),
    unit: z.string().default(''),
    how: z.enum(['computed', 'reported']),
    /** Name in the registry of indicators, for computed ones. */
    formula: z.string().optional(),
    params: z.record(z.string(), z.unknown()).default({}),
    /** The other figure of `series>=`. */
    otherFormula: z.string().optional(),
    otherParams: z.record(z.string(), z.unknown()).default({}),
    baseline: z.number().nullable().default(null),
    baselineSource: z.string().default(''),
    startsOn: localDate.optional(),
    endsOn: localDate.optional(),
    note: z.string().default(''),
  })
  .refine((one) => (one.how === 'computed') === (one.formula !== undefined), '算出来的指标要有公式，填报的没有');

const entry = z.strictObject({
  no: z.string(),
  title: z.string(),
  summary: z.string(),
  area: z.number().int().nullable().default(null),
  leads: units,
  impliedLead: z.boolean().default(false),
  supporters: units.default([]),
  collectives: z.array(z.string()).default([]),
  sponsors: units.default([]),
  startsOn: localDate.optional(),
  deadline: localDate.optional(),
  milestones: z.array(z.strictObject({ name: z.string(), due: localDate })).default([]),
  targets: z.array(target).default([]),
});

export const planFile = z.strictObject({
  year: z.number().int(),
  title: z.string(),
  issuer: z.string(),
  documentNo: z.string(),
  issuedOn: localDate,
  startsOn: localDate,
  endsOn: localDate,
  source: z.string(),
  areas: z.array(
    z.strictObject({ no: z.number().int(), name: z.string(), sponsors: z.array(z.string()), leads: units }),
  ),
  measures: z.array(entry),
  subItems: z.array(entry),
});
export type PlanFile = z.output<typeof planFile>;
export type PlanEntry = z.output<typeof entry>;
export type PlanTarget = z.output<typeof target>;

const sourced = { source: z.string(), standing: z.enum(['national', 'plan', 'setting']) };

const schemeItem = z.discriminatedUnion('kind', [
  z.strictObject({
    id: z.string(),
    name: z.string(),
    kind: z.literal('deduction'),
    full: z.number().positive(),
    fact: z.string(),
    perMiss: z.number().positive(),
    basis: z.string(),
  }),
  z.strictObject({
    id: z.string(),
    name: z.string(),
    kind: z.literal('attainment'),
    full: z.number().positive(),
    basis: z.string(),
  }),
  z.strictObject({
    id: z.string(),
    name: z.string(),
    kind: z.literal('bonus'),
    cap: z.number().positive(),
    fact: z.string(),
    perFact: z.number().positive(),
    basis: z.string(),
  }),
]);

export const planSettings = z.strictObject({
  /** The unit that runs the plan: appeals are its task. */
  office: z.string(),
  lights: z.strictObject({
    yellowWorkingDays: z.number().int(),
    behindPoints: z.number(),
    ...sourced,
  }),
  /** 进展报送: month and day; the reminder goes to the last working day before one that is none. */
  rounds: z.array(
    z.strictObject({
      name: z.string(),
      day: z.string().regex(/^\d{2}-\d{2}$/),
      opensDaysBefore: z.number().int(),
      ...sourced,
    }),
  ),
  quotas: z.array(
    z.strictObject({
      id: z.string(),
      measureNo: z.number().int(),
      name: z.string(),
      kind: z.string(),
      count: z.number().int().positive(),
      every: z.enum(['month', 'halfYear', 'year']),
      graceDays: z.number().int().nonnegative(),
      owedBy: z.enum(['leads', 'supporters', 'named']),
      /** Units or collectives of the directory, where they are named. */
      units: units.default([]),
      ...sourced,
    }),
  ),
  /** A unit that leads and supports owes the higher quota, or both. */
  stacking: z.strictObject({ value: z.enum(['higher', 'sum']), ...sourced }),
  submissionKinds: z.array(z.strictObject({ id: z.string(), name: z.string() })),
  /** How long the units may appeal at least. */
  appealDays: z.strictObject({ value: z.string(), ...sourced }),
  /** How long the decision on an appeal may take. */
  decisionTerm: z.strictObject({ value: z.string(), ...sourced }),
  /** How long a unit has to put right what it was supervised for. */
  rectifyTerm: z.strictObject({ value: z.string(), ...sourced }),
  scheme: z.strictObject({
    id: z.string(),
    name: z.string(),
    supporterShare: z.number().min(0).max(1),
    items: z.array(schemeItem),
    ...sourced,
  }),
});
export type PlanSettings = z.output<typeof planSettings>;
