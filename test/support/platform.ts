import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import pg from 'pg';
import pino from 'pino';
import { inject } from 'vitest';
import { buildApp, loadCounty } from '../../src/app.ts';
import { createCaller, type Caller } from '../../src/kernel/call.ts';
import { openDatabase } from '../../src/kernel/db.ts';
import { createDiskFileStore } from '../../src/kernel/files/index.ts';
import { logMessenger, type Messenger } from '../../src/kernel/messenger.ts';
import { migrate, readMigrations } from '../../src/kernel/migrate.ts';
import type { Module, Platform, Services, Tx } from '../../src/kernel/module.ts';
import { makePasswordsCheapForTests } from '../../src/kernel/passwords.ts';
import { createPersonalData } from '../../src/kernel/personal-data.ts';
import { settableClock, type Instant } from '../../src/kernel/time.ts';
import { modules as countyModules } from '../../src/modules.ts';
import { migrationsFolder, regionOf } from '../../src/start.ts';

export interface TestPlatform extends Platform {
  clock: { now(): Instant; set(at: Instant): void };
  /** Connection string of this test's own database, as owner: for tests that play the insider with SQL. */
  ownerUrl: string;
  appUrl: string;
  /** A caller for nobody. */
  call: Caller;
  /** A caller with a session of one of the ready-made accounts, the same as last time while that lives. */
  signIn(loginName: string, password?: string): Promise<Caller>;
  /** A session of its own: for tests about sessions. */
  signInAnew(loginName: string, password?: string): Promise<Caller>;
  /** The cookie header of a ready-made account, for raw requests. */
  cookieOf(loginName: string, password?: string): Promise<string>;
  /** Delivers events and runs jobs until nothing is due. */
  drain(): Promise<number>;
  asSystem<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** Opens a port on loopback for tests that need a real connection, and gives its address: http://127.0.0.1:12345 */
  listen(): Promise<string>;
  stop(): Promise<void>;
}

export const trialPassword = 'yingshang-trial';
/** Monday 2026-11-23, 09:00 in the county. */
export const testStart: Instant = '2026-11-23T01:00:00.000Z';
export const countyFolder = resolve(import.meta.dirname, '../../data');
// A large file, read once for all platforms of a worker.
const region = regionOf(countyFolder);

/**
 * A whole platform on a database of its own, copied from a template that already holds the migrated and loaded county.
 * Requests go through fastify's inject: no port, unless a test opens one with `listen`.
 */
