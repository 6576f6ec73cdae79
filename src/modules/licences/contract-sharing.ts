import { z } from 'zod';
import { endpoint, instant, localDate, paging, queryList, uuid } from '../../kernel/endpoint.ts';
import { exampleId, fileFormat, licenceId, listedLicence } from './contract-shapes.ts';
import { useGrounds, useScopes } from './rules/use.ts';

/** Use of licences by others (用证): asked, allowed, fetched; and what the holder sees of it. */

const standings = ['asked', 'allowed', 'refused', 'withdrawn', 'cancelled', 'over'] as const;
const useId = { useId: uuid };

const use = z.object({
  useId: uuid,
  no: z.string(),
  licenceId: uuid,
  typeName: z.string(),
  number: z.string(),
  holderLabel: z.string(),
  unitId: z.string(),
  unitName: z.string(),
  askerName: z.string(),
  purpose: z.string(),
  caseNo: z.string(),
  ground: z.enum(useGrounds),
  groundName: z.string(),
  basis: z.string(),
  scope: z.enum(useScopes),
  scopeName: z.string(),
  fields: z.array(z.object({ id: z.string(), label: z.string() })),
  until: localDate,
  askedAt: instant,
  state: z.enum(standings),
  stateName: z.string(),
  words: z.string(),
  /** How often something was given out under it. */
  fetches: z.number().int(),
});

export const sharingTerms = endpoint({
  id: 'licences.sharingTerms',
  method: 'GET',
  path: '/api/licence-uses/terms',
  summary: '用证的期限、依据和可以选的栏目',
  permission: 'licence.use',
  scope: 'unit',
  input: z.object({ typeId: z.string().max(64).default('') }),
  output: z.object({
    longestDays: z.number().int(),
    usualDays: z.number().int(),
    statutes: z.array(z.object({ id: z.string(), name: z.string(), basis: z.string() })),
    types: z.array(z.object({ id: z.string(), name: z.string() })),
    fields: z.array(z.object({ id: z.string(), label: z.string() })),
  }),
  errors: [],
});

export const findLicence = endpoint({
  id: 'licences.findLicence',
  method: 'GET',
  path: '/api/licence-uses/licences',
  summary: '按证照编号，或者持证人的代码、证件号和种类，找一份证照来申请使用（要全写对，只列几项）',
  permission: 'licence.use',
  scope: 'region',
  input: z.object({
    typeId: z.string().max(64).default(''),
    number: z.string().trim().max(160).default(''),
    holderNumber: z.string().trim().max(30).default(''),
  }),
  output: z.object({ licences: z.array(listedLicence) }),
  errors: ['USE_SEARCH_TOO_WIDE', 'TOO_MANY_REQUESTS'],
  readsPersonalData: true,
});

export const askUse = endpoint({
  id: 'licences.askUse',
  method: 'POST',
  path: '/api/licence-uses',
  summary: '申请使用一份证照：写明事由、范围、期限；持证人同意，或者写明法律依据',
  permission: 'licence.use',
  scope: 'unit',
  input: z.object({
    licenceId: uuid,
    purpose: z.string().trim().min(4, '请写清楚拿去做什么，至少四个字。').max(200),
    caseNo: z.string().trim().max(40).default(''),
    ground: z.enum(useGrounds),
    /** For `statute`: one of the county's list. */
    statute: z.string().max(64).default(''),
    scope: z.enum(useScopes),
    fields: z.array(z.string().max(64)).max(40).default([]),
    until: localDate.nullable().default(null),
  }),
  output: use,
  status: 201,
  errors: ['LICENCE_NOT_FOUND', 'USE_TERM_WRONG', 'USE_STATUTE_UNKNOWN', 'USE_CASE_MISSING', 'USE_FIELDS_WRONG'],
  example: {
    licenceId: exampleId,
    purpose: '办理户外广告设置审批',
    ground: 'consent',
    scope: 'answer',
  },
});

export const listUses = endpoint({
  id: 'licences.listUses',
  method: 'GET',
  path: '/api/licence-uses',
  summary: '本单位的用证申请',
  permission: 'licence.use',
  scope: 'unit',
  input: z.object({ state: queryList(z.enum(standings)), text: z.string().trim().max(60).default(''), ...paging }),
  output: z.object({ uses: z.array(use), total: z.number().int() }),
  errors: [],
});

const given = z.object({
  accessId: uuid,
  at: instant,
  /** What it is today, in words, always. */
  state: listedLicence.shape.state,
  stateName: z.string(),
  /** For `fields`. */
  fields: z.array(z.object({ id: z.string(), label: z.string(), value: z.string() })),
  /** For `file`: the copy with its purpose on it. */
  copy: z.object({ no: z.string(), href: z.string(), name: z.string() }).nullable(),
});

export const readUse = endpoint({
  id: 'licences.readUse',
  method: 'GET',
  path: '/api/licence-uses/:useId',
  summary: '一次用证申请和取用记录',
  permission: 'licence.use',
  scope: 'unit',
  input: z.object(useId),
  output: use.extend({
    /** Null: it may be fetched now. */
    fetchFault: z.string().nullable(),
    history: z.array(z.object({ at: instant, words: z.string(), by: z.string() })),
    accesses: z.array(
      z.object({
        accessId: uuid,
        at: instant,
        by: z.string(),
        given: z.string(),
        copyNo: z.string().nullable(),
        href: z.string().nullable(),
      }),
    ),
  }),
  errors: ['USE_NOT_FOUND'],
});

