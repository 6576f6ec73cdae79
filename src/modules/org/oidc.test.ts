import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callerFor, startTestPlatform, type TestPlatform } from '../../../test/support/platform.ts';
import { buildApp } from '../../app.ts';
import { sql } from '../../kernel/db.ts';
import type { Platform } from '../../kernel/module.ts';
import * as contract from './contract.ts';
import { org } from './index.ts';
import { localPath, signInProven } from './oidc.ts';

/** The people the provider knows: login → claims. */
const people: Record<string, Record<string, unknown>> = {
  'sub-zhang': { name: '张秀兰', id_number: '610329198506120026' },
  'sub-new': { name: '周新', id_number: '11010519491231002X' },
  'sub-nameless': {},
};
const redirectUri = 'http://localhost/sign-in/oidc/callback';

let platform: TestPlatform;
let app: Platform;
let provider: { issuer: string; server: Server };

beforeAll(async () => {
  [platform, provider] = await Promise.all([startTestPlatform({ modules: [org] }), startProvider()]);
  app = await buildApp({
    services: platform.services,
    settings: {
      ...platform.settings,
      oidc: { issuer: provider.issuer, clientId: 'yingshang', clientSecret: 'client-secret', label: '省级账号' },
    },
    modules: [org],
  });
  await app.http.ready();
});
afterAll(async () => {
  await app.http.close();
  provider.server.closeAllConnections();
  provider.server.close();
  await platform.stop();
});

describe('sign-in through an identity provider', () => {
  it('sends the visitor there with state, nonce and PKCE, and keeps them sealed', async () => {
    const { to, cookie } = await begin('/my');
    const query = new URL(to).searchParams;
    expect(query.get('code_challenge_method')).toBe('S256');
    for (const key of ['state', 'nonce', 'code_challenge']) expect(query.get(key)?.length).toBeGreaterThan(20);
    expect(cookie.attributes).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/sign-in/oidc', maxAge: 600 });
    expect(Buffer.from(cookie.value, 'base64url').toString()).not.toContain(query.get('nonce') ?? '');
  });

  it('links the account that holds the proven identity number, and leads on to where the visitor wanted to go', async () => {
    const answer = await signIn('sub-zhang', '/my?tab=cases');
    expect(answer.headers.location).toBe('/my?tab=cases');
    const me = await caller(answer)(contract.me, {});
    expect(me.account).toMatchObject({ loginName: 'applicant', name: '张秀兰' });
    expect(me.hasPassword).toBe(true);
    const again = await caller(await signIn('sub-zhang'))(contract.me, {});
    expect(again.account.id).toBe(me.account.id);
  });

  it('makes an account without any permission for a newcomer, once', async () => {
    const me = await caller(await signIn('sub-new'))(contract.me, {});
    expect(me).toMatchObject({
      account: { kind: 'person', name: '周新' },
      permissions: [],
      identityVerified: true,
      hasPassword: false,
    });
    expect((await caller(await signIn('sub-new'))(contract.me, {})).account.id).toBe(me.account.id);
    const nameless = await caller(await signIn('sub-nameless'))(contract.me, {});
    expect(nameless).toMatchObject({ identityVerified: false, permissions: [] });
  });

  it('refuses a code under another state, without the cookie, twice, or with an error', async () => {
    const { url, cookie } = await visitProvider('sub-zhang', '/');
    const wrong = new URL(url);
    wrong.searchParams.set('state', 'x'.repeat(43));
    for (const [path, value] of [
      [wrong.pathname + wrong.search, cookie],
      [pathOf(url), ''],
      [pathOf(url), `${cookie}x`],
      ['/sign-in/oidc/callback?error=access_denied', cookie],
    ] as const) {
      const answer = await callback(path, value);
      expect([answer.statusCode, answer.headers.location]).toEqual([303, '/sign-in?problem=OIDC_FAILED']);
      expect(answer.cookies.some((one) => one.name === 'ys_session')).toBe(false);
    }
    const fresh = await visitProvider('sub-zhang', '/');
    expect((await callback(pathOf(fresh.url), fresh.cookie)).headers.location).toBe('/');
    expect((await callback(pathOf(fresh.url), fresh.cookie)).headers.location).toBe('/sign-in?problem=OIDC_FAILED');
  });

  it('a disabled account stays out', async () => {
    await platform.services.db.exec(sql`update org.account set disabled_at = now() where login_name = 'applicant'`);
    expect((await signIn('sub-zhang')).headers.location).toBe('/sign-in?problem=OIDC_FAILED');
    await platform.services.db.exec(sql`update org.account set disabled_at = null where login_name = 'applicant'`);
  });

  it('whoever registered with a number he never proved loses the account to the person it names', async () => {
    const password = '麦子熟了三千次又一年';
    const { account } = await platform.call(contract.register, {
      name: '冒名者',
      idNumber: numberOf('19900307'),
      phone: '13891700000',
      loginName: 'squatter',
      password,
    });
    const squatter = await platform.signIn('squatter', password);
    const { idNumber } = await squatter(contract.myProfile, {});
    await platform.asSystem((tx) => signInProven(tx, { subject: 'issuer real', name: '真本人', idNumber }, ''));
    await expect(squatter(contract.me, {})).rejects.toMatchObject({ problem: { code: 'NOT_SIGNED_IN' } });
    await expect(platform.signIn('squatter', password)).rejects.toThrow('SIGN_IN_REFUSED');
    const row = await platform.services.db.one(sql`select oidc_subject from org.account where id = ${account.id}`);
    expect(row).toEqual({ oidcSubject: 'issuer real' });
  });

  it('a number that staff typed without proof never hands their permissions to the person it names', async () => {
    const staff = await platform.signIn('officer-water');
    await staff(contract.updateProfile, { idNumber: numberOf('19800101') });
    const { idNumber } = await staff(contract.myProfile, {});
    await platform.asSystem((tx) => signInProven(tx, { subject: 'issuer citizen', name: '某居民', idNumber }, ''));
    const row = await platform.services.db.one(
      sql`select kind, unit_id from org.account where oidc_subject = 'issuer citizen'`,
    );
    expect(row).toEqual({ kind: 'person', unitId: null });
    expect(await staff(contract.myProfile, {})).toMatchObject({ idNumber: null });
  });

  it.each([
    ['/my?tab=1', '/my?tab=1'],
    ['//evil.example', '/'],
    ['/\\evil.example', '/'],
    ['https://evil.example', '/'],
    ['/a\r\nset-cookie: x', '/'],
    [undefined, '/'],
    [['/a', '/b'], '/'],
  ])('leads to %o only as %s', (next, path) => expect(localPath(next)).toBe(path));
});

