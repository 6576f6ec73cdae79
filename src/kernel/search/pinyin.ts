import { pinyin, polyphonic } from 'pinyin-pro';

/**
 * The pinyin channel: every name (title or alias) as a row of syllables with their readings, and a matcher that lets a
 * query mix full syllables and initials (`yyzz`, `yingyezz`, `yingye zhi`). Names are few and short, so a query walks all
 * of them; a letter mask per position turns almost every start away at once.
 */
export interface PinyinNames {
  /** Document of each name. */
  documentOf: Int32Array;
  /** 0 for the title, then the aliases in order. */
  ordinalOf: Uint16Array;
  /** First position of each name, plus one past the last. */
  nameStart: Int32Array;
  /** Letters a position can start with; bit 26 stands for any digit. */
  firstLetters: Int32Array;
  /** First reading of each position, plus one past the last. */
  readingStart: Int32Array;
  readings: Uint16Array;
  syllables: readonly string[];
}

export interface PinyinMatch {
  document: number;
  /** 0..1: how well the letters stand for the name they were found in. */
  strength: number;
  ordinal: number;
}

export function indexNames(names: Iterable<{ document: number; ordinal: number; text: string }>): PinyinNames {
  const documentOf: number[] = [];
  const ordinalOf: number[] = [];
  const nameStart: number[] = [0];
  const firstLetters: number[] = [];
  const readingStart: number[] = [0];
  const readings: number[] = [];
  const syllables: string[] = [];
  const idOf = new Map<string, number>();

  for (const name of names) {
    for (const options of readingsOf(name.text)) {
      let mask = 0;
      for (const syllable of options) {
        let id = idOf.get(syllable);
        if (id === undefined) {
          id = syllables.push(syllable) - 1;
          idOf.set(syllable, id);
        }
        readings.push(id);
        mask |= letterBit(syllable.charCodeAt(0));
      }
      firstLetters.push(mask);
      readingStart.push(readings.length);
    }
    documentOf.push(name.document);
    ordinalOf.push(name.ordinal);
    nameStart.push(firstLetters.length);
  }
  return {
    documentOf: Int32Array.from(documentOf),
    ordinalOf: Uint16Array.from(ordinalOf),
    nameStart: Int32Array.from(nameStart),
    firstLetters: Int32Array.from(firstLetters),
    readingStart: Int32Array.from(readingStart),
    readings: Uint16Array.from(readings),
    syllables,
  };
}

/** Whether letters can be pinyin at all: at least two, at least one of them a letter, not absurdly long. */
export function mayBePinyin(letters: string): boolean {
  return letters.length >= 2 && letters.length <= longestQuery && /^[a-z0-9]+$/.test(letters) && /[a-z]/.test(letters);
}

/** Every name in which the letters stand, best start only. `letters` must satisfy `mayBePinyin`. */
export function matchPinyin(names: PinyinNames, letters: string, found: (match: PinyinMatch) => void): void {
  const wanted = letterBit(letters.charCodeAt(0));
  const walk: Walk = { names, letters, end: 0, origin: 0, full: 0, last: 0 };
  for (let name = 0; name < names.documentOf.length; name += 1) {
    const start = names.nameStart[name] ?? 0;
    const end = names.nameStart[name + 1] ?? start;
    let best = 0;
    for (let at = start; at < end; at += 1) {
      if (((names.firstLetters[at] ?? 0) & wanted) === 0) continue;
      walk.end = end;
      walk.origin = at;
      generation += 1;
      if (!consume(walk, at, 0, 0)) continue;
      const used = walk.last - at;
      // Whole syllables say more than initials, an early start more than a late one, a name used up more than a part.
      const precision = 0.7 + 0.3 * (walk.full / used);
      const position = at === start ? 1 : 0.9;
      const strength = precision * position * (0.6 + 0.4 * (used / (end - start)));
      if (strength > best) best = strength;
    }
    if (best > 0) {
      found({ document: names.documentOf[name] ?? 0, ordinal: names.ordinalOf[name] ?? 0, strength: best });
    }
  }
}

interface Walk {
  names: PinyinNames;
  letters: string;
  end: number;
  origin: number;
  /** Filled on success. */
  full: number;
  last: number;
}

const longestQuery = 60;
/** Dead ends of the current start, stamped instead of cleared: keeps `aaaaaaaa` against 阿阿阿阿 polynomial. */
const deadEnds = new Int32Array(64 * 64);
let generation = 0;

function consume(walk: Walk, at: number, letter: number, full: number): boolean {
  const { names, letters } = walk;
  if (letter === letters.length) {
    walk.full = full;
    walk.last = at;
    return true;
  }
  const depth = at - walk.origin;
  if (at >= walk.end || depth >= 64) return false;
  const key = depth * 64 + letter;
  if (deadEnds[key] === generation) return false;

  const from = names.readingStart[at] ?? 0;
  const to = names.readingStart[at + 1] ?? from;
  for (let reading = from; reading < to; reading += 1) {
    const syllable = names.syllables[names.readings[reading] ?? 0] ?? '';
    if (syllable.charCodeAt(0) !== letters.charCodeAt(letter)) continue;
    if (letters.startsWith(syllable, letter)) {
      if (consume(walk, at + 1, letter + syllable.length, full + 1)) return true;
    } else if (syllable.startsWith(letters.slice(letter))) {
      walk.full = full + (letters.length - letter) / syllable.length;
      walk.last = at + 1;
      return true;
    }
    const hasDoubleInitial = syllable.charCodeAt(1) === 104 && 'zcs'.includes(syllable.charAt(0));
    if (hasDoubleInitial && letters.charCodeAt(letter + 1) === 104 && consume(walk, at + 1, letter + 2, full))
      return true;
    if (consume(walk, at + 1, letter + 1, full)) return true;
  }
  deadEnds[key] = generation;
  return false;
}

function letterBit(code: number): number {
  return code >= 97 && code <= 122 ? 1 << (code - 97) : 1 << 26;
}

/** The readings of each character that can be typed; the one that fits the context comes first. */
function readingsOf(text: string): string[][] {
  const plain = text.normalize('NFKC').toLowerCase();
  const chars = [...plain].filter((char) => /[\p{Script=Han}a-z0-9]/u.test(char));
  const inContext = pinyin(chars.join(''), { toneType: 'none', type: 'array', v: true });
  const aligned = inContext.length === chars.length;
  const positions: string[][] = [];
  chars.forEach((char, at) => {
    const own = /[a-z0-9]/.test(char) ? [char] : commonReadings(char);
    const context = aligned ? spellings(inContext[at] ?? '') : [];
    const options = [...new Set([...context, ...own])];
    if (options.length > 0) positions.push(options);
  });
  return positions;
}

const readingCache = new Map<string, string[]>();

function commonReadings(char: string): string[] {
  const cached = readingCache.get(char);
  if (cached !== undefined) return cached;
  const all = polyphonic(char, { toneType: 'none', type: 'array' })[0] ?? [];
  const readings = [...new Set(all.flatMap(spellings))].slice(0, 6);
  readingCache.set(char, readings);
  return readings;
}

/** ü is typed v in an input method, u by habit and yu in a passport. */
function spellings(syllable: string): string[] {
  const letters = syllable.toLowerCase().replace(/ü/g, 'v');
  if (!/^[a-z0-9]+$/.test(letters)) return [];
  if (!/^[nl]v/.test(letters)) return [letters];
  return [letters, letters.replace('v', 'u'), letters.replace('v', 'yu')];
}
