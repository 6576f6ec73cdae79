/**
 * Runs the embedded PostgreSQL server in a session of its own, so that Ctrl-C in the terminal does not tear the
 * database down under an application that is still draining, and stops it when the platform is gone.
 *
 * Standard input is a pipe from the platform. The kernel closes it however the platform ends (return, exit, kill -9),
 * and end of file means: fast shutdown. Plain JavaScript, started by plain node: it must not need a loader.
 */
import { spawn, spawnSync } from 'node:child_process';
import { openSync, rmSync } from 'node:fs';

/** @type {{postgres: string, pgCtl: string, args: string[], dataDirectory: string, logFile: string, env: Record<string, string>, uid?: number, gid?: number, removeAtEnd?: string}} */
const plan = JSON.parse(process.argv[2] ?? '{}');

// A fast shutdown writes a checkpoint; a slow disk deserves patience before the immediate one, which costs a recovery.
const patienceMs = 60_000;

const log = openSync(plan.logFile, 'a', 0o600);
const server = spawn(plan.postgres, plan.args, {
  cwd: plan.dataDirectory,
  env: plan.env,
  stdio: ['ignore', log, log],
  ...(plan.uid === undefined ? {} : { uid: plan.uid, gid: plan.gid }),
});

server.on('spawn', () => say(`pid ${server.pid}`));
server.on('error', (error) => {
  say(`error ${error.message}`);
  leave(1);
});
server.on('exit', (code, signal) => {
  say(`exit ${signal ?? code}`);
  leave(code === 0 ? 0 : 1);
});

let stopping = false;
process.stdin.resume();
process.stdin.on('end', stop);
process.stdin.on('error', stop);
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, stop);
// The platform may be gone already when something is said.
process.stdout.on('error', () => undefined);

function stop() {
  if (stopping) return;
  stopping = true;
  if (process.platform === 'win32') {
    spawnSync(plan.pgCtl, ['stop', '-D', plan.dataDirectory, '-m', 'fast', '-w'], { env: plan.env });
    return;
  }
  server.kill('SIGINT');
  setTimeout(() => server.kill('SIGQUIT'), patienceMs).unref();
}

function leave(code) {
  if (plan.removeAtEnd) rmSync(plan.removeAtEnd, { recursive: true, force: true });
  process.exitCode = code;
  process.stdin.destroy();
}

function say(line) {
  process.stdout.write(`${line}\n`);
}
