import { readFile } from 'node:fs/promises';
import type { Tx } from '../../kernel/module.ts';
import { readCertificate } from '../../kernel/sm/certificate.ts';
import { chineseDate, localDateOf, type Instant } from '../../kernel/time.ts';
import { loadCertificates } from './store/keys.ts';

export interface CodeKey {
  name: string;
  /** Uncompressed point, hexadecimal. */
  point: string;
  notBefore: Instant;
  notAfter: Instant;
}

/** Keys that codes were signed with, but those that were stolen. */
export async function codeKeys(tx: Tx): Promise<CodeKey[]> {
  const rows = await loadCertificates(tx, 'signer');
  return rows
    .filter(({ revocationReason }) => revocationReason !== 'keyCompromise')
    .flatMap(({ certificate, notBefore, notAfter }) => {
      const { publicKey, subject } = readCertificate(certificate);
      const name = subject.commonName ?? subject.text;
      return publicKey === null ? [] : [{ name, point: publicKey.point.toString('hex'), notBefore, notAfter }];
    });
}

/** One page that checks codes without a network: our own SM2 and SM3 in it, the county's keys pinned. */
export async function offlineVerifier(tx: Tx): Promise<string> {
  const template = await readFile(new URL('./offline-verifier.html', import.meta.url), 'utf8');
  const keys = (await codeKeys(tx)).map(({ name, point }) => ({ name, point }));
  const pinned = { madeOn: chineseDate(localDateOf(tx.now)), site: `${tx.services.publicUrl}/verify`, keys };
  const text = JSON.stringify(pinned).replaceAll('<', '\\u003c');
  return template.replace(/\/\*PINNED\*\/[\s\S]*?\/\*END\*\//, () => text);
}
