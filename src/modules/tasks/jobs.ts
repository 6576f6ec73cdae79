import { sql } from '../../kernel/db.ts';
import type { Job, Subscriber, Tx } from '../../kernel/module.ts';
import { decideEscalation, decideOverrun, decideRecalculation } from './rules/decide.ts';
import { dueRungs } from './rules/project.ts';
import { settingsOfKind } from './rules/kinds.ts';
import type { Task, TaskEvent } from './rules/task.ts';
import { decisionOf } from './tasks.ts';
import { record, taskColumns } from './store.ts';

const portion = 500;
/** One run of a job is one transaction: at most this many portions in it, the rest comes with the next run. */
const portionsPerRun = 10;

/** Fires every rung whose moment has come, each once whoever asks. @returns how many fired. */
export async function escalateDue(tx: Tx): Promise<number> {
  const decision = await decisionOf(tx);
  let fired = 0;
  for (let round = 0; round < portionsPerRun; round += 1) {
    const tasks = await tx.rows<Task>(sql`select ${taskColumns} from tasks.task t
      where t.region = ${tx.region} and t.state <> 'finished' and t.next_rung_at <= ${tx.now}
      order by t.next_rung_at, t.id limit ${portion} for update skip locked`);
    const decided = withEvents(tasks, (task) => decideEscalation(task, decision));
    const claims = tasks.flatMap((task) => dueRungs(task, decision.book, tx.now).map((rung) => ({ task, rung })));
    const claimed = await claim(
      tx,
      claims.map(({ task, rung }) => ({ taskId: task.id, rung: rung.rung, unitId: task.unitId, dueAt: task.dueAt })),
    );
    for (const { task, rung } of claims) {
      if (!claimed.has(`${task.id} ${rung.rung}`)) continue;
      fired += 1;
      tx.publish('task.escalated', {
        taskId: task.id,
        kind: task.kind,
        kindName: settingsOfKind(decision.book.kinds, task.kind).name,
        title: task.title,
        subjectType: task.subjectType,
        subjectId: task.subjectId,
        subjectNo: task.subjectNo,
        link: task.link,
        unitId: task.unitId,
        accountId: task.accountId,
        dueAt: task.dueAt,
        rung: rung.rung,
        tell: rung.tell,
        words: rung.words,
      });
    }
    await record(tx, decided);
    if (tasks.length < portion) break;
  }
  return fired;
}

/** Says that a clock runs again because the announced end of its pause has passed. The due date already knew. */
export async function noticeOverruns(tx: Tx): Promise<number> {
  const decision = await decisionOf(tx);
  let done = 0;
  for (let round = 0; round < portionsPerRun; round += 1) {
    const tasks = await tx.rows<Task>(sql`select ${taskColumns} from tasks.task t
      where t.region = ${tx.region} and t.state <> 'finished' and t.stopped_until <= ${tx.now}
      order by t.stopped_until, t.id limit ${portion} for update skip locked`);
    // A stop that ended at the due date can come before the announced end: then nothing is to be said yet.
    const decided = withEvents(tasks, (task) => decideOverrun(task, decision));
    await record(tx, decided);
    for (const { task } of decided) {
      const pause = task.ledger.pauses.at(-1);
      tx.publish('task.pauseOverran', {
        taskId: task.id,
        title: task.title,
        subjectType: task.subjectType,
        subjectId: task.subjectId,
        subjectNo: task.subjectNo,
        link: task.link,
        unitId: task.unitId,
        accountId: task.accountId,
        ground: pause?.groundName ?? '',
        plannedUntil: pause?.plannedUntil ?? '',
      });
    }
    done += decided.length;
    if (decided.length < portion) break;
  }
  return done;
}

