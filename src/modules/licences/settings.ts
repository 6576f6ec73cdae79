import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { z } from 'zod';
import type { Services } from '../../kernel/module.ts';
import {
  foreignTypes,
  licenceSettings,
  trialSeals,
  typeDefinition,
  type ForeignType,
  type LicenceSettings,
  type TypeDefinition,
} from './rules/definition.ts';
import { sharingTermsFile, type SharingTerms } from './rules/sharing-terms.ts';

const known = new WeakMap<Services, Promise<LicenceSettings>>();

/** Read once per running platform; a county without the file has no licences of its own, and no settings to miss. */
export function settingsOf(services: Services): Promise<LicenceSettings> {
  const cached = known.get(services);
  if (cached !== undefined) return cached;
  const reading = readCountyFile(services.countyFolder, 'settings.yaml', licenceSettings);
  known.set(services, reading);
  return reading;
}

const knownForeign = new WeakMap<Services, Promise<ForeignType[]>>();

/** Types that others issue and items only read. */
export function foreignTypesOf(services: Services): Promise<ForeignType[]> {
  const cached = knownForeign.get(services);
  if (cached !== undefined) return cached;
  const reading = readCountyFile(services.countyFolder, 'foreign-types.yaml', foreignTypes);
  knownForeign.set(services, reading);
  return reading;
}

export interface TypeFile {
  id: string;
  /** Of the file as it stands; what has not changed since the last start is not even parsed. */
  digest: string;
  text: string;
}

export async function typeFiles(folder: string): Promise<TypeFile[]> {
  const place = join(folder, 'licences', 'types');
  const names = (await readdir(place)).filter((name) => name.endsWith('.yaml')).sort();
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(join(place, name), 'utf8');
      return { id: name.slice(0, -'.yaml'.length), digest: createHash('sha256').update(text).digest('hex'), text };
    }),
  );
}

export function parseType({ id, text }: TypeFile): TypeDefinition {
  const definition = parsed(`types/${id}.yaml`, text, typeDefinition);
  if (definition.id !== id) throw new Error(`县级数据 licences/types/${id}.yaml 里的 id 是 ${definition.id}`);
  return definition;
}

export function readTrialSeals(folder: string): Promise<z.output<typeof trialSeals>> {
  return readCountyFile(folder, 'trial-seals.yaml', trialSeals);
}

const knownTerms = new WeakMap<Services, Promise<SharingTerms>>();

/** For how long, how often and on what grounds others may use a licence. */
export function sharingTermsOf(services: Services): Promise<SharingTerms> {
  const cached = knownTerms.get(services);
  if (cached !== undefined) return cached;
  const reading = readCountyFile(services.countyFolder, 'sharing.yaml', sharingTermsFile);
  knownTerms.set(services, reading);
  return reading;
}

async function readCountyFile<T extends z.ZodType>(folder: string, name: string, shape: T): Promise<z.output<T>> {
  return parsed(name, await readFile(join(folder, 'licences', name), 'utf8'), shape);
}

function parsed<T extends z.ZodType>(name: string, text: string, shape: T): z.output<T> {
  const result = shape.safeParse(parse(text));
  if (result.success) return result.data;
  const faults = result.error.issues.map((issue) => `${issue.path.map(String).join('/')}：${issue.message}`);
  throw new Error(`县级数据 licences/${name} 有错：\n${faults.join('\n')}`);
}
