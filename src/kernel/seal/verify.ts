import { type Certificate, isMarkedAgainst } from '../sm/certificate.ts';
import { type ChainStep, type Outcome, verifyChain, worst } from '../sm/chain.ts';
import { DerError } from '../sm/der.ts';
import { oids } from '../sm/oids.ts';
import type { RevocationList } from '../sm/revocation-list.ts';
import { Sm2KeyError, sm2Verify } from '../sm/sm2.ts';
import { verifyTimeStamp } from '../sm/time-stamp.ts';
import { type Instant, msBetween } from '../time.ts';
import { readSeal, readSealing, type Seal, type Sealing } from './format.ts';
import { mayApply } from './sealing.ts';

/** The steps in the order of GB/T 38540; each is named to whoever asks. */
export const sealSteps = {
  format: '数据格式符合国家标准',
  sealSignature: '印章由制章人签名，没有被改动',
  makerCertificate: '制章人证书有效',
  sealValidity: '印章本身的有效期合理',
  signerListed: '盖章人在印章允许的名单里',
  signerCertificate: '盖章人证书有效',
  signature: '盖章签名真实',
  digest: '文件内容与盖章时一致',
  property: '签章指向的就是这份文件',
  signingTime: '盖章时间在印章有效期内',
  timeStamp: '时间戳真实',
  revocation: '证书没有被吊销',
} as const;

export type SealStepName = keyof typeof sealSteps;

export interface SealStep {
  name: SealStepName;
  outcome: Outcome;
  /** What was found, for the record; English, short. */
  detail?: string;
}

export interface SealTrust {
  roots: readonly Certificate[];
  intermediates?: readonly Certificate[];
  lists?: readonly RevocationList[];
  /** The moment of asking. */
  now: Instant;
}

/** What the sealed file really is, as its reader found it. */
export interface SealedFile {
  /** Recomputed from the file, not copied from the sealing. */
  digest: Buffer;
  /** Where the sealing must say that the protected list stands. */
  property: string;
}

export interface SealVerdict {
  steps: readonly SealStep[];
  /** `unknown`: nothing is wrong, but somebody in the chain is not known here. */
  outcome: Exclude<Outcome, 'skipped'>;
  /** Null when the bytes could not be read. */
  sealing: Sealing | null;
}

/** Verifies a seal on a file, step by step. Never throws, whatever the bytes. */
export function verifySealing(encoded: Uint8Array, file: SealedFile, trust: SealTrust): SealVerdict {
  const read = attempt(() => readSealing(encoded));
  if ('fault' in read) return unreadable(read.fault);
  const sealing = read.value;
  const { seal, signerCertificate: signer } = sealing;
  const stamp = stampStep(sealing.timeStamp, sealing.signature, sealing.at, trust);
  const ofSeal = sealChecks(seal, trust);
  const chain = verifyChain(signer, {
    ...trust,
    at: sealing.at,
    usage: 'digitalSignature',
    ...(stamp.provenAt === null ? {} : { provenAt: stamp.provenAt }),
  });
  const isListed = mayApply(seal, { chain: [signer] });
  const steps: SealStep[] = [
    passed('format'),
    ...ofSeal.steps,
    isListed ? passed('signerListed') : failed('signerListed', signer.subject.text),
    isMarkedAgainst(signer, 'documentSigning')
      ? failed('signerCertificate', 'purpose: a certificate for making seals')
      : chainStep('signerCertificate', chain.steps),
    signatureStep('signature', sealing.signatureAlgorithm, signer, sealing.signed, sealing.signature),
    sealing.digest.equals(file.digest) ? passed('digest') : failed('digest', 'another digest'),
    sealing.property === file.property ? passed('property') : failed('property', sealing.property),
    timeStep(sealing, trust.now),
    stamp.step,
    revocationStep([...ofSeal.chain, ...chain.steps]),
  ];
  return { steps, outcome: worst(steps), sealing };
}

export interface BareSealVerdict {
  steps: readonly SealStep[];
  outcome: Exclude<Outcome, 'skipped'>;
  seal: Seal | null;
}

/** Verifies a seal by itself, before it is taken into use. */
export function verifySeal(encoded: Uint8Array, trust: SealTrust): BareSealVerdict {
  const read = attempt(() => readSeal(encoded));
  if ('fault' in read) {
    const { steps, outcome } = unreadable(read.fault);
    return { steps: steps.filter(({ name }) => ownSteps.has(name)), outcome, seal: null };
  }
  const seal = read.value;
  const checks = sealChecks(seal, trust);
  const steps = [passed('format'), ...checks.steps, revocationStep(checks.chain)];
  return { steps, outcome: worst(steps), seal };
}

/** The step to name to people: the first that failed, else the first that could not be judged. */
export function decisiveStep(steps: readonly SealStep[]): SealStep | null {
  return (
    steps.find(({ outcome }) => outcome === 'failed') ?? steps.find(({ outcome }) => outcome === 'unknown') ?? null
  );
}

const ownSteps: ReadonlySet<SealStepName> = new Set([
  'format',
  'sealSignature',
  'makerCertificate',
  'sealValidity',
  'revocation',
]);
/** Two clocks that are both right may differ by this much. */
const clockToleranceMs = 5 * 60_000;

