import { expect } from 'vitest';
import * as hotline from '../../src/modules/hotline/contract.ts';
import type { TestPlatform } from '../support/platform.ts';
import { viewports, type Visitor } from './face.ts';
import { focused } from './walk.ts';

/** A few tickets on their way, so that every desk of the hotline has something to show. */
export interface HotlineSeed {
  receivedTicket: string;
  signedTicket: string;
  repliedTicket: string;
  knowledgeEntry: string;
}

const lamp = {
  class: 'complaint' as const,
  text: '东关小区门口的路灯坏了三盏，晚上看不见路，老人差点摔倒，请派人修。',
  town: 'town-610329100',
  place: '东关小区门口',
};

export async function seedHotline(platform: TestPlatform): Promise<HotlineSeed> {
  const [operator, dispatcher, housing, industry] = [
    await platform.signIn('hotline-operator'),
    await platform.signIn('hotline-dispatcher'),
    await platform.signIn('officer-housing-construction'),
    await platform.signIn('officer-industry-it'),
  ];
  const take = async (over: Partial<typeof lamp> & { phone: string }) => {
    const { phone, ...words } = over;
    const taken = await operator(hotline.takeTicket, { ...lamp, ...words, contact: { name: '王秀英', phone } });
    if (taken.ticketId === null) throw new Error('the seed was told to go elsewhere');
    return taken.ticketId;
  };
  const atHousing = async (ticketId: string) => {
    const assist = [{ unitId: 'power-company', asks: '查线路' }];
    await dispatcher(hotline.dispatchTicket, { ticketId, lead: 'housing-construction', assist });
    await housing(hotline.signTicket, { ticketId });
    return ticketId;
  };
  const receivedTicket = await take({ phone: '13991700011' });
  const signedTicket = await atHousing(
    await take({ text: '南坊街的路面坑坑洼洼，一下雨就积水，请修补。', phone: '13991700012' }),
  );
  const repliedTicket = await take({ text: '北门广场的健身器材松动，孩子玩着危险。', phone: '13991700013' });
  await dispatcher(hotline.dispatchTicket, { ticketId: repliedTicket, lead: 'housing-construction' });
  await housing(hotline.signTicket, { ticketId: repliedTicket });
  await housing(hotline.replyTicket, {
    ticketId: repliedTicket,
    text: '北门广场的健身器材已于11月23日由维修队加固，两件损坏的已更换，现场试用正常。',
    result: 'done',
    doneOn: '2026-11-23',
    cause: { kind: 'single' },
  });
  await industry(hotline.recordVisit, {
    uscc: '91610329MA6X000167',
    enterpriseName: '麟游县御泉餐饮有限公司',
    unitId: 'industry-it',
    visitedOn: '2026-11-20',
    visitors: '李晓燕',
    notes: '经营正常，反映停车难。',
    requests: [{ text: '门前没有停车位，希望协调划线', lead: 'public-security' }],
  });
  await platform.drain();
  const [entry] = (await operator(hotline.listEntries, {})).entries;
  return { receivedTicket, signedTicket, repliedTicket, knowledgeEntry: entry?.id ?? '' };
}

