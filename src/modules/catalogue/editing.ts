import type { z } from 'zod';
import { AppError, type Issue } from '../../kernel/errors.ts';
import type { Tx } from '../../kernel/module.ts';
import { localDateOf, type LocalDate } from '../../kernel/time.ts';
import { unitDirectory } from '../org/index.ts';
import { elementsOf, versionDigest } from './load.ts';
import { buildItemCode } from './rules/codes.ts';
import { checkBundle, checkItem, type Violation } from './rules/constraints.ts';
import { bundleDefinition, itemDefinition, type BundleDefinition, type ItemDefinition } from './rules/definition.ts';
import { catalogueInForce } from './services.ts';
import { elementsById } from './store/elements.ts';
import { renewRevision } from './store/revisions.ts';
import {
  addVersions,
  findVersion,
  lockService,
  publishVersion,
  replaceDraft,
  setInReview,
  withdrawVersion,
  type Definition,
  type ServiceKind,
  type VersionRow,
  type VersionState,
} from './store/versions.ts';

export const stateNames: Readonly<Record<VersionState, string>> = {
  draft: '草稿',
  inReview: '待审',
  published: '已发布',
  withdrawn: '已撤下',
};

/** Every rule that a definition breaks: first its shape, then the catalogue's constraints, then the bundles it is in. */
export async function violationsOf(tx: Tx, kind: ServiceKind, raw: unknown): Promise<Violation[]> {
  const parsed = parse(kind, raw);
  if ('issues' in parsed)
    return parsed.issues.map(({ path, message }) => ({ path, message, basis: '本县事项目录编制规则' }));
  return constraintsOf(tx, kind, parsed.definition);
}

/**
 * Saves what staff are working on: overwrites the open draft or begins the next version. Only the shape must be right;
 * broken rules come back and stop the review, not the saving.
 */
export async function saveDraft(
  tx: Tx,
  input: { id: string; kind: ServiceKind; definition: unknown; note: string; baseDigest?: string | undefined },
): Promise<{ version: number; digest: string; violations: Violation[] }> {
  const parsed = parse(input.kind, input.definition);
  if ('issues' in parsed)
    throw new AppError(
      'INVALID_INPUT',
      {},
      parsed.issues.map(({ path, message }) => ({ path: `/definition${path}`, message })),
    );
  const { definition } = parsed;
  if (definition.id !== input.id)
    throw new AppError('INVALID_INPUT', {}, [{ path: '/definition/id', message: '内容里的标识和地址里的不一致。' }]);
  const service = await lockService(tx, input.id);
  if (service !== null && service.kind !== input.kind) throw new AppError('ID_TAKEN', { id: input.id });
  const open = service?.draft == null ? null : await findVersion(tx, input.id, service.draft);
  if (open !== null && input.baseDigest !== undefined && open.digest !== input.baseDigest)
    throw new AppError('DRAFT_CHANGED', { by: open.savedByName });
  const digest = versionDigest(definition, null);
  const version = open?.version ?? (service?.latest ?? 0) + 1;
  if (open !== null)
    await replaceDraft(tx, { id: input.id, kind: input.kind, version, definition, digest, note: input.note });
  else {
    await addVersions(tx, [
      {
        id: input.id,
        kind: input.kind,
        version,
        state: 'draft',
        definition,
        elements: {},
        itemCode: '',
        digest,
        origin: 'staff',
        note: input.note,
        validFrom: null,
      },
    ]);
  }
  tx.note(`catalogue:${input.id}`, input.note || '保存草稿', { version });
  return { version, digest, violations: await constraintsOf(tx, input.kind, definition) };
}

export async function submitForReview(tx: Tx, id: string, note: string): Promise<number> {
  const draft = await openVersion(tx, id, 'NOT_A_DRAFT');
  if (draft.state !== 'draft')
    throw new AppError('NOT_A_DRAFT', { version: draft.version, state: stateNames[draft.state] });
  refuseBroken(await constraintsOf(tx, draft.kind, draft.definition));
  await setInReview(tx, id, draft.version);
  tx.note(`catalogue:${id}`, note || '送审', { version: draft.version });
  return draft.version;
}

