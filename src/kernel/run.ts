import { createHash } from 'node:crypto';
import { z } from 'zod';
import { may, reachOf, systemActor, type Actor } from './actor.ts';
import { join, sql, type Queryable, type Sql } from './db.ts';
import { isCommand, needsIdempotencyKey } from './endpoint.ts';
import { AppError, type Issue } from './errors.ts';
import { uuidv7 } from './ids.ts';
import { stableJson } from './json.ts';
import { journalInsert, type JournalNote } from './journal/entry.ts';
import type { Module, Route, Services, Tx } from './module.ts';
import { outboxParts, type OutboxEvent } from './outbox.ts';

z.config(z.locales.zhCN());

/** What comes with a request besides its input. */
export interface RequestFacts {
  requestId: string;
  idempotencyKey?: string;
}

export interface Runner {
  /**
   * The one way into the platform: authorise → parse → transaction → handler → journal → shape the output.
   * Throws AppError for whatever a caller can cause.
   */
  run(route: Route, rawInput: unknown, actor: Actor, facts: RequestFacts): Promise<unknown>;
  /** A transaction of the platform's own (jobs, subscribers, loading, trial set-up), journalled when it notes something. */
  asSystem<T>(cause: string, kind: 'job' | 'event', work: (tx: Tx) => Promise<T>): Promise<T>;
}

/** @param era how often this database was restored; journal rows carry it. */
export function createRunner(services: Services, modules: readonly Module[], era: number): Runner {
  const subscribersOf = new Map<string, string[]>();
  for (const subscriber of modules.flatMap((module) => module.subscribers ?? [])) {
    subscribersOf.set(subscriber.topic, [...(subscribersOf.get(subscriber.topic) ?? []), subscriber.name]);
  }

  async function inTransaction<T>(
    actor: Actor,
    requestId: string,
    work: (tx: UnitOfWork) => Promise<T>,
    finish: (tx: UnitOfWork, result: T) => Promise<void>,
  ): Promise<T> {
    const now = services.clock.now();
    return services.db.transaction(async (queryable) => {
      const tx = unitOfWork(services, queryable, actor, requestId, now);
      const result = await work(tx);
      await finish(tx, result);
      return result;
    });
  }

  async function command(route: Route, input: unknown, actor: Actor, facts: RequestFacts): Promise<unknown> {
    const { endpoint } = route;
    const key = facts.idempotencyKey;
    const caller = actor.accountId ?? 'anonymous';
    // Only compared between calls with one key; a file that is only shown has none and is never written out as JSON.
    const hash =
      key === undefined ? '' : createHash('sha256').update(endpoint.id).update(stableJson(input)).digest('hex');
    let replayed: string | null = null;
    const output = await inTransaction(
      actor,
      facts.requestId,
      async (tx) => {
        replayed = null;
        if (key !== undefined) {
          replayed = await claimKey(tx, caller, key, endpoint.id, hash);
          if (replayed !== null) return undefined;
        }
        const output = await handle(route, tx, input);
        return endpoint.output.parse(output);
      },
      async (tx, output) => {
        if (replayed !== null) return;
        const kept = key === undefined ? null : keepAnswer(tx, caller, key, output);
        await writeTail(tx, subscribersOf, era, 'command', endpoint.id, kept);
      },
    );
    return replayed === null ? output : JSON.parse(services.personalData.open(replayed, 'kernel.idempotency'));
  }

  async function read(route: Route, input: unknown, actor: Actor, facts: RequestFacts): Promise<unknown> {
    const { endpoint } = route;
    const tx = unitOfWork(services, services.db, actor, facts.requestId, services.clock.now());
    const output = endpoint.output.parse(await handle(route, tx, input));
    if (endpoint.readsPersonalData) await writeTail(tx, subscribersOf, era, 'read', endpoint.id);
    return output;
  }

  return {
    async run(route, rawInput, actor, facts) {
      const { endpoint } = route;
      authorise(endpoint.permission, actor);
      const parsed = await endpoint.input.safeParseAsync(rawInput);
      if (!parsed.success) throw new AppError('INVALID_INPUT', {}, issuesOf(parsed.error));
      if (needsIdempotencyKey(endpoint) && !isKey(facts.idempotencyKey)) throw new AppError('IDEMPOTENCY_KEY_REQUIRED');
      return isCommand(endpoint) ? command(route, parsed.data, actor, facts) : read(route, parsed.data, actor, facts);
    },
    asSystem(cause, kind, work) {
      const requestId = `${kind}:${cause}`;
      return inTransaction(systemActor, requestId, work, (tx) => writeTail(tx, subscribersOf, era, kind, cause));
    },
  };
}

