import type { Issue } from '../../../kernel/errors.ts';
import { checkIdNumber, checkUscc, normaliseIdNumber, normaliseUscc } from '../../../kernel/identifiers.ts';
import { chineseDate, type LocalDate } from '../../../kernel/time.ts';
import { isRealDate, lastDayOf, plusDays } from './dates.ts';
import type { LicenceField, TypeDefinition } from './definition.ts';

/** What stands in the fields of a licence, as text; a date as `YYYY-MM-DD`. */
export type FieldValues = Readonly<Record<string, string>>;

/** An answer of an application: as stored and as people read it. */
export interface Answer {
  value: string | number | boolean | readonly string[] | null;
  text: string;
}

export interface HolderFacts {
  kind: 'firm' | 'person';
  name: string;
  number: string;
}

/** Everything a source may point at. */
export interface SourceFacts {
  answers: Readonly<Record<string, Answer | undefined>>;
  holder: HolderFacts | null;
  documentNo: string;
  issuedOn: LocalDate;
  /** The item that was applied for; empty when it is issued by hand. */
  itemId: string;
  /** Values of licences of the same application, by type. */
  licences: Readonly<Record<string, FieldValues | undefined>>;
  /** The version before, whose values stay unless something newer is said. */
  earlier: FieldValues;
  /** Codes given out for this licence: `uscc`. */
  assigned: Readonly<Record<string, string | undefined>>;
  /** What an officer typed. */
  typed: FieldValues;
}

/** The value of the first source that has one; null when none has. */
export function firstOf(sources: readonly string[], facts: SourceFacts, as: 'text' | 'plain' = 'text'): string | null {
  for (const source of sources) {
    const value = lookUp(source, facts, as)?.trim();
    if (value !== undefined && value !== '') return value;
  }
  return null;
}

/** Whom it is for; null when the sources give no name. */
export function holderOf(type: TypeDefinition, facts: SourceFacts): HolderFacts | null {
  const { kind, name, number, personName, personNumber } = type.holder;
  const firm = kind === 'person' ? null : firstOf(name, facts);
  if (firm !== null) return { kind: 'firm', name: firm, number: normaliseUscc(firstOf(number, facts, 'plain') ?? '') };
  const person = kind === 'firm' ? null : firstOf(personName, facts);
  if (person === null) return null;
  return { kind: 'person', name: person, number: normaliseIdNumber(firstOf(personNumber, facts, 'plain') ?? '') };
}

/** Every field's value and what keeps the licence from being issued. */
export function valuesOf(type: TypeDefinition, facts: SourceFacts): { values: FieldValues; issues: Issue[] } {
  const values: Record<string, string> = {};
  const issues: Issue[] = [];
  for (const field of type.fields) {
    const value = valueOf(field, facts);
    const fault = value === '' ? missing(field) : faultOf(field, value);
    if (fault !== null) issues.push({ path: `/values/${field.id}`, message: fault });
    if (value !== '') values[field.id] = value;
  }
  for (const id of Object.keys(facts.typed)) {
    if (!type.fields.some((field) => field.id === id))
      issues.push({ path: `/values/${id}`, message: `“${type.name}”上没有“${id}”这个栏目。` });
  }
  return { values, issues };
}

/** The code that stands for an answer in the number. */
export function codeOf(field: LicenceField, facts: SourceFacts, value: string): string {
  const raw = firstOf(field.from, facts, 'plain') ?? '';
  const byWords = Object.entries(field.words).find(([, words]) => words === value)?.[0] ?? '';
  return field.codes[raw] ?? field.codes[byWords] ?? field.codes[value] ?? field.codes['*'] ?? '';
}

export interface Validity {
  from: LocalDate;
  until: LocalDate | null;
}

/**
 * From when until when. A renewal in time begins the day after the old end; a change keeps the old end; otherwise the
 * type's own rule.
 */
