import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { paper, refused } from '../../../test/support/applying.ts';
import { startTestPlatform, type TestPlatform } from '../../../test/support/platform.ts';
import type { Caller } from '../../kernel/call.ts';
import { sql } from '../../kernel/db.ts';
import type { Message } from '../../kernel/messenger.ts';
import { plusMs } from '../../kernel/time.ts';
import { modules } from '../../modules.ts';
import { listTasks } from '../tasks/contract.ts';
import * as contract from './contract.ts';
import { foldAll, type TicketEvent } from './rules/ticket.ts';
import { projection } from './store/tickets.ts';

let platform: TestPlatform;
let operator: Caller;
let dispatcher: Caller;
let supervisor: Caller;
let housing: Caller;
let power: Caller;
let town: Caller;
let market: Caller;
let applicant: Caller;
let firm: Caller;
const sent: Message[] = [];
const start = '2026-11-23T01:00:00.000Z';

beforeAll(async () => {
  const messenger = { send: (message: Message) => Promise.resolve(void sent.push(message)) };
  const before = modules.findIndex(({ name }) => name === 'hotline');
  platform = await startTestPlatform({ modules: modules.slice(0, before + 1), messenger });
  const signIn = (name: string) => platform.signIn(name);
  operator = await signIn('hotline-operator');
  dispatcher = await signIn('hotline-dispatcher');
  supervisor = await signIn('supervisor');
  housing = await signIn('officer-housing-construction');
  power = await signIn('officer-power-company');
  town = await signIn('officer-town-610329100');
  market = await signIn('officer-market-regulation');
  applicant = await signIn('applicant');
  firm = await signIn('firm');
});
afterAll(() => platform.stop());

const contact = { name: '李慧敏', phone: '13991712388' };
const lamp = {
  class: 'complaint' as const,
  text: '西大街社区三号楼前的路灯坏了一个多星期，晚上看不见路，请派人修。',
  town: 'town-610329100',
  place: '西大街社区三号楼',
  contact,
};
const goodReply = {
  text: '您反映的西大街社区路灯已于11月24日更换灯泡三个，恢复照明，当晚试亮正常。',
  result: 'done' as const,
  doneOn: '2026-11-24',
};
const single = { kind: 'single' as const };

const refusal = async (work: Promise<unknown>) => (await refused(work))[1];

async function raise(over: Record<string, unknown> = {}, who: Caller = platform.call) {
  const made = await who(contract.registerTicket, { ...lamp, ...over });
  if (made.ticketId === null) throw new Error(`no ticket: ${JSON.stringify(made.hints)}`);
  return { ticketId: made.ticketId, no: made.no, code: made.code };
}

async function atUnit(over: Record<string, unknown> = {}, assist: string[] = []) {
  const ticket = await raise(over);
  const lead = 'housing-construction';
  await dispatcher(contract.dispatchTicket, {
    ticketId: ticket.ticketId,
    lead,
    assist: assist.map((unitId) => ({ unitId, asks: '查线路' })),
  });
  return ticket;
}

const openTasks = (ticketId: string) =>
  platform.asSystem((tx) =>
    tx.rows<{ kind: string; unitId: string; dueAt: string; title: string }>(
      sql`select kind, unit_id, due_at, title from tasks.task where region = ${tx.region} and subject_id = ${ticketId} and state <> 'finished' order by kind`,
    ),
  );

