import { z } from 'zod';
import { isCommand, needsIdempotencyKey, type Endpoint } from './endpoint.ts';
import { kernelErrors, type ErrorTable } from './errors.ts';

/** The OpenAPI 3.1 document of all endpoints, derived from the contracts and nothing else. */
export function openApiDocument(
  endpoints: readonly Endpoint[],
  errors: ErrorTable,
  title: string,
): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const endpoint of endpoints) {
    const path = endpoint.path.replace(/:(\w+)/g, '{$1}');
    (paths[path] ??= {})[endpoint.method.toLowerCase()] = operation(endpoint, errors);
  }
  return {
    openapi: '3.1.0',
    info: {
      title,
      version: '1',
      description: '所有接口的约定。写操作须带 Idempotency-Key；出错时返回 application/problem+json。',
    },
    paths,
    components: {
      securitySchemes: { session: { type: 'apiKey', in: 'cookie', name: 'ys_session' } },
      schemas: { Problem: problemSchema },
    },
  };
}

function operation(endpoint: Endpoint, errors: ErrorTable): Record<string, unknown> {
  const pathNames = [...endpoint.path.matchAll(/:(\w+)/g)].map((match) => match[1] ?? '');
  const input = jsonSchema(endpoint.input, 'input');
  const properties = (input.properties ?? {}) as Record<string, unknown>;
  const required = new Set((input.required ?? []) as string[]);
  const parameters = [
    ...pathNames.map((name) => ({ name, in: 'path', required: true, schema: properties[name] ?? { type: 'string' } })),
    ...(isCommand(endpoint)
      ? []
      : Object.keys(properties)
          .filter((name) => !pathNames.includes(name))
          .map((name) => ({ name, in: 'query', required: required.has(name), schema: properties[name] }))),
    ...(needsIdempotencyKey(endpoint)
      ? [
          {
            name: 'Idempotency-Key',
            in: 'header',
            required: true,
            schema: { type: 'string', minLength: 8, maxLength: 128 },
          },
        ]
      : []),
  ];
  const result: Record<string, unknown> = {
    operationId: endpoint.id,
    tags: [endpoint.id.split('.')[0]],
    summary: endpoint.summary,
    description: `权限：${endpoint.permission}；范围：${endpoint.scope}${endpoint.readsPersonalData ? '；读取个人信息，留痕' : ''}`,
    parameters,
    responses: {
      [String(endpoint.status ?? 200)]: {
        description: '成功',
        content: { 'application/json': { schema: jsonSchema(endpoint.output, 'output') } },
      },
      ...errorResponses(endpoint, errors),
    },
    security: endpoint.permission === 'public' ? [] : [{ session: [] }],
  };
  if (isCommand(endpoint)) result.requestBody = requestBody(endpoint, input, pathNames);
  return result;
}

function requestBody(
  endpoint: Endpoint,
  input: Record<string, unknown>,
  pathNames: readonly string[],
): Record<string, unknown> {
  if (endpoint.upload) {
    const schema = {
      type: 'object',
      properties: { file: { type: 'string', contentMediaType: 'application/octet-stream' } },
      required: ['file'],
    };
    return { required: true, content: { 'multipart/form-data': { schema } } };
  }
  const schema = { ...input };
  if (typeof input.properties === 'object' && input.properties !== null) {
    schema.properties = Object.fromEntries(
      Object.entries(input.properties).filter(([name]) => !pathNames.includes(name)),
    );
    schema.required = ((input.required ?? []) as string[]).filter((name) => !pathNames.includes(name));
  }
  const media: Record<string, unknown> = { schema };
  if (endpoint.example !== undefined) media.example = endpoint.example;
  return { required: true, content: { 'application/json': media } };
}

function errorResponses(endpoint: Endpoint, errors: ErrorTable): Record<string, unknown> {
  const codes = [
    ...endpoint.errors,
    'INVALID_INPUT',
    'DATABASE_UNAVAILABLE',
    ...(endpoint.permission === 'public' ? [] : ['NOT_SIGNED_IN']),
    ...(endpoint.permission === 'public' || endpoint.permission === 'signedIn' ? [] : ['FORBIDDEN']),
    ...(needsIdempotencyKey(endpoint) ? ['IDEMPOTENCY_KEY_REQUIRED', 'IDEMPOTENCY_KEY_REUSED'] : []),
  ];
  const byStatus = new Map<number, string[]>();
  for (const code of new Set(codes)) {
    const definition = errors[code] ?? kernelErrors.INTERNAL;
    byStatus.set(definition.status, [...(byStatus.get(definition.status) ?? []), `${code}：${definition.zh}`]);
  }
  return Object.fromEntries(
    [...byStatus].map(([status, lines]) => [
      String(status),
      {
        description: lines.join('\n'),
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    ]),
  );
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Record<string, unknown> {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any', target: 'draft-2020-12' });
  return rest;
}

const problemSchema = {
  type: 'object',
  required: ['type', 'title', 'status', 'code', 'detail', 'issues', 'requestId'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string' },
    detail: { type: 'string', description: '给人看的中文说明' },
    issues: {
      type: 'array',
      items: {
        type: 'object',
        required: ['path', 'message'],
        properties: { path: { type: 'string' }, message: { type: 'string' } },
      },
    },
    requestId: { type: 'string' },
  },
};
