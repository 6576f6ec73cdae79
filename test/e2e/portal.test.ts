import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openingAnswers } from '../support/opening.ts';
import { startTestPlatform, trialPassword, type TestPlatform } from '../support/platform.ts';
import { startBrowser } from './browser.ts';
import { openVisitor, takePicture, type Visitor } from './face.ts';
import {
  answerWithoutScript,
  askByKeyboard,
  askingFirm,
  askingForElders,
  askingOpen,
  askingOwn,
  seeWhatIsKnown,
  verifyWhatIsShown,
  type AskingStop,
} from './portal-asking.ts';
import { seedAsking, type Asking } from './seed-asking.ts';
import { seedBuilding, type Building } from './seed-building.ts';
import { seedCounty, type County } from './seed.ts';
import { fillIn, focused, tabTo } from './walk.ts';

let platform: TestPlatform;
let browser: Browser;
let origin: string;
let county: County;
let projects: Building;
let asking: Asking;
let stranger: Visitor;
let applicant: Visitor;
let elder: Visitor;
let builder: Visitor;

beforeAll(async () => {
  [platform, browser] = await Promise.all([startTestPlatform(), startBrowser()]);
  projects = await seedBuilding(platform);
  [origin, county] = [await platform.listen(), await seedCounty(platform)];
  asking = await seedAsking(platform);
  const [, session = ''] = (await platform.cookieOf('applicant')).split('=');
  stranger = await openVisitor(browser, origin);
  applicant = await openVisitor(browser, origin, { cookies: { ys_session: session } });
  const [, firm = ''] = (await platform.cookieOf('firm')).split('=');
  builder = await openVisitor(browser, origin, { cookies: { ys_session: firm } });
  elder = await openVisitor(browser, origin, { cookies: { ys_session: session, ys_elder: '1' } });
});
afterAll(async () => {
  await browser?.close();
  await platform?.stop();
});

interface Stop {
  name: string;
  path: string | ((county: County) => string);
  status?: number;
}

const withSeed = ({ path, ...stop }: AskingStop): Stop => ({
  ...stop,
  path: typeof path === 'string' ? path : () => path(asking),
});

const open: Stop[] = [
  ...askingOpen.map(withSeed),
  { name: 'home', path: '/' },
  { name: 'home-firm', path: '/?for=firm' },
  { name: 'search', path: '/search?q=我想开个小饭馆要办什么证' },
  { name: 'search-nothing', path: '/search?q=xyzzyq' },
  { name: 'services', path: '/services' },
  { name: 'guide-item', path: '/guides/food-business-licence' },
  { name: 'guide-bundle', path: '/guides/enterprise-opening' },
  { name: 'guide-ratings', path: '/guides/food-business-licence/ratings' },
  { name: 'rate', path: ({ openRating }) => `/rate/${openRating}` },
  { name: 'rate-given', path: ({ givenRating }) => `/rate/${givenRating}` },
  { name: 'rate-no-such', path: '/rate/NOSUCHCODE', status: 404 },
  { name: 'sign-in', path: '/sign-in' },
  { name: 'register', path: '/register' },
  { name: 'track', path: '/track' },
  { name: 'track-found', path: ({ mixedNo }) => `/track?no=${mixedNo}&phoneTail=8000` },
  { name: 'track-wrong', path: '/track?no=61032920261100001&phoneTail=12', status: 400 },
  { name: 'land', path: '/land' },
  { name: 'land-plot', path: ({ offeredPlot }) => `/land/plots/${offeredPlot}` },
  { name: 'land-assessments', path: '/land/assessments' },
  { name: 'land-check', path: ({ offeredPlot }) => `/land/check?plot=${offeredPlot}` },
  { name: 'land-check-wrong', path: '/land/check?point=x', status: 400 },
  { name: 'land-performance', path: '/land/performance' },
  { name: 'plan', path: '/plan' },
  { name: 'plan-year', path: '/plan?year=2022' },
  { name: 'plan-no-year', path: '/plan?year=2010' },
  { name: 'projects', path: '/projects' },
  { name: 'projects-questions', path: '/projects/questions?text=临时' },
  { name: 'guide-stage', path: '/guides/construction-stage-land' },
  { name: 'calendar', path: '/calendar' },
  { name: 'calendar-answer', path: '/calendar?start=2022-09-29&amount=20&unit=wd' },
  { name: 'calendar-wrong', path: '/calendar?start=2022-02-30&amount=20&unit=wd', status: 400 },
  { name: 'api', path: '/api' },
  { name: 'api-errors', path: '/api/errors' },
  { name: 'accessibility', path: '/accessibility' },
  { name: 'privacy', path: '/privacy' },
  { name: 'no-such-page', path: '/nosuch', status: 404 },
  { name: 'no-such-guide', path: '/guides/nosuch', status: 404 },
];

