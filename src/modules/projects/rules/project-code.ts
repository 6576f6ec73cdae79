import { halfWidth } from '../../../kernel/identifiers.ts';

/**
 * 一项目一码. The national code is given by the platform of 发改 and only checked here; until it is, a project has a
 * provisional one of ours.
 *
 * Standing: GB/T 40058-2021 names the parts as time (four digits), region (six), the central department in charge (two),
 * kind of project (two), a random number and a check digit (six together). Codes given before it was introduced in late
 * 2020 have the year in front and a running number at the end. Projects live long, so both are taken; only the shape,
 * the time and the province are judged. The way the check digit is computed was not at hand and is not guessed.
 */
export type ProjectCode =
  | { kind: 'national'; code: string; year: number; month: number | null; region: string }
  | { kind: 'provisional'; code: string; year: number; region: string; number: number };

export type ProjectCodeFault = { kind: 'fault'; why: string };

/** Reads either code, forgiving spaces, full-width digits and dashes, and missing dashes of a national code. */
export function readProjectCode(text: string): ProjectCode | ProjectCodeFault {
  const tidy = halfWidth(text)
    .replace(/[—–－−‐]/g, '-')
    .replace(/\s+/g, '')
    .toUpperCase();
  return tidy.startsWith('P') ? readProvisional(tidy) : readNational(tidy);
}

/** `P-610329-2022-000123-8`: region, year, number within it, check digit. Never mistaken for a national code. */
export function provisionalCode(region: string, year: number, number: number): string {
  const code = `P-${region}-${year}-${String(number).padStart(6, '0')}`;
  if (!provisionalPattern.test(`${code}-0`)) throw new RangeError(`not a region, year and number: ${code}`);
  return `${code}-${checkDigit(code)}`;
}

const nationalPattern = /^(\d{4})-?(\d{6})-?(\d{2})-?(\d{2})-?(\d{6})$/;
const provisionalPattern = /^P-(\d{6})-(20\d{2})-(\d{6})-(\d)$/;

/** Provinces by GB/T 2260, with 66 for the production corps, which gives codes of its own. */
const provinces = new Set(
  '11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 66 71 81 82 00'.split(
    ' ',
  ),
);

function readNational(text: string): ProjectCode | ProjectCodeFault {
  const match = nationalPattern.exec(text);
  if (match === null) return fault('项目代码是24位数字，写法如 2204-610329-04-01-123456');
  const [, time = '', region = '', department = '', kind = '', last = ''] = match;
  const when = readTime(time);
  if (when === null) return fault(`项目代码开头的“${time}”不是年份，也不是年月`);
  if (!provinces.has(region.slice(0, 2))) return fault(`项目代码里的地区代码“${region}”不存在`);
  return { kind: 'national', code: [time, region, department, kind, last].join('-'), ...when, region };
}

/** `2022` before the standard, `2204` (April 2022) since. `2012` reads as December 2020: in 2012 no codes were given. */
function readTime(text: string): { year: number; month: number | null } | null {
  const [head, tail] = [Number(text.slice(0, 2)), Number(text.slice(2))];
  if (head === 20 && tail >= 13) return { year: 2000 + tail, month: null };
  return head >= 20 && tail >= 1 && tail <= 12 ? { year: 2000 + head, month: tail } : null;
}

function readProvisional(text: string): ProjectCode | ProjectCodeFault {
  const match = provisionalPattern.exec(text);
  if (match === null) return fault('临时编号的写法如 P-610329-2022-000123-8');
  const [, region = '', year = '', number = '', digit] = match;
  if (checkDigit(text.slice(0, -2)) !== Number(digit)) return fault('临时编号的最后一位不对，请核对');
  return { kind: 'provisional', code: text, year: Number(year), region, number: Number(number) };
}

/** Luhn over the digits: one wrong digit, or two neighbours exchanged, does not pass (but for 09 and 90). */
function checkDigit(code: string): number {
  const digits = [...code.replace(/\D/g, '')].reverse().map(Number);
  const sum = digits.reduce((total, digit, index) => {
    const doubled = index % 2 === 0 ? digit * 2 : digit;
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return (10 - (sum % 10)) % 10;
}

function fault(why: string): ProjectCodeFault {
  return { kind: 'fault', why };
}
