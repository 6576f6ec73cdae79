import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestPlatform, type TestPlatform } from '../support/platform.ts';

/** What the migrated database itself says about its tables. */
let platform: TestPlatform;
let client: pg.Client;

beforeAll(async () => {
  platform = await startTestPlatform();
  client = new pg.Client({ connectionString: platform.ownerUrl });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await platform.stop();
});

const ours = `n.nspname not like 'pg\\_%' and n.nspname not in ('information_schema', 'public')`;

async function names(query: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(query);
  return rows.map((row) => row.name);
}

it('every table belongs to a region, which comes first in its key if it has one', async () => {
  const all =
    await names(`select n.nspname || '.' || c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and ${ours}`);
  expect(all.length).toBeGreaterThan(20);
  expect(
    await names(`select n.nspname || '.' || c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p') and ${ours}
        and (not exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'region' and a.attnotnull)
          or exists (select from pg_index i join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
            where i.indrelid = c.oid and i.indisprimary and a.attname <> 'region'))`),
  ).toEqual([]);
});

it('every unique key contains the region', async () => {
  expect(
    await names(`select n.nspname || '.' || x.relname as name from pg_index i join pg_class c on c.oid = i.indrelid
      join pg_class x on x.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace
      where i.indisunique and ${ours}
        and not exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'region' and a.attnum = any (i.indkey::int2[]))`),
  ).toEqual([]);
});

it('every reference to another table stays within the region and within the schema', async () => {
  expect(
    await names(`select n.nspname || '.' || k.conname as name from pg_constraint k join pg_class c on c.oid = k.conrelid
      join pg_class t on t.oid = k.confrelid join pg_namespace n on n.oid = c.relnamespace
      where k.contype = 'f' and ${ours} and k.conparentid = 0
        and (c.relnamespace <> t.relnamespace
          or not exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'region' and a.attnum = any (k.conkey)))`),
  ).toEqual([]);
});

it('events, journal and seals are written once: the application may select and insert, nothing more', async () => {
  const writtenOnce = `(c.relname ~ '(^|_)(event|journal|seal|leaf|era|draw)(_[0-9a-z]+)?$' or c.relname ~ '^journal')`;
  const tables =
    await names(`select n.nspname || '.' || c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and ${ours} and ${writtenOnce}`);
  expect(tables).toContain('kernel.journal');
  expect(tables).toContain('kernel.journal_2026');
  expect(tables).toContain('tasks.event');
  expect(
    await names(`select n.nspname || '.' || c.relname || ': ' || p as name
      from pg_class c join pg_namespace n on n.oid = c.relnamespace, unnest(array['update', 'delete', 'truncate', 'trigger']) p
      where c.relkind in ('r', 'p') and ${ours} and ${writtenOnce}
        and (has_table_privilege('yingshang_app', c.oid, p) or (p = 'update' and has_any_column_privilege('yingshang_app', c.oid, p)))`),
  ).toEqual([]);
});

it('the application owns nothing, makes nothing and is no superuser', async () => {
  expect(await names(`select relname as name from pg_class where pg_get_userbyid(relowner) = 'yingshang_app'`)).toEqual(
    [],
  );
  expect(
    await names(
      `select rolname as name from pg_roles where rolname = 'yingshang_app' and (rolsuper or rolcreaterole or rolcreatedb or rolbypassrls)`,
    ),
  ).toEqual([]);
  expect(
    await names(
      `select nspname as name from pg_namespace where nspname not like 'pg\\_%' and has_schema_privilege('yingshang_app', oid, 'create')`,
    ),
  ).toEqual([]);
});

it('no sequence is shared across regions', async () => {
  expect(
    await names(
      `select n.nspname || '.' || c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind = 'S' and ${ours}`,
    ),
  ).toEqual([]);
});

it('no table is named like a word of SQL', async () => {
  expect(
    await names(`select n.nspname || '.' || c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      join pg_get_keywords() w on w.word = c.relname and w.catcode = 'R' where c.relkind in ('r', 'p') and ${ours}`),
  ).toEqual([]);
});
