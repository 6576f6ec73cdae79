import { AppError } from '../../../kernel/errors.ts';
import { route, type Route, type Tx } from '../../../kernel/module.ts';
import { reachOf, type Reach } from '../../../kernel/actor.ts';
import { localDateOf } from '../../../kernel/time.ts';
import { unitDirectory } from '../../org/index.ts';
import * as contract from '../contract.ts';
import { numberIndexes } from '../personal.ts';
import { standingOn } from '../rules/licence.ts';
import { standingNames } from '../rules/transitions.ts';
import { fetchFault, useTransitions, type UseEvent } from '../rules/use.ts';
import { sharingTermsOf } from '../settings.ts';
import { accessesOfUse, listAccessesOf, loadAccess, reliancesOf } from '../store/accesses.ts';
import {
  isOwned,
  listLicenceRows,
  listOwnRows,
  loadLicence,
  loadLicenceForDecision,
  loadLicences,
  type HolderKeys,
} from '../store/licences.ts';
import { listUnitUses, listUsesOf, loadUse, loadUseHistory, type UseRow } from '../store/uses.ts';
import { publishedTypes } from '../types.ts';
import { askForUse, copyForHolder, decideOnUse, fetchUnderUse, givenWords, useViews, type Given } from '../uses.ts';
import { holderKeysOf, listedView } from '../views.ts';

export const useRoutes: readonly Route[] = [
  route(contract.sharingTerms, async ({ tx, input }) => {
    const terms = await sharingTermsOf(tx.services);
    const types = await publishedTypes(tx);
    return {
      longestDays: terms.longestDays.value,
      usualDays: terms.usualDays.value,
      statutes: terms.statutes,
      types: [...types.values()].map(({ definition: { id, name } }) => ({ id, name })),
      fields: types.get(input.typeId)?.definition.fields.map(({ id, label }) => ({ id, label })) ?? [],
    };
  }),

  route(contract.findLicence, async ({ tx, input }) => {
    const { typeId, number, holderNumber } = input;
    if (number === '' && holderNumber === '') throw new AppError('USE_SEARCH_TOO_WIDE');
    const { rows } = await listLicenceRows(tx, {
      reach: 'all',
      text: number,
      nameIndexes: [],
      numberIndexes: holderNumber === '' ? null : numberIndexes(tx, [holderNumber.toUpperCase()]),
      type: typeId === '' ? [] : [typeId],
      issuer: [],
      state: [],
      issuedFrom: null,
      issuedTo: null,
      endsBy: null,
      today: localDateOf(tx.now),
      page: 1,
      size: 20,
    });
    // A part of a number finds nothing here: who asks knows what he asks for.
    const found = rows.filter(({ state }) => number === '' || state.number === number || state.identifier === number);
    const directory = await unitDirectory(tx);
    tx.note('licences', '查找证照以申请使用', { found: found.map(({ id }) => id) });
    return { licences: found.map((row) => listedView(row, localDateOf(tx.now), directory)) };
  }),

  route(contract.askUse, async ({ tx, input, actor }) => {
    const licence = await loadLicence(tx, input.licenceId);
    if (licence === null || actor.unitId === null) throw new AppError('LICENCE_NOT_FOUND');
    return oneView(tx, await askForUse(tx, licence, actor.unitId, input));
  }),

  route(contract.listUses, async ({ tx, input, reach }) => {
    const { rows, total } = await listUnitUses(tx, reach, input.text, { ...input, today: localDateOf(tx.now) });
    return { uses: await useViews(tx, rows), total };
  }),

  route(contract.readUse, async ({ tx, input, reach }) => {
    const row = await loadUse(tx, input.useId);
    if (row === null || !isOurs(reach, row)) throw new AppError('USE_NOT_FOUND');
    const licence = await loadLicence(tx, row.licenceId);
    if (licence === null) throw new AppError('USE_NOT_FOUND');
    const today = localDateOf(tx.now);
    const accesses = await accessesOfUse(tx, row.id, 100);
    return {
      ...(await oneView(tx, row)),
      fetchFault: fetchFault(row.state, today, standingOn(licence.state, today)),
      history: (await loadUseHistory(tx, row.id)).map(({ at, actorName, body }) => ({
        at,
        words: wordsOf(body),
        by: actorName,
      })),
      accesses: accesses.map((one) => ({
        accessId: one.id,
        at: one.at,
        by: one.actorName,
        given: givenWords(one),
        copyNo: one.copyNo,
        href: hrefOf(one),
      })),
    };
  }),

  route(contract.fetchUse, async ({ tx, input, reach }) =>
    givenView(tx, await fetchUnderUse(tx, input.useId, (row) => isOurs(reach, row), input.format)),
  ),

  route(contract.cancelUse, async ({ tx, input, reach }) =>
    oneView(
      tx,
      await decideOnUse(tx, input.useId, (row) => isOurs(reach, row), {
        action: 'cancel',
        until: null,
        words: input.words,
      }),
    ),
  ),

  route(contract.openCopy, async ({ tx, input }) => {
    const access = await loadAccess(tx, input.accessId);
    const licence = access === null ? null : await loadLicence(tx, access.licenceId);
    if (access === null || licence === null || access.copySha256 === null || access.copyNo === null)
      throw new AppError('COPY_NOT_FOUND');
    const isTaker = access.unitId !== null && isWithinReach(reachOf(tx.actor, 'licence.use'), access.unitId);
    if (!isTaker && (await isOwned(tx, licence.id, await holderKeysOf(tx))) === null)
      throw new AppError('COPY_NOT_FOUND');
    const kept = await headOf(tx, access.copySha256);
    if (kept === null) throw new AppError('COPY_NOT_FOUND');
    tx.note(`licence:${licence.id}`, '打开加注件', { copy: access.copyNo });
    const format = kept.head.startsWith('%PDF') ? 'pdf' : 'ofd';
    return {
      sha256: access.copySha256,
      name: `${licence.state.typeName}（加注件${access.copyNo}）.${format}`,
      type: `application/${format}`,
      size: kept.size,
    };
  }),

  route(contract.myUses, async ({ tx, input }) => {
    const ids = await ownIds(tx, input.licenceId);
    const { rows, total, waiting } = await listUsesOf(tx, ids, { ...input, today: localDateOf(tx.now) });
    const views = await useViews(tx, rows);
    return {
      uses: views.map((one) => ({
        ...one,
        mayDecide: one.ground === 'consent' && one.state === 'asked',
        mayWithdraw: one.ground === 'consent' && one.state === 'allowed',
      })),
      total,
      waiting,
    };
  }),

  route(contract.decideUseOfMine, async ({ tx, input }) => {
    const keys = await holderKeysOf(tx);
    const isMine = async (row: UseRow) => (await isOwned(tx, row.licenceId, keys)) !== null;
    return oneView(tx, await decideOnUse(tx, input.useId, isMine, input));
  }),

  route(contract.myAccesses, async ({ tx, input }) => {
    const ids = await ownIds(tx, input.licenceId);
    const { rows, total } = await listAccessesOf(tx, ids, input);
    const directory = await unitDirectory(tx);
    const licences = new Map(
      (await loadLicences(tx, [...new Set(rows.map(({ licenceId }) => licenceId))])).map((row) => [row.id, row.state]),
    );
    return {
      accesses: rows.map((one) => ({
        accessId: one.id,
        licenceId: one.licenceId,
        typeName: licences.get(one.licenceId)?.typeName ?? '',
        number: licences.get(one.licenceId)?.number ?? '',
        at: one.at,
        who: one.unitId === null ? '您自己' : directory.nameOf(one.unitId),
        given: givenWords(one),
        purpose: one.purpose,
        ground: one.ground,
        basis: one.basis,
        useId: one.useId,
        href: hrefOf(one),
      })),
      total,
    };
  }),

  route(contract.makeCopy, async ({ tx, input }) => {
    const licence = await loadLicenceForDecision(tx, input.licenceId);
    if (licence === null || (await isOwned(tx, licence.id, await holderKeysOf(tx))) === null)
      throw new AppError('LICENCE_NOT_FOUND');
    return givenView(tx, await copyForHolder(tx, licence, input));
  }),

  route(contract.reliedLicences, async ({ tx, input }) => {
    const relied = await reliancesOf(tx, input.caseId, null);
    const today = localDateOf(tx.now);
    const licences = new Map(
      (await loadLicences(tx, [...new Set(relied.map(({ licenceId }) => licenceId))])).map((row) => [row.id, row]),
    );
    return {
      licences: relied.flatMap(({ material, licenceId, identifier, version, at }) => {
        const state = licences.get(licenceId)?.state;
        if (state === undefined) return [];
        const standing = standingOn(state, today);
        const { typeName, number } = state;
        return [
          { material, typeName, number, identifier, version, at, state: standing, stateName: standingNames[standing] },
        ];
      }),
    };
  }),
];

