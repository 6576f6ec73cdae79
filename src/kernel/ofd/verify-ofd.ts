import { createHash } from 'node:crypto';
import { type SealTrust, verifySealing } from '../seal/verify.ts';
import { sm3 } from '../sm/sm3.ts';
import { type Files, locate, OfdFault, readPart, resolveLocation } from './package.ts';
import { type OfdDocument, readOfd } from './read-ofd.ts';
import type { ZipLimits } from './unzip.ts';
import {
  type FileContent,
  fileStep,
  type FileStep,
  type FileVerdict,
  findingOf,
  type SealFinding,
  verdictOf,
  worstOf,
} from './verdict.ts';
import { childOf, childrenOf } from './xml.ts';

export interface FileTrust extends SealTrust {
  limits?: Partial<ZipLimits>;
}

/**
 * Verifies a sealed OFD, whoever made it, step by step; each seal for itself. Never throws, whatever the bytes. A seal
 * must protect every file there was when it was applied; what came later may only be other seals.
 */
export function verifyOfd(bytes: Uint8Array, trust: FileTrust): FileVerdict {
  const read = readOfd(bytes, trust.limits);
  if (!read.ok) return verdictOf('ofd', [fileStep('format', 'failed', read.zh, read.fault)], [], null);
  const { document } = read;
  const format = fileStep('format', 'passed');
  if (document.signatures.length === 0) {
    const sealed = fileStep('sealed', 'failed', '文件上没有电子印章');
    return verdictOf('ofd', [format, fileStep('structure', 'skipped'), sealed], [], contentOf(document));
  }
  if (document.signatures.length > mostSeals) {
    const structure = fileStep('structure', 'failed', `印章超过${mostSeals}枚，不予核验`);
    return verdictOf('ofd', [format, structure], [], contentOf(document));
  }
  const parts = document.signatures.map((entry) => partsOf(document.files, entry));
  const digests = digester(document.files);
  const seals = parts.map((part, at) => judge(part, parts.slice(at + 1), document, trust, digests));
  const first = [format, structureOf(document, parts, seals), sealedStep(parts)];
  return verdictOf('ofd', first, seals, contentOf(document));
}

const mostSeals = 32;

function contentOf(document: OfdDocument): FileContent {
  const { id, title, author, subject, fields, pages } = document;
  return { id, title, author, subject, fields, text: pages.map(({ text }) => text) };
}

interface SignatureParts {
  id: string;
  type: string;
  list: string;
  /** Signature.xml. */
  path: string;
  method: string;
  references: readonly { path: string; value: string }[];
  value: string;
  seal: string | null;
  /** Chinese; why it cannot be followed at all. */
  fault: string | null;
}

function partsOf(files: Files, { id, type, list, path }: OfdDocument['signatures'][number]): SignatureParts {
  const empty = { id, type, list, path, method: '', references: [], value: '', seal: null };
  try {
    const whole = readPart(files, path, 'Signature');
    const about = childOf(whole, 'SignedInfo');
    const references = childOf(about, 'References');
    const value = childOf(whole, 'SignedValue')?.text;
    const seal = childOf(about, 'Seal', 'BaseLoc')?.text;
    if (!references || !value) throw new OfdFault(`“${path}”缺少受保护内容的清单或签名值`);
    return {
      ...empty,
      method: references.attributes.CheckMethod?.trim() ?? 'MD5',
      references: childrenOf(references, 'Reference').map((one) => ({
        path: locate(files, one.attributes.FileRef ?? '', path),
        value: childOf(one, 'CheckValue')?.text.replace(/\s/g, '') ?? '',
      })),
      value: locate(files, value, path),
      seal: seal ? locate(files, seal, path) : null,
      fault: null,
    };
  } catch (error) {
    if (error instanceof OfdFault) return { ...empty, fault: error.message };
    throw error;
  }
}

function judge(
  part: SignatureParts,
  later: readonly SignatureParts[],
  document: OfdDocument,
  trust: FileTrust,
  digests: Digester,
): SealFinding {
  const { files } = document;
  const encoded = files.get(part.value) ?? Buffer.alloc(0);
  const description = files.get(part.path);
  const property = `/${part.path}`;
  const judgeAs = (written: string) =>
    verifySealing(encoded, { digest: description ? sm3(description) : Buffer.alloc(0), property: written }, trust);
  let verdict = judgeAs(property);
  const written = verdict.sealing?.property;
  // Other makers leave the first stroke away.
  if (written !== undefined && written !== property && isSamePlace(written, part.path)) verdict = judgeAs(written);
  const structure = worst([
    protection(part, later, document),
    sealCopy(files, part, verdict.sealing?.seal.der ?? null),
  ]);
  const own = [structure, filesStep(part, files, digests)];
  if (part.type === 'Sign') return plainSignature(part.id, own);
  return findingOf(part.id, verdict, encoded, own);
}

function isSamePlace(written: string, path: string): boolean {
  try {
    return resolveLocation(`/${written}`, '') === path;
  } catch (error) {
    if (error instanceof OfdFault) return false;
    throw error;
  }
}

/** A signature without a seal: read and told, not judged. */
function plainSignature(id: string, own: readonly FileStep[]): SealFinding {
  const steps = [...own, fileStep('sealed', 'unknown', '文件带有数字签名而不是电子印章，本平台不能核验')];
  const none = { sealId: '', sealName: '', signerName: '', makerName: '', issuerKnown: false, signedAt: null };
  return { id, ...none, outcome: worstOf(steps), steps };
}

