import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refused } from '../../../test/support/applying.ts';
import { startTestPlatform, type TestPlatform } from '../../../test/support/platform.ts';
import type { Caller } from '../../kernel/call.ts';
import { sql } from '../../kernel/db.ts';
import { org } from '../org/index.ts';
import { tasks } from '../tasks/index.ts';
import * as contract from './contract.ts';
import { licences } from './index.ts';
import { foldAll, type LicenceEvent } from './rules/licence.ts';
import { parseIdentifier } from './rules/identifier.ts';

let platform: TestPlatform;
let bureau: Caller;
let firm: Caller;
let stranger: Caller;
let administrator: Caller;

beforeAll(async () => {
  platform = await startTestPlatform({ modules: [org, tasks, licences] });
  bureau = await platform.signIn('officer-approval-bureau');
  firm = await platform.signIn('firm');
  stranger = await platform.signIn('applicant');
  administrator = await platform.signIn('administrator');
});
afterAll(() => platform.stop());

const uscc = '91610329MA6X000167';
const order = (address: string, change: object = {}) => ({
  typeId: 'food-business-licence',
  issuerId: 'approval-bureau',
  holder: { kind: 'firm' as const, name: '麟游县御泉餐饮有限公司', number: uscc },
  values: {
    representative: '赵文斌',
    address: '麟游县九成宫镇东大街 18 号',
    premisesAddress: address,
    form: '餐饮服务经营者',
    items: '热食类食品制售',
  },
  reason: '补录',
  ...change,
});

describe('a licence', () => {
  it('is issued, sealed twice, found, shown to its holder and verified by anyone', async () => {
    const began = performance.now();
    const made = await bureau(contract.enterLicence, order('东大街 18 号'));
    console.log('first', performance.now() - began);
    const second = performance.now();
    await bureau(contract.enterLicence, order('东大街 18 号之一'));
    console.log('second', performance.now() - second);
    expect(parseIdentifier(made.identifier)).toMatchObject({ version: 1, typeCode: '11610329329001076P002' });
    const { licences: own } = await firm(contract.myLicences, {});
    expect(own.map(({ number }) => number)).toContain(made.number);
    const file = await platform.http.inject({
      url: `/api/licences/${made.licenceId}/files/ofd/content`,
      headers: { cookie: await platform.cookieOf('firm') },
    });
    expect(file.statusCode).toBe(200);
    for (const format of ['ofd', 'pdf']) {
      const content = await platform.http.inject({
        url: `/api/licences/${made.licenceId}/files/${format}/content`,
        headers: { cookie: await platform.cookieOf('firm') },
      });
      const found = await platform.call(contract.verifyFile, {
        document: new Blob([content.rawPayload]),
      } as never);
      expect(found.steps.filter(({ outcome }) => outcome !== 'passed' && outcome !== 'skipped')).toEqual([]);
      expect([found.kind, found.verdict, found.register?.number]).toEqual([format, 'valid', made.number]);
    }
    expect(await refused(stranger(contract.myLicence, { licenceId: made.licenceId }))).toEqual([
      404,
      'LICENCE_NOT_FOUND',
    ]);
    const whole = await bureau(contract.readLicence, { licenceId: made.licenceId });
    const code = await platform.call(contract.verifyCode, { text: whole.code.text });
    expect([code.verdict, code.zh]).toEqual(['valid', '核验通过，证照现在有效。']);
    const rows = await platform.asSystem((tx) =>
      tx.rows<{ state: unknown }>(sql`select state from licences.licence where id = ${made.licenceId}`),
    );
    const events = await platform.asSystem((tx) =>
      tx.rows<{ body: LicenceEvent }>(
        sql`select body from licences.licence_event where licence_id = ${made.licenceId} order by seq`,
      ),
    );
    expect(
      foldAll(
        null,
        events.map(({ body }) => body),
      ),
    ).toEqual(rows[0]?.state);
    void administrator;
  });
});
