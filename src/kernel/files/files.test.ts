import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, describe, expect, test } from 'vitest';
import { AppError, describeError } from '../errors.ts';
import { acceptedTypes, createDiskFileStore, dispositionFor, fileErrors, fileHeaders, safeFileName } from './index.ts';

const home = mkdtempSync(join(tmpdir(), 'ys-files-'));
const store = createDiskFileStore(home);
const limits = { maxBytes: 1_000_000 };
afterAll(() => rmSync(home, { recursive: true, force: true }));

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const jpeg = Buffer.from('ffd8ffe000104a46494600010100000100010000ffdb004300', 'hex');
const webp = Buffer.concat([Buffer.from('RIFF\x24\0\0\0WEBPVP8 ', 'latin1'), Buffer.alloc(40)]);
const pdf = Buffer.from('%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << >>\n%%EOF\n');

describe('the store on disk', () => {
  test('keeps a content under its hash, once, and gives it back whole', async () => {
    const kept = await store.put(png, limits);
    expect(kept).toEqual({
      sha256: createHash('sha256').update(png).digest('hex'),
      size: png.length,
      type: 'image/png',
    });
    expect(await store.put(Readable.from([png.subarray(0, 10), png.subarray(10)]), limits)).toEqual(kept);
    const opened = await store.open(kept.sha256);
    expect(opened?.size).toBe(png.length);
    expect((await collect(opened?.stream)).equals(png)).toBe(true);
    const path = join(home, kept.sha256.slice(0, 2), kept.sha256.slice(2, 4));
    expect(readdirSync(path)).toEqual([kept.sha256]);
    expect(statSync(join(path, kept.sha256)).mode & 0o777).toBe(0o600);
    expect(await store.has(kept.sha256)).toBe(true);
  });

  test('two uploads of one content at once end in one file', async () => {
    const content = Buffer.from('两个人同时上传同一份材料');
    const all = await Promise.all(Array.from({ length: 8 }, () => store.put(content, limits)));
    expect(new Set(all.map(({ sha256 }) => sha256)).size).toBe(1);
    expect(readdirSync(join(home, '.incoming'))).toEqual([]);
  });

  test.each(['', '..', '../../etc/passwd', 'A'.repeat(64), 'a'.repeat(63), `${'a'.repeat(64)}/`, 'f'.repeat(64)])(
    'there is nothing under %s',
    async (name) => {
      expect(await store.has(name)).toBe(false);
      expect(await store.open(name)).toBeNull();
    },
  );

  test('too large, empty and broken off leave nothing behind', async () => {
    const before = everything();
    await expect(store.put(Buffer.alloc(11, 97), { maxBytes: 10 })).rejects.toMatchObject({ code: 'FILE_TOO_LARGE' });
    expect((await store.put(Buffer.alloc(10, 97), { maxBytes: 10 })).size).toBe(10);
    await expect(store.put(Readable.from([]), limits)).rejects.toMatchObject({ code: 'FILE_EMPTY' });
    const cut = (async function* () {
      yield png.subarray(0, 20);
      throw new Error('connection lost');
    })();
    await expect(store.put(cut, limits)).rejects.toThrow('connection lost');
    expect(everything()).toHaveLength(before.length + 1);
    expect(readdirSync(join(home, '.incoming'))).toEqual([]);
  });

  test('a content that the disk changed is noticed when read, and healed by another upload', async () => {
    const { sha256 } = await store.put(pdf, limits);
    const path = join(home, sha256.slice(0, 2), sha256.slice(2, 4), sha256);
    writeFileSync(path, Buffer.from(pdf).fill(0, 20, 21));
    await expect(store.open(sha256).then((opened) => collect(opened?.stream))).rejects.toThrow(/damaged/);
    await store.put(pdf, limits);
    expect((await collect((await store.open(sha256))?.stream)).equals(pdf)).toBe(true);
  });

  test('drafts left by a killed process go after a day', async () => {
    const other = join(home, 'other');
    mkdirSync(join(other, '.incoming'), { recursive: true });
    for (const name of ['old', 'young']) writeFileSync(join(other, '.incoming', name), 'half');
    utimesSync(join(other, '.incoming', 'old'), 1_000_000, 1_000_000);
    await createDiskFileStore(other).put(png, limits);
    expect(readdirSync(join(other, '.incoming'))).toEqual(['young']);
    rmSync(other, { recursive: true });
  });
});

