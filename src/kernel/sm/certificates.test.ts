import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { X509Certificate } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { issueCertificate, issueRevocationList, localAuthority, makeRoot, type Revocation } from './authority.ts';
import {
  type Certificate,
  certificateToPem,
  fingerprint,
  isSignedBy,
  readCertificate,
  readPemCertificates,
} from './certificate.ts';
import { type ChainStepName, type ChainTrust, verifyChain } from './chain.ts';
import { DerError } from './der.ts';
import { hasOpenssl } from './openssl.fixture.ts';
import { oids } from './oids.ts';
import { readRevocationList, type RevocationList } from './revocation-list.ts';
import { type CertificatePurpose, type Key, type Signer, softwareKey, withCertificates } from './signer.ts';
import { generateSm2Key } from './sm2.ts';

const begin = '2026-01-01T00:00:00.000Z';
const end = '2036-01-01T00:00:00.000Z';
const at = '2026-06-01T00:00:00.000Z';

const newKey = () => softwareKey(generateSm2Key());
const rootKey = newKey();
const rootCertificate = await makeRoot(rootKey, { subject: { commonName: '测试根' }, notBefore: begin, notAfter: end });
const root = withCertificates(rootKey, [rootCertificate]);

function issueTo(key: Key, purpose: CertificatePurpose, by: Signer = root, notAfter = '2028-01-01T00:00:00.000Z') {
  const subject = { commonName: '某某县某某局', organization: '某某县', province: '某省' };
  return issueCertificate(by, { subject, publicKey: key.publicKey, purpose, notBefore: begin, notAfter });
}

async function listOf(revoked: readonly Revocation[] = [], by: Signer = root): Promise<RevocationList> {
  const nextUpdate = '2026-07-01T00:00:00.000Z';
  return readRevocationList(await issueRevocationList(by, { number: 1, revoked, thisUpdate: begin, nextUpdate }));
}

const leafKey = newKey();
const leaf = await issueTo(leafKey, 'signer');
const emptyList = await listOf();
const trust: ChainTrust = { roots: [rootCertificate], at, now: at, lists: [emptyList], usage: 'contentCommitment' };

const stepOf = (one: Certificate, name: ChainStepName, change: Partial<ChainTrust> = {}) =>
  verifyChain(one, { ...trust, ...change }).steps.find((step) => step.name === name);

describe('certificates', () => {
  test('what was issued is what is read', () => {
    expect(leaf.subject.text).toBe('CN=某某县某某局, O=某某县, ST=某省, C=CN');
    expect(leaf.issuer.der.equals(rootCertificate.subject.der)).toBe(true);
    expect(leaf.publicKey?.point.equals(leafKey.publicKey.point)).toBe(true);
    expect(leaf.signatureAlgorithm).toBe(oids.sm2WithSm3);
    expect([leaf.notBefore, leaf.notAfter]).toEqual([begin, '2028-01-01T00:00:00.000Z']);
    expect([...(leaf.keyUsage ?? [])]).toEqual(['digitalSignature', 'contentCommitment']);
    expect(leaf.isAuthority).toBe(false);
    expect(leaf.authorityKeyIdentifier).toEqual(rootCertificate.keyIdentifier);
    expect(rootCertificate.isAuthority).toBe(true);
    expect([...(rootCertificate.keyUsage ?? [])]).toEqual(['keyCertSign', 'crlSign']);
    expect(readPemCertificates(`text\n${certificateToPem(leaf.der)}${certificateToPem(rootCertificate.der)}`)).toEqual([
      leaf,
      rootCertificate,
    ]);
    expect(fingerprint(leaf)).toHaveLength(32);
  });

  test("Node's own reader sees the same", () => {
    const theirs = new X509Certificate(leaf.der);
    expect(theirs.subject).toBe('C=CN\nST=某省\nO=某某县\nCN=某某县某某局');
    expect(theirs.serialNumber.toLowerCase()).toBe(leaf.serial);
    expect(theirs.ca).toBe(false);
    expect(new Date(theirs.validTo).toISOString()).toBe(leaf.notAfter);
    expect(theirs.checkIssued(new X509Certificate(rootCertificate.der))).toBe(true);
  });

  test('serial numbers differ, are positive and of sixteen bytes', async () => {
    const all = await Promise.all(Array.from({ length: 8 }, () => issueTo(leafKey, 'signer')));
    expect(new Set(all.map(({ serial }) => serial)).size).toBe(8);
    expect(all.every(({ serial }) => /^[4-7][0-9a-f]{31}$/.test(serial))).toBe(true);
  });

  test('what must not be issued is refused', async () => {
    const order = { subject: { commonName: 'x' }, publicKey: leafKey.publicKey, purpose: 'signer' as const };
    const signer = withCertificates(leafKey, [leaf]);
    await expect(issueCertificate(signer, { ...order, notBefore: begin, notAfter: end })).rejects.toThrow('authority');
    const longer = { ...order, notBefore: begin, notAfter: '2036-01-02T00:00:00.000Z' };
    await expect(issueCertificate(root, longer)).rejects.toThrow('outlive');
    await expect(issueCertificate(root, { ...order, notBefore: at, notAfter: at })).rejects.toThrow('begin');
    expect(() => withCertificates(rootKey, [leaf])).toThrow('another key');
  });

  test('every changed byte is refused or breaks the chain', () => {
    for (let byte = 0; byte < leaf.der.length; byte++) {
      const changed = Buffer.from(leaf.der);
      changed[byte] = (changed[byte] ?? 0) ^ 0x01;
      let outcome = 'refused';
      try {
        outcome = verifyChain(readCertificate(changed), trust).outcome;
      } catch {
        // Refused on reading.
      }
      expect(outcome, `byte ${byte}`).not.toBe('passed');
    }
    expect(verifyChain(leaf, trust).outcome).toBe('passed');
  });

  test('what is no certificate is refused', () => {
    expect(() => readCertificate(Buffer.from('nothing'))).toThrow(DerError);
    expect(() => readCertificate(leaf.der.subarray(0, 100))).toThrow(DerError);
    expect(() => readCertificate(Buffer.concat([leaf.der, Buffer.of(0)]))).toThrow(DerError);
    expect(readPemCertificates('nothing')).toEqual([]);
  });
});