function handle(route: Route, tx: Tx, input: unknown): Promise<unknown> {
  return route.handle({
    tx,
    actor: tx.actor,
    now: tx.now,
    input: input as never,
    reach: reachOf(tx.actor, route.endpoint.permission),
  });
}

function authorise(permission: string, actor: Actor): void {
  if (permission === 'public') return;
  if (actor.kind === 'anonymous') throw new AppError('NOT_SIGNED_IN');
  if (permission !== 'signedIn' && !may(actor, permission)) throw new AppError('FORBIDDEN');
}

interface UnitOfWork extends Tx {
  readonly notes: JournalNote[];
  readonly events: OutboxEvent[];
}

function unitOfWork(
  services: Services,
  queryable: Queryable,
  actor: Actor,
  requestId: string,
  now: string,
): UnitOfWork {
  const notes: JournalNote[] = [];
  const events: OutboxEvent[] = [];
  return {
    ...queryable,
    region: services.region,
    now,
    actor,
    requestId,
    services,
    notes,
    events,
    publish: (topic, payload) => {
      events.push({ id: uuidv7(Date.parse(now)), topic, payload });
    },
    note: (subject, reason = '', detail = {}) => {
      notes.push({ subject, reason, detail });
    },
  };
}

/** Journal, outbox and the kept answer of a unit of work, in one statement. */
async function writeTail(
  tx: UnitOfWork,
  subscribersOf: ReadonlyMap<string, readonly string[]>,
  era: number,
  kind: 'command' | 'read' | 'job' | 'event',
  cause: string,
  kept: Sql | null = null,
): Promise<void> {
  const silent = kind === 'job' || kind === 'event';
  const notes = tx.notes.length === 0 && !silent ? [{ subject: '', reason: '', detail: {} }] : tx.notes;
  const parts = [
    ...(notes.length === 0 ? [] : [sql`journalled as (${journalInsert(tx, era, kind, cause, notes)})`]),
    ...(tx.events.length === 0 ? [] : outboxParts(tx, tx.events, subscribersOf)),
    ...(kept === null ? [] : [sql`kept as (${kept})`]),
  ];
  if (parts.length === 0) return;
  const wake = tx.events.length === 0 ? sql`1` : sql`pg_notify('yingshang_outbox', ${tx.region})`;
  await tx.exec(sql`with ${join(parts)} select ${wake}`);
}

/** Takes the key for this transaction; a second caller waits for the first and then finds its answer. */
async function claimKey(tx: Tx, caller: string, key: string, endpointId: string, hash: string): Promise<string | null> {
  const taken = await tx.exec(sql`insert into kernel.idempotency (region, caller, key, endpoint, request_hash, at)
    values (${tx.region}, ${caller}, ${key}, ${endpointId}, ${hash}, ${tx.now}) on conflict do nothing`);
  if (taken === 1) return null;
  const earlier = await tx.one<{ requestHash: string; response: string }>(sql`
    select request_hash, response from kernel.idempotency
    where region = ${tx.region} and caller = ${caller} and key = ${key}`);
  if (earlier.requestHash !== hash) throw new AppError('IDEMPOTENCY_KEY_REUSED');
  return earlier.response;
}

/** Sealed: an answer may hold personal data. */
function keepAnswer(tx: Tx, caller: string, key: string, output: unknown): Sql {
  const sealed = tx.services.personalData.seal(JSON.stringify(output ?? null), 'kernel.idempotency');
  return sql`update kernel.idempotency set response = ${sealed} where region = ${tx.region} and caller = ${caller} and key = ${key}`;
}

function isKey(key: string | undefined): boolean {
  return key !== undefined && /^[\x21-\x7e]{8,128}$/.test(key);
}

/** Zod's issues as paths and Chinese sentences. */
export function issuesOf(error: z.ZodError): Issue[] {
  return error.issues.map((issue) => ({ path: `/${issue.path.map(String).join('/')}`, message: issue.message }));
}
