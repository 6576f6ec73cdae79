import { places } from './objects.ts';

/** A PDF that was written here, as far as a seal needs it. */
export interface PdfFile {
  bytes: Buffer;
  /** Where the newest table of objects stands. */
  table: number;
  size: number;
  /** What every trailer repeats. */
  trailer: string;
  seals: number;
  fields: readonly number[];
  pages: readonly { width: number; height: number; notes: readonly number[] }[];
  about: PdfAbout;
}

export interface PdfAbout {
  id: string;
  title: string;
  author: string;
  subject: string;
  fields: Readonly<Record<string, string>>;
}

export class PdfRefused extends Error {
  override readonly name = 'PdfRefused';
}

/**
 * Reads what `writePdf` and `sealPdf` wrote, by the very words that they use. Throws `PdfRefused` with a Chinese message
 * for a PDF of another maker: reading those in full is a different trade, and half of it would be deception.
 */
export function readPdf(pdf: Uint8Array): PdfFile {
  const bytes = Buffer.from(pdf.buffer, pdf.byteOffset, pdf.byteLength);
  const text = bytes.toString('latin1');
  if (!text.startsWith('%PDF-')) throw new PdfRefused('不是PDF文件');
  const end = /startxref\n(\d{1,10})\n%%EOF\n$/.exec(text.slice(-40));
  if (!end) throw new PdfRefused('PDF文件不完整，或者不是本平台制作的');
  const table = Number(end[1]);
  const offsets = new Map<number, number>();
  const trailer = readTables(text, table, offsets);
  const objectAt = (number: number) => {
    const offset = offsets.get(number);
    const head = `${number} 0 obj\n`;
    if (offset === undefined || !text.startsWith(head, offset)) throw foreign();
    const close = text.indexOf('\nendobj\n', offset);
    if (close < 0) throw foreign();
    return text.slice(offset + head.length, close);
  };
  const count = Number(/\/Count (\d{1,4}) >>$/.exec(objectAt(places.pages))?.[1] ?? NaN);
  const size = Number(/\/Size (\d{1,7}) /.exec(trailer)?.[1] ?? NaN);
  if (!(count > 0) || !(size > 0)) throw foreign();
  const fields = numbersOf(/\/Fields \[([^\]]*)\]/.exec(objectAt(places.form))?.[1]);
  return {
    bytes,
    table,
    size,
    trailer: /\/Root \d+ 0 R \/Info \d+ 0 R \/ID \[<[0-9a-f]{32}> <[0-9a-f]{32}>\]/.exec(trailer)?.[0] ?? '',
    seals: fields.length,
    fields,
    pages: Array.from({ length: count }, (_, at) => {
      const box = /\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/.exec(objectAt(places.page(at)));
      if (!box) throw foreign();
      return { width: Number(box[1]), height: Number(box[2]), notes: numbersOf(objectAt(places.notes(at))) };
    }),
    about: aboutOf(objectAt(places.about), trailer),
  };
}

const mostTables = 64;

function foreign(): PdfRefused {
  return new PdfRefused('不是本平台制作的PDF文件，不能读取');
}

/** From the newest table to the oldest; the trailer of the newest. */
function readTables(text: string, newest: number, offsets: Map<number, number>): string {
  let trailer: string | null = null;
  const seen = new Set<number>();
  for (let at: number | null = newest; at !== null;) {
    if (seen.has(at) || seen.size >= mostTables || !text.startsWith('xref\n', at)) throw foreign();
    seen.add(at);
    let line = at + 5;
    for (;;) {
      const head = /^(\d{1,7}) (\d{1,6})\n/.exec(text.slice(line, line + 20));
      if (!head) break;
      line += head[0].length;
      for (let number = Number(head[1]), left = Number(head[2]); left > 0; number++, left--, line += 20) {
        const entry = /^(\d{10}) \d{5} ([nf]) \n$/.exec(text.slice(line, line + 20));
        if (!entry) throw foreign();
        if (entry[2] === 'n' && !offsets.has(number)) offsets.set(number, Number(entry[1]));
      }
    }
    const found = /^trailer\n<< ([^\n]{1,300}) >>\nstartxref\n/.exec(text.slice(line, line + 360));
    if (!found?.[1]) throw foreign();
    trailer ??= found[1];
    const previous = / \/Prev (\d{1,10})$/.exec(found[1]);
    at = previous ? Number(previous[1]) : null;
  }
  return trailer ?? '';
}

function numbersOf(list: string | undefined): number[] {
  return [...(list ?? '').matchAll(/(\d{1,7}) 0 R/g)].map(([, number]) => Number(number));
}

function aboutOf(dictionary: string, trailer: string): PdfAbout {
  const entries = new Map(
    [...dictionary.matchAll(/\/([^\s<>()[\]/]+) <feff((?:[0-9a-f]{4})*)>/g)].map(([, key = '', hex = '']) => [
      nameOf(key),
      Buffer.from(hex, 'hex').swap16().toString('utf16le'),
    ]),
  );
  const of = (key: string) => entries.get(key) ?? '';
  return {
    id: /<([0-9a-f]{32})>/.exec(trailer)?.[1] ?? '',
    title: of('Title'),
    author: of('Author'),
    subject: of('Subject'),
    fields: Object.fromEntries(
      [...entries].flatMap(([key, text]) => (key.startsWith('field.') ? [[key.slice(6), text]] : [])),
    ),
  };
}

function nameOf(written: string): string {
  const bytes = written.replace(/#([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
