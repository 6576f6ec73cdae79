import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeSeal, encodeSealContent, encodeSealing, encodeSealingContent, readSeal } from '../seal/format.ts';
import type { Seal, SealingContent } from '../seal/format.ts';
import * as world from '../seal/fixture.ts';
import { localSealMaker } from '../seal/sealing.ts';
import type { SealTrust } from '../seal/verify.ts';
import type { Signer } from '../sm/signer.ts';
import { sm3 } from '../sm/sm3.ts';
import { facts, fonts, sampleFace } from './fixture.ts';
import { defaultLimits } from './limits.ts';
import { type FileSealOrder, sealOfd } from './seal-ofd.ts';
import { readZip } from './unzip.ts';
import { verifyOfd } from './verify-ofd.ts';
import { fileSteps } from './verdict.ts';
import { writeOfd } from './write-ofd.ts';
import { writeZip } from './zip.ts';

const { root, maker, signer, times, trust } = world;
const picture = { type: 'PNG', data: Buffer.from('picture'), width: 42, height: 42 };
const seal = await world.sealMaker.make(world.sealOrder(signer, { picture }));
const stamp = { page: 0, x: 200, y: 140, width: 42, height: 42 };
const order: FileSealOrder = { seal, signer, signedAt: times.sealed, stamps: [stamp] };
const plain = writeOfd(sampleFace({ code: 'YS1:A' }), fonts, facts);
const other = writeOfd(sampleFace({ code: 'YS1:A', holder: '另一家公司' }), fonts, facts);
const sealed = await sealOfd(plain, order);
const twice = await sealOfd(sealed, {
  ...order,
  signedAt: '2026-06-01T03:00:00.000Z',
  stamps: [{ ...stamp, page: 1 }],
});

type Files = Map<string, Uint8Array>;

const own = 'Doc_0/Signs/Sign_0';
const list = 'Doc_0/Signs/Signatures.xml';
const open = (bytes: Uint8Array): Files => new Map(readZip(bytes, defaultLimits).files);
const get = (files: Files, path: string) => Buffer.from(files.get(path) ?? Buffer.alloc(0));

/** The sealed file with some of its parts changed; the archive itself is in order again. */
function changed(change: (files: Files) => void, from: Uint8Array = sealed): Uint8Array {
  const files = open(from);
  change(files);
  return writeZip(files);
}

function edit(files: Files, path: string, from: string | RegExp, to: string): void {
  const text = get(files, path).toString('utf8');
  const edited = text.replace(from, to);
  if (edited === text) throw new Error(`nothing to change in ${path}`);
  files.set(path, Buffer.from(edited, 'utf8'));
}

/** Sealed by somebody who does not ask whether he may. */
async function sealAnyway(
  change: Partial<SealingContent> & { by?: Signer; edit?: (files: Files) => void } = {},
): Promise<Uint8Array> {
  const { by = signer, edit: before, ...content } = change;
  const files = open(sealed);
  before?.(files);
  const used = change.seal ?? seal;
  files.set(`${own}/Seal.esl`, used.der);
  const shouldBe = sm3(used.der).toString('base64');
  const pattern = /(FileRef="\/Doc_0\/Signs\/Sign_0\/Seal\.esl"><ofd:CheckValue>)[^<]+/;
  const description = get(files, `${own}/Signature.xml`).toString('utf8').replace(pattern, `$1${shouldBe}`);
  files.set(`${own}/Signature.xml`, Buffer.from(description));
  const digest = sm3(description);
  const signed = encodeSealingContent({
    seal,
    at: times.sealed,
    digest,
    property: `/${own}/Signature.xml`,
    ...content,
  });
  files.set(`${own}/SignedValue.dat`, encodeSealing(signed, by.chain[0], await by.sign(signed)));
  return writeZip(files);
}

async function makeAnyway(by: Signer, change: Parameters<typeof world.sealOrder>[1] = {}, certificate = by.chain[0]) {
  const content = { vendor: 'TEST', extensions: [], ...world.sealOrder(signer, { picture, ...change }) };
  const signed = encodeSealContent(content);
  return readSeal(encodeSeal(signed, certificate, await by.sign(signed)));
}

