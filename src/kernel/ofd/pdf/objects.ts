import { zlibSync } from 'fflate';
import type { Instant } from '../../time.ts';

/** The parts of a PDF file (ISO 32000) and how they are spelled. One value has one spelling here. */
export type PdfBody = readonly (string | Uint8Array)[];

/** Points to the millimetre. */
export const points = 72 / 25.4;

export function pdfStream(dictionary: string, content: Uint8Array): PdfBody {
  return [`<< ${dictionary} /Length ${content.length} >>\nstream\n`, content, '\nendstream'];
}

/**
 * The same bytes on every machine: packed in JavaScript. That takes its time, so only what becomes much smaller is packed.
 */
export function packedStream(dictionary: string, content: Uint8Array): PdfBody {
  return pdfStream(`${dictionary} /Filter /FlateDecode`.trim(), zlibSync(content, { level: 3 }));
}

export function pdfText(text: string): string {
  return `<feff${Buffer.from(text, 'utf16le').swap16().toString('hex')}>`;
}

export function pdfName(text: string): string {
  const bytes = [...Buffer.from(text, 'utf8')];
  const isPlain = (byte: number) => /[A-Za-z0-9_.-]/.test(String.fromCharCode(byte)) && byte < 0x80;
  return `/${bytes.map((byte) => (isPlain(byte) ? String.fromCharCode(byte) : `#${byte.toString(16).padStart(2, '0')}`)).join('')}`;
}

export function pdfDate(at: Instant): string {
  return `(D:${at.slice(0, 19).replace(/[-:T]/g, '')}Z)`;
}

export function pdfNumber(value: number): string {
  return String(Math.round(value * 1000) / 1000);
}

export function pdfNumbers(...values: readonly number[]): string {
  return values.map(pdfNumber).join(' ');
}

/**
 * The objects of one revision behind what is there already, with their table and what closes the file. `trailer` is the
 * inside of the dictionary.
 */
export function revision(before: Buffer, objects: ReadonlyMap<number, PdfBody>, trailer: string): Buffer {
  const parts: Uint8Array[] = [before];
  const offsets = new Map<number, number>();
  let at = before.length;
  const put = (part: string | Uint8Array) => {
    const bytes = typeof part === 'string' ? Buffer.from(part, 'latin1') : part;
    parts.push(bytes);
    at += bytes.length;
  };
  for (const [number, body] of objects) {
    offsets.set(number, at);
    put(`${number} 0 obj\n`);
    body.forEach(put);
    put('\nendobj\n');
  }
  const table = at;
  put(`xref\n${sections(offsets, before.length < 64)}trailer\n<< ${trailer} >>\nstartxref\n${table}\n%%EOF\n`);
  return Buffer.concat(parts);
}

function sections(offsets: ReadonlyMap<number, number>, isFirst: boolean): string {
  const numbers = [...offsets.keys()].sort((a, b) => a - b);
  const runs: number[][] = isFirst ? [[0]] : [];
  for (const number of numbers) {
    const run = runs.at(-1);
    if (run && run.at(-1) === number - 1) run.push(number);
    else runs.push([number]);
  }
  return runs
    .map((run) => {
      const lines = run.map((number) => {
        const offset = offsets.get(number);
        return offset === undefined ? '0000000000 65535 f \n' : `${String(offset).padStart(10, '0')} 00000 n \n`;
      });
      return `${run[0] ?? 0} ${run.length}\n${lines.join('')}`;
    })
    .join('');
}

/** Where objects stand in every file that is written here; a seal changes none but the last two. */
export const places = {
  catalog: 1,
  pages: 2,
  about: 3,
  form: 4,
  page: (at: number) => 5 + at * 2,
  notes: (at: number) => 6 + at * 2,
} as const;
