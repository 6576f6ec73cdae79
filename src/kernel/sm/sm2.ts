import {
  createPrivateKey,
  createPublicKey,
  createSign,
  createVerify,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';
import { asBits, asInteger, asOid, DerCursor, readDer } from './der.ts';
import { der } from './der-write.ts';
import { oids } from './oids.ts';
import { sm3 } from './sm3.ts';

/**
 * SM2 signatures (GB/T 32918.2) on the recommended curve, with SM3 and the user id that all Chinese software takes when
 * none is agreed. OpenSSL below Node can do this, but only on one narrow path; docs/cryptography.md tells which
 * neighbouring paths silently compute something else. Nothing outside this file touches that path.
 */
export interface Sm2PublicKey {
  /** 65 bytes: 04, x, y. */
  readonly point: Buffer;
  /** SubjectPublicKeyInfo, as certificates carry it. */
  readonly spki: Buffer;
}

export interface Sm2PrivateKey {
  readonly publicKey: Sm2PublicKey;
  /** PKCS#8, unprotected: for `key-store` only. */
  readonly pkcs8: Buffer;
}

export class Sm2KeyError extends Error {
  override readonly name = 'Sm2KeyError';
}

export function generateSm2Key(): Sm2PrivateKey {
  const { privateKey } = generateKeyPairSync('ec', {
    namedCurve: 'SM2',
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'der' },
  });
  return sm2PrivateKey(privateKey);
}

