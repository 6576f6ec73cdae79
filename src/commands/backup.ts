import { createHash, type Hash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { openDatabase } from '../kernel/db.ts';
import { startEmbeddedPostgres } from '../kernel/embedded-postgres.ts';
import { createDiskFileStore } from '../kernel/files/index.ts';
import { sealJournal, verifyJournal } from '../kernel/journal/seal.ts';
import { migrate, readMigrations } from '../kernel/migrate.ts';
import { readSettings, varPaths, type Settings } from '../kernel/settings.ts';
import { chineseDateTime, systemClock, type Instant } from '../kernel/time.ts';
import { migrationsFolder, regionOf } from '../start.ts';
import { ArchiveError, partBytes, readArchive, writeArchive, type ArchiveWriter } from './backup-archive.ts';
import {
  appliedMigrations,
  columnList,
  quoted,
  sequences,
  tablesInOrder,
  type SequenceState,
  type TableShape,
} from './backup-tables.ts';

interface TableContent extends TableShape {
  rows: number;
  sha256: string;
}

interface Manifest {
  format: 'yingshang-backup-1';
  region: string;
  at: Instant;
  server: string;
  migrations: { name: string; checksum: string }[];
  tables: TableContent[];
  sequences: SequenceState[];
  /** Contents of the file store: name is the SHA-256. */
  files: { sha256: string; size: number }[];
  /** Chain value of the last seal of the journal: note it somewhere else. */
  journalHead: string;
}

const manifestName = 'manifest.json';

/**
 * `backup FILE`: every row of one moment, and every stored file, into one .tar.gz with checksums. The journal is sealed
 * first. The master key is not in it: a copy that falls into wrong hands opens no personal data.
 */
export async function backup(args: string[]): Promise<number> {
  const path = fileArgument(args, 'backup');
  if (path === null) return 2;
  if (existsSync(path)) return refuse(`${path} 已经存在，备份不会覆盖它。请换一个文件名。`);
  if (!existsSync(dirname(path))) return refuse(`没有 ${dirname(path)} 这个目录。`);
  const settings = readSettings();
  const region = await regionOf(settings.countyDirectory);
  const draft = `${path}.part`;
  const manifest = await withOwner(settings, async ({ client, ownerUrl, appUrl }) => {
    await migrate(ownerUrl, await readMigrations(migrationsFolder));
    await seal(appUrl, region);
    const archive = writeArchive(draft);
    try {
      const made = await dump(client, archive, region, varPaths(settings.varDirectory).files);
      await archive.close();
      await rename(draft, path);
      return made;
    } catch (error) {
      archive.abandon();
      await rm(draft, { force: true });
      throw error;
    }
  });
  const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0);
  process.stdout.write(
    `已备份到 ${path}：${manifest.tables.length} 张表 ${rows} 行，${manifest.files.length} 个文件，${Math.ceil((await stat(path)).size / 1024)} KB。\n` +
      `操作日志最近封存值：${manifest.journalHead || '（还没有日志）'}\n` +
      '主密钥（YINGSHANG_DATA_KEY，试用方式在数据目录的 keys 里）不在备份里，请另外妥善保管，没有它就读不出个人信息。\n',
  );
  return 0;
}

/**
 * `restore FILE`: into an empty database only. Everything is checked before the first row is written, and all rows go in
 * by one transaction. Numbers of transactions start anew in a restored database, so the journal begins a new era.
 */