function sealedStep(parts: readonly SignatureParts[]): FileStep {
  return parts.some(({ type }) => type === 'Sign')
    ? fileStep('sealed', 'unknown', '文件带有数字签名而不是电子印章，本平台不能核验')
    : fileStep('sealed', 'passed');
}

function protection(part: SignatureParts, later: readonly SignatureParts[], document: OfdDocument): FileStep {
  if (part.fault !== null) return fileStep('structure', 'failed', part.fault);
  const { files } = document;
  const listed = new Set(part.references.map(({ path }) => path));
  if (listed.size !== part.references.length) return fileStep('structure', 'failed', '受保护内容的清单里有重复');
  const gone = [...listed].find((path) => !files.has(path));
  if (gone !== undefined) return fileStep('structure', 'failed', `受保护的“${gone}”不见了`);
  if (!files.has(part.value)) return fileStep('structure', 'failed', `签名值“${part.value}”不见了`);
  // The copy of the seal is compared with the one under the signature: not every maker protects it once more.
  const open = new Set<string | null>([part.path, part.value, part.list, part.seal]);
  for (const { path, value, seal, list } of later) for (const one of [path, value, seal, list]) open.add(one);
  const bare = [...files.keys()].filter((path) => !listed.has(path) && !open.has(path));
  const [first] = bare;
  if (first === undefined) return fileStep('structure', 'passed');
  const own = part.path.split('/')[0];
  const isElsewhere = document.documents > 1 && bare.every((path) => path.includes('/') && path.split('/')[0] !== own);
  return isElsewhere
    ? fileStep('structure', 'unknown', `文件里另有不受这枚印章保护的文档（“${first}”）`)
    : fileStep('structure', 'failed', `“${first}”不在盖章保护的范围内，可能是后来加入的`);
}

function sealCopy(files: Files, { seal }: SignatureParts, inside: Buffer | null): FileStep {
  if (seal === null || inside === null) return fileStep('structure', 'passed');
  const copy = files.get(seal);
  if (!copy) return fileStep('structure', 'failed', `印章“${seal}”不见了`);
  return inside.equals(copy)
    ? fileStep('structure', 'passed')
    : fileStep('structure', 'failed', `印章“${seal}”与签名里的印章不是同一个`);
}

function structureOf(document: OfdDocument, parts: readonly SignatureParts[], seals: readonly SealFinding[]): FileStep {
  const own = seals.flatMap(({ steps }) => steps.filter(({ name }) => name === 'structure'));
  const isDouble = [parts.map(({ id }) => id), parts.map(({ path }) => path), parts.map(({ value }) => value)].some(
    (all) => new Set(all).size !== all.length,
  );
  const listed = new Set(parts.flatMap(({ path, value }) => [path, value]));
  const hidden = [...document.files.keys()].find((path) => signatureName.test(path) && !listed.has(path));
  return worst([
    fileStep('structure', 'passed'),
    // A later seal protects the earlier: only the list, which nobody protects, could have lost it.
    ...(hidden === undefined ? [] : [fileStep('structure', 'failed', `印章“${hidden}”没有列在印章清单里`)]),
    ...(isDouble ? [fileStep('structure', 'failed', '印章清单里有重复')] : []),
    ...own,
    ...(document.isUniform
      ? []
      : [fileStep('structure', 'unknown', '压缩包的附加说明前后不一，文件可能被重新打包或改动过')]),
  ]);
}

const signatureName = /(?:^|\/)(?:Signature\.xml|SignedValue\.dat)$/i;

function worst(steps: readonly FileStep[]): FileStep {
  const outcome = worstOf(steps);
  return steps.find((step) => step.outcome === outcome) ?? fileStep('structure', 'passed');
}

type Digester = (path: string, method: DigestMethod) => string;

type DigestMethod = 'sm3' | 'sha256' | 'sha1' | 'md5';

/** Several seals protect the same files: each digest is computed once. */
function digester(files: Files): Digester {
  const known = new Map<string, string>();
  return (path, method) => {
    const key = `${method} ${path}`;
    const found =
      known.get(key) ??
      createHash(method)
        .update(files.get(path) ?? '')
        .digest('base64');
    known.set(key, found);
    return found;
  };
}

const methods: Readonly<Record<string, DigestMethod>> = {
  '1.2.156.10197.1.401': 'sm3',
  '1.2.156.10197.401': 'sm3',
  SM3: 'sm3',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  SHA256: 'sha256',
  'SHA-256': 'sha256',
  SHA1: 'sha1',
  'SHA-1': 'sha1',
  '1.3.14.3.2.26': 'sha1',
  MD5: 'md5',
  '1.2.840.113549.2.5': 'md5',
};

function filesStep({ method, references, fault }: SignatureParts, files: Files, digests: Digester): FileStep {
  if (fault !== null) return fileStep('files', 'skipped');
  if (references.length === 0) return fileStep('files', 'failed', '印章没有保护任何内容');
  const known = methods[method.toUpperCase()];
  if (!known) return fileStep('files', 'unknown', '摘要算法不认识，本平台不能核验', `method ${method.slice(0, 40)}`);
  const changed = references.find(({ path, value }) => files.has(path) && digests(path, known) !== value);
  if (changed) return fileStep('files', 'failed', `“${changed.path}”在盖章后被改动`, changed.path);
  return known === 'md5' || known === 'sha1'
    ? fileStep('files', 'unknown', '使用的摘要算法已不安全，不能证明内容没有改动', known)
    : fileStep('files', 'passed');
}
