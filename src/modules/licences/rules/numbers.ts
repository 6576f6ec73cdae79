import type { LocalDate } from '../../../kernel/time.ts';

/**
 * Numbers that stand on licences, by a pattern: `{year}`, `{date}`, `{region}`, `{region:4}` (its last four),
 * `{serial:6}`, `{code:FIELD}` (what stands for the field's value), `{FIELD}`, and `{check}`: ISO 7064 MOD 11,10 over the
 * digits before it.
 */
export interface NumberFacts {
  on: LocalDate;
  region: string;
  serial: number;
  field(id: string): string;
  code(id: string): string;
}

export function licenceNumber(pattern: string, facts: NumberFacts): string {
  let number = '';
  for (const token of numberTokens(pattern)) number += textOf(token, facts, number);
  return number;
}

export type NumberToken =
  | { kind: 'literal' | 'unknown'; text: string }
  | { kind: 'year' | 'date' | 'check' }
  | { kind: 'region' | 'serial'; width: number }
  | { kind: 'field' | 'code'; id: string };

export function numberTokens(pattern: string): NumberToken[] {
  return pattern
    .split(/(\{[^{}]*\})/)
    .filter((part) => part !== '')
    .map((part): NumberToken => {
      if (!part.startsWith('{')) return { kind: 'literal', text: part };
      const [name = '', argument] = part.slice(1, -1).split(':');
      if (argument === undefined) {
        if (name === 'year' || name === 'date' || name === 'check') return { kind: name };
        if (name === 'region') return { kind: name, width: 6 };
        if (name === 'serial') return { kind: name, width: 1 };
        return /^[a-z][A-Za-z0-9]*$/.test(name) ? { kind: 'field', id: name } : { kind: 'unknown', text: part };
      }
      if (name === 'code' && /^[a-z][A-Za-z0-9]*$/.test(argument)) return { kind: 'code', id: argument };
      const isWidth = /^([1-9]|1[0-2])$/.test(argument);
      if ((name === 'region' || name === 'serial') && isWidth) return { kind: name, width: Number(argument) };
      return { kind: 'unknown', text: part };
    });
}

/** Whether the number counts at all: `{uscc}` alone does not. */
export function countsSerial(pattern: string): boolean {
  return numberTokens(pattern).some(({ kind }) => kind === 'serial');
}

/** ISO 7064 MOD 11,10 over decimal digits. */
export function decimalCheck(digits: string): string {
  let rest = 10;
  for (const digit of digits) rest = (((rest + Number(digit)) % 10 || 10) * 2) % 11;
  return String((11 - rest) % 10);
}

function textOf(token: NumberToken, facts: NumberFacts, before: string): string {
  switch (token.kind) {
    case 'literal':
    case 'unknown':
      return token.text;
    case 'year':
      return facts.on.slice(0, 4);
    case 'date':
      return facts.on.replaceAll('-', '');
    case 'region':
      return facts.region.slice(-token.width);
    case 'serial':
      return String(facts.serial).padStart(token.width, '0');
    case 'field':
      return facts.field(token.id);
    case 'code':
      return facts.code(token.id);
    case 'check':
      return decimalCheck(before.replace(/\D/g, ''));
  }
}
