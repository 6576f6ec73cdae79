import type { Instant } from '../time.ts';
import type { Certificate } from './certificate.ts';
import { derFromRaw, type Sm2PrivateKey, type Sm2PublicKey, sm2Digest, sm2Sign, sm2Verify } from './sm2.ts';

/**
 * The four places where hardware or an authority may stand in for our own software. docs/cryptography.md says what each
 * must do and how to prove that it does. All of them answer later: a machine is asked over the wire.
 */

/** A key that signs, wherever it lives. */
export interface Key {
  readonly publicKey: Sm2PublicKey;
  /** DER of (r, s): SM2 with SM3 over the message under the default user id. */
  sign(message: Uint8Array): Promise<Buffer>;
}

/** A key with the certificate that says whose it is. */
export interface Signer extends Key {
  /** The own certificate first, then those above it; the root may be left out. */
  readonly chain: readonly [Certificate, ...Certificate[]];
}

/** Vouches for keys: our own root, or an authority outside. */
export interface CertificateSource {
  /** The new certificate first, then those above it. */
  request(order: CertificateOrder): Promise<[Certificate, ...Certificate[]]>;
  revoke(serial: string, at: Instant, reason: RevocationReason): Promise<void>;
  /** The list of what was revoked, in force at this moment, in DER. */
  revocationList(at: Instant): Promise<Buffer>;
}

/** Says that something existed at a moment. */
export interface TimeStamper {
  /** A token of RFC 3161 over the content, in DER. */
  stamp(content: Uint8Array): Promise<Buffer>;
}

export interface CertificateOrder {
  subject: Subject;
  publicKey: Sm2PublicKey;
  purpose: CertificatePurpose;
  notBefore: Instant;
  notAfter: Instant;
}

export type CertificatePurpose = 'authority' | 'sealMaker' | 'signer' | 'timeStamper';

export interface Subject {
  commonName: string;
  organization?: string;
  unit?: string;
  locality?: string;
  province?: string;
  /** Two letters; CN when left out. */
  country?: string;
}

export const revocationReasons = {
  unspecified: 0,
  keyCompromise: 1,
  authorityCompromise: 2,
  affiliationChanged: 3,
  superseded: 4,
  cessationOfOperation: 5,
} as const;

export type RevocationReason = keyof typeof revocationReasons;

/** A key in this process. */
export function softwareKey(key: Sm2PrivateKey): Key {
  return { publicKey: key.publicKey, sign: (message) => Promise.resolve(sm2Sign(key, message)) };
}

/**
 * A key in a cipher machine that signs digests: gets SM3(Z ‖ message), answers 64 bytes r ‖ s. What it answers is
 * verified before it is believed, so that a machine that was set up with another key or user id is found at once.
 */
export function machineKey(publicKey: Sm2PublicKey, signDigest: (digest: Buffer) => Promise<Uint8Array>): Key {
  return {
    publicKey,
    async sign(message) {
      const signature = derFromRaw(await signDigest(sm2Digest(publicKey, message)));
      if (!sm2Verify(publicKey, message, signature)) throw new Error('the cipher machine signed with another key');
      return signature;
    },
  };
}

export function withCertificates(key: Key, chain: readonly [Certificate, ...Certificate[]]): Signer {
  if (!chain[0].publicKey?.point.equals(key.publicKey.point)) throw new Error('the certificate is for another key');
  return { publicKey: key.publicKey, chain, sign: (message) => key.sign(message) };
}
