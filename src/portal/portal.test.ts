import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestPlatform, trialPassword, type TestPlatform } from '../../test/support/platform.ts';
import { listCatalogue } from '../modules/catalogue/contract.ts';
import { script, stylesheet } from './assets.ts';
import { createVisitor, type Page } from './test-visitor.ts';

let platform: TestPlatform;
beforeAll(async () => {
  platform = await startTestPlatform();
});
afterAll(() => platform.stop());

const publicPages = [
  '/',
  '/?for=firm',
  '/search?q=yyzz',
  '/search?q=',
  '/services',
  '/services?theme=%E5%B0%B1%E4%B8%9A&page=2',
  '/guides/enterprise-opening',
  '/guides/food-business-licence',
  '/track',
  '/calendar?start=2022-09-29&amount=20&unit=wd',
  '/sign-in',
  '/register',
  '/api',
  '/api/errors',
  '/accessibility',
  '/privacy',
];

describe('every public page', () => {
  it.each(publicPages)('%s stands on its own', async (path) => {
    const page = await createVisitor(platform).open(path);
    expect(page.status).toBe(200);
    expectSoundPage(page);
  });

  it('says what to do when there is nothing at an address, as a page; the API keeps its problems', async () => {
    const page = await createVisitor(platform).open('/no-such-page');
    expect(page.status).toBe(404);
    expectSoundPage(page);
    expect(page.text).toContain('没有找到这一页');
    const guide = await createVisitor(platform).open('/guides/no-such-guide');
    expect([guide.status, guide.text.includes('没有找到这个办理事项')]).toEqual([404, true]);
    const api = await platform.http.inject('/api/no-such-thing');
    expect([api.statusCode, api.headers['content-type']]).toEqual([404, 'application/problem+json; charset=utf-8']);
  });

  it('takes nonsense in the address for nothing', async () => {
    for (const path of [
      '/services?page=-1',
      '/services?page=9999',
      '/services?audience=x&kind=y',
      '/search?q=a&q=b',
      '/search?page=0&q=%00',
      '/guides/..%2F..',
      '/track?no=x&phoneTail=abcd',
      '/calendar?start=x&amount=y',
      '/applications/x/form',
      '/my/x',
    ]) {
      expect((await createVisitor(platform).open(path)).status, path).toBeLessThan(500);
    }
  });
});

describe('the home page', () => {
  it.each(['br', 'gzip'])('weighs at most 10 KB with its style sheet and script, sent as %s', async (encoding) => {
    const sizes = await Promise.all(
      ['/', stylesheet.path, script.path].map(async (url) => {
        const answer = await platform.http.inject({ url, headers: { 'accept-encoding': encoding } });
        expect(answer.statusCode).toBe(200);
        return answer.rawPayload.length;
      }),
    );
    expect(sizes.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(10 * 1024);
    expect(gzipSync(script.content).length).toBeLessThan(1024);
    expect(brotliCompressSync(stylesheet.content).length).toBeLessThan(5 * 1024);
  });

  it('names nothing else to be loaded', async () => {
    const { html } = await createVisitor(platform).open('/');
    const loaded = [...html.matchAll(/<(?:script|link|img|iframe|video|source)\b[^>]*?(?:src|href)="([^"]*)"/g)].map(
      (match) => match[1],
    );
    expect(new Set(loaded)).toEqual(new Set([stylesheet.path, '/favicon.ico', script.path]));
  });

  it('keeps the hashed files for a year', async () => {
    const answer = await platform.http.inject(stylesheet.path);
    expect(answer.headers['cache-control']).toContain('immutable');
  });
});

describe('life events', () => {
  const events = async (path: string) =>
    [...(await createVisitor(platform).open(path)).html.matchAll(/<b>(我[^<]*|家里[^<]*|亲人[^<]*)<\/b>/g)].map(
      (match) => match[1],
    );

  it('begin with what most people need, and end with a death', async () => {
    const shown = await events('/');
    expect(shown.slice(0, 3)).toEqual(['我要开公司', '我要开饭馆', '我要开小店']);
    expect(shown.at(-1)).toBe('亲人去世后要办的事');
    const { services } = await platform.call(listCatalogue, { kind: 'bundle', size: 50 });
    expect(services[0]?.id).toBe('enterprise-opening');
  });

  it("show a firm's own first", async () => {
    expect((await events('/?for=firm')).slice(0, 3)).toEqual(['我要开公司', '我要招员工', '我要注销企业']);
  });
});

describe('search', () => {
  it.each([
    ['我想开个小饭馆要办什么证', 'restaurant-opening'],
    ['gongjijin tiqu', 'provident-fund-withdrawal'],
  ])('%s leads to %s first', async (q, id) => {
    const page = await createVisitor(platform).open(`/search?q=${encodeURIComponent(q)}`);
    expect(/href="\/guides\/([^"]+)"/.exec(page.html)?.[1]).toBe(id);
    expect(page.text).toMatch(/承诺/);
  });

  it('offers help when nothing is found, and shows what was asked as text', async () => {
    const page = await createVisitor(platform).open(
      `/search?q=${encodeURIComponent('<img src=x onerror=alert(1)>𠮷qqqq')}`,
    );
    expect(page.text).toContain('没有找到');
    expect(page.text).toContain('12345');
    expect(page.html).not.toContain('<img src=x');
  });
});

