import type { FastifyRequest } from 'fastify';
import { anonymous, type Actor } from '../../kernel/actor.ts';
import type { Services } from '../../kernel/module.ts';
import { sessionCookie } from '../../kernel/serve.ts';
import { localDateOf, msBetween } from '../../kernel/time.ts';
import { effectiveGrants } from './rules/grants.ts';
import { findSession, touchSession, type SessionRow } from './store/sessions.ts';

const touchEveryMs = 5 * 60_000;
const standardIdleHours = 12;

const idleHours = new WeakMap<Services, number>();

/** Where a request came from; sign-in counts failures by it and a session remembers the browser. */
export interface Origin {
  address: string;
  userAgent: string;
}
const origins = new WeakMap<Actor, Origin>();

/**
 * Finds who is asking by the session cookie, in one indexed query and without a cache, so that signing out everywhere,
 * disabling an account and taking a role away work on the very next request, on every process.
 */
export async function authenticate(services: Services, request: FastifyRequest): Promise<Actor> {
  const token = request.cookies[sessionCookie];
  // A fresh object for every request, anonymous ones too: the origin hangs on it.
  const actor = (token === undefined ? null : await actorOf(services, token)) ?? { ...anonymous };
  origins.set(actor, { address: request.ip, userAgent: request.headers['user-agent'] ?? '' });
  return actor;
}

/** A session unused for longer is over (setting YINGSHANG_SESSION_HOURS). */
export function setIdleHours(services: Services, hours: number): void {
  idleHours.set(services, hours);
}

export function originOf(actor: Actor): Origin {
  return origins.get(actor) ?? { address: '', userAgent: '' };
}

export function idleMs(services: Services): number {
  return (idleHours.get(services) ?? standardIdleHours) * 3_600_000;
}

async function actorOf(services: Services, token: string): Promise<Actor | null> {
  if (!/^[A-Za-z0-9_-]{43}$/.test(token)) return null;
  const now = services.clock.now();
  const row = await findSession(services.db, services.region, token, now);
  if (row === null) return null;
  const idle = msBetween(row.lastSeenAt, now);
  if (idle > idleMs(services)) return null;
  if (idle > touchEveryMs) await touchSession(services.db, services.region, row.sessionId, now);
  return {
    kind: row.kind,
    accountId: row.accountId,
    name: displayName(row),
    unitId: row.unitId,
    enterpriseIds: row.enterpriseIds,
    grants: effectiveGrants(row.held, row.lent, localDateOf(now)),
    sessionId: row.sessionId,
  };
}

/** 张三（县行政审批局 受理岗） */
function displayName(row: SessionRow): string {
  const place = [row.unitName, row.postName].filter((part) => part !== null).join(' ');
  return place === '' ? row.name : `${row.name}（${place}）`;
}
