import { uuidv7 } from '../../kernel/ids.ts';
import type { Services, Tx } from '../../kernel/module.ts';
import { issueCertificate, localAuthority, makeRoot, type RevocationLedger } from '../../kernel/sm/authority.ts';
import { readCertificate, type Certificate } from '../../kernel/sm/certificate.ts';
import { openPrivateKey, sealPrivateKey } from '../../kernel/sm/key-store.ts';
import { readRevocationList, type RevocationList } from '../../kernel/sm/revocation-list.ts';
import {
  softwareKey,
  withCertificates,
  type CertificatePurpose,
  type RevocationReason,
  type Signer,
  type Subject,
} from '../../kernel/sm/signer.ts';
import { generateSm2Key } from '../../kernel/sm/sm2.ts';
import type { Instant } from '../../kernel/time.ts';
import { unitDirectory } from '../org/index.ts';
import { plusMonths } from './rules/dates.ts';
import { settingsOf } from './settings.ts';
import {
  insertKey,
  insertList,
  loadCertificates,
  loadKey,
  loadKeyInUse,
  loadLatestList,
  loadRevocations,
  lockKeys,
  revokeKey,
  type KeyPurpose,
  type KeyRow,
} from './store/keys.ts';

/** The county's own root and the maker of its seals. Made on first need, kept under the platform's key. */
export async function countyRoot(tx: Tx): Promise<Signer> {
  return (await inUse(tx, 'root')) ?? makeAuthority(tx, 'root');
}

export async function sealMakerOf(tx: Tx): Promise<Signer> {
  return (await inUse(tx, 'maker')) ?? makeAuthority(tx, 'maker');
}

/** A new key for the seal of a unit, with a certificate under the county's root. */
export async function newSealSigner(
  tx: Tx,
  unitId: string,
  sealName: string,
  { notBefore, notAfter }: { notBefore: Instant; notAfter: Instant },
): Promise<{ keyId: string; signer: Signer }> {
  const root = await countyRoot(tx);
  const subject = { ...(await subjectOf(tx)), organization: await fullNameOf(tx, unitId), commonName: sealName };
  return newKey(tx, 'signer', unitId, root, subject, notBefore, notAfter);
}

export async function signerOf(tx: Tx, keyId: string): Promise<Signer> {
  const row = await loadKey(tx, keyId);
  if (row === null) throw new Error(`no key ${keyId}`);
  return opened(tx, row);
}

/** Every root that was ever ours: what was signed under an earlier one is still judged. */
export async function knownRoots(tx: Tx): Promise<Certificate[]> {
  await countyRoot(tx);
  return (await loadCertificates(tx, 'root')).map(({ certificate }) => readCertificate(certificate));
}

export async function revokeSigner(tx: Tx, keyId: string, reason: RevocationReason): Promise<void> {
  const row = await loadKey(tx, keyId);
  if (row === null || row.revokedAt !== null) return;
  const source = localAuthority(await countyRoot(tx), ledgerOf(tx));
  await source.revoke(row.serial, tx.now, reason);
  await writeList(tx);
}

/** The list of revoked certificates that is in force; a new one is written when the last nears its end. */
export async function currentList(tx: Tx): Promise<{ number: number; list: RevocationList }> {
  const latest = await loadLatestList(tx);
  if (latest !== null && latest.issuedAt <= tx.now && tx.now < latest.nextUpdate) {
    return { number: latest.number, list: readRevocationList(latest.list) };
  }
  return writeList(tx);
}

/** Job: a day before a list ends its successor is there. */
export async function renewList(tx: Tx): Promise<number> {
  const latest = await loadLatestList(tx);
  if (latest !== null && latest.issuedAt <= tx.now && tx.now < dayBefore(latest.nextUpdate)) return 0;
  await writeList(tx);
  return 1;
}

const opening = new WeakMap<Services, Map<string, Signer>>();

async function inUse(tx: Tx, purpose: 'root' | 'maker'): Promise<Signer | null> {
  const row = await loadKeyInUse(tx, purpose);
  return row === null ? null : opened(tx, row);
}

/** Opening a sealed key costs a check of both halves; once per process is enough. */
function opened(tx: Tx, row: KeyRow): Signer {
  const known = opening.get(tx.services) ?? new Map<string, Signer>();
  opening.set(tx.services, known);
  const cached = known.get(row.id);
  if (cached !== undefined) return cached;
  const key = softwareKey(openPrivateKey(tx.services.personalData, row.sealedKey, keyName(row.id)));
  const signer = withCertificates(key, [readCertificate(row.certificate)]);
  known.set(row.id, signer);
  return signer;
}

