import type { Tx } from '../../kernel/module.ts';
import { unitDirectory } from '../org/index.ts';
import { sealMakerOf, yearsLater } from './authority.ts';
import type { LicenceSettings, TypeDefinition } from './rules/definition.ts';
import { newSealNo } from './seals.ts';
import { parseType, readTrialSeals, settingsOf, typeFiles } from './settings.ts';
import { countSeals, insertSeals } from './store/seals.ts';
import { addTypeVersions, loadCountyDigests, type NewTypeVersion } from './store/types.ts';

/**
 * Brings in the county's types: new ones at once; changed ones as the next version unless staff have edited since.
 * Makes root and seal maker, and in a trial lists the seals that its departments start with.
 */
export async function load(tx: Tx): Promise<void> {
  const settings = await settingsOf(tx.services);
  const directory = await unitDirectory(tx);
  const known = new Map((await loadCountyDigests(tx)).map((row) => [row.id, row]));
  const changed = (await typeFiles(tx.services.countyFolder)).filter(({ id, digest }) => {
    const row = known.get(id);
    return row === undefined || (row.countyDigest !== digest && row.origin === 'county');
  });
  const types = changed.map(parseType);
  refuseUnknown(types, settings, (id) => directory.byId(id) !== undefined);
  const versions = changed.map(({ id, digest }, at): NewTypeVersion => {
    const definition = types[at];
    const version = (known.get(id)?.latest ?? 0) + 1;
    const [name, note] = [definition?.name ?? id, '随县级数据载入'];
    return { id, name, version, state: 'published', definition, digest, origin: 'county', note };
  });
  await addTypeVersions(tx, versions);
  await sealMakerOf(tx);
  if (tx.services.trial && (await countSeals(tx)) === 0) await listTrialSeals(tx, settings);
}

/** Only listed: each is drawn and signed when it is first needed, or by the job soon after the start. */
async function listTrialSeals(tx: Tx, settings: LicenceSettings): Promise<void> {
  const directory = await unitDirectory(tx);
  const wanted = await readTrialSeals(tx.services.countyFolder);
  await insertSeals(
    tx,
    wanted.map(({ unit, kind: kindId, types, reason }) => {
      const kind = settings.sealKinds.find(({ id }) => id === kindId);
      const wording = directory.byId(unit)?.fullName;
      if (kind === undefined || wording === undefined) throw new Error(`trial-seals.yaml: ${unit} ${kindId}`);
      const { line, diameter } = kind;
      // As if they had been in use for a while: a trial's clock may be set back by some months.
      const validFrom = `${Number(tx.now.slice(0, 4)) - 1}-01-01T00:00:00.000Z`;
      const span = { validFrom, validUntil: yearsLater(validFrom, settings.sealYears) };
      return {
        ...newSealNo(tx),
        unitId: unit,
        kind: kindId,
        wording,
        line,
        diameter,
        types,
        ...span,
        ...granted(reason),
      };
    }),
  );
}

function granted(reason: string) {
  return { appliers: [], replaces: null, reason, released: true };
}

function refuseUnknown(types: readonly TypeDefinition[], settings: LicenceSettings, isUnit: (id: string) => boolean) {
  const codes = types.map(({ code }) => code);
  const faults = types.flatMap(({ id, code, issuers, sealKind }) => [
    ...issuers.filter((unit) => !isUnit(unit)).map((unit) => `${id}：没有“${unit}”这个单位`),
    ...(settings.sealKinds.some((kind) => kind.id === sealKind) ? [] : [`${id}：没有“${sealKind}”这种印章`]),
    ...(codes.indexOf(code) === codes.lastIndexOf(code) ? [] : [`${id}：类型代码 ${code} 用了两次`]),
  ]);
  if (faults.length > 0) throw new Error(`县级数据 licences 前后不一致：\n${faults.join('\n')}`);
}
