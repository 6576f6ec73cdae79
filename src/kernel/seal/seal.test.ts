import { describe, expect, test } from 'vitest';
import { fingerprint } from '../sm/certificate.ts';
import { readDer } from '../sm/der.ts';
import { der } from '../sm/der-write.ts';
import { oids } from '../sm/oids.ts';
import type { RevocationReason, Signer } from '../sm/signer.ts';
import { sm3 } from '../sm/sm3.ts';
import * as world from './fixture.ts';
import {
  encodeSeal,
  encodeSealContent,
  encodeSealing,
  encodeSealingContent,
  readSeal,
  readSealing,
  type Seal,
  type SealingContent,
} from './format.ts';
import { applySeal, localSealMaker, type SealOrder } from './sealing.ts';
import { decisiveStep, type SealedFile, sealSteps, type SealTrust, verifySeal, verifySealing } from './verify.ts';

const { root, maker, signer, seal, file, times, trust, sealOrder } = world;
const content: SealingContent = { seal, at: times.sealed, ...file };
const sealing = await applySeal(content, signer);
const stamped = await applySeal(content, signer, world.timeStamper);

const verdictOf = (bytes: Uint8Array, change: { file?: SealedFile; trust?: Partial<SealTrust> } = {}) => {
  const verdict = verifySealing(bytes, change.file ?? file, { ...trust, ...change.trust });
  return { outcome: verdict.outcome, step: decisiveStep(verdict.steps)?.name ?? null };
};

/** A sealing by somebody who does not ask whether he may. */
async function sealAnyway(by: Signer, change: Partial<SealingContent> = {}): Promise<Buffer> {
  const signed = encodeSealingContent({ ...content, ...change });
  return encodeSealing(signed, by.chain[0], await by.sign(signed));
}

async function makeAnyway(by: Signer, change: Partial<SealOrder> = {}): Promise<Seal> {
  const signed = encodeSealContent({ vendor: 'TEST', extensions: [], ...sealOrder(signer, change) });
  return readSeal(encodeSeal(signed, by.chain[0], await by.sign(signed)));
}

const flip = (bytes: Buffer, at: number, mask = 1) => {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ mask;
  return copy;
};

