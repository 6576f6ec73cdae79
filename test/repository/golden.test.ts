import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kernelErrors, type ErrorTable } from '../../src/kernel/errors.ts';
import { fileErrors } from '../../src/kernel/files/index.ts';
import { journalModule } from '../../src/kernel/journal/index.ts';
import { modules } from '../../src/modules.ts';
import { startTestPlatform, type TestPlatform } from '../support/platform.ts';
import { dumpSchema } from '../support/schema-dump.ts';
import { readMigrations } from '../../src/kernel/migrate.ts';
import { migrationsFolder } from '../../src/start.ts';

/** Documents that are made from the program and read by people. `npm run golden` writes them anew; the difference is reviewed. */
let platform: TestPlatform;

beforeAll(async () => {
  platform = await startTestPlatform();
});
afterAll(() => platform.stop());

describe('golden files', () => {
  it('docs/schema.sql is the migrated database', async () => {
    const client = new pg.Client({ connectionString: platform.ownerUrl });
    await client.connect();
    const text = await dumpSchema(client).finally(() => client.end());
    expect(text).toContain('create table kernel.journal (');
    await expect(text).toMatchFileSnapshot('../../docs/schema.sql');
  });

  it('docs/openapi.json is what the platform answers', async () => {
    const answer = await platform.http.inject({ url: '/api/openapi.json' });
    expect(answer.statusCode).toBe(200);
    await expect(`${JSON.stringify(answer.json(), null, 2)}\n`).toMatchFileSnapshot('../../docs/openapi.json');
  });

  it('docs/errors.md has every code, and no code that is gone', async () => {
    const text = errorPage();
    for (const code of Object.keys(platform.errors)) expect(text).toContain(`\`${code}\``);
    await expect(text).toMatchFileSnapshot('../../docs/errors.md');
  });

  it('docs/migrations.sha256 holds the migrations that have been released: they are never edited', async () => {
    const migrations = await readMigrations(migrationsFolder);
    const lines = migrations.map(({ name, checksum }) => `${checksum}  ${name}`);
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('../../docs/migrations.sha256');
  });
});

function errorPage(): string {
  const endpoints = [...modules, journalModule(1)].flatMap((module) => module.routes.map((route) => route.endpoint));
  const section = (title: string, table: ErrorTable): string[] => {
    const codes = Object.entries(table);
    if (codes.length === 0) return [];
    const rows = codes.map(([code, { status, zh }]) => {
      const users = endpoints.filter((endpoint) => endpoint.errors.includes(code)).map((endpoint) => endpoint.id);
      return `| \`${code}\` | ${status} | ${zh.replaceAll('|', '\\|')} | ${users.length === 0 ? '' : users.join(', ')} |`;
    });
    return [
      `## ${title}`,
      '',
      '| code | status | what people read | endpoints that declare it |',
      '| --- | --- | --- | --- |',
      ...rows,
      '',
    ];
  };
  return [
    '# Error codes',
    '',
    'Generated from the error tables of the kernel and the modules (`npm run golden`). Every refusal is an',
    '`application/problem+json` with `code`, `detail` (Chinese, `{…}` filled in) and `issues` with the place in the input.',
    '',
    ...section('kernel: any endpoint', kernelErrors),
    ...section('files', fileErrors),
    ...modules.flatMap((module) => section(module.name, module.errors)),
  ]
    .join('\n')
    .trimEnd()
    .concat('\n');
}
