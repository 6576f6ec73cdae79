import type { Reach } from '../../../../kernel/actor.ts';
import { empty, sql } from '../../../../kernel/db.ts';
import type { Tx } from '../../../../kernel/module.ts';
import type { Instant, LocalDate } from '../../../../kernel/time.ts';
import type { Conclusion, ConsultationStatus, Position, SilenceReading } from '../../rules/rooms/consultation.ts';

export interface ConsultationRow {
  id: string;
  no: string;
  projectId: string;
  stage: string;
  convener: string;
  question: string;
  status: ConsultationStatus;
  term: string;
  answerBy: LocalDate;
  answerDueAt: Instant;
  silence: SilenceReading;
  meetingOn: LocalDate | null;
  documents: readonly string[];
  convenedAt: Instant;
  minutes: Minutes | null;
  minutesTask: string | null;
}

export interface Minutes {
  no: string;
  heldOn: LocalDate | null;
  attendees: string;
  text: string;
  conclusion: Conclusion;
  at: Instant;
  by: string;
}

export interface PositionRow extends Position {
  consultationId: string;
  note: string;
  conditions: readonly string[];
  answeredBy: string;
  late: (NonNullable<Position['late']> & { by: string }) | null;
  taskId: string;
}

const columns = sql`id, no, project_id, stage, convener, question, status, term, answer_by, answer_due_at, silence, meeting_on, documents,
  convened_at, minutes, minutes_task`;

export async function insertConsultation(
  tx: Tx,
  row: ConsultationRow,
  positions: readonly { unitId: string; taskId: string }[],
): Promise<void> {
  await tx.exec(sql`with convened as (
      insert into projects.consultation (region, ${columns})
      values (${tx.region}, ${row.id}, ${row.no}, ${row.projectId}, ${row.stage}, ${row.convener}, ${row.question}, ${row.status}, ${row.term},
        ${row.answerBy}, ${row.answerDueAt}, ${row.silence}, ${row.meetingOn}, ${JSON.stringify(row.documents)}::jsonb, ${row.convenedAt}, null, null)
      returning id)
    insert into projects.consultation_position (region, consultation_id, unit_id, task_id)
    select ${tx.region}, convened.id, p."unitId", p."taskId"
    from convened, jsonb_to_recordset(${JSON.stringify(positions)}::jsonb) as p("unitId" text, "taskId" uuid)`);
}

export function loadConsultation(tx: Tx, id: string): Promise<ConsultationRow | null> {
  return tx.maybe(sql`select ${columns} from projects.consultation where region = ${tx.region} and id = ${id}`);
}

/** Locked: two officers at once decide one after the other. */
export function loadForDecision(tx: Tx, id: string): Promise<ConsultationRow | null> {
  return tx.maybe(
    sql`select ${columns} from projects.consultation where region = ${tx.region} and id = ${id} for update`,
  );
}

export function loadOfProject(tx: Tx, projectId: string, stage: string): Promise<ConsultationRow[]> {
  return tx.rows(sql`select ${columns} from projects.consultation
    where region = ${tx.region} and project_id = ${projectId} ${stage === '' ? empty : sql`and stage = ${stage}`}
    order by convened_at desc, id desc limit 200`);
}

/** Consulting although the term is over: silence is to be recorded. */
export function loadSilent(tx: Tx, limit: number): Promise<ConsultationRow[]> {
  return tx.rows(sql`select ${columns} from projects.consultation
    where region = ${tx.region} and status = 'consulting' and answer_due_at < ${tx.now}
    order by answer_due_at limit ${limit} for update skip locked`);
}

export async function listOfUnits(
  tx: Tx,
  reach: Reach,
  filter: { status: readonly string[]; page: number; size: number },
): Promise<{ rows: ConsultationRow[]; total: number }> {
  const rows = await tx.rows<ConsultationRow & { total: number }>(sql`
    select ${columns}, count(*) over ()::int as total from projects.consultation c
    where c.region = ${tx.region}
      ${filter.status.length === 0 ? empty : sql`and c.status = any(${[...filter.status]}::text[])`}
      ${
        reach === 'all'
          ? empty
          : sql`and (c.convener = any(${[...reach]}::text[]) or exists (select from projects.consultation_position p
              where p.region = c.region and p.consultation_id = c.id and p.unit_id = any(${[...reach]}::text[])))`
      }
    order by c.convened_at desc, c.id desc limit ${filter.size} offset ${(filter.page - 1) * filter.size}`);
  return { rows, total: rows[0]?.total ?? 0 };
}

export function loadPositions(tx: Tx, ids: readonly string[]): Promise<PositionRow[]> {
  return tx.rows(sql`select consultation_id, unit_id, opinion, note, conditions, answered_at, answered_by, silent_at, late, task_id
    from projects.consultation_position where region = ${tx.region} and consultation_id = any(${[...ids]}::uuid[])
    order by consultation_id, unit_id`);
}

export async function savePosition(tx: Tx, row: PositionRow): Promise<void> {
  await tx.exec(sql`update projects.consultation_position set opinion = ${row.opinion}, note = ${row.note},
      conditions = ${JSON.stringify(row.conditions)}::jsonb, answered_at = ${row.answeredAt}, answered_by = ${row.answeredBy},
      silent_at = ${row.silentAt}, late = ${row.late === null ? null : JSON.stringify(row.late)}::jsonb
    where region = ${tx.region} and consultation_id = ${row.consultationId} and unit_id = ${row.unitId}`);
}

export async function saveStatus(
  tx: Tx,
  id: string,
  status: ConsultationStatus,
  change: { minutes?: Minutes; minutesTask?: string } = {},
): Promise<void> {
  await tx.exec(sql`update projects.consultation set status = ${status}
      ${change.minutes === undefined ? empty : sql`, minutes = ${JSON.stringify(change.minutes)}::jsonb`}
      ${change.minutesTask === undefined ? empty : sql`, minutes_task = ${change.minutesTask}`}
    where region = ${tx.region} and id = ${id}`);
}
