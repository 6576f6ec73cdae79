import { readNumbering, type Numbering } from './numbering.ts';
import { readLines, textOf, type Damage, type Glyph, type Line } from './glyphs.ts';
import { furniture } from './furniture.ts';
import { tableLines } from './table-lines.ts';
import { looksLikeBody } from './names.ts';
import { labelAt, plainLabels } from './roles.ts';
import type { Span } from './types.ts';

/**
 * The document as one running text: page furniture gone, lines that a page or a width broke joined again, paragraphs
 * separated by a line feed. All reading happens on `text`; `rawSpan` leads back to the characters that were given.
 */
export interface Flow {
  /** As it was given. */
  raw: string;
  text: string;
  blocks: Block[];
  /** White space stood before this character. */
  gapBefore(index: number): boolean;
  rawSpan(from: number, to: number): Span;
  lineAt(index: number): number;
  notes: { at: number; kind: FlowDamage }[];
}

export type FlowDamage = Damage | 'broken-line' | 'page-furniture';

export type Block =
  | { kind: 'text'; from: number; to: number; numbering: Numbering | null; label: boolean; indent: number }
  | { kind: 'row'; table: number; cells: { from: number; to: number }[]; from: number; to: number };

export function readFlow(raw: string): Flow {
  const read = readLines(raw);
  const lines = tableLines(furniture(read.lines.flatMap(unflattened))).map(withColon);
  const shape = shapeOf(lines);
  const glyphs: Glyph[] = [];
  const lineNumbers: number[] = [];
  const blocks: Block[] = [];
  const notes: Flow['notes'] = [];
  const counters = new Map<string, number>();
  let open: { from: number; indent: number; lines: Line[]; numbering: Numbering | null; label: boolean } | null = null;
  let table = 0;
  let inTable = false;

  const put = (glyph: Glyph, line: number) => {
    glyphs.push(glyph);
    lineNumbers.push(line);
  };
  const close = () => {
    if (open === null) return;
    const { from, indent, numbering, label } = open;
    blocks.push({ kind: 'text', from, to: glyphs.length, numbering, label, indent });
    feed();
    open = null;
  };
  const feed = () => {
    const last = glyphs.at(-1);
    put({ char: '\n', from: last?.to ?? 0, to: last?.to ?? 0, gap: false }, lineNumbers.at(-1) ?? 1);
  };

  for (const line of lines) {
    if (line.cells !== null) {
      close();
      if (!inTable) table++;
      inTable = true;
      const from = glyphs.length;
      const cells = line.cells.map((cell) => {
        const start = glyphs.length;
        for (const glyph of cell) put(glyph, line.number);
        const end = glyphs.length;
        feed();
        return { from: start, to: end };
      });
      blocks.push({ kind: 'row', table, cells, from, to: glyphs.length - 1 });
      continue;
    }
    inTable = false;
    const numbering = readNumbering(line.text.slice(0, 24), (index) => line.glyphs[index]?.gap ?? false);
    const label = labelAt(plainLabels(line.text)) !== null;
    const so_far: string = open === null ? '' : textOf(glyphs.slice(open.from));
    if (open !== null && continues(so_far, open, line, numbering, label, shape, counters)) {
      if (line.blankBefore || line.pageBefore) notes.push({ at: glyphs.length, kind: 'broken-line' });
      let rest = line.glyphs;
      if (isDoubled(glyphs, rest, lines)) {
        rest = rest.slice(1);
        notes.push({ at: glyphs.length, kind: 'doubled-character' });
      }
      const [first, ...others] = rest;
      if (first !== undefined) put({ ...first, gap: true }, line.number);
      for (const glyph of others) put(glyph, line.number);
      open.lines.push(line);
      continue;
    }
    close();
    open = { from: glyphs.length, indent: line.indent, lines: [line], numbering, label };
    if (numbering !== null) counters.set(numbering.style, numbering.value);
    for (const glyph of line.glyphs) put(glyph, line.number);
  }
  close();
  for (const { at, kind } of read.damage) {
    const index = firstAt(glyphs, at);
    if (index !== null) notes.push({ at: index, kind });
  }
  const text = textOf(glyphs);
  return {
    raw,
    text,
    blocks,
    notes,
    gapBefore: (index) => glyphs[index]?.gap ?? false,
    lineAt: (index) => lineNumbers[Math.min(index, lineNumbers.length - 1)] ?? 1,
    rawSpan: (from, to) => {
      const first = glyphs[Math.min(from, glyphs.length - 1)];
      const last = glyphs[Math.max(from, to - 1)] ?? glyphs.at(-1);
      return { from: first?.from ?? 0, to: Math.max(first?.from ?? 0, last?.to ?? 0) };
    },
  };
}

const label =
  /^（?(?:(?:省|市|县|区)(?:级|直)?)?(?:牵头|责任|配合|主办|协办|承办|参与|落实)(?:单位|部门)|^（?(?:完成|办结)(?:时限|时间|期限)|^（?(?:责任|牵头|包抓|分管)领导/;