describe('from asking to solved', () => {
  it('a person without an account is answered by a unit, calls it solved, and follows by number and code', async () => {
    const { ticketId, no, code } = await raise();
    expect(no).toMatch(/^20261123-\d{4}$/);
    expect((await openTasks(ticketId)).map(({ kind }) => kind)).toEqual(['hotline.dispatch']);
    const advice = await dispatcher(contract.suggestUnits, { ticketId });
    expect(advice.suggestions[0]?.unitId).toBe('housing-construction');
    expect(advice.suggestions[0]?.duties).toContain('路灯');
    expect(advice.mayBeAutomatic).toBe(false);
    const { dueAt } = await dispatcher(contract.dispatchTicket, {
      ticketId,
      lead: 'housing-construction',
      assist: [{ unitId: 'power-company', asks: '查线路' }],
    });
    expect(dueAt).toBe('2026-11-30T10:00:00.000Z');
    const duties = await openTasks(ticketId);
    expect(duties.map(({ kind, unitId }) => `${kind} ${unitId}`)).toEqual([
      'hotline.assist power-company',
      'hotline.reply housing-construction',
      'hotline.sign housing-construction',
    ]);
    expect(duties.find(({ kind }) => kind === 'hotline.reply')?.dueAt).toBe(dueAt);
    expect((await housing(listTasks, { text: no })).tasks.length).toBe(2);

    await housing(contract.signTicket, { ticketId });
    expect(await refusal(housing(contract.replyTicket, { ticketId, ...goodReply, cause: single }))).toBe(
      'TICKET_PARTS_MISSING',
    );
    await power(contract.replyPart, { ticketId, text: '线路正常，没有断电。' });
    expect(await refusal(housing(contract.replyTicket, { ticketId, ...goodReply }))).toBe('TICKET_CAUSE_MISSING');
    expect(await refusal(power(contract.replyTicket, { ticketId, ...goodReply, cause: single }))).toBe(
      'TICKET_NOT_LEAD',
    );
    const checked = await housing(contract.checkReply, { ticketId, ...goodReply });
    expect(checked.checks.filter(({ passed }) => !passed).map(({ rule }) => rule)).toEqual(['contact']);
    await housing(contract.contactCaller, { ticketId, note: '电话说好下午来修' });
    const answered = await housing(contract.replyTicket, { ticketId, ...goodReply, cause: single });
    expect(answered).toMatchObject({ status: 'replied', warnings: [] });
    expect((await openTasks(ticketId)).map(({ kind }) => kind)).toEqual(['hotline.callBack']);

    const own = await platform.call(contract.followTicket, { no, code });
    expect(own.actions).toEqual(expect.arrayContaining(['callBack', 'supplement', 'withdraw']));
    expect(own.reply?.text).toBe(goodReply.text);
    const done = await platform.call(contract.answerCallBack, { ticketId, code, solved: true, satisfaction: 5 });
    expect(done).toMatchObject({ status: 'closed', ratable: true });
    expect(await openTasks(ticketId)).toEqual([]);
    expect(await refusal(platform.call(contract.followTicket, { no, code: 'ABCD2345' }))).toBe('TICKET_CODE_WRONG');
    expect(await refusal(platform.call(contract.followTicket, { no: '20261123-9999', code }))).toBe(
      'TICKET_CODE_WRONG',
    );
    await platform.drain();
    const heard = sent.filter(({ to }) => to === contact.phone).map(({ title }) => title);
    expect(heard.some((title) => title.includes('已派单'))).toBe(true);
    expect(heard.some((title) => title.includes('已答复'))).toBe(true);
    expect(sent.some(({ text }) => text.includes('西大街'))).toBe(false);
  });

  it('"no" sends it back; twice more and it is closed as unsolved and supervised in red', async () => {
    const { ticketId, code } = await atUnit();
    await housing(contract.signTicket, { ticketId });
    for (const round of [1, 2]) {
      await housing(contract.replyTicket, { ticketId, ...goodReply, cause: single });
      const back = await platform.call(contract.answerCallBack, { ticketId, code, solved: false, satisfaction: 1 });
      expect(back.status).toBe('signed');
      expect((await openTasks(ticketId)).map(({ kind }) => kind)).toEqual(['hotline.reply']);
      expect((await dispatcher(contract.readTicket, { ticketId })).reopens).toBe(round);
    }
    await housing(contract.replyTicket, { ticketId, ...goodReply, cause: single });
    await operator(contract.recordCallBack, { ticketId, solved: false, satisfaction: 1, comment: '还是黑的' });
    const closed = await dispatcher(contract.readTicket, { ticketId });
    expect(closed).toMatchObject({ status: 'closed', outcome: 'unsolved', solved: false });
    // The watch runs every hour.
    platform.clock.set(plusMs(start, 61 * 60_000));
    await platform.drain();
    const { rows } = await supervisor(contract.listSupervised, { colour: 'red' });
    expect(rows.find((row) => row.ticketId === ticketId)?.trigger).toBe('unsolved');
    expect(await refusal(platform.call(contract.reopenTicket, { ticketId, code, reason: '还没好' }))).toBe(
      'TICKET_REOPENED_ENOUGH',
    );
  });

  it('what belongs to 119 or to a court gets no ticket, until the person insists', async () => {
    const fire = await platform.call(contract.registerTicket, { class: 'help', text: '楼下燃气有泄漏的味道' });
    expect(fire).toMatchObject({ result: 'told', ticketId: null, hints: [{ kind: 'emergency', channel: '119' }] });
    const court = { class: 'complaint' as const, text: '我不服法院的判决，要投诉' };
    const told = await operator(contract.takeTicket, court);
    expect(told.hints.map(({ id }) => id)).toEqual(['litigation']);
    const insisted = await operator(contract.takeTicket, { ...court, acknowledged: ['litigation'] });
    expect(insisted.result).toBe('registered');
    const ticketId = insisted.ticketId ?? '';
    await operator(contract.redirectTicket, { ticketId, channel: '法院12368', text: '请向承办法官反映。' });
    expect((await dispatcher(contract.readTicket, { ticketId })).outcome).toBe('elsewhere');
    const { counts } = await operator(contract.toldFigures, {});
    expect(counts).toEqual(expect.arrayContaining([{ kind: 'emergency', hint: 'fire', count: 1 }]));
  });

  it('a question is answered at once from the knowledge base, which is counted', async () => {
    const text = '开饭馆要办什么证，去哪里办？';
    const { knowledge } = await operator(contract.adviseWriting, { text });
    const [entry] = knowledge;
    expect(entry?.itemId).toBe('food-business-licence');
    const answer = { text: entry?.answer ?? '', entryId: entry?.entryId ?? null };
    const taken = await operator(contract.takeTicket, { class: 'question', text, contact, answer });
    expect(taken).toMatchObject({ result: 'answered', dueText: '' });
    expect(await openTasks(taken.ticketId ?? '')).toEqual([]);
    const [line] = (await operator(contract.listEntries, { text: '开饭馆' })).entries;
    expect(line?.used).toBe(1);
    expect(await refusal(platform.call(contract.useKnowledge, { entryId: taken.ticketId ?? '', helpful: true }))).toBe(
      'KNOWLEDGE_NOT_FOUND',
    );
    const history = await operator(contract.callerHistory, { phone: '139 9171 2388' });
    expect(history.phone).toBe('139****2388');
    expect(history.tickets.length).toBeGreaterThan(2);
  });

  it('the same thing again joins the earlier ticket and is told its progress', async () => {
    const { ticketId } = await atUnit({ text: '东关桥头的垃圾桶满了三天没人清，臭得很', place: '东关桥头' });
    const again = { text: '东关桥头垃圾桶满了三天没人清，太臭', town: 'town-610329100' };
    const { similar } = await platform.call(contract.adviseWriting, again);
    expect(similar[0]).toMatchObject({ ticketId, probable: true });
    const joined = await platform.call(contract.joinTicket, {
      ticketId,
      text: '我家也闻得到',
      contact: { name: '赵小兰' },
    });
    const own = await platform.call(contract.followTicket, { no: joined.no, code: joined.code });
    expect(own).toMatchObject({ role: 'joiner', text: '', actions: [] });
    expect(
      await refusal(platform.call(contract.withdrawTicket, { ticketId, code: joined.code, reason: '不要了' })),
    ).toBe('TICKET_NOT_FOUND');
    expect((await dispatcher(contract.readTicket, { ticketId })).repeats).toBe(1);
    const second = await raise({ text: '东关桥头垃圾没人管' });
    await dispatcher(contract.mergeTicket, { ticketId: second.ticketId, into: ticketId, reason: '同一处' });
    expect((await dispatcher(contract.readTicket, { ticketId })).repeats).toBe(2);
    expect(await openTasks(second.ticketId)).toEqual([]);
    const itself = dispatcher(contract.mergeTicket, { ticketId, into: ticketId, reason: '错了' });
    expect(await refusal(itself)).toBe('TICKET_MERGE_ITSELF');
  });
});

