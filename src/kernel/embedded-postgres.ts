import { spawn, type ChildProcess, execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, totalmem } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import pg from 'pg';
import {
  type Account,
  accountToDropTo,
  asAccount,
  type Binaries,
  canReach,
  EmbeddedPostgresError,
  findBinaries,
  serverEnvironment,
} from './embedded-postgres-binaries.ts';
import { commandLineOf, identityOf, takeDirectory } from './embedded-postgres-lock.ts';

export { EmbeddedPostgresError } from './embedded-postgres-binaries.ts';

export interface EmbeddedPostgres {
  /** Role `yingshang_owner`, owner of database `yingshang`: migrations only. */
  ownerUrl: string;
  /** Role `yingshang_app`: what the platform runs as. */
  appUrl: string;
  /** The superuser, on database `postgres`: tests and repair, never the running platform. */
  superUrl: string;
  /** Where the data really is: not always below the directory asked for, see `chooseBase`. */
  dataDirectory: string;
  /** Resolves when the server has ended, with the reason if nobody asked for it. */
  ended: Promise<{ unexpected: string | null }>;
  /** Fast shutdown; resolves when the server is gone. May be called twice. */
  stop(): Promise<void>;
}

export interface EmbeddedPostgresOptions {
  /** Holds everything the server needs, for instance `var/postgres`. */
  directory: string;
  log: (line: string) => void;
  settings?: {
    /** Account to run as when started by root. Default: postgres, else nobody. */
    account?: string | undefined;
    /** Directory with other PostgreSQL binaries than npm's. */
    binDir?: string | undefined;
    /**
     * `full`, unless said otherwise: what was acknowledged survives a power cut. `late`: a power cut may lose the last
     * moments, never the whole (a simulation can be run again). `none`: tests only.
     */
    durability?: Durability | undefined;
  };
}

export type Durability = 'full' | 'late' | 'none';

interface Secrets {
  super: string;
  owner: string;
  app: string;
}

interface Place {
  host: string;
  port: number;
  /** A directory of this run alone, removed with the server. */
  removeAtEnd: string | null;
}

const ownerRole = 'yingshang_owner';
const appRole = 'yingshang_app';
const database = 'yingshang';
/** `sun_path` holds 107 bytes; the server adds `/.s.PGSQL.5432`. */
const longestSocketDirectory = 107 - '/.s.PGSQL.5432'.length;
const startPatienceMs = 60_000;

/**
 * Starts the platform's own PostgreSQL server on `directory`, making it on first use.
 * Only one process may do so at a time; the server ends with the process, however that ends.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { log, settings = {} } = options;
  const account = await accountToDropTo(settings.account);
  const base = chooseBase(resolve(options.directory), account, log);
  const lock = takeDirectory(base);
  if ('heldBy' in lock) {
    throw new EmbeddedPostgresError(
      `数据目录 ${base} 正被另一个营商平台进程（进程号 ${lock.heldBy}）使用。` +
        '请先停止它；要再开一个平台，请用 YINGSHANG_VAR 指定另外的数据目录。',
    );
  }
  try {
    const binaries = await findBinaries(settings.binDir, account, base, log);
    if (account) log(`平台以 root 运行，数据库改以账户 ${account.name} 运行。`);
    const data = join(base, 'data');
    refuseOtherMajor(data, binaries.major);
    await stopOrphan(data, log);
    const secrets = readSecrets(base, data);
    if (!existsSync(data)) await createCluster(base, data, binaries, account, secrets, settings.durability ?? 'full');
    const place = await choosePlace(base, account);
    const server = await runServer(base, data, binaries, account, place, settings.durability ?? 'full', log);
    try {
      await createRolesOnce(base, place, secrets);
    } catch (error) {
      await server.stop();
      throw error;
    }
    void server.ended.then(lock.release);
    return {
      superUrl: urlFor('postgres', secrets.super, 'postgres', place),
      ownerUrl: urlFor(ownerRole, secrets.owner, database, place),
      appUrl: urlFor(appRole, secrets.app, database, place),
      dataDirectory: data,
      ended: server.ended,
      stop: server.stop,
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/**
 * The directory asked for, unless the account cannot reach it (root's 0700 home): then a place under /var/lib that a
 * pointer file in the directory names.
 */
