import { randomBytes, scryptSync, timingSafeEqual } from 'node:crypto';
import { type PersonalData, SealBroken } from '../personal-data.ts';
import { type Sm2PrivateKey, sm2PrivateKey } from './sm2.ts';
import { deriveKey, hmacSm3 } from './sm3.ts';
import { sm4Ctr, sm4CtrOpen } from './sm4.ts';

/**
 * A private key as it may lie in the database: PKCS#8 under the platform's key (SM4 in counter mode, HMAC-SM3). `name`
 * is the key's own place; a sealed key that is moved to another name does not open.
 */
export function sealPrivateKey(platform: Sealer, key: Sm2PrivateKey, name: string): string {
  return platform.seal(key.pkcs8.toString('base64'), contextOf(name));
}

/** Throws `SealBroken` when it was changed, moved, or sealed under a key that is not known here. */
export function openPrivateKey(platform: Sealer, sealed: string, name: string): Sm2PrivateKey {
  return sm2PrivateKey(Buffer.from(platform.open(sealed, contextOf(name)), 'base64'));
}

export type Sealer = Pick<PersonalData, 'seal' | 'open'>;

/**
 * A private key as it may leave the machine, under a passphrase: for a root key that is kept in a safe. Text of a few
 * lines with its own cost in it.
 */
export function exportPrivateKey(key: Sm2PrivateKey, passphrase: string): string {
  const [salt, counter] = [randomBytes(16), randomBytes(16)];
  const keys = passphraseKeys(passphrase, salt, standardLogN);
  const hidden = sm4Ctr(keys.cipher, counter, key.pkcs8);
  const head = Buffer.concat([Buffer.of(formatVersion, standardLogN), salt, counter]);
  const body = Buffer.concat([head, hidden, hmacSm3(keys.mac, head, hidden)]);
  return [firstLine, ...(body.toString('base64').match(/.{1,64}/g) ?? []), lastLine, ''].join('\n');
}

/** Throws `SealBroken` for a wrong passphrase and for every changed byte alike. */
export function importPrivateKey(text: string, passphrase: string): Sm2PrivateKey {
  const lines = text.trim().split(/\r?\n/);
  if (lines[0] !== firstLine || lines.at(-1) !== lastLine) throw new SealBroken('not an exported key');
  const encoded = lines.slice(1, -1).join('');
  const body = Buffer.from(encoded, 'base64');
  const logN = body[1];
  if (
    body.toString('base64') !== encoded ||
    body.length < headBytes + macBytes + 1 ||
    body[0] !== formatVersion ||
    logN === undefined ||
    logN < standardLogN ||
    logN > dearestLogN
  ) {
    throw new SealBroken('not an exported key of a known version');
  }
  const [head, hidden] = [body.subarray(0, headBytes), body.subarray(headBytes, -macBytes)];
  const keys = passphraseKeys(passphrase, head.subarray(2, 18), logN);
  if (!timingSafeEqual(hmacSm3(keys.mac, head, hidden), body.subarray(-macBytes))) {
    throw new SealBroken('changed, or another passphrase');
  }
  return sm2PrivateKey(sm4CtrOpen(keys.cipher, head.subarray(18), hidden));
}

const firstLine = '-----BEGIN YINGSHANG SEALED SM2 KEY-----';
const lastLine = '-----END YINGSHANG SEALED SM2 KEY-----';
const formatVersion = 1;
const standardLogN = 15;
/** A changed file must not make the process eat the machine's memory. */
const dearestLogN = 18;
const headBytes = 2 + 16 + 16;
const macBytes = 32;

function contextOf(name: string): string {
  return `sm2-key/${name}`;
}

function passphraseKeys(passphrase: string, salt: Buffer, logN: number): { cipher: Buffer; mac: Buffer } {
  const N = 2 ** logN;
  // The same words typed on another keyboard may arrive in other code points.
  const secret = scryptSync(Buffer.from(passphrase.normalize('NFKC'), 'utf8'), salt, 32, {
    N,
    r: 8,
    p: 1,
    maxmem: 256 * N * 8,
  });
  return { cipher: deriveKey(secret, 'exported-key/cipher', 16), mac: deriveKey(secret, 'exported-key/mac', 32) };
}