describe('the chain', () => {
  test('root to signer passes every step', () => {
    const result = verifyChain(leaf, trust);
    expect(result.steps.map(({ outcome }) => outcome)).toEqual(Array(6).fill('passed'));
    expect(result.path).toEqual([leaf, rootCertificate]);
    expect(verifyChain(rootCertificate, { ...trust, usage: 'keyCertSign' }).outcome).toBe('passed');
  });

  test('a stranger is unknown, an impostor is refused', async () => {
    const strangerKey = newKey();
    const named = (commonName: string) =>
      makeRoot(strangerKey, { subject: { commonName }, notBefore: begin, notAfter: end });
    const stranger = withCertificates(strangerKey, [await named('别处的根')]);
    const theirs = await issueTo(leafKey, 'signer', stranger);
    expect(stepOf(theirs, 'issuer')).toMatchObject({ outcome: 'unknown' });
    expect(verifyChain(theirs, trust).outcome).toBe('unknown');
    expect(verifyChain(theirs, { ...trust, intermediates: stranger.chain }).outcome).toBe('unknown');

    // The same name with another key: the key identifier tells them apart, and a copied one does not help.
    const impostor = withCertificates(strangerKey, [await named('测试根')]);
    const forged = await issueTo(leafKey, 'signer', impostor);
    expect(verifyChain(forged, trust).outcome).toBe('unknown');
    const copied = readCertificate(
      replaced(forged.der, forged.authorityKeyIdentifier, rootCertificate.keyIdentifier ?? Buffer.alloc(20)),
    );
    expect(stepOf(copied, 'issuer')).toMatchObject({ outcome: 'failed' });
  });

  test('an authority between root and signer, as far down as the root allows', async () => {
    const middleKey = newKey();
    const middleCertificate = await issueTo(middleKey, 'authority');
    const middle = withCertificates(middleKey, [middleCertificate]);
    const below = await issueTo(leafKey, 'signer', middle);
    const lists = [emptyList, await listOf([], middle)];
    expect(verifyChain(below, { ...trust, lists }).outcome).toBe('unknown');
    const result = verifyChain(below, { ...trust, lists, intermediates: [middleCertificate] });
    expect(result.outcome).toBe('passed');
    expect(result.path).toHaveLength(3);
  });

  test('a signer cannot act as an authority', async () => {
    const forger = withCertificates(leafKey, [{ ...leaf, isAuthority: true }]);
    const key = newKey();
    const forged = await issueTo(key, 'signer', forger);
    const result = verifyChain(forged, { ...trust, intermediates: [leaf] });
    expect(result.steps.find(({ name }) => name === 'authority')).toMatchObject({ outcome: 'failed' });
  });

  test('before, after, and on the last second', () => {
    expect(stepOf(leaf, 'validity', { at: '2025-12-31T23:59:59.000Z' })).toMatchObject({ outcome: 'failed' });
    expect(stepOf(leaf, 'validity', { at: '2028-01-01T00:00:00.000Z' })).toMatchObject({ outcome: 'passed' });
    expect(stepOf(leaf, 'validity', { at: '2028-01-01T00:00:00.001Z' })).toMatchObject({ outcome: 'failed' });
  });

  test('a certificate may do only what it says', async () => {
    expect(stepOf(leaf, 'usage', { usage: 'keyCertSign' })).toMatchObject({ outcome: 'failed' });
    expect(stepOf(leaf, 'usage', { extendedUsage: oids.timeStamping })).toMatchObject({ outcome: 'failed' });
    const clock = await issueTo(leafKey, 'timeStamper');
    expect(stepOf(clock, 'usage', { extendedUsage: oids.timeStamping })).toMatchObject({ outcome: 'passed' });
  });

  test('a critical extension that nobody here understands', () => {
    // 2.5.29.15 keyUsage becomes 2.5.29.30 nameConstraints, which is critical then and unknown here.
    const changed = readCertificate(
      replaced(leaf.der, Buffer.from('0603551d0f', 'hex'), Buffer.from('0603551d1e', 'hex')),
    );
    expect(stepOf(changed, 'critical')).toMatchObject({ outcome: 'failed', detail: '2.5.29.30' });
  });
});

