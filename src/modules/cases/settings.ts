import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Services } from '../../kernel/module.ts';

const setting = z.strictObject({ term: z.string().regex(/^\d+(\.\d+)?(wd|nd|h)$/), source: z.string().min(1) });
const settings = z.strictObject({
  /** Promised term for saying yes, no or what is missing; the law allows five working days. */
  intake: setting,
  /** How long the applicant is given to answer a correction notice. */
  correctionAnswer: setting,
  /** Promised term of a case that was pre-reviewed, from the moment the earlier item is granted. */
  preReviewedDecision: setting,
});
export type CaseSettings = z.infer<typeof settings>;

const known = new WeakMap<Services, Promise<CaseSettings>>();

/** Read once per running platform from `data/cases/settings.yaml`. */
export function settingsOf(services: Services): Promise<CaseSettings> {
  const cached = known.get(services);
  if (cached !== undefined) return cached;
  const read = readFile(join(services.countyFolder, 'cases', 'settings.yaml'), 'utf8').then((text) =>
    settings.parse(parse(text)),
  );
  known.set(services, read);
  return read;
}
