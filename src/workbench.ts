import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { Module } from './kernel/module.ts';

const project = join(import.meta.dirname, '..');
const built = join(project, 'dist/workbench');

/** The staff's single page application under /workbench/: files with a hash in their name for ever, its page never kept. */
export const workbench: Module = {
  name: 'workbench',
  errors: {},
  routes: [],
  async serve(http, platform) {
    await buildOnce(platform.services.log);
    if (!existsSync(join(built, 'index.html'))) return;
    await http.register(serveFiles, { prefix: '/workbench' });
  },
};

async function serveFiles(http: FastifyInstance): Promise<void> {
  await http.register(fastifyStatic, {
    root: join(built, 'assets'),
    prefix: '/assets/',
    immutable: true,
    maxAge: '1y',
    index: false,
    decorateReply: false,
  });
  // Every other address is a place inside the application; its router says when there is none.
  for (const url of ['/', '/*']) {
    http.get(url, async (_request, reply) => {
      // Read anew: a build made while the platform runs is served at once and whole.
      const page = await readFile(join(built, 'index.html'));
      return reply.header('cache-control', 'no-store').type('text/html; charset=utf-8').send(page);
    });
  }
}

/** `npm ci --ignore-scripts` leaves the application unbuilt: then the first start builds it, if the tools are there. */
async function buildOnce(log: Logger): Promise<void> {
  if (existsSync(join(built, 'index.html'))) return;
  try {
    const { build } = await import('vite');
    log.info({ folder: built }, 'the workbench is not built yet: building it once');
    await build({ configFile: join(project, 'workbench/vite.config.ts'), logLevel: 'warn' });
  } catch (error) {
    log.warn(
      { err: error },
      'the workbench could not be built; run `npm run prepare` where the development packages are installed',
    );
  }
}
