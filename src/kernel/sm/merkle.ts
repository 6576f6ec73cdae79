import { sm3 } from './sm3.ts';

/**
 * Merkle trees in the shape of RFC 6962 with SM3. Leaves and nodes are hashed under different prefixes, so that a node
 * can never be passed off as a leaf. Everything here is pure.
 */

/** One step of an inclusion proof: the sibling's hash and on which side it stands. */
export interface ProofStep {
  side: 'left' | 'right';
  hash: Buffer;
}

/** The hash under which an entry enters the tree. */
export function leafHash(entry: string | Uint8Array): Buffer {
  return sm3(leafPrefix, entry);
}

/** The root over leaf hashes in order; the empty tree has the hash of nothing. */
export function merkleRoot(leaves: readonly Buffer[]): Buffer {
  if (leaves.length === 0) return sm3();
  let level: readonly Buffer[] = leaves;
  while (level.length > 1) level = pairUp(level);
  return Buffer.from(level[0] ?? sm3());
}

/** What a holder of one entry needs to show that it is under the root. */
export function inclusionProof(leaves: readonly Buffer[], index: number): ProofStep[] {
  if (!Number.isInteger(index) || index < 0 || index >= leaves.length) {
    throw new RangeError(`no leaf ${index} among ${leaves.length}`);
  }
  const steps: ProofStep[] = [];
  let at = index;
  for (let level: readonly Buffer[] = leaves; level.length > 1; level = pairUp(level), at >>= 1) {
    const sibling = level[at ^ 1];
    // The odd one at the end moves up alone: RFC 6962's split at the largest power of two, seen from below.
    if (sibling) steps.push({ side: at % 2 === 0 ? 'right' : 'left', hash: sibling });
  }
  return steps;
}

/**
 * Whether the proof leads from the leaf at `index` of a tree of `size` leaves to the root. The position is checked, not
 * believed: the sides of the proof must be those that this position has.
 */
export function verifyInclusion(
  leaf: Buffer,
  index: number,
  size: number,
  proof: readonly ProofStep[],
  root: Buffer,
): boolean {
  if (!Number.isInteger(index) || !Number.isInteger(size) || index < 0 || index >= size) return false;
  let hash = leaf;
  let at = index;
  let next = 0;
  for (let width = size; width > 1; width = Math.ceil(width / 2), at = Math.floor(at / 2)) {
    if (at % 2 === 0 && at === width - 1) continue;
    const step = proof[next++];
    if (!step || step.side !== (at % 2 === 0 ? 'right' : 'left')) return false;
    hash = step.side === 'right' ? nodeHash(hash, step.hash) : nodeHash(step.hash, hash);
  }
  return next === proof.length && hash.equals(root);
}

const leafPrefix = Uint8Array.of(0);
const nodePrefix = Uint8Array.of(1);

function nodeHash(left: Buffer, right: Buffer): Buffer {
  return sm3(nodePrefix, left, right);
}

function pairUp(level: readonly Buffer[]): Buffer[] {
  const above: Buffer[] = [];
  for (let at = 0; at < level.length; at += 2) {
    const [left, right] = [level[at], level[at + 1]];
    if (left && right) above.push(nodeHash(left, right));
    else if (left) above.push(left);
  }
  return above;
}
