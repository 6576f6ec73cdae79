import { AppError } from '../../kernel/errors.ts';
import { may } from '../../kernel/actor.ts';
import { uuidv7 } from '../../kernel/ids.ts';
import type { Tx } from '../../kernel/module.ts';
import { readSeal, type Seal } from '../../kernel/seal/format.ts';
import type { SealDrawing } from '../../kernel/seal/picture.ts';
import { localSealMaker } from '../../kernel/seal/sealing.ts';
import type { Signer } from '../../kernel/sm/signer.ts';
import { newSealSigner, sealMakerOf, signerOf } from './authority.ts';
import { unitDirectory } from '../org/index.ts';
import type { LicenceSettings, TypeDefinition } from './rules/definition.ts';
import { settingsOf } from './settings.ts';
import { loadSealForDecision, loadUsableSeals, storeMadeSeal, type SealRow } from './store/seals.ts';

/** A seal ready to be put on a file, with the key behind it. */
export interface UsableSeal {
  row: SealRow;
  seal: Seal;
  signer: Signer;
}

/**
 * The seal that a unit puts on licences of this type, and whether whoever acts may put it there. Throws SEAL_MISSING,
 * SEAL_NOT_ALLOWED.
 */
export async function sealFor(tx: Tx, type: TypeDefinition, unitId: string): Promise<UsableSeal> {
  const candidates = await loadUsableSeals(tx, unitId, type.sealKind);
  const fitting = candidates.filter(({ types }) => types.length === 0 || types.includes(type.id));
  const [first] = fitting;
  if (first === undefined) {
    const [directory, kind] = [await unitDirectory(tx), await sealKindOf(tx, type.sealKind)];
    throw new AppError('SEAL_MISSING', { unit: directory.nameOf(unitId), type: type.name, kind: kind?.name ?? '印章' });
  }
  const allowed = fitting.find((seal) => mayApply(tx, seal));
  if (allowed === undefined) throw new AppError('SEAL_NOT_ALLOWED', { seal: sealName(first) });
  return madeSeal(tx, allowed);
}

/** Who keeps a seal decides when it is used: those who are named, or everyone of its unit with the permission. */
function mayApply({ actor }: Tx, { unitId, appliers }: SealRow): boolean {
  if (actor.kind === 'system') return true;
  if (!may(actor, 'seal.apply', unitId)) return false;
  return appliers.length === 0 || (actor.accountId !== null && appliers.includes(actor.accountId));
}

/** Draws, signs and keeps a seal that was released and not made yet; then it is only read. */
export async function madeSeal(tx: Tx, given: SealRow): Promise<UsableSeal> {
  const row = given.body === null ? ((await loadSealForDecision(tx, given.id)) ?? given) : given;
  if (row.body !== null && row.keyId !== null) {
    return { row, seal: cachedSeal(row.body), signer: await signerOf(tx, row.keyId) };
  }
  const maker = localSealMaker(await sealMakerOf(tx), 'YINGSHANG');
  const { validFrom, validUntil } = row;
  const { keyId, signer } = await newSealSigner(tx, row.unitId, sealName(row), {
    notBefore: validFrom,
    notAfter: validUntil,
  });
  const [certificate] = signer.chain;
  const seal = await maker.make({
    id: row.no,
    type: 1,
    name: sealName(row),
    signers: { kind: 'certificates', certificates: [certificate.der] },
    createdAt: validFrom,
    validFrom,
    validTo: certificate.notAfter,
    picture: (await pictures()).sealPicture(await drawnSeal(row, await sealKindOf(tx, row.kind))),
  });
  const made = { keyId, body: seal.der, validFrom: seal.validFrom, validUntil: seal.validTo };
  await storeMadeSeal(tx, row.id, made);
  tx.note(`seal:${row.id}`, '制作印章', { no: row.no, serial: certificate.serial });
  return { row: { ...row, ...made }, seal, signer };
}

/** Throws SEAL_WORDING_WRONG for words that no seal can carry. */
export async function drawnSeal(
  { wording, line, diameter }: Pick<SealRow, 'wording' | 'line' | 'diameter'>,
  kind: Pick<SealKind, 'star'> | undefined,
): Promise<SealDrawing> {
  const { drawRoundSeal } = await pictures();
  try {
    return drawRoundSeal({ name: wording, ...(line === '' ? {} : { line }), star: kind?.star ?? true }, { diameter });
  } catch (error) {
    if (error instanceof Error && error.name === 'MissingGlyphs')
      throw new AppError('SEAL_WORDING_WRONG', { fault: '有的字现有字库里没有，请联系平台管理员补字。' });
    if (error instanceof RangeError)
      throw new AppError('SEAL_WORDING_WRONG', { fault: '单位名称要 1 到 36 个字，中间没有空格。' });
    throw error;
  }
}

/** The font behind the pictures is large: it comes with the first seal, not with the start. */
const pictures = () => import('../../kernel/seal/picture.ts');

export type SealKind = LicenceSettings['sealKinds'][number];

export async function sealKindOf(tx: Tx, id: string): Promise<SealKind | undefined> {
  return (await settingsOf(tx.services)).sealKinds.find((kind) => kind.id === id);
}

export function sealName({ wording, line }: Pick<SealRow, 'wording' | 'line'>): string {
  return line === '' ? wording : `${wording}${line}`;
}

/** The number inside a seal: region and a part that no other has. */
export function newSealNo(tx: Tx): { id: string; no: string } {
  const id = uuidv7(Date.parse(tx.now));
  return { id, no: `${tx.region}${id.replaceAll('-', '').slice(-12).toUpperCase()}` };
}

const readSeals = new Map<string, Seal>();

/** A seal is read once per process: its picture alone is tens of kilobytes. */
function cachedSeal(body: Buffer): Seal {
  const key = body.subarray(-80).toString('base64');
  const cached = readSeals.get(key);
  if (cached?.der.equals(body)) return cached;
  const seal = readSeal(body);
  if (readSeals.size > 200) readSeals.clear();
  readSeals.set(key, seal);
  return seal;
}
