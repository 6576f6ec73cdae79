import { z } from 'zod';
import { endpoint, localDate, paging, queryList, uuid } from '../../kernel/endpoint.ts';
import {
  basis,
  exampleId,
  face,
  fileFormat,
  licenceId,
  listedLicence,
  reason,
  slug,
  values,
  wholeLicence,
} from './contract-shapes.ts';
import { standings, stateActions } from './rules/transitions.ts';

/** The licence desk: what officers search, issue by hand and change. */

const filter = {
  /** Part of a firm's name, a person's whole name, the number of the licence or its identifier. */
  text: z.string().trim().max(120).default(''),
  /** Credit code or identity number of the holder, whole. */
  holderNumber: z.string().trim().max(30).default(''),
  type: queryList(slug),
  issuer: queryList(slug),
  state: queryList(z.enum(standings)),
  issuedFrom: localDate.optional(),
  issuedTo: localDate.optional(),
  /** In force now and over by this day. */
  endsBy: localDate.optional(),
};

export const listLicences = endpoint({
  id: 'licences.listLicences',
  method: 'GET',
  path: '/api/licences',
  summary: '查证照：按持证人、编号、种类、状态',
  permission: 'licence.read',
  scope: 'unit',
  input: z.object({ ...filter, ...paging }),
  output: z.object({
    licences: z.array(listedLicence),
    total: z.number().int(),
    types: z.array(z.object({ id: z.string(), name: z.string() })),
  }),
  errors: [],
});

/** The same list as rows of a workbook; `GET /api/licences/export/workbook` gives the file. */
export const exportLicences = endpoint({
  id: 'licences.exportLicences',
  method: 'GET',
  path: '/api/licences/export',
  summary: '导出证照清单（最多 5000 条），也有 .xlsx：/api/licences/export/workbook',
  permission: 'licence.read',
  scope: 'unit',
  input: z.object(filter),
  output: z.object({ licences: z.array(listedLicence), total: z.number().int(), isCapped: z.boolean() }),
  errors: [],
  readsPersonalData: true,
});

export const readLicence = endpoint({
  id: 'licences.readLicence',
  method: 'GET',
  path: '/api/licences/:licenceId',
  summary: '一份证照的全部内容和历史',
  permission: 'licence.read',
  scope: 'unit',
  input: z.object(licenceId),
  output: wholeLicence.extend({
    /** What the caller may do to it now. */
    actions: z.array(z.object({ action: z.enum(stateActions), zh: z.string(), basis })),
    /** Whether the caller may issue a next version of it. */
    mayIssue: z.boolean(),
    /** Fields as a form for the next version. */
    form: z.array(
      z.object({ id: z.string(), label: z.string(), kind: z.string(), required: z.boolean(), value: z.string() }),
    ),
  }),
  errors: ['LICENCE_NOT_FOUND'],
  readsPersonalData: true,
});

export const licenceFaceView = endpoint({
  id: 'licences.licenceFace',
  method: 'GET',
  path: '/api/licences/:licenceId/face',
  summary: '证照照面（SVG），经办单位和持证人可看',
  permission: 'signedIn',
  scope: 'own',
  input: z.object(licenceId),
  output: face,
  errors: ['LICENCE_NOT_FOUND'],
  readsPersonalData: true,
});

export const openLicenceFile = endpoint({
  id: 'licences.openLicenceFile',
  method: 'GET',
  path: '/api/licences/:licenceId/files/:format',
  summary: '证照文件（OFD、PDF），内容在 /content',
  permission: 'signedIn',
  scope: 'own',
  input: z.object({ ...licenceId, format: fileFormat }),
  output: z.object({ sha256: z.string(), name: z.string(), type: z.string(), size: z.number().int() }),
  errors: ['LICENCE_NOT_FOUND', 'LICENCE_FILE_NOT_FOUND'],
  readsPersonalData: true,
});

const issued = z.object({
  licenceId: uuid,
  identifier: z.string(),
  number: z.string(),
  version: z.number().int(),
});

const issueErrors = [
  'LICENCE_TYPE_NOT_FOUND',
  'LICENCE_NOT_THIS_UNIT',
  'LICENCE_VALUES_MISSING',
  'LICENCE_HOLDER_UNKNOWN',
  'LICENCE_IN_FORCE',
  'LICENCE_GLYPH_MISSING',
  'LICENCE_TEXT_TOO_LONG',
  'SEAL_MISSING',
  'SEAL_NOT_ALLOWED',
];

