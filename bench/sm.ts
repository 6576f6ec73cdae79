import { sm2 as other } from 'sm-crypto-v2';
import { drawRoundSeal, sealPicture } from '../src/kernel/seal/picture.ts';
import { root, sealOrder, signer, times, trust, maker } from '../src/kernel/seal/fixture.ts';
import { applySeal, localSealMaker } from '../src/kernel/seal/sealing.ts';
import { verifySealing } from '../src/kernel/seal/verify.ts';
import { pkcs8Of } from '../src/kernel/sm/self-test.ts';
import { defaultUserId, sm2PrivateKey, sm2SignRaw, sm2VerifyRaw } from '../src/kernel/sm/sm2.ts';
import { sm3 } from '../src/kernel/sm/sm3.ts';
import { rate } from './report.ts';

export interface SmRates {
  /** Signatures and verifications a second. */
  ours: { sign: number; verify: number };
  theirs: { sign: number; verify: number };
  /** Whole seals a second. */
  apply: number;
  check: number;
}

/** The same key and message on both sides; each side must accept what the other signed before either is timed. */
export async function smRates(rounds: number): Promise<SmRates> {
  const hex = other.generateKeyPairHex();
  const own = sm2PrivateKey(pkcs8Of(hex.privateKey, hex.publicKey));
  const message = Buffer.from('食品经营许可证'.repeat(40));
  const options = { hash: true, userId: defaultUserId, publicKey: hex.publicKey };
  const sign = {
    ours: () => sm2SignRaw(own, message),
    theirs: () => other.doSignature(message, hex.privateKey, options),
  };
  const [mine, foreign] = [sign.ours(), sign.theirs()];
  const verify = {
    ours: (raw: Buffer) => sm2VerifyRaw(own.publicKey, message, raw),
    theirs: (raw: string) => other.doVerifySignature(message, raw, hex.publicKey, options),
  };
  if (!verify.ours(Buffer.from(foreign, 'hex')) || !verify.theirs(mine.toString('hex'))) {
    throw new Error('the two implementations do not agree');
  }

  const picture = sealPicture(drawRoundSeal({ name: '某某县住房和城乡建设局' }));
  const seal = await localSealMaker(maker, 'BENCH').make(sealOrder(signer, { picture }));
  const file = { digest: sm3('protected'), property: '/Doc_0/Signs/Sign_0/Signature.xml' };
  const content = { seal, at: times.sealed, ...file };
  const sealing = await applySeal(content, signer);
  const world = { ...trust, roots: root.chain };
  if (verifySealing(sealing.der, file, world).outcome !== 'passed') throw new Error('the seal does not verify');

  return {
    ours: { sign: await perSecond(rounds, sign.ours), verify: await perSecond(rounds, () => verify.ours(mine)) },
    theirs: {
      sign: await perSecond(rounds, sign.theirs),
      verify: await perSecond(rounds, () => verify.theirs(foreign)),
    },
    apply: await perSecond(rounds, () => applySeal(content, signer)),
    check: await perSecond(rounds, () => verifySealing(sealing.der, file, world)),
  };
}

async function perSecond(rounds: number, work: () => unknown): Promise<number> {
  for (let round = 0; round < rounds / 10; round++) await work();
  const from = performance.now();
  for (let round = 0; round < rounds; round++) await work();
  return rate(rounds, performance.now() - from);
}
