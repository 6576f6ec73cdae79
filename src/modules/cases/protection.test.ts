import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import pg from 'pg';
import { draftService, fileService, paper, refused, upload, type Filed } from '../../../test/support/applying.ts';
import { startTestPlatform, type TestPlatform } from '../../../test/support/platform.ts';
import type { Caller } from '../../kernel/call.ts';
import { sql } from '../../kernel/db.ts';
import * as contract from './contract.ts';
import * as ratingContract from '../ratings/contract.ts';

const food = 'food-business-licence';
const secrets = {
  legalRepresentativeIdNumber: '610329199003070017',
  legalRepresentativePhone: '13912345678',
  contactPhone: '13912345678',
  legalRepresentativeName: '欧阳秘密',
};

let platform: TestPlatform;
let applicant: Caller;
let stranger: Caller;
let officer: Caller;
let filed: Filed;
let documentId: string;

beforeAll(async () => {
  platform = await startTestPlatform();
  [applicant, stranger, officer] = await Promise.all([
    platform.signIn('applicant'),
    platform.signIn('firm'),
    platform.signIn('officer-approval-bureau'),
  ]);
  filed = await fileService(platform, applicant, food, { answers: secrets });
  documentId = (await applicant(contract.myApplication, { applicationId: filed.applicationId })).documents[0]?.id ?? '';
});
afterAll(() => platform?.stop());

describe('谁能看', () => {
  test('别的申请人：看不到申请、办件、材料，也改不了', async () => {
    const { applicationId, caseId } = filed;
    expect(await refused(stranger(contract.myApplication, { applicationId }))).toEqual([404, 'APPLICATION_NOT_FOUND']);
    expect(await refused(stranger(contract.saveDraft, { applicationId, revision: 1, answers: {} }))).toEqual([
      404,
      'APPLICATION_NOT_FOUND',
    ]);
    expect(await refused(stranger(contract.withdrawCase, { caseId }))).toEqual([404, 'CASE_NOT_FOUND']);
    expect(await refused(stranger(ratingContract.rateCase, { caseId, level: 5 }))).toEqual([404, 'CASE_NOT_FOUND']);
    expect(await refused(stranger(contract.openDocument, { documentId }))).toEqual([404, 'DOCUMENT_NOT_FOUND']);
    expect(await refused(stranger(contract.readCase, { caseId }))).toEqual([403, 'FORBIDDEN']);
    expect((await stranger(contract.myApplications, {})).total).toBe(0);
  });

  test('别的单位：办件和材料都是“没有找到”；联办单位看得到办件', async () => {
    const { caseId } = filed;
    const tax = await platform.signIn('officer-tax');
    expect(await refused(tax(contract.readCase, { caseId }))).toEqual([404, 'CASE_NOT_FOUND']);
    expect(await refused(tax(contract.acceptCase, { caseId }))).toEqual([404, 'CASE_NOT_FOUND']);
    expect(await refused(tax(contract.openDocument, { documentId }))).toEqual([404, 'DOCUMENT_NOT_FOUND']);
    expect((await tax(contract.listCases, {})).cases).toEqual([]);
    const inspector = await platform.signIn('officer-market-regulation');
    expect((await inspector(contract.readCase, { caseId })).progress.caseId).toBe(caseId);
    expect(await refused(inspector(contract.acceptCase, { caseId }))).toEqual([403, 'FORBIDDEN']);
    expect((await inspector(contract.openDocument, { documentId })).id).toBe(documentId);
  });

  test('没登录什么都看不到；草稿只有本人知道', async () => {
    expect(await refused(platform.call(contract.myApplications, {}))).toEqual([401, 'NOT_SIGNED_IN']);
    const { applicationId } = await draftService(platform, applicant, food, { seed: 8 });
    const [draftDocument] = (await applicant(contract.myApplication, { applicationId })).documents;
    const auditor = await platform.signIn('auditor');
    expect(await refused(auditor(contract.openDocument, { documentId: draftDocument?.id ?? '' }))).toEqual([
      404,
      'DOCUMENT_NOT_FOUND',
    ]);
    expect((await auditor(contract.openDocument, { documentId })).id).toBe(documentId);
  });

  test('名单里姓名是遮住的', async () => {
    const { cases } = await officer(contract.listCases, {});
    const [one] = cases;
    expect(one).toBeDefined();
    expect(JSON.stringify(cases)).not.toContain('欧阳秘密');
  });
});

