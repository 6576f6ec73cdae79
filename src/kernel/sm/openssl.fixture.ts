import { spawnSync } from 'node:child_process';

/** Whether this machine has an openssl command that knows the national algorithms. */
export const hasOpenssl = /\bSM2\b/.test(
  spawnSync('openssl', ['ecparam', '-list_curves'], { encoding: 'utf8' }).stdout ?? '',
);
