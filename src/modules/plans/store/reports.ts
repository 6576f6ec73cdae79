import { empty, sql } from '../../../kernel/db.ts';
import type { StoredFile } from '../../../kernel/endpoint.ts';
import type { Tx } from '../../../kernel/module.ts';
import { instantAt, plusMs, type Instant, type LocalDate } from '../../../kernel/time.ts';
import type { Submission } from '../rules/quota.ts';

export interface ReportRow {
  id: string;
  measureId: string;
  measureNo: string;
  measureTitle: string;
  unitId: string;
  round: string;
  progress: number;
  done: string;
  problems: string;
  nextSteps: string;
  evidence: StoredFile[];
  state: 'submitted' | 'accepted' | 'returned';
  submittedAt: Instant;
  submittedBy: string | null;
  submitterName: string;
  decidedAt: Instant | null;
  deciderName: string | null;
  decision: string | null;
}

const reportColumns = sql`r.id, r.measure_id, m.no as measure_no, m.title as measure_title, r.unit_id, r.round, r.progress, r.done, r.problems,
  r.next_steps, r.evidence, r.state, r.submitted_at, r.submitted_by, r.submitter_name, r.decided_at, r.decider_name, r.decision`;
const reportsWithMeasure = sql`plans.report r join plans.measure m on m.region = r.region and m.id = r.measure_id`;

export type NewReport = Pick<
  ReportRow,
  'id' | 'measureId' | 'unitId' | 'round' | 'progress' | 'done' | 'problems' | 'nextSteps' | 'evidence'
>;

