import type { Key } from '../sm/signer.ts';
import { derFromRaw, rawFromDer, type Sm2PublicKey, sm2Verify } from '../sm/sm2.ts';
import { sm3 } from '../sm/sm3.ts';
import { decodeBase45, encodeBase45 } from './base45.ts';
import { CborError, type CborValue, decodeCbor, encodeCbor } from './cbor.ts';

/**
 * A few facts with a signature, small enough for a QR code and checked without a network by whoever holds the public
 * key. Bytes: version, the first four of SM3 over the key's point, the facts in CBOR, 64 of signature; as text in Base45
 * behind `YS1:`. The signature is over a name of this format and everything before it, so that no signature made for
 * anything else ever fits.
 */
export async function signCompact(facts: CborValue, key: Key): Promise<CompactCode> {
  const head = Buffer.concat([Buffer.of(formatVersion), keyHint(key.publicKey), encodeCbor(facts)]);
  const length = head.length + signatureBytes;
  if (length > longest) throw new CompactTooLong(length);
  const bytes = Buffer.concat([head, rawFromDer(await key.sign(signedBytes(head)))]);
  return { bytes, text: prefix + encodeBase45(bytes) };
}

export interface CompactCode {
  bytes: Buffer;
  /** What the QR code shows; only signs of its alphanumeric mode. */
  text: string;
}

export class CompactTooLong extends Error {
  override readonly name = 'CompactTooLong';

  constructor(length: number) {
    super(`${length} bytes, ${longest} at most`);
  }
}

export type CompactVerdict =
  | { outcome: 'passed'; facts: CborValue; key: Sm2PublicKey }
  /** Made with a key that is not among the pinned ones: perhaps by somebody else, perhaps since. */
  | { outcome: 'unknown'; facts: CborValue }
  | { outcome: 'failed'; step: 'format' | 'signature' };

/** Never throws, whatever the text. */
export function verifyCompact(text: string, keys: readonly Sm2PublicKey[]): CompactVerdict {
  const bytes = text.startsWith(prefix) ? decodeBase45(text.slice(prefix.length)) : null;
  if (!bytes || bytes.length > longest || bytes.length < headBytes + 1 + signatureBytes || bytes[0] !== formatVersion) {
    return { outcome: 'failed', step: 'format' };
  }
  const [head, signature] = [bytes.subarray(0, -signatureBytes), bytes.subarray(-signatureBytes)];
  const facts = factsOf(head.subarray(headBytes));
  if (facts === undefined) return { outcome: 'failed', step: 'format' };
  const named = keys.filter((key) => keyHint(key).equals(head.subarray(1, headBytes)));
  if (named.length === 0) return { outcome: 'unknown', facts };
  const key = named.find((each) => sm2Verify(each, signedBytes(head), derFromRaw(signature)));
  return key ? { outcome: 'passed', facts, key } : { outcome: 'failed', step: 'signature' };
}

/** Which of the pinned keys to try; says nothing about whether the signature is good. */
export function keyHint(key: Sm2PublicKey): Buffer {
  return sm3(key.point).subarray(0, 4);
}

const prefix = 'YS1:';
const formatVersion = 1;
const headBytes = 5;
const signatureBytes = 64;
const longest = 350;

function signedBytes(head: Buffer): Buffer {
  return Buffer.concat([Buffer.from('yingshang/compact/1\0', 'latin1'), head]);
}

function factsOf(bytes: Buffer): CborValue | undefined {
  try {
    return decodeCbor(bytes);
  } catch (error) {
    if (error instanceof CborError) return undefined;
    throw error;
  }
}
