import { z } from 'zod';
import { instant, localDate, storedFile, uuid } from '../../kernel/endpoint.ts';
import { measureLights } from './rules/light.ts';
import { comparators } from './rules/target.ts';

/** Shapes that several endpoints answer with. */

export const reason = z.string().trim().min(1, '请写明理由。').max(1000);
export const unitRef = z.object({ id: z.string(), name: z.string() });
export const evidence = z.array(storedFile).max(20);
export const light = z.enum(measureLights);

export const reading = z.object({
  id: uuid,
  on: localDate,
  /** Computed from what happened, or a number somebody handed in: never shown alike. */
  how: z.enum(['computed', 'reported']),
  value: z.number().nullable(),
  otherValue: z.number().nullable(),
  numerator: z.number().nullable(),
  denominator: z.number().nullable(),
  excluded: z.array(z.object({ why: z.string(), count: z.number().int() })),
  note: z.string(),
  evidence,
  state: z.enum(['submitted', 'accepted', 'returned']),
  at: instant,
  byName: z.string(),
  /** Who handed it in; null for computed ones. */
  unitId: z.string().nullable(),
  deciderName: z.string().nullable(),
  decision: z.string().nullable(),
});

export const targetView = z.object({
  id: uuid,
  subject: z.string(),
  comparator: z.enum(comparators),
  value: z.number().nullable(),
  unit: z.string(),
  text: z.string().describe('整句：开办时间不超过1.5工作日'),
  how: z.enum(['computed', 'reported']),
  /** How a computed figure comes about, in one sentence; empty for reported ones. */
  explanation: z.string(),
  baseline: z.number().nullable(),
  baselineSource: z.string(),
  startsOn: localDate,
  endsOn: localDate,
  note: z.string(),
  met: z.boolean().nullable(),
  attainment: z.number().nullable(),
  why: z.string(),
  latest: reading.nullable(),
});

export const measureLine = z.object({
  id: uuid,
  kind: z.enum(['measure', 'subItem']),
  no: z.string(),
  title: z.string(),
  area: z.number().int().nullable(),
  leads: z.array(unitRef),
  impliedLead: z.boolean(),
  supporters: z.array(unitRef),
  collectives: z.array(z.string()),
  deadline: localDate,
  originalDeadline: localDate,
  progress: z.number().int(),
  light,
  lightName: z.string(),
  lightWhy: z.string(),
  /** “目标 2 项，达到 1 项”; empty when there is none. */
  targets: z.array(z.object({ text: z.string(), met: z.boolean().nullable(), value: z.string(), how: z.string() })),
});

export const milestone = z.object({
  name: z.string().trim().min(1).max(100),
  due: localDate,
  doneOn: localDate.nullable(),
});

export const report = z.object({
  id: uuid,
  measureId: uuid,
  measureNo: z.string(),
  measureTitle: z.string(),
  unit: unitRef,
  round: z.string(),
  progress: z.number().int(),
  done: z.string(),
  problems: z.string(),
  nextSteps: z.string(),
  evidence,
  state: z.enum(['submitted', 'accepted', 'returned']),
  submittedAt: instant,
  submitterName: z.string(),
  decidedAt: instant.nullable(),
  deciderName: z.string().nullable(),
  decision: z.string().nullable(),
});

export const measureView = measureLine.omit({ targets: true }).extend({
  planId: uuid,
  summary: z.string(),
  areaName: z.string(),
  sponsors: z.array(z.string()),
  startsOn: localDate,
  suspended: z.boolean(),
  writtenOffOn: localDate.nullable(),
  milestones: z.array(milestone),
  targets: z.array(targetView),
  reports: z.array(report),
  supervisions: z.array(
    z.object({
      number: z.string(),
      unit: unitRef,
      level: z.string().describe('级别的名称：催办、督办、约谈'),
      state: z.enum(['issued', 'replied', 'closed']),
      issuedAt: instant,
      replyDueAt: instant,
      reason: z.string(),
      /** The slip itself. */
      link: z.string(),
    }),
  ),
  events: z.array(
    z.object({
      at: instant,
      type: z.string(),
      words: z.string(),
      actorName: z.string(),
      unitName: z.string(),
      /** What a request to write off rests on. */
      evidence,
    }),
  ),
  /** The same measure in the version of the plan that took this one's place. */
  continuedIn: z.object({ measureId: uuid, version: z.number().int() }).nullable(),
  superseded: z.boolean(),
  /** What this caller may do now. */
  actions: z.array(z.string()),
  version: z.number().int(),
});

export const planLine = z.object({
  id: uuid,
  year: z.number().int(),
  version: z.number().int(),
  title: z.string(),
  documentNo: z.string(),
  issuer: z.string(),
  issuedOn: localDate.nullable(),
  startsOn: localDate,
  endsOn: localDate,
  state: z.enum(['current', 'superseded']),
  source: z.string(),
  measures: z.number().int(),
});

export const lightCounts = z.record(light, z.number().int());
