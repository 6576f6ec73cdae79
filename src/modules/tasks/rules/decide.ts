import { parseTerm } from '../../../calendar/index.ts';
import { AppError } from '../../../kernel/errors.ts';
import { chineseDate, chineseDateTime, localDateOf, plusMs, type Instant } from '../../../kernel/time.ts';
import { dueRungs, endOfAnnounced, nextRung, project, type Clocked, type Rulebook } from './project.ts';
import {
  evolve,
  openPause,
  type Task,
  type TaskChange,
  type TaskEvent,
  type TaskLedger,
  type TaskPause,
  type TaskSpec,
} from './task.ts';

/** Who decides and when; the rest of a decision is the task and the rulebook. */
export interface Decision {
  book: Rulebook;
  now: Instant;
  /** Account of the actor; null for the platform itself. */
  by: string | null;
}

/** Opens a task. Throws the calendar's errors; a task without a holder is a programming fault. */
export function openTask(id: string, spec: TaskSpec, { book, now }: Decision): TaskEvent {
  const unitId = spec.unitId;
  const accountId = spec.accountId ?? null;
  if (unitId === null && accountId === null) throw new Error(`task ${spec.kind} has no holder`);
  const task = {
    id,
    kind: spec.kind,
    title: spec.title,
    subjectType: spec.subject.type,
    subjectId: spec.subject.id,
    subjectNo: spec.subject.no,
    link: spec.link,
    unitId,
    accountId,
    startAt: plusMs(spec.start, 0),
    promisedTerm: spec.promisedTerm,
    statutoryTerm: spec.statutoryTerm ?? null,
    basis: spec.basis,
    yellow: spec.yellow ?? null,
    ledger: { pauses: [], extensions: [] },
    openedAt: now,
  };
  return { type: 'opened', task, projection: project({ ...task, firedRungs: [] }, book, now) };
}

/** What a change means for a task, as the event that records it. Throws with the reason why it cannot be. */
export function decideChange(task: Task, change: TaskChange, decision: Decision): TaskEvent {
  refuseFinished(task);
  switch (change.type) {
    case 'pause':
      return pause(task, change, decision);
    case 'resume':
      return resume(task, change, decision);
    case 'extend':
      return extend(task, change, decision);
    case 'handOver':
      return handOver(task, change);
  }
}

/**
 * Ends a task, or null when the same person already ended it with the same outcome (a repeated call).
 * Throws `TASK_ALREADY_FINISHED`: of two people at once the second hears that it is done.
 */
export function decideFinish(
  task: Task,
  outcome: string,
  reason: string,
  { book, now, by }: Decision,
): TaskEvent | null {
  if (task.state === 'finished' && task.outcome === outcome && task.finishedBy === by) return null;
  refuseFinished(task);
  const event: TaskEvent = { type: 'finished', at: now, outcome, reason, by, projection: currentProjection(task) };
  if (openPause(task.ledger) === null) return event;
  // The clock never ran on to the announced end: the pause ends here, and the due date says what the unit really had.
  const { ledger } = evolve(task, event);
  return { ...event, projection: { ...project({ ...task, ledger }, book, now), nextRungAt: task.nextRungAt } };
}

/** The clock runs again because the announced end has passed, or null when there is nothing to say yet. */
export function decideOverrun(task: Task, { book, now }: Decision): TaskEvent | null {
  const pause = openPause(task.ledger);
  if (task.state !== 'paused' || pause === null || pause.plannedUntil === null) return null;
  if (endOfAnnounced(pause.plannedUntil) > now) return null;
  return { type: 'pauseOverran', projection: project(task, book, now) };
}

/** The task under the present calendar, or null when it is under it already. Only the version changes when no date moves. */
export function decideRecalculation(task: Task, reason: string, { book, now }: Decision): TaskEvent | null {
  if (task.state === 'finished' || task.calendarVersion === book.calendar.version) return null;
  return { type: 'recalculated', reason, from: task.dueOn, projection: project(task, book, now) };
}

export function decideEscalation(task: Task, { book, now }: Decision): TaskEvent | null {
  if (task.state === 'finished') return null;
  const rungs = dueRungs(task, book, now).map(({ rung }) => rung);
  const nextRungAt = nextRung({ ...task, firedRungs: [...task.firedRungs, ...rungs] }, book);
  if (rungs.length === 0 && nextRungAt === task.nextRungAt) return null;
  return { type: 'escalated', rungs, nextRungAt };
}

