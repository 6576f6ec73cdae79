import type { Tx } from '../../kernel/module.ts';
import type { LocalDate } from '../../kernel/time.ts';
import { unitDirectory } from '../org/index.ts';
import type { TypeDefinition } from './rules/definition.ts';
import { buildIdentifier } from './rules/identifier.ts';
import { countsSerial, licenceNumber } from './rules/numbers.ts';
import { buildUscc, segmentNumber } from './rules/uscc.ts';
import { codeOf, type Answer, type FieldValues, type SourceFacts } from './rules/values.ts';
import { settingsOf } from './settings.ts';
import type { LicenceRow } from './store/licences.ts';
import { nextSerial } from './store/serials.ts';

export interface Identity {
  identifier: string;
  issuerCode: string;
  serial: string;
  serialNumber: number;
  version: number;
}

/** A next version keeps the serial of the first and counts up its own part. */
export async function identityOf(
  tx: Tx,
  type: TypeDefinition,
  issuerId: string,
  on: LocalDate,
  earlier: LicenceRow | null,
): Promise<Identity> {
  if (earlier !== null) {
    const { typeCode, issuer, serial } = earlier.state;
    const version = earlier.state.version + 1;
    const identifier = buildIdentifier({ typeCode, issuerCode: issuer.code, serial, version });
    return { identifier, issuerCode: issuer.code, serial, serialNumber: Number(serial.slice(4)), version };
  }
  const issuerCode = await issuerCodeOf(tx, issuerId);
  const year = on.slice(0, 4);
  const serialNumber = await nextSerial(tx, type.code, issuerCode, year);
  const serial = `${year}${String(serialNumber).padStart(7, '0')}`;
  const identifier = buildIdentifier({ typeCode: type.code, issuerCode, serial, version: 1 });
  return { identifier, issuerCode, serial, serialNumber, version: 1 };
}

/** The number on the face: what the paper says, what the version before had, or the next by the type's pattern. */
export async function numberFor(
  tx: Tx,
  type: TypeDefinition,
  facts: {
    issuerId: string;
    on: LocalDate;
    stated: string;
    earlier: LicenceRow | null;
    values: FieldValues;
    facts: SourceFacts;
    serial: number;
  },
): Promise<string> {
  if (facts.stated !== '') return facts.stated;
  if (facts.earlier !== null && type.number.keeps) return facts.earlier.state.number;
  // Where each version has a number of its own, numbers and identifiers are two series.
  const { counts, keeps, pattern } = type.number;
  const period = counts === 'day' ? facts.on : keeps ? null : `${facts.on.slice(0, 4)} numbers`;
  const serial =
    period !== null && countsSerial(pattern)
      ? await nextSerial(tx, type.code, await issuerCodeOf(tx, facts.issuerId), period)
      : facts.serial;
  return licenceNumber(pattern, {
    on: facts.on,
    region: tx.region,
    serial,
    field: (id) => facts.values[id] ?? '',
    code: (id) => {
      const field = type.fields.find((one) => one.id === id);
      return field === undefined ? '' : codeOf(field, facts.facts, facts.values[id] ?? '');
    },
  });
}

/** A credit code for a new firm, from the county's segment: gapless, like every series here. */
export async function assignedCode(
  tx: Tx,
  itemId: string,
  answers: Readonly<Record<string, Answer | undefined>>,
): Promise<string> {
  const { usccSegment } = await settingsOf(tx.services);
  const kind = answers.enterpriseType?.value;
  const prefix =
    usccSegment.prefixes[itemId] ??
    (typeof kind === 'string' ? usccSegment.prefixes[kind] : undefined) ??
    usccSegment.otherwise;
  const next = await nextSerial(tx, 'USCC', tx.region, usccSegment.organisation);
  return buildUscc(prefix, tx.region, `${usccSegment.organisation}${segmentNumber(next)}`);
}

async function issuerCodeOf(tx: Tx, unitId: string): Promise<string> {
  const { issuerCodes } = await settingsOf(tx.services);
  const directory = await unitDirectory(tx);
  return issuerCodes[unitId] ?? directory.byId(unitId)?.uscc ?? tx.region;
}
