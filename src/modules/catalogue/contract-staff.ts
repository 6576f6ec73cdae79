import { z } from 'zod';
import { endpoint, instant, localDate, paging, queryList, storedFile, uuid } from '../../kernel/endpoint.ts';
import { dataElement } from './rules/definition.ts';

/** What staff do with the catalogue. Items and bundles go the same way: draft → review → published → withdrawn. */

const serviceId = z.string().regex(/^[a-z][a-z0-9-]{1,63}$/, '标识只能用小写字母、数字和连字符');
const kind = z.enum(['item', 'bundle']);
const state = z.enum(['draft', 'inReview', 'published', 'withdrawn']);
const version = z.coerce.number().int().min(1).max(100_000);
const note = z.string().trim().max(500);
/** As in definition.ts; its faults come back one by one with their places. */
const definition = z.record(z.string(), z.unknown());
const violation = z.object({ path: z.string(), message: z.string(), basis: z.string() });
const versionHead = z.object({
  id: z.string(),
  kind,
  version: z.number(),
  state,
  stateName: z.string(),
  itemCode: z.string(),
  digest: z.string(),
  origin: z.enum(['county', 'staff']),
  note: z.string(),
  validFrom: localDate.nullable(),
  validTo: localDate.nullable(),
  savedAt: instant,
  savedByName: z.string(),
  publishedAt: instant.nullable(),
  publishedByName: z.string(),
  withdrawnAt: instant.nullable(),
  withdrawalReason: z.string(),
});

export const listItems = endpoint({
  id: 'catalogue.items',
  method: 'GET',
  path: '/api/catalogue/services',
  summary: '事项和一件事的编制清单',
  permission: 'catalogue.edit',
  scope: 'region',
  input: z.object({
    kind: kind.default('item'),
    state: state.optional(),
    department: z.string().max(64).optional(),
    text: z.string().max(100).default(''),
    ...paging,
  }),
  output: z.object({
    total: z.number(),
    services: z.array(
      z.object({
        id: z.string(),
        kind,
        name: z.string(),
        department: z.string(),
        departmentName: z.string(),
        latest: z.number(),
        state,
        stateName: z.string(),
        draft: z.number().nullable(),
        publishedVersion: z.number().nullable(),
        validFrom: localDate.nullable(),
        savedAt: instant,
        savedByName: z.string(),
      }),
    ),
  }),
  errors: [],
});

export const readVersion = endpoint({
  id: 'catalogue.item',
  method: 'GET',
  path: '/api/catalogue/services/:id/versions/:version',
  summary: '某一版的全部内容',
  permission: 'catalogue.edit',
  scope: 'region',
  input: z.object({ id: serviceId, version }),
  output: versionHead.extend({ definition, violations: z.array(violation) }),
  errors: ['VERSION_NOT_FOUND'],
  example: { id: 'enterprise-registration', version: 1 },
});

export const listVersions = endpoint({
  id: 'catalogue.versions',
  method: 'GET',
  path: '/api/catalogue/services/:id/versions',
  summary: '一个事项的各个版本',
  permission: 'catalogue.edit',
  scope: 'region',
  input: z.object({ id: serviceId }),
  output: z.object({ versions: z.array(versionHead) }),
  errors: ['SERVICE_NOT_FOUND'],
  example: { id: 'enterprise-registration' },
});

export const readDifference = endpoint({
  id: 'catalogue.difference',
  method: 'GET',
  path: '/api/catalogue/services/:id/difference',
  summary: '两个版本差在哪里',
  permission: 'catalogue.edit',
  scope: 'region',
  input: z.object({ id: serviceId, from: version, to: version }),
  output: z.object({
    changes: z.array(z.object({ path: z.string(), label: z.string(), before: z.string(), after: z.string() })),
  }),
  errors: ['VERSION_NOT_FOUND'],
  example: { id: 'enterprise-registration', from: 1, to: 1 },
});

export const checkDefinition = endpoint({
  id: 'catalogue.check',
  method: 'POST',
  path: '/api/catalogue/checks',
  summary: '检查事项或一件事是否符合编制规则',
  permission: 'catalogue.edit',
  scope: 'region',
  idempotent: false,
  input: z.object({ kind: kind.default('item'), definition }),
  output: z.object({ violations: z.array(violation) }),
  errors: [],
  example: { kind: 'item', definition: { id: 'new-item' } },
});

