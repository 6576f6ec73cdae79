import { z } from 'zod';
import { endpoint, instant, localDate, paging, queryList, uuid } from '../../kernel/endpoint.ts';
import { exampleId, fileFormat, licenceId, listedLicence, slug, values } from './contract-shapes.ts';
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

/** Copies to the city's library. */
const push = z.object({
  licenceId: uuid,
  revision: z.number().int(),
  identifier: z.string(),
  typeName: z.string(),
  number: z.string(),
  queuedAt: instant,
  nextAt: instant,
  attempts: z.number().int(),
  lastError: z.string(),
  doneAt: instant.nullable(),
  receiptNo: z.string(),
});

export const listPushes = endpoint({
  id: 'licences.listPushes',
  method: 'GET',
  path: '/api/licence-pushes',
  summary: '报送市级证照库的情况',
  permission: 'licence.push',
  scope: 'region',
  input: z.object({ show: z.enum(['waiting', 'failing', 'done', 'all']).default('all'), ...paging }),
  output: z.object({
    pushes: z.array(push),
    total: z.number().int(),
    waiting: z.number().int(),
    failing: z.number().int(),
    /** Where it goes; empty: no library is configured, everything waits. */
    library: z.string(),
  }),
  errors: [],
});

export const retryPushes = endpoint({
  id: 'licences.retryPushes',
  method: 'POST',
  path: '/api/licence-pushes/retry',
  summary: '把没有送到的马上再送一次',
  permission: 'licence.push',
  scope: 'region',
  input: z.object({}),
  output: z.object({ due: z.number().int() }),
  errors: [],
  example: {},
});

export const reconcilePushes = endpoint({
  id: 'licences.reconcilePushes',
  method: 'POST',
  path: '/api/licence-pushes/reconciliation',
  summary: '和市级证照库逐份核对：缺的、多的、不一样的；缺的和不一样的重新排队',
  permission: 'licence.push',
  scope: 'region',
  input: z.object({ from: localDate, to: localDate }),
  output: z.object({
    here: z.number().int(),
    there: z.number().int(),
    same: z.number().int(),
    differing: z.array(z.object({ identifier: z.string(), why: z.string(), queued: z.boolean() })),
    isCapped: z.boolean(),
  }),
  errors: ['LIBRARY_NOT_CONFIGURED', 'LIBRARY_UNREACHABLE', 'LIBRARY_PERIOD_TOO_LONG'],
  example: { from: '2026-11-01', to: '2026-11-30' },
});

/** Paper licences from lists. */
const paper = z.object({
  paperId: uuid,
  typeId: z.string(),
  typeName: z.string(),
  issuerId: z.string(),
  issuerName: z.string(),
  number: z.string(),
  holderLabel: z.string(),
  issuedOn: localDate,
  scans: z.number().int(),
  status: z.enum(['entered', 'checked', 'rejected']),
  statusName: z.string(),
  enteredAt: instant,
  enteredName: z.string(),
  decidedAt: instant.nullable(),
  decidedName: z.string(),
  decision: z.string(),
  licenceId: uuid.nullable(),
});

export const importPapers = endpoint({
  id: 'licences.importPapers',
  method: 'POST',
  path: '/api/licence-papers/import',
  summary: '从 .xlsx 导入已有的纸质证照：先看每一行对不对，再正式导入；导入的都要第二个人核对',
  permission: 'licence.import',
  scope: 'unit',
  upload: 'passing',
  input: z.object({
    document: z.object({ name: z.string(), bytes: z.instanceof(Uint8Array) }, { error: '请选择 .xlsx 文件。' }),
    typeId: slug,
    issuerId: slug,
    /** False: only look. */
    apply: z.preprocess((value) => value === true || value === 'true', z.boolean()),
  }),
  output: z.object({
    rows: z.array(
      z.object({
        row: z.number().int(),
        number: z.string(),
        holderLabel: z.string(),
        /** Empty: this row is right. */
        faults: z.array(z.object({ column: z.string(), message: z.string() })),
      }),
    ),
    good: z.number().int(),
    bad: z.number().int(),
    entered: z.number().int(),
  }),
  errors: ['LICENCE_TYPE_NOT_FOUND', 'LICENCE_NOT_THIS_UNIT', 'PAPER_FILE_UNREADABLE', 'PAPER_TOO_MANY_ROWS'],
});

