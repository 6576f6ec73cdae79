/** A department's monthly sheet: the heading found by its names, every fault with its row and column. Pure. */

export interface ReportLine {
  /** Row of the sheet, counted from 1 as the spreadsheet does. */
  row: number;
  no: string;
  progress: number;
  done: string;
  problems: string;
  nextSteps: string;
}

export interface RowError {
  row: number;
  column: string;
  /** What the cell says, shortened. */
  found: string;
  message: string;
  /** What to write there. */
  instead: string;
}

const columns = {
  no: { name: '措施序号', spellings: ['措施序号', '序号', '措施编号', '编号', '任务序号'] },
  done: { name: '进展', spellings: ['进展', '进展情况', '工作进展', '工作进展情况', '完成情况', '落实情况'] },
  progress: { name: '进度', spellings: ['进度', '完成进度', '完成率', '完成比例'] },
  problems: { name: '问题', spellings: ['问题', '存在问题', '存在的问题', '困难问题', '存在问题及原因'] },
  nextSteps: {
    name: '下一步',
    spellings: ['下一步', '下一步打算', '下一步计划', '下一步措施', '下一步工作', '下步打算'],
  },
} as const;
type Column = keyof typeof columns;
const required = ['no', 'done', 'progress'] as const;
const headingWithin = 20;

export function readReportTable(
  sheet: readonly (readonly unknown[])[],
): { lines: ReportLine[]; errors: RowError[]; skipped: number } | { missing: string[] } {
  const candidates = sheet.slice(0, headingWithin).map((row, index) => ({ index, found: headingOf(row) }));
  const heading = candidates.reduce<(typeof candidates)[number] | null>(
    (best, one) => (best === null || one.found.size > best.found.size ? one : best),
    null,
  );
  const found = heading?.found ?? new Map<Column, number>();
  const missing = required.filter((name) => !found.has(name)).map((name) => columns[name].name);
  if (heading === null || missing.length > 0) return { missing };
  const body = sheet
    .slice(heading.index + 1)
    .map((cells, index) => ({ cells, row: heading.index + index + 2 }))
    .filter(({ cells }) => cells.some((cell) => textOf(cell) !== ''));
  // A line of the sheet as it was handed out, where the unit wrote nothing: no fault.
  const isUntouched = (cells: readonly unknown[]) =>
    textOf(cell(cells, 'no')) !== '' &&
    (['done', 'progress', 'problems', 'nextSteps'] as const).every((column) => textOf(cell(cells, column)) === '');
  const cell = (cells: readonly unknown[], column: Column): unknown => {
    const at = found.get(column);
    return at === undefined ? null : cells[at];
  };
  // Percent cells come as shares: one that lies between tells how the whole column is meant.
  const areShares = body.some(({ cells }) => {
    const value = cell(cells, 'progress');
    return typeof value === 'number' && value > 0 && value < 1;
  });
  const lines: ReportLine[] = [];
  const errors: RowError[] = [];
  const filled = body.filter(({ cells }) => !isUntouched(cells));
  for (const { cells, row } of filled) {
    const fault = (column: Column, message: string, instead: string) =>
      errors.push({ row, column: columns[column].name, found: shortened(cell(cells, column)), message, instead });
    const no = numberOf(cell(cells, 'no'));
    const done = textOf(cell(cells, 'done'));
    const progress = progressOf(cell(cells, 'progress'), areShares);
    const problems = textOf(cell(cells, 'problems'));
    const nextSteps = textOf(cell(cells, 'nextSteps'));
    const count = errors.length;
    const tooLong = (column: Column, text: string, most: number) =>
      text.length > most && fault(column, `写了${text.length}字，太长`, `写到${most}字以内，其余的放进佐证材料`);
    if (no === '') fault('no', '没有填措施序号', '填台账里的编号，例如 6，改革任务填 一(2)');
    if (done === '') fault('done', '没有写做了什么', '写这段时间做了什么；没有进展的整行留空');
    tooLong('done', done, 4000);
    if (progress === null) fault('progress', '进度看不明白', '填0到100之间的整数，例如 60 或 60%');
    tooLong('problems', problems, 2000);
    tooLong('nextSteps', nextSteps, 2000);
    if (errors.length === count && progress !== null) lines.push({ row, no, progress, done, problems, nextSteps });
  }
  return { lines, errors, skipped: body.length - filled.length };
}

function headingOf(row: readonly unknown[]): Map<Column, number> {
  const found = new Map<Column, number>();
  row.forEach((value, index) => {
    const name = textOf(value).replaceAll(/\s|（.*?）|\(.*?\)|[%％：:]/g, '');
    for (const [column, { spellings }] of Object.entries(columns) as [Column, (typeof columns)[Column]][]) {
      if (!found.has(column) && (spellings as readonly string[]).includes(name)) found.set(column, index);
    }
  });
  return found;
}

/** 6, “6.”, “第6条”, “措施6” are 6; 一（2） is 一(2). */
function numberOf(value: unknown): string {
  return textOf(value)
    .normalize('NFKC')
    .replaceAll(/\s|第|条|项|措施/g, '')
    .replace(/[.、]+0*$/, '');
}

function progressOf(value: unknown, areShares: boolean): number | null {
  if (typeof value === 'number') {
    const points = areShares && value <= 1 ? Math.round(value * 100) : value;
    return Number.isInteger(points) && points >= 0 && points <= 100 ? points : null;
  }
  const match = /^(\d{1,3})(?:\.0+)?[%％]?$/.exec(textOf(value));
  const points = match === null ? Number.NaN : Number(match[1]);
  return points >= 0 && points <= 100 ? points : null;
}

function shortened(value: unknown): string {
  const signs = Array.from(textOf(value));
  return signs.length > 40 ? `${signs.slice(0, 40).join('')}…` : signs.join('');
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value.trim();
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return value instanceof Date ? value.toISOString().slice(0, 10) : '';
}
