import type { ClockLedger, LightThreshold, Pause, PauseGround, TermExtension } from '../../../calendar/index.ts';
import type { Instant, LocalDate } from '../../../kernel/time.ts';

/** Whatever somebody owes by a date. The row of `tasks.task`, in camel case. */
export interface Task {
  id: string;
  /** Dotted: `case.step`, `hotline.reply`. */
  kind: string;
  title: string;
  subjectType: string;
  subjectId: string;
  /** What people call the subject: 办件编号, 工单号. */
  subjectNo: string;
  /** Where the workbench opens it. */
  link: string;
  /** The unit that owes it; null when an applicant does. */
  unitId: string | null;
  /** The person it lies with; an applicant's own duty has one and no unit. */
  accountId: string | null;
  startAt: Instant;
  promisedTerm: string;
  statutoryTerm: string | null;
  basis: Basis;
  /** Overrides the threshold of the kind. */
  yellow: LightThreshold | null;
  ledger: TaskLedger;
  state: TaskState;
  dueOn: LocalDate;
  dueAt: Instant;
  statutoryDueOn: LocalDate | null;
  statutoryDueAt: Instant | null;
  /** From this moment on it is yellow. */
  yellowAt: Instant;
  /** The clock stands still until then. */
  stoppedUntil: Instant | null;
  /** A day that was counted has no confirmed notice: the date may still move. */
  provisional: boolean;
  calendarVersion: string;
  firedRungs: readonly string[];
  nextRungAt: Instant | null;
  openedAt: Instant;
  finishedAt: Instant | null;
  /** `cancelled` is counted neither as on time nor as late. */
  outcome: string | null;
  outcomeReason: string | null;
  finishedBy: string | null;
  /** Number of its last event. */
  version: number;
}

export type TaskState = 'open' | 'paused' | 'finished';
export const taskStates = ['open', 'paused', 'finished'] as const;
export type Light = 'green' | 'yellow' | 'red' | 'paused' | 'done';

export interface Basis {
  title: string;
  article: string;
}

export interface TaskPause extends Pause {
  /** The ground as it stood when the clock was stopped: a later change of the list does not reach back. */
  groundName: string;
}

export interface TaskExtension extends TermExtension {
  approvedBy: string;
  at: Instant;
}

export interface TaskLedger extends ClockLedger {
  pauses: readonly TaskPause[];
  extensions: readonly TaskExtension[];
}

/** What opening needs. Terms as `20wd`, `1.5wd`, `2h`, `20nd`, `1mo`. */
export interface TaskSpec {
  kind: string;
  title: string;
  subject: { type: string; id: string; no: string };
  link: string;
  unitId: string | null;
  accountId?: string | null;
  start: Instant;
  promisedTerm: string;
  statutoryTerm?: string | null;
  basis: Basis;
  yellow?: LightThreshold;
}

export type TaskChange =
  | { type: 'pause'; ground: string; basis: string; noticeNo: string; plannedUntil: LocalDate }
  | { type: 'resume'; reason?: string }
  | { type: 'extend'; term: string; basis: string; approvedBy: string; noticeNo?: string | null; once: boolean }
  | { type: 'handOver'; unitId?: string; accountId?: string | null; reason: string };

/** The part of a row that follows from the rest, the calendar and the settings. */
export type Projection = Pick<
  Task,
  | 'dueOn'
  | 'dueAt'
  | 'statutoryDueOn'
  | 'statutoryDueAt'
  | 'yellowAt'
  | 'stoppedUntil'
  | 'provisional'
  | 'calendarVersion'
  | 'nextRungAt'
>;

type Opened = Omit<
  Task,
  keyof Projection | 'state' | 'firedRungs' | 'finishedAt' | 'outcome' | 'outcomeReason' | 'finishedBy' | 'version'
>;

