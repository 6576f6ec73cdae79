/** Base45 (RFC 9285): two bytes become three of the signs that a QR code packs most tightly. */
export function encodeBase45(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 2) {
    const [high = 0, low] = [bytes[at], bytes[at + 1]];
    const number = low === undefined ? high : high * 256 + low;
    text += sign(number % 45) + sign(Math.floor(number / 45) % 45);
    if (low !== undefined) text += sign(Math.floor(number / 2025));
  }
  return text;
}

/** Null for what no encoder writes. */
export function decodeBase45(text: string): Buffer | null {
  if (text.length % 3 === 1) return null;
  const bytes: number[] = [];
  for (let at = 0; at < text.length; at += 3) {
    const digits = [...text.slice(at, at + 3)].map((each) => alphabet.indexOf(each));
    if (digits.some((digit) => digit < 0)) return null;
    const [a = 0, b = 0, c] = digits;
    const number = a + b * 45 + (c ?? 0) * 2025;
    if (number > (c === undefined ? 0xff : 0xffff)) return null;
    if (c !== undefined) bytes.push(number >> 8);
    bytes.push(number & 0xff);
  }
  return Buffer.from(bytes);
}

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';

function sign(digit: number): string {
  return alphabet[digit] ?? '';
}
