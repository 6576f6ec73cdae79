import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestPlatform, trialPassword, type TestPlatform } from '../../test/support/platform.ts';
import { signOff } from '../../test/support/opening.ts';
import { factoryAnswers, fileStage, registerProject } from '../../test/support/projects.ts';
import type { Caller } from '../kernel/call.ts';
import * as cases from '../modules/cases/contract.ts';
import { publicAssessments } from '../modules/land/contract.ts';
import { myAttribution, myProject } from '../modules/projects/contract.ts';
import * as acceptances from '../modules/projects/contract-rooms-acceptance.ts';
import { answerQuestion, publishAnswer, myQuestions } from '../modules/projects/contract-rooms-questions.ts';
import { reviewSurvey } from '../modules/projects/contract-rooms-survey.ts';
import { createVisitor, type Page, type Visitor } from './test-visitor.ts';

let platform: TestPlatform;
let firm: Caller;
let visitor: Visitor;
beforeAll(async () => {
  platform = await startTestPlatform();
  firm = await platform.signIn('firm');
  visitor = await signedIn('firm');
});
afterAll(() => platform?.stop());

async function signedIn(loginName: string): Promise<Visitor> {
  const fresh = createVisitor(platform);
  await fresh.submit(await fresh.open('/sign-in'), '/sign-in', { loginName, password: trialPassword });
  return fresh;
}

/** As small as a file may be that is still a PDF by its content. */
const pdf = Buffer.from(
  '%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n',
);

/** Answers one page after the other as they stand, with this firm's story where it is asked. */
async function walkOn(page: Page, action: string, story: Readonly<Record<string, unknown>>): Promise<Page> {
  let at = page;
  for (let screen = 0; screen < 30; screen += 1) {
    const form = at.forms.find((one) => one.action.includes(action));
    const place = form?.values.find(([name]) => name === 'at')?.[1];
    if (form === undefined || place === 'place' || place === 'preview') return at;
    const asked = Object.fromEntries(
      [...new Set(form.names)].flatMap((name) => {
        const answer = story[name];
        if (answer === undefined) return [];
        return [[name, Array.isArray(answer) ? answer.map(String) : String(answer)]];
      }),
    );
    at = await visitor.submit(at, action, asked as Record<string, string>);
    expect(at.status, at.text).toBe(200);
  }
  throw new Error('the questions do not end');
}

it('anybody reads what is promised and how it is kept; nothing finished yet is a dash with its denominator', async () => {
  const page = await createVisitor(platform).open('/projects');
  expect(page.status).toBe(200);
  for (const words of ['95 个工作日', '60 个工作日', '15 个工作日', '标准厂房', '立项用地规划许可', '县行政审批局'])
    expect(page.text).toContain(words);
  expect(page.text).toContain('按时办完 — 还没有全部办完的项目');
  expect(page.text).not.toContain('100%');
});

it('the guide of a stage leads to the projects, and so does its address', async () => {
  const guide = await visitor.open('/guides/construction-stage-land');
  expect(guide.html).toContain('href="/my/projects"');
  expect(guide.html).not.toContain('/apply/bundle/construction-stage-land');
  expect((await visitor.open('/apply/bundle/construction-stage-land')).path).toBe('/my/projects');
});

it('a firm registers without scripts: themes, questions, the type with its reasons, then the code', async () => {
  expect((await visitor.open('/my/projects')).text).toContain('您还没有登记工程建设项目');
  const themes = await visitor.open('/my/projects/new');
  const none = await visitor.submit(themes, '/my/projects/new');
  expect([none.status, none.html.includes('href="#f-theme"')]).toEqual([400, true]);
  const first = await visitor.submit(themes, '/my/projects/new', { theme: 'small-low-risk' });
  expect(first.path).toBe('/my/projects/new/small-low-risk');
  // What the account knows is there already; what the theme fixes is not asked.
  const start = await walkOn(first, '/my/projects/new/', {});
  void start;
}, 30_000);

