import { z } from 'zod';
import { endpoint, instant } from '../../kernel/endpoint.ts';
import { face, slug, values } from './contract-shapes.ts';

/** Licence types as staff edit them: draft → published by another person → superseded by the next. */

const typeId = z.string().regex(/^[a-z][a-z0-9-]{1,63}$/, '标识只能用小写字母、数字和连字符');
const version = z.coerce.number().int().min(1).max(100_000);
/** As in rules/definition.ts; its faults come back one by one with their places. */
const definition = z.record(z.string(), z.unknown());
const fault = z.object({ path: z.string(), message: z.string() });
const typeState = z.enum(['draft', 'published', 'superseded']);
const head = z.object({
  id: z.string(),
  name: z.string(),
  version: z.number().int(),
  state: typeState,
  stateName: z.string(),
  origin: z.enum(['county', 'staff']),
  note: z.string(),
  savedAt: instant,
  savedByName: z.string(),
  publishedAt: instant.nullable(),
  publishedByName: z.string(),
});

export const listTypes = endpoint({
  id: 'licences.listTypes',
  method: 'GET',
  path: '/api/licence-types',
  summary: '证照种类：名称、代码、颁发单位、版本',
  permission: 'licence.read',
  scope: 'unit',
  input: z.object({}),
  output: z.object({
    types: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        code: z.string(),
        summary: z.string(),
        issuers: z.array(z.object({ id: z.string(), name: z.string() })),
        holderKind: z.enum(['firm', 'person', 'either']),
        sealKindName: z.string(),
        published: z.number().int().nullable(),
        draft: z.number().int().nullable(),
        /** What an officer fills in when he enters one by hand. */
        fields: z.array(
          z.object({
            id: z.string(),
            label: z.string(),
            kind: z.string(),
            required: z.boolean(),
            unit: z.string(),
            personal: z.boolean(),
            /** Taken from the holder when nothing is typed. */
            fromHolder: z.boolean(),
          }),
        ),
        mayIssue: z.boolean(),
      }),
    ),
    foreign: z.array(z.object({ id: z.string(), name: z.string(), issuedBy: z.string() })),
  }),
  errors: [],
});

export const readType = endpoint({
  id: 'licences.readType',
  method: 'GET',
  path: '/api/licence-types/:id',
  summary: '一种证照的全部版本和最新内容',
  permission: 'licence-type.edit',
  scope: 'region',
  input: z.object({ id: typeId, version: version.optional() }),
  output: head.extend({
    definition,
    digest: z.string(),
    versions: z.array(head),
    faults: z.array(fault),
    mayPublish: z.boolean(),
  }),
  errors: ['TYPE_NOT_FOUND'],
});

export const saveType = endpoint({
  id: 'licences.saveType',
  method: 'PUT',
  path: '/api/licence-types/:id',
  summary: '保存证照种类的草稿',
  permission: 'licence-type.edit',
  scope: 'region',
  input: z.object({
    id: typeId,
    definition,
    note: z.string().trim().max(300).default(''),
    /** Of the draft the edit began with; empty when there was none. */
    baseDigest: z.string().max(64).default(''),
  }),
  output: z.object({ version: z.number().int(), digest: z.string(), faults: z.array(fault) }),
  errors: ['TYPE_CHANGED'],
  example: {
    id: 'drainage-permit',
    definition: { id: 'drainage-permit', name: '城镇污水排入排水管网许可证' },
    note: '',
  },
});

export const publishType = endpoint({
  id: 'licences.publishType',
  method: 'POST',
  path: '/api/licence-types/:id/publication',
  summary: '发布证照种类的草稿（由另一个人核对）',
  permission: 'licence-type.publish',
  scope: 'region',
  input: z.object({ id: typeId, version }),
  output: z.object({ published: z.number().int() }),
  errors: ['TYPE_NOT_FOUND', 'TYPE_NOT_DRAFT', 'TYPE_SAME_PERSON'],
  example: { id: 'drainage-permit', version: 1 },
});

export const previewType = endpoint({
  id: 'licences.previewType',
  method: 'POST',
  path: '/api/licence-types/preview',
  summary: '按样例值画出证照的样子，边改边看',
  permission: 'licence.read',
  scope: 'unit',
  idempotent: false,
  input: z.object({
    /** A definition being edited, or null with the id of a published type. */
    definition: definition.nullable().default(null),
    typeId: slug.optional(),
    values: values.default({}),
  }),
  output: face.extend({ faults: z.array(fault) }),
  errors: ['TYPE_NOT_FOUND'],
  example: { typeId: 'food-business-licence', values: {} },
});
