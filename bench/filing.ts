import { createHash, randomUUID } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import pg from 'pg';
import * as cases from '../src/modules/cases/contract.ts';
import { sql } from '../src/kernel/db.ts';
import { openingAnswers } from '../test/support/opening.ts';
import type { BenchPlatform } from './platform.ts';
import { median, percentile, rate } from './report.ts';

/** Submitting the application of 企业开办一件事: seven cases, their events, tasks, notices, journal, in one transaction. */
const callers = 8;

export interface Measured {
  perSecond: number;
  p50: number;
  p99: number;
}

export async function fileOverHttp(bench: BenchPlatform, count: number): Promise<Measured> {
  const { cookie } = await bench.signIn('applicant');
  const drafts = await prepareDrafts(bench, count);
  const paths = drafts.map((id) => cases.fileApplication.path.replace(':applicationId', id));
  const worker = new Worker(new URL('./callers.mjs', import.meta.url), {
    workerData: { port: bench.port, cookie, paths, callers },
    execArgv: [],
  });
  const { ms, times } = await new Promise<{ ms: number; times: number[] }>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  return { perSecond: rate(count, ms), p50: median(times), p99: percentile(times, 0.99) };
}

interface Statement {
  text: string;
  values: unknown[];
}

export interface Recording {
  statements: Statement[];
  /** What must be fresh in every repetition: identifiers that this submission made, and its numbers. */
  applicationId: string;
  uuids: string[];
  numbers: string[];
}

/** The statements of one submission, as they reach the driver. */
export async function record(bench: BenchPlatform): Promise<Recording> {
  const { call } = await bench.signIn('applicant');
  const [applicationId = ''] = await prepareDrafts(bench, 1);
  const statements: Statement[] = [];

  const original = pg.Client.prototype.query;
  pg.Client.prototype.query = function (this: pg.Client, ...args: unknown[]) {
    const [first, second] = args as [string | { text: string; values?: unknown[] }, unknown[] | undefined];
    if (typeof first === 'string') statements.push({ text: first, values: Array.isArray(second) ? second : [] });
    else statements.push({ text: first.text, values: first.values ?? [] });
    return (original as (...all: unknown[]) => unknown).apply(this, args);
  } as typeof original;
  let filed: { no: string; cases: { caseId: string; no: string }[] };
  try {
    filed = await call(cases.fileApplication, { applicationId });
  } finally {
    pg.Client.prototype.query = original;
  }
  const found = new Set(
    JSON.stringify(statements.map(({ values }) => values)).match(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g) ?? [],
  );
  // Who submits stays the same person in every repetition.
  const lasting = await bench.platform.services.db.rows<{ id: string }>(
    sql`select id::text as id from org.account where id = any (${[...found]}::uuid[])`,
  );
  for (const { id } of lasting) found.delete(id);
  found.delete(applicationId);
  return {
    statements,
    applicationId,
    uuids: [...found],
    numbers: [...new Set([filed.no, ...filed.cases.map((one) => one.no)])],
  };
}

/** The same statements in the same order by a bare loop over the driver, prepared as the platform prepares them. */
export async function replay(bench: BenchPlatform, recording: Recording, count: number): Promise<Measured> {
  const drafts = await prepareDrafts(bench, count);
  const clients = await Promise.all(
    Array.from({ length: callers }, async () => {
      const client = new pg.Client({
        connectionString: bench.appUrl,
        options: '-c timezone=UTC -c role=yingshang_app',
      });
      await client.connect();
      return client;
    }),
  );
  const names = recording.statements.map(({ text }) => createHash('sha1').update(text).digest('base64url'));
  const times: number[] = [];
  const from = performance.now();
  await Promise.all(
    clients.map(async (client) => {
      for (let draft = drafts.pop(); draft !== undefined; draft = drafts.pop()) {
        const fresh = freshener(recording, draft);
        const started = performance.now();
        for (const [index, { text, values }] of recording.statements.entries()) {
          const name = names[index] ?? '';
          await client.query(values.length === 0 ? { text } : { name, text, values: values.map(fresh) });
        }
        times.push(performance.now() - started);
      }
    }),
  );
  const ms = performance.now() - from;
  await Promise.all(clients.map((client) => client.end()));
  return { perSecond: rate(count, ms), p50: median(times), p99: percentile(times, 0.99) };
}

let repetition = 0;

function freshener(recording: Recording, draft: string): (value: unknown) => unknown {
  repetition += 1;
  const pairs = new Map<string, string>([
    [recording.applicationId, draft],
    ...recording.uuids.map((id) => [id, randomUUID()] as const),
  ]);
  recording.numbers.forEach((number, index) => {
    const tail = (repetition * 16 + index).toString(36).toUpperCase().padStart(6, '0');
    pairs.set(number, `${number.slice(0, -7)}Z${tail}`);
  });
  const pattern = new RegExp([...pairs.keys()].join('|'), 'g');
  const replaced = (value: string) => value.replace(pattern, (found) => pairs.get(found) ?? found);
  const fresh = (value: unknown): unknown =>
    typeof value === 'string' ? replaced(value) : Array.isArray(value) ? value.map(fresh) : value;
  return fresh;
}

async function prepareDrafts(bench: BenchPlatform, count: number): Promise<string[]> {
  const { call } = await bench.signIn('applicant');
  const ids: string[] = [];
  for (let made = 0; made < count; made += callers) {
    const batch = Array.from({ length: Math.min(callers, count - made) }, async () => {
      const draft = await call(cases.startApplication, { service: { kind: 'bundle', id: 'enterprise-opening' } });
      await call(cases.saveDraft, { applicationId: draft.id, revision: draft.revision, answers: openingAnswers });
      return draft.id;
    });
    ids.push(...(await Promise.all(batch)));
  }
  return ids;
}
