import {
  consumed,
  explainTerm,
  parseTerm,
  type Calendar,
  type Consumption,
  type ExplainedDay,
} from '../../calendar/index.ts';
import { AppError } from '../../kernel/errors.ts';
import { uuidv7 } from '../../kernel/ids.ts';
import type { Tx } from '../../kernel/module.ts';
import type { Instant } from '../../kernel/time.ts';
import { staffUnitOf } from '../org/index.ts';
import { decideChange, decideFinish, openTask, type Decision } from './rules/decide.ts';
import { clockOf, type Rulebook } from './rules/project.ts';
import { evolve, type Task, type TaskChange, type TaskEvent, type TaskSpec } from './rules/task.ts';
import { rulebookOf } from './rulebook.ts';
import { insertTasks, loadForDecision, loadOfSubjects, loadTask, record } from './store.ts';

/**
 * Opens tasks, all in one statement. Terms as `20wd`, `1.5wd`, `2h`, `20nd`, `1mo`; `start` is the moment of the event,
 * which itself is not counted. Publishes nothing: the caller's own event says what happened.
 * Throws `BAD_TERM`, `BAD_DATE`, `BEYOND_CALENDAR`.
 */
export async function openTasks(tx: Tx, specs: readonly TaskSpec[]): Promise<Task[]> {
  if (specs.length === 0) return [];
  const decision = await decisionOf(tx);
  const opened = specs.map((spec) => {
    const event = openTask(uuidv7(Date.parse(tx.now)), spec, decision);
    return { event, task: evolve(null, event) };
  });
  await insertTasks(tx, opened);
  return opened.map(({ task }) => task);
}

/**
 * Pauses, resumes, extends or hands over. Throws `TASK_NOT_FOUND`, `TASK_ALREADY_FINISHED` and the reason why a change
 * is impossible (`PAUSE_…`, `TASK_OVERDUE`, `TASK_ALREADY_EXTENDED`, …); then the clock runs on as before.
 */
export async function changeTask(tx: Tx, taskId: string, change: TaskChange): Promise<Task> {
  const decision = await decisionOf(tx);
  const [task] = await loadForDecision(tx, [taskId]);
  if (task === undefined) throw new AppError('TASK_NOT_FOUND');
  const event = decideChange(task, change, decision);
  if (
    event.type === 'handedOver' &&
    event.accountId !== null &&
    change.type === 'handOver' &&
    change.accountId != null
  ) {
    await refuseOutsider(tx, event.accountId, event.unitId);
  }
  const after = await apply(tx, [{ task, event }]);
  if (event.type === 'handedOver') {
    tx.publish('task.handedOver', {
      taskId,
      title: task.title,
      link: task.link,
      fromUnit: task.unitId,
      unitId: event.unitId,
      accountId: event.accountId,
      reason: event.reason,
    });
  }
  return after[0] ?? task;
}

/** A task goes to somebody who works in the unit that owes it: whoever holds it may read it. */
async function refuseOutsider(tx: Tx, accountId: string, unitId: string | null): Promise<void> {
  if ((await staffUnitOf(tx, accountId)) !== unitId) throw new AppError('TASK_HOLDER_NOT_IN_UNIT');
}

/**
 * Ends tasks, or cancels them (`outcome: 'cancelled'`). Idempotent for the same person and outcome; otherwise the second
 * of two callers gets `TASK_ALREADY_FINISHED`. Unknown ids throw `TASK_NOT_FOUND`.
 */
export async function finishTasks(tx: Tx, ids: readonly string[], outcome: string, reason = ''): Promise<Task[]> {
  if (ids.length === 0) return [];
  const decision = await decisionOf(tx);
  const tasks = await loadForDecision(tx, ids);
  if (tasks.length < new Set(ids).size) throw new AppError('TASK_NOT_FOUND');
  const decided = tasks.flatMap((task) => {
    const event = decideFinish(task, outcome, reason, decision);
    return event === null ? [] : [{ task, event }];
  });
  const after = new Map((await apply(tx, decided)).map((task) => [task.id, task]));
  return tasks.map((task) => after.get(task.id) ?? task);
}

/** All tasks of some subjects, open and finished, in order of opening. */
export async function tasksOf(tx: Tx, subjectType: string, subjectIds: readonly string[]): Promise<Task[]> {
  return loadOfSubjects(tx, subjectType, subjectIds);
}

/** The county's working-day calendar from its confirmed notices; built once per version. */
export async function calendarOf(tx: Tx): Promise<Calendar> {
  return (await rulebookOf(tx)).calendar;
}

/** Opening hours and the choices that the law leaves to the county about counting. */
export async function clockSettingsOf(tx: Tx): Promise<Rulebook['clock']> {
  return (await rulebookOf(tx)).clock;
}

/** The grounds on which a clock may lawfully stand still here, with their basis; those not enabled are listed as such. */
export async function pauseGroundsOf(tx: Tx): Promise<Rulebook['grounds']> {
  return (await rulebookOf(tx)).grounds;
}

export interface TaskExplanation {
  task: Task;
  /** Each day from the event to the promised due date: counted, skipped (and by which notice) or paused (and on what basis). */
  promised: readonly ExplainedDay[];
  statutory: readonly ExplainedDay[] | null;
}

/** How the two limits of a task come about, day by day. Throws `TASK_NOT_FOUND`. */
export async function explainTask(tx: Tx, id: string): Promise<TaskExplanation> {
  const book = await rulebookOf(tx);
  const task = await loadTask(tx, id);
  if (task === null) throw new AppError('TASK_NOT_FOUND');
  return {
    task,
    promised: explain(task, task.promisedTerm, book),
    statutory: task.statutoryTerm === null ? null : explain(task, task.statutoryTerm, book),
  };
}

/** What a task's promised term has used by a moment, net of lawful pauses, in the unit of the term. */
export async function timeUsed(tx: Tx, task: Task, until: Instant): Promise<Consumption> {
  return consumed({ ...clockOf(task, task.promisedTerm, await rulebookOf(tx)), until });
}

/** Working time between two moments, to the half day, the day of the first not counted; nothing is left out. */
export async function workingDaysOver(tx: Tx, from: Instant, until: Instant): Promise<number> {
  const { calendar, clock } = await rulebookOf(tx);
  // A term of half days is counted in half days; what lies beyond it is counted on.
  const { used, over } = consumed({ start: from, term: parseTerm('0.5wd'), calendar, settings: clock, until });
  return used + over;
}

/** Records events for locked tasks and says in the journal which tasks were touched. */
export async function apply(tx: Tx, decided: readonly { task: Task; event: TaskEvent }[]): Promise<Task[]> {
  for (const { task, event } of decided)
    tx.note(`task:${task.id}`, 'reason' in event ? event.reason : '', { event: event.type });
  return record(tx, decided);
}

export async function decisionOf(tx: Tx): Promise<Decision> {
  return { book: await rulebookOf(tx), now: tx.now, by: tx.actor.accountId };
}

function explain(task: Task, term: string, book: Rulebook): readonly ExplainedDay[] {
  return explainTerm(clockOf(task, term, book));
}
