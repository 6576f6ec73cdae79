import { type Certificate, type Extension, readCertificate } from '../sm/certificate.ts';
import {
  asBits,
  asBoolean,
  asOctets,
  asOid,
  asSmallInteger,
  asText,
  asTime,
  DerCursor,
  DerError,
  type DerValue,
  readDer,
  tags,
} from '../sm/der.ts';
import { der } from '../sm/der-write.ts';
import { oids } from '../sm/oids.ts';
import type { Instant } from '../time.ts';

/**
 * The two structures of GB/T 38540: the seal, which its maker signs, and the sealing of one file, which the holder of the
 * seal signs. Version 4 is written; version 5 (GM/T 0031 of 2025), which adds a time stamp to the seal, is read too.
 */
export interface Seal {
  /** SESeal as found. */
  readonly der: Buffer;
  readonly version: SealVersion;
  /** Who made the software that made the seal, or the maker itself. */
  readonly vendor: string;
  /** Names this seal among all seals of all makers. */
  readonly id: string;
  /** 1 of a unit, 2 of a person: the standard leaves the numbers to the maker. */
  readonly type: number;
  readonly name: string;
  readonly signers: SealSigners;
  readonly createdAt: Instant;
  readonly validFrom: Instant;
  readonly validTo: Instant;
  readonly picture: SealPicture;
  readonly extensions: readonly Extension[];
  readonly makerCertificate: Certificate;
  readonly signatureAlgorithm: string;
  /** What the maker signed. */
  readonly signed: Buffer;
  readonly signature: Buffer;
  readonly timeStamp: Buffer | null;
}

export type SealVersion = 4 | 5;

/** Whose keys may apply the seal: whole certificates or their digests. */
export type SealSigners =
  | { kind: 'certificates'; certificates: readonly Buffer[] }
  | { kind: 'digests'; digests: readonly { algorithm: string; digest: Buffer }[] };

export interface SealPicture {
  /** PNG, SVG, … */
  type: string;
  data: Buffer;
  /** Millimetres on paper. */
  width: number;
  height: number;
}

/** What a maker puts into a seal. */
export type SealContent = Omit<
  Seal,
  'der' | 'version' | 'makerCertificate' | 'signatureAlgorithm' | 'signed' | 'signature' | 'timeStamp'
>;

/** SES_Signature: one seal on one file. */
export interface Sealing {
  readonly der: Buffer;
  readonly version: number;
  readonly seal: Seal;
  readonly at: Instant;
  /** Digest of what is protected. */
  readonly digest: Buffer;
  /** Where in the file the protected list stands. */
  readonly property: string;
  readonly extensions: readonly Extension[];
  readonly signerCertificate: Certificate;
  readonly signatureAlgorithm: string;
  readonly signed: Buffer;
  readonly signature: Buffer;
  readonly timeStamp: Buffer | null;
}

/** The part of a seal that its maker signs. */
export function encodeSealContent(content: SealContent, version: SealVersion = 4): Buffer {
  const { signers, picture } = content;
  const [listType, list] =
    signers.kind === 'certificates'
      ? [1, signers.certificates.map((one) => der.octets(one))]
      : [2, signers.digests.map((one) => der.sequence(der.printable(one.algorithm), der.octets(one.digest)))];
  return der.sequence(
    der.sequence(der.ia5('ES'), der.integer(version), der.ia5(content.vendor)),
    der.ia5(content.id),
    der.sequence(
      der.integer(content.type),
      der.utf8(content.name),
      der.integer(listType),
      der.sequence(...list),
      der.generalizedTime(content.createdAt),
      der.generalizedTime(content.validFrom),
      der.generalizedTime(content.validTo),
    ),
    der.sequence(
      der.ia5(picture.type),
      der.octets(picture.data),
      der.integer(picture.width),
      der.integer(picture.height),
    ),
    // Readers in the field expect the bare list here and `[0]` around it in the other structure.
    ...(content.extensions.length > 0 ? [encodeExtensions(content.extensions)] : []),
  );
}

export function encodeSeal(signed: Buffer, maker: Certificate, signature: Buffer, timeStamp?: Buffer): Buffer {
  return der.sequence(
    signed,
    der.octets(maker.der),
    der.oid(oids.sm2WithSm3),
    der.bits(signature),
    ...(timeStamp ? [der.explicit(0, der.bits(timeStamp))] : []),
  );
}

export interface SealingContent {
  seal: Seal;
  at: Instant;
  digest: Buffer;
  property: string;
  extensions?: readonly Extension[];
}

/** The part that the holder of the seal signs. */
export function encodeSealingContent(content: SealingContent): Buffer {
  const { seal, extensions = [] } = content;
  return der.sequence(
    der.integer(seal.version),
    seal.der,
    der.generalizedTime(content.at),
    der.bits(content.digest),
    der.ia5(content.property),
    ...(extensions.length > 0 ? [der.explicit(0, encodeExtensions(extensions))] : []),
  );
}

