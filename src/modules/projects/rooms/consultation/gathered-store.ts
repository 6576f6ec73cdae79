import { sql } from '../../../../kernel/db.ts';
import type { Tx } from '../../../../kernel/module.ts';
import type { Instant, LocalDate } from '../../../../kernel/time.ts';

export interface NoticeRow {
  applicationId: string;
  projectId: string;
  stage: string;
  convener: string;
  status: 'gathering' | 'sent';
  noticeNo: string;
  sendBy: LocalDate;
  sentAt: Instant | null;
  answerBy: LocalDate | null;
  taskId: string;
}

export interface QuestionRow {
  id: string;
  applicationId: string;
  caseId: string;
  itemName: string;
  unitId: string;
  defects: readonly { about: string; text: string }[];
  askedBy: string;
  at: Instant;
  state: 'gathered' | 'sent' | 'tooLate' | 'over';
}

const columns = sql`application_id, project_id, stage, convener, status, notice_no, send_by, sent_at, answer_by, task_id`;

/** The first unit that asks opens the notice; @returns null when another was quicker. */
export function openNotice(
  tx: Tx,
  row: Pick<NoticeRow, 'applicationId' | 'projectId' | 'stage' | 'convener' | 'sendBy' | 'taskId'>,
): Promise<NoticeRow | null> {
  return tx.maybe(sql`insert into projects.gathered_notice (region, application_id, project_id, stage, convener, status, send_by, task_id)
    values (${tx.region}, ${row.applicationId}, ${row.projectId}, ${row.stage}, ${row.convener}, 'gathering', ${row.sendBy}, ${row.taskId})
    on conflict do nothing returning ${columns}`);
}

export function loadNotice(tx: Tx, applicationId: string): Promise<NoticeRow | null> {
  return tx.maybe(sql`select ${columns} from projects.gathered_notice
    where region = ${tx.region} and application_id = ${applicationId} for update`);
}

export function loadNotices(tx: Tx, projectId: string): Promise<NoticeRow[]> {
  return tx.rows(sql`select ${columns} from projects.gathered_notice
    where region = ${tx.region} and project_id = ${projectId} order by send_by desc, application_id`);
}

export async function markSent(
  tx: Tx,
  row: Pick<NoticeRow, 'applicationId' | 'noticeNo' | 'answerBy'>,
  states: ReadonlyMap<string, QuestionRow['state']>,
): Promise<void> {
  const judged = [...states].map(([id, state]) => ({ id, state }));
  await tx.exec(sql`with sent as (
      update projects.gathered_notice set status = 'sent', notice_no = ${row.noticeNo}, sent_at = ${tx.now}, answer_by = ${row.answerBy}
      where region = ${tx.region} and application_id = ${row.applicationId})
    update projects.gathered_question q set state = j.state
    from jsonb_to_recordset(${JSON.stringify(judged)}::jsonb) as j(id uuid, state text)
    where q.region = ${tx.region} and q.id = j.id`);
}

export async function insertQuestion(tx: Tx, row: QuestionRow): Promise<void> {
  await tx.exec(sql`insert into projects.gathered_question (region, id, application_id, case_id, item_name, unit_id, defects, asked_by, at, state)
    values (${tx.region}, ${row.id}, ${row.applicationId}, ${row.caseId}, ${row.itemName}, ${row.unitId}, ${JSON.stringify(row.defects)}::jsonb,
      ${row.askedBy}, ${row.at}, ${row.state})`);
}

export function loadQuestions(tx: Tx, applicationIds: readonly string[]): Promise<QuestionRow[]> {
  return tx.rows(sql`select id, application_id, case_id, item_name, unit_id, defects, asked_by, at, state
    from projects.gathered_question where region = ${tx.region} and application_id = any(${[...applicationIds]}::uuid[]) order by at, id`);
}
