import { describeTerm, formatTerm, parseTerm, type Calendar } from '../../calendar/index.ts';
import { may, reachOf, type Actor, type Reach } from '../../kernel/actor.ts';
import { AppError } from '../../kernel/errors.ts';
import { route, type Route, type Tx } from '../../kernel/module.ts';
import { localDateOf, plusMs } from '../../kernel/time.ts';
import { unitDirectory, type UnitDirectory } from '../org/index.ts';
import {
  claimTask,
  closeSupervision,
  countTasks,
  getTask,
  handOverTask,
  listOwnTasks,
  listSupervisions,
  listTasks,
  replyToSupervision,
  superviseTask,
  tasksByUnit,
  type TaskRow,
} from './contract.ts';
import { countByLight, listForQueue, listOwn, sumCounts, type QueueRow } from './queue.ts';
import { rulebookOf } from './rulebook.ts';
import { outcomeName } from './rules/decide.ts';
import { settingsOfKind } from './rules/kinds.ts';
import { timeLeft } from './rules/left.ts';
import type { Rulebook } from './rules/project.ts';
import { lightAt, type Task } from './rules/task.ts';
import { eventOf, loadEvents, loadForDecision } from './store.ts';
import {
  closeSlip,
  listSlips,
  loadSlipForDecision,
  replyTo,
  slipsOfTask,
  supervise,
  type Supervision,
} from './supervision.ts';
import { changeTask, explainTask } from './tasks.ts';
import { tellEvent } from './words.ts';

const ninetyDaysMs = 90 * 24 * 3_600_000;

export const taskRoutes: readonly Route[] = [
  route(listTasks, async ({ tx, actor, input, reach }) => {
    const page = await listForQueue(
      tx,
      {
        reach,
        units: input.unit,
        lights: input.light,
        kinds: input.kind,
        subjectType: input.subjectType ?? null,
        dueFrom: input.dueFrom ?? null,
        dueTo: input.dueTo ?? null,
        text: input.text,
        accountId: input.mine ? actor.accountId : null,
        state: input.state,
      },
      { page: input.page, size: input.size, after: input.after ?? null },
    );
    const show = await presenter(tx);
    return { tasks: page.rows.map(show.task), total: page.total, totalIsCapped: page.totalIsCapped, next: page.next };
  }),

  route(listOwnTasks, async ({ tx, actor }) => {
    const show = await presenter(tx);
    const rows = actor.accountId === null ? [] : await listOwn(tx, actor.accountId);
    return { tasks: rows.map(show.task) };
  }),

  route(countTasks, async ({ tx, input, reach }) => {
    const units = await countByLight(tx, { reach, units: input.unit, kinds: input.kind, since: null });
    const { directory } = await presenter(tx);
    return { ...sumCounts(units), units: units.map((one) => ({ ...one, unitName: directory.nameOf(one.unitId) })) };
  }),

  route(tasksByUnit, async ({ tx, now, reach }) => {
    const since = plusMs(now, -ninetyDaysMs);
    const units = await countByLight(tx, { reach, units: [], kinds: [], since });
    const { directory } = await presenter(tx);
    return {
      since: localDateOf(since),
      units: units.map((one) => {
        const finished = one.onTime + one.late;
        return {
          ...one,
          unitName: directory.nameOf(one.unitId),
          finished,
          onTimeShare: finished === 0 ? null : one.onTime / finished,
        };
      }),
    };
  }),

  route(getTask, async ({ tx, actor, input }) => {
    const { task, promised, statutory } = await explainTask(tx, input.taskId);
    if (!maySee(actor, task)) throw new AppError('TASK_NOT_FOUND');
    const show = await presenter(tx);
    const slips = await slipsOfTask(tx, task.id);
    const events = await loadEvents(tx, task.id);
    return {
      task: show.task({ ...task, supervised: slips.some(({ state }) => state !== 'closed') }),
      basis: task.basis,
      pauses: [...task.ledger.pauses],
      extensions: task.ledger.extensions.map(({ amount, basis, approvedBy, noticeNo, at }) => ({
        words: describeTerm(amount),
        basis,
        approvedBy,
        noticeNo: noticeNo ?? null,
        at,
      })),
      promisedDays: [...promised],
      statutoryDays: statutory === null ? null : [...statutory],
      events: events.map((row) => ({
        seq: row.seq,
        type: row.type,
        at: row.at,
        actorName: row.actorName,
        words: tellEvent(eventOf(row), show.directory),
      })),
      supervisions: slips.map(show.slip),
      calendarVersion: task.calendarVersion,
      mayHandOver: task.state !== 'finished' && task.unitId !== null && may(actor, 'task.hand-over', task.unitId),
      maySupervise: task.state !== 'finished' && task.unitId !== null && may(actor, 'task.supervise', task.unitId),
    };
  }),

  route(handOverTask, async ({ tx, input, reach }) => {
    await reachable(tx, input.taskId, reach);
    const { taskId, unitId, accountId, reason } = input;
    const show = await presenter(tx);
    if (unitId !== undefined && !show.directory.units.some((unit) => unit.id === unitId)) {
      throw new AppError('TASK_RECEIVER_UNKNOWN', { unit: unitId });
    }
    const task = await changeTask(tx, taskId, {
      type: 'handOver',
      reason,
      ...(unitId === undefined ? {} : { unitId }),
      ...(accountId === undefined ? {} : { accountId }),
    });
    return { task: show.task(await withSlips(tx, task)) };
  }),

  route(claimTask, async ({ tx, actor, input, reach }) => {
    const task = await reachable(tx, input.taskId, reach);
    if (task.accountId !== null && task.accountId !== actor.accountId) throw new AppError('TASK_HELD_BY_OTHER');
    const after = await changeTask(tx, task.id, { type: 'handOver', accountId: actor.accountId, reason: '认领' });
    const show = await presenter(tx);
    return { task: show.task(await withSlips(tx, after)) };
  }),

  route(superviseTask, async ({ tx, input, reach }) => {
    const task = await reachable(tx, input.taskId, reach);
    const slip = await supervise(tx, task, {
      level: input.level,
      reason: input.reason,
      replyTerm: input.replyTerm ?? null,
    });
    return { supervision: (await presenter(tx)).slip(slip) };
  }),

  route(replyToSupervision, async ({ tx, input, reach }) => {
    const slip = await reachableSlip(tx, input.supervisionId, reach);
    return { supervision: (await presenter(tx)).slip(await replyTo(tx, slip, input.text)) };
  }),

  route(closeSupervision, async ({ tx, input, reach }) => {
    const slip = await reachableSlip(tx, input.supervisionId, reach);
    const { outcome, note, replyTerm } = input;
    return {
      supervision: (await presenter(tx)).slip(
        await closeSlip(tx, slip, { outcome, note, replyTerm: replyTerm ?? null }),
      ),
    };
  }),

  route(listSupervisions, async ({ tx, input, reach }) => {
    const { rows, total } = await listSlips(tx, { reach, units: input.unit, states: input.state }, input);
    const show = await presenter(tx);
    return {
      supervisions: rows.map((row) => ({
        ...show.slip(row),
        taskTitle: row.taskTitle,
        subjectNo: row.subjectNo,
        link: row.link,
      })),
      total,
      levels: show.book.supervision.levels.map(({ level, name, replyTerm }) => ({ level, name, replyTerm })),
    };
  }),
];

