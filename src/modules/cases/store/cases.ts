import { empty, sql } from '../../../kernel/db.ts';
import type { Reach } from '../../../kernel/actor.ts';
import type { Tx } from '../../../kernel/module.ts';
import type { Instant } from '../../../kernel/time.ts';
import { evolve, type CaseEvent, type CaseState } from '../rules/case.ts';
import type { CaseStatus } from '../rules/transitions.ts';
import type { Matter } from './applications.ts';

/** Which task carries which duty of a case: `intake`, `clock`, `correction`, `step:<id>`, `owed:<material>`. */
export type CaseTasks = Readonly<Record<string, string>>;

export interface CaseRow {
  id: string;
  no: string;
  applicationId: string;
  itemId: string;
  itemVersion: number;
  itemName: string;
  unitId: string;
  accountId: string;
  applicantLabel: string;
  /** The larger thing it belongs to; null for an ordinary one. */
  matter: Matter | null;
  status: CaseStatus;
  filedAt: Instant | null;
  acceptedAt: Instant | null;
  concludedAt: Instant | null;
  state: CaseState;
  tasks: CaseTasks;
  version: number;
}

export interface RecordedEvent {
  seq: number;
  at: Instant;
  type: CaseEvent['type'];
  actorName: string;
  unitId: string | null;
  body: CaseEvent;
}

const columns = sql`id, no, application_id, item_id, item_version, item_name, unit_id, account_id, applicant_label, status, filed_at, accepted_at,
  concluded_at, state, tasks, version,
  case when matter_id is null then null else jsonb_build_object('type', matter_type, 'id', matter_id) end as matter`;

export interface NewCase {
  row: Omit<CaseRow, 'status' | 'filedAt' | 'acceptedAt' | 'concludedAt' | 'state' | 'version'>;
  events: readonly CaseEvent[];
}

/** All cases of an application with their first events, in one statement. */
export async function insertCases(tx: Tx, cases: readonly NewCase[]): Promise<void> {
  const rows = cases.map(({ row, events }) => ({
    ...row,
    ...projection(foldAll(null, events)),
    version: events.length,
  }));
  const history = cases.flatMap(({ row, events }) =>
    events.map((body, index) => ({ case_id: row.id, seq: index + 1, at: body.at, type: body.type, body })),
  );
  await tx.exec(sql`with stored as (
      insert into cases.case_file (region, id, no, application_id, item_id, item_version, item_name, unit_id, account_id, applicant_label,
        status, filed_at, accepted_at, concluded_at, state, tasks, version, matter_type, matter_id)
      select ${tx.region}, id, no, "applicationId", "itemId", "itemVersion", "itemName", "unitId", "accountId", "applicantLabel", status, "filedAt",
        "acceptedAt", "concludedAt", state, tasks, version, matter->>'type', (matter->>'id')::uuid
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as c(id uuid, no text, "applicationId" uuid, "itemId" text, "itemVersion" int,
        "itemName" text, "unitId" text, "accountId" uuid, "applicantLabel" text, status text, "filedAt" timestamptz, "acceptedAt" timestamptz,
        "concludedAt" timestamptz, state jsonb, tasks jsonb, version int, matter jsonb)
      returning id
    )
    insert into cases.event (region, case_id, seq, at, type, actor_id, actor_name, unit_id, body)
    select ${tx.region}, e.case_id, e.seq, e.at, e.type, ${tx.actor.accountId}::uuid, ${tx.actor.name}, ${tx.actor.unitId}, e.body
    from jsonb_to_recordset(${JSON.stringify(history)}::jsonb) as e(case_id uuid, seq int, at timestamptz, type text, body jsonb)
    join stored on stored.id = e.case_id`);
}

/** Locked: two officers at once decide one after the other, the second on what the first left. */
export function loadCaseForDecision(tx: Tx, id: string): Promise<CaseRow | null> {
  return tx.maybe<CaseRow>(
    sql`select ${columns} from cases.case_file where region = ${tx.region} and id = ${id} for update`,
  );
}

export function loadCase(tx: Tx, id: string): Promise<CaseRow | null> {
  return tx.maybe<CaseRow>(sql`select ${columns} from cases.case_file where region = ${tx.region} and id = ${id}`);
}

export function loadCasesOf(tx: Tx, applicationId: string): Promise<CaseRow[]> {
  return tx.rows<CaseRow>(
    sql`select ${columns} from cases.case_file where region = ${tx.region} and application_id = ${applicationId} order by id`,
  );
}

export function loadCasesOfMatter(tx: Tx, matter: Matter): Promise<CaseRow[]> {
  return tx.rows<CaseRow>(sql`select ${columns} from cases.case_file
    where region = ${tx.region} and matter_type = ${matter.type} and matter_id = ${matter.id} order by id`);
}