function chooseBase(directory: string, account: Account | null, log: (line: string) => void): string {
  makeDirectory(directory, account ? 0o711 : 0o700);
  const real = realpathSync(directory);
  // The directory itself is the server's own: letting the account pass through it gives nothing else away.
  if (account && canReach(dirname(real), account)) chmodSync(real, (statSync(real).mode & 0o777) | 0o011);
  if (canReach(real, account)) return real;
  const pointer = join(real, 'location');
  const base = existsSync(pointer)
    ? readFileSync(pointer, 'utf8').trim()
    : join('/var/lib/yingshang', createHash('sha256').update(real).digest('hex').slice(0, 12));
  try {
    makeDirectory(base, 0o711);
  } catch (error) {
    throw new EmbeddedPostgresError(
      `账户 ${account?.name ?? ''} 进不了数据目录 ${real}，也不能在 ${base} 建立目录（${(error as Error).message}）。` +
        '请用 YINGSHANG_VAR 指定这个账户进得去的目录，或用 DATABASE_URL 指向已有的 PostgreSQL 服务器。',
    );
  }
  writeFileSync(pointer, `${base}\n`);
  log(`账户 ${account?.name ?? ''} 进不了 ${real}，数据库的数据放在 ${base}。`);
  return base;
}

/** Makes a directory and its missing parents; those it makes are reachable whatever the umask says. */
function makeDirectory(path: string, mode: number): void {
  if (existsSync(path)) return;
  if (dirname(path) !== path) makeDirectory(dirname(path), 0o711);
  mkdirSync(path, { recursive: true });
  chmodSync(path, mode);
}

function refuseOtherMajor(data: string, major: number): void {
  if (!existsSync(data)) return;
  const found = readFileSync(join(data, 'PG_VERSION'), 'utf8').trim();
  if (Number(found) === major) return;
  throw new EmbeddedPostgresError(
    `${data} 是 PostgreSQL ${found} 的数据，现有程序是 PostgreSQL ${major}，不能直接打开，数据没有改动。` +
      `请先用 PostgreSQL ${found} 的程序导出：PG_BINDIR=<${found} 版程序目录> npm run -s yingshang -- backup 备份文件；` +
      '再把这个目录移到别处，用新程序导入：npm run -s yingshang -- restore 备份文件。',
  );
}

/**
 * A server that an earlier run left behind is stopped before a new one starts. A pid file whose process is gone, a
 * zombie, or somebody else's is only paper: PostgreSQL itself would take the latter two for a running server.
 */