describe('guides', () => {
  it('show limits, waived materials with the reason, and the flow as picture, words and BPMN', async () => {
    const page = await createVisitor(platform).open('/guides/food-business-licence');
    expect(page.text).toContain('承诺 5 个工作日（法定 10 个工作日）');
    expect(page.text).toMatch(/营业执照 免提交 .*电子营业执照/);
    expect(page.html).toContain('alt="“食品经营许可”的流程图');
    const svg = await platform.http.inject('/guides/food-business-licence/flow.svg');
    expect([svg.statusCode, svg.headers['content-type'], svg.body.startsWith('<svg')]).toEqual([
      200,
      'image/svg+xml; charset=utf-8',
      true,
    ]);
    expect(svg.headers['content-security-policy']).toContain("default-src 'none'");
    const again = await platform.http.inject({
      url: '/guides/food-business-licence/flow.svg',
      headers: { 'if-none-match': String(svg.headers.etag) },
    });
    expect([again.statusCode, again.body]).toEqual([304, '']);
    const bpmn = await platform.http.inject('/guides/enterprise-opening/flow.bpmn');
    expect(bpmn.headers['content-disposition']).toBe('attachment; filename="enterprise-opening.bpmn"');
    expect(bpmn.body).toContain('bpmn');
  });
});

describe('the calendar page', () => {
  it('explains the vector of the National Day week day by day', async () => {
    const page = await createVisitor(platform).open('/calendar?start=2022-09-29&amount=20&unit=wd');
    expect(page.text).toMatch(/到 2022年11月1日 ?为止/);
    expect(page.text).toMatch(/2022-10-08 .{0,6}计入/);
  });

  it('says what is wrong with a date beside the field', async () => {
    const page = await createVisitor(platform).open('/calendar?start=2022-02-30&amount=20&unit=wd');
    expect(page.status).toBe(400);
    expect(page.html).toMatch(/role="alert".*href="#f-start"/s);
  });
});

describe('signing in', () => {
  it('lists the ready-made accounts and signs one in with its button; staff go to the workbench', async () => {
    const visitor = createVisitor(platform);
    const page = await visitor.open('/sign-in');
    expect(page.text).toContain('张秀兰');
    const form = page.forms.find((one) =>
      one.values.some(([name, value]) => name === 'loginName' && value === 'applicant'),
    );
    const answer = await visitor.post('/sign-in', new URLSearchParams(form?.values).toString());
    expect([answer.path, answer.text.includes('我的办件')]).toEqual(['/my', true]);
    expect((await visitor.open('/')).html).toContain('张秀兰');
    const staff = createVisitor(platform);
    const there = await staff.submit(await staff.open('/sign-in'), '/sign-in', {
      loginName: 'clerk',
      password: trialPassword,
    });
    expect(there.path).toBe('/workbench/');
  });

  it('comes back to the page that asked for it, and to no other site', async () => {
    const visitor = createVisitor(platform);
    const asked = await visitor.open('/apply/bundle/restaurant-opening');
    expect(asked.path).toBe('/sign-in?then=%2Fapply%2Fbundle%2Frestaurant-opening');
    const back = await visitor.submit(asked, '/sign-in', { loginName: 'applicant', password: trialPassword });
    expect(back.path).toBe('/apply/bundle/restaurant-opening');
    for (const then of ['https://evil.example/', '//evil.example/', '/\\evil.example', 'javascript:alert(1)', '/a b']) {
      const page = await createVisitor(platform).open(`/sign-in?${new URLSearchParams({ then }).toString()}`);
      expect(page.forms[0]?.values).toContainEqual(['then', '']);
    }
  });

  it('answers a wrong password at the top of the form and keeps the name', async () => {
    const visitor = createVisitor(platform);
    const page = await visitor.submit(await visitor.open('/sign-in'), '/sign-in', {
      loginName: 'nobody-here',
      password: 'wrong-password',
    });
    expect([page.status, page.text.includes('用户名或密码不对')]).toEqual([401, true]);
    expect(page.html).toMatch(/name="loginName"[^>]*value="nobody-here"/);
    expect(page.html).not.toContain('wrong-password');
  });

  it('signs out here and everywhere', async () => {
    const [phone, computer] = [createVisitor(platform), createVisitor(platform)];
    for (const one of [phone, computer])
      await one.submit(await one.open('/sign-in'), '/sign-in', { loginName: 'firm', password: trialPassword });
    expect((await computer.open('/me')).text).toContain('麟游县御泉餐饮有限公司');
    await phone.submit(await phone.open('/me'), '/me/sign-out-everywhere');
    expect((await computer.open('/me')).path).toMatch(/^\/sign-in/);
  });
});

