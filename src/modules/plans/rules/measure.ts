import { chineseDate, type Instant, type LocalDate } from '../../../kernel/time.ts';

/** Where a measure stands. Its history is the record; this state is the fold over it. */
export interface MeasureState {
  startsOn: LocalDate;
  deadline: LocalDate;
  originalDeadline: LocalDate;
  progress: number;
  milestones: readonly Milestone[];
  suspendedAt: Instant | null;
  writtenOffOn: LocalDate | null;
  /** Who asked for the write-off: whoever decides it must be somebody else. */
  writeOffAsked: { accountId: string | null; unitId: string; at: Instant; reason: string } | null;
}

export interface Milestone {
  name: string;
  due: LocalDate;
  doneOn: LocalDate | null;
}

export type MeasureEvent =
  | { type: 'entered'; at: Instant; state: MeasureState; why: string }
  | { type: 'progressAccepted'; at: Instant; reportId: string; unitId: string; progress: number }
  | { type: 'milestonesSet'; at: Instant; milestones: readonly Milestone[] }
  | { type: 'deadlineMoved'; at: Instant; from: LocalDate; to: LocalDate; reason: string }
  | { type: 'suspended'; at: Instant; reason: string }
  | { type: 'resumed'; at: Instant; reason: string }
  | { type: 'supervised'; at: Instant; number: string; unitId: string; reason: string }
  | {
      type: 'writeOffAsked';
      at: Instant;
      accountId: string | null;
      unitId: string;
      reason: string;
      evidence: readonly { sha256: string; name: string; type: string; size: number }[];
    }
  | { type: 'writeOffReturned'; at: Instant; reason: string }
  | { type: 'writtenOff'; at: Instant; on: LocalDate; reason: string }
  | { type: 'reopened'; at: Instant; reason: string }
  | {
      /** A new version of the plan has the same measure: what was done to it before came along. */
      type: 'continued';
      at: Instant;
      from: { planId: string; measureId: string; version: number; no: string };
    };

/** One more event. Total: what was recorded is history. */
export function evolve(state: MeasureState | null, event: MeasureEvent): MeasureState {
  if (event.type === 'entered') return event.state;
  if (state === null) throw new Error(`measure begins with ${event.type}`);
  switch (event.type) {
    case 'progressAccepted':
      return { ...state, progress: event.progress };
    case 'milestonesSet':
      return { ...state, milestones: event.milestones };
    case 'deadlineMoved':
      // The original stays: its red light cannot be edited away.
      return { ...state, deadline: event.to };
    case 'suspended':
      return { ...state, suspendedAt: event.at };
    case 'resumed':
      return { ...state, suspendedAt: null };
    case 'supervised':
    case 'continued':
      return state;
    case 'writeOffAsked': {
      const { accountId, unitId, at, reason } = event;
      return { ...state, writeOffAsked: { accountId, unitId, at, reason } };
    }
    case 'writeOffReturned':
      return { ...state, writeOffAsked: null };
    case 'writtenOff':
      return { ...state, writtenOffOn: event.on, writeOffAsked: null, suspendedAt: null };
    case 'reopened':
      return { ...state, writtenOffOn: null };
  }
}

export function fold(events: readonly MeasureEvent[]): MeasureState {
  const state = events.reduce<MeasureState | null>(evolve, null);
  if (state === null) throw new Error('measure without events');
  return state;
}

/**
 * Where it stood at a moment, by what had happened until then; null without a record. A plan binds from its first day,
 * however late somebody enters it: entering is what everything else is counted from, whatever its date.
 */
export function stateAt(events: readonly MeasureEvent[], at: Instant): MeasureState | null {
  return events.filter((event) => event.type === 'entered' || event.at <= at).reduce<MeasureState | null>(evolve, null);
}

/** What happened, in Chinese, for the page's history. */
export function tellEvent(event: MeasureEvent, nameOf: (unitId: string) => string): string {
  switch (event.type) {
    case 'entered':
      return event.why;
    case 'progressAccepted':
      return `${nameOf(event.unitId)}报送的进展经核定，进度${event.progress}%`;
    case 'milestonesSet':
      return `更新节点，共${event.milestones.length}个，已完成${event.milestones.filter((one) => one.doneOn !== null).length}个`;
    case 'deadlineMoved':
      return `期限由${chineseDate(event.from)}改为${chineseDate(event.to)}：${event.reason}`;
    case 'suspended':
      return `批准暂停：${event.reason}`;
    case 'resumed':
      return `恢复推进：${event.reason}`;
    case 'supervised':
      return `向${nameOf(event.unitId)}发出督办单 ${event.number}：${event.reason}`;
    case 'writeOffAsked':
      return `${nameOf(event.unitId)}申请销号：${event.reason}`;
    case 'writeOffReturned':
      return `销号申请退回：${event.reason}`;
    case 'writtenOff':
      return event.reason === '' ? '核验通过，销号' : `核验通过，销号：${event.reason}`;
    case 'reopened':
      return `撤销销号：${event.reason}`;
    case 'continued':
      return `方案有了新的版本，接续第${event.from.version}版的${event.from.no}：以前的经过和进展一并转来`;
  }
}
