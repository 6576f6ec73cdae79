import type { Instant } from '../time.ts';
import type { Revocation } from './authority.ts';
import {
  algorithmOf,
  type Certificate,
  type DistinguishedName,
  readAuthorityKeyIdentifier,
  readExtensions,
  readName,
  serialOf,
} from './certificate.ts';
import { asBits, asInteger, asSmallInteger, asTime, DerCursor, DerError, readDer, tags } from './der.ts';
import { oids } from './oids.ts';
import { type RevocationReason, revocationReasons } from './signer.ts';
import { sm2Verify } from './sm2.ts';

export interface RevocationList {
  readonly der: Buffer;
  readonly signed: Buffer;
  readonly signature: Buffer;
  readonly signatureAlgorithm: string;
  readonly issuer: DistinguishedName;
  readonly authorityKeyIdentifier: Buffer | null;
  readonly thisUpdate: Instant;
  /** Null when the list does not say; such a list is never in force here. */
  readonly nextUpdate: Instant | null;
  readonly number: bigint | null;
  readonly entries: ReadonlyMap<string, Revocation>;
}

/** Throws `DerError` for what is no list of version 2, or has critical parts that nobody here understands. */
export function readRevocationList(encoded: Uint8Array): RevocationList {
  const whole = new DerCursor(readDer(encoded));
  const signedPart = new DerCursor(whole.next());
  const algorithm = algorithmOf(whole.next());
  const signature = asBits(whole.next());
  whole.end();

  if (asSmallInteger(signedPart.next()) !== 1) throw new DerError('only lists of version 2 are read');
  if (algorithmOf(signedPart.next()) !== algorithm) throw new DerError('two signature algorithms');
  const issuer = readName(signedPart.next());
  const thisUpdate = asTime(signedPart.next());
  const next = signedPart.optional(tags.utcTime) ?? signedPart.optional(tags.generalizedTime);
  const entries = new Map<string, Revocation>();
  const list = signedPart.optional(tags.sequence);
  for (const entry of list ? new DerCursor(list).rest() : []) {
    const parts = new DerCursor(entry);
    const [serial, at] = [serialOf(parts.next()), asTime(parts.next())];
    const extensions = readExtensions(parts.optional(tags.sequence));
    parts.end();
    if (extensions.some(({ oid, critical }) => critical && oid !== oids.crlReason && oid !== oids.invalidityDate)) {
      throw new DerError('a critical part of an entry that is not understood');
    }
    const reason = extensions.find(({ oid }) => oid === oids.crlReason);
    const code = reason ? asSmallInteger(readDer(reason.content), tags.enumerated) : 0;
    entries.set(serial, { serial, at, reason: reasonOf(code) });
  }
  const extensions = readExtensions(signedPart.optionalExplicit(0));
  signedPart.end();
  if (
    extensions.some(({ oid, critical }) => critical && oid !== oids.crlNumber && oid !== oids.authorityKeyIdentifier)
  ) {
    throw new DerError('a critical part of the list that is not understood');
  }
  const number = extensions.find(({ oid }) => oid === oids.crlNumber);
  const authority = extensions.find(({ oid }) => oid === oids.authorityKeyIdentifier);
  return {
    der: Buffer.from(encoded),
    signed: signedPart.whole.raw,
    signature,
    signatureAlgorithm: algorithm,
    issuer,
    authorityKeyIdentifier: authority ? readAuthorityKeyIdentifier(authority.content) : null,
    thisUpdate,
    nextUpdate: next ? asTime(next) : null,
    number: number ? asInteger(readDer(number.content)) : null,
    entries,
  };
}

/** Whether this authority made the list and may do so. */
export function wasSignedBy(list: RevocationList, issuer: Certificate): boolean {
  return (
    list.signatureAlgorithm === oids.sm2WithSm3 &&
    list.issuer.der.equals(issuer.subject.der) &&
    (issuer.keyUsage === null || issuer.keyUsage.has('crlSign')) &&
    issuer.publicKey !== null &&
    sm2Verify(issuer.publicKey, list.signed, list.signature)
  );
}

export function isInForce(list: RevocationList, now: Instant): boolean {
  return list.thisUpdate <= now && list.nextUpdate !== null && now <= list.nextUpdate;
}

export function revocationOf(list: RevocationList, serial: string): Revocation | null {
  return list.entries.get(serial) ?? null;
}

function reasonOf(code: number): RevocationReason {
  const names = Object.keys(revocationReasons) as RevocationReason[];
  return names.find((name) => revocationReasons[name] === code) ?? 'unspecified';
}
