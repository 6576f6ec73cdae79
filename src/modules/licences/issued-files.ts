import { AppError } from '../../kernel/errors.ts';
import { uuidv7 } from '../../kernel/ids.ts';
import type { Tx } from '../../kernel/module.ts';
import { maskName } from '../../kernel/personal-data.ts';
import { signCompact } from '../../kernel/seal/compact.ts';
import type { CborValue } from '../../kernel/seal/cbor.ts';
import { compactFacts, shorterFacts, type CodeFacts } from './rules/code-facts.ts';
import type { TypeDefinition } from './rules/definition.ts';
import { faceOf, sealPlace, type FaceFacts } from './rules/face.ts';
import type { LicenceFiles } from './rules/licence.ts';
import type { HolderFacts } from './rules/values.ts';
import type { UsableSeal } from './seals.ts';
import { insertSealings } from './store/seals.ts';

/**
 * Draws the face, writes it as OFD and PDF, seals both, keeps them and puts both sealings on record. Throws
 * LICENCE_GLYPH_MISSING, LICENCE_TEXT_TOO_LONG.
 */
export async function produceFiles(
  tx: Tx,
  licenceId: string,
  type: TypeDefinition,
  facts: Omit<FaceFacts, 'code'>,
  { row, seal, signer }: UsableSeal,
  reason: string,
): Promise<LicenceFiles> {
  const code = await signedCode(type, facts, signer);
  const face = faceOf(type, { ...facts, code });
  const place = { page: 0, ...sealPlace(type.layout, row.diameter) };
  const order = { seal, signer, signedAt: tx.now, stamps: [place], provider: 'YINGSHANG' };
  const meta = {
    id: uuidv7(Date.parse(tx.now)).replaceAll('-', ''),
    createdAt: tx.now,
    creator: facts.issuerName,
    fields: { identifier: facts.identifier, number: facts.number, type: type.code },
  };
  // The writers bring fonts with them: they come when the first licence is issued, not when the platform starts.
  const writers = await import('../../kernel/ofd/index.ts');
  const fonts = await writers.loadFonts();
  const [ofd, pdf] = await told(async () => {
    const plain = [writers.writeOfd(face, fonts, meta), writers.writePdf(face, fonts, meta)] as const;
    return [await writers.sealOfd(plain[0], order), await writers.sealPdf(plain[1], order)] as const;
  });
  const [ofdFile, pdfFile] = await Promise.all([keep(tx, ofd), keep(tx, pdf)]);
  const sealing = { sealId: row.id, subjectType: 'licence', subjectId: licenceId, reason };
  await insertSealings(
    tx,
    (['ofd', 'pdf'] as const).map((format) => ({
      ...sealing,
      id: uuidv7(Date.parse(tx.now)),
      format,
      sha256: (format === 'ofd' ? ofdFile : pdfFile).sha256,
    })),
  );
  tx.note(`seal:${row.id}`, '盖章', { licence: licenceId, ofd: ofdFile.sha256, pdf: pdfFile.sha256, reason });
  return { ofd: ofdFile, pdf: pdfFile, code, sealId: row.id, sealedAt: tx.now };
}

/** A firm's name is public; of a person the surname stays. */
export function holderLabel({ kind, name }: HolderFacts): string {
  return kind === 'firm' ? name : maskName(name);
}

/** What a phone without a network can check: signed by the key behind the seal. */
async function signedCode(
  type: TypeDefinition,
  facts: Omit<FaceFacts, 'code'>,
  signer: UsableSeal['signer'],
): Promise<string> {
  const given: CodeFacts = {
    typeName: type.name,
    number: facts.number,
    identifier: facts.identifier,
    holderLabel: holderLabel(facts.holder),
    holderNumber: facts.holder.kind === 'firm' && facts.holder.number !== '' ? facts.holder.number : null,
    issuerName: facts.issuerName,
    issuedOn: facts.issuedOn,
    validUntil: facts.validUntil,
  };
  const whole: CborValue = compactFacts(given);
  try {
    return (await signCompact(whole, signer)).text;
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'CompactTooLong') throw error;
    return (await signCompact(shorterFacts(given), signer)).text;
  }
}

async function keep(tx: Tx, bytes: Uint8Array): Promise<{ sha256: string; size: number }> {
  const { sha256, size } = await tx.services.files.put(bytes, { maxBytes: longestFile });
  return { sha256, size };
}

const longestFile = 10 * 2 ** 20;

/** What the writers cannot draw, in words for the officer. */
async function told<T>(work: () => Promise<T>): Promise<T> {
  const { MissingGlyph, TextTooLong } = await import('../../kernel/ofd/index.ts');
  try {
    return await work();
  } catch (error) {
    if (error instanceof MissingGlyph) throw new AppError('LICENCE_GLYPH_MISSING', { signs: error.sign });
    if (error instanceof TextTooLong) throw new AppError('LICENCE_TEXT_TOO_LONG', { text: error.text });
    throw error;
  }
}