/** One portion of running tasks under the present calendar. @returns how many were looked at; fewer than 500 means done. */
export async function recalculatePortion(tx: Tx, reason: string): Promise<number> {
  const decision = await decisionOf(tx);
  const { version } = decision.book.calendar;
  const tasks = await tx.rows<Task>(sql`select ${taskColumns} from tasks.task t
    where t.region = ${tx.region} and t.state <> 'finished' and (t.calendar_version < ${version} or t.calendar_version > ${version})
    order by t.calendar_version, t.id limit ${portion} for update skip locked`);
  const decided = withEvents(tasks, (task) => decideRecalculation(task, reason, decision));
  await record(tx, decided);
  const moved = decided.filter(
    ({ task, event }) => event.type === 'recalculated' && event.projection.dueAt !== task.dueAt,
  );
  for (const { task, event } of moved) {
    if (event.type !== 'recalculated') continue;
    tx.publish('task.moved', {
      taskId: task.id,
      subjectType: task.subjectType,
      subjectId: task.subjectId,
      subjectNo: task.subjectNo,
      link: task.link,
      unitId: task.unitId,
      accountId: task.accountId,
      from: task.dueOn,
      to: event.projection.dueOn,
      reason,
    });
  }
  return tasks.length;
}

/** Folds the appended counts so that sums stay short. Sums do not change by it. */
export async function foldTally(tx: Tx): Promise<number> {
  return tx.exec(sql`with heaps as (
      select unit_id, kind, mark, day from tasks.tally where region = ${tx.region}
      group by unit_id, kind, mark, day having count(*) > 4 or sum(n) = 0 limit 1000
    ), taken as (
      delete from tasks.tally t using heaps h
      where t.region = ${tx.region} and t.unit_id = h.unit_id and t.kind = h.kind and t.mark = h.mark and t.day = h.day
      returning t.unit_id, t.kind, t.mark, t.day, t.n
    )
    insert into tasks.tally (region, unit_id, kind, mark, day, n)
    select ${tx.region}, unit_id, kind, mark, day, sum(n) from taken group by unit_id, kind, mark, day having sum(n) <> 0`);
}

export const jobs: readonly Job[] = [
  { name: 'tasks.escalate', everySeconds: 60, run: escalateDue },
  { name: 'tasks.overrunPauses', everySeconds: 300, run: noticeOverruns },
  { name: 'tasks.recalculate', everySeconds: 300, run: (tx) => recalculatePortion(tx, '依据最新的放假通知重新计算') },
  { name: 'tasks.foldTally', everySeconds: 300, run: foldTally },
];

/** Portion by portion: each is its own transaction and asks for the next one, so a restart goes on where it stopped. */
async function recalculate(tx: Tx, payload: Record<string, unknown>): Promise<void> {
  const reason = typeof payload['reason'] === 'string' ? payload['reason'] : '依据最新的放假通知重新计算';
  if ((await recalculatePortion(tx, reason)) === portion) tx.publish('calendar.recalculating', { reason });
}

export const subscribers: readonly Subscriber[] = [
  { name: 'tasks.recalculateOnChange', topic: 'calendar.changed', handle: recalculate },
  { name: 'tasks.recalculateNext', topic: 'calendar.recalculating', handle: recalculate },
];

async function claim(
  tx: Tx,
  claims: readonly { taskId: string; rung: string; unitId: string | null; dueAt: string }[],
): Promise<Set<string>> {
  if (claims.length === 0) return new Set();
  const rows = await tx.rows<{
    taskId: string;
    rung: string;
  }>(sql`insert into tasks.escalation (region, task_id, rung, unit_id, at, due_at)
    select ${tx.region}, "taskId", rung, "unitId", ${tx.now}::timestamptz, "dueAt"
    from jsonb_to_recordset(${JSON.stringify(claims)}::jsonb) as c("taskId" uuid, rung text, "unitId" text, "dueAt" timestamptz)
    on conflict do nothing returning task_id, rung`);
  return new Set(rows.map(({ taskId, rung }) => `${taskId} ${rung}`));
}

function withEvents(
  tasks: readonly Task[],
  decide: (task: Task) => TaskEvent | null,
): { task: Task; event: TaskEvent }[] {
  return tasks.flatMap((task) => {
    const event = decide(task);
    return event === null ? [] : [{ task, event }];
  });
}
