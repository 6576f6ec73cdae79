import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { describe, expect, test } from 'vitest';
import * as world from '../../seal/fixture.ts';
import { drawRoundSeal, sealPicture } from '../../seal/picture.ts';
import { applySeal, localSealMaker } from '../../seal/sealing.ts';
import { DerCursor, readDer, tags } from '../../sm/der.ts';
import { der } from '../../sm/der-write.ts';
import { hasOpenssl } from '../../sm/openssl.fixture.ts';
import { sm3 } from '../../sm/sm3.ts';
import { facts, fonts, sampleFace } from '../fixture.ts';
import type { FileSealOrder } from '../seal-ofd.ts';
import { signDetached } from './cms.ts';
import { PdfRefused, readPdf } from './read-pdf.ts';
import { propertyOf, sealPdf } from './seal-pdf.ts';
import { sealRevision } from './seal-revision.ts';
import { verifyPdf } from './verify-pdf.ts';
import { writePdf } from './write-pdf.ts';

const { root, signer, times, trust } = world;
const picture = sealPicture(drawRoundSeal({ name: '某某局' }, { diameter: 10 }));
const seal = await world.sealMaker.make(world.sealOrder(signer, { picture }));
const stamp = { page: 0, x: 200.3, y: 140, width: 42, height: 42 };
const order: FileSealOrder = { seal, signer, signedAt: times.sealed, stamps: [stamp] };
const plain = Buffer.from(writePdf(sampleFace({ code: 'YS1:A' }), fonts, facts));
const sealed = Buffer.from(await sealPdf(plain, order));
const later = '2026-06-01T03:00:00.000Z';
const twice = Buffer.from(await sealPdf(sealed, { ...order, signedAt: later, stamps: [stamp, { ...stamp, page: 1 }] }));

const judged = (bytes: Uint8Array, change: Partial<typeof trust> = {}) => {
  const { verdict, decisive, zh } = verifyPdf(bytes, { ...trust, ...change });
  if (verdict !== 'valid') expect(zh).toMatch(/[\u4e00-\u9fff]/);
  return [verdict, decisive?.name ?? null];
};
/** Other bytes of the same length in the place of the first. */
const swapped = (from: string, to: string, bytes = sealed) => {
  const text = bytes.toString('latin1');
  if (from.length !== to.length || !text.includes(from)) throw new Error(`cannot put ${to} for ${from}`);
  return Buffer.from(text.replace(from, to), 'latin1');
};
const gap = (() => {
  const from = sealed.indexOf('/Contents <') + '/Contents '.length;
  return { from, to: sealed.indexOf('>', from) + 1 };
})();

describe('the file', () => {
  test('shows the face to another reader: text, size, and what it says about itself', async () => {
    const task = getDocument({ data: new Uint8Array(twice), verbosity: 0 });
    const document = await task.promise;
    expect(document.numPages).toBe(2);
    const { info } = await document.getMetadata();
    const { Title, Custom } = info as { Title: string; Custom: Record<string, string> };
    expect(Title).toBe('食品经营许可证（样本）');
    expect(Object.values(Custom)).toEqual(Object.values(facts.fields ?? {}));
    const page = await document.getPage(1);
    expect(page.view.map(Math.round)).toEqual([0, 0, 842, 595]);
    const { items } = await page.getTextContent();
    const text = items.map((item) => ('str' in item ? item.str : '')).join('');
    expect(text).toContain('某某县𬱖氏百货有限公司');
    expect(text).toContain('𰻝小面');
    const notes = (await page.getAnnotations()) as { fieldType?: string; rect: number[] }[];
    expect(notes.map(({ fieldType }) => fieldType)).toEqual(['Sig', 'Sig']);
    expect(notes[0]?.rect.map(Math.round)).toEqual([568, 79, 687, 198]);
    await task.destroy();
  });

  test('the same face and facts give the same bytes', () => {
    expect(Buffer.from(writePdf(sampleFace({ code: 'YS1:A' }), fonts, facts)).equals(plain)).toBe(true);
  });

  test('only what was written here can be sealed', async () => {
    await expect(sealPdf(Buffer.from('PK'), order)).rejects.toThrow(PdfRefused);
    await expect(sealPdf(Buffer.from('%PDF-1.4\n%%EOF'), order)).rejects.toThrow(PdfRefused);
    await expect(sealPdf(swapped('/Count', '/Kount', plain), order)).rejects.toThrow(PdfRefused);
    await expect(sealPdf(plain, { ...order, signedAt: '2027-06-01T00:00:00.000Z' })).rejects.toThrow(RangeError);
    await expect(sealPdf(plain, { ...order, stamps: [{ ...stamp, page: 2 }] })).rejects.toThrow('no page 2');
  });
});

