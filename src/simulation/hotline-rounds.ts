import { instantAt, localDateOf, type Instant } from '../kernel/time.ts';
import * as hotline from '../modules/hotline/contract.ts';
import { closeSupervision, listSupervisions, replyToSupervision } from '../modules/tasks/contract.ts';
import { createFirm, personName, phone } from './people.ts';
import type { Random } from './random.ts';
import { arrive, awaitDispatch, trackMonthly, type TicketStory } from './ticket-story.ts';
import { storyOf } from './ticket-raising.ts';
import * as words from './ticket-words.ts';
import type { Town } from './town.ts';
import type { Visitor } from './visitors.ts';

/** What the hotline and the units do on fixed days: visits to firms, knowledge, supervision, remedies. */
export function planRounds(town: Town, random: Random, from: Instant, firm: Visitor): void {
  const policies = [...newPolicies];
  let serial = 0;
  for (const { day, working } of town.hours.days) {
    if (!working || instantAt(day, '09:00') < from) continue;
    const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
    const fate = random.fork(day);
    const plan = (time: string, deed: () => Promise<void>): void => {
      if (instantAt(day, time) > from) town.plan(instantAt(day, time), deed);
    };
    serial += 1;
    if (weekday === 2 && fate.chance(0.75))
      plan('10:40', () => (fate.chance(0.4) ? visitFirm(town, firm.call, fate) : requestByPhone(town, fate)));
    if (weekday === 3) plan('15:05', () => tendKnowledge(town, fate));
    if (weekday === 5) plan('15:25', () => superviseTickets(town, fate));
    if (weekday === 5) plan('16:45', () => answerSlips(town, fate));
    if (weekday === 1) plan('09:35', () => finishRemedies(town, fate));
    if (serial % 45 === 20) {
      const policy = policies.shift();
      if (policy !== undefined) plan('11:15', () => announce(town, policy, fate));
    }
  }
}

/** The ready-made firm is visited: it sees its requests when it signs in, and writes them off itself. */
async function visitFirm(town: Town, firm: Town['passer'], random: Random): Promise<void> {
  const one = random.pick(words.enterpriseScenes);
  const host = random.pick(['industry-it', 'investment-promotion', 'reform-office']);
  const uscc = '91610329MA6X000167';
  const { tickets } = await town.officerOf(host).call(hotline.recordVisit, {
    uscc,
    enterpriseName: '麟游县御泉餐饮有限公司',
    unitId: host,
    visitedOn: localDateOf(town.now()),
    visitors: '走访人员二人',
    notes: `企业经营正常，提出${one.subject}的困难。`,
    requests: [{ text: words.filled(one.says, '', random), lead: one.unit }],
  });
  const opened = tickets[0];
  if (opened === undefined) return;
  const story = requestStory(town, one, { ...opened, code: '' }, random);
  story.writesOff = async (satisfaction, note) => {
    await firm(hotline.writeOffRequest, { ticketId: opened.ticketId, satisfaction, note });
  };
  // Straight with whoever can see to it; what is left is to take it up.
  arrive(town, story, one.unit, null);
  trackMonthly(town, story);
}

async function requestByPhone(town: Town, random: Random): Promise<void> {
  const one = random.pick(words.enterpriseScenes);
  const { name, uscc, address } = createFirm(random);
  const taken = await town.staff('hotline-operator').call(hotline.takeTicket, {
    class: 'help',
    title: one.subject,
    text: `${name}反映：${words.filled(one.says, '', random)}`,
    place: address,
    contact: { name: personName(random), phone: phone(random) },
    enterprise: true,
    uscc,
  });
  const { ticketId, no, code } = taken;
  if (ticketId === null) return;
  const story = requestStory(town, one, { ticketId, no, code }, random);
  story.writesOff = async (satisfaction, note) => {
    await town.passer(hotline.writeOffRequest, { ticketId, code, satisfaction, note });
  };
  awaitDispatch(town, story);
  trackMonthly(town, story);
}

function requestStory(
  town: Town,
  one: words.FirmScene,
  ticket: { ticketId: string; no: string; code: string },
  random: Random,
): TicketStory {
  town.tally.tickets.registered += 1;
  town.tally.tickets.requests += 1;
  const scene: words.Scene = {
    class: 'help',
    unit: one.unit,
    where: 'any',
    subject: one.subject,
    cause: { kind: 'single', subject: '' },
    says: [one.says],
    done: [one.done],
  };
  const place = { town: words.countyTown, words: '企业' };
  const story = { ...storyOf(town, { scene, place, urgent: false, random }, ticket, true), reluctant: false };
  town.tickets.set(ticket.ticketId, story);
  return story;
}

