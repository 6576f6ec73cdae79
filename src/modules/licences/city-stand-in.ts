import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sm3 } from '../../kernel/sm/sm3.ts';
import { libraryEntry, isSigned, type LibraryEntry, type Receipt } from './city-library.ts';

/**
 * A local library that keeps the city's side of `CityLibrary` over HTTP, in memory: for trials and tests. What it holds is gone
 * when it stops.
 */
export interface LibraryStandIn {
  url: string;
  /** What it holds, by identifier. */
  held: ReadonlyMap<string, { entry: LibraryEntry; receipt: Receipt }>;
  /** Refuses everything with this status until called with null. */
  fail(status: number | null): void;
  /** As if the city had lost one. */
  forget(identifier: string): void;
  stop(): Promise<void>;
}

const pageSize = 500;
const longestBody = 40 * 2 ** 20;
/** Older or newer requests are taken for repeated ones. */
const clockSkewMs = 5 * 60_000;

export async function startLibraryStandIn(options: {
  key: string;
  port?: number;
  now: () => string;
}): Promise<LibraryStandIn> {
  const held = new Map<string, { entry: LibraryEntry; receipt: Receipt }>();
  let failing: number | null = null;

  async function answer(request: IncomingMessage): Promise<{ status: number; body: unknown }> {
    const body = await bodyOf(request);
    if (body === null) return { status: 413, body: { message: '内容太大' } };
    if (failing !== null) return { status: failing, body: { message: '演示：暂时不收' } };
    const [method, path] = [request.method ?? '', request.url ?? ''];
    const timestamp = String(request.headers['x-timestamp'] ?? '');
    const signature = String(request.headers['x-signature'] ?? '');
    const isFresh = Math.abs(Date.parse(options.now()) - Date.parse(timestamp)) <= clockSkewMs;
    if (!isFresh || !isSigned(options.key, { method, path, timestamp, body }, signature))
      return { status: 401, body: { message: '签名不对或者时间差得太多' } };
    const url = new URL(path, 'http://library');
    if (method === 'GET' && url.pathname === '/licences') return { status: 200, body: list(url.searchParams) };
    if (method === 'PUT' && url.pathname.startsWith('/licences/')) return take(body);
    return { status: 404, body: { message: '没有这个接口' } };
  }

  function take(body: string): { status: number; body: unknown } {
    const parsed = libraryEntry.safeParse(jsonOf(body));
    if (!parsed.success) return { status: 400, body: { message: '目录项的写法不对' } };
    const entry = parsed.data;
    if (sm3(Buffer.from(entry.file, 'base64')).toString('hex') !== entry.sm3)
      return { status: 400, body: { message: '文件和摘要对不上' } };
    const known = held.get(entry.identifier);
    if (known !== undefined && known.entry.revision >= entry.revision) return { status: 200, body: known.receipt };
    const receipt: Receipt = {
      receiptNo: `SJ${options.now().slice(0, 10).replaceAll('-', '')}${String(held.size + 1).padStart(6, '0')}`,
      takenAt: options.now(),
      sm3: entry.sm3,
    };
    held.set(entry.identifier, { entry, receipt });
    return { status: 200, body: receipt };
  }

  function list(query: URLSearchParams): unknown {
    const [from, to, after] = ['from', 'to', 'after'].map((name) => query.get(name) ?? '') as [string, string, string];
    const found = [...held.values()]
      .filter(({ entry, receipt }) => {
        const day = receipt.takenAt.slice(0, 10);
        return day >= from && day <= to && entry.identifier > after;
      })
      .sort((a, b) => (a.entry.identifier < b.entry.identifier ? -1 : 1));
    const page = found.slice(0, pageSize).map(({ entry: { identifier, revision, sm3: digest, directory } }) => ({
      identifier,
      revision,
      sm3: digest,
      state: directory.state,
    }));
    return { entries: page, next: found.length > pageSize ? (page.at(-1)?.identifier ?? null) : null };
  }

  const server = createServer((request, response) => {
    void answer(request).then(({ status, body }) => {
      response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
    });
  });
  await listening(server, options.port ?? 0);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    held,
    fail: (status) => void (failing = status),
    forget: (identifier) => void held.delete(identifier),
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

function listening(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
}

async function bodyOf(request: IncomingMessage): Promise<string | null> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > longestBody) return null;
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