export async function insertReports(tx: Tx, rows: readonly NewReport[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.exec(sql`insert into plans.report (region, id, measure_id, unit_id, round, progress, done, problems, next_steps, evidence, state,
      submitted_at, submitted_by, submitter_name)
    select ${tx.region}, id, "measureId", "unitId", round, progress, done, problems, "nextSteps", evidence, 'submitted', ${tx.now}::timestamptz,
      ${tx.actor.accountId}::uuid, ${tx.actor.name}
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(id uuid, "measureId" uuid, "unitId" text, round text, progress int, done text,
      problems text, "nextSteps" text, evidence jsonb)`);
}

export async function loadReportForDecision(tx: Tx, id: string): Promise<ReportRow | null> {
  return tx.maybe<ReportRow>(
    sql`select ${reportColumns} from ${reportsWithMeasure} where r.region = ${tx.region} and r.id = ${id} for update of r`,
  );
}

export async function decideReportRow(
  tx: Tx,
  id: string,
  state: 'accepted' | 'returned',
  decision: string,
): Promise<void> {
  await tx.exec(sql`update plans.report set state = ${state}, decision = ${decision}, decided_at = ${tx.now}, decided_by = ${tx.actor.accountId},
    decider_name = ${tx.actor.name} where region = ${tx.region} and id = ${id}`);
}

export function reportsOfMeasure(tx: Tx, measureId: string): Promise<ReportRow[]> {
  return tx.rows<ReportRow>(sql`select ${reportColumns} from ${reportsWithMeasure}
    where r.region = ${tx.region} and r.measure_id = ${measureId} order by r.submitted_at desc limit 100`);
}

/** The latest report of each measure by a unit in a round, for imports that come again. */
export function reportsOfRound(tx: Tx, planId: string, unitId: string, round: string): Promise<ReportRow[]> {
  return tx.rows<ReportRow>(sql`select distinct on (r.measure_id) ${reportColumns} from ${reportsWithMeasure}
    where r.region = ${tx.region} and m.plan_id = ${planId} and r.unit_id = ${unitId} and r.round = ${round}
    order by r.measure_id, r.submitted_at desc`);
}

/** The latest report up to a day that was not sent back, of each measure and unit, over all rounds. */
export function latestReports(tx: Tx, planId: string, through: LocalDate): Promise<ReportRow[]> {
  return tx.rows<ReportRow>(sql`select * from (
      select distinct on (r.measure_id, r.unit_id) ${reportColumns} from ${reportsWithMeasure}
      where r.region = ${tx.region} and m.plan_id = ${planId} and r.state <> 'returned' and r.submitted_at < ${dayAfter(through)}
      order by r.measure_id, r.unit_id, r.submitted_at desc
    ) latest order by submitted_at`);
}

export async function listReportRows(
  tx: Tx,
  filter: {
    planId: string;
    states: readonly string[];
    units: readonly string[];
    round: string;
    page: number;
    size: number;
  },
): Promise<{ rows: ReportRow[]; total: number }> {
  const where = sql`r.region = ${tx.region} and m.plan_id = ${filter.planId}
    ${filter.states.length === 0 ? empty : sql`and r.state = any(${filter.states as string[]}::text[])`}
    ${filter.units.length === 0 ? empty : sql`and r.unit_id = any(${filter.units as string[]}::text[])`}
    ${filter.round === '' ? empty : sql`and r.round = ${filter.round}`}`;
  const rows = await tx.rows<ReportRow>(sql`select ${reportColumns} from ${reportsWithMeasure} where ${where}
    order by (r.state = 'submitted') desc, r.submitted_at desc, r.id limit ${filter.size} offset ${(filter.page - 1) * filter.size}`);
  const { total } = await tx.one<{ total: number }>(
    sql`select count(*)::int as total from ${reportsWithMeasure} where ${where}`,
  );
  return { rows, total };
}

export interface SubmissionRow extends Omit<Submission, 'submittedOn'> {
  channel: string;
  submittedAt: Instant;
  submittedBy: string | null;
  submitterName: string;
  note: string;
  evidence: StoredFile[];
  decision: string | null;
}

const submissionColumns = sql`id, unit_id, kind, subject, channel, occurred_on, submitted_at, submitted_by, submitter_name, note, evidence, state, decision`;

export async function insertSubmission(
  tx: Tx,
  planId: string,
  row: Pick<SubmissionRow, 'id' | 'unitId' | 'kind' | 'subject' | 'channel' | 'occurredOn' | 'note' | 'evidence'>,
): Promise<void> {
  await tx.exec(sql`insert into plans.submission (region, id, plan_id, unit_id, kind, subject, channel, occurred_on, submitted_at, submitted_by,
      submitter_name, note, evidence, state)
    values (${tx.region}, ${row.id}, ${planId}, ${row.unitId}, ${row.kind}, ${row.subject}, ${row.channel}, ${row.occurredOn}, ${tx.now},
      ${tx.actor.accountId}, ${tx.actor.name}, ${row.note}, ${JSON.stringify(row.evidence)}::jsonb, 'submitted')`);
}

export function loadSubmissionForDecision(tx: Tx, id: string): Promise<SubmissionRow | null> {
  return tx.maybe<SubmissionRow>(
    sql`select ${submissionColumns} from plans.submission where region = ${tx.region} and id = ${id} for update`,
  );
}

export async function decideSubmissionRow(
  tx: Tx,
  id: string,
  state: 'accepted' | 'refused',
  decision: string,
): Promise<void> {
  await tx.exec(sql`update plans.submission set state = ${state}, decision = ${decision}, decided_at = ${tx.now},
    decided_by = ${tx.actor.accountId}, decider_name = ${tx.actor.name} where region = ${tx.region} and id = ${id}`);
}

/** What happened between two days, for counting: a year of a county is some thousands. */
export function submissionsBetween(tx: Tx, planId: string, from: LocalDate, to: LocalDate): Promise<SubmissionRow[]> {
  return tx.rows<SubmissionRow>(sql`select ${submissionColumns} from plans.submission
    where region = ${tx.region} and plan_id = any(${versionsOf(tx, planId)}) and occurred_on between ${from} and ${to} order by occurred_on, id`);
}

export async function listSubmissionRows(
  tx: Tx,
  filter: {
    planId: string;
    kinds: readonly string[];
    units: readonly string[];
    states: readonly string[];
    from: LocalDate | null;
    to: LocalDate | null;
    page: number;
    size: number;
  },
): Promise<{ rows: SubmissionRow[]; total: number }> {
  const where = sql`region = ${tx.region} and plan_id = any(${versionsOf(tx, filter.planId)})
    ${filter.kinds.length === 0 ? empty : sql`and kind = any(${filter.kinds as string[]}::text[])`}
    ${filter.units.length === 0 ? empty : sql`and unit_id = any(${filter.units as string[]}::text[])`}
    ${filter.states.length === 0 ? empty : sql`and state = any(${filter.states as string[]}::text[])`}
    ${filter.from === null ? empty : sql`and occurred_on >= ${filter.from}`}
    ${filter.to === null ? empty : sql`and occurred_on <= ${filter.to}`}`;
  const rows = await tx.rows<SubmissionRow>(sql`select ${submissionColumns} from plans.submission where ${where}
    order by (state = 'submitted') desc, occurred_on desc, id limit ${filter.size} offset ${(filter.page - 1) * filter.size}`);
  const { total } = await tx.one<{ total: number }>(
    sql`select count(*)::int as total from plans.submission where ${where}`,
  );
  return { rows, total };
}

function dayAfter(day: LocalDate): Instant {
  return plusMs(instantAt(day, '00:00'), 86_400_000);
}

/** What was handed in counts for the year, whichever version of its plan was in force. */
function versionsOf(tx: Tx, planId: string) {
  return sql`array(select v.id from plans.plan p join plans.plan v on v.region = p.region and v.year = p.year
    where p.region = ${tx.region} and p.id = ${planId})`;
}
