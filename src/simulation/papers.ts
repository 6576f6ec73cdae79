import { crc32, deflateSync } from 'node:zlib';
import type { Random } from './random.ts';

/** A paper someone hands in: a small real PDF or a photograph-like PNG, made in memory. */
export function paperFor(name: string, random: Random): File {
  const plain = name.replace(/[\\/:*?"<>|]/g, '');
  return random.chance(0.6)
    ? new File([bytes(pdf(random.whole(1, 999_999)))], `${plain}.pdf`, { type: 'application/pdf' })
    : new File([bytes(png(random.whole(0, 2 ** 24 - 1)))], `${plain}.png`, { type: 'image/png' });
}

/** One blank A4 page with a number on it: enough for any viewer. */
export function pdf(serial: number): Buffer {
  const text = `BT /F1 14 Tf 60 760 Td (Paper ${serial}) Tj ET`;
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${text.length} >>\nstream\n${text}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ];
  let body = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    const at = body.length;
    body += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return at;
  });
  const rows = offsets.map((at) => `${String(at).padStart(10, '0')} 00000 n \n`).join('');
  const table = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows}`;
  return Buffer.from(
    `${body}${table}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${body.length}\n%%EOF\n`,
    'latin1',
  );
}

/** A plain picture of one colour, 16 × 16. */
export function png(colour: number): Buffer {
  const size = 16;
  const pixel = [(colour >> 16) & 255, (colour >> 8) & 255, colour & 255];
  const row = Buffer.from([0, ...Array.from({ length: size }, () => pixel).flat()]);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const image = deflateSync(Buffer.concat(Array.from({ length: size }, () => row)));
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', image), chunk('IEND', Buffer.alloc(0))]);
}

function chunk(type: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, check]);
}

function bytes(buffer: Buffer): Uint8Array<ArrayBuffer> {
  return new Uint8Array(buffer);
}
