import type { OutputOf } from '../../src/kernel/endpoint.ts';
import type { listMeasures, readMeasure } from '../../src/modules/plans/contract-ledger.ts';
import { measureLightNames, measureLights, type MeasureLight } from '../../src/modules/plans/rules/light.ts';
import type { Column } from './csv.ts';

/** Words, figures and pictures of the plan's pages. Pure: tested without a browser. */

export type MeasureLine = OutputOf<typeof listMeasures>['measures'][number];
export type MeasureView = OutputOf<typeof readMeasure>;
export type TargetView = MeasureView['targets'][number];
export type LightCounts = Partial<Record<MeasureLight, number>>;

/** 台账 as a table for WPS and Excel, in the order of the columns that counties use. */
export const ledgerColumns: readonly Column<MeasureLine>[] = [
  { name: '编号', value: (row) => row.no },
  { name: '类别', value: (row) => kindNames[row.kind] },
  { name: '措施', value: (row) => row.title },
  { name: '牵头单位', value: (row) => names(row.leads) },
  {
    name: '配合单位',
    value: (row) => [names(row.supporters), ...row.collectives].filter((one) => one !== '').join('、'),
  },
  { name: '原定期限', value: (row) => row.originalDeadline },
  { name: '现在期限', value: (row) => row.deadline },
  { name: '进度（%）', value: (row) => row.progress },
  { name: '灯', value: (row) => row.lightName },
  { name: '为什么', value: (row) => row.lightWhy },
  {
    name: '目标和现值',
    value: (row) =>
      row.targets.map((one) => `${one.text}：${one.value}（${howName(one.how)}，${metWord(one.met)}）`).join('；'),
  },
];

export const kindNames = { measure: '措施', subItem: '重点改革任务' } as const;
export const stateNames = { submitted: '待审', accepted: '已采纳', returned: '已退回', refused: '不认定' } as const;

/** Of a supervision slip. */
export const slipStateNames = { issued: '等回复', replied: '已回复，等审核', closed: '已销号' } as const;

export function names(units: readonly { name: string }[]): string {
  return units.map((unit) => unit.name).join('、');
}

/** Whoever reads a figure must see at once whether the platform computed it or somebody handed it in. */
export function howName(how: string): string {
  return how === 'computed' ? '系统计算' : '部门填报';
}

/** Measures are numbered 1–99, items of the reforms 一(2). */
export function noText(no: string): string {
  return /^\d+$/.test(no) ? `第 ${no} 条` : `改革任务${no}`;
}

/** A person's name as the platform writes it often names the unit already. */
export function whoText(unitName: string, personName: string): string {
  return unitName === '' || personName.includes(unitName) ? personName : `${unitName} ${personName}`.trim();
}

export function metWord(met: boolean | null): string {
  return met === null ? '还不能判断' : met ? '达到' : '没有达到';
}

export function metTag(met: boolean | null): string {
  return met === null ? '' : met ? 'tag-good' : 'tag-bad';
}

/** Missing is “—”, never zero; no binary dust. */
export function figureText(value: number | null, unit: string): string {
  return value === null ? '—' : `${Number(value.toFixed(3))}${unit}`;
}

/** “168 件中 159 件”, where the figure is a share or rests on so many cases. */
export function basisText(reading: { numerator: number | null; denominator: number | null } | null): string {
  if (reading === null || reading.denominator === null) return '';
  return reading.numerator === null
    ? `共 ${reading.denominator} 件`
    : `${reading.denominator} 件中 ${reading.numerator} 件`;
}

/** Points are kept in hundredths: 9750 → 97.50, −50 → −0.50. */
export function pointsText(points: number | null): string {
  if (points === null) return '—';
  const cents = String(Math.abs(points) % 100).padStart(2, '0');
  return `${points < 0 ? '−' : ''}${Math.floor(Math.abs(points) / 100)}.${cents}`;
}

export function countOf(counts: LightCounts, light: MeasureLight): number {
  return counts[light] ?? 0;
}

/** “滞后 2，正常 5”: only what there is. */
export function countsText(counts: LightCounts): string {
  const words = measureLights.flatMap((light) =>
    countOf(counts, light) === 0 ? [] : [`${measureLightNames[light]} ${countOf(counts, light)}`],
  );
  return words.length === 0 ? '没有措施' : words.join('，');
}

/** Against the end of last month: more red lights are worse. Null where nothing is recorded. */
export function changeText(red: number, before: number | null): string {
  if (before === null) return '—';
  if (red === before) return '持平';
  return red > before ? `多 ${red - before} 个` : `少 ${before - red} 个`;
}

