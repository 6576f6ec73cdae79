import type pg from 'pg';

/**
 * The structure of a database as text: what a newcomer reads and what a test compares. Asked from the catalogue, so that
 * it says what is there and not what the migrations meant.
 */
export async function dumpSchema(client: pg.Client): Promise<string> {
  const { rows: schemas } = await client.query<{ name: string; usage: boolean }>(`
    select nspname as name, has_schema_privilege('yingshang_app', oid, 'usage') as usage from pg_namespace
    where nspname not like 'pg\\_%' and nspname <> 'information_schema' order by (nspname = 'public') desc, nspname`);
  const parts = [
    '-- Generated from a migrated database (npm run golden). Not a migration: those are in src/migrations.',
  ];
  for (const { name, usage } of schemas) {
    parts.push(`\n-- ${name}${usage ? '' : ' (not open to yingshang_app)'}\n`);
    parts.push(...(await tables(client, name)), ...(await functions(client, name)));
  }
  return `${parts
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trimEnd()}\n`;
}

interface Table {
  oid: string;
  name: string;
  partitionKey: string | null;
  partitions: string[];
}

async function tables(client: pg.Client, schema: string): Promise<string[]> {
  const { rows } = await client.query<Table>(
    `select c.oid::text as oid, c.relname as name, pg_get_partkeydef(c.oid) as "partitionKey",
       array(select p.relname::text from pg_inherits i join pg_class p on p.oid = i.inhrelid where i.inhparent = c.oid order by 1) as partitions
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = $1 and c.relkind in ('r', 'p') and not c.relispartition order by c.relname`,
    [schema],
  );
  const texts: string[] = [];
  for (const table of rows) texts.push(await tableText(client, schema, table));
  return texts;
}

async function tableText(client: pg.Client, schema: string, table: Table): Promise<string> {
  const lines = async (query: string): Promise<string[]> =>
    (await client.query<{ line: string }>(query, [table.oid])).rows.map((row) => row.line);
  const columns = await lines(`
    select quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod)
      || case when a.attnotnull then ' not null' else '' end
      || case when d.oid is null then '' when a.attgenerated <> '' then ' generated always as (' || pg_get_expr(d.adbin, d.adrelid) || ') stored'
         else ' default ' || pg_get_expr(d.adbin, d.adrelid) end as line
    from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    where a.attrelid = $1 and a.attnum > 0 and not a.attisdropped order by a.attnum`);
  const constraints = await lines(`
    select 'constraint ' || quote_ident(conname) || ' ' || pg_get_constraintdef(oid) as line from pg_constraint
    where conrelid = $1 and contype in ('p', 'u', 'f', 'c', 'x') order by position(contype in 'pufcx'), conname`);
  const indexes = await lines(`
    select pg_get_indexdef(i.indexrelid) || ';' as line from pg_index i join pg_class c on c.oid = i.indexrelid
    where i.indrelid = $1 and not exists (select from pg_constraint k where k.conindid = i.indexrelid and k.conrelid = i.indrelid and k.contype in ('p', 'u', 'x'))
    order by c.relname`);
  const triggers = await lines(
    `select pg_get_triggerdef(oid) || ';' as line from pg_trigger where tgrelid = $1 and not tgisinternal order by tgname`,
  );
  const grants = await lines(`
    select 'grant ' || string_agg(lower(g.privilege_type), ', ' order by g.privilege_type) || ' to ' || r.rolname || ';' as line
    from pg_class c, aclexplode(c.relacl) g join pg_roles r on r.oid = g.grantee
    where c.oid = $1 and g.grantee <> c.relowner group by r.rolname order by r.rolname`);
  const columnGrants = await lines(`
    select 'grant ' || lower(g.privilege_type) || ' (' || string_agg(quote_ident(a.attname), ', ' order by a.attnum) || ') to ' || r.rolname || ';' as line
    from pg_attribute a, aclexplode(a.attacl) g join pg_roles r on r.oid = g.grantee
    where a.attrelid = $1 and not a.attisdropped group by r.rolname, g.privilege_type order by 1`);
  const partition = table.partitionKey === null ? '' : ` partition by ${table.partitionKey}`;
  return [
    `create table ${schema}.${table.name} (`,
    `${[...columns, ...constraints].map((line) => `  ${line}`).join(',\n')}`,
    `)${partition};`,
    ...(table.partitions.length === 0 ? [] : [`-- partitions: ${table.partitions.join(', ')}`]),
    ...indexes,
    ...triggers,
    ...[...grants, ...columnGrants].map((line) => line.replace(' to ', ` on ${schema}.${table.name} to `)),
    '',
  ].join('\n');
}

async function functions(client: pg.Client, schema: string): Promise<string[]> {
  const { rows } = await client.query<{ text: string }>(
    `select pg_get_functiondef(p.oid) as text from pg_proc p join pg_namespace n on n.oid = p.pronamespace
     where n.nspname = $1 and p.prokind in ('f', 'p') and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
     order by p.proname`,
    [schema],
  );
  return rows.map(({ text }) => `${text.trimEnd()};\n`);
}
