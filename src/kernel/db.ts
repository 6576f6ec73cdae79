import { createHash } from 'node:crypto';
import pg from 'pg';
import sql, { empty, join, raw, type Sql } from 'sql-template-tag';
import { AppError } from './errors.ts';

/**
 * SQL as tagged templates over node-postgres: ``db.rows<Row>(sql`select … where id = ${id}`)``.
 * Column names come back in camelCase; dates as `YYYY-MM-DD`, instants as ISO strings in UTC, bigint and numeric as strings.
 */
export { empty, join, raw, sql, type Sql };

export interface Queryable {
  rows<Row>(query: Sql): Promise<Row[]>;
  /** Exactly one row, or an internal error: for statements that must return one. */
  one<Row>(query: Sql): Promise<Row>;
  maybe<Row>(query: Sql): Promise<Row | null>;
  /** Number of rows changed. */
  exec(query: Sql): Promise<number>;
}

export interface Database extends Queryable {
  /** READ COMMITTED; repeated up to three times after a serialisation failure or a deadlock. */
  transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T>;
  /** A connection of its own that LISTENs; returns the function that ends it. */
  listen(channel: string, heard: () => void): Promise<() => Promise<void>>;
  ping(): Promise<void>;
  close(): Promise<void>;
  stats(): { total: number; idle: number; waiting: number };
}

export interface DatabaseOptions {
  url: string;
  poolSize?: number;
  /** Off behind a transaction pooler. */
  preparedStatements?: boolean;
  /** Role taken by every connection (`yingshang_app`). */
  role?: string;
  onError?: (error: Error) => void;
}

const types = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (oid === pg.types.builtins.DATE) return (value: string) => value;
    if (oid === pg.types.builtins.TIMESTAMPTZ) return instantOf;
    return pg.types.getTypeParser(oid, format) as (value: string) => unknown;
  },
};

/** Sessions are in UTC, so the server writes `2026-11-23 01:30:00.5+00`; JavaScript wants the offset as `Z`. */
function instantOf(value: string): string {
  return new Date(value.replace(' ', 'T').replace(/\+00$/, 'Z')).toISOString();
}

export function openDatabase(options: DatabaseOptions): Database {
  const config: pg.PoolConfig = {
    connectionString: options.url,
    max: options.poolSize ?? 8,
    idleTimeoutMillis: 30_000,
    connectionTimeoutMillis: 10_000,
    application_name: 'yingshang',
    types: types,
  };
  const startup = ['-c timezone=UTC', ...(options.role ? [`-c role=${options.role}`] : [])].join(' ');
  config.options = startup;
  const pool = new pg.Pool(config);
  // A connection may break while a transaction holds it between two statements: without a listener of its own that would
  // end the process. The pool repeats the news for connections that lie idle.
  pool.on('connect', (client) => client.on('error', (error) => options.onError?.(error)));
  pool.on('error', () => {});
  const prepared = options.preparedStatements ?? true;
  const direct = queryable((query) => guarded(() => pool.query(statement(query, prepared))));

  return {
    ...direct,
    async transaction(work) {
      for (let attempt = 1; ; attempt++) {
        const client = await guarded(() => pool.connect());
        try {
          await guarded(() => client.query('begin'));
          const result = await work(queryable((query) => guarded(() => client.query(statement(query, prepared)))));
          await guarded(() => client.query('commit'));
          client.release();
          return result;
        } catch (error) {
          const broken = await client.query('rollback').then(
            () => false,
            () => true,
          );
          client.release(broken);
          if (attempt < 3 && isRetryable(error)) continue;
          throw error;
        }
      }
    },
    async listen(channel, heard) {
      const client = new pg.Client({ connectionString: options.url, application_name: 'yingshang-listen' });
      client.on('notification', heard);
      client.on('error', (error) => options.onError?.(error));
      await client.connect();
      await client.query(`listen ${pg.escapeIdentifier(channel)}`);
      return () => client.end();
    },
    async ping() {
      await guarded(() => pool.query('select 1'));
    },
    close: () => pool.end(),
    stats: () => ({ total: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount }),
  };
}

function queryable(run: (query: Sql) => Promise<pg.QueryResult>): Queryable {
  const rows = async <Row>(query: Sql): Promise<Row[]> => camelise(await run(query)) as Row[];
  return {
    rows,
    async one<Row>(query: Sql) {
      const [row] = await rows<Row>(query);
      if (row === undefined) throw new Error(`expected one row: ${query.text.slice(0, 200)}`);
      return row;
    },
    async maybe<Row>(query: Sql) {
      return (await rows<Row>(query))[0] ?? null;
    },
    async exec(query) {
      return (await run(query)).rowCount ?? 0;
    },
  };
}

const names = new Map<string, string>();

/** Named statements are planned once per connection; the name is derived from the text, which parameters never enter. */
function statement(query: Sql, prepared: boolean): pg.QueryConfig {
  const text = query.text;
  if (!prepared || names.size > 5_000) return { text, values: query.values };
  let name = names.get(text);
  if (name === undefined) {
    name = createHash('sha1').update(text).digest('base64url');
    names.set(text, name);
  }
  return { name, text, values: query.values };
}

function camelise(result: pg.QueryResult): Record<string, unknown>[] {
  const renamed = result.fields.filter((field) => field.name.includes('_'));
  const rows = result.rows as Record<string, unknown>[];
  if (renamed.length === 0) return rows;
  const pairs = result.fields.map((field) => [field.name, camel(field.name)] as const);
  return rows.map((row) => {
    const out: Record<string, unknown> = {};
    for (const [from, to] of pairs) out[to] = row[from];
    return out;
  });
}

function camel(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

const connectionCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'EPIPE',
  'ETIMEDOUT',
  '57P01',
  '57P02',
  '57P03',
  '08006',
  '08001',
  '53300',
]);

/** A database that is down is said to be down, never "not found" and never a bare 500. */
async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const code = (error as { code?: string }).code ?? '';
    const message = (error as Error).message ?? '';
    if (
      connectionCodes.has(code) ||
      /Connection terminated|connection error and is not queryable|timeout exceeded when trying to connect/.test(
        message,
      )
    ) {
      throw new AppError('DATABASE_UNAVAILABLE');
    }
    throw error;
  }
}

function isRetryable(error: unknown): boolean {
  const code = (error as { code?: string }).code;
  return code === '40001' || code === '40P01';
}

export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  const fault = error as { code?: string; constraint?: string };
  return fault.code === '23505' && (constraint === undefined || fault.constraint === constraint);
}
