import { z } from 'zod';
import { endpoint, instant, localDate, paging, queryList, storedFile, uuid } from '../../kernel/endpoint.ts';
import { reason, unitRef } from './contract-views.ts';
import { comparators } from './rules/target.ts';

/** Review: what was read in a document, beside its source; people confirm it before anything enters a ledger. */

const sample = '01920000-0000-7000-8000-000000000009';
const span = z.object({ start: z.number().int(), end: z.number().int() });
/** A field with where it stands in the raw text and how sure the reader is; null span: typed in by a person. */
const field = <T extends z.ZodType>(value: T) =>
  z.object({ value, span: span.nullable(), confidence: z.number().min(0).max(1) });

const rowTarget = z.object({
  subject: z.string().trim().min(1).max(100),
  comparator: z.enum(comparators),
  value: z.number().nullable(),
  unit: z.string().trim().max(20),
  span: span.nullable(),
});

/** A name as written, with the unit it was found to mean; null: not in the directory, and then it stays a name. */
const namedUnit = z.object({ name: z.string(), span: span.nullable(), unit: unitRef.nullable() });

const rowBody = z.object({
  no: z.string().max(20),
  title: field(z.string().trim().min(1, '标题不能空。').max(200)),
  text: field(z.string().max(8000)),
  area: z.number().int().nullable(),
  leads: z.array(namedUnit),
  impliedLead: z.boolean(),
  supporters: z.array(namedUnit),
  collectives: z.array(z.object({ name: z.string(), span: span.nullable() })),
  sponsors: z.array(z.string()),
  deadline: field(localDate.nullable()),
  targets: z.array(rowTarget),
  flags: z.array(z.string()),
});

const row = z.object({
  id: uuid,
  kind: z.enum(['measure', 'subItem']),
  ...rowBody.shape,
  confidence: z.number(),
  state: z.enum(['proposed', 'confirmed', 'dropped']),
  version: z.number().int(),
  changedBy: z.string(),
});

const documentStates = ['review', 'entered', 'dropped'] as const;

const documentLine = z.object({
  id: uuid,
  name: z.string(),
  title: z.string(),
  documentNo: z.string(),
  issuer: z.string(),
  issuedOn: localDate.nullable(),
  state: z.enum(documentStates),
  readAt: instant,
  readerName: z.string(),
  rows: z.number().int().describe('不算去掉的'),
  confirmed: z.number().int(),
  toLook: z.number().int().describe('还要人看的行'),
  dropped: z.number().int(),
  planId: uuid.nullable().describe('入了哪一版台账'),
  isMine: z.boolean().describe('是不是您读入的；读入的人不能自己入台账'),
});

export const readDocument = endpoint({
  id: 'plans.readDocument',
  method: 'POST',
  path: '/api/plans/documents',
  summary: '读入一份方案（txt、docx、有文字层的pdf），等人核对',
  permission: 'plan.edit',
  scope: 'region',
  upload: true,
  status: 201,
  input: z.object({ document: storedFile }),
  output: z.object({
    documentId: uuid,
    rows: z.number().int(),
    warnings: z.number().int(),
    earlier: uuid.nullable().describe('同一份文件以前读入过的那一次'),
  }),
  errors: ['DOCUMENT_UNREADABLE'],
});

export const listDocuments = endpoint({
  id: 'plans.documents',
  method: 'GET',
  path: '/api/plans/documents',
  summary: '读入过的方案文件',
  permission: 'plan.edit',
  scope: 'region',
  input: z.object({
    text: z.string().trim().max(60).default('').describe('标题、文号、发文单位、文件名里的字'),
    state: queryList(z.enum(documentStates)),
    ...paging,
  }),
  output: z.object({ documents: z.array(documentLine), total: z.number().int() }),
  errors: [],
});