/** Appends events and writes the row they fold to, in one statement. */
export async function appendEvents(
  tx: Tx,
  row: CaseRow,
  events: readonly CaseEvent[],
  tasks: CaseTasks,
): Promise<CaseRow> {
  const state = foldAll(row.state, events);
  const after: CaseRow = { ...row, ...projection(state), tasks, version: row.version + events.length };
  const history = events.map((body, index) => ({ seq: row.version + index + 1, at: body.at, type: body.type, body }));
  await tx.exec(sql`with changed as (
      update cases.case_file set status = ${after.status}, filed_at = ${after.filedAt}, accepted_at = ${after.acceptedAt},
        concluded_at = ${after.concludedAt}, state = ${JSON.stringify(after.state)}::jsonb, tasks = ${JSON.stringify(tasks)}::jsonb, version = ${after.version}
      where region = ${tx.region} and id = ${row.id} and version = ${row.version} returning id
    )
    insert into cases.event (region, case_id, seq, at, type, actor_id, actor_name, unit_id, body)
    select ${tx.region}, changed.id, e.seq, e.at, e.type, ${tx.actor.accountId}::uuid, ${tx.actor.name}, ${tx.actor.unitId}, e.body
    from changed, jsonb_to_recordset(${JSON.stringify(history)}::jsonb) as e(seq int, at timestamptz, type text, body jsonb)`);
  return after;
}

export async function loadHistory(tx: Tx, caseIds: readonly string[]): Promise<(RecordedEvent & { caseId: string })[]> {
  return tx.rows(sql`select case_id, seq, at, type, actor_name, unit_id, body from cases.event
    where region = ${tx.region} and case_id = any(${caseIds as string[]}::uuid[]) order by case_id, seq`);
}

export interface CaseFilter {
  reach: Reach;
  status: readonly CaseStatus[];
  unit: readonly string[];
  item: string;
  text: string;
  filedFrom: Instant | null;
  filedTo: Instant | null;
  page: number;
  size: number;
}

/** Counting stops here: a list that long is searched, not paged through. */
export const countCap = 10_000;

export async function listCaseRows(
  tx: Tx,
  filter: CaseFilter,
): Promise<{ rows: (CaseRow & { jointUnit: boolean })[]; total: number }> {
  const where = sql`c.region = ${tx.region}
    ${filter.reach === 'all' ? empty : sql`and (c.unit_id = any(${filter.reach as string[]}::text[]) or c.state->'steps' @> any(${stepPatterns(filter.reach)}::jsonb[]))`}
    ${filter.status.length === 0 ? empty : sql`and c.status = any(${filter.status as string[]}::text[])`}
    ${filter.unit.length === 0 ? empty : sql`and c.unit_id = any(${filter.unit as string[]}::text[])`}
    ${filter.item === '' ? empty : sql`and c.item_id = ${filter.item}`}
    ${filter.text === '' ? empty : sql`and (c.no like ${`%${filter.text}%`} or c.item_name like ${`%${filter.text}%`} or c.applicant_label like ${`%${filter.text}%`})`}
    ${filter.filedFrom === null ? empty : sql`and c.filed_at >= ${filter.filedFrom}`}
    ${filter.filedTo === null ? empty : sql`and c.filed_at <= ${filter.filedTo}`}`;
  const rows = await tx.rows<
    CaseRow & { jointUnit: boolean }
  >(sql`select ${columns} from cases.case_file c where ${where}
    order by c.filed_at desc nulls first, c.id desc limit ${filter.size} offset ${(filter.page - 1) * filter.size}`);
  const { total } = await tx.one<{ total: number }>(sql`
    select count(*)::int as total from (select from cases.case_file c where ${where} limit ${countCap + 1}) as counted`);
  return { rows, total };
}

/** Filed and unanswered since before the moment; whether silence has really fallen is decided case by case. */
export function listUnanswered(tx: Tx, filedBefore: Instant, limit: number): Promise<CaseRow[]> {
  return tx.rows<CaseRow>(sql`select ${columns} from cases.case_file
    where region = ${tx.region} and status = 'filed' and filed_at < ${filedBefore} order by filed_at limit ${limit} for update skip locked`);
}

/** Cases that wait for this one. */
export function listWaitingFor(tx: Tx, applicationId: string): Promise<CaseRow[]> {
  return tx.rows<CaseRow>(sql`select ${columns} from cases.case_file
    where region = ${tx.region} and application_id = ${applicationId} and status = 'waiting' order by id for update`);
}

/** Who decided it; null when the law or a system did. */
export function loadDecider(tx: Tx, caseId: string): Promise<{ accountId: string; name: string } | null> {
  return tx.maybe(sql`select actor_id as account_id, actor_name as name from cases.event
    where region = ${tx.region} and case_id = ${caseId} and type = 'concluded' and actor_id is not null and unit_id is not null
    order by seq desc limit 1`);
}

function stepPatterns(units: readonly string[]): string[] {
  return units.map((unitId) => JSON.stringify([{ unitId }]));
}

function foldAll(state: CaseState | null, events: readonly CaseEvent[]): CaseState {
  const folded = events.reduce<CaseState | null>(evolve, state);
  if (folded === null) throw new Error('a case begins with an event');
  return folded;
}

function projection(state: CaseState): Pick<CaseRow, 'status' | 'filedAt' | 'acceptedAt' | 'concludedAt' | 'state'> {
  return {
    status: state.status,
    filedAt: state.filedAt,
    acceptedAt: state.acceptance?.startsAt ?? null,
    concludedAt: state.outcome?.at ?? null,
    state,
  };
}
