import type { Caller } from '../../src/kernel/call.ts';
import * as hotline from '../../src/modules/hotline/contract.ts';
import * as licences from '../../src/modules/licences/contract.ts';
import type { TestPlatform } from '../support/platform.ts';

/** What somebody who asks and a firm that holds licences find on their pages, brought about as people bring it about. */
export interface Asking {
  /** The applicant's: replied to and waiting for his word; solved and closed; just received. */
  replied: string;
  closed: string;
  received: string;
  entry: string;
  /** The firm's: with a use that waits for its answer, one allowed and fetched, a copy made. */
  licence: string;
  identifier: string;
  /** The text of its code, and its file as the firm downloads it. */
  code: string;
  file: Buffer;
}

export const lampText = '西大街社区三号楼前的路灯坏了一个多星期，晚上看不见路，老人摔了两回，请派人来修。';

export async function seedAsking(platform: TestPlatform): Promise<Asking> {
  const applicant = await platform.signIn('applicant');
  const shop = '食品店卖过期的面包，找店家不退钱，要求查处并退款。';
  const replied = await ask(applicant, { class: 'complaint', text: shop });
  await reply(platform, replied, '店家售卖过期食品');
  const market = '菜市场门口的摊位占了半边路，车开不过去，请管一管。';
  const closed = await ask(applicant, { class: 'help', text: market });
  await reply(platform, closed, '摊位占道');
  await applicant(hotline.answerCallBack, {
    ticketId: closed,
    solved: true,
    satisfaction: 5,
    comment: '第二天就清走了',
  });
  const received = await ask(applicant, { class: 'help', text: lampText, place: '三号楼前' });
  await platform.drain();
  const { entries } = await platform.call(hotline.searchKnowledge, { text: '开饭馆要办什么证', limit: 1 });
  return { replied, closed, received, entry: entries[0]?.entryId ?? '', ...(await seedWallet(platform)) };
}

async function ask(
  caller: Caller,
  words: { class: 'complaint' | 'help'; text: string; place?: string },
): Promise<string> {
  const contact = { name: '张秀兰', phone: '13891712301' };
  const { ticketId } = await caller(hotline.registerTicket, { ...words, contact });
  if (ticketId === null) throw new Error('the seed was told to go elsewhere');
  return ticketId;
}

async function reply(platform: TestPlatform, ticketId: string, subject: string): Promise<void> {
  const dispatcher = await platform.signIn('hotline-dispatcher');
  await dispatcher(hotline.dispatchTicket, { ticketId, lead: 'market-regulation' });
  const officer = await platform.signIn('officer-market-regulation');
  await officer(hotline.signTicket, { ticketId });
  await officer(hotline.replyTicket, {
    ticketId,
    text: `您反映的${subject}一事，我局11月23日上午派两名执法人员到现场检查，已责令当场改正，下月起每周巡查一次，联系电话7962345。`,
    result: 'done',
    doneOn: '2026-11-23',
    cause: { kind: 'single', subject },
  });
}

async function seedWallet(platform: TestPlatform): Promise<Pick<Asking, 'licence' | 'identifier' | 'code' | 'file'>> {
  const bureau = await platform.signIn('officer-approval-bureau');
  const firm = await platform.signIn('firm');
  const { licenceId } = await bureau(licences.enterLicence, {
    typeId: 'food-business-licence',
    issuerId: 'approval-bureau',
    holder: { kind: 'firm', name: '麟游县御泉餐饮有限公司', number: '91610329MA6X000167' },
    values: {
      representative: '赵文斌',
      address: '麟游县九成宫镇东大街 18 号',
      premisesAddress: '麟游县九成宫镇东大街 18 号',
      form: '餐饮服务经营者',
      items: '热食类食品制售',
    },
    reason: '系统上线前已发的纸质证，补录电子证照',
  });
  const asker = await platform.signIn('officer-natural-resources');
  const use = { licenceId, ground: 'consent', scope: 'fields', fields: ['premisesAddress'] } as const;
  const { useId } = await asker(licences.askUse, { ...use, purpose: '办理户外广告设置审批', fields: [...use.fields] });
  await firm(licences.decideUseOfMine, { useId, action: 'allow' });
  await asker(licences.fetchUse, { useId });
  await asker(licences.askUse, { licenceId, ground: 'consent', scope: 'answer', purpose: '办理临街门面改造' });
  await firm(licences.makeCopy, { licenceId, recipient: '麟游县信用社', purpose: '办理贷款' });
  const { identifier, code, files } = await bureau(licences.readLicence, { licenceId });
  const cookie = await platform.cookieOf('firm');
  const file = await platform.http.inject({ url: files[0]?.href ?? '', headers: { cookie } });
  return { licence: licenceId, identifier, code: code.text, file: file.rawPayload };
}
