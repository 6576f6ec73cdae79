import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  asBits,
  asBoolean,
  asInteger,
  asNamedBits,
  asOid,
  asText,
  asTime,
  DerCursor,
  DerError,
  onlyChild,
  readDer,
  tags,
} from './der.ts';
import { der } from './der-write.ts';

const read = (hex: string) => readDer(Buffer.from(hex.replaceAll(' ', ''), 'hex'));

describe('DER', () => {
  test('integers come back, in as few bytes as they need', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 200n), max: 2n ** 200n }), (number) => {
        expect(asInteger(readDer(der.integer(number)))).toBe(number);
      }),
      { seed: 1, numRuns: 300 },
    );
    expect(der.integer(127).toString('hex')).toBe('02017f');
    expect(der.integer(128).toString('hex')).toBe('02020080');
    expect(der.integer(-128).toString('hex')).toBe('020180');
    expect(der.unsigned(Buffer.from('0000ff', 'hex')).toString('hex')).toBe('020200ff');
  });

  test.each([
    ['1.2.156.10197.1.501', '06082a811ccf55018375'],
    ['2.5.29.15', '0603551d0f'],
    ['2.999.3', '0603883703'],
    ['0.0', '060100'],
  ])('object identifier %s', (dotted, hex) => {
    expect(der.oid(dotted).toString('hex')).toBe(hex);
    expect(asOid(read(hex))).toBe(dotted);
  });

  test('lengths at every border', () => {
    for (const length of [0, 1, 127, 128, 255, 256, 65535, 65536]) {
      const value = readDer(der.octets(Buffer.alloc(length, 5)));
      expect(value.content).toHaveLength(length);
    }
  });

  test('times: two digits until 2049, four after; a day that is none is refused', () => {
    expect(asTime(readDer(der.time('2049-12-31T23:59:59.000Z')))).toBe('2049-12-31T23:59:59.000Z');
    expect(readDer(der.time('2049-12-31T23:59:59.000Z')).tag).toBe(tags.utcTime);
    expect(readDer(der.time('2050-01-01T00:00:00.000Z')).tag).toBe(tags.generalizedTime);
    expect(asTime(readDer(der.time('2050-01-01T00:00:00.000Z')))).toBe('2050-01-01T00:00:00.000Z');
    expect(asTime(readDer(der.time('1950-01-01T00:00:00.000Z')))).toBe('1950-01-01T00:00:00.000Z');
    expect(() => asTime(readDer(Buffer.from('\x18\x0f20260230000000Z', 'latin1')))).toThrow(DerError);
    expect(() => asTime(readDer(Buffer.from('\x18\x1320260228000000+0800', 'latin1')))).toThrow(DerError);
    expect(() => der.time('2026-02-28')).toThrow(RangeError);
  });

  test('named bits', () => {
    expect(der.namedBits([0, 1]).toString('hex')).toBe('030206c0');
    expect([...asNamedBits(read('030206c0'))]).toEqual([0, 1]);
    expect([...asNamedBits(readDer(der.namedBits([5, 6, 8])))]).toEqual([5, 6, 8]);
    expect(asNamedBits(readDer(der.namedBits([]))).size).toBe(0);
    expect(() => asNamedBits(read('030206c1'))).toThrow(DerError);
  });

  test('text in every kind that certificates use', () => {
    expect(asText(readDer(der.utf8('麟游𬱖')))).toBe('麟游𬱖');
    expect(asText(read('1e04 9e9f 6e38'))).toBe('麟游');
    expect(() => asText(readDer(der.ia5('x')), tags.utf8)).toThrow(DerError);
    expect(() => asText(read('0c01ff'))).toThrow(DerError);
    expect(() => asText(read('1601ff'))).toThrow(DerError);
    expect(() => asText(read('130140'))).toThrow(DerError);
    expect(() => der.printable('麟')).toThrow(RangeError);
  });

  test('a set is ordered by its bytes', () => {
    expect(der.setOf(der.integer(2), der.integer(1)).toString('hex')).toBe('3106020101020102');
  });

  test.each([
    ['nothing', ''],
    ['half a header', '30'],
    ['cut short', '300502'],
    ['bytes after the end', '0500 00'],
    ['an indefinite length', '3080 0500 0000'],
    ['a long length where a short one does', '048105 0102030405'],
    ['a length with a zero in front', `048200ff ${'00'.repeat(255)}`],
    ['a length beyond the bytes', '0484ffffffff 00'],
    ['a length of five bytes', '04850000000001 00'],
    ['a tag of two bytes', '1f8101 00'],
    ['a child that reaches out of its parent', '3003 0405 01'],
  ])('refused: %s', (_, hex) => {
    expect(() => read(hex)).toThrow(DerError);
  });

  test.each([
    ['a padded integer', '02020001', asInteger],
    ['an empty integer', '0200', asInteger],
    ['a boolean of one', '010101', asBoolean],
    ['an empty identifier', '0600', asOid],
    ['an identifier that does not end', '060181', asOid],
    ['a padded identifier', '06028001', asOid],
    ['bits with a remainder', '030201fe', asBits],
    ['no bits at all', '0300', asBits],
  ])('refused: %s', (_, hex, as) => {
    expect(() => as(read(hex))).toThrow(DerError);
  });

  test('nesting has an end', () => {
    let deep = der.nothing();
    for (let level = 0; level < 40; level++) deep = der.sequence(deep);
    expect(() => readDer(deep)).toThrow('nested too deeply');
  });

  test('a cursor misses nothing and leaves nothing', () => {
    const cursor = new DerCursor(readDer(der.sequence(der.integer(1), der.explicit(0, der.nothing()))));
    cursor.next(tags.integer);
    expect(() => cursor.end()).toThrow(DerError);
    expect(cursor.optionalExplicit(1)).toBeNull();
    expect(cursor.optionalExplicit(0)?.tag).toBe(tags.nothing);
    expect(() => cursor.next()).toThrow(DerError);
    cursor.end();
    expect(() => onlyChild(readDer(der.sequence()))).toThrow(DerError);
    expect(() => new DerCursor(readDer(der.nothing()))).toThrow(DerError);
  });

  test('whatever the bytes, the answer is a value or DerError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        try {
          expect(readDer(bytes).raw.equals(bytes)).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(DerError);
        }
      }),
      { seed: 2, numRuns: 2000 },
    );
  });
});
