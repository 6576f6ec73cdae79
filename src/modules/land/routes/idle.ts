import { AppError } from '../../../kernel/errors.ts';
import { route, type HandlerContext, type Tx } from '../../../kernel/module.ts';
import { localDateOf, type LocalDate } from '../../../kernel/time.ts';
import { unitDirectory } from '../../org/index.ts';
import { finishTasks, tasksOf } from '../../tasks/index.ts';
import * as contract from '../contract-idle.ts';
import { deskUnit, isAtDesk } from '../desk.ts';
import { openIdleTask, recordIdle } from '../idle.ts';
import { listIdleLandRows, loadIdleLandForDecision, sumOpen, updateIdleLand, type IdleLandRow } from '../store/idle.ts';

const kindNames = { unsupplied: '批而未供', idle: '闲置土地' } as const;

export const idleRoutes = [
  route(contract.listIdleLand, async ({ tx, input, reach, now }) => {
    const { rows, total } = await listIdleLandRows(tx, input);
    const directory = await unitDirectory(tx);
    const tasks = await tasksOf(
      tx,
      'idle-land',
      rows.map(({ id }) => id),
    );
    const due = new Map(tasks.map((task) => [task.id, task.dueOn]));
    const today = localDateOf(now);
    return {
      lands: rows.map(({ unitId, taskId, ...row }) => ({
        ...row,
        kindName: kindNames[row.kind],
        months: monthsBetween(row.since, today),
        unitName: directory.nameOf(unitId),
        dueOn: taskId === null ? null : (due.get(taskId) ?? null),
      })),
      total,
      openMu: (await sumOpen(tx)).map((one) => ({ ...one, kindName: kindNames[one.kind] })),
      mayWork: await isAtDesk(tx, reach, 'idle'),
    };
  }),

  route(contract.recordIdleLand, async (context) => {
    const unitId = await deskUnit(context, 'idle');
    return { id: await recordIdle(context.tx, context.input, unitId) };
  }),

  route(contract.addIdleMeasure, (context) =>
    change(context, async (tx, row) => {
      // Each measure starts the term anew: what is asked for is that something happens.
      if (row.taskId !== null) await finishTasks(tx, [row.taskId], 'done', context.input.text);
      const measures = [...row.measures, { at: tx.now, by: tx.actor.name, text: context.input.text }];
      return { ...row, measures, taskId: await openIdleTask(tx, row) };
    }),
  ),

  route(contract.closeIdleLand, (context) =>
    change(context, async (tx, row) => {
      if (row.taskId !== null) await finishTasks(tx, [row.taskId], 'done', context.input.outcome);
      return { ...row, closedAt: tx.now, outcome: context.input.outcome, taskId: null };
    }),
  ),
];

async function change<I extends { landId: string }>(
  context: HandlerContext<I>,
  work: (tx: Tx, row: IdleLandRow) => Promise<IdleLandRow>,
): Promise<{ version: number }> {
  await deskUnit(context, 'idle');
  const { tx, input } = context;
  const row = await loadIdleLandForDecision(tx, input.landId);
  if (row === null) throw new AppError('IDLE_LAND_NOT_FOUND');
  if (row.closedAt !== null) throw new AppError('IDLE_LAND_CLOSED');
  const after = await work(tx, row);
  await updateIdleLand(tx, after);
  tx.note(`idle-land:${row.id}`, after.closedAt === null ? '登记处置措施' : '处置完毕，销号', {
    text: after.outcome ?? after.measures.at(-1)?.text ?? '',
  });
  return { version: row.version + 1 };
}

function monthsBetween(from: LocalDate, to: LocalDate): number {
  const months = (day: LocalDate) => Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7));
  return Math.max(0, months(to) - months(from) - (to.slice(8) < from.slice(8) ? 1 : 0));
}
