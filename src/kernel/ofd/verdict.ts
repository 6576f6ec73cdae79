import { type SealStep, sealSteps, type SealVerdict } from '../seal/verify.ts';
import type { Outcome } from '../sm/chain.ts';
import { asSmallInteger, DerCursor, DerError, readDer, tags } from '../sm/der.ts';
import type { Instant } from '../time.ts';

/** The steps in which a sealed file is verified, as they are named to people. */
export const fileSteps = {
  format: '文件可以读取，格式符合标准',
  structure: '文件齐全，没有多余、重复或未受保护的内容',
  sealed: '文件盖有电子印章',
  sealFormat: '印章数据符合国家标准',
  sealSignature: sealSteps.sealSignature,
  makerCertificate: sealSteps.makerCertificate,
  sealValidity: sealSteps.sealValidity,
  signerListed: sealSteps.signerListed,
  signerCertificate: sealSteps.signerCertificate,
  signature: sealSteps.signature,
  digest: '受保护内容的清单与盖章时一致',
  files: '受保护的每一部分内容与盖章时一致',
  property: sealSteps.property,
  signingTime: sealSteps.signingTime,
  timeStamp: sealSteps.timeStamp,
  revocation: sealSteps.revocation,
} as const;

export type FileStepName = keyof typeof fileSteps;

export interface FileStep {
  name: FileStepName;
  zh: string;
  outcome: Outcome;
  /** Chinese; empty when the step passed. */
  why: string;
  /** For the record; English, short. */
  detail?: string;
}

export interface FileVerdict {
  kind: 'ofd' | 'pdf';
  steps: readonly FileStep[];
  verdict: 'valid' | 'invalid' | 'unknown';
  /** The step to name: the first that failed, else the first that could not be judged. */
  decisive: FileStep | null;
  /** One sentence in Chinese. */
  zh: string;
  seals: readonly SealFinding[];
  document: FileContent | null;
}

export interface SealFinding {
  /** As the file names the signature. */
  id: string;
  sealId: string;
  sealName: string;
  signerName: string;
  makerName: string;
  /** Whether both certificates lead to a root that is trusted here. */
  issuerKnown: boolean;
  signedAt: Instant | null;
  outcome: Exclude<Outcome, 'skipped'>;
  steps: readonly FileStep[];
}

export interface FileContent {
  id: string;
  title: string;
  author: string;
  subject: string;
  fields: Readonly<Record<string, string>>;
  /** Page by page. */
  text: readonly (readonly string[])[];
}

export function fileStep(name: FileStepName, outcome: Outcome, why = '', detail?: string): FileStep {
  return { name, zh: fileSteps[name], outcome, why, ...(detail === undefined ? {} : { detail }) };
}

/** The whole from what was found in the file and at each of its seals. */
export function verdictOf(
  kind: FileVerdict['kind'],
  first: readonly FileStep[],
  seals: readonly SealFinding[],
  document: FileContent | null,
): FileVerdict {
  const names = Object.keys(fileSteps) as FileStepName[];
  const steps = names.map((name): FileStep => {
    const own = first.find((step) => step.name === name);
    return own ?? foldSeals(name, seals);
  });
  const decisive =
    steps.find(({ outcome }) => outcome === 'failed') ?? steps.find(({ outcome }) => outcome === 'unknown') ?? null;
  const verdict = decisive === null ? 'valid' : decisive.outcome === 'failed' ? 'invalid' : 'unknown';
  return { kind, steps, verdict, decisive, zh: sentence(verdict, decisive, seals), seals, document };
}

/** The finding at one seal, from the steps of the seal itself and those of the file around it. */
export function findingOf(
  id: string,
  verdict: SealVerdict,
  encoded: Uint8Array,
  own: readonly FileStep[],
): SealFinding {
  const old = verdict.sealing === null ? oldVersion(encoded) : null;
  const judged = verdict.steps.map((step) => (old === null ? stepOf(step) : oldStep(step, old)));
  const steps = (Object.keys(fileSteps) as FileStepName[]).flatMap(
    (name) => own.find((step) => step.name === name) ?? judged.find((step) => step.name === name) ?? [],
  );
  const { sealing } = verdict;
  const isKnown = (name: FileStepName) => steps.some((step) => step.name === name && step.outcome === 'passed');
  return {
    id,
    sealId: sealing?.seal.id ?? '',
    sealName: sealing?.seal.name ?? '',
    signerName: sealing?.signerCertificate.subject.text ?? '',
    makerName: sealing?.seal.makerCertificate.subject.text ?? '',
    issuerKnown: isKnown('makerCertificate') && isKnown('signerCertificate'),
    signedAt: sealing?.at ?? null,
    outcome: worstOf(steps),
    steps,
  };
}