/** A number with a right check sign, from a birth date. */
function numberOf(birth: string): string {
  const digits = `610329${birth}003`;
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const sum = weights.reduce((total, weight, at) => total + weight * Number(digits[at]), 0);
  return digits + '10X98765432'[sum % 11];
}

async function begin(next: string) {
  const answer = await app.http.inject({ url: `/sign-in/oidc?next=${encodeURIComponent(next)}` });
  expect(answer.statusCode).toBe(303);
  const cookie = answer.cookies.find((one) => one.name === 'ys_oidc');
  return { to: String(answer.headers.location), cookie: { value: cookie?.value ?? '', attributes: cookie } };
}

async function signIn(login: string, next = '/') {
  const { url, cookie } = await visitProvider(login, next);
  const answer = await callback(pathOf(url), cookie);
  expect(answer.statusCode).toBe(303);
  return answer;
}

function callback(path: string, cookie: string) {
  return app.http.inject({ url: path, headers: cookie === '' ? {} : { cookie: `ys_oidc=${cookie}` } });
}

function caller(answer: Awaited<ReturnType<typeof callback>>) {
  return callerFor(app, `ys_session=${answer.cookies.find((one) => one.name === 'ys_session')?.value}`);
}

function pathOf(url: string): string {
  const { pathname, search } = new URL(url);
  return pathname + search;
}

/** Goes through the provider's own pages as a browser would, until it sends the visitor back to us. */
async function visitProvider(login: string, next: string): Promise<{ url: string; cookie: string }> {
  const { to, cookie } = await begin(next);
  const jar = new Map<string, string>();
  let url = to;
  let form: URLSearchParams | null = null;
  for (let step = 0; step < 12; step++) {
    const answer: Response = await fetch(url, {
      redirect: 'manual',
      method: form === null ? 'GET' : 'POST',
      body: form,
      headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') },
    });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') jar.delete(name);
      else jar.set(name, value);
    }
    const location = answer.headers.get('location');
    if (location !== null) {
      url = new URL(location, url).href;
      form = null;
      if (url.startsWith(redirectUri)) return { url, cookie: cookie.value };
      continue;
    }
    const page = await answer.text();
    const prompt = /name="prompt" value="(\w+)"/.exec(page)?.[1];
    if (prompt === undefined) throw new Error(`the provider answered ${answer.status}: ${page.slice(0, 300)}`);
    form = new URLSearchParams(prompt === 'login' ? { prompt, login, password: 'any' } : { prompt });
  }
  throw new Error('the provider never sent the visitor back');
}

interface ProviderClass {
  new (issuer: string, configuration: Record<string, unknown>): { callback(): RequestListener };
}

/** A real OpenID provider on a free loopback port. */
async function startProvider(): Promise<{ issuer: string; server: Server }> {
  const library = 'oidc-provider';
  const { default: Provider } = (await import(library)) as { default: ProviderClass };
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const real = new Provider(issuer, {
    clients: [
      {
        client_id: 'yingshang',
        client_secret: 'client-secret',
        redirect_uris: [redirectUri],
        grant_types: ['authorization_code'],
        response_types: ['code'],
      },
    ],
    cookies: { keys: ['a key for the test only'] },
    claims: { openid: ['sub'], profile: ['name', 'id_number'] },
    pkce: { required: () => true },
    ttl: { Interaction: 600, Session: 600, Grant: 600, AccessToken: 600, IdToken: 600 },
    findAccount: (_: unknown, sub: string) => ({ accountId: sub, claims: () => ({ sub, ...people[sub] }) }),
  });
  server.on('request', real.callback());
  return { issuer, server };
}
