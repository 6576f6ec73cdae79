import { z } from 'zod';
import { instant, localDate, uuid } from '../../kernel/endpoint.ts';
import { originKinds } from './rules/licence.ts';
import { standings, stateActions } from './rules/transitions.ts';

/** Shapes that several contracts of this module share. */

export const slug = z.string().trim().min(1, '请选择。').max(64);
export const reason = z.string().trim().min(1, '请写明理由。').max(500);
export const basis = z.object({ title: z.string(), article: z.string() });
export const licenceId = { licenceId: uuid };
export const fileFormat = z.enum(['ofd', 'pdf']);
export const values = z.record(z.string().max(64), z.string().max(2000));
export const exampleId = '01920000-0000-7000-8000-00000000000a';

/** A line of a list. Names of persons are masked, numbers of persons are not shown. */
export const listedLicence = z.object({
  licenceId: uuid,
  identifier: z.string(),
  typeId: z.string(),
  typeName: z.string(),
  number: z.string(),
  version: z.number().int(),
  issuerId: z.string(),
  issuerName: z.string(),
  holderKind: z.enum(['firm', 'person']),
  holderLabel: z.string(),
  issuedOn: localDate,
  validFrom: localDate,
  /** Null: long term. */
  validUntil: localDate.nullable(),
  state: z.enum(standings),
  stateName: z.string(),
  stateCode: z.string(),
});

export const stateChange = z.object({
  action: z.enum([...stateActions, 'replace']),
  zh: z.string(),
  at: instant,
  from: localDate,
  until: localDate.nullable(),
  reason: z.string(),
  basis,
  documentNo: z.string(),
  by: z.string(),
});

export const versionRef = z.object({
  licenceId: uuid,
  identifier: z.string(),
  version: z.number().int(),
  stateName: z.string(),
});

/** One licence whole: for officers in reach and for the holder. */
export const wholeLicence = listedLicence.extend({
  typeCode: z.string(),
  issuerCode: z.string(),
  serial: z.string(),
  basis: z.string(),
  origin: z.object({ how: z.enum(originKinds), name: z.string(), caseId: uuid.nullable(), reason: z.string() }),
  holderName: z.string(),
  holderNumber: z.string(),
  fields: z.array(
    z.object({ id: z.string(), label: z.string(), value: z.string(), shown: z.string(), personal: z.boolean() }),
  ),
  validityText: z.string(),
  files: z.array(
    z.object({
      format: fileFormat,
      sha256: z.string(),
      size: z.number().int(),
      /** Where the content is fetched. */
      href: z.string(),
    }),
  ),
  seal: z.object({ sealId: uuid, name: z.string(), sealedAt: instant }),
  /** The text of the code on the face and its picture. */
  code: z.object({ text: z.string(), svg: z.string() }),
  changes: z.array(stateChange),
  predecessor: versionRef.nullable(),
  successor: versionRef.nullable(),
  history: z.array(z.object({ at: instant, words: z.string(), by: z.string() })),
});

export const face = z.object({
  /** The face as a picture for the page: one element <svg>, sizes in millimetres. */
  svg: z.string(),
  width: z.number(),
  height: z.number(),
});
