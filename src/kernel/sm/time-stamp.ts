import { randomBytes } from 'node:crypto';
import type { Clock, Instant } from '../time.ts';
import { signatureAlgorithm } from './authority.ts';
import { type Certificate, fingerprint, readCertificate, serialOf } from './certificate.ts';
import { type ChainResult, type ChainTrust, verifyChain } from './chain.ts';
import {
  asInteger,
  asOctets,
  asOid,
  asSmallInteger,
  asTime,
  contextTag,
  DerCursor,
  DerError,
  readDer,
  tags,
} from './der.ts';
import { der } from './der-write.ts';
import { oids } from './oids.ts';
import type { Signer, TimeStamper } from './signer.ts';
import { sm3 } from './sm3.ts';
import { sm2Verify } from './sm2.ts';

/**
 * Time stamps after RFC 3161 with SM3 and SM2, as GM/T 0033 keeps them. The local one takes the platform's clock: it
 * proves the order of things to ourselves; for others an authority of time takes its place.
 */
export function localTimeStamper(
  signer: Signer,
  clock: Clock,
  policy: string = oids.localTimeStampPolicy,
): TimeStamper {
  return {
    async stamp(content) {
      const at = `${clock.now().slice(0, 19)}.000Z`;
      const statement = der.sequence(
        der.integer(1),
        der.oid(policy),
        der.sequence(der.sequence(der.oid(oids.sm3)), der.octets(sm3(content))),
        der.unsigned(randomBytes(12)),
        der.generalizedTime(at),
      );
      return signedData(signer, statement, at);
    },
  };
}

export interface TimeStamp {
  at: Instant;
  /** SM3 of what was stamped. */
  digest: Buffer;
  serial: string;
  certificate: Certificate;
}

export interface TimeStampResult {
  stamp: TimeStamp;
  /** Whether token, content and signature belong together. */
  isGenuine: boolean;
  chain: ChainResult;
}

/** Reads a token and checks it against the content; throws `DerError` when it is no token of the kind used here. */
export function verifyTimeStamp(
  token: Uint8Array,
  content: Uint8Array,
  trust: Omit<ChainTrust, 'at' | 'usage' | 'extendedUsage'>,
): TimeStampResult {
  const { stamp, signedAttributes, signature, others, isConsistent } = readToken(token);
  const key = stamp.certificate.publicKey;
  const isGenuine =
    isConsistent &&
    key !== null &&
    stamp.digest.equals(sm3(content)) &&
    stamp.at <= trust.now &&
    sm2Verify(key, signedAttributes, signature);
  const chain = verifyChain(stamp.certificate, {
    ...trust,
    intermediates: [...(trust.intermediates ?? []), ...others],
    at: stamp.at,
    usage: 'digitalSignature',
    extendedUsage: oids.timeStamping,
  });
  return { stamp, isGenuine, chain };
}

async function signedData(signer: Signer, statement: Buffer, at: Instant): Promise<Buffer> {
  const [own] = signer.chain;
  const attribute = (oid: string, content: Buffer) => der.sequence(der.oid(oid), der.setOf(content));
  const certificateId = der.sequence(
    der.sequence(der.sequence(der.sequence(der.oid(oids.sm3)), der.octets(fingerprint(own)))),
  );
  const attributes = der.setOf(
    attribute(oids.contentType, der.oid(oids.timeStampInfo)),
    attribute(oids.messageDigest, der.octets(sm3(statement))),
    attribute(oids.signingTime, der.time(at)),
    attribute(oids.signingCertificateV2, certificateId),
  );
  const signerInfo = der.sequence(
    der.integer(1),
    der.sequence(own.issuer.der, der.unsigned(Buffer.from(own.serial.padStart(32, '0'), 'hex'))),
    der.sequence(der.oid(oids.sm3)),
    // Signed as a set, carried as [0]: that is how the format has it.
    der.implicit(0, new DerCursor(readDer(attributes), tags.set).whole.content, true),
    signatureAlgorithm(),
    der.octets(await signer.sign(attributes)),
  );
  const certificates = Buffer.concat([...signer.chain.map((one) => one.der)].sort((a, b) => Buffer.compare(a, b)));
  return der.sequence(
    der.oid(oids.signedData),
    der.explicit(
      0,
      der.sequence(
        der.integer(3),
        der.setOf(der.sequence(der.oid(oids.sm3))),
        der.sequence(der.oid(oids.timeStampInfo), der.explicit(0, der.octets(statement))),
        der.implicit(0, certificates, true),
        der.setOf(signerInfo),
      ),
    ),
  );
}

