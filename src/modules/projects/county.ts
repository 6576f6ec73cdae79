import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Services } from '../../kernel/module.ts';

/** What the county has decided about construction projects: data/projects/*.yaml. A project keeps what it began under. */

const slug = z.string().regex(/^[a-z][a-z0-9-]{1,63}$/);
const text = z.string().trim().min(1);
const answer = z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]);
const question = z.strictObject({ id: z.string(), required: z.boolean().default(true), when: text.optional() });

const stagesFile = z.object({
  stages: z
    .array(
      z.object({
        id: slug,
        order: z.number().int(),
        name: text,
        bundle: slug,
        /** Stages that must be done before this one may be applied for. */
        after: z.array(slug),
        lead: z.object({ unit: slug }),
        endsWith: text,
        /** Working days by project type. */
        budget: z.record(slug, z.number().int().min(0)),
      }),
    )
    .min(1),
});

const typesFile = z.object({
  types: z
    .array(
      z.object({
        id: slug,
        name: text,
        limit: z.string().regex(/^\d+wd$/),
        source: text,
        rules: z.array(z.object({ id: slug, when: text, reason: text, source: text })),
      }),
    )
    .min(1),
  facts: z.array(question).min(1),
  /** The data element that is told the judged type. */
  typeElement: z.string(),
});

const themesFile = z.object({
  themes: z
    .array(
      z.object({
        id: slug,
        name: text,
        description: text,
        types: z.array(slug),
        fixed: z.record(z.string(), answer).default({}),
        defaults: z.record(z.string(), answer).default({}),
      }),
    )
    .min(1),
});

const tracksFile = z.object({
  tracks: z.array(
    z.object({
      item: slug,
      name: text,
      /** What may not come without it. */
      before: z.enum(['works', 'permit', 'start', 'acceptance']),
      when: text.optional(),
      asks: z.array(z.string()).default([]),
      /** The kind of regional assessment that stands in for the track's own. */
      regionalKind: slug.optional(),
      note: z.string().default(''),
      source: text,
    }),
  ),
});

const valued = <T extends z.ZodType>(value: T) => z.object({ value, source: text });
const settingsFile = z.object({
  budgetWarning: valued(z.string().regex(/^\d+wd$/)),
  codeUnit: valued(slug),
  alertAnswer: valued(z.string().regex(/^\d+wd$/)),
  trackDaysAreUnits: valued(z.boolean()),
  ownTrackKeepsClockRunning: valued(z.boolean()),
});

export interface County {
  stages: z.infer<typeof stagesFile>['stages'];
  types: z.infer<typeof typesFile>['types'];
  facts: z.infer<typeof typesFile>['facts'];
  typeElement: string;
  themes: z.infer<typeof themesFile>['themes'];
  tracks: z.infer<typeof tracksFile>['tracks'];
  settings: {
    /** Yellow from so many working days before the budget breaks. */
    warningDays: number;
    codeUnit: string;
    alertTerm: string;
    trackDaysAreUnits: boolean;
    ownTrackKeepsClockRunning: boolean;
  };
}
export type Theme = County['themes'][number];

const known = new WeakMap<Services, Promise<County>>();

/** Read once per running platform; a county that contradicts itself is refused at start. */
export function countyOf(services: Services): Promise<County> {
  const cached = known.get(services);
  if (cached !== undefined) return cached;
  const read = readCounty(join(services.countyFolder, 'projects'));
  known.set(services, read);
  return read;
}

async function readCounty(folder: string): Promise<County> {
  const file = async <T extends z.ZodType>(name: string, schema: T): Promise<z.output<T>> =>
    schema.parse(parse(await readFile(join(folder, name), 'utf8')));
  const { stages } = await file('stages.yaml', stagesFile);
  const { types, facts, typeElement } = await file('types.yaml', typesFile);
  const { themes } = await file('themes.yaml', themesFile);
  const { tracks } = await file('tracks.yaml', tracksFile);
  const settings = await file('settings.yaml', settingsFile);
  const county: County = {
    stages: [...stages].sort((a, b) => a.order - b.order),
    types,
    facts,
    typeElement,
    themes,
    tracks,
    settings: {
      warningDays: Number.parseInt(settings.budgetWarning.value, 10),
      codeUnit: settings.codeUnit.value,
      alertTerm: settings.alertAnswer.value,
      trackDaysAreUnits: settings.trackDaysAreUnits.value,
      ownTrackKeepsClockRunning: settings.ownTrackKeepsClockRunning.value,
    },
  };
  refuseContradictions(county);
  return county;
}

function refuseContradictions({ stages, types, themes }: County): void {
  const faults: string[] = [];
  for (const type of types) {
    const shares = stages.map((stage) => stage.budget[type.id] ?? 0);
    const sum = shares.reduce((total, share) => total + share, 0);
    if (sum > Number.parseInt(type.limit, 10)) faults.push(`${type.name}：四个阶段合计${sum}，超过${type.limit}`);
  }
  for (const stage of stages) {
    for (const id of stage.after)
      if (!stages.some((one) => one.id === id && one.order < stage.order)) faults.push(`${stage.name}：前置阶段${id}`);
  }
  for (const theme of themes) {
    for (const id of theme.types)
      if (!types.some((type) => type.id === id)) faults.push(`${theme.name}：没有类型${id}`);
  }
  if (faults.length > 0) throw new Error(`data/projects 自相矛盾：${faults.join('；')}`);
}