export const enterLicence = endpoint({
  id: 'licences.enterLicence',
  method: 'POST',
  path: '/api/licences',
  summary: '补录证照：不经办件发一份',
  permission: 'licence.issue',
  scope: 'unit',
  input: z.object({
    typeId: slug,
    issuerId: slug,
    holder: z.object({
      kind: z.enum(['firm', 'person']),
      name: z.string().trim().min(1, '请填写持证人。').max(100),
      number: z.string().trim().max(30).default(''),
    }),
    values,
    /** Empty: today. Not later. */
    issuedOn: localDate.nullable().default(null),
    validFrom: localDate.nullable().default(null),
    validUntil: localDate.nullable().default(null),
    /** A number that is already on the paper; empty: the next one. */
    number: z.string().trim().max(80).default(''),
    basis: z.string().trim().max(200).default(''),
    reason,
  }),
  output: issued,
  status: 201,
  errors: [...issueErrors, 'LICENCE_DATE_WRONG'],
  example: {
    typeId: 'food-business-licence',
    issuerId: 'approval-bureau',
    holder: { kind: 'firm', name: '麟游县御泉餐饮有限公司', number: '91610329MA6X000167' },
    values: { premisesAddress: '麟游县九成宫镇东大街 18 号' },
    reason: '系统上线前已发的纸质证，补录电子证照',
  },
});

export const issueNextVersion = endpoint({
  id: 'licences.issueNextVersion',
  method: 'POST',
  path: '/api/licences/:licenceId/versions',
  summary: '变更、延续、补发：在原证上发新版本',
  permission: 'licence.issue',
  scope: 'unit',
  input: z.object({
    ...licenceId,
    how: z.enum(['changed', 'renewed', 'reissued']),
    /** Only what is different. */
    values: values.default({}),
    holderName: z.string().trim().max(100).default(''),
    basis: z.string().trim().max(200).default(''),
    reason,
  }),
  output: issued,
  status: 201,
  errors: ['LICENCE_NOT_FOUND', 'LICENCE_TRANSITION_IMPOSSIBLE', 'LICENCE_DATE_WRONG', ...issueErrors],
  example: { licenceId: exampleId, how: 'renewed', reason: '有效期届满前申请延续，经审查符合条件' },
});

export const changeLicenceState = endpoint({
  id: 'licences.changeLicenceState',
  method: 'POST',
  path: '/api/licences/:licenceId/state',
  summary: '暂扣、解除暂扣、吊销、撤销、注销',
  permission: 'licence.change',
  scope: 'unit',
  input: z.object({
    ...licenceId,
    action: z.enum(stateActions),
    /** Empty: today. */
    from: localDate.nullable().default(null),
    /** Only for a hold: its last day. */
    until: localDate.nullable().default(null),
    reason,
    /** Empty: the law that the table names. */
    basis: z.string().trim().max(200).default(''),
    documentNo: z.string().trim().max(80).default(''),
  }),
  output: z.object({ state: z.enum(standings), stateName: z.string() }),
  errors: ['LICENCE_NOT_FOUND', 'LICENCE_TRANSITION_IMPOSSIBLE', 'LICENCE_DATE_WRONG', 'LICENCE_HOLD_END_WRONG'],
  example: { licenceId: exampleId, action: 'cancel', reason: '持证人申请注销', documentNo: '' },
});

export const sealLicenceAnew = endpoint({
  id: 'licences.sealLicenceAnew',
  method: 'POST',
  path: '/api/licences/:licenceId/sealing',
  summary: '重新制作文件并盖章（印章更换、文件损坏），内容不变',
  permission: 'licence.issue',
  scope: 'unit',
  input: z.object({ ...licenceId, reason }),
  output: z.object({ ofd: z.string(), pdf: z.string() }),
  errors: [
    'LICENCE_NOT_FOUND',
    'LICENCE_TRANSITION_IMPOSSIBLE',
    'LICENCE_GLYPH_MISSING',
    'LICENCE_TEXT_TOO_LONG',
    'SEAL_MISSING',
    'SEAL_NOT_ALLOWED',
  ],
  example: { licenceId: exampleId, reason: '单位印章已经更换' },
});
