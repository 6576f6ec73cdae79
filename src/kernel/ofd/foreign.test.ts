import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as world from '../seal/fixture.ts';
import { encodeSeal, encodeSealContent, encodeSealing, encodeSealingContent, readSeal } from '../seal/format.ts';
import { der } from '../sm/der-write.ts';
import { sm3 } from '../sm/sm3.ts';
import { facts, fonts } from './fixture.ts';
import type { Face } from './face.ts';
import { defaultLimits } from './limits.ts';
import { sealPdf } from './pdf/seal-pdf.ts';
import { verifyPdf } from './pdf/verify-pdf.ts';
import { writePdf } from './pdf/write-pdf.ts';
import { readOfd } from './read-ofd.ts';
import { sealOfd } from './seal-ofd.ts';
import { readZip } from './unzip.ts';
import { verifyOfd } from './verify-ofd.ts';
import { writeOfd } from './write-ofd.ts';
import { writeZip } from './zip.ts';

const { maker, signer, times, trust } = world;
const picture = { type: 'PNG', data: onePixel(), width: 42, height: 42 };
const seal = await world.sealMaker.make(world.sealOrder(signer, { picture }));
const stamps = [{ page: 0, x: 100, y: 200, width: 42, height: 42 }];
const order = { seal, signer, signedAt: times.sealed, stamps };
const faceOf = (text: string): Face => ({
  title: text,
  pages: [{ width: 210, height: 297, items: [{ kind: 'text', x: 20, y: 40, text, size: 5, width: 170, lines: 9 }] }],
});
const plain = writeOfd(faceOf('某某县'), fonts, facts);
const own = 'Doc_0/Signs/Sign_0';

/** The file of another maker: the same parts with another signature value, and whatever else differs. */
async function foreign(
  value: (content: { digest: Buffer; property: string }) => Promise<Buffer>,
  change: (files: Map<string, Uint8Array>) => void = () => undefined,
): Promise<Uint8Array> {
  const files = new Map<string, Uint8Array>(readZip(await sealOfd(plain, order), defaultLimits).files);
  change(files);
  const digest = sm3(files.get(`${own}/Signature.xml`) ?? '');
  files.set(`${own}/SignedValue.dat`, await value({ digest, property: `/${own}/Signature.xml` }));
  return writeZip(files);
}

const judged = (bytes: Uint8Array) => {
  const { verdict, decisive } = verifyOfd(bytes, trust);
  return [verdict, decisive?.name ?? null, decisive?.why ?? ''];
};