describe('the seal and its use', () => {
  test('what was made is what is read', () => {
    const again = readSeal(seal.der);
    expect(again).toEqual(seal);
    expect(seal).toMatchObject({
      version: 4,
      vendor: 'TEST',
      id: 'TEST-SEAL-1',
      type: 1,
      name: '某某县某某局',
      createdAt: times.made,
      validTo: times.sealEnds,
      picture: { type: 'PNG', width: 42, height: 42 },
      signatureAlgorithm: oids.sm2WithSm3,
    });
    expect(readSealing(sealing.der)).toEqual(sealing);
    expect(sealing).toMatchObject({ version: 4, at: times.sealed, property: file.property });
  });

  test('the structure is the one of the standard, field by field', () => {
    const outer = readDer(sealing.der);
    const shape = (value: typeof outer): unknown =>
      value.children.length > 0 && value.tag !== 0xa0 ? value.children.map(shape) : value.tag.toString(16);
    const sealShape = [
      [['16', '2', '16'], '16', ['2', 'c', '2', ['4'], '18', '18', '18'], ['16', '4', '2', '2']],
      '4',
      '6',
      '3',
    ];
    expect(shape(outer)).toEqual([['2', sealShape, '18', '3', '16'], '4', '6', '3']);
    expect(shape(readDer(stamped.der))).toEqual([['2', sealShape, '18', '3', '16'], '4', '6', '3', 'a0']);
  });

  test('every step passes, each under its Chinese name', () => {
    const verdict = verifySealing(sealing.der, file, trust);
    expect(verdict.outcome).toBe('passed');
    expect(verdict.steps.map(({ name }) => name)).toEqual(Object.keys(sealSteps));
    expect(verdict.steps.filter(({ outcome }) => outcome !== 'passed').map(({ name }) => name)).toEqual(['timeStamp']);
    const withStamp = verifySealing(stamped.der, file, trust);
    expect(withStamp.steps.map(({ outcome }) => outcome)).toEqual(Array(12).fill('passed'));
    expect(verifySeal(seal.der, trust).outcome).toBe('passed');
  });

  test('a list of digests serves as well as one of certificates', async () => {
    const digest = fingerprint(signer.chain[0]);
    const other = await world.sealMaker.make(
      sealOrder(signer, { signers: { kind: 'digests', digests: [{ algorithm: 'SM3', digest }] } }),
    );
    expect(readSeal(other.der).signers.kind).toBe('digests');
    const applied = await applySeal({ ...content, seal: other }, signer);
    expect(verdictOf(applied.der).outcome).toBe('passed');
  });

  test('extensions of a maker survive, in the seal and in the sealing', async () => {
    const extensions = [{ oid: '2.25.1', critical: false, content: Buffer.from('own') }];
    const other = await world.sealMaker.make(sealOrder(signer, { extensions }));
    const applied = await applySeal({ ...content, seal: other, extensions }, signer);
    expect(readSealing(applied.der)).toMatchObject({ extensions, seal: { extensions } });
    expect(verdictOf(applied.der).outcome).toBe('passed');
  });

  test('version 5 with a stamp on the seal is read and verified; version 4 may have none, version 6 is refused', async () => {
    const make = async (version: 4 | 5) => {
      const signed = encodeSealContent({ vendor: 'TEST', extensions: [], ...sealOrder(signer) }, version);
      const signature = await maker.sign(signed);
      return encodeSeal(signed, maker.chain[0], signature, await world.timeStamper.stamp(signature));
    };
    const five = readSeal(await make(5));
    expect(five.version).toBe(5);
    expect(verifySeal(five.der, trust).outcome).toBe('passed');
    expect(verdictOf(await sealAnyway(signer, { seal: five })).outcome).toBe('passed');
    expect(verifySeal(await make(4), trust).steps[0]).toMatchObject({ name: 'format', outcome: 'failed' });
    const six = seal.der.indexOf(Buffer.from('16024553020104', 'hex'));
    expect(() => readSeal(flip(seal.der, six + 6, 2))).toThrow('version 6');
    // A sealing must be of its seal's version.
    expect(() => readSealing(flip(sealing.der, sealing.der.indexOf(Buffer.from('020104', 'hex')) + 2))).toThrow();
  });

  test('whoever applies a seal is told no before a verifier would', async () => {
    const other = await world.newSigner(root, 'signer');
    await expect(applySeal(content, other)).rejects.toThrow('list');
    await expect(applySeal(content, maker)).rejects.toThrow('making seals');
    await expect(applySeal({ ...content, at: times.begin }, signer)).rejects.toThrow('seal is not valid');
    await expect(applySeal({ ...content, at: times.rootEnds }, signer)).rejects.toThrow('seal is not valid');
    const longSeal = await makeAnyway(maker, { validTo: times.rootEnds });
    await expect(applySeal({ ...content, seal: longSeal, at: times.rootEnds }, signer)).rejects.toThrow('certificate');
    await expect(localSealMaker(signer, 'x').make(sealOrder(signer))).rejects.toThrow('not for making seals');
    await expect(world.sealMaker.make(sealOrder(signer, { name: ' ' }))).rejects.toThrow('name');
    await expect(world.sealMaker.make(sealOrder(signer, { validTo: times.made }))).rejects.toThrow('begin');
    await expect(world.sealMaker.make(sealOrder(signer, { createdAt: times.rootEnds }))).rejects.toThrow('maker');
  });

  test('a seal from elsewhere is genuine, but its maker is not known here', async () => {
    const theirRoot = await world.newRoot('别处的根');
    const [theirMaker, theirs] = [
      await world.newSigner(theirRoot, 'sealMaker'),
      await world.newSigner(theirRoot, 'signer'),
    ];
    const foreign = await localSealMaker(theirMaker, 'OTHER').make(sealOrder(theirs));
    const applied = await applySeal({ ...content, seal: foreign }, theirs);
    const verdict = verifySealing(applied.der, file, trust);
    expect(verdict.outcome).toBe('unknown');
    expect(decisiveStep(verdict.steps)?.name).toBe('makerCertificate');
    expect(verdict.steps.filter(({ outcome }) => outcome === 'unknown').map(({ name }) => name)).toEqual([
      'makerCertificate',
      'signerCertificate',
      'revocation',
    ]);
    expect(verdictOf(applied.der, { trust: { roots: [...trust.roots, ...theirRoot.chain] } })).toEqual({
      outcome: 'unknown',
      step: 'revocation',
    });
  });
});

