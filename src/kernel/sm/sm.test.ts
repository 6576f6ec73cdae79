import fc from 'fast-check';
import { sm3 as otherSm3, sm4 as otherSm4 } from 'sm-crypto-v2';
import { describe, expect, test } from 'vitest';
import { inclusionProof, leafHash, merkleRoot, verifyInclusion } from './merkle.ts';
import { selfTest, vectors } from './self-test.ts';
import { deriveKey, hmacSm3, sm3, sm3Hex, startSm3 } from './sm3.ts';
import { sm4Ctr, sm4CtrOpen } from './sm4.ts';

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const seed = { seed: 20260101, numRuns: 200 };

describe('SM3 and SM4', () => {
  test.each(vectors)('$name is what the standard prints', ({ computed, printed }) => {
    expect(computed()).toBe(printed);
  });

  test('the self-test passes here', () => {
    expect(selfTest()).toBeNull();
  });

  test('SM3 and its HMAC agree with a second implementation', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.uint8Array({ minLength: 1, maxLength: 100 }), (data, key) => {
        expect(sm3Hex(data)).toBe(otherSm3(data));
        expect(hmacSm3(key, data).toString('hex')).toBe(otherSm3(data, { key, mode: 'hmac' }));
      }),
      seed,
    );
  });

  test('SM4 counter mode agrees with a second implementation, block by block', () => {
    fc.assert(
      fc.property(bytes(16), bytes(16), fc.uint8Array({ maxLength: 100 }), (key, counter, data) => {
        // The second implementation has no counter mode: build it from single blocks.
        const expected = Buffer.alloc(data.length);
        let at = BigInt(`0x${Buffer.from(counter).toString('hex')}`);
        for (let offset = 0; offset < data.length; offset += 16, at = (at + 1n) % 2n ** 128n) {
          const block = otherSm4.encrypt(Buffer.from(at.toString(16).padStart(32, '0'), 'hex'), key, {
            padding: 'none',
            output: 'array',
          });
          for (let i = 0; i < 16 && offset + i < data.length; i++) {
            expected[offset + i] = (data[offset + i] ?? 0) ^ (block[i] ?? 0);
          }
        }
        expect(sm4Ctr(key, counter, data).equals(expected)).toBe(true);
        expect(sm4CtrOpen(key, counter, expected).equals(data)).toBe(true);
      }),
      seed,
    );
  });

  test('pieces hash like the whole, and text is UTF-8', () => {
    expect(startSm3().update('营').update('商').digest('hex')).toBe(sm3Hex('营商'));
    expect(sm3('营', '商').equals(sm3(Buffer.from('e890a5e59586', 'hex')))).toBe(true);
  });

  test('derived keys differ by label and have the length asked for', () => {
    const key = Buffer.alloc(32, 7);
    expect(deriveKey(key, 'a', 16)).toHaveLength(16);
    expect(deriveKey(key, 'a', 32).equals(deriveKey(key, 'b', 32))).toBe(false);
  });
});

describe('the Merkle tree', () => {
  const leavesOf = (count: number) => Array.from({ length: count }, (_, at) => leafHash(`entry ${at}`));

  /** RFC 6962 §2.1 word for word, as an independent check. */
  function rootByTheBook(leaves: readonly Buffer[]): Buffer {
    if (leaves.length === 0) return sm3();
    if (leaves.length === 1) return leaves[0] ?? sm3();
    let split = 1;
    while (split * 2 < leaves.length) split *= 2;
    return sm3(Uint8Array.of(1), rootByTheBook(leaves.slice(0, split)), rootByTheBook(leaves.slice(split)));
  }

  test('has the root of RFC 6962 for every size', () => {
    for (let size = 0; size <= 70; size++) {
      expect(merkleRoot(leavesOf(size)).equals(rootByTheBook(leavesOf(size)))).toBe(true);
    }
  });

  test('every leaf of every size proves itself, at its own place only', () => {
    for (let size = 1; size <= 20; size++) {
      const leaves = leavesOf(size);
      const root = merkleRoot(leaves);
      for (const [index, leaf] of leaves.entries()) {
        const proof = inclusionProof(leaves, index);
        expect(verifyInclusion(leaf, index, size, proof, root)).toBe(true);
        for (let other = 0; other < size; other++) {
          if (other !== index) expect(verifyInclusion(leaf, other, size, proof, root)).toBe(false);
        }
        expect(verifyInclusion(leafHash('forged'), index, size, proof, root)).toBe(false);
        expect(verifyInclusion(leaf, index, size, [...proof, { side: 'left', hash: leaf }], root)).toBe(false);
      }
    }
  });

  test('a node is never a leaf: the root of two does not equal the leaf of their joined hashes', () => {
    const [a, b] = [leafHash('a'), leafHash('b')];
    expect(merkleRoot([a, b]).equals(leafHash(Buffer.concat([a, b])))).toBe(false);
  });

  test('order, change and removal move the root', () => {
    const leaves = leavesOf(9);
    const root = merkleRoot(leaves);
    expect(merkleRoot([...leaves].reverse()).equals(root)).toBe(false);
    expect(merkleRoot(leaves.slice(0, 8)).equals(root)).toBe(false);
    expect(merkleRoot([...leaves, leaves[8] ?? root]).equals(root)).toBe(false);
  });

  test('there is no proof for a leaf that is not there', () => {
    expect(() => inclusionProof(leavesOf(3), 3)).toThrow(RangeError);
    expect(verifyInclusion(leafHash('x'), 0, 0, [], sm3())).toBe(false);
  });
});
