import type { SealPicture } from '../../seal/format.ts';
import type { Instant } from '../../time.ts';
import { readPicture } from '../picture.ts';
import type { Stamp } from '../seal-ofd.ts';
import { type PdfBody, pdfDate, pdfNumbers, pdfStream, pdfText, places, points, revision } from './objects.ts';
import { pictureObjects } from './picture-object.ts';
import type { PdfFile } from './read-pdf.ts';

/** All that a seal writes into a PDF, from what is also known afterwards: whoever verifies writes it again and compares. */
export interface SealRevisionOrder {
  seal: { name: string; picture: SealPicture };
  signedAt: Instant;
  stamps: readonly Stamp[];
}

export interface SealRevision {
  bytes: Buffer;
  /** The place of the signature, with its brackets. */
  gap: { from: number; to: number };
}

/** The file with one more revision, its signature still empty. `contents` is the length of the signature in bytes. */
export function sealRevision(before: PdfFile, order: SealRevisionOrder, contents: number): SealRevision {
  const [first, ...others] = order.stamps;
  if (!first) throw new RangeError('a seal must be seen somewhere');
  const objects = new Map<number, PdfBody>();
  let last = before.size - 1;
  const add = (body: PdfBody) => {
    objects.set((last += 1), body);
    return last;
  };
  const { data } = order.seal.picture;
  const picture = pictureObjects(readPicture(data), add);
  const look = (stamp: Stamp) => {
    const [width, height] = [stamp.width * points, stamp.height * points];
    const drawn = Buffer.from(`q ${pdfNumbers(width, 0, 0, height, 0, 0)} cm /Seal Do Q`, 'latin1');
    const box = pdfNumbers(0, 0, width, height);
    return add(
      pdfStream(
        `/Type /XObject /Subtype /Form /BBox [${box}] /Resources << /XObject << /Seal ${picture} 0 R >> >>`,
        drawn,
      ),
    );
  };
  const number = before.seals + 1;
  const empty = `<${'0'.repeat(contents * 2)}>`;
  const signature = add([
    `<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /adbe.pkcs7.detached /Name ${pdfText(order.seal.name)} ` +
      `/M ${pdfDate(order.signedAt)} /ByteRange [${rangeOf(0, 0, 0)}] /Contents ${empty} >>`,
  ]);
  const notes = new Map<number, number[]>();
  const note = (stamp: Stamp, kind: string) => {
    const page = before.pages[stamp.page];
    if (!page) throw new RangeError(`there is no page ${stamp.page}`);
    const [left, top] = [stamp.x * points, page.height - stamp.y * points];
    const box = pdfNumbers(left, top - stamp.height * points, left + stamp.width * points, top);
    const own = add([
      `<< /Type /Annot ${kind} ${placeOf(stamp)} /P ${places.page(stamp.page)} 0 R /Rect [${box}] /F 132 /AP << /N ${look(stamp)} 0 R >> >>`,
    ]);
    notes.set(stamp.page, [...(notes.get(stamp.page) ?? page.notes), own]);
    return own;
  };
  const field = note(first, `/Subtype /Widget /FT /Sig /T (Seal${number}) /V ${signature} 0 R`);
  for (const other of others) note(other, '/Subtype /Stamp /NM (Seal)');
  objects.set(places.form, [`<< /Fields [${references([...before.fields, field])}] /SigFlags 3 >>`]);
  for (const [page, own] of notes) objects.set(places.notes(page), [`[${references(own)}]`]);
  const bytes = revision(before.bytes, objects, `/Size ${last + 1} ${before.trailer} /Prev ${before.table}`);
  const from = bytes.indexOf(`/Contents ${empty}`, before.bytes.length, 'latin1') + '/Contents '.length;
  const to = from + empty.length;
  const at = bytes.lastIndexOf('/ByteRange [', from, 'latin1') + '/ByteRange ['.length;
  bytes.write(rangeOf(from, to, bytes.length - to), at, 'latin1');
  return { bytes, gap: { from, to } };
}

/** In the words of the order, so that the order can be read back: lengths in points are rounded. */
function placeOf({ page, x, y, width, height }: Stamp): string {
  return `/Stamp [${[page, x, y, width, height].join(' ')}]`;
}

export function stampsIn(revisionText: string): Stamp[] {
  const number = '(-?[\\d.]{1,20})';
  const places = new RegExp(`/Stamp \\[(\\d{1,4}) ${number} ${number} ${number} ${number}\\]`, 'g');
  return [...revisionText.matchAll(places)].map(([, ...numbers]) => {
    const [page = 0, x = 0, y = 0, width = 0, height = 0] = numbers.map(Number);
    return { page, x, y, width, height };
  });
}

/** Of fixed length, so that nothing moves when the numbers are known. */
function rangeOf(...numbers: readonly [number, number, number]): string {
  return `0 ${numbers.map((value) => String(value).padEnd(9)).join(' ')}`;
}

function references(numbers: readonly number[]): string {
  return numbers.map((number) => `${number} 0 R`).join(' ');
}
