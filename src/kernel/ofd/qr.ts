/**
 * QR codes (GB/T 18284, ISO/IEC 18004) of the middle level M: a seventh of the code may be lost. Texts of the alphanumeric
 * signs take two thirds of the room that others do.
 */
export function qrModules(text: string): boolean[][] {
  const isAlphanumeric = [...text].every((sign) => alphanumerics.includes(sign));
  const bytes = Buffer.from(text, 'utf8');
  const version = versions.find((one) => bitsNeeded(one, isAlphanumeric, text, bytes) <= capacity(one) * 8);
  if (version === undefined) throw new RangeError('too long for a QR code');
  const words = interleave(version, dataWords(version, isAlphanumeric, text, bytes));
  const sheet = sheetOf(version);
  let best: { cells: Uint8Array; score: number } | null = null;
  for (const number of masks.keys()) {
    const cells = masked(sheet, words, number);
    const score = penalty(cells, sheet.side);
    if (best === null || score < best.score) best = { cells, score };
  }
  const { cells } = best ?? sheet;
  return Array.from({ length: sheet.side }, (_, y) =>
    Array.from(cells.subarray(y * sheet.side, (y + 1) * sheet.side), (cell) => cell === 1),
  );
}

/** For screens; the quiet zone is part of it. */
export function qrSvg(text: string): string {
  const modules = qrModules(text);
  const side = modules.length + 8;
  const bars = modules.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x + 4} ${y + 4}h1v1h-1z`] : [])));
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${side} ${side}" shape-rendering="crispEdges">` +
    `<path fill="#fff" d="M0 0h${side}v${side}H0z"/><path d="${bars.join('')}"/></svg>`
  );
}

const alphanumerics = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';
const versions = Array.from({ length: 40 }, (_, at) => at + 1);

/** Level M, by version: check words in each block, and the number of blocks. */
const checkWords = [
  10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26, 26, 28, 28, 28, 28, 28, 28, 28, 28,
  28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28,
];
const blockCounts = [
  1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16, 17, 17, 18, 20, 21, 23, 25, 26, 28, 29, 31, 33, 35,
  37, 38, 40, 43, 45, 47, 49,
];

const masks: readonly ((x: number, y: number) => boolean)[] = [
  (x, y) => (x + y) % 2 === 0,
  (_, y) => y % 2 === 0,
  (x) => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(y / 2) + Math.floor(x / 3)) % 2 === 0,
  (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
];

function capacity(version: number): number {
  return totalWords(version) - (checkWords[version - 1] ?? 0) * (blockCounts[version - 1] ?? 0);
}

function totalWords(version: number): number {
  const side = version * 4 + 17;
  const marks = marksOf(version).length;
  // Everything but the three corners, the two dotted lines, the small marks, and what names the version.
  const small = marks === 0 ? 0 : (marks * marks - 3) * 25 - 2 * (marks - 2) * 5;
  return Math.floor((side * side - 3 * 64 - 2 * (side - 16) - small - 31 - (version >= 7 ? 36 : 0)) / 8);
}

function marksOf(version: number): number[] {
  if (version === 1) return [];
  const count = Math.floor(version / 7) + 2;
  const step = version === 32 ? 26 : Math.ceil((version * 4 + 4) / (count * 2 - 2)) * 2;
  const last = version * 4 + 10;
  return [6, ...Array.from({ length: count - 1 }, (_, at) => last - (count - 2 - at) * step)];
}

function lengthBits(version: number, isAlphanumeric: boolean): number {
  if (isAlphanumeric) return version < 10 ? 9 : version < 27 ? 11 : 13;
  return version < 10 ? 8 : 16;
}

function bitsNeeded(version: number, isAlphanumeric: boolean, text: string, bytes: Buffer): number {
  const content = isAlphanumeric ? Math.floor(text.length / 2) * 11 + (text.length % 2) * 6 : bytes.length * 8;
  return 4 + lengthBits(version, isAlphanumeric) + content;
}

