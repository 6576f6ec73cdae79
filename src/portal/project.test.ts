import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestPlatform, testStart, trialPassword, type TestPlatform } from '../../test/support/platform.ts';
import { signOff } from '../../test/support/opening.ts';
import { factoryAnswers, fileDraft, fileStage, registerProject } from '../../test/support/projects.ts';
import type { Caller } from '../kernel/call.ts';
import { myAttribution, myProject } from '../modules/projects/contract.ts';
import * as acceptances from '../modules/projects/contract-rooms-acceptance.ts';
import { answerQuestion, myQuestions, publishAnswer } from '../modules/projects/contract-rooms-questions.ts';
import { readSurvey, reviewSurvey } from '../modules/projects/contract-rooms-survey.ts';
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
  // What the theme has fixed is not asked, what it supposes is chosen already.
  expect(first.html).not.toContain('name="engineeringKind"');
  expect(first.html).toMatch(/name="fundingSource" value="private" checked/);
  // A firm whose account acts for it need not type its name.
  const [, known] = /name="known" value="([^"]*)"/.exec(first.html) ?? [];
  expect(known).toContain('91610329MA6X000167');
});

it('what is left out is said on its page, and the answers so far stay', async () => {
  const first = await visitor.open('/my/projects/new/small-low-risk');
  const wrong = await visitor.submit(first, '/my/projects/new/', { fundingSource: '' });
  expect(wrong.status).toBe(400);
  expect(wrong.html).toMatch(/role="alert".*href="#f-fundingSource"/s);

  const story = {
    ...factoryAnswers,
    projectName: '麟游县“小”仓库 & <b',
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
  expect(preview.text).toContain('麟游县“小”仓库 & <b');

  // Back to one page and forth again keeps everything.
  const [jump] = [...preview.html.matchAll(/name="jump" value="(\d+)" aria-label="修改：[^"]*建筑用途/g)];
  const again = await visitor.submit(preview, '/my/projects/new/', { jump: jump?.[1] ?? '' });
  expect(again.html).toMatch(/value="warehouse" checked/);

  const done = await visitor.submit(preview, '/my/projects/new/');
  expect(done.path).toMatch(/\/registered$/);
  expect(done.text).toMatch(/已登记：麟游县“小”仓库 & <b 项目代码 \S+ （临时代码/);
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

it('a stage tells what and why before it begins; then the draft, the days and the totals that add up', async () => {
  const { projectId } = await registerProject(firm);
  const base = `/my/projects/${projectId}`;
  const works = await visitor.open(`${base}/stages/works`);
  expect(works.text).toContain('现在不能申请：要先办好“立项用地规划许可”');
  expect(works.forms.some(({ action }) => action.includes('/stages/'))).toBe(false);
  const land = await visitor.open(`${base}/stages/land`);
  expect(land.text).toContain('按您的项目，要办这些');
  expect(land.text).toContain('要准备的材料');
  const draft = await visitor.submit(land, '/stages/land');
  expect(draft.path).toMatch(/^\/applications\/.*\/form$/);
  // The same page sent twice starts one; another page says that there is one.
  expect((await visitor.submit(land, '/stages/land')).path).toBe(draft.path);
  expect((await visitor.open(base)).text).toContain('接着填写“');
  expect((await visitor.open(`${base}/days`)).text).toContain('还没有提交过申请');

  await fileDraft(platform, firm, draft.path.split('/')[2] ?? '');
  await platform.drain();
  const home = await visitor.open(base);
  expect(home.text).toMatch(/现在在谁手里 .*县/);
  expect(home.text).toContain('部门已用 0 个');
  expect(home.text).not.toContain('修改项目情况');
  expect(home.html).toContain(`/api/my-projects/${projectId}/attribution.xlsx`);

  platform.clock.set('2026-12-08T02:00:00.000Z');
  const later = await signedIn('firm');
  const days = await later.open(`${base}/days`);
  const found = await (await platform.signIn('firm'))(myAttribution, { projectId });
  expect(found.elapsedDays).toBeGreaterThan(10);
  expect(days.text).toContain(`一共 ${found.elapsedDays} 天`);
  const [, sum] = /一共<\/th><td><b>(\d+)<\/b>/.exec(days.html) ?? [];
  expect(Number(sum)).toBe(found.elapsedDays);
  expect([...days.html.matchAll(/<th scope="row" class="day">/g)]).toHaveLength(found.elapsedDays);
  expect(days.text).toContain('非工作日');
  platform.clock.set(testStart);
}, 60_000);

it('a short gas line is filed with a promise; a long one hears why not', async () => {
  const { projectId } = await registerProject(firm);
  const path = `/my/projects/${projectId}/gas`;
  const page = await visitor.open(path);
  expect(page.text).toContain('150 米');
  const empty = await visitor.upload(page, '/gas', []);
  expect([empty.status, empty.html.includes('href="#f-lengthMetres"')]).toEqual([400, true]);
  const line = { route: '自东大街中压管至厂区北门', startOn: '2026-12-01' };
  const unsigned = await visitor.upload(empty, '/gas', [], { ...line, lengthMetres: '120' });
  expect(unsigned.html).toContain('href="#f-pledged"');
  const long = await visitor.upload(unsigned, '/gas', [], { lengthMetres: '151', pledged: '1' });
  expect(long.text).toContain('超过 150 米');
  const done = await visitor.upload(long, '/gas', [{ name: '管线图.pdf', content: pdf }], {
    lengthMetres: '150',
    pledged: '1',
  });
  expect(done.path, done.text).toBe(path);
  expect(done.text).toContain('已备案，可以按计划开工');
  expect(done.text).toContain('管线图.pdf');
  expect((await visitor.open(`/my/projects/${projectId}/commitments`)).text).toContain('燃气接入承诺备案');
});

it('a question goes to a department; the answer stands in the project and, published, is found by anybody', async () => {
  const { projectId } = await registerProject(firm);
  const path = `/my/projects/${projectId}/questions`;
  const page = await visitor.open(path);
  const missing = await visitor.submit(page, '/questions', { unitId: 'natural-resources' });
  expect(missing.html).toContain('href="#f-subject"');
  const nobody = await visitor.submit(page, '/questions', { subject: '问谁', text: '不知道问谁' });
  expect(nobody.text).toContain('请选择要咨询的部门');
  const asked = await visitor.submit(missing, '/questions', {
    subject: '围墙退让',
    text: '厂区围墙要退道路红线多少？',
  });
  expect(asked.text).toContain('已送到部门');
  const { questions } = await firm(myQuestions, { projectId });
  const nature = await platform.signIn('officer-natural-resources');
  const questionId = questions[0]?.id ?? '';
  await nature(answerQuestion, { questionId, text: '退让不少于三米。' });
  await nature(publishAnswer, {
    questionId,
    subject: '围墙退让道路红线',
    question: '厂区围墙要退道路红线多少？',
    answer: '退让不少于三米。',
  });
  expect((await visitor.open(path)).text).toContain('退让不少于三米');
  const stranger = createVisitor(platform);
  expect((await stranger.open('/projects/questions?text=围墙')).text).toContain('退让不少于三米');
  expect((await stranger.open('/projects/questions?text=飞机场')).text).toContain('没有找到');

  const again = await visitor.submit(await visitor.open(path), '/questions', {
    unitId: 'fire',
    subject: '消防车道',
    text: '要多宽？',
  });
  expect((await visitor.submit(again, '/withdrawal')).text).toContain('已撤回');
});

it('built: one survey, one joint visit, one list put right, one opinion to print', async () => {
  const { projectId } = await registerProject(firm, 'small-low-risk', {
    buildingUse: 'warehouse',
    projectBuildingArea: 900,
    aboveGroundArea: 900,
    landAcquisition: 'owned',
  });
  for (const stage of ['land', 'works', 'permit']) {
    const filed = await fileStage(platform, firm, projectId, stage);
    for (const { caseId } of filed.cases) await signOff(platform, caseId);
    await platform.drain();
  }
  const base = `/my/projects/${projectId}`;
  const early = await visitor.submit(await visitor.open(`${base}/acceptance`), '/acceptance', {
    scope: '1号仓库',
    readyOn: '2026-11-23',
  });
  expect([early.status, early.text.includes('多测合一')]).toEqual([409, true]);

  const commission = await visitor.submit(await visitor.open(`${base}/survey`), '/survey', {
    name: '宝鸡市测绘院',
    uscc: '91610329MA6X000167',
    qualificationNo: '乙测资字61500001',
    validUntil: '2028-12-31',
  });
  expect(commission.text).toContain('已委托，等待测量成果');
  for (const kind of ['planning', 'completion', 'property']) {
    const form = await visitor.open(`${base}/survey/${kind}`);
    const bare = await visitor.upload(form, `/survey/${kind}`, [], { surveyedOn: '2026-11-20', figures: '总建筑面积' });
    expect([bare.status, bare.html.includes('href="#f-figures"'), bare.html.includes('href="#f-file"')]).toEqual([
      400,
      true,
      true,
    ]);
    // What was uploaded before the fault need not be sent again.
    const half = await visitor.upload(bare, `/survey/${kind}`, [{ name: '报告.pdf', content: pdf }]);
    expect(half.text).toContain('已上传 1 个文件');
    const done = await visitor.upload(half, `/survey/${kind}`, [], { figures: '总建筑面积 900.12 平方米' });
    expect(done.path, done.text).toBe(`${base}/survey`);
  }
  const surveyed = await visitor.open(`${base}/survey`);
  expect(surveyed.text).toContain('成果已齐，等待审核');
  const nature = await platform.signIn('officer-natural-resources');
  const { survey } = await firm(readSurvey, { projectId });
  await nature(reviewSurvey, { surveyId: survey?.id ?? '', decision: 'approved', note: '数据一致' });

  const applied = await visitor.submit(await visitor.open(`${base}/acceptance`), '/acceptance', {
    scope: '1号仓库',
    readyOn: '2026-11-23',
  });
  expect(applied.text).toContain('已申请，等待确定验收日期');
  const { acceptances: listed } = await firm(acceptances.listAcceptances, { projectId });
  const acceptanceId = listed[0]?.id ?? '';
  const lead = await platform.signIn(`officer-${listed[0]?.leadId ?? ''}`);
  await lead(acceptances.scheduleVisit, { acceptanceId, on: '2026-11-23', time: '15:00', place: '北门' });
  expect((await visitor.open(`${base}/acceptance`)).text).toContain('15:00，各部门到现场（北门）');
  const units = (listed[0]?.departments ?? []).map(({ unitId }) => unitId);
  for (const unitId of units) {
    const findings = unitId === units[0] ? [{ place: '北侧', text: '围墙超出红线', photos: [] }] : [];
    const officer = await platform.signIn(`officer-${unitId}`);
    await officer(acceptances.recordInspection, {
      acceptanceId,
      unitId,
      result: findings.length > 0 ? 'fail' : 'pass',
      findings,
    });
  }
  await lead(acceptances.closeVisit, { acceptanceId });
  expect((await visitor.open(base)).text).toContain('联合验收：按清单整改 1 处');
  const form = await visitor.open(`${base}/acceptance/${acceptanceId}/rectification`);
  const silent = await visitor.upload(form, '/rectification', []);
  expect([silent.status, silent.text.includes('第 1 条还没有写明')]).toEqual([400, true]);
  const name = silent.forms
    .find(({ action }) => action.includes('/rectification'))
    ?.names.find((n) => n.startsWith('note-'));
  const reported = await visitor.upload(silent, '/rectification', [{ name: '照片.pdf', content: pdf }], {
    [name ?? '']: '已拆除重砌',
  });
  expect(reported.text).toContain('您说：已拆除重砌');
  const first = await platform.signIn(`officer-${units[0] ?? ''}`);
  await first(acceptances.recheckFindings, { acceptanceId, unitId: units[0] ?? '', unresolved: [], note: '已改好' });
  expect((await visitor.open(`${base}/acceptance/${acceptanceId}/opinion`)).path).toBe(`${base}/acceptance`);
  for (const unitId of new Set(units)) {
    const officer = await platform.signIn(`officer-${unitId}`);
    await officer(acceptances.signOpinion, { acceptanceId, unitId, opinion: 'agree' });
  }
  await lead(acceptances.concludeAcceptance, { acceptanceId, text: '同意通过联合验收' });
  const opinion = await visitor.open(`${base}/acceptance/${acceptanceId}/opinion`);
  for (const words of ['结论 通过', '同意通过联合验收', '县自然资源局', '总建筑面积 900.12 平方米'])
    expect(opinion.text).toContain(words);
  expect((await visitor.open(`${base}/acceptance`)).text).toContain('看联合验收意见书');
}, 90_000);

it('somebody else’s project is nobody’s', async () => {
  const { projectId } = await registerProject(firm);
  const other = await signedIn('applicant');
  for (const rest of ['', '/days', '/stages/land', '/survey', '/acceptance', '/gas', '/commitments', '/questions'])
    expect([rest, (await other.open(`/my/projects/${projectId}${rest}`)).status]).toEqual([rest, 404]);
  expect((await createVisitor(platform).open(`/my/projects/${projectId}`)).path).toMatch(/^\/sign-in/);
});
