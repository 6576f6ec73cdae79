import { AppError } from '../../kernel/errors.ts';
import { uuidv7 } from '../../kernel/ids.ts';
import type { Tx } from '../../kernel/module.ts';
import { chineseDate, localDateOf, type LocalDate } from '../../kernel/time.ts';
import { unitDirectory } from '../org/index.ts';
import { makeLicenceCopy } from './copies.ts';
import { openedValues } from './personal.ts';
import { plusDays } from './rules/dates.ts';
import { standingOn } from './rules/licence.ts';
import { standingNames } from './rules/transitions.ts';
import {
  decideUse,
  fetchFault,
  useGroundNames,
  useScopeNames,
  useStandingNames,
  useStandingOn,
  type UseAction,
  type UseGround,
  type UseScope,
  type UseState,
} from './rules/use.ts';
import { shownValue } from './rules/values.ts';
import { sharingTermsOf } from './settings.ts';
import { countSince, insertAccesses, type Access } from './store/accesses.ts';
import { loadLicence, loadLicences, type LicenceRow } from './store/licences.ts';
import { nextSerial } from './store/serials.ts';
import { appendUseEvent, insertUse, loadUseForDecision, type UseRow } from './store/uses.ts';
import { typeOfLicence } from './types.ts';

export interface UseOrder {
  purpose: string;
  caseNo: string;
  ground: UseGround;
  statute: string;
  scope: UseScope;
  fields: readonly string[];
  until: LocalDate | null;
}

/**
 * Asks for the use of a licence. By law it is allowed at once, and the holder is told; else he answers. Throws USE_TERM_WRONG,
 * USE_STATUTE_UNKNOWN, USE_CASE_MISSING, USE_FIELDS_WRONG.
 */
export async function askForUse(tx: Tx, licence: LicenceRow, unitId: string, order: UseOrder): Promise<UseRow> {
  const today = localDateOf(tx.now);
  const terms = await sharingTermsOf(tx.services);
  const until = order.until ?? plusDays(today, terms.usualDays.value);
  const latest = plusDays(today, terms.longestDays.value);
  if (until < today || until > latest)
    throw new AppError('USE_TERM_WRONG', { words: `要在今天和${chineseDate(latest)}之间。` });
  const statute = terms.statutes.find(({ id }) => id === order.statute);
  if (order.ground === 'statute') {
    if (statute === undefined) throw new AppError('USE_STATUTE_UNKNOWN');
    if (order.caseNo === '') throw new AppError('USE_CASE_MISSING');
  }
  const type = await typeOfLicence(tx, licence.typeId, licence.state.typeVersion);
  const fields = type.fields.map(({ id }) => id).filter((id) => order.fields.includes(id));
  if (order.scope === 'fields' && (fields.length === 0 || fields.length !== new Set(order.fields).size))
    throw new AppError('USE_FIELDS_WRONG');
  const period = today.replaceAll('-', '');
  const state: UseState = {
    id: uuidv7(Date.parse(tx.now)),
    no: `YZ${period}${String(await nextSerial(tx, 'use', '', period)).padStart(4, '0')}`,
    licenceId: licence.id,
    unitId,
    asker: { accountId: tx.actor.accountId, name: tx.actor.name },
    purpose: order.purpose,
    caseNo: order.caseNo,
    ground: order.ground,
    basis: order.ground === 'statute' ? `${statute?.name ?? ''}，${statute?.basis ?? ''}` : '',
    scope: order.scope,
    fields: order.scope === 'fields' ? fields : [],
    until,
    askedAt: tx.now,
    status: order.ground === 'statute' ? 'allowed' : 'asked',
    words: '',
  };
  const row = await insertUse(tx, state);
  tx.note(`licence:${licence.id}`, '申请用证', { use: state.no, purpose: state.purpose, ground: state.ground });
  if (licence.accountId !== null) {
    const unitName = (await unitDirectory(tx)).nameOf(unitId);
    tx.publish('licence.useAsked', {
      useId: state.id,
      accountId: licence.accountId,
      typeName: licence.state.typeName,
      unitName,
      purpose: state.purpose,
      needsAnswer: state.ground === 'consent',
      basis: state.basis,
    });
  }
  return row;
}

/** Answers, withdraws or cancels; `mayReach` says whether it is the caller's. Throws USE_NOT_FOUND and what the rules refuse. */
export async function decideOnUse(
  tx: Tx,
  useId: string,
  mayReach: (row: UseRow) => boolean | Promise<boolean>,
  order: { action: UseAction; until: LocalDate | null; words: string },
): Promise<UseRow> {
  const row = await loadUseForDecision(tx, useId);
  if (row === null || !(await mayReach(row))) throw new AppError('USE_NOT_FOUND');
  const result = decideUse(row.state, { ...order, at: tx.now, today: localDateOf(tx.now) });
  if ('refusal' in result) throw new AppError(result.refusal.code, { words: result.refusal.words });
  const after = await appendUseEvent(tx, row, result.event);
  tx.note(`licence:${row.licenceId}`, `用证：${useStandingNames[after.state.status]}`, { use: row.state.no });
  return after;
}

export interface Given {
  accessId: string;
  licence: LicenceRow;
  fields: { id: string; label: string; value: string }[];
  copyNo: string | null;
}

/**
 * Gives out what was allowed and puts it on record; the use is locked, so that the count of a day holds. Throws USE_NOT_FOUND,
 * USE_NOT_POSSIBLE, USE_TOO_OFTEN, COPY_NOT_POSSIBLE.
 */
