import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pino } from 'pino';
import { buildApp, loadCounty } from '../src/app.ts';
import { createCaller, type Caller } from '../src/kernel/call.ts';
import { openDatabase } from '../src/kernel/db.ts';
import { startEmbeddedPostgres } from '../src/kernel/embedded-postgres.ts';
import { createDiskFileStore } from '../src/kernel/files/index.ts';
import { logMessenger } from '../src/kernel/messenger.ts';
import { migrate, readMigrations } from '../src/kernel/migrate.ts';
import type { Platform, Services } from '../src/kernel/module.ts';
import { createPersonalData } from '../src/kernel/personal-data.ts';
import { systemClock } from '../src/kernel/time.ts';
import { migrationsFolder, regionOf } from '../src/start.ts';

export interface BenchPlatform {
  platform: Platform;
  port: number;
  ownerUrl: string;
  appUrl: string;
  signIn(loginName: string): Promise<{ call: Caller; cookie: string }>;
  stop(): Promise<void>;
}

const county = resolve(import.meta.dirname, '../data');

/** A server of our own on a fresh directory, durable as in production. @param binDir other binaries than npm's */
export async function onOwnServer(binDir?: string): Promise<BenchPlatform> {
  const directory = mkdtempSync(join(tmpdir(), 'yingshang-bench-'));
  const server = await startEmbeddedPostgres({
    directory: join(directory, 'postgres'),
    log: () => {},
    settings: { binDir },
  });
  const bench = await onDatabase(server.ownerUrl, server.appUrl, join(directory, 'files'));
  return {
    ...bench,
    async stop() {
      await bench.stop();
      await server.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** The whole platform with the county loaded, listening on loopback. Background work is off: only what is asked is measured. */
export async function onDatabase(ownerUrl: string, appUrl: string, files: string): Promise<BenchPlatform> {
  await migrate(ownerUrl, await readMigrations(migrationsFolder));
  const services: Services = {
    region: await regionOf(county),
    clock: systemClock,
    db: openDatabase({ url: appUrl, poolSize: 8, role: 'yingshang_app' }),
    log: pino({ level: 'silent' }),
    messenger: logMessenger(pino({ level: 'silent' })),
    upward: null,
    personalData: createPersonalData(Buffer.alloc(32, 7)),
    files: createDiskFileStore(files),
    countyFolder: county,
    publicUrl: 'http://127.0.0.1',
    trial: true,
  };
  const settings = {
    maxUploadBytes: 20 * 2 ** 20,
    trustProxy: false,
    metricsToken: null,
    oidc: null,
    sessionHours: 12,
  };
  const platform = await buildApp({ services, settings });
  await loadCounty(platform);
  await platform.http.listen({ port: 0, host: '127.0.0.1' });
  const { port } = platform.http.server.address() as AddressInfo;
  const baseUrl = `http://127.0.0.1:${port}`;
  return {
    platform,
    port,
    ownerUrl,
    appUrl,
    async signIn(loginName) {
      const answer = await fetch(`${baseUrl}/api/sign-in`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ loginName, password: 'yingshang-trial' }),
      });
      const cookie = /ys_session=[^;]+/.exec(answer.headers.get('set-cookie') ?? '')?.[0];
      if (cookie === undefined) throw new Error(`${loginName} could not sign in: ${await answer.text()}`);
      return { cookie, call: createCaller({ baseUrl, headers: () => ({ cookie }) }) };
    },
    async stop() {
      await platform.http.close();
      await services.db.close();
    },
  };
}
