import type { Instant } from '../time.ts';
import { contextTag, tags } from './der.ts';

/** Makes DER. Every function gives one whole value; what it is put into takes it as it is. */
export const der = {
  sequence: (...parts: readonly Uint8Array[]) => value(tags.sequence, ...parts),
  /** SET OF: DER orders the members by their bytes. */
  setOf: (...parts: readonly Uint8Array[]) => value(tags.set, ...[...parts].sort((a, b) => Buffer.compare(a, b))),
  explicit: (number: number, inner: Uint8Array) => value(contextTag(number), inner),
  /** `[n]` in the place of the value's own tag. */
  implicit: (number: number, content: Uint8Array, constructed = false) =>
    value(contextTag(number, constructed), content),
  boolean: (yes: boolean) => value(tags.boolean, Uint8Array.of(yes ? 0xff : 0)),
  integer: (number: number | bigint) => value(tags.integer, integerBytes(BigInt(number))),
  /** A number that is known by its bytes, like a serial number; never negative. */
  unsigned: (bytes: Uint8Array) => value(tags.integer, integerBytes(BigInt(`0x${Buffer.from(bytes).toString('hex')}`))),
  enumerated: (number: number) => value(tags.enumerated, integerBytes(BigInt(number))),
  octets: (bytes: Uint8Array) => value(tags.octets, bytes),
  bits: (bytes: Uint8Array) => value(tags.bits, Uint8Array.of(0), bytes),
  namedBits: (positions: readonly number[]) => value(tags.bits, namedBits(positions)),
  nothing: () => value(tags.nothing),
  oid: (dotted: string) => value(tags.oid, oidBytes(dotted)),
  utf8: (text: string) => value(tags.utf8, Buffer.from(text, 'utf8')),
  printable: (text: string) => value(tags.printable, ascii(text)),
  ia5: (text: string) => value(tags.ia5, ascii(text)),
  generalizedTime: (at: Instant) => value(tags.generalizedTime, ascii(compactTime(at))),
  /** As RFC 5280 wants it: two digits for the year up to 2049, four from then on. */
  time: (at: Instant) =>
    at < '2050' && at >= '1950'
      ? value(tags.utcTime, ascii(compactTime(at).slice(2)))
      : value(tags.generalizedTime, ascii(compactTime(at))),
};

function value(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([Uint8Array.of(tag), lengthBytes(length), ...parts]);
}

function lengthBytes(length: number): Buffer {
  if (length < 0x80) return Buffer.of(length);
  const size = length < 0x100 ? 1 : length < 0x10000 ? 2 : length < 0x1000000 ? 3 : 4;
  const bytes = Buffer.alloc(size + 1);
  bytes[0] = 0x80 | size;
  bytes.writeUIntBE(length, 1, size);
  return bytes;
}

function integerBytes(number: bigint): Buffer {
  let size = 1;
  while (BigInt.asIntN(size * 8, number) !== number) size += 1;
  return Buffer.from(
    BigInt.asUintN(size * 8, number)
      .toString(16)
      .padStart(size * 2, '0'),
    'hex',
  );
}

function namedBits(positions: readonly number[]): Buffer {
  if (positions.length === 0) return Buffer.of(0);
  const highest = Math.max(...positions);
  const bytes = Buffer.alloc((highest >> 3) + 2);
  bytes[0] = 7 - (highest & 7);
  for (const position of positions) {
    const at = (position >> 3) + 1;
    bytes[at] = (bytes[at] ?? 0) | (0x80 >> (position & 7));
  }
  return bytes;
}

function oidBytes(dotted: string): Buffer {
  if (!/^[0-2](\.(0|[1-9]\d*))+$/.test(dotted)) throw new RangeError(`${dotted} is not an object identifier`);
  const [root = 0n, second = 0n, ...rest] = dotted.split('.').map(BigInt);
  return Buffer.concat([root * 40n + second, ...rest].map(base128));
}

function base128(arc: bigint): Buffer {
  const bytes = [Number(arc & 0x7fn)];
  for (let left = arc >> 7n; left > 0n; left >>= 7n) bytes.unshift(Number(left & 0x7fn) | 0x80);
  return Buffer.from(bytes);
}

function ascii(text: string): Buffer {
  if (/[^\u0020-\u007e]/.test(text)) throw new RangeError('only ASCII fits here');
  return Buffer.from(text, 'latin1');
}

function compactTime(at: Instant): string {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/.test(at)) throw new RangeError(`${at} is not an instant`);
  return `${at.slice(0, 19).replace(/[-T:]/g, '')}Z`;
}
