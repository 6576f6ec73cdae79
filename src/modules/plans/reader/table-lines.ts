import { deadlineOf } from './deadlines.ts';
import { cellBreak, textOf, type Glyph, type Line } from './glyphs.ts';
import { isName } from './name-list.ts';
import { readNumbering } from './numbering.ts';
import { columnOf, columnsOf, type Column } from './table-columns.ts';

/**
 * Lines of a table as whole rows: a head of two lines is one, cells that the width of a page has broken over several lines
 * are joined again, columns that only white space parts are found by where they begin.
 */
export function tableLines(lines: readonly Line[]): Line[] {
  const rows: Line[] = [];
  let head: Head | null = null;
  /** The row before, while it can go on. */
  let last: Line | null = null;
  for (const line of cellsThatAgree(inColumns(whole(lines)))) {
    if (line.cells === null) {
      if (!isAside(line)) head = null;
      last = null;
      rows.push(line);
      continue;
    }
    const columns = columnsOf(line.cells.map(textOf));
    if (columns !== null) {
      head = { columns, cells: line.cells };
      last = null;
      rows.push(line);
      continue;
    }
    const second: Glyph[][] | null = head === null || last !== null ? null : secondHead(head, line);
    if (second !== null) {
      const first: Line | undefined = rows.at(-1);
      if (first !== undefined) rows[rows.length - 1] = { ...first, cells: second };
      head = { columns: second.map((cell) => columnOf(textOf(cell))), cells: second };
      continue;
    }
    const above: Line | null = last;
    if (head !== null && above?.cells && goesOn(above.cells, line.cells, head.columns)) {
      const longer: Line = { ...above, cells: joined(above.cells, line.cells, head.columns) };
      rows[rows.length - 1] = longer;
      last = longer;
      continue;
    }
    last = line;
    rows.push(line);
  }
  return rows;
}

/** A line feed inside a cell of a copied sheet: the row and its rest have together one cell too many. */
function whole(lines: readonly Line[]): Line[] {
  const out: Line[] = [];
  let width = 0;
  for (const line of lines) {
    const before = out.at(-1);
    const cells = line.cells ?? [line.glyphs];
    if (line.cells !== null && !line.spaced && columnsOf(line.cells.map(textOf)) !== null) width = line.cells.length;
    else if (
      before?.cells &&
      !before.spaced &&
      !line.spaced &&
      width >= 3 &&
      before.cells.length < width &&
      before.cells.length >= 2 &&
      before.cells.length + cells.length - 1 <= width &&
      (before.cells[0]?.length ?? 0) > 0 &&
      !line.blankBefore
    ) {
      const [first = [], ...others] = cells;
      const at = first[0]?.from ?? 0;
      const lastCell = [...(before.cells.at(-1) ?? []), { char: cellBreak, from: at, to: at, gap: true }, ...first];
      out[out.length - 1] = { ...before, cells: [...before.cells.slice(0, -1), lastCell, ...others] };
      continue;
    } else if (line.cells === null && line.blankBefore) width = 0;
    out.push(line);
  }
  return out;
}

interface Head {
  columns: (Column | null)[];
  cells: Glyph[][];
}

/** 责任单位 over 牵头单位 | 配合单位: the second line says which is which. */
function secondHead(head: Head, line: Line): Glyph[][] | null {
  const cells = line.cells ?? [];
  const filled = cells.filter((cell) => cell.length > 0);
  const roles = filled.map((cell) => columnOf(textOf(cell)));
  if (filled.length === 0 || roles.some((role) => role === null || role === 'no')) return null;
  if (cells.length === head.cells.length)
    return head.cells.map((cell, index) => (cells[index]?.length ? cells[index] : cell));
  // Its empty cells are lost: the parts take the place of the one they divide.
  const over = head.columns.findIndex((column) => column === 'responsible');
  if (over < 0 || filled.length < 2) return null;
  return [...head.cells.slice(0, over), ...filled, ...head.cells.slice(over + 1)];
}

/** A short line between rows ends no table. */
const isAside = (line: Line): boolean => line.text.length < 30 && !/[。；：]/.test(line.text);

const people = new Set<Column | null>(['lead', 'co', 'responsible']);

