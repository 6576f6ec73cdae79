import '@fastify/multipart';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../kernel/errors.ts';
import type { Platform } from '../kernel/module.ts';
import { problemFor, refuseForeignOrigin } from '../kernel/serve.ts';
import { FormBody } from './form-body.ts';
import { showProblem } from './pages/problem.tsx';
import { checkForm, isSignedIn, openVisit, visitInTheDark, type Answer, type Visit } from './visit.ts';

/** How pages are bound to addresses. Every page answers a reply; every form is checked for its origin before its handler. */
export interface Site {
  platform: Platform;
  http: FastifyInstance;
  page(path: string, show: (visit: Visit) => Promise<Answer>): void;
  /** A page that needs an account: others are sent to sign in and come back. */
  ownPage(path: string, show: (visit: Visit) => Promise<Answer>): void;
  form(path: string, take: (visit: Visit, form: FormBody) => Promise<Answer>): void;
  ownForm(path: string, take: (visit: Visit, form: FormBody) => Promise<Answer>): void;
  /** A multipart form: the handler reads the parts itself and checks the token before it takes a file. */
  ownUpload(path: string, take: (visit: Visit) => Promise<Answer>): void;
  upload(path: string, take: (visit: Visit) => Promise<Answer>): void;
}

export function createSite(http: FastifyInstance, platform: Platform): Site {
  http.setErrorHandler(async (error, request, reply) => {
    const problem = problemFor(error, platform.errors, request.id);
    if (problem.status >= 500) request.log.error({ err: error, code: problem.code }, 'page failed');
    const visit = await visitOrDark(platform, request, reply);
    return send(reply, problem.code === 'NOT_SIGNED_IN' ? toSignIn(visit) : showProblem(visit, problem));
  });

  const read = (path: string, own: boolean, show: (visit: Visit) => Promise<Answer>) => {
    http.get(path, async (request, reply) => {
      const visit = await openVisit(platform, request, reply);
      return send(reply, own && !isSignedIn(visit) ? toSignIn(visit) : await show(visit));
    });
  };
  const write = (path: string, own: boolean, take: (visit: Visit, form: FormBody) => Promise<Answer>) => {
    http.post(path, async (request, reply) => {
      refuseForeignOrigin(request, true);
      const visit = await openVisit(platform, request, reply);
      if (own && !isSignedIn(visit)) return send(reply, toSignIn(visit));
      const form = new FormBody(request.body);
      checkForm(visit, form.text('csrf'));
      return send(reply, await take(visit, form));
    });
  };
  const receive = (path: string, own: boolean, take: (visit: Visit) => Promise<Answer>) => {
    http.post(path, async (request, reply) => {
      refuseForeignOrigin(request, true);
      const visit = await openVisit(platform, request, reply);
      if (own && !isSignedIn(visit)) return send(reply, toSignIn(visit));
      if (!request.isMultipart()) throw new AppError('UNSUPPORTED_MEDIA_TYPE');
      return send(reply, await take(visit));
    });
  };
  return {
    platform,
    http,
    page: (path, show) => read(path, false, show),
    ownPage: (path, show) => read(path, true, show),
    form: (path, take) => write(path, false, take),
    ownForm: (path, take) => write(path, true, take),
    ownUpload: (path, take) => receive(path, true, take),
    upload: (path, take) => receive(path, false, take),
  };
}

/** After a form: 303, so that reloading the next page never sends the form again. */
export function goTo(path: string): Answer {
  return { status: 303, headers: { location: path, 'cache-control': 'no-store' }, body: '' };
}

function toSignIn(visit: Visit): Answer {
  const isForm = visit.request.method === 'POST';
  // A form whose session ended cannot be repeated by a link; its page can.
  const back = isForm ? pathOf(visit.request.headers.referer) : visit.here;
  return goTo(`/sign-in?${new URLSearchParams({ then: back, ...(isForm ? { why: 'expired' } : {}) }).toString()}`);
}

function pathOf(referer: string | undefined): string {
  if (referer === undefined || !URL.canParse(referer)) return '/';
  const { pathname, search } = new URL(referer);
  return pathname + search;
}

function send(reply: FastifyReply, answer: Answer): FastifyReply {
  return reply.code(answer.status).headers(answer.headers).send(answer.body);
}

async function visitOrDark(platform: Platform, request: FastifyRequest, reply: FastifyReply): Promise<Visit> {
  try {
    return await openVisit(platform, request, reply);
  } catch {
    return visitInTheDark(platform, request, reply);
  }
}