/** Size and first bytes of a stored file. */
async function headOf(tx: Tx, sha256: string): Promise<{ size: number; head: string } | null> {
  const opened = await tx.services.files.open(sha256);
  if (opened === null) return null;
  for await (const chunk of opened.stream)
    return { size: opened.size, head: Buffer.from(chunk).toString('latin1', 0, 8) };
  return { size: 0, head: '' };
}

const mostOwn = 500;

/** Ids of what the caller holds, or of the one he names. */
async function ownIds(tx: Tx, licenceId: string | undefined): Promise<string[]> {
  const keys: HolderKeys = await holderKeysOf(tx);
  if (licenceId !== undefined) return (await isOwned(tx, licenceId, keys)) === null ? [] : [licenceId];
  const all = { show: 'all' as const, types: [], today: localDateOf(tx.now), page: 1, size: mostOwn };
  return (await listOwnRows(tx, keys, all)).rows.map(({ id }) => id);
}

function isOurs(reach: Reach, { unitId }: UseRow): boolean {
  return isWithinReach(reach, unitId);
}

function isWithinReach(reach: Reach, unitId: string): boolean {
  return reach === 'all' || reach.includes(unitId);
}

async function oneView(tx: Tx, row: UseRow) {
  const [view] = await useViews(tx, [row]);
  if (view === undefined) throw new Error('a view for each row');
  return view;
}

function givenView(tx: Tx, { accessId, licence, fields, copyNo }: Given) {
  const standing = standingOn(licence.state, localDateOf(tx.now));
  return {
    accessId,
    at: tx.now,
    state: standing,
    stateName: standingNames[standing],
    fields,
    copy:
      copyNo === null
        ? null
        : { no: copyNo, href: `/api/licence-copies/${accessId}/content`, name: `${licence.state.typeName}（加注件）` },
  };
}

function hrefOf({ id, copyNo }: { id: string; copyNo: string | null }): string | null {
  return copyNo === null ? null : `/api/licence-copies/${id}/content`;
}

function wordsOf(event: UseEvent): string {
  return event.type === 'asked'
    ? `申请：${event.state.purpose}`
    : `${useTransitions[event.action].zh}${event.words === '' ? '' : `：${event.words}`}`;
}