function sealChecks(seal: Seal, trust: SealTrust): { steps: SealStep[]; chain: readonly ChainStep[] } {
  const maker = seal.makerCertificate;
  const chain = verifyChain(maker, { ...trust, at: seal.createdAt, usage: 'digitalSignature' }).steps;
  const stamp = stampStep(seal.timeStamp, seal.signature, seal.createdAt, trust).step;
  const signature = signatureStep('sealSignature', seal.signatureAlgorithm, maker, seal.signed, seal.signature);
  return {
    steps: [
      // The stamp on a seal of version 5 is part of what makes the seal.
      stamp.outcome === 'failed' ? failed('sealSignature', stamp.detail) : signature,
      isMarkedAgainst(maker, 'sealMaking')
        ? failed('makerCertificate', 'purpose: a certificate for sealing files')
        : chainStep('makerCertificate', chain),
      validityStep(seal, trust.now),
    ],
    chain,
  };
}

function validityStep(seal: Seal, now: Instant): SealStep {
  if (seal.validFrom >= seal.validTo) return failed('sealValidity', `${seal.validFrom} to ${seal.validTo}`);
  if (msBetween(now, seal.createdAt) > clockToleranceMs) return failed('sealValidity', `made on ${seal.createdAt}`);
  return seal.createdAt > seal.validTo ? failed('sealValidity', 'made after its own end') : passed('sealValidity');
}

function timeStep({ at, seal }: Sealing, now: Instant): SealStep {
  if (at < seal.validFrom || at > seal.validTo) {
    return failed('signingTime', `${at} is outside ${seal.validFrom} to ${seal.validTo}`);
  }
  return msBetween(now, at) > clockToleranceMs
    ? failed('signingTime', `${at} is still to come`)
    : passed('signingTime');
}

function signatureStep(
  name: 'sealSignature' | 'signature',
  algorithm: string,
  { publicKey }: Certificate,
  signed: Buffer,
  signature: Buffer,
): SealStep {
  if (algorithm !== oids.sm2WithSm3) return failed(name, `algorithm ${algorithm}`);
  if (!publicKey) return failed(name, 'the certificate has no SM2 key');
  return sm2Verify(publicKey, signed, signature) ? passed(name) : failed(name, 'the signature does not verify');
}

function stampStep(
  token: Buffer | null,
  signature: Buffer,
  claimedAt: Instant,
  trust: SealTrust,
): { step: SealStep; provenAt: Instant | null } {
  const no = (step: SealStep) => ({ step, provenAt: null });
  if (!token) return no({ name: 'timeStamp', outcome: 'skipped', detail: 'there is none' });
  const read = attempt(() => verifyTimeStamp(token, signature, trust));
  if ('fault' in read) return no(failed('timeStamp', read.fault));
  const { isGenuine, chain, stamp } = read.value;
  if (!isGenuine) return no(failed('timeStamp', 'the token is for something else'));
  if (msBetween(stamp.at, claimedAt) > clockToleranceMs) {
    return no(failed('timeStamp', `stamped at ${stamp.at}, before ${claimedAt}`));
  }
  if (chain.outcome === 'passed') return { step: passed('timeStamp'), provenAt: stamp.at };
  const detail = chain.steps.find(({ outcome }) => outcome === chain.outcome)?.detail ?? 'its certificate';
  return no({ name: 'timeStamp', outcome: chain.outcome, detail });
}

function chainStep(name: 'makerCertificate' | 'signerCertificate', steps: readonly ChainStep[]): SealStep {
  return fold(
    name,
    steps.filter((step) => step.name !== 'revocation'),
  );
}

function revocationStep(steps: readonly ChainStep[]): SealStep {
  const own = steps.filter(({ name }) => name === 'revocation');
  // Of a chain that reaches no root here, nobody here can say whether it was revoked.
  const judged = own.map((step): ChainStep => (step.outcome === 'skipped' ? { ...step, outcome: 'unknown' } : step));
  return fold('revocation', judged);
}

function fold(name: SealStepName, steps: readonly ChainStep[]): SealStep {
  const outcome = worst(steps);
  const decisive = steps.find((step) => step.outcome === outcome);
  if (outcome === 'passed' || !decisive) return { name, outcome };
  return { name, outcome, detail: `${decisive.name}: ${decisive.detail ?? 'not known here'}` };
}

function unreadable(fault: string): SealVerdict {
  const steps = (Object.keys(sealSteps) as SealStepName[]).map((name): SealStep =>
    name === 'format' ? failed(name, fault) : { name, outcome: 'skipped' },
  );
  return { steps, outcome: 'failed', sealing: null };
}

/** What a stranger's bytes can cause is an answer; anything else is our own fault and goes up. */
function attempt<T>(read: () => T): { value: T } | { fault: string } {
  try {
    return { value: read() };
  } catch (error) {
    if (error instanceof DerError || error instanceof Sm2KeyError) return { fault: error.message };
    throw error;
  }
}

function passed(name: SealStepName): SealStep {
  return { name, outcome: 'passed' };
}

function failed(name: SealStepName, detail = ''): SealStep {
  return { name, outcome: 'failed', detail };
}
