import { randomUUID } from 'node:crypto';
import fastifyCompress from '@fastify/compress';
import fastifyCookie from '@fastify/cookie';
import fastifyFormbody from '@fastify/formbody';
import fastifyHelmet from '@fastify/helmet';
import fastifyMultipart from '@fastify/multipart';
import fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import { Registry } from 'prom-client';
import { anonymous } from './kernel/actor.ts';
import { sql } from './kernel/db.ts';
import type { Endpoint } from './kernel/endpoint.ts';
import { AppError, kernelErrors, type ErrorTable } from './kernel/errors.ts';
import { fileErrors } from './kernel/files/index.ts';
import { journalModule } from './kernel/journal/index.ts';
import { httpMetrics } from './kernel/metrics.ts';
import type { IndicatorSource, Module, Platform, PlatformSettings, Route, Services } from './kernel/module.ts';
import { openApiDocument } from './kernel/openapi.ts';
import { createWorker } from './kernel/outbox.ts';
import { createRunner } from './kernel/run.ts';
import { problemFor, sendProblem, serveRoutes } from './kernel/serve.ts';
import { modules as countyModules } from './modules.ts';

export interface PlatformOptions {
  services: Services;
  settings: PlatformSettings;
  modules?: readonly Module[];
}

/** One running application: what the server, the portal, the command line and every HTTP test stand on. */
export async function buildApp(options: PlatformOptions): Promise<Platform> {
  const { services, settings } = options;
  const era = await currentEra(services);
  const modules = [...(options.modules ?? countyModules), journalModule(era)];
  const errors = gatherErrors(modules);
  const runner = createRunner(services, modules, era);
  const routes = modules.flatMap((module) => [...module.routes]);
  const routeOf = new Map<Endpoint, Route>(routes.map((route) => [route.endpoint, route]));
  const authenticators = modules.flatMap((module) => (module.authenticate ? [module.authenticate] : []));

  const http = fastify({
    loggerInstance: services.log as FastifyBaseLogger,
    genReqId: (request) => requestIdFrom(request.headers['x-request-id']),
    trustProxy: settings.trustProxy,
    bodyLimit: 2 * 1024 * 1024,
    // One line per request, written by the metrics hook without addresses or personal data.
    logController: new LogController({ disableRequestLogging: true }),
    forceCloseConnections: 'idle',
    // A path that cannot be decoded never reaches a handler.
    frameworkErrors: (error, request, reply) =>
      void sendProblem(reply.header('x-request-id', request.id), problemFor(error, errors, request.id)),
  });

  const platform: Platform = {
    http,
    services,
    settings,
    runner,
    worker: createWorker(services, modules, runner),
    endpoints: routes.map((route) => route.endpoint),
    errors,
    indicators: gatherIndicators(modules),
    invoke: async (endpoint, input, actor, facts) => {
      const route = routeOf.get(endpoint);
      if (route === undefined) throw new Error(`no route for ${endpoint.id}`);
      return (await runner.run(route, input, actor, facts)) as never;
    },
    authenticate: async (request) => {
      for (const authenticate of authenticators) {
        const actor = await authenticate(services, request);
        if (actor !== null) return actor;
      }
      return anonymous;
    },
  };

  await http.register(fastifyCookie);
  await http.register(fastifyFormbody);
  await http.register(fastifyMultipart, {
    limits: { fileSize: settings.maxUploadBytes, files: 20, fields: 500, fieldSize: 100_000 },
  });
  await http.register(fastifyCompress, { threshold: 1024 });
  await http.register(fastifyHelmet, securityHeaders(services.publicUrl.startsWith('https:')));
  http.addHook('onSend', async (request, reply) => {
    reply.header('x-request-id', request.id);
  });
  const metrics = httpMetrics(http, services, new Registry());

  http.setErrorHandler((error, request, reply) => {
    const problem = problemFor(error, errors, request.id);
    if (problem.status >= 500) request.log.error({ err: error, code: problem.code }, 'request failed');
    return sendProblem(reply, problem);
  });
  http.setNotFoundHandler((request, reply) =>
    sendProblem(reply, problemFor(new AppError('NOT_FOUND'), errors, request.id)),
  );

  serveRoutes(http, {
    services,
    runner,
    routes,
    errors,
    authenticate: platform.authenticate,
    maxUploadBytes: settings.maxUploadBytes,
  });
  serveItself(http, platform, metrics, era);
  for (const module of modules) await module.serve?.(http, platform);
  return platform;
}

