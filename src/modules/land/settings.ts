import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { z } from 'zod';
import type { Services } from '../../kernel/module.ts';
import {
  assessmentKindsFile,
  indicatorsFile,
  performanceFile,
  settingsFile,
  type AssessmentKinds,
  type DeskSettings,
  type IndicatorSettings,
  type PerformanceSettings,
} from './rules/definition.ts';
import type { IndicatorKind } from './rules/indicators.ts';
import type { PerformanceRules } from './rules/performance.ts';

export interface LandSettings {
  kinds: AssessmentKinds;
  indicators: IndicatorSettings;
  performance: PerformanceSettings;
  desk: DeskSettings;
}

const known = new WeakMap<Services, Promise<LandSettings>>();

/** Read once per running platform from `data/land`; a file that is wrong stops the start with its place. */
export function settingsOf(services: Services): Promise<LandSettings> {
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
  const content: unknown = parse(await readFile(join(folder, 'land', name), 'utf8'));
  const parsed = shape.safeParse(content);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `${issue.path.map(String).join('/')}：${issue.message}`);
  throw new Error(`县级数据 land/${name} 有错：\n${faults.join('\n')}`);
}

async function readAll(folder: string): Promise<LandSettings> {
  const [kinds, indicators, performance, desk] = await Promise.all([
    readCountyFile(folder, 'assessment-kinds.yaml', assessmentKindsFile),
    readCountyFile(folder, 'indicators.yaml', indicatorsFile),
    readCountyFile(folder, 'performance.yaml', performanceFile),
    readCountyFile(folder, 'settings.yaml', settingsFile),
  ]);
  const settings = { kinds, indicators, performance, desk };
  const problems = settingsProblems(settings);
  if (problems.length > 0) throw new Error(`县级数据 land 前后不一致：\n${problems.join('\n')}`);
  return settings;
}

/** What one file alone cannot say: references between them that lead nowhere. */
export function settingsProblems({ kinds, indicators, performance, desk }: LandSettings): string[] {
  const kindIds = kinds.kinds.map(({ id }) => id);
  const exceptions = kinds.kinds.flatMap((kind) => kind.exceptions);
  const figures = desk.performance.figures.map(({ id }) => id);
  const formulas = desk.performance.formulas.map(({ indicator }) => indicator);
  return [
    ...indicators.plotState.requiredAssessments.value
      .filter((id) => !kindIds.includes(id))
      .map((id) => `出让前要完成的评估 ${id} 不在 assessment-kinds.yaml`),
    ...desk.hazards
      .flatMap(({ means }) => means)
      .filter((one) => !exceptions.includes(one))
      .map((one) => `除外情形“${one}”不在 assessment-kinds.yaml`),
    ...performance.indicators.filter(({ id }) => !formulas.includes(id)).map(({ id }) => `指标 ${id} 没有算法`),
    ...desk.performance.formulas
      .flatMap(({ numerator, denominator }) => [numerator, denominator])
      .filter((id) => !figures.includes(id))
      .map((id) => `算法用到的数据 ${id} 没有列出`),
  ];
}

export function indicatorKindsOf({ indicators }: LandSettings): IndicatorKind[] {
  return indicators.indicators.map(({ group, atWhen, ...one }) => ({ ...one, phase: atWhen, core: group === 'basic' }));
}

/** The two files joined: weights and grades from the one, the arithmetic from the other. */
export function rankingRulesOf({ performance, desk }: LandSettings): PerformanceRules {
  let share = 0;
  return {
    indicators: performance.indicators.flatMap(({ id, name, unit, weight, better }) =>
      desk.performance.formulas
        .filter(({ indicator }) => indicator === id)
        .map(({ indicator: _, ...formula }) => ({
          ...formula,
          id,
          name,
          unit,
          weight,
          direction: better === 'more' ? ('higher' as const) : ('lower' as const),
        })),
    ),
    grades: performance.grades.map(({ grade, name, share: part }) => {
      share += part;
      return { grade, name, upTo: share / 100 };
    }),
    minimumFirms: desk.performance.minimumFirms,
  };
}

/** The Chinese name of a use; the slug itself when the county does not list it. */
export function useName({ desk }: LandSettings, slug: string): string {
  return desk.uses.find(({ id }) => id === slug)?.name ?? slug;
}
