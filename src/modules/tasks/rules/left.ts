import { parseTerm, workingDaysBetween, type Calendar } from '../../../calendar/index.ts';
import { chineseDate, localDateOf, msBetween, plusMs, type Instant } from '../../../kernel/time.ts';
import { lightAt, type Task } from './task.ts';

export interface TimeLeft {
  /** Working days to the due date: 0 on the day itself, negative when overdue, null when finished. */
  workingDaysLeft: number | null;
  /** For people: `还剩3个工作日`, `今天到期`, `已超期2个工作日`, `中止计时中，至2026年12月1日`. */
  words: string;
}

export function timeLeft(task: Task, now: Instant, calendar: Calendar): TimeLeft {
  const light = lightAt(task, now);
  if (light === 'done') return { workingDaysLeft: null, words: '已办结' };
  const today = localDateOf(now);
  const ahead = workingDaysBetween(calendar, today, task.dueOn);
  const behind = workingDaysBetween(calendar, task.dueOn, today);
  const workingDaysLeft = ahead > 0 ? ahead : behind > 0 ? -behind : 0;
  if (light === 'paused' && task.stoppedUntil !== null) {
    return { workingDaysLeft, words: `中止计时中，至${chineseDate(localDateOf(plusMs(task.stoppedUntil, -1)))}` };
  }
  if (parseTerm(task.promisedTerm).unit === 'h')
    return { workingDaysLeft, words: hourWords(msBetween(now, task.dueAt)) };
  if (light === 'red')
    return { workingDaysLeft, words: behind > 0 ? `已超期${behind}个工作日` : '已超期，不到1个工作日' };
  if (task.dueOn === today) return { workingDaysLeft, words: '今天到期' };
  return { workingDaysLeft, words: ahead > 0 ? `还剩${ahead}个工作日` : '还剩不到1个工作日' };
}

function hourWords(ms: number): string {
  const minutes = Math.floor(Math.abs(ms) / 60_000);
  const length = minutes >= 120 ? `${Math.floor(minutes / 60)}小时` : `${minutes}分钟`;
  return ms >= 0 ? `还剩${length}` : `已超期${length}`;
}
