import { encodeSealingContent } from '../../seal/format.ts';
import { applySeal } from '../../seal/sealing.ts';
import { sm3 } from '../../sm/sm3.ts';
import type { FileSealOrder } from '../seal-ofd.ts';
import { signDetached } from './cms.ts';
import { readPdf } from './read-pdf.ts';
import { sealRevision } from './seal-revision.ts';

/**
 * Seals a PDF that `writePdf` made: a revision behind it with the picture of the seal and a signature over everything but
 * itself. A second seal covers the first. Throws `RangeError` for an order that a verifier would refuse, `PdfRefused`
 * for another file.
 */
export async function sealPdf(pdf: Uint8Array, order: FileSealOrder): Promise<Uint8Array> {
  const before = readPdf(pdf);
  const { bytes, gap } = sealRevision(before, order, contentsLength(order));
  const digest = sm3(bytes.subarray(0, gap.from), bytes.subarray(gap.to));
  const content = { seal: order.seal, at: order.signedAt, digest, property: propertyOf(gap, bytes.length) };
  const sealing = await applySeal(content, order.signer, order.timeStamper);
  const signature = await signDetached(digest, sealing.der, order.signer, order.signedAt);
  const room = gap.to - gap.from - 2;
  if (signature.length * 2 > room) throw new RangeError('the signature is longer than its place');
  bytes.write(signature.toString('hex').padEnd(room, '0'), gap.from + 1, 'latin1');
  return bytes;
}

/** Where the sealing says that what it protects stands: the four numbers of the PDF. */
export function propertyOf(gap: { from: number; to: number }, length: number): string {
  return `ByteRange 0 ${gap.from} ${gap.to} ${length - gap.to}`;
}

/** In bytes, with room for what is not known before signing. */
function contentsLength({ seal, signer, signedAt, timeStamper }: FileSealOrder): number {
  const sealing = encodeSealingContent({ seal, at: signedAt, digest: Buffer.alloc(32), property: 'x'.repeat(60) });
  const chain = signer.chain.reduce((sum, one) => sum + one.der.length, 0);
  const room = sealing.length + signer.chain[0].der.length + chain + 1024 + (timeStamper ? 6144 : 0);
  return Math.ceil(room / 256) * 256;
}
