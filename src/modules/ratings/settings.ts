import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Services } from '../../kernel/module.ts';
import { ratingSettingsFile, type RatingSettings } from './rules/definition.ts';

const known = new WeakMap<Services, Promise<RatingSettings>>();

/** Read once per running platform from `data/ratings/settings.yaml`; a file that is wrong stops the start with its place. */
export function settingsOf(services: Services): Promise<RatingSettings> {
  const cached = known.get(services);
  if (cached !== undefined) return cached;
  const reading = read(services.countyFolder);
  known.set(services, reading);
  return reading;
}

async function read(folder: string): Promise<RatingSettings> {
  const content: unknown = parse(await readFile(join(folder, 'ratings', 'settings.yaml'), 'utf8'));
  const parsed = ratingSettingsFile.safeParse(content);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `${issue.path.map(String).join('/')}：${issue.message}`);
  throw new Error(`县级数据 ratings/settings.yaml 有错：\n${faults.join('\n')}`);
}

/** The reasons as people chose them; an id that left the list is shown as it is. */
export function reasonNames({ reasons }: RatingSettings, ids: readonly string[]): string[] {
  const all = [...reasons.good, ...reasons.bad];
  return ids.map((id) => all.find((one) => one.id === id)?.name ?? id);
}