/** Publishes what is under review, by another person than the one who wrote it; the version before ends that day. */
export async function publish(
  tx: Tx,
  id: string,
  validFrom: LocalDate | undefined,
): Promise<{ version: number; validFrom: LocalDate; itemCode: string }> {
  const draft = await openVersion(tx, id, 'NOT_IN_REVIEW');
  if (draft.state !== 'inReview')
    throw new AppError('NOT_IN_REVIEW', { version: draft.version, state: stateNames[draft.state] });
  if (draft.savedBy !== null && draft.savedBy === tx.actor.accountId) throw new AppError('SAME_PERSON');
  const today = localDateOf(tx.now);
  const from = validFrom ?? today;
  if (from < today) throw new AppError('VALID_FROM_PAST', { today });
  refuseBroken(await constraintsOf(tx, draft.kind, draft.definition));
  const itemCode = await itemCodeOf(tx, draft.definition);
  const elements = elementsOf(draft.definition, await elementsById(tx));
  await publishVersion(tx, { id, version: draft.version, elements, itemCode, validFrom: from });
  await renewRevision(tx, 'services');
  tx.note(`catalogue:${id}`, '发布', { version: draft.version, validFrom: from });
  return { version: draft.version, validFrom: from, itemCode };
}

/** Takes a version out of force from today on, or gives up a draft. Running cases keep the version they started under. */
export async function withdraw(tx: Tx, id: string, version: number, reason: string): Promise<void> {
  const service = await lockService(tx, id);
  const row = service === null ? null : await findVersion(tx, id, version);
  if (row === null) throw new AppError('VERSION_NOT_FOUND', { name: service?.name ?? id, version });
  if (row.state === 'withdrawn') throw new AppError('ALREADY_WITHDRAWN', { version });
  if (row.state === 'published') {
    const { rows, bundles } = await catalogueInForce(tx);
    const user = [...bundles.values()].find(({ definition }) => definition.items.some((part) => part.item === id));
    if (user !== undefined && rows.get(id)?.version === version)
      throw new AppError('USED_BY_BUNDLE', { bundle: user.definition.name });
  }
  await withdrawVersion(tx, id, version, reason, localDateOf(tx.now));
  await renewRevision(tx, 'services');
  tx.note(`catalogue:${id}`, reason, { version, withdrawn: true });
}

async function openVersion(tx: Tx, id: string, refusal: 'NOT_A_DRAFT' | 'NOT_IN_REVIEW'): Promise<VersionRow> {
  const service = await lockService(tx, id);
  if (service === null) throw new AppError('SERVICE_NOT_FOUND', { id });
  const row = await findVersion(tx, id, service.draft ?? service.latest);
  if (row === null) throw new AppError('SERVICE_NOT_FOUND', { id });
  if (service.draft === null) throw new AppError(refusal, { version: row.version, state: stateNames[row.state] });
  return row;
}

function refuseBroken(violations: readonly Violation[]): void {
  if (violations.length === 0) return;
  const issues = violations.map(({ path, message, basis }) => ({
    path: `/definition${path}`,
    message: `${message}（${basis}）`,
  }));
  throw new AppError('CONSTRAINTS_BROKEN', { count: violations.length }, issues);
}

async function constraintsOf(tx: Tx, kind: ServiceKind, definition: Definition): Promise<Violation[]> {
  const [catalogue, elements, directory] = [
    await catalogueInForce(tx),
    await elementsById(tx),
    await unitDirectory(tx),
  ];
  const units = new Map(directory.units.map((unit) => [unit.id, unit]));
  const inForce = new Map([...catalogue.items].map(([id, item]) => [id, item.definition]));
  if (kind === 'bundle') return checkBundle(definition as BundleDefinition, { elements, units, items: inForce });
  const item = definition as ItemDefinition;
  const others = [...inForce.values()].filter((other) => other.id !== item.id);
  const basicCodes = new Map(others.map((other) => [other.basicCode, other.name]));
  const withItem = new Map([...inForce, [item.id, item]]);
  const broken = [...catalogue.bundles.values()]
    .map((bundle) => bundle.definition)
    .filter((bundle) => bundle.items.some((part) => part.item === item.id))
    .flatMap((bundle) =>
      checkBundle(bundle, { elements, units, items: withItem }).map((one) => ({
        ...one,
        path: '/promised/term',
        message: `会让“${bundle.name}”不合规则：${one.message}`,
      })),
    );
  return [...checkItem(item, { elements, units, basicCodes }), ...broken];
}

async function itemCodeOf(tx: Tx, definition: Definition): Promise<string> {
  if (!('department' in definition)) return '';
  const uscc = (await unitDirectory(tx)).byId(definition.department)?.uscc ?? '';
  return buildItemCode({ uscc, level: definition.level, basicCode: definition.basicCode });
}

function parse(kind: ServiceKind, raw: unknown): { definition: Definition } | { issues: Issue[] } {
  const result = (kind === 'item' ? itemDefinition : bundleDefinition).safeParse(raw);
  if (result.success) return { definition: result.data };
  return {
    issues: result.error.issues.map((issue: z.core.$ZodIssue) => ({
      path: `/${issue.path.map(String).join('/')}`,
      message: issue.message,
    })),
  };
}