function pause(task: Task, change: Extract<TaskChange, { type: 'pause' }>, { book, now }: Decision): TaskEvent {
  refuseOverdue(task, now, '中止计时');
  const running = openPause(task.ledger);
  if (running !== null && task.state === 'paused') {
    throw new AppError('TASK_ALREADY_PAUSED', { ground: running.groundName, noticeNo: running.noticeNo ?? '' });
  }
  const ground = book.grounds.find(({ code, name }) => code === change.ground || name === change.ground);
  if (ground === undefined) {
    throw new AppError('PAUSE_GROUND_NOT_LISTED', { ground: change.ground, basis: book.grounds[0]?.basis ?? '' });
  }
  if (!ground.enabled) throw new AppError('PAUSE_GROUND_NOT_ENABLED', { ground: ground.name });
  const used = task.ledger.pauses.filter((one) => one.ground === ground.code).length;
  if (ground.maxTimes !== null && used >= ground.maxTimes) {
    throw new AppError('PAUSE_GROUND_USED_UP', { ground: ground.name, times: ground.maxTimes });
  }
  if (change.noticeNo.trim() === '') throw new AppError('PAUSE_WITHOUT_NOTICE');
  if (!/^\d{4}-\d\d-\d\d$/.test(change.plannedUntil) || change.plannedUntil < localDateOf(now)) {
    throw new AppError('PAUSE_WITHOUT_PLANNED_END');
  }
  const stopped: TaskPause = {
    from: now,
    to: null,
    ground: ground.code,
    groundName: ground.name,
    basis: change.basis.trim() === '' ? ground.basis : change.basis,
    noticeNo: change.noticeNo.trim(),
    plannedUntil: change.plannedUntil,
  };
  const counted = pausedEvent(task, stopped, book, now);
  // On the last day the day had begun and would run out in the middle of the pause: leave out the whole day instead.
  const resumesAt = endOfAnnounced(change.plannedUntil);
  if (counted.projection.dueAt > resumesAt) return counted;
  return pausedEvent(task, { ...stopped, from: localDateOf(now) }, book, now);
}

function pausedEvent(
  task: Task,
  stopped: TaskPause,
  book: Rulebook,
  now: Instant,
): Extract<TaskEvent, { type: 'paused' }> {
  const earlier = task.ledger.pauses.map((one) => (one.to === null ? { ...one, to: stopped.from } : one));
  const clocked: Clocked = { ...task, ledger: { ...task.ledger, pauses: [...earlier, stopped] } };
  return { type: 'paused', pause: stopped, projection: project(clocked, book, now) };
}

function resume(task: Task, change: Extract<TaskChange, { type: 'resume' }>, { book, now }: Decision): TaskEvent {
  if (openPause(task.ledger) === null) throw new AppError('TASK_NOT_PAUSED');
  const pauses = task.ledger.pauses.map((one) => (one.to === null ? { ...one, to: now } : one));
  const projection = project({ ...task, ledger: { ...task.ledger, pauses } }, book, now);
  return { type: 'resumed', to: now, reason: change.reason ?? '', projection };
}

function extend(task: Task, change: Extract<TaskChange, { type: 'extend' }>, { book, now }: Decision): TaskEvent {
  refuseOverdue(task, now, '延长期限');
  if (change.basis.trim() === '' || change.approvedBy.trim() === '') throw new AppError('EXTENSION_WITHOUT_BASIS');
  if (change.once && task.ledger.extensions.length > 0)
    throw new AppError('TASK_ALREADY_EXTENDED', { basis: change.basis });
  const amount = parseTerm(change.term);
  const promised = parseTerm(task.promisedTerm);
  if (amount.unit !== promised.unit) {
    throw new AppError('EXTENSION_UNIT_MISMATCH', { term: task.promisedTerm, extension: change.term });
  }
  const extension = {
    amount,
    basis: change.basis,
    noticeNo: change.noticeNo ?? null,
    approvedBy: change.approvedBy,
    at: now,
  };
  const ledger: TaskLedger = { ...task.ledger, extensions: [...task.ledger.extensions, extension] };
  return { type: 'extended', extension, projection: project({ ...task, ledger }, book, now) };
}

function handOver(task: Task, change: Extract<TaskChange, { type: 'handOver' }>): TaskEvent {
  if (task.unitId === null) throw new AppError('TASK_NO_UNIT');
  const unitId = change.unitId ?? task.unitId;
  // In another unit nobody holds it yet, unless a person is named.
  const accountId =
    change.accountId === undefined ? (unitId === task.unitId ? task.accountId : null) : change.accountId;
  if (unitId === task.unitId && accountId === task.accountId) throw new AppError('TASK_HANDED_TO_SAME');
  return { type: 'handedOver', unitId, accountId, reason: change.reason };
}

function refuseFinished(task: Task): void {
  if (task.state !== 'finished' || task.finishedAt === null) return;
  throw new AppError('TASK_ALREADY_FINISHED', {
    at: chineseDateTime(task.finishedAt),
    outcome: outcomeName(task.outcome ?? ''),
  });
}

function refuseOverdue(task: Task, now: Instant, action: string): void {
  if (task.dueAt < now) throw new AppError('TASK_OVERDUE', { dueOn: chineseDate(task.dueOn), action });
}

function currentProjection(task: Task): Extract<TaskEvent, { type: 'finished' }>['projection'] {
  const {
    dueOn,
    dueAt,
    statutoryDueOn,
    statutoryDueAt,
    yellowAt,
    stoppedUntil,
    provisional,
    calendarVersion,
    nextRungAt,
  } = task;
  return {
    dueOn,
    dueAt,
    statutoryDueOn,
    statutoryDueAt,
    yellowAt,
    stoppedUntil,
    provisional,
    calendarVersion,
    nextRungAt,
  };
}

const outcomeNames: Readonly<Record<string, string>> = {
  done: '办结',
  cancelled: '撤销',
  granted: '准予',
  refused: '不予许可',
  accepted: '受理',
  declined: '不予受理',
  withdrawn: '申请人撤回',
  replied: '已回复',
};

/** Chinese for the outcomes that the platform's own modules use; others are shown as they are. */
export function outcomeName(outcome: string): string {
  return outcomeNames[outcome] ?? outcome;
}