/** A call from the first word to the reply: three desks, mostly by keyboard. */
export async function answerTheCall(
  desks: { operator: Visitor; dispatcher: Visitor; unit: Visitor },
  arrive: (visitor: Visitor, path: string) => Promise<void>,
): Promise<void> {
  const { operator, dispatcher, unit } = desks;
  const { page } = operator;
  await page.setViewportSize(viewports.desktop);
  await arrive(operator, '/hotline/intake');
  await page.getByLabel('电话', { exact: true }).fill('13991700011');
  await page.keyboard.press('Tab');
  await page.getByRole('heading', { name: '这个号码以前的诉求' }).waitFor();
  await page.getByRole('radio', { name: '投诉' }).check();
  await page.keyboard.press('Alt+t');
  expect(await focused(page)).toMatchObject({ name: '说了什么', isSeen: true });
  await page.keyboard.type('东关小区门口的路灯坏了三盏，晚上看不见路，昨天又坏了一盏，请派人修。');
  await page
    .getByRole('button', { name: /并入这一件/ })
    .first()
    .waitFor();
  expect(await page.getByText('很可能是同一件事').count()).toBeGreaterThan(0);
  // The same thing stands there already, but this caller wants a ticket of his own.
  await page.keyboard.press('Control+Enter');
  await page.getByRole('heading', { name: '登记好了' }).waitFor();
  const no = await page.locator('.read-out dd').first().innerText();
  expect(no).toMatch(/^\d{8}-\d{4}$/);
  expect(await page.locator('.read-out dd').last().innerText()).toMatch(/^[A-Z2-9]{8}$/);
  expect(await operator.faults('workbench/hotline-registered')).toEqual([]);
  await page.keyboard.press('Alt+n');
  expect(await focused(page)).toMatchObject({ name: '电话' });

  // The next caller says the same of the same place: his words join the ticket that stands there.
  await page.keyboard.type('13991700014');
  await page.keyboard.press('Alt+t');
  await page.keyboard.type('东关小区门口的路灯坏了三盏，晚上看不见路，请派人修。');
  await page
    .getByRole('button', { name: /并入这一件/ })
    .first()
    .waitFor();
  await page.keyboard.press('Alt+j');
  await page.getByRole('heading', { name: '已并入同一诉求' }).waitFor();

  await arrive(dispatcher, `/hotline/tickets?text=${no}`);
  await dispatcher.page.getByRole('link', { name: /路灯/ }).first().click();
  await dispatcher.page
    .getByText(/对上的职责：.*路灯/)
    .first()
    .waitFor();
  await dispatcher.page.keyboard.press('Alt+1');
  await dispatcher.page.getByRole('button', { name: /主办，点一下取消/ }).waitFor();
  expect(await dispatcher.faults('workbench/hotline-dispatching')).toEqual([]);
  await dispatcher.page.keyboard.press('Control+Enter');
  await dispatcher.page.getByText('已派单。').waitFor();
  const path = new URL(dispatcher.page.url()).pathname.replace('/workbench', '');

  await unit.page.setViewportSize(viewports.desktop);
  await arrive(unit, path);
  await unit.page.getByRole('button', { name: /签收/ }).click();
  await unit.page.getByRole('heading', { name: '答复诉求人' }).waitFor();
  await unit.page.getByLabel('怎么答复').fill('已收悉，我们会尽快处理。');
  await unit.page.getByLabel('问题出在哪里').selectOption('single');
  await unit.page.getByRole('button', { name: '提交答复' }).click();
  await unit.page.getByText('不说空话').waitFor();
  await unit.page
    .getByLabel('怎么答复')
    .fill('您反映的东关小区门口路灯，已于11月23日更换灯泡四个，恢复照明，当晚试亮正常。');
  await unit.page.getByRole('button', { name: '提交答复' }).click();
  const still = unit.page.getByRole('button', { name: '知道了，仍然提交' });
  await still.click();
  await unit.page.getByText(/已答复，还有不足：.*联系/).waitFor();
  expect(await unit.faults('workbench/hotline-replied')).toEqual([]);

  // Called back, the person says it is not solved: it goes back by itself.
  await arrive(operator, '/hotline/calls');
  await page.getByText(no).waitFor();
  await page.locator('.advice-list li', { hasText: no }).getByRole('button').click();
  await page.getByRole('heading', { name: /东关小区/ }).waitFor();
  await page.getByRole('radio', { name: '联系上了', exact: true }).check();
  await page.getByRole('radio', { name: '没有解决' }).check();
  await page.getByRole('radio', { name: '不满意', exact: true }).check();
  expect(await operator.faults('workbench/hotline-calling')).toEqual([]);
  await page.getByRole('button', { name: '记下回访结果' }).click();
  await page.getByText('没有解决，已退回单位重新办理。').waitFor();
}