const judged = (bytes: Uint8Array, change: Partial<SealTrust> = {}) => {
  const { verdict, decisive } = verifyOfd(bytes, { ...trust, ...change });
  return [verdict, decisive?.name ?? null, decisive?.outcome ?? null];
};

describe('a sealed document', () => {
  test('is valid, step by step, and tells who sealed what and when', () => {
    const verdict = verifyOfd(sealed, trust);
    expect(verdict).toMatchObject({ kind: 'ofd', verdict: 'valid', decisive: null });
    expect(verdict.steps.map(({ name }) => name)).toEqual(Object.keys(fileSteps));
    expect(verdict.steps.filter(({ outcome }) => outcome !== 'passed').map(({ name }) => name)).toEqual(['timeStamp']);
    expect(verdict.seals).toMatchObject([
      { id: 's001', sealName: '某某县某某局', issuerKnown: true, signedAt: times.sealed, outcome: 'passed' },
    ]);
    expect(verdict.document).toMatchObject({ id: facts.id, title: '食品经营许可证（样本）', fields: facts.fields });
    expect(verdict.document?.text[0]).toContain('某某县𬱖氏百货有限公司');
  });

  test('carries a second seal over the first; without it the first is as good as before', async () => {
    const verdict = verifyOfd(twice, trust);
    expect(verdict.verdict).toBe('valid');
    expect(verdict.seals.map(({ id }) => id)).toEqual(['s001', 's002']);
    const stamped = await sealOfd(sealed, { ...order, timeStamper: world.timeStamper });
    expect(verifyOfd(stamped, trust).steps.every(({ outcome }) => outcome === 'passed')).toBe(true);
    const without = changed((files) => {
      for (const path of files.keys()) if (path.includes('Sign_1/')) files.delete(path);
      edit(files, list, /<ofd:Signature ID="s002"[^>]*>/, '');
    }, twice);
    expect(judged(without)[0]).toBe('valid');
  });

  test('is refused before it comes into being when its seal could not hold', async () => {
    const late = { ...order, signedAt: '2027-06-01T00:00:00.000Z' };
    await expect(sealOfd(plain, late)).rejects.toThrow(RangeError);
    await expect(sealOfd(plain, { ...order, signer: maker })).rejects.toThrow(RangeError);
    await expect(sealOfd(plain, { ...order, stamps: [] })).rejects.toThrow('seen somewhere');
    await expect(sealOfd(plain, { ...order, stamps: [{ ...stamp, page: 7 }] })).rejects.toThrow('no page 7');
    await expect(sealOfd(Buffer.from('PK'), order)).rejects.toThrow('不是OFD文件');
  });

  test.each([['compressed', 8] as const, ['with a folder', 0] as const])(
    'packed again (%s) stays valid',
    (_, method) => {
      expect(judged(repacked(open(sealed), method))[0]).toBe('valid');
    },
  );
});

const rogueRoot = await world.newRoot('冒牌根');
const rogueSigner = await world.newSigner(rogueRoot, 'signer');
const rogueMaker = await world.newSigner(rogueRoot, 'sealMaker');
/** Writes our root's name and key under a certificate, but cannot sign for it. */
const impostor = await world.newSigner({ ...root, sign: (message) => rogueRoot.sign(message) }, 'signer');
const colleague = await world.newSigner(root, 'signer');
const shortSigner = await world.newSigner(root, 'signer', '2026-05-01T00:00:00.000Z');
const shortMaker = await world.newSigner(root, 'sealMaker', '2026-01-15T00:00:00.000Z');
const forSigner = (one: Signer) => ({ signers: { kind: 'certificates' as const, certificates: [one.chain[0].der] } });
const revoked = [
  await world.newList(root, [{ serial: signer.chain[0].serial, at: times.made, reason: 'keyCompromise' }]),
];
const swap = (files: Files) => {
  const [first, second] = [0, 1].map((page) => get(files, `Doc_0/Pages/Page_${page}/Content.xml`));
  files.set('Doc_0/Pages/Page_0/Content.xml', second ?? Buffer.alloc(0));
  files.set('Doc_0/Pages/Page_1/Content.xml', first ?? Buffer.alloc(0));
};