describe('files of other makers', () => {
  test('a seal of version 5 with its time stamp is as good as one of version 4', async () => {
    const content = encodeSealContent({ vendor: 'OTHER', extensions: [], ...world.sealOrder(signer, { picture }) }, 5);
    const signature = await maker.sign(content);
    const five = readSeal(encodeSeal(content, maker.chain[0], signature, await world.timeStamper.stamp(signature)));
    expect(five.version).toBe(5);
    expect(judged(await sealOfd(plain, { ...order, seal: five }))[0]).toBe('valid');
  });

  test('a signature with RSA is not judged, and says so', async () => {
    const file = await foreign(async ({ digest, property }) => {
      const signed = encodeSealingContent({ seal, at: times.sealed, digest, property });
      const rsa = der.oid('1.2.840.113549.1.1.11');
      return der.sequence(signed, der.octets(signer.chain[0].der), rsa, der.bits(await signer.sign(signed)));
    });
    expect(judged(file)).toEqual(['unknown', 'signature', '使用的不是国密SM2签名算法，本平台不能核验']);
  });

  test('a seal from before the national standard is not judged, and says so', async () => {
    const old = der.sequence(der.sequence(der.integer(1), der.sequence()), der.bits(Buffer.of(1)));
    const file = await foreign(() => Promise.resolve(old));
    expect(judged(file)).toEqual(['unknown', 'sealFormat', '印章是国家标准之前的格式（第1版），本平台不能核验']);
  });

  test('a second document in the file that the seal does not cover', async () => {
    const sealAgain = async ({ digest, property }: { digest: Buffer; property: string }) => {
      const signed = encodeSealingContent({ seal, at: times.sealed, digest, property });
      return encodeSealing(signed, signer.chain[0], await signer.sign(signed));
    };
    const file = await foreign(sealAgain, (files) => {
      const entry = Buffer.from(files.get('OFD.xml') ?? []).toString('utf8');
      const body = /<ofd:DocBody>.*<\/ofd:DocBody>/.exec(entry)?.[0] ?? '';
      const second = body.replace(/<ofd:Signatures>.*?<\/ofd:Signatures>/, '').replaceAll('Doc_0', 'Doc_1');
      const both = Buffer.from(entry.replace(body, body + second));
      const list = Buffer.from(files.get(`${own}/Signature.xml`) ?? []).toString('utf8');
      const entryDigest = /(FileRef="\/OFD\.xml"><ofd:CheckValue>)[^<]+/;
      files.set('OFD.xml', both);
      files.set(`${own}/Signature.xml`, Buffer.from(list.replace(entryDigest, `$1${sm3(both).toString('base64')}`)));
      for (const [path, bytes] of [...files]) {
        if (path.startsWith('Doc_0/') && !path.includes('Signs')) files.set(path.replace('Doc_0', 'Doc_1'), bytes);
      }
    });
    expect(readOfd(file)).toMatchObject({ ok: true, document: { documents: 2 } });
    expect(judged(file)).toEqual(['unknown', 'structure', expect.stringContaining('另有不受这枚印章保护的文档')]);
  });

  test('a PDF of another maker', () => {
    const written = (range: string) => {
      const text = `%PDF-1.4\n1 0 obj\n<< /ByteRange [${range.padEnd(20)}] /Contents <3003020101> >>\nendobj\n%%EOF\n`;
      return { text, from: text.indexOf('<300') };
    };
    const { text, from } = written('0 1 2 3');
    expect(verifyPdf(Buffer.from(text), trust).verdict).toBe('invalid');
    const whole = Buffer.from(written(`0 ${from} ${from + 12} ${text.length - from - 12}`).text);
    expect(verifyPdf(whole, trust)).toMatchObject({
      verdict: 'unknown',
      decisive: { why: '文件带有数字签名而不是电子印章，本平台不能核验' },
    });
  });
});

describe('whatever the text', () => {
  test('what was written and sealed is valid and reads as it was written, as OFD and as PDF', async () => {
    const sign = fc.constantFrom(...'营商环境许可证〇𬱖𰻝鿍ABCxyz0189（）《》，。、·—…<>&"\' ');
    await fc.assert(
      fc.asyncProperty(fc.array(sign, { minLength: 1, maxLength: 60 }), async (signs) => {
        const text = `县${signs.join('')}证`;
        const face = faceOf(text);
        const ofd = verifyOfd(await sealOfd(writeOfd(face, fonts, facts), order), trust);
        expect(ofd).toMatchObject({ verdict: 'valid', document: { title: text } });
        expect(ofd.document?.text[0]?.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
        const pdf = verifyPdf(await sealPdf(writePdf(face, fonts, facts), order), trust);
        expect(pdf).toMatchObject({ verdict: 'valid', document: { title: text } });
      }),
      { seed: 8, numRuns: 12 },
    );
  });

  test('bytes that mean nothing never bring the verifiers down', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.constantFrom('', 'PK\u0003\u0004', '%PDF-1.7\n'),
        (bytes, head) => {
          const file = Buffer.concat([Buffer.from(head, 'latin1'), bytes]);
          expect(verifyOfd(file, trust).verdict).toBe('invalid');
          expect(verifyPdf(file, trust).verdict).toBe('invalid');
        },
      ),
      { seed: 9, numRuns: 200 },
    );
  });
});

function onePixel(): Buffer {
  const packed = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==';
  return Buffer.from(packed, 'base64');
}