/** 责任单位　县发改局, 责任单位 on a line of its own: the colon that was lost, so that the rest reads them as labels. */
function withColon(line: Line): Line {
  if (line.cells !== null) return line;
  const found = label.exec(line.text)?.[0] ?? '';
  const next = line.glyphs[found.length];
  const last = line.glyphs[found.length - 1];
  if (found === '' || last === undefined) return line;
  if (next !== undefined && !(next.gap && /[\u4e00-\u9fff\d]/.test(next.char))) return line;
  const colon: Glyph = { char: '：', from: last.to, to: last.to, gap: false };
  const glyphs = [...line.glyphs.slice(0, found.length), colon, ...line.glyphs.slice(found.length)];
  return { ...line, glyphs, text: textOf(glyphs) };
}

/** A whole document in one line, its line ends lost: cut before the numbers that count on. */
function unflattened(line: Line): Line[] {
  if (line.cells !== null || line.text.length < 120 || !/一、.*[。；）！]二、/s.test(line.text)) return [line];
  const next = new Map<string, number>();
  const cuts = [0];
  for (const match of line.text.matchAll(
    /(?<=[。；）！”\u4e00-\u9fff])(?=[一二三四五六七八九十]{1,3}、|（[一二三四五六七八九十]{1,3}）|\d{1,3}[.、](?!\d))/g,
  )) {
    const numbering = readNumbering(line.text.slice(match.index, match.index + 12), () => false);
    if (numbering === null) continue;
    const expected = next.get(numbering.style) ?? 1;
    const afterStop = /[。；）！]/.test(line.text[match.index - 1] ?? '');
    if (numbering.value !== expected && !(numbering.value === 1 && afterStop)) continue;
    if (!afterStop && numbering.style !== 'ar' && numbering.style !== 'cnp') continue;
    next.set(numbering.style, numbering.value + 1);
    if (numbering.style === 'cn') next.delete('cnp');
    cuts.push(match.index);
  }
  return cuts.map((from, index) => {
    const glyphs = line.glyphs.slice(from, cuts[index + 1] ?? line.glyphs.length);
    return { ...line, glyphs, text: textOf(glyphs), indent: index === 0 ? line.indent : 0 };
  });
}

interface Shape {
  /** Full width of a hard-wrapped text, or null. */
  wrap: number | null;
  /** Paragraphs begin with an indent. */
  indents: boolean;
}

function shapeOf(lines: readonly Line[]): Shape {
  const prose = lines.filter(({ cells }) => cells === null);
  const counts = new Map<number, number>();
  for (const { text } of prose) counts.set(text.length, (counts.get(text.length) ?? 0) + 1);
  let best = { width: 0, count: 0 };
  for (const width of counts.keys()) {
    if (width < 16) continue;
    const count = [0, -1, -2].reduce((sum, less) => sum + (counts.get(width + less) ?? 0), 0);
    if (count > best.count || (count === best.count && width > best.width)) best = { width, count };
  }
  const unfinished = prose.filter(({ text }) => text.length >= 16 && !isFinished(text)).length;
  const wrapped = best.count >= 5 && best.count >= prose.length * 0.25 && unfinished >= prose.length * 0.2;
  const long = prose.filter(({ text }) => text.length > 20);
  const indented = long.filter(({ indent }) => indent >= 2).length;
  const flush = long.length - indented;
  return { wrap: wrapped ? best.width : null, indents: indented >= 3 && indented >= long.length * 0.2 && flush >= 1 };
}

