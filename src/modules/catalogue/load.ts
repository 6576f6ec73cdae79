import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { sql } from '../../kernel/db.ts';
import { stableJson } from '../../kernel/json.ts';
import type { Tx } from '../../kernel/module.ts';
import { localDateOf } from '../../kernel/time.ts';
import { unitDirectory } from '../org/index.ts';
import { buildItemCode } from './rules/codes.ts';
import { checkBundle, checkElement, checkItem, type Violation } from './rules/constraints.ts';
import {
  bundleDefinition,
  dataElement,
  itemDefinition,
  type BundleDefinition,
  type DataElement,
  type ItemDefinition,
} from './rules/definition.ts';
import { loadElements, putElements } from './store/elements.ts';
import { renewRevision } from './store/revisions.ts';
import { replaceCountySynonyms } from './store/thesaurus.ts';
import { addVersions, loadLatest, type NewVersion } from './store/versions.ts';

/** What the county offered when the platform was set up has no first day of its own: it is in force for every date. */
const beforeThePlatform = '2000-01-01';

/**
 * Brings the county's files into the catalogue: new and changed definitions become published versions. What staff have
 * edited since stays as it is, with a warning. Any broken rule stops the start, with all of them listed.
 */
export async function load(tx: Tx): Promise<void> {
  const files = await readFiles(tx.services.countyFolder);
  const digest = digestOf(files);
  await tx.exec(
    sql`insert into kernel.loaded (region, part, digest, at) values (${tx.region}, 'catalogue', '', ${tx.now}) on conflict do nothing`,
  );
  const loaded = await tx.one<{ digest: string }>(
    sql`select digest from kernel.loaded where region = ${tx.region} and part = 'catalogue' for update`,
  );
  if (loaded.digest === digest) return;

  const county = readCounty(files);
  const directory = await unitDirectory(tx);
  const elements = await loadCountyElements(tx, county.elements);
  const units = new Map(directory.units.map((unit) => [unit.id, unit]));
  const problems = [...county.problems, ...problemsOf(county, elements, units)];
  if (problems.length > 0) throw new Error(`事项目录资料有 ${problems.length} 处错误：\n${problems.join('\n')}`);

  const added = await addChanged(tx, county, elements, (unit) => units.get(unit)?.uscc ?? '');
  await replaceCountySynonyms(tx, county.synonyms);
  await renewRevision(tx, 'services');
  await renewRevision(tx, 'search');
  await tx.exec(
    sql`update kernel.loaded set digest = ${digest}, at = ${tx.now} where region = ${tx.region} and part = 'catalogue'`,
  );
  tx.note('catalogue:county', '载入本县事项目录', {
    items: county.items.length,
    bundles: county.bundles.length,
    changed: added,
  });
}

export interface County {
  elements: DataElement[];
  items: ItemDefinition[];
  bundles: BundleDefinition[];
  synonyms: { kind: 'equal' | 'oneWay'; words: string[]; leadsTo: string[] }[];
  /** Files that do not have the shape, one line each. */
  problems: string[];
}

interface CountyFile {
  path: string;
  text: string;
}

/** The county's YAML, for checks outside of a database too. */
export async function readCountyFolder(folder: string): Promise<County> {
  return readCounty(await readFiles(folder));
}

/** Every rule that the county's definitions break, as lines for people. */
export function problemsOf(
  county: County,
  elements: Readonly<Record<string, DataElement>>,
  units: ReadonlyMap<string, { name: string; uscc: string }>,
): string[] {
  const lines: string[] = [];
  const report = (where: string, violations: readonly Violation[]): void => {
    for (const { path, message, basis } of violations) lines.push(`${where} ${path}：${message}（${basis}）`);
  };
  const items = new Map(county.items.map((item) => [item.id, item]));
  for (const element of county.elements) report(`elements/${element.id}`, checkElement(element));
  const codes = new Map<string, string>();
  for (const item of county.items) {
    report(`items/${item.id}`, checkItem(item, { elements, units, basicCodes: codes }));
    codes.set(item.basicCode, item.name);
  }
  for (const bundle of county.bundles) {
    report(`bundles/${bundle.id}`, checkBundle(bundle, { elements, units, items }));
    if (items.has(bundle.id)) lines.push(`bundles/${bundle.id}：标识已经被一个事项使用。`);
  }
  return lines;
}

/** The elements a definition speaks of, for the frozen copy that goes with it. */
export function elementsOf(
  definition: ItemDefinition | BundleDefinition,
  elements: Readonly<Record<string, DataElement>>,
): Record<string, DataElement> {
  const used: Record<string, DataElement> = {};
  for (const { id } of definition.elements) {
    const element = elements[id];
    if (element !== undefined) used[id] = element;
  }
  return used;
}

export function versionDigest(definition: unknown, elements: unknown): string {
  return createHash('sha256')
    .update(stableJson([definition, elements]))
    .digest('hex');
}

