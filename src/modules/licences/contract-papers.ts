import { z } from 'zod';
import { endpoint, instant, localDate, paging, queryList, uuid } from '../../kernel/endpoint.ts';
import { exampleId, slug, values } from './contract-shapes.ts';

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
