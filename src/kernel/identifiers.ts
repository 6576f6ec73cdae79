import type { LocalDate } from './time.ts';

/**
 * The numbers by which people, firms and papers are known. `check…` answers null or what to tell the person who typed
 * it; `normalise…` answers the one spelling we store, or null when the text is no such number.
 */

/** Half-width, without the spaces people add; rare characters stay as they are. */
export function halfWidth(text: string): string {
  return text
    .replace(/[\uff01-\uff5e]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
    .replace(/\u3000/g, ' ')
    .trim();
}

/** Unified social credit code (GB 32100). See `isOverridableUscc` for what a clerk may let pass. */
export function checkUscc(text: string): string | null {
  const code = normaliseUscc(text);
  if (code === '') return '请填写统一社会信用代码。';
  if (code.length !== 18) return `统一社会信用代码应当是 18 位，现在是 ${code.length} 位。`;
  const strange = [...code].find((sign) => !usccAlphabet.includes(sign));
  if (strange) return `统一社会信用代码里不会有“${strange}”（不使用字母 I、O、S、V、Z），请对照营业执照检查。`;
  if (!usccShape.test(code)) return '统一社会信用代码的第 3 至 8 位应当是数字（登记机关所在地），请对照营业执照检查。';
  if (usccCheckSign(code) !== code[17]) return '统一社会信用代码的校验位对不上，可能抄错了一位，请对照营业执照检查。';
  return null;
}

/**
 * Only the check sign is wrong. Codes handed out in the pilot years fail it and are legal all the same: an officer may
 * accept one, giving the reason.
 */
export function isOverridableUscc(text: string): boolean {
  const code = normaliseUscc(text);
  return usccShape.test(code) && usccCheckSign(code) !== code[17];
}

export function normaliseUscc(text: string): string {
  return halfWidth(text).replace(/[\s-]/g, '').toUpperCase();
}

/** Whether positions 9–17 carry their own check sign (GB 11714); a hint for matching registers, not a rule. */
export function isOrganisationCodeSound(uscc: string): boolean {
  const code = normaliseUscc(uscc).slice(8, 17);
  if (!/^[0-9A-Z]{8}[0-9X]$/.test(code)) return false;
  const sum = organisationWeights.reduce(
    (total, weight, at) => total + weight * Number.parseInt(code[at] ?? '', 36),
    0,
  );
  return '0123456789X0'[11 - (sum % 11)] === code[8];
}

/**
 * Resident identity number (GB 11643). `today` bounds the birth date; where no day is at hand (pure checks of a form)
 * only that bound is left out. The region may have been abolished long ago and is not looked up.
 */
export function checkIdNumber(text: string, today?: LocalDate): string | null {
  const id = normaliseIdNumber(text);
  if (id === '') return '请填写身份证号码。';
  if (/^\d{15}$/.test(id)) return '15 位的旧身份证号码已经停用，请填写 18 位的身份证号码。';
  if (id.length !== 18) return `身份证号码应当是 18 位，现在是 ${id.length} 位。`;
  if (!/^[1-9]\d{16}[\dX]$/.test(id)) return '身份证号码应当是 17 位数字加最后一位数字或 X。';
  const birth = birthDateOf(id);
  if (!isRealDate(birth) || birth < '1900-01-01') return '身份证号码里的出生日期不存在，请检查第 7 至 14 位。';
  if (today !== undefined && birth > today) return '身份证号码里的出生日期还没有到，请检查第 7 至 14 位。';
  if (idCheckSign(id) !== id[17]) return '身份证号码的最后一位对不上，可能抄错了一位，请检查。';
  return null;
}

export function normaliseIdNumber(text: string): string {
  return halfWidth(text).replace(/\s/g, '').toUpperCase();
}

/** The birth date in an 18-digit identity number. */
export function birthDateOf(id: string): LocalDate {
  return `${id.slice(6, 10)}-${id.slice(10, 12)}-${id.slice(12, 14)}`;
}

/**
 * A phone number as stored: `13812345678`, `0917-7962345`, `4008001234`, `12345`, an extension after `转`. A bare
 * seven- or eight-digit number gets the county's area code if one is given. Null when it is no phone number.
 */
export function normalisePhone(text: string, areaCode?: string): string | null {
  const [number = '', extension, ...rest] = halfWidth(text).split(/转|ext\.?|#/i);
  if (rest.length > 0 || (extension !== undefined && !/^\s*\d{1,6}\s*$/.test(extension))) return null;
  if (!/^[+\d\s().\-\u2010-\u2015]+$/.test(number)) return null;
  const digits = number.replace(/[^\d+]/g, '').replace(/^(\+86|0086)0?(?=\d{10,11}$)/, restoreTrunk);
  const plain = plainPhone(digits, areaCode);
  return plain === null ? null : `${plain}${extension === undefined ? '' : `转${extension.trim()}`}`;
}

/** Any number that can be called; with `mobileOnly`, one that can receive a text message. */
export function checkPhone(text: string, options: { areaCode?: string; mobileOnly?: boolean } = {}): string | null {
  if (text.trim() === '') return '请填写联系电话。';
  const phone = normalisePhone(text, options.areaCode);
  if (options.mobileOnly && (phone === null || !mobile.test(phone))) {
    return '请填写 11 位手机号码，例如 13812345678。';
  }
  if (phone === null) return '联系电话应当是 11 位手机号码，或者带区号的座机号码，例如 13812345678、0917-7962345。';
  return null;
}

/**
 * The number of an official paper (GB/T 9704): `麟政办发〔2022〕32号`, whatever brackets, zeros and spaces it was
 * typed with. Null when the text is no such number.
 */
export function normaliseDocumentNo(text: string): string | null {
  const plain = halfWidth(text).replace(/\s/g, '');
  const parts = /^(\p{Script=Han}{1,15})[〔[(【［（﹝](\d{4})[〕\])】］）﹞]第?0*([1-9]\d{0,5})号?$/u.exec(plain);
  return parts ? `${parts[1]}〔${parts[2]}〕${parts[3]}号` : null;
}

export function checkDocumentNo(text: string): string | null {
  if (text.trim() === '') return '请填写文号。';
  return normaliseDocumentNo(text) === null ? '文号应当像“麟政办发〔2022〕32号”这样：机关代字、年份、序号。' : null;
}

const usccAlphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const usccShape = /^[0-9A-HJ-NP-RTUW-Y]{2}\d{6}[0-9A-HJ-NP-RTUW-Y]{10}$/;
const organisationWeights = [3, 7, 9, 10, 5, 8, 4, 2];
const idWeights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const mobile = /^1[3-9]\d{9}$/;

function usccCheckSign(code: string): string | undefined {
  let sum = 0;
  let weight = 1;
  for (const sign of code.slice(0, 17)) {
    sum += usccAlphabet.indexOf(sign) * weight;
    weight = (weight * 3) % 31;
  }
  return usccAlphabet[(31 - (sum % 31)) % 31];
}

function idCheckSign(id: string): string | undefined {
  const sum = idWeights.reduce((total, weight, at) => total + weight * Number(id[at]), 0);
  return '10X98765432'[sum % 11];
}

function isRealDate(day: LocalDate): boolean {
  const [year = 0, month = 0, date = 0] = day.split('-').map(Number);
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
  return date >= 1 && date <= days;
}

/** Behind the country code a landline has lost its leading zero; a mobile number never had one. */
function restoreTrunk(_prefix: string, _code: string, offset: number, whole: string): string {
  const national = whole.slice(offset).replace(/^(\+86|0086)0?/, '');
  return mobile.test(national) ? '' : '0';
}

function plainPhone(digits: string, areaCode: string | undefined): string | null {
  if (mobile.test(digits) || /^[48]00\d{7}$/.test(digits)) return digits;
  // Emergency, service and bank numbers: 110, 12345, 95598, 962196.
  if (/^(1[12]\d|1[012]\d{3}|9[56]\d{3,4})$/.test(digits)) return digits;
  const landline = /^(010|02\d|0[3-9]\d{2})([2-9]\d{6,7})$/.exec(digits);
  if (landline) return `${landline[1]}-${landline[2]}`;
  return areaCode !== undefined && /^[2-9]\d{6,7}$/.test(digits) ? `${areaCode}-${digits}` : null;
}
