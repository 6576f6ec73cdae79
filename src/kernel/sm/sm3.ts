import { createHash, createHmac, type Hash } from 'node:crypto';

type Bytes = string | Uint8Array;

/** SM3 (GB/T 32905) of the parts, one after the other; text counts as UTF-8. 32 bytes. */
export function sm3(...parts: readonly Bytes[]): Buffer {
  const hash = startSm3();
  for (const part of parts) hash.update(part);
  return hash.digest();
}

export function sm3Hex(...parts: readonly Bytes[]): string {
  return sm3(...parts).toString('hex');
}

/** For streams: `update` as pieces arrive. */
export function startSm3(): Hash {
  return createHash('sm3');
}

export function hmacSm3(key: Uint8Array, ...parts: readonly Bytes[]): Buffer {
  const hmac = createHmac('sm3', key);
  for (const part of parts) hmac.update(part);
  return hmac.digest();
}

/**
 * One key from another for one purpose: the counter step of HKDF (RFC 5869) with SM3. The input must already be a
 * uniform secret; two labels never give related keys.
 */
export function deriveKey(key: Uint8Array, label: string, length: 16 | 32): Buffer {
  return hmacSm3(key, `yingshang/${label}`, Uint8Array.of(1)).subarray(0, length);
}
