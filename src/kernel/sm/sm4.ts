import { createCipheriv, createDecipheriv } from 'node:crypto';

/**
 * SM4 (GB/T 32907) in counter mode. The key and the initial counter are 16 bytes each; one pair must never serve twice.
 * Counter mode hides but does not protect: whoever uses it adds a MAC.
 */
export function sm4Ctr(key: Uint8Array, counter: Uint8Array, plain: Uint8Array): Buffer {
  const cipher = createCipheriv('sm4-ctr', key, counter);
  return Buffer.concat([cipher.update(plain), cipher.final()]);
}

export function sm4CtrOpen(key: Uint8Array, counter: Uint8Array, cipherText: Uint8Array): Buffer {
  const decipher = createDecipheriv('sm4-ctr', key, counter);
  return Buffer.concat([decipher.update(cipherText), decipher.final()]);
}
