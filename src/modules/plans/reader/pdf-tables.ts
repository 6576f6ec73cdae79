/**
 * Tables of a PDF page by their ruled lines: only they say where a cell ends that the text has filled to its edge, and which
 * lines of text stand in one cell. Pure geometry; places are in points, y upwards.
 */
export interface Piece {
  text: string;
  x: number;
  y: number;
  width: number;
  size: number;
}

export interface Rule {
  /** Of a level line its height, of an upright one its distance from the left. */
  at: number;
  from: number;
  to: number;
}

export interface Rules {
  level: Rule[];
  upright: Rule[];
}

export interface TableRowText {
  y: number;
  text: string;
}

/** What the library calls its drawing operations, as far as they matter here. */
export interface Operations {
  save: number;
  restore: number;
  transform: number;
  constructPath: number;
  endPath: number;
  paintFormXObjectBegin: number;
  paintFormXObjectEnd: number;
}

type Matrix = [number, number, number, number, number, number];

/** The straight lines drawn on a page. A path that only clips draws nothing. */
export function rulesOf(list: { fnArray: number[]; argsArray: unknown[] }, ops: Operations): Rules {
  const rules: Rules = { level: [], upright: [] };
  let matrix: Matrix = [1, 0, 0, 1, 0, 0];
  const stack: Matrix[] = [];
  for (const [index, operation] of list.fnArray.entries()) {
    const args = (list.argsArray[index] ?? []) as unknown[];
    if (operation === ops.save) stack.push(matrix);
    else if (operation === ops.restore || operation === ops.paintFormXObjectEnd) matrix = stack.pop() ?? matrix;
    else if (operation === ops.transform) matrix = times(matrix, args as number[]);
    else if (operation === ops.paintFormXObjectBegin) {
      stack.push(matrix);
      if (Array.isArray(args[0])) matrix = times(matrix, args[0] as number[]);
    } else if (operation === ops.constructPath && args[0] !== ops.endPath) {
      for (const path of args[1] as unknown[]) if (path instanceof Float32Array) draw(path, matrix, rules);
    }
  }
  return rules;
}

function times([a, b, c, d, e, f]: Matrix, [g = 1, h = 0, i = 0, j = 1, k = 0, l = 0]: readonly number[]): Matrix {
  return [a * g + c * h, b * g + d * h, a * i + c * j, b * i + d * j, a * k + c * l + e, b * k + d * l + f];
}

/** Codes of the library's paths: 0 move, 1 line, 2 and 3 curves, 4 close. */
function draw(path: Float32Array, [a, b, c, d, e, f]: Matrix, rules: Rules): void {
  let start: [number, number] = [0, 0];
  let here: [number, number] = [0, 0];
  const point = (at: number): [number, number] => {
    const [x = 0, y = 0] = [path[at], path[at + 1]];
    return [a * x + c * y + e, b * x + d * y + f];
  };
  const line = (to: [number, number]) => {
    const [dx, dy] = [Math.abs(to[0] - here[0]), Math.abs(to[1] - here[1])];
    if (dy < 1 && dx > 6) rules.level.push({ at: to[1], from: Math.min(to[0], here[0]), to: Math.max(to[0], here[0]) });
    else if (dx < 1 && dy > 6)
      rules.upright.push({ at: to[0], from: Math.min(to[1], here[1]), to: Math.max(to[1], here[1]) });
    here = to;
  };
  for (let at = 0; at < path.length;) {
    const code = path[at];
    if (code === 0) {
      start = here = point(at + 1);
      at += 3;
    } else if (code === 1) {
      line(point(at + 1));
      at += 3;
    } else if (code === 2) {
      here = point(at + 5);
      at += 7;
    } else if (code === 3) {
      here = point(at + 3);
      at += 5;
    } else {
      line(start);
      at += 1;
    }
  }
}

const near = 3;

/** The tables that the lines make, as rows of tab-parted cells, and the pieces of text outside them. */
export function ruledTables(pieces: readonly Piece[], rules: Rules): { rows: TableRowText[]; rest: Piece[] } {
  const rows: TableRowText[] = [];
  let rest = pieces.flatMap((piece) => splitAtRules(piece, rules.upright));
  for (const table of meeting(rules)) {
    const xs = places(table.upright);
    const ys = places(table.level).reverse();
    if (xs.length < 3 || ys.length < 2) continue;
    const inside = rest.filter((piece) => slot(xs, centre(piece)) >= 0 && slot(ys, piece.y + piece.size * 0.35) >= 0);
    if (inside.length === 0) continue;
    rest = rest.filter((piece) => !inside.includes(piece));
    rows.push(...rowsOf(inside, xs, ys, table));
  }
  return { rows, rest };
}

/** The library joins what stands close on one line, with a space between: two cells are two pieces. */
function splitAtRules(piece: Piece, upright: readonly Rule[]): Piece[] {
  const words = piece.text.split(/\s+/).filter((word) => word !== '');
  const level = piece.y + piece.size * 0.35;
  const crossed = upright.some(
    ({ at, from, to }) => at > piece.x + 1 && at < piece.x + piece.width - 1 && from <= level && to >= level,
  );
  if (!crossed || words.length < 2) return [piece];
  const widths = words.map(
    (word) => [...word].reduce((sum, char) => sum + (char > '\u2e80' ? 1 : 0.5), 0) * piece.size,
  );
  const set = widths.reduce((sum, width) => sum + width, 0);
  const scale = Math.min(1, piece.width / set);
  const gap = Math.max(0, piece.width - set * scale) / (words.length - 1);
  let { x } = piece;
  return words.map((text, index) => {
    const width = (widths[index] ?? 0) * scale;
    const one = { ...piece, text, x, width };
    x += width + gap;
    return one;
  });
}

