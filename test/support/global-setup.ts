import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres } from '../../src/kernel/embedded-postgres.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    superUrl: string;
    ownerUrl: string;
    appUrl: string;
  }
}

/** One real PostgreSQL server for the whole run, on memory where the machine has a file system for it; PG_BINDIR names another than npm's. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'yingshang-test-'));
  const server = await startEmbeddedPostgres({
    directory,
    log: () => {},
    settings: { durability: 'none', binDir: process.env.PG_BINDIR },
  });
  project.provide('superUrl', server.superUrl);
  project.provide('ownerUrl', server.ownerUrl);
  project.provide('appUrl', server.appUrl);
  return async () => {
    await server.stop();
    rmSync(directory, { recursive: true, force: true });
  };
}