export const saveDraft = endpoint({
  id: 'catalogue.saveDraft',
  method: 'PUT',
  path: '/api/catalogue/services/:id/draft',
  summary: '保存草稿',
  permission: 'catalogue.edit',
  scope: 'region',
  input: z.object({
    id: serviceId,
    kind: kind.default('item'),
    definition,
    note: note.default(''),
    baseDigest: z.string().max(64).optional().describe('打开编辑时那一版的摘要；别人改过就不覆盖'),
  }),
  output: z.object({ version: z.number(), digest: z.string(), violations: z.array(violation) }),
  errors: ['DRAFT_CHANGED', 'ID_TAKEN'],
  example: { id: 'new-item', kind: 'item', definition: { id: 'new-item', name: '新事项' }, note: '新增' },
});

export const submitForReview = endpoint({
  id: 'catalogue.submitForReview',
  method: 'POST',
  path: '/api/catalogue/services/:id/review',
  summary: '送审',
  permission: 'catalogue.edit',
  scope: 'region',
  input: z.object({ id: serviceId, note: note.default('') }),
  output: z.object({ version: z.number() }),
  errors: ['SERVICE_NOT_FOUND', 'NOT_A_DRAFT', 'CONSTRAINTS_BROKEN'],
  example: { id: 'enterprise-registration' },
});

export const publishVersion = endpoint({
  id: 'catalogue.publish',
  method: 'POST',
  path: '/api/catalogue/services/:id/publication',
  summary: '审核发布（不能由编写人自己发布）',
  permission: 'catalogue.publish',
  scope: 'region',
  input: z.object({ id: serviceId, validFrom: localDate.optional().describe('生效日期，默认今天') }),
  output: z.object({ version: z.number(), validFrom: localDate, itemCode: z.string() }),
  errors: ['SERVICE_NOT_FOUND', 'NOT_IN_REVIEW', 'SAME_PERSON', 'CONSTRAINTS_BROKEN', 'VALID_FROM_PAST'],
  example: { id: 'enterprise-registration' },
});

export const withdrawVersion = endpoint({
  id: 'catalogue.withdraw',
  method: 'POST',
  path: '/api/catalogue/services/:id/withdrawal',
  summary: '撤下一个版本（停办，或放弃草稿）',
  permission: 'catalogue.publish',
  scope: 'region',
  input: z.object({
    id: serviceId,
    version: z.number().int().min(1),
    reason: z.string().trim().min(2, '请写明撤下的原因').max(500),
  }),
  output: z.object({ version: z.number() }),
  errors: ['VERSION_NOT_FOUND', 'ALREADY_WITHDRAWN', 'USED_BY_BUNDLE'],
  example: { id: 'enterprise-registration', version: 1, reason: '事项取消' },
});

export const listElements = endpoint({
  id: 'catalogue.elements',
  method: 'GET',
  path: '/api/catalogue/elements',
  summary: '数据项',
  permission: 'catalogue.edit',
  scope: 'region',
  input: z.object({ text: z.string().max(100).default(''), section: z.string().max(40).optional(), ...paging }),
  output: z.object({
    total: z.number(),
    sections: z.array(z.string()),
    elements: z.array(
      z.object({
        definition: dataElement,
        origin: z.enum(['county', 'staff']),
        updatedAt: instant,
        updatedBy: z.string(),
        /** Names of what is in force and asks it. */
        usedBy: z.array(z.object({ id: z.string(), name: z.string() })),
      }),
    ),
  }),
  errors: [],
});

export const saveElement = endpoint({
  id: 'catalogue.saveElement',
  method: 'PUT',
  path: '/api/catalogue/elements/:id',
  summary: '保存数据项（已发布的事项仍用发布时的样子，重新发布后才换）',
  permission: 'catalogue.edit',
  scope: 'region',
  input: z.object({ id: z.string().regex(/^[a-z][A-Za-z0-9]{1,63}$/), definition: dataElement }),
  output: z.object({ id: z.string() }),
  errors: ['CONSTRAINTS_BROKEN'],
  example: { id: 'shopName', definition: { id: 'shopName', name: '店名', type: 'text', section: '经营场所' } },
});

const wordList = z.array(z.string().trim().min(1).max(40)).max(50);
const synonymGroup = z.object({
  id: uuid,
  kind: z.enum(['equal', 'oneWay']),
  words: wordList,
  leadsTo: wordList,
  origin: z.enum(['county', 'staff']),
  updatedAt: instant,
  updatedBy: z.string(),
});

