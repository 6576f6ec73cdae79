import { isDigit, isHan, readCharacter } from './characters.ts';

/**
 * The text as readable characters in lines, each character with the place in the raw text it came from. White space between
 * Chinese characters is damage and goes, but that it was there is kept (`gap`): in a table cell it separates two names.
 */
export interface Glyph {
  char: string;
  from: number;
  to: number;
  gap: boolean;
}

export interface Line {
  glyphs: Glyph[];
  text: string;
  /** White space before the first character, in character widths. */
  indent: number;
  blankBefore: boolean;
  pageBefore: boolean;
  /** Cells, where the line is a row of a table. */
  cells: Glyph[][] | null;
  /** The cells are parted by white space only: a row where its neighbours agree. */
  spaced: boolean;
  /** What wide white space parts, each with its place in the line in half-widths. */
  pieces: { at: number; glyphs: Glyph[] }[];
  number: number;
}

export type Damage = 'bold-marks' | 'doubled-character' | 'traditional-characters' | 'mixed-brackets';

export interface Lines {
  lines: Line[];
  damage: { at: number; kind: Damage }[];
}

/** Inside a cell, where the original breaks the line without leaving the cell. */
export const cellBreak = '\v';

export function readLines(raw: string): Lines {
  const lines: Line[] = [];
  const damage: Lines['damage'] = [];
  let number = 0;
  let blank = false;
  let page = false;
  let start = 0;
  while (start <= raw.length) {
    let end = start;
    while (end < raw.length && !'\n\r\f\u2029'.includes(raw[end] ?? '')) end++;
    const line = readLine(raw, start, end, damage);
    if (raw[end] === '\n' || raw[end] === '\r' || end === raw.length) number++;
    if (line === null) blank = true;
    else {
      lines.push({ ...line, blankBefore: blank, pageBefore: page, number });
      blank = false;
      page = false;
    }
    if (raw[end] === '\f') page = true;
    start = end + (raw[end] === '\r' && raw[end + 1] === '\n' ? 2 : 1);
  }
  return { lines, damage };
}

/** Half-widths a character takes in a text aligned by hand. */
const widthOf = (char: string): number => ((char.codePointAt(0) ?? 0) > 0x2000 ? 2 : 1);

const spaces = new Set(' \t\u00a0\u3000\u2002\u2003\u2009\u200a\u202f\u2028\v');
const nothing = /[\u200b-\u200f\u2060\ufeff\u00ad\u202a-\u202e\u0000-\u0008\u000e-\u001f]/;