/** From PKCS#8. Proves that the two halves of the key belong together before anybody relies on it. */
export function sm2PrivateKey(pkcs8: Uint8Array): Sm2PrivateKey {
  const scalar = scalarOf(pkcs8);
  if (scalar < 1n || scalar > order - 2n) throw new Sm2KeyError('the private key is out of range');
  const handle = importing(() => createPrivateKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' }));
  const publicKey = sm2PublicKey(createPublicKey(handle).export({ type: 'spki', format: 'der' }));
  const key: Sm2PrivateKey = { publicKey, pkcs8: Buffer.from(pkcs8) };
  signers.set(key, handle);
  if (!sm2Verify(publicKey, proof, sm2Sign(key, proof))) throw new Sm2KeyError('the two halves do not match');
  return key;
}

/** From SubjectPublicKeyInfo, or from the bare point of 65 bytes. */
export function sm2PublicKey(encoded: Uint8Array): Sm2PublicKey {
  const point = Buffer.from(encoded.length === pointBytes ? encoded : pointOf(encoded));
  if (!isOnCurve(point)) throw new Sm2KeyError('the public key is not a point of the curve');
  const spki = der.sequence(der.sequence(der.oid(oids.ecPublicKey), der.oid(oids.sm2Curve)), der.bits(point));
  const publicKey: Sm2PublicKey = { point, spki };
  verifiers.set(publicKey, {
    handle: importing(() => createPublicKey({ key: spki, format: 'der', type: 'spki' })),
    z: zOf(point, defaultUserId),
  });
  return publicKey;
}

/** DER of (r, s). */
export function sm2Sign(key: Sm2PrivateKey, message: string | Uint8Array): Buffer {
  const handle = signers.get(key);
  if (!handle) throw new Sm2KeyError('a key that was not made here');
  return createSign('sm3').update(verifierOf(key.publicKey).z).update(message).sign(handle);
}

/** False for anything that is not exactly one signature in DER by this key over this message; never throws. */
export function sm2Verify(key: Sm2PublicKey, message: string | Uint8Array, signature: Uint8Array): boolean {
  const { handle, z } = verifierOf(key);
  try {
    // OpenSSL has its own opinion of malformed signatures in every version: ours is asked first.
    rawFromDer(signature);
    return createVerify('sm3').update(z).update(message).verify(handle, signature);
  } catch {
    return false;
  }
}

/** What a cipher machine that signs digests must be given: SM3(Z ‖ message). */
export function sm2Digest(key: Sm2PublicKey, message: string | Uint8Array): Buffer {
  return sm3(verifierOf(key).z, message);
}

/** Z of GB/T 32918.2 §5.5: binds the signature to the user id, the curve and the key. */
export function sm2Z(key: Sm2PublicKey, userId = defaultUserId): Buffer {
  return userId === defaultUserId ? Buffer.from(verifierOf(key).z) : zOf(key.point, userId);
}

/** r ‖ s, 64 bytes, from DER. Throws for every spelling but the one that DER allows. */
export function rawFromDer(signature: Uint8Array): Buffer {
  const parts = new DerCursor(readDer(signature));
  const [r, s] = [asInteger(parts.next()), asInteger(parts.next())];
  parts.end();
  if (r < 1n || r >= order || s < 1n || s >= order) throw new RangeError('a signature out of range');
  return Buffer.from(hex32(r) + hex32(s), 'hex');
}

export function derFromRaw(raw: Uint8Array): Buffer {
  if (raw.length !== 64) throw new RangeError(`a raw signature has 64 bytes, not ${raw.length}`);
  return der.sequence(der.unsigned(raw.subarray(0, 32)), der.unsigned(raw.subarray(32)));
}

export function sm2SignRaw(key: Sm2PrivateKey, message: string | Uint8Array): Buffer {
  return rawFromDer(sm2Sign(key, message));
}

export function sm2VerifyRaw(key: Sm2PublicKey, message: string | Uint8Array, raw: Uint8Array): boolean {
  return raw.length === 64 && sm2Verify(key, message, derFromRaw(raw));
}

/** GM/T 0009 §10: the sixteen ASCII characters. */
export const defaultUserId = '1234567812345678';

const pointBytes = 65;
const proof = 'both halves of one key';

// GB/T 32918.5: the recommended curve.
const prime = 0xfffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffffn;
const a = prime - 3n;
const b = 0x28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93n;
const order = 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n;
const generator =
  '32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7' +
  'bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0';

interface Verifier {
  handle: KeyObject;
  z: Buffer;
}

/** OpenSSL's handles stay here: passed about, they would end up in calls that compute something else. */
const signers = new WeakMap<Sm2PrivateKey, KeyObject>();
const verifiers = new WeakMap<Sm2PublicKey, Verifier>();

function verifierOf(key: Sm2PublicKey): Verifier {
  const verifier = verifiers.get(key);
  if (!verifier) throw new Sm2KeyError('a key that was not made here');
  return verifier;
}

/** A key that OpenSSL made itself has the type EC and signs with ECDSA; one that it read has the type SM2. */
function importing(read: () => KeyObject): KeyObject {
  let handle: KeyObject;
  try {
    handle = read();
  } catch (error) {
    throw new Sm2KeyError('the key cannot be read', { cause: error });
  }
  if ((handle.asymmetricKeyType as string | undefined) === 'ec')
    throw new Sm2KeyError('OpenSSL took the key for ECDSA');
  return handle;
}

function zOf(point: Buffer, userId: string): Buffer {
  const id = Buffer.from(userId, 'utf8');
  if (id.length * 8 > 0xffff) throw new RangeError('the user id is too long');
  const bits = Buffer.alloc(2);
  bits.writeUInt16BE(id.length * 8);
  const curve = Buffer.from(hex32(a) + hex32(b) + generator, 'hex');
  return sm3(bits, id, curve, point.subarray(1));
}

function pointOf(spki: Uint8Array): Buffer {
  try {
    const parts = new DerCursor(readDer(spki));
    const algorithm = parts.sequence();
    const isSm2 = asOid(algorithm.next()) === oids.ecPublicKey && asOid(algorithm.next()) === oids.sm2Curve;
    algorithm.end();
    const point = asBits(parts.next());
    parts.end();
    if (isSm2) return point;
  } catch (error) {
    throw new Sm2KeyError('not a public key', { cause: error });
  }
  throw new Sm2KeyError('not an SM2 key');
}

function scalarOf(pkcs8: Uint8Array): bigint {
  try {
    const parts = new DerCursor(readDer(pkcs8));
    parts.next();
    const algorithm = parts.sequence();
    if (asOid(algorithm.next()) !== oids.ecPublicKey || asOid(algorithm.next()) !== oids.sm2Curve) {
      throw new Sm2KeyError('not an SM2 key');
    }
    const inner = new DerCursor(readDer(parts.next(0x04).content));
    inner.next();
    return BigInt(`0x${inner.next(0x04).content.toString('hex')}`);
  } catch (error) {
    if (error instanceof Sm2KeyError) throw error;
    throw new Sm2KeyError('not a private key', { cause: error });
  }
}

function isOnCurve(point: Buffer): boolean {
  if (point.length !== pointBytes || point[0] !== 4) return false;
  const x = BigInt(`0x${point.subarray(1, 33).toString('hex')}`);
  const y = BigInt(`0x${point.subarray(33).toString('hex')}`);
  return x < prime && y < prime && (y * y - (x * x * x + a * x + b)) % prime === 0n;
}

function hex32(number: bigint): string {
  return number.toString(16).padStart(64, '0');
}
