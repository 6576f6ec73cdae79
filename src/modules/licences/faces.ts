import type { Tx } from '../../kernel/module.ts';
import { localDateOf } from '../../kernel/time.ts';
import { unitDirectory } from '../org/index.ts';
import { faceSvg } from './face-svg.ts';
import { composed, type Draft, type LicenceOrder } from './issue.ts';
import { openedValues } from './personal.ts';
import type { TypeDefinition } from './rules/definition.ts';
import { faceOf, sampleFacts, sealPlace, type FaceFacts } from './rules/face.ts';
import type { FieldValues } from './rules/values.ts';
import { drawnSeal, sealKindOf } from './seals.ts';
import { loadSeal, loadUsableSeals } from './store/seals.ts';
import type { LicenceRow } from './store/licences.ts';
import { publishedTypes, typeOfLicence } from './types.ts';

export interface FacePicture {
  svg: string;
  width: number;
  height: number;
}

/** The face of a licence as it was issued, for pages. Whoever calls has checked who may see it. */
export async function facePicture(tx: Tx, { state }: LicenceRow): Promise<FacePicture> {
  const type = await typeOfLicence(tx, state.typeId, state.typeVersion);
  const { holder, fields } = openedValues(tx, state);
  const facts: FaceFacts = {
    number: state.number,
    identifier: state.identifier,
    issuerName: state.issuer.name,
    holder,
    issuedOn: state.issuedOn,
    validFrom: state.validFrom,
    validUntil: state.validUntil,
    values: fields,
    code: state.files.code,
  };
  const seal = await loadSeal(tx, state.files.sealId);
  const drawing = seal === null ? null : await drawnSeal(seal, await sealKindOf(tx, seal.kind));
  return pictureOf(type, facts, drawing);
}

/** A type with sample values, or with those that are given. */
export async function typePicture(tx: Tx, type: TypeDefinition, values: FieldValues): Promise<FacePicture> {
  const directory = await unitDirectory(tx);
  const issuerId = type.issuers[0] ?? '';
  const issuerName = directory.byId(issuerId)?.fullName ?? directory.nameOf(issuerId);
  const sample = sampleFacts(type, tx.region, localDateOf(tx.now), issuerName);
  const facts = { ...sample, values: { ...sample.values, ...values }, code: sampleCode };
  return pictureOf(type, facts, await sampleSeal(tx, type, issuerId, issuerName));
}

export interface PreparedLicence {
  typeId: string;
  typeName: string;
  fields: { id: string; label: string; kind: string; required: boolean; value: string; fault: string }[];
  /** What keeps it from being issued; empty when nothing does. */
  missing: string[];
  holderName: string;
  validUntil: string | null;
  /** The number of the licence whose next version it would be; empty when it is a new one. */
  replaces: string;
  face: FacePicture;
}

/** What would be issued, for the officer before he decides. Null when this type is not issued here. */
export async function prepareLicence(tx: Tx, order: LicenceOrder): Promise<PreparedLicence | null> {
  const published = (await publishedTypes(tx)).get(order.typeId);
  if (published === undefined) return null;
  const { definition: type } = published;
  const draft = await composed(tx, published, order, { assigns: false });
  const faultOf = (id: string) => draft.issues.find(({ path }) => path === `/values/${id}`)?.message ?? '';
  return {
    typeId: type.id,
    typeName: type.name,
    fields: type.fields.map(({ id, label, kind, required }) => ({
      id,
      label,
      kind,
      required,
      value: draft.values[id] ?? '',
      fault: faultOf(id),
    })),
    missing: [
      ...(draft.holder === null ? ['没有写明持证人是谁。'] : []),
      ...draft.issues.map(({ message }) => message),
    ],
    holderName: draft.holder?.name ?? '',
    validUntil: draft.validity.until,
    replaces: draft.earlier?.state.number ?? '',
    face: await draftPicture(tx, type, order, draft),
  };
}

async function draftPicture(tx: Tx, type: TypeDefinition, order: LicenceOrder, draft: Draft): Promise<FacePicture> {
  const directory = await unitDirectory(tx);
  const issuerName = directory.byId(draft.issuerId)?.fullName ?? directory.nameOf(draft.issuerId);
  const sample = sampleFacts(type, tx.region, order.decidedOn, issuerName);
  const { validity, earlier, values } = draft;
  const facts: FaceFacts = {
    ...sample,
    number: earlier !== null && type.number.keeps ? earlier.state.number : '（颁发时编号）',
    identifier: '（颁发时编号）',
    holder: draft.holder ?? { kind: 'firm', name: '', number: '' },
    validFrom: validity.from,
    validUntil: validity.until,
    values,
  };
  return pictureOf(type, facts, null);
}

async function sampleSeal(tx: Tx, type: TypeDefinition, issuerId: string, issuerName: string) {
  const kind = await sealKindOf(tx, type.sealKind);
  if (kind === undefined) return null;
  const [seal] = await loadUsableSeals(tx, issuerId, type.sealKind);
  return drawnSeal(seal ?? { wording: issuerName, line: kind.line, diameter: kind.diameter }, kind);
}

function pictureOf(
  type: TypeDefinition,
  facts: FaceFacts,
  drawing: Awaited<ReturnType<typeof drawnSeal>> | null,
): FacePicture {
  const { width, height } = type.layout;
  const place = drawing === null ? null : { drawing, ...sealPlace(type.layout, drawing.diameter) };
  return { svg: faceSvg(faceOf(type, facts), place), width, height };
}

const sampleCode = 'YS1:SAMPLE';