export async function startTestPlatform(
  options: {
    now?: Instant;
    modules?: readonly Module[];
    beside?: Pick<TestPlatform, 'appUrl' | 'ownerUrl'>;
    messenger?: Messenger;
  } = {},
): Promise<TestPlatform> {
  makePasswordsCheapForTests();
  const modules = options.modules ?? countyModules;
  const name = `test_${process.pid}_${Math.random().toString(36).slice(2, 10)}`;
  if (options.beside === undefined) {
    await onServer(`create database ${name} template ${await templateFor(modules)} owner yingshang_owner`);
  }
  const appUrl = options.beside?.appUrl ?? withDatabase(inject('appUrl'), name);
  const ownerUrl = options.beside?.ownerUrl ?? withDatabase(inject('ownerUrl'), name);
  const folder = mkdtempSync(join(tmpdir(), 'yingshang-files-'));
  const clock = settableClock(options.now ?? testStart);
  const made = await servicesOn(appUrl, clock, folder);
  const services: Services = options.messenger === undefined ? made : { ...made, messenger: options.messenger };
  const platform = await buildApp({ services, settings: testSettings, modules });
  await platform.http.ready();

  const cookieOf = async (loginName: string, password = trialPassword): Promise<string> => {
    const answer = await platform.http.inject({
      method: 'POST',
      url: '/api/sign-in',
      payload: { loginName, password },
    });
    const cookie = answer.cookies.find((one) => one.name === 'ys_session');
    if (cookie === undefined) throw new Error(`${loginName} could not sign in: ${answer.body}`);
    return `ys_session=${cookie.value}`;
  };
  // A session that still lives is used again.
  const cookies = new Map<string, string>();
  const livingCookie = async (loginName: string, password = trialPassword): Promise<string> => {
    const known = cookies.get(`${loginName} ${password}`);
    if (known !== undefined) {
      const answer = await platform.http.inject({ url: '/api/org/me', headers: { cookie: known } });
      if (answer.statusCode === 200) return known;
    }
    const cookie = await cookieOf(loginName, password);
    cookies.set(`${loginName} ${password}`, cookie);
    return cookie;
  };
  return {
    ...platform,
    clock,
    appUrl,
    ownerUrl,
    call: callerFor(platform),
    cookieOf,
    signIn: async (loginName, password) => callerFor(platform, await livingCookie(loginName, password)),
    signInAnew: async (loginName, password) => callerFor(platform, await cookieOf(loginName, password)),
    drain: () => platform.worker.drain(),
    listen: () => platform.http.listen({ host: '127.0.0.1', port: 0 }),
    asSystem: (work) => platform.runner.asSystem('test', 'job', work),
    async stop() {
      await platform.http.close();
      await platform.worker.stop();
      await services.db.close();
      if (options.beside === undefined) await onServer(`drop database if exists ${name} with (force)`);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const testSettings = {
  maxUploadBytes: 20 * 2 ** 20,
  trustProxy: false,
  metricsToken: null,
  oidc: null,
  sessionHours: 12,
};

/** A caller over inject: the same client the workbench uses, without a socket. */
export function callerFor(platform: Platform, cookie?: string): Caller {
  return createCaller({
    headers: () => (cookie === undefined ? {} : { cookie }),
    fetch: (async (url: string, init: RequestInit = {}) => {
      const request = new Request(`http://localhost${url}`, init);
      const answer = await platform.http.inject({
        method: (init.method ?? 'GET') as 'GET',
        url,
        headers: Object.fromEntries(request.headers),
        ...(init.body == null ? {} : { payload: Buffer.from(await request.arrayBuffer()) }),
      });
      return new Response(answer.rawPayload.length === 0 ? null : new Uint8Array(answer.rawPayload), {
        status: answer.statusCode,
        headers: { 'x-request-id': String(answer.headers['x-request-id'] ?? '') },
      });
    }) as typeof fetch,
  });
}

/** Made once per content of migrations, county data and code that loads it; other test files wait for it. */
async function templateFor(modules: readonly Module[]): Promise<string> {
  // A name of a database holds 63 signs: the list of modules is part of the hash.
  const which = createHash('sha256')
    .update(await contentHash())
    .update(modules.map((module) => module.name).join())
    .digest('hex');
  const name = `template_${which.slice(0, 32)}`;
  const client = new pg.Client({ connectionString: inject('superUrl') });
  await client.connect();
  try {
    await client.query('select pg_advisory_lock(610329002)');
    const { rows } = await client.query('select from pg_database where datname = $1', [name]);
    if (rows.length > 0) return name;
    const draft = `draft_${process.pid}`;
    await client.query(`drop database if exists ${draft} with (force)`);
    await client.query(`create database ${draft} owner yingshang_owner`);
    await migrate(withDatabase(inject('ownerUrl'), draft), await readMigrations(migrationsFolder));
    const services = await servicesOn(withDatabase(inject('appUrl'), draft), settableClock(testStart), tmpdir());
    const platform = await buildApp({ services, settings: testSettings, modules });
    await loadCounty(platform, modules);
    await platform.http.close();
    await services.db.close();
    await client.query(`alter database ${draft} rename to ${name}`);
    return name;
  } finally {
    await client.end();
  }
}

async function servicesOn(appUrl: string, clock: Services['clock'], filesFolder: string): Promise<Services> {
  return {
    region: await region,
    clock,
    db: openDatabase({ url: appUrl, poolSize: 6, role: 'yingshang_app' }),
    log: pino({ level: process.env.TEST_LOG ?? 'silent' }),
    personalData: createPersonalData(Buffer.alloc(32, 7)),
    files: createDiskFileStore(filesFolder),
    messenger: logMessenger(pino({ level: 'silent' })),
    upward: null,
    countyFolder,
    publicUrl: 'http://localhost',
    trial: true,
  };
}

async function contentHash(): Promise<string> {
  const hash = createHash('sha256');
  for (const folder of [migrationsFolder.pathname, countyFolder, resolve(import.meta.dirname, '../../src/modules')]) {
    const files = (await readdir(folder, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
    for (const file of files) hash.update(file).update(readFileSync(file));
  }
  return hash.digest('hex');
}

function withDatabase(url: string, name: string): string {
  return url.replace(/\/[^/?]*(\?|$)/, `/${name}$1`);
}

async function onServer(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: inject('superUrl') });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
