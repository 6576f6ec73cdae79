import type { Instant } from '../time.ts';

/**
 * DER (X.690) and nothing but DER. What is signed must have one spelling, so the reader refuses every other one: long
 * lengths, indefinite lengths, padded integers, bytes left over. Whoever reads a file that a stranger made meets
 * `DerError` and never a hang or a huge allocation.
 */
export function readDer(bytes: Uint8Array): DerValue {
  const buffer = asBuffer(bytes);
  const [value, end] = readValue(buffer, 0, buffer.length, 0);
  if (end !== buffer.length) throw new DerError('bytes after the end');
  return value;
}

export class DerError extends Error {
  override readonly name = 'DerError';
}

/** One value as found: `raw` is the very bytes, which is what signatures are over. */
export interface DerValue {
  tag: number;
  raw: Buffer;
  content: Buffer;
  children: readonly DerValue[];
}

export const tags = {
  boolean: 0x01,
  integer: 0x02,
  bits: 0x03,
  octets: 0x04,
  nothing: 0x05,
  oid: 0x06,
  enumerated: 0x0a,
  utf8: 0x0c,
  printable: 0x13,
  teletex: 0x14,
  ia5: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  bmp: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const;

/** `[n]` around or instead of a value. */
export const contextTag = (number: number, constructed = true) => (constructed ? 0xa0 : 0x80) | number;

/** Walks through the parts of a sequence in order; `end` says that nothing is left. */
export class DerCursor {
  readonly whole: DerValue;
  private at = 0;

  constructor(value: DerValue, tag: number = tags.sequence) {
    expectTag(value, tag);
    this.whole = value;
  }

  next(tag?: number): DerValue {
    const value = this.whole.children[this.at];
    if (!value) throw new DerError('a part is missing');
    if (tag !== undefined) expectTag(value, tag);
    this.at += 1;
    return value;
  }

  optional(tag: number): DerValue | null {
    return this.whole.children[this.at]?.tag === tag ? this.next() : null;
  }

  /** The value inside `[n]`, if there is one. */
  optionalExplicit(number: number): DerValue | null {
    const wrapper = this.optional(contextTag(number));
    return wrapper ? onlyChild(wrapper) : null;
  }

  sequence(): DerCursor {
    return new DerCursor(this.next());
  }

  more(): boolean {
    return this.at < this.whole.children.length;
  }

  rest(): DerValue[] {
    const left = this.whole.children.slice(this.at);
    this.at = this.whole.children.length;
    return left;
  }

  end(): void {
    if (this.more()) throw new DerError('more parts than there may be');
  }
}

export function onlyChild(value: DerValue): DerValue {
  const [child] = value.children;
  if (!child || value.children.length !== 1) throw new DerError('exactly one value expected inside');
  return child;
}

export function asInteger(value: DerValue, tag: number = tags.integer): bigint {
  expectTag(value, tag);
  const { content } = value;
  const [first, second] = content;
  if (first === undefined || content.length > longestInteger) throw new DerError('not an integer');
  if (second !== undefined && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80))) {
    throw new DerError('a padded integer');
  }
  return BigInt.asIntN(content.length * 8, BigInt(`0x${content.toString('hex')}`));
}

export function asSmallInteger(value: DerValue, tag: number = tags.integer): number {
  const integer = asInteger(value, tag);
  if (integer < 0n || integer > 0x7fffffffn) throw new DerError('an integer out of range');
  return Number(integer);
}

export function asBoolean(value: DerValue): boolean {
  expectTag(value, tags.boolean);
  const [byte] = value.content;
  if (value.content.length !== 1 || (byte !== 0 && byte !== 0xff)) throw new DerError('not a boolean');
  return byte === 0xff;
}

export function asOctets(value: DerValue): Buffer {
  expectTag(value, tags.octets);
  return value.content;
}

/** A bit string that holds whole bytes, as keys, digests and signatures do. */
export function asBits(value: DerValue): Buffer {
  expectTag(value, tags.bits);
  if (value.content[0] !== 0) throw new DerError('a bit string of whole bytes expected');
  return value.content.subarray(1);
}

/** A bit string of named bits: the positions that are set. */
export function asNamedBits(value: DerValue): Set<number> {
  expectTag(value, tags.bits);
  const [unused, ...bytes] = value.content;
  const last = bytes.at(-1);
  // Zeros at the end are forgiven: authorities write them, and what they wrote is under their signature.
  const isWhole =
    last === undefined ? unused === 0 : unused !== undefined && unused < 8 && !(last & ((1 << unused) - 1));
  if (!isWhole) throw new DerError('named bits with a tail');
  const set = new Set<number>();
  for (const [at, byte] of bytes.entries()) {
    for (let bit = 0; bit < 8; bit++) if (byte & (0x80 >> bit)) set.add(at * 8 + bit);
  }
  return set;
}

