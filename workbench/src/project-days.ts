/** The picture of a project's days: where each day stands, what it looks like, and what its totals are. No DOM in here. */

export type DayKind = 'unit' | 'applicant' | 'procedure' | 'nonWorking';

export interface ChartDay {
  day: string;
  kind: DayKind;
  unitId: string | null;
  unitName: string;
  groundName: string;
  noticeNo: string;
  counts: boolean;
  why: string;
}

export interface Holder {
  kind: DayKind;
  unitId: string | null;
  name: string;
  days: number;
  countedDays: number;
}

/** One row of the picture: a calendar month. `at` is the day of the month, so that the same date stands below itself. */
export interface MonthRow {
  month: string;
  label: string;
  days: { at: number; index: number }[];
}

export function monthRows(days: readonly Pick<ChartDay, 'day'>[]): MonthRow[] {
  const rows: MonthRow[] = [];
  for (const [index, { day }] of days.entries()) {
    const month = day.slice(0, 7);
    let row = rows.at(-1);
    if (row?.month !== month) {
      const [year = '', number = ''] = month.split('-');
      const isNewYear = rows.length === 0 || number === '01';
      row = { month, label: `${isNewYear ? `${year}年` : ''}${Number(number)}月`, days: [] };
      rows.push(row);
    }
    row.days.push({ at: Number(day.slice(8, 10)), index });
  }
  return rows;
}

/** Days in a row with the same holder for the same reason: what a table can say in one line. */
export interface Run {
  from: string;
  to: string;
  first: number;
  last: number;
  days: number;
  counted: number;
  day: ChartDay;
}

export function runsOf(days: readonly ChartDay[]): Run[] {
  const runs: Run[] = [];
  for (const [index, day] of days.entries()) {
    const run = runs.at(-1);
    if (run !== undefined && isSame(run.day, day)) {
      run.to = day.day;
      run.last = index;
      run.days += 1;
      run.counted += Number(day.counts);
    } else {
      runs.push({ from: day.day, to: day.day, first: index, last: index, days: 1, counted: Number(day.counts), day });
    }
  }
  return runs;
}

function isSame(one: ChartDay, other: ChartDay): boolean {
  return (
    one.kind === other.kind &&
    one.unitId === other.unitId &&
    one.groundName === other.groundName &&
    one.noticeNo === other.noticeNo &&
    one.counts === other.counts &&
    one.why === other.why
  );
}

/** The day under a point of the picture, or none: left of the first day, right of the last, below the last month. */
export function dayAtPoint(
  rows: readonly MonthRow[],
  point: { x: number; y: number },
  size: { left: number; cell: number; row: number; top: number },
): number | null {
  const row = rows[Math.floor((point.y - size.top) / size.row)];
  const at = Math.floor((point.x - size.left) / size.cell) + 1;
  return row?.days.find((one) => one.at === at)?.index ?? null;
}

/** How a holder is drawn: a colour and a pattern, so that nobody has to tell colours apart. */
export interface Look {
  key: string;
  fill: string;
  ink: string;
  pattern: 'plain' | 'slash' | 'backslash' | 'dots' | 'grid' | 'bars' | 'lines' | 'cross' | 'zigzag';
}

const unitLooks: readonly Omit<Look, 'key'>[] = [
  { fill: '#0b4f8a', ink: '#9cc7ec', pattern: 'plain' },
  { fill: '#9a3412', ink: '#fcd9bd', pattern: 'slash' },
  { fill: '#17603a', ink: '#b7e4c7', pattern: 'dots' },
  { fill: '#6b21a8', ink: '#e2c9f7', pattern: 'backslash' },
  { fill: '#0e6a73', ink: '#b6e6ea', pattern: 'bars' },
  { fill: '#831843', ink: '#f9c6dc', pattern: 'grid' },
  { fill: '#3f3a8c', ink: '#cfccf5', pattern: 'lines' },
  { fill: '#5b4a00', ink: '#f3e2a0', pattern: 'cross' },
];

/** Looks by key: units in the order of their days, so that the busiest is the plainest; more than eight share colours, not patterns. */
export function looksOf(holders: readonly Holder[]): Map<string, Look> {
  const looks = new Map<string, Look>();
  const units = holders.filter((one) => one.kind === 'unit').sort((a, b) => b.days - a.days);
  for (const [at, unit] of units.entries()) {
    const base = unitLooks[at % unitLooks.length];
    const turned = unitLooks[(at + Math.floor(at / unitLooks.length)) % unitLooks.length];
    if (base === undefined || turned === undefined) continue;
    looks.set(keyOf(unit), { ...base, pattern: turned.pattern, key: keyOf(unit) });
  }
  looks.set('applicant', { key: 'applicant', fill: '#ffd76a', ink: '#7a4d00', pattern: 'plain' });
  looks.set('procedure', { key: 'procedure', fill: '#ffffff', ink: '#465260', pattern: 'zigzag' });
  looks.set('nonWorking', { key: 'nonWorking', fill: '#c3ccd6', ink: '#c3ccd6', pattern: 'plain' });
  return looks;
}

export function keyOf(holding: { kind: DayKind; unitId: string | null }): string {
  return holding.kind === 'unit' ? `unit-${holding.unitId ?? ''}` : holding.kind;
}

/** What the legend says; the columns must add up to the elapsed days, else the page says that they do not. */
export function sumOf(holders: readonly Holder[]): { days: number; countedDays: number } {
  return holders.reduce((sum, one) => ({ days: sum.days + one.days, countedDays: sum.countedDays + one.countedDays }), {
    days: 0,
    countedDays: 0,
  });
}

/** Who had the day, in a few words. */
export function holderWords(day: Pick<ChartDay, 'kind' | 'unitName' | 'groundName' | 'noticeNo'>): string {
  switch (day.kind) {
    case 'unit':
      return day.unitName;
    case 'applicant':
      return '申请人';
    case 'procedure':
      return `${day.groundName}${day.noticeNo === '' ? '' : `（${day.noticeNo}）`}`;
    case 'nonWorking':
      return '非工作日';
  }
}

/** The same in one breath, for the slider and the screen reader. */
export function dayWords(day: ChartDay, date: string): string {
  const counts = day.kind === 'nonWorking' ? '' : day.counts ? '，计入时限' : '，不计入时限';
  return `${date}，${holderWords(day)}${counts}。${day.why}`;
}

/** Widths of a budget's bar in percent: what is used, and beyond the budget what is too much. */
export function budgetBar(line: { budgetDays: number; usedDays: number }): { used: number; over: number } {
  const whole = Math.max(line.budgetDays, line.usedDays, 1);
  const within = Math.min(line.usedDays, line.budgetDays);
  return { used: (within / whole) * 100, over: ((line.usedDays - within) / whole) * 100 };
}
