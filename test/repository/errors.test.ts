import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { kernelErrors } from '../../src/kernel/errors.ts';
import { fileErrors } from '../../src/kernel/files/index.ts';
import { journalModule } from '../../src/kernel/journal/index.ts';
import { modules } from '../../src/modules.ts';
import { lineOf, sourcesBelow, visit } from './source.ts';

const tables = [
  ['kernel', kernelErrors],
  ['files', fileErrors],
  ...modules.map((module) => [module.name, module.errors] as const),
] as const;
const known = new Map(tables.flatMap(([owner, table]) => Object.keys(table).map((code) => [code, owner] as const)));
const endpoints = [...modules, journalModule(1)].flatMap((module) => module.routes.map((route) => route.endpoint));

describe('error codes', () => {
  it('are defined once', () => {
    const all = tables.flatMap(([, table]) => Object.keys(table));
    expect(all.filter((code, index) => all.indexOf(code) !== index)).toEqual([]);
  });

  it('are SCREAMING_SNAKE with a fitting status and a whole Chinese sentence', () => {
    const faults = tables.flatMap(([owner, table]) =>
      Object.entries(table).flatMap(([code, { status, zh }]) => {
        if (!/^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/.test(code)) return [`${owner} ${code}: name`];
        if (status < 400 || status > 599) return [`${owner} ${code}: status ${status}`];
        return /[\u4e00-\u9fff]/.test(zh) && /[。！？}]$/.test(zh) ? [] : [`${owner} ${code}: ${zh}`];
      }),
    );
    expect(faults).toEqual([]);
  });

  it('that an endpoint declares exist', () => {
    const faults = endpoints.flatMap((endpoint) =>
      endpoint.errors.filter((code) => !known.has(code)).map((code) => `${endpoint.id}: ${code}`),
    );
    expect(faults).toEqual([]);
  });

  it('that are thrown exist, and those that exist are thrown', () => {
    const thrown = new Map<string, string>();
    const mentioned = new Set<string>();
    for (const file of sourcesBelow('src')) {
      visit(file, (node) => {
        if (ts.isStringLiteral(node) && known.has(node.text) && !ts.isPropertyAssignment(node.parent))
          mentioned.add(node.text);
        // `{ code: 'X' }` of a rule's decision is thrown by whoever reads it.
        if (
          ts.isStringLiteral(node) &&
          known.has(node.text) &&
          ts.isPropertyAssignment(node.parent) &&
          node.parent.initializer === node
        )
          mentioned.add(node.text);
        if (!ts.isNewExpression(node) || node.expression.getText(file.ast) !== 'AppError') return;
        const [code] = node.arguments ?? [];
        if (code !== undefined && ts.isStringLiteral(code)) thrown.set(code.text, `${file.path}:${lineOf(file, node)}`);
      });
    }
    expect([...thrown].filter(([code]) => !known.has(code)).map(([code, place]) => `${code} (${place})`)).toEqual([]);
    expect(
      [...known]
        .filter(([code]) => !mentioned.has(code) && code !== 'INTERNAL')
        .map(([code, owner]) => `${owner}: ${code}`),
    ).toEqual([]);
  });

  it('have every {place} of their text filled where they are thrown', () => {
    const texts = new Map(
      tables.flatMap(([, table]) => Object.entries(table).map(([code, { zh }]) => [code, zh] as const)),
    );
    const faults: string[] = [];
    for (const file of sourcesBelow('src')) {
      visit(file, (node) => {
        if (!ts.isNewExpression(node) || node.expression.getText(file.ast) !== 'AppError') return;
        const [code, details] = node.arguments ?? [];
        if (code === undefined || !ts.isStringLiteral(code)) return;
        const needed = [...(texts.get(code.text) ?? '').matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '');
        if (details !== undefined && !ts.isObjectLiteralExpression(details)) return;
        const properties = details?.properties ?? [];
        if (properties.some((property) => ts.isSpreadAssignment(property))) return;
        const given = properties.map((property) => property.name?.getText(file.ast) ?? '');
        for (const name of needed)
          if (!given.includes(name)) faults.push(`${file.path}:${lineOf(file, node)} ${code.text} lacks ${name}`);
      });
    }
    expect(faults).toEqual([]);
  });
});

describe('endpoints', () => {
  it('have an id, a method and a path of their own', () => {
    const repeated = (values: readonly string[]) => values.filter((value, index) => values.indexOf(value) !== index);
    expect(repeated(endpoints.map((endpoint) => endpoint.id))).toEqual([]);
    expect(repeated(endpoints.map((endpoint) => `${endpoint.method} ${endpoint.path.replace(/:\w+/g, ':')}`))).toEqual(
      [],
    );
  });

  it('that change something give an example', () => {
    const inPath = (path: string) => [...path.matchAll(/:(\w+)/g)].map((match) => match[1]);
    const faults = endpoints.filter((endpoint) => {
      if (endpoint.method === 'GET' || Boolean(endpoint.upload) || endpoint.example !== undefined) return false;
      const fields = endpoint.input instanceof z.ZodObject ? Object.keys(endpoint.input.shape) : ['?'];
      return fields.some((name) => !inPath(endpoint.path).includes(name));
    });
    expect(faults.map((endpoint) => endpoint.id)).toEqual([]);
  });
});