type Case = [string, () => Uint8Array | Promise<Uint8Array>, string, Partial<SealTrust>?];

const refused: Case[] = [
  ['a file was added', () => changed((files) => files.set('Doc_0/Res/new.dat', seal.der)), 'structure'],
  ['a file was added beside the seals', () => changed((files) => files.set(`${own}/x.dat`, seal.der)), 'structure'],
  ['a font was taken out', () => changed((files) => files.delete('Doc_0/Res/font_0.ttf')), 'structure'],
  ['a page was taken out', () => changed((files) => files.delete('Doc_0/Pages/Page_1/Content.xml')), 'format'],
  ['two pages changed places', () => changed(swap), 'files'],
  ['a name was changed', () => changed((f) => edit(f, 'Doc_0/Pages/Page_0/Content.xml', '某某县', '另一县')), 'files'],
  ['the title was changed', () => changed((f) => edit(f, 'OFD.xml', '食品经营', '药品经营')), 'files'],
  ['a field for machines was changed', () => changed((f) => edit(f, 'OFD.xml', 'TEST-2026', 'TEST-2027')), 'files'],
  ['a glyph was changed', () => changed((f) => f.set('Doc_0/Res/font_0.ttf', get(f, 'Doc_0/Res/font_1.ttf'))), 'files'],
  [
    'the list of pages names one twice',
    () => changed((f) => edit(f, 'Doc_0/Document.xml', 'Page_1', 'Page_0')),
    'files',
  ],
  [
    'the document is another one',
    () => changed((f) => edit(f, 'OFD.xml', 'Doc_0/Document', 'Doc_0/./Document')),
    'files',
  ],
  ['the protected list has a blank more', () => changed((f) => edit(f, `${own}/Signature.xml`, '/>', ' />')), 'digest'],
  [
    'a file was taken off the protected list',
    () =>
      changed((f) => edit(f, `${own}/Signature.xml`, /<ofd:Reference FileRef="\/OFD.xml">.*?<\/ofd:Reference>/, '')),
    'structure',
  ],
  [
    'a digest was made to fit a changed page',
    () =>
      changed((files) => {
        const page = 'Doc_0/Pages/Page_0/Content.xml';
        edit(files, page, '某某县', '另一县');
        const pattern = new RegExp(`(FileRef="/${page}"><ofd:CheckValue>)[^<]+`);
        edit(files, `${own}/Signature.xml`, pattern, `$1${sm3(get(files, page)).toString('base64')}`);
      }),
    'digest',
  ],
  [
    'the seal comes from another document',
    () =>
      changed((files) => {
        for (const [path, bytes] of open(other)) if (path !== 'OFD.xml') files.set(path, bytes);
      }),
    'files',
  ],
  ['the signature was taken out', () => changed((f) => f.delete(`${own}/SignedValue.dat`)), 'structure'],
  ['the signature is rubbish', () => changed((f) => f.set(`${own}/SignedValue.dat`, Buffer.from('x'))), 'sealFormat'],
  ['the seal was taken out', () => changed((f) => f.delete(`${own}/Seal.esl`)), 'structure'],
  [
    'there is another seal beside the signature',
    () => changed((f) => f.set(`${own}/Seal.esl`, world.seal.der)),
    'structure',
  ],
  ['the list of seals is empty', () => changed((f) => edit(f, list, /<ofd:Signature .*?\/>/, '')), 'sealed'],
  ['the list of seals is gone', () => changed((f) => f.delete(list)), 'format'],
  ['no seal was ever applied', () => plain, 'sealed'],
  ['one seal is listed twice', () => changed((f) => edit(f, list, /(<ofd:Signature .*?\/>)/, '$1$1')), 'structure'],
  ['the list leads to a moved copy', () => changed((files) => move(files)), 'structure'],
  [
    'two seals changed their order',
    () => changed((f) => edit(f, list, /(<ofd:Signature ID="s001".*?\/>)(<ofd:Signature .*?\/>)/, '$2$1'), twice),
    'structure',
  ],
  ['a page was changed below two seals', () => changed(swap, twice), 'files'],
  [
    'the first seal was taken out below the second',
    () => changed((f) => edit(f, list, /<ofd:Signature ID="s001".*?\/>/, ''), twice),
    'structure',
  ],
  ['the place of the list is another', () => sealAnyway({ property: '/Doc_0/Signs/Sign_1/Signature.xml' }), 'property'],
  ['a signer of ours who may not use this seal', () => sealAnyway({ by: colleague }), 'signerListed'],
  ['a signer of another root', () => sealAnyway({ by: rogueSigner }), 'signerListed'],
  [
    'a certificate that pretends to be from our root',
    async () => sealAnyway({ by: impostor, seal: await makeAnyway(maker, forSigner(impostor)) }),
    'signerCertificate',
  ],
  [
    'a seal that its signer made himself',
    async () => sealAnyway({ seal: await makeAnyway(signer) }),
    'makerCertificate',
  ],
  [
    'a seal signed with another key than the maker’s',
    async () => sealAnyway({ seal: await makeAnyway(rogueMaker, {}, maker.chain[0]) }),
    'sealSignature',
  ],
  [
    'a seal made when the maker’s certificate was over',
    async () => sealAnyway({ seal: await makeAnyway(shortMaker) }),
    'makerCertificate',
  ],
  [
    'a seal that had ended',
    () => sealAnyway({ at: '2027-03-01T00:00:00.000Z' }),
    'signingTime',
    { now: '2027-04-01T00:00:00.000Z' },
  ],
  ['a sealing that is still to come', () => sealAnyway({ at: '2026-12-01T00:00:00.000Z' }), 'signingTime'],
  [
    'a certificate that had ended',
    async () => sealAnyway({ by: shortSigner, seal: await makeAnyway(maker, forSigner(shortSigner)) }),
    'signerCertificate',
  ],
  ['a certificate that was revoked', () => sealed, 'revocation', { lists: revoked }],
  ['the certificate of one and the signature of another', () => mismatched(), 'signature'],
];

