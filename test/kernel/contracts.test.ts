import { randomUUID } from 'node:crypto';
import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fillPath, isCommand, needsIdempotencyKey, type Endpoint } from '../../src/kernel/endpoint.ts';
import { journalModule } from '../../src/kernel/journal/index.ts';
import { modules } from '../../src/modules.ts';
import { startTestPlatform, type TestPlatform } from '../support/platform.ts';

/** One loop over every endpoint of the county: what a contract promises, the platform keeps. */
const endpoints = [...modules, journalModule(1)].flatMap((module) => module.routes.map((route) => route.endpoint));
const accounts = [
  'administrator',
  'supervisor',
  'leader',
  'auditor',
  'clerk',
  'officer-approval-bureau',
  'firm',
  'applicant',
];
const cookies = new Map<string, string>();
let platform: TestPlatform;
let withoutPermission: string;

beforeAll(async () => {
  platform = await startTestPlatform();
  withoutPermission = await platform.cookieOf('applicant');
  for (const account of accounts) cookies.set(account, await platform.cookieOf(account));
});
afterAll(() => platform.stop());

/** A request with the example, or with nothing but something in every place of the path. */
function send(endpoint: Endpoint, headers: Record<string, string> = {}) {
  const example = (endpoint.example ?? {}) as Record<string, unknown>;
  const names = [...endpoint.path.matchAll(/:(\w+)/g)].map((match) => match[1] ?? '');
  const input = { ...Object.fromEntries(names.map((name) => [name, randomUUID()])), ...example };
  const { path, rest } = fillPath(endpoint.path, input);
  const query = isCommand(endpoint)
    ? ''
    : `?${new URLSearchParams(Object.entries(rest).map(([name, value]) => [name, String(value)])).toString()}`;
  const base = {
    method: endpoint.method,
    url: `${path}${query}`,
    headers: { ...headers, ...(needsIdempotencyKey(endpoint) ? { 'idempotency-key': randomUUID() } : {}) },
  };
  if (!isCommand(endpoint)) return platform.http.inject(base);
  if (!endpoint.upload) return platform.http.inject({ ...base, payload: rest });
  const boundary = 'contract-test';
  const file = `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="a.txt"\r\ncontent-type: text/plain\r\n\r\n证明\r\n--${boundary}--\r\n`;
  return platform.http.inject({
    ...base,
    headers: { ...base.headers, 'content-type': `multipart/form-data; boundary=${boundary}` },
    payload: file,
  });
}

const each = (applies: (endpoint: Endpoint) => boolean) =>
  endpoints.filter(applies).map((endpoint) => [endpoint.id, endpoint] as const);

it.each(each(({ permission }) => permission !== 'public'))('%s asks a stranger to sign in', async (_, endpoint) => {
  const answer = await send(endpoint);
  expect(answer.statusCode).toBe(401);
  expect(answer.json()).toMatchObject({ code: 'NOT_SIGNED_IN', status: 401 });
});

it.each(each(({ permission }) => permission !== 'public' && permission !== 'signedIn'))(
  '%s refuses an account without the permission',
  async (_, endpoint) => {
    const answer = await send(endpoint, { cookie: withoutPermission });
    expect(answer.statusCode).toBe(403);
    expect(answer.json()).toMatchObject({ code: 'FORBIDDEN', status: 403 });
  },
);

it.each(each(({ example }) => example !== undefined))('%s has an example that its own schema takes', (_, endpoint) => {
  const result = endpoint.input.safeParse(endpoint.example);
  expect(result.error?.issues ?? []).toEqual([]);
});

describe.each(endpoints.map((endpoint) => [endpoint.id, endpoint] as const))('%s', (_, endpoint) => {
  it('answers whoever may with the shape it promises, or with an error it declares; never with a fault of ours', async () => {
    const general = [
      'INVALID_INPUT',
      'NOT_FOUND',
      'FORBIDDEN',
      'NOT_SIGNED_IN',
      'TOO_MANY_REQUESTS',
      'IDEMPOTENCY_KEY_REUSED',
    ];
    const uploads = ['FILE_EMPTY', 'FILE_TOO_LARGE', 'FILE_TYPE_REFUSED'];
    const check = async (account: string) => {
      let answer = await send(endpoint, { cookie: cookies.get(account) ?? '' });
      if (answer.statusCode === 401) {
        // An example before this one signed the account out.
        cookies.set(account, await platform.cookieOf(account));
        answer = await send(endpoint, { cookie: cookies.get(account) ?? '' });
      }
      expect(answer.statusCode, `${account}: ${answer.body}`).toBeLessThan(500);
      if (answer.statusCode >= 400) {
        const { code } = answer.json<{ code: string }>();
        expect([...endpoint.errors, ...general, ...(endpoint.upload === true ? uploads : [])], account).toContain(code);
        return;
      }
      expect(answer.statusCode).toBe(endpoint.status ?? 200);
      const body: unknown = answer.body === '' ? null : answer.json();
      const parsed = endpoint.output.safeParse(body);
      // A session travels in the cookie and is missing in the body on purpose.
      const issues = (parsed.error?.issues ?? []).filter((issue) => issue.path[0] !== 'setSession');
      expect(issues, account).toEqual([]);
      if (!isCommand(endpoint)) expect(answer.headers['cache-control']).toBe('no-store');
    };
    // Commands one after the other: each finds what the one before left.
    if (isCommand(endpoint)) for (const account of accounts) await check(account);
    else await Promise.all(accounts.map(check));
  });
});

describe('the interface as a document', () => {
  it('is OpenAPI 3.1 by an independent judge, and lists every endpoint', async () => {
    const document = (await platform.http.inject({ url: '/api/openapi.json' })).json<{
      openapi: string;
      paths: Record<string, Record<string, { operationId: string }>>;
    }>();
    const { valid, errors } = await new Validator().validate(structuredClone(document));
    expect(errors ?? []).toEqual([]);
    expect(valid).toBe(true);
    expect(document.openapi).toMatch(/^3\.1/);
    const listed = Object.values(document.paths).flatMap((operations) =>
      Object.values(operations).map((operation) => operation.operationId),
    );
    expect(listed.sort()).toEqual(endpoints.map((endpoint) => endpoint.id).sort());
  });

  it('has a judge that can say no', async () => {
    const { valid } = await new Validator().validate({ openapi: '3.1.0', info: { title: 'x' }, paths: {} });
    expect(valid).toBe(false);
  });
});
