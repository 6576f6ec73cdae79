import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Browser } from 'playwright-core';
import writeXlsxFile from 'write-excel-file/node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { png } from '../../src/simulation/papers.ts';
import { startTestPlatform, testStart, trialPassword, type TestPlatform } from '../support/platform.ts';
import { startBrowser } from './browser.ts';
import { openVisitor, takePicture, viewports, type Visitor } from './face.ts';
import { seedProjects } from './seed-projects.ts';
import { enterAndHoldLicence, grantTypingTheRest, seeFaultOfType } from './licences.ts';
import { answerTheCall, seedHotline } from './hotline.ts';
import { readAndEnterPlan } from './plan-review.ts';
import { seedLicences } from './seed-licences.ts';
import { seedPlan, type PlanSeed } from './seed-plan.ts';
import { seedCounty } from './seed.ts';
import { fillIn, focused, tabTo } from './walk.ts';
import { places, type Seed, type Staff } from './workbench-places.ts';

const project = resolve(import.meta.dirname, '../..');

let platform: TestPlatform;
let browser: Browser;
let origin: string;
let county: Seed;
const visitors = new Map<Staff, Visitor>();

beforeAll(async () => {
  await buildAnew();
  [platform, browser] = await Promise.all([startTestPlatform(), startBrowser()]);
  const works = await seedProjects(platform);
  county = {
    ...works,
    ...(await seedCounty(platform)),
    ...(await seedPlan(platform)),
    ...(await seedHotline(platform)),
    papers: await seedLicences(platform),
  };
  origin = await platform.listen();
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await platform?.stop();
});

async function as(who: Staff): Promise<Visitor> {
  const known = visitors.get(who);
  if (known !== undefined) return known;
  const [, session = ''] = who === 'stranger' ? [] : (await platform.cookieOf(who)).split('=');
  const visitor = await openVisitor(browser, origin, who === 'stranger' ? {} : { cookies: { ys_session: session } });
  visitors.set(who, visitor);
  return visitor;
}

/** Goes there and waits until the page has read what it shows. */
async function arrive(visitor: Visitor, path: string): Promise<void> {
  expect(await visitor.goTo(`/workbench${path}`)).toBe(200);
  await settle(visitor);
}

async function settle({ page }: Visitor): Promise<void> {
  await page.waitForSelector('main h1');
  await page.waitForFunction(() => document.querySelector('[aria-busy=true], .loading') === null);
}