interface Token {
  stamp: TimeStamp;
  signedAttributes: Buffer;
  signature: Buffer;
  others: Certificate[];
  isConsistent: boolean;
}

function readToken(token: Uint8Array): Token {
  const outer = new DerCursor(readDer(token));
  expect(asOid(outer.next()), oids.signedData);
  const signed = new DerCursor(outer.optionalExplicit(0) ?? missing('the signed data'));
  outer.end();
  if (asSmallInteger(signed.next()) !== 3) throw new DerError('a version that is not known');
  expect(asOid(new DerCursor(new DerCursor(signed.next(), tags.set).next()).next()), oids.sm3);
  const holder = signed.sequence();
  expect(asOid(holder.next()), oids.timeStampInfo);
  const statement = asOctets(holder.optionalExplicit(0) ?? missing('the statement'));
  holder.end();
  const certificates = (signed.optional(contextTag(0)) ?? missing('the certificates')).children.map(({ raw }) =>
    readCertificate(raw),
  );
  const infos = new DerCursor(signed.next(), tags.set);
  signed.end();
  const info = infos.sequence();
  infos.end();

  if (asSmallInteger(info.next()) !== 1) throw new DerError('a version that is not known');
  const issuerAndSerial = info.sequence();
  const [issuer, serial] = [issuerAndSerial.next().raw, serialOf(issuerAndSerial.next())];
  issuerAndSerial.end();
  expect(asOid(info.sequence().next()), oids.sm3);
  const carried = info.next(contextTag(0));
  expect(asOid(info.sequence().next()), oids.sm2WithSm3);
  const signature = asOctets(info.next());
  info.end();

  const certificate = certificates.find((one) => one.serial === serial && one.issuer.der.equals(issuer));
  if (!certificate) throw new DerError('the certificate of the signer is not in the token');
  const attributes = new Map(
    carried.children.map((one) => {
      const pair = new DerCursor(one);
      const oid = asOid(pair.next());
      const [value] = pair.next(tags.set).children;
      pair.end();
      return [oid, value ?? missing('an attribute')] as const;
    }),
  );
  const named = attributes.get(oids.signingCertificateV2) ?? missing('the certificate that was named');
  const digestOf = (oid: string) => asOctets(attributes.get(oid) ?? missing('an attribute'));
  const certificateDigest = new DerCursor(new DerCursor(new DerCursor(named).next()).next());
  expect(asOid(certificateDigest.sequence().next()), oids.sm3);
  const isConsistent =
    asOid(attributes.get(oids.contentType) ?? missing('an attribute')) === oids.timeStampInfo &&
    digestOf(oids.messageDigest).equals(sm3(statement)) &&
    asOctets(certificateDigest.next()).equals(fingerprint(certificate)) &&
    attributes.size === carried.children.length;
  return {
    stamp: { ...readStatement(statement), certificate },
    signedAttributes: der.setOf(...carried.children.map(({ raw }) => raw)),
    signature,
    others: certificates.filter((one) => one !== certificate),
    isConsistent,
  };
}

function readStatement(statement: Buffer): Omit<TimeStamp, 'certificate'> {
  const parts = new DerCursor(readDer(statement));
  if (asSmallInteger(parts.next()) !== 1) throw new DerError('a version that is not known');
  asOid(parts.next());
  const imprint = parts.sequence();
  expect(asOid(imprint.sequence().next()), oids.sm3);
  const digest = asOctets(imprint.next());
  imprint.end();
  const serial = asInteger(parts.next()).toString(16);
  const at = asTime(parts.next(tags.generalizedTime));
  // Accuracy, ordering, nonce and the name of the authority may follow; nothing here depends on them.
  parts.rest();
  return { at, digest, serial };
}

function expect(found: string, wanted: string): void {
  if (found !== wanted) throw new DerError(`${found} instead of ${wanted}`);
}

function missing(what: string): never {
  throw new DerError(`${what} is missing`);
}
