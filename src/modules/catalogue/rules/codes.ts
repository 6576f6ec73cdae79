/**
 * 实施编码 = USCC of the agency (18) + level (1) + basic code (12); 业务办理项编码 adds 2; 办件编号 adds the day (8) and a
 * serial of at least four digits.
 */
export interface ItemCodeParts {
  uscc: string;
  level: string;
  basicCode: string;
}

const usccPattern = '[0-9A-HJ-NP-RTUW-Y]{18}';
const itemCodePattern = new RegExp(`^(${usccPattern})([1-6])([0-9A-Z]{12})$`);
const handlingCodePattern = new RegExp(`^(${usccPattern}[1-6][0-9A-Z]{12})([0-9A-Z]{2})$`);
const caseNumberPattern = new RegExp(
  `^(${usccPattern}[1-6][0-9A-Z]{12})(\\d{4})(\\d{2})(\\d{2})(\\d{4}|[1-9]\\d{4,8})$`,
);

/** The 31 characters; throws RangeError for parts that no code can hold, which publishing checks before. */
export function buildItemCode(parts: ItemCodeParts): string {
  const code = `${parts.uscc}${parts.level}${parts.basicCode}`;
  if (!itemCodePattern.test(code)) throw new RangeError(`not an item code: ${code}`);
  return code;
}

export function parseItemCode(code: string): ItemCodeParts | null {
  const match = itemCodePattern.exec(code);
  if (match === null) return null;
  const [, uscc = '', level = '', basicCode = ''] = match;
  return { uscc, level, basicCode };
}

/** 业务办理项编码, 33 characters; `handling` 1…99. */
export function buildHandlingCode(itemCode: string, handling: number): string {
  const code = `${itemCode}${String(handling).padStart(2, '0')}`;
  if (!handlingCodePattern.test(code)) throw new RangeError(`not a handling code: ${code}`);
  return code;
}

export function parseHandlingCode(code: string): { itemCode: string; handling: string } | null {
  const match = handlingCodePattern.exec(code);
  return match === null ? null : { itemCode: match[1] ?? '', handling: match[2] ?? '' };
}

/**
 * The serial has four digits up to 9999 and then grows: the ten-thousandth case of a day ends in `10000`.
 * No number is used twice and none is cut; readers take everything after the day as the serial.
 */
export function buildCaseNumber(itemCode: string, day: string, serial: number): string {
  const number = `${itemCode}${day.replaceAll('-', '')}${String(serial).padStart(4, '0')}`;
  if (!Number.isInteger(serial) || serial < 1 || !caseNumberPattern.test(number)) {
    throw new RangeError(`not a case number: ${number}`);
  }
  return number;
}

export function parseCaseNumber(number: string): { itemCode: string; day: string; serial: number } | null {
  const match = caseNumberPattern.exec(number);
  if (match === null) return null;
  const [, itemCode = '', year = '', month = '', date = '', serial = ''] = match;
  return { itemCode, day: `${year}-${month}-${date}`, serial: Number(serial) };
}
