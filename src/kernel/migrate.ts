import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import pg from 'pg';

export interface Migration {
  name: string;
  text: string;
  checksum: string;
}

export async function readMigrations(folder: URL): Promise<Migration[]> {
  const files = (await readdir(folder)).filter((file) => /^\d{4}_[a-z0-9-]+\.sql$/.test(file)).sort();
  return Promise.all(
    files.map(async (name) => {
      const text = await readFile(new URL(name, folder), 'utf8');
      return { name, text, checksum: createHash('sha256').update(text).digest('hex') };
    }),
  );
}

export class MigrationError extends Error {}

/**
 * Brings the schema forward, as the owner, one transaction per migration, one process at a time.
 * A migration that was changed after it ran is refused. @returns the names applied.
 */
export async function migrate(ownerUrl: string, migrations: readonly Migration[]): Promise<string[]> {
  const client = new pg.Client({ connectionString: ownerUrl, application_name: 'yingshang-migrate' });
  await client.connect();
  try {
    await client.query('select pg_advisory_lock(610329001)');
    await ensureRole(client);
    await client.query(`create table if not exists public.migration (
      name text primary key, checksum text not null, applied_at timestamptz not null default now())`);
    await client.query('grant select on public.migration to yingshang_app');
    const { rows } = await client.query<{ name: string; checksum: string }>(
      'select name, checksum from public.migration',
    );
    const applied = new Map(rows.map((row) => [row.name, row.checksum]));
    for (const name of applied.keys()) {
      if (!migrations.some((migration) => migration.name === name)) {
        throw new MigrationError(`数据库已执行过本版本没有的迁移 ${name}：数据库比程序新，请使用更新的程序。`);
      }
    }
    const done: string[] = [];
    for (const migration of migrations) {
      const checksum = applied.get(migration.name);
      if (checksum === migration.checksum) continue;
      if (checksum !== undefined) throw new MigrationError(`迁移文件 ${migration.name} 在执行之后被改动过，拒绝启动。`);
      await client.query('begin');
      await client.query(migration.text);
      await client.query('insert into public.migration (name, checksum) values ($1, $2)', [
        migration.name,
        migration.checksum,
      ]);
      await client.query('commit');
      done.push(migration.name);
    }
    return done;
  } finally {
    await client.end();
  }
}

/** True when every migration has run: lets a second process start without being the owner. */
export async function isCurrent(url: string, migrations: readonly Migration[]): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string; checksum: string }>(
      'select name, checksum from public.migration',
    );
    const applied = new Map(rows.map((row) => [row.name, row.checksum]));
    return migrations.every((migration) => applied.get(migration.name) === migration.checksum);
  } catch (error) {
    if ((error as { code?: string }).code === '42P01') return false;
    throw error;
  } finally {
    await client.end();
  }
}

/** The application role exists and the connecting user may take it on. */
async function ensureRole(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ present: boolean; member: boolean }>(`
    select exists (select from pg_roles where rolname = 'yingshang_app') as present,
      coalesce((select pg_has_role(current_user, oid, 'member') from pg_roles where rolname = 'yingshang_app'), false) as member`);
  if (rows[0]?.present) return;
  try {
    await client.query('create role yingshang_app nologin');
    await client.query('grant yingshang_app to current_user');
  } catch (error) {
    throw new MigrationError(
      `数据库里没有角色 yingshang_app，当前用户也不能创建它。请管理员执行：create role yingshang_app; grant yingshang_app to 当前用户。（${(error as Error).message}）`,
    );
  }
}
