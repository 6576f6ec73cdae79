import { expect } from 'vitest';
import type { Visitor } from './face.ts';
import { lampText, type Asking } from './seed-asking.ts';
import { focused, tabTo } from './walk.ts';

/** The pages of asking, following and verifying, and of a firm's licences, with what fills them. */
export interface AskingStop {
  name: string;
  path: string | ((seed: Asking) => string);
  status?: number;
}

export const askingOpen: AskingStop[] = [
  { name: 'ask', path: '/ask' },
  { name: 'ask-follow', path: '/ask/follow' },
  { name: 'ask-helped', path: '/ask/done' },
  { name: 'ask-board', path: '/ask/board' },
  { name: 'ask-answers', path: '/ask/answers' },
  { name: 'ask-answers-none', path: '/ask/answers?q=%E3%8D%BF%E3%8D%BF' },
  { name: 'ask-answer', path: ({ entry }) => `/ask/answers/${entry}` },
  { name: 'verify', path: '/verify' },
  { name: 'verify-licence', path: ({ identifier }) => `/verify/licence?identifier=${identifier}` },
  { name: 'verify-licence-wrong', path: '/verify/licence?identifier=1.2.3', status: 400 },
];

export const askingOwn: AskingStop[] = [
  { name: 'my-tickets', path: '/my/tickets' },
  { name: 'my-ticket-replied', path: ({ replied }) => `/my/tickets/${replied}` },
  { name: 'my-ticket-closed', path: ({ closed }) => `/my/tickets/${closed}` },
  { name: 'my-ticket', path: ({ received }) => `/my/tickets/${received}` },
  { name: 'my-licences-none', path: '/my/licences' },
];

/** Of a firm that holds a licence. */
export const askingFirm: AskingStop[] = [
  { name: 'my-licences', path: '/my/licences' },
  { name: 'my-licences-past', path: '/my/licences?show=past' },
  { name: 'my-licence', path: ({ licence }) => `/my/licences/${licence}` },
  { name: 'my-licence-uses', path: '/my/licences/uses' },
  { name: 'my-licence-accesses', path: '/my/licences/accesses' },
];

export const askingForElders = ['ask', 'ask-board', 'verify', 'my-ticket-replied'];

const press = ({ page }: Visitor, name: string) => page.getByRole('button', { name, exact: true }).first().click();
const heading = ({ page }: Visitor) => page.locator('h1').innerText();