export async function restore(args: string[]): Promise<number> {
  const path = fileArgument(args, 'restore');
  if (path === null) return 2;
  const settings = readSettings();
  let manifest: Manifest;
  try {
    manifest = await check(path);
  } catch (error) {
    if (error instanceof ArchiveError) return refuse(error.message);
    throw error;
  }
  const region = await regionOf(settings.countyDirectory);
  if (manifest.region !== region)
    return refuse(`这是区划 ${manifest.region} 的备份，本机资料目录是区划 ${region} 的。没有恢复。`);

  return withOwner(settings, async ({ client, ownerUrl, appUrl }) => {
    const migrations = await readMigrations(migrationsFolder);
    const needed = manifest.migrations.map(({ name, checksum }) =>
      migrations.find((migration) => migration.name === name && migration.checksum === checksum),
    );
    if (needed.includes(undefined))
      return refuse('备份来自更新版本的程序，或者迁移文件不一致。请用做备份的那个版本（或更新的版本）来恢复。');
    const present = await appliedMigrations(client);
    if (present.length > needed.length) return refuse('数据库的结构比备份新。请恢复到一个全新的空数据库。');
    // An older backup goes into the structure it was made from; the next start brings both forward together.
    await migrate(
      ownerUrl,
      needed.filter((migration) => migration !== undefined),
    );
    const full = await firstFullTable(client);
    if (full !== null)
      return refuse(`数据库不是空的（${full} 里已有内容）。恢复只能在空数据库上进行，没有改动任何内容。`);

    await putFilesBack(path, varPaths(settings.varDirectory).files);
    await load(client, path, manifest);
    await migrate(ownerUrl, migrations);
    await seal(appUrl, region);
    const journal = await verify(appUrl, region);
    process.stdout.write(
      `已恢复 ${chineseDateTime(manifest.at)} 的备份：${manifest.tables.length} 张表，${manifest.files.length} 个文件，校验值全部相符。\n` +
        (journal.ok
          ? `操作日志完好：${journal.seals} 批，${journal.entries} 条已封存。\n`
          : `操作日志有问题：${journal.firstFault?.message ?? ''}\n`),
    );
    return journal.ok ? 0 : 1;
  });
}

function fileArgument(args: string[], command: string): string | null {
  try {
    const { positionals } = parseArgs({ args, allowPositionals: true, options: {} });
    if (positionals.length === 1 && positionals[0] !== undefined && positionals[0] !== '')
      return resolve(positionals[0]);
  } catch {
    // An option that does not exist: the line below says what does.
  }
  refuse(`用法：${command} 备份文件.tar.gz`);
  return null;
}

function refuse(message: string): 2 {
  process.stderr.write(`${message}\n`);
  return 2;
}

interface OwnerAccess {
  client: pg.Client;
  ownerUrl: string;
  appUrl: string;
}

/** The database as its owner, without loading the county into it. */
async function withOwner<T>(settings: Settings, work: (access: OwnerAccess) => Promise<T>): Promise<T> {
  const directory = varPaths(settings.varDirectory).postgres;
  const embedded =
    settings.database === null
      ? await startEmbeddedPostgres({ directory, log: () => {}, settings: settings.embedded })
      : null;
  try {
    const { ownerUrl, appUrl } = settings.database ?? {
      ownerUrl: embedded?.ownerUrl ?? '',
      appUrl: embedded?.appUrl ?? '',
    };
    const client = new pg.Client({
      connectionString: ownerUrl,
      application_name: 'yingshang-backup',
      options: '-c timezone=UTC',
    });
    await client.connect();
    try {
      return await work({ client, ownerUrl, appUrl });
    } finally {
      await client.end();
    }
  } finally {
    await embedded?.stop();
  }
}

/** Seals what no seal covers yet, in the era the database is in. */
async function seal(appUrl: string, region: string): Promise<void> {
  const db = openDatabase({ url: appUrl, poolSize: 1, role: 'yingshang_app' });
  try {
    const client = new pg.Client({ connectionString: appUrl, options: '-c role=yingshang_app' });
    await client.connect();
    const { rows } = await client
      .query<{ era: number | null }>('select max(era) as era from kernel.journal_era where region = $1', [region])
      .finally(() => client.end());
    const era = rows[0]?.era ?? null;
    if (era !== null) await db.transaction((tx) => sealJournal({ ...tx, region, now: systemClock.now() }, era));
  } finally {
    await db.close();
  }
}

async function verify(appUrl: string, region: string) {
  const db = openDatabase({ url: appUrl, poolSize: 1, role: 'yingshang_app' });
  try {
    return await verifyJournal(db, region);
  } finally {
    await db.close();
  }
}

