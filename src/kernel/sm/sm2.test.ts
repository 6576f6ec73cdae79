import { execFileSync } from 'node:child_process';
import { createPublicKey, createSign, createVerify, generateKeyPairSync, sign, verify } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { sm2 as other } from 'sm-crypto-v2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createPersonalData, SealBroken } from '../personal-data.ts';
import { hasOpenssl } from './openssl.fixture.ts';
import { der } from './der-write.ts';
import { exportPrivateKey, importPrivateKey, openPrivateKey, sealPrivateKey } from './key-store.ts';
import { oids } from './oids.ts';
import { pkcs8Of, printedSm2 } from './self-test.ts';
import { machineKey, softwareKey } from './signer.ts';
import {
  defaultUserId,
  derFromRaw,
  generateSm2Key,
  rawFromDer,
  sm2Digest,
  Sm2KeyError,
  sm2PrivateKey,
  sm2PublicKey,
  sm2Sign,
  sm2SignRaw,
  sm2Verify,
  sm2VerifyRaw,
  sm2Z,
} from './sm2.ts';

const runs = { seed: 20260102, numRuns: 12 };
const own = sm2PrivateKey(pkcs8Of(printedSm2.scalar, printedSm2.point));
const { publicKey } = own;
const pointHex = printedSm2.point;

describe('SM2 signatures', () => {
  test('the printed signature of GB/T 32918.5 verifies, raw and in DER', () => {
    const raw = Buffer.from(printedSm2.signature, 'hex');
    expect(sm2VerifyRaw(publicKey, printedSm2.message, raw)).toBe(true);
    expect(sm2Verify(publicKey, printedSm2.message, derFromRaw(raw))).toBe(true);
    expect(sm2Z(publicKey).toString('hex')).toBe(printedSm2.z);
    expect(sm2Digest(publicKey, printedSm2.message).toString('hex')).toBe(printedSm2.digest);
  });

  test('a second implementation accepts ours and we accept its own', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (message) => {
        const key = other.generateKeyPairHex();
        const mine = sm2PrivateKey(pkcs8Of(key.privateKey, key.publicKey));
        expect(mine.publicKey.point.toString('hex')).toBe(key.publicKey);
        const options = { hash: true, userId: defaultUserId };
        expect(
          other.doVerifySignature(message, sm2SignRaw(mine, message).toString('hex'), key.publicKey, options),
        ).toBe(true);
        const theirs = Buffer.from(other.doSignature(message, key.privateKey, options), 'hex');
        expect(sm2VerifyRaw(mine.publicKey, message, theirs)).toBe(true);
        const theirDer = Buffer.from(other.doSignature(message, key.privateKey, { ...options, der: true }), 'hex');
        expect(sm2Verify(mine.publicKey, message, theirDer)).toBe(true);
        expect(rawFromDer(theirDer)).toHaveLength(64);
      }),
      runs,
    );
  });

  test('no bit of signature, message or key can be changed', () => {
    const message = Buffer.from('营业执照');
    const signature = sm2Sign(own, message);
    for (let at = 0; at < signature.length; at++) {
      expect(sm2Verify(publicKey, message, flipped(signature, at)), `signature byte ${at}`).toBe(false);
    }
    for (let at = 0; at < message.length; at++) {
      expect(sm2Verify(publicKey, flipped(message, at), signature), `message byte ${at}`).toBe(false);
    }
    expect(sm2Verify(generateSm2Key().publicKey, message, signature)).toBe(false);
  });

  test.each([
    ['nothing', ''],
    ['no sequence', '020101'],
    ['one number only', '3003020101'],
    ['three numbers', '3009020101020101020101'],
    ['zeros', '3006020100020100'],
    ['bytes after the end', `${derFromRaw(Buffer.from(printedSm2.signature, 'hex')).toString('hex')}00`],
    ['a padded number', '300702020001020101'],
    ['a negative number', '30060201ff020101'],
    ['r equal to the order', derFromRaw(Buffer.from(`${orderHex()}${'00'.repeat(31)}01`, 'hex')).toString('hex')],
    ['raw instead of DER', printedSm2.signature],
  ])('a malformed signature is refused, not thrown over: %s', (_, hex) => {
    expect(sm2Verify(publicKey, printedSm2.message, Buffer.from(hex, 'hex'))).toBe(false);
  });

  test('raw signatures keep their leading zeros and DER drops them', () => {
    const raw = Buffer.from(`${'00'.repeat(2)}${'80'.repeat(30)}${'00'.repeat(31)}01`, 'hex');
    const encoded = derFromRaw(raw);
    expect(encoded.toString('hex')).toBe(`302402${'1f'}00${'80'.repeat(30)}020101`);
    expect(rawFromDer(encoded).equals(raw)).toBe(true);
    expect(() => derFromRaw(raw.subarray(1))).toThrow(RangeError);
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 64, maxLength: 64 }), (bytes) => {
        bytes[0] = (bytes[0] ?? 0) & 0x7f;
        bytes[32] = (bytes[32] ?? 0) & 0x7f;
        bytes[31] = bytes[63] = 1;
        expect(rawFromDer(derFromRaw(bytes)).equals(bytes)).toBe(true);
      }),
      { seed: 20260103, numRuns: 200 },
    );
  });
});

