import { inflateSync } from 'node:zlib';
import { zlibSync } from 'fflate';
import { sm3Hex } from '../sm/sm3.ts';
import { PictureRefused } from './face.ts';

/** A picture as found: what it is and how large, read from its first bytes; nothing is unpacked for that. */
export interface Picture {
  kind: 'PNG' | 'JPEG';
  bytes: Uint8Array;
  /** Dots. */
  width: number;
  height: number;
  /** Colours of a JPEG: 1, 3 or 4. */
  components: number;
}

/** A hundred million dots: a sheet of A3 at 600 to the inch. */
export const mostDots = 100_000_000;

/** Throws `PictureRefused`. */
export function readPicture(bytes: Uint8Array): Picture {
  const found = pictureSize(bytes);
  if (!found) throw new PictureRefused('neither PNG nor JPEG');
  if (found.width < 1 || found.height < 1 || found.width * found.height > mostDots) {
    throw new PictureRefused(`${found.width} × ${found.height} dots`);
  }
  return { ...found, bytes };
}

/** What the head of a PNG or JPEG says; null for everything else. */
export function pictureSize(bytes: Uint8Array): Omit<Picture, 'bytes'> | null {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return buffer.length > 33 && buffer.subarray(0, 8).equals(pngHead) ? pngSize(buffer) : jpegSize(buffer);
}

/** Colours and opacity apart and packed (zlib), as PDF wants them. */
export interface Raster {
  rgb: Uint8Array;
  /** Null when nothing shines through. */
  alpha: Uint8Array | null;
}

/** PNG of eight bits without interlacing; the same seal is on every page of a day, so the last ones are remembered. */
export function unpackPng(picture: Picture): Raster {
  const key = sm3Hex(picture.bytes);
  const known = unpacked.get(key) ?? unpack(picture);
  unpacked.delete(key);
  unpacked.set(key, known);
  const [oldest] = unpacked.keys();
  if (unpacked.size > 8 && oldest !== undefined) unpacked.delete(oldest);
  return known;
}

const unpacked = new Map<string, Raster>();
const pngHead = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
/** Unpacked for a PDF, in our own memory: less than what may merely be passed on. */
const mostUnpackedDots = 16_000_000;

function pngSize(buffer: Buffer): Omit<Picture, 'bytes'> | null {
  if (buffer.toString('latin1', 12, 16) !== 'IHDR') return null;
  return { kind: 'PNG', width: buffer.readUInt32BE(16), height: buffer.readUInt32BE(20), components: 3 };
}

function jpegSize(buffer: Buffer): Omit<Picture, 'bytes'> | null {
  if (buffer.length < 4 || buffer.readUInt16BE(0) !== 0xffd8) return null;
  for (let at = 2; at + 10 <= buffer.length;) {
    if (buffer[at] !== 0xff) return null;
    const mark = buffer[at + 1] ?? 0;
    const isFrame = mark >= 0xc0 && mark <= 0xcf && mark !== 0xc4 && mark !== 0xc8 && mark !== 0xcc;
    if (isFrame) {
      return {
        kind: 'JPEG',
        height: buffer.readUInt16BE(at + 5),
        width: buffer.readUInt16BE(at + 7),
        components: buffer[at + 9] ?? 0,
      };
    }
    if (mark === 0xd9 || mark === 0xda) return null;
    at += mark === 0xff ? 1 : 2 + (mark === 0x01 || (mark >= 0xd0 && mark <= 0xd7) ? 0 : buffer.readUInt16BE(at + 2));
  }
  return null;
}

function unpack({ bytes, width, height }: Picture): Raster {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (width * height > mostUnpackedDots) throw new PictureRefused(`${width} × ${height} dots`);
  const [depth, kind, interlaced] = [buffer[24], buffer[25] ?? 0, buffer[28]];
  const channels = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }[kind];
  if (depth !== 8 || interlaced !== 0 || channels === undefined) {
    throw new PictureRefused('only PNG of eight bits, not interlaced, can be placed');
  }
  const { packed, palette, opacities } = chunksOf(buffer);
  const line = width * channels;
  const lines = inflated(packed, (line + 1) * height);
  unfilter(lines, line, height, channels);
  const rgb = Buffer.alloc(width * height * 3);
  const alpha = Buffer.alloc(width * height, 0xff);
  for (let y = 0, dot = 0; y < height; y++) {
    for (let x = 0, at = y * (line + 1) + 1; x < width; x++, at += channels, dot++) {
      const value = lines[at] ?? 0;
      if (kind === 3) {
        palette.copy(rgb, dot * 3, value * 3, value * 3 + 3);
        alpha[dot] = opacities[value] ?? 0xff;
      } else if (kind === 0 || kind === 4) {
        rgb.fill(value, dot * 3, dot * 3 + 3);
        if (kind === 4) alpha[dot] = lines[at + 1] ?? 0;
      } else {
        lines.copy(rgb, dot * 3, at, at + 3);
        if (kind === 6) alpha[dot] = lines[at + 3] ?? 0;
      }
    }
  }
  const isOpaque = alpha.every((value) => value === 0xff);
  return { rgb: zlibSync(rgb, { level: 6 }), alpha: isOpaque ? null : zlibSync(alpha, { level: 6 }) };
}

function chunksOf(buffer: Buffer): { packed: Buffer; palette: Buffer; opacities: Buffer } {
  const packed: Buffer[] = [];
  let palette: Buffer = Buffer.alloc(0);
  let opacities: Buffer = Buffer.alloc(0);
  for (let at = 8; at + 12 <= buffer.length;) {
    const end = at + 8 + buffer.readUInt32BE(at);
    const content = buffer.subarray(at + 8, end);
    const name = buffer.toString('latin1', at + 4, at + 8);
    if (name === 'IDAT') packed.push(content);
    if (name === 'PLTE') palette = content;
    if (name === 'tRNS') opacities = content;
    at = end + 4;
  }
  return { packed: Buffer.concat(packed), palette, opacities };
}

function inflated(packed: Buffer, length: number): Buffer {
  try {
    const lines = inflateSync(packed, { maxOutputLength: length + 1 });
    if (lines.length === length) return lines;
  } catch {
    // Told below.
  }
  throw new PictureRefused('the PNG is damaged');
}

function unfilter(lines: Buffer, line: number, height: number, step: number): void {
  for (let y = 0; y < height; y++) {
    const start = y * (line + 1);
    const filter = lines[start];
    if (filter === 0) continue;
    for (let x = 1; x <= line; x++) {
      const left = x > step ? (lines[start + x - step] ?? 0) : 0;
      const above = y > 0 ? (lines[start - line - 1 + x] ?? 0) : 0;
      const corner = y > 0 && x > step ? (lines[start - line - 1 + x - step] ?? 0) : 0;
      const guess =
        filter === 1 ? left : filter === 2 ? above : filter === 3 ? (left + above) >> 1 : paeth(left, above, corner);
      lines[start + x] = ((lines[start + x] ?? 0) + guess) & 0xff;
    }
  }
}

function paeth(left: number, above: number, corner: number): number {
  const guess = left + above - corner;
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - above), Math.abs(guess - corner)];
  return a <= b && a <= c ? left : b <= c ? above : corner;
}