async function makeAuthority(tx: Tx, purpose: 'root' | 'maker'): Promise<Signer> {
  await lockKeys(tx);
  const made = await inUse(tx, purpose);
  if (made !== null) return made;
  const { rootYears } = await settingsOf(tx.services);
  const subject = await subjectOf(tx);
  if (purpose === 'root') {
    // Begins before the platform did: papers are entered later for earlier days, and clocks elsewhere are behind.
    const notBefore = `${Number(tx.now.slice(0, 4)) - 2}-01-01T00:00:00.000Z`;
    const named = { ...subject, commonName: `${subject.organization ?? ''}电子证照根证书` };
    return (await newKey(tx, 'root', null, null, named, notBefore, yearsLater(tx.now, rootYears))).signer;
  }
  const root = await countyRoot(tx);
  const [{ notBefore, notAfter }] = root.chain;
  const named = { ...subject, commonName: `${subject.organization ?? ''}电子印章制作` };
  return (await newKey(tx, 'maker', null, root, named, notBefore, notAfter)).signer;
}

async function newKey(
  tx: Tx,
  purpose: KeyPurpose,
  unitId: string | null,
  root: Signer | null,
  subject: Subject,
  notBefore: Instant,
  notAfter: Instant,
): Promise<{ keyId: string; signer: Signer }> {
  const id = uuidv7(Date.parse(tx.now));
  const secret = generateSm2Key();
  const key = softwareKey(secret);
  const certificate =
    root === null
      ? await makeRoot(key, { subject, notBefore, notAfter })
      : await issueCertificate(root, {
          subject,
          publicKey: key.publicKey,
          purpose: certificatePurposes[purpose],
          notBefore,
          notAfter: notAfter < root.chain[0].notAfter ? notAfter : root.chain[0].notAfter,
        });
  await insertKey(tx, {
    id,
    purpose,
    unitId,
    sealedKey: sealPrivateKey(tx.services.personalData, secret, keyName(id)),
    certificate: certificate.der,
    serial: certificate.serial,
    notBefore: certificate.notBefore,
    notAfter: certificate.notAfter,
  });
  tx.note(`key:${id}`, '生成密钥和证书', { purpose, unitId, serial: certificate.serial });
  return { keyId: id, signer: withCertificates(key, [certificate]) };
}

const certificatePurposes: Readonly<Record<KeyPurpose, CertificatePurpose>> = {
  root: 'authority',
  maker: 'sealMaker',
  signer: 'signer',
  stamper: 'timeStamper',
};

async function writeList(tx: Tx): Promise<{ number: number; list: RevocationList }> {
  const ledger = ledgerOf(tx);
  const number = await ledger.nextNumber();
  const source = localAuthority(await countyRoot(tx), { ...ledger, nextNumber: () => Promise.resolve(number) });
  const list = readRevocationList(await source.revocationList(tx.now));
  await insertList(tx, { number, issuedAt: tx.now, nextUpdate: list.nextUpdate ?? tx.now, list: list.der });
  return { number, list };
}

function ledgerOf(tx: Tx): RevocationLedger {
  return {
    add: ({ serial, at, reason }) => revokeKey(tx, serial, at, reason),
    all: () => loadRevocations(tx),
    nextNumber: async () => ((await loadLatestList(tx))?.number ?? 0) + 1,
  };
}

async function subjectOf(tx: Tx): Promise<Subject> {
  const { county } = await unitDirectory(tx);
  return { commonName: county.name, organization: county.name, locality: county.city, province: county.province };
}

async function fullNameOf(tx: Tx, unitId: string): Promise<string> {
  const directory = await unitDirectory(tx);
  return directory.byId(unitId)?.fullName ?? directory.nameOf(unitId);
}

function keyName(id: string): string {
  return `licences.key_pair/${id}`;
}

function dayBefore(at: Instant): Instant {
  return new Date(Date.parse(at) - 86_400_000).toISOString();
}

export function yearsLater(at: Instant, years: number): Instant {
  return `${plusMonths(at.slice(0, 10), years * 12)}${at.slice(10)}`;
}