describe('whose duty it is', () => {
  it('is returned with a rule, goes to the panel the second time, and a designated unit keeps it', async () => {
    const { ticketId } = await atUnit();
    const rule = 'not-our-duty';
    expect(await refusal(market(contract.returnTicket, { ticketId, rule, reason: '不归我' }))).toBe('TICKET_NOT_FOUND');
    expect(await refusal(housing(contract.returnTicket, { ticketId, rule: 'busy', reason: '没空' }))).toBe(
      'TICKET_RETURN_RULE_UNKNOWN',
    );
    await housing(contract.returnTicket, { ticketId, rule, reason: '路灯归供电' });
    expect((await openTasks(ticketId)).map(({ kind }) => kind)).toEqual(['hotline.dispatch']);
    const advice = await dispatcher(contract.suggestUnits, { ticketId });
    expect(advice.suggestions.map(({ unitId }) => unitId)).not.toContain('housing-construction');
    await dispatcher(contract.dispatchTicket, { ticketId, lead: 'power-company' });
    await power(contract.returnTicket, { ticketId, rule, reason: '不是我们的' });
    expect((await dispatcher(contract.readTicket, { ticketId })).status).toBe('panel');
    expect((await openTasks(ticketId)).map(({ kind }) => kind)).toEqual(['hotline.panel']);
    const designated = await dispatcher(contract.designateUnit, {
      ticketId,
      lead: 'housing-construction',
      note: '会商意见',
    });
    expect(designated.dueAt).toBe('2026-11-30T10:00:00.000Z');
    expect(await refusal(housing(contract.returnTicket, { ticketId, rule, reason: '还是不归' }))).toBe(
      'TICKET_DESIGNATED',
    );
    await dispatcher(contract.handOverTicket, { ticketId, to: 'power-company', reason: '线路产权' });
    expect((await openTasks(ticketId)).every(({ unitId }) => unitId === 'power-company')).toBe(true);
    const unknown = dispatcher(contract.handOverTicket, { ticketId, to: 'nobody', reason: '试试' });
    expect(await refusal(unknown)).toBe('TICKET_UNIT_UNKNOWN');
  });

  it('a town gets it with a copy for the county unit', async () => {
    const { ticketId } = await raise();
    await dispatcher(contract.dispatchTicket, { ticketId, lead: 'town-610329100' });
    const view = await dispatcher(contract.readTicket, { ticketId });
    expect(view.copies.map(({ id }) => id)).toEqual(['housing-construction']);
    expect((await housing(contract.readTicket, { ticketId })).caller.known).toBe(false);
    expect((await housing(contract.readTicket, { ticketId })).actions).toEqual([]);
    expect(await refusal(housing(contract.readCaller, { ticketId }))).toBe('TICKET_CONFIDENTIAL');
    expect((await town(contract.readCaller, { ticketId })).people[0]).toMatchObject(contact);
  });

  it('is extended once, with notice, and ended early only by the hotline', async () => {
    const { ticketId } = await atUnit();
    await housing(contract.signTicket, { ticketId });
    await housing(contract.askExtension, { ticketId, reason: '配件要从市里调' });
    expect(await refusal(housing(contract.askExtension, { ticketId, reason: '再要' }))).toBe('TICKET_DECISION_PENDING');
    expect((await dispatcher(contract.listTickets, { waiting: 'extension' })).tickets.map(({ id }) => id)).toContain(
      ticketId,
    );
    const { dueAt } = await dispatcher(contract.decideExtension, { ticketId, granted: true, note: '情况属实' });
    expect(dueAt).toBe('2026-12-07T10:00:00.000Z');
    expect((await openTasks(ticketId))[0]?.dueAt).toBe(dueAt);
    expect(await refusal(housing(contract.askExtension, { ticketId, reason: '还要' }))).toBe('TICKET_EXTENDED_ONCE');
    await housing(contract.askEarlyClosing, { ticketId, reason: '列入明年计划' });
    expect(await refusal(housing(contract.decideEarlyClosing, { ticketId, granted: true, note: '自己批' }))).toBe(
      'FORBIDDEN',
    );
    await dispatcher(contract.decideEarlyClosing, { ticketId, granted: true, note: '同意' });
    expect(await openTasks(ticketId)).toEqual([]);
  });

  it('a complaint becomes a question only when the person agrees', async () => {
    const { ticketId, code } = await raise();
    await dispatcher(contract.proposeClass, { ticketId, to: 'question', reason: '只是问修理时间' });
    const own = await platform.call(contract.answerClassProposal, { ticketId, code, agreed: false });
    expect(own.className).toBe('投诉');
    await supervisor(contract.decideMalicious, { ticketId, documentNo: '麟热认〔2026〕1号', reason: '经核查捏造' });
    const judged = await platform.call(contract.followTicket, { no: own.no, code });
    expect(judged.thread.some(({ text }) => text.includes('申诉'))).toBe(true);
    expect(await refusal(platform.call(contract.reopenTicket, { ticketId, code, reason: '我没有捏造' }))).toBe(
      'TICKET_NOT_REOPENABLE',
    );
  });
});

