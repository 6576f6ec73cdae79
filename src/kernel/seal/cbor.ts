/**
 * The part of CBOR (RFC 8949) that a small signed payload needs, in its deterministic form: whole numbers, text, bytes,
 * lists, true, false and nothing. One value has one spelling; the reader refuses every other.
 */
export type CborValue = number | string | Uint8Array | boolean | null | readonly CborValue[];

export function encodeCbor(value: CborValue): Buffer {
  if (value === null) return Buffer.of(0xf6);
  if (typeof value === 'boolean') return Buffer.of(value ? 0xf5 : 0xf4);
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is not a whole number`);
    return value >= 0 ? head(0, value) : head(1, -1 - value);
  }
  if (typeof value === 'string') {
    if (/\p{Surrogate}/u.test(value)) throw new RangeError('half a sign');
    const text = Buffer.from(value, 'utf8');
    return Buffer.concat([head(3, text.length), text]);
  }
  if (value instanceof Uint8Array) return Buffer.concat([head(2, value.length), value]);
  return Buffer.concat([head(4, value.length), ...value.map(encodeCbor)]);
}

export class CborError extends Error {
  override readonly name = 'CborError';
}

/** Throws `CborError` for anything but exactly one value in its deterministic form. */
export function decodeCbor(bytes: Uint8Array): CborValue {
  const buffer = Buffer.from(bytes);
  const [value, end] = readValue(buffer, 0, 0);
  if (end !== buffer.length) throw new CborError('bytes after the end');
  return value;
}

const deepest = 8;

function head(kind: number, count: number): Buffer {
  const top = kind << 5;
  if (count < 24) return Buffer.of(top | count);
  if (count < 0x100) return Buffer.of(top | 24, count);
  const [size, mark] = count < 0x10000 ? [2, 25] : count < 0x100000000 ? [4, 26] : [8, 27];
  const bytes = Buffer.alloc(size + 1);
  bytes[0] = top | mark;
  if (size === 8) bytes.writeBigUInt64BE(BigInt(count), 1);
  else bytes.writeUIntBE(count, 1, size);
  return bytes;
}

function readValue(buffer: Buffer, start: number, depth: number): [CborValue, number] {
  const first = buffer[start];
  if (first === undefined || depth > deepest) throw new CborError('cut short, or nested too deeply');
  if (first === 0xf4 || first === 0xf5) return [first === 0xf5, start + 1];
  if (first === 0xf6) return [null, start + 1];
  const [count, at] = readCount(buffer, start, first & 0x1f);
  switch (first >> 5) {
    case 0:
      return [count, at];
    case 1:
      return [-1 - count, at];
    case 2:
      return [take(buffer, at, count), at + count];
    case 3:
      return [decodeText(take(buffer, at, count)), at + count];
    case 4: {
      const list: CborValue[] = [];
      let next = at;
      for (let item = 0; item < count; item++) {
        const [value, end] = readValue(buffer, next, depth + 1);
        list.push(value);
        next = end;
      }
      return [list, next];
    }
    default:
      throw new CborError('a kind that is not used here');
  }
}

function readCount(buffer: Buffer, start: number, mark: number): [number, number] {
  if (mark < 24) return [mark, start + 1];
  const size = { 24: 1, 25: 2, 26: 4, 27: 8 }[mark];
  if (size === undefined) throw new CborError('a length that is not used here');
  const count = Number(BigInt(`0x${take(buffer, start + 1, size).toString('hex')}`));
  const least = { 1: 24, 2: 0x100, 4: 0x10000, 8: 0x100000000 }[size] ?? 0;
  if (count < least || !Number.isSafeInteger(count)) throw new CborError('a length in more bytes than it needs');
  return [count, start + 1 + size];
}

function take(buffer: Buffer, at: number, count: number): Buffer {
  if (at + count > buffer.length) throw new CborError('cut short');
  return buffer.subarray(at, at + count);
}

function decodeText(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new CborError('not UTF-8');
  }
}