export function encodeSealing(signed: Buffer, signer: Certificate, signature: Buffer, timeStamp?: Buffer): Buffer {
  return encodeSeal(signed, signer, signature, timeStamp);
}

/** Throws `DerError` for everything that is not exactly a seal of version 4 or 5. */
export function readSeal(encoded: Uint8Array): Seal {
  return sealOf(readDer(encoded));
}

export function readSealing(encoded: Uint8Array): Sealing {
  const whole = readDer(encoded);
  const parts = new DerCursor(whole);
  const content = parts.sequence();
  const by = readSignature(parts);
  const version = asSmallInteger(content.next());
  const seal = sealOf(content.next());
  const at = asTime(content.next(tags.generalizedTime));
  const digest = asBits(content.next());
  const property = asText(content.next(), tags.ia5);
  const extensions = readExtensionList(content.optionalExplicit(0));
  content.end();
  if (version !== seal.version) throw new DerError(`a sealing of version ${version} with a seal of ${seal.version}`);
  const { certificate: signerCertificate, ...signature } = by;
  const signed = content.whole.raw;
  return { der: whole.raw, version, seal, at, digest, property, extensions, signerCertificate, signed, ...signature };
}

const longestName = 300;
const largestPicture = 4_000_000;
const mostSigners = 200;

function sealOf(whole: DerValue): Seal {
  const parts = new DerCursor(whole);
  const content = parts.sequence();
  const by = readSignature(parts);

  const header = content.sequence();
  if (asText(header.next(), tags.ia5) !== 'ES') throw new DerError('not a seal');
  const version = asSmallInteger(header.next());
  if (version !== 4 && version !== 5) throw new DerError(`a seal of version ${version}`);
  if (version === 4 && by.timeStamp) throw new DerError('a time stamp in a seal of version 4');
  const vendor = asText(header.next(), tags.ia5);
  header.end();
  const id = asText(content.next(), tags.ia5);

  const property = content.sequence();
  const type = asSmallInteger(property.next());
  const name = asText(property.next(), tags.utf8);
  const signers = readSigners(asSmallInteger(property.next()), property.sequence().rest());
  const [createdAt, validFrom, validTo] = [1, 2, 3].map(() => asTime(property.next(tags.generalizedTime)));
  property.end();

  const drawing = content.sequence();
  const picture: SealPicture = {
    type: asText(drawing.next(), tags.ia5),
    data: asOctets(drawing.next()),
    width: asSmallInteger(drawing.next()),
    height: asSmallInteger(drawing.next()),
  };
  drawing.end();
  const extensions = readExtensionList(content.optional(tags.sequence) ?? content.optionalExplicit(0));
  content.end();
  if (name.length > longestName || picture.data.length > largestPicture) throw new DerError('too large for a seal');
  if (createdAt === undefined || validFrom === undefined || validTo === undefined)
    throw new DerError('a time is missing');

  const { certificate: makerCertificate, ...signature } = by;
  return {
    der: whole.raw,
    version,
    vendor,
    id,
    type,
    name,
    signers,
    createdAt,
    validFrom,
    validTo,
    picture,
    extensions,
    makerCertificate,
    signed: content.whole.raw,
    ...signature,
  };
}

function readSignature(parts: DerCursor) {
  const certificate = readCertificate(asOctets(parts.next()));
  const signatureAlgorithm = asOid(parts.next());
  const signature = asBits(parts.next());
  const stamp = parts.optionalExplicit(0);
  parts.end();
  return { certificate, signatureAlgorithm, signature, timeStamp: stamp ? asBits(stamp) : null };
}

function readSigners(kind: number, list: readonly DerValue[]): SealSigners {
  if (list.length === 0 || list.length > mostSigners) throw new DerError('no signers, or too many');
  if (kind === 1) return { kind: 'certificates', certificates: list.map(asOctets) };
  if (kind !== 2) throw new DerError(`a list of signers of kind ${kind}`);
  return {
    kind: 'digests',
    digests: list.map((one) => {
      const parts = new DerCursor(one);
      const found = { algorithm: asText(parts.next(), tags.printable), digest: asOctets(parts.next()) };
      parts.end();
      return found;
    }),
  };
}

function readExtensionList(list: DerValue | null): Extension[] {
  if (!list) return [];
  return new DerCursor(list).rest().map((one) => {
    const parts = new DerCursor(one);
    const oid = asOid(parts.next());
    // Other makers write the default out; what is signed is what was written.
    const flag = parts.optional(tags.boolean);
    const content = asOctets(parts.next());
    parts.end();
    return { oid, critical: flag !== null && asBoolean(flag), content };
  });
}

function encodeExtensions(extensions: readonly Extension[]): Buffer {
  // Common readers take the second of three parts for the flag, so it is written even when it is false.
  return der.sequence(
    ...extensions.map(({ oid, critical, content }) =>
      der.sequence(der.oid(oid), der.boolean(critical), der.octets(content)),
    ),
  );
}