export const listSynonyms = endpoint({
  id: 'catalogue.synonyms',
  method: 'GET',
  path: '/api/catalogue/synonyms',
  summary: '搜索同义词',
  permission: 'search.edit',
  scope: 'region',
  input: z.object({ text: z.string().max(40).default('') }),
  output: z.object({ groups: z.array(synonymGroup) }),
  errors: [],
});

export const saveSynonym = endpoint({
  id: 'catalogue.saveSynonym',
  method: 'POST',
  path: '/api/catalogue/synonyms',
  summary: '新增或修改一组同义词',
  permission: 'search.edit',
  scope: 'region',
  input: z
    .object({
      id: uuid.optional(),
      kind: z.enum(['equal', 'oneWay']),
      words: wordList.min(1),
      leadsTo: wordList.default([]),
    })
    .refine((group) => (group.kind === 'equal' ? group.words.length >= 2 : group.leadsTo.length >= 1), {
      message: '互为同义至少要两个词；单向的要写明引到哪些词。',
      path: ['words'],
    }),
  output: z.object({ id: uuid }),
  errors: ['SYNONYM_NOT_FOUND'],
  example: { kind: 'oneWay', words: ['小饭馆'], leadsTo: ['餐饮店'] },
});

export const deleteSynonym = endpoint({
  id: 'catalogue.deleteSynonym',
  method: 'DELETE',
  path: '/api/catalogue/synonyms/:id',
  summary: '删除一组同义词',
  permission: 'search.edit',
  scope: 'region',
  input: z.object({ id: uuid }),
  output: z.object({ id: uuid }),
  errors: ['SYNONYM_NOT_FOUND'],
  example: { id: '01890000-0000-7000-8000-000000000000' },
});

export const listMisses = endpoint({
  id: 'catalogue.misses',
  method: 'GET',
  path: '/api/catalogue/misses',
  summary: '群众搜过却没有结果的词',
  permission: 'search.edit',
  scope: 'region',
  input: z.object({ ...paging }),
  output: z.object({
    total: z.number(),
    misses: z.array(z.object({ query: z.string(), times: z.number(), firstAt: instant, lastAt: instant })),
  }),
  errors: [],
});

export const forgetMisses = endpoint({
  id: 'catalogue.forgetMisses',
  method: 'POST',
  path: '/api/catalogue/misses/handled',
  summary: '标记已经处理的搜索词',
  permission: 'search.edit',
  scope: 'region',
  input: z.object({ queries: z.array(z.string().max(100)).min(1).max(100) }),
  output: z.object({ forgotten: z.number() }),
  errors: [],
  example: { queries: ['养老金'] },
});

const listRegion = z.string().regex(/^\d{6}(\d{6})?$/, '区划代码是 6 位或 12 位数字');

export const importItems = endpoint({
  id: 'catalogue.importItems',
  method: 'POST',
  path: '/api/catalogue/national-items',
  summary: '导入事项清单（json、csv、xlsx），可先预览',
  permission: 'catalogue.edit',
  scope: 'region',
  upload: true,
  input: z.object({
    document: storedFile.partial({ name: true }),
    fileName: z.string().max(200).optional(),
    region: listRegion,
    apply: z.enum(['true', 'false']).default('false'),
  }),
  output: z.object({
    applied: z.boolean(),
    read: z.number(),
    created: z.number(),
    updated: z.number(),
    unchanged: z.number(),
    rejected: z.array(z.object({ row: z.number(), reason: z.string() })),
  }),
  errors: ['ITEM_LIST_UNREADABLE'],
});

export const listNationalItems = endpoint({
  id: 'catalogue.nationalItems',
  method: 'GET',
  path: '/api/catalogue/national-items',
  summary: '导入的事项清单',
  permission: 'catalogue.edit',
  scope: 'region',
  input: z.object({
    region: listRegion.optional(),
    department: z.string().max(100).optional(),
    kind: queryList(z.string().max(2)),
    text: z.string().max(100).default(''),
    ...paging,
  }),
  output: z.object({
    total: z.number(),
    items: z.array(
      z.object({
        listRegion: z.string(),
        areaCode: z.string(),
        code: z.string(),
        name: z.string(),
        department: z.string(),
        departmentCode: z.string(),
        kind: z.string(),
        kindName: z.string(),
        groupName: z.string(),
        importedAt: instant,
      }),
    ),
  }),
  errors: [],
});
