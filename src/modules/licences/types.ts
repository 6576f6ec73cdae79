import { createHash } from 'node:crypto';
import { AppError } from '../../kernel/errors.ts';
import { stableJson } from '../../kernel/json.ts';
import type { Services, Tx } from '../../kernel/module.ts';
import { unitDirectory } from '../org/index.ts';
import { typeDefinition, type TypeDefinition } from './rules/definition.ts';
import { settingsOf } from './settings.ts';
import {
  addTypeVersions,
  loadPublished,
  loadTypeVersion,
  lockType,
  overwriteDraft,
  publishDraft,
  publishedDigest,
} from './store/types.ts';

/** A type in the version that licences are issued under now. */
export interface PublishedType {
  version: number;
  definition: TypeDefinition;
}

const caches = new WeakMap<Services, { digest: string | null; types: ReadonlyMap<string, PublishedType> }>();

/** Every published type by id. Kept in memory, checked by one small read, so that every process sees a publication at once. */
export async function publishedTypes(tx: Tx): Promise<ReadonlyMap<string, PublishedType>> {
  const { digest } = await publishedDigest(tx);
  const cached = caches.get(tx.services);
  if (cached !== undefined && cached.digest === digest) return cached.types;
  const types = new Map(
    (await loadPublished(tx)).map(({ id, version, definition }) => [id, { version, definition }] as const),
  );
  caches.set(tx.services, { digest, types });
  return types;
}

/** The version a licence was issued under: its labels and layout stay as they were. */
export async function typeOfLicence(tx: Tx, id: string, version: number): Promise<TypeDefinition> {
  const published = (await publishedTypes(tx)).get(id);
  if (published?.version === version) return published.definition;
  const row = await loadTypeVersion(tx, id, version);
  if (row === null) throw new Error(`licence of type ${id} version ${version}, which does not exist`);
  return row.definition;
}

export interface TypeFault {
  path: string;
  message: string;
}

/** The definition when it is whole, and every fault with its place. */
export function checkDefinition(raw: unknown): { definition: TypeDefinition | null; faults: TypeFault[] } {
  const parsed = typeDefinition.safeParse(raw);
  if (parsed.success) return { definition: parsed.data, faults: [] };
  const faults = parsed.error.issues.map(({ path, message }) => ({ path: `/${path.map(String).join('/')}`, message }));
  return { definition: null, faults };
}

/** Saves what staff are working on, unfinished as it may be. Throws TYPE_CHANGED, INVALID_INPUT. */
export async function saveDraft(
  tx: Tx,
  input: { id: string; definition: Record<string, unknown>; note: string; baseDigest: string },
): Promise<{ version: number; digest: string; faults: TypeFault[] }> {
  const { id, definition: raw, note } = input;
  if (raw.id !== id) {
    throw new AppError('INVALID_INPUT', {}, [{ path: '/definition/id', message: '内容里的标识和地址里的不一致。' }]);
  }
  const type = await lockType(tx, id);
  const draft = type?.draft == null ? null : await loadTypeVersion(tx, id, type.draft);
  if (draft !== null && draft.digest !== input.baseDigest)
    throw new AppError('TYPE_CHANGED', { by: draft.savedByName });
  const { definition, faults } = checkDefinition(raw);
  const kept = definition ?? raw;
  const name = typeof raw.name === 'string' && raw.name !== '' ? raw.name : id;
  const digest = digestOf(kept);
  const version = draft?.version ?? (type?.latest ?? 0) + 1;
  if (draft === null) {
    await addTypeVersions(tx, [{ id, name, version, state: 'draft', definition: kept, digest, origin: 'staff', note }]);
  } else {
    await overwriteDraft(tx, { id, version, name, definition: kept, digest, note });
  }
  tx.note(`licence-type:${id}`, '保存证照种类草稿', { version, note });
  return { version, digest, faults };
}

/** Freezes a draft. Throws TYPE_NOT_FOUND, TYPE_NOT_DRAFT, TYPE_SAME_PERSON, INVALID_INPUT with every fault. */
export async function publish(tx: Tx, id: string, version: number): Promise<void> {
  const type = await lockType(tx, id);
  const draft = type === null ? null : await loadTypeVersion(tx, id, version);
  if (draft === null) throw new AppError('TYPE_NOT_FOUND');
  if (draft.state !== 'draft') throw new AppError('TYPE_NOT_DRAFT');
  if (draft.savedBy !== null && draft.savedBy === tx.actor.accountId) throw new AppError('TYPE_SAME_PERSON');
  const { definition, faults: own } = checkDefinition(draft.definition);
  const faults = definition === null ? own : await surroundingFaults(tx, definition);
  if (definition === null || faults.length > 0) {
    throw new AppError(
      'INVALID_INPUT',
      {},
      faults.map(({ path, message }) => ({ path: `/definition${path}`, message })),
    );
  }
  await publishDraft(tx, id, version, definition.name);
  tx.note(`licence-type:${id}`, '发布证照种类', { version });
}

/** What the definition alone cannot say: units, kinds of seals and codes that others have. */
async function surroundingFaults(tx: Tx, { id, code, issuers, sealKind }: TypeDefinition): Promise<TypeFault[]> {
  const directory = await unitDirectory(tx);
  const { sealKinds } = await settingsOf(tx.services);
  const others = [...(await publishedTypes(tx)).values()].map(({ definition }) => definition);
  const taken = others.find((other) => other.id !== id && other.code === code);
  return [
    ...issuers.flatMap((unit, at) =>
      directory.byId(unit) === undefined ? [{ path: `/issuers/${at}`, message: `没有“${unit}”这个单位` }] : [],
    ),
    ...(sealKinds.some((kind) => kind.id === sealKind)
      ? []
      : [{ path: '/sealKind', message: `没有“${sealKind}”这种印章` }]),
    ...(taken === undefined ? [] : [{ path: '/code', message: `类型代码已经给了“${taken.name}”` }]),
  ];
}

export function digestOf(definition: unknown): string {
  return createHash('sha256').update(stableJson(definition)).digest('hex');
}
