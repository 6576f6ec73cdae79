import { empty, isUniqueViolation, sql, type Sql } from '../../../kernel/db.ts';
import { AppError } from '../../../kernel/errors.ts';
import type { Reach } from '../../../kernel/actor.ts';
import type { Tx } from '../../../kernel/module.ts';
import type { Instant, LocalDate } from '../../../kernel/time.ts';
import { foldAll, heldUntil, type LicenceEvent, type LicenceState } from '../rules/licence.ts';
import type { LicenceStatus, Standing } from '../rules/transitions.ts';

export interface LicenceRow {
  id: string;
  typeId: string;
  issuerId: string;
  accountId: string | null;
  caseId: string | null;
  applicationId: string | null;
  status: LicenceStatus;
  state: LicenceState;
  /** Number of events; guards against two at once. */
  events: number;
}

/** What searches find it by; never part of the state. */
export interface LicenceIndexes {
  holderName: string;
  holderNumber: string | null;
  subject: string | null;
}

const columns = sql`id, type_id, issuer_id, account_id, case_id, application_id, status, state, events`;

/** The row and its first event in one statement. Throws LICENCE_IN_FORCE when another was as quick. */
export async function insertLicence(tx: Tx, state: LicenceState, indexes: LicenceIndexes): Promise<LicenceRow> {
  const event: LicenceEvent = { type: 'issued', at: tx.now, state };
  const p = projection(state);
  const stored = sql`with stored as (
      insert into licences.licence (region, id, identifier, type_id, type_version, type_name, number, serial, version, issuer_id,
        holder_kind, holder_label, holder_name_index, holder_number_index, subject_index, account_id, case_id, application_id,
        status, held_until, issued_on, valid_from, valid_until, predecessor, ofd_sha256, pdf_sha256, state, events, updated_at)
      values (${tx.region}, ${state.id}, ${state.identifier}, ${state.typeId}, ${state.typeVersion}, ${state.typeName}, ${state.number},
        ${state.serial}, ${state.version}, ${state.issuer.unitId}, ${state.holder.kind}, ${state.holder.label}, ${indexes.holderName},
        ${indexes.holderNumber}, ${indexes.subject}, ${state.holder.accountId}, ${state.origin.caseId}, ${state.origin.applicationId},
        ${p.status}, ${p.heldUntil}, ${state.issuedOn}, ${state.validFrom}, ${state.validUntil}, ${state.predecessor},
        ${p.ofdSha256}, ${p.pdfSha256}, ${JSON.stringify(state)}::jsonb, 1, ${tx.now}) returning id
    )
    ${insertEvents(tx, [event], 0)}`;
  try {
    await tx.exec(stored);
  } catch (error) {
    if (!isUniqueViolation(error, 'licence_of_subject')) throw error;
    throw new AppError('LICENCE_IN_FORCE', { type: state.typeName, number: '刚刚颁发' });
  }
  return {
    id: state.id,
    typeId: state.typeId,
    issuerId: state.issuer.unitId,
    accountId: state.holder.accountId,
    caseId: state.origin.caseId,
    applicationId: state.origin.applicationId,
    status: state.status,
    state,
    events: 1,
  };
}

/** Appends events and writes the row they fold to, in one statement. */
export async function appendEvents(tx: Tx, row: LicenceRow, events: readonly LicenceEvent[]): Promise<LicenceRow> {
  const state = foldAll(row.state, events);
  const p = projection(state);
  const changed = await tx.exec(sql`with stored as (
      update licences.licence set status = ${p.status}, held_until = ${p.heldUntil}, ofd_sha256 = ${p.ofdSha256}, pdf_sha256 = ${p.pdfSha256},
        state = ${JSON.stringify(state)}::jsonb, events = ${row.events + events.length}, updated_at = ${tx.now}
      where region = ${tx.region} and id = ${row.id} and events = ${row.events} returning id
    )
    ${insertEvents(tx, events, row.events)}`);
  if (changed !== events.length) throw new Error(`licence ${row.id} changed meanwhile`);
  return { ...row, status: state.status, state, events: row.events + events.length };
}

