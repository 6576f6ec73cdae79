import type { Instant } from '../time.ts';
import { type Certificate, isSignedBy, type KeyUsage } from './certificate.ts';
import { isInForce, type RevocationList, revocationOf, wasSignedBy } from './revocation-list.ts';

/**
 * From one certificate up to a root that the caller trusts, step by step. Every step is reported, the failing ones by
 * name; a step that cannot be judged, because the issuer or its list of revocations is not known here, says so instead
 * of passing.
 */
export function verifyChain(leaf: Certificate, trust: ChainTrust): ChainResult {
  const { path, issuer } = climb(leaf, trust);
  const steps: ChainStep[] = [
    issuer,
    ...(issuer.outcome === 'passed' ? [authorities(path)] : [skipped('authority')]),
    criticals(path),
    usage(leaf, trust),
    validity(path, trust.at),
    issuer.outcome === 'passed' ? revocation(path, trust) : skipped('revocation'),
  ];
  return { steps, path, outcome: worst(steps) };
}

export interface ChainTrust {
  /** Roots that are trusted by being here; their own signature is not asked. */
  roots: readonly Certificate[];
  intermediates?: readonly Certificate[];
  /** The moment for which the chain must hold: of making, of signing. */
  at: Instant;
  /** Lists of revocations, of any issuers. */
  lists?: readonly RevocationList[];
  /** The moment of asking: lists must be in force then. */
  now: Instant;
  /** A moment at which the signature is proven to have existed, by a time stamp that was checked. */
  provenAt?: Instant;
  /** What the certificate must be allowed to do. */
  usage: KeyUsage;
  extendedUsage?: string;
}

export type ChainStepName = 'issuer' | 'authority' | 'critical' | 'usage' | 'validity' | 'revocation';
export type Outcome = 'passed' | 'failed' | 'unknown' | 'skipped';

export interface ChainStep {
  name: ChainStepName;
  outcome: Outcome;
  /** What was found, for the record; English, short. */
  detail?: string;
}

export interface ChainResult {
  steps: readonly ChainStep[];
  /** From the certificate up; ends at the root when there is one. */
  path: readonly Certificate[];
  /** The first failure, else what could not be judged. */
  outcome: Exclude<Outcome, 'skipped'>;
}

export function worst(steps: readonly { outcome: Outcome }[]): Exclude<Outcome, 'skipped'> {
  if (steps.some(({ outcome }) => outcome === 'failed')) return 'failed';
  return steps.some(({ outcome }) => outcome === 'unknown') ? 'unknown' : 'passed';
}

const longestPath = 8;

function climb(leaf: Certificate, trust: ChainTrust): { path: Certificate[]; issuer: ChainStep } {
  const path = [leaf];
  const isRoot = (one: Certificate) => trust.roots.some((root) => root.der.equals(one.der));
  for (let at = leaf; !isRoot(at);) {
    const named = [...trust.roots, ...(trust.intermediates ?? [])].filter((candidate) => mayHaveIssued(candidate, at));
    const above = named.find((candidate) => isSignedBy(at, candidate.publicKey));
    if (!above) {
      // By name it should be one of ours, by signature it is not: a forgery, not a stranger.
      return named.length > 0
        ? { path, issuer: { name: 'issuer', outcome: 'failed', detail: `not signed by ${at.issuer.text}` } }
        : { path, issuer: { name: 'issuer', outcome: 'unknown', detail: `no certificate of ${at.issuer.text}` } };
    }
    if (path.includes(above) || path.length >= longestPath) {
      return { path, issuer: { name: 'issuer', outcome: 'unknown', detail: 'the path does not reach a root' } };
    }
    path.push(above);
    at = above;
  }
  return { path, issuer: { name: 'issuer', outcome: 'passed' } };
}

function mayHaveIssued(candidate: Certificate, below: Certificate): boolean {
  const { authorityKeyIdentifier: wanted } = below;
  return (
    candidate.subject.der.equals(below.issuer.der) &&
    (wanted === null || candidate.keyIdentifier === null || wanted.equals(candidate.keyIdentifier))
  );
}

function authorities(path: readonly Certificate[]): ChainStep {
  const name = 'authority';
  for (const [at, one] of path.entries()) {
    if (at === 0) continue;
    if (!one.isAuthority) return { name, outcome: 'failed', detail: `${one.subject.text} is not an authority` };
    if (one.keyUsage && !one.keyUsage.has('keyCertSign')) {
      return { name, outcome: 'failed', detail: `${one.subject.text} may not sign certificates` };
    }
    if (one.pathLength !== null && at - 1 > one.pathLength) {
      return { name, outcome: 'failed', detail: `too many authorities below ${one.subject.text}` };
    }
  }
  return { name, outcome: 'passed' };
}

function criticals(path: readonly Certificate[]): ChainStep {
  const odd = path.find(({ unknownCritical }) => unknownCritical.length > 0);
  return odd
    ? { name: 'critical', outcome: 'failed', detail: odd.unknownCritical.join(', ') }
    : { name: 'critical', outcome: 'passed' };
}

function usage(leaf: Certificate, trust: ChainTrust): ChainStep {
  const name = 'usage';
  if (leaf.keyUsage && !leaf.keyUsage.has(trust.usage)) return { name, outcome: 'failed', detail: trust.usage };
  const wanted = trust.extendedUsage;
  if (wanted !== undefined && !leaf.extendedKeyUsage?.includes(wanted))
    return { name, outcome: 'failed', detail: wanted };
  return { name, outcome: 'passed' };
}

function validity(path: readonly Certificate[], at: Instant): ChainStep {
  const out = path.find(({ notBefore, notAfter }) => at < notBefore || at > notAfter);
  return out
    ? {
        name: 'validity',
        outcome: 'failed',
        detail: `${out.subject.text} holds from ${out.notBefore} to ${out.notAfter}, not on ${at}`,
      }
    : { name: 'validity', outcome: 'passed' };
}

function revocation(path: readonly Certificate[], trust: ChainTrust): ChainStep {
  const name = 'revocation';
  let unknown: ChainStep | null = null;
  for (const [at, one] of path.entries()) {
    const issuer = path[at + 1];
    if (!issuer) break;
    const lists = (trust.lists ?? []).filter((list) => wasSignedBy(list, issuer));
    const entry = lists.map((list) => revocationOf(list, one.serial)).find((found) => found !== null);
    if (entry) {
      // A stolen key can sign with any date: nothing that it ever signed is believed, unless a stamp proves it older.
      const isProvenOlder = trust.provenAt !== undefined && trust.provenAt < entry.at;
      const isStolen = !isProvenOlder && (entry.reason === 'keyCompromise' || entry.reason === 'authorityCompromise');
      if (isStolen || entry.at <= trust.at) {
        return { name, outcome: 'failed', detail: `${one.subject.text} was revoked at ${entry.at} (${entry.reason})` };
      }
    }
    if (!lists.some((list) => isInForce(list, trust.now))) {
      unknown ??= { name, outcome: 'unknown', detail: `no list of ${issuer.subject.text} in force` };
    }
  }
  return unknown ?? { name, outcome: 'passed' };
}

function skipped(name: ChainStepName): ChainStep {
  return { name, outcome: 'skipped' };
}
