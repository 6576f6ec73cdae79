import '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Actor } from '../kernel/actor.ts';
import { anonymous } from '../kernel/actor.ts';
import type { Endpoint, OutputOf } from '../kernel/endpoint.ts';
import { AppError } from '../kernel/errors.ts';
import { randomToken } from '../kernel/ids.ts';
import type { Platform, Services } from '../kernel/module.ts';
import type { Problem } from '../kernel/call.ts';
import { problemFor } from '../kernel/serve.ts';
import { localDateOf, type LocalDate } from '../kernel/time.ts';
import { checkCsrf, checkVisitorCsrf, csrfTokenOf, unitDirectory, visitorTokenOf } from '../modules/org/index.ts';

/** One request for a page: who asks, how he likes to read, and the one way to the platform. */
export interface Visit {
  platform: Platform;
  request: FastifyRequest;
  reply: FastifyReply;
  actor: Actor;
  /** 麟游县 */
  county: string;
  elder: boolean;
  today: LocalDate;
  /** Path and query of this page, for coming back to it. */
  here: string;
  /** A single value of the query; the first when repeated, '' when absent. */
  query(name: string): string;
  param(name: string): string;
  invoke<E extends Endpoint>(endpoint: E, input: unknown, idempotencyKey?: string): Promise<OutputOf<E>>;
  /** For the hidden field of forms; gives a visitor without a session his cookie. */
  csrf(): string;
}

/** What a page or a form answers: sent by the one who bound it to its address. Cookies are set on the visit's reply. */
export interface Answer {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: string | Uint8Array;
}

export const elderCookie = 'ys_elder';
const visitorCookie = 'ys_visitor';

export async function openVisit(platform: Platform, request: FastifyRequest, reply: FastifyReply): Promise<Visit> {
  const actor = await platform.authenticate(request);
  return visitOf(platform, request, reply, actor, await countyName(platform));
}

/** For the error page when the database cannot be asked who this is. */
export function visitInTheDark(platform: Platform, request: FastifyRequest, reply: FastifyReply): Visit {
  return visitOf(platform, request, reply, anonymous, countyNames.get(platform.services) ?? '');
}

function visitOf(
  platform: Platform,
  request: FastifyRequest,
  reply: FastifyReply,
  actor: Actor,
  county: string,
): Visit {
  const { services } = platform;
  let visitor: string | undefined;
  return {
    platform,
    request,
    reply,
    actor,
    county,
    elder: request.cookies[elderCookie] === '1',
    today: localDateOf(services.clock.now()),
    here: request.url,
    query: (name) => firstText((request.query as Record<string, unknown>)[name]),
    param: (name) => firstText((request.params as Record<string, unknown>)[name]),
    invoke: (endpoint, input, idempotencyKey) =>
      platform.invoke(endpoint, input, actor, {
        requestId: request.id,
        ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
      }),
    csrf() {
      if (actor.sessionId !== null) return csrfTokenOf(services, actor);
      visitor ??= request.cookies[visitorCookie];
      if (visitor === undefined || visitor.length < 20) {
        visitor = randomToken();
        const secure = services.publicUrl.startsWith('https:');
        reply.setCookie(visitorCookie, visitor, { path: '/', httpOnly: true, sameSite: 'lax', secure });
      }
      return visitorTokenOf(services, visitor);
    },
  };
}

export function isSignedIn(visit: Visit): boolean {
  return visit.actor.accountId !== null;
}

/** Throws CSRF_REJECTED unless the form came from a page that this very visitor was given. */
export function checkForm(visit: Visit, token: string): void {
  const { services } = visit.platform;
  if (visit.actor.sessionId !== null) checkCsrf(services, visit.actor, token);
  else checkVisitorCsrf(services, visit.request.cookies[visitorCookie], token);
}

export type Attempt<T> = { ok: true; output: T } | { ok: false; problem: Problem };

/**
 * What a form may answer itself (something typed wrongly, a state that has moved on) comes back as a problem to show; who
 * must sign in, may not, or asks for what is not there gets a page of its own, so that is thrown on.
 * @param ownCodes codes that this form answers all the same.
 */
export async function attempt<T>(
  visit: Visit,
  work: () => Promise<T>,
  ownCodes: readonly string[] = [],
): Promise<Attempt<T>> {
  try {
    return { ok: true, output: await work() };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const problem = problemFor(error, visit.platform.errors, visit.request.id);
    const hasOwnPage = problem.status >= 500 || problem.status === 404 || pageCodes.has(problem.code);
    if (ownCodes.includes(problem.code)) return { ok: false, problem };
    if (hasOwnPage) throw error;
    return { ok: false, problem };
  }
}

const pageCodes: ReadonlySet<string> = new Set(['NOT_SIGNED_IN', 'FORBIDDEN', 'CSRF_REJECTED']);

/** A path of this site to go back to; anything else (another host, a script) becomes the fallback. */
export function localPath(path: string, fallback: string): string {
  return /^\/(?![/\\])[^\\\s]*$/.test(path) ? path : fallback;
}

const countyNames = new WeakMap<Services, string>();

/** The county's name changes with its data only, that is with a start. */
async function countyName(platform: Platform): Promise<string> {
  const { services } = platform;
  const known = countyNames.get(services);
  if (known !== undefined) return known;
  const { county } = await platform.runner.asSystem('portal.county', 'job', unitDirectory);
  if (county.name !== '') countyNames.set(services, county.name);
  return county.name;
}

function firstText(value: unknown): string {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return typeof first === 'string' ? first : '';
}
