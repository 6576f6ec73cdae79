import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestPlatform, trialPassword, type TestPlatform } from '../../test/support/platform.ts';
import * as staff from '../modules/catalogue/contract-staff.ts';
import { createVisitor } from './test-visitor.ts';

let platform: TestPlatform;
beforeAll(async () => {
  platform = await startTestPlatform();
});
afterAll(() => platform.stop());

const hygiene = 'public-place-hygiene';

it('填到一半事项改了版，接着填的还是原来的表和原来的承诺', async () => {
  const visitor = createVisitor(platform);
  await visitor.submit(await visitor.open('/sign-in'), '/sign-in', {
    loginName: 'applicant',
    password: trialPassword,
  });
  const start = () => visitor.open(`/apply/item/${hygiene}`);
  const before = await visitor.submit(await start(), '/apply/');
  const base = before.path.replace(/\/form$/, '');
  const promise = await visitor.open(`${base}/commitments`);
  expect(promise.path).toBe(`${base}/commitments`);

  await publishChanged();
  const after = await visitor.open(before.path);
  expect(after.text).toBe(before.text);
  expect((await visitor.open(`${base}/commitments`)).text).toBe(promise.text);
  const check = await visitor.open(`${base}/check`);
  expect(check.text).not.toContain('注册资本');

  const anew = await visitor.submit(await start(), '/apply/');
  const other = anew.path.replace(/\/form$/, '');
  expect((await visitor.open(`${other}/check`)).text).toContain('注册资本');
  expect((await visitor.open(`${other}/commitments`)).text).toContain('本人承诺新增的一条');
}, 60_000);

async function publishChanged(): Promise<void> {
  const [author, publisher] = [await platform.signIn('administrator'), await platform.signIn('second-administrator')];
  const { versions } = await author(staff.listVersions, { id: hygiene });
  const { definition } = await author(staff.readVersion, { id: hygiene, version: versions[0]?.version ?? 1 });
  const { elements, commitment } = definition as { elements: object[]; commitment: object };
  const changed = {
    ...definition,
    elements: [{ id: 'registeredCapital' }, ...elements],
    commitment: { ...commitment, text: '本人承诺新增的一条。' },
  };
  const saved = await author(staff.saveDraft, { id: hygiene, definition: changed, note: '多问一项' });
  expect(saved.violations).toEqual([]);
  await author(staff.submitForReview, { id: hygiene });
  await publisher(staff.publishVersion, { id: hygiene });
}
