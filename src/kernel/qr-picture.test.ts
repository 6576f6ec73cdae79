import { describe, expect, it } from 'vitest';
import { deflateSync } from 'node:zlib';
import { crc32 } from 'node:zlib';
import { PictureRefused, qrModules } from './ofd/index.ts';
import { readQrCodes } from './qr-picture.ts';

describe('QR codes in photos', () => {
  it('are read, small or large', async () => {
    const text = `YS1:${'0123456789ABCDEF%*+-./:'.repeat(12)}`;
    expect(await readQrCodes(pictureOf(text, 4))).toEqual([text]);
    expect(await readQrCodes(pictureOf(text, 9))).toEqual([text]);
  });

  it('are missing in an empty picture, and nothing is made up', async () => {
    expect(await readQrCodes(png(200, 200, () => 255))).toEqual([]);
  });

  it('are not looked for in what is no picture, cut off, or claims to be huge', async () => {
    await expect(readQrCodes(Buffer.from('没有图'))).rejects.toThrow(PictureRefused);
    const huge = Buffer.from(png(8, 8, () => 255));
    huge.writeUInt32BE(60_000, 16);
    huge.writeUInt32BE(60_000, 20);
    await expect(readQrCodes(huge)).rejects.toThrow(PictureRefused);
    const whole = pictureOf('YS1:ABC', 6);
    expect(await readQrCodes(whole.subarray(0, whole.length >> 1)).catch(() => [])).toEqual([]);
  });
});

function pictureOf(text: string, scale: number): Buffer {
  const modules = qrModules(text);
  const side = (modules.length + 8) * scale;
  return png(side, side, (x, y) => {
    const dark = modules[Math.floor(y / scale) - 4]?.[Math.floor(x / scale) - 4] ?? false;
    return dark ? 0 : 255;
  });
}

/** Grey, eight bits. */
function png(width: number, height: number, dot: (x: number, y: number) => number): Buffer {
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) rows[y * (width + 1) + 1 + x] = dot(x, y);
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 0, 0, 0, 0], 8);
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  return Buffer.concat([
    signature,
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(name: string, body: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(name, 'latin1'), body]);
  const size = Buffer.alloc(4);
  size.writeUInt32BE(body.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(named) >>> 0);
  return Buffer.concat([size, named, check]);
}