/** All tables in one snapshot, then the files that rows of the snapshot may refer to. */
async function dump(client: pg.Client, archive: ArchiveWriter, region: string, filesRoot: string): Promise<Manifest> {
  await client.query('begin isolation level repeatable read read only');
  const { rows } = await client.query<{ server: string; head: string | null }>(
    `select current_setting('server_version') as server,
       (select seal from kernel.journal_seal where region = $1 order by batch desc limit 1) as head`,
    [region],
  );
  const manifest: Manifest = {
    format: 'yingshang-backup-1',
    region,
    at: systemClock.now(),
    server: rows[0]?.server ?? '',
    migrations: await appliedMigrations(client),
    tables: [],
    sequences: await sequences(client),
    files: [],
    journalHead: rows[0]?.head ?? '',
  };
  for (const table of await tablesInOrder(client)) manifest.tables.push(await dumpTable(client, archive, table));
  await client.query('commit');
  // Files are never changed or removed, so those of now include those of the snapshot.
  for (const file of await storedFiles(filesRoot)) manifest.files.push(await dumpFile(archive, filesRoot, file));
  await archive.add(manifestName, Buffer.from(`${JSON.stringify(manifest, null, 1)}\n`));
  return manifest;
}

async function dumpTable(client: pg.Client, archive: ArchiveWriter, table: TableShape): Promise<TableContent> {
  const hash = createHash('sha256');
  const parts = partWriter(archive, `tables/${table.schema}.${table.name}`);
  const stream = client.query(copyTo(`copy (select ${columnList(table)} from ${quoted(table)}) to stdout`));
  for await (const piece of stream as AsyncIterable<Buffer>) {
    hash.update(piece);
    await parts.write(piece);
  }
  await parts.end();
  return { ...table, rows: stream.rowCount, sha256: hash.digest('hex') };
}

async function dumpFile(
  archive: ArchiveWriter,
  root: string,
  sha256: string,
): Promise<{ sha256: string; size: number }> {
  const content = await createDiskFileStore(root).open(sha256);
  if (content === null) throw new ArchiveError(`文件 ${sha256} 不见了。`);
  const parts = partWriter(archive, `files/${sha256}`);
  // The store's stream fails at its end when the content no longer has its hash: a damaged file is not backed up unseen.
  for await (const piece of content.stream) await parts.write(Buffer.from(piece));
  await parts.end();
  return { sha256, size: content.size };
}

async function storedFiles(root: string): Promise<string[]> {
  if (!existsSync(root)) return [];
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && /^[0-9a-f]{64}$/.test(entry.name))
    .map((entry) => entry.name)
    .sort();
}

function partWriter(archive: ArchiveWriter, name: string) {
  let held: Buffer[] = [];
  let length = 0;
  let part = 0;
  const flush = async () => {
    part += 1;
    await archive.add(`${name}/${String(part).padStart(6, '0')}`, Buffer.concat(held));
    held = [];
    length = 0;
  };
  return {
    async write(piece: Buffer) {
      held.push(piece);
      length += piece.length;
      if (length >= partBytes) await flush();
    },
    async end() {
      if (length > 0) await flush();
    },
  };
}

/** Reads the whole file once and compares every checksum; only then is anything believed. */
async function check(path: string): Promise<Manifest> {
  const hashes = new Map<string, { hash: Hash; size: number }>();
  let manifest: Manifest | null = null;
  for await (const { name, content } of readArchive(path)) {
    if (name === manifestName) {
      manifest = JSON.parse(content.toString('utf8')) as Manifest;
      continue;
    }
    const of = dirname(name);
    const one = hashes.get(of) ?? { hash: createHash('sha256'), size: 0 };
    one.hash.update(content);
    one.size += content.length;
    hashes.set(of, one);
  }
  if (manifest === null || (manifest as { format?: string }).format !== 'yingshang-backup-1') {
    throw new ArchiveError('备份文件里没有目录清单，可能没有写完，或者不是营商平台的备份。');
  }
  const expected = new Map([
    ...manifest.tables.map((table) => [`tables/${table.schema}.${table.name}`, table.sha256] as const),
    ...manifest.files.map((file) => [`files/${file.sha256}`, file.sha256] as const),
  ]);
  for (const [name, sha256] of expected) {
    const found = hashes.get(name)?.hash.digest('hex') ?? createHash('sha256').digest('hex');
    if (found !== sha256) throw new ArchiveError(`备份文件已损坏：${name} 的校验值不符。没有恢复任何内容。`);
    hashes.delete(name);
  }
  const [stray] = hashes.keys();
  if (stray !== undefined) throw new ArchiveError(`备份文件被改动过：多出了清单里没有的 ${stray}。没有恢复任何内容。`);
  return manifest;
}

