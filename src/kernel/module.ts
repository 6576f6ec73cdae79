import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Logger } from 'pino';
import type { Actor, Reach } from './actor.ts';
import type { Database, Queryable } from './db.ts';
import type { Endpoint, OutputOf } from './endpoint.ts';
import type { ErrorTable } from './errors.ts';
import type { FileStore } from './files/index.ts';
import type { Worker } from './outbox.ts';
import type { PersonalData } from './personal-data.ts';
import type { RequestFacts, Runner } from './run.ts';
import type { Settings, Upward } from './settings.ts';
import type { Messenger } from './messenger.ts';
import type { Clock, Instant, LocalDate } from './time.ts';

/** What the whole platform shares; one object per running application. Modules key their caches on it (WeakMap). */
export interface Services {
  /** 区划代码 of the county this installation serves; first in the key of every table. */
  readonly region: string;
  readonly clock: Clock;
  readonly db: Database;
  readonly log: Logger;
  readonly personalData: PersonalData;
  readonly files: FileStore;
  readonly messenger: Messenger;
  /** The platform one level up that copies go to; null when none is configured. */
  readonly upward: Upward | null;
  /** Folder with the county's own data, read at start. */
  readonly countyFolder: string;
  readonly publicUrl: string;
  /** Trial mode has ready-made accounts and a banner. */
  readonly trial: boolean;
}

/** A unit of work: one transaction for a command, plain reads otherwise. Every door takes it first. */
export interface Tx extends Queryable {
  readonly region: string;
  readonly now: Instant;
  readonly actor: Actor;
  readonly requestId: string;
  readonly services: Services;
  /** Puts an event into the outbox; subscribers run after commit, at least once, each in its own transaction. */
  publish(topic: string, payload: Record<string, unknown>): void;
  /** Says in the journal what was touched and why: `note('case:…', '补正材料不齐')`. May be called several times. */
  note(subject: string, reason?: string, detail?: Record<string, unknown>): void;
}

export interface HandlerContext<I> {
  tx: Tx;
  actor: Actor;
  now: Instant;
  input: I;
  /** Units the caller's permission reaches; every list and every load applies it. */
  reach: Reach;
}

export interface Route {
  endpoint: Endpoint;
  handle(context: HandlerContext<never>): Promise<unknown>;
}

/** Joins a contract with the function that answers it. */
export function route<I extends z.ZodType, O extends z.ZodType>(
  contract: Endpoint<I, O>,
  handle: (context: HandlerContext<z.output<I>>) => Promise<z.input<O>>,
): Route {
  return { endpoint: contract, handle: handle };
}

export interface Subscriber {
  /** Unique over the platform: `tasks.openForCase`. */
  name: string;
  topic: string;
  /** Idempotent: the same event may come again. Runs as the system in its own transaction. */
  handle(tx: Tx, payload: Record<string, unknown>, event: { id: string; at: Instant }): Promise<void>;
}

export interface Job {
  name: string;
  everySeconds: number;
  /** Runs as the system, on one process at a time. Works in bounded portions; returns how much it did. */
  run(tx: Tx): Promise<number>;
}

/**
 * A figure computed from what really happened, over whole days. Module `plans` holds targets against it; whoever owns the
 * facts owns the formula.
 */
export interface IndicatorSource {
  /** Unique over the platform: `cases.percentileWorkingDays`. */
  name: string;
  zh: string;
  unit: string;
  /** One Chinese sentence: what is counted, what is left out. */
  explanation: string;
  params: z.ZodType;
  compute(tx: Tx, params: never, period: DayRange): Promise<IndicatorReading>;
  /** When what the figure rests on last changed, told at the price of a step into an index; null when there is nothing yet. */
  changedAt?(tx: Tx, params: never): Promise<Instant | null>;
  /** The things behind the figure, a page at a time, those left out included. */
  behind(tx: Tx, params: never, period: DayRange, page: { page: number; size: number }): Promise<IndicatorEvidence>;
}

/** Both days included. */
export interface DayRange {
  from: LocalDate;
  to: LocalDate;
}

export interface IndicatorReading {
  /** Null when nothing happened that could be measured: shown as “—”, never as zero. */
  value: number | null;
  numerator: number | null;
  denominator: number;
  /** What was left out and why, with counts. */
  excluded: readonly { why: string; count: number }[];
}

export interface IndicatorEvidence {
  rows: readonly {
    no: string;
    title: string;
    link: string;
    on: LocalDate;
    value: string;
    counted: boolean;
    why: string;
  }[];
  total: number;
}

/** Joins an indicator's parameters with the functions that take them. */
export function indicatorSource<P extends z.ZodType>(
  source: Omit<IndicatorSource, 'params' | 'compute' | 'changedAt' | 'behind'> & {
    params: P;
    compute(tx: Tx, params: z.output<P>, period: DayRange): Promise<IndicatorReading>;
    changedAt?(tx: Tx, params: z.output<P>): Promise<Instant | null>;
    behind(
      tx: Tx,
      params: z.output<P>,
      period: DayRange,
      page: { page: number; size: number },
    ): Promise<IndicatorEvidence>;
  },
): IndicatorSource {
  return source;
}

export interface Module {
  name: string;
  errors: ErrorTable;
  routes: readonly Route[];
  subscribers?: readonly Subscriber[];
  jobs?: readonly Job[];
  indicators?: readonly IndicatorSource[];
  /** Loads the county's data on first start and after an update; idempotent. */
  load?(tx: Tx): Promise<void>;
  /** Who is asking, from the request; null when this module does not know. */
  authenticate?(services: Services, request: FastifyRequest): Promise<Actor | null>;
  /** What is not an endpoint: pages, downloads, redirects. */
  serve?(http: FastifyInstance, platform: Platform): void | Promise<void>;
}

export type PlatformSettings = Pick<
  Settings,
  'maxUploadBytes' | 'trustProxy' | 'metricsToken' | 'oidc' | 'sessionHours'
>;

/** A running application, as the portal and other HTTP faces see it. */
export interface Platform {
  http: FastifyInstance;
  services: Services;
  settings: PlatformSettings;
  runner: Runner;
  worker: Worker;
  endpoints: readonly Endpoint[];
  errors: ErrorTable;
  indicators: ReadonlyMap<string, IndicatorSource>;
  /** Calls an endpoint in process, through the same pipeline as HTTP. */
  invoke<E extends Endpoint>(endpoint: E, input: unknown, actor: Actor, facts: RequestFacts): Promise<OutputOf<E>>;
  authenticate(request: FastifyRequest): Promise<Actor>;
}
