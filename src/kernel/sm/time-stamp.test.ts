import { describe, expect, test } from 'vitest';
import { settableClock } from '../time.ts';
import { issueCertificate, issueRevocationList, makeRoot } from './authority.ts';
import { readRevocationList } from './revocation-list.ts';
import { type CertificatePurpose, softwareKey, withCertificates } from './signer.ts';
import { generateSm2Key } from './sm2.ts';
import { localTimeStamper, verifyTimeStamp } from './time-stamp.ts';

const begin = '2026-01-01T00:00:00.000Z';
const at = '2026-06-01T08:30:00.000Z';
const rootKey = softwareKey(generateSm2Key());
const root = withCertificates(rootKey, [
  await makeRoot(rootKey, { subject: { commonName: '根' }, notBefore: begin, notAfter: '2036-01-01T00:00:00.000Z' }),
]);
const order = { number: 1, revoked: [], thisUpdate: begin, nextUpdate: '2027-01-01T00:00:00.000Z' };
const lists = [readRevocationList(await issueRevocationList(root, order))];
const trust = { roots: root.chain, lists, now: '2026-07-01T00:00:00.000Z' };

async function stamperFor(purpose: CertificatePurpose) {
  const key = softwareKey(generateSm2Key());
  const certificate = await issueCertificate(root, {
    subject: { commonName: '时间戳' },
    publicKey: key.publicKey,
    purpose,
    notBefore: begin,
    notAfter: '2030-01-01T00:00:00.000Z',
  });
  return localTimeStamper(withCertificates(key, [certificate]), settableClock(at));
}

const content = Buffer.from('a signature');
const token = await (await stamperFor('timeStamper')).stamp(content);

describe('time stamps', () => {
  test('a token proves its content at its moment', () => {
    const result = verifyTimeStamp(token, content, trust);
    expect(result.stamp.at).toBe(at);
    expect(result.isGenuine).toBe(true);
    expect(result.chain.outcome).toBe('passed');
  });

  test('another content, or a moment still to come', () => {
    expect(verifyTimeStamp(token, Buffer.from('another'), trust).isGenuine).toBe(false);
    expect(verifyTimeStamp(token, content, { ...trust, now: '2026-06-01T08:29:59.000Z' }).isGenuine).toBe(false);
  });

  test('a certificate that is not for time stamps', async () => {
    const other = await (await stamperFor('signer')).stamp(content);
    expect(verifyTimeStamp(other, content, trust).chain.outcome).toBe('failed');
  });

  test('every changed byte is refused or found', () => {
    for (let byte = 0; byte < token.length; byte++) {
      const changed = Buffer.from(token);
      changed[byte] = (changed[byte] ?? 0) ^ 0x01;
      let isGood = false;
      try {
        const result = verifyTimeStamp(changed, content, trust);
        isGood = result.isGenuine && result.chain.outcome === 'passed';
      } catch {
        // Refused on reading.
      }
      expect(isGood, `byte ${byte}`).toBe(false);
    }
  });
});
