import { spawn, type ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createCaller, type Caller } from '../../src/kernel/call.ts';
import * as cases from '../../src/modules/cases/contract.ts';
import { openingAnswers } from '../support/opening.ts';
import { trialPassword } from '../support/platform.ts';

/** The real process with its own embedded database, killed while it works. */
const root = resolve(import.meta.dirname, '../..');
const varDirectory = join(tmpdir(), `yingshang-kill-${process.pid}`);
let running: ChildProcess | null = null;

afterAll(async () => {
  if (running !== null) await ended(running, 'SIGTERM');
  rmSync(varDirectory, { recursive: true, force: true });
});

test('办理中途被 kill -9：答复过的申请一份不少，重启不用修，日志核验完好', { timeout: 120_000 }, async () => {
  const port = await freePort();
  running = await serve(port);
  const acknowledged: { no: string; cases: number }[] = [];
  const applicant = await signIn(port);
  let isDead = false;
  const clients = Array.from({ length: 4 }, async () => {
    while (!isDead) {
      try {
        const { id: applicationId, revision } = await applicant(cases.startApplication, {
          service: { kind: 'bundle', id: 'enterprise-opening' },
        });
        await applicant(cases.saveDraft, { applicationId, revision, answers: openingAnswers });
        const filed = await applicant(cases.fileApplication, { applicationId });
        acknowledged.push({ no: filed.no, cases: filed.cases.length });
      } catch (error) {
        // Only the killed process may leave a request without an answer.
        if (!isDead) throw error;
      }
    }
  });
  await until(() => acknowledged.length >= 12);
  isDead = true;
  await ended(running, 'SIGKILL');
  await Promise.all(clients);

  running = await serve(port);
  const again = await signIn(port);
  const { applications } = await again(cases.myApplications, { size: 200 });
  const kept = new Map(applications.filter((one) => one.state === 'filed').map((one) => [one.no, one.caseCount]));
  expect(acknowledged.length).toBeGreaterThanOrEqual(12);
  for (const { no, cases: count } of acknowledged) expect(kept.get(no), no).toBe(count);
  // What was half done is not there at all: an application has all of its cases or is still a draft.
  expect([...kept.values()].every((count) => count === 7)).toBe(true);
  await until(async () => (await again(cases.myNotices, {})).total >= kept.size);
  await ended(running, 'SIGTERM');
  running = null;

  const { code, output } = await run(['verify', 'journal', '--json']);
  expect(JSON.parse(output)).toMatchObject({ ok: true, firstFault: null });
  expect(code).toBe(0);
});

function start(args: readonly string[], port = 0): ChildProcess {
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: process.env.HOME ?? '',
    YINGSHANG_VAR: varDirectory,
    PORT: String(port),
    LOG_LEVEL: 'error',
  };
  return spawn(process.execPath, ['--import', 'tsx', 'src/main.ts', ...args], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function serve(port: number): Promise<ChildProcess> {
  const child = start(['serve'], port);
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  child.stdout?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  await until(async () => {
    if (child.exitCode !== null) throw new Error(`did not start: ${said}`);
    return fetch(`http://127.0.0.1:${port}/readyz`).then(
      (answer) => answer.ok,
      () => false,
    );
  });
  return child;
}

async function signIn(port: number): Promise<Caller> {
  const baseUrl = `http://127.0.0.1:${port}`;
  const answer = await fetch(`${baseUrl}/api/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ loginName: 'applicant', password: trialPassword }),
  });
  const cookie =
    answer.headers
      .getSetCookie()
      .find((one) => one.startsWith('ys_session='))
      ?.split(';')[0] ?? '';
  return createCaller({ baseUrl, headers: () => ({ cookie }) });
}

async function run(args: readonly string[]): Promise<{ code: number; output: string }> {
  const child = start(args);
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise<number>((done) => child.on('close', (exit) => done(exit ?? -1)));
  return { code, output };
}

function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  const gone = new Promise<void>((done) => child.once('exit', () => done()));
  child.kill(signal);
  return gone;
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((done) => setTimeout(done, 50));
}

function freePort(): Promise<number> {
  return new Promise((found) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => found(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
