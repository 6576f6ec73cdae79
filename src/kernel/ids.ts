import { randomBytes } from 'node:crypto';

/** uuid version 7: 48 bits of milliseconds, then random; sorts by time of making. */
export function uuidv7(nowMs: number): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(nowMs, 0, 6);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70;
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