it('what is left out is said on its page, and the answers so far stay', async () => {
  const first = await visitor.open('/my/projects/new/small-low-risk');
  const wrong = await visitor.submit(first, '/my/projects/new/', { projectName: '' });
  expect(wrong.status).toBe(400);
  expect(wrong.html).toMatch(/role="alert".*href="#f-projectName"/s);

  const story = {
    ...factoryAnswers,
    projectName: '麟游县<b>小</b>仓库',
    buildingUse: 'warehouse',
    projectBuildingArea: 900,
    aboveGroundArea: 900,
    landAcquisition: 'owned',
  };
  const place = await walkOn(first, '/my/projects/new/', story);
  expect(place.text).toContain('地块在哪里');
  const astray = await visitor.submit(place, '/my/projects/new/', { point: '麟游' });
  expect([astray.status, astray.html.includes('href="#f-point"')]).toEqual([400, true]);
  const preview = await visitor.submit(astray, '/my/projects/new/', { point: '107.81, 34.69' });
  expect(preview.status, preview.text).toBe(200);
  expect(preview.text).toContain('小型低风险项目，承诺 15 个工作日');
  expect(preview.text).toContain('地上建筑面积不超过10000平方米');
  expect(preview.text).toContain('为什么不是别的类型');
  expect(preview.html).not.toContain('<b>小</b>');

  // Back to one page and forth again keeps everything.
  const [jump] = [...preview.html.matchAll(/name="jump" value="(\d+)" aria-label="修改：[^"]*建筑用途/g)];
  const again = await visitor.submit(preview, '/my/projects/new/', { jump: jump?.[1] ?? '' });
  expect(again.html).toMatch(/value="warehouse" checked/);

  const done = await visitor.submit(preview, '/my/projects/new/');
  expect(done.path).toMatch(/\/registered$/);
  expect(done.text).toMatch(/已登记：麟游县<b>小<\/b>仓库 项目代码 \S+ （临时代码/);
  // The same page sent twice registers one.
  expect((await visitor.submit(preview, '/my/projects/new/')).path).toBe(done.path);
  const list = await visitor.open('/my/projects');
  expect(list.text.match(/小型低风险项目/g)).toHaveLength(1);

  const id = done.path.split('/')[3] ?? '';
  const home = await visitor.open(`/my/projects/${id}`);
  expect(home.text).toContain('可以申请“');
  expect(home.text).toMatch(/\d+ 项评估里，\d+ 项直接用区域的成果/);
  const { assessments } = await firm(myProject, { projectId: id });
  expect(assessments.filter(({ verdict }) => verdict === 'spared').every(({ documentNo }) => documentNo !== null)).toBe(
    true,
  );

  // Change an answer: the type is judged anew.
  const change = await walkOn(await visitor.open(`/my/projects/${id}/answers`), '/answers', {
    aboveGroundArea: '12000',
    projectBuildingArea: '12000',
  });
  const changed = await visitor.submit(change, '/answers');
  expect(changed.text).toContain('社会投资项目，承诺 60 个工作日');
  const saved = await visitor.submit(changed, '/answers');
  expect(saved.path).toBe(`/my/projects/${id}?changed=1`);
  const { site } = await firm(myProject, { projectId: id });
  expect(site.point).toEqual({ longitude: 107.81, latitude: 34.69 });

  const end = await visitor.open(`/my/projects/${id}/end`);
  expect((await visitor.submit(end, '/end', { reason: '' })).html).toContain('href="#f-reason"');
  await visitor.submit(end, '/end', { reason: '不建了' });
  expect((await visitor.open(`/my/projects/${id}`)).text).toContain('已终止');
}, 60_000);

it('somebody else’s project is nobody’s', async () => {
  const { projectId } = await registerProject(firm);
  const other = await signedIn('applicant');
  for (const rest of ['', '/days', '/stages/land', '/survey', '/acceptance', '/gas', '/commitments', '/questions'])
    expect([rest, (await other.open(`/my/projects/${projectId}${rest}`)).status]).toEqual([rest, 404]);
  expect((await createVisitor(platform).open(`/my/projects/${projectId}`)).path).toMatch(/^\/sign-in/);
});
