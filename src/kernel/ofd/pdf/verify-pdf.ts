import { type SealVerdict, verifySealing } from '../../seal/verify.ts';
import { DerError } from '../../sm/der.ts';
import { sm3 } from '../../sm/sm3.ts';
import { Sm2KeyError } from '../../sm/sm2.ts';
import { PictureRefused } from '../face.ts';
import { defaultLimits } from '../limits.ts';
import {
  type FileContent,
  fileStep,
  type FileStep,
  type FileVerdict,
  findingOf,
  type SealFinding,
  verdictOf,
  worstOf,
} from '../verdict.ts';
import type { FileTrust } from '../verify-ofd.ts';
import { type DetachedSignature, readDetached, sealingMark } from './cms.ts';
import { PdfRefused, readPdf } from './read-pdf.ts';
import { propertyOf } from './seal-pdf.ts';
import { sealRevision, stampsIn } from './seal-revision.ts';

/**
 * Verifies a sealed PDF, step by step; each seal for itself. Never throws, whatever the bytes. The last signature must
 * cover the whole file, and what stands between two of them must be to the letter what a seal adds.
 */
export function verifyPdf(bytes: Uint8Array, trust: FileTrust): FileVerdict {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const most = trust.limits?.fileBytes ?? defaultLimits.fileBytes;
  const fault = file.length > most ? '文件太大，不予读取' : file.indexOf('%PDF-') === 0 ? null : '不是PDF文件';
  if (fault !== null) return verdictOf('pdf', [fileStep('format', 'failed', fault)], [], null);
  const format = fileStep('format', 'passed');
  const text = file.toString('latin1');
  const content = contentOf(file);
  const found = signaturesIn(text);
  if (found.length === 0 || found.length > mostSeals) {
    const why = found.length === 0 ? '文件上没有电子印章' : `印章超过${mostSeals}枚，不予核验`;
    const sealed = fileStep('sealed', 'failed', why);
    return verdictOf('pdf', [format, fileStep('structure', 'skipped'), sealed], [], content);
  }
  const judged = found.map((one, at) => judge(file, text, one, at, found[at - 1] ?? null, trust));
  const structures = judged.map(({ structure }) => structure);
  const structure = covered(found, file.length) ?? worst(structures);
  const isPlain = judged.some(({ isSeal }) => !isSeal);
  const sealed = isPlain ? fileStep('sealed', 'unknown', plainSignature) : fileStep('sealed', 'passed');
  return verdictOf(
    'pdf',
    [format, structure, sealed],
    judged.map(({ finding }) => finding),
    content,
  );
}

const mostSeals = 16;
const plainSignature = '文件带有数字签名而不是电子印章，本平台不能核验';

interface PdfSignature {
  /** The place of the signature, with its brackets. */
  from: number;
  to: number;
  /** Of the revision. */
  end: number;
  isWhole: boolean;
}

function signaturesIn(text: string): PdfSignature[] {
  return [
    ...text.matchAll(
      /\/ByteRange\s{0,8}\[\s{0,8}(\d{1,10})\s{1,10}(\d{1,10})\s{1,10}(\d{1,10})\s{1,10}(\d{1,10})\s{0,10}\]/g,
    ),
  ]
    .slice(0, mostSeals + 1)
    .map(([, start, from, to, rest]) => ({
      from: Number(from),
      to: Number(to),
      end: Number(to) + Number(rest),
      isWhole: start === '0',
    }))
    .sort((a, b) => a.end - b.end);
}

function covered(found: readonly PdfSignature[], length: number): FileStep | null {
  const isOdd = found.some(({ from, to, end, isWhole }) => !isWhole || from >= to || end < to || end > length);
  if (isOdd) return fileStep('structure', 'failed', '签章所保护的范围不正确');
  const ends = found.map(({ end }) => end);
  if (new Set(ends).size !== ends.length) return fileStep('structure', 'failed', '两枚印章的范围重叠');
  return ends.at(-1) === length ? null : fileStep('structure', 'failed', '盖章之后文件又追加了内容');
}

interface Judged {
  finding: SealFinding;
  structure: FileStep;
  isSeal: boolean;
}

function judge(
  file: Buffer,
  text: string,
  one: PdfSignature,
  at: number,
  before: PdfSignature | null,
  trust: FileTrust,
): Judged {
  const id = `Seal${at + 1}`;
  const encoded = contentsOf(text, one);
  if (encoded === null) {
    const structure = fileStep('structure', 'failed', '签名值的位置或写法不正确');
    return { finding: bare(id, [structure]), structure, isSeal: true };
  }
  const read = attempt(() => readDetached(encoded));
  if (read === null || read.sealing === null) {
    const isOurs = read === null && encoded.includes(sealingMark);
    const why = isOurs ? '签章数据不符合标准，可能被改动或伪造' : '签名不是国密电子印章，本平台不能核验';
    const step = fileStep('sealFormat', isOurs ? 'failed' : 'unknown', why);
    return { finding: bare(id, [step]), structure: fileStep('structure', 'passed'), isSeal: isOurs };
  }
  const digest = sm3(file.subarray(0, one.from), file.subarray(one.to, one.end));
  const verdict = verifySealing(read.sealing, { digest, property: propertyOf(one, one.end) }, trust);
  const structure = before === null ? fileStep('structure', 'passed') : addition(file, text, before, one, verdict);
  const own = [structure, ...outerSteps(read, digest, verdict)];
  return { finding: findingOf(id, verdict, read.sealing, own), structure, isSeal: true };
}