function dataWords(version: number, isAlphanumeric: boolean, text: string, bytes: Buffer): number[] {
  const bits: number[] = [];
  const put = (value: number, count: number) => {
    for (let bit = count - 1; bit >= 0; bit--) bits.push((value >> bit) & 1);
  };
  put(isAlphanumeric ? 2 : 4, 4);
  put(isAlphanumeric ? text.length : bytes.length, lengthBits(version, isAlphanumeric));
  if (isAlphanumeric) {
    const digits = [...text].map((sign) => alphanumerics.indexOf(sign));
    for (let at = 0; at < digits.length; at += 2) {
      const [first = 0, second] = [digits[at], digits[at + 1]];
      if (second === undefined) put(first, 6);
      else put(first * 45 + second, 11);
    }
  } else {
    for (const byte of bytes) put(byte, 8);
  }
  const room = capacity(version) * 8;
  put(0, Math.min(4, room - bits.length));
  put(0, -bits.length & 7);
  for (let pad = 0xec; bits.length < room; pad ^= 0xec ^ 0x11) put(pad, 8);
  return Array.from({ length: room / 8 }, (_, at) =>
    bits.slice(at * 8, at * 8 + 8).reduce((sum, bit) => sum * 2 + bit, 0),
  );
}

function interleave(version: number, data: readonly number[]): number[] {
  const [blocks, checks] = [blockCounts[version - 1] ?? 1, checkWords[version - 1] ?? 0];
  const short = Math.floor(data.length / blocks);
  const longer = data.length % blocks;
  const divisor = generator(checks);
  let at = 0;
  const parts = Array.from({ length: blocks }, (_, block) => {
    const length = short + (block >= blocks - longer ? 1 : 0);
    const part = data.slice(at, at + length);
    at += length;
    return { part, check: remainder(part, divisor) };
  });
  const columns = (pick: (one: (typeof parts)[number]) => readonly number[], count: number) =>
    Array.from({ length: count }, (_, column) =>
      parts.flatMap((one) => {
        const word = pick(one)[column];
        return word === undefined ? [] : [word];
      }),
    ).flat();
  return [...columns(({ part }) => part, short + 1), ...columns(({ check }) => check, checks)];
}

/** Powers of two in the field of 256, twice over, and the way back. */
const powers = new Uint8Array(510);
const logarithms = new Uint8Array(256);
for (let exponent = 0, value = 1; exponent < 255; exponent++) {
  powers[exponent] = powers[exponent + 255] = value;
  logarithms[value] = exponent;
  value = (value << 1) ^ (value & 0x80 ? 0x11d : 0);
}

function multiply(a: number, b: number): number {
  return a === 0 || b === 0 ? 0 : (powers[(logarithms[a] ?? 0) + (logarithms[b] ?? 0)] ?? 0);
}

function generator(degree: number): number[] {
  const factors = [...Array<number>(degree - 1).fill(0), 1];
  for (let step = 0, root = 1; step < degree; step++, root = multiply(root, 2)) {
    for (let at = 0; at < degree; at++) factors[at] = multiply(factors[at] ?? 0, root) ^ (factors[at + 1] ?? 0);
  }
  return factors;
}

function remainder(data: readonly number[], divisor: readonly number[]): number[] {
  const rest = Array<number>(divisor.length).fill(0);
  for (const word of data) {
    const factor = word ^ (rest.shift() ?? 0);
    rest.push(0);
    divisor.forEach((coefficient, at) => (rest[at] = (rest[at] ?? 0) ^ multiply(coefficient, factor)));
  }
  return rest;
}

/** A version before anything is written on it: 1 dark, 0 light, `free` where data go, in their order. */
interface Sheet {
  side: number;
  cells: Uint8Array;
  places: Uint32Array;
  /** For each mask and each place whether it turns the colour. */
  turns: readonly Uint8Array[];
}

const free = 2;
const sheets = new Map<number, Sheet>();

function sheetOf(version: number): Sheet {
  const known = sheets.get(version) ?? newSheet(version);
  sheets.set(version, known);
  return known;
}

function newSheet(version: number): Sheet {
  const side = version * 4 + 17;
  const cells = new Uint8Array(side * side).fill(free);
  const set = (x: number, y: number, dark: boolean) => {
    if (x >= 0 && x < side && y >= 0 && y < side) cells[y * side + x] = dark ? 1 : 0;
  };
  for (let at = 8; at < side - 8; at++) {
    set(at, 6, at % 2 === 0);
    set(6, at, at % 2 === 0);
  }
  for (const [x, y] of [
    [3, 3],
    [side - 4, 3],
    [3, side - 4],
  ] as const) {
    rings(x, y, 4, (ring) => ring !== 2 && ring !== 4, set);
  }
  const marks = marksOf(version);
  const last = marks.length - 1;
  marks.forEach((y, row) =>
    marks.forEach((x, column) => {
      const isCorner = (row === 0 && (column === 0 || column === last)) || (row === last && column === 0);
      if (!isCorner) rings(x, y, 2, (ring) => ring !== 1, set);
    }),
  );
  writeFormat(cells, side, 0);
  if (version >= 7) writeVersion(set, side, version);
  const places = dataPlaces(cells, side);
  const turns = masks.map((mask) =>
    Uint8Array.from(places, (place) => Number(mask(place % side, Math.floor(place / side)))),
  );
  return { side, cells, places, turns };
}

