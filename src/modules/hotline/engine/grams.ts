import { normalise, runsOf } from '../../../kernel/search/index.ts';

/**
 * A text as a bag of hashed character n-grams. Chinese needs no word list this way: 社保局 is met by 社保, 保局 and 社保局,
 * and a village nobody has heard of is as good a word as any. An n-gram never crosses punctuation.
 */
export interface Grams {
  hashes: Int32Array;
  counts: Float32Array;
}

export interface GramRange {
  least: number;
  most: number;
}

export function gramsOf(text: string, { least, most }: GramRange): Grams {
  const counts = new Map<number, number>();
  eachGram(text, { least, most }, (hash) => counts.set(hash, (counts.get(hash) ?? 0) + 1));
  return { hashes: Int32Array.from(counts.keys()), counts: Float32Array.from(counts.values()) };
}

/** Calls `gram` for each occurrence with its place in the cleaned text, which is returned. */
export function eachGram(
  text: string,
  { least, most }: GramRange,
  gram: (hash: number, start: number, length: number, isWord: boolean) => void,
): string {
  const clean = cleaned(text);
  for (const run of runsOf(clean)) {
    if (run.kind === 'word') {
      gram(hashOfWord(run.text), run.start, run.text.length, true);
      continue;
    }
    const { text: han, start } = run;
    for (let from = 0; from < han.length; from += 1) {
      let hash = seed;
      for (let length = 1; length <= most && from + length <= han.length; length += 1) {
        hash = Math.imul(hash ^ han.charCodeAt(from + length - 1), 0x01000193);
        hash ^= hash >>> 15;
        if (length >= least || han.length < least) gram(mixed(hash, length), start + from, length, false);
      }
    }
  }
  return clean;
}

/** Nobody's matter takes longer to tell; what is pasted beyond that (whole laws, chat logs) is cut in the middle. */
const longestText = 6000;

export function cleaned(text: string): string {
  const whole =
    text.length <= longestText ? text : `${text.slice(0, longestText * 0.75)}\n${text.slice(-longestText * 0.25)}`;
  return normalise(whole);
}

/** A number counts by its length (a phone, an amount, a year), a short one also by itself (110, 12345, 3路). */
function hashOfWord(word: string): number {
  const shown = /^\d+$/.test(word) && word.length > 5 ? `#${word.length}` : word;
  let hash = seed ^ 0x5bd1e995;
  for (let at = 0; at < shown.length; at += 1) hash = Math.imul(hash ^ shown.charCodeAt(at), 0x01000193);
  return mixed(hash, 9);
}

const seed = 0x811c9dc5 | 0;

/** Spreads the bits, so that the table of numbers may use the lowest ones. */
function mixed(hash: number, length: number): number {
  let bits = Math.imul(hash ^ (length * 0x9e3779b1), 0x85ebca6b);
  bits ^= bits >>> 13;
  bits = Math.imul(bits, 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}
