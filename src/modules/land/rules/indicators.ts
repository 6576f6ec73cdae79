import type { LocalDate } from '../../../kernel/time.ts';

/** The “3+N” indicators of a standard plot: what the firm promises, and how it is compared. */

export const comparators = ['at-least', 'at-most', 'between'] as const;
export type Comparator = (typeof comparators)[number];

/** 竣工 is accepted when the building stands, 达产 when it produces: never at once. */
export const phases = ['completion', 'production'] as const;
export type Phase = (typeof phases)[number];
export const phaseNames: Readonly<Record<Phase, string>> = { completion: '竣工验收', production: '达产验收' };

export interface IndicatorKind {
  id: string;
  name: string;
  unit: string;
  comparator: Comparator;
  phase: Phase;
  /** One of the three that every plot has; the others are the N. */
  core: boolean;
  /** What the form offers first. */
  usual: number;
  /** What usually proves it. */
  evidence: string;
}

/** An indicator with the value of this very plot; frozen when the plot is offered. */
export interface Target {
  indicator: string;
  name: string;
  unit: string;
  comparator: Comparator;
  value: number;
  /** The upper end of `between`; null for the others. */
  upTo: number | null;
  phase: Phase;
}

export interface Measurement {
  indicator: string;
  value: number;
  unit: string;
  measuredOn: LocalDate;
  /** 检测、审计、纳税证明… by name and number. */
  evidence: string;
}

export interface Comparison {
  indicator: string;
  name: string;
  /** `亩均税收 不低于 15 万元/亩` */
  wanted: string;
  measured: string;
  measuredOn: LocalDate | null;
  evidence: string;
  outcome: 'met' | 'notMet' | 'late' | 'missing';
  why: string;
}

/** Every target of a phase beside what was measured. `dueOn`: the day by which it had to be reached. */
export function compareAll(
  targets: readonly Target[],
  measurements: readonly Measurement[],
  phase: Phase,
  dueOn: LocalDate,
): Comparison[] {
  return targets
    .filter((target) => target.phase === phase)
    .map((target) => compare(target, measurements.find((one) => one.indicator === target.indicator) ?? null, dueOn));
}

export function isMet(comparisons: readonly Comparison[]): boolean {
  return comparisons.every(({ outcome }) => outcome === 'met');
}

/** Measurements that cannot be compared: of an indicator that is none of this phase, twice, or in another unit. */
export function measurementFaults(
  targets: readonly Target[],
  measurements: readonly Measurement[],
  phase: Phase,
  today: LocalDate,
): string[] {
  const seen = new Set<string>();
  return measurements.flatMap((one) => {
    const target = targets.find((each) => each.indicator === one.indicator && each.phase === phase);
    if (target === undefined) return [`“${one.indicator}”不是${phaseNames[phase]}的指标`];
    if (seen.has(one.indicator)) return [`“${target.name}”填了两次`];
    seen.add(one.indicator);
    if (one.unit !== target.unit) return [`“${target.name}”的单位要用“${target.unit}”，不能用“${one.unit}”`];
    return one.measuredOn > today ? [`“${target.name}”的测定日期晚于今天`] : [];
  });
}

export function targetFaults(targets: readonly Target[]): string[] {
  const seen = new Set<string>();
  return targets.flatMap((target) => {
    if (seen.has(target.indicator)) return [`“${target.name}”填了两次`];
    seen.add(target.indicator);
    if (target.comparator !== 'between') return [];
    return target.upTo === null || target.upTo < target.value ? [`“${target.name}”要写明上限，且不低于下限`] : [];
  });
}

export function wordsOf(target: Pick<Target, 'name' | 'comparator' | 'value' | 'upTo' | 'unit'>): string {
  return `${target.name}${rangeOf(target)}${target.unit === '' ? '' : ` ${target.unit}`}`;
}

function compare(target: Target, measured: Measurement | null, dueOn: LocalDate): Comparison {
  const facts = { indicator: target.indicator, name: target.name, wanted: wordsOf(target) };
  if (measured === null)
    return {
      ...facts,
      measured: '—',
      measuredOn: null,
      evidence: '',
      outcome: 'missing',
      why: '没有测定结果，不能算达标',
    };
  const known = {
    ...facts,
    measured: `${measured.value} ${measured.unit}`.trim(),
    measuredOn: measured.measuredOn,
    evidence: measured.evidence,
  };
  if (!holds(target, measured.value))
    return { ...known, outcome: 'notMet', why: `应${rangeOf(target)}，实际 ${measured.value}` };
  if (measured.measuredOn > dueOn) return { ...known, outcome: 'late', why: `数值达标，但测定日期晚于约定的 ${dueOn}` };
  return { ...known, outcome: 'met', why: '达标' };
}

function rangeOf({ comparator, value, upTo }: Pick<Target, 'comparator' | 'value' | 'upTo'>): string {
  switch (comparator) {
    case 'at-least':
      return `不低于 ${value}`;
    case 'at-most':
      return `不高于 ${value}`;
    case 'between':
      return `在 ${value} 到 ${upTo ?? value} 之间`;
  }
}

/** The promised value itself is good enough. */
function holds({ comparator, value, upTo }: Target, measured: number): boolean {
  switch (comparator) {
    case 'at-least':
      return measured >= value;
    case 'at-most':
      return measured <= value;
    case 'between':
      return measured >= value && measured <= (upTo ?? value);
  }
}
