import { AppError, type Issue } from '../../kernel/errors.ts';
import { uuidv7 } from '../../kernel/ids.ts';
import type { Tx } from '../../kernel/module.ts';
import type { LocalDate } from '../../kernel/time.ts';
import { unitDirectory } from '../org/index.ts';
import { holderLabel, produceFiles } from './issued-files.ts';
import { assignedCode, identityOf, numberFor } from './numbering.ts';
import { openedValues, sealValues, subjectIndexOf, indexesOf } from './personal.ts';
import { plusMonths } from './rules/dates.ts';
import { decide } from './rules/decide.ts';
import type { TypeDefinition } from './rules/definition.ts';
import type { FaceFacts } from './rules/face.ts';
import { standingOn, type LicenceState, type Origin } from './rules/licence.ts';
import {
  holderOf,
  validityOf,
  valuesOf,
  type Answer,
  type FieldValues,
  type HolderFacts,
  type SourceFacts,
  type Validity,
} from './rules/values.ts';
import { sealFor } from './seals.ts';
import {
  appendEvents,
  insertLicence,
  licenceOfCase,
  licenceOfSubject,
  licencesOfApplication,
  type LicenceRow,
} from './store/licences.ts';
import { publishedTypes, type PublishedType } from './types.ts';

/** What a granted case, or an officer by hand, orders. */
export interface LicenceOrder {
  typeId: string;
  /** The unit that decided; its own name stands on the licence when the type allows. */
  unitId: string;
  caseId: string | null;
  applicationId: string | null;
  itemId: string;
  /** The applicant's account; sees the licence among his own. */
  accountId: string | null;
  answers: Readonly<Record<string, Answer | undefined>>;
  /** What an officer typed; goes before every other source. */
  typed: FieldValues;
  holder: HolderFacts | null;
  decidedOn: LocalDate;
  documentNo: string;
  basis: string;
  origin: Pick<Origin, 'how' | 'reason'>;
  /** Only by hand: of paper that exists already. */
  stated: { number: string; validFrom: LocalDate | null; validUntil: LocalDate | null };
  /** The version it takes the place of, when that is known. */
  earlier: LicenceRow | null;
}

export interface IssuedLicence {
  licenceId: string;
  identifier: string;
  number: string;
  version: number;
  typeName: string;
}

/**
 * Issues a licence: identifier, number, sealed OFD and PDF, row and event, all in the caller's transaction. The same
 * case never gets a second one. Null when this type is not issued here (others issue it, or nobody has published it).
 * Throws LICENCE_VALUES_MISSING, LICENCE_HOLDER_UNKNOWN, LICENCE_TRANSITION_IMPOSSIBLE, SEAL_MISSING, SEAL_NOT_ALLOWED,
 * LICENCE_GLYPH_MISSING, LICENCE_TEXT_TOO_LONG.
 */
export async function issueLicence(tx: Tx, order: LicenceOrder): Promise<IssuedLicence | null> {
  const type = (await publishedTypes(tx)).get(order.typeId);
  if (type === undefined) return null;
  const existing = order.caseId === null ? null : await licenceOfCase(tx, order.caseId);
  if (existing !== null) return summaryOf(existing);
  const draft = await composed(tx, type, order, { assigns: true });
  refuseIncomplete(type.definition, draft);
  return summaryOf(await issueDraft(tx, type, order, draft));
}

export interface Draft {
  holder: HolderFacts | null;
  values: FieldValues;
  issues: Issue[];
  validity: Validity;
  issuerId: string;
  /** The licence whose next version this is. */
  earlier: LicenceRow | null;
  facts: SourceFacts;
}