const centre = ({ x, width }: Piece): number => x + width / 2;

/** Lines that touch belong to one table. */
function meeting({ level, upright }: Rules): Rules[] {
  const all = [...level.map((rule) => ({ rule, isLevel: true })), ...upright.map((rule) => ({ rule, isLevel: false }))];
  const group = all.map((_, index) => index);
  const root = (index: number): number => {
    let at = index;
    while (group[at] !== at) at = group[at] ?? at;
    return at;
  };
  for (const [index, one] of all.entries()) {
    if (!one.isLevel) continue;
    for (const [other, two] of all.entries()) {
      if (two.isLevel) continue;
      const touches =
        two.rule.at >= one.rule.from - near &&
        two.rule.at <= one.rule.to + near &&
        one.rule.at >= two.rule.from - near &&
        one.rule.at <= two.rule.to + near;
      if (touches) group[root(other)] = root(index);
    }
  }
  const tables = new Map<number, Rules>();
  for (const [index, { rule, isLevel }] of all.entries()) {
    const table = tables.get(root(index)) ?? { level: [], upright: [] };
    (isLevel ? table.level : table.upright).push(rule);
    tables.set(root(index), table);
  }
  return [...tables.values()];
}

function places(rules: readonly Rule[]): number[] {
  const found: number[] = [];
  for (const at of rules.map((rule) => rule.at).sort((a, b) => a - b))
    if (found.length === 0 || at - (found.at(-1) ?? 0) > near) found.push(at);
  return found;
}

/** Between which two lines; the lines go up or down. */
function slot(lines: readonly number[], at: number): number {
  for (let index = 0; index + 1 < lines.length; index++) {
    const [one = 0, other = 0] = [lines[index], lines[index + 1]];
    if (at >= Math.min(one, other) && at < Math.max(one, other)) return index;
  }
  return -1;
}

function rowsOf(pieces: readonly Piece[], xs: readonly number[], ys: readonly number[], table: Rules): TableRowText[] {
  const width = xs.length - 1;
  const height = ys.length - 1;
  const mid = (lines: readonly number[], index: number) => ((lines[index] ?? 0) + (lines[index + 1] ?? 0)) / 2;
  const parted = (rules: readonly Rule[], at: number, across: number) =>
    rules.some((rule) => Math.abs(rule.at - at) <= near && rule.from - near <= across && rule.to + near >= across);
  // Each place of the grid belongs to the cell whose first place it is joined with.
  const owner = Array.from({ length: width * height }, (_, index) => index);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const here = row * width + column;
      const left = here - 1;
      const above = here - width;
      if (column > 0 && !parted(table.upright, xs[column] ?? 0, mid(ys, row))) owner[here] = owner[left] ?? here;
      else if (row > 0 && !parted(table.level, ys[row] ?? 0, mid(xs, column))) owner[here] = owner[above] ?? here;
    }
  }
  const held = new Map<number, Piece[]>();
  for (const piece of pieces) {
    const at = slot(ys, piece.y + piece.size * 0.35) * width + slot(xs, centre(piece));
    const cell = owner[at] ?? at;
    held.set(cell, [...(held.get(cell) ?? []), piece]);
  }
  const texts = new Map<number, string>();
  for (const [cell, own] of held) {
    const columns = owner.flatMap((one, index) => (one === cell ? [index % width] : []));
    const room = (xs[Math.max(...columns) + 1] ?? 0) - (xs[Math.min(...columns)] ?? 0);
    texts.set(cell, cellText(own, room));
  }
  return Array.from({ length: height }, (_, row) => ({
    y: ys[row] ?? 0,
    text: Array.from({ length: width }, (_unused, column) => {
      const cell = owner[row * width + column] ?? 0;
      // A cell over several rows is repeated in each, one over several columns stands in the first.
      return cell % width === column ? (texts.get(cell) ?? '') : '';
    }).join('\t'),
  })).filter(({ text }) => text.trim() !== '');
}

/** Lines that fill the cell go on in the next; a shorter one was ended by hand. */
function cellText(pieces: readonly Piece[], room: number): string {
  const lines: Piece[][] = [];
  for (const piece of [...pieces].sort((a, b) => b.y - a.y || a.x - b.x)) {
    const line = lines.at(-1);
    if (line?.[0] !== undefined && Math.abs(line[0].y - piece.y) < piece.size * 0.5) line.push(piece);
    else lines.push([piece]);
  }
  let text = '';
  for (const [index, line] of lines.entries()) {
    const first = line[0];
    const last = line.at(-1);
    text += line.map((piece) => piece.text.trim()).join('');
    if (first === undefined || last === undefined || index === lines.length - 1) continue;
    const full = room - (last.x + last.width - first.x) < first.size + 14;
    text += full || /[、，；]$/.test(text) ? '' : '\v';
  }
  return text;
}
