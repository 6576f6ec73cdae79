/** Chance that repeats itself: the same seed makes the same half year. */
export interface Random {
  /** 0 ≤ x < 1 */
  next(): number;
  /** A whole number, both bounds included. */
  whole(least: number, most: number): number;
  chance(probability: number): boolean;
  pick<T>(from: readonly T[]): T;
  weighted<T>(choices: readonly (readonly [T, number])[]): T;
  /** A stream of its own, so that one person's luck does not depend on another's. */
  fork(label: string): Random;
}

/** mulberry32: 32 bits of state, long enough for a town. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const whole = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1));
  return {
    next,
    whole,
    chance: (probability) => next() < probability,
    pick: (from) => chosen(from, whole(0, from.length - 1)),
    weighted: (choices) => {
      let left = next() * choices.reduce((sum, [, weight]) => sum + weight, 0);
      for (const [value, weight] of choices) {
        left -= weight;
        if (left < 0) return value;
      }
      return chosen(choices, choices.length - 1)[0];
    },
    fork: (label) => createRandom(hash(label, seed)),
  };
}

function chosen<T>(from: readonly T[], index: number): T {
  const value = from[index];
  if (value === undefined) throw new RangeError('nothing to choose from');
  return value;
}

/** FNV-1a over the label, begun with the seed. */
function hash(label: string, seed: number): number {
  let value = (0x811c9dc5 ^ seed) >>> 0;
  for (const sign of Buffer.from(label, 'utf8')) value = Math.imul(value ^ sign, 0x01000193) >>> 0;
  return value;
}