describe('forms', () => {
  it('refuse a token that is missing, foreign or of another session', async () => {
    const [one, other] = [createVisitor(platform), createVisitor(platform)];
    const body = (csrf: string) =>
      new URLSearchParams({ loginName: 'applicant', password: trialPassword, csrf }).toString();
    const theirs = tokenOn(await other.open('/sign-in'));
    for (const csrf of ['', 'x', theirs]) {
      const refused = await one.post('/sign-in', body(csrf));
      expect([refused.status, refused.text.includes('这一页已经过期')]).toEqual([403, true]);
    }
    expect((await one.open('/me')).path).toMatch(/^\/sign-in/);
    const own = tokenOn(await one.open('/sign-in'));
    const foreign = await one.post('/sign-in', body(own), { origin: 'https://evil.example' });
    expect(foreign.status).toBe(403);
    expect((await one.post('/sign-in', body(own))).path).toBe('/my');
    // The visitor's token dies with signing in.
    expect((await one.post('/me', new URLSearchParams({ phone: '13891712301', csrf: own }).toString())).status).toBe(
      403,
    );
  });

  it('take no file without the token', async () => {
    const visitor = createVisitor(platform);
    await visitor.submit(await visitor.open('/sign-in'), '/sign-in', {
      loginName: 'applicant',
      password: trialPassword,
    });
    const body = '--b\r\ncontent-disposition: form-data; name="file"; filename="a.txt"\r\n\r\nhello\r\n--b--\r\n';
    const answer = await visitor.post('/applications/0190a0a0-0000-7000-8000-000000000000/materials/a.b', body, {
      'content-type': 'multipart/form-data; boundary=b',
    });
    expect(answer.status).toBe(403);
  });

  it('send a visitor whose session ended to sign in, saying why', async () => {
    const visitor = createVisitor(platform);
    const page = await visitor.post('/applications/0190a0a0-0000-7000-8000-000000000000/form?step=1', 'csrf=x', {
      referer: 'http://localhost:80/applications/a/form?step=1',
    });
    expect(page.path).toMatch(/why=expired/);
    expect(page.text).toContain('登录已经到时间了');
  });

  it('keep what was typed in a profile and show it as text', async () => {
    const visitor = createVisitor(platform);
    await visitor.submit(await visitor.open('/sign-in'), '/sign-in', {
      loginName: 'applicant',
      password: trialPassword,
    });
    const evil = '</textarea><script>alert(1)</script>';
    const saved = await visitor.submit(await visitor.open('/me'), '/me', { address: evil });
    expect(saved.path).toBe('/me?saved=profile');
    expect(saved.html).not.toContain('<script>alert');
    const wrong = await visitor.submit(saved, '/me', { phone: '123' });
    expect(wrong.status).toBe(400);
    expect(wrong.html).toMatch(/<input [^>]*name="phone"[^>]*value="123"/);
  });
});

describe('elder mode', () => {
  it('is a cookie that every page obeys and that leads back to where one was', async () => {
    const visitor = createVisitor(platform);
    const page = await visitor.open('/elder?on=1&back=/services');
    expect(page.path).toBe('/services');
    expect(page.html).toContain('<html lang="zh-CN" class="elder">');
    expect((await visitor.open('/')).html).not.toContain('id="themes"');
    expect((await visitor.open('/elder?on=0&back=//evil.example')).html).not.toContain('class="elder"');
  });
});

function tokenOn(page: Page): string {
  return page.forms[0]?.values.find(([name]) => name === 'csrf')?.[1] ?? '';
}

/** What holds for every page: one heading, landmarks, labelled controls, nothing inline that the policy would refuse. */
function expectSoundPage({ html, headers }: Page): void {
  expect(html.startsWith('<!doctype html><html lang="zh-CN"')).toBe(true);
  expect(html.match(/<h1\b/g)).toHaveLength(1);
  for (const landmark of ['<header', '<main id="main"', '<footer', 'class="skip"', '演示环境'])
    expect(html).toContain(landmark);
  expect(html).not.toMatch(/\sstyle="|<style|\son[a-z]+="|<script(?![^>]*\ssrc=)/);
  expect(String(headers['content-security-policy'])).toContain("script-src 'self'");
  const ids = [...html.matchAll(/\sid="([^"]*)"/g)].map((match) => match[1]);
  expect(ids.filter((id, position) => ids.indexOf(id) !== position)).toEqual([]);
  const labelled = new Set([...html.matchAll(/<label for="([^"]*)"/g)].map((match) => match[1]));
  for (const [control] of html.matchAll(/<(?:input|select|textarea)\b[^>]*>/g)) {
    if (/type="(hidden|radio|checkbox)"/.test(control) || / aria-label="/.test(control)) continue;
    expect(labelled.has(/ id="([^"]*)"/.exec(control)?.[1]), control).toBe(true);
  }
  for (const [, reference] of html.matchAll(/aria-(?:describedby|labelledby)="([^"]*)"/g)) {
    for (const id of (reference ?? '').split(' ')) expect(ids, `${reference}`).toContain(id);
  }
}