export function asOid(value: DerValue): string {
  expectTag(value, tags.oid);
  const arcs: bigint[] = [];
  let arc = 0n;
  let isFresh = true;
  for (const byte of value.content) {
    if (isFresh && byte === 0x80) throw new DerError('a padded object identifier');
    arc = (arc << 7n) | BigInt(byte & 0x7f);
    isFresh = byte < 0x80;
    if (isFresh) {
      arcs.push(arc);
      arc = 0n;
    }
  }
  const [first] = arcs;
  if (first === undefined || !isFresh || value.content.length > 64) throw new DerError('not an object identifier');
  const root = first < 40n ? 0n : first < 80n ? 1n : 2n;
  return [root, first - root * 40n, ...arcs.slice(1)].join('.');
}

/** Text in any of the kinds that certificates use. */
export function asText(value: DerValue, ...allowed: readonly number[]): string {
  if (allowed.length > 0 && !allowed.includes(value.tag)) throw new DerError('text of another kind expected');
  const { content } = value;
  switch (value.tag) {
    case tags.utf8:
      return decodeUtf8(content);
    case tags.printable:
      if (!/^[A-Za-z0-9 '()+,\-./:=?]*$/.test(content.toString('latin1'))) throw new DerError('not printable');
      return content.toString('latin1');
    case tags.ia5:
      if (content.some((byte) => byte > 0x7f)) throw new DerError('not IA5');
      return content.toString('latin1');
    case tags.teletex:
      return content.toString('latin1');
    case tags.bmp: {
      if (content.length % 2 !== 0) throw new DerError('half a sign');
      return Buffer.from(content).swap16().toString('utf16le');
    }
    default:
      throw new DerError('text expected');
  }
}

/** UTCTime or GeneralizedTime; a fraction of a second is dropped. Always in Zulu time, as DER has it. */
export function asTime(value: DerValue): Instant {
  const text = value.content.toString('latin1');
  const parts =
    value.tag === tags.utcTime
      ? /^(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})Z$/.exec(text)
      : value.tag === tags.generalizedTime
        ? /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(?:\.\d{0,8}[1-9])?Z$/.exec(text)
        : null;
  if (!parts) throw new DerError('not a time');
  const [year, month, day, hour, minute, second] = parts.slice(1);
  const fullYear = year?.length === 2 ? `${Number(year) < 50 ? '20' : '19'}${year}` : year;
  const at = `${fullYear}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
  // A day that is not in the calendar comes back as another one, or as none.
  const parsed = new Date(at);
  if (Number.isNaN(parsed.getTime()) || parsed.toISOString() !== at) throw new DerError('not a time');
  return at;
}

export function expectTag(value: DerValue, tag: number): void {
  if (value.tag !== tag) throw new DerError(`tag ${value.tag.toString(16)} instead of ${tag.toString(16)}`);
}

const deepest = 32;
const longestInteger = 64;

function readValue(buffer: Buffer, start: number, limit: number, depth: number): [DerValue, number] {
  if (depth > deepest) throw new DerError('nested too deeply');
  const [tag, first] = [buffer[start], buffer[start + 1]];
  if (tag === undefined || first === undefined || start + 2 > limit) throw new DerError('cut short');
  if ((tag & 0x1f) === 0x1f) throw new DerError('a tag of more than one byte');
  let at = start + 2;
  let length = first;
  if (first >= 0x80) {
    const size = first & 0x7f;
    if (size === 0 || size > 4 || at + size > limit) throw new DerError('a length that is not allowed');
    length = buffer.readUIntBE(at, size);
    if (length < 0x80 || buffer[at] === 0) throw new DerError('a length in more bytes than it needs');
    at += size;
  }
  const end = at + length;
  if (end > limit) throw new DerError('cut short');
  const children: DerValue[] = [];
  if (tag & 0x20) {
    for (let inner = at; inner < end;) {
      const [child, next] = readValue(buffer, inner, end, depth + 1);
      children.push(child);
      inner = next;
    }
  }
  return [{ tag, raw: buffer.subarray(start, end), content: buffer.subarray(at, end), children }, end];
}

function decodeUtf8(content: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    throw new DerError('not UTF-8');
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
