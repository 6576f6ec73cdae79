import { circle, type Path, type Segment } from '../seal/path.ts';
import {
  type Face,
  type FaceItem,
  type FacePage,
  type FontFamily,
  type FontWeight,
  type LineItem,
  type QrItem,
  type RectItem,
  type TextItem,
  TextTooLong,
} from './face.ts';
import type { FaceFonts } from './fonts.ts';
import { type Picture, readPicture } from './picture.ts';
import { qrModules } from './qr.ts';
import type { TrueType } from './truetype.ts';

/** A face brought down to what every kind of file can draw: signs of one font on a line, outlines, pictures. */
export interface LaidOutPage {
  width: number;
  height: number;
  shapes: readonly Shape[];
}

export type Shape = TextShape | OutlineShape | PictureShape;

export interface TextShape {
  kind: 'text';
  font: TrueType;
  size: number;
  /** Where the first sign stands; the others by their own distance from it. */
  x: number;
  y: number;
  colour: string;
  opacity: number;
  signs: readonly { sign: string; at: number; width: number }[];
  /** Degrees clockwise around a point. */
  turn: { degrees: number; x: number; y: number } | null;
}

export interface OutlineShape {
  kind: 'outline';
  /** In millimetres on the page, or in the whole numbers of `grid`. */
  outline: Path;
  grid: { x: number; y: number; side: number } | null;
  fill: string | null;
  stroke: string | null;
  thickness: number;
  dash: readonly number[];
  opacity: number;
}

export interface PictureShape {
  kind: 'picture';
  x: number;
  y: number;
  width: number;
  height: number;
  opacity: number;
  picture: Picture;
}

/**
 * Laid out once, however many kinds of file it becomes: a face is not changed after it was made. Throws `MissingGlyph`,
 * `TextTooLong`, `PictureRefused`.
 */
export function layOut(face: Face, fonts: FaceFonts): readonly LaidOutPage[] {
  const known = laidOut.get(face) ?? pagesOf(face, fonts);
  laidOut.set(face, known);
  return known;
}

const laidOut = new WeakMap<Face, readonly LaidOutPage[]>();

function pagesOf(face: Face, fonts: FaceFonts): LaidOutPage[] {
  if (face.pages.length === 0) throw new RangeError('a face has at least one page');
  const pictures = pictureReader();
  return face.pages.map(({ width, height, items }: FacePage) => ({
    width,
    height,
    shapes: items.flatMap((item) => shapesOf(item, fonts, pictures)),
  }));
}

/** The same bytes become one picture, however often they are placed. */
function pictureReader(): (bytes: Uint8Array) => Picture {
  const known: Picture[] = [];
  return (bytes) => {
    const found = known.find((one) => one.bytes === bytes || Buffer.compare(one.bytes, bytes) === 0);
    if (found) return found;
    const picture = readPicture(bytes);
    known.push(picture);
    return picture;
  };
}

function shapesOf(item: FaceItem, fonts: FaceFonts, pictures: (bytes: Uint8Array) => Picture): Shape[] {
  switch (item.kind) {
    case 'text':
      return textShapes(item, fonts);
    case 'line':
      return [outlineOf(lineOf(item), { ...item, fill: null })];
    case 'rect':
      return [outlineOf(rectOf(item), item)];
    case 'path':
      return [outlineOf(item.outline, item)];
    case 'picture':
      return [{ ...item, opacity: item.opacity ?? 1, picture: pictures(item.bytes) }];
    case 'qr':
      return [qrShape(item)];
  }
}

const black = '#000000';

interface Look {
  fill?: string | null;
  stroke?: string;
  thickness?: number;
  dash?: readonly number[];
  opacity?: number;
}

function outlineOf(outline: Path, { fill, stroke, thickness, dash, opacity }: Look): OutlineShape {
  return {
    kind: 'outline',
    outline,
    grid: null,
    fill: fill ?? null,
    stroke: stroke ?? null,
    thickness: thickness ?? 0.25,
    dash: dash ?? [],
    opacity: opacity ?? 1,
  };
}

