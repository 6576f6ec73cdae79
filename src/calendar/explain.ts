import { type LocalDate } from '../kernel/time.ts';
import { explainDayNumber, isWorking, rankOf } from './calendar.ts';
import {
  beginOfPosition,
  dayOfPosition,
  positionAfter,
  prepare,
  rollPastDayOff,
  type ClockInput,
  type Range,
  type Run,
} from './clock.ts';
import { dayMs, formatDay, shortDate, weekdayName } from './days.ts';
import { unpausedBetween } from './progress.ts';

export interface ExplainedDay {
  date: LocalDate;
  /** `周四`. */
  weekday: string;
  outcome: 'event' | 'counted' | 'skipped' | 'paused' | 'due';
  /** Units counted up to and including this day, in the term's unit (natural days for months); null when it adds none. */
  ordinal: number | null;
  /** Chinese: the notice that makes the day off or working, or the basis of the pause. */
  reason: string;
  /** Document number of the notice, when one decides about this day. */
  documentNo: string | null;
}

/** Every day from the event to the due day, with what it did to the clock. The last one is `due`. Throws as `dueOf`. */
export function explainTerm(input: ClockInput): readonly ExplainedDay[] {
  const run = prepare(input);
  const end = positionAfter(run, run.amount);
  const endDay = dayOfPosition(run, end);
  const dueDay = run.line === 'naturalDay' ? rollPastDayOff(run, endDay) : endDay;
  const days: ExplainedDay[] = [];
  for (let day = run.start.day; day <= dueDay; day += 1) {
    const told = tell(run, day, end, dueDay);
    const reason = day === dueDay ? `${told.reason}；期限到这一天为止` : told.reason;
    const outcome = day === dueDay ? 'due' : told.outcome;
    const notice = run.line === 'millisecond' ? null : explainDayNumber(run.calendar, day).notice;
    days.push({
      date: formatDay(day),
      weekday: weekdayName(day),
      outcome,
      ordinal: told.ordinal,
      reason: `${reason}${ignoredPauseNote(run, day, outcome)}`,
      documentNo: notice?.documentNo ?? null,
    });
  }
  return days;
}

type Told = Pick<ExplainedDay, 'outcome' | 'ordinal' | 'reason'>;

function tell(run: Run, day: number, end: number, dueDay: number): Told {
  switch (run.line) {
    case 'workingDay':
      return tellWorkingDay(run, day);
    case 'session':
      return tellSessions(run, day, end);
    case 'naturalDay':
      return tellNaturalDay(run, day, end, dueDay);
    case 'millisecond':
      return tellHours(run, day, end);
  }
}

function tellWorkingDay(run: Run, day: number): Told {
  const { reason } = explainDayNumber(run.calendar, day);
  if (day <= run.receivedDay) return tellReceipt(run, day);
  if (!isWorking(run.calendar, day)) return { outcome: 'skipped', ordinal: null, reason: `${reason}，不计入` };
  const rank = rankOf(run.calendar, day);
  if (isPaused(run, rank)) return { outcome: 'paused', ordinal: null, reason: pauseReason(run, rank) };
  const ordinal = unpausedBetween(run.origin, rank, run.paused);
  if (run.amount === 0) return { outcome: 'counted', ordinal: null, reason: `${reason}，顺延到这一天办理` };
  return { outcome: 'counted', ordinal, reason: `${reason}，第${ordinal}个工作日` };
}

function tellReceipt(run: Run, day: number): Told {
  const { reason } = explainDayNumber(run.calendar, day);
  const isStart = day === run.start.day;
  const moved = run.receivedDay !== run.start.day;
  if (isStart && moved) {
    const why = isWorking(run.calendar, day) ? '下班以后收到' : `${reason}，不办公`;
    return { outcome: 'event', ordinal: null, reason: `${why}，视为${shortDate(run.receivedDay)}收到` };
  }
  if (day < run.receivedDay) return { outcome: 'skipped', ordinal: null, reason: `${reason}，不计入` };
  const opening = moved ? '视为这一天收到，' : '';
  const rule = run.amount === 0 ? '当日办理' : '开始的当天不计入';
  return { outcome: 'event', ordinal: null, reason: `${opening}${rule}` };
}