export async function fetchUnderUse(
  tx: Tx,
  useId: string,
  mayReach: (row: UseRow) => boolean,
  format: 'ofd' | 'pdf',
): Promise<Given> {
  const row = await loadUseForDecision(tx, useId);
  const licence = row === null ? null : await loadLicence(tx, row.licenceId);
  if (row === null || licence === null || !mayReach(row)) throw new AppError('USE_NOT_FOUND');
  const { state } = row;
  const today = localDateOf(tx.now);
  const fault = fetchFault(state, today, standingOn(licence.state, today));
  if (fault !== null) throw new AppError('USE_NOT_POSSIBLE', { words: fault });
  await refuseTooOften(tx, { useId });
  const unitName = (await unitDirectory(tx)).nameOf(state.unitId);
  const copy =
    state.scope === 'file'
      ? await makeLicenceCopy(tx, licence, { recipient: unitName, purpose: state.purpose, format })
      : null;
  const fields = state.scope === 'fields' ? await fieldsOf(tx, licence, state.fields) : [];
  const accessId = uuidv7(Date.parse(tx.now));
  await insertAccesses(tx, [
    {
      id: accessId,
      licenceId: licence.id,
      useId,
      caseId: null,
      unitId: state.unitId,
      given: state.scope,
      fields: fields.map(({ label }) => label),
      purpose: state.purpose,
      ground: useGroundNames[state.ground],
      basis: state.basis,
      copyNo: copy?.no ?? null,
      copySha256: copy?.sha256 ?? null,
    },
  ]);
  tx.note(`licence:${licence.id}`, '取用证照', { use: state.no, given: state.scope, copy: copy?.no ?? null });
  return { accessId, licence, fields, copyNo: copy?.no ?? null };
}

/** The holder's own copy for somebody he names. Whoever calls has checked that it is his. */
export async function copyForHolder(
  tx: Tx,
  licence: LicenceRow,
  order: { recipient: string; purpose: string; format: 'ofd' | 'pdf' },
): Promise<Given> {
  const standing = standingOn(licence.state, localDateOf(tx.now));
  if (standing !== 'valid')
    throw new AppError('COPY_NOT_POSSIBLE', { words: `这份证照现在“${standingNames[standing]}”，不能做副本。` });
  await refuseTooOften(tx, { copiesOf: licence.id });
  const copy = await makeLicenceCopy(tx, licence, order);
  const accessId = uuidv7(Date.parse(tx.now));
  await insertAccesses(tx, [
    {
      id: accessId,
      licenceId: licence.id,
      useId: null,
      caseId: null,
      unitId: null,
      given: 'copy',
      fields: [],
      purpose: `给${order.recipient}：${order.purpose}`,
      ground: '持证人自己制作',
      basis: '',
      copyNo: copy.no,
      copySha256: copy.sha256,
    },
  ]);
  return { accessId, licence, fields: [], copyNo: copy.no };
}

async function refuseTooOften(tx: Tx, what: { useId: string } | { copiesOf: string }): Promise<void> {
  const { fetchesADay } = await sharingTermsOf(tx.services);
  const dayAgo = new Date(Date.parse(tx.now) - 86_400_000).toISOString();
  if ((await countSince(tx, what, dayAgo)) >= fetchesADay.value)
    throw new AppError('USE_TOO_OFTEN', { most: fetchesADay.value });
}

async function fieldsOf(tx: Tx, { typeId, state }: LicenceRow, wanted: readonly string[]) {
  const type = await typeOfLicence(tx, typeId, state.typeVersion);
  const { fields } = openedValues(tx, state);
  return type.fields
    .filter(({ id }) => wanted.includes(id))
    .map((field) => ({ id: field.id, label: field.label, value: shownValue(field, fields[field.id]) }));
}

/** Rows as contracts show them, with what their licences are called. */
export async function useViews(tx: Tx, rows: readonly UseRow[]) {
  const today = localDateOf(tx.now);
  const directory = await unitDirectory(tx);
  const ids = [...new Set(rows.map(({ licenceId }) => licenceId))];
  const licences = new Map((await loadLicences(tx, ids)).map((row) => [row.id, row]));
  const views = [];
  for (const { id, state, fetches } of rows) {
    const licence = licences.get(state.licenceId);
    if (licence === undefined) throw new Error(`no licence of use ${id}`);
    const standing = useStandingOn(state, today);
    const type = await typeOfLicence(tx, licence.typeId, licence.state.typeVersion);
    views.push({
      useId: id,
      no: state.no,
      licenceId: state.licenceId,
      typeName: licence.state.typeName,
      number: licence.state.number,
      holderLabel: licence.state.holder.label,
      unitId: state.unitId,
      unitName: directory.nameOf(state.unitId),
      askerName: state.asker.name,
      purpose: state.purpose,
      caseNo: state.caseNo,
      ground: state.ground,
      groundName: useGroundNames[state.ground],
      basis: state.basis,
      scope: state.scope,
      scopeName: useScopeNames[state.scope],
      fields: type.fields
        .filter((one) => state.fields.includes(one.id))
        .map((one) => ({ id: one.id, label: one.label })),
      until: state.until,
      askedAt: state.askedAt,
      state: standing,
      stateName: useStandingNames[standing],
      words: state.words,
      fetches,
    });
  }
  return views;
}

/** What was given, in words: 编号、有效期; 加注件. */
export function givenWords({ given, fields }: Pick<Access, 'given' | 'fields'>): string {
  switch (given) {
    case 'answer':
      return '查了是否有效';
    case 'fields':
      return `看了${fields.join('、')}`;
    case 'file':
      return '取了写明用途的副本';
    case 'copy':
      return '做了写明用途的副本';
  }
}
