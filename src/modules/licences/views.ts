import { reachOf, type Reach } from '../../kernel/actor.ts';
import type { Tx } from '../../kernel/module.ts';
import { localDateOf, type LocalDate } from '../../kernel/time.ts';
import { profileOf, unitDirectory, type UnitDirectory } from '../org/index.ts';
import { qrSvg } from '../../kernel/ofd/qr.ts';
import { numberIndexes, openedValues } from './personal.ts';
import { originNames, standingOn, type LicenceEvent } from './rules/licence.ts';
import { standingCodes, standingNames, transitions } from './rules/transitions.ts';
import { shownValue, validityText } from './rules/values.ts';
import { sealName } from './seals.ts';
import { isOwned, loadHistory, loadLicences, type HolderKeys, type LicenceRow } from './store/licences.ts';
import { loadSeal } from './store/seals.ts';
import { typeOfLicence } from './types.ts';

/** A line of a list: nothing on it is personal beyond a masked name. */
export function listedView({ state }: LicenceRow, today: LocalDate, directory: UnitDirectory) {
  const standing = standingOn(state, today);
  return {
    licenceId: state.id,
    identifier: state.identifier,
    typeId: state.typeId,
    typeName: state.typeName,
    number: state.number,
    version: state.version,
    issuerId: state.issuer.unitId,
    issuerName: directory.nameOf(state.issuer.unitId),
    holderKind: state.holder.kind,
    holderLabel: state.holder.label,
    issuedOn: state.issuedOn,
    validFrom: state.validFrom,
    validUntil: state.validUntil,
    state: standing,
    stateName: standingNames[standing],
    stateCode: standingCodes[standing],
  };
}

/** One licence whole; the reading is noted. */
export async function wholeView(tx: Tx, row: LicenceRow) {
  const { state } = row;
  const today = localDateOf(tx.now);
  const type = await typeOfLicence(tx, state.typeId, state.typeVersion);
  const { holder, fields } = openedValues(tx, state);
  const neighbours = await loadLicences(
    tx,
    [state.predecessor, state.successor].filter((id) => id !== null),
  );
  const refOf = (id: string | null) => {
    const other = neighbours.find((one) => one.id === id)?.state;
    if (other === undefined) return null;
    const { identifier, version } = other;
    return { licenceId: other.id, identifier, version, stateName: standingNames[standingOn(other, today)] };
  };
  const seal = await loadSeal(tx, state.files.sealId);
  const history = await loadHistory(tx, [row.id]);
  tx.note(`licence:${row.id}`, '查看证照', { number: state.number });
  return {
    ...listedView(row, today, await unitDirectory(tx)),
    typeCode: state.typeCode,
    issuerCode: state.issuer.code,
    serial: state.serial,
    basis: state.basis,
    origin: {
      how: state.origin.how,
      name: originNames[state.origin.how],
      caseId: state.origin.caseId,
      reason: state.origin.reason,
    },
    holderName: holder.name,
    holderNumber: holder.number,
    fields: type.fields.map((field) => ({
      id: field.id,
      label: field.label,
      value: fields[field.id] ?? '',
      shown: shownValue(field, fields[field.id]),
      personal: field.personal,
    })),
    validityText: validityText({ from: state.validFrom, until: state.validUntil }),
    files: (['ofd', 'pdf'] as const).map((format) => ({
      format,
      ...state.files[format],
      href: `/api/licences/${row.id}/files/${format}/content`,
    })),
    seal: {
      sealId: state.files.sealId,
      name: seal === null ? '' : sealName(seal),
      sealedAt: state.files.sealedAt,
    },
    code: { text: state.files.code, svg: qrSvg(state.files.code) },
    changes: state.changes.map((change) => ({ ...change, zh: transitions[change.action].zh })),
    predecessor: refOf(state.predecessor),
    successor: refOf(state.successor),
    history: history.map(({ at, actorName, body }) => ({ at, words: wordsOf(body), by: actorName })),
  };
}

/** His own identity number and the codes of enterprises he acts for, as indexes. */
export async function holderKeysOf(tx: Tx): Promise<HolderKeys> {
  const { actor } = tx;
  if (actor.kind !== 'person' || actor.accountId === null) return { accountId: actor.accountId, numberIndexes: [] };
  // A number that somebody only typed opens nothing: it could be another's.
  const { idNumber, verifiedBy } = await profileOf(tx, actor.accountId);
  const own = idNumber === null || verifiedBy === '' ? [] : [idNumber];
  const numbers = [...own, ...actor.enterpriseIds];
  return { accountId: actor.accountId, numberIndexes: numberIndexes(tx, numbers) };
}

/** The holder, or an officer of a unit that his permission reaches. */
export async function mayOpen(tx: Tx, row: LicenceRow): Promise<boolean> {
  if (isReachable(reachOf(tx.actor, 'licence.read'), row)) return true;
  return tx.actor.kind === 'person' && (await isOwned(tx, row.id, await holderKeysOf(tx))) !== null;
}

export function isReachable(reach: Reach, { issuerId }: LicenceRow): boolean {
  return reach === 'all' || reach.includes(issuerId);
}

function wordsOf(event: LicenceEvent): string {
  switch (event.type) {
    case 'issued':
      return `${originNames[event.state.origin.how]}：${event.state.origin.reason}`;
    case 'stateChanged':
      return `${transitions[event.change.action].zh}：${event.change.reason}`;
    case 'sealedAnew':
      return `重新制作文件并盖章：${event.reason}`;
  }
}
