import { AppError } from '../kernel/errors.ts';
import { type Instant } from '../kernel/time.ts';
import { dayMs, formatDay, parseMoment, type Moment } from './days.ts';
import { type PauseGround } from './settings.ts';
import { type Term } from './terms.ts';

/** One interval in which a procedure outside the term runs. A date stands for the whole day, both bounds included. */
export interface Pause {
  from: Moment;
  /** Last day (included) or moment of resuming; null while it still runs. */
  to: Moment | null;
  /** Code or Chinese name of the ground. */
  ground: string;
  basis: string;
  /** Number of the written notice that tells the applicant how long it will take. */
  noticeNo: string | null;
  /** The end that the notice announced, included when it is a date. */
  plannedUntil: Moment | null;
}

export interface TermExtension {
  /** In the unit of the term that it extends. */
  amount: Term;
  basis: string;
  noticeNo?: string | null;
}

/** Everything that moves a deadline after it was set. Order does not matter. */
export interface ClockLedger {
  pauses: readonly Pause[];
  extensions: readonly TermExtension[];
}

export const emptyLedger: ClockLedger = { pauses: [], extensions: [] };

export interface CountedPause {
  pause: Pause;
  /** Bounds on the local time line in milliseconds: [fromMs, toMs). */
  fromMs: number;
  toMs: number;
}

export interface IgnoredPause {
  pause: Pause;
  reason:
    'GROUND_NOT_LISTED' | 'GROUND_NOT_ENABLED' | 'GROUND_USED_UP' | 'NO_NOTICE' | 'NO_PLANNED_END' | 'PAST_PLANNED_END';
  /** Chinese, a complete clause: `没有书面通知，不停止计时`. */
  why: string;
  fromMs: number;
  /** Infinity while an ignored pause is still open. */
  toMs: number;
}

export interface PauseVerdict {
  counted: readonly CountedPause[];
  /** A pause that outlives its plan appears in both lists: counted up to the plan, ignored beyond it. */
  ignored: readonly IgnoredPause[];
}

/**
 * Which pauses stop the clock. One without a listed ground, without a written notice, or open without an announced end
 * does not; one past its announced end stops it only until then. Throws `BAD_DATE`, `BAD_PAUSE`.
 */
export function countablePauses(ledger: ClockLedger, grounds: readonly PauseGround[] | 'any'): PauseVerdict {
  const counted: CountedPause[] = [];
  const ignored: IgnoredPause[] = [];
  const used = new Map<string, number>();
  const inOrder = ledger.pauses
    .map((pause) => ({ pause, ...boundsOf(pause) }))
    .sort((a, b) => a.fromMs - b.fromMs || a.toMs - b.toMs);
  for (const { pause, fromMs, toMs, plannedMs } of inOrder) {
    const refusal = grounds === 'any' ? openEnded(toMs, plannedMs) : refusalOf(pause, grounds, used, toMs, plannedMs);
    if (refusal !== null) {
      ignored.push({ pause, fromMs, toMs, ...refusal });
      continue;
    }
    const endMs = Math.min(toMs, plannedMs);
    if (endMs > fromMs) counted.push({ pause, fromMs, toMs: endMs });
    if (toMs > endMs) {
      const announced = formatDay(Math.floor((endMs - 1) / dayMs));
      const why = `已超过告知的结束时间（${announced}），超出部分不停止计时`;
      ignored.push({ pause, fromMs: Math.max(endMs, fromMs), toMs, reason: 'PAST_PLANNED_END', why });
    }
  }
  return { counted, ignored };
}

/** The pause that holds the clock at a moment, or null. For the light of a task and the applicant's progress page. */
export function pauseAt(ledger: ClockLedger, at: Instant, grounds: readonly PauseGround[] | 'any'): Pause | null {
  const { localMs } = parseMoment(at);
  const { counted } = countablePauses(ledger, grounds);
  return counted.find(({ fromMs, toMs }) => fromMs <= localMs && localMs < toMs)?.pause ?? null;
}

type Refusal = Pick<IgnoredPause, 'reason' | 'why'>;

function refusalOf(
  pause: Pause,
  grounds: readonly PauseGround[],
  used: Map<string, number>,
  toMs: number,
  plannedMs: number,
): Refusal | null {
  const ground = grounds.find(({ code, name }) => code === pause.ground || name === pause.ground);
  if (ground === undefined) {
    return { reason: 'GROUND_NOT_LISTED', why: `“${pause.ground}”不是法定的中止事由，不停止计时` };
  }
  if (!ground.enabled) {
    return { reason: 'GROUND_NOT_ENABLED', why: `“${ground.name}”没有列入本县认可的中止事由，不停止计时` };
  }
  if (pause.noticeNo === null || pause.noticeNo.trim() === '') {
    return { reason: 'NO_NOTICE', why: `“${ground.name}”没有书面告知申请人，不停止计时` };
  }
  const open = openEnded(toMs, plannedMs);
  if (open !== null) return open;
  const times = (used.get(ground.code) ?? 0) + 1;
  if (ground.maxTimes !== null && times > ground.maxTimes) {
    return { reason: 'GROUND_USED_UP', why: `“${ground.name}”最多停止计时${ground.maxTimes}次，这一次不停止计时` };
  }
  used.set(ground.code, times);
  return null;
}

function openEnded(toMs: number, plannedMs: number): Refusal | null {
  if (Number.isFinite(toMs) || Number.isFinite(plannedMs)) return null;
  return { reason: 'NO_PLANNED_END', why: '没有告知需要多长时间，不停止计时' };
}

function boundsOf(pause: Pause): { fromMs: number; toMs: number; plannedMs: number } {
  const fromMs = parseMoment(pause.from).localMs;
  const toMs = endOf(pause.to);
  if (toMs < fromMs) throw new AppError('BAD_PAUSE', { from: pause.from, to: pause.to ?? '' });
  return { fromMs, toMs, plannedMs: endOf(pause.plannedUntil) };
}

/** A date ends with its day, a moment is itself, null never ends. */
function endOf(moment: Moment | null): number {
  if (moment === null) return Infinity;
  const { localMs, minute } = parseMoment(moment);
  return minute === null ? localMs + dayMs : localMs;
}
