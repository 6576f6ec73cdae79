/** Whoever raised a ticket is kept apart from it: his name and numbers are blotted out of every text before it is recorded. */

export interface Identity {
  names: readonly string[];
  /** Phone, identity number, e-mail, in any spelling. */
  numbers: readonly string[];
}

const blot = '＊＊';
const mobile = /(?<![\dA-Za-z])(?:\+?86[- ]?)?1[3-9](?:[ -]?\d){9}(?!\d)/g;
const landline = /(?<!\d)0\d{2,3}[- ]?\d{7,8}(?!\d)/g;
const idNumber = /(?<![\dA-Za-z])\d{17}[\dXx](?![\dA-Za-z])/g;
const email = /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g;

export function redact(text: string, identity: Identity): string {
  let plain = toHalfWidthDigits(text);
  for (const pattern of [idNumber, mobile, landline, email]) plain = plain.replace(pattern, blot);
  for (const number of identity.numbers) plain = blotDigits(plain, number);
  for (const name of identity.names) {
    if (Array.from(name.trim()).length >= 2) plain = plain.replace(spaced(name.trim()), blot);
  }
  return plain;
}

/** Names and numbers of given people only: for what staff write about a confidential ticket. */
export function redactKnown(text: string, identity: Identity): string {
  let plain = text;
  for (const number of identity.numbers) plain = blotDigits(plain, number);
  for (const name of identity.names)
    if (Array.from(name.trim()).length >= 2) plain = plain.replace(spaced(name.trim()), blot);
  return plain;
}

/** 张 秀 兰 is 张秀兰. */
function spaced(name: string): RegExp {
  return new RegExp(Array.from(name, (sign) => sign.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('[\\s·.]*'), 'gu');
}

/** A number is the same whatever stands between its digits. */
function blotDigits(text: string, number: string): string {
  const signs = number.replace(/[^0-9A-Za-z@.]/g, '');
  if (signs.length < 6) return text;
  const pattern = Array.from(signs, (sign) => sign.replace(/[.@]/g, '\\$&')).join('[\\s-]*');
  return text.replace(new RegExp(pattern, 'gi'), blot);
}

function toHalfWidthDigits(text: string): string {
  return text.replace(/[０-９]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0));
}
