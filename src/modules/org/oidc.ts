import type { FastifyInstance, FastifyReply } from 'fastify';
import * as oidc from 'openid-client';
import { AppError } from '../../kernel/errors.ts';
import { checkIdNumber, normaliseIdNumber } from '../../kernel/identifiers.ts';
import { readableCode } from '../../kernel/ids.ts';
import type { Platform, Services, Tx } from '../../kernel/module.ts';
import { moveSessionToCookie } from '../../kernel/serve.ts';
import { localDateOf } from '../../kernel/time.ts';
import {
  accountById,
  accountByOidcSubject,
  dropPassword,
  insertAccount,
  linkOidcSubject,
  type AccountRow,
} from './store/accounts.ts';
import { accountIdByIdNumber, proofOf, releaseIdNumber, writePerson } from './store/people.ts';
import { beginSession, endSessionsOf, type NewSession } from './store/sessions.ts';

const flowCookie = 'ys_oidc';
const sealContext = 'org.oidc.flow';
const flowSeconds = 600;

interface Flow {
  state: string;
  nonce: string;
  verifier: string;
  next: string;
}

/** What the identity provider vouches for. */
export interface ProvenIdentity {
  /** Issuer and subject together: another provider's subject is another person. */
  subject: string;
  name: string;
  idNumber: string | null;
}

/**
 * Sign-in through a province's identity provider: `/sign-in/oidc?next=/…` and its callback. Code flow with PKCE, state and
 * nonce, which wait in a sealed cookie for ten minutes. A failure leads back to `/sign-in?problem=OIDC_FAILED`.
 * Without settings nothing is registered.
 */
export function registerOidc(
  http: FastifyInstance,
  platform: Pick<Platform, 'services' | 'settings' | 'runner'>,
): void {
  const { services, settings, runner } = platform;
  const given = settings.oidc;
  if (given === null) return;
  const redirectUri = `${services.publicUrl}/sign-in/oidc/callback`;
  const cookie = {
    path: '/sign-in/oidc',
    httpOnly: true,
    sameSite: 'lax',
    secure: services.publicUrl.startsWith('https:'),
  } as const;
  const provider = discoverOnce(given);

  http.get('/sign-in/oidc', async (request, reply) => {
    try {
      const config = await provider();
      const flow: Flow = {
        state: oidc.randomState(),
        nonce: oidc.randomNonce(),
        verifier: oidc.randomPKCECodeVerifier(),
        next: localPath((request.query as { next?: unknown }).next),
      };
      const to = oidc.buildAuthorizationUrl(config, {
        redirect_uri: redirectUri,
        scope: 'openid profile',
        state: flow.state,
        nonce: flow.nonce,
        code_challenge: await oidc.calculatePKCECodeChallenge(flow.verifier),
        code_challenge_method: 'S256',
      });
      reply.setCookie(flowCookie, services.personalData.seal(JSON.stringify(flow), sealContext), {
        ...cookie,
        maxAge: flowSeconds,
      });
      return await reply.header('cache-control', 'no-store').redirect(to.href, 303);
    } catch (error) {
      return failed(reply, services, error);
    }
  });

  http.get('/sign-in/oidc/callback', async (request, reply) => {
    reply.clearCookie(flowCookie, cookie);
    try {
      const flow = openFlow(services, request.cookies[flowCookie]);
      const identity = await redeem(await provider(), new URL(request.url, services.publicUrl), flow, given.issuer);
      const userAgent = request.headers['user-agent'] ?? '';
      const setSession = await runner.asSystem('org.oidc', 'event', (tx) => signInProven(tx, identity, userAgent));
      moveSessionToCookie(reply, { setSession }, services);
      return await reply.header('cache-control', 'no-store').redirect(flow.next, 303);
    } catch (error) {
      return failed(reply, services, error);
    }
  });
}

/** Finds or makes the account of a proven identity and begins its session. Throws OIDC_FAILED for a disabled account. */
export async function signInProven(tx: Tx, given: ProvenIdentity, userAgent: string): Promise<NewSession> {
  const identity = { ...given, idNumber: soundIdNumber(tx, given.idNumber) };
  const account =
    (await accountByOidcSubject(tx, identity.subject)) ?? (await adopt(tx, identity)) ?? (await create(tx, identity));
  if (account.disabledAt !== null) throw new AppError('OIDC_FAILED');
  tx.note(`account:${account.id}`, '通过统一身份认证登录', { name: account.name });
  return beginSession(tx, account.id, 'oidc', userAgent);
}