/** The outer signature and the sealing in it must be by one signer about one content. */
function outerSteps(read: DetachedSignature, digest: Buffer, { sealing, steps }: SealVerdict): FileStep[] {
  const changed = '文件内容在盖章后被改动，或者印章是从别的文件搬来的';
  const found: FileStep[] = [];
  const isSame = sealing !== null && sealing.signerCertificate.der.equals(read.signer.der);
  const inner = steps.find(({ name }) => name === 'signature');
  if (inner?.outcome === 'passed' && (!read.isGenuine || !isSame)) {
    found.push(fileStep('signature', 'failed', '盖章签名不真实，可能被改动或伪造', 'the outer signature'));
  }
  if (sealing !== null && !sealing.digest.equals(digest)) found.push(fileStep('digest', 'failed', changed));
  found.push(read.digest.equals(digest) ? fileStep('files', 'passed') : fileStep('files', 'failed', changed));
  return found;
}

/** The signature as bytes; null unless it stands between brackets in one spelling, with nothing but zeros behind it. */
function contentsOf(text: string, { from, to }: PdfSignature): Buffer | null {
  const written = text.slice(from, to);
  if (written.length < 10 || written.length > 4_000_000 || written[0] !== '<' || written.at(-1) !== '>') return null;
  const hex = written.slice(1, -1);
  if (!/^(?:[0-9a-f]*|[0-9A-F]*)$/.test(hex) || hex.length % 2 !== 0) return null;
  const bytes = Buffer.from(hex, 'hex');
  const size = (bytes[1] ?? 0) & 0x7f;
  const length = (bytes[1] ?? 0) < 0x80 ? 2 + size : size > 0 && size <= 4 ? 2 + size + bytes.readUIntBE(2, size) : 0;
  if (length === 0 || length > bytes.length || bytes.subarray(length).some((byte) => byte !== 0)) return null;
  return bytes.subarray(0, length);
}

/** Whether the revision between two seals is what the second seal writes, and nothing else. */
function addition(file: Buffer, text: string, before: PdfSignature, one: PdfSignature, verdict: SealVerdict): FileStep {
  const { sealing, outcome } = verdict;
  // Writing it again means unpacking the picture in the seal: not for seals that anybody could have made.
  if (sealing === null || outcome !== 'passed') {
    return fileStep('structure', 'unknown', '前一枚印章之后的改动无法判断');
  }
  const earlier = file.subarray(0, before.end);
  try {
    const order = { ...sealing, signedAt: sealing.at, stamps: stampsIn(text.slice(before.end, one.end)) };
    const written = sealRevision(readPdf(earlier), order, (one.to - one.from - 2) / 2);
    const isSame =
      written.bytes.length === one.end &&
      written.gap.from === one.from &&
      written.gap.to === one.to &&
      written.bytes.subarray(before.end, one.from).equals(file.subarray(before.end, one.from)) &&
      written.bytes.subarray(one.to).equals(file.subarray(one.to, one.end));
    return isSame
      ? fileStep('structure', 'passed')
      : fileStep('structure', 'failed', '前一枚印章之后文件被改动，不只是加盖印章');
  } catch (error) {
    if (error instanceof PdfRefused || error instanceof PictureRefused || error instanceof RangeError) {
      return fileStep('structure', 'unknown', '前一枚印章之后的改动无法判断');
    }
    throw error;
  }
}

function bare(id: string, steps: readonly FileStep[]): SealFinding {
  const none = { sealId: '', sealName: '', signerName: '', makerName: '', issuerKnown: false, signedAt: null };
  return { id, ...none, outcome: worstOf(steps), steps };
}

function worst(steps: readonly FileStep[]): FileStep {
  const outcome = worstOf(steps);
  return steps.find((step) => step.outcome === outcome) ?? fileStep('structure', 'passed');
}

function contentOf(file: Buffer): FileContent | null {
  try {
    return { ...readPdf(file).about, text: [] };
  } catch (error) {
    if (error instanceof PdfRefused) return null;
    throw error;
  }
}

function attempt(read: () => DetachedSignature): DetachedSignature | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof DerError || error instanceof Sm2KeyError) return null;
    throw error;
  }
}