export const reviewDocument = endpoint({
  id: 'plans.document',
  method: 'GET',
  path: '/api/plans/documents/:documentId',
  summary: '原文和读出来的每一行',
  permission: 'plan.edit',
  scope: 'region',
  input: z.object({ documentId: uuid }),
  output: z.object({
    document: documentLine,
    text: z.string(),
    areas: z.array(
      z.object({
        no: z.number().int(),
        name: z.string(),
        sponsors: z.array(z.string()),
        leads: z.array(z.string()),
        span: span.nullable(),
      }),
    ),
    warnings: z.array(z.object({ message: z.string(), span: span.nullable() })),
    rows: z.array(row),
  }),
  errors: ['DOCUMENT_NOT_READ'],
});

export const discardDocument = endpoint({
  id: 'plans.discardDocument',
  method: 'POST',
  path: '/api/plans/documents/:documentId/discard',
  summary: '读错了的文件放到一边，或者取回来接着核对',
  permission: 'plan.edit',
  scope: 'region',
  input: z.object({ documentId: uuid, discarded: z.boolean() }),
  output: z.object({ state: z.enum(documentStates) }),
  errors: ['DOCUMENT_NOT_READ', 'DOCUMENT_ENTERED'],
  example: { documentId: sample, discarded: true },
});

export const editRow = endpoint({
  id: 'plans.editRow',
  method: 'PUT',
  path: '/api/plans/rows/:rowId',
  summary: '改一行：编号、标题、部门、期限、目标',
  permission: 'plan.edit',
  scope: 'region',
  input: z.object({
    rowId: uuid,
    version: z.number().int(),
    no: z.string().trim().min(1).max(20),
    title: z.string().trim().min(1, '标题不能空。').max(200),
    text: z.string().trim().min(1, '正文不能空。').max(8000).optional().describe('不填就不改'),
    area: z.number().int().nullable(),
    leads: z.array(z.string().max(100)).max(20).describe('部门名称，照目录或别名写'),
    supporters: z.array(z.string().max(100)).max(60),
    collectives: z.array(z.string().max(100)).max(20),
    sponsors: z.array(z.string().trim().min(1).max(60)).max(20).optional().describe('包抓领导；不填就不改'),
    deadline: localDate.nullable(),
    targets: z.array(rowTarget.omit({ span: true })).max(20),
  }),
  output: z.object({ row }),
  errors: ['ROW_NOT_FOUND', 'ROW_CHANGED', 'DOCUMENT_ENTERED', 'DOCUMENT_DISCARDED'],
  example: {
    rowId: sample,
    version: 1,
    no: '6',
    title: '进一步压缩办理时限',
    area: 2,
    leads: ['县行政审批局'],
    supporters: ['县住建局'],
    collectives: [],
    deadline: '2027-12-31',
    targets: [{ subject: '政府投资项目审批用时', comparator: '<=', value: 95, unit: '工作日' }],
  },
});

export const splitRow = endpoint({
  id: 'plans.splitRow',
  method: 'POST',
  path: '/api/plans/rows/:rowId/split',
  summary: '从原文的一处把一行分成两行',
  permission: 'plan.edit',
  scope: 'region',
  input: z.object({ rowId: uuid, version: z.number().int(), at: z.number().int().describe('原文里的位置') }),
  output: z.object({ rows: z.array(row) }),
  errors: ['ROW_NOT_FOUND', 'ROW_CHANGED', 'DOCUMENT_ENTERED', 'DOCUMENT_DISCARDED', 'SPLIT_OUTSIDE'],
  example: { rowId: sample, version: 1, at: 120 },
});

export const mergeRows = endpoint({
  id: 'plans.mergeRows',
  method: 'POST',
  path: '/api/plans/rows/:rowId/merge',
  summary: '把后面的一行并进来',
  permission: 'plan.edit',
  scope: 'region',
  input: z.object({ rowId: uuid, version: z.number().int(), otherId: uuid }),
  output: z.object({ row }),
  errors: ['ROW_NOT_FOUND', 'ROW_CHANGED', 'DOCUMENT_ENTERED', 'DOCUMENT_DISCARDED', 'ROWS_NOT_ADJACENT'],
  example: { rowId: sample, version: 1, otherId: '01920000-0000-7000-8000-00000000000a' },
});

