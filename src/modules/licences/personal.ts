import { stableJson } from '../../kernel/json.ts';
import type { Tx } from '../../kernel/module.ts';
import type { TypeDefinition } from './rules/definition.ts';
import type { LicenceState } from './rules/licence.ts';
import type { FieldValues, HolderFacts } from './rules/values.ts';
import type { LicenceIndexes } from './store/licences.ts';

/** What is sealed of a licence: whose it is and everything on its face. */
export interface SealedValues {
  holder: HolderFacts;
  fields: FieldValues;
}

export function sealValues(tx: Tx, licenceId: string, values: SealedValues): string {
  return tx.services.personalData.seal(JSON.stringify(values), contextOf(licenceId));
}

export function openedValues(tx: Tx, state: Pick<LicenceState, 'id' | 'sealedValues'>): SealedValues {
  return JSON.parse(tx.services.personalData.open(state.sealedValues, contextOf(state.id))) as SealedValues;
}

export function indexesOf(tx: Tx, { name, number }: HolderFacts): Omit<LicenceIndexes, 'subject'> {
  const { personalData } = tx.services;
  return {
    holderName: personalData.blindIndex(name, contexts.name),
    holderNumber: number === '' ? null : personalData.blindIndex(number, contexts.number),
  };
}

export function nameIndexes(tx: Tx, name: string): string[] {
  return tx.services.personalData.blindIndexes(name, contexts.name);
}

export function numberIndexes(tx: Tx, numbers: readonly string[]): string[] {
  return numbers.flatMap((number) => tx.services.personalData.blindIndexes(number, contexts.number));
}

/** Under every known key, the current first; empty when a part of the subject is not known. */
export function subjectIndexOf(tx: Tx, { id, subject }: TypeDefinition, values: FieldValues): string[] {
  const parts = subject.map((field) => values[field] ?? '');
  if (parts.length === 0 || parts.includes('')) return [];
  return tx.services.personalData.blindIndexes(stableJson([id, ...parts]), contexts.subject);
}

const contexts = {
  name: 'licences.licence.holderName',
  number: 'licences.licence.holderNumber',
  subject: 'licences.licence.subject',
};

function contextOf(licenceId: string): string {
  return `licences.licence.values/${licenceId}`;
}
