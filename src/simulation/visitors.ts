import { CallError, createCaller, type Caller } from '../kernel/call.ts';
import type { Platform } from '../kernel/module.ts';
import { register, signIn } from '../modules/org/contract.ts';
import type { Identity } from './people.ts';

/** Somebody at a browser: the same client as the workbench, with a cookie, signing in again when the session is over. */
export interface Visitor {
  loginName: string;
  call: Caller;
}

interface Browser {
  call: Caller;
  hasCookie(): boolean;
}

/** Nobody in particular, until somebody signs in. */
export function openBrowser(platform: Platform): Browser {
  let cookie: string | null = null;
  const call = createCaller({
    headers: () => (cookie === null ? {} : { cookie }),
    fetch: (async (url: string, init: RequestInit = {}) => {
      const request = new Request(`http://localhost${url}`, init);
      const answer = await platform.http.inject({
        method: (init.method ?? 'GET') as 'GET',
        url,
        headers: Object.fromEntries(request.headers),
        ...(init.body == null ? {} : { payload: Buffer.from(await request.arrayBuffer()) }),
      });
      const given = answer.cookies.find((one) => one.name === 'ys_session');
      if (given !== undefined) cookie = `ys_session=${given.value}`;
      return new Response(answer.rawPayload.length === 0 ? null : new Uint8Array(answer.rawPayload), {
        status: answer.statusCode,
      });
    }) as typeof fetch,
  });
  return { call, hasCookie: () => cookie !== null };
}

export function visitor(
  platform: Platform,
  loginName: string,
  password: string,
  browser: Browser = openBrowser(platform),
): Visitor {
  // Several things done at once wait for one and the same sign-in.
  let signingIn: Promise<unknown> | null = null;
  const enter = (): Promise<unknown> => {
    signingIn ??= browser.call(signIn, { loginName, password }).finally(() => {
      signingIn = null;
    });
    return signingIn;
  };
  const call: Caller = async (contract, input, options) => {
    if (!browser.hasCookie()) await enter();
    const key = options?.idempotencyKey ?? crypto.randomUUID();
    try {
      return await browser.call(contract, input, { ...options, idempotencyKey: key });
    } catch (error) {
      if (!(error instanceof CallError) || error.problem.code !== 'NOT_SIGNED_IN') throw error;
      await enter();
      return browser.call(contract, input, { ...options, idempotencyKey: key });
    }
  };
  return { loginName, call };
}

/** Registers a new person; one whom an earlier run registered simply comes back. */
export async function newcomer(
  platform: Platform,
  loginName: string,
  password: string,
  identity: Identity,
): Promise<Visitor> {
  const { name, idNumber, phone } = identity;
  const browser = openBrowser(platform);
  await browser.call(register, { name, idNumber, phone, loginName, password }).catch((error: unknown) => {
    if (!(error instanceof CallError) || error.problem.code !== 'LOGIN_NAME_TAKEN') throw error;
  });
  return visitor(platform, loginName, password, browser);
}
