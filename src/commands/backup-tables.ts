import type pg from 'pg';

/** What a backup must carry of the database, asked from the database itself: a new table is never forgotten. */
export interface TableShape {
  schema: string;
  name: string;
  columns: string[];
}

export interface SequenceState {
  name: string;
  last: string;
}

/** Tables whose rows are the platform's own, those referred to before those that refer. Partitions come with their parent. */
export async function tablesInOrder(client: pg.Client): Promise<TableShape[]> {
  const { rows: tables } = await client.query<{ oid: string; schema: string; name: string; columns: string[] }>(`
    select c.oid::text as oid, n.nspname as schema, c.relname as name,
      array(select a.attname::text from pg_attribute a
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' order by a.attnum) as columns
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and not c.relispartition
      and n.nspname not like 'pg\\_%' and n.nspname <> 'information_schema'
      and (n.nspname, c.relname) <> ('public', 'migration')
    order by n.nspname, c.relname`);
  const { rows: references } = await client.query<{ from: string; to: string }>(`
    select distinct conrelid::text as from, confrelid::text as to from (
      select conrelid::oid, confrelid::oid from pg_constraint where contype = 'f' and conrelid <> confrelid) as f`);
  const waiting = new Map(tables.map((table) => [table.oid, table]));
  const order: TableShape[] = [];
  while (waiting.size > 0) {
    const ready = [...waiting.values()].filter(
      (table) => !references.some((one) => one.from === table.oid && waiting.has(one.to)),
    );
    if (ready.length === 0)
      throw new Error(
        `tables refer to each other in a circle: ${[...waiting.values()].map((table) => table.name).join(', ')}`,
      );
    for (const { oid, schema, name, columns } of ready) {
      waiting.delete(oid);
      order.push({ schema, name, columns });
    }
  }
  return order;
}

export async function sequences(client: pg.Client): Promise<SequenceState[]> {
  const { rows } = await client.query<SequenceState>(`
    select quote_ident(schemaname) || '.' || quote_ident(sequencename) as name, last_value::text as last
    from pg_sequences where last_value is not null and schemaname not like 'pg\\_%' order by 1`);
  return rows;
}

export async function appliedMigrations(client: pg.Client): Promise<{ name: string; checksum: string }[]> {
  const { rows: found } = await client.query<{ present: boolean }>(
    `select to_regclass('public.migration') is not null as present`,
  );
  if (found[0]?.present !== true) return [];
  const { rows } = await client.query<{ name: string; checksum: string }>(
    'select name, checksum from public.migration order by name',
  );
  return rows;
}

export function quoted(table: TableShape): string {
  return `${identifier(table.schema)}.${identifier(table.name)}`;
}

export function columnList(table: TableShape): string {
  return table.columns.map(identifier).join(', ');
}

function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
