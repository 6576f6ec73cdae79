import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Gauge, Histogram, type Registry } from 'prom-client';
import { sql } from './db.ts';
import type { Services } from './module.ts';

/** Request times by route pattern (never by address: addresses hold numbers of cases), pool and backlog. */
export function httpMetrics(http: FastifyInstance, services: Services, registry: Registry): () => Promise<string> {
  collectDefaultMetrics({ register: registry });
  const seconds = new Histogram({
    name: 'yingshang_http_request_seconds',
    help: 'Time to answer a request',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [registry],
  });
  const connections = new Gauge({
    name: 'yingshang_database_connections',
    help: 'Connections of the pool',
    labelNames: ['state'],
    registers: [registry],
  });
  const backlog = new Gauge({
    name: 'yingshang_outbox_backlog',
    help: 'Deliveries not yet done',
    registers: [registry],
  });
  http.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unknown';
    seconds.observe({ method: request.method, route, status: String(reply.statusCode) }, reply.elapsedTime / 1000);
    request.log.info(
      { method: request.method, route, status: reply.statusCode, ms: Math.round(reply.elapsedTime) },
      'request',
    );
  });
  return async () => {
    const pool = services.db.stats();
    connections.set({ state: 'idle' }, pool.idle);
    connections.set({ state: 'busy' }, pool.total - pool.idle);
    connections.set({ state: 'waiting' }, pool.waiting);
    const row = await services.db.one<{ waiting: number }>(
      sql`select count(*)::int as waiting from kernel.delivery where region = ${services.region} and done_at is null`,
    );
    backlog.set(row.waiting);
    return registry.metrics();
  };
}