describe('a sealed PDF', () => {
  test('is valid, with one seal and with two', () => {
    const verdict = verifyPdf(sealed, trust);
    expect(verdict).toMatchObject({
      kind: 'pdf',
      verdict: 'valid',
      decisive: null,
      document: { id: facts.id, fields: facts.fields },
    });
    expect(verdict.steps.filter(({ outcome }) => outcome !== 'passed').map(({ name }) => name)).toEqual(['timeStamp']);
    expect(verdict.seals).toMatchObject([
      { id: 'Seal1', sealName: '某某县某某局', issuerKnown: true, signedAt: times.sealed },
    ]);
    expect(verifyPdf(twice, trust).seals.map(({ outcome }) => outcome)).toEqual(['passed', 'passed']);
    expect(judged(twice)[0]).toBe('valid');
  });

  test('with a time stamp every step passes', async () => {
    const stamped = await sealPdf(plain, { ...order, timeStamper: world.timeStamper });
    expect(verifyPdf(stamped, trust).steps.every(({ outcome }) => outcome === 'passed')).toBe(true);
  });

  test('of a root that is not known here is not called valid', async () => {
    const strangerRoot = await world.newRoot('别处的根');
    const [maker, stranger] = [
      await world.newSigner(strangerRoot, 'sealMaker'),
      await world.newSigner(strangerRoot, 'signer'),
    ];
    const foreign = await localSealMaker(maker, 'OTHER').make(world.sealOrder(stranger, { picture }));
    const bytes = await sealPdf(plain, { ...order, seal: foreign, signer: stranger });
    expect(judged(bytes)).toEqual(['unknown', 'makerCertificate']);
    expect(judged(sealed, { lists: [] })).toEqual(['unknown', 'revocation']);
  });
});

describe('tampering', () => {
  const lengthened = Buffer.concat([sealed, Buffer.from('\n')]);
  const revised = Buffer.concat([
    sealed,
    Buffer.from(
      `9 0 obj\n<< >>\nendobj\nxref\n9 1\n${String(sealed.length).padStart(10, '0')} 00000 n \ntrailer\n<< /Size 99 >>\nstartxref\n1\n%%EOF\n`,
    ),
  ]);
  const hex = sealed.subarray(gap.from, gap.to).toString('latin1');

  test.each([
    ['the title was changed', swapped('/Title <feff98df', '/Title <feff836f'), 'digest'],
    ['a byte behind the end', lengthened, 'structure'],
    ['a revision behind the end', revised, 'structure'],
    ['the range leaves something out', swapped('/ByteRange [0 ', '/ByteRange [1 '), 'structure'],
    [
      'a letter of the signature was written large',
      Buffer.from(sealed.toString('latin1').replace(hex, hex.replace('a', 'A')), 'latin1'),
      'structure',
    ],
    ['something in the zeros behind the signature', patched(gap.to - 9, 0x31), 'structure'],
    ['the signature is rubbish', swapped(hex.slice(0, 40), `<${'0'.repeat(39)}`), 'structure'],
    ['the signature is no signature', swapped(hex.slice(0, 40), `<3025${'0'.repeat(35)}`), 'structure'],
    ['no seal was ever applied', plain, 'sealed'],
    ['another file', Buffer.from('PK\u0003\u0004'), 'format'],
    ['the signature was lifted from another file', lifted(), 'digest'],
  ])('%s', (_, bytes, step) => {
    expect(judged(bytes)[1]).toBe(step);
    expect(judged(bytes)[0]).not.toBe('valid');
  });

  test('a file that was changed between two seals, though both signatures are good', async () => {
    expect(judged(await sealedOver((text) => text))).toEqual(['valid', null]);
    const isLast = (text: string) => text.lastIndexOf('/F 132');
    const hidden = await sealedOver((text) => `${text.slice(0, isLast(text))}/F 134${text.slice(isLast(text) + 6)}`);
    expect(judged(hidden)).toEqual(['invalid', 'structure']);
    expect(verifyPdf(hidden, trust).decisive?.why).toBe('前一枚印章之后文件被改动，不只是加盖印章');
  });

  test('the outer signature by somebody else', async () => {
    const colleague = await world.newSigner(root, 'signer');
    const inner = Buffer.from(hex.slice(1, -1), 'hex');
    const length = 4 + inner.readUInt16BE(2);
    const parts = new DerCursor(readDer(inner.subarray(0, length)));
    parts.next();
    const signed = new DerCursor(parts.next(0xa0).children[0] ?? readDer(Buffer.of(5, 0)));
    const info = signed
      .rest()
      .at(-1)
      ?.children[0]?.children.find(({ tag }) => tag === 0xa0);
    const values = info?.children.map(({ children }) => children[1]?.children[0]) ?? [];
    const sealing = values.find((value) => value?.tag === tags.sequence && value.raw.length > 1000);
    const digest = values.find((value) => value?.tag === tags.octets);
    const forged = await signDetached(
      digest?.content ?? Buffer.alloc(0),
      sealing?.raw ?? Buffer.alloc(0),
      colleague,
      times.sealed,
    );
    const bytes = Buffer.from(sealed);
    bytes.write(forged.toString('hex').padEnd(gap.to - gap.from - 2, '0'), gap.from + 1, 'latin1');
    expect(judged(bytes)).toEqual(['invalid', 'signature']);
  });

  test('one byte changed anywhere: never valid', () => {
    const flip = (bytes: Buffer, at: number, bit: number) => patchedIn(bytes, at, (bytes[at] ?? 0) ^ (1 << bit));
    fc.assert(
      fc.property(fc.nat(sealed.length - 1), fc.nat(7), (at, bit) => {
        expect(verifyPdf(flip(sealed, at, bit), trust).verdict).not.toBe('valid');
      }),
      { seed: 7, numRuns: 60 },
    );
    for (let at = gap.from - 200; at < gap.from + 60; at += 5) {
      expect(verifyPdf(flip(sealed, at, at % 8), trust).verdict, `byte ${at}`).not.toBe('valid');
    }
    for (let at = gap.from; at < gap.to; at += 997) {
      expect(verifyPdf(flip(sealed, at, 5), trust).verdict, `byte ${at}`).not.toBe('valid');
    }
  });
});