function lineOf({ x1, y1, x2, y2 }: LineItem): Path {
  return [
    ['M', x1, y1],
    ['L', x2, y2],
  ];
}

function rectOf({ x, y, width, height, radius = 0 }: RectItem): Path {
  const [right, bottom] = [x + width, y + height];
  if (radius <= 0) return [['M', x, y], ['L', right, y], ['L', right, bottom], ['L', x, bottom], ['Z']];
  if (radius * 2 >= width && radius * 2 >= height)
    return circle(x + width / 2, y + height / 2, Math.min(width, height) / 2);
  const r = Math.min(radius, width / 2, height / 2);
  const k = r * 0.4477152502;
  return [
    ['M', x + r, y],
    ['L', right - r, y],
    ['C', right - k, y, right, y + k, right, y + r],
    ['L', right, bottom - r],
    ['C', right, bottom - k, right - k, bottom, right - r, bottom],
    ['L', x + r, bottom],
    ['C', x + k, bottom, x, bottom - k, x, bottom - r],
    ['L', x, y + r],
    ['C', x, y + k, x + k, y, x + r, y],
    ['Z'],
  ];
}

/** One bar for each run of dark modules in a row, drawn on as long as the rows below have the same. */
function qrShape(item: QrItem): OutlineShape {
  const modules = 'modules' in item ? item.modules : qrModules(item.text);
  const outline: Segment[] = [];
  /** From where each bar that still grows comes. */
  const open = new Map<number, number>();
  const close = (key: number, bottom: number) => {
    const top = open.get(key) ?? 0;
    open.delete(key);
    const [from, to] = [Math.floor(key / 1000), key % 1000];
    outline.push(['M', from, top], ['L', to, top], ['L', to, bottom], ['L', from, bottom], ['Z']);
  };
  modules.forEach((row, y) => {
    const runs = runsOf(row);
    for (const key of [...open.keys()]) if (!runs.has(key)) close(key, y);
    for (const key of runs) if (!open.has(key)) open.set(key, y);
  });
  for (const key of [...open.keys()]) close(key, modules.length);
  const grid = { x: item.x, y: item.y, side: item.size / modules.length };
  return { ...outlineOf(outline, { fill: item.colour ?? black }), grid };
}

/** Where the dark runs of a row begin and end, as one number each. */
function runsOf(row: readonly boolean[]): Set<number> {
  const runs = new Set<number>();
  for (let from = 0; from < row.length; from++) {
    if (!row[from]) continue;
    let to = from;
    while (row[to]) to++;
    runs.add(from * 1000 + to);
    from = to;
  }
  return runs;
}

interface Sign {
  sign: string;
  font: TrueType;
  /** As a part of the size. */
  width: number;
}

function textShapes(item: TextItem, fonts: FaceFonts): TextShape[] {
  const { size, lines } = fit(item, fonts);
  const turn = item.rotate ? { degrees: item.rotate, x: item.x, y: item.y } : null;
  return lines.flatMap((line, at) => {
    const y = item.y + at * size * (item.lineHeight ?? 1.5);
    const { x, gap } = place(item, line, size);
    return runs(line, gap / size).map(({ font, from, signs }): TextShape => ({
      kind: 'text',
      font,
      size,
      x: x + from * size,
      y,
      colour: item.colour ?? black,
      opacity: item.opacity ?? 1,
      signs: signs.map(({ sign, at: distance, width }) => ({ sign, at: distance * size, width: width * size })),
      turn,
    }));
  });
}

