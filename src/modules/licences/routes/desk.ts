import { may, type Reach } from '../../../kernel/actor.ts';
import { AppError } from '../../../kernel/errors.ts';
import { normaliseIdNumber, normaliseUscc } from '../../../kernel/identifiers.ts';
import { route, type Route, type Tx } from '../../../kernel/module.ts';
import { localDateOf } from '../../../kernel/time.ts';
import { unitDirectory } from '../../org/index.ts';
import { changeState, sealAnew } from '../change.ts';
import * as contract from '../contract.ts';
import { facePicture } from '../faces.ts';
import { inForceFor, issueLicence, type LicenceOrder } from '../issue.ts';
import { nameIndexes, numberIndexes, openedValues } from '../personal.ts';
import { possibleActions } from '../rules/decide.ts';
import { standingOn } from '../rules/licence.ts';
import { standingNames, transitions } from '../rules/transitions.ts';
import { listLicenceRows, loadLicence, loadLicenceForDecision, type LicenceFilter } from '../store/licences.ts';
import { publishedTypes, typeOfLicence, type PublishedType } from '../types.ts';
import { isReachable, listedView, mayOpen, wholeView } from '../views.ts';

export const deskRoutes: readonly Route[] = [
  route(contract.listLicences, async ({ tx, input, reach }) => {
    const { rows, total } = await listLicenceRows(tx, filterOf(tx, reach, input));
    const directory = await unitDirectory(tx);
    const types = [...(await publishedTypes(tx)).values()];
    return {
      licences: rows.map((row) => listedView(row, localDateOf(tx.now), directory)),
      total,
      types: types.map(({ definition: { id, name } }) => ({ id, name })),
    };
  }),

  route(contract.exportLicences, async ({ tx, input, reach }) => {
    const { rows, total } = await listLicenceRows(tx, filterOf(tx, reach, { ...input, page: 1, size: exportCap }));
    const directory = await unitDirectory(tx);
    tx.note('licences', '导出证照清单', { count: rows.length });
    return {
      licences: rows.map((row) => listedView(row, localDateOf(tx.now), directory)),
      total,
      isCapped: total > rows.length,
    };
  }),

  route(contract.readLicence, async ({ tx, input, reach, actor }) => {
    const row = await loadLicence(tx, input.licenceId);
    if (row === null || !isReachable(reach, row)) throw new AppError('LICENCE_NOT_FOUND');
    const { state } = row;
    const today = localDateOf(tx.now);
    const mayIssue = may(actor, 'licence.issue', row.issuerId) && state.status === 'valid';
    const type = await typeOfLicence(tx, state.typeId, state.typeVersion);
    const { fields } = openedValues(tx, state);
    return {
      ...(await wholeView(tx, row)),
      actions: may(actor, 'licence.change', row.issuerId)
        ? possibleActions(state, today).map((action) => ({
            action,
            zh: transitions[action].zh,
            basis: transitions[action].basis,
          }))
        : [],
      mayIssue,
      form: mayIssue
        ? type.fields.map(({ id, label, kind, required }) => ({ id, label, kind, required, value: fields[id] ?? '' }))
        : [],
    };
  }),

  route(contract.licenceFaceView, async ({ tx, input }) => {
    const row = await loadLicence(tx, input.licenceId);
    if (row === null || !(await mayOpen(tx, row))) throw new AppError('LICENCE_NOT_FOUND');
    tx.note(`licence:${row.id}`, '查看照面', { number: row.state.number });
    return facePicture(tx, row);
  }),

  route(contract.openLicenceFile, async ({ tx, input }) => {
    const row = await loadLicence(tx, input.licenceId);
    if (row === null || !(await mayOpen(tx, row))) throw new AppError('LICENCE_NOT_FOUND');
    const { sha256, size } = row.state.files[input.format];
    if (!(await tx.services.files.has(sha256))) throw new AppError('LICENCE_FILE_NOT_FOUND');
    tx.note(`licence:${row.id}`, '下载证照文件', { format: input.format, sha256 });
    return { sha256, size, name: `${row.state.typeName}.${input.format}`, type: `application/${input.format}` };
  }),

  route(contract.enterLicence, async ({ tx, input, reach }) => {
    const type = await typeFor(tx, input.typeId, input.issuerId, reach);
    const today = localDateOf(tx.now);
    const issuedOn = input.issuedOn ?? today;
    if (issuedOn > today)
      throw new AppError('LICENCE_DATE_WRONG', { from: issuedOn, earliest: '1949-10-01', latest: today });
    const holder = checkedHolder(input.holder);
    const existing = await inForceFor(tx, type.definition, holder, input.values);
    if (existing !== null)
      throw new AppError('LICENCE_IN_FORCE', { type: type.definition.name, number: existing.state.number });
    return issued(
      await issueLicence(tx, {
        ...byHand(input),
        typeId: input.typeId,
        unitId: input.issuerId,
        accountId: null,
        holder,
        typed: input.values,
        decidedOn: issuedOn,
        origin: { how: 'entered', reason: input.reason },
        stated: { number: input.number, validFrom: input.validFrom, validUntil: input.validUntil },
        earlier: null,
      }),
    );
  }),

  route(contract.issueNextVersion, async ({ tx, input, reach }) => {
    const earlier = await loadLicenceForDecision(tx, input.licenceId);
    if (earlier === null || !isReachable(reach, earlier)) throw new AppError('LICENCE_NOT_FOUND');
    const { holder } = openedValues(tx, earlier.state);
    await typeFor(tx, earlier.typeId, earlier.issuerId, reach);
    return issued(
      await issueLicence(tx, {
        ...byHand(input),
        typeId: earlier.typeId,
        unitId: earlier.issuerId,
        accountId: earlier.accountId,
        holder: input.holderName === '' ? holder : { ...holder, name: input.holderName },
        typed: input.values,
        decidedOn: localDateOf(tx.now),
        origin: { how: input.how, reason: input.reason },
        stated: { number: '', validFrom: null, validUntil: null },
        earlier,
      }),
    );
  }),

  route(contract.changeLicenceState, async ({ tx, input, reach, actor }) => {
    const { licenceId, basis, ...command } = input;
    const row = await changeState(tx, licenceId, (one) => isReachable(reach, one), {
      ...command,
      basis: basis === '' ? null : { title: basis, article: '' },
      by: actor.name,
    });
    const state = standingOn(row.state, localDateOf(tx.now));
    return { state, stateName: standingNames[state] };
  }),

  route(contract.sealLicenceAnew, async ({ tx, input, reach }) => {
    const { state } = await sealAnew(tx, input.licenceId, (one) => isReachable(reach, one), input.reason);
    return { ofd: state.files.ofd.sha256, pdf: state.files.pdf.sha256 };
  }),
];