/** Each of these does something, without an error, that is not what GB/T 32918 says. Our own door avoids them all. */
describe('the paths that silently compute something else', () => {
  const message = Buffer.from('abc');
  const privateKey = () => ({ key: own.pkcs8, format: 'der', type: 'pkcs8' }) as const;
  const handle = () => createPublicKey({ key: publicKey.spki, format: 'der', type: 'spki' });

  test('a key fresh from OpenSSL signs with ECDSA', () => {
    const fresh = generateKeyPairSync('ec', { namedCurve: 'SM2' });
    const mine = sm2PublicKey(fresh.publicKey.export({ type: 'spki', format: 'der' }));
    const signature = createSign('sm3').update(sm2Z(mine)).update(message).sign(fresh.privateKey);
    expect(sm2Verify(mine, message, signature)).toBe(false);
    // The same number, read from bytes, does it right.
    const read = sm2PrivateKey(fresh.privateKey.export({ type: 'pkcs8', format: 'der' }));
    expect(sm2Verify(mine, message, sm2Sign(read, message))).toBe(true);
    const generated = generateSm2Key();
    expect(sm2Verify(generated.publicKey, message, sm2Sign(generated, message))).toBe(true);
  });

  test('crypto.sign and crypto.verify take an empty user id', () => {
    const signature = sign('sm3', message, privateKey());
    expect(sm2Verify(publicKey, message, signature)).toBe(false);
    expect(verify('sm3', message, handle(), sm2Sign(own, message))).toBe(false);
    const withEmptyId = createVerify('sm3').update(sm2Z(publicKey, '')).update(message);
    expect(withEmptyId.verify(handle(), signature)).toBe(true);
  });

  test('createSign leaves Z out', () => {
    const signature = createSign('sm3').update(message).sign(privateKey());
    expect(sm2Verify(publicKey, message, signature)).toBe(false);
  });

  test('asking for r ‖ s gives DER all the same', () => {
    const asked = createSign('sm3')
      .update(sm2Z(publicKey))
      .update(message)
      .sign({ ...privateKey(), dsaEncoding: 'ieee-p1363' });
    expect(asked[0]).toBe(0x30);
    expect(asked).not.toHaveLength(64);
    expect(sm2VerifyRaw(publicKey, message, rawFromDer(asked))).toBe(true);
    expect(sm2SignRaw(own, message)).toHaveLength(64);
  });

  test('another user id is another signature', () => {
    expect(sm2Z(publicKey, 'ALICE123@YAHOO.COM').equals(sm2Z(publicKey))).toBe(false);
    const signature = createSign('sm3').update(sm2Z(publicKey, 'x')).update(message).sign(privateKey());
    expect(sm2Verify(publicKey, message, signature)).toBe(false);
    expect(() => sm2Z(publicKey, 'x'.repeat(8192))).toThrow(RangeError);
  });

  test('the two halves of a key are not compared on reading: we do', () => {
    const foreign = generateSm2Key().publicKey.point.toString('hex');
    expect(() => sm2PrivateKey(pkcs8Of(printedSm2.scalar, foreign))).toThrow(Sm2KeyError);
  });

  test('keys of another curve and points off the curve are refused', () => {
    const p256 = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
    expect(() => sm2PublicKey(p256.publicKey.export({ type: 'spki', format: 'der' }))).toThrow(Sm2KeyError);
    expect(() => sm2PrivateKey(p256.privateKey.export({ type: 'pkcs8', format: 'der' }))).toThrow(Sm2KeyError);
    expect(() => sm2PublicKey(flipped(publicKey.point, 40))).toThrow(Sm2KeyError);
    expect(() => sm2PublicKey(Buffer.alloc(65, 4))).toThrow(Sm2KeyError);
    expect(() => sm2PublicKey(Buffer.from('no key'))).toThrow(Sm2KeyError);
  });

  test.each([
    ['zero', '00'.repeat(32)],
    ['the order less one', (BigInt(`0x${orderHex()}`) - 1n).toString(16)],
    ['above the order', 'ff'.repeat(32)],
  ])('a private number out of range is refused: %s', (_, scalar) => {
    expect(() => sm2PrivateKey(pkcs8Of(scalar, pointHex))).toThrow(Sm2KeyError);
  });

  test('a key without its public half is completed', () => {
    const inner = der.sequence(der.integer(1), der.octets(Buffer.from(printedSm2.scalar, 'hex')));
    const algorithm = der.sequence(der.oid(oids.ecPublicKey), der.oid(oids.sm2Curve));
    const bare = sm2PrivateKey(der.sequence(der.integer(0), algorithm, der.octets(inner)));
    expect(bare.publicKey.point.toString('hex')).toBe(pointHex);
  });

  test('a key that was put together by hand does not sign', () => {
    expect(() => sm2Sign({ ...own }, 'x')).toThrow(Sm2KeyError);
  });
});

