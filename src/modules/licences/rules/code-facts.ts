import type { LocalDate } from '../../../kernel/time.ts';

/** What the signed code on a licence says; small enough for a code that a phone reads. */
export interface CodeFacts {
  typeName: string;
  number: string;
  identifier: string;
  /** A firm's name; of a person the surname. */
  holderLabel: string;
  /** Of a person not even a masked number: whoever sees the code could try it against others. */
  holderNumber: string | null;
  issuerName: string;
  issuedOn: LocalDate;
  validUntil: LocalDate | null;
}

type Fact = string | number | null;

/** A list, not a map: names would take more room than what they name. The first is the form's own mark. */
export function compactFacts(facts: CodeFacts): Fact[] {
  const { typeName, number, identifier, holderLabel, holderNumber, issuerName, issuedOn, validUntil } = facts;
  return [
    codeForm,
    typeName,
    number,
    identifier.slice(identifierStart.length),
    holderLabel,
    holderNumber,
    issuerName,
    asNumber(issuedOn),
    validUntil === null ? null : asNumber(validUntil),
  ];
}

/** For long names: what is cut off ends with an ellipsis, and the identifier still leads to the whole. */
export function shorterFacts(facts: CodeFacts): Fact[] {
  const cut = (text: string, most: number) =>
    [...text].length <= most ? text : `${[...text].slice(0, most).join('')}…`;
  return compactFacts({
    ...facts,
    typeName: cut(facts.typeName, 16),
    number: cut(facts.number, 24),
    holderLabel: cut(facts.holderLabel, 16),
    issuerName: cut(facts.issuerName, 14),
  });
}

export interface ReadCode {
  identifier: string;
  facts: { label: string; value: string }[];
  validUntil: LocalDate | null;
}

/** What a verified code says, for people; null when it is a code for something else. */
export function readCodeFacts(value: unknown): ReadCode | null {
  if (!Array.isArray(value) || value.length !== 9 || value[0] !== codeForm) return null;
  const [, typeName, number, identifier, holder, holderNumber, issuer, issuedOn, validUntil] = value as unknown[];
  if (![typeName, number, identifier, holder, issuer].every((part) => typeof part === 'string')) return null;
  if (typeof issuedOn !== 'number' || (typeof validUntil !== 'number' && validUntil !== null)) return null;
  const until = validUntil === null ? null : asDate(validUntil);
  const whole = `${identifierStart}${String(identifier)}`;
  const rows: [string, unknown][] = [
    ['证照', typeName],
    ['编号', number],
    ['持证人', holder],
    ['统一社会信用代码', holderNumber],
    ['颁发机关', issuer],
    ['颁发日期', asDate(issuedOn)],
    ['有效期至', until ?? '长期'],
    ['证照标识', whole],
  ];
  const facts = rows
    .filter(([, text]) => typeof text === 'string' && text !== '')
    .map(([label, text]) => ({ label, value: String(text) }));
  return { identifier: whole, facts, validUntil: until };
}

export const codeForm = 'L1';
const identifierStart = '1.2.156.3005.2.';

function asNumber(day: LocalDate): number {
  return Number(day.replaceAll('-', ''));
}

function asDate(day: number): LocalDate {
  const text = String(day).padStart(8, '0');
  return `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}`;
}