async function stopOrphan(data: string, log: (line: string) => void): Promise<void> {
  const pidFile = join(data, 'postmaster.pid');
  const pid = readPidFile(pidFile)?.pid;
  if (pid === undefined) return;
  const identity = identityOf(pid);
  if (identity === null || !isPostgres(pid, data)) {
    rmSync(pidFile, { force: true });
    return;
  }
  log(`上次运行留下的数据库进程（进程号 ${pid}）还在，先停止它。`);
  for (const [signal, patienceMs] of [
    ['SIGINT', 20_000],
    ['SIGQUIT', 10_000],
  ] as const) {
    try {
      process.kill(pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') break;
    }
    const until = performance.now() + patienceMs;
    while (performance.now() < until) {
      if (identityOf(pid) !== identity) return;
      await pause(10);
    }
  }
  throw new EmbeddedPostgresError(
    `数据目录 ${data} 上还有一个停不下来的数据库进程（进程号 ${pid}），请先停止它再启动。`,
  );
}

/** Whether a living process is a PostgreSQL server that may be working on this data. */
function isPostgres(pid: number, data: string): boolean {
  const commandLine = commandLineOf(pid);
  if (!commandLine) return process.platform !== 'linux';
  const [program = '', ...args] = commandLine;
  if (!/(^|\/)(postgres|postmaster)$/.test(program)) return false;
  const at = args.indexOf('-D');
  const named = at >= 0 ? args[at + 1] : undefined;
  // A server on another absolute directory is somebody else's; one that does not say may be on ours.
  return named === undefined || !named.startsWith('/') || named === data;
}

function readSecrets(base: string, data: string): Secrets {
  const path = join(base, 'passwords.json');
  if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8')) as Secrets;
  if (existsSync(data)) {
    throw new EmbeddedPostgresError(`缺少数据库口令文件 ${path}，请从备份中找回这个文件后再启动。`);
  }
  const secret = () => randomBytes(24).toString('base64url');
  const secrets: Secrets = { super: secret(), owner: secret(), app: secret() };
  writeDurably(path, JSON.stringify(secrets));
  return secrets;
}

/** A half-made cluster is never taken for a whole one: initdb works beside, and a rename makes it real. */
async function createCluster(
  base: string,
  data: string,
  binaries: Binaries,
  account: Account | null,
  secrets: Secrets,
  durability: Durability,
): Promise<void> {
  const draft = `${data}.new`;
  const passwordFile = join(base, 'initdb-password');
  rmSync(draft, { recursive: true, force: true });
  rmSync(passwordFile, { force: true });
  rmSync(join(base, 'roles-created'), { force: true });
  mkdirSync(draft, { mode: 0o700 });
  writeFileSync(passwordFile, secrets.super, { mode: 0o600 });
  if (account) for (const path of [draft, passwordFile]) chownSync(path, account.uid, account.gid);
  // The builtin provider came with 17; before it the C library's C.UTF-8 serves. Plain C would find no Chinese.
  const locale = binaries.major >= 17 ? ['--locale-provider=builtin', '--locale=C.UTF-8'] : ['--locale=C.UTF-8'];
  const args = ['-D', draft, '-U', 'postgres', '-E', 'UTF8', ...locale, '-A', 'scram-sha-256', '--data-checksums'];
  try {
    await promisify(execFile)(
      binaries.initdb,
      [...args, `--pwfile=${passwordFile}`, '--no-instructions', ...(durability === 'none' ? ['--no-sync'] : [])],
      { cwd: base, env: serverEnvironment(), ...asAccount(account) },
    );
  } catch (error) {
    const said = (error as { stderr?: string }).stderr?.trim() ?? (error as Error).message;
    throw new EmbeddedPostgresError(`不能在 ${base} 建立数据库：${said}`);
  } finally {
    rmSync(passwordFile, { force: true });
  }
  renameSync(draft, data);
  syncDirectory(base);
}

/** The socket lives in a private directory; below the data if its name is short enough. Windows has loopback TCP. */
async function choosePlace(base: string, account: Account | null): Promise<Place> {
  if (process.platform === 'win32') return { host: '127.0.0.1', port: await freePort(), removeAtEnd: null };
  let host = join(base, 'run');
  let removeAtEnd: string | null = null;
  if (Buffer.byteLength(host) > longestSocketDirectory) {
    const roots = [tmpdir(), '/tmp', '/var/tmp'].filter((root) => existsSync(root) && canReach(root, account));
    const root = roots.find((path) => Buffer.byteLength(join(path, 'yingshang-123456')) <= longestSocketDirectory);
    if (!root) throw new EmbeddedPostgresError('找不到路径足够短的临时目录来放数据库的连接文件，请检查 TMPDIR。');
    host = mkdtempSync(join(root, 'yingshang-'));
    removeAtEnd = host;
  }
  mkdirSync(host, { recursive: true });
  if (account) chownSync(host, account.uid, account.gid);
  chmodSync(host, 0o700);
  return { host, port: 5432, removeAtEnd };
}

async function freePort(): Promise<number> {
  return new Promise((answer, fail) => {
    const probe = createServer().once('error', fail);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => (address && typeof address === 'object' ? answer(address.port) : fail(new Error('no port'))));
    });
  });
}