describe('keys that sign elsewhere', () => {
  test('a machine that signs digests is given SM3(Z ‖ message)', async () => {
    const machine = machineKey(publicKey, (digest) =>
      Promise.resolve(Buffer.from(other.doSignature(digest, printedSm2.scalar, { hash: false }), 'hex')),
    );
    expect(sm2Verify(publicKey, 'x', await machine.sign(Buffer.from('x')))).toBe(true);
    expect(sm2Verify(publicKey, 'x', await softwareKey(own).sign(Buffer.from('x')))).toBe(true);
  });

  test('a machine set up with another key is found at once', async () => {
    const wrong = machineKey(publicKey, () => Promise.resolve(sm2SignRaw(generateSm2Key(), 'x')));
    await expect(wrong.sign(Buffer.from('x'))).rejects.toThrow('another key');
  });
});

describe('keys at rest', () => {
  const platform = createPersonalData(Buffer.alloc(32, 1));

  test('a sealed key opens under its name and the platform key only', () => {
    const sealed = sealPrivateKey(platform, own, 'a');
    expect(sealed).not.toContain(own.pkcs8.toString('base64').slice(60, 100));
    expect(openPrivateKey(platform, sealed, 'a').publicKey.point.equals(publicKey.point)).toBe(true);
    expect(() => openPrivateKey(platform, sealed, 'b')).toThrow(SealBroken);
    expect(() => openPrivateKey(createPersonalData(Buffer.alloc(32, 2)), sealed, 'a')).toThrow(SealBroken);
    const changed = createPersonalData({ current: Buffer.alloc(32, 2), previous: Buffer.alloc(32, 1) });
    expect(openPrivateKey(changed, sealed, 'a').publicKey.point.equals(publicKey.point)).toBe(true);
  });

  test('an exported key opens with its passphrase, in whatever form that was typed', () => {
    const text = exportPrivateKey(own, '麒麟 ﾃｽﾄ 2026');
    expect(importPrivateKey(text, '麒麟 テスト 2026').publicKey.point.equals(publicKey.point)).toBe(true);
    expect(() => importPrivateKey(text, '麒麟')).toThrow(SealBroken);
    const body = text.split('\n');
    for (const line of [1, 2, body.length - 3]) {
      const other = body.map((each, at) => (at === line ? each.replace(/./, (c) => (c === 'A' ? 'B' : 'A')) : each));
      expect(() => importPrivateKey(other.join('\n'), '麒麟 テスト 2026')).toThrow(SealBroken);
    }
    expect(() => importPrivateKey('x', '麒麟')).toThrow(SealBroken);
  });
});

describe.skipIf(!hasOpenssl)('agreement with the openssl command (skipped where there is none)', () => {
  let folder = '';
  const path = (name: string) => join(folder, name);
  const openssl = (...words: string[]) => execFileSync('openssl', words, { encoding: 'utf8', stdio: 'pipe' });
  const id = `distid:${defaultUserId}`;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'sm2-'));
    writeFileSync(path('message'), '麟游县');
    writeFileSync(path('key.der'), own.pkcs8);
    writeFileSync(path('public.der'), publicKey.spki);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('openssl verifies ours', () => {
    writeFileSync(path('signature'), sm2Sign(own, '麟游县'));
    const words = ['pkeyutl', '-verify', '-pubin', '-keyform', 'DER', '-inkey', path('public.der'), '-rawin'];
    const input = ['-digest', 'sm3', '-in', path('message'), '-sigfile', path('signature')];
    expect(openssl(...words, ...input, '-pkeyopt', id)).toContain('Verified Successfully');
    expect(() => openssl(...words, ...input, '-pkeyopt', 'distid:someone')).toThrow();
  });

  test('we verify what openssl signs', () => {
    const words = ['pkeyutl', '-sign', '-keyform', 'DER', '-inkey', path('key.der'), '-rawin', '-digest', 'sm3'];
    const signature = execFileSync('openssl', [...words, '-in', path('message'), '-pkeyopt', id], { stdio: 'pipe' });
    expect(sm2Verify(publicKey, '麟游县', signature)).toBe(true);
  });
});

function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ 0x01;
  return copy;
}

function orderHex(): string {
  return 'fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123';
}