const own: Stop[] = [
  ...askingOwn.map(withSeed),
  { name: 'start', path: '/apply/bundle/enterprise-opening' },
  { name: 'form', path: ({ draft }) => `/applications/${draft}/form` },
  { name: 'form-later-page', path: ({ draft }) => `/applications/${draft}/form?step=5` },
  { name: 'commitments', path: ({ commitmentDraft }) => `/applications/${commitmentDraft}/commitments` },
  { name: 'materials', path: ({ draft }) => `/applications/${draft}/materials` },
  { name: 'check', path: ({ draft }) => `/applications/${draft}/check` },
  { name: 'discard', path: ({ draft }) => `/applications/${draft}/discard` },
  { name: 'done', path: ({ filed }) => `/applications/${filed}/done` },
  { name: 'mine', path: '/my' },
  { name: 'notices', path: '/my/notices' },
  { name: 'progress', path: ({ mixed }) => `/my/${mixed}` },
  { name: 'correct', path: ({ mixed, correctingCase }) => `/my/${mixed}/cases/${correctingCase}/correct` },
  { name: 'withdraw', path: ({ filed, filedCase }) => `/my/${filed}/cases/${filedCase}/withdraw` },
  { name: 'me', path: '/me' },
  { name: 'land-own', path: '/my/land' },
  { name: 'land-figures', path: '/my/land/figures' },
];

const factory = (rest: string) => (): string => `/my/projects/${projects.factory}${rest}`;
const warehouse = (rest: string) => (): string => `/my/projects/${projects.warehouse}${rest}`;

/** Of a firm that builds: one project half-way, one built. */
const building: Stop[] = [
  ...askingFirm.map(withSeed),
  { name: 'my-projects', path: '/my/projects' },
  { name: 'project-new', path: '/my/projects/new' },
  { name: 'project-form', path: '/my/projects/new/standard-factory' },
  { name: 'project-registered', path: () => `/my/projects/${projects.fresh}/registered` },
  { name: 'project-answers', path: () => `/my/projects/${projects.fresh}/answers` },
  { name: 'project-end', path: () => `/my/projects/${projects.fresh}/end` },
  { name: 'project', path: factory('') },
  { name: 'project-fresh', path: () => `/my/projects/${projects.fresh}` },
  { name: 'project-days', path: factory('/days') },
  { name: 'project-stage', path: factory('/stages/permit') },
  { name: 'project-stage-running', path: factory('/stages/works') },
  { name: 'project-track', path: factory('/tracks/water-connection') },
  { name: 'project-questions', path: factory('/questions') },
  { name: 'project-gas', path: factory('/gas') },
  { name: 'project-gas-new', path: warehouse('/gas') },
  { name: 'project-commitments', path: factory('/commitments') },
  { name: 'project-survey', path: warehouse('/survey') },
  { name: 'project-survey-new', path: () => `/my/projects/${projects.fresh}/survey` },
  { name: 'project-survey-result', path: factory('/survey/planning') },
  { name: 'project-acceptance', path: warehouse('/acceptance') },
  { name: 'project-acceptance-new', path: factory('/acceptance') },
  {
    name: 'project-rectification',
    path: () => `/my/projects/${projects.warehouse}/acceptance/${projects.rectifying}/rectification`,
  },
  { name: 'project-opinion', path: () => `/my/projects/${projects.passed}/acceptance/${projects.opinion}/opinion` },
];

const forElders: Stop[] = [
  ...open.filter(({ name }) => ['home', 'search', 'services', 'guide-bundle', 'calendar-answer'].includes(name)),
  ...own.filter(({ name }) => ['form', 'materials', 'check', 'mine', 'progress'].includes(name)),
  ...[...open, ...own].filter(({ name }) => askingForElders.includes(name)),
];

/** As small as a file may be that is still a PDF by its content. */
const pdf = Buffer.from(
  '%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n',
);

/** Pages that only send one on to another. */
const passing = ['/elder', '/applications/:applicationId'];

async function look(visitor: Visitor, folder: string, { name, path, status = 200 }: Stop): Promise<void> {
  expect(await visitor.goTo(typeof path === 'string' ? path : path(county))).toBe(status);
  if (folder === 'portal' && name === 'home') await takePicture(visitor, 'home');
  expect(await visitor.faults(`${folder}/${name}`, { status })).toEqual([]);
}

