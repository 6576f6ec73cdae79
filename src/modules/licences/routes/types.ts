import { may } from '../../../kernel/actor.ts';
import { AppError } from '../../../kernel/errors.ts';
import { route, type Route } from '../../../kernel/module.ts';
import { unitDirectory } from '../../org/index.ts';
import * as contract from '../contract-types.ts';
import { typePicture } from '../faces.ts';
import { foreignTypesOf, settingsOf } from '../settings.ts';
import { listTypeRows, loadTypeVersion, lockType, versionsOfType, type TypeVersionHead } from '../store/types.ts';
import { checkDefinition, publish, publishedTypes, saveDraft } from '../types.ts';

const stateNames = { draft: '草稿', published: '在用', superseded: '已被新版代替' } as const;

export const typeRoutes: readonly Route[] = [
  route(contract.listTypes, async ({ tx, actor }) => {
    const [published, rows, directory] = [await publishedTypes(tx), await listTypeRows(tx), await unitDirectory(tx)];
    const { sealKinds } = await settingsOf(tx.services);
    return {
      types: rows.map((row) => {
        const type = published.get(row.id)?.definition;
        return {
          id: row.id,
          name: type?.name ?? row.name,
          code: type?.code ?? '',
          summary: type?.summary ?? '',
          issuers: (type?.issuers ?? []).map((id) => ({ id, name: directory.nameOf(id) })),
          holderKind: type?.holder.kind ?? 'either',
          sealKindName: sealKinds.find(({ id }) => id === type?.sealKind)?.name ?? '',
          published: row.published,
          draft: row.draft,
          fields: (type?.fields ?? []).map(({ id, label, kind, required, unit, personal, from }) => ({
            id,
            label,
            kind,
            required,
            unit,
            personal,
            fromHolder: from.some((source) => source.startsWith('holder:')),
          })),
          mayIssue: type?.issuers.some((unit) => may(actor, 'licence.issue', unit)) ?? false,
        };
      }),
      foreign: await foreignTypesOf(tx.services),
    };
  }),

  route(contract.readType, async ({ tx, input, actor }) => {
    const versions = await versionsOfType(tx, input.id);
    const wanted = input.version ?? versions[0]?.version;
    const row = wanted === undefined ? null : await loadTypeVersion(tx, input.id, wanted);
    if (row === null) throw new AppError('TYPE_NOT_FOUND');
    const { name } = row.definition;
    const isOthers = row.savedBy === null || row.savedBy !== actor.accountId;
    return {
      ...headView(row, name),
      definition: { ...row.definition },
      digest: row.digest,
      versions: versions.map((one) => headView(one, name)),
      faults: checkDefinition(row.definition).faults,
      mayPublish: row.state === 'draft' && isOthers && may(actor, 'licence-type.publish'),
    };
  }),

  route(contract.saveType, ({ tx, input }) => saveDraft(tx, input)),

  route(contract.publishType, async ({ tx, input }) => {
    await publish(tx, input.id, input.version);
    return { published: (await lockType(tx, input.id))?.published ?? input.version };
  }),

  route(contract.previewType, async ({ tx, input }) => {
    if (input.definition === null) {
      const type = (await publishedTypes(tx)).get(input.typeId ?? '');
      if (type === undefined) throw new AppError('TYPE_NOT_FOUND');
      return { ...(await typePicture(tx, type.definition, input.values)), faults: [] };
    }
    const { definition, faults } = checkDefinition(input.definition);
    if (definition === null) return { svg: '', width: 0, height: 0, faults };
    return { ...(await typePicture(tx, definition, input.values)), faults };
  }),
];

function headView(row: TypeVersionHead, name: string) {
  const { id, version, state, origin, note, savedAt, savedByName, publishedAt, publishedByName } = row;
  return {
    id,
    name,
    version,
    state,
    stateName: stateNames[state],
    origin,
    note,
    savedAt,
    savedByName,
    publishedAt,
    publishedByName,
  };
}
