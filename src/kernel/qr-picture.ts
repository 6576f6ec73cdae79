import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type * as Reader from 'zxing-wasm/reader';
import { readPicture } from './ofd/picture.ts';
import { PictureRefused } from './ofd/face.ts';

/** A photo of a phone has some 12 million dots; unpacked it takes four bytes for each. */
const mostDots = 26_000_000;

/**
 * The texts of the QR codes in a photo (PNG, JPEG), at most three; none found gives none. Throws `PictureRefused` for what is no
 * such picture or too large a one. The reader (WebAssembly) is loaded with the first picture.
 */
export async function readQrCodes(bytes: Uint8Array): Promise<string[]> {
  const { width, height } = readPicture(bytes);
  if (width * height > mostDots) throw new PictureRefused(`${width} × ${height} dots`);
  const { readBarcodes } = await (loading ??= load());
  const found = await readBarcodes(bytes, { formats: ['QRCode'], maxNumberOfSymbols: 3, tryHarder: true });
  return found.filter(({ isValid }) => isValid).map(({ text }) => text);
}

let loading: ReturnType<typeof load> | null = null;

async function load(): Promise<typeof Reader> {
  const reader = await import('zxing-wasm/reader');
  // From the package on the disk; left alone it would be fetched from the web.
  const wasm = await readFile(createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm'));
  const wasmBinary = wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength);
  await reader.prepareZXingModule({ overrides: { wasmBinary }, fireImmediately: true });
  return reader;
}
