import { timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { hmacSm3 } from '../../kernel/sm/sm3.ts';
import type { Upward } from '../../kernel/settings.ts';
import type { LocalDate } from '../../kernel/time.ts';

/**
 * The licence library of the city (市级证照库) as this platform speaks to it. The real one is reached through whatever adapter
 * the city gives; this is the interface that the adapter keeps, over HTTP with JSON:
 *
 * - `PUT /licences/:identifier` takes one `LibraryEntry` over and answers a `Receipt`; the same revision again, the same receipt.
 * - `GET /licences?from=&to=&after=` lists what it holds, by day of receipt, at most 500 at a time, with `next` to go on.
 *
 * Every request carries `x-timestamp` and `x-signature`: HMAC-SM3 under the shared key over method, path with query,
 * timestamp and body, each followed by a line feed, as hex.
 */
export interface CityLibrary {
  readonly url: string;
  submit(entry: LibraryEntry): Promise<Receipt>;
  list(period: { from: LocalDate; to: LocalDate }, after: string): Promise<Holding>;
}

/** One licence in one revision: the directory entry with its state, and the sealed file. */
export const libraryEntry = z.object({
  identifier: z.string().min(1).max(160),
  /** Rises with every change of the licence, also of its state alone. */
  revision: z.number().int().min(1),
  directory: z.object({
    region: z.string(),
    typeName: z.string(),
    typeCode: z.string(),
    number: z.string(),
    holderName: z.string(),
    holderNumber: z.string(),
    holderKind: z.enum(['firm', 'person']),
    issuerName: z.string(),
    issuerCode: z.string(),
    issuedOn: z.iso.date(),
    validFrom: z.iso.date(),
    validUntil: z.iso.date().nullable(),
    version: z.number().int(),
    /** 01 有效 02 暂扣 03 撤销 04 注销 05 失效 07 吊销 99 其他 */
    state: z.string(),
    predecessor: z.string().nullable(),
  }),
  /** Base64 of the OFD file. */
  file: z.string(),
  /** SM3 of the file as hex. */
  sm3: z.string().regex(/^[0-9a-f]{64}$/),
});
export type LibraryEntry = z.output<typeof libraryEntry>;

const receipt = z.object({ receiptNo: z.string().min(1), takenAt: z.iso.datetime(), sm3: z.string() });
export type Receipt = z.output<typeof receipt>;

const holding = z.object({
  entries: z.array(
    z.object({ identifier: z.string(), revision: z.number().int(), sm3: z.string(), state: z.string() }),
  ),
  next: z.string().nullable(),
});
export type Holding = z.output<typeof holding>;

/** It answered, and did not take it: what it said. Anything else thrown means that it was not reached. */
export class LibraryRefusal extends Error {
  override readonly name = 'LibraryRefusal';
}

export function cityLibrary({ url, key }: Upward, now: () => string, send: typeof fetch = fetch): CityLibrary {
  const ask = async (method: string, path: string, body: string): Promise<unknown> => {
    const timestamp = now();
    const answer = await send(`${url}${path}`, {
      method,
      headers: {
        'content-type': 'application/json',
        'x-timestamp': timestamp,
        'x-signature': signatureOf(key, { method, path, timestamp, body }),
      },
      ...(method === 'GET' ? {} : { body }),
      signal: AbortSignal.timeout(20_000),
    });
    const text = await answer.text();
    if (!answer.ok) throw new LibraryRefusal(`${answer.status} ${text.slice(0, 300)}`);
    try {
      return JSON.parse(text);
    } catch {
      throw new LibraryRefusal('答复不是 JSON');
    }
  };
  return {
    url,
    async submit(entry) {
      const path = `/licences/${encodeURIComponent(entry.identifier)}`;
      const answer = receipt.safeParse(await ask('PUT', path, JSON.stringify(entry)));
      if (!answer.success) throw new LibraryRefusal('回执的写法不对');
      if (answer.data.sm3 !== entry.sm3) throw new LibraryRefusal('回执里的文件摘要和送去的不一样');
      return answer.data;
    },
    async list({ from, to }, after) {
      const query = new URLSearchParams({ from, to, after }).toString();
      const answer = holding.safeParse(await ask('GET', `/licences?${query}`, ''));
      if (!answer.success) throw new LibraryRefusal('清单的写法不对');
      return answer.data;
    },
  };
}

export interface SignedRequest {
  method: string;
  path: string;
  timestamp: string;
  body: string;
}

export function signatureOf(key: string, { method, path, timestamp, body }: SignedRequest): string {
  const lines = [method, path, timestamp, body].map((line) => Buffer.from(`${line}\n`, 'utf8'));
  return hmacSm3(Buffer.from(key, 'hex'), ...lines).toString('hex');
}

export function isSigned(key: string, request: SignedRequest, signature: string): boolean {
  const expected = Buffer.from(signatureOf(key, request), 'hex');
  const given = Buffer.from(signature, 'hex');
  return given.length === expected.length && timingSafeEqual(given, expected);
}