/** The largest size at which the text keeps to its box. */
function fit(item: TextItem, fonts: FaceFonts): { size: number; lines: Sign[][] } {
  const paragraphs = item.text
    .normalize('NFC')
    .replace(/[\t\r\u00a0]/g, ' ')
    .split('\n')
    .map((text) => signsOf(text, item.font ?? 'serif', item.weight ?? 'regular', fonts));
  const { width: room, size: full } = item;
  if (room === undefined) return { size: full, lines: paragraphs };
  const least = item.leastSize ?? full * 0.6;
  const most = Math.max(item.lines ?? 1, paragraphs.length);
  for (let size = full; size >= least - 1e-9; size -= full * 0.02) {
    const lines = paragraphs.flatMap((paragraph) => breakLines(paragraph, room / size));
    if (lines.length <= most && lines.every((line) => widthOf(line) * size <= room + 1e-6)) return { size, lines };
  }
  throw new TextTooLong(item.text);
}

function signsOf(text: string, family: FontFamily, weight: FontWeight, fonts: FaceFonts): Sign[] {
  return [...text].map((sign) => {
    const font = fonts.pick(family, weight, sign);
    return { sign, font, width: font.advance(sign.codePointAt(0) ?? 0) / font.unitsPerEm };
  });
}

function widthOf(line: readonly Sign[]): number {
  return line.reduce((sum, { width }) => sum + width, 0);
}

/** Chinese breaks anywhere, except before a closing mark and behind an opening one; words and numbers stay whole. */
function breakLines(signs: readonly Sign[], room: number): Sign[][] {
  const lines: Sign[][] = [];
  let line: Sign[] = [];
  for (const word of wordsOf(signs)) {
    if (line.length > 0 && widthOf(line) + widthOf(trimEnd(word)) > room) {
      lines.push(trimEnd(line));
      line = [];
    }
    for (const sign of word) {
      // A word longer than the line is broken after all.
      if (line.length > 0 && widthOf(line) + sign.width > room && sign.sign !== ' ') {
        lines.push(trimEnd(line));
        line = [];
      }
      if (line.length > 0 || sign.sign !== ' ' || lines.length === 0) line.push(sign);
    }
  }
  lines.push(trimEnd(line));
  return lines;
}

function wordsOf(signs: readonly Sign[]): Sign[][] {
  const words: Sign[][] = [];
  for (const sign of signs) {
    const word = words.at(-1);
    const last = word?.at(-1)?.sign;
    if (word && last !== undefined && staysTogether(last, sign.sign)) word.push(sign);
    else words.push([sign]);
  }
  return words;
}

function staysTogether(before: string, after: string): boolean {
  if (opening.includes(before) || closing.includes(after)) return true;
  if (after === ' ') return true;
  return wordSign.test(before) && wordSign.test(after);
}

const opening = '（《「『【〔“‘([<';
const closing = '，。、；：！？）》」』】〕”’…,.;:!?)]>%％℃';
const wordSign = /[\p{Script=Latin}\p{Nd}._/@+\-]/u;

function trimEnd(line: readonly Sign[]): Sign[] {
  let end = line.length;
  while (end > 0 && line[end - 1]?.sign === ' ') end--;
  return line.slice(0, end);
}

/** Where the line begins, and what is put between its signs. */
function place(item: TextItem, line: readonly Sign[], size: number): { x: number; gap: number } {
  const width = widthOf(line) * size;
  const room = item.width ?? 0;
  switch (item.align ?? 'left') {
    case 'left':
      return { x: item.x, gap: 0 };
    case 'center':
      return { x: item.x + (room - width) / 2, gap: 0 };
    case 'right':
      return { x: item.x + room - width, gap: 0 };
    case 'spread':
      return { x: item.x, gap: line.length > 1 ? Math.max(0, room - width) / (line.length - 1) : 0 };
  }
}

function runs(line: readonly Sign[], gap: number) {
  const found: { font: TrueType; from: number; signs: { sign: string; at: number; width: number }[] }[] = [];
  let x = 0;
  for (const { sign, font, width } of line) {
    let run = found.at(-1);
    if (run?.font !== font) found.push((run = { font, from: x, signs: [] }));
    run.signs.push({ sign, at: x - run.from, width });
    x += width + gap;
  }
  return found.filter(({ signs }) => signs.some(({ sign }) => sign !== ' '));
}