describe.skipIf(!hasOpenssl)('agreement with the openssl command (skipped where there is none)', () => {
  test('openssl reads the CMS and verifies its signature over the signed attributes', () => {
    const folder = mkdtempSync(join(tmpdir(), 'cms-'));
    try {
      const path = (name: string) => join(folder, name);
      const bytes = Buffer.from(sealed.toString('latin1', gap.from + 1, gap.to - 1), 'hex');
      const cms = bytes.subarray(0, 4 + bytes.readUInt16BE(2));
      const info = new DerCursor(new DerCursor(readDer(cms)).rest()[1]?.children[0] ?? readDer(cms)).rest().at(-1)
        ?.children[0];
      const parts = info?.children ?? [];
      writeFileSync(path('cms.der'), cms);
      writeFileSync(path('attributes'), der.setOf(...(parts[3]?.children.map(({ raw }) => raw) ?? [])));
      writeFileSync(path('signature'), parts[5]?.content ?? Buffer.alloc(0));
      writeFileSync(path('key.der'), signer.publicKey.spki);
      const openssl = (...words: string[]) => execFileSync('openssl', words, { encoding: 'utf8', stdio: 'pipe' });
      expect(openssl('cms', '-cmsout', '-print', '-inform', 'DER', '-in', path('cms.der'))).toContain('SM2-with-SM3');
      const verify = [
        'pkeyutl',
        '-verify',
        '-pubin',
        '-keyform',
        'DER',
        '-inkey',
        path('key.der'),
        '-rawin',
        '-digest',
        'sm3',
      ];
      const id = ['-pkeyopt', 'distid:1234567812345678', '-in', path('attributes'), '-sigfile', path('signature')];
      expect(openssl(...verify, ...id)).toContain('Signature Verified Successfully');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

function patchedIn(bytes: Buffer, at: number, byte: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = byte;
  return copy;
}

function patched(at: number, byte: number): Buffer {
  return patchedIn(sealed, at, byte);
}

/** The place of the signature in another file, filled with a signature that is good in its own. */
function lifted(): Buffer {
  const other = readPdf(writePdf(sampleFace({ code: 'YS1:A', holder: '某某县他人百货有限公司' }), fonts, facts));
  const written = sealRevision(other, { seal, signedAt: times.sealed, stamps: [stamp] }, (gap.to - gap.from - 2) / 2);
  sealed.copy(written.bytes, written.gap.from, gap.from, gap.to);
  return written.bytes;
}

/** A second seal by somebody who may, on a file that he changed before he sealed it. */
async function sealedOver(change: (text: string) => string): Promise<Buffer> {
  const stamps = [{ ...stamp, page: 1 }];
  const { bytes, gap: own } = sealRevision(readPdf(sealed), { seal, signedAt: later, stamps }, 16_000);
  const edited = Buffer.from(change(bytes.toString('latin1')), 'latin1');
  const digest = sm3(edited.subarray(0, own.from), edited.subarray(own.to));
  const content = { seal, at: later, digest, property: propertyOf(own, edited.length) };
  const sealing = await applySeal(content, signer);
  const signature = await signDetached(digest, sealing.der, signer, later);
  edited.write(signature.toString('hex').padEnd(own.to - own.from - 2, '0'), own.from + 1, 'latin1');
  return edited;
}
