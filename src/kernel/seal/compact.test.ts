import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { softwareKey } from '../sm/signer.ts';
import { generateSm2Key, rawFromDer } from '../sm/sm2.ts';
import { decodeBase45, encodeBase45 } from './base45.ts';
import { CborError, type CborValue, decodeCbor, encodeCbor } from './cbor.ts';
import { CompactTooLong, signCompact, verifyCompact } from './compact.ts';

const own = generateSm2Key();
const key = softwareKey(own);
const pinned = [generateSm2Key().publicKey, own.publicKey];
const facts: CborValue = ['1.2.156.3005.2.x.001.M', '食品经营许可证', '某某县某某超市有限公司', 20260601, null, true];

describe('the compact code', () => {
  test('verifies with a pinned key and gives the facts back', async () => {
    const code = await signCompact(facts, key);
    expect(verifyCompact(code.text, pinned)).toEqual({ outcome: 'passed', facts, key: own.publicKey });
    expect(code.bytes.length).toBeLessThan(200);
    expect(code.text).toMatch(/^[0-9A-Z $%*+\-./:]+$/);
  });

  test('a key that is not pinned is unknown, not good', async () => {
    const code = await signCompact(facts, softwareKey(generateSm2Key()));
    expect(verifyCompact(code.text, pinned)).toEqual({ outcome: 'unknown', facts });
    expect(verifyCompact(code.text, [])).toMatchObject({ outcome: 'unknown' });
  });

  test('no byte and no sign can be changed', async () => {
    const { bytes, text } = await signCompact(facts, key);
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
      expect(verifyCompact(`YS1:${encodeBase45(changed)}`, pinned).outcome, `byte ${at}`).not.toBe('passed');
    }
    for (let at = 0; at < text.length; at++) {
      const changed = text.slice(0, at) + (text[at] === '0' ? '1' : '0') + text.slice(at + 1);
      expect(verifyCompact(changed, pinned).outcome, `sign ${at}`).not.toBe('passed');
    }
  });

  test('a signature made for something else does not fit', async () => {
    const { bytes } = await signCompact(facts, key);
    const bare = rawFromDer(await key.sign(bytes.subarray(0, -64)));
    const forged = `YS1:${encodeBase45(Buffer.concat([bytes.subarray(0, -64), bare]))}`;
    expect(verifyCompact(forged, pinned)).toEqual({ outcome: 'failed', step: 'signature' });
  });

  test('three hundred and fifty bytes and no more', async () => {
    expect((await signCompact('x'.repeat(278), key)).bytes).toHaveLength(350);
    await expect(signCompact('x'.repeat(279), key)).rejects.toThrow(CompactTooLong);
  });

  test.each([
    '',
    'YS1:',
    'YS2:00',
    'https://example.org',
    `YS1:${'0'.repeat(300)}`,
    `YS1:${'Z'.repeat(3000)}`,
    'YS1:é',
  ])('whatever is held before the camera: %s', (text) => {
    expect(verifyCompact(text, pinned)).toEqual({ outcome: 'failed', step: 'format' });
  });
});

describe('Base45', () => {
  test.each([
    ['AB', 'BB8'],
    ['Hello!!', '%69 VD92EX0'],
    ['base-45', 'UJCLQE7W581'],
    ['ietf!', 'QED8WEX0'],
  ])('the examples of RFC 9285: %s', (plain, text) => {
    expect(encodeBase45(Buffer.from(plain))).toBe(text);
    expect(decodeBase45(text)?.toString()).toBe(plain);
  });

  test('there and back; what no encoder writes is refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        expect(decodeBase45(encodeBase45(bytes))?.equals(bytes)).toBe(true);
      }),
      { seed: 4, numRuns: 200 },
    );
    for (const text of ['GGW', ':::', '::', 'A', 'a00', '0', '00é']) expect(decodeBase45(text)).toBeNull();
    expect(decodeBase45('FGW')?.toString('hex')).toBe('ffff');
  });
});

describe('CBOR', () => {
  test.each([
    [0, '00'],
    [23, '17'],
    [24, '1818'],
    [1000, '1903e8'],
    [1000000, '1a000f4240'],
    [1000000000000, '1b000000e8d4a51000'],
    [-1, '20'],
    [-1000, '3903e7'],
    ['水', '63e6b0b4'],
    [true, 'f5'],
    [null, 'f6'],
    [[1, [2, 3]], '8201820203'],
  ] as const)('the examples of RFC 8949: %s', (value, hex) => {
    expect(encodeCbor(value).toString('hex')).toBe(hex);
    expect(decodeCbor(Buffer.from(hex, 'hex'))).toEqual(value);
  });

  test.each([
    '',
    '18',
    '1817',
    '190017',
    '9f01ff',
    '62c328',
    '4201',
    'a10102',
    'f97c00',
    '0001',
    '818181818181818181818100',
    '9affffffff',
  ])('refused: %s', (hex) => {
    expect(() => decodeCbor(Buffer.from(hex, 'hex'))).toThrow(CborError);
  });

  test('there and back', () => {
    const leaf = fc.oneof(fc.maxSafeInteger(), fc.string({ unit: 'grapheme' }), fc.boolean(), fc.constant(null));
    const tree = fc.oneof(leaf, fc.array(fc.oneof(leaf, fc.array(leaf))));
    fc.assert(
      fc.property(tree, (value) => {
        expect(decodeCbor(encodeCbor(value))).toEqual(value);
      }),
      { seed: 5, numRuns: 300 },
    );
    expect(() => encodeCbor(1.5)).toThrow(RangeError);
    expect(() => encodeCbor('\ud800')).toThrow(RangeError);
  });
});