/** Everything about a licence but its number and seal; nothing is written. `assigns`: codes may be given out. */
export async function composed(
  tx: Tx,
  { definition: type }: PublishedType,
  order: LicenceOrder,
  options: { assigns: boolean },
): Promise<Draft> {
  const siblings = order.applicationId === null ? [] : await licencesOfApplication(tx, order.applicationId);
  let facts: SourceFacts = {
    answers: order.answers,
    holder: order.holder,
    documentNo: order.documentNo,
    issuedOn: order.decidedOn,
    itemId: order.itemId,
    licences: Object.fromEntries(siblings.reverse().map((row) => [row.typeId, openedValues(tx, row.state).fields])),
    earlier: order.earlier === null ? {} : openedValues(tx, order.earlier.state).fields,
    assigned: {},
    typed: order.typed,
  };
  let earlier = order.earlier;
  facts = { ...facts, holder: order.holder ?? holderOf(type, facts) };
  if (earlier === null) {
    earlier = await earlierOf(tx, type, facts);
    if (earlier !== null) facts = { ...facts, earlier: openedValues(tx, earlier.state).fields };
  }
  if (facts.holder !== null && facts.holder.number === '' && asksForCode(type)) {
    const code = options.assigns ? await assignedCode(tx, order.itemId, order.answers) : '待赋码';
    facts = { ...facts, assigned: { uscc: code } };
    facts = { ...facts, holder: { ...(holderOf(type, facts) ?? facts.holder ?? emptyFirm), number: code } };
  }
  const { values, issues } = valuesOf(type, facts);
  const shown = options.assigns
    ? issues
    : issues.filter(({ path }) => values[path.slice('/values/'.length)] !== '待赋码');
  const issuerId = type.issuers.includes(order.unitId) ? order.unitId : (type.issuers[0] ?? order.unitId);
  return {
    holder: facts.holder,
    values,
    issues: shown,
    validity: validityFor(type, facts, order, earlier),
    issuerId,
    earlier,
    facts,
  };
}

/** Throws LICENCE_HOLDER_UNKNOWN, LICENCE_VALUES_MISSING with every field that is missing or wrong. */
function refuseIncomplete(type: TypeDefinition, { holder, issues }: Draft): void {
  if (holder === null) throw new AppError('LICENCE_HOLDER_UNKNOWN', { type: type.name });
  if (issues.length > 0) {
    const faults = issues.map(({ message }) => message).join('');
    throw new AppError('LICENCE_VALUES_MISSING', { type: type.name, faults }, issues);
  }
}

const emptyFirm: HolderFacts = { kind: 'firm', name: '', number: '' };

/** Serial, identifier, files, row: in this order, so that the series is locked for as short as can be. */
async function issueDraft(tx: Tx, type: PublishedType, order: LicenceOrder, draft: Draft): Promise<LicenceRow> {
  const { definition } = type;
  const { values, validity, issuerId, earlier, facts } = draft;
  const holder = draft.holder ?? emptyFirm;
  const seal = await sealFor(tx, definition, issuerId);
  const directory = await unitDirectory(tx);
  const issuer = { id: issuerId, name: directory.byId(issuerId)?.fullName ?? directory.nameOf(issuerId) };
  const id = uuidv7(Date.parse(tx.now));
  if (earlier !== null) await replaceEarlier(tx, earlier, order, id);
  const identity = await identityOf(tx, definition, issuerId, order.decidedOn, earlier);
  const number = await numberFor(tx, definition, {
    issuerId,
    on: order.decidedOn,
    stated: order.stated.number,
    earlier,
    values,
    facts,
    serial: identity.serialNumber,
  });
  const face: Omit<FaceFacts, 'code'> = {
    number,
    identifier: identity.identifier,
    issuerName: issuer.name,
    holder,
    issuedOn: order.decidedOn,
    validFrom: validity.from,
    validUntil: validity.until,
    values,
  };
  const files = await produceFiles(tx, id, definition, face, seal, order.origin.reason);
  const state: LicenceState = {
    id,
    identifier: identity.identifier,
    typeId: definition.id,
    typeVersion: type.version,
    typeName: definition.name,
    typeCode: definition.code,
    number,
    serial: identity.serial,
    version: identity.version,
    issuer: { unitId: issuerId, name: issuer.name, code: identity.issuerCode },
    holder: { kind: holder.kind, label: holderLabel(holder), accountId: order.accountId },
    issuedOn: order.decidedOn,
    validFrom: validity.from,
    validUntil: validity.until,
    sealedValues: sealValues(tx, id, { holder, fields: values }),
    basis: order.basis,
    origin: { ...order.origin, caseId: order.caseId, applicationId: order.applicationId },
    files,
    status: 'valid',
    changes: [],
    predecessor: earlier?.id ?? null,
    successor: null,
  };
  const row = await insertLicence(tx, state, {
    ...indexesOf(tx, holder),
    subject: subjectIndexOf(tx, definition, values)[0] ?? null,
  });
  tx.note(`licence:${id}`, `发证：${definition.name}`, { number, identifier: identity.identifier, case: order.caseId });
  tx.publish('licence.issued', {
    licenceId: id,
    identifier: identity.identifier,
    typeId: definition.id,
    typeName: definition.name,
    number,
    version: identity.version,
    issuerId,
    accountId: order.accountId,
    caseId: order.caseId,
    predecessor: earlier?.id ?? null,
  });
  return row;
}