export const exportCap = 5000;

function filterOf(
  tx: Tx,
  reach: Reach,
  input: {
    text: string;
    holderNumber: string;
    type: string[];
    issuer: string[];
    state: LicenceFilter['state'];
    issuedFrom?: string | undefined;
    issuedTo?: string | undefined;
    endsBy?: string | undefined;
    page: number;
    size: number;
  },
): LicenceFilter {
  const { holderNumber, issuedFrom, issuedTo, endsBy, ...rest } = input;
  return {
    ...rest,
    reach,
    nameIndexes: input.text === '' ? [] : nameIndexes(tx, input.text),
    numberIndexes: holderNumber === '' ? null : numberIndexes(tx, [normaliseUscc(holderNumber)]),
    issuedFrom: issuedFrom ?? null,
    issuedTo: issuedTo ?? null,
    endsBy: endsBy ?? null,
    today: localDateOf(tx.now),
  };
}

/** Throws LICENCE_TYPE_NOT_FOUND, LICENCE_NOT_THIS_UNIT. */
async function typeFor(tx: Tx, typeId: string, issuerId: string, reach: Reach): Promise<PublishedType> {
  const type = (await publishedTypes(tx)).get(typeId);
  if (type === undefined) throw new AppError('LICENCE_TYPE_NOT_FOUND', { type: typeId });
  const { name, issuers } = type.definition;
  if (!issuers.includes(issuerId) || !(reach === 'all' || reach.includes(issuerId))) {
    const directory = await unitDirectory(tx);
    throw new AppError('LICENCE_NOT_THIS_UNIT', {
      type: name,
      units: issuers.map((id) => directory.nameOf(id)).join('、'),
    });
  }
  return type;
}

function checkedHolder({ kind, name, number }: LicenceOrder['holder'] & object): NonNullable<LicenceOrder['holder']> {
  return { kind, name, number: kind === 'firm' ? normaliseUscc(number) : normaliseIdNumber(number) };
}

function byHand({ basis }: { basis: string }) {
  return { caseId: null, applicationId: null, itemId: '', answers: {}, documentNo: '', basis };
}

function issued(licence: Awaited<ReturnType<typeof issueLicence>>) {
  if (licence === null) throw new AppError('LICENCE_TYPE_NOT_FOUND', { type: '' });
  const { licenceId, identifier, number, version } = licence;
  return { licenceId, identifier, number, version };
}
