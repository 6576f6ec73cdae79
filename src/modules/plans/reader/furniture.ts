import type { Line } from './glyphs.ts';

/** Page numbers, running heads and feet: lines that belong to the paper, not to the text. */
export function furniture(lines: readonly Line[]): Line[] {
  const numbers = lines.map((line) => isPageNumber(line.text));
  const repeated = runningHeads(lines, numbers);
  const kept: Line[] = [];
  let dropped = false;
  for (const [index, line] of lines.entries()) {
    if (numbers[index] || repeated.has(index) || (isBareNumber(line.text) && standsAtPage(lines, index))) {
      dropped = true;
      continue;
    }
    kept.push(dropped ? { ...line, blankBefore: true, pageBefore: true } : line);
    dropped = false;
  }
  return kept;
}

const isPageNumber = (text: string): boolean =>
  /^[-—–·~_]+\d{1,4}[-—–·~_]+$/.test(text) ||
  /^第\d{1,4}页(?:[，/]?共\d{1,4}页)?$/.test(text) ||
  /^共\d{1,4}页(?:[，/]?第\d{1,4}页)?$/.test(text) ||
  /^\d{1,3}\/\d{1,3}$/.test(text) ||
  /^[Pp]age\d{1,4}(?:of\d{1,4})?$/i.test(text.replaceAll(' ', ''));

const isBareNumber = (text: string): boolean => /^\d{1,3}$/.test(text);

/** A lone number is a page number next to a page break, or inside a sentence that goes on behind it. */
function standsAtPage(lines: readonly Line[], index: number): boolean {
  const line = lines[index];
  const next = lines[index + 1];
  const before = lines[index - 1];
  if (line?.cells !== null || before?.cells || next?.cells) return false;
  if (line.pageBefore || next?.pageBefore) return true;
  if (before === undefined || next === undefined) return true;
  return !/[。；：！？）]$/.test(before.text) && before.text.length > 12 && line.blankBefore && next.blankBefore;
}

function runningHeads(lines: readonly Line[], numbers: readonly boolean[]): Set<number> {
  const places = new Map<string, number[]>();
  for (const [index, { text, cells }] of lines.entries()) {
    if (
      cells !== null ||
      text.length > 45 ||
      /[：。；，]/.test(text) ||
      /^[（\d]|^[一二三四五六七八九十]+、/.test(text)
    )
      continue;
    places.set(text, [...(places.get(text) ?? []), index]);
  }
  const found = new Set<number>();
  for (const indexes of places.values()) {
    if (indexes.length < 3) continue;
    const atPage = indexes.filter(
      (index) => lines[index]?.pageBefore || lines[index + 1]?.pageBefore || numbers[index - 1] || numbers[index + 1],
    );
    // The first is the title itself.
    if (atPage.length >= indexes.length - 1) for (const index of atPage) found.add(index);
  }
  return found;
}