/** The version before gives way in the same transaction: never two in force, never none. */
async function replaceEarlier(tx: Tx, earlier: LicenceRow, order: LicenceOrder, successor: string): Promise<void> {
  const events = decide(
    earlier.state,
    {
      action: 'replace',
      from: order.decidedOn,
      until: null,
      reason: order.origin.reason,
      basis: null,
      documentNo: order.documentNo,
      by: tx.actor.name,
      successor,
    },
    tx.now,
  );
  await appendEvents(tx, earlier, events);
}

/** The licence that a holder with these values has already; locked. */
export async function inForceFor(
  tx: Tx,
  type: TypeDefinition,
  holder: HolderFacts,
  typed: FieldValues,
): Promise<LicenceRow | null> {
  const nothing = { answers: {}, documentNo: '', issuedOn: '', itemId: '', licences: {}, earlier: {}, assigned: {} };
  return earlierOf(tx, type, { ...nothing, holder, typed });
}

/** A licence in force for the same subject: what is issued now is its next version. */
async function earlierOf(tx: Tx, type: TypeDefinition, facts: SourceFacts): Promise<LicenceRow | null> {
  if (type.subject.length === 0) return null;
  const { values } = valuesOf(type, facts);
  const indexes = subjectIndexOf(tx, type, values);
  return indexes.length === 0 ? null : licenceOfSubject(tx, type.id, indexes);
}

function validityFor(
  type: TypeDefinition,
  facts: SourceFacts,
  { decidedOn, origin, stated }: LicenceOrder,
  earlier: LicenceRow | null,
): Validity {
  if (stated.validFrom !== null || stated.validUntil !== null) {
    return { from: stated.validFrom ?? decidedOn, until: stated.validUntil };
  }
  if (earlier === null) return validityOf(type, facts, decidedOn);
  const { validFrom: from, validUntil: until } = earlier.state;
  const nearsItsEnd = until !== null && until < plusMonths(decidedOn, type.validity.renewableMonths);
  const renews = origin.how === 'renewed' || (origin.how === 'granted' && nearsItsEnd);
  const isOver = standingOn(earlier.state, decidedOn) === 'expired';
  return validityOf(type, facts, decidedOn, { from, until, how: renews || isOver ? 'renewed' : 'kept' });
}

function asksForCode(type: TypeDefinition): boolean {
  return type.holder.number.includes('assigned:uscc');
}

export function summaryOf({ state }: LicenceRow): IssuedLicence {
  const { id, identifier, number, version, typeName } = state;
  return { licenceId: id, identifier, number, version, typeName };
}
