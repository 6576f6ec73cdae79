import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { draftService, refused } from '../../../test/support/applying.ts';
import { startTestPlatform, type TestPlatform } from '../../../test/support/platform.ts';
import type { Caller } from '../../kernel/call.ts';
import { sql } from '../../kernel/db.ts';
import type { OutputOf } from '../../kernel/endpoint.ts';
import { readForm } from '../catalogue/contract.ts';
import * as staff from '../catalogue/contract-staff.ts';
import * as contract from './contract.ts';

const food = 'food-business-licence';
let platform: TestPlatform;
let applicant: Caller;

beforeAll(async () => {
  platform = await startTestPlatform();
  applicant = await platform.signIn('applicant');
});
afterAll(() => platform?.stop());

describe('申请期间事项改版', () => {
  test('草稿的表单、核对和提交都按开始时的版本；新申请按新版本', async () => {
    const { applicationId } = await draftService(platform, applicant, food);
    const inForce = await platform.call(readForm, { id: food });
    const form = await applicant(contract.applicationForm, { applicationId });
    const check = await applicant(contract.checkApplication, { applicationId });
    // Before anything changes, both say the same.
    expect(form).toEqual(inForce);
    expect(check.mayFile).toBe(true);

    const version = await publishStricter();
    const changed = await platform.call(readForm, { id: food });
    expect(asked(changed)).toContain('registeredCapital');
    expect(changed.versions).toEqual({ [food]: version });

    expect(await applicant(contract.applicationForm, { applicationId })).toEqual(form);
    expect(await applicant(contract.checkApplication, { applicationId })).toEqual(check);
    // What only the new version asks is not asked of this draft.
    const kitchen = {
      applicationId,
      materialId: `${food}.kitchen-photos`,
      document: new File(['%PDF-1.4'], '照片.pdf'),
    };
    expect(await refused(applicant(contract.uploadDocument, kitchen as never))).toEqual([400, 'MATERIAL_NOT_ASKED']);
    const { cases } = await applicant(contract.fileApplication, { applicationId });
    const filed = await platform.services.db.one<{ itemVersion: number }>(
      sql`select item_version from cases.case_file where id = ${cases[0]?.caseId ?? ''}`,
    );
    expect(filed.itemVersion).toBe(form.versions[food]);
    expect(filed.itemVersion).toBeLessThan(version);
    // Still so for correcting what was filed.
    expect(await applicant(contract.applicationForm, { applicationId })).toEqual(form);

    const next = await applicant(contract.startApplication, { service: { kind: 'item', id: food } });
    expect(await applicant(contract.applicationForm, { applicationId: next.id })).toEqual(changed);
    const { issues, materials } = await applicant(contract.checkApplication, { applicationId: next.id });
    expect(issues.map((issue) => issue.path)).toContain('/answers/registeredCapital');
    expect(materials.map((one) => one.id)).toContain(`${food}.kitchen-photos`);
  });

  test('别人的申请：表单也没有', async () => {
    const { id } = await applicant(contract.startApplication, { service: { kind: 'item', id: food } });
    const stranger = await platform.signIn('firm');
    for (const caller of [stranger, await platform.signIn('officer-approval-bureau')]) {
      expect(await refused(caller(contract.applicationForm, { applicationId: id }))).toEqual([
        404,
        'APPLICATION_NOT_FOUND',
      ]);
    }
    expect(await refused(platform.call(contract.applicationForm, { applicationId: id }))).toEqual([
      401,
      'NOT_SIGNED_IN',
    ]);
  });
});

/** Two people publish a version that asks one question and one material more, and one material less. */
async function publishStricter(): Promise<number> {
  const [author, publisher] = [await platform.signIn('administrator'), await platform.signIn('second-administrator')];
  const { versions } = await author(staff.listVersions, { id: food });
  const { definition } = await author(staff.readVersion, { id: food, version: versions[0]?.version ?? 1 });
  const { elements, materials } = definition as { elements: object[]; materials: { id: string }[] };
  const stricter = {
    ...definition,
    elements: [...elements, { id: 'registeredCapital' }],
    materials: [
      ...materials.filter((one) => one.id !== 'layout-plan'),
      { id: 'kitchen-photos', name: '操作间照片', form: 'electronic' },
    ],
  };
  const saved = await author(staff.saveDraft, { id: food, definition: stricter, note: '多问一项' });
  expect(saved.violations).toEqual([]);
  await author(staff.submitForReview, { id: food });
  await publisher(staff.publishVersion, { id: food });
  return saved.version;
}

function asked(form: OutputOf<typeof readForm>): string[] {
  return form.sections.flatMap((section) => section.fields.map((field) => field.element.id));
}
