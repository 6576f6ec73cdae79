import { AppError } from '../../kernel/errors.ts';
import { sql, type Sql } from '../../kernel/db.ts';
import { uuidv7 } from '../../kernel/ids.ts';
import type { Reach } from '../../kernel/actor.ts';
import type { Tx } from '../../kernel/module.ts';
import { chineseDateTime, localDateOf, type Instant } from '../../kernel/time.ts';
import { outcomeName } from './rules/decide.ts';
import { rulebookOf } from './rulebook.ts';
import { loadForDecision } from './store.ts';
import type { Task, TaskEvent } from './rules/task.ts';
import { apply, finishTasks, openTasks } from './tasks.ts';

/** 督办单: a supervisor's written question about a task; the answer is itself a task of the unit. */
export interface Supervision {
  id: string;
  number: string;
  level: string;
  taskId: string;
  replyTaskId: string;
  unitId: string;
  reason: string;
  replyTerm: string;
  replyDueAt: Instant;
  issuedAt: Instant;
  issuedBy: string | null;
  issuerName: string;
  state: 'issued' | 'replied' | 'closed';
  replyText: string | null;
  repliedAt: Instant | null;
  repliedBy: string | null;
  replierName: string | null;
  closedAt: Instant | null;
  closedBy: string | null;
  closingNote: string | null;
  /** How often the unit was asked: more than one when an answer was sent back. */
  rounds: number;
}

const columns: Sql = sql`s.id, s.number, s.level, s.task_id, s.reply_task_id, s.unit_id, s.reason, s.reply_term, s.reply_due_at, s.issued_at,
  s.issued_by, s.issuer_name, s.state, s.reply_text, s.replied_at, s.replied_by, s.replier_name, s.closed_at, s.closed_by, s.closing_note, s.rounds`;

/** Issues a slip about a task of a unit. Throws `TASK_NO_UNIT`, `TASK_ALREADY_FINISHED`, `SUPERVISION_LEVEL_UNKNOWN`. */
export async function supervise(
  tx: Tx,
  task: Task,
  slip: { level: string; reason: string; replyTerm: string | null },
): Promise<Supervision> {
  if (task.unitId === null) throw new AppError('TASK_NO_UNIT');
  if (task.state === 'finished') {
    throw new AppError('TASK_ALREADY_FINISHED', {
      at: chineseDateTime(task.finishedAt ?? tx.now),
      outcome: outcomeName(task.outcome ?? ''),
    });
  }
  const { supervision } = await rulebookOf(tx);
  const level = supervision.levels.find((one) => one.level === slip.level);
  if (level === undefined) throw new AppError('SUPERVISION_LEVEL_UNKNOWN', { level: slip.level });
  const id = uuidv7(Date.parse(tx.now));
  const number = await nextNumber(tx, supervision.numberFormat);
  const replyTerm = slip.replyTerm ?? level.replyTerm;
  const reply = await openReply(tx, {
    id,
    number,
    unitId: task.unitId,
    replyTerm,
    about: task.title,
    levelName: level.name,
  });
  const row =
    await tx.one<Supervision>(sql`insert into tasks.supervision as s (region, id, number, level, task_id, reply_task_id, unit_id, reason,
      reply_term, reply_due_at, issued_at, issued_by, issuer_name, state)
    values (${tx.region}, ${id}, ${number}, ${slip.level}, ${task.id}, ${reply.id}, ${task.unitId}, ${slip.reason},
      ${replyTerm}, ${reply.dueAt}, ${tx.now}, ${tx.actor.accountId}, ${tx.actor.name}, 'issued')
    returning ${columns}`);
  await tell(tx, task, { type: 'supervised', supervisionId: id, number, level: slip.level, reason: slip.reason });
  tx.note(`supervision:${id}`, slip.reason);
  tx.publish('supervision.issued', {
    supervisionId: id,
    number,
    taskId: task.id,
    unitId: task.unitId,
    level: slip.level,
    dueAt: reply.dueAt,
  });
  return row;
}

/** The unit answers; its reply task ends. Throws `SUPERVISION_ALREADY_REPLIED`, `SUPERVISION_CLOSED`. */
export async function replyTo(tx: Tx, slip: Supervision, text: string): Promise<Supervision> {
  if (slip.state === 'replied') throw new AppError('SUPERVISION_ALREADY_REPLIED', { number: slip.number });
  if (slip.state === 'closed') throw new AppError('SUPERVISION_CLOSED', { number: slip.number });
  const task = await lockedTask(tx, slip.taskId);
  await finishTasks(tx, [slip.replyTaskId], 'replied', text);
  const row =
    await tx.one<Supervision>(sql`update tasks.supervision s set state = 'replied', reply_text = ${text}, replied_at = ${tx.now},
      replied_by = ${tx.actor.accountId}, replier_name = ${tx.actor.name}
    where s.region = ${tx.region} and s.id = ${slip.id} returning ${columns}`);
  await tell(tx, task, { type: 'supervisionReplied', supervisionId: slip.id, number: slip.number, text });
  tx.note(`supervision:${slip.id}`, text);
  tx.publish('supervision.replied', {
    supervisionId: slip.id,
    number: slip.number,
    taskId: slip.taskId,
    unitId: slip.unitId,
  });
  return row;
}

/**
 * The supervisor takes the answer, or sends it back with a new term: then the unit owes another reply. Not the person who
 * replied. Throws `SUPERVISION_NOT_REPLIED`, `SUPERVISION_CLOSED`, `SUPERVISION_SAME_PERSON`.
 */
