import '@fastify/cookie';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Actor } from './actor.ts';
import { AppError, describeError, kernelErrors, type ErrorTable } from './errors.ts';
import { needsIdempotencyKey, type StoredFile } from './endpoint.ts';
import { safeFileName } from './files/index.ts';
import type { Problem } from './call.ts';
import type { Route, Services } from './module.ts';
import type { Runner } from './run.ts';
import { msBetween } from './time.ts';

export interface ServeOptions {
  services: Services;
  runner: Runner;
  routes: readonly Route[];
  errors: ErrorTable;
  /** Finds who is asking; module `org` knows. */
  authenticate(request: FastifyRequest): Promise<Actor>;
  maxUploadBytes: number;
}

/** Binds every route to HTTP. The pipeline itself is in `run.ts`; here are only the wire's own matters. */
export function serveRoutes(http: FastifyInstance, options: ServeOptions): void {
  const { runner, routes } = options;
  for (const route of routes) {
    const { endpoint } = route;
    http.route({
      method: endpoint.method,
      url: endpoint.path,
      handler: async (request, reply) => {
        refuseForeignOrigin(request, endpoint.method !== 'GET');
        const actor = await options.authenticate(request);
        const facts: { requestId: string; idempotencyKey?: string } = { requestId: request.id };
        const key = request.headers['idempotency-key'];
        if (typeof key === 'string' && needsIdempotencyKey(endpoint)) facts.idempotencyKey = key;
        const input = {
          ...(request.query as Record<string, unknown>),
          ...(endpoint.upload
            ? await receiveFile(request, options, endpoint.upload === 'passing')
            : (request.body as Record<string, unknown> | null)),
          ...(request.params as Record<string, unknown>),
        };
        const output = await runner.run(route, input, actor, facts);
        return reply
          .code(endpoint.status ?? 200)
          .header('cache-control', 'no-store')
          .send(moveSessionToCookie(reply, output, options.services) ?? null);
      },
    });
  }
}

/**
 * A command from another site's page is refused. The cookie is SameSite=Lax and commands need a header that a foreign
 * form cannot send; this is the third fence, for browsers that tell.
 */
export function refuseForeignOrigin(request: FastifyRequest, isCommand: boolean): void {
  if (!isCommand) return;
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') throw new AppError('CSRF_REJECTED');
  const origin = request.headers.origin;
  if (
    origin !== undefined &&
    origin !== 'null' &&
    (!URL.canParse(origin) || new URL(origin).host !== request.headers.host)
  )
    throw new AppError('CSRF_REJECTED');
}

export const sessionCookie = 'ys_session';

/** An output's `setSession` becomes the cookie and never reaches the body; null clears it. */
export function moveSessionToCookie(reply: FastifyReply, output: unknown, services: Services): unknown {
  if (output === null || typeof output !== 'object' || !('setSession' in output)) return output;
  const { setSession, ...rest } = output as { setSession: { token: string; expiresAt: string } | null };
  const attributes = {
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    secure: services.publicUrl.startsWith('https:'),
  } as const;
  if (setSession === null) reply.clearCookie(sessionCookie, attributes);
  else
    reply.setCookie(sessionCookie, setSession.token, {
      ...attributes,
      maxAge: Math.floor(msBetween(services.clock.now(), setSession.expiresAt) / 1000),
    });
  return rest;
}

/** Stores the file before the transaction: content-addressed, so a refused command leaves nothing that matters. */
async function receiveFile(
  request: FastifyRequest,
  options: ServeOptions,
  isPassing: boolean,
): Promise<Record<string, unknown>> {
  if (!request.isMultipart()) throw new AppError('UNSUPPORTED_MEDIA_TYPE');
  const fields: Record<string, unknown> = {};
  let document: StoredFile | { name: string; bytes: Uint8Array } | undefined;
  for await (const part of request.parts({ limits: { files: 1, fields: 20, fileSize: options.maxUploadBytes } })) {
    if (part.type === 'field') {
      fields[part.fieldname] = part.value;
      continue;
    }
    if (isPassing) {
      document = { name: part.filename, bytes: await part.toBuffer() };
      continue;
    }
    const stored = await options.services.files.put(part.file, { maxBytes: options.maxUploadBytes });
    document = { ...stored, name: safeFileName(part.filename, stored.type) };
  }
  return { ...fields, document };
}

/** Turns whatever was thrown into a problem; the caller's own faults are never logged as errors. */
export function problemFor(error: unknown, errors: ErrorTable, requestId: string): Problem {
  const known = asAppError(error);
  const definition = known === null ? undefined : errors[known.code];
  if (known === null || definition === undefined) {
    return problem('INTERNAL', kernelErrors.INTERNAL.status, kernelErrors.INTERNAL.zh, [], requestId);
  }
  return problem(known.code, definition.status, describeError(definition, known.details), [...known.issues], requestId);
}

function problem(code: string, status: number, detail: string, issues: Problem['issues'], requestId: string): Problem {
  return { type: `/api/errors#${code}`, title: code, status, code, detail, issues, requestId };
}

/** Faults of the wire, said in our own codes. */
function asAppError(error: unknown): AppError | null {
  if (error instanceof AppError) return error;
  const code = (error as { code?: string }).code ?? '';
  const status = (error as { statusCode?: number }).statusCode ?? 500;
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE' || code === 'FST_REQ_FILE_TOO_LARGE' || status === 413)
    return new AppError('PAYLOAD_TOO_LARGE');
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE' || status === 415) return new AppError('UNSUPPORTED_MEDIA_TYPE');
  if (status === 429) return new AppError('TOO_MANY_REQUESTS');
  if (status >= 400 && status < 500)
    return new AppError('INVALID_INPUT', {}, [{ path: '/', message: '请求的格式不对。' }]);
  return null;
}

export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  return reply
    .code(problem.status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .header('cache-control', 'no-store')
    .send(JSON.stringify(problem));
}
