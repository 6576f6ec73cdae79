import { readAttribution, people, type Attribution, type AttributionContext } from './attribution.ts';
import { deadlineOf } from './deadlines.ts';
import type { Flow } from './flow.ts';
import { readCount } from './numbering.ts';
import type { Node, TableRow } from './outline.ts';
import { roleOfLabel, type Role } from './roles.ts';

/** A measure that stands in rows of a table. Several rows under one merged cell are one measure with several attributions. */
export interface RowMeasure {
  label: string;
  no: number | string | null;
  title: { from: number; to: number };
  text: { from: number; to: number };
  attributions: Attribution[];
  area: string;
  under: Node;
  from: number;
  to: number;
}

type Column = Role | 'no' | 'area' | 'title' | 'content' | 'target';

const headings: [RegExp, Column][] = [
  [/^(?:序号|编号|序|No\.?|项目?号|任务号|措施号)$/i, 'no'],
  [
    /^(?:一级指标|领域|指标|类别|任务类别|改革领域|指标领域|板块|分类|方面|项目|一级|指标名称|重点领域|工作类别|所属领域|改革事项类别|评价指标)$/,
    'area',
  ],
  [
    /^(?:重点任务|工作任务|任务|主要任务|改革任务|任务名称|事项|改革事项|工作事项|措施|事项名称|改革举措|工作举措|重点工作|工作内容|任务内容|主要举措|重点举措|重点事项|二级指标|目标任务|提升措施|整改任务|改革内容|任务清单|工作要点|提升举措|工作项目|任务举措|对标任务|具体任务)$/,
    'title',
  ],
  [
    /^(?:具体措施|具体举措|具体内容|工作措施|主要内容|主要措施|任务分解|具体工作|推进措施|实施内容|重点内容|创新举措|工作要求|内容|任务要求|改革措施|分解任务|具体工作措施|具体任务措施|细化措施|落实举措|落实措施|工作举措及要求)$/,
    'content',
  ],
  [/^(?:目标|工作目标|目标值|年度目标|预期目标|量化目标|目标要求|改革目标|提升目标|完成目标)$/, 'target'],
];

interface Layout {
  columns: (Column | null)[];
  count: number;
}

export function readTables(
  flow: Flow,
  rows: readonly TableRow[],
  context: AttributionContext,
): { measures: RowMeasure[]; unread: TableRow[] } {
  const measures: RowMeasure[] = [];
  const unread: TableRow[] = [];
  let layout: Layout | null = null;
  let table = -1;
  let area = '';
  let seen = 0;
  for (const row of rows) {
    const cells = row.cells.map(({ from, to }) => flow.text.slice(from, to));
    const header = headerOf(cells);
    if (row.table !== table) {
      table = row.table;
      seen = 0;
      // A table that a page has cut goes on without its head.
      if (header === null && layout !== null && Math.abs(layout.count - cells.length) > 0) layout = null;
    }
    seen++;
    if (header !== null) {
      layout = header;
      continue;
    }
    if (layout === null) {
      if (seen === 3 || row.cells.length >= 3) unread.push(row);
      continue;
    }
    const filled = cells.filter((cell) => cell.trim() !== '');
    if (filled.length === 0) continue;
    if (filled.length === 1 || (new Set(filled).size === 1 && filled.length > 1)) {
      const only = filled[0] ?? '';
      if (only.length < 60 && !/[。；]/.test(only)) {
        area = only.replace(/^[一二三四五六七八九十（）()、.\d]+/, '');
        continue;
      }
    }
    const read = readRow(flow, row, layout, context);
    if (read.area !== '') ({ area } = read);
    const previous = measures.at(-1);
    const continued =
      previous !== undefined &&
      previous.under === row.under &&
      (read.title === null ||
        (sameText(flow, read.title, previous.title) &&
          (read.no === previous.no || read.no === null) &&
          read.attribution !== null));
    if (continued && read.content === null && read.attribution === null) continue;
    if (continued) {
      if (read.attribution !== null && !sameAttribution(previous.attributions.at(-1), read.attribution))
        previous.attributions.push(read.attribution);
      previous.to = row.to;
      continue;
    }
    const place = read.title ?? read.content;
    if (place === null) {
      unread.push(row);
      continue;
    }
    measures.push({
      label: read.no === null ? '' : String(read.no),
      no: read.no,
      title: place,
      text: read.content ?? place,
      attributions: read.attribution === null ? [] : [read.attribution],
      area,
      under: row.under,
      from: row.from,
      to: row.to,
    });
  }
  return { measures, unread };
}

function headerOf(cells: readonly string[]): Layout | null {
  const columns = cells.map((cell) => columnOf(cell.replaceAll(/[\s\v\n]/g, '')));
  const known = columns.filter((column) => column !== null);
  const useful =
    known.some((column) => column === 'title' || column === 'content' || column === 'target') || known.includes('area');
  if (known.length < 2 || !useful || known.length < cells.filter((cell) => cell !== '').length * 0.5) return null;
  return { columns: withTitle(columns), count: cells.length };
}