describe('who reported stays unknown', () => {
  it('no answer to the reported or the handling unit contains name, phone or words that tell, whatever it asks for', async () => {
    const secret = { name: '欧阳静文', phone: '13772719966', email: 'jingwen@example.com' };
    const forms = [secret.name, '欧阳 静文', secret.phone, '137 7271 9966', secret.email];
    const upload = await platform.call(contract.uploadAttachment, { document: paper('欧阳静文的照片.pdf') } as never);
    const report = await raise({
      class: 'report',
      title: '欧阳静文举报工地',
      text: `我是${secret.name}，电话137 7271 9966，住建局放任三号工地夜间施工，欧阳 静文可以作证。`,
      place: '欧阳静文家楼下',
      againstUnits: ['housing-construction'],
      contact: secret,
      attachments: [upload.attachmentId],
    });
    const { ticketId, code } = report;
    const barred = dispatcher(contract.dispatchTicket, { ticketId, lead: 'housing-construction' });
    expect(await refusal(barred)).toBe('TICKET_UNIT_BARRED');
    await dispatcher(contract.dispatchTicket, { ticketId, lead: 'ecology', assist: [{ unitId: 'town-610329100' }] });
    await operator(contract.supplementByDesk, { ticketId, text: `${secret.name}来电（${secret.phone}）：昨晚又施工` });
    const ecology = await platform.signIn('officer-ecology');
    await ecology(contract.signTicket, { ticketId });
    await platform.call(contract.supplementTicket, { ticketId, code, text: `我${secret.name}再补充一句` });
    await ecology(contract.sendMessage, { ticketId, text: '请补充时间' });
    await platform.drain();

    const cookies = await Promise.all(
      ['officer-ecology', 'officer-town-610329100', 'officer-housing-construction', 'hotline-dispatcher'].map((name) =>
        platform.cookieOf(name),
      ),
    );
    const paths = [
      `/api/hotline/tickets/${ticketId}`,
      `/api/hotline/tickets/${ticketId}/caller`,
      '/api/hotline/tickets?size=200',
      `/api/hotline/tickets?text=${encodeURIComponent('工地')}`,
      `/api/hotline/attachments/${upload.attachmentId}`,
      `/api/hotline/attachments/${upload.attachmentId}/content`,
      `/api/hotline/advice?text=${encodeURIComponent('住建局放任三号工地夜间施工')}`,
      '/api/hotline/supervision',
      '/api/hotline/rates?from=2026-11-01&to=2026-11-30',
      '/api/hotline/hot',
      '/api/hotline/briefing',
      '/api/hotline/causes?from=2026-11-01&to=2026-11-30',
      '/api/public/hotline',
      '/api/tasks?size=200',
      '/api/hotline/mine',
      `/api/hotline/mine/${ticketId}`,
    ];
    for (const cookie of cookies.slice(0, 3)) {
      for (const url of paths) {
        const { body } = await platform.http.inject({ url, headers: { cookie } });
        for (const form of forms) expect(body.includes(form), `${url} says ${form}`).toBe(false);
      }
    }
    const reported = await platform.http.inject({ url: paths[0] ?? '', headers: { cookie: cookies[2] ?? '' } });
    expect(reported.statusCode).toBe(404);
    const list = await housing(contract.listTickets, { size: 200 });
    expect(list.tickets.map(({ id }) => id)).not.toContain(ticketId);
    expect(await refusal(ecology(contract.readCaller, { ticketId }))).toBe('TICKET_CONFIDENTIAL');

    const recorded = await platform.asSystem((tx) =>
      tx.rows<{
        all: string;
      }>(sql`select state::text as all from hotline.ticket where region = ${tx.region} and id = ${ticketId}
        union all select body::text from hotline.ticket_event where region = ${tx.region} and ticket_id = ${ticketId}
        union all select title from tasks.task where region = ${tx.region} and subject_id = ${ticketId}
        union all select payload::text from kernel.outbox where region = ${tx.region} and payload->>'ticketId' = ${ticketId}
        union all select coalesce(name_sealed, '') || coalesce(phone_sealed, '') || original_sealed from hotline.caller
          where region = ${tx.region} and ticket_id = ${ticketId}`),
    );
    expect(recorded.length).toBeGreaterThan(8);
    for (const { all } of recorded) for (const form of forms) expect(all).not.toContain(form);

    // The hotline's own desk does see it, after it is written in the journal.
    expect((await dispatcher(contract.readCaller, { ticketId })).people[0]).toMatchObject(secret);
    const released = await dispatcher(contract.releaseAttachment, { attachmentId: upload.attachmentId });
    expect(released.released).toBe(true);
    const seen = await ecology(contract.readTicket, { ticketId });
    expect(seen.attachments.map(({ name }) => name)).toEqual(['附件.pdf']);
    expect(seen.caller).toMatchObject({ known: false, name: '', phone: '' });
    expect(sent.some(({ to, text }) => to === secret.phone && text.includes('请补充时间'))).toBe(true);
  });

  it('an anonymous ticket keeps nothing that was typed about oneself', async () => {
    const { ticketId, no, code } = await raise({ anonymous: true }, applicant);
    const [person] = (await dispatcher(contract.readCaller, { ticketId })).people;
    expect(person).toMatchObject({ name: '', phone: '', email: '' });
    expect((await applicant(contract.myTickets, {})).tickets.map(({ id }) => id)).not.toContain(ticketId);
    expect((await platform.call(contract.followTicket, { no, code })).id).toBe(ticketId);
    const wrong = raise({ contact: { phone: '12' } });
    expect(await refusal(wrong)).toBe('TICKET_CONTACT_WRONG');
  });

  it('a signed-in person finds it without a code and hears of it on his list', async () => {
    const { ticketId } = await raise({ contact: {} }, applicant);
    const own = await applicant(contract.myTicket, { ticketId });
    expect(own.role).toBe('caller');
    expect(await refusal(firm(contract.myTicket, { ticketId }))).toBe('TICKET_NOT_FOUND');
    const withdrawn = await applicant(contract.withdrawTicket, { ticketId, reason: '自己修好了' });
    expect(withdrawn.status).toBe('withdrawn');
    expect(await openTasks(ticketId)).toEqual([]);
  });

  it('a unit with an interest withdraws and is out', async () => {
    const { ticketId } = await atUnit();
    await housing(contract.recuseUnit, { ticketId, reason: '施工方是本局下属' });
    expect(await refusal(housing(contract.readTicket, { ticketId }))).toBe('TICKET_NOT_FOUND');
  });
});