async function firstFullTable(client: pg.Client): Promise<string | null> {
  for (const table of await tablesInOrder(client)) {
    const { rowCount } = await client.query(`select from ${quoted(table)} limit 1`);
    if ((rowCount ?? 0) > 0) return `${table.schema}.${table.name}`;
  }
  return null;
}

/** All rows in one transaction, triggers off: what they would add is in the backup already. */
async function load(client: pg.Client, path: string, manifest: Manifest): Promise<void> {
  await client.query('begin');
  try {
    for (const table of manifest.tables) await client.query(`alter table ${quoted(table)} disable trigger user`);
    await loadRows(client, path, manifest);
    for (const table of manifest.tables) await client.query(`alter table ${quoted(table)} enable trigger user`);
    for (const { name, last } of manifest.sequences) await client.query('select setval($1, $2)', [name, last]);
    await beginEra(client, manifest, basename(path));
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  }
  await client.query('analyze');
}

async function loadRows(client: pg.Client, path: string, manifest: Manifest): Promise<void> {
  const tables = new Map(manifest.tables.map((table) => [`tables/${table.schema}.${table.name}`, table]));
  let open: { of: string; stream: ReturnType<typeof copyFrom>; table: TableContent } | null = null;
  const end = async () => {
    if (open === null) return;
    open.stream.end();
    await finished(open.stream);
    if (open.stream.rowCount !== open.table.rows)
      throw new Error(`${open.of}: ${open.stream.rowCount} of ${open.table.rows} rows went in`);
    open = null;
  };
  for await (const { name, content } of readArchive(path)) {
    const of = dirname(name);
    const table = tables.get(of);
    if (table === undefined) continue;
    if (open === null || (open as { of: string }).of !== of) {
      await end();
      open = { of, table, stream: client.query(copyFrom(`copy ${quoted(table)} (${columnList(table)}) from stdin`)) };
    }
    if (!open.stream.write(content)) await once(open.stream, 'drain');
  }
  await end();
}

/** Journal rows that no seal covers yet move into the new era, so that the next seal covers them. */
async function beginEra(client: pg.Client, manifest: Manifest, file: string): Promise<void> {
  const { region, at } = manifest;
  const { rows } = await client.query<{ era: number }>(
    'select coalesce(max(era), 0) + 1 as era from kernel.journal_era where region = $1',
    [region],
  );
  const era = rows[0]?.era ?? 1;
  const now = systemClock.now();
  await client.query('insert into kernel.journal_era (region, era, started_at, reason) values ($1, $2, $3, $4)', [
    region,
    era,
    now,
    `从备份 ${file}（${at}）恢复`,
  ]);
  await client.query(
    `update kernel.journal j set era = $2, xid = pg_current_xact_id()
     where region = $1 and not exists (select from kernel.journal_leaf l where l.region = j.region and l.journal_id = j.id)`,
    [region, era],
  );
}

/** Contents go through the store itself, which names them by what they are. */
async function putFilesBack(path: string, root: string): Promise<void> {
  const store = createDiskFileStore(root);
  let open: { of: string; parts: Buffer[] } | null = null;
  const end = async () => {
    if (open === null) return;
    const { of, parts } = open;
    const { sha256 } = await store.put(Buffer.concat(parts), { maxBytes: Number.MAX_SAFE_INTEGER });
    if (of !== `files/${sha256}`) throw new ArchiveError(`备份里的文件 ${of} 内容不符。`);
    open = null;
  };
  for await (const { name, content } of readArchive(path)) {
    const of = dirname(name);
    if (!of.startsWith('files/')) continue;
    if (open !== null && (open as { of: string }).of !== of) await end();
    open ??= { of, parts: [] };
    open.parts.push(content);
  }
  await end();
}
