import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refused } from '../../../test/support/applying.ts';
import { startTestPlatform, type TestPlatform } from '../../../test/support/platform.ts';
import type { Caller } from '../../kernel/call.ts';
import { sql } from '../../kernel/db.ts';
import { plusMs } from '../../kernel/time.ts';
import { modules } from '../../modules.ts';
import { dispatchCertain } from './automatic.ts';
import * as contract from './contract.ts';
import { trainDispatch } from './engine/index.ts';
import { lexiconOf } from './advice.ts';
import { hotlineIndicators } from './indicators.ts';
import { countyOf } from './settings.ts';
import { storeModel } from './store/learning.ts';

let platform: TestPlatform;
let operator: Caller;
let dispatcher: Caller;
let supervisor: Caller;
let housing: Caller;
let market: Caller;
let industry: Caller;
let firm: Caller;
const start = '2026-11-23T01:00:00.000Z';
const hour = 3_600_000;

beforeAll(async () => {
  const before = modules.findIndex(({ name }) => name === 'hotline');
  platform = await startTestPlatform({ modules: modules.slice(0, before + 1) });
  await signAllIn();
});
afterAll(() => platform.stop());

/** Also after the clock was moved: a session that lay idle for a day has ended. */
async function signAllIn(): Promise<void> {
  operator = await platform.signIn('hotline-operator');
  dispatcher = await platform.signIn('hotline-dispatcher');
  supervisor = await platform.signIn('supervisor');
  housing = await platform.signIn('officer-housing-construction');
  market = await platform.signIn('officer-market-regulation');
  industry = await platform.signIn('officer-industry-it');
  firm = await platform.signIn('firm');
}

const refusal = async (work: Promise<unknown>) => (await refused(work))[1];
const openTasks = (subjectId: string) =>
  platform.asSystem((tx) =>
    tx.rows<{ kind: string; unitId: string; taskId: string }>(
      sql`select id as task_id, kind, unit_id from tasks.task where region = ${tx.region} and subject_id = ${subjectId} and state <> 'finished' order by kind`,
    ),
  );

async function atUnit(over: Record<string, unknown>) {
  const made = await platform.call(contract.registerTicket, {
    class: 'complaint',
    text: '西关垃圾桶满了没人清',
    ...over,
  });
  const ticketId = made.ticketId ?? '';
  await dispatcher(contract.dispatchTicket, { ticketId, lead: 'housing-construction' });
  return { ticketId, code: made.code };
}

async function solved(cause: { kind: 'guide' | 'single'; subject?: string; ownerUnit?: string }, satisfaction = 5) {
  const { ticketId, code } = await atUnit({});
  await housing(contract.signTicket, { ticketId });
  await housing(contract.contactCaller, { ticketId, note: '电话联系' });
  const text = '您反映的西关垃圾桶没人清，已于11月23日清运两车，今后每天早晚各清一次。';
  await housing(contract.replyTicket, { ticketId, text, result: 'done', cause });
  await platform.call(contract.answerCallBack, { ticketId, code, solved: true, satisfaction });
  return ticketId;
}

