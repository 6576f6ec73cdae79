import type { LocalDate } from '../../../kernel/time.ts';

/**
 * How a figure is compared with what was promised. `<=` and `>=` are different promises and are never averaged;
 * `change` compares with a baseline, `series` with another figure of the same period, a trend with the reading before.
 */
export const comparators = ['<=', '>=', '=', 'up', 'down', 'change<=', 'change>=', 'series>='] as const;
export type Comparator = (typeof comparators)[number];

export const comparatorWords: Readonly<Record<Comparator, string>> = {
  '<=': '不超过',
  '>=': '不低于',
  '=': '等于',
  up: '比上期提高',
  down: '比上期下降',
  'change<=': '比基期的变化不高于',
  'change>=': '比基期的变化不低于',
  'series>=': '不低于对照指标',
};

export interface Target {
  id: string;
  subject: string;
  comparator: Comparator;
  /** Null where the comparator needs none (trends, two series). A share of change as a fraction: −0.08. */
  value: number | null;
  unit: string;
}

/** One figure of one period, in the unit of its target. */
export interface Point {
  on: LocalDate;
  value: number;
}

export interface Readings {
  /** Null: nothing was measured or reported. Missing is not zero. */
  now: Point | null;
  /** The reading of the period before, for trends. */
  before: Point | null;
  baseline: number | null;
  /** The other figure, for `series>=`. */
  other: number | null;
}

export interface Judgement {
  /** Null: cannot be said yet. */
  met: boolean | null;
  /** How far, from 0 to 1; null when it cannot be said. Trends are all or nothing. */
  attainment: number | null;
  why: string;
}

/** Whether the figure keeps the promise, and how far. Pure; the reason is a Chinese sentence with the numbers. */
export function judge(target: Target, readings: Readings): Judgement {
  const { now, before, baseline, other } = readings;
  if (now === null) return unknown('还没有数据');
  const is = `现为${shown(now.value, target.unit)}`;
  switch (target.comparator) {
    case '<=':
      return against(target, is, (limit) => ({
        met: now.value <= limit,
        attainment: now.value <= limit ? 1 : clamp(limit / now.value),
      }));
    case '>=':
      return against(target, is, (floor) => ({
        met: now.value >= floor,
        attainment: now.value >= floor ? 1 : floor > 0 ? clamp(now.value / floor) : 0,
      }));
    case '=':
      return against(target, is, (wanted) => ({
        met: now.value === wanted,
        attainment: now.value === wanted ? 1 : 0,
      }));
    case 'up':
    case 'down': {
      if (before === null) return unknown(`${is}，还没有上期数据，看不出升降`);
      const met = target.comparator === 'up' ? now.value > before.value : now.value < before.value;
      return { met, attainment: met ? 1 : 0, why: `${is}，上期${shown(before.value, target.unit)}` };
    }
    case 'change<=':
    case 'change>=': {
      if (baseline === null) return unknown(`${is}，还没有基期数据`);
      if (baseline === 0) return unknown(`${is}，基期为零，不能算变化幅度`);
      const change = (now.value - baseline) / Math.abs(baseline);
      const words = `${is}，基期${shown(baseline, target.unit)}，变化${percent(change)}`;
      return against(target, words, (limit) => {
        const met = target.comparator === 'change<=' ? change <= limit : change >= limit;
        // A cut of 4 % where 8 % was promised is half of it; the wrong direction is none of it.
        return { met, attainment: met ? 1 : limit === 0 ? 0 : clamp(change / limit) };
      });
    }
    case 'series>=': {
      if (other === null) return unknown(`${is}，还没有对照指标的数据`);
      const met = now.value >= other;
      const words = `${is}，对照指标${shown(other, target.unit)}`;
      return { met, attainment: met ? 1 : other > 0 ? clamp(now.value / other) : 0, why: words };
    }
  }
}

function against(
  target: Target,
  words: string,
  compare: (value: number) => { met: boolean; attainment: number },
): Judgement {
  if (target.value === null) return unknown(`${words}，没有写明目标值`);
  const share = target.comparator.startsWith('change');
  const promised = share ? percent(target.value) : shown(target.value, target.unit);
  return { ...compare(target.value), why: `${words}，承诺${comparatorWords[target.comparator]}${promised}` };
}

/** “不超过60工作日”, as it stands on every page. */
export function targetText(target: Omit<Target, 'id'>): string {
  const words = comparatorWords[target.comparator];
  if (target.value === null) return `${target.subject}${words}`;
  const value = target.comparator.startsWith('change') ? percent(target.value) : shown(target.value, target.unit);
  return `${target.subject}${words}${value}`;
}

export function shown(value: number, unit: string): string {
  if (unit === '%') return `${round(value)}%`;
  return `${round(value)}${unit}`;
}

function percent(share: number): string {
  return `${share > 0 ? '+' : ''}${round(share * 100)}%`;
}

/** Three decimals are enough for 99.929 %, and no binary dust is shown. */
function round(value: number): string {
  return String(Number(value.toFixed(3)));
}

function unknown(why: string): Judgement {
  return { met: null, attainment: null, why };
}

function clamp(share: number): number {
  return Math.min(1, Math.max(0, share));
}
