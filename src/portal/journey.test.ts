import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestPlatform, trialPassword, type TestPlatform } from '../../test/support/platform.ts';
import {
  acceptCase,
  finishStep,
  grantCase,
  listCases,
  readCase,
  requestCorrection,
} from '../modules/cases/contract.ts';
import { createVisitor, type Page, type Visitor } from './test-visitor.ts';

let platform: TestPlatform;
beforeAll(async () => {
  platform = await startTestPlatform();
});
afterAll(() => platform.stop());

const photo = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

/** What this applicant says where it matters; other questions get any answer of the right kind. */
const story: Readonly<Record<string, string>> = {
  hasBusinessLicence: 'false',
  cateringScale: 'small',
  installsSign: 'false',
  dischargesToSewer: 'false',
  enterpriseType: 'individual-business',
  enterpriseName: '麟游县<script>alert(1)</script>面馆',
  premisesKind: 'rented',
  distanceFromPollution: '60',
  allHandlersHealthCertified: 'true',
  disqualifiedFromLeading: 'false',
  makesColdFood: 'false',
  hasAgent: 'false',
  deliveryMethod: 'window',
};

it('没有脚本也能从注册一路办到看进度', async () => {
  const zhang = await registered('zhangxiulan', '610329199003070033');

  // Search leads to the guide, the guide to the form.
  const found = await zhang.open('/search?q=' + encodeURIComponent('我想开个小饭馆要办什么证'));
  expect(found.html).toMatch(/<ul class="list">\s*<li><h2><a href="\/guides\/restaurant-opening"/);
  const guide = await zhang.open('/guides/restaurant-opening');
  expect(guide.text).toContain('承诺');
  expect(guide.html).toContain('href="/apply/bundle/restaurant-opening"');

  const start = await zhang.open('/apply/bundle/restaurant-opening');
  let page = await zhang.submit(start, '/apply/');
  expect(page.path).toMatch(/\/form$/);
  // The same page sent again (a double click) is the same application.
  expect((await zhang.submit(start, '/apply/')).path).toBe(page.path);
  const base = page.path.replace(/\/form$/, '');

  // A required question left out is said at the top and beside the field, and what was typed is still there.
  const faulty = await zhang.submit(page, '/form', { hasBusinessLicence: 'false' });
  expect(faulty.status).toBe(400);
  expect(faulty.html).toMatch(/role="alert".*href="#f-cateringScale"/s);
  expect(faulty.html).toMatch(/<title>有错误：/);
  expect(faulty.html).toMatch(/name="hasBusinessLicence" value="false" checked/);

  page = await fillForm(zhang, page);
  if (page.path.endsWith('/commitments')) page = await zhang.submit(page, '/commitments');
  expect(page.path).toBe(`${base}/materials`);
  expect(page.text).toContain('居民身份证 免提交');

  // The check page counts what is missing and refuses to file, with a link to each place.
  const early = await zhang.open(`${base}/check`);
  expect(early.text).toContain('还差 2 处');
  const refused = await zhang.submit(early, '/check');
  expect(refused.status).toBe(400);
  expect(refused.html).toMatch(new RegExp(`role="alert".*href="${base}/materials#m-`, 's'));

  const [first] = page.forms.filter((one) => one.action.includes('/materials/'));
  const empty = await zhang.upload(page, first?.action ?? '', []);
  expect(empty.status).toBe(400);
  expect(empty.text).toContain('请先选择文件');
  const poison = await zhang.upload(page, first?.action ?? '', [
    { name: 'evil.html', content: Buffer.from('<html><script>alert(1)</script></html>') },
    { name: '租房合同第1页.png', content: photo },
  ]);
  expect(poison.text).toMatch(/evil\.html：不能上传.*租房合同第1页\.png/);

  for (const form of page.forms.filter((one) => one.action.includes('/materials/'))) {
    page = await zhang.upload(page, form.action, [
      { name: '正面.png', content: photo },
      { name: '背面.png', content: Buffer.concat([photo, Buffer.from('x')]) },
    ]);
    expect(page.status, page.text).toBe(200);
  }
  expect(page.text).toContain('必须交的都齐了');
  // A photo too many is taken back.
  const surplus = page.forms.find((one) => one.action.includes('/remove'));
  page = await zhang.submit(page, surplus?.action ?? '');

  // A changed answer comes straight back to checking.
  const ready = await zhang.open(`${base}/check`);
  const [, change] = /href="([^"]*)" aria-label="修改经营项目"/.exec(ready.html) ?? [];
  const changed = await zhang.submit(await zhang.open((change ?? '').replaceAll('&amp;', '&')), '/form');
  expect(changed.path).toBe(`${base}/check`);

  const done = await zhang.submit(changed, '/check');
  expect(done.path).toBe(`${base}/done`);
  expect(done.text).toMatch(/申报编号 SB20261123/);
  expect(done.text).toContain('个体工商户设立登记');
  // Filing twice files once.
  expect((await zhang.submit(changed, '/check')).path).toBe(`${base}/done`);
  expect((await zhang.open('/my')).text.match(/SB20261123/g)).toHaveLength(1);

  const progress = await zhang.open(base);
  expect(progress.path).toMatch(/^\/my\//);
  expect(progress.text).toContain('现在谁在办 县行政审批局');
  expect(progress.text).toContain('要等这一项先办好：个体工商户设立登记');
  // What she typed is text wherever it is shown.
  for (const seen of [early, done, progress, await zhang.open('/my')]) expect(seen.html).not.toContain('<script>alert');
}, 60_000);