describe('the knowledge base', () => {
  const content = {
    title: '小额信贷怎么申请',
    answer: '带身份证和户口本，到镇便民服务中心填表，村上评议后由银行三天内答复。',
    sourceTitle: '脱贫人口小额信贷办法',
    sourceNo: '麟农发〔2025〕9号',
    validFrom: '2026-01-01',
  };
  it('is written by one, reviewed by another, served, and flagged when its source is repealed', async () => {
    const announced = await operator(contract.announcePolicy, {
      unitId: 'agriculture',
      title: content.sourceTitle,
      documentNo: content.sourceNo,
    });
    expect(announced).toMatchObject({ flagged: 0 });
    const agriculture = await platform.signIn('officer-agriculture');
    expect(await refusal(market(contract.proposeEntry, { unitId: 'agriculture', ...content }))).toBe(
      'ENTRY_NOT_THIS_UNIT',
    );
    const wrong = agriculture(contract.proposeEntry, { unitId: 'agriculture', ...content, validUntil: '2025-01-01' });
    expect(await refusal(wrong)).toBe('ENTRY_DATES_WRONG');
    const { id } = await agriculture(contract.proposeEntry, { unitId: 'agriculture', ...content });
    const own = agriculture(contract.reviewEntry, { entryId: id, accepted: true });
    expect(await refusal(own)).toBe('ENTRY_SAME_PERSON');
    const search = () => platform.call(contract.searchKnowledge, { text: '小额信贷怎么申请' });
    expect((await search()).entries.map(({ entryId }) => entryId)).not.toContain(id);
    await dispatcher(contract.reviewEntry, { entryId: id, accepted: true });
    expect((await search()).entries[0]?.entryId).toBe(id);
    expect((await platform.call(contract.readKnowledge, { entryId: id })).unitName).toBe('县农业农村局');
    const policy = await openTasks(content.sourceNo);
    expect(policy).toEqual([]);
    for (let time = 0; time < 3; time += 1) await platform.call(contract.useKnowledge, { entryId: id, helpful: false });
    expect((await openTasks(id)).map(({ unitId }) => unitId)).toEqual(['agriculture']);
    await agriculture(contract.verifyEntry, { entryId: id });
    const repealed = await operator(contract.announcePolicy, {
      unitId: 'agriculture',
      title: '新办法',
      repeals: [content.sourceNo],
    });
    expect(repealed.flagged).toBe(1);
    expect((await search()).entries.map(({ entryId }) => entryId)).not.toContain(id);
    const whole = await agriculture(contract.readEntry, { entryId: id });
    expect(whole).toMatchObject({ state: 'flagged', unhelpful: 3, actions: ['edit', 'verify', 'withdraw'] });
    expect(whole.versions.length).toBeGreaterThanOrEqual(4);
    await agriculture(contract.withdrawEntry, { entryId: id, reason: '已有新办法' });
    expect(await refusal(agriculture(contract.verifyEntry, { entryId: id }))).toBe('ENTRY_STEP_IMPOSSIBLE');
  });

  it('learns from a question that a unit answered: an entry is proposed to its owner', async () => {
    const text = '豆腐坊的污泥能不能拉到自家地里当肥料用';
    const { ticketId, code } = await atUnit({ class: 'question', text, title: '豆腐坊污泥能不能还田' });
    await housing(contract.signTicket, { ticketId });
    const answer = '豆腐坊污泥没有经过检测的不能直接还田，请联系县生态环境局检测合格以后再用，11月26日前有人上门。';
    await housing(contract.replyTicket, { ticketId, text: answer, result: 'explained' });
    await platform.call(contract.answerCallBack, { ticketId, code, solved: true, satisfaction: 4 });
    await platform.drain();
    await platform.drain();
    const { entries } = await housing(contract.listEntries, { state: ['proposed'] });
    expect(entries.map(({ title }) => title)).toContain('豆腐坊污泥能不能还田');
  });
});