function tellSessions(run: Run, day: number, end: number): Told {
  const { reason } = explainDayNumber(run.calendar, day);
  if (day < run.receivedDay) return tellReceipt(run, day);
  if (!isWorking(run.calendar, day)) {
    return day === run.start.day
      ? tellReceipt(run, day)
      : { outcome: 'skipped', ordinal: null, reason: `${reason}，不计入` };
  }
  const morning = rankOf(run.calendar, day) * 2;
  const sessions = [morning, morning + 1].filter((session) => session > run.origin && session <= end);
  const counting = sessions.filter((session) => !isPaused(run, session));
  const names = counting.map((session) => (session % 2 === 0 ? '上午' : '下午')).join('、');
  const ordinal = unpausedBetween(run.origin, Math.min(morning + 1, end), run.paused) / 2;
  const paused = sessions.find((session) => isPaused(run, session));
  const counted = counting.length > 0 ? `${names}计入，累计${ordinal}个工作日` : '';
  const stopped = paused === undefined ? '' : pauseReason(run, paused);
  if (day === run.receivedDay) {
    const received = run.origin % 2 === 0 ? '上午收到，上午不计入' : tellReceipt(run, day).reason;
    const parts = [received, counted, stopped].filter((part) => part !== '');
    return { outcome: 'event', ordinal: counting.length > 0 ? ordinal : null, reason: parts.join('；') };
  }
  if (counting.length === 0) return { outcome: 'paused', ordinal: null, reason: stopped };
  const parts = [`${reason}，${counted}`, stopped].filter((part) => part !== '');
  return { outcome: 'counted', ordinal, reason: parts.join('；') };
}

function tellNaturalDay(run: Run, day: number, end: number, dueDay: number): Told {
  const { reason } = explainDayNumber(run.calendar, day);
  if (day > end) {
    if (day < dueDay) return { outcome: 'skipped', ordinal: null, reason: `${reason}，继续顺延` };
    return { outcome: 'counted', ordinal: null, reason: `${reason}，顺延到放假结束后的第一天` };
  }
  if (day === run.origin) {
    return { outcome: 'event', ordinal: null, reason: run.amount === 0 ? '当日办理' : '开始的当天不计入' };
  }
  if (isPaused(run, day)) return { outcome: 'paused', ordinal: null, reason: pauseReason(run, day) };
  const ordinal = unpausedBetween(run.origin, day, run.paused);
  const roll = day === end && dueDay > end ? `；最后一天是${reason}，顺延` : '';
  const month = day === end && run.unit === 'mo' ? `，满${run.amount}个月` : '';
  return { outcome: 'counted', ordinal, reason: `第${ordinal}个自然日${month}${roll}` };
}

function tellHours(run: Run, day: number, end: number): Told {
  const from = Math.max(run.origin, day * dayMs);
  const through = Math.min(end, (day + 1) * dayMs);
  const here = hours(unpausedBetween(from, through, run.paused));
  const ordinal = hours(unpausedBetween(run.origin, through, run.paused));
  const stopped = run.paused.find((range) => range.from <= through && range.to > from);
  const pause = stopped === undefined ? '' : `；${pauseReason(run, Math.max(stopped.from, from + 1))}`;
  if (here === 0 && stopped !== undefined) {
    return { outcome: day === run.start.day ? 'event' : 'paused', ordinal: null, reason: pause.slice(1) };
  }
  const outcome = day === run.start.day ? 'event' : 'counted';
  const reason = run.amount === 0 ? '即时办理' : `按小时连续计时，这一天${here}小时，累计${ordinal}小时`;
  return { outcome, ordinal, reason: `${reason}${pause}` };
}

function hours(ms: number): number {
  return Math.round(ms / 36_000) / 100;
}

function isPaused(run: Run, position: number): boolean {
  return run.paused.some((range: Range) => range.from <= position && position <= range.to);
}

/** `中止计时：听证，依据《…》第四十五条（告知书 …）`, for the pause in force when the position begins. */
function pauseReason(run: Run, position: number): string {
  const begin = beginOfPosition(run, position) - (run.line === 'millisecond' ? 1 : 0);
  const found = run.verdict.counted.find(({ fromMs, toMs }) => fromMs <= begin && begin < toMs);
  if (found === undefined) return '中止计时';
  const { ground, basis, noticeNo } = found.pause;
  const basisText = basis === '' ? '' : `，依据${basis}`;
  const noticeText = noticeNo === null || noticeNo === '' ? '' : `（告知书 ${noticeNo}）`;
  return `中止计时：${groundName(run, ground)}${basisText}${noticeText}`;
}

/** A pause that does not stop the clock is said so on the days it claims, or a department would wonder. */
function ignoredPauseNote(run: Run, day: number, outcome: ExplainedDay['outcome']): string {
  if (outcome === 'paused' || outcome === 'skipped') return '';
  const ignored = run.verdict.ignored.find(({ fromMs, toMs }) => fromMs < (day + 1) * dayMs && day * dayMs < toMs);
  return ignored === undefined ? '' : `（${ignored.why}）`;
}

function groundName(run: Run, ground: string): string {
  const { pauseGrounds } = run.settings;
  if (pauseGrounds === 'any') return ground;
  return pauseGrounds.find(({ code }) => code === ground)?.name ?? ground;
}
