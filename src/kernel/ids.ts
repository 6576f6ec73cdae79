import { randomBytes } from 'node:crypto';

let lastMs = 0;
let withinMs = 0;

/** uuid version 7: 48 bits of milliseconds, a count within the millisecond, then random; sorts by order of making. */
export function uuidv7(nowMs: number): string {
  withinMs = nowMs === lastMs ? (withinMs + 1) % 0x1000 : 0;
  lastMs = nowMs;
  const bytes = randomBytes(16);
  bytes.writeUIntBE(nowMs, 0, 6);
  bytes.writeUInt16BE(0x7000 | withinMs, 6);
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** A secret for links, sessions and follow-up codes: 32 bytes, base64url. */
export function randomToken(): string {
  return randomBytes(32).toString('base64url');
}

const readable = '23456789ABCDEFGHJKMNPQRSTUVWXYZ';

/** A short code that people can read out on the phone: no 0 O 1 I L. */
export function readableCode(length: number): string {
  return Array.from(randomBytes(length), (byte) => readable[byte % readable.length]).join('');
}