async function runServer(
  base: string,
  data: string,
  binaries: Binaries,
  account: Account | null,
  place: Place,
  durability: Durability,
  log: (line: string) => void,
): Promise<Pick<EmbeddedPostgres, 'ended' | 'stop'>> {
  const logFile = join(base, 'server.log');
  if (existsSync(logFile) && statSync(logFile).size > 5_000_000) renameSync(logFile, `${logFile}.1`);
  const until = performance.now() + startPatienceMs;
  for (;;) {
    const logStart = existsSync(logFile) ? statSync(logFile).size : 0;
    const server = watch({
      postgres: binaries.postgres,
      pgCtl: binaries.pgCtl,
      args: ['-D', data, ...serverSettings(binaries.major, place, durability)],
      dataDirectory: data,
      logFile,
      env: serverEnvironment(),
      ...asAccount(account),
      ...(place.removeAtEnd ? { removeAtEnd: place.removeAtEnd } : {}),
    });
    const outcome = await Promise.race([becomeReady(server, data, until), server.ended]);
    if (outcome === 'ready') {
      void server.ended.then(({ unexpected }) => {
        if (unexpected) log(`数据库意外停止（${unexpected}），详情见 ${logFile}。`);
      });
      return server;
    }
    await server.stop();
    const said = existsSync(logFile) ? readFileSync(logFile).subarray(logStart).toString().trim() : '';
    // Children of a server that was killed may need a moment to notice; PostgreSQL rightly waits for them.
    const mayPass = /still in use|is another postmaster/.test(said);
    if (mayPass && performance.now() < until && !place.removeAtEnd) {
      await pause(100);
      continue;
    }
    const reason = outcome === 'late' ? `等了 ${startPatienceMs / 1000} 秒还没有就绪` : '启动后马上退出';
    const tail = said.split('\n').slice(-5).join('\n');
    throw new EmbeddedPostgresError(`数据库没有启动成功：${reason}。\n${tail}\n（完整记录见 ${logFile}）`);
  }
}

interface Watched extends Pick<EmbeddedPostgres, 'ended' | 'stop'> {
  pid(): number | null;
}

function watch(plan: Record<string, unknown>): Watched {
  const watchdog = fileURLToPath(new URL('./embedded-postgres-watchdog.mjs', import.meta.url));
  const child: ChildProcess = spawn(process.execPath, [watchdog, JSON.stringify(plan)], {
    cwd: '/',
    detached: true,
    windowsHide: true,
    stdio: ['pipe', 'pipe', 'ignore'],
    env: serverEnvironment(),
  });
  let pid: number | null = null;
  let stopping = false;
  let lastWord = '';
  if (child.stdout) {
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('pid ')) pid = Number(line.slice(4));
      else lastWord = line;
    });
  }
  child.stdin?.on('error', () => undefined);
  const ended = new Promise<{ unexpected: string | null }>((answer) => {
    child.once('error', (error) => answer({ unexpected: error.message }));
    child.once('close', (code, signal) => {
      // A watchdog that was killed can stop nothing any more: the server must not outlive us for that.
      if (signal && pid !== null && identityOf(pid) !== null) process.kill(pid, 'SIGINT');
      answer({ unexpected: stopping ? null : lastWord || `${signal ?? code}` });
    });
  });
  // A command that forgets to stop the server may still end: the closed pipe stops it.
  keepAlive(child, 'unref');
  return {
    pid: () => pid,
    ended,
    stop: async () => {
      stopping = true;
      keepAlive(child, 'ref');
      child.stdin?.end();
      await ended;
    },
  };
}

