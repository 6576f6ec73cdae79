import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pino, { type Logger } from 'pino';
import { parse } from 'yaml';
import { buildApp, loadCounty } from './app.ts';
import { openDatabase, type Database } from './kernel/db.ts';
import { startEmbeddedPostgres } from './kernel/embedded-postgres.ts';
import { createDiskFileStore } from './kernel/files/index.ts';
import { httpMessenger, logMessenger } from './kernel/messenger.ts';
import { isCurrent, migrate, MigrationError, readMigrations } from './kernel/migrate.ts';
import type { Platform, Services } from './kernel/module.ts';
import { createPersonalData, loadMasterKey } from './kernel/personal-data.ts';
import { selfTest } from './kernel/sm/self-test.ts';
import { varPaths, type Settings } from './kernel/settings.ts';
import { systemClock, type Clock } from './kernel/time.ts';

export interface RunningPlatform extends Platform {
  /** Stops taking requests, finishes those under way, then background work, then the database. */
  stop(): Promise<void>;
  /** Resolves with the reason when the embedded database has died by itself; never for a server of the county's own. */
  databaseLost: Promise<string>;
}

export const migrationsFolder = new URL('./migrations/', import.meta.url);

/** Everything from settings to an application that can answer; does not listen and starts no background work. */
export async function startPlatform(
  settings: Settings,
  options: { clock?: Clock; log?: Logger } = {},
): Promise<RunningPlatform> {
  const log = options.log ?? createLogger(settings);
  const cryptoFault = selfTest();
  if (cryptoFault !== null) throw new Error(`国密算法自检没有通过：${cryptoFault}`);
  const paths = varPaths(settings.varDirectory);
  const embedded =
    settings.database === null
      ? await startEmbeddedPostgres({
          directory: paths.postgres,
          log: (line) => log.info(line),
          settings: settings.embedded,
        })
      : null;
  const urls = settings.database ?? { appUrl: embedded?.appUrl ?? '', ownerUrl: embedded?.ownerUrl ?? '' };
  let open: Database | null = null;
  try {
    await bringForward(urls, log);
    const db = (open = openDatabase({
      url: urls.appUrl,
      poolSize: settings.poolSize,
      preparedStatements: settings.preparedStatements,
      role: 'yingshang_app',
      onError: (error) => log.error({ err: error }, 'database connection'),
    }));
    const services: Services = {
      region: await regionOf(settings.countyDirectory),
      clock: options.clock ?? systemClock,
      db,
      log,
      personalData: createPersonalData(loadMasterKey(settings)),
      files: createDiskFileStore(paths.files),
      messenger: settings.sms.transport === 'http' ? httpMessenger(settings.sms.url) : logMessenger(log),
      upward: settings.upward,
      countyFolder: settings.countyDirectory,
      publicUrl: settings.publicUrl,
      trial: settings.mode === 'trial',
    };
    const platform = await buildApp({ services, settings });
    await loadCounty(platform);
    return {
      ...platform,
      databaseLost: new Promise((resolve) => {
        void embedded?.ended.then(({ unexpected }) => {
          if (unexpected !== null) resolve(unexpected);
        });
      }),
      async stop() {
        await platform.http.close();
        await platform.worker.stop();
        await db.close();
        await embedded?.stop();
      },
    };
  } catch (error) {
    await open?.close();
    await embedded?.stop();
    throw error;
  }
}

async function bringForward(urls: { appUrl: string; ownerUrl: string }, log: Logger): Promise<void> {
  const migrations = await readMigrations(migrationsFolder);
  if (await isCurrent(urls.ownerUrl, migrations)) return;
  const done = await migrate(urls.ownerUrl, migrations);
  if (done.length > 0) log.info({ migrations: done }, 'database brought forward');
}

/** The county's own region code: the first line of what makes it this county. */
export async function regionOf(countyDirectory: string): Promise<string> {
  const file = join(countyDirectory, 'org', 'directory.yaml');
  const directory = parse(await readFile(file, 'utf8')) as { region?: { code?: string } };
  const code = directory.region?.code;
  if (code === undefined || !/^\d{6}$/.test(code))
    throw new MigrationError(`${file} 里没有写明 region.code（六位区划代码）。`);
  return code;
}

export function createLogger(settings: Pick<Settings, 'logLevel' | 'mode'>): Logger {
  const options: pino.LoggerOptions = {
    level: settings.logLevel,
    base: null,
    redact: ['req.headers.cookie', 'password'],
  };
  return settings.mode === 'trial' && process.stdout.isTTY
    ? pino({
        ...options,
        transport: {
          target: 'pino-pretty',
          options: { colorize: true, translateTime: 'SYS:HH:MM:ss', ignore: 'pid,hostname' },
        },
      })
    : pino(options);
}
