import type { Instant } from '../time.ts';
import {
  asBits,
  asBoolean,
  asInteger,
  asNamedBits,
  asOctets,
  asOid,
  asSmallInteger,
  asText,
  asTime,
  contextTag,
  DerCursor,
  DerError,
  type DerValue,
  readDer,
  tags,
} from './der.ts';
import { oids } from './oids.ts';
import { sm3 } from './sm3.ts';
import { type Sm2PublicKey, sm2PublicKey, sm2Verify } from './sm2.ts';

/** What is read from an X.509 certificate (RFC 5280; GB/T 20518 keeps its shape). */
export interface Certificate {
  /** The whole certificate, as it goes into seals and files. */
  readonly der: Buffer;
  /** The part that is signed. */
  readonly signed: Buffer;
  readonly signature: Buffer;
  readonly signatureAlgorithm: string;
  /** Hexadecimal, without a sign. */
  readonly serial: string;
  readonly subject: DistinguishedName;
  readonly issuer: DistinguishedName;
  readonly notBefore: Instant;
  readonly notAfter: Instant;
  /** Null when the key is of another kind, as in many foreign certificates. */
  readonly publicKey: Sm2PublicKey | null;
  readonly keyIdentifier: Buffer | null;
  readonly authorityKeyIdentifier: Buffer | null;
  readonly isAuthority: boolean;
  readonly pathLength: number | null;
  /** Null when the certificate does not say. */
  readonly keyUsage: ReadonlySet<KeyUsage> | null;
  readonly extendedKeyUsage: readonly string[] | null;
  /** Critical extensions that nobody here understands: such a certificate proves nothing. */
  readonly unknownCritical: readonly string[];
}

export interface DistinguishedName {
  readonly der: Buffer;
  /** For people: `CN=…, O=…`, the own name first. */
  readonly text: string;
  readonly commonName: string | null;
}

export type KeyUsage = keyof typeof keyUsageBits;

export const keyUsageBits = {
  digitalSignature: 0,
  contentCommitment: 1,
  keyEncipherment: 2,
  dataEncipherment: 3,
  keyAgreement: 4,
  keyCertSign: 5,
  crlSign: 6,
} as const;

/** Throws `DerError` for what is no certificate. A key or algorithm of another kind is no error yet. */
export function readCertificate(encoded: Uint8Array): Certificate {
  const whole = new DerCursor(readDer(encoded));
  const signedPart = new DerCursor(whole.next());
  const outerAlgorithm = algorithmOf(whole.next());
  const signature = asBits(whole.next());
  whole.end();

  const version = signedPart.optionalExplicit(0);
  if (version === null || asSmallInteger(version) !== 2) throw new DerError('only certificates of version 3 are read');
  const serial = serialOf(signedPart.next());
  if (algorithmOf(signedPart.next()) !== outerAlgorithm) throw new DerError('two signature algorithms');
  const issuer = readName(signedPart.next());
  const validity = signedPart.sequence();
  const [notBefore, notAfter] = [asTime(validity.next()), asTime(validity.next())];
  validity.end();
  const subject = readName(signedPart.next());
  const publicKey = keyOf(signedPart.next());
  signedPart.optional(contextTag(1, false));
  signedPart.optional(contextTag(2, false));
  const extensions = readExtensions(signedPart.optionalExplicit(3));
  signedPart.end();

  return {
    der: Buffer.from(encoded),
    signed: signedPart.whole.raw,
    signature,
    signatureAlgorithm: outerAlgorithm,
    serial,
    subject,
    issuer,
    notBefore,
    notAfter,
    publicKey,
    ...meaningOf(extensions),
  };
}

/** Whether the certificate was signed by this key with SM3-with-SM2; says nothing about dates or revocation. */
export function isSignedBy(certificate: Certificate, key: Sm2PublicKey | null): boolean {
  if (key === null || certificate.signatureAlgorithm !== oids.sm2WithSm3) return false;
  const question = sm3(certificate.der, key.point).toString('base64');
  if (foundGood.has(question)) return true;
  const isGood = sm2Verify(key, certificate.signed, certificate.signature);
  if (isGood) {
    const [oldest] = foundGood;
    if (foundGood.size >= mostFoundGood && oldest !== undefined) foundGood.delete(oldest);
    foundGood.add(question);
  }
  return isGood;
}

/**
 * Whether a certificate may make seals, or seal files. Foreign authorities mark neither, and are believed; one that is
 * marked for the other of the two only is not.
 */
export function isMarkedAgainst(certificate: Certificate, purpose: 'sealMaking' | 'documentSigning'): boolean {
  const marks = certificate.extendedKeyUsage ?? [];
  const other = purpose === 'sealMaking' ? oids.documentSigning : oids.sealMaking;
  return marks.includes(other) && !marks.includes(oids[purpose]);
}

/** SM3 of the whole certificate: what seals list and what people compare. */
export function fingerprint(certificate: Certificate): Buffer {
  return sm3(certificate.der);
}