function keepAlive(child: ChildProcess, how: 'ref' | 'unref'): void {
  child[how]();
  for (const stream of [child.stdin, child.stdout]) (stream as { ref?(): void; unref?(): void } | null)?.[how]?.();
}

async function becomeReady(server: Watched, data: string, until: number): Promise<'ready' | 'late'> {
  while (performance.now() < until) {
    const file = readPidFile(join(data, 'postmaster.pid'));
    if (file?.ready && file.pid === server.pid()) return 'ready';
    await pause(5);
  }
  return 'late';
}

function readPidFile(path: string): { pid: number; ready: boolean } | null {
  try {
    const lines = readFileSync(path, 'utf8').split('\n');
    return { pid: Number(lines[0]), ready: (lines[7] ?? '').startsWith('ready') };
  } catch {
    return null;
  }
}

function serverSettings(major: number, place: Place, durability: Durability): string[] {
  const megabytes = Math.round(Math.min(256, Math.max(32, totalmem() / 2 ** 20 / 32)));
  const values: Record<string, string> = {
    listen_addresses: process.platform === 'win32' ? place.host : '',
    port: String(place.port),
    ...(process.platform === 'win32' ? {} : { unix_socket_directories: place.host, unix_socket_permissions: '0700' }),
    cluster_name: 'yingshang',
    shared_buffers: `${megabytes}MB`,
    max_connections: '60',
    max_wal_size: '512MB',
    timezone: 'UTC',
    log_timezone: 'UTC',
    jit: 'off',
    // Details and failed statements carry what people typed: identity numbers have no place in a log.
    log_error_verbosity: 'terse',
    log_min_error_statement: 'panic',
    ...(major >= 18 ? { io_method: 'sync' } : {}),
    ...(durability === 'full' ? {} : { synchronous_commit: 'off' }),
    ...(durability === 'none' ? { fsync: 'off', full_page_writes: 'off' } : {}),
  };
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** Idempotent, and marked done only when done: a first start may be cut off at any line. */
async function createRolesOnce(base: string, place: Place, secrets: Secrets): Promise<void> {
  const marker = join(base, 'roles-created');
  if (existsSync(marker)) return;
  const client = new pg.Client({ connectionString: urlFor('postgres', secrets.super, 'postgres', place) });
  await client.connect();
  try {
    for (const [role, password] of [
      [ownerRole, secrets.owner],
      [appRole, secrets.app],
    ] as const) {
      const { rowCount } = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [role]);
      const verb = rowCount ? 'ALTER' : 'CREATE';
      await client.query(`${verb} ROLE ${role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD '${password}'`);
    }
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [database]);
    if (!rowCount) await client.query(`CREATE DATABASE ${database} OWNER ${ownerRole}`);
    await client.query(`REVOKE ALL ON DATABASE ${database} FROM PUBLIC`);
    await client.query(`GRANT CONNECT ON DATABASE ${database} TO ${appRole}`);
  } finally {
    await client.end();
  }
  writeDurably(marker, '');
}

function urlFor(role: string, password: string, name: string, place: Place): string {
  if (!place.host.startsWith('/')) return `postgres://${role}:${password}@${place.host}:${place.port}/${name}`;
  return `postgres://${role}:${password}@/${name}?host=${encodeURIComponent(place.host)}&port=${place.port}`;
}

function writeDurably(path: string, text: string): void {
  const draft = `${path}.new`;
  rmSync(draft, { force: true });
  const file = openSync(draft, 'wx', 0o600);
  writeFileSync(file, text);
  fsyncSync(file);
  closeSync(file);
  renameSync(draft, path);
  syncDirectory(dirname(path));
}

function syncDirectory(path: string): void {
  if (process.platform === 'win32') return;
  const directory = openSync(path, 'r');
  fsyncSync(directory);
  closeSync(directory);
}