/** The account that already holds this identity number. */
async function adopt(tx: Tx, identity: ProvenIdentity): Promise<AccountRow | null> {
  if (identity.idNumber === null) return null;
  const holderId = await accountIdByIdNumber(tx, identity.idNumber);
  const holder = holderId === null ? null : await accountById(tx, holderId);
  if (holder === null || holder.disabledAt !== null) return holder;
  const isProven = (await proofOf(tx, holder.id)) !== '';
  if (!isProven && holder.kind === 'staff') {
    // Somebody in an office typed this number without proof: it must not hand his permissions to the person it names.
    await releaseIdNumber(tx, holder.id);
    tx.note(`account:${holder.id}`, '未经核实的身份证号与统一身份认证不符，已清除');
    return null;
  }
  if (holder.oidcSubject !== null) throw new AppError('OIDC_FAILED');
  if (!isProven) {
    // Whoever registered with this number never proved it. The person it names takes the account over; the password that
    // somebody else may know goes.
    await dropPassword(tx, holder.id);
    await endSessionsOf(tx, holder.id);
    await writePerson(tx, holder.id, { verifiedBy: 'oidc' });
  }
  await linkOidcSubject(tx, holder.id, identity.subject);
  tx.note(`account:${holder.id}`, '关联统一身份认证', { passwordDropped: !isProven });
  return holder;
}

/** A newcomer: an account of a person, without a password and without any permission. */
async function create(tx: Tx, identity: ProvenIdentity): Promise<AccountRow> {
  const id = await insertAccount(tx, {
    loginName: `u-${readableCode(12).toLowerCase()}`,
    name: identity.name,
    kind: 'person',
    passwordHash: null,
    oidcSubject: identity.subject,
  });
  const account = id === null ? null : await accountById(tx, id);
  if (account === null) throw new AppError('OIDC_FAILED');
  if (identity.idNumber !== null)
    await writePerson(tx, account.id, { idNumber: identity.idNumber, verifiedBy: 'oidc' });
  tx.note(`account:${account.id}`, '统一身份认证首次登录，建立账号');
  return account;
}

async function redeem(config: oidc.Configuration, url: URL, flow: Flow, issuer: string): Promise<ProvenIdentity> {
  const tokens = await oidc.authorizationCodeGrant(config, url, {
    pkceCodeVerifier: flow.verifier,
    expectedState: flow.state,
    expectedNonce: flow.nonce,
    idTokenExpected: true,
  });
  const claims = tokens.claims();
  if (claims === undefined) throw new AppError('OIDC_FAILED');
  const more =
    config.serverMetadata().userinfo_endpoint === undefined
      ? {}
      : await oidc.fetchUserInfo(config, tokens.access_token, claims.sub);
  const all: Record<string, unknown> = { ...more, ...claims };
  const name = typeof all.name === 'string' && all.name.trim() !== '' ? all.name.trim().slice(0, 50) : '群众用户';
  return {
    subject: `${issuer} ${claims.sub}`,
    name,
    idNumber: typeof all.id_number === 'string' ? all.id_number : null,
  };
}

/** The number in the one spelling that is stored; a faulty one proves nothing. */
function soundIdNumber(tx: Tx, idNumber: string | null): string | null {
  return idNumber === null || checkIdNumber(idNumber, localDateOf(tx.now)) !== null
    ? null
    : normaliseIdNumber(idNumber);
}

/** Asks the provider for its metadata once; a failure is asked again the next time. */
function discoverOnce(given: {
  issuer: string;
  clientId: string;
  clientSecret: string;
}): () => Promise<oidc.Configuration> {
  let found: Promise<oidc.Configuration> | null = null;
  const issuer = new URL(given.issuer);
  // Plain http only to this very machine: a provider in a test or behind a local proxy.
  const isLocal = issuer.protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(issuer.hostname);
  return () => {
    found ??= oidc
      .discovery(
        issuer,
        given.clientId,
        given.clientSecret,
        undefined,
        isLocal ? { execute: [oidc.allowInsecureRequests] } : {},
      )
      .catch((error: unknown) => {
        found = null;
        throw error;
      });
    return found;
  };
}

function openFlow(services: Services, sealed: string | undefined): Flow {
  if (sealed === undefined) throw new AppError('OIDC_FAILED');
  return JSON.parse(services.personalData.open(sealed, sealContext)) as Flow;
}

/** Only a path of this site: never a way to send people elsewhere. */
export function localPath(next: unknown): string {
  return typeof next === 'string' && /^\/(?![/\\])[\w\-./?=&%:~]*$/.test(next) ? next : '/';
}

function failed(reply: FastifyReply, services: Services, error: unknown): FastifyReply {
  const code = (error as { code?: unknown }).code;
  services.log.warn(
    { code, message: error instanceof Error ? error.message : String(error) },
    'sign-in by identity provider failed',
  );
  return reply.header('cache-control', 'no-store').redirect('/sign-in?problem=OIDC_FAILED', 303);
}