describe('rates, causes and what is hot', () => {
  it('counts with denominators, and asks the owner of a cause that comes again to change it', async () => {
    const guide = { kind: 'guide' as const, subject: '小区垃圾清运公示', ownerUnit: 'housing-construction' };
    for (let time = 0; time < 3; time += 1) await solved(guide);
    const late = await atUnit({ text: '七号楼的垃圾' });
    await operator(contract.takeTicket, {
      class: 'question',
      text: '垃圾袋去哪里领',
      answer: { text: '到社区居委会领，一户一卷，带身份证。', entryId: null },
    });
    const asked = { from: '2026-11-01', to: '2026-11-30' };
    const before = await supervisor(contract.readRates, asked);
    const unit = before.units.find(({ unitId }) => unitId === 'housing-construction');
    expect(unit?.response).toMatchObject({ numerator: 3, denominator: 3, value: 100 });
    expect(unit?.rank).toBe(1);
    expect(before.county.excluded).toEqual(expect.arrayContaining([{ why: '当场答复的咨询', count: 1 }]));
    expect(before.months.map(({ month }) => month)).toEqual(['2026-11']);

    platform.clock.set(plusMs(start, 25 * hour));
    await platform.drain();
    await signAllIn();
    const after = await supervisor(contract.readRates, asked);
    expect(after.units.find(({ unitId }) => unitId === 'housing-construction')?.response).toMatchObject({
      numerator: 3,
      denominator: 5,
    });
    const { causes } = await supervisor(contract.listCauses, asked);
    expect(causes[0]).toMatchObject({ kind: 'guide', subject: guide.subject, tickets: 3, remedyDone: false });
    const { remedies } = await housing(contract.listRemedies, {});
    const [remedy] = remedies;
    expect(remedy).toMatchObject({ tickets: 3, mayFinish: true });
    const remedyId = remedy?.id ?? '';
    expect((await openTasks(remedyId)).map(({ unitId }) => unitId)).toEqual(['housing-construction']);
    const foreign = market(contract.finishRemedy, { remedyId, measure: '不是我的' });
    expect(await refusal(foreign)).toBe('REMEDY_NOT_FOUND');
    await housing(contract.finishRemedy, { remedyId, measure: '公示了清运时间和电话' });
    expect(await refusal(housing(contract.finishRemedy, { remedyId, measure: '再来' }))).toBe('REMEDY_DONE');
    expect(await openTasks(remedyId)).toEqual([]);

    const hot = await supervisor(contract.readHot, { on: '2026-11-24' });
    const topic = hot.topics.find(({ town, class: kind }) => town === '' && kind === '');
    expect(topic).toMatchObject({ topic: '城市管理', rising: true });

    platform.clock.set(plusMs(start, 9 * 24 * hour));
    await platform.drain();
    await signAllIn();
    const { rows } = await supervisor(contract.listSupervised, {});
    const own = rows.filter(({ ticketId }) => ticketId === late.ticketId).map(({ trigger }) => trigger);
    expect(own.sort()).toEqual(['overdue', 'refuses']);
    expect(rows.find(({ trigger }) => trigger === 'overdue')?.slipNo).toMatch(/^督办/);
    await platform.drain();
    const again = await supervisor(contract.listSupervised, {});
    expect(again.total).toBe(rows.length);
    const byHand = { ticketId: late.ticketId, trigger: 'refuses' as const, reason: '拖着不签收' };
    expect((await supervisor(contract.superviseTicket, byHand)).slipNo).toMatch(/^督办/);
    platform.clock.set(start);
    await signAllIn();
  });

  it('makes a weekly briefing and its Word file', async () => {
    const briefing = await supervisor(contract.readBriefing, { on: '2026-11-23' });
    expect(briefing).toMatchObject({ from: '2026-11-23', to: '2026-11-29' });
    expect(briefing.paragraphs.join('')).toContain('响应率');
    const cookie = await platform.cookieOf('supervisor');
    const file = await platform.http.inject({ url: '/api/hotline/briefing.docx?on=2026-11-23', headers: { cookie } });
    expect(file.statusCode).toBe(200);
    expect(file.rawPayload.subarray(0, 2).toString()).toBe('PK');
    const stranger = await platform.http.inject({ url: '/api/hotline/briefing.docx' });
    expect(stranger.statusCode).toBe(401);
  });

  it('shows the public what was asked and solved, and nobody', async () => {
    const secret = { name: '司马文渊', phone: '13571712366' };
    await platform.call(contract.registerTicket, {
      class: 'complaint',
      text: `我是${secret.name}，${secret.phone}，小区电梯停了`,
      contact: secret,
    });
    const board = await platform.call(contract.publicBoard, {});
    expect(board.received).toBeGreaterThan(4);
    expect(board.units[0]).toMatchObject({
      unitId: 'housing-construction',
      solvedShare: { numerator: 4, denominator: 4 },
    });
    expect(JSON.stringify(board)).not.toMatch(/司马文渊|13571712366/);
  });

  it('gives a plan its indicators, with the tickets behind them', async () => {
    const period = { from: '2026-11-01', to: '2026-11-30' };
    for (const one of hotlineIndicators) {
      const read = await platform.asSystem((tx) =>
        one.compute(tx, { units: [], classes: ['complaint'] } as never, period),
      );
      expect(read.denominator, one.name).toBeGreaterThan(2);
      const behind = await platform.asSystem((tx) =>
        one.behind(tx, { units: [], classes: ['complaint'] } as never, period, { page: 1, size: 50 }),
      );
      expect(behind.rows.filter(({ counted }) => counted).length, one.name).toBe(read.denominator);
    }
    const nothing = { units: ['audit'], classes: [] } as never;
    for (const one of hotlineIndicators) {
      const empty = await platform.asSystem((tx) => one.compute(tx, nothing, { from: '2020-01-01', to: '2020-01-02' }));
      expect(empty.value, one.name).toBeNull();
    }
  });
});

