import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Services } from '../../../kernel/module.ts';

/** The county's settings for the rooms: `data/projects/settings.yaml` (shared with the rest of the module) and `rooms.yaml`. */

const term = z.object({ value: z.string().regex(/^\d+(\.\d+)?(wd|nd|h|mo)$/), source: z.string().min(1) });
const text = z.string().trim().min(1);

const shared = z.object({
  consultation: z.object({
    term,
    silenceIsAgreement: z.object({ value: z.boolean(), source: text }),
  }),
  gatheredNotice: z.object({ term }),
  provisional: z.object({ overdue: z.object({ value: z.enum(['withdrawn', 'refused']), source: text }) }),
  commitment: z.object({
    inspectionTerm: term,
    correctionTerm: term,
    breach: z.object({ source: text }),
    barred: z.object({ source: text }),
  }),
  gasCommitmentMetres: z.object({ value: z.number().positive(), source: text }),
  jointAcceptance: z.object({
    rectificationTerm: term,
    reinspectionTerm: term,
    signers: z.array(z.object({ item: text, unit: text, aspect: text })).min(1),
    source: text,
  }),
  jointSurvey: z.object({ reviewer: z.object({ value: text, source: text }), reviewTerm: term }),
  pushes: z.array(
    z.object({
      id: text,
      name: text,
      when: z.object({ item: text, outcome: z.literal('granted') }),
      units: z.array(text).min(1),
      receiptTerm: text,
      asks: z.array(text),
      source: text,
    }),
  ),
  onlineConsultation: z.object({ answerTerm: term }),
});

const own = z.strictObject({
  consultation: z.strictObject({ minutesTerm: term }),
  gatheredNotice: z.strictObject({ answerTerm: term }),
  commitment: z.strictObject({
    recheckTerm: term,
    decisionTerm: term,
    barredItems: z.array(z.strictObject({ item: text, ground: text, source: text })),
    remedy: text,
  }),
  gas: z.strictObject({ item: text, unit: text, inspectionTerm: term, promise: text }),
  jointSurvey: z.strictObject({ correctionTerm: term }),
  jointAcceptance: z.strictObject({
    dateTerm: term,
    recordTerm: term,
    closeTerm: term,
    signTerm: term,
    opinionTerm: term,
    afterStage: text,
    remedy: text,
  }),
  offSystem: z.strictObject({ supervisor: text, verifyTerm: term, explainTerm: term, basis: text }),
});

export interface RoomSettings {
  shared: z.infer<typeof shared>;
  own: z.infer<typeof own>;
  /** As the file says, for the detector. */
  offSystem: unknown;
}

const known = new WeakMap<Services, Promise<RoomSettings>>();

/** Read once per running platform. */
export function roomSettings(services: Services): Promise<RoomSettings> {
  const cached = known.get(services);
  if (cached !== undefined) return cached;
  const read = readSettings(services.countyFolder);
  known.set(services, read);
  return read;
}

async function readSettings(countyFolder: string): Promise<RoomSettings> {
  const yaml = async (name: string): Promise<unknown> =>
    parse(await readFile(join(countyFolder, 'projects', name), 'utf8'));
  const file = await yaml('settings.yaml');
  const offSystem = z.object({ offSystem: z.unknown() }).parse(file).offSystem;
  return { shared: shared.parse(file), own: own.parse(await yaml('rooms.yaml')), offSystem };
}