/** What stopped being served is looked at by its owner, what was proposed by somebody else, and some of the rest again. */
async function tendKnowledge(town: Town, random: Random): Promise<void> {
  const editor = town.staff('hotline-dispatcher');
  const { entries } = await editor.call(hotline.listEntries, { state: ['proposed', 'flagged'], size: 30 });
  for (const { id: entryId, unitId, state } of entries.slice(0, 6)) {
    if (state === 'flagged')
      await town.officerOf(unitId).call(hotline.verifyEntry, { entryId, note: '逐项核对，仍然有效' });
    else await editor.call(hotline.reviewEntry, { entryId, accepted: random.chance(0.8), note: '' });
  }
  const { entries: served } = await editor.call(hotline.listEntries, { state: ['published'], size: 50 });
  const again = served.filter(({ verifiedOn }) => verifiedOn < localDateOf(town.now()));
  if (again.length === 0) return;
  const { id: entryId, unitId } = random.pick(again);
  await town.officerOf(unitId).call(hotline.verifyEntry, { entryId, note: '已核对' });
}

interface NewPolicy {
  unitId: string;
  title: string;
  question: string;
  answer: string;
}

const newPolicies: readonly NewPolicy[] = [
  {
    unitId: 'human-resources',
    title: '麟游县创业担保贷款贴息办法（演示）',
    question: '创业贷款贴息今年怎么申请',
    answer:
      '在本县登记并正常经营的个体户和小微企业，带营业执照、身份证和贷款合同到人社窗口申请，审核后按季度把贴息打到账户。',
  },
  {
    unitId: 'transport',
    title: '麟游县城乡公交线路调整方案（演示）',
    question: '城乡公交调整以后几点有车',
    answer: '调整以后各镇到县城每天早中晚各有班次，具体时刻贴在站牌上，也可以打客运公司电话查询；停班提前三天公告。',
  },
  {
    unitId: 'civil-affairs',
    title: '麟游县高龄津贴发放通知（演示）',
    question: '高龄津贴要不要每年认证',
    answer: '每年做一次生存认证，可以在手机上刷脸，也可以请村干部上门代办；认证以后按月打到社保卡，不用再交材料。',
  },
];

/** A new policy: its owner has some days to write it down for everybody; not all of them keep the term. */
async function announce(town: Town, policy: NewPolicy, random: Random): Promise<void> {
  const { unitId, title } = policy;
  const officer = town.officerOf(unitId);
  const documentNo = `麟演示〔${localDateOf(town.now()).slice(0, 4)}〕${random.whole(2, 40)}号`;
  await officer.call(hotline.announcePolicy, { unitId, title, documentNo });
  town.plan(town.hours.after(town.now(), random.whole(300, 2100)), async () => {
    await officer.call(hotline.proposeEntry, {
      unitId,
      title: policy.question,
      answer: policy.answer,
      sourceTitle: title,
      sourceNo: documentNo,
      validFrom: localDateOf(town.now()),
    });
  });
}

/** Slips about tickets beyond those that the platform writes by itself. */
async function superviseTickets(town: Town, random: Random): Promise<void> {
  const supervisor = town.staff('supervisor');
  const { tickets } = await supervisor.call(hotline.listTickets, { late: 'late', size: 20 });
  const waiting = tickets.filter(({ status }) => status === 'dispatched' || status === 'signed');
  if (waiting.length > 0 && random.chance(0.4)) {
    const { id: ticketId, no } = random.pick(waiting);
    const reason = `工单${no}过了期限还没有答复，请说明原因并尽快办结`;
    await supervisor.call(hotline.superviseTicket, { ticketId, trigger: 'unsolved', reason });
    town.tally.supervisions += 1;
  }
  const closed = await supervisor.call(hotline.listTickets, { status: ['closed'], size: 20 });
  const hopeless = closed.tickets.find(({ solved }) => solved === false);
  if (hopeless !== undefined && random.chance(0.15)) {
    const reason = '诉求本身不符合现行规定，单位已依规解释，经审核不计入考核';
    await supervisor.call(hotline.excludeTicket, { ticketId: hopeless.id, reason });
  }
}

async function answerSlips(town: Town, random: Random): Promise<void> {
  const supervisor = town.staff('supervisor');
  const { supervisions } = await supervisor.call(listSupervisions, { state: ['issued', 'replied'], size: 100 });
  for (const { id: supervisionId, unitId, state } of supervisions.filter(({ link }) => link.startsWith('/hotline'))) {
    if (random.chance(0.2)) continue;
    if (state === 'issued')
      await town.officerOf(unitId).call(replyToSupervision, { supervisionId, text: random.pick(words.slipReplies) });
    else await supervisor.call(closeSupervision, { supervisionId, outcome: 'accepted', note: '说明属实，予以销号。' });
  }
}

/** What caused complaint after complaint is changed where it comes from. */
async function finishRemedies(town: Town, random: Random): Promise<void> {
  const { remedies } = await town.staff('supervisor').call(hotline.listRemedies, { size: 50 });
  for (const { id: remedyId, ownerUnit, doneAt } of remedies) {
    if (doneAt !== null || ownerUnit === '' || random.chance(0.5)) continue;
    await town.officerOf(ownerUnit).call(hotline.finishRemedy, { remedyId, measure: random.pick(words.measures) });
  }
}