describe('what does not verify, and the step that says so', () => {
  const revoke = async (serial: string, at: string, reason: RevocationReason = 'superseded') => ({
    lists: [await world.newList(root, [{ serial, at, reason }])],
  });

  test('another file', () => {
    expect(verdictOf(sealing.der, { file: { ...file, digest: sm3('another') } })).toEqual({
      outcome: 'failed',
      step: 'digest',
    });
  });

  test('a sealing that points elsewhere', async () => {
    const elsewhere = await sealAnyway(signer, { property: '/Doc_1/Signs/Sign_0/Signature.xml' });
    expect(verdictOf(elsewhere)).toEqual({ outcome: 'failed', step: 'property' });
  });

  test('a picture exchanged in the seal', async () => {
    const forged = readSeal(flip(seal.der, seal.der.indexOf(Buffer.from('picture'))));
    expect(verdictOf(await sealAnyway(signer, { seal: forged }))).toEqual({ outcome: 'failed', step: 'sealSignature' });
  });

  test('another seal in an old sealing', async () => {
    const other = await world.sealMaker.make(sealOrder(signer, { name: '另一个局' }));
    const signed = encodeSealingContent({ ...content, seal: other });
    expect(verdictOf(encodeSealing(signed, signer.chain[0], sealing.signature))).toEqual({
      outcome: 'failed',
      step: 'signature',
    });
  });

  test('a seal made by somebody who may only seal files', async () => {
    const forged = await makeAnyway(signer);
    expect(verdictOf(await sealAnyway(signer, { seal: forged }))).toEqual({
      outcome: 'failed',
      step: 'makerCertificate',
    });
  });

  test('a seal made under a copied name of the maker', async () => {
    const rogue = await world.newSigner(await world.newRoot(), 'sealMaker');
    const signed = encodeSealContent({ vendor: 'TEST', extensions: [], ...sealOrder(signer) });
    const forged = readSeal(encodeSeal(signed, maker.chain[0], await rogue.sign(signed)));
    expect(verdictOf(await sealAnyway(signer, { seal: forged }))).toEqual({ outcome: 'failed', step: 'sealSignature' });
  });

  test('a rogue signer with a certificate of ours', async () => {
    const rogue = await world.newSigner(root, 'signer');
    expect(verdictOf(await sealAnyway(rogue))).toEqual({ outcome: 'failed', step: 'signerListed' });
  });

  test("a rogue signer under somebody else's certificate", async () => {
    const rogue = await world.newSigner(root, 'signer');
    const signed = encodeSealingContent(content);
    const bytes = encodeSealing(signed, signer.chain[0], await rogue.sign(signed));
    expect(verdictOf(bytes)).toEqual({ outcome: 'failed', step: 'signature' });
  });

  test('a maker who seals files', async () => {
    const own = await makeAnyway(maker, { signers: { kind: 'certificates', certificates: [maker.chain[0].der] } });
    expect(verdictOf(await sealAnyway(maker, { seal: own }))).toEqual({ outcome: 'failed', step: 'signerCertificate' });
  });

  test('a seal whose dates are the wrong way round', async () => {
    const backwards = await makeAnyway(maker, { validFrom: times.sealEnds, validTo: times.made });
    expect(verdictOf(await sealAnyway(signer, { seal: backwards })).step).toBe('sealValidity');
  });

  test('a seal that is still to be made', async () => {
    const early = await makeAnyway(maker, { createdAt: times.sealEnds, validTo: times.certificateEnds });
    expect(verdictOf(await sealAnyway(signer, { seal: early })).step).toBe('sealValidity');
  });

  test('sealed after the seal ended, or before it began', async () => {
    const late = { at: '2027-02-01T00:00:01.000Z' };
    const later = { trust: { now: '2027-03-01T00:00:00.000Z' } };
    expect(verdictOf(await sealAnyway(signer, late), later)).toEqual({ outcome: 'failed', step: 'signingTime' });
    const early = { at: '2026-01-31T23:59:59.000Z' };
    expect(verdictOf(await sealAnyway(signer, early))).toEqual({ outcome: 'failed', step: 'signingTime' });
  });

  test('sealed tomorrow', async () => {
    expect(verdictOf(await sealAnyway(signer, { at: '2026-06-03T00:00:00.000Z' }))).toEqual({
      outcome: 'failed',
      step: 'signingTime',
    });
    // A clock that is a minute ahead is no forgery.
    expect(verdictOf(await sealAnyway(signer, { at: '2026-06-02T00:01:00.000Z' })).outcome).toBe('passed');
  });

  test('sealed after the certificate of the signer ended', async () => {
    const short = await world.newSigner(root, 'signer', '2026-05-01T00:00:00.000Z');
    const own = await makeAnyway(maker, { signers: { kind: 'certificates', certificates: [short.chain[0].der] } });
    expect(verdictOf(await sealAnyway(short, { seal: own }))).toEqual({ outcome: 'failed', step: 'signerCertificate' });
  });

  test('a seal made after the certificate of the maker ended', async () => {
    const short = await world.newSigner(root, 'sealMaker', '2026-01-15T00:00:00.000Z');
    const late = await makeAnyway(short);
    expect(verdictOf(await sealAnyway(signer, { seal: late }))).toEqual({
      outcome: 'failed',
      step: 'makerCertificate',
    });
  });

  test('the signer was revoked before sealing; revoked after, the file stays good', async () => {
    const { serial } = signer.chain[0];
    const before = { trust: await revoke(serial, '2026-05-01T00:00:00.000Z') };
    expect(verdictOf(sealing.der, before)).toEqual({ outcome: 'failed', step: 'revocation' });
    const after = { trust: await revoke(serial, '2026-06-01T12:00:00.000Z') };
    expect(verdictOf(sealing.der, after).outcome).toBe('passed');
  });

  test('a stolen key is believed only with a time stamp from before', async () => {
    const theft = { trust: await revoke(signer.chain[0].serial, '2026-06-01T12:00:00.000Z', 'keyCompromise') };
    expect(verdictOf(sealing.der, theft)).toEqual({ outcome: 'failed', step: 'revocation' });
    expect(verdictOf(stamped.der, theft).outcome).toBe('passed');
  });

  test('the maker was revoked before it made the seal', async () => {
    const revoked = { trust: await revoke(maker.chain[0].serial, times.begin) };
    expect(verdictOf(sealing.der, revoked)).toEqual({ outcome: 'failed', step: 'revocation' });
  });

  test('nobody can say whether it was revoked', () => {
    expect(verdictOf(sealing.der, { trust: { lists: [] } })).toEqual({ outcome: 'unknown', step: 'revocation' });
  });

  test('a time stamp of another sealing', async () => {
    const signed = encodeSealingContent(content);
    const token = await world.timeStamper.stamp(Buffer.from('another'));
    const bytes = encodeSealing(signed, signer.chain[0], await signer.sign(signed), token);
    expect(verdictOf(bytes)).toEqual({ outcome: 'failed', step: 'timeStamp' });
  });

  test('a time stamp that is older than what it stamps', async () => {
    const later = await applySeal({ ...content, at: '2026-06-01T04:00:00.000Z' }, signer, world.timeStamper);
    expect(verdictOf(later.der)).toEqual({ outcome: 'failed', step: 'timeStamp' });
  });

  test('a time stamp that is none', async () => {
    const signed = encodeSealingContent(content);
    const bytes = encodeSealing(signed, signer.chain[0], await signer.sign(signed), Buffer.from('none'));
    expect(verdictOf(bytes)).toEqual({ outcome: 'failed', step: 'timeStamp' });
  });

  test('another algorithm in the sealing', () => {
    const other = Buffer.from(sealing.der);
    const at = other.lastIndexOf(der.oid(oids.sm2WithSm3));
    der.oid('1.2.156.10197.1.502').copy(other, at);
    expect(verdictOf(other)).toEqual({ outcome: 'failed', step: 'signature' });
  });

  test.each([
    ['nothing', Buffer.alloc(0)],
    ['text', Buffer.from('hello')],
    ['a bare seal', seal.der],
    ['half of it', sealing.der.subarray(0, sealing.der.length / 2)],
    ['bytes after the end', Buffer.concat([sealing.der, Buffer.of(0)])],
  ])('%s', (_, bytes) => {
    expect(verdictOf(bytes)).toEqual({ outcome: 'failed', step: 'format' });
  });
});