export interface TrendBar {
  x: number;
  label: string;
  parts: { light: MeasureLight; y: number; height: number; count: number }[];
}

/** Stacked bars of lights by month within a picture of this size; red at the bottom, where it is seen first. */
export function trendBars(
  trend: readonly { month: string; counts: LightCounts }[],
  size: { width: number; height: number },
): { bars: TrendBar[]; barWidth: number } {
  const most = Math.max(
    1,
    ...trend.map(({ counts }) => measureLights.reduce((sum, one) => sum + countOf(counts, one), 0)),
  );
  const step = size.width / Math.max(1, trend.length);
  const barWidth = Math.min(36, Math.round(step * 0.7));
  const bars = trend.map(({ month, counts }, index) => {
    let top = size.height;
    const parts = measureLights.flatMap((light) => {
      const count = countOf(counts, light);
      const height = (count / most) * size.height;
      top -= height;
      return count === 0 ? [] : [{ light, y: round(top), height: round(height), count }];
    });
    return { x: round(step * index + (step - barWidth) / 2), label: `${Number(month.slice(5))}月`, parts };
  });
  return { bars, barWidth };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** 2026-01, −1 → 2025-12 */
export function shiftMonth(month: string, by: number): string {
  const [year = 0, index = 1] = month.split('-').map(Number);
  const count = year * 12 + index - 1 + by;
  return `${Math.floor(count / 12)}-${String((count % 12) + 1).padStart(2, '0')}`;
}

/** 2022-11, 2023-01 → 2022-11, 2022-12, 2023-01; at most two years. */
export function monthsBetween(first: string, last: string): string[] {
  const months: string[] = [];
  for (let month = first; month <= last && months.length < 24; month = shiftMonth(month, 1)) months.push(month);
  return months;
}

export function monthText(month: string): string {
  return `${month.slice(0, 4)} 年 ${Number(month.slice(5))} 月`;
}

/** 2022 → 2022年全年, 2022-H1 → 2022年上半年, 2022-06 → 2022年6月 */
export function periodText(period: string): string {
  const year = period.slice(0, 4);
  const rest = period.slice(5);
  if (rest === '') return `${year}年全年`;
  if (rest.startsWith('H')) return `${year}年${rest === 'H1' ? '上' : '下'}半年`;
  return `${year}年${Number(rest)}月`;
}

/** Periods in which quotas of a year are counted, the latest first. */
export function periodsOf(year: number): string[] {
  const months = Array.from({ length: 12 }, (_, index) => `${year}-${String(index + 1).padStart(2, '0')}`);
  return [`${year}`, `${year}-H1`, `${year}-H2`, ...months];
}

/** Links of the platform's records lead within the workbench: `/workbench/cases/1` → `/cases/1`. Null for others. */
export function insidePath(link: string): string | null {
  return /^\/workbench(\/.*)$/.exec(link)?.[1] ?? null;
}

/** Deductions of a unit's items, heaviest first, then what it won. */
export function heaviestFirst<T extends { points: number }>(entries: readonly T[]): T[] {
  return [...entries].sort((a, b) => a.points - b.points);
}

/** One quota table by unit: a row for each unit, a cell for each quota it owes. */
export function quotaRows<R extends { unit: { id: string; name: string }; quotaId: string; missing: number }>(
  rows: readonly R[],
): { unit: { id: string; name: string }; cells: Map<string, R>; missing: number }[] {
  const byUnit = new Map<string, { unit: { id: string; name: string }; cells: Map<string, R>; missing: number }>();
  for (const row of rows) {
    const known = byUnit.get(row.unit.id) ?? { unit: row.unit, cells: new Map<string, R>(), missing: 0 };
    known.cells.set(row.quotaId, row);
    known.missing += row.missing;
    byUnit.set(row.unit.id, known);
  }
  return [...byUnit.values()].sort((a, b) => b.missing - a.missing || a.unit.name.localeCompare(b.unit.name, 'zh-CN'));
}

/** A passed, unfinished milestone cannot be moved or dropped; the server says so too. */
export function isFixedMilestone(one: { due: string; doneOn: string | null }, today: string): boolean {
  return one.doneOn === null && one.due < today;
}

export const appraisalStateNames = { open: '核对中', frozen: '已冻结，等签发', signed: '已签发' } as const;
export const appealStateNames = { submitted: '申诉待决定', upheld: '申诉成立', rejected: '申诉不成立' } as const;