/** What lists sort and filter by. */
export function projection(state: LicenceState) {
  return {
    status: state.status,
    heldUntil: state.status === 'held' ? heldUntil(state) : null,
    ofdSha256: state.files.ofd.sha256,
    pdfSha256: state.files.pdf.sha256,
  };
}

/** Locked: two officers at once decide one after the other. */
export function loadLicenceForDecision(tx: Tx, id: string): Promise<LicenceRow | null> {
  return tx.maybe(sql`select ${columns} from licences.licence where region = ${tx.region} and id = ${id} for update`);
}

export function loadLicence(tx: Tx, id: string): Promise<LicenceRow | null> {
  return tx.maybe(sql`select ${columns} from licences.licence where region = ${tx.region} and id = ${id}`);
}

export function loadLicences(tx: Tx, ids: readonly string[]): Promise<LicenceRow[]> {
  if (ids.length === 0) return Promise.resolve([]);
  return tx.rows(
    sql`select ${columns} from licences.licence where region = ${tx.region} and id = any (${ids as string[]}::uuid[])`,
  );
}

export function licenceOfCase(tx: Tx, caseId: string): Promise<LicenceRow | null> {
  return tx.maybe(sql`select ${columns} from licences.licence where region = ${tx.region} and case_id = ${caseId}`);
}

/** Licences that other cases of the same application led to; the newest of a type first. */
export function licencesOfApplication(tx: Tx, applicationId: string): Promise<LicenceRow[]> {
  return tx.rows(sql`select ${columns} from licences.licence where region = ${tx.region} and application_id = ${applicationId}
    and status in ('valid', 'held') order by id desc`);
}

/** The one in force for this subject, locked: its next version takes its place. */
export function licenceOfSubject(
  tx: Tx,
  typeId: string,
  subjectIndexes: readonly string[],
): Promise<LicenceRow | null> {
  return tx.maybe(sql`select ${columns} from licences.licence where region = ${tx.region} and type_id = ${typeId}
    and subject_index = any (${subjectIndexes as string[]}) and status in ('valid', 'held') order by version desc limit 1 for update`);
}

export function licenceByIdentifier(tx: Tx, identifier: string): Promise<LicenceRow | null> {
  return tx.maybe(
    sql`select ${columns} from licences.licence where region = ${tx.region} and identifier = ${identifier}`,
  );
}

export interface RecordedLicenceEvent {
  licenceId: string;
  seq: number;
  at: Instant;
  actorName: string;
  body: LicenceEvent;
}

export function loadHistory(tx: Tx, ids: readonly string[]): Promise<RecordedLicenceEvent[]> {
  return tx.rows(sql`select licence_id, seq, at, actor_name, body from licences.licence_event
    where region = ${tx.region} and licence_id = any (${ids as string[]}::uuid[]) order by licence_id, seq`);
}

export interface LicenceFilter {
  reach: Reach;
  text: string;
  /** Blind indexes of the text as a holder's name. */
  nameIndexes: readonly string[];
  numberIndexes: readonly string[] | null;
  type: readonly string[];
  issuer: readonly string[];
  state: readonly Standing[];
  issuedFrom: LocalDate | null;
  issuedTo: LocalDate | null;
  endsBy: LocalDate | null;
  today: LocalDate;
  page: number;
  size: number;
}

/** Counting stops here: a list that long is searched, not paged through. */
export const countCap = 10_000;