describe('one byte changed anywhere', () => {
  /** Another bit at every place, so that all eight are tried. */
  const bitOf = (at: number) => 1 << ((at * 5) % 8);

  test('a seal never verifies', () => {
    for (let at = 0; at < seal.der.length; at++) {
      expect(verifySeal(flip(seal.der, at, bitOf(at)), trust).outcome, `byte ${at}`).not.toBe('passed');
    }
  });

  test.each([
    ['a sealing', sealing.der],
    ['a sealing with a time stamp', stamped.der],
  ])('%s never verifies', (_, bytes) => {
    const inside = bytes.indexOf(seal.der);
    for (let at = 0; at < bytes.length; at++) {
      // The seal inside was gone through byte by byte above: here it is enough to see that its verdict counts.
      const isInSeal = at > inside + 8 && at < inside + seal.der.length - 8;
      if (isInSeal && at % 23 !== 0) continue;
      // So is the stamp by its own test.
      if (bytes === stamped.der && (at < sealing.der.length - 8 || at % 5 !== 0)) continue;
      expect(verifySealing(flip(bytes, at, bitOf(at)), file, trust).outcome, `byte ${at}`).not.toBe('passed');
    }
  });

  test('nor does one byte left out or put in', () => {
    for (let at = 0; at <= sealing.der.length; at += 31) {
      const [head, tail] = [sealing.der.subarray(0, at), sealing.der.subarray(at)];
      expect(verifySealing(Buffer.concat([head, tail.subarray(1)]), file, trust).outcome).not.toBe('passed');
      expect(verifySealing(Buffer.concat([head, Buffer.of(0), tail]), file, trust).outcome).not.toBe('passed');
    }
  });
});