/** From the first word to the ticket, by keyboard; every page that only a form leads to is looked at. */
export async function askByKeyboard(visitor: Visitor): Promise<void> {
  const { page } = visitor;
  const faults: string[] = [];
  const look = async (name: string, status = 200) => {
    faults.push(...(await visitor.faults(`portal/${name}`, { status })));
  };
  const onward = async (name: string, title: string) => {
    const passed = await tabTo(page, name);
    expect(passed.filter((one) => !one.isSeen)).toEqual([]);
    await Promise.all([page.waitForLoadState('load'), page.keyboard.press('Enter')]);
    await page.locator('h1', { hasText: title }).waitFor();
  };
  await visitor.goTo('/ask');
  await tabTo(page, '什么事');
  await onward('下一步', '提问、求助、投诉');
  await page.waitForSelector('[role=alert]');
  expect(await page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('alert');
  await look('ask-faulty', 400);
  await page.getByLabel('求助').focus();
  await page.keyboard.press('Space');
  await tabTo(page, '什么事');
  await page.keyboard.type(lampText);
  await onward('下一步', '在哪里、怎么联系您');
  expect(await page.locator('main').innerText()).toContain('路灯');
  await look('ask-where');
  await page.getByLabel('具体地点').focus();
  await page.keyboard.type('西大街社区三号楼前');
  await tabTo(page, '下一步');
  await page.keyboard.press('Enter');
  await page.locator('h1', { hasText: '看一遍，再提交' }).waitFor();
  await look('ask-check');
  await onward('提交', '已经收到');
  await look('ask-sent');
  const [no = '', code = ''] = await page.locator('.done b').allInnerTexts();
  await visitor.goTo(`/ask/follow?no=${no}`);
  await tabTo(page, '查询码');
  await page.keyboard.type('AAAA2222');
  await page.keyboard.press('Enter');
  await page.waitForSelector('[role=alert]');
  await look('ask-follow-wrong', 404);
  await page.getByLabel('查询码').fill(code.toLowerCase());
  await page.getByLabel('查询码').focus();
  await page.keyboard.press('Enter');
  await page.locator('h1', { hasText: '路灯' }).waitFor();
  await look('ask-ticket');
  const summary = page.locator('summary').first();
  await summary.focus();
  await page.keyboard.press('Enter');
  expect(await page.locator('details').first().getAttribute('open')).not.toBeNull();
  expect((await focused(page)).isSeen).toBe(true);
  expect(faults).toEqual([]);
}

/** What is shown before anybody is asked for his name: an answer that is there, and the number to dial. */
export async function seeWhatIsKnown(visitor: Visitor): Promise<void> {
  const { page } = visitor;
  const faults: string[] = [];
  const words = { 'ask-known': '我想在县城开饭馆，要办什么证？', 'ask-danger': '我家楼下着火了，有人困在里面' };
  for (const [name, text] of Object.entries(words)) {
    await visitor.goTo('/ask');
    await page.getByLabel('咨询').check();
    await page.getByLabel('什么事').fill(text);
    await press(visitor, '下一步');
    await page.getByRole('heading', { name: '先看看这些' }).waitFor();
    faults.push(...(await visitor.faults(`portal/${name}`)));
  }
  expect(await page.locator('a[href="tel:119"]').isVisible()).toBe(true);
  expect(faults).toEqual([]);
}

/** A file that is right, a code that is right, and one of which a letter was changed. */
export async function verifyWhatIsShown(visitor: Visitor, seed: Asking): Promise<void> {
  const { page } = visitor;
  const faults: string[] = [];
  const say = async (text: string, name: string, verdict: RegExp) => {
    await visitor.goTo('/verify');
    await page.getByText('扫出了二维码里的文字').click();
    await page.getByLabel('二维码里的文字').fill(text);
    await page.locator('form[action="/verify/code"] button').click();
    await page.getByRole('status').waitFor();
    expect(await page.getByRole('status').innerText()).toMatch(verdict);
    faults.push(...(await visitor.faults(`portal/${name}`)));
  };
  await visitor.goTo('/verify');
  await page.locator('input[type=file]').setInputFiles({ name: '证照.ofd', mimeType: '', buffer: seed.file });
  await page.locator('form[action="/verify/file"] button').click();
  await page.getByRole('status').waitFor();
  expect(await page.getByRole('status').innerText()).toContain('核验通过');
  faults.push(...(await visitor.faults('portal/verdict-file')));
  await say(seed.code, 'verdict-valid', /核验通过/);
  const changed = seed.code.replace(/.(?=.{12}$)/, (letter) => (letter === 'A' ? 'B' : 'A'));
  await say(changed, 'verdict-invalid', /^(?!.*核验通过)/);
  expect(faults).toEqual([]);
}

/** With scripts off, on a phone: a reply is answered, a use allowed and taken back, a code verified. */
export async function answerWithoutScript(visitor: Visitor, holder: Visitor, seed: Asking): Promise<void> {
  await visitor.goTo(`/my/tickets/${seed.replied}`);
  await press(visitor, '告诉热线');
  expect(await visitor.page.locator('[role=alert]').innerText()).toContain('请');
  expect(await visitor.complaints({ status: 400 })).toEqual([]);
  await visitor.page.getByLabel('没有解决', { exact: false }).first().check();
  await visitor.page.getByLabel('不满意', { exact: true }).check();
  await press(visitor, '告诉热线');
  expect(await visitor.page.locator('h1').innerText()).toContain('办理中');
  await holder.goTo('/my/licences');
  await holder.page.getByRole('link', { name: /等您答复/ }).click();
  await press(holder, '同意');
  expect(await holder.page.getByRole('button', { name: '同意', exact: true }).count()).toBe(0);
  await press(holder, '撤回同意');
  expect(await heading(holder)).toContain('用我的证照');
  expect([...(await visitor.complaints()), ...(await holder.complaints())]).toEqual([]);
}
