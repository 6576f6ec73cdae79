import { uuidv7 } from '../../kernel/ids.ts';
import type { Tx } from '../../kernel/module.ts';
import { localDateOf, type LocalDate } from '../../kernel/time.ts';
import { numberIndexes } from './personal.ts';
import { standingOn } from './rules/licence.ts';
import { insertAccesses, insertReliances } from './store/accesses.ts';
import { listOwnRows } from './store/licences.ts';
import { publishedTypes } from './types.ts';
import { holderKeysOf } from './views.ts';

/** A paper that a form asks for: a type of licence, or at least its name. */
export interface AskedMaterial {
  material: string;
  name: string;
  /** Empty: only the name is known. */
  typeId: string;
}

export interface Proof {
  material: string;
  licenceId: string;
  identifier: string;
  version: number;
  typeName: string;
  number: string;
  validUntil: LocalDate | null;
}

const mostOfOne = 200;

/**
 * What licences in force prove now, so that it need not be handed in (在线政务服务若干规定 第十条). A person's own and his
 * enterprises'; for staff who file for somebody at the window, those under the numbers on the form.
 */
export async function licencesProving(
  tx: Tx,
  asked: readonly AskedMaterial[],
  numbers: readonly string[],
): Promise<Proof[]> {
  const types = await publishedTypes(tx);
  const byName = new Map([...types.values()].map(({ definition: { id, name } }) => [plain(name), id]));
  const wanted = asked.flatMap((one) => {
    const typeId = types.has(one.typeId) ? one.typeId : byName.get(plain(one.name));
    return typeId === undefined ? [] : [{ material: one.material, typeId }];
  });
  if (wanted.length === 0) return [];
  const holder =
    tx.actor.kind === 'person'
      ? await holderKeysOf(tx)
      : {
          accountId: null,
          numberIndexes: numberIndexes(
            tx,
            numbers.map((number) => number.toUpperCase()),
          ),
        };
  const today = localDateOf(tx.now);
  const { rows } = await listOwnRows(tx, holder, {
    show: 'current',
    types: [...new Set(wanted.map(({ typeId }) => typeId))],
    today,
    page: 1,
    size: mostOfOne,
  });
  const valid = rows.filter(({ state }) => standingOn(state, today) === 'valid');
  return wanted.flatMap(({ material, typeId }) => {
    const found = valid.find((row) => row.typeId === typeId);
    if (found === undefined) return [];
    const { identifier, version, typeName, number, validUntil } = found.state;
    return [{ material, licenceId: found.id, identifier, version, typeName, number, validUntil }];
  });
}

/** Puts on record which version each case relied on, and lets the holder see it. */
export async function relyOn(
  tx: Tx,
  cases: readonly { caseId: string; unitId: string; itemName: string; proofs: readonly Proof[] }[],
): Promise<void> {
  await insertReliances(
    tx,
    cases.flatMap(({ caseId, proofs }) =>
      proofs.map(({ material, licenceId, identifier, version }) => ({
        caseId,
        material,
        licenceId,
        identifier,
        version,
      })),
    ),
  );
  await insertAccesses(
    tx,
    cases.flatMap(({ caseId, unitId, itemName, proofs }) =>
      [...new Set(proofs.map(({ licenceId }) => licenceId))].map((licenceId) => ({
        id: uuidv7(Date.parse(tx.now)),
        licenceId,
        useId: null,
        caseId,
        unitId,
        given: 'answer' as const,
        fields: [],
        purpose: `办理您申请的“${itemName}”，代替纸质证照`,
        ground: '办理申请人提出的事项',
        basis: '《国务院关于在线政务服务的若干规定》第十条',
        copyNo: null,
        copySha256: null,
      })),
    ),
  );
}

/** 营业执照副本（复印件） is 营业执照. */
function plain(name: string): string {
  return name.replaceAll(/\s|（.*?）|\(.*?\)|[《》“”]|正本|副本|复印件|原件|扫描件/g, '');
}
