import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestPlatform, trialPassword, type TestPlatform } from '../../test/support/platform.ts';
import { cases } from '../modules/cases/index.ts';
import { catalogue } from '../modules/catalogue/index.ts';
import { hotline } from '../modules/hotline/index.ts';
import * as contract from '../modules/hotline/contract.ts';
import { licences } from '../modules/licences/index.ts';
import { org } from '../modules/org/index.ts';
import { tasks } from '../modules/tasks/index.ts';
import { portal } from './index.ts';
import { createVisitor } from './test-visitor.ts';

let platform: TestPlatform;
beforeAll(async () => {
  platform = await startTestPlatform({ modules: [org, tasks, catalogue, licences, cases, hotline, portal] });
});
afterAll(() => platform.stop());

const text = '西大街社区三号楼前的路灯坏了一个多星期，晚上看不见路，老人摔了两回，请派人来修。';

it('三页写完一个求助，照片随着走，不登录也有工单号和查询码，凭它们看进度、补充、撤回', async () => {
  const visitor = createVisitor(platform);
  const first = await visitor.open('/ask');
  const unsaid = await visitor.submit(first, '/ask', { text: '灯' });
  expect([unsaid.status, unsaid.text.includes('请选一种'), unsaid.text.includes('至少四个字')]).toEqual([
    400,
    true,
    true,
  ]);
  const where = await visitor.submit(first, '/ask', { class: 'help', text });
  expect(where.text).toContain('在哪里、怎么联系您');
  const png = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  );
  const check = await visitor.upload(where, '/ask/check', [{ name: '路灯.png', content: png }], {
    place: '三号楼前',
    name: '张大爷',
    phone: '13891712345',
  });
  for (const words of ['看一遍，再提交', '求助', '三号楼前', '1 个', '张大爷']) expect(check.text).toContain(words);
  const done = await visitor.submit(check, '/ask/send');
  expect(done.text).toContain('已经收到');
  const no = /工单号 (\d{8}-\d+)/.exec(done.text)?.[1] ?? '';
  const code = /查询码 ([A-Z0-9]{6,10})/.exec(done.text)?.[1] ?? '';
  expect([no.length > 8, code.length > 5]).toEqual([true, true]);

  const wrong = await visitor.submit(await visitor.open(`/ask/follow?no=${no}`), '/ask/follow', { code: 'AAAA2222' });
  expect(wrong.status).toBeGreaterThanOrEqual(400);
  const ticket = await visitor.submit(wrong, '/ask/follow', { no, code });
  for (const words of ['三号楼前的路灯', '补充新的情况', '不用办了，撤回']) expect(ticket.text).toContain(words);
  const more = await visitor.submit(ticket, '/supplement', { text: '昨晚又坏了一盏。' });
  expect(more.text).toContain('昨晚又坏了一盏');
  const gone = await visitor.submit(more, '/withdrawal', { reason: '已经修好了' });
  expect(gone.text).toContain('已撤回');
});

it('正在发生危险先给要拨的号码；同一件事可以并到一起', async () => {
  const visitor = createVisitor(platform);
  const danger = await visitor.submit(await visitor.open('/ask'), '/ask', {
    class: 'help',
    text: '我家楼下着火了，有人困在里面',
  });
  expect(danger.html).toContain('href="tel:119"');
  const asker = createVisitor(platform);
  const check = await asker.upload(
    await asker.submit(await asker.open('/ask'), '/ask', { class: 'complaint', text }),
    '/ask/check',
    [],
    { place: '三号楼前' },
  );
  expect((await asker.submit(check, '/ask/send')).text).toContain('已经收到');
  await platform.worker.drain();
  const neighbour = await visitor.submit(await visitor.open('/ask'), '/ask', {
    class: 'complaint',
    text: '西大街社区三号楼前路灯坏了好几天，晚上看不见路，请派人来修。',
  });
  expect(neighbour.text).toContain('先看看这些');
  const joined = await visitor.submit(neighbour, '/ask/join');
  expect(joined.text).toContain('已经记到一起');
});

it('登录以后提的在“我提过的”里；单位答复以后说没有解决就退回重办', async () => {
  const visitor = createVisitor(platform);
  await visitor.submit(await visitor.open('/sign-in'), '/sign-in', { loginName: 'applicant', password: trialPassword });
  const check = await visitor.upload(
    await visitor.submit(await visitor.open('/ask'), '/ask', {
      class: 'complaint',
      text: '食品店卖过期的面包，找店家不退钱，要求查处并退款。',
    }),
    '/ask/check',
    [],
    { name: '张秀兰', phone: '13891712301' },
  );
  await visitor.submit(check, '/ask/send');
  const { tickets } = await (await platform.signIn('applicant'))(contract.myTickets, {});
  const ticketId = tickets[0]?.id ?? '';
  const dispatcher = await platform.signIn('hotline-dispatcher');
  await dispatcher(contract.dispatchTicket, { ticketId, lead: 'market-regulation' });
  const officer = await platform.signIn('officer-market-regulation');
  await officer(contract.signTicket, { ticketId });
  await officer(contract.replyTicket, {
    ticketId,
    text: '您反映的食品店售卖过期面包一事，我局11月23日到现场检查，已责令下架并立案，店家当天退款12元，处理结果11月30日前再告知您。',
    result: 'done',
    doneOn: platform.services.clock.now().slice(0, 10),
    cause: { kind: 'single', subject: '店家售卖过期食品' },
  });
  const list = await visitor.open('/my/tickets');
  expect(list.text).toContain('等您答复');
  const page = await visitor.open(`/my/tickets/${ticketId}`);
  expect(page.text).toContain('责令下架');
  const unsaid = await visitor.submit(page, '/call-back', {});
  expect(unsaid.status).toBe(400);
  const again = await visitor.submit(page, '/call-back', { solved: 'no', satisfaction: '2', comment: '钱还没有退' });
  expect(again.text).toContain('办理中');
});

it('公开栏没有数据的时候说没有，有答案的时候能查到', async () => {
  const visitor = createVisitor(platform);
  expect((await visitor.open('/ask/board')).text).toContain('回访说解决了的占');
  const answers = await visitor.open(`/ask/answers?q=${encodeURIComponent('开饭馆要办什么证')}`);
  const first = /href="(\/ask\/answers\/[^"]+)"/.exec(answers.html)?.[1] ?? '';
  expect((await visitor.open(first)).text).toContain('核对过');
  expect((await visitor.open(`/ask/answers?q=${encodeURIComponent('㍿㍿㍿')}`)).text).toContain('没有找到现成的答案');
});
