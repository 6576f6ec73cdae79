import { AppError } from '../../kernel/errors.ts';
import type { Services, Tx } from '../../kernel/module.ts';
import { localDateOf, type LocalDate } from '../../kernel/time.ts';
import { unitDirectory } from '../org/index.ts';
import type { DataElement } from './rules/definition.ts';
import { bundleDefinition, itemDefinition, type BundleDefinition, type ItemDefinition } from './rules/definition.ts';
import type { Service, ServiceItem } from './rules/service.ts';
import { loadRevisions, type Revisions } from './store/revisions.ts';
import { loadInForce, loadVersions, type ServiceKind, type VersionRow } from './store/versions.ts';

/** Everything in force on a day. */
export interface Catalogue {
  revisions: Revisions;
  day: LocalDate;
  items: ReadonlyMap<string, ServiceItem>;
  bundles: ReadonlyMap<string, { definition: BundleDefinition; row: VersionRow }>;
  rows: ReadonlyMap<string, VersionRow>;
}

interface Cache {
  current: Catalogue | null;
  built: Map<string, Service>;
  /** Published versions never change: kept whatever the revision. */
  frozen: Map<string, VersionRow>;
}

const caches = new WeakMap<Services, Cache>();

function cacheOf(tx: Tx): Cache {
  const cache = caches.get(tx.services) ?? { current: null, built: new Map(), frozen: new Map() };
  caches.set(tx.services, cache);
  return cache;
}

/** What is in force today. Kept in memory; one read by primary key tells whether it still holds. */
export async function catalogueInForce(tx: Tx): Promise<Catalogue> {
  const cache = cacheOf(tx);
  const [revisions, day] = [await loadRevisions(tx), localDateOf(tx.now)];
  const { current } = cache;
  if (current !== null && current.day === day && current.revisions.services === revisions.services) {
    if (current.revisions.search === revisions.search) return current;
    cache.current = { ...current, revisions };
    return cache.current;
  }
  const rows = await loadInForce(tx, day);
  const items = new Map<string, ServiceItem>();
  const bundles = new Map<string, { definition: BundleDefinition; row: VersionRow }>();
  for (const row of rows) {
    if (row.kind === 'item') items.set(row.id, serviceItem(row));
    else bundles.set(row.id, { definition: bundleDefinition.parse(row.definition), row });
  }
  cache.current = { revisions, day, items, bundles, rows: new Map(rows.map((row) => [row.id, row])) };
  cache.built.clear();
  return cache.current;
}

/** Which service; `versions` are the frozen ones (bundle's and items', by id) that a case started under. */
export interface ServiceReference {
  kind: ServiceKind;
  id: string;
  versions?: Readonly<Record<string, number>>;
}

/**
 * A service with its items and data elements: what is in force now, or exactly the named versions. Throws
 * SERVICE_NOT_FOUND when it is not in force, VERSION_NOT_FOUND for versions that do not exist.
 */
export async function serviceFor(tx: Tx, reference: ServiceReference): Promise<Service> {
  return reference.versions === undefined
    ? serviceInForce(tx, reference)
    : frozenService(tx, reference, reference.versions);
}

/** What is in force under this id, whatever its kind. Throws SERVICE_NOT_FOUND. */
export async function serviceById(tx: Tx, id: string): Promise<Service> {
  const row = (await catalogueInForce(tx)).rows.get(id);
  if (row === undefined) throw new AppError('SERVICE_NOT_FOUND', { id });
  return serviceFor(tx, { kind: row.kind, id });
}

