import { issueCertificate, issueRevocationList, makeRoot, type Revocation } from '../sm/authority.ts';
import { readRevocationList, type RevocationList } from '../sm/revocation-list.ts';
import { type CertificatePurpose, type Signer, softwareKey, withCertificates } from '../sm/signer.ts';
import { generateSm2Key } from '../sm/sm2.ts';
import { sm3 } from '../sm/sm3.ts';
import { localTimeStamper } from '../sm/time-stamp.ts';
import type { Instant } from '../time.ts';
import { localSealMaker, type SealOrder } from './sealing.ts';

/** For tests: one small world with a root, a maker, a signer and a seal. */
export const times = {
  begin: '2026-01-01T00:00:00.000Z',
  made: '2026-02-01T00:00:00.000Z',
  sealed: '2026-06-01T02:30:00.000Z',
  now: '2026-06-02T00:00:00.000Z',
  sealEnds: '2027-02-01T00:00:00.000Z',
  certificateEnds: '2028-01-01T00:00:00.000Z',
  rootEnds: '2036-01-01T00:00:00.000Z',
} as const;

export async function newRoot(commonName = '测试根'): Promise<Signer> {
  const key = softwareKey(generateSm2Key());
  const order = { subject: { commonName }, notBefore: times.begin, notAfter: times.rootEnds };
  return withCertificates(key, [await makeRoot(key, order)]);
}

export async function newSigner(
  root: Signer,
  purpose: CertificatePurpose,
  notAfter: Instant = times.certificateEnds,
): Promise<Signer> {
  const key = softwareKey(generateSm2Key());
  const subject = { commonName: purpose, organization: '某某县' };
  const order = { subject, publicKey: key.publicKey, purpose, notBefore: times.begin, notAfter };
  return withCertificates(key, [await issueCertificate(root, order)]);
}

export async function newList(root: Signer, revoked: readonly Revocation[] = []): Promise<RevocationList> {
  const span = { thisUpdate: times.begin, nextUpdate: times.certificateEnds };
  return readRevocationList(await issueRevocationList(root, { number: 1, revoked, ...span }));
}

export function sealOrder(signer: Signer, change: Partial<SealOrder> = {}): SealOrder {
  return {
    id: 'TEST-SEAL-1',
    type: 1,
    name: '某某县某某局',
    signers: { kind: 'certificates', certificates: [signer.chain[0].der] },
    createdAt: times.made,
    validFrom: times.made,
    validTo: times.sealEnds,
    picture: { type: 'PNG', data: Buffer.from('picture'), width: 42, height: 42 },
    ...change,
  };
}

export const root = await newRoot();
export const maker = await newSigner(root, 'sealMaker');
export const signer = await newSigner(root, 'signer');
export const timeStamper = localTimeStamper(await newSigner(root, 'timeStamper'), { now: () => times.sealed });
export const sealMaker = localSealMaker(maker, 'TEST');
export const seal = await sealMaker.make(sealOrder(signer));
export const file = { digest: sm3('protected list'), property: '/Doc_0/Signs/Sign_0/Signature.xml' };
export const trust = { roots: root.chain, lists: [await newList(root)], now: times.now };
