import { AppError } from '../../kernel/errors.ts';
import { uuidv7 } from '../../kernel/ids.ts';
import type { FaceItem } from '../../kernel/ofd/face.ts';
import type { Tx } from '../../kernel/module.ts';
import { chineseDate, localDateOf } from '../../kernel/time.ts';
import { unitDirectory } from '../org/index.ts';
import { openedValues } from './personal.ts';
import { faceOf, sealPlace } from './rules/face.ts';
import { madeSeal, sealName, type UsableSeal } from './seals.ts';
import type { LicenceRow } from './store/licences.ts';
import { insertSealings, loadSeal, loadUsableSeals } from './store/seals.ts';
import { nextSerial } from './store/serials.ts';
import { typeOfLicence } from './types.ts';

export interface LicenceCopy {
  no: string;
  sha256: string;
}

/**
 * 加注件: the face once more, with who may use it for what written across it and its own number, sealed with the issuer's
 * seal and put on record like every sealing. Throws COPY_NOT_POSSIBLE, LICENCE_GLYPH_MISSING.
 */
export async function makeLicenceCopy(
  tx: Tx,
  { state }: LicenceRow,
  order: { recipient: string; purpose: string; format: 'ofd' | 'pdf' },
): Promise<LicenceCopy> {
  const today = localDateOf(tx.now);
  const type = await typeOfLicence(tx, state.typeId, state.typeVersion);
  const usable = await sealOf(tx, state.files.sealId, state.issuer.unitId, type.sealKind);
  const period = today.replaceAll('-', '');
  const no = `FB${period}${String(await nextSerial(tx, 'copy', '', period)).padStart(5, '0')}`;
  const { holder, fields } = openedValues(tx, state);
  const face = faceOf(type, {
    number: state.number,
    identifier: state.identifier,
    issuerName: state.issuer.name,
    holder,
    issuedOn: state.issuedOn,
    validFrom: state.validFrom,
    validUntil: state.validUntil,
    values: fields,
    code: state.files.code,
  });
  const [page, ...others] = face.pages;
  if (page === undefined) throw new Error(`licence type ${type.id} has no page`);
  const words = `仅供${order.recipient}${order.purpose}使用 ${chineseDate(today)} ${no}`;
  const marked = { ...face, pages: [{ ...page, items: [...page.items, ...watermark(words, page)] }, ...others] };
  const meta = {
    id: uuidv7(Date.parse(tx.now)).replaceAll('-', ''),
    createdAt: tx.now,
    creator: state.issuer.name,
    fields: { identifier: state.identifier, number: state.number, copy: no, purpose: order.purpose },
  };
  const place = { page: 0, ...sealPlace(type.layout, usable.row.diameter) };
  const sealing = {
    seal: usable.seal,
    signer: usable.signer,
    signedAt: tx.now,
    stamps: [place],
    provider: 'YINGSHANG',
  };
  const writers = await import('../../kernel/ofd/index.ts');
  const fonts = await writers.loadFonts();
  const bytes = await (async () => {
    try {
      return order.format === 'ofd'
        ? await writers.sealOfd(writers.writeOfd(marked, fonts, meta), sealing)
        : await writers.sealPdf(writers.writePdf(marked, fonts, meta), sealing);
    } catch (error) {
      if (error instanceof writers.MissingGlyph) throw new AppError('LICENCE_GLYPH_MISSING', { signs: error.sign });
      throw error;
    }
  })();
  const { sha256 } = await tx.services.files.put(bytes, { maxBytes: 10 * 2 ** 20 });
  await insertSealings(tx, [
    {
      id: uuidv7(Date.parse(tx.now)),
      sealId: usable.row.id,
      subjectType: 'copy',
      subjectId: no,
      format: order.format,
      sha256,
      reason: words,
    },
  ]);
  tx.note(`seal:${usable.row.id}`, '盖章（加注件）', { licence: state.id, copy: no, sha256 });
  return { no, sha256 };
}

/** The seal on the original while it is in use, else the one that the unit uses now. */
async function sealOf(tx: Tx, sealId: string, unitId: string, kind: string): Promise<UsableSeal> {
  const original = await loadSeal(tx, sealId);
  const row = original?.state === 'released' ? original : (await loadUsableSeals(tx, unitId, kind))[0];
  if (row !== undefined) return madeSeal(tx, row);
  const unit = (await unitDirectory(tx)).nameOf(unitId);
  const name = original === null ? '' : `（${sealName(original)}）`;
  throw new AppError('COPY_NOT_POSSIBLE', { words: `${unit}的印章${name}已经停用，现在做不了副本，请联系颁发单位。` });
}

/** The words across the page, several times, so that none can be cut off; light, so that the face stays readable. */
function watermark(words: string, { width, height }: { width: number; height: number }): FaceItem[] {
  const signs = Array.from(words).length;
  const size = Math.max(3.5, Math.min(7, (Math.hypot(width, height) * 0.8) / signs));
  return [0.2, 0.45, 0.7, 0.95].map((share) => ({
    kind: 'text',
    x: width * 0.06,
    y: height * share,
    text: words,
    size,
    font: 'sans',
    colour: '#c0392b',
    opacity: 0.28,
    rotate: -18,
  }));
}