it('补正、办结、评价、查进度、撤回都在网页上', async () => {
  const applicant = createVisitor(platform);
  await applicant.submit(await applicant.open('/sign-in'), '/sign-in', {
    loginName: 'applicant',
    password: trialPassword,
  });
  let page = await fillForm(
    applicant,
    await applicant.submit(await applicant.open('/apply/bundle/restaurant-opening'), '/apply/'),
  );
  if (page.path.endsWith('/commitments')) page = await applicant.submit(page, '/commitments');
  for (const form of page.forms.filter((one) => one.action.includes('/materials/'))) {
    page = await applicant.upload(page, form.action, [{ name: '照片.png', content: photo }]);
  }
  const base = page.path.replace(/\/[^/]*$/, '');
  const done = await applicant.submit(await applicant.open(`${base}/check`), '/check');
  expect(done.path).toBe(`${base}/done`);
  await platform.drain();

  const officer = await platform.signIn('officer-approval-bureau');
  const { cases } = await officer(listCases, { status: ['filed'], text: '个体工商户' });
  const mine = cases.find((one) => done.text.includes(one.no));
  if (mine === undefined) throw new Error('the officer does not see the case');
  const defect = { about: 'individual-business-registration.lease-contract', text: '租房合同缺最后一页' };
  await officer(requestCorrection, { caseId: mine.caseId, defects: [defect] });

  // The notice, a missing page handed in, the application sent again.
  const told = await applicant.open(base);
  expect(told.text).toContain('租房合同缺最后一页');
  expect((await applicant.open('/my')).text).toContain('等您补正 1 项');
  const correcting = await applicant.open(`${told.path}/cases/${mine.caseId}/correct`);
  const uploaded = await applicant.upload(correcting, 'for=correction', [
    { name: '最后一页.png', content: Buffer.concat([photo, Buffer.from('2')]) },
  ]);
  expect(uploaded.text).toContain('最后一页.png');
  const corrected = await applicant.submit(uploaded, '/correct', { enterpriseName: '麟游县张家面馆' });
  expect([corrected.status, corrected.path], corrected.text).toEqual([200, told.path]);
  expect(corrected.text).toContain('已补正，重新提交');

  // Followed without an account, by number and the tail of the phone; a wrong tail says nothing.
  const nobody = createVisitor(platform);
  const tracked = await nobody.submit(await nobody.open('/track'), '/track', { no: mine.no, phoneTail: '0000' });
  expect(tracked.text).toContain('个体工商户设立登记');
  expect(tracked.html).not.toMatch(/action="[^"]*(withdraw|rate)/);
  const wrong = await nobody.submit(await nobody.open('/track'), '/track', { no: mine.no, phoneTail: '0001' });
  expect([wrong.status, wrong.text.includes('没有找到这个办件')]).toEqual([404, true]);

  await officer(acceptCase, { caseId: mine.caseId, how: 'ordinary' });
  for (let round = 0; round < 10; round += 1) {
    await platform.drain();
    const { progress } = await officer(readCase, { caseId: mine.caseId });
    const open = progress.steps.find((step) => step.status === 'open' && step.kind !== 'decision');
    if (open === undefined) break;
    await officer(finishStep, { caseId: mine.caseId, stepId: open.id, opinion: 'agree', note: '齐全' });
  }
  await officer(grantCase, { caseId: mine.caseId });
  await platform.drain();

  const concluded = await applicant.open(told.path);
  expect(concluded.text).toContain('✓ 办好了');
  const unrated = await applicant.submit(concluded, `/cases/${mine.caseId}/rate`);
  expect([unrated.status, unrated.html.includes(`href="#f-level-${mine.caseId}"`)]).toEqual([400, true]);
  const rated = await applicant.submit(concluded, `/cases/${mine.caseId}/rate`, { level: '5', comment: '办得快' });
  expect(rated.text).toContain('您的评价： 非常满意 ，办得快');
  const guide = async (id: string) => (await nobody.open(`/guides/${id}`)).text;
  expect(await guide('individual-business-registration')).toContain('好评率 100%（1 条评价）');
  expect(await guide('restaurant-opening')).toContain('好评率 100%（1 条评价）');
  expect(await guide('newborn')).toContain('还没有评价');

  // The second item is under way now; she changes her mind.
  const [withdrawal] = [...rated.html.matchAll(/href="([^"]*\/withdraw)"/g)].map((match) => match[1] ?? '');
  const confirmed = await applicant.submit(await applicant.open(withdrawal ?? ''), '/withdraw', { reason: '不开了' });
  expect(confirmed.text).toContain('已撤回');
}, 60_000);

