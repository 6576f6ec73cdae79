import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestPlatform, type TestPlatform } from '../support/platform.ts';
import { startBrowser } from './browser.ts';
import { openVisitor, type Visitor } from './face.ts';
import { seedCounty, type County } from './seed.ts';

let platform: TestPlatform;
let browser: Browser;
let origin: string;
let county: County;
let stranger: Visitor;
let applicant: Visitor;
let elder: Visitor;

beforeAll(async () => {
  [platform, browser] = await Promise.all([startTestPlatform(), startBrowser()]);
  [origin, county] = [await platform.listen(), await seedCounty(platform)];
  const [, session = ''] = (await platform.cookieOf('applicant')).split('=');
  stranger = await openVisitor(browser, origin);
  applicant = await openVisitor(browser, origin, { cookies: { ys_session: session } });
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

const open: Stop[] = [
  { name: 'home', path: '/' },
  { name: 'home-firm', path: '/?for=firm' },
  { name: 'search', path: '/search?q=我想开个小饭馆要办什么证' },
  { name: 'search-nothing', path: '/search?q=xyzzyq' },
  { name: 'services', path: '/services' },
  { name: 'guide-item', path: '/guides/food-business-licence' },
  { name: 'guide-bundle', path: '/guides/enterprise-opening' },
  { name: 'sign-in', path: '/sign-in' },
  { name: 'register', path: '/register' },
  { name: 'track', path: '/track' },
  { name: 'track-found', path: ({ mixedNo }) => `/track?no=${mixedNo}&phoneTail=8000` },
  { name: 'track-wrong', path: '/track?no=61032920261100001&phoneTail=12', status: 400 },
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
];

const forElders: Stop[] = [
  ...open.filter(({ name }) => ['home', 'search', 'services', 'guide-bundle', 'calendar-answer'].includes(name)),
  ...own.filter(({ name }) => ['form', 'materials', 'check', 'mine', 'progress'].includes(name)),
];

/** Pages that only send one on to another. */
const passing = ['/elder', '/applications/:applicationId'];

async function look(visitor: Visitor, folder: string, { name, path, status = 200 }: Stop): Promise<void> {
  expect(await visitor.goTo(typeof path === 'string' ? path : path(county))).toBe(status);
  expect(await visitor.faults(`${folder}/${name}`, { status })).toEqual([]);
}

describe('每一页在手机上和电脑上都人人能用，没有越出安全策略', () => {
  test.each(open)('$name', (stop) => look(stranger, 'portal', stop));
  test.each(own)('$name', (stop) => look(applicant, 'portal', stop));
  test.each(forElders)('长辈版 $name', (stop) => look(elder, 'portal-elder', stop));

  test('没有漏掉哪一页', async () => {
    const folder = resolve(import.meta.dirname, '../../src/portal/pages');
    const sources = await Promise.all((await readdir(folder)).map((file) => readFile(join(folder, file), 'utf8')));
    const bound = sources.flatMap((source) => [...source.matchAll(/site\.(?:own)?[pP]age\(\s*'([^']+)'/g)].map(([, path = '']) => path));
    expect(bound.length).toBeGreaterThan(20);
    const seen = [...open, ...own].map(({ path }) => (typeof path === 'string' ? path : path(county)).replace(/[?#].*/, ''));
    const unseen = bound.filter((path) => !seen.some((one) => new RegExp(`^${path.replace(/:\w+/g, '[^/]+')}$`).test(one)));
    expect(unseen).toEqual(passing.filter((path) => bound.includes(path)).sort((a, b) => bound.indexOf(a) - bound.indexOf(b)));
  });
});

describe('看的人自己要看得准', () => {
  test('坏的页面每一样毛病都看得出来', async () => {
    const visitor = await openVisitor(browser, origin);
    await visitor.goTo('/privacy');
    await visitor.page.evaluate(() => {
      document.documentElement.lang = 'xx';
      document.title = '';
      document.body.insertAdjacentHTML('beforeend', '<h1>又一个</h1><p id="wide">宽</p><input><p id="pale">淡</p><img id="striped" src="/favicon.ico" alt=""><script>1</script>');
      const style = (id: string, facts: Partial<CSSStyleDeclaration>) => Object.assign(document.getElementById(id)?.style ?? {}, facts);
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