function readLine(raw: string, start: number, end: number, damage: Lines['damage']) {
  let from = start;
  let indent = 0;
  // Empty first cells of a row are cells; a tab before a paragraph is an indent.
  const emptyCells = /^\t+(?=[^\t]+\t)/.test(raw.slice(start, end));
  while (!emptyCells && from < end && (spaces.has(raw[from] ?? '') || nothing.test(raw[from] ?? ''))) {
    indent += raw[from] === '\u3000' || raw[from] === '\t' ? 2 : 1;
    from++;
  }
  // Markdown: headings, quotations, list points.
  const mark = /^(?:#{1,6}\s+|>\s+|[-*+]\s+(?=\S))+/.exec(raw.slice(from, Math.min(end, from + 40)));
  if (mark && !/^-\s+\d+\s+-/.test(raw.slice(from, end))) from += mark[0].length;
  const body = raw.slice(from, end);
  const pipes = /^\s*\|.*\|/.test(body) || (body.match(/[|│┃｜]/g)?.length ?? 0) >= 2;
  const tabs = (body.trim().match(/\t/g)?.length ?? 0) >= 1;
  if (/^[\s─━═┄┈]*[┼├┤┌┐└┘┬┴╔╗╚╝╠╣╬╦╩][\s─━═┄┈┼├┤┌┐└┘┬┴╔╗╚╝╠╣╬╦╩]*$/.test(body)) return null;
  if (pipes && /^[\s|:+\-─━┼├┤┌┐└┘┬┴│=]+$/.test(body)) return null;
  const spaced = !pipes && !tabs && (body.trim().match(/(?<=\S)(?: {2,}|\u3000{2,})(?=\S)/g)?.length ?? 0) >= 2;
  const glyphs: Glyph[] = [];
  const cells: Glyph[][] = [[]];
  const starts: number[] = [];
  const parted: Glyph[][] = [];
  let column = 0;
  let wide = 2;
  let gap = false;
  for (const char of raw.slice(start, from)) column += widthOf(char);
  for (let index = from; index < end;) {
    const point = raw.codePointAt(index) ?? 0;
    const char = String.fromCodePoint(point);
    const to = index + char.length;
    if (spaces.has(char)) wide += widthOf(char);
    const place = column;
    column += widthOf(char);
    const cellEnd = (pipes && '|│┃｜'.includes(char)) || (tabs && char === '\t');
    if (cellEnd) {
      cells.push([]);
      gap = true;
    } else if (/^<br\s*\/?>/i.test(raw.slice(index, index + 8))) {
      const length = /^<br\s*\/?>/i.exec(raw.slice(index, index + 8))?.[0].length ?? 4;
      push({ char: cellBreak, from: index, to: index + length, gap: true });
      index += length;
      continue;
    } else if (raw.startsWith('&nbsp;', index)) {
      gap = true;
      index += 6;
      continue;
    } else if (char === '\v' || char === '\u2028') {
      push({ char: cellBreak, from: index, to, gap: true });
    } else if (spaced && /^(?: {2,}|\u3000{2,})/.test(raw.slice(index, index + 2))) {
      if (cells.at(-1)?.length !== 0) cells.push([]);
      gap = true;
    } else if (spaces.has(char)) gap = true;
    else if (nothing.test(char)) {
      // Nothing to see.
    } else if ((char === '*' && (raw[to] === '*' || raw[index - 1] === '*')) || raw.startsWith('__', index)) {
      damage.push({ at: index, kind: 'bold-marks' });
      if (char === '_') {
        index += 2;
        continue;
      }
    } else {
      const read = readCharacter(char);
      if (read !== char && isHan(char) && isHan(read)) damage.push({ at: index, kind: 'traditional-characters' });
      for (const part of read) push({ char: part, from: index, to, gap }, place);
      gap = false;
    }
    index = to;
  }
  const isRow = (pipes || tabs || spaced) && cells.filter((cell) => cell.length > 0).length + (pipes ? 1 : 0) > 1;
  if (pipes && isRow) {
    if ((cells[0]?.length ?? 0) === 0) cells.shift();
    if ((cells.at(-1)?.length ?? 0) === 0) cells.pop();
  }
  if (glyphs.length === 0) return null;
  const settled = single(settle(glyphs), damage);
  return {
    glyphs: settled,
    text: textOf(settled),
    indent,
    cells: isRow ? cells.map((cell) => single(settle(cell), [])) : null,
    spaced,
    pieces: parted.map((piece, index) => ({
      at: starts[index] ?? 0,
      glyphs: parted.length === 1 ? settled : settle(piece),
    })),
  };

  function push(glyph: Glyph, place = 0): void {
    if (wide >= 2) {
      starts.push(place);
      parted.push([]);
    }
    wide = 0;
    parted.at(-1)?.push(glyph);
    glyphs.push(glyph);
    cells.at(-1)?.push(glyph);
  }
}

const doubledWords =
  /牵(?=牵头)|头(?=头(?:单位|部门|[，。；、）：]|$))|配(?=配合)|合(?=合(?:单位|部门|[，。；）：]|$))|负(?=负责)|责(?=责任[^任]|责[，。；）]|责$)|任(?=任单位|任部门)|(?<![清名订])单(?=单位)|位(?=位：)|(?<![全内外本])部(?=部门)|门(?=门：)|时(?=时限)|限(?=限：)|：(?=：)|、(?=、)|，(?=，)|。(?=。)/g;

/** 牵牵头, 配合合, ：：: a character of the words of the trade was set twice. */
function single(glyphs: Glyph[], damage: Lines['damage']): Glyph[] {
  const text = textOf(glyphs);
  if (!/(.)\1/su.test(text) || text.length !== glyphs.length) return glyphs;
  const drop = new Set([...text.matchAll(doubledWords)].map(({ index }) => index));
  for (const index of drop)
    if (isHan(text[index])) damage.push({ at: glyphs[index + 1]?.from ?? 0, kind: 'doubled-character' });
  return drop.size === 0 ? glyphs : glyphs.filter((_, index) => !drop.has(index));
}

export const textOf = (glyphs: readonly Glyph[]): string => glyphs.map(({ char }) => char).join('');

/**
 * What needs its neighbours: half-width commas and colons are full-width between Chinese characters, not inside 1,000 or
 * 9:30; a space between two Latin words stays one.
 */
function settle(glyphs: readonly Glyph[]): Glyph[] {
  const out: Glyph[] = [];
  for (const [index, glyph] of glyphs.entries()) {
    const before = out.at(-1)?.char;
    const after = glyphs[index + 1]?.char;
    let { char } = glyph;
    if (char === ',' || char === ';' || char === ':' || char === '!' || char === '?') {
      const inNumber =
        isDigit(before) &&
        isDigit(after) &&
        glyph.gap === false &&
        (char !== ',' || /^\d{3}(?!\d)/.test(following(index)));
      const inLatin = /[A-Za-z/]/.test(after ?? '') && /[A-Za-z0-9]/.test(before ?? '');
      if (!inNumber && !inLatin) char = full[char] ?? char;
    } else if (char === '"' && (isHan(before) || isHan(after))) {
      char = quotesOpen(out) ? '”' : '“';
    }
    char = misread[char]?.(before, after) ?? char;
    if (glyph.gap && before !== undefined && /[A-Za-z]/.test(before) && /[A-Za-z]/.test(char)) {
      out.push({ char: ' ', from: glyph.from - 1, to: glyph.from, gap: false });
    }
    out.push(char === glyph.char ? glyph : { ...glyph, char });
  }
  return out;

  function following(index: number): string {
    return textOf(glyphs.slice(index + 1, index + 5));
  }
}

/** l0个工作曰, 2O23年, 12月未: what recognition confuses, where the neighbours leave no doubt. */
const misread: Record<string, (before: string | undefined, after: string | undefined) => string | undefined> = {
  O: (before, after) => (isDigit(before) && figureGoesOn.test(after ?? '') ? '0' : undefined),
  o: (before, after) => (isDigit(before) && figureGoesOn.test(after ?? '') ? '0' : undefined),
  l: (before, after) => (figureGoesOn.test(after ?? '') && !/[A-Za-z]/.test(before ?? '') ? '1' : undefined),
  I: (before, after) => (figureGoesOn.test(after ?? '') && !/[A-Za-z]/.test(before ?? '') ? '1' : undefined),
  曰: (before) => (isDigit(before) || before === '作' || before === '然' ? '日' : undefined),
  未: (before, after) =>
    /[年月度]/.test(before ?? '') && (after === undefined || /[前，。；）]/.test(after)) ? '末' : undefined,
};
const figureGoesOn = /[\dOolI%年月日曰天个家项次件户万亿元小分亩人名条场]/;

const full: Record<string, string> = { ',': '，', ';': '；', ':': '：', '!': '！', '?': '？' };

function quotesOpen(glyphs: readonly Glyph[]): boolean {
  let open = false;
  for (const { char } of glyphs) {
    if (char === '“') open = true;
    else if (char === '”') open = false;
  }
  return open;
}