describe('每一页在手机上和电脑上都人人能用，没有越出安全策略', () => {
  test.each(open)('$name', (stop) => look(stranger, 'portal', stop));
  test.each(own)('$name', (stop) => look(applicant, 'portal', stop));
  test.each(building)('$name', (stop) => look(builder, 'portal', stop));
  test.each(forElders)('长辈版 $name', (stop) => look(elder, 'portal-elder', stop));

  test('没有漏掉哪一页', async () => {
    const folder = resolve(import.meta.dirname, '../../src/portal/pages');
    const sources = await Promise.all((await readdir(folder)).map((file) => readFile(join(folder, file), 'utf8')));
    const bound = sources.flatMap((source) =>
      [...source.matchAll(/site\.(?:own)?[pP]age\(\s*'([^']+)'/g)].map(([, path = '']) => path),
    );
    expect(bound.length).toBeGreaterThan(20);
    const seen = [...open, ...own, ...building].map(({ path }) =>
      (typeof path === 'string' ? path : path(county)).replace(/[?#].*/, ''),
    );
    const unseen = bound.filter(
      (path) => !seen.some((one) => new RegExp(`^${path.replace(/:\w+/g, '[^/]+')}$`).test(one)),
    );
    expect(unseen).toEqual(
      passing.filter((path) => bound.includes(path)).sort((a, b) => bound.indexOf(a) - bound.indexOf(b)),
    );
  });
});

describe('提问、求助、投诉和证照', () => {
  test('只用键盘提一件事，凭查询码看进度', () => askByKeyboard(stranger));
  test('已经有的答案、要拨的号码先给人看', () => seeWhatIsKnown(stranger));
  test('核验证照，真的和改过的', () => verifyWhatIsShown(stranger, asking));
  test('关掉脚本，答复热线、管住自己的证照', async () => {
    const withoutScript = async (who: string) => {
      const [, session = ''] = (await platform.cookieOf(who)).split('=');
      const cookies = { ys_session: session };
      return openVisitor(browser, origin, { cookies, javaScript: false, viewport: 'phone' });
    };
    const [visitor, holder] = [await withoutScript('applicant'), await withoutScript('firm')];
    await answerWithoutScript(visitor, holder, asking);
    await Promise.all([visitor.close(), holder.close()]);
  });
});

describe('关掉脚本，在手机上', () => {
  test('从首页搜索一直办到提交、看进度', async () => {
    const visitor = await openVisitor(browser, origin, { javaScript: false, viewport: 'phone' });
    const { page } = visitor;
    const faults: string[] = [];
    const arrive = async (heading: RegExp): Promise<void> => {
      expect(await page.locator('h1').innerText()).toMatch(heading);
      faults.push(...(await visitor.complaints()));
    };
    const press = (name: string) => page.getByRole('button', { name, exact: true }).first().click();

    await visitor.goTo('/');
    await page.getByRole('searchbox').first().fill('我要开公司');
    await press('搜索');
    await arrive(/我要开公司|搜索/);
    await page.getByRole('link', { name: '企业开办一件事' }).first().click();
    await arrive(/企业开办一件事/);
    await page.getByRole('link', { name: '我要办理' }).first().click();
    await arrive(/登录/);
    await page.getByLabel('用户名').fill('applicant');
    await page.getByLabel('密码').fill(trialPassword);
    await press('登录');
    await arrive(/办理：企业开办一件事/);
    await press('开始填表');

    const asked: string[] = [];
    while (page.url().includes('/form')) {
      expect(asked.length).toBeLessThan(30);
      asked.push(await page.locator('h1').innerText());
      await fillIn(page, openingAnswers);
      const before = page.url();
      await press('保存并继续');
      if (page.url() === before) throw new Error(`${before}: ${await page.locator('[role=alert]').innerText()}`);
      faults.push(...(await visitor.complaints()));
    }
    expect(asked.length).toBeGreaterThan(3);
    await arrive(/交材料/);

    // A page that was left empty is answered with what to put right, tied to its place.
    await page.getByRole('button', { name: /^上传/ }).first().click();
    const [fault = ''] = await page.locator('[role=alert] a').allInnerTexts();
    expect(fault).toContain('请先选择文件');
    faults.push(...(await visitor.complaints({ status: 400 })));

    const uploads = page.locator('form[enctype="multipart/form-data"]');
    for (let position = 0; position < (await uploads.count()); position++) {
      await uploads
        .nth(position)
        .locator('input[type=file]')
        .setInputFiles({ name: `材料${position + 1}.pdf`, mimeType: 'application/pdf', buffer: pdf });
      await uploads.nth(position).getByRole('button', { name: /^上传/ }).click();
      faults.push(...(await visitor.complaints()));
    }
    await page.getByRole('link', { name: '去核对' }).click();
    await arrive(/核对后提交/);
    expect(await page.locator('main').innerText()).toContain('麟游县张家面馆');
    await press('提交');
    await arrive(/已提交/);
    const no = await page.locator('.no').innerText();
    expect(no).not.toBe('');
    await page.getByRole('link', { name: '看进度' }).click();
    await arrive(/企业开办一件事/);
    expect(await page.locator('main').innerText()).toContain(no);
    expect(faults).toEqual([]);
    await visitor.close();
  });
});

describe('只用键盘', () => {
  test('跳到正文、一路 Tab 到搜索框，焦点处处看得见，回车就搜', async () => {
    const visitor = await openVisitor(browser, origin);
    const { page } = visitor;
    await visitor.goTo('/');
    const [skip] = await tabTo(page, '跳到正文', 1);
    expect(skip?.isSeen).toBe(true);
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('main');
    expect((await tabTo(page, '您要办什么事？', 1)).map((one) => one.tag)).toEqual(['input']);

    await visitor.goTo('/');
    const passed = await tabTo(page, '您要办什么事？');
    expect(passed.filter((one) => !one.isSeen)).toEqual([]);
    expect(passed.map((one) => one.name)).toContain('长辈版');
    await page.keyboard.type('开饭馆');
    await page.keyboard.press('Enter');
    await page.waitForURL(/search/);
    const [result = ''] = await page.locator('main h2 a, main h3 a').allInnerTexts();
    expect((await tabTo(page, result)).filter((one) => !one.isSeen)).toEqual([]);
    await page.keyboard.press('Enter');
    await page.waitForURL(/guides/);
    await visitor.close();
  });

  test('单选和勾选用方向键和空格，提交用回车，出错后焦点在说明上', async () => {
    const visitor = await openVisitor(browser, origin);
    const { page } = visitor;
    await visitor.goTo('/sign-in');
    await tabTo(page, '用户名');
    await page.keyboard.type('applicant');
    await tabTo(page, '密码', 1);
    await page.keyboard.type('不是这个密码');
    await page.keyboard.press('Enter');
    await page.waitForSelector('[role=alert]');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('alert');
    expect(await page.title()).toMatch(/^有错误：/);
    await tabTo(page, '密码');
    await page.keyboard.type(trialPassword);
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/my/);

    await visitor.goTo(`/applications/${county.draft}/form`);
    const radio = page.locator('main input[type=radio]').first();
    await radio.focus();
    await page.keyboard.press('Space');
    expect(await radio.isChecked()).toBe(true);
    await page.keyboard.press('ArrowDown');
    expect(await radio.isChecked()).toBe(false);
    expect((await focused(page)).isSeen).toBe(true);
    await visitor.close();
  });
});

describe('看的人自己要看得准', () => {
  test('坏的页面每一样毛病都看得出来', async () => {
    const visitor = await openVisitor(browser, origin);
    await visitor.goTo('/privacy');
    await visitor.page.evaluate(() => {
      document.documentElement.lang = 'xx';
      document.title = '';
      document.body.insertAdjacentHTML(
        'beforeend',
        '<h1>又一个</h1><p id="wide">宽</p><input><p id="pale">淡</p><img id="striped" src="/favicon.ico" alt=""><script>1</script>',
      );
      const style = (id: string, facts: Partial<CSSStyleDeclaration>) =>
        Object.assign(document.getElementById(id)?.style ?? {}, facts);
      style('wide', { width: '2000px' });
      style('pale', { color: '#ccc', background: '#fff' });
      document.body.insertAdjacentHTML('beforeend', '<p id="unsure">看不清</p><div style="color:red">行内样式</div>');
      style('unsure', { background: 'linear-gradient(#fff, #000)' });
      console.error('哎呀');
    });
    const faults = (await visitor.faults('self-test/bad-page')).join('\n');
    await visitor.close();
    for (const part of [
      'lang is “xx”',
      'no title',
      '2 h1',
      'phone: scrolls sideways',
      'phone: label',
      'desktop: color-contrast: #pale',
      'color-contrast: #unsure',
      'policy: style-src',
      'console: 哎呀',
    ]) {
      expect(faults).toContain(part);
    }
  });
});