describe('工作台每一页在手机上和电脑上都人人能用，没有越出安全策略', () => {
  test.each(places)('$name', async ({ name, who, path }) => {
    const visitor = await as(who);
    await arrive(visitor, typeof path === 'string' ? path : path(county));
    expect(new URL(visitor.page.url()).pathname).toBe(
      `/workbench${typeof path === 'string' ? path : path(county)}`.replace(/\?.*/, ''),
    );
    if (name === 'queue') await takePicture(visitor, 'queue');
    expect(await visitor.faults(`workbench/${name}`)).toEqual([]);
  });

  test('没有漏掉哪一页', () => {
    const source = readFileSync(join(project, 'workbench/src/router.ts'), 'utf8');
    const list = source.slice(source.indexOf('const routes'), source.indexOf('export const router'));
    const bound = [...list.matchAll(/path: '([^']+)'/g)].map(([, path = '']) => path);
    expect(bound.length).toBeGreaterThan(10);
    const seen = places.map(({ path }) => (typeof path === 'string' ? path : path(county)).replace(/[?#].*/, ''));
    const unseen = bound.filter(
      (path) =>
        !seen.some((one) => new RegExp(`^${path.replace(/\(.*\)\*?/, '').replace(/:\w+/g, '[^/]+')}$`).test(one)),
    );
    expect(unseen).toEqual([]);
  });
});

describe('打开的小窗口', () => {
  const review = ({ planDocument }: PlanSeed) => `/plan/documents/${planDocument}`;
  const dialogs: {
    name: string;
    who: Staff;
    path: (county: Seed) => string;
    button: RegExp;
  }[] = [
    { name: 'queue-keys', who: 'officer-approval-bureau', path: () => '/', button: /键盘用法/ },
    {
      name: 'case-correction',
      who: 'officer-approval-bureau',
      path: ({ filedCase }) => `/cases/${filedCase}`,
      button: /补正/,
    },
    {
      name: 'case-decline',
      who: 'officer-approval-bureau',
      path: ({ filedCase }) => `/cases/${filedCase}`,
      button: /不予受理/,
    },
    { name: 'supervise', who: 'supervisor', path: () => '/supervision', button: /督办/ },
    { name: 'account-new', who: 'administrator', path: () => '/accounts', button: /新建账号/ },
    {
      name: 'consultation-convene',
      who: 'officer-approval-bureau',
      path: ({ factory }) => `/projects/${factory}/stages/works`,
      button: /发起会商/,
    },
    {
      name: 'acceptance-date',
      who: 'officer-housing-construction',
      path: ({ acceptance }) => `/projects/acceptances/${acceptance}`,
      button: /改验收日期/,
    },
    { name: 'off-system-confirm', who: 'supervisor', path: () => '/off-system', button: /^认定为体外循环/ },
    {
      name: 'plan-report',
      who: 'officer-approval-bureau',
      path: ({ measure }) => `/plan/measures/${measure}`,
      button: /报送进展/,
    },
    {
      name: 'plan-milestones',
      who: 'officer-approval-bureau',
      path: ({ measure }) => `/plan/measures/${measure}`,
      button: /更新节点/,
    },
    {
      name: 'plan-deadline',
      who: 'supervisor',
      path: ({ movedMeasure }) => `/plan/measures/${movedMeasure}`,
      button: /批准延期/,
    },
    { name: 'plan-submission', who: 'officer-approval-bureau', path: () => '/plan/submissions', button: /报送一件/ },
    { name: 'plan-review-edit', who: 'supervisor', path: review, button: /^修改$/ },
    { name: 'plan-review-split', who: 'supervisor', path: review, button: /^分成两行$/ },
    { name: 'plan-review-bulk', who: 'supervisor', path: review, button: /批量处理/ },
    { name: 'plan-review-enter', who: 'supervisor', path: review, button: /列入台账/ },
    { name: 'plan-carry-over', who: 'supervisor', path: () => '/plan/differences', button: /顺延到新一年/ },
    { name: 'land-plot-new', who: 'officer-park-committee', path: () => '/land/plots', button: /新建地块/ },
    {
      name: 'licence-hold',
      who: 'officer-approval-bureau',
      path: ({ papers }) => `/licences/${papers.licence}`,
      button: /^暂扣$/,
    },
    {
      name: 'licence-next',
      who: 'officer-approval-bureau',
      path: ({ papers }) => `/licences/${papers.licence}`,
      button: /^变更、延续、补发$/,
    },
    { name: 'licence-type-new', who: 'administrator', path: () => '/licence-types', button: /新增一种/ },
    { name: 'licence-sample', who: 'administrator', path: () => '/licence-types', button: /^看样子/ },
    {
      name: 'hotline-return',
      who: 'officer-housing-construction',
      path: ({ signedTicket }) => `/hotline/tickets/${signedTicket}`,
      button: /^退单$/,
    },
    {
      name: 'hotline-registration',
      who: 'hotline-dispatcher',
      path: ({ receivedTicket }) => `/hotline/tickets/${receivedTicket}`,
      button: /^更正登记$/,
    },
    { name: 'hotline-entry-new', who: 'hotline-dispatcher', path: () => '/hotline/knowledge', button: /新写一条/ },
    { name: 'hotline-visit', who: 'officer-industry-it', path: () => '/hotline/visits', button: /登记走访/ },
    { name: 'seal-request', who: 'officer-transport', path: () => '/seals', button: /申请新章/ },
    {
      name: 'seal-release',
      who: 'administrator',
      path: ({ papers }) => `/seals/${papers.requestedSeal}`,
      button: /^启用$/,
    },
    {
      name: 'land-plot-award',
      who: 'officer-park-committee',
      path: ({ offeredPlot }) => `/land/plots/${offeredPlot}`,
      button: /登记受让企业/,
    },
  ];
  test.each(dialogs)('$name', async ({ name, who, path, button }) => {
    const visitor = await as(who);
    await arrive(visitor, path(county));
    const { page } = visitor;
    await page.locator('main').getByRole('button', { name: button }).first().click();
    await page.locator('dialog[open]').waitFor();
    await page.waitForFunction(() => document.querySelector('dialog [aria-busy=true]') === null);
    expect(await visitor.faults(`workbench/dialog-${name}`)).toEqual([]);
    await page.keyboard.press('Escape');
    expect(await page.locator('dialog[open]').count()).toBe(0);
  });
});

describe('承办人员的一天', () => {
  test('登录、键盘选件、打开、受理，待办跟着变', async () => {
    const visitor = await openVisitor(browser, origin);
    const { page } = visitor;
    await arrive(visitor, '/');
    expect(page.url()).toContain('/workbench/sign-in');
    // That nobody is signed in yet is an answer to the question who he is, which the browser writes down as an error.
    expect((await visitor.complaints()).filter((one) => !one.includes('/api/org/me'))).toEqual([]);
    await tabTo(page, '用户名');
    await page.keyboard.type('officer-approval-bureau');
    await tabTo(page, '密码', 1);
    await page.keyboard.type(trialPassword);
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/workbench\/$/);
    await page.waitForSelector('.task-title');
    await settle(visitor);
    const titles = await page.locator('a.task-title').allInnerTexts();
    expect(titles.length).toBeGreaterThan(1);

    await page.keyboard.press('j');
    expect(await focused(page)).toMatchObject({ name: titles[0], isSeen: true });
    await page.keyboard.press('j');
    expect(await focused(page)).toMatchObject({ name: titles[1], isSeen: true });
    await page.keyboard.press('k');
    expect(await focused(page)).toMatchObject({ name: titles[0] });
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/workbench\/(tasks\/|cases\/|plan\/owed)/);

    await page.goto(`/workbench/cases/${county.filedCase}`);
    await settle(visitor);
    const before = await page.locator('.summary-strip strong').first().textContent();
    const accept = page.getByRole('button', { name: '受理', exact: true });
    await accept.focus();
    await page.keyboard.press('Enter');
    await page.locator('dialog[open]').waitFor();
    await page.locator('dialog[open] button[type=submit]').press('Enter');
    await page.locator('dialog[open]').waitFor({ state: 'detached' });
    await page.waitForFunction(() => document.querySelector('[role=status]')?.textContent?.includes('受理'));
    await page.waitForFunction(
      (before) => document.querySelector('.summary-strip strong')?.textContent !== before,
      before,
    );
    expect(await accept.count()).toBe(0);
    expect(await visitor.complaints()).toEqual([]);
    await visitor.close();
  });
});

describe('工程项目', () => {
  test('每一天在谁手里：键盘逐日看，理由跟着变，各方加起来等于经过的天数', async () => {
    const visitor = await as('supervisor');
    const { page } = visitor;
    await arrive(visitor, `/projects/${county.factory}`);
    const slider = page.getByRole('slider', { name: '看哪一天' });
    const reading = page.locator('.day-reading');
    await slider.focus();
    await page.keyboard.press('Home');
    expect(await reading.innerText()).toContain('2026年9月2日');
    expect(await reading.innerText()).toContain('申请人');
    await page.getByRole('button', { name: '后一段' }).click();
    expect(await reading.innerText()).toContain('2026年9月4日');
    expect(await slider.getAttribute('aria-valuetext')).toContain('县行政审批局');
    const rows = page.getByRole('group', { name: '各方用了多少天' }).locator('tbody tr');
    const days = (await rows.locator('td:nth-of-type(1)').allInnerTexts()).map(Number);
    expect(days.slice(0, -1).reduce((sum, one) => sum + one, 0)).toBe(days.at(-1));
    expect(await page.getByRole('main').innerText()).toContain(`共 ${days.at(-1)} 个自然日，各方加起来正好是这个数`);
    expect(await visitor.complaints()).toEqual([]);
  });

  test('在现场用手机：记下问题、拍照，少一家时说出是哪一家', async () => {
    const visitor = await as('officer-housing-construction');
    const { page } = visitor;
    await page.setViewportSize(viewports.phone);
    await arrive(visitor, `/projects/acceptances/${county.acceptance}`);
    expect(await page.locator('.note-bad').innerText()).toContain('县住建局的现场验收情况');
    await page.getByRole('radio', { name: '有问题' }).check();
    await page.getByLabel('在哪里').fill('东侧楼梯');
    await page.getByLabel('什么问题').fill('应急照明有两盏不亮');
    await page.getByLabel('拍照').setInputFiles({ name: '楼梯.png', mimeType: 'image/png', buffer: png(0x336699) });
    await page.getByRole('button', { name: /去掉.*楼梯\.png/ }).waitFor();
    expect(await visitor.faults('workbench/acceptance-with-photo')).toEqual([]);
    await page.getByRole('button', { name: '交本单位的情况' }).click();
    await page.getByRole('heading', { name: '问题清单（2 条）' }).waitFor();
    expect(await page.locator('.findings').innerText()).toContain('东侧楼梯：应急照明有两盏不亮');
    expect(await page.getByRole('link', { name: /楼梯\.png/ }).count()).toBe(1);
    expect(await page.locator('.note-bad').count()).toBe(0);
    expect(await visitor.complaints()).toEqual([]);
  });
});

describe('方案台账', () => {
  test('采纳一份待审的进展，措施的进度跟着变', async () => {
    const visitor = await as('supervisor');
    const { page } = visitor;
    await arrive(visitor, '/plan/reports?state=submitted');
    await page.getByRole('button', { name: /^采纳/ }).first().click();
    await page.getByRole('dialog').getByRole('button', { name: '采纳', exact: true }).click();
    await page.getByText('已办理。').waitFor();
    await arrive(visitor, `/plan/measures/${county.measure}`);
    const standing = page.getByRole('region', { name: '现在怎么样' });
    expect(await standing.innerText()).toContain('100%');
    expect(await page.getByRole('region', { name: '报送的进展' }).getByText('待审').count()).toBe(0);
    expect(await visitor.complaints()).toEqual([]);
  });
});

describe('月报表', () => {
  test('传上来先看哪一行哪一栏要改，再报送；报过的再传不会重复', async () => {
    const visitor = await as('officer-approval-bureau');
    const { page } = visitor;
    await arrive(visitor, '/plan/import');
    await page.getByRole('button', { name: '先看看' }).click();
    expect(await page.getByRole('alert').first().innerText()).toContain('请先选一个 .xlsx 文件');
    const cell = (value: string | number) => ({ value, type: typeof value === 'number' ? Number : String });
    const rows = [
      ['措施序号', '工作进展', '进度', '存在问题', '下一步打算'],
      [5, '六类事项合填一张表', 55, '人手不够', '培训'],
      [777, '没有这一条', '一半', '', ''],
    ].map((row) => row.map(cell));
    const buffer = await writeXlsxFile([{ data: rows as never, sheet: '月报' }]).toBuffer();
    await page.getByLabel('填好的表（.xlsx）').setInputFiles({ name: '月报.xlsx', mimeType: '', buffer });
    await page.getByRole('button', { name: '先看看' }).click();
    const faults = page.getByRole('group', { name: '要改的地方' });
    await faults.waitFor();
    const fault = await faults.locator('tbody tr').first().innerText();
    expect(fault.replaceAll(/\s+/g, ' ')).toBe(
      '3 进度 写的是：一半 进度看不明白 应当：填0到100之间的整数，例如 60 或 60%',
    );
    expect(await visitor.faults('workbench/plan-import-preview')).toEqual([]);
    await page.getByRole('button', { name: '报送这 1 条' }).click();
    await page.getByRole('heading', { name: '报送结果' }).waitFor();
    expect(await visitor.faults('workbench/plan-import-done')).toEqual([]);
    await page.getByRole('button', { name: '先看看' }).click();
    await page.getByText('和上次一样的 1 条').waitFor();
    expect(await visitor.complaints()).toEqual([]);
  });
});

describe('读入一份方案', () => {
  test('对照原文用键盘改一行、确认，由另一位同事列入台账', async () => {
    await readAndEnterPlan(await as('supervisor'), await as('second-supervisor'), arrive);
  });
});

describe('电子证照', () => {
  test('补录一份，看照面，暂扣', async () => {
    await enterAndHoldLicence(await as('officer-approval-bureau'), arrive);
  });

  test('准予以前看到要发的证照，把缺的填上', async () => {
    await grantTypingTheRest(await as('officer-approval-bureau'), county.papers.grantableCase, arrive);
  });

  test('证照种类写错了，说出在哪一行', async () => {
    await seeFaultOfType(await as('administrator'), county.papers.type, arrive);
  });
});

describe('接一个电话', () => {
  test('话务员登记，派单员按第一个建议派单，单位签收、看过哪里不足再答复', async () => {
    const [operator, dispatcher] = [await as('hotline-operator'), await as('hotline-dispatcher')];
    await answerTheCall({ operator, dispatcher, unit: await as('officer-housing-construction') }, arrive);
  });
});

describe('窗口收件', () => {
  test('从找事项、写姓名，到网上填表、提交，回来能看到', async () => {
    const visitor = await as('clerk');
    const { page } = visitor;
    await arrive(visitor, '/window');
    const drafts = page.getByRole('region', { name: '没填完的' });
    expect(await drafts.innerText()).toContain('没有没填完的申请');
    await page.getByRole('searchbox', { name: '来人要办什么事' }).fill('身份证丢了');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: /选这个.*：居民身份证换领、补领$/ }).click();
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('INPUT');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('main').innerText()).toContain('请填写来办事的人的姓名');
    // That the name is missing is the platform's answer, which the browser writes down as an error.
    const faults = await visitor.faults('workbench/window-without-name');
    expect(faults.filter((one) => !one.includes('status of 400'))).toEqual([]);

    await page.getByLabel('姓名').fill('李桂芳');
    await page.getByLabel('手机号').fill('13909170001');
    // An impatient clerk starts one draft.
    await page.getByRole('button', { name: /开始填表/ }).dblclick();
    await page.waitForURL(/\/applications\/[^/]+\/form/);
    const draft = new URL(page.url()).pathname;

    // Leaving half-way is nothing lost: the draft is on the clerk's list.
    await arrive(visitor, '/window');
    expect(await drafts.locator('tbody tr').count()).toBe(1);
    await drafts.getByRole('link', { name: /^接着填/ }).click();
    await page.waitForURL((url) => url.pathname === draft);

    const prefilled: string[] = [];
    for (let turns = 0; page.url().includes('/form'); turns++) {
      expect(turns).toBeLessThan(30);
      prefilled.push(
        ...(await page.locator('main input').evaluateAll((all: HTMLInputElement[]) => all.map((one) => one.value))),
      );
      await fillIn(page, {
        applicantName: '李桂芳',
        applicantIdNumber: '610329199003070017',
        applicantPhone: '13909170001',
        idCardReissueReason: 'lost',
        hasFingerprint: true,
        deliveryMethod: 'window',
      });
      const before = page.url();
      await page.getByRole('button', { name: '保存并继续', exact: true }).click();
      if (page.url() === before) throw new Error(`${before}: ${await page.locator('[role=alert]').innerText()}`);
    }
    expect(prefilled).toEqual(expect.arrayContaining(['李桂芳', '13909170001']));
    await page.getByRole('link', { name: '去核对' }).click();
    await page.getByRole('button', { name: '提交', exact: true }).click();
    await page.waitForURL(/\/done$/);
    const no = (await page.locator('.no').first().innerText()).trim();

    await arrive(visitor, '/window');
    expect(await drafts.innerText()).toContain('没有没填完的申请');
    const filings = page.getByRole('region', { name: '我收的件' });
    expect(await filings.innerText()).toContain(no);
    expect(await visitor.faults('workbench/window-filed')).toEqual([]);
    await filings.getByRole('link', { name: no }).click();
    await page.waitForURL(/\/my\//);
    expect(await page.locator('main').innerText()).toContain(no);
    await visitor.complaints();
  });
});

