import { z } from 'zod';

/**
 * A contract as plain data: what goes in, what comes out, who may, what can go wrong.
 * Safe in a browser: the workbench imports these and `call` does the rest.
 */
export interface Endpoint<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> {
  /** `module.verb`, unique: the operation id of the OpenAPI document. */
  id: string;
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** `/api/tasks/:taskId`; `:names` are taken from the input. */
  path: `/api/${string}`;
  /** One Chinese line for the API page and the journal viewer. */
  summary: string;
  /** `public`: anyone; `signedIn`: any account; otherwise a permission such as `case.accept`. */
  permission: string;
  /** Which rows a caller can reach. `own`: his and his enterprise's; `unit`: units of his grant; `region`: all. */
  scope: 'public' | 'own' | 'unit' | 'region';
  /** Path parameters, query and body in one object; query values arrive as strings (use `z.coerce`, `queryList`). */
  input: I;
  output: O;
  /** Codes of the module's error table, beyond the kernel's own. */
  errors: readonly string[];
  status?: 200 | 201;
  /** The answer shows personal data in clear: the reading is journalled. */
  readsPersonalData?: boolean;
  /** Commands carry an `Idempotency-Key` unless this is false (signing in and out). */
  idempotent?: boolean;
  /**
   * The body is one file (multipart field `file`); the handler finds it as `input.document`: stored, or with `passing`
   * only in memory as `{ name, bytes }`, for files that strangers show and nobody keeps.
   */
  upload?: boolean | 'passing';
  /** An input that validates, for the API page and the contract test. */
  example?: unknown;
}

export function endpoint<I extends z.ZodType, O extends z.ZodType>(contract: Endpoint<I, O>): Endpoint<I, O> {
  return contract;
}

export type InputOf<E> = E extends Endpoint<infer I, z.ZodType> ? z.output<I> : never;
export type CallInputOf<E> = E extends Endpoint<infer I, z.ZodType> ? z.input<I> : never;
export type OutputOf<E> = E extends Endpoint<z.ZodType, infer O> ? z.output<O> : never;

export function isCommand(contract: Endpoint): boolean {
  return contract.method !== 'GET';
}

export function needsIdempotencyKey(contract: Endpoint): boolean {
  return isCommand(contract) && contract.idempotent !== false;
}

/** A query parameter that may be given several times: `?light=red&light=yellow`. */
export function queryList<T extends z.ZodType>(element: T) {
  return z
    .preprocess(
      (value): unknown[] => (value === '' ? [] : Array.isArray(value) ? (value as unknown[]) : [value]),
      z.array(element).max(50),
    )
    .prefault([]);
}

/** Paging by number for lists that people turn over; `total` may be capped and says so. */
export const paging = {
  page: z.coerce.number().int().min(1).max(10_000).default(1),
  size: z.coerce.number().int().min(1).max(200).default(20),
};

export const localDate = z.iso.date('日期要写成 2026-11-23 这样，而且是真有的一天。');
export const instant = z.iso.datetime('时间的写法不对。');
export const uuid = z.guid('编号的写法不对。');

/** A stored file as it travels in inputs and outputs. */
export const storedFile = z.object({
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  name: z.string(),
  type: z.string(),
  size: z.number().int().nonnegative(),
});
export type StoredFile = z.output<typeof storedFile>;

/** `/api/tasks/:taskId` + input → path and the rest of the input. */
export function fillPath(
  path: string,
  input: Record<string, unknown>,
): { path: string; rest: Record<string, unknown> } {
  const rest = { ...input };
  const filled = path.replace(/:(\w+)/g, (_, name: string) => {
    const value = rest[name];
    delete rest[name];
    return encodeURIComponent(String(value));
  });
  return { path: filled, rest };
}