const isFinished = (text: string): boolean =>
  /[。！？；：…]["”’）》]*$/.test(text) || /[。；][^，]{0,80}[负责牵头配合落实实施完成]）$/.test(text);

function continues(
  soFar: string,
  open: { indent: number; lines: Line[]; numbering: Numbering | null; label: boolean },
  line: Line,
  numbering: Numbering | null,
  label: boolean,
  shape: Shape,
  counters: ReadonlyMap<string, number>,
): boolean {
  const previous = open.lines.at(-1);
  if (/^[，。、；：）》”’！？%]/.test(line.text)) return true;
  // One name a line under a label.
  const vertical = open.label && open.lines.length >= 2 && /：$/.test(open.lines[0]?.text ?? '') && !line.blankBefore;
  if (vertical && line.text.split(/[、，]/).every((name) => looksLikeBody(name) >= 0.85)) return true;
  if (closesDocument.test(line.text)) return false;
  // The number alone on its line: the title follows on the next.
  if (open.numbering !== null && soFar.length <= open.numbering.length && numbering === null && !label) return true;
  // An opening bracket by itself on the line begins an attribution; it goes on with the paragraph it speaks for.
  if (/^（(?:牵头|责任|主办|配合|负责)[^（）]{0,4}(?:单位|部门)?：/.test(line.text)) return true;
  if (/^（[^）]{2,}(?:负责|牵头|配合|落实)/.test(line.text) && /[。；]$/.test(soFar)) return true;
  const depth = openBrackets(soFar);
  if (depth > 0 && soFar.length - soFar.lastIndexOf('（') < 400 && (numbering === null || numbering.weak)) {
    if (!(label && numbering !== null)) return !(open.numbering !== null && soFar.length < 6);
  }
  if (numbering !== null && countsOn(numbering, counters, soFar)) return false;
  if (label) return false;
  if (open.label) return continuesLabel(soFar, open, line, shape);
  if (/[。！？；…]["”’）》]*$/.test(soFar)) return false;
  // …责任单位：⏎县行政审批局: the names stand on the next line.
  if (/(?:单位|部门|时限|时间)：$/.test(soFar)) return looksLikeBody(line.text.split(/[、，；。]/)[0] ?? '') >= 0.6;
  if (/[：]$/.test(soFar)) return false;
  if (/[）]$/.test(soFar) && /[。；）][^。]*(?:负责|牵头|配合|落实|实施|完成|坚持|推进|单位[^）]*)）$/.test(soFar))
    return false;
  if (/[、，]$/.test(soFar)) return true;
  if (openQuotes(soFar) && soFar.length < 2000) return true;
  if (shape.indents && line.indent >= 2) return false;
  const lastWidth = previous?.text.length ?? 0;
  const fullWidth = shape.wrap !== null && lastWidth >= shape.wrap - 2;
  const prose = /[。；]/.test(soFar) || (soFar.length > 40 && /，/.test(soFar));
  if (prose) return shape.wrap === null || fullWidth || lastWidth >= 18 || !line.blankBefore;
  if (open.numbering !== null) return fullWidth && lastWidth >= 20;
  if (shape.wrap !== null) return fullWidth;
  return /[，、]/.test(soFar) && soFar.length > 20 && !looksLikeTitle(soFar);
}

function continuesLabel(soFar: string, open: { lines: Line[] }, line: Line, shape: Shape): boolean {
  const previous = open.lines.at(-1);
  if (/[：、，]$/.test(soFar)) return line.text.length < 200;
  if (/[。；]$/.test(soFar)) return false;
  if (shape.indents && line.indent >= 2) return false;
  const last = soFar.split(/[：、，；]/).at(-1) ?? '';
  if (looksLikeBody(last) > 0.5) return false;
  if (shape.wrap !== null && (previous?.text.length ?? 0) >= shape.wrap - 2) return true;
  // A name cut by the line: 县市场⏎监管局.
  const first = line.text.split(/[、，；。]/)[0] ?? '';
  return !/^[\d底前]/.test(last) && last.length <= 12 && first.length <= 12 && looksLikeBody(last + first) > 0.8;
}

const closesDocument =
  /^(?:抄送|抄报|主送|共印|附件|附：|（此件|（联系人|（联系电话|.{4,30}(?:印发|办公室|人民政府|委员会)$|\d{4}年\d{1,2}月\d{1,2}日(?:印发)?$)/;

const looksLikeTitle = (text: string): boolean => /(?:通知|方案|意见|措施|办法|计划|要点|清单|行动)$/.test(text);

/** In the middle of a sentence digits are numbering only where they go on counting. */
function countsOn(numbering: Numbering, counters: ReadonlyMap<string, number>, soFar: string): boolean {
  const last = counters.get(numbering.style);
  const next = numbering.value === 1 || (last !== undefined && numbering.value === last + 1);
  if (numbering.weak) return next;
  if (/[。！？；：…）]["”’》]*$/.test(soFar)) return true;
  if (/[、，]$/.test(soFar)) return next && last !== undefined && numbering.style !== 'cnp';
  return (
    next ||
    numbering.style === 'cn' ||
    numbering.style === 'cnp' ||
    (last !== undefined && Math.abs(numbering.value - last) <= 3)
  );
}

function openBrackets(text: string): number {
  let depth = 0;
  for (const char of text.slice(-800)) {
    if (char === '（') depth++;
    else if (char === '）') depth = Math.max(0, depth - 1);
  }
  return depth;
}

const openQuotes = (text: string): boolean =>
  text.lastIndexOf('“') > text.lastIndexOf('”') || text.lastIndexOf('《') > text.lastIndexOf('》');

/**
 * 记录市⏎市场主体: the character was set twice at the break. Certain only where it goes with what follows elsewhere in the document
 * and nowhere else with what stands before it.
 */
function isDoubled(glyphs: readonly Glyph[], rest: readonly Glyph[], lines: readonly Line[]): boolean {
  const last = glyphs.at(-1)?.char ?? '';
  const [first, second, third] = rest.map(({ char }) => char);
  if (first !== last || second === undefined || !/[\u4e00-\u9fff]/.test(last) || reduplicated.has(last)) return false;
  // 全市⏎市场: the first belongs to what stands before it.
  const left = `${glyphs.at(-2)?.char ?? ''}${last}`;
  let together = 0;
  let apart = 0;
  for (const { text } of lines) {
    apart += text.split(left).length - 1;
    together += text.split(`${last}${second}${third ?? ''}`).length - 1;
  }
  return apart <= 1 && together >= 2;
}

const reduplicated = new Set('人每天层年月日户家常渐逐步事处时刻纷多慢好看试谈想星点往种样种代方面区镇村');

function firstAt(glyphs: readonly Glyph[], at: number): number | null {
  let low = 0;
  let high = glyphs.length - 1;
  if (high < 0) return null;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((glyphs[middle]?.from ?? 0) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}