/** One event of the legal record. Those that move the clock keep the projection they led to. */
export type TaskEvent =
  | { type: 'opened'; task: Opened; projection: Projection }
  | { type: 'paused'; pause: TaskPause; projection: Projection }
  | { type: 'pauseOverran'; projection: Projection }
  | { type: 'resumed'; to: Instant; reason: string; projection: Projection }
  | { type: 'extended'; extension: TaskExtension; projection: Projection }
  | { type: 'recalculated'; reason: string; from: LocalDate; projection: Projection }
  | { type: 'handedOver'; unitId: string | null; accountId: string | null; reason: string }
  | { type: 'escalated'; rungs: readonly string[]; nextRungAt: Instant | null }
  | { type: 'finished'; at: Instant; outcome: string; reason: string; by: string | null; projection: Projection }
  | { type: 'supervised'; supervisionId: string; number: string; level: string; reason: string }
  | { type: 'supervisionReplied'; supervisionId: string; number: string; text: string }
  | { type: 'supervisionClosed'; supervisionId: string; number: string; outcome: string; note: string };

/** The row after an event. Folding all events of a task over null gives exactly its row. */
export function evolve(task: Task | null, event: TaskEvent): Task {
  if (event.type === 'opened') {
    return {
      ...event.task,
      ...event.projection,
      state: 'open',
      firedRungs: [],
      finishedAt: null,
      outcome: null,
      outcomeReason: null,
      finishedBy: null,
      version: 1,
    };
  }
  if (task === null) throw new Error(`a task cannot begin with ${event.type}`);
  const next: Task = { ...task, version: task.version + 1 };
  switch (event.type) {
    case 'paused':
      return {
        ...next,
        ...event.projection,
        state: 'paused',
        ledger: { ...task.ledger, pauses: [...closePauses(task.ledger, event.pause.from), event.pause] },
      };
    case 'pauseOverran':
      return { ...next, ...event.projection, state: 'open' };
    case 'resumed':
      return {
        ...next,
        ...event.projection,
        state: 'open',
        ledger: { ...task.ledger, pauses: closePauses(task.ledger, event.to) },
      };
    case 'extended':
      return {
        ...next,
        ...event.projection,
        ledger: { ...task.ledger, extensions: [...task.ledger.extensions, event.extension] },
      };
    case 'recalculated':
      return { ...next, ...event.projection };
    case 'handedOver':
      return { ...next, unitId: event.unitId, accountId: event.accountId };
    case 'escalated':
      return { ...next, firedRungs: [...task.firedRungs, ...event.rungs], nextRungAt: event.nextRungAt };
    case 'finished':
      return {
        ...next,
        ...event.projection,
        state: 'finished',
        ledger: { ...task.ledger, pauses: closePauses(task.ledger, event.at) },
        finishedAt: event.at,
        outcome: event.outcome,
        outcomeReason: event.reason,
        finishedBy: event.by,
      };
    case 'supervised':
    case 'supervisionReplied':
    case 'supervisionClosed':
      return next;
  }
}

/** The light at a moment: the same three comparisons that the store makes in SQL. */
export function lightAt(task: Pick<Task, 'state' | 'dueAt' | 'yellowAt' | 'stoppedUntil'>, now: Instant): Light {
  if (task.state === 'finished') return 'done';
  if (task.dueAt < now) return 'red';
  if (task.yellowAt <= now) return 'yellow';
  return task.stoppedUntil !== null && task.stoppedUntil > now ? 'paused' : 'green';
}

export function openPause(ledger: TaskLedger): TaskPause | null {
  return ledger.pauses.find((pause) => pause.to === null) ?? null;
}

/** Grounds for the calendar: each pause was judged when it was made. */
export function groundsOf(ledger: TaskLedger): readonly PauseGround[] {
  const grounds = new Map(
    ledger.pauses.map((pause) => [
      pause.ground,
      { code: pause.ground, name: pause.groundName, basis: pause.basis, enabled: true, maxTimes: null },
    ]),
  );
  return [...grounds.values()];
}

function closePauses(ledger: TaskLedger, to: Instant): readonly TaskPause[] {
  return ledger.pauses.map((pause) => (pause.to === null ? { ...pause, to } : pause));
}
