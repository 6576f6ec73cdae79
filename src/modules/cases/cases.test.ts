import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestPlatform, type TestPlatform } from '../../../test/support/platform.ts';
import type { Caller } from '../../kernel/call.ts';
import { sql } from '../../kernel/db.ts';
import { signOff, openingAnswers, fileOpening } from '../../../test/support/opening.ts';
import * as contract from './contract.ts';
import { fold, type CaseEvent } from './rules/case.ts';
import * as ratingContract from '../ratings/contract.ts';

let platform: TestPlatform;
let applicant: Caller;

beforeAll(async () => {
  platform = await startTestPlatform();
  applicant = await platform.signIn('applicant');
});
afterAll(() => platform?.stop());

describe('企业开办一件事', () => {
  test('一张表提交，登记先办，其余事项等登记办好后同时开始，办完可以评价', async () => {
    const filed = await fileOpening(applicant);
    expect(filed.cases.map((one) => one.itemName)).toHaveLength(7);

    const before = await applicant(contract.myApplication, { applicationId: filed.applicationId });
    const statuses = (view: typeof before) => Object.fromEntries(view.cases.map((one) => [one.itemId, one.status]));
    expect(statuses(before)['enterprise-registration']).toBe('filed');
    expect(statuses(before)['seal-engraving']).toBe('waiting');

    const registration = before.cases.find((one) => one.itemId === 'enterprise-registration');
    await signOff(platform, registration?.caseId ?? '');
    const between = await applicant(contract.myApplication, { applicationId: filed.applicationId });
    const others = between.cases.filter((one) => one.itemId !== 'enterprise-registration');
    expect(others.every((one) => one.status === 'filed')).toBe(true);

    for (const one of others) await signOff(platform, one.caseId);
    const after = await applicant(contract.myApplication, { applicationId: filed.applicationId });
    expect(after.cases.every((one) => one.status === 'granted')).toBe(true);
    expect(new Set(after.cases.map((one) => one.outcome?.documentNo)).size).toBe(7);

    const caseId = registration?.caseId ?? '';
    await applicant(ratingContract.rateCase, { caseId, level: 5, comment: '快' });
    await expect(applicant(ratingContract.rateCase, { caseId, level: 1 })).rejects.toThrow('RATING_ALREADY_GIVEN');
  });

  test('连点两次提交只有一份申请；同一编号重放得到同一答复', async () => {
    const started = await applicant(contract.startApplication, {
      service: { kind: 'bundle', id: 'enterprise-opening' },
    });
    await applicant(contract.saveDraft, { applicationId: started.id, revision: 1, answers: openingAnswers });
    const input = { applicationId: started.id };
    const results = await Promise.allSettled([
      applicant(contract.fileApplication, input, { idempotencyKey: 'double-click-1' }),
      applicant(contract.fileApplication, input, { idempotencyKey: 'double-click-1' }),
      applicant(contract.fileApplication, input, { idempotencyKey: 'another-window' }),
    ]);
    const answers = results.flatMap((one) => (one.status === 'fulfilled' ? [one.value.no] : []));
    expect(new Set(answers).size).toBe(1);
    const { total } = await platform.services.db.one<{ total: number }>(
      sql`select count(*)::int as total from cases.case_file where application_id = ${started.id}`,
    );
    expect(total).toBe(7);
  });
});

test('每个办件的现状等于它的事件折叠出来的结果', async () => {
  const rows = await platform.services.db.rows<{ id: string; state: unknown }>(
    sql`select id, state from cases.case_file`,
  );
  const events = await platform.services.db.rows<{ caseId: string; body: CaseEvent }>(
    sql`select case_id, body from cases.event order by case_id, seq`,
  );
  expect(rows.length).toBeGreaterThan(0);
  for (const row of rows) {
    const folded = fold(events.filter((event) => event.caseId === row.id).map((event) => event.body));
    expect(JSON.parse(JSON.stringify(folded))).toEqual(row.state);
  }
});