describe('what enterprises ask for', () => {
  it('is heard on a visit, followed every month, and struck off by the firm alone', async () => {
    const visit = { ...visitExample, contact: { name: '赵文斌', phone: '13891712302' } };
    expect(await refusal(market(contract.recordVisit, visit))).toBe('TICKET_NOT_THIS_UNIT');
    const { tickets } = await industry(contract.recordVisit, visit);
    const ticketId = tickets[0]?.ticketId ?? '';
    const police = await platform.signIn('officer-public-security');
    expect((await openTasks(ticketId)).map(({ kind }) => kind)).toEqual([
      'hotline.reply',
      'hotline.sign',
      'hotline.track',
    ]);
    await police(contract.signTicket, { ticketId });
    await police(contract.trackRequest, { ticketId, text: '已到现场看过，划线方案在定' });
    expect((await openTasks(ticketId)).filter(({ kind }) => kind === 'hotline.track').length).toBe(1);
    const text = '您反映的门前停车位，已于11月23日划线六个，立了限时停车牌。';
    await police(contract.replyTicket, { ticketId, text, result: 'done' });
    await operator(contract.recordCallBack, { ticketId, solved: true, satisfaction: 5 });
    expect((await dispatcher(contract.readTicket, { ticketId })).status).toBe('replied');
    const own = await firm(contract.myTicket, { ticketId });
    expect(own.actions).toContain('writeOff');
    await firm(contract.writeOffRequest, { ticketId, satisfaction: 5 });
    const { visits, writtenOff } = await industry(contract.listVisits, {});
    expect(visits[0]?.requests[0]?.writtenOff).toBe(true);
    expect(writtenOff).toBe(1);
    expect(await openTasks(ticketId)).toEqual([]);
  });
});

const visitExample = {
  uscc: '91610329MA6X000167',
  enterpriseName: '麟游县御泉餐饮有限公司',
  unitId: 'industry-it',
  visitedOn: '2026-11-20',
  visitors: '县工信局李晓燕',
  notes: '经营正常，反映停车难。',
  requests: [{ text: '门前没有停车位，希望协调划线', lead: 'public-security' }],
};

describe('automatic dispatch', () => {
  const ask = async (text: string, kind: 'help' | 'report' = 'help') =>
    (await platform.call(contract.registerTicket, { class: kind, text })).ticketId ?? '';
  const statusOf = async (ticketId: string) => (await dispatcher(contract.readTicket, { ticketId })).status;

  it('happens only when the county allows it, only where the model is sure, and never with a report', async () => {
    const { settings, duties } = await countyOf(platform.services);
    const places = ['西大街', '东大街', '杜水路', '碑亭巷', '城关社区', '体育场', '老车站', '南桥', '北坡', '中学门口'];
    const lamps = places.flatMap((place) => Array.from({ length: 15 }, (_, at) => `${place}${at}号的路灯坏了晚上很黑`));
    const cuts = places.flatMap((place) => Array.from({ length: 15 }, (_, at) => `${place}${at}号楼停电了电压不稳`));
    const rows = [
      ...lamps.map((text) => ({ text, department: 'housing-construction' })),
      ...cuts.map((text) => ({ text, department: 'power-company' })),
    ];
    const model = trainDispatch(rows, { lexicon: lexiconOf(duties) });
    expect(model.automaticMargin).not.toBeNull();
    await platform.asSystem((tx) => storeModel(tx, model.toBuffer(), rows.length, {}));
    const lamp = await ask('西大街9号的路灯坏了晚上很黑，请修');
    const vague = await ask('想说点事情，不知道归谁管');
    const report = await ask('西大街9号的路灯坏了晚上很黑，有人偷电缆', 'report');

    expect(await platform.asSystem(dispatchCertain)).toBe(0);
    expect(await statusOf(lamp)).toBe('received');
    settings.dispatch.automatic.value = true;
    await platform.asSystem(dispatchCertain);
    settings.dispatch.automatic.value = false;
    expect(await statusOf(lamp)).toBe('dispatched');
    expect((await dispatcher(contract.readTicket, { ticketId: lamp })).leadUnit).toBe('housing-construction');
    expect([await statusOf(vague), await statusOf(report)]).toEqual(['received', 'received']);
  });
});

it('a reported unit that the desk names later is barred from then on', async () => {
  const text = '有人举报工地偷排泥浆，管事的不管';
  const made = await platform.call(contract.registerTicket, { class: 'report', text });
  const ticketId = made.ticketId ?? '';
  const given = {
    class: 'report' as const,
    urgency: 'normal' as const,
    title: '偷排泥浆',
    town: '',
    place: '',
    topic: '水污染',
  };
  const naming = { ticketId, ...given, confidential: true, againstUnits: ['housing-construction'], reason: '核对来电' };
  const unknown = dispatcher(contract.reclassifyTicket, { ...naming, againstUnits: ['nobody'] });
  expect(await refusal(unknown)).toBe('TICKET_UNIT_UNKNOWN');
  await dispatcher(contract.reclassifyTicket, naming);
  const barred = dispatcher(contract.dispatchTicket, { ticketId, lead: 'housing-construction' });
  expect(await refusal(barred)).toBe('TICKET_UNIT_BARRED');
  const lighter = dispatcher(contract.reclassifyTicket, { ...naming, class: 'question' });
  expect(await refusal(lighter)).toBe('TICKET_CLASS_NEEDS_PERSON');
});