export const decideRows = endpoint({
  id: 'plans.decideRows',
  method: 'POST',
  path: '/api/plans/documents/:documentId/rows',
  summary: '确认、不要或恢复若干行；牵头部门不在目录里的不能确认',
  permission: 'plan.edit',
  scope: 'region',
  input: z.object({
    documentId: uuid,
    rowIds: z.array(uuid).min(1).max(5000),
    state: z.enum(['proposed', 'confirmed', 'dropped']),
  }),
  output: z.object({ changed: z.number().int(), refused: z.array(z.object({ rowId: uuid, why: z.string() })) }),
  errors: ['DOCUMENT_NOT_READ', 'DOCUMENT_ENTERED', 'DOCUMENT_DISCARDED'],
  example: { documentId: sample, rowIds: [sample], state: 'confirmed' },
});

export const enterLedger = endpoint({
  id: 'plans.enterLedger',
  method: 'POST',
  path: '/api/plans/documents/:documentId/ledger',
  summary: '把确认的行入台账，成为一年方案的新版本（不能是读入文件的人）',
  permission: 'plan.supervise',
  scope: 'region',
  status: 201,
  input: z.object({
    documentId: uuid,
    year: z.number().int().min(2000).max(2100),
    startsOn: localDate,
    endsOn: localDate,
  }),
  output: z.object({
    planId: uuid,
    version: z.number().int(),
    measures: z.number().int(),
    leftOut: z.array(z.object({ no: z.string(), title: z.string() })).describe('没有进台账的行'),
    namesOnly: z
      .array(z.object({ no: z.string(), names: z.array(z.string()) }))
      .describe('目录里没有、只作为名称记下的配合单位'),
    withoutLead: z.array(z.object({ no: z.string(), title: z.string() })),
  }),
  errors: [
    'DOCUMENT_NOT_READ',
    'DOCUMENT_ENTERED',
    'DOCUMENT_DISCARDED',
    'ROWS_UNDECIDED',
    'NOTHING_CONFIRMED',
    'DECIDER_IS_DOER',
    'PERIOD_BACKWARDS',
    'ROW_NUMBER_TWICE',
  ],
  example: { documentId: sample, year: 2027, startsOn: '2027-01-01', endsOn: '2027-12-31' },
});

export const carryOver = endpoint({
  id: 'plans.carryOver',
  method: 'POST',
  path: '/api/plans/:planId/carry-over',
  summary: '把一年的方案顺延为新一年的台账，日期加一年，进度从零起',
  permission: 'plan.supervise',
  scope: 'region',
  status: 201,
  input: z.object({ planId: uuid, year: z.number().int().min(2000).max(2100), reason }),
  output: z.object({ planId: uuid, measures: z.number().int() }),
  errors: ['PLAN_NOT_FOUND', 'PLAN_EXISTS'],
  example: { planId: sample, year: 2027, reason: '新方案印发前沿用' },
});

export const planDifferences = endpoint({
  id: 'plans.differences',
  method: 'GET',
  path: '/api/plans/differences',
  summary: '两年方案（或两个版本）的差别：新增、取消、改了什么',
  permission: 'plan.read',
  scope: 'region',
  input: z.object({ from: uuid, to: uuid }),
  output: z.object({
    added: z.array(z.object({ no: z.string(), title: z.string() })),
    removed: z.array(z.object({ no: z.string(), title: z.string() })),
    changed: z.array(
      z.object({
        no: z.string(),
        title: z.string(),
        changes: z.array(z.object({ what: z.string(), from: z.string(), to: z.string() })),
      }),
    ),
  }),
  errors: ['PLAN_NOT_FOUND'],
  example: { from: sample, to: '01920000-0000-7000-8000-00000000000a' },
});