/** Without a column for tasks the contents are the tasks; with an area column only, the areas are. */
function withTitle(columns: (Column | null)[]): (Column | null)[] {
  const titles = columns.flatMap((column, index) => (column === 'title' ? [index] : []));
  // 工作任务 | 工作举措: the first is the title, what follows its content.
  for (const extra of titles.slice(1)) columns[extra] = 'content';
  if (titles.length > 0) return columns;
  for (const instead of ['content', 'target', 'area'] as const) {
    const index = columns.indexOf(instead);
    if (index >= 0) return columns.map((column, at) => (at === index ? 'title' : column));
  }
  return columns;
}

function columnOf(cell: string): Column | null {
  for (const [pattern, column] of headings) if (pattern.test(cell)) return column;
  const plain = cell.replace(/（[^）]*）/g, '');
  const role = roleOfLabel(plain) ?? (/^责任(?:单位|部门)及?.*$/.test(plain) ? 'responsible' : null);
  return role ?? (/任务|措施|举措|事项/.test(plain) && plain.length < 10 ? 'title' : null);
}

function readRow(flow: Flow, row: TableRow, layout: Layout, context: AttributionContext) {
  const read: {
    no: number | string | null;
    title: { from: number; to: number } | null;
    content: { from: number; to: number } | null;
    area: string;
    attribution: Attribution | null;
  } = { no: null, title: null, content: null, area: '', attribution: null };
  for (const [index, cell] of row.cells.entries()) {
    const column = layout.columns[index] ?? null;
    const text = flow.text.slice(cell.from, cell.to);
    if (column === null || text.trim() === '') continue;
    if (column === 'no') read.no = readCount(text.replace(/[.、]$/, '')) ?? text;
    else if (column === 'area')
      read.area = text.replaceAll(/[\v\n]/g, '').replace(/^[一二三四五六七八九十]+、|^（[一二三四五六七八九十]+）/, '');
    else if (column === 'title') read.title ??= cell;
    else if (column === 'content' || column === 'target')
      read.content = read.content === null ? cell : { from: read.content.from, to: cell.to };
    else if (column !== 'ignored')
      read.attribution = merged(read.attribution, readCell(text, cell.from, column, context));
  }
  return read;
}

function readCell(text: string, from: number, role: Role, context: AttributionContext): Attribution | null {
  if (/^[—\-/无\\]+$/.test(text)) return null;
  if (role === 'sponsor') {
    const sponsors = people(text).map(({ name, at }) => ({ name, from: from + at, to: from + at + name.length }));
    return { ...empty(from, from + text.length), sponsors };
  }
  if (role === 'deadline') {
    const found = deadlineOf(text.replaceAll(/[\v\n]/g, ''), context);
    const deadline = {
      text: found?.text ?? text.replaceAll(/[\v\n]/g, ''),
      date: found?.date ?? null,
      from,
      to: from + text.length,
    };
    return { ...empty(from, from + text.length), deadline, flags: found === null ? ['deadline-unclear'] : [] };
  }
  return readAttribution(text, from, 'table', context, role);
}

const empty = (from: number, to: number): Attribution => ({
  lead: [],
  co: [],
  collective: [],
  sponsors: [],
  deadline: null,
  leadWritten: false,
  saysFirstLeads: false,
  form: 'table',
  from,
  to,
  understood: 1,
  flags: [],
});

function merged(one: Attribution | null, other: Attribution | null): Attribution | null {
  if (one === null || other === null) return one ?? other;
  const listed = new Set([...one.lead].map(({ name }) => name));
  return {
    ...one,
    lead: [...one.lead, ...other.lead],
    co: [...one.co, ...other.co].filter(({ name }) => !listed.has(name)),
    collective: [...one.collective, ...other.collective],
    sponsors: [...one.sponsors, ...other.sponsors],
    deadline: one.deadline ?? other.deadline,
    leadWritten: one.leadWritten || other.leadWritten,
    saysFirstLeads: one.saysFirstLeads || other.saysFirstLeads,
    from: Math.min(one.from, other.from),
    to: Math.max(one.to, other.to),
    understood: Math.min(one.understood, other.understood),
    flags: [...one.flags, ...other.flags],
  };
}

const sameText = (flow: Flow, one: { from: number; to: number }, other: { from: number; to: number }): boolean =>
  flow.text.slice(one.from, one.to) === flow.text.slice(other.from, other.to);

function sameAttribution(one: Attribution | undefined, other: Attribution): boolean {
  const key = (attribution: Attribution) =>
    JSON.stringify(
      [attribution.lead, attribution.co, attribution.collective].map((list) => list.map(({ name }) => name)),
    );
  return one !== undefined && key(one) === key(other) && one.deadline?.text === other.deadline?.text;
}