export function worstOf(steps: readonly FileStep[]): Exclude<Outcome, 'skipped'> {
  if (steps.some(({ outcome }) => outcome === 'failed')) return 'failed';
  return steps.some(({ outcome }) => outcome === 'unknown') ? 'unknown' : 'passed';
}

const gravity: Readonly<Record<Outcome, number>> = { failed: 3, unknown: 2, passed: 1, skipped: 0 };

function foldSeals(name: FileStepName, seals: readonly SealFinding[]): FileStep {
  let worst: FileStep = fileStep(name, 'skipped');
  for (const [at, seal] of seals.entries()) {
    const step = seal.steps.find((one) => one.name === name);
    if (!step || gravity[step.outcome] <= gravity[worst.outcome]) continue;
    const isNamed = seals.length > 1 && step.why !== '';
    worst = isNamed
      ? { ...step, why: `第${at + 1}枚印章${seal.sealName && `（${seal.sealName}）`}：${step.why}` }
      : step;
  }
  return worst;
}

function sentence(verdict: FileVerdict['verdict'], decisive: FileStep | null, seals: readonly SealFinding[]): string {
  const names = [...new Set(seals.map(({ sealName }) => sealName).filter(Boolean))].join('、');
  switch (verdict) {
    case 'valid':
      return `印章真实有效，文件盖章后没有改动${names && `（${names}）`}`;
    case 'invalid':
      return `核验不通过：${decisive?.why ?? ''}`;
    case 'unknown':
      return `无法确认：${decisive?.why ?? ''}`;
  }
}

function stepOf({ name, outcome, detail }: SealStep): FileStep {
  const own = name === 'format' ? 'sealFormat' : name;
  if (outcome === 'passed' || outcome === 'skipped') return fileStep(own, outcome, '', detail);
  const isForeign = outcome === 'failed' && /signature$/i.test(name) && isOtherAlgorithm(detail ?? '');
  if (isForeign) return fileStep(own, 'unknown', '使用的不是国密SM2签名算法，本平台不能核验', detail);
  return fileStep(own, outcome, whyOf(own, outcome, detail ?? ''), detail);
}

/** RSA and the other curves are somebody else's good right, and nothing that is judged here. */
function isOtherAlgorithm(detail: string): boolean {
  return detail.startsWith('algorithm 1.2.840.') || detail === 'the certificate has no SM2 key';
}

function whyOf(name: FileStepName, outcome: 'failed' | 'unknown', detail: string): string {
  const isCertificate = name === 'makerCertificate' || name === 'signerCertificate';
  if (isCertificate) {
    const whose = name === 'makerCertificate' ? '制章人' : '盖章人';
    if (outcome === 'unknown') return `签发${whose}证书的机构不在本平台的信任名单里`;
    if (detail.startsWith('issuer')) return `${whose}证书冒用了发证机构的名义`;
    if (detail.startsWith('validity'))
      return `${name === 'makerCertificate' ? '制章' : '盖章'}时${whose}证书不在有效期内`;
    return `${whose}证书不能用于${name === 'makerCertificate' ? '制作印章' : '在文件上盖章'}`;
  }
  if (name === 'revocation') {
    return outcome === 'failed' ? '证书已被吊销' : '没有有效的吊销名单，不能判断证书是否被吊销';
  }
  if (name === 'timeStamp' && outcome === 'unknown') return '时间戳机构不在本平台的信任名单里';
  return reasons[name] ?? fileSteps[name];
}

const reasons: Readonly<Partial<Record<FileStepName, string>>> = {
  sealFormat: '印章数据不符合国家标准，可能被改动或伪造',
  sealSignature: '印章不是制章人签发的，或者被改动过',
  sealValidity: '印章自身的日期不合理',
  signerListed: '盖章人不在这枚印章允许的名单里',
  signature: '盖章签名不真实，可能被改动或伪造',
  digest: '受保护内容的清单在盖章后被改动，或者印章是从别的文件搬来的',
  property: '签章指向的不是这份文件',
  signingTime: '盖章时间不在印章有效期内，或者晚于现在',
  timeStamp: '时间戳不真实',
};

/** The version of a sealing in the form of GM/T 0031-2014, which came before the national standard; null for others. */
function oldVersion(encoded: Uint8Array): number | null {
  try {
    const outer = new DerCursor(readDer(encoded));
    const content = outer.sequence();
    outer.next(tags.bits);
    outer.end();
    const version = asSmallInteger(content.next());
    return version < 4 ? version : null;
  } catch (error) {
    if (error instanceof DerError) return null;
    throw error;
  }
}

function oldStep(step: SealStep, version: number): FileStep {
  return step.name === 'format'
    ? fileStep('sealFormat', 'unknown', `印章是国家标准之前的格式（第${version}版），本平台不能核验`, step.detail)
    : stepOf(step);
}
