import { sql, type Sql } from '../../kernel/db.ts';
import type { Tx } from '../../kernel/module.ts';
import { evolve, type Task, type TaskEvent } from './rules/task.ts';

export const taskColumns: Sql = sql`t.id, t.kind, t.title, t.subject_type, t.subject_id, t.subject_no, t.link, t.unit_id, t.account_id,
  t.start_at, t.promised_term, t.statutory_term, t.basis, t.yellow, t.ledger, t.due_on, t.due_at, t.statutory_due_on,
  t.statutory_due_at, t.yellow_at, t.stopped_until, t.provisional, t.calendar_version, t.fired_rungs, t.next_rung_at, t.state,
  t.opened_at, t.finished_at, t.outcome, t.outcome_reason, t.finished_by, t.version`;

/** Rows and events of new tasks in one statement, however many they are. */
export async function insertTasks(tx: Tx, opened: readonly { task: Task; event: TaskEvent }[]): Promise<void> {
  const rows = opened.map(({ task }) => task);
  const events = opened.map(({ task, event }) => ({ taskId: task.id, seq: task.version, ...recorded(event) }));
  await tx.exec(sql`with opened as (
      insert into tasks.task (region, id, kind, title, subject_type, subject_id, subject_no, link, unit_id, account_id, start_at,
        promised_term, statutory_term, basis, yellow, ledger, due_on, due_at, statutory_due_on, statutory_due_at, yellow_at,
        stopped_until, provisional, calendar_version, fired_rungs, next_rung_at, state, opened_at, version)
      select ${tx.region}, id, kind, title, "subjectType", "subjectId", "subjectNo", link, "unitId", "accountId", "startAt",
        "promisedTerm", "statutoryTerm", basis, yellow, ledger, "dueOn", "dueAt", "statutoryDueOn", "statutoryDueAt", "yellowAt",
        "stoppedUntil", provisional, "calendarVersion", "firedRungs", "nextRungAt", state, "openedAt", version
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as t(id uuid, kind text, title text, "subjectType" text,
        "subjectId" text, "subjectNo" text, link text, "unitId" text, "accountId" uuid, "startAt" timestamptz, "promisedTerm" text,
        "statutoryTerm" text, basis jsonb, yellow jsonb, ledger jsonb, "dueOn" date, "dueAt" timestamptz, "statutoryDueOn" date,
        "statutoryDueAt" timestamptz, "yellowAt" timestamptz, "stoppedUntil" timestamptz, provisional boolean, "calendarVersion" text,
        "firedRungs" jsonb, "nextRungAt" timestamptz, state text, "openedAt" timestamptz, version int))
    ${eventInsert(tx, events)}`);
}

/** Applies events to locked tasks: rows and events in one statement. @returns the rows after it. */
export async function record(tx: Tx, decided: readonly { task: Task; event: TaskEvent }[]): Promise<Task[]> {
  if (decided.length === 0) return [];
  const after = new Map<string, Task>();
  const events = decided.map(({ task, event }) => {
    const next = evolve(after.get(task.id) ?? task, event);
    after.set(task.id, next);
    return { taskId: task.id, seq: next.version, ...recorded(event) };
  });
  const rows = [...after.values()];
  await tx.exec(sql`with changed as (
      update tasks.task t set unit_id = r."unitId", account_id = r."accountId", ledger = r.ledger, due_on = r."dueOn", due_at = r."dueAt",
        statutory_due_on = r."statutoryDueOn", statutory_due_at = r."statutoryDueAt", yellow_at = r."yellowAt",
        stopped_until = r."stoppedUntil", provisional = r.provisional, calendar_version = r."calendarVersion",
        fired_rungs = r."firedRungs", next_rung_at = r."nextRungAt", state = r.state, finished_at = r."finishedAt",
        outcome = r.outcome, outcome_reason = r."outcomeReason", finished_by = r."finishedBy", version = r.version
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(id uuid, "unitId" text, "accountId" uuid, ledger jsonb, "dueOn" date,
        "dueAt" timestamptz, "statutoryDueOn" date, "statutoryDueAt" timestamptz, "yellowAt" timestamptz, "stoppedUntil" timestamptz,
        provisional boolean, "calendarVersion" text, "firedRungs" jsonb, "nextRungAt" timestamptz, state text, "finishedAt" timestamptz,
        outcome text, "outcomeReason" text, "finishedBy" uuid, version int)
      where t.region = ${tx.region} and t.id = r.id)
    ${eventInsert(tx, events)}`);
  return rows;
}

/** Tasks locked for a decision, in one order for everybody so that two callers never deadlock. */
export async function loadForDecision(tx: Tx, ids: readonly string[]): Promise<Task[]> {
  if (ids.length === 0) return [];
  return tx.rows<Task>(sql`select ${taskColumns} from tasks.task t
    where t.region = ${tx.region} and t.id = any(${[...ids]}::uuid[]) order by t.id for update`);
}

export async function loadTask(tx: Tx, id: string): Promise<Task | null> {
  return tx.maybe<Task>(sql`select ${taskColumns} from tasks.task t where t.region = ${tx.region} and t.id = ${id}`);
}

export async function loadOfSubjects(tx: Tx, subjectType: string, subjectIds: readonly string[]): Promise<Task[]> {
  if (subjectIds.length === 0) return [];
  return tx.rows<Task>(sql`select ${taskColumns} from tasks.task t
    where t.region = ${tx.region} and t.subject_type = ${subjectType} and t.subject_id = any(${[...subjectIds]}::text[])
    order by t.opened_at, t.id`);
}

export interface RecordedEvent {
  seq: number;
  type: TaskEvent['type'];
  at: string;
  actorId: string | null;
  actorName: string;
  payload: Record<string, unknown>;
}

export async function loadEvents(tx: Tx, taskId: string): Promise<RecordedEvent[]> {
  return tx.rows<RecordedEvent>(sql`select seq, type, at, actor_id, actor_name, payload from tasks.event
    where region = ${tx.region} and task_id = ${taskId} order by seq`);
}

export function eventOf(row: Pick<RecordedEvent, 'type' | 'payload'>): TaskEvent {
  return { type: row.type, ...row.payload } as TaskEvent;
}

function recorded(event: TaskEvent): { type: string; payload: unknown } {
  const { type, ...payload } = event;
  return { type, payload };
}

function eventInsert(tx: Tx, events: readonly { taskId: string; seq: number; type: string; payload: unknown }[]): Sql {
  return sql`insert into tasks.event (region, task_id, seq, type, at, actor_id, actor_name, payload)
    select ${tx.region}, "taskId", seq, type, ${tx.now}::timestamptz, ${tx.actor.accountId}::uuid, ${tx.actor.name}, payload
    from jsonb_to_recordset(${JSON.stringify(events)}::jsonb) as e("taskId" uuid, seq int, type text, payload jsonb)`;
}
