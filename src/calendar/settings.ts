import { instantAt, type Instant, type LocalDate } from '../kernel/time.ts';

/** Opening hours of one part of the year. Bounds are `MM-DD`, both included; a season may wrap the new year. */
export interface Season {
  name: string;
  from: string;
  to: string;
  /** Wall time `HH:MM`. */
  morning: { from: string; to: string };
  afternoon: { from: string; to: string };
}

/** What may lawfully stop a clock. The county's list is data; see `data/calendar/pause-grounds.yaml`. */
export interface PauseGround {
  code: string;
  /** Chinese name; a ledger may name a ground by code or by this. */
  name: string;
  basis: string;
  /** A ground that is not enabled never stops a clock. */
  enabled: boolean;
  /** How often one clock may be stopped on this ground; null = as often as it happens. */
  maxTimes: number | null;
}

export interface ClockSettings {
  /** Must cover every day of the year; the first season that holds a day decides. */
  seasons: readonly Season[];
  /** What becomes of a filing outside opening hours or on a day off, for terms in working days. */
  offHoursFiling: 'nextWorkingDay' | 'sameDay';
  /** When the last day of a working-day term ends: at close of business, or at 24:00. */
  workingDayEnds: 'close' | 'midnight';
  /** When the last day of a natural-day or month term ends. */
  naturalDayEnds: 'close' | 'midnight';
  /** Whether a natural-day or month term that ends on an ordinary weekend moves on, as it does for a holiday. */
  weekendRolls: boolean;
  /** `'any'` takes every pause as lawful: for what-if questions only, never for a running task. */
  pauseGrounds: readonly PauseGround[] | 'any';
  /** Where the hours and choices above come from; shown to administrators. */
  source: string;
}

const licensing45 = '《中华人民共和国行政许可法》第四十五条';

/** The eight procedures that national law keeps out of the term. A constant because only national law can change it. */
export const statutoryGrounds: readonly PauseGround[] = [
  ['hearing', '听证'],
  ['tendering', '招标'],
  ['auction', '拍卖'],
  ['inspection', '检验'],
  ['testing', '检测'],
  ['quarantine', '检疫'],
  ['authentication', '鉴定'],
  ['expertReview', '专家评审'],
].map(([code = '', name = '']) => ({ code, name, basis: licensing45, enabled: true, maxTimes: null }));

/** Common practice, not law: every county replaces what its own hall announces. */
export const defaultSettings: ClockSettings = {
  seasons: [
    {
      name: '夏季',
      from: '05-01',
      to: '09-30',
      morning: { from: '08:00', to: '12:00' },
      afternoon: { from: '14:30', to: '18:00' },
    },
    {
      name: '冬季',
      from: '10-01',
      to: '04-30',
      morning: { from: '08:00', to: '12:00' },
      afternoon: { from: '14:00', to: '18:00' },
    },
  ],
  offHoursFiling: 'nextWorkingDay',
  workingDayEnds: 'close',
  naturalDayEnds: 'midnight',
  weekendRolls: true,
  pauseGrounds: statutoryGrounds,
  source: '通行作息，未核实；以县政务服务中心公布的办公时间为准',
};

/** The day's opening hours as minutes after midnight. */
export interface OpeningHours {
  season: Season;
  morningFrom: number;
  morningTo: number;
  afternoonFrom: number;
  afternoonTo: number;
  noonOf: (date: LocalDate) => Instant;
  closeOf: (date: LocalDate) => Instant;
}

const compiled = new WeakMap<ClockSettings, readonly OpeningHours[]>();

/** The hours that apply on a day (`YYYY-MM-DD`). */
export function hoursOn(settings: ClockSettings, date: LocalDate): OpeningHours {
  let all = compiled.get(settings);
  if (all === undefined) {
    all = settings.seasons.map(compileSeason);
    compiled.set(settings, all);
  }
  const monthDay = date.slice(5);
  for (const hours of all) {
    if (holds(hours.season, monthDay)) return hours;
  }
  throw new RangeError(`no season of the opening hours covers ${monthDay}`);
}

/** True when every day of a leap year has a season. The loader of settings asks before it accepts them. */
export function coversTheYear(seasons: readonly Season[]): boolean {
  for (let month = 1; month <= 12; month += 1) {
    for (let date = 1; date <= (month === 2 ? 29 : [4, 6, 9, 11].includes(month) ? 30 : 31); date += 1) {
      const monthDay = `${String(month).padStart(2, '0')}-${String(date).padStart(2, '0')}`;
      if (!seasons.some((season) => holds(season, monthDay))) return false;
    }
  }
  return true;
}

function holds(season: Season, monthDay: string): boolean {
  return season.from <= season.to
    ? monthDay >= season.from && monthDay <= season.to
    : monthDay >= season.from || monthDay <= season.to;
}

function compileSeason(season: Season): OpeningHours {
  return {
    season,
    morningFrom: minutesOf(season.morning.from),
    morningTo: minutesOf(season.morning.to),
    afternoonFrom: minutesOf(season.afternoon.from),
    afternoonTo: minutesOf(season.afternoon.to),
    noonOf: instantMaker(season.morning.to),
    closeOf: instantMaker(season.afternoon.to),
  };
}

/**
 * `instantAt` for one wall time. The offset is fixed, so where the time falls on the same day in UTC the answer is the
 * date and a constant ending: several times faster, and re-projecting a million tasks asks a million times.
 */
export function instantMaker(time: string): (date: LocalDate) => Instant {
  const sample = '2000-06-15';
  const instant = instantAt(sample, time);
  const ending = instant.slice(sample.length);
  return instant.startsWith(sample) ? (date) => date + ending : (date) => instantAt(date, time);
}

function minutesOf(time: string): number {
  const match = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(time);
  if (match === null) throw new RangeError(`not a wall time: ${time}`);
  return Number(match[1]) * 60 + Number(match[2]);
}
