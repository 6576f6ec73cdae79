import { z } from 'zod';
import { endpoint, instant, localDate, paging, queryList, uuid } from '../../kernel/endpoint.ts';
import { exampleId, reason, slug } from './contract-shapes.ts';

/** The seal desk: a seal is asked for by one person and released by another; its use is on record. */

export const sealStates = ['requested', 'refused', 'released', 'revoked', 'replaced'] as const;

const sealId = { sealId: uuid };
const sealView = z.object({
  sealId: uuid,
  /** Number inside the seal (esID). */
  no: z.string(),
  unitId: z.string(),
  unitName: z.string(),
  kind: z.string(),
  kindName: z.string(),
  /** What is on it. */
  wording: z.string(),
  line: z.string(),
  diameter: z.number(),
  /** Licence types it may be put on; empty: every type of its unit that wants this kind. */
  types: z.array(z.object({ id: z.string(), name: z.string() })),
  /** Accounts that may apply it; empty: everyone of the unit with the permission. */
  appliers: z.array(uuid),
  state: z.enum(sealStates),
  stateName: z.string(),
  inForce: z.boolean(),
  validFrom: localDate,
  validUntil: localDate,
  reason: z.string(),
  requestedName: z.string(),
  requestedAt: instant,
  decidedName: z.string().nullable(),
  decidedAt: instant.nullable(),
  decision: z.string(),
  endedName: z.string().nullable(),
  endedAt: instant.nullable(),
  endReason: z.string(),
  replaces: uuid.nullable(),
  sealings: z.number().int(),
  /** What the caller may do now. */
  actions: z.array(z.enum(['release', 'refuse', 'revoke', 'replace'])),
});

export const listSeals = endpoint({
  id: 'licences.listSeals',
  method: 'GET',
  path: '/api/seals',
  summary: '印章名录：单位、种类、状态、有效期',
  permission: 'seal.read',
  scope: 'unit',
  input: z.object({ state: queryList(z.enum(sealStates)), unit: queryList(slug), ...paging }),
  output: z.object({
    seals: z.array(sealView),
    total: z.number().int(),
    kinds: z.array(z.object({ id: z.string(), name: z.string(), line: z.string(), diameter: z.number() })),
  }),
  errors: [],
});

export const readSeal = endpoint({
  id: 'licences.readSeal',
  method: 'GET',
  path: '/api/seals/:sealId',
  summary: '一枚印章：印模、证书、用印记录',
  permission: 'seal.read',
  scope: 'unit',
  input: z.object({ ...sealId, ...paging }),
  output: sealView.extend({
    /** The imprint as a picture: one element <svg>. */
    svg: z.string(),
    certificate: z
      .object({ subject: z.string(), issuer: z.string(), serial: z.string(), notAfter: instant, pem: z.string() })
      .nullable(),
    uses: z.array(
      z.object({
        at: instant,
        by: z.string(),
        subjectType: z.string(),
        subjectId: z.string(),
        format: z.enum(['ofd', 'pdf']),
        sha256: z.string(),
        reason: z.string(),
      }),
    ),
    usesTotal: z.number().int(),
  }),
  errors: ['SEAL_NOT_FOUND'],
});

export const requestSeal = endpoint({
  id: 'licences.requestSeal',
  method: 'POST',
  path: '/api/seals',
  summary: '申请启用电子印章（新章，或者代替旧章）',
  permission: 'seal.request',
  scope: 'unit',
  input: z.object({
    unitId: slug,
    kind: slug,
    /** Empty: the unit's full name. */
    wording: z.string().trim().max(36).default(''),
    types: z.array(slug).max(60).default([]),
    appliers: z.array(uuid).max(20).default([]),
    replaces: uuid.nullable().default(null),
    reason,
  }),
  output: z.object({ sealId: uuid, no: z.string() }),
  status: 201,
  errors: ['SEAL_KIND_UNKNOWN', 'SEAL_WORDING_WRONG', 'SEAL_NOT_FOUND', 'SEAL_NOT_RELEASED', 'LICENCE_NOT_THIS_UNIT'],
  example: { unitId: 'transport', kind: 'official', reason: '交通运输局颁发道路运输证照要用' },
});

export const decideSeal = endpoint({
  id: 'licences.decideSeal',
  method: 'POST',
  path: '/api/seals/:sealId/decision',
  summary: '审核印章申请：启用或退回（申请的人自己不能审核）',
  permission: 'seal.release',
  scope: 'unit',
  input: z.object({ ...sealId, released: z.boolean(), decision: z.string().trim().max(300).default('') }),
  output: z.object({ state: z.enum(sealStates) }),
  errors: ['SEAL_NOT_FOUND', 'SEAL_NOT_REQUESTED', 'SEAL_SAME_PERSON'],
  example: { sealId: exampleId, released: true, decision: '与备案印模一致' },
});

export const revokeSeal = endpoint({
  id: 'licences.revokeSeal',
  method: 'POST',
  path: '/api/seals/:sealId/revocation',
  summary: '停用印章；密钥被盗的，同时吊销证书',
  permission: 'seal.release',
  scope: 'unit',
  input: z.object({ ...sealId, stolen: z.boolean().default(false), reason }),
  output: z.object({ state: z.enum(sealStates) }),
  errors: ['SEAL_NOT_FOUND', 'SEAL_NOT_RELEASED'],
  example: { sealId: exampleId, stolen: false, reason: '机构改革，单位名称变更' },
});

export const previewSeal = endpoint({
  id: 'licences.previewSeal',
  method: 'GET',
  path: '/api/seals/preview',
  summary: '申请以前先看印模的样子',
  permission: 'seal.request',
  scope: 'unit',
  input: z.object({ unitId: slug, kind: slug, wording: z.string().trim().max(36).default('') }),
  output: z.object({ svg: z.string(), wording: z.string(), line: z.string(), diameter: z.number() }),
  errors: ['SEAL_KIND_UNKNOWN', 'SEAL_WORDING_WRONG', 'LICENCE_NOT_THIS_UNIT'],
});
