/** 亩均论英雄: scores and grades from declared figures. The order in which figures come makes no difference. */

export interface PerformanceRules {
  indicators: readonly PerformanceIndicator[];
  grades: readonly GradeRule[];
  /** Fewer firms with a score than this: nothing to rank. */
  minimumFirms: number;
}

export interface PerformanceIndicator {
  id: string;
  name: string;
  unit: string;
  numerator: string;
  denominator: string;
  /** 100 for percentages. */
  times: number;
  /** Of a hundred. */
  weight: number;
  direction: 'higher' | 'lower';
  /** A fixed value, or what the county's firms reach: the best, all together (average), or the one in the middle (median). */
  benchmark: number | 'best' | 'average' | 'median';
  /** How often the benchmark counts at most. */
  cap: number;
  /** Without it there is no score; a missing one that is not required leaves its weight to the others. */
  required: boolean;
}

export interface GradeRule {
  grade: string;
  name: string;
  /** Cumulative share of the ranked firms. */
  upTo: number;
}

export interface FirmFigures {
  uscc: string;
  name: string;
  /** Null or absent: not declared, which is not zero. */
  figures: Readonly<Record<string, number | null>>;
  exemption: string | null;
  /** Why it is in the last grade whatever its score: 发生较大以上安全或环境事故. */
  lastGrade: string | null;
}

export interface RankedFirm {
  uscc: string;
  name: string;
  /** Null: exempt, or too little is known. */
  place: number | null;
  score: number | null;
  grade: string | null;
  components: readonly ScoreComponent[];
  /** Why there is no grade. */
  why: string;
}

export interface ScoreComponent {
  indicator: string;
  /** Null is shown as “—”. */
  value: number | null;
  benchmark: number | null;
  points: number | null;
}

export interface Ranking {
  firms: readonly RankedFirm[];
  benchmarks: Readonly<Record<string, number | null>>;
  ranked: number;
}

/** Ranks firms by composite score. Equal scores share a place and the better grade. */
export function rank(given: readonly FirmFigures[], rules: PerformanceRules): Ranking {
  // Adding up fractions in another order may differ in the last digit: so the order is always the same.
  const firms = [...given].sort((a, b) => (a.uscc < b.uscc ? -1 : 1));
  const compared = firms.filter(({ exemption }) => exemption === null);
  const benchmarks = Object.fromEntries(rules.indicators.map((one) => [one.id, benchmarkOf(one, compared)]));
  const scored = firms.map((firm) => scoreOf(firm, rules, benchmarks));
  const ranked = scored
    .flatMap((one) => (one.score === null ? [] : [{ ...one, score: one.score }]))
    .sort((a, b) => b.score - a.score || (a.uscc < b.uscc ? -1 : 1));
  const isRankable = ranked.length >= Math.max(1, rules.minimumFirms);
  const placed = ranked.map((one): RankedFirm => {
    if (!isRankable)
      return { ...one, why: `能评分的企业只有 ${ranked.length} 家，不足 ${rules.minimumFirms} 家，不评等次` };
    const place = ranked.findIndex(({ score }) => score === one.score) + 1;
    const reason = compared.find(({ uscc }) => uscc === one.uscc)?.lastGrade ?? null;
    if (reason !== null)
      return { ...one, place, grade: rules.grades.at(-1)?.grade ?? '', why: `直接列为末档：${reason}` };
    return { ...one, place, grade: gradeOf(place, ranked.length, rules.grades) };
  });
  const unranked = scored.filter(({ score }) => score === null);
  return { firms: [...placed, ...unranked], benchmarks, ranked: isRankable ? ranked.length : 0 };
}

/** `12.5` or “—”: what is missing is never shown as nought. */
export function figureText(value: number | null | undefined): string {
  return value === null || value === undefined ? '—' : String(Math.round(value * 100) / 100);
}

/** The value of one indicator; null when a figure is missing or there is nothing to divide by. */
export function valueOf(
  indicator: Pick<PerformanceIndicator, 'numerator' | 'denominator' | 'times'>,
  figures: FirmFigures['figures'],
): number | null {
  const over = figures[indicator.numerator] ?? null;
  const under = figures[indicator.denominator] ?? null;
  return over === null || under === null || under <= 0 ? null : (over / under) * indicator.times;
}

function scoreOf(firm: FirmFigures, { indicators }: PerformanceRules, benchmarks: Ranking['benchmarks']): RankedFirm {
  const components = indicators.map((indicator): ScoreComponent => {
    const value = valueOf(indicator, firm.figures);
    const benchmark = benchmarks[indicator.id] ?? null;
    return { indicator: indicator.id, value, benchmark, points: pointsOf(indicator, value, benchmark) };
  });
  const base = { uscc: firm.uscc, name: firm.name, place: null, grade: null, components };
  if (firm.exemption !== null) return { ...base, score: null, why: `豁免：${firm.exemption}` };
  const missing = indicators.filter((indicator, index) => indicator.required && components[index]?.points === null);
  if (missing.length > 0)
    return { ...base, score: null, why: `缺少${missing.map(({ name }) => name).join('、')}的数据，暂不评价` };
  const known = indicators.flatMap((indicator, index) => {
    const points = components[index]?.points ?? null;
    return points === null ? [] : [{ weight: indicator.weight, points }];
  });
  const weight = known.reduce((sum, one) => sum + one.weight, 0);
  if (weight === 0) return { ...base, score: null, why: '没有可以评分的数据，暂不评价' };
  const points = known.reduce((sum, one) => sum + one.points, 0);
  return { ...base, score: Math.round((points / weight) * 100 * 100) / 100, why: '' };
}

function pointsOf(indicator: PerformanceIndicator, value: number | null, benchmark: number | null): number | null {
  if (value === null || benchmark === null || benchmark <= 0) return null;
  const ratio = indicator.direction === 'higher' ? value / benchmark : value <= 0 ? indicator.cap : benchmark / value;
  return indicator.weight * Math.min(Math.max(ratio, 0), indicator.cap);
}

function benchmarkOf(indicator: PerformanceIndicator, firms: readonly FirmFigures[]): number | null {
  if (typeof indicator.benchmark === 'number') return indicator.benchmark;
  const known = firms.filter(({ figures }) => valueOf(indicator, figures) !== null);
  if (known.length === 0) return null;
  if (indicator.benchmark === 'average') {
    const total = (id: string) => known.reduce((sum, { figures }) => sum + (figures[id] ?? 0), 0);
    return (total(indicator.numerator) / total(indicator.denominator)) * indicator.times;
  }
  const values = known.flatMap(({ figures }) => valueOf(indicator, figures) ?? []).sort((a, b) => a - b);
  if (indicator.benchmark === 'best') return (indicator.direction === 'higher' ? values.at(-1) : values[0]) ?? null;
  const middle = values.length / 2;
  const [low = 0, high = low] = values.slice(Math.ceil(middle) - 1, Math.floor(middle) + 1);
  return (low + high) / 2;
}

/** The grade whose share reaches this far; a share gives at least its first whole place. */
function gradeOf(place: number, count: number, grades: readonly GradeRule[]): string {
  const rule = grades.find(({ upTo }) => place <= Math.max(1, Math.round(upTo * count * 1e6) / 1e6));
  return (rule ?? grades.at(-1))?.grade ?? '';
}