export async function closeSlip(
  tx: Tx,
  slip: Supervision,
  decision: { outcome: 'accepted' | 'returned'; note: string; replyTerm: string | null },
): Promise<Supervision> {
  if (slip.state === 'closed') throw new AppError('SUPERVISION_CLOSED', { number: slip.number });
  if (slip.state === 'issued') throw new AppError('SUPERVISION_NOT_REPLIED', { number: slip.number });
  if (slip.repliedBy !== null && slip.repliedBy === tx.actor.accountId) throw new AppError('SUPERVISION_SAME_PERSON');
  const task = await lockedTask(tx, slip.taskId);
  const row =
    decision.outcome === 'accepted'
      ? await accepted(tx, slip, decision.note)
      : await returned(tx, slip, task, decision);
  await tell(tx, task, {
    type: 'supervisionClosed',
    supervisionId: slip.id,
    number: slip.number,
    outcome: decision.outcome,
    note: decision.note,
  });
  tx.note(`supervision:${slip.id}`, decision.note, { outcome: decision.outcome });
  return row;
}

export async function loadSlipForDecision(tx: Tx, id: string): Promise<Supervision | null> {
  return tx.maybe<Supervision>(
    sql`select ${columns} from tasks.supervision s where s.region = ${tx.region} and s.id = ${id} for update`,
  );
}

export async function slipsOfTask(tx: Tx, taskId: string): Promise<Supervision[]> {
  return tx.rows<Supervision>(sql`select ${columns} from tasks.supervision s
    where s.region = ${tx.region} and s.task_id = ${taskId} order by s.issued_at, s.id`);
}

export interface SlipRow extends Supervision {
  taskTitle: string;
  subjectNo: string;
  link: string;
}

export async function listSlips(
  tx: Tx,
  filter: { reach: Reach; units: readonly string[]; states: readonly string[] },
  page: { page: number; size: number },
): Promise<{ rows: SlipRow[]; total: number }> {
  const units =
    filter.reach === 'all'
      ? filter.units
      : filter.units.length === 0
        ? filter.reach
        : filter.units.filter((unit) => filter.reach.includes(unit));
  const all = filter.reach === 'all' && filter.units.length === 0;
  const rows = await tx.rows<
    SlipRow & { total: string }
  >(sql`select ${columns}, t.title as task_title, t.subject_no, t.link, count(*) over () as total
    from tasks.supervision s join tasks.task t on t.region = s.region and t.id = s.task_id
    where s.region = ${tx.region} and (${all} or s.unit_id = any(${[...units]}::text[]))
      and (${filter.states.length === 0} or s.state = any(${[...filter.states]}::text[]))
    order by s.issued_at desc, s.id desc limit ${page.size} offset ${(page.page - 1) * page.size}`);
  return { rows, total: Number(rows[0]?.total ?? 0) };
}

async function accepted(tx: Tx, slip: Supervision, note: string): Promise<Supervision> {
  return tx.one<Supervision>(sql`update tasks.supervision s set state = 'closed', closed_at = ${tx.now}, closed_by = ${tx.actor.accountId},
      closing_note = ${note} where s.region = ${tx.region} and s.id = ${slip.id} returning ${columns}`);
}

async function returned(
  tx: Tx,
  slip: Supervision,
  task: Task,
  decision: { note: string; replyTerm: string | null },
): Promise<Supervision> {
  const replyTerm = decision.replyTerm ?? slip.replyTerm;
  const reply = await openReply(tx, {
    id: slip.id,
    number: slip.number,
    unitId: slip.unitId,
    replyTerm,
    about: task.title,
    levelName: '督办退回',
  });
  return tx.one<Supervision>(sql`update tasks.supervision s set state = 'issued', reply_task_id = ${reply.id}, reply_due_at = ${reply.dueAt},
      reply_term = ${replyTerm}, rounds = s.rounds + 1 where s.region = ${tx.region} and s.id = ${slip.id} returning ${columns}`);
}

async function openReply(
  tx: Tx,
  slip: { id: string; number: string; unitId: string; replyTerm: string; about: string; levelName: string },
): Promise<Task> {
  const [reply] = await openTasks(tx, [
    {
      kind: 'supervision.reply',
      title: `回复${slip.levelName}：${slip.about}`,
      subject: { type: 'supervision', id: slip.id, no: slip.number },
      link: `/workbench/supervision/${slip.id}`,
      unitId: slip.unitId,
      start: tx.now,
      promisedTerm: slip.replyTerm,
      basis: { title: slip.number, article: '' },
    },
  ]);
  if (reply === undefined) throw new Error('openTasks opened nothing');
  return reply;
}

/** The slip belongs to the history of the task it is about; the row itself does not move. */
async function tell(tx: Tx, task: Task, event: TaskEvent): Promise<void> {
  await apply(tx, [{ task, event }]);
}

async function lockedTask(tx: Tx, id: string): Promise<Task> {
  const [task] = await loadForDecision(tx, [id]);
  if (task === undefined) throw new AppError('TASK_NOT_FOUND');
  return task;
}

/** One row per year: slips are rare, so nobody waits for it. */
async function nextNumber(tx: Tx, format: string): Promise<string> {
  const year = localDateOf(tx.now).slice(0, 4);
  const { last } = await tx.one<{ last: number }>(sql`insert into kernel.serial (region, scope, day, last)
    values (${tx.region}, 'supervision', ${`${year}-01-01`}, 1)
    on conflict (region, scope, day) do update set last = kernel.serial.last + 1 returning last`);
  return format.replace('{year}', year).replace('{n}', String(last));
}