describe('the type is what the content is', () => {
  const docx = zip('[Content_Types].xml', '_rels/.rels', 'word/document.xml');
  test.each([
    ['pdf', pdf],
    ['jpg', jpeg],
    ['png', png],
    ['webp', webp],
    ['ofd', zip('OFD.xml', 'Doc_0/Document.xml')],
    ['docx', docx],
    ['xlsx', zip('[Content_Types].xml', 'xl/workbook.xml')],
    ['txt', Buffer.from('申请材料说明\r\n第一条，请带身份证。\n')],
    ['txt', Buffer.from('a < b 且 b > c，见第 3 条')],
    ['txt', Buffer.from('c9eac7ebb2c4c1cf', 'hex')],
    ['csv', Buffer.from('\ufeff事项,期限\n开办餐饮店,5\n"水,电",2\n')],
    ['csv', Buffer.from('a\tb\n1\t2\n')],
  ])('%s', async (extension, content) => {
    const { type } = await store.put(content, limits);
    expect(type).toBe(acceptedTypes.find((candidate) => candidate.extension === extension)?.type);
  });

  test('a long text whose characters straddle the read blocks stays text', async () => {
    expect((await store.put(Buffer.from(`x${'营'.repeat(60_000)}`), limits)).type).toBe('text/plain');
  });

  test.each([
    ['<!DOCTYPE html><p>你好', /网页/],
    ['  <html><body>x</body></html>', /网页/],
    ['<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>', /网页/],
    ['<?xml version="1.0"?><svg/>', /网页/],
    ['<?php echo 1;', /网页或程序/],
    ['#!/bin/sh\nrm -rf /', /程序/],
    ['说明<script>alert(1)</script>', /程序/],
    [zip('a.txt', 'b.exe'), /解压/],
    [zip('[Content_Types].xml', 'word/document.xml', 'word/vbaProject.bin'), /带宏/],
    [docx.subarray(0, docx.length - 30), /损坏/],
    [Buffer.from('d0cf11e0a1b11ae1'.padEnd(1200, '0'), 'hex'), /旧版 Office/],
    [Buffer.from('MZ\x90\0\x03\0\0\0'.padEnd(200, '\0'), 'latin1'), /程序文件/],
    [Buffer.from('GIF89a\x01\0\x01\0\0\0\0;', 'latin1'), /GIF/],
    [Buffer.from([1, 2, 3, 255, 254, 0, 9]), /这种格式/],
    [Buffer.from('正文'.repeat(40_000) + '\0'), /这种格式/],
  ])('%# is refused, in words people understand', async (content, message) => {
    const before = everything();
    const error = await store
      .put(typeof content === 'string' ? Buffer.from(content) : content, limits)
      .catch((e: unknown) => e);
    if (!(error instanceof AppError)) throw new Error('was accepted');
    expect(error.code).toBe('FILE_TYPE_REFUSED');
    expect(describeError(fileErrors.FILE_TYPE_REFUSED, error.details)).toMatch(message);
    expect(everything()).toEqual(before);
  });
});

describe('a file leaves the platform', () => {
  test('inline only as PDF or picture; whatever could run is saved, under a type no browser guesses', () => {
    for (const { type, extension } of acceptedTypes) {
      expect(dispositionFor(type)).toBe(/pdf|jpg|png|webp/.test(extension) ? 'inline' : 'attachment');
    }
    for (const type of ['text/html', 'image/svg+xml', 'application/javascript', '']) {
      const headers = fileHeaders({ type, name: 'x.html' });
      expect(headers['content-type']).toBe('application/octet-stream');
      expect(headers['content-disposition']).toMatch(/^attachment; filename="x.bin"/);
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['content-security-policy']).toMatch(/^sandbox; default-src 'none'/);
    }
  });

  test('the header carries a Chinese name safely', () => {
    const header = fileHeaders({ type: 'application/pdf', name: '申请"表\r\nX: y.pdf', size: 9 });
    expect(header['content-disposition']).toBe(
      `inline; filename="____X_ y.pdf"; filename*=UTF-8''%E7%94%B3%E8%AF%B7_%E8%A1%A8X_%20y.pdf`,
    );
    expect(header['content-length']).toBe('9');
  });

  test.each([
    ['营业执照.pdf', 'application/pdf', '营业执照.pdf'],
    ['../../etc/passwd', 'text/plain', 'passwd.txt'],
    ['C:\\Users\\王\\照片.JPEG', 'image/jpeg', '照片.jpeg'],
    ['假照片.exe', 'image/png', '假照片.png'],
    ['photo\u202egnp.exe', 'image/png', 'photognp.png'],
    ['.htaccess', 'text/plain', 'htaccess.txt'],
    ['', 'application/pdf', '未命名.pdf'],
    ['...', 'application/pdf', '未命名.pdf'],
    ['附件1.第二稿', 'application/pdf', '附件1.第二稿.pdf'],
    ['𠮷'.repeat(150), 'text/csv', `${'𠮷'.repeat(100)}.csv`],
  ])('%s as %s is shown as %s', (name, type, shown) => expect(safeFileName(name, type)).toBe(shown));
});

function everything(): string[] {
  return readdirSync(home, { recursive: true })
    .map(String)
    .filter((name) => statSync(join(home, name)).isFile())
    .sort();
}

async function collect(stream: AsyncIterable<Uint8Array> | undefined): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of stream ?? []) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** A real zip of empty, uncompressed entries. */
function zip(...names: string[]): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const name of names) {
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(name.length, 26);
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt16LE(name.length, 28);
    central.writeUInt32LE(offset, 42);
    locals.push(local, Buffer.from(name));
    directory.push(central, Buffer.from(name));
    offset += 30 + name.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(names.length, 8);
  end.writeUInt16LE(names.length, 10);
  end.writeUInt32LE(Buffer.concat(directory).length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, ...directory, end]);
}