describe('文件', () => {
  test('改了扩展名的网页、程序、空文件都不收', async () => {
    const { applicationId } = await draftService(platform, applicant, food, { leaveOut: ['.layout-plan'], seed: 9 });
    const to = { applicationId, materialId: `${food}.layout-plan` };
    const html = Buffer.from('<!doctype html><script>alert(1)</script>');
    expect(await refused(upload(applicant, to, paper('布局图.pdf', html)))).toEqual([415, 'FILE_TYPE_REFUSED']);
    expect(
      await refused(
        upload(
          applicant,
          to,
          paper('布局图.pdf', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="x()"/>')),
        ),
      ),
    ).toEqual([415, 'FILE_TYPE_REFUSED']);
    expect((await refused(upload(applicant, to, paper('布局图.pdf', Buffer.alloc(0)))))[1]).toBe('FILE_EMPTY');
    expect(await refused(upload(applicant, { applicationId, materialId: `${food}.no-such` }))).toEqual([
      400,
      'MATERIAL_NOT_ASKED',
    ]);
    const stored = await upload(applicant, to, paper('../../布局<b>图.pdf'));
    expect(stored.name).not.toMatch(/[/<>]/);
    const cookie = await platform.cookieOf('applicant');
    const answer = await platform.http.inject({ url: `/api/documents/${stored.id}/content`, headers: { cookie } });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
    expect(answer.headers['content-type']).toBe('application/pdf');
    expect((await platform.http.inject({ url: `/api/documents/${stored.id}/content` })).statusCode).not.toBe(200);
  });
});

test('身份证号、手机号、姓名不以明文留在任何一张表里', async () => {
  await officer(contract.readCase, { caseId: filed.caseId });
  await officer(contract.acceptCase, { caseId: filed.caseId });
  await platform.drain();
  const client = new pg.Client({ connectionString: platform.ownerUrl });
  await client.connect();
  try {
    const { rows: tables } = await client.query<{
      schema: string;
      name: string;
    }>(`select table_schema as schema, table_name as name
      from information_schema.tables where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`);
    expect(tables.length).toBeGreaterThan(25);
    const looked: string[] = [];
    for (const { schema, name } of tables) {
      const wanted = Object.values(secrets);
      const { rows } = await client.query(
        `select row_to_json(t)::text as text from "${schema}"."${name}" t where row_to_json(t)::text like any ($1) limit 1`,
        [wanted.map((one) => `%${one}%`)],
      );
      if (rows.length > 0) looked.push(`${schema}.${name}`);
    }
    expect(looked).toEqual([]);
    // The search itself can find: the very same answers are there for those who may read them.
    const { answers } = await applicant(contract.myApplication, { applicationId: filed.applicationId });
    expect(answers).toMatchObject(secrets);
  } finally {
    await client.end();
  }
});

test('看办件、打开材料都留痕，写明是谁、看了哪一件', async () => {
  await officer(contract.readCase, { caseId: filed.caseId });
  await officer(contract.openDocument, { documentId });
  const rows = await platform.services.db.rows<{
    endpoint: string;
    actorName: string;
    detail: { document?: string };
  }>(sql`
    select distinct endpoint, actor_name, detail from kernel.journal
    where kind = 'read' and subject in (${`case:${filed.caseId}`}, ${`application:${filed.applicationId}`}) and actor_name like '%行政审批%'`);
  expect(rows.map((row) => row.endpoint).sort()).toEqual(['cases.get', 'cases.openDocument']);
  expect(rows.find((row) => row.endpoint === 'cases.openDocument')?.detail.document).toBe(documentId);
});