export function validityOf(
  type: TypeDefinition,
  facts: SourceFacts,
  issuedOn: LocalDate,
  earlier: (Validity & { how: 'renewed' | 'kept' }) | null = null,
): Validity {
  if (earlier?.how === 'kept') return { from: earlier.from, until: earlier.until };
  const renewsInTime = earlier !== null && earlier.until !== null && earlier.until >= issuedOn;
  const from = renewsInTime ? plusDays(earlier.until ?? issuedOn, 1) : issuedOn;
  const { until, yearsFrom, years, months } = type.validity;
  const said = firstOf(until, facts, 'plain');
  if (said !== null && isRealDate(said) && said >= from) return { from, until: said };
  const saidYears = Number(firstOf(yearsFrom, facts, 'plain') ?? Number.NaN);
  if (Number.isInteger(saidYears) && saidYears >= 1 && saidYears <= 100)
    return { from, until: lastDayOf(from, saidYears * 12) };
  if (years !== undefined) return { from, until: lastDayOf(from, years * 12) };
  if (months !== undefined) return { from, until: lastDayOf(from, months) };
  return { from, until: null };
}

/** `2026年11月23日至2031年11月22日`, `长期` */
export function validityText({ from, until }: Validity): string {
  return until === null ? '长期' : `${chineseDate(from)}至${chineseDate(until)}`;
}

/** A field as it stands on the face and on pages. */
export function shownValue(field: LicenceField, value: string | undefined): string {
  if (value === undefined || value === '') return '';
  if (field.kind === 'date' && isRealDate(value)) return chineseDate(value);
  return field.unit === '' ? value : `${value}${field.unit}`;
}

function valueOf(field: LicenceField, facts: SourceFacts): string {
  const typed = facts.typed[field.id]?.trim();
  if (typed !== undefined && typed !== '') return normalised(field, typed);
  const plain = firstOf(field.from, facts, 'plain');
  const words = plain === null ? undefined : field.words[plain];
  if (words !== undefined) return words;
  const asPlain =
    field.kind === 'date' || field.kind === 'number' || field.kind === 'uscc' || field.kind === 'idNumber';
  const value = asPlain ? plain : firstOf(field.from, facts);
  return normalised(field, value ?? facts.earlier[field.id] ?? '');
}

function normalised(field: LicenceField, value: string): string {
  if (field.kind === 'uscc') return normaliseUscc(value);
  return field.kind === 'idNumber' ? normaliseIdNumber(value) : value.trim();
}

function missing(field: LicenceField): string | null {
  return field.required ? `请填写“${field.label}”。` : null;
}

function faultOf({ kind, label }: LicenceField, value: string): string | null {
  const told = (fault: string | null) => (fault === null ? null : `“${label}”：${fault}`);
  switch (kind) {
    case 'uscc':
      return told(checkUscc(value));
    case 'idNumber':
      return told(checkIdNumber(value));
    case 'date':
      return isRealDate(value) ? null : `“${label}”要写成 2026-11-23 这样，而且是真有的一天。`;
    case 'number':
      return /^\d{1,12}(\.\d{1,6})?$/.test(value) ? null : `“${label}”要写数字。`;
    case 'text':
      return [...value].length <= 200 ? null : `“${label}”太长，最多 200 个字。`;
    case 'longText':
      return [...value].length <= 2000 ? null : `“${label}”太长，最多 2000 个字。`;
  }
}

function lookUp(source: string, facts: SourceFacts, as: 'text' | 'plain'): string | undefined {
  const at = source.indexOf(':');
  const [kind, name] = [source.slice(0, at), source.slice(at + 1)];
  switch (kind) {
    case 'element': {
      const answer = facts.answers[name];
      if (answer === undefined || answer.value === null) return undefined;
      return as === 'text' || Array.isArray(answer.value) ? answer.text : String(answer.value);
    }
    case 'holder':
      return name === 'name' ? facts.holder?.name : facts.holder?.number;
    case 'licence': {
      const [type = '', field = ''] = name.split('.');
      return facts.licences[type]?.[field];
    }
    case 'decision':
      return name === 'issuedOn' ? facts.issuedOn : facts.documentNo;
    case 'earlier':
      return facts.earlier[name];
    case 'item': {
      const cut = name.indexOf('=');
      return name.slice(0, cut) === facts.itemId ? name.slice(cut + 1) : undefined;
    }
    case 'assigned':
      return facts.assigned[name];
    case 'text':
      return name;
    default:
      return undefined;
  }
}