describe('the record', () => {
  it('is all there is: the events of every ticket fold to its row', async () => {
    const rows = await platform.asSystem((tx) =>
      tx.rows<Record<string, unknown> & { id: string; state: unknown; version: number }>(
        sql`select * from hotline.ticket where region = ${tx.region} order by id`,
      ),
    );
    const events = await platform.asSystem((tx) =>
      tx.rows<{ ticketId: string; seq: number; body: TicketEvent; actorId: string | null; type: string }>(
        sql`select ticket_id, seq, body, actor_id, type from hotline.ticket_event where region = ${tx.region} order by ticket_id, seq`,
      ),
    );
    expect(rows.length).toBeGreaterThan(12);
    for (const row of rows) {
      const own = events.filter(({ ticketId }) => ticketId === row.id);
      const state = foldAll(
        null,
        own.map(({ body }) => body),
      );
      expect(state).toEqual(row.state);
      expect(own.map(({ seq }) => seq)).toEqual(own.map((_, at) => at + 1));
      expect(row.version).toBe(own.length);
      const { state: _, ...flat } = projection(state);
      expect(row).toMatchObject(flat);
    }
    expect(events.some(({ actorId, type }) => type === 'calledBack' && actorId === null)).toBe(true);
  });

  it('leaves no ticket without somebody who owes the next step', async () => {
    const orphans = await platform.asSystem((tx) =>
      tx.rows(sql`select no, status from hotline.ticket t where region = ${tx.region}
        and status in ('received', 'dispatched', 'signed', 'panel', 'replied') and not exists (
          select from tasks.task k where k.region = t.region and k.subject_id = t.id::text and k.state <> 'finished' and k.unit_id is not null)`),
    );
    expect(orphans).toEqual([]);
  });

  it('64 people at once get 64 numbers, and the same key twice one ticket', async () => {
    const made = await Promise.all(
      Array.from({ length: 64 }, (_, at) => raise({ text: `第${at}号楼前面的井盖松了，车一过就响` })),
    );
    expect(new Set(made.map(({ no }) => no)).size).toBe(64);
    const numbers = made.map(({ no }) => Number(no.slice(-4))).sort((a, b) => a - b);
    expect((numbers.at(-1) ?? 0) - (numbers[0] ?? 0)).toBe(63);
    const key = { idempotencyKey: 'hotline-same-key-0001' };
    const twice = await Promise.all([1, 2, 3].map(() => platform.call(contract.registerTicket, lamp, key)));
    expect(new Set(twice.map(({ ticketId, code }) => `${ticketId} ${code}`)).size).toBe(1);
  });

  it('of two desks at once the second hears what the first did', async () => {
    const { ticketId } = await raise();
    const results = await Promise.all(
      ['housing-construction', 'power-company'].map((lead) =>
        refused(dispatcher(contract.dispatchTicket, { ticketId, lead })),
      ),
    );
    expect(results.map(([, code]) => code).sort()).toEqual(['TICKET_STEP_IMPOSSIBLE', 'none']);
  });
});