async function registered(loginName: string, idNumber: string): Promise<Visitor> {
  const visitor = createVisitor(platform);
  const page = await visitor.open('/register');
  const answers = { name: '张秀兰', idNumber, phone: '13891700000', loginName, password: '麦子熟了三千次又三千次' };
  const home = await visitor.submit(page, '/register', answers);
  expect([home.status, home.path]).toEqual([200, '/']);
  return visitor;
}

/** Goes through the pages of the form as they come. */
async function fillForm(visitor: Visitor, first: Page): Promise<Page> {
  let page = first;
  for (let screens = 0; page.path.includes('/form'); screens += 1) {
    expect(screens).toBeLessThan(40);
    page = await visitor.submit(page, '/form', answersFor(page));
    expect(page.status, `${page.path}: ${page.text}`).toBe(200);
  }
  return page;
}

function answersFor(page: Page): Record<string, string> {
  const answers: Record<string, string> = {};
  for (const [tag] of page.html.matchAll(/<(?:input|textarea)\b[^>]*>/g)) {
    const of = (name: string) => new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1];
    const name = of('name') ?? '';
    const type = of('type') ?? 'text';
    if (name === '' || name === 'q' || ['hidden', 'file', 'search'].includes(type)) continue;
    const known = story[name];
    if (type === 'radio' || type === 'checkbox') answers[name] ??= known ?? of('value') ?? '';
    else answers[name] = known ?? (of('value') || sample(name, type, of('inputmode') ?? ''));
  }
  return answers;
}

function sample(name: string, type: string, inputmode: string): string {
  if (type === 'tel') return '13891700000';
  if (type === 'date') return '2026-12-01';
  if (/IdNumber$/.test(name)) return '610329199003070033';
  if (name === 'uscc' || type === 'email') return '';
  return inputmode === 'numeric' || inputmode === 'decimal' ? '3' : '面条和小菜';
}
