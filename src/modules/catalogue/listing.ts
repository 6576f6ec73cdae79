import type { Tx } from '../../kernel/module.ts';
import { unitDirectory } from '../org/index.ts';
import type { BundleDefinition, ItemDefinition } from './rules/definition.ts';
import { limitText } from './rules/limits.ts';
import { catalogueInForce } from './services.ts';

export interface ServiceFilter {
  audience?: 'person' | 'firm';
  theme?: string;
  lifeEvent?: string;
  /** Unit id. */
  department?: string;
  kind?: 'item' | 'bundle';
}

export interface ListedService {
  kind: 'item' | 'bundle';
  id: string;
  version: number;
  name: string;
  summary: string;
  audience: ('person' | 'firm')[];
  themes: string[];
  /** Empty for items. */
  lifeEvent: string;
  department: string;
  departmentName: string;
  promisedTerm: string;
  /** `1.5个工作日` */
  promised: string;
  /** Of the items of a bundle: the one that reaches least deep, and the most visits. */
  onlineDepth: ItemDefinition['onlineDepth'];
  visits: number;
  /** 即办件; false for bundles. */
  immediate: boolean;
  /** Ids of the items of a bundle. */
  items: string[];
}

/** Everything in force that fits: bundles first, in the order that their definitions ask for, then items by department. */
export async function listServices(tx: Tx, filter: ServiceFilter = {}): Promise<ListedService[]> {
  const [catalogue, directory] = [await catalogueInForce(tx), await unitDirectory(tx)];
  const ordered = [...catalogue.bundles.values()].sort(
    (a, b) => priorityOf(a.definition, filter) - priorityOf(b.definition, filter) || (a.row.id < b.row.id ? -1 : 1),
  );
  const bundles = ordered.map(({ definition, row }) =>
    listedBundle(
      definition,
      row.version,
      definition.items.flatMap((part) => catalogue.items.get(part.item)?.definition ?? []),
      directory.nameOf,
    ),
  );
  const items = [...catalogue.items.values()].map(({ definition, version }) =>
    listedItem(definition, version, directory.nameOf),
  );
  const position = new Map(directory.units.map((unit, at) => [unit.id, at]));
  const place = (one: ListedService) => position.get(one.department) ?? directory.units.length;
  return [...bundles, ...items.sort((a, b) => place(a) - place(b) || (a.id < b.id ? -1 : 1))].filter(
    (one) =>
      (filter.kind === undefined || one.kind === filter.kind) &&
      (filter.audience === undefined || one.audience.includes(filter.audience)) &&
      (filter.theme === undefined || one.themes.includes(filter.theme)) &&
      (filter.lifeEvent === undefined || one.lifeEvent === filter.lifeEvent) &&
      (filter.department === undefined || one.department === filter.department),
  );
}

function priorityOf({ priority = {} }: BundleDefinition, { audience }: ServiceFilter): number {
  const own = audience === undefined ? [priority.person, priority.firm] : [priority[audience]];
  return Math.min(...own.map((place) => place ?? Number.MAX_SAFE_INTEGER));
}

function listedItem(definition: ItemDefinition, version: number, nameOf: (unit: string) => string): ListedService {
  const { id, name, summary, audience, themes, department, promised, onlineDepth, visits } = definition;
  return {
    ...{ id, version, name, summary, audience, themes, department, onlineDepth, visits },
    kind: 'item',
    lifeEvent: '',
    departmentName: nameOf(department),
    promisedTerm: promised.term,
    promised: limitText(promised.term),
    immediate: definition.caseKind === 'immediate',
    items: [],
  };
}

const depths: readonly ItemDefinition['onlineDepth'][] = ['none', 'information', 'appointment', 'prereview', 'full'];

function listedBundle(
  definition: BundleDefinition,
  version: number,
  items: readonly ItemDefinition[],
  nameOf: (unit: string) => string,
): ListedService {
  const { id, name, summary, audience, themes, lifeEvent, lead, promised } = definition;
  const shallowest = Math.min(...items.map((item) => depths.indexOf(item.onlineDepth)));
  return {
    ...{ id, version, name, summary, audience, themes, lifeEvent },
    kind: 'bundle',
    department: lead,
    departmentName: nameOf(lead),
    promisedTerm: promised.term,
    promised: limitText(promised.term),
    onlineDepth: depths[shallowest] ?? 'none',
    visits: Math.max(0, ...items.map((item) => item.visits)),
    immediate: false,
    items: items.map((item) => item.id),
  };
}
