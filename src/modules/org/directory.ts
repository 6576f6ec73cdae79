import type { Services, Tx } from '../../kernel/module.ts';
import type { UnitDefinition } from './rules/directory.ts';
import { nameResolver, type ResolvedName } from './rules/names.ts';
import {
  directoryDigest,
  loadCollectives,
  loadCounty,
  loadLeaders,
  loadUnits,
  type CollectiveRow,
  type County,
  type LeaderRow,
  type UnitRow,
} from './store/directory.ts';

export interface UnitDirectory {
  county: County;
  /** In the order of the county's file; units that have left it are not listed, though `byId` still finds them. */
  units: readonly UnitRow[];
  collectives: readonly CollectiveRow[];
  leaders: readonly LeaderRow[];
  byId(id: string): UnitRow | undefined;
  /** The name people read; the id itself when nobody knows it. */
  nameOf(id: string): string;
  /** A department's name as a document writes it → unit or collective; null when it is neither, or not certain. */
  resolveName(text: string): ResolvedName | null;
  /** The units that a collective stands for. */
  membersOf(collectiveId: string): readonly UnitRow[];
}

const caches = new WeakMap<Services, { digest: string; directory: UnitDirectory }>();

/** Everyone in the county. Kept in memory, checked by one primary-key read, so that every process sees an update at once. */
export async function unitDirectory(tx: Tx): Promise<UnitDirectory> {
  const digest = await directoryDigest(tx);
  const cached = caches.get(tx.services);
  if (cached?.digest === digest) return cached.directory;
  const county = (await loadCounty(tx)) ?? { name: '', shortName: '', city: '', province: '', phoneAreaCode: '' };
  const directory = arrange(county, await loadUnits(tx), await loadCollectives(tx), await loadLeaders(tx));
  caches.set(tx.services, { digest, directory });
  return directory;
}

function arrange(
  county: County,
  all: readonly UnitRow[],
  collectives: readonly CollectiveRow[],
  leaders: readonly LeaderRow[],
): UnitDirectory {
  const units = all.filter((unit) => !unit.closed);
  const byId = new Map(all.map((unit) => [unit.id, unit]));
  const members = new Map<string, readonly UnitRow[]>(
    collectives.map((one) => [one.id, units.filter((unit) => isMember(one.members, unit.kind))]),
  );
  return {
    county,
    units,
    collectives,
    leaders,
    byId: (id) => byId.get(id),
    nameOf: (id) => byId.get(id)?.name ?? id,
    resolveName: nameResolver(county.name, units, collectives),
    membersOf: (id) => members.get(id) ?? [],
  };
}

function isMember(kinds: readonly UnitDefinition['kind'][], kind: UnitDefinition['kind']): boolean {
  return kinds.includes(kind);
}