describe('提醒', () => {
  test('点开一条就到那件事，菜单上有近24小时的条数', async () => {
    const visitor = await as('supervisor');
    const { page } = visitor;
    // What is recent is reckoned by the browser's clock, which is not the county's in these tests.
    await page.clock.setFixedTime(new Date(testStart));
    await arrive(visitor, '/alerts');
    const lines = page.locator('.alerts > li');
    expect(await lines.count()).toBeGreaterThan(0);
    expect(await page.locator('.alerts strong').count()).toBe(0);
    const title = await lines.first().getByRole('link').innerText();
    await lines.first().getByRole('link').click();
    await page.waitForURL(/\/workbench\/(?!alerts)\w/);
    await settle(visitor);
    expect(title).not.toBe('');
    expect(await page.locator('h1').innerText()).not.toContain('没有这个页面');
    expect(await page.locator('nav a', { hasText: '提醒' }).innerText()).toMatch(/提醒.*近24小时有\s*\d+\+?\s*条/s);
  });
});

describe('移交', () => {
  test('从名单里选同事，不用记编号', async () => {
    const visitor = await as('officer-approval-bureau');
    const { page } = visitor;
    await arrive(visitor, `/cases/${county.filedCase}`);
    await page.getByRole('button', { name: /^移交/ }).click();
    const options = page.getByLabel('交给谁').locator('option');
    await page.waitForFunction(() => document.querySelectorAll('dialog select option').length > 1);
    const names = await options.allInnerTexts();
    expect(names.slice(1).every((name) => /\p{Script=Han}/u.test(name))).toBe(true);
    expect(await visitor.faults('workbench/dialog-hand-over')).toEqual([]);
    await page.getByLabel('交给谁').selectOption({ index: 1 });
    await page.getByLabel('理由').fill('我出差，请他接着办。');
    await page.getByRole('button', { name: '确认移交经办' }).click();
    await page.locator('dialog[open]').waitFor({ state: 'detached' });
    expect(await page.getByRole('status').innerText()).toContain('移交');
  });
});

/** The application is looked at as its sources stand: a build older than they are is made again. */
async function buildAnew(): Promise<void> {
  const newest = Math.max(
    ...['workbench', 'src/kernel', 'src/modules'].map((folder) => newestIn(join(project, folder))),
  );
  const built = statSync(join(project, 'dist/workbench/index.html'), { throwIfNoEntry: false });
  if (built !== undefined && built.mtimeMs >= newest) return;
  const { build } = await import('vite');
  await build({ configFile: join(project, 'workbench/vite.config.ts'), logLevel: 'warn', mode: 'production' });
}

function newestIn(folder: string): number {
  return Math.max(
    0,
    ...readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter(
        (entry) =>
          entry.isFile() &&
          /(contract[\w-]*|kernel\/[\w-]+)\.ts$|workbench\//.test(join(entry.parentPath, entry.name)) &&
          !entry.name.endsWith('.test.ts'),
      )
      .map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs),
  );
}
