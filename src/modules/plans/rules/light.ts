import { parseDay } from '../../../calendar/days.ts';
import { chineseDate, type LocalDate } from '../../../kernel/time.ts';

/** 台账的灯 of a measure. `grey`: suspended with approval; `done`: written off by someone other than the doer. */
export const measureLights = ['red', 'yellow', 'green', 'blue', 'grey', 'done'] as const;
export type MeasureLight = (typeof measureLights)[number];

export const measureLightNames: Readonly<Record<MeasureLight, string>> = {
  red: '滞后',
  yellow: '临期或偏慢',
  green: '正常',
  blue: '未启动',
  grey: '经批准暂停',
  done: '已销号',
};

/** On paper and in files; always beside the word, for whoever cannot tell colours apart. */
export const lightColours: Readonly<Record<MeasureLight, string>> = {
  red: '#c4281c',
  yellow: '#9a6700',
  green: '#2a7d3f',
  blue: '#2f6ab5',
  grey: '#6b7280',
  done: '#44505e',
};

export interface MeasureFacts {
  startsOn: LocalDate;
  /** The date it stands at now. */
  deadline: LocalDate;
  /** The date it was first promised for: a later one never clears a red light. */
  originalDeadline: LocalDate;
  /** 0–100. */
  progress: number;
  writtenOffOn: LocalDate | null;
  suspended: boolean;
  milestones: readonly { name: string; due: LocalDate; doneOn: LocalDate | null }[];
  /** A target was judged and missed at the end of its period. */
  targetMissed: boolean;
}

export interface LightSettings {
  /** Yellow from so many working days before the deadline on. */
  yellowWorkingDays: number;
  /** Yellow when progress lies so many points behind the share of time that has passed. */
  behindPoints: number;
}

/** The light of a measure on a day and why, in Chinese. `workingDaysTo` counts from today to a day, negative when past. */
export function lightOf(
  facts: MeasureFacts,
  today: LocalDate,
  settings: LightSettings,
  workingDaysTo: (day: LocalDate) => number,
): { light: MeasureLight; why: string } {
  const said = (day: LocalDate) => dayText(day, today);
  if (facts.writtenOffOn !== null) return { light: 'done', why: `${said(facts.writtenOffOn)}销号` };
  if (today > facts.originalDeadline) {
    const moved = facts.deadline > facts.originalDeadline ? `（已批准延至${said(facts.deadline)}，原期限不变）` : '';
    return { light: 'red', why: `原定${said(facts.originalDeadline)}完成，已过期${moved}` };
  }
  const late = facts.milestones.find((one) => one.doneOn === null && today > one.due);
  if (late !== undefined) return { light: 'red', why: `节点“${late.name}”应在${said(late.due)}完成，还没有完成` };
  if (facts.targetMissed) return { light: 'red', why: '考核期末没有达到目标' };
  if (facts.suspended) return { light: 'grey', why: '经批准暂停' };
  const left = workingDaysTo(facts.originalDeadline);
  if (left <= settings.yellowWorkingDays) return { light: 'yellow', why: `离期限只有${left}个工作日` };
  const passed = timeShare(facts.startsOn, facts.originalDeadline, today);
  if (facts.progress < passed - settings.behindPoints) {
    return { light: 'yellow', why: `时间过了${Math.round(passed)}%，进度只有${facts.progress}%` };
  }
  if (facts.progress === 0) return { light: 'blue', why: '还没有填报进展' };
  return { light: 'green', why: `进度${facts.progress}%，时间过了${Math.round(passed)}%` };
}

/** 6月18日, with the year where it is another one. */
export function dayText(day: LocalDate, today: LocalDate): string {
  const whole = chineseDate(day);
  return day.slice(0, 4) === today.slice(0, 4) ? whole.slice(5) : whole;
}

/** Percent of the natural days between two dates that have passed. */
function timeShare(from: LocalDate, to: LocalDate, today: LocalDate): number {
  const all = parseDay(to) - parseDay(from);
  if (all <= 0) return 100;
  return Math.min(100, Math.max(0, ((parseDay(today) - parseDay(from)) / all) * 100));
}
