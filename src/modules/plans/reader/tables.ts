import { nobody, people, readAttribution, type Attribution, type AttributionContext } from './attribution.ts';
import { deadlineOf } from './deadlines.ts';
import type { Flow } from './flow.ts';
import { readCount, readNumbering } from './numbering.ts';
import type { Node, TableRow } from './outline.ts';
import type { Role } from './roles.ts';
import { columnsOf, type Column } from './table-columns.ts';

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
  let before: TableRow | null = null;
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
    const counted = filled.length === 2 && /^（?[一二三四五六七八九十]+[）、]?$/.test(filled[0] ?? '');
    if (filled.length === 1 || counted || (new Set(filled).size === 1 && filled.length > 1)) {
      const only = filled.at(-1) ?? '';
      if (only.length < 60 && !/[。；]/.test(only)) {
        area = only.replace(/^[一二三四五六七八九十（）()、.\d]+/, '');
        continue;
      }
    }
    const read = readRow(flow, withMerged(flow, row, layout, before), layout, context);
    before = row;
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
  const columns = columnsOf(cells);
  return columns === null ? null : { columns: withTitle(columns), count: cells.length };
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
  if (read.no === null && read.title !== null && !layout.columns.includes('no')) {
    // 1.推进项目审批 in a table that has no column for numbers.
    const { from, to } = read.title;
    const numbering = readNumbering(flow.text.slice(from, Math.min(to, from + 24)), () => false);
    if (numbering?.style === 'ar' && from + numbering.length < to) {
      read.no = numbering.value;
      read.title = { from: from + numbering.length, to };
    }
  }
  return read;
}

/** Who is responsible stands left of the tasks, once for several rows: an empty cell there means the one above. */
function withMerged(flow: Flow, row: TableRow, layout: Layout, before: TableRow | null): TableRow {
  const title = layout.columns.indexOf('title');
  if (before === null || before.table !== row.table || before.cells.length !== row.cells.length) return row;
  const cells = row.cells.map((cell, index) => {
    const column = layout.columns[index];
    const above = before.cells[index];
    const merged = index < title && (column === 'lead' || column === 'responsible') && cell.from === cell.to;
    return merged && above !== undefined ? above : cell;
  });
  row.cells = cells;
  return row;
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

const empty = (from: number, to: number): Attribution => nobody('table', from, to);

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
    helpersOnly: one.helpersOnly && other.helpersOnly,
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
