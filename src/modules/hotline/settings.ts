import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { z } from 'zod';
import type { Services } from '../../kernel/module.ts';
import { dutiesFile, mattersFile, screeningFile, settingsFile, type HotlineCounty } from './rules/definition.ts';
import { ticketClasses } from './rules/transitions.ts';

const known = new WeakMap<Services, Promise<HotlineCounty>>();

/** Read once per running platform from `data/hotline`; a file that is wrong stops the start with its place. */
export function countyOf(services: Services): Promise<HotlineCounty> {
  const cached = known.get(services);
  if (cached !== undefined) return cached;
  const reading = readAll(services.countyFolder);
  known.set(services, reading);
  return reading;
}

export async function readCountyFile<T extends z.ZodType>(
  folder: string,
  name: string,
  shape: T,
): Promise<z.output<T>> {
  const content: unknown = parse(await readFile(join(folder, 'hotline', name), 'utf8'));
  const parsed = shape.safeParse(content);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `${issue.path.map(String).join('/')}：${issue.message}`);
  throw new Error(`县级数据 hotline/${name} 有错：\n${faults.join('\n')}`);
}

async function readAll(folder: string): Promise<HotlineCounty> {
  const [settings, screening, matters, duties] = await Promise.all([
    readCountyFile(folder, 'settings.yaml', settingsFile),
    readCountyFile(folder, 'screening.yaml', screeningFile),
    readCountyFile(folder, 'matters.yaml', mattersFile),
    readCountyFile(folder, 'duties.yaml', dutiesFile),
  ]);
  const county = { settings, screening, matters, duties };
  const problems = countyProblems(county);
  if (problems.length > 0) throw new Error(`县级数据 hotline 前后不一致：\n${problems.join('\n')}`);
  return county;
}

/** What one file alone cannot say. */
export function countyProblems({ settings, screening, duties }: HotlineCounty): string[] {
  const given = settings.terms.map((one) => one.class);
  const hints = [...screening.emergencies, ...screening.elsewhere].map(({ id }) => id);
  const units = duties.units.map(({ unit }) => unit);
  const weights = settings.rates.response.value + settings.rates.solution.value + settings.rates.satisfaction.value;
  return [
    ...ticketClasses.filter((one) => !given.includes(one)).map((one) => `类别 ${one} 没有办理时限`),
    ...repeated(hints).map((id) => `提示 ${id} 重复`),
    ...repeated(units).map((id) => `派单目录里单位 ${id} 重复`),
    ...duties.towns.filter(({ unit }) => !units.includes(unit)).map(({ unit }) => `地名里的 ${unit} 不在派单目录`),
    ...(Math.abs(weights - 1) > 1e-9 ? ['三率的权重加起来不是 1'] : []),
  ];
}

function repeated(ids: readonly string[]): string[] {
  return [...new Set(ids.filter((id, at) => ids.indexOf(id) !== at))];
}