export function certificateToPem(encoded: Uint8Array, label = 'CERTIFICATE'): string {
  const lines =
    Buffer.from(encoded)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}

/** Every certificate of a PEM text, in order; text around them is allowed, as openssl writes it. */
export function readPemCertificates(pem: string): Certificate[] {
  return [...pem.matchAll(/-----BEGIN CERTIFICATE-----([\s\S]*?)-----END CERTIFICATE-----/g)].map(([, body]) =>
    readCertificate(Buffer.from(body ?? '', 'base64')),
  );
}

export interface Extension {
  oid: string;
  critical: boolean;
  content: Buffer;
}

export function readExtensions(list: DerValue | null): Extension[] {
  if (list === null) return [];
  const found = new DerCursor(list).rest().map((entry): Extension => {
    const parts = new DerCursor(entry);
    const oid = asOid(parts.next());
    const flag = parts.optional(tags.boolean);
    const content = asOctets(parts.next());
    parts.end();
    return { oid, critical: flag !== null && asBoolean(flag), content };
  });
  if (new Set(found.map(({ oid }) => oid)).size !== found.length) throw new DerError('an extension twice');
  return found;
}

export function algorithmOf(value: DerValue): string {
  const parts = new DerCursor(value);
  const oid = asOid(parts.next());
  // SM2 takes no parameters; some software writes an explicit nothing.
  parts.rest();
  return oid;
}

export function serialOf(value: DerValue): string {
  const serial = asInteger(value);
  return (serial < 0n ? BigInt.asUintN(value.content.length * 8, serial) : serial).toString(16);
}

export function readName(value: DerValue): DistinguishedName {
  const parts = new DerCursor(value).rest().flatMap((set) =>
    new DerCursor(set, tags.set).rest().map((pair) => {
      const both = new DerCursor(pair);
      const [oid, text] = [asOid(both.next()), asText(both.next())];
      both.end();
      return { oid, text };
    }),
  );
  return {
    der: value.raw,
    text: [...parts]
      .reverse()
      .map(({ oid, text }) => `${shortNames[oid] ?? oid}=${text}`)
      .join(', '),
    commonName: parts.findLast(({ oid }) => oid === oids.commonName)?.text ?? null,
  };
}

export function readAuthorityKeyIdentifier(content: Buffer): Buffer | null {
  return new DerCursor(readDer(content)).optional(contextTag(0, false))?.content ?? null;
}

const shortNames: Readonly<Record<string, string>> = {
  [oids.country]: 'C',
  [oids.province]: 'ST',
  [oids.locality]: 'L',
  [oids.organization]: 'O',
  [oids.unit]: 'OU',
  [oids.commonName]: 'CN',
};

function keyOf(spki: DerValue): Sm2PublicKey | null {
  const algorithm = new DerCursor(new DerCursor(spki).next());
  if (asOid(algorithm.next()) !== oids.ecPublicKey) return null;
  const curve = algorithm.optional(tags.oid);
  return curve !== null && asOid(curve) === oids.sm2Curve ? sm2PublicKey(spki.raw) : null;
}

function meaningOf(extensions: readonly Extension[]) {
  const read = <T>(oid: string, as: (value: DerValue) => T): T | null => {
    const extension = extensions.find((entry) => entry.oid === oid);
    return extension ? as(readDer(extension.content)) : null;
  };
  const constraints = read(oids.basicConstraints, (value) => {
    const parts = new DerCursor(value);
    const flag = parts.optional(tags.boolean);
    const length = parts.optional(tags.integer);
    parts.end();
    return {
      isAuthority: flag !== null && asBoolean(flag),
      pathLength: length === null ? null : asSmallInteger(length),
    };
  });
  const authority = extensions.find(({ oid }) => oid === oids.authorityKeyIdentifier);
  return {
    keyIdentifier: read(oids.subjectKeyIdentifier, asOctets),
    authorityKeyIdentifier: authority ? readAuthorityKeyIdentifier(authority.content) : null,
    isAuthority: constraints?.isAuthority ?? false,
    pathLength: constraints?.pathLength ?? null,
    keyUsage: read(oids.keyUsage, (value) => {
      const bits = asNamedBits(value);
      const names = Object.keys(keyUsageBits) as KeyUsage[];
      return new Set(names.filter((name) => bits.has(keyUsageBits[name])));
    }),
    extendedKeyUsage: read(oids.extendedKeyUsage, (value) => new DerCursor(value).rest().map(asOid)),
    unknownCritical: extensions.filter(({ oid, critical }) => critical && !understood.has(oid)).map(({ oid }) => oid),
  };
}

/** The same few certificates come with every seal: what was found good, to the last byte, is not computed again. */
const foundGood = new Set<string>();
const mostFoundGood = 512;

const understood: ReadonlySet<string> = new Set([
  oids.subjectKeyIdentifier,
  oids.keyUsage,
  oids.basicConstraints,
  oids.authorityKeyIdentifier,
  oids.extendedKeyUsage,
]);