export const fetchUse = endpoint({
  id: 'licences.fetchUse',
  method: 'POST',
  path: '/api/licence-uses/:useId/fetching',
  summary: '取用：按同意的范围给出是否有效、几栏内容或者加注件，并记录',
  permission: 'licence.use',
  scope: 'unit',
  input: z.object({ ...useId, format: fileFormat.default('pdf') }),
  output: given,
  errors: ['USE_NOT_FOUND', 'USE_NOT_POSSIBLE', 'USE_TOO_OFTEN'],
  readsPersonalData: true,
  example: { useId: exampleId },
});

export const cancelUse = endpoint({
  id: 'licences.cancelUse',
  method: 'POST',
  path: '/api/licence-uses/:useId/cancellation',
  summary: '取消用证申请',
  permission: 'licence.use',
  scope: 'unit',
  input: z.object({ ...useId, words: z.string().trim().max(200).default('') }),
  output: use,
  errors: ['USE_NOT_FOUND', 'USE_NOT_POSSIBLE'],
  example: { useId: exampleId },
});

/** A copy is opened by who fetched it (his unit) and by the holder; content at `/content`. */
export const openCopy = endpoint({
  id: 'licences.openCopy',
  method: 'GET',
  path: '/api/licence-copies/:accessId',
  summary: '加注件，内容在 /content',
  permission: 'signedIn',
  scope: 'own',
  input: z.object({ accessId: uuid }),
  output: z.object({ sha256: z.string(), name: z.string(), type: z.string(), size: z.number().int() }),
  errors: ['COPY_NOT_FOUND'],
  readsPersonalData: true,
});

export const myUses = endpoint({
  id: 'licences.myUses',
  method: 'GET',
  path: '/api/my/licence-uses',
  summary: '谁申请用我的证照',
  permission: 'signedIn',
  scope: 'own',
  input: z.object({ licenceId: uuid.optional(), state: queryList(z.enum(standings)), ...paging }),
  output: z.object({
    uses: z.array(use.extend({ mayDecide: z.boolean(), mayWithdraw: z.boolean() })),
    total: z.number().int(),
    waiting: z.number().int(),
  }),
  errors: [],
});

export const decideUseOfMine = endpoint({
  id: 'licences.decideUse',
  method: 'POST',
  path: '/api/my/licence-uses/:useId/decision',
  summary: '同意、不同意，或者撤回同意',
  permission: 'signedIn',
  scope: 'own',
  input: z.object({
    ...useId,
    action: z.enum(['allow', 'refuse', 'withdraw']),
    /** Sooner than asked for, never later. */
    until: localDate.nullable().default(null),
    words: z.string().trim().max(200).default(''),
  }),
  output: use,
  errors: ['USE_NOT_FOUND', 'USE_NOT_POSSIBLE', 'USE_BY_LAW', 'USE_TERM_WRONG'],
  example: { useId: exampleId, action: 'allow' },
});

export const myAccesses = endpoint({
  id: 'licences.myAccesses',
  method: 'GET',
  path: '/api/my/licence-accesses',
  summary: '谁、什么时候、为什么用了我的证照',
  permission: 'signedIn',
  scope: 'own',
  input: z.object({ licenceId: uuid.optional(), ...paging }),
  output: z.object({
    accesses: z.array(
      z.object({
        accessId: uuid,
        licenceId: uuid,
        typeName: z.string(),
        number: z.string(),
        at: instant,
        who: z.string(),
        given: z.string(),
        purpose: z.string(),
        ground: z.string(),
        basis: z.string(),
        useId: uuid.nullable(),
        href: z.string().nullable(),
      }),
    ),
    total: z.number().int(),
  }),
  errors: [],
});

export const makeCopy = endpoint({
  id: 'licences.makeCopy',
  method: 'POST',
  path: '/api/my/licences/:licenceId/copies',
  summary: '给自己的证照做一份写明用途的加注件',
  permission: 'signedIn',
  scope: 'own',
  input: z.object({
    ...licenceId,
    purpose: z.string().trim().min(2, '请写明给谁、做什么用。').max(60),
    recipient: z.string().trim().min(2, '请写明给谁。').max(60),
    format: fileFormat.default('pdf'),
  }),
  output: given,
  status: 201,
  errors: ['LICENCE_NOT_FOUND', 'COPY_NOT_POSSIBLE', 'USE_TOO_OFTEN'],
  readsPersonalData: true,
  example: { licenceId: exampleId, purpose: '办理贷款', recipient: '麟游县信用社' },
});

/** What cases relied on instead of asking for a paper. */
export const reliedLicences = endpoint({
  id: 'licences.reliedLicences',
  method: 'GET',
  path: '/api/licence-reliances/:caseId',
  summary: '一个办件依据了哪些电子证照的哪一版',
  permission: 'case.read',
  scope: 'unit',
  input: z.object({ caseId: uuid }),
  output: z.object({
    licences: z.array(
      z.object({
        material: z.string(),
        typeName: z.string(),
        number: z.string(),
        identifier: z.string(),
        version: z.number().int(),
        at: instant,
        /** What it is today; another than valid is worth a look before the decision. */
        state: listedLicence.shape.state,
        stateName: z.string(),
      }),
    ),
  }),
  errors: [],
});
