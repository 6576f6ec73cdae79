import type { Matters, Screening } from './definition.ts';

/** What a text sounds like besides a request to the hotline: an emergency, or a matter with a legal way of its own. */

export interface Hint {
  id: string;
  kind: 'emergency' | 'elsewhere';
  name: string;
  /** A number to call, or the legal way. */
  channel: string;
  text: string;
  source: string;
  /** The words that were found. */
  words: string[];
}

/** Words may be joined with `+`: all of them must be there. Emergencies come first. */
export function screen(text: string, screening: Screening): Hint[] {
  const plain = flat(text);
  const found = (words: readonly string[]) => words.filter((word) => holds(plain, word));
  const emergencies = screening.emergencies.map((one) => ({
    id: one.id,
    kind: 'emergency' as const,
    name: one.name,
    channel: one.number,
    text: one.text,
    source: one.source,
    words: found(one.words),
  }));
  const elsewhere = screening.elsewhere.map((one) => ({
    id: one.id,
    kind: 'elsewhere' as const,
    name: one.name,
    channel: one.channel,
    text: one.text,
    source: one.source,
    words: found(one.words),
  }));
  return [...emergencies, ...elsewhere].filter(({ words }) => words.length > 0);
}

/** A matter with statutory terms of its own, or null. */
export function matterIn(text: string, matters: Matters): Matters[number] | null {
  const plain = flat(text);
  return matters.find(({ words }) => words.some((word) => holds(plain, word))) ?? null;
}

function holds(plain: string, word: string): boolean {
  return word.split('+').every((part) => plain.includes(part));
}

function flat(text: string): string {
  return text.replace(/\s/g, '');
}