async function readFiles(folder: string): Promise<CountyFile[]> {
  const read = async (part: string): Promise<CountyFile[]> => {
    const names = await readdir(join(folder, part)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
    return Promise.all(
      names
        .filter((name) => name.endsWith('.yaml'))
        .sort()
        .map(async (name) => ({ path: `${part}/${name}`, text: await readFile(join(folder, part, name), 'utf8') })),
    );
  };
  const parts = await Promise.all(['catalogue/elements', 'catalogue/items', 'catalogue/bundles', 'search'].map(read));
  return parts.flat();
}

function digestOf(files: readonly CountyFile[]): string {
  const hash = createHash('sha256');
  for (const file of files) hash.update(file.path).update('\0').update(file.text).update('\0');
  return hash.digest('hex');
}

const word = z.string().trim().min(1);
const wordList = z.union([word.transform((one) => [one]), z.array(word).min(1)]);
/** `{ words: [执照, 营业执照] }` mean the same; `{ from: 小饭馆, to: [餐饮店] }` leads one way. */
const synonymGroup = z.union([
  z.strictObject({ words: z.array(word).min(2) }),
  z.strictObject({ from: wordList, to: wordList }),
]);

function readCounty(files: readonly CountyFile[]): County {
  const county: County = { elements: [], items: [], bundles: [], synonyms: [], problems: [] };
  for (const { path, text } of files) {
    if (path.startsWith('catalogue/elements/'))
      readShape(path, text, z.array(dataElement), county.problems, (list) => county.elements.push(...list));
    else if (path.startsWith('catalogue/items/'))
      readShape(path, text, itemDefinition, county.problems, (item) => county.items.push(item));
    else if (path.startsWith('catalogue/bundles/'))
      readShape(path, text, bundleDefinition, county.problems, (bundle) => county.bundles.push(bundle));
    else if (path === 'search/synonyms.yaml') {
      readShape(path, text, z.array(synonymGroup), county.problems, (groups) => {
        county.synonyms.push(
          ...groups.map((group) =>
            'words' in group
              ? { kind: 'equal' as const, words: group.words, leadsTo: [] }
              : { kind: 'oneWay' as const, words: group.from, leadsTo: group.to },
          ),
        );
      });
    }
  }
  for (const [what, ids] of [
    ['数据项', county.elements.map((one) => one.id)],
    ['事项', county.items.map((one) => one.id)],
    ['一件事', county.bundles.map((one) => one.id)],
  ] as const) {
    for (const id of new Set(ids.filter((one, at) => ids.indexOf(one) !== at)))
      county.problems.push(`${what} ${id} 定义了两遍。`);
  }
  return county;
}

function readShape<S extends z.ZodType>(
  path: string,
  text: string,
  shape: S,
  problems: string[],
  keep: (value: z.output<S>) => void,
): void {
  let raw: unknown;
  try {
    raw = parse(text);
  } catch (error) {
    problems.push(`${path}：不是有效的 YAML，${(error as Error).message.split('\n')[0]}`);
    return;
  }
  const result = shape.safeParse(raw);
  if (result.success) keep(result.data);
  else
    for (const issue of result.error.issues)
      problems.push(`${path} /${issue.path.map(String).join('/')}：${issue.message}`);
}

async function loadCountyElements(tx: Tx, county: readonly DataElement[]): Promise<Record<string, DataElement>> {
  const before = new Map((await loadElements(tx)).map((row) => [row.id, row]));
  const digested = county.map((definition) => ({ definition, digest: versionDigest(definition, null) }));
  const changed = digested.filter(({ definition, digest }) => before.get(definition.id)?.digest !== digest);
  const kept = changed
    .filter(({ definition }) => before.get(definition.id)?.origin === 'staff')
    .map(({ definition }) => definition.id);
  if (kept.length > 0)
    tx.services.log.warn(
      { elements: kept },
      'data elements edited by staff differ from the county files and were kept',
    );
  await putElements(tx, changed, 'county');
  return {
    ...Object.fromEntries([...before.values()].map((row) => [row.id, row.definition])),
    ...Object.fromEntries(county.filter((one) => !kept.includes(one.id)).map((one) => [one.id, one])),
  };
}

async function addChanged(
  tx: Tx,
  county: County,
  elements: Readonly<Record<string, DataElement>>,
  usccOf: (unit: string) => string,
): Promise<number> {
  const all = [
    ...county.items.map((definition) => ({ kind: 'item' as const, definition })),
    ...county.bundles.map((definition) => ({ kind: 'bundle' as const, definition })),
  ];
  const before = new Map(
    (
      await loadLatest(
        tx,
        all.map(({ definition }) => definition.id),
      )
    ).map((row) => [row.id, row]),
  );
  const added: NewVersion[] = [];
  const kept: string[] = [];
  for (const { kind, definition } of all) {
    const used = elementsOf(definition, elements);
    const digest = versionDigest(definition, used);
    const latest = before.get(definition.id);
    if (latest?.countyDigest === digest) continue;
    if (latest !== undefined && (latest.origin === 'staff' || latest.state === 'withdrawn' || latest.kind !== kind)) {
      kept.push(definition.id);
      continue;
    }
    const itemCode =
      'department' in definition
        ? buildItemCode({
            uscc: usccOf(definition.department),
            level: definition.level,
            basicCode: definition.basicCode,
          })
        : '';
    added.push({
      id: definition.id,
      kind,
      version: (latest?.latest ?? 0) + 1,
      state: 'published',
      definition,
      elements: used,
      itemCode,
      digest,
      origin: 'county',
      note: '从本县资料载入',
      validFrom: latest === undefined ? beforeThePlatform : localDateOf(tx.now),
    });
  }
  if (kept.length > 0)
    tx.services.log.warn({ services: kept }, 'services edited by staff differ from the county files and were kept');
  await addVersions(tx, added);
  return added.length;
}
