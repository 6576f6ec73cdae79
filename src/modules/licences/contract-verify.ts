import { z } from 'zod';
import { endpoint, instant, localDate } from '../../kernel/endpoint.ts';
import { standings } from './rules/transitions.ts';

/** Anybody may verify a file, a code or an identifier. Names of persons come back masked. */

const step = z.object({
  name: z.string(),
  zh: z.string(),
  outcome: z.enum(['passed', 'failed', 'unknown', 'skipped']),
  why: z.string(),
});

/** What our own register knows; null when the licence is not ours. */
const register = z
  .object({
    identifier: z.string(),
    typeName: z.string(),
    number: z.string(),
    version: z.number().int(),
    issuerName: z.string(),
    holderLabel: z.string(),
    issuedOn: localDate,
    validUntil: localDate.nullable(),
    state: z.enum(standings),
    stateName: z.string(),
    stateCode: z.string(),
    since: localDate.nullable(),
    successor: z.string().nullable(),
  })
  .nullable();

const verdict = z.object({
  /** valid: every step passed. unknown: nothing is wrong, but somebody is not known here. */
  verdict: z.enum(['valid', 'invalid', 'unknown']),
  /** One sentence for people. */
  zh: z.string(),
  steps: z.array(step),
  /** The first step that failed, else the first that could not be judged. */
  decisive: step.nullable(),
  register,
});

export const verifyFile = endpoint({
  id: 'licences.verifyFile',
  method: 'POST',
  path: '/api/verify/file',
  summary: '核验证照文件（OFD、PDF）或者二维码照片：逐步说明，指出哪一步不对',
  permission: 'public',
  scope: 'public',
  upload: 'passing',
  idempotent: false,
  input: z.object({
    document: z.object({ name: z.string(), bytes: z.instanceof(Uint8Array) }, { error: '请选择要核验的文件。' }),
  }),
  output: verdict.extend({
    kind: z.enum(['ofd', 'pdf', 'photo', 'unreadable']),
    seals: z.array(
      z.object({
        sealName: z.string(),
        signerName: z.string(),
        makerName: z.string(),
        signedAt: instant.nullable(),
        /** False: a seal of another authority, reported honestly. */
        issuerKnown: z.boolean(),
        outcome: z.enum(['passed', 'failed', 'unknown', 'skipped']),
      }),
    ),
    title: z.string(),
  }),
  errors: ['TOO_MANY_REQUESTS', 'PAYLOAD_TOO_LARGE'],
});

export const verifyCode = endpoint({
  id: 'licences.verifyCode',
  method: 'POST',
  path: '/api/verify/code',
  summary: '核验证照上的二维码内容',
  permission: 'public',
  scope: 'public',
  idempotent: false,
  input: z.object({ text: z.string().trim().min(1, '请把扫出来的内容贴进来。').max(1000) }),
  output: verdict.extend({ facts: z.array(z.object({ label: z.string(), value: z.string() })) }),
  errors: ['TOO_MANY_REQUESTS'],
  example: { text: 'YS1:ABC' },
});

export const standingOfLicence = endpoint({
  id: 'licences.standing',
  method: 'GET',
  path: '/api/verify/licences/:identifier',
  summary: '按证照标识查状态；可以查某一天的状态',
  permission: 'public',
  scope: 'public',
  input: z.object({ identifier: z.string().max(160), on: localDate.optional() }),
  output: z.object({ register, on: localDate }),
  errors: ['LICENCE_IDENTIFIER_WRONG', 'TOO_MANY_REQUESTS'],
});

/** What a verifier elsewhere needs: roots, revocation lists, the keys of codes. */
export const trustAnchors = endpoint({
  id: 'licences.trustAnchors',
  method: 'GET',
  path: '/api/verify/trust',
  summary: '核验所需的根证书、吊销名单和二维码公钥',
  permission: 'public',
  scope: 'public',
  input: z.object({}),
  output: z.object({
    roots: z.array(z.object({ name: z.string(), fingerprint: z.string(), notAfter: instant, pem: z.string() })),
    revocationList: z.object({ number: z.number().int(), nextUpdate: instant, pem: z.string() }).nullable(),
    codeKeys: z.array(z.object({ name: z.string(), point: z.string(), notBefore: instant, notAfter: instant })),
  }),
  errors: ['TOO_MANY_REQUESTS'],
});