async function serviceInForce(tx: Tx, { kind, id }: ServiceReference): Promise<Service> {
  const catalogue = await catalogueInForce(tx);
  const row = catalogue.rows.get(id);
  if (row?.kind !== kind) throw new AppError('SERVICE_NOT_FOUND', { id });
  const directory = await unitDirectory(tx);
  const cache = cacheOf(tx);
  const known = cache.built.get(id);
  if (known !== undefined && known.unitNames === unitNamesOf(known, directory.nameOf, known.unitNames)) return known;
  const bundle = catalogue.bundles.get(id)?.definition ?? null;
  // An item that is no longer in force leaves the bundle; publishing and withdrawing keep this from happening unnoticed.
  const parts = bundle === null ? [id] : bundle.items.map((part) => part.item);
  const rows = parts.flatMap((part) => catalogue.rows.get(part) ?? []);
  const service = build(
    row,
    bundle,
    rows.map((part) => catalogue.items.get(part.id) ?? serviceItem(part)),
    rows,
    directory.nameOf,
  );
  cache.built.set(id, service);
  return service;
}

async function frozenService(
  tx: Tx,
  { kind, id }: ServiceReference,
  versions: Readonly<Record<string, number>>,
): Promise<Service> {
  const { frozen, built } = cacheOf(tx);
  const wanted = Object.entries(versions).map(([service, version]) => ({ id: service, version }));
  const missing = wanted.filter((one) => !frozen.has(`${one.id}@${one.version}`));
  if (missing.length > 0) {
    if (frozen.size > 2_000) frozen.clear();
    for (const row of await loadVersions(tx, missing)) {
      if (row.publishedAt !== null) frozen.set(`${row.id}@${row.version}`, row);
    }
  }
  const rowOf = (service: string): VersionRow => {
    const version = versions[service];
    const row = frozen.get(`${service}@${version}`);
    if (row === undefined) throw new AppError('VERSION_NOT_FOUND', { name: service, version: version ?? 0 });
    return row;
  };
  const row = rowOf(id);
  if (row.kind !== kind) throw new AppError('SERVICE_NOT_FOUND', { id });
  const key = `${kind}:${id}@${wanted
    .map((one) => `${one.id}=${one.version}`)
    .sort()
    .join(',')}`;
  const directory = await unitDirectory(tx);
  const known = built.get(key);
  if (known !== undefined && known.unitNames === unitNamesOf(known, directory.nameOf, known.unitNames)) return known;
  const bundle = kind === 'bundle' ? bundleDefinition.parse(row.definition) : null;
  const parts =
    bundle === null ? [id] : bundle.items.map((part) => part.item).filter((item) => versions[item] !== undefined);
  const rows = parts.map(rowOf);
  const service = build(row, bundle, rows.map(serviceItem), rows, directory.nameOf);
  if (built.size > 2_000) built.clear();
  built.set(key, service);
  return service;
}

function build(
  row: VersionRow,
  bundle: BundleDefinition | null,
  items: ServiceItem[],
  itemRows: readonly VersionRow[],
  nameOf: (unit: string) => string,
): Service {
  const elements: Record<string, DataElement> = Object.assign(
    {},
    ...itemRows.map((one) => one.elements),
    row.elements,
  ) as Record<string, DataElement>;
  const definition = bundle ?? items[0]?.definition;
  const service: Service = {
    id: row.id,
    kind: row.kind,
    name: definition?.name ?? row.id,
    summary: definition?.summary ?? '',
    version: row.version,
    bundle,
    items,
    elements,
    unitNames: {},
  };
  return { ...service, unitNames: unitNamesOf(service, nameOf, {}) };
}

/** The same object as before when nothing was renamed, so that callers may cache by identity. */
function unitNamesOf(
  service: Service,
  nameOf: (unit: string) => string,
  before: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const units = new Set(service.items.flatMap(({ definition }) => unitsOf(definition)));
  if (service.bundle !== null) units.add(service.bundle.lead);
  const names = Object.fromEntries([...units].map((unit) => [unit, nameOf(unit)]));
  const same = [...units].every((unit) => before[unit] === names[unit]) && Object.keys(before).length === units.size;
  return same ? before : names;
}

export function unitsOf(definition: ItemDefinition): string[] {
  return [definition.department, ...definition.jointUnits, ...definition.steps.map((step) => step.department)];
}

function serviceItem(row: VersionRow): ServiceItem {
  return { definition: itemDefinition.parse(row.definition), version: row.version, itemCode: row.itemCode };
}
