import { checkUscc } from '../../../kernel/identifiers.ts';

/**
 * The identifier of an electronic licence (电子证照标识): root, type code, issuer code, serial, version and a check sign
 * by ISO 7064 MOD 37,36 over these four, without root and dots.
 */
export interface LicenceIdentifier {
  typeCode: string;
  issuerCode: string;
  serial: string;
  version: number;
}

export const identifierRoot = '1.2.156.3005.2';

export function buildIdentifier({ typeCode, issuerCode, serial, version }: LicenceIdentifier): string {
  const parts = [typeCode, issuerCode, serial, versionText(version)];
  const fault = parts.find((part) => !isIdentifierPart(part));
  if (fault !== undefined) throw new RangeError(`“${fault}” cannot stand in an identifier`);
  return [identifierRoot, ...parts, checkSign(parts.join(''))].join('.');
}

/** Null for what is no identifier; a wrong check sign is no identifier. */
export function parseIdentifier(text: string): LicenceIdentifier | null {
  const plain = text.trim().toUpperCase();
  if (!plain.startsWith(`${identifierRoot}.`)) return null;
  const parts = plain.slice(identifierRoot.length + 1).split('.');
  const [typeCode, issuerCode, serial, version, sign] = parts;
  if (parts.length !== 5 || !typeCode || !issuerCode || !serial || !version || !sign) return null;
  if (![typeCode, issuerCode, serial].every(isIdentifierPart) || !/^\d{3}$/.test(version)) return null;
  if (checkSign(`${typeCode}${issuerCode}${serial}${version}`) !== sign) return null;
  return { typeCode, issuerCode, serial, version: Number(version) };
}

/** ISO 7064 MOD 37,36: one sign of 0–9 A–Z for a text of the same. */
export function checkSign(text: string): string {
  let rest = 36;
  for (const sign of text) {
    rest += alphabet.indexOf(sign);
    rest = ((rest % 36 || 36) * 2) % 37;
  }
  return alphabet[(37 - rest) % 36] ?? '';
}

/** GB/T 36902: the definer's 18 signs and a sequence of three. */
export function typeCodeFault(code: string): string | null {
  if (!/^[0-9A-Z]{21}$/.test(code)) return '类型代码由定义机构的统一社会信用代码（18位）和3位顺序码组成';
  const fault = checkUscc(code.slice(0, 18));
  return fault === null ? null : `类型代码前18位：${fault}`;
}

/** Ministries write their credit code, others a region code or a shorter one of their own; only 18 signs are checked. */
export function issuerCodeFault(code: string): string | null {
  if (!isIdentifierPart(code)) return '颁发机构代码只能是数字和大写字母';
  return code.length === 18 ? checkUscc(code) : null;
}

export function isIdentifierPart(text: string): boolean {
  return /^[0-9A-Z]{1,40}$/.test(text);
}

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';

function versionText(version: number): string {
  if (!Number.isInteger(version) || version < 1 || version > 999) throw new RangeError(`no version ${version}`);
  return String(version).padStart(3, '0');
}
