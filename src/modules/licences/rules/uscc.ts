/** A unified social credit code from its parts, with both check signs (GB 32100, GB 11714). */
export function buildUscc(prefix: string, region: string, organisation: string): string {
  const body = `${organisation}${organisationCheck(organisation)}`;
  const first = `${prefix}${region}${body}`;
  let sum = 0;
  let weight = 1;
  for (const sign of first) {
    sum += alphabet.indexOf(sign) * weight;
    weight = (weight * 3) % 31;
  }
  return `${first}${alphabet[(31 - (sum % 31)) % 31] ?? ''}`;
}

/** The n-th number of a segment, in the signs that codes use: `0001` … `YYYY`. */
export function segmentNumber(n: number, width = 4): string {
  let rest = n;
  let text = '';
  for (let at = 0; at < width; at++) {
    text = `${alphabet[rest % alphabet.length] ?? ''}${text}`;
    rest = Math.floor(rest / alphabet.length);
  }
  if (rest > 0) throw new RangeError('the segment is used up');
  return text;
}

const alphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const weights = [3, 7, 9, 10, 5, 8, 4, 2];

function organisationCheck(code: string): string {
  const sum = weights.reduce((total, weight, at) => total + weight * Number.parseInt(code[at] ?? '0', 36), 0);
  return '0123456789X0'[11 - (sum % 11)] ?? '0';
}
