import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InjectOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildApp } from '../../src/app.ts';
import { openDatabase } from '../../src/kernel/db.ts';
import type { Platform } from '../../src/kernel/module.ts';
import { org } from '../../src/modules/org/index.ts';
import { startTestPlatform, type TestPlatform } from '../support/platform.ts';
import { probe } from './probe.ts';

let platform: TestPlatform;

beforeAll(async () => {
  platform = await startTestPlatform({ modules: [org, probe()] });
});
afterAll(() => platform.stop());

const url = '/api/probe/http/additions';
const key = () => ({ 'idempotency-key': randomUUID() });

describe('what is wrong with a request is said as a problem', () => {
  it.each([
    [
      'JSON that is cut off',
      { method: 'POST', url, payload: '{"amount":', headers: { 'content-type': 'application/json', ...key() } },
      400,
      'INVALID_INPUT',
    ],
    ['no body', { method: 'POST', url, headers: key() }, 400, 'INVALID_INPUT'],
    [
      'a body that is a list',
      { method: 'POST', url, payload: '[1]', headers: { 'content-type': 'application/json', ...key() } },
      400,
      'INVALID_INPUT',
    ],
    [
      'a media type nobody asked for',
      { method: 'POST', url, payload: '<a/>', headers: { 'content-type': 'application/xml', ...key() } },
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    [
      'a body beyond the limit',
      {
        method: 'POST',
        url,
        payload: JSON.stringify({ x: 'x'.repeat(3_000_000) }),
        headers: { 'content-type': 'application/json', ...key() },
      },
      413,
      'PAYLOAD_TOO_LARGE',
    ],
    ['an unknown path', { method: 'GET', url: '/api/nowhere' }, 404, 'NOT_FOUND'],
    ['a path outside the interface', { method: 'GET', url: '/%2e%2e/etc/passwd' }, 404, 'NOT_FOUND'],
    ['a path that is no text', { method: 'GET', url: '/api/probe/%E0%A4%A' }, 400, 'INVALID_INPUT'],
    ['a method nobody offers', { method: 'PUT', url }, 404, 'NOT_FOUND'],
    ['a query that is no number', { method: 'GET', url: '/api/probe/http?plus=many' }, 400, 'INVALID_INPUT'],
    ['a fault of ours', { method: 'GET', url: '/api/probe-breakage' }, 500, 'INTERNAL'],
  ] as const)('%s', async (_, request, status, code) => {
    const answer = await platform.http.inject(request as InjectOptions);
    expect(answer.statusCode).toBe(status);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.headers['cache-control']).toBe('no-store');
    const problem = answer.json<Record<string, unknown>>();
    expect(problem).toMatchObject({ code, status, requestId: answer.headers['x-request-id'] });
    expect(problem.detail).toMatch(/[\u4e00-\u9fff]/);
    expect(answer.body).not.toMatch(/password|node_modules|at .*\.ts/);
  });

  it('a request id that looks like one is kept, any other is replaced', async () => {
    const kept = await platform.http.inject({ url: '/healthz', headers: { 'x-request-id': 'gateway-12345678' } });
    expect(kept.headers['x-request-id']).toBe('gateway-12345678');
    const replaced = await platform.http.inject({ url: '/healthz', headers: { 'x-request-id': 'a b<script>' } });
    expect(replaced.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('a page of another site', () => {
  const send = (headers: Record<string, string>) =>
    platform.http.inject({ method: 'POST', url, payload: { amount: 1 }, headers: { ...key(), ...headers } });

  it.each([
    ['by its origin', { origin: 'https://evil.example' }],
    ['by an origin that only begins like ours', { origin: 'http://localhost.evil.example' }],
    ['by what the browser says of it', { 'sec-fetch-site': 'cross-site' }],
    ['on a neighbouring name', { 'sec-fetch-site': 'same-site' }],
    ['by an origin that is no address', { origin: 'not an address' }],
  ])('is refused: %s', async (_, headers: Record<string, string>) => {
    const answer = await send(headers);
    expect(answer.statusCode).toBe(403);
    expect(answer.json()).toMatchObject({ code: 'CSRF_REJECTED' });
  });

  it('may read what is public, and our own pages may send', async () => {
    expect(
      (await platform.http.inject({ url: '/api/probe/http', headers: { origin: 'https://evil.example' } })).statusCode,
    ).toBe(200);
    expect(
      (await send({ host: 'localhost:8610', origin: 'http://localhost:8610', 'sec-fetch-site': 'same-origin' }))
        .statusCode,
    ).toBe(201);
    expect((await send({})).statusCode).toBe(201);
  });

  it('gets no permission to read answers', async () => {
    const answer = await platform.http.inject({ url: '/api/probe/http', headers: { origin: 'https://evil.example' } });
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  });
});

describe('every answer', () => {
  it('carries the headers that keep a browser safe', async () => {
    const { headers } = await platform.http.inject({ url: '/api/probe/http' });
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers['content-security-policy']).not.toContain('unsafe');
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['referrer-policy']).toBe('same-origin');
    expect(headers['cache-control']).toBe('no-store');
  });

  it('is counted, and the counters are for the machine itself only', async () => {
    const own = await platform.http.inject({ url: '/metrics', remoteAddress: '127.0.0.1' });
    expect(own.statusCode).toBe(200);
    expect(own.body).toMatch(/# TYPE \w+ histogram/);
    expect((await platform.http.inject({ url: '/metrics', remoteAddress: '10.1.2.3' })).statusCode).toBe(403);
  });
});

describe('a database that is down', () => {
  let relay: Relay;
  let weak: Platform;

  beforeAll(async () => {
    relay = await startRelay(platform.appUrl);
    const db = openDatabase({ url: relay.url, poolSize: 2, role: 'yingshang_app' });
    weak = await buildApp({
      services: { ...platform.services, db },
      settings: platform.settings,
      modules: [org, probe()],
    });
    await weak.http.ready();
  });
  afterAll(async () => {
    await weak.http.close();
    await weak.services.db.close();
    await relay.stop();
  });

  it('is said to be down with 503, never 500 or 404; and when it is back all works without a restart', async () => {
    const post = () => weak.http.inject({ method: 'POST', url, payload: { amount: 1 }, headers: key() });
    const read = () => weak.http.inject({ url: '/api/probe/http' });
    const own =
      weak.endpoints.find((one) => one.permission === 'signedIn' && one.method === 'GET' && !one.path.includes(':'))
        ?.path ?? '';
    const cookie = await platform.cookieOf('applicant');
    const signedIn = () => weak.http.inject({ url: own, headers: { cookie } });
    expect((await signedIn()).statusCode).toBe(200);
    expect((await post()).statusCode).toBe(201);
    expect((await weak.http.inject({ url: '/readyz' })).statusCode).toBe(200);

    await relay.cut();
    for (const answer of [await post(), await read(), await read(), await signedIn()]) {
      expect(answer.statusCode).toBe(503);
      expect(answer.json()).toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    }
    expect((await weak.http.inject({ url: '/readyz' })).statusCode).toBe(503);
    expect((await weak.http.inject({ url: '/healthz' })).statusCode).toBe(200);

    await relay.mend();
    expect((await post()).statusCode).toBe(201);
    expect((await signedIn()).statusCode).toBe(200);
    expect((await weak.http.inject({ url: '/readyz' })).statusCode).toBe(200);
  });
});

interface Relay {
  url: string;
  cut(): Promise<void>;
  mend(): Promise<void>;
  stop(): Promise<void>;
}

/** A socket in front of the database that can be cut like a cable. */
async function startRelay(url: string): Promise<Relay> {
  const host = decodeURIComponent(/[?&]host=([^&]+)/.exec(url)?.[1] ?? '');
  if (host === '') throw new Error('the test server is expected on a socket');
  const folder = mkdtempSync(join(tmpdir(), 'relay-'));
  const open = new Set<Socket>();
  let server: Server;
  const listen = async () => {
    server = createServer((client) => {
      const upstream = connect(join(host, '.s.PGSQL.5432'));
      for (const socket of [client, upstream]) {
        open.add(socket);
        socket.on('error', () => {});
        socket.on('close', () => {
          open.delete(socket);
          client.destroy();
          upstream.destroy();
        });
      }
      client.pipe(upstream).pipe(client);
    });
    await new Promise<void>((resolve) => server.listen(join(folder, '.s.PGSQL.5432'), resolve));
  };
  const cut = async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of open) socket.destroy();
    await closed;
  };
  await listen();
  return {
    url: url.replace(/([?&]host=)[^&]+/, `$1${encodeURIComponent(folder)}`),
    cut,
    mend: listen,
    async stop() {
      await cut().catch(() => {});
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