interface Presenter {
  directory: UnitDirectory;
  book: Rulebook;
  task(task: QueueRow): TaskRow;
  slip(slip: Supervision): Supervision & { levelName: string; unitName: string };
}

/** How rows are told to people: names of units and kinds, lights, time left. */
async function presenter(tx: Tx): Promise<Presenter> {
  const book = await rulebookOf(tx);
  const directory = await unitDirectory(tx);
  return {
    book,
    directory,
    task: (task) => taskRow(tx, task, book, directory),
    slip: (slip) => ({
      ...slip,
      levelName: book.supervision.levels.find(({ level }) => level === slip.level)?.name ?? slip.level,
      unitName: directory.nameOf(slip.unitId),
    }),
  };
}

function taskRow(
  tx: Tx,
  task: QueueRow,
  book: { kinds: Rulebook['kinds']; calendar: Calendar },
  directory: UnitDirectory,
): TaskRow {
  const { unitId, accountId } = task;
  const left = timeLeft(task, tx.now, book.calendar);
  return {
    ...task,
    kindName: settingsOfKind(book.kinds, task.kind).name,
    light: lightAt(task, tx.now),
    promisedWords: describeTerm(parseTerm(task.promisedTerm)),
    statutoryWords: task.statutoryTerm === null ? null : describeTerm(parseTerm(task.statutoryTerm)),
    promisedTerm: formatTerm(parseTerm(task.promisedTerm)),
    workingDaysLeft: left.workingDaysLeft,
    left: left.words,
    holder: {
      unitId,
      unitName: unitId === null ? '申请人' : directory.nameOf(unitId),
      accountId,
      mine: accountId !== null && accountId === tx.actor.accountId,
    },
    outcomeName: task.outcome === null ? null : outcomeName(task.outcome),
  };
}

async function withSlips(tx: Tx, task: Task): Promise<QueueRow> {
  const slips = await slipsOfTask(tx, task.id);
  return { ...task, supervised: slips.some(({ state }) => state !== 'closed') };
}

/** Own unit's, or lying with oneself. */
function maySee(actor: Actor, task: Task): boolean {
  if (task.accountId !== null && task.accountId === actor.accountId) return true;
  return (
    task.unitId !== null &&
    ['task.read', 'task.supervise'].some((permission) => within(reachOf(actor, permission), task.unitId))
  );
}

async function reachable(tx: Tx, taskId: string, reach: Reach): Promise<Task> {
  const [task] = await loadForDecision(tx, [taskId]);
  if (
    task === undefined ||
    (task.unitId !== null && !within(reach, task.unitId)) ||
    (task.unitId === null && reach !== 'all')
  ) {
    throw new AppError('TASK_NOT_FOUND');
  }
  return task;
}

async function reachableSlip(tx: Tx, id: string, reach: Reach): Promise<Supervision> {
  const slip = await loadSlipForDecision(tx, id);
  if (slip === null || !within(reach, slip.unitId)) throw new AppError('SUPERVISION_NOT_FOUND');
  return slip;
}

function within(reach: Reach, unitId: string | null): boolean {
  return reach === 'all' || (unitId !== null && reach.includes(unitId));
}
