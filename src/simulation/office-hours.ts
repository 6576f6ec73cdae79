import type { Caller } from '../kernel/call.ts';
import { instantAt, localDateOf, localTimeOf, plusMs, type Instant, type LocalDate } from '../kernel/time.ts';
import { explainCalendarDay } from '../modules/tasks/contract-calendar.ts';

/** When the county's offices are open, as the platform's own calendar says. */
export interface OfficeHours {
  days: readonly { day: LocalDate; working: boolean }[];
  /** The same moment, or the next opening when the offices are closed. */
  atWork(at: Instant): Instant;
  /** So many minutes of opening hours later; 420 are a working day. */
  after(at: Instant, minutes: number): Instant;
  /** The working day that many working days later. */
  dayAfter(day: LocalDate, workingDays: number): LocalDate;
}

export const workingDayMinutes = 420;
const sessions: readonly (readonly [number, number])[] = [
  [8 * 60 + 30, 12 * 60],
  [14 * 60, 17 * 60 + 30],
];

/** @param to inclusive. Days after it count as working: nothing is planned to happen there. */
export async function learnOfficeHours(call: Caller, from: LocalDate, to: LocalDate): Promise<OfficeHours> {
  const days: { day: LocalDate; working: boolean }[] = [];
  for (let day = from; day <= to; day = nextDay(day))
    days.push({ day, working: (await call(explainCalendarDay, { day })).working });
  const closed = new Set(days.filter((one) => !one.working).map((one) => one.day));
  const nextWorking = (day: LocalDate): LocalDate => {
    let next = nextDay(day);
    while (closed.has(next)) next = nextDay(next);
    return next;
  };

  function atWork(at: Instant): Instant {
    const day = localDateOf(at);
    if (closed.has(day)) return opening(nextWorking(day));
    const minute = minuteOf(at);
    const session = sessions.find(([, end]) => minute < end);
    if (session === undefined) return opening(nextWorking(day));
    return minute >= session[0] ? at : momentOf(day, session[0]);
  }

  function after(at: Instant, minutes: number): Instant {
    let moment = atWork(at);
    for (let left = Math.round(minutes); ;) {
      const minute = minuteOf(moment);
      const end = sessions.find(([, closing]) => minute < closing)?.[1] ?? minute;
      if (left < end - minute) return plusMs(moment, left * 60_000);
      left -= end - minute;
      moment = atWork(momentOf(localDateOf(moment), end));
    }
  }

  return {
    days,
    atWork,
    after,
    dayAfter(day, workingDays) {
      let found = day;
      for (let left = workingDays; left > 0; left -= 1) found = nextWorking(found);
      return found;
    },
  };
}

export function momentOf(day: LocalDate, minute: number): Instant {
  return instantAt(day, `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`);
}

export function nextDay(day: LocalDate): LocalDate {
  return localDateOf(plusMs(instantAt(day, '12:00'), 86_400_000));
}

function opening(day: LocalDate): Instant {
  return momentOf(day, sessions[0]?.[0] ?? 0);
}

function minuteOf(at: Instant): number {
  const [hour, minute] = localTimeOf(at).split(':').map(Number);
  return (hour ?? 0) * 60 + (minute ?? 0);
}
