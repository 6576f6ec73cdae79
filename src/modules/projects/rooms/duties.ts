import { localDateOf, type Instant } from '../../../kernel/time.ts';
import type { Tx } from '../../../kernel/module.ts';
import { unitDirectory } from '../../org/index.ts';
import { finishTasks, lightAt, openTasks, tasksOf, type Task } from '../../tasks/index.ts';
import type { LegalBasis } from '../rules/rooms/transition.ts';

/** Tasks of the rooms. The subject's type is the room: by it a reminder finds its way to the firm. */
export const rooms = [
  'consultation',
  'gatheredNotice',
  'commitment',
  'survey',
  'acceptance',
  'offSystem',
  'earlyPush',
  'question',
] as const;
export type Room = (typeof rooms)[number];

export interface Duty {
  kind: string;
  title: string;
  room: Room;
  id: string;
  no: string;
  link: string;
  /** Null: the firm's own duty, by its account. */
  unitId: string | null;
  accountId?: string;
  term: string;
  /** Without one: now. The day itself is not counted. */
  start?: Instant;
  basis: LegalBasis;
}

/** Opens duties in one statement. @returns the tasks in the given order. */
export function openDuties(tx: Tx, duties: readonly Duty[]): Promise<Task[]> {
  return openTasks(
    tx,
    duties.map((duty) => ({
      kind: duty.kind,
      title: duty.title,
      subject: { type: duty.room, id: duty.id, no: duty.no },
      link: duty.link,
      unitId: duty.unitId,
      accountId: duty.accountId ?? null,
      start: duty.start ?? tx.now,
      promisedTerm: duty.term,
      basis: duty.basis,
    })),
  );
}

export async function openDuty(tx: Tx, duty: Duty): Promise<Task> {
  const [task] = await openDuties(tx, [duty]);
  if (task === undefined) throw new Error(`no task for ${duty.kind}`);
  return task;
}

/** Ends duties; unknown or missing ones are passed over. */
export async function finishDuties(
  tx: Tx,
  ids: readonly (string | null | undefined)[],
  outcome: string,
  reason = '',
): Promise<void> {
  const given = ids.filter((id) => id != null);
  if (given.length > 0) await finishTasks(tx, given, outcome, reason);
}

export interface DutyView {
  taskId: string;
  title: string;
  unitName: string;
  dueOn: string;
  light: ReturnType<typeof lightAt>;
}

/** Running duties of some subjects by task id, for pages. */
export async function runningDuties(tx: Tx, room: Room, ids: readonly string[]): Promise<Map<string, DutyView>> {
  const directory = await unitDirectory(tx);
  const running = (await tasksOf(tx, room, ids)).filter((task) => task.state !== 'finished');
  return new Map(
    running.map((task) => [
      task.id,
      {
        taskId: task.id,
        title: task.title,
        unitName: task.unitId === null ? '申请人' : directory.nameOf(task.unitId),
        dueOn: localDateOf(task.dueAt),
        light: lightAt(task, tx.now),
      },
    ]),
  );
}