export async function listLicenceRows(tx: Tx, filter: LicenceFilter): Promise<{ rows: LicenceRow[]; total: number }> {
  const { reach, text, today } = filter;
  const where = sql`region = ${tx.region}
    ${reach === 'all' ? empty : sql`and issuer_id = any (${reach as string[]})`}
    ${
      text === ''
        ? empty
        : sql`and (number = ${text} or identifier = ${text.toUpperCase()} or holder_name_index = any (${filter.nameIndexes as string[]})
            or number like ${containing(text)} or (holder_kind = 'firm' and holder_label like ${containing(text)}))`
    }
    ${filter.numberIndexes === null ? empty : sql`and holder_number_index = any (${filter.numberIndexes as string[]})`}
    ${filter.type.length === 0 ? empty : sql`and type_id = any (${filter.type as string[]})`}
    ${filter.issuer.length === 0 ? empty : sql`and issuer_id = any (${filter.issuer as string[]})`}
    ${filter.state.length === 0 ? empty : sql`and ${standing(today)} = any (${filter.state as string[]})`}
    ${filter.issuedFrom === null ? empty : sql`and issued_on >= ${filter.issuedFrom}`}
    ${filter.issuedTo === null ? empty : sql`and issued_on <= ${filter.issuedTo}`}
    ${filter.endsBy === null ? empty : sql`and status in ('valid', 'held') and valid_until between ${today} and ${filter.endsBy}`}`;
  const { total } = await tx.one<{ total: number }>(
    sql`select count(*)::int as total from (select from licences.licence where ${where} limit ${countCap + 1}) as found`,
  );
  const rows = await tx.rows<LicenceRow>(sql`select ${columns} from licences.licence where ${where}
    order by issued_on desc, id desc limit ${filter.size} offset ${(filter.page - 1) * filter.size}`);
  return { rows, total };
}

export interface HolderKeys {
  accountId: string | null;
  /** Blind indexes of his own identity number and his enterprises' codes. */
  numberIndexes: readonly string[];
}

/** What a holder may show; `types` empty means every type. */
export async function listOwnRows(
  tx: Tx,
  holder: HolderKeys,
  filter: { show: 'current' | 'past' | 'all'; types: readonly string[]; today: LocalDate; page: number; size: number },
): Promise<{ rows: LicenceRow[]; total: number }> {
  const isCurrent = sql`${standing(filter.today)} in ('valid', 'held', 'notYet')`;
  const where = sql`region = ${tx.region} and ${ownedBy(holder)}
    ${filter.types.length === 0 ? empty : sql`and type_id = any (${filter.types as string[]})`}
    ${filter.show === 'current' ? sql`and ${isCurrent}` : filter.show === 'past' ? sql`and not ${isCurrent}` : empty}`;
  const { total } = await tx.one<{ total: number }>(
    sql`select count(*)::int as total from licences.licence where ${where}`,
  );
  const rows = await tx.rows<LicenceRow>(sql`select ${columns} from licences.licence where ${where}
    order by issued_on desc, id desc limit ${filter.size} offset ${(filter.page - 1) * filter.size}`);
  return { rows, total };
}

/** Whether this is his, in the database's own words. */
export function isOwned(tx: Tx, id: string, holder: HolderKeys): Promise<{ id: string } | null> {
  return tx.maybe(
    sql`select id from licences.licence where region = ${tx.region} and id = ${id} and ${ownedBy(holder)}`,
  );
}

function ownedBy({ accountId, numberIndexes }: HolderKeys): Sql {
  return sql`(account_id = ${accountId}::uuid or holder_number_index = any (${numberIndexes as string[]}))`;
}

/** The same as `standingOn` for today, so that lists can filter by it; a test holds the two together. */
function standing(today: LocalDate): Sql {
  return sql`(case when status not in ('valid', 'held') then status
    when valid_from > ${today} then 'notYet' when valid_until < ${today} then 'expired'
    when status = 'held' and held_until < ${today} then 'valid' else status end)`;
}

function containing(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&')}%`;
}

function insertEvents(tx: Tx, events: readonly LicenceEvent[], after: number): Sql {
  const history = events.map((body, index) => ({ seq: after + index + 1, at: body.at, type: body.type, body }));
  return sql`insert into licences.licence_event (region, licence_id, seq, at, type, actor_id, actor_name, unit_id, body)
    select ${tx.region}, stored.id, e.seq, e.at, e.type, ${tx.actor.accountId}::uuid, ${tx.actor.name}, ${tx.actor.unitId}, e.body
    from stored, jsonb_to_recordset(${JSON.stringify(history)}::jsonb) as e(seq int, at timestamptz, type text, body jsonb)`;
}