describe('revocation', () => {
  const revokedOn = (moment: string, reason: Revocation['reason'] = 'superseded') =>
    listOf([
      { serial: leaf.serial, at: moment, reason },
      { serial: '1', at: begin, reason: 'unspecified' },
    ]);

  test('from its day on; what was signed before stays good', async () => {
    const lists = [await revokedOn('2026-05-01T00:00:00.000Z')];
    expect(stepOf(leaf, 'revocation', { lists })).toMatchObject({ outcome: 'failed' });
    expect(stepOf(leaf, 'revocation', { lists, at: '2026-04-30T00:00:00.000Z' })).toMatchObject({ outcome: 'passed' });
  });

  test('a stolen key is believed at no date', async () => {
    const lists = [await revokedOn('2026-05-01T00:00:00.000Z', 'keyCompromise')];
    expect(stepOf(leaf, 'revocation', { lists, at: '2026-04-30T00:00:00.000Z' })).toMatchObject({ outcome: 'failed' });
  });

  test('without a list, with a stale one or a forged one nothing is said; a stale list still revokes', async () => {
    expect(stepOf(leaf, 'revocation', { lists: [] })).toMatchObject({ outcome: 'unknown' });
    expect(stepOf(leaf, 'revocation', { now: '2026-07-02T00:00:00.000Z' })).toMatchObject({ outcome: 'unknown' });
    const strangerKey = newKey();
    const stranger = withCertificates(strangerKey, [
      await makeRoot(strangerKey, { subject: { commonName: '测试根' }, notBefore: begin, notAfter: end }),
    ]);
    expect(stepOf(leaf, 'revocation', { lists: [await listOf([], stranger)] })).toMatchObject({ outcome: 'unknown' });
    const lists = [await revokedOn('2026-05-01T00:00:00.000Z')];
    expect(stepOf(leaf, 'revocation', { lists, now: '2026-08-01T00:00:00.000Z' })).toMatchObject({ outcome: 'failed' });
  });

  test('the local authority keeps its ledger and numbers its lists', async () => {
    const entries: Revocation[] = [];
    let number = 0;
    const source = localAuthority(root, {
      add: (entry) => Promise.resolve(void entries.push(entry)),
      all: () => Promise.resolve(entries),
      nextNumber: () => Promise.resolve(++number),
    });
    const [issued, above] = await source.request({
      subject: { commonName: '某某局' },
      publicKey: leafKey.publicKey,
      purpose: 'signer',
      notBefore: begin,
      notAfter: '2027-01-01T00:00:00.000Z',
    });
    expect(above).toBe(rootCertificate);
    await source.revoke(issued.serial, at, 'affiliationChanged');
    const list = readRevocationList(await source.revocationList(at));
    expect(list.number).toBe(1n);
    expect(list.nextUpdate).toBe('2026-06-08T00:00:00.000Z');
    expect(list.entries.get(issued.serial)).toEqual({ serial: issued.serial, at, reason: 'affiliationChanged' });
    expect(readRevocationList(await source.revocationList(at)).number).toBe(2n);
    expect(stepOf(issued, 'revocation', { lists: [list] })).toMatchObject({ outcome: 'failed' });
    expect(() => readRevocationList(leaf.der)).toThrow(DerError);
  });
});

