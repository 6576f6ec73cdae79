import { deflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { facts, fonts, sampleFace } from './fixture.ts';
import { defaultLimits } from './limits.ts';
import { readOfd } from './read-ofd.ts';
import { readZip } from './unzip.ts';
import { writeOfd } from './write-ofd.ts';
import { writeZip } from './zip.ts';

const plain = Buffer.from(writeOfd(sampleFace({ code: 'YS1:A' }), fonts, facts));
const files = readZip(plain, defaultLimits).files;
const directory = plain.readUInt32LE(plain.length - 6);
const faultOf = (bytes: Uint8Array, limits = {}) => {
  const read = readOfd(bytes, limits);
  if (!read.ok) expect(read.zh).toMatch(/[\u4e00-\u9fff]/);
  return read.ok ? 'read' : read.fault;
};
const replaced = (path: string, bytes: Uint8Array | string) =>
  writeZip(new Map<string, Uint8Array>(files).set(path, Buffer.from(bytes)));

/** Bytes put in the place of others, at one spot of the archive. */
function patched(at: number, ...bytes: readonly number[]): Buffer {
  const copy = Buffer.from(plain);
  bytes.forEach((byte, offset) => (copy[at + offset] = byte));
  return copy;
}

/** Another name of the same length wherever the first one stands. */
function renamed(from: string, to: string): Buffer {
  return Buffer.from(plain.toString('latin1').replaceAll(from, to), 'latin1');
}

/** An archive of one file, compressed, that may say other sizes than are true. */
function compressed(content: Buffer, size = content.length): Buffer {
  const packed = deflateRawSync(content);
  const stored = writeZip(new Map([['OFD.xml', packed]]));
  for (const at of [0, stored.readUInt32LE(stored.length - 6) + 2]) {
    stored.writeUInt16LE(8, at + 8);
    stored.writeUInt32LE(size, at + 22);
  }
  return stored;
}

/** The second entry of the directory says that its file begins where the first does. */
function overlapping(): Buffer {
  const copy = Buffer.from(plain);
  copy.writeUInt32LE(0, directory + 46 + 'OFD.xml'.length + 42);
  return copy;
}

describe('an OFD that was written here', () => {
  test('is read back', () => {
    const read = readOfd(plain);
    expect(read.ok && read.document).toMatchObject({
      documents: 1,
      id: facts.id,
      title: '食品经营许可证（样本）',
      author: '某某县某某局',
      creator: '测试',
      createdOn: '2026-06-01',
      fields: facts.fields,
      signatures: [],
      isUniform: true,
    });
    expect(read.ok && read.document.pages.map(({ width, height }) => [width, height])).toEqual([
      [297, 210],
      [297, 210],
    ]);
  });
});

describe('an archive that is not what it seems is refused', () => {
  test.each([
    ['nothing', Buffer.alloc(0), 'NOT_A_ZIP'],
    ['a PDF', Buffer.from('%PDF-1.7 and so on, long enough for an end'), 'NOT_A_ZIP'],
    ['the first half', plain.subarray(0, plain.length / 2), 'ZIP_TRUNCATED'],
    ['all but the last byte', plain.subarray(0, -1), 'ZIP_INCONSISTENT'],
    ['a byte behind the end', Buffer.concat([plain, Buffer.of(0)]), 'ZIP_INCONSISTENT'],
    ['a byte in front', Buffer.concat([Buffer.of(0), plain]), 'NOT_A_ZIP'],
    ['a remark', Buffer.concat([patched(plain.length - 2, 3, 0), Buffer.from('abc')]), 'ZIP_INCONSISTENT'],
    ['a file twice', twice(), 'DUPLICATE_FILE'],
    ['names that differ in case only', renamed('Doc_0/Res/font_1.ttf', 'Doc_0/Res/FONT_0.ttf'), 'DUPLICATE_FILE'],
    ['a way out', renamed('Doc_0/Res/font_1.ttf', '../0/Res/font_1.ttf0'), 'BAD_PATH'],
    ['a way from the root', renamed('Doc_0/Res/font_1.ttf', '/oc_0/Res/font_1.ttf'), 'BAD_PATH'],
    ['a backslash', renamed('Doc_0/Res/font_1.ttf', 'Doc_0\\Res\\font_1.ttf'), 'BAD_PATH'],
    ['a drive', renamed('Doc_0/Res/font_1.ttf', 'C:c_0/Res/font_1.ttf'), 'BAD_PATH'],
    ['a zero', renamed('Doc_0/Res/font_1.ttf', 'Doc_0/Res/font\u00001.ttf'), 'BAD_PATH'],
    ['an empty part', renamed('Doc_0/Res/font_1.ttf', 'Doc_0//es/font_1.ttf'), 'BAD_PATH'],
    ['not UTF-8', renamed('Doc_0/Res/font_1.ttf', 'Doc_0/Res/font_\xff.ttf'), 'BAD_PATH'],
    [
      'a file that is a folder too',
      writeZip(
        new Map([
          ['a', Buffer.of(1)],
          ['a/b', Buffer.of(2)],
        ]),
      ),
      'BAD_PATH',
    ],
    ['encrypted', patched(6, 1), 'ZIP_INCONSISTENT'],
    ['encrypted, both headers', bothHeaders(6, 8, 1), 'ZIP_ENCRYPTED'],
    ['an unknown way to compress', bothHeaders(8, 10, 12), 'ZIP_UNSUPPORTED'],
    ['patches and other features', bothHeaders(6, 8, 0x20), 'ZIP_UNSUPPORTED'],
    ['64 bits', patched(plain.length - 12, 0xff, 0xff), 'ZIP_UNSUPPORTED'],
    ['64 bits in one entry', patched(directory + 24, 0xff, 0xff, 0xff, 0xff), 'ZIP_UNSUPPORTED'],
    ['several disks', patched(plain.length - 18, 1), 'ZIP_UNSUPPORTED'],
    ['the two headers name different files', patched(30, 0x50), 'ZIP_INCONSISTENT'],
    ['the two headers know different sizes', patched(18, 1), 'ZIP_INCONSISTENT'],
    ['two entries share their content', overlapping(), 'ZIP_INCONSISTENT'],
    ['one file left out of the directory', withoutFirst(), 'ZIP_INCONSISTENT'],
    ['content that does not fit its sum', patched(60, 0x41), 'ZIP_INCONSISTENT'],
    ['a bomb that tells', compressed(Buffer.alloc(3_000_000)), 'ZIP_BOMB'],
    ['a bomb that lies', compressed(Buffer.alloc(3_000_000), 90_000), 'ZIP_INCONSISTENT'],
    ['packed behind the end of the compressed', compressedWithTail(), 'ZIP_INCONSISTENT'],
  ])('%s', (_, bytes, fault) => {
    expect(faultOf(bytes)).toBe(fault);
  });

  test('within the limits that the caller sets', () => {
    expect(faultOf(plain, { fileBytes: 1000 })).toBe('TOO_LARGE');
    expect(faultOf(plain, { entries: 3 })).toBe('ZIP_BOMB');
    expect(faultOf(plain, { entryBytes: 1000 })).toBe('ZIP_BOMB');
    expect(faultOf(plain, { totalBytes: 5000 })).toBe('ZIP_BOMB');
    expect(faultOf(plain)).toBe('read');
  });
});

describe('descriptions that are not what they seem are refused', () => {
  const entry = (files.get('OFD.xml') ?? Buffer.alloc(0)).toString('utf8');
  const bomb = '<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;">]>';
  const deep = '<a>'.repeat(200) + '</a>'.repeat(200);
  test.each([
    ['no XML', 'hello'],
    ['cut short', entry.slice(0, -20)],
    ['entities', entry.replace('?>', `?>${bomb}`).replace('食品', '&c;')],
    ['an outer entity', entry.replace('?>', '?><!DOCTYPE x SYSTEM "file:///etc/passwd">')],
    ['an entity that nobody named', entry.replace('食品', '&evil;')],
    ['too deep', entry.replace('</ofd:DocBody>', `${deep}</ofd:DocBody>`)],
    ['too many', entry.replace('</ofd:DocBody>', `${'<a/>'.repeat(100_001)}</ofd:DocBody>`)],
    ['another root', entry.replaceAll('ofd:OFD', 'ofd:DFO')],
    ['another name space', entry.replace('www.ofdspec.org/2016', 'example.org')],
    ['no document', entry.replaceAll('ofd:DocBody', 'ofd:Nothing')],
    ['UTF-16', Buffer.from(`\ufeff${entry.replace('UTF-8', 'UTF-16')}`, 'utf16le')],
    ['half a sign', Buffer.concat([Buffer.from(entry), Buffer.of(0xe9)])],
    ['a way out of the archive', entry.replace('Doc_0/Document.xml', '../../etc/passwd')],
    ['a document that is not there', entry.replace('Doc_0/Document.xml', 'Doc_1/Document.xml')],
  ])('%s', (_, text) => {
    expect(faultOf(replaced('OFD.xml', text))).toBe('NOT_AN_OFD');
  });

  test('a hundred pages that are all the same large one are read once', () => {
    const page = (files.get('Doc_0/Pages/Page_0/Content.xml') ?? Buffer.alloc(0)).toString('utf8');
    const large = page.replace('</ofd:Layer>', `${'<ofd:x/>'.repeat(30_000)}</ofd:Layer>`);
    const document = (files.get('Doc_0/Document.xml') ?? Buffer.alloc(0)).toString('utf8');
    const many = Array.from(
      { length: 100 },
      (_, at) => `<ofd:Page ID="${9000 + at}" BaseLoc="Pages/Page_0/Content.xml"/>`,
    );
    const bytes = writeZip(
      new Map<string, Uint8Array>(files)
        .set('Doc_0/Pages/Page_0/Content.xml', Buffer.from(large))
        .set('Doc_0/Document.xml', Buffer.from(document.replace('</ofd:Pages>', `${many.join('')}</ofd:Pages>`))),
    );
    const from = performance.now();
    expect(faultOf(bytes)).toBe('read');
    expect(performance.now() - from).toBeLessThan(5000);
  });

  test('a picture of more dots than any sheet has, by what its head says', () => {
    const picture = Buffer.from(files.get('Doc_0/Res/image_0.png') ?? Buffer.alloc(0));
    picture.writeUInt32BE(60_000, 16);
    picture.writeUInt32BE(60_000, 20);
    expect(faultOf(replaced('Doc_0/Res/image_0.png', picture))).toBe('NOT_AN_OFD');
    expect(faultOf(replaced('Doc_0/Res/image_0.png', Buffer.from('another kind of picture')))).toBe('read');
  });
});

function twice(): Buffer {
  const two = writeZip(
    new Map([
      ['a.xml', Buffer.of(1)],
      ['b.xml', Buffer.of(2)],
    ]),
  );
  return Buffer.from(two.toString('latin1').replaceAll('b.xml', 'a.xml'), 'latin1');
}

function bothHeaders(local: number, entry: number, value: number): Buffer {
  const copy = Buffer.from(plain);
  copy[local] = value;
  copy[directory + entry] = value;
  return copy;
}

function withoutFirst(): Buffer {
  const length = 46 + 'OFD.xml'.length;
  const copy = Buffer.concat([plain.subarray(0, directory), plain.subarray(directory + length)]);
  const count = copy.readUInt16LE(copy.length - 12) - 1;
  copy.writeUInt16LE(count, copy.length - 14);
  copy.writeUInt16LE(count, copy.length - 12);
  copy.writeUInt32LE(copy.readUInt32LE(copy.length - 10) - length, copy.length - 10);
  return copy;
}

function compressedWithTail(): Buffer {
  const packed = Buffer.concat([deflateRawSync(Buffer.from('abc')), Buffer.from('tail')]);
  const stored = writeZip(new Map([['OFD.xml', packed]]));
  for (const at of [0, stored.readUInt32LE(stored.length - 6) + 2]) {
    stored.writeUInt16LE(8, at + 8);
    stored.writeUInt32LE(3, at + 22);
    stored.writeUInt32LE(0x352441c2, at + 14);
  }
  return stored;
}