type SetCell = (x: number, y: number, dark: boolean) => void;

function rings(cx: number, cy: number, reach: number, isDark: (ring: number) => boolean, set: SetCell): void {
  for (let dy = -reach; dy <= reach; dy++) {
    for (let dx = -reach; dx <= reach; dx++) set(cx + dx, cy + dy, isDark(Math.max(Math.abs(dx), Math.abs(dy))));
  }
}

function writeFormat(cells: Uint8Array, side: number, mask: number): void {
  // Level M is written as 0.
  let rest = mask;
  for (let step = 0; step < 10; step++) rest = (rest << 1) ^ ((rest >> 9) * 0x537);
  const bits = ((mask << 10) | rest) ^ 0x5412;
  const put = (x: number, y: number, bit: number) => {
    cells[y * side + x] = (bits >> bit) & 1;
  };
  for (let bit = 0; bit < 15; bit++) {
    if (bit < 6) put(8, bit, bit);
    else if (bit < 8) put(8, bit + 1, bit);
    else if (bit === 8) put(7, 8, bit);
    else put(14 - bit, 8, bit);
    if (bit < 8) put(side - 1 - bit, 8, bit);
    else put(8, side - 15 + bit, bit);
  }
  cells[(side - 8) * side + 8] = 1;
}

function writeVersion(set: SetCell, side: number, version: number): void {
  let rest = version;
  for (let step = 0; step < 12; step++) rest = (rest << 1) ^ ((rest >> 11) * 0x1f25);
  const bits = (version << 12) | rest;
  for (let bit = 0; bit < 18; bit++) {
    const [a, b] = [side - 11 + (bit % 3), Math.floor(bit / 3)];
    set(a, b, ((bits >> bit) & 1) === 1);
    set(b, a, ((bits >> bit) & 1) === 1);
  }
}

/** Two columns at a time from the right, up and down in turn; the dotted line on the left is left out. */
function dataPlaces(cells: Uint8Array, side: number): Uint32Array {
  const places: number[] = [];
  for (let right = side - 1; right >= 1; right -= 2) {
    if (right === 6) right = 5;
    for (let step = 0; step < side; step++) {
      const isUp = ((right + 1) & 2) === 0;
      const y = isUp ? side - 1 - step : step;
      for (const x of [right, right - 1]) if (cells[y * side + x] === free) places.push(y * side + x);
    }
  }
  return Uint32Array.from(places);
}

function masked({ side, cells, places, turns }: Sheet, words: readonly number[], number: number): Uint8Array {
  const copy = Uint8Array.from(cells);
  const turn = turns[number] ?? new Uint8Array(0);
  for (let at = 0; at < places.length; at++) {
    const bit = ((words[at >> 3] ?? 0) >> (7 - (at & 7))) & 1;
    copy[places[at] ?? 0] = bit ^ (turn[at] ?? 0);
  }
  writeFormat(copy, side, number);
  return copy;
}

/** How hard a code is to read, by the four rules of the standard. */
function penalty(cells: Uint8Array, side: number): number {
  let score = lines(cells, side, 1, side) + lines(cells, side, side, 1);
  let dark = 0;
  for (let y = 0, at = 0; y < side; y++) {
    for (let x = 0; x < side; x++, at++) {
      const first = cells[at];
      if (first === 1) dark++;
      const isBlock =
        x + 1 < side && cells[at + 1] === first && cells[at + side] === first && cells[at + side + 1] === first;
      if (isBlock) score += 3;
    }
  }
  score += 10 * Math.floor(Math.abs((dark * 20) / cells.length - 10));
  return score;
}

/** Long runs, and what looks like the corner of a code, along all rows or all columns. */
function lines(flat: Uint8Array, side: number, step: number, next: number): number {
  let score = 0;
  for (let line = 0; line < side; line++) {
    let run = 0;
    let last = -1;
    let recent = 0;
    for (let place = 0; place < side; place++) {
      const value = flat[line * next + place * step] ?? 0;
      run = value === last ? run + 1 : 1;
      last = value;
      if (run === 5) score += 3;
      else if (run > 5) score += 1;
      recent = ((recent << 1) | value) & 0x7ff;
      if (place >= 10 && (recent === 0b10111010000 || recent === 0b00001011101)) score += 40;
    }
  }
  return score;
}
