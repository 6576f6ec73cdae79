/** Gives each hash a small number in the order of arrival: an open-addressed table, a tenth of what a Map weighs. */
export class Numbering {
  private slots: Int32Array;
  private keys: Int32Array;
  size: number;

  constructor(keys: Int32Array = new Int32Array(0)) {
    this.keys = new Int32Array(Math.max(1024, keys.length));
    this.keys.set(keys);
    this.size = keys.length;
    this.slots = new Int32Array(0);
    this.rebuild();
  }

  /** The number of a hash, or -1. */
  find(hash: number): number {
    const mask = this.slots.length - 1;
    for (let at = hash & mask; ; at = (at + 1) & mask) {
      const number = (this.slots[at] ?? 0) - 1;
      if (number < 0 || this.keys[number] === hash) return number;
    }
  }

  add(hash: number): number {
    const known = this.find(hash);
    if (known >= 0) return known;
    if (this.size === this.keys.length) {
      const keys = new Int32Array(this.keys.length * 2);
      keys.set(this.keys);
      this.keys = keys;
    }
    const number = this.size;
    this.keys[number] = hash;
    this.size += 1;
    if (this.size * 2 > this.slots.length) this.rebuild();
    else this.place(number);
    return number;
  }

  /** All hashes in the order of their numbers: what the constructor takes back. */
  hashes(): Int32Array {
    return this.keys.slice(0, this.size);
  }

  private rebuild(): void {
    let length = 2048;
    while (length < this.size * 3) length *= 2;
    this.slots = new Int32Array(length);
    for (let number = 0; number < this.size; number += 1) this.place(number);
  }

  private place(number: number): void {
    const mask = this.slots.length - 1;
    let at = (this.keys[number] ?? 0) & mask;
    while ((this.slots[at] ?? 0) !== 0) at = (at + 1) & mask;
    this.slots[at] = number + 1;
  }
}
