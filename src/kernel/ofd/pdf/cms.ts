import { type Certificate, fingerprint, readCertificate, serialOf } from '../../sm/certificate.ts';
import {
  asOctets,
  asOid,
  asSmallInteger,
  asTime,
  contextTag,
  DerCursor,
  DerError,
  type DerValue,
  readDer,
  tags,
} from '../../sm/der.ts';
import { der } from '../../sm/der-write.ts';
import { oids } from '../../sm/oids.ts';
import type { Signer } from '../../sm/signer.ts';
import { sm2Verify } from '../../sm/sm2.ts';
import type { Instant } from '../../time.ts';

const plainData = '1.2.840.113549.1.7.1';
/** Nobody has registered it: an own number out of a UUID (X.667), as everybody may have. */
const sealingAttribute = '2.25.298141305418688795903198727147174825241';
/** By which such a signature is known even when it is damaged. */
export const sealingMark = der.oid(sealingAttribute);

/**
 * A signature beside its content (CMS, RFC 5652) with SM3 and SM2, as PDF carries it. The sealing of GB/T 38540 is one of
 * its signed attributes: readers that know CMS verify the outer one, we verify both.
 */
export async function signDetached(digest: Buffer, sealing: Buffer, signer: Signer, at: Instant): Promise<Buffer> {
  const [own] = signer.chain;
  const attribute = (oid: string, content: Buffer) => der.sequence(der.oid(oid), der.setOf(content));
  const sm3Algorithm = der.sequence(der.oid(oids.sm3));
  const attributes = der.setOf(
    attribute(oids.contentType, der.oid(plainData)),
    attribute(oids.messageDigest, der.octets(digest)),
    attribute(oids.signingTime, der.time(at)),
    attribute(
      oids.signingCertificateV2,
      der.sequence(der.sequence(der.sequence(sm3Algorithm, der.octets(fingerprint(own))))),
    ),
    attribute(sealingAttribute, sealing),
  );
  const signerInfo = der.sequence(
    der.integer(1),
    der.sequence(own.issuer.der, serialNumber(own)),
    sm3Algorithm,
    // Signed as a set, carried as [0]: that is how the format has it.
    der.implicit(0, readDer(attributes).content, true),
    der.sequence(der.oid(oids.sm2WithSm3)),
    der.octets(await signer.sign(attributes)),
  );
  const certificates = Buffer.concat(signer.chain.map((one) => one.der).sort((a, b) => Buffer.compare(a, b)));
  return der.sequence(
    der.oid(oids.signedData),
    der.explicit(
      0,
      der.sequence(
        der.integer(1),
        der.setOf(sm3Algorithm),
        der.sequence(der.oid(plainData)),
        der.implicit(0, certificates, true),
        der.setOf(signerInfo),
      ),
    ),
  );
}

export interface DetachedSignature {
  signer: Certificate;
  /** Of the content, as it was signed. */
  digest: Buffer;
  at: Instant;
  /** Null in files of other makers. */
  sealing: Buffer | null;
  isGenuine: boolean;
}

/** Throws `DerError` for what is not exactly one such signature with these algorithms. */
export function readDetached(encoded: Uint8Array): DetachedSignature {
  const outer = new DerCursor(readDer(encoded));
  expectOid(outer.next(), oids.signedData);
  const signed = new DerCursor(outer.optionalExplicit(0) ?? missing());
  outer.end();
  if (asSmallInteger(signed.next()) !== 1) throw new DerError('a version that is not known');
  expectOid(new DerCursor(new DerCursor(signed.next(), tags.set).next()).next(), oids.sm3);
  const content = signed.sequence();
  expectOid(content.next(), plainData);
  content.end();
  const certificates = (signed.optional(contextTag(0)) ?? missing()).children.map(({ raw }) => readCertificate(raw));
  signed.optional(contextTag(1));
  const infos = new DerCursor(signed.next(), tags.set);
  signed.end();
  const info = infos.sequence();
  infos.end();
  if (asSmallInteger(info.next()) !== 1) throw new DerError('a version that is not known');
  const named = info.sequence();
  const [issuer, serial] = [named.next().raw, serialOf(named.next())];
  expectOid(info.sequence().next(), oids.sm3);
  const carried = info.next(contextTag(0));
  expectOid(info.sequence().next(), oids.sm2WithSm3);
  const signature = asOctets(info.next());
  info.optional(contextTag(1));
  info.end();
  const signer = certificates.find((one) => one.serial === serial && one.issuer.der.equals(issuer));
  if (!signer) throw new DerError('the certificate of the signer is missing');
  const attributes = attributesOf(carried);
  const of = (oid: string) => attributes.get(oid) ?? missing();
  const isAboutSigner = asOctets(certificateDigest(of(oids.signingCertificateV2))).equals(fingerprint(signer));
  const set = der.setOf(...carried.children.map(({ raw }) => raw));
  const isOrdered = readDer(set).content.equals(carried.content);
  return {
    signer,
    digest: asOctets(of(oids.messageDigest)),
    at: asTime(of(oids.signingTime)),
    sealing: attributes.get(sealingAttribute)?.raw ?? null,
    isGenuine:
      isAboutSigner &&
      isOrdered &&
      asOid(of(oids.contentType)) === plainData &&
      signer.publicKey !== null &&
      sm2Verify(signer.publicKey, set, signature),
  };
}

function serialNumber({ serial }: Certificate): Buffer {
  return der.unsigned(Buffer.from(serial.padStart(serial.length + (serial.length % 2), '0'), 'hex'));
}

function attributesOf(carried: DerValue): Map<string, DerValue> {
  const found = new Map<string, DerValue>();
  for (const one of carried.children) {
    const pair = new DerCursor(one);
    const oid = asOid(pair.next());
    const values = pair.next(tags.set).children;
    pair.end();
    const [value] = values;
    if (!value || values.length !== 1 || found.has(oid)) throw new DerError('an attribute that is not single');
    found.set(oid, value);
  }
  return found;
}

function certificateDigest(attribute: DerValue): DerValue {
  const id = new DerCursor(new DerCursor(new DerCursor(attribute).next()).next());
  expectOid(id.sequence().next(), oids.sm3);
  return id.next();
}

function expectOid(value: DerValue, wanted: string): void {
  const found = asOid(value);
  if (found !== wanted) throw new DerError(`${found} instead of ${wanted}`);
}

function missing(): never {
  throw new DerError('a part is missing');
}
