import { sql, type Sql } from './db.ts';
import type { Module, Services, Tx } from './module.ts';
import type { Runner } from './run.ts';
import { plusMs } from './time.ts';

export interface OutboxEvent {
  id: string;
  topic: string;
  payload: Record<string, unknown>;
}

/** Events with one delivery per subscriber, as parts of a WITH: they go out in the command's own last statement. */
export function outboxParts(
  tx: Tx,
  events: readonly OutboxEvent[],
  subscribersOf: ReadonlyMap<string, readonly string[]>,
): Sql[] {
  const deliveries = events.flatMap((event) =>
    (subscribersOf.get(event.topic) ?? []).map((subscriber) => ({ id: event.id, subscriber })),
  );
  return [
    sql`stored as (
      insert into kernel.outbox (region, id, topic, payload, at, request_id)
      select ${tx.region}, id, topic, payload, ${tx.now}::timestamptz, ${tx.requestId}
      from jsonb_to_recordset(${JSON.stringify(events)}::jsonb) as e(id uuid, topic text, payload jsonb))`,
    sql`due as (
      insert into kernel.delivery (region, event_id, subscriber, due_at)
      select ${tx.region}, id, subscriber, ${tx.now}::timestamptz
      from jsonb_to_recordset(${JSON.stringify(deliveries)}::jsonb) as d(id uuid, subscriber text))`,
  ];
}

export interface Worker {
  /** Delivers and runs whatever is due now; returns how many deliveries and jobs were done. Tests call it directly. */
  drain(): Promise<number>;
  start(): Promise<void>;
  /** Waits for the delivery under way. */
  stop(): Promise<void>;
}

const pollEveryMs = 2_000;
const retryAfterMs = [1_000, 5_000, 30_000, 120_000, 600_000, 3_600_000];

/** Background work: deliveries and jobs, claimed by row locks so that two processes never do the same one. */
export function createWorker(services: Services, modules: readonly Module[], runner: Runner): Worker {
  const subscribers = new Map(modules.flatMap((module) => module.subscribers ?? []).map((one) => [one.name, one]));
  const jobs = modules.flatMap((module) => module.jobs ?? []);
  let stopping = false;
  let enrolled: Promise<void> | null = null;
  let wake = () => {};
  let loop: Promise<void> = Promise.resolve();
  let unlisten: (() => Promise<void>) | null = null;

  async function deliverOne(): Promise<boolean> {
    let failed: { eventId: string; subscriber: string; attempts: number; error: unknown } | null = null;
    const found = await runner
      .asSystem('outbox', 'event', async (tx) => {
        const due = await tx.maybe<DueDelivery>(sql`
          with due as materialized (
            select event_id, subscriber, attempts from kernel.delivery
            where region = ${tx.region} and done_at is null and due_at <= ${tx.now}
            order by due_at, event_id limit 1 for update skip locked)
          select due.event_id, due.subscriber, due.attempts, o.topic, o.payload, o.at
          from due join kernel.outbox o on o.region = ${tx.region} and o.id = due.event_id`);
        if (due === null) return false;
        failed = { eventId: due.eventId, subscriber: due.subscriber, attempts: due.attempts, error: null };
        const subscriber = subscribers.get(due.subscriber);
        if (subscriber === undefined) throw new Error(`no subscriber ${due.subscriber} in this release`);
        await subscriber.handle(tx, due.payload, { id: due.eventId, at: due.at });
        await tx.exec(sql`update kernel.delivery set done_at = ${tx.now}
          where region = ${tx.region} and event_id = ${due.eventId} and subscriber = ${due.subscriber}`);
        return true;
      })
      .catch((error: unknown) => {
        if (failed === null) throw error;
        failed.error = error;
        return true;
      });
    const failure = failed as { eventId: string; subscriber: string; attempts: number; error: unknown } | null;
    if (failure?.error) await postpone(services, failure);
    return found;
  }

  /** Every job has its row in the diary; a process that finds it there leaves it alone. */
  async function enrol(): Promise<void> {
    await services.db.exec(sql`insert into kernel.job (region, name, next_at)
      select ${services.region}, name, ${services.clock.now()}::timestamptz from unnest(${jobs.map((job) => job.name)}::text[]) as name
      on conflict do nothing`);
  }

  async function runDueJobs(): Promise<number> {
    let done = 0;
    for (const job of jobs) {
      const ran = await runner
        .asSystem(job.name, 'job', async (tx) => {
          const claimed = await tx.maybe<{ name: string }>(sql`
            select name from kernel.job where region = ${tx.region} and name = ${job.name} and next_at <= ${tx.now}
            for update skip locked`);
          if (claimed === null) return false;
          await job.run(tx);
          await tx.exec(sql`update kernel.job set last_run_at = ${tx.now}, last_error = '', next_at = ${plusMs(tx.now, job.everySeconds * 1000)}
            where region = ${tx.region} and name = ${job.name}`);
          return true;
        })
        .catch(async (error: unknown) => {
          services.log.error({ err: error, job: job.name }, 'job failed');
          const now = services.clock.now();
          await services.db
            .exec(sql`update kernel.job set last_error = ${String(error).slice(0, 500)}, next_at = ${plusMs(now, job.everySeconds * 1000)}
            where region = ${services.region} and name = ${job.name}`);
          return false;
        });
      if (ran) done += 1;
    }
    return done;
  }

  async function drain(): Promise<number> {
    let done = 0;
    await (enrolled ??= enrol());
    while (!stopping && (await deliverOne())) done += 1;
    done += await runDueJobs();
    while (!stopping && (await deliverOne())) done += 1;
    return done;
  }

  return {
    drain,
    async start() {
      unlisten = await services.db.listen('yingshang_outbox', () => wake()).catch(() => null);
      loop = (async () => {
        while (!stopping) {
          await drain().catch((error: unknown) => services.log.error({ err: error }, 'background work failed'));
          if (stopping) break;
          await new Promise<void>((resolve) => {
            const timer = setTimeout(resolve, pollEveryMs);
            wake = () => {
              clearTimeout(timer);
              resolve();
            };
          });
        }
      })();
    },
    async stop() {
      stopping = true;
      wake();
      await loop;
      await unlisten?.();
    },
  };
}

interface DueDelivery {
  eventId: string;
  subscriber: string;
  attempts: number;
  topic: string;
  payload: Record<string, unknown>;
  at: string;
}

async function postpone(
  services: Services,
  failure: { eventId: string; subscriber: string; attempts: number; error: unknown },
): Promise<void> {
  services.log.error({ err: failure.error, subscriber: failure.subscriber, event: failure.eventId }, 'delivery failed');
  const wait = retryAfterMs[Math.min(failure.attempts, retryAfterMs.length - 1)] ?? 3_600_000;
  await services.db.exec(sql`update kernel.delivery
    set attempts = attempts + 1, due_at = ${plusMs(services.clock.now(), wait)}, last_error = ${String(failure.error).slice(0, 500)}
    where region = ${services.region} and event_id = ${failure.eventId} and subscriber = ${failure.subscriber} and done_at is null`);
}