/** The heads of a list of one type; `/api/licence-paper-forms/:typeId/workbook` is the sheet itself. */
export const paperForm = endpoint({
  id: 'licences.paperForm',
  method: 'GET',
  path: '/api/licence-paper-forms/:typeId',
  summary: '导入纸质证照要填哪几列，空表在 /workbook',
  permission: 'licence.import',
  scope: 'unit',
  input: z.object({ typeId: slug }),
  output: z.object({
    typeName: z.string(),
    heads: z.array(z.string()),
    issuers: z.array(z.object({ id: z.string(), name: z.string() })),
  }),
  errors: ['LICENCE_TYPE_NOT_FOUND'],
});

export const listPapers = endpoint({
  id: 'licences.listPapers',
  method: 'GET',
  path: '/api/licence-papers',
  summary: '导入的纸质证照，等核对的在前',
  permission: 'licence.import',
  scope: 'unit',
  input: z.object({
    status: queryList(z.enum(['entered', 'checked', 'rejected'])),
    type: queryList(slug),
    text: z.string().trim().max(80).default(''),
    ...paging,
  }),
  output: z.object({ papers: z.array(paper), total: z.number().int(), waiting: z.number().int() }),
  errors: [],
});

export const readPaper = endpoint({
  id: 'licences.readPaper',
  method: 'GET',
  path: '/api/licence-papers/:paperId',
  summary: '一份导入的纸质证照和扫描件',
  permission: 'licence.import',
  scope: 'unit',
  input: z.object({ paperId: uuid }),
  output: paper.extend({
    holderName: z.string(),
    holderNumber: z.string(),
    validFrom: localDate.nullable(),
    validUntil: localDate.nullable(),
    fields: z.array(z.object({ id: z.string(), label: z.string(), value: z.string() })),
    scanFiles: z.array(z.object({ sha256: z.string(), name: z.string(), href: z.string() })),
    /** Empty: the caller may decide. Otherwise why not. */
    mayDecide: z.string(),
  }),
  errors: ['PAPER_NOT_FOUND'],
  readsPersonalData: true,
});

export const addScan = endpoint({
  id: 'licences.addScan',
  method: 'POST',
  path: '/api/licence-papers/:paperId/scans',
  summary: '上传扫描件',
  permission: 'licence.import',
  scope: 'unit',
  upload: true,
  input: z.object({
    paperId: uuid,
    document: z.object({ sha256: z.string(), name: z.string(), type: z.string(), size: z.number().int() }),
  }),
  output: z.object({ scans: z.number().int() }),
  errors: ['PAPER_NOT_FOUND', 'PAPER_NOT_WAITING'],
});

export const openScan = endpoint({
  id: 'licences.openScan',
  method: 'GET',
  path: '/api/licence-papers/:paperId/scans/:sha256',
  summary: '扫描件，内容在 /content',
  permission: 'licence.import',
  scope: 'unit',
  input: z.object({ paperId: uuid, sha256: z.string().max(64) }),
  output: z.object({ sha256: z.string(), name: z.string(), type: z.string(), size: z.number().int() }),
  errors: ['PAPER_NOT_FOUND'],
  readsPersonalData: true,
});

export const decidePaper = endpoint({
  id: 'licences.decidePaper',
  method: 'POST',
  path: '/api/licence-papers/:paperId/decision',
  summary: '核对纸质证照：一致就入库发电子证照，不一致退回；录入的人自己不能核对',
  permission: 'licence.issue',
  scope: 'unit',
  input: z.object({
    paperId: uuid,
    agree: z.boolean(),
    /** Corrections of what was read wrongly. */
    values: values.default({}),
    words: z.string().trim().max(500).default(''),
  }),
  output: paper,
  errors: [
    'PAPER_NOT_FOUND',
    'PAPER_NOT_WAITING',
    'PAPER_SAME_PERSON',
    'PAPER_NO_SCAN',
    'PAPER_REASON_MISSING',
    'LICENCE_TYPE_NOT_FOUND',
    'LICENCE_NOT_THIS_UNIT',
    'LICENCE_VALUES_MISSING',
    'LICENCE_HOLDER_UNKNOWN',
    'LICENCE_IN_FORCE',
    'LICENCE_GLYPH_MISSING',
    'LICENCE_TEXT_TOO_LONG',
    'SEAL_MISSING',
    'SEAL_NOT_ALLOWED',
    'LICENCE_DATE_WRONG',
  ],
  example: { paperId: exampleId, agree: true },
});