function move(files: Files): void {
  for (const name of ['Signature.xml', 'SignedValue.dat', 'Seal.esl']) {
    files.set(`Doc_0/Signs/Sign_9/${name}`, get(files, `${own}/${name}`));
  }
  edit(files, list, 'Sign_0', 'Sign_9');
}

async function mismatched(): Promise<Uint8Array> {
  const files = open(sealed);
  const digest = sm3(get(files, `${own}/Signature.xml`));
  const signed = encodeSealingContent({ seal, at: times.sealed, digest, property: `/${own}/Signature.xml` });
  files.set(`${own}/SignedValue.dat`, encodeSealing(signed, signer.chain[0], await colleague.sign(signed)));
  return writeZip(files);
}

describe('every way to tamper is refused with the right step', () => {
  test.each(refused)('%s', async (_, make, step, change) => {
    const verdict = verifyOfd(await make(), { ...trust, ...change });
    expect([verdict.verdict, verdict.decisive?.name], verdict.zh).toEqual(['invalid', step]);
    expect(verdict.decisive?.why).toMatch(/[\u4e00-\u9fff]/);
    expect(verdict.zh).toBe(`核验不通过：${verdict.decisive?.why}`);
  });
});

describe('what cannot be known is not called valid', () => {
  test('a seal of another county, in order in itself', async () => {
    const foreign: Seal = await localSealMaker(rogueMaker, 'OTHER').make(world.sealOrder(rogueSigner, { picture }));
    const file = await sealOfd(plain, { ...order, seal: foreign, signer: rogueSigner });
    const verdict = verifyOfd(file, trust);
    expect(verdict.verdict).toBe('unknown');
    expect(verdict.seals[0]?.issuerKnown).toBe(false);
    expect(verdict.zh).toContain('不在本平台的信任名单里');
    expect(verdict.steps.some(({ outcome }) => outcome === 'failed')).toBe(false);
    const both = {
      roots: [...root.chain, ...rogueRoot.chain],
      lists: [...trust.lists, await world.newList(rogueRoot)],
    };
    expect(verifyOfd(file, { ...trust, ...both }).verdict).toBe('valid');
  });

  test('no list of revocations in force', () => {
    expect(judged(sealed, { lists: [] })).toEqual(['unknown', 'revocation', 'unknown']);
  });

  test('digests that no longer prove anything', async () => {
    const file = await sealAnyway({
      edit: (files) => edit(files, `${own}/Signature.xml`, '1.2.156.10197.1.401', 'WHIRLPOOL'),
    });
    expect(judged(file)).toEqual(['unknown', 'files', 'unknown']);
  });

  test('a signature that is no seal', async () => {
    expect(judged(changed((f) => edit(f, list, 'Type="Seal"', 'Type="Sign"')))).toEqual([
      'unknown',
      'sealed',
      'unknown',
    ]);
  });

  test('places written by other makers: relative, or without the first stroke', async () => {
    const file = await sealAnyway({
      property: `${own}/Signature.xml`,
      edit: (files) => {
        edit(files, list, `/${own}/Signature.xml`, 'Sign_0/Signature.xml');
        edit(files, `${own}/Signature.xml`, `/${own}/SignedValue.dat`, 'SignedValue.dat');
        edit(files, `${own}/Signature.xml`, 'FileRef="/OFD.xml"', 'FileRef="OFD.xml"');
      },
    });
    expect(judged(file)).toEqual(['valid', null, null]);
  });
});