describe.skipIf(!hasOpenssl)('agreement with the openssl command (skipped where there is none)', () => {
  let folder = '';
  const path = (name: string) => join(folder, name);
  const openssl = (...words: string[]) => execFileSync('openssl', words, { encoding: 'utf8', stdio: 'pipe' });
  const distinguished = ['-vfyopt', 'distid:1234567812345678'];
  const moment = ['-attime', String(Date.parse(at) / 1000)];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'x509-'));
    writeFileSync(path('root.pem'), certificateToPem(rootCertificate.der));
    writeFileSync(path('leaf.pem'), certificateToPem(leaf.der));
    writeFileSync(path('empty.crl'), certificateToPem(emptyList.der, 'X509 CRL'));
    const revoked = await listOf([{ serial: leaf.serial, at: begin, reason: 'keyCompromise' }]);
    writeFileSync(path('revoked.crl'), certificateToPem(revoked.der, 'X509 CRL'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('openssl reads the certificate as meant', () => {
    const text = openssl('x509', '-in', path('leaf.pem'), '-noout', '-text', '-nameopt', 'utf8,sep_comma_plus_space');
    expect(text).toContain('Signature Algorithm: SM2-with-SM3');
    expect(text).toContain('ASN1 OID: SM2');
    expect(text).toContain('CA:FALSE');
    expect(text).toContain('Digital Signature, Non Repudiation');
    expect(text).toContain('某某县某某局');
  });

  test('openssl verifies the chain, when told the user id', () => {
    const words = ['verify', '-x509_strict', '-CAfile', path('root.pem'), ...moment];
    expect(openssl(...words, ...distinguished, path('leaf.pem'))).toContain('OK');
    // Without it, openssl 3 takes an empty user id and finds the signature wrong.
    expect(() => openssl(...words, path('leaf.pem'))).toThrow();
  });

  test('openssl reads the list of revocations, and its signature verifies', () => {
    expect(openssl('crl', '-in', path('revoked.crl'), '-noout', '-text')).toContain('Key Compromise');
    expect(openssl('crl', '-in', path('empty.crl'), '-noout', '-text')).toContain('No Revoked Certificates');
    // `openssl verify -crl_check` has no way to hand the user id on to the list: the signed part is verified by itself.
    writeFileSync(path('signed'), emptyList.signed);
    writeFileSync(path('signature'), emptyList.signature);
    writeFileSync(path('root.pub'), openssl('x509', '-in', path('root.pem'), '-noout', '-pubkey'));
    const words = ['pkeyutl', '-verify', '-pubin', '-inkey', path('root.pub'), '-rawin', '-digest', 'sm3'];
    const files = ['-in', path('signed'), '-sigfile', path('signature')];
    expect(openssl(...words, ...files, '-pkeyopt', 'distid:1234567812345678')).toContain('Verified Successfully');
  });

  test('we verify what openssl issues', () => {
    openssl('ecparam', '-genkey', '-name', 'SM2', '-out', path('their.key'));
    const issue = ['req', '-new', '-x509', '-key', path('their.key'), '-sm3', '-sigopt', 'distid:1234567812345678'];
    openssl(...issue, '-subj', '/C=CN/CN=openssl', '-days', '30', '-out', path('their.pem'));
    const theirs = execFileSync('openssl', ['x509', '-in', path('their.pem'), '-outform', 'DER'], { stdio: 'pipe' });
    const certificate = readCertificate(theirs);
    const now = certificate.notBefore;
    const result = verifyChain(certificate, { roots: [certificate], at: now, now, usage: 'digitalSignature' });
    expect(result.outcome).toBe('passed');
    // A root is believed without asking its signature, so that is asked by itself.
    expect(isSignedBy(certificate, certificate.publicKey)).toBe(true);
    expect(isSignedBy(certificate, rootKey.publicKey)).toBe(false);
  });
});

function replaced(bytes: Buffer, wanted: Buffer | null, by: Buffer): Buffer {
  const at = wanted ? bytes.lastIndexOf(wanted) : -1;
  expect(at).toBeGreaterThan(0);
  return Buffer.concat([bytes.subarray(0, at), by, bytes.subarray(at + by.length)]);
}
