import { facts, fonts, sampleFace } from '../src/kernel/ofd/fixture.ts';
import { sealOfd, sealPdf, verifyOfd, verifyPdf, writeOfd, writePdf } from '../src/kernel/ofd/index.ts';
import { sealOrder, maker, signer, times, trust } from '../src/kernel/seal/fixture.ts';
import { drawRoundSeal, sealPicture } from '../src/kernel/seal/picture.ts';
import { localSealMaker } from '../src/kernel/seal/sealing.ts';
import { rate } from './report.ts';

export interface FileRates {
  /** A licence as OFD and as PDF, both written and sealed; no two alike. Licences a second. */
  both: number;
  ofd: { write: number; seal: number; verify: number; bytes: number };
  pdf: { write: number; seal: number; verify: number; bytes: number };
}

/** One page with a QR code, a watermark, a picture and three fonts, one seal of 42 mm; in one process. */
export async function fileRates(rounds: number): Promise<FileRates> {
  const picture = sealPicture(drawRoundSeal({ name: '某某县市场监督管理局' }));
  const seal = await localSealMaker(maker, 'BENCH').make(sealOrder(signer, { picture }));
  const stamps = [{ page: 0, x: 200, y: 145, width: 42, height: 42 }];
  const order = { seal, signer, signedAt: times.sealed, stamps };
  let number = 0;
  const fresh = () => {
    number += 1;
    const holder = `某某县${[...'甲乙丙丁戊己庚辛壬癸'][number % 10] ?? ''}记${number}号百货有限公司`;
    return sampleFace({ pages: 1, holder, code: `YS1:${String(number).padStart(6, '0')}${'0AB%7 *'.repeat(30)}` });
  };
  const [ofd, pdf] = [writeOfd(fresh(), fonts, facts), writePdf(fresh(), fonts, facts)];
  const [sealedOfd, sealedPdf] = [await sealOfd(ofd, order), await sealPdf(pdf, order)];
  if (verifyOfd(sealedOfd, trust).verdict !== 'valid' || verifyPdf(sealedPdf, trust).verdict !== 'valid') {
    throw new Error('a sealed file does not verify');
  }
  return {
    both: await perSecond(rounds, async () => {
      const face = fresh();
      await sealOfd(writeOfd(face, fonts, facts), order);
      await sealPdf(writePdf(face, fonts, facts), order);
    }),
    ofd: {
      write: await perSecond(rounds, () => writeOfd(fresh(), fonts, facts)),
      seal: await perSecond(rounds, () => sealOfd(ofd, order)),
      verify: await perSecond(rounds, () => verifyOfd(sealedOfd, trust)),
      bytes: sealedOfd.length,
    },
    pdf: {
      write: await perSecond(rounds, () => writePdf(fresh(), fonts, facts)),
      seal: await perSecond(rounds, () => sealPdf(pdf, order)),
      verify: await perSecond(rounds, () => verifyPdf(sealedPdf, trust)),
      bytes: sealedPdf.length,
    },
  };
}

async function perSecond(rounds: number, work: () => unknown): Promise<number> {
  for (let round = 0; round < rounds / 5; round++) await work();
  const from = performance.now();
  for (let round = 0; round < rounds; round++) await work();
  return rate(rounds, performance.now() - from);
}