describe('one byte changed anywhere', () => {
  const flip = (at: number, bit: number) => {
    const copy = Buffer.from(sealed);
    copy[at] = (copy[at] ?? 0) ^ (1 << bit);
    return copy;
  };

  test('in the frame of the archive: never valid', () => {
    const directory = Buffer.from(sealed).readUInt32LE(sealed.length - 6);
    for (let at = directory; at < sealed.length; at += at < sealed.length - 130 ? 5 : 1) {
      expect(verifyOfd(flip(at, (at * 5) % 8), trust).verdict, `byte ${at}`).not.toBe('valid');
    }
  });

  test('in what is packed: never valid', () => {
    fc.assert(
      fc.property(fc.nat(sealed.length - 1), fc.nat(7), (at, bit) => {
        expect(verifyOfd(flip(at, bit), trust).verdict).not.toBe('valid');
      }),
      { seed: 5, numRuns: 200 },
    );
  });

  test('with the sum of the archive made to fit: never valid', () => {
    const files = open(sealed);
    // The list of seals only says where to look: an id more or less in it changes nothing.
    const paths = [...files.keys()].filter((path) => path !== list);
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.nat(), fc.nat(7), (path, place, bit) => {
        const copy = get(files, path);
        const at = place % copy.length;
        copy[at] = (copy[at] ?? 0) ^ (1 << bit);
        const verdict = verifyOfd(writeZip(new Map(files).set(path, copy)), trust).verdict;
        expect(verdict, `${path} byte ${at}`).not.toBe('valid');
      }),
      { seed: 6, numRuns: 60 },
    );
  });
});

/** By another archiver: folders of their own, sizes behind the content, compressed or not. */
function repacked(files: Files, method: 0 | 8): Buffer {
  const stored = writeZip(files);
  if (method === 0) return withFolder(files);
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  const end = Buffer.from(stored.subarray(stored.length - 22));
  let [from, offset] = [end.readUInt32LE(16), 0];
  for (const [path, bytes] of files) {
    const entry = Buffer.from(stored.subarray(from, from + 46 + path.length));
    from += entry.length;
    const packed = deflateRawSync(bytes);
    entry.writeUInt16LE(0x0808, 8);
    entry.writeUInt16LE(8, 10);
    entry.writeUInt32LE(packed.length, 20);
    entry.writeUInt32LE(offset, 42);
    const head = Buffer.alloc(30);
    head.writeUInt32LE(0x04034b50, 0);
    entry.copy(head, 4, 6, 16);
    head.writeUInt16LE(path.length, 26);
    const behind = Buffer.alloc(16);
    behind.writeUInt32LE(0x08074b50, 0);
    entry.copy(behind, 4, 16, 28);
    const part = Buffer.concat([head, Buffer.from(path), packed, behind]);
    parts.push(part);
    directory.push(entry);
    offset += part.length;
  }
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, ...directory, end]);
}

function withFolder(files: Files): Buffer {
  return writeZip(new Map<string, Uint8Array>([['Doc_0/', Buffer.alloc(0)], ...files]));
}
