import { fingerprint, isMarkedAgainst } from '../sm/certificate.ts';
import type { Signer, TimeStamper } from '../sm/signer.ts';
import type { Instant } from '../time.ts';
import {
  encodeSeal,
  encodeSealContent,
  encodeSealing,
  encodeSealingContent,
  readSeal,
  readSealing,
  type Seal,
  type SealContent,
  type Sealing,
  type SealingContent,
} from './format.ts';

/** Makes seals: our own software, or the authority that a county orders its seals from. */
export interface SealMaker {
  make(order: SealOrder): Promise<Seal>;
}

export type SealOrder = Omit<SealContent, 'extensions' | 'vendor'> & Partial<Pick<SealContent, 'extensions'>>;

export function localSealMaker(signer: Signer, vendor: string): SealMaker {
  return {
    async make(order) {
      const [maker] = signer.chain;
      if (isMarkedAgainst(maker, 'sealMaking')) throw new RangeError('this certificate is not for making seals');
      checkOrder(order, maker.notBefore, maker.notAfter);
      const content = encodeSealContent({ extensions: [], ...order, vendor });
      return readSeal(encodeSeal(content, maker, await signer.sign(content)));
    },
  };
}

/**
 * Applies a seal to what has this digest. Refuses what a verifier would refuse: a signer who is not in the seal's list,
 * a moment outside the seal's or the certificate's life.
 */
export async function applySeal(content: SealingContent, signer: Signer, timeStamper?: TimeStamper): Promise<Sealing> {
  const [certificate] = signer.chain;
  const { seal, at } = content;
  if (isMarkedAgainst(certificate, 'documentSigning')) throw new RangeError('this certificate is for making seals');
  if (!mayApply(seal, signer)) throw new RangeError('the signer is not in the list of the seal');
  if (at < seal.validFrom || at > seal.validTo) throw new RangeError('the seal is not valid at this moment');
  if (at < certificate.notBefore || at > certificate.notAfter) {
    throw new RangeError('the certificate of the signer is not valid at this moment');
  }
  const signed = encodeSealingContent(content);
  const signature = await signer.sign(signed);
  const stamp = await timeStamper?.stamp(signature);
  return readSealing(encodeSealing(signed, certificate, signature, stamp));
}

/** Whether this signer's certificate, to the last byte, is one of those that the seal was made for. */
export function mayApply(seal: Seal, signer: Pick<Signer, 'chain'>): boolean {
  const [certificate] = signer.chain;
  return seal.signers.kind === 'certificates'
    ? seal.signers.certificates.some((one) => one.equals(certificate.der))
    : seal.signers.digests.some(({ digest }) => digest.equals(fingerprint(certificate)));
}

function checkOrder(order: SealOrder, notBefore: Instant, notAfter: Instant): void {
  if (order.name.trim() === '') throw new RangeError('a seal must have a name');
  if (order.validFrom >= order.validTo) throw new RangeError('a seal must begin before it ends');
  if (order.createdAt < notBefore || order.createdAt > notAfter) {
    throw new RangeError('the certificate of the maker is not valid at the moment of making');
  }
}
