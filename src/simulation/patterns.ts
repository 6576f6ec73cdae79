import type { Random } from './random.ts';

/**
 * A text that a form's pattern accepts. Reads what such patterns are made of: literals, `\d`, classes, `{m,n}`, `?`, `+`,
 * `*`; groups and alternatives are not needed for numbers of papers and give a plain error.
 */
export function textLike(pattern: string, random: Random): string {
  const source = pattern.replace(/^\^|\$$/g, '');
  const piece = /\\d|\\(.)|\[([^\]]+)\]|([^\\[\](){}|?*+])/uy;
  const count = /\{(\d+)(?:,(\d*))?\}|([?*+])/uy;
  let made = '';
  let at = 0;
  while (at < source.length) {
    piece.lastIndex = at;
    const found = piece.exec(source);
    if (found === null) throw new Error(`pattern ${pattern} is beyond this reader at ${at}`);
    at = piece.lastIndex;
    const signs =
      found[0] === '\\d' ? digits : found[2] !== undefined ? signsOf(found[2]) : [found[1] ?? found[3] ?? ''];
    count.lastIndex = at;
    const times = count.exec(source);
    if (times !== null) at = count.lastIndex;
    for (let left = repeats(times, random); left > 0; left -= 1) made += random.pick(signs);
  }
  return made;
}

const digits = [...'0123456789'];

function signsOf(inside: string): string[] {
  const expanded = inside.replace('\\d', '0-9').replace(/(.)-(.)/gu, (_, from: string, to: string) => {
    const [first = 0, last = 0] = [from.codePointAt(0), to.codePointAt(0)];
    return Array.from({ length: last - first + 1 }, (_unused, index) => String.fromCodePoint(first + index)).join('');
  });
  return [...expanded];
}

function repeats(found: RegExpExecArray | null, random: Random): number {
  if (found === null) return 1;
  const [, least, most, sign] = found;
  if (sign !== undefined) return sign === '?' ? random.whole(0, 1) : random.whole(sign === '+' ? 1 : 0, 4);
  const from = Number(least);
  const to = found[0].includes(',') ? Number(most === '' || most === undefined ? from + 4 : most) : from;
  return random.whole(from, to);
}
