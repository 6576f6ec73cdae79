import { sql } from '../../../../kernel/db.ts';
import type { Tx } from '../../../../kernel/module.ts';
import type { Instant, LocalDate } from '../../../../kernel/time.ts';
import type { SurveyKind, SurveyStatus } from '../../rules/rooms/survey.ts';

export interface SurveyRow {
  id: string;
  projectId: string;
  accountId: string;
  status: SurveyStatus;
  surveyor: { name: string; uscc: string; qualificationNo: string; grade: string; validUntil: LocalDate };
  note: string;
  commissionedAt: Instant;
  reviewer: string;
  review: {
    decision: 'approved' | 'returned';
    note: string;
    defects: readonly { kind: SurveyKind; text: string }[];
    at: Instant;
    by: string;
  } | null;
  taskId: string | null;
}

export interface ResultRow {
  kind: SurveyKind;
  surveyedOn: LocalDate;
  deliveredAt: Instant;
  figures: readonly { name: string; value: string; unit: string }[];
  documents: readonly string[];
  version: number;
}

const columns = sql`id, project_id, account_id, status, surveyor, note, commissioned_at, reviewer, review, task_id`;

/** @returns false when the project has one that was not cancelled. */
export async function insertSurvey(tx: Tx, row: SurveyRow): Promise<boolean> {
  return (
    (await tx.exec(sql`insert into projects.survey (region, ${columns})
      values (${tx.region}, ${row.id}, ${row.projectId}, ${row.accountId}, ${row.status}, ${JSON.stringify(row.surveyor)}::jsonb, ${row.note},
        ${row.commissionedAt}, ${row.reviewer}, null, null)
      on conflict do nothing`)) === 1
  );
}

export function loadForDecision(tx: Tx, id: string): Promise<SurveyRow | null> {
  return tx.maybe(sql`select ${columns} from projects.survey where region = ${tx.region} and id = ${id} for update`);
}

/** The one that was not cancelled. */
export function loadOfProject(tx: Tx, projectId: string): Promise<SurveyRow | null> {
  return tx.maybe(sql`select ${columns} from projects.survey
    where region = ${tx.region} and project_id = ${projectId} and status <> 'cancelled'`);
}

export function loadResults(tx: Tx, surveyId: string): Promise<ResultRow[]> {
  return tx.rows(sql`select kind, surveyed_on, delivered_at, figures, documents, version from projects.survey_result
    where region = ${tx.region} and survey_id = ${surveyId} order by kind`);
}

export async function saveResult(tx: Tx, surveyId: string, row: Omit<ResultRow, 'version'>): Promise<void> {
  await tx.exec(sql`insert into projects.survey_result as r (region, survey_id, kind, surveyed_on, delivered_at, figures, documents, version)
    values (${tx.region}, ${surveyId}, ${row.kind}, ${row.surveyedOn}, ${row.deliveredAt}, ${JSON.stringify(row.figures)}::jsonb,
      ${JSON.stringify(row.documents)}::jsonb, 1)
    on conflict (region, survey_id, kind) do update set surveyed_on = excluded.surveyed_on, delivered_at = excluded.delivered_at,
      figures = excluded.figures, documents = excluded.documents, version = r.version + 1`);
}

export async function saveSurvey(tx: Tx, row: SurveyRow): Promise<void> {
  await tx.exec(sql`update projects.survey set status = ${row.status},
      review = ${row.review === null ? null : JSON.stringify(row.review)}::jsonb, task_id = ${row.taskId}
    where region = ${tx.region} and id = ${row.id}`);
}

/** The same use is written once. */
export async function insertUse(tx: Tx, surveyId: string, usedBy: string): Promise<void> {
  await tx.exec(sql`insert into projects.survey_use (region, survey_id, used_by, at)
    values (${tx.region}, ${surveyId}, ${usedBy}, ${tx.now}) on conflict do nothing`);
}

export function loadUses(tx: Tx, surveyId: string): Promise<{ usedBy: string; at: Instant }[]> {
  return tx.rows(sql`select used_by, at from projects.survey_use
    where region = ${tx.region} and survey_id = ${surveyId} order by at, used_by`);
}