/** Whether the row below only goes on with the one above: it counts nothing, and something in it is half a name or half a date. */
function goesOn(above: readonly Glyph[][], below: readonly Glyph[][], columns: readonly (Column | null)[]): boolean {
  if (above.length !== below.length || above.length !== columns.length) return false;
  const no = columns.indexOf('no');
  const upper = above.map(textOf);
  const lower = below.map(textOf);
  if (no >= 0 && lower[no] !== '' && upper[no] !== '') return false;
  if (no < 0 && !columns.some((column) => people.has(column))) return false;
  // The number stands in the middle of its row: then what is above has none, and must be half.
  const late = no >= 0 && lower[no] !== '' && upper[no] === '';
  let half = 0;
  let whole = 0;
  for (const [index, column] of columns.entries()) {
    const up = upper[index] ?? '';
    const low = lower[index] ?? '';
    if (low === '' || index === no) continue;
    if (up === '') whole += column === 'title' || people.has(column) ? 1 : 0;
    else if (people.has(column)) {
      const [left = '', right = ''] = [up.split(/[、，；：\v]/).at(-1), low.split(/[、，；\v]/)[0]];
      if (/[、，；：]$/.test(up) || /^[、，；]/.test(low)) half++;
      else if (isName(left) >= 0.6 && isName(right) >= 0.6) whole += 0.5;
      else if (isName(left + right) >= 0.6) half++;
    } else if (column === 'deadline') {
      if (/(?:年|\d|月|[，、])$/.test(up) && /^(?:\d{1,2}[月日]|年|月|日|底|末|前|完成)/.test(low)) half++;
      else if (isDue(up) && isDue(low)) whole++;
      else half += 0.5;
    } else if (column === 'title' || column === 'content' || column === 'target' || column === 'area') {
      if (readNumbering(low, () => false) !== null) whole++;
      else if (/[，、；：]$/.test(up) || /^[，、；。）”》]/.test(low)) half++;
      else if (!/[。！？]$/.test(up)) half += 0.5;
    }
  }
  return late ? half >= 1 && whole === 0 : half > whole;
}

const isDue = (text: string): boolean => deadlineOf(text, { year: 2000 }) !== null;

function joined(above: readonly Glyph[][], below: readonly Glyph[][], columns: readonly (Column | null)[]): Glyph[][] {
  return above.map((cell, index) => {
    const more = below[index] ?? [];
    const [first, ...others] = more;
    if (first === undefined) return cell;
    const names =
      people.has(columns[index] ?? null) &&
      isName(
        textOf(cell)
          .split(/[、，；\v]/)
          .at(-1) ?? '',
      ) >= 0.6 &&
      isName(textOf(more).split(/[、，；\v]/)[0] ?? '') >= 0.6;
    const between: Glyph[] = names ? [{ char: cellBreak, from: first.from, to: first.from, gap: true }] : [];
    return [...cell, ...between, { ...first, gap: names }, ...others];
  });
}

/**
 * Columns that only white space parts: under a head each piece belongs to the column it begins at, so that an empty cell stays
 * a cell and the second line of a cell finds the first.
 */
function inColumns(lines: readonly Line[]): Line[] {
  let starts: number[] | null = null;
  return lines.map((line) => {
    if (line.spaced && line.cells !== null && columnsOf(line.cells.map(textOf)) !== null) {
      starts = line.pieces.map(({ at }) => at);
      return line;
    }
    if (starts === null) return line;
    const isTable =
      !line.blankBefore &&
      line.pieces.every(({ at }) => starts?.some((start) => Math.abs(start - at) <= 2) === true) &&
      (line.pieces.length > 1 || (line.pieces[0]?.at ?? 0) >= (starts[1] ?? 1) - 2);
    if (!isTable) {
      if (!line.spaced) starts = null;
      return line;
    }
    const cells: Glyph[][] = starts.map(() => []);
    for (const { at, glyphs } of line.pieces) {
      const nearest = starts.reduce(
        (best, start, index) => (Math.abs(start - at) < Math.abs((starts?.[best] ?? 0) - at) ? index : best),
        0,
      );
      cells[nearest]?.push(...glyphs);
    }
    return { ...line, cells, spaced: false };
  });
}

/**
 * Tabs also follow numbers and separate a signature: only lines that agree with a neighbour are rows. A short line between two rows
 * is a row of one cell, the heading of the rows below it.
 */
function cellsThatAgree(lines: readonly Line[]): Line[] {
  const widths = lines.map((line) => line.cells?.length ?? 0);
  const isBetween = (index: number) => {
    const before = widths[index - 1] ?? 0;
    const after = widths[index + 1] ?? 0;
    return (
      widths[index] === 0 &&
      before >= 3 &&
      after === before &&
      (lines[index]?.text.length ?? 99) < 40 &&
      !/[。；]/.test(lines[index]?.text ?? '。')
    );
  };
  return lines.map((line, index) => {
    if (isBetween(index)) return { ...line, cells: [line.glyphs] };
    if (line.cells === null) return line;
    const width = widths[index] ?? 0;
    if (line.spaced && widths[index - 1] !== width && widths[index + 1] !== width) return { ...line, cells: null };
    const neighbours = [
      widths[index - 1],
      widths[index + 1],
      isBetween(index - 1) ? widths[index - 2] : 0,
      isBetween(index + 1) ? widths[index + 2] : 0,
    ];
    const isRow =
      width >= 4 ||
      (width === 3 ? neighbours.some((count) => (count ?? 0) >= 3) : neighbours.includes(width) && !isNumbered(line));
    return isRow ? line : { ...line, cells: null };
  });
}

const isNumbered = (line: Line): boolean =>
  line.cells?.length === 2 &&
  readNumbering(`${textOf(line.cells[0] ?? [])}文`, () => true) !== null &&
  (line.cells[1]?.length ?? 0) > 30;
