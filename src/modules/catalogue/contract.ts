import { z } from 'zod';
import { endpoint, paging } from '../../kernel/endpoint.ts';
import { dataElement } from './rules/definition.ts';
import { guide, materialNeed } from './rules/guide.ts';

/** What anybody may ask of the catalogue. */

const serviceId = z.string().regex(/^[a-z][a-z0-9-]{1,63}$/, '事项标识不对');
const audience = z.enum(['person', 'firm']);
const truth = z.enum(['yes', 'no', 'unknown']);
const answers = z.record(z.string().max(64), z.unknown()).describe('数据项标识 → 答案');

export const searchCatalogue = endpoint({
  id: 'catalogue.search',
  method: 'GET',
  path: '/api/search',
  summary: '搜索事项和一件事',
  permission: 'public',
  scope: 'public',
  input: z.object({
    q: z.string().max(200).default(''),
    audience: audience.optional(),
    theme: z.string().max(40).optional(),
    kind: z.enum(['item', 'bundle', 'national']).optional(),
    page: paging.page,
    size: z.coerce.number().int().min(1).max(50).default(20),
  }),
  output: z.object({
    total: z.number(),
    nothingAsked: z.enum(['empty', 'question-words']).nullable(),
    found: z.array(
      z.object({
        kind: z.enum(['item', 'bundle', 'national']),
        id: z.string(),
        name: z.string(),
        summary: z.string(),
        matched: z.array(
          z.object({
            asked: z.string(),
            found: z.string(),
            via: z.enum(['text', 'synonym', 'pinyin']),
            field: z.string(),
          }),
        ),
      }),
    ),
  }),
  errors: [],
  example: { q: '我想开个小饭馆要办什么证' },
});

export const suggestCatalogue = endpoint({
  id: 'catalogue.suggest',
  method: 'GET',
  path: '/api/suggestions',
  summary: '边输入边提示',
  permission: 'public',
  scope: 'public',
  input: z.object({ q: z.string().max(100).default(''), audience: audience.optional() }),
  output: z.object({
    suggestions: z.array(
      z.object({ id: z.string(), type: z.string(), text: z.string(), via: z.enum(['text', 'pinyin', 'search']) }),
    ),
  }),
  errors: [],
  example: { q: 'yyzz' },
});

export const listedService = z.object({
  kind: z.enum(['item', 'bundle']),
  id: z.string(),
  version: z.number(),
  name: z.string(),
  summary: z.string(),
  audience: z.array(audience),
  themes: z.array(z.string()),
  lifeEvent: z.string(),
  department: z.string(),
  departmentName: z.string(),
  promisedTerm: z.string(),
  promised: z.string(),
  onlineDepth: z.enum(['none', 'information', 'appointment', 'prereview', 'full']),
  visits: z.number(),
  immediate: z.boolean(),
  items: z.array(z.string()),
});

export const listCatalogue = endpoint({
  id: 'catalogue.services',
  method: 'GET',
  path: '/api/services',
  summary: '可以办理的事项和一件事',
  permission: 'public',
  scope: 'public',
  input: z.object({
    audience: audience.optional(),
    theme: z.string().max(40).optional(),
    lifeEvent: z.string().max(40).optional(),
    department: z.string().max(64).optional(),
    kind: z.enum(['item', 'bundle']).optional(),
    ...paging,
  }),
  output: z.object({
    total: z.number(),
    services: z.array(listedService),
    /** Over everything that fits, for the filters beside the list. */
    themes: z.array(z.object({ name: z.string(), count: z.number() })),
    lifeEvents: z.array(z.object({ name: z.string(), count: z.number() })),
    departments: z.array(z.object({ id: z.string(), name: z.string(), count: z.number() })),
    /** 全程网办占比 over 依申请 items (kinds 01, 05, 07, 08, 09, 10, 20) that are in force. */
    online: z.object({ full: z.number(), items: z.number() }),
  }),
  errors: [],
});

export const readGuide = endpoint({
  id: 'catalogue.guide',
  method: 'GET',
  path: '/api/guides/:id',
  summary: '办事指南',
  permission: 'public',
  scope: 'public',
  input: z.object({ id: serviceId }),
  output: guide,
  errors: ['SERVICE_NOT_FOUND'],
  example: { id: 'enterprise-opening' },
});

/** One form for everything that a service asks, in fixed versions. */
export const serviceForm = z.object({
  id: z.string(),
  kind: z.enum(['item', 'bundle']),
  name: z.string(),
  versions: z.record(z.string(), z.number()).describe('本次申请固定使用的版本'),
  sections: z.array(
    z.object({
      title: z.string(),
      fields: z.array(
        z.object({
          element: dataElement,
          required: z.boolean(),
          condition: z.string(),
          asks: z.array(z.object({ item: z.string().nullable(), required: z.boolean(), when: z.array(z.string()) })),
        }),
      ),
    }),
  ),
});

export const readForm = endpoint({
  id: 'catalogue.form',
  method: 'GET',
  path: '/api/guides/:id/form',
  summary: '一张表单：每个问题只问一次',
  permission: 'public',
  scope: 'public',
  input: z.object({ id: serviceId }),
  output: serviceForm,
  errors: ['SERVICE_NOT_FOUND'],
  example: { id: 'enterprise-opening' },
});

export const computeMaterials = endpoint({
  id: 'catalogue.materials',
  method: 'POST',
  path: '/api/guides/:id/materials',
  summary: '按填写的情况算出要办的事项、材料和条件',
  permission: 'public',
  scope: 'public',
  idempotent: false,
  input: z.object({ id: serviceId, answers: answers.default({}), complete: z.boolean().default(false) }),
  output: z.object({
    issues: z.array(z.object({ path: z.string(), message: z.string() })),
    items: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        applies: truth,
        after: z.array(z.string()),
        note: z.string(),
        condition: z.string(),
      }),
    ),
    materials: z.array(materialNeed),
    conditions: z.array(
      z.object({
        item: z.object({ id: z.string(), name: z.string() }),
        id: z.string(),
        text: z.string(),
        holds: truth,
        decidable: z.boolean(),
        test: z.string(),
        basis: z.object({ title: z.string(), article: z.string(), documentNo: z.string(), url: z.string() }).nullable(),
      }),
    ),
  }),
  errors: ['SERVICE_NOT_FOUND'],
  example: { id: 'enterprise-opening', answers: { hiresEmployees: true, premisesKind: 'rented' } },
});
