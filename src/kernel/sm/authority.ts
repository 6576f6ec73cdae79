import { randomBytes } from 'node:crypto';
import type { Instant } from '../time.ts';
import { type Certificate, type KeyUsage, keyUsageBits, readCertificate } from './certificate.ts';
import { der } from './der-write.ts';
import { oids } from './oids.ts';
import {
  type CertificateOrder,
  type CertificatePurpose,
  type CertificateSource,
  type Key,
  type RevocationReason,
  revocationReasons,
  type Signer,
  type Subject,
} from './signer.ts';
import { sm3 } from './sm3.ts';
import type { Sm2PublicKey } from './sm2.ts';

/** The root that vouches for itself. Its certificate is what verifiers are given by hand. */
export async function makeRoot(key: Key, order: Omit<CertificateOrder, 'publicKey' | 'purpose'>): Promise<Certificate> {
  const name = subjectName(order.subject);
  const full: CertificateOrder = { ...order, publicKey: key.publicKey, purpose: 'authority' };
  return issue(full, name, key, null);
}

/** One certificate under the authority's. Refuses to outlive it: a chain is as long as its shortest link. */
export async function issueCertificate(by: Signer, order: CertificateOrder): Promise<Certificate> {
  const [own] = by.chain;
  if (!own.isAuthority) throw new RangeError('only an authority may issue certificates');
  if (order.notBefore < own.notBefore || order.notAfter > own.notAfter) {
    throw new RangeError('a certificate cannot outlive the authority that issues it');
  }
  return issue(order, own.subject.der, by, own.pathLength === null ? null : own.pathLength - 1);
}

export interface Revocation {
  /** Hexadecimal, as in `Certificate.serial`. */
  serial: string;
  at: Instant;
  reason: RevocationReason;
}

export interface RevocationListOrder {
  number: number;
  revoked: readonly Revocation[];
  thisUpdate: Instant;
  nextUpdate: Instant;
}

/** A certificate revocation list of version 2, in DER. */
export async function issueRevocationList(by: Signer, order: RevocationListOrder): Promise<Buffer> {
  const [own] = by.chain;
  const entries = [...order.revoked]
    .sort((a, b) => (a.serial < b.serial ? -1 : 1))
    .map(({ serial, at, reason }) =>
      der.sequence(
        der.unsigned(Buffer.from(serial.padStart(serial.length + (serial.length % 2), '0'), 'hex')),
        der.time(at),
        der.sequence(extension(oids.crlReason, false, der.enumerated(revocationReasons[reason]))),
      ),
    );
  const signed = der.sequence(
    der.integer(1),
    signatureAlgorithm(),
    own.subject.der,
    der.time(order.thisUpdate),
    der.time(order.nextUpdate),
    // An empty list is left out: that is what the format wants.
    ...(entries.length > 0 ? [der.sequence(...entries)] : []),
    der.explicit(
      0,
      der.sequence(
        authorityKey(keyIdentifierOf(by.publicKey)),
        extension(oids.crlNumber, false, der.integer(order.number)),
      ),
    ),
  );
  return der.sequence(signed, signatureAlgorithm(), der.bits(await by.sign(signed)));
}

/** Where the local authority writes down what it revoked; the module that runs it keeps this in its tables. */
export interface RevocationLedger {
  add(entry: Revocation): Promise<void>;
  all(): Promise<readonly Revocation[]>;
  /** A number for a list, higher than every one before. */
  nextNumber(): Promise<number>;
}

/** Our own root as a source of certificates. A real authority takes its place behind the same interface. */
export function localAuthority(by: Signer, ledger: RevocationLedger, listHours = 7 * 24): CertificateSource {
  return {
    async request(order) {
      return [await issueCertificate(by, order), ...by.chain];
    },
    revoke: (serial, at, reason) => ledger.add({ serial, at, reason }),
    async revocationList(at) {
      const [revoked, number] = [await ledger.all(), await ledger.nextNumber()];
      const nextUpdate = new Date(Date.parse(at) + listHours * 3_600_000).toISOString();
      return issueRevocationList(by, { number, revoked, thisUpdate: at, nextUpdate });
    },
  };
}