/** Loads the county's data, module by module in order; each part in its own transaction. */
export async function loadCounty(platform: Platform, modules: readonly Module[] = countyModules): Promise<void> {
  for (const module of modules) {
    if (module.load)
      await platform.runner.asSystem(`${module.name}.load`, 'job', (tx) => module.load?.(tx) ?? Promise.resolve());
  }
}

function serveItself(http: FastifyInstance, platform: Platform, metrics: () => Promise<string>, era: number): void {
  const { services, settings } = platform;
  // Made when it is first asked for: a start does not wait for it.
  let document: ReturnType<typeof openApiDocument> | undefined;
  http.get(
    '/api/openapi.json',
    () => (document ??= openApiDocument(platform.endpoints, platform.errors, '营商平台接口')),
  );
  http.get('/healthz', () => ({ status: 'ok' }));
  http.get('/readyz', async (_, reply) => {
    try {
      await services.db.ping();
      return { status: 'ready', era };
    } catch {
      return reply.code(503).send({ status: 'database unavailable' });
    }
  });
  http.get('/metrics', async (request, reply) => {
    const allowed =
      settings.metricsToken === null
        ? isLoopback(request.ip)
        : request.headers.authorization === `Bearer ${settings.metricsToken}`;
    if (!allowed) throw new AppError('FORBIDDEN');
    return reply.header('content-type', 'text/plain; version=0.0.4').send(await metrics());
  });
}

function gatherErrors(modules: readonly Module[]): ErrorTable {
  const all: Record<string, ErrorTable[string]> = { ...kernelErrors, ...fileErrors };
  for (const module of modules) {
    for (const [code, definition] of Object.entries(module.errors)) {
      if (all[code] !== undefined) throw new Error(`error code ${code} is defined twice`);
      all[code] = definition;
    }
  }
  return all;
}

function gatherIndicators(modules: readonly Module[]): ReadonlyMap<string, IndicatorSource> {
  const all = new Map<string, IndicatorSource>();
  for (const source of modules.flatMap((module) => module.indicators ?? [])) {
    if (all.has(source.name)) throw new Error(`indicator ${source.name} is defined twice`);
    all.set(source.name, source);
  }
  return all;
}

async function currentEra(services: Services): Promise<number> {
  await services.db.exec(sql`insert into kernel.journal_era (region, era, started_at, reason)
    select ${services.region}, 1, ${services.clock.now()}, '首次启用' where not exists (select from kernel.journal_era where region = ${services.region})`);
  const { era } = await services.db.one<{ era: number }>(
    sql`select max(era) as era from kernel.journal_era where region = ${services.region}`,
  );
  return era;
}

function securityHeaders(https: boolean) {
  return {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
        manifestSrc: ["'self'"],
      },
    },
    strictTransportSecurity: https ? { maxAge: 31_536_000 } : false,
    referrerPolicy: { policy: 'same-origin' as const },
    crossOriginEmbedderPolicy: false,
    originAgentCluster: false,
  };
}

function requestIdFrom(header: string | string[] | undefined): string {
  return typeof header === 'string' && /^[\w-]{8,64}$/.test(header) ? header : randomUUID();
}

function isLoopback(ip: string): boolean {
  return ip === '127.0.0.1' || ip === '::1' || ip === '::ffff:127.0.0.1';
}