/** The name as certificates carry it, from the country down. */
export function subjectName(subject: Subject): Buffer {
  const part = (oid: string, text: string | undefined, encode = der.utf8) =>
    text === undefined ? [] : [der.setOf(der.sequence(der.oid(oid), encode(text)))];
  return der.sequence(
    ...part(oids.country, subject.country ?? 'CN', der.printable),
    ...part(oids.province, subject.province),
    ...part(oids.locality, subject.locality),
    ...part(oids.organization, subject.organization),
    ...part(oids.unit, subject.unit),
    ...part(oids.commonName, subject.commonName),
  );
}

export function signatureAlgorithm(): Buffer {
  return der.sequence(der.oid(oids.sm2WithSm3));
}

const usages: Readonly<Record<CertificatePurpose, readonly KeyUsage[]>> = {
  authority: ['keyCertSign', 'crlSign'],
  sealMaker: ['digitalSignature', 'contentCommitment'],
  signer: ['digitalSignature', 'contentCommitment'],
  timeStamper: ['digitalSignature', 'contentCommitment'],
};

/**
 * What a certificate is marked for. The mark keeps whoever may seal files from making seals of their own: both keys can
 * sign, and both certificates come from the same authority.
 */
function purposeOf(purpose: CertificatePurpose): Buffer[] {
  const marked = (critical: boolean, oid: string) => [
    extension(oids.extendedKeyUsage, critical, der.sequence(der.oid(oid))),
  ];
  switch (purpose) {
    case 'authority':
      return [];
    case 'sealMaker':
      return marked(false, oids.sealMaking);
    case 'signer':
      return marked(false, oids.documentSigning);
    case 'timeStamper':
      // RFC 3161 wants exactly this one, and critical.
      return marked(true, oids.timeStamping);
  }
}

async function issue(
  order: CertificateOrder,
  issuer: Buffer,
  key: Key,
  pathLength: number | null,
): Promise<Certificate> {
  if (order.notBefore >= order.notAfter) throw new RangeError('a certificate must begin before it ends');
  const isAuthority = order.purpose === 'authority';
  if (isAuthority && pathLength !== null && pathLength < 0)
    throw new RangeError('no authority may stand below this one');
  const constraints = der.sequence(
    ...(isAuthority ? [der.boolean(true)] : []),
    ...(isAuthority && pathLength !== null ? [der.integer(pathLength)] : []),
  );
  const extensions = [
    extension(oids.basicConstraints, true, constraints),
    extension(oids.keyUsage, true, der.namedBits(usages[order.purpose].map((name) => keyUsageBits[name]))),
    ...purposeOf(order.purpose),
    extension(oids.subjectKeyIdentifier, false, der.octets(keyIdentifierOf(order.publicKey))),
    authorityKey(keyIdentifierOf(key.publicKey)),
  ];
  const signed = der.sequence(
    der.explicit(0, der.integer(2)),
    der.unsigned(newSerial()),
    signatureAlgorithm(),
    issuer,
    der.sequence(der.time(order.notBefore), der.time(order.notAfter)),
    subjectName(order.subject),
    order.publicKey.spki,
    der.explicit(3, der.sequence(...extensions)),
  );
  return readCertificate(der.sequence(signed, signatureAlgorithm(), der.bits(await key.sign(signed))));
}

/** RFC 7093 with SM3 in the place of SHA-256: the first twenty bytes over the point. */
function keyIdentifierOf(key: Sm2PublicKey): Buffer {
  return sm3(key.point).subarray(0, 20);
}

function authorityKey(identifier: Buffer): Buffer {
  return extension(oids.authorityKeyIdentifier, false, der.sequence(der.implicit(0, identifier)));
}

function extension(oid: string, critical: boolean, content: Buffer): Buffer {
  return der.sequence(der.oid(oid), ...(critical ? [der.boolean(true)] : []), der.octets(content));
}

/** Sixteen random bytes, never zero and never read as negative. */
function newSerial(): Buffer {
  const serial = randomBytes(16);
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40;
  return serial;
}
