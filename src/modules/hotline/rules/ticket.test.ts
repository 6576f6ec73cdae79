import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { AppError } from '../../../kernel/errors.ts';
import { plusMs } from '../../../kernel/time.ts';
import { decide, type Ground, type TicketCommand } from './decide.ts';
import { mattersFile, settingsFile } from './definition.ts';
import { needsAgreement, termsFor } from './terms.ts';
import {
  evolve,
  foldAll,
  handlersOf,
  leadOf,
  readersOf,
  type TicketEvent,
  type TicketFacts,
  type TicketState,
} from './ticket.ts';
import { actionsFrom, isOpen, ticketActions, ticketClasses, ticketStatuses, ticketTransitions } from './transitions.ts';

const folder = resolve(import.meta.dirname, '../../../../data/hotline');
const settings = settingsFile.parse(parse(readFileSync(resolve(folder, 'settings.yaml'), 'utf8')));
const matters = mattersFile.parse(parse(readFileSync(resolve(folder, 'matters.yaml'), 'utf8')));
const start = '2026-11-23T01:00:00.000Z';
const hour = 3_600_000;

const ground = (now = start, over: Partial<Ground> = {}): Ground => ({
  now,
  by: '测试',
  settings,
  matters,
  // A calendar without holidays is enough for rules that only pass it on.
  dueOf: (from, term) => plusMs(from, Number.parseFloat(term) * (term.endsWith('h') ? hour : 24 * hour)),
  nameOf: (id) => id,
  ...over,
});
const facts: TicketFacts = {
  class: 'complaint',
  urgency: 'normal',
  channel: 'portal',
  title: '路灯不亮',
  text: '西大街路灯坏了',
  town: '',
  place: '',
  occurred: '',
  topic: '市政设施',
  matter: '',
  againstUnits: [],
  anonymous: false,
  confidential: false,
  enterprise: false,
};
const fresh = (over: Partial<TicketFacts> = {}, barredUnits: readonly string[] = []): TicketState =>
  evolve(null, { type: 'registered', at: start, facts: { ...facts, ...over }, barredUnits });
const run = (ticket: TicketState, commands: readonly TicketCommand[], at = start, over: Partial<Ground> = {}) =>
  commands.reduce((state, command) => foldAll(state, decide(state, command, ground(at, over))), ticket);
const codeOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
  return '';
};

const dispatch = (
  lead = 'a',
  assist: readonly string[] = [],
  action: 'dispatch' | 'designate' = 'dispatch',
): TicketCommand => ({
  action,
  parts: [
    { unitId: lead, role: 'lead', asks: '' },
    ...assist.map((unitId) => ({ unitId, role: 'assist' as const, asks: '' })),
  ],
  copies: [],
  automatic: false,
  note: '',
});
const sign = (unitId = 'a'): TicketCommand => ({ action: 'sign', unitId });
const giveBack = (unitId = 'a'): TicketCommand => ({
  action: 'return',
  unitId,
  rule: 'not-our-duty',
  reason: '不归我管',
});
const reply = (over: Partial<Extract<TicketCommand, { action: 'reply' }>> = {}): TicketCommand => ({
  action: 'reply',
  unitId: 'a',
  reply: {
    text: '已修好',
    result: 'done',
    doneOn: null,
    cause: { kind: 'single', subject: '', ownerUnit: null },
    warnings: [],
  },
  failures: [],
  ...over,
});
const callBack = (solved: boolean, satisfaction = 4, understood = false): TicketCommand => ({
  action: 'callBack',
  channel: 'link',
  solved,
  satisfaction,
  understood,
  comment: '',
});

describe('the transition table', () => {
  it('names for every action where it may start and on what ground', () => {
    for (const action of ticketActions) {
      const { from, by, basis, zh } = ticketTransitions[action];
      expect(from.length, action).toBeGreaterThan(0);
      expect(by.length, action).toBeGreaterThan(0);
      expect(`${basis.title}${zh}`, action).toMatch(/[一-龥]/);
    }
  });

  it('lets nothing but looking back happen to what is withdrawn or merged', () => {
    expect(actionsFrom('withdrawn')).toEqual([]);
    expect(actionsFrom('merged')).toEqual([]);
    expect(actionsFrom('closed')).toEqual(['reopen', 'exclude', 'nameCause']);
  });

  it('refuses with the status and the basis whatever the table does not list', () => {
    expect(codeOf(() => run(fresh(), [sign()]))).toBe('TICKET_STEP_IMPOSSIBLE');
    expect(codeOf(() => run(fresh(), [dispatch(), reply()]))).toBe('TICKET_STEP_IMPOSSIBLE');
  });
});

describe('dispatch', () => {
  it('takes one lead, every unit once, and nobody who is barred, not even as a copy', () => {
    const two = { ...dispatch('a'), parts: [] } as unknown as TicketCommand;
    expect(codeOf(() => run(fresh(), [two]))).toBe('TICKET_ONE_LEAD');
    expect(codeOf(() => run(fresh(), [dispatch('a', ['a'])]))).toBe('TICKET_UNIT_TWICE');
    const reported = fresh({ class: 'report' }, ['a']);
    expect(codeOf(() => run(reported, [dispatch('a')]))).toBe('TICKET_UNIT_BARRED');
    expect(codeOf(() => run(reported, [dispatch('b', ['a'])]))).toBe('TICKET_UNIT_BARRED');
    const copied = { ...dispatch('b'), copies: ['a'] } as TicketCommand;
    expect(codeOf(() => run(reported, [copied]))).toBe('TICKET_UNIT_BARRED');
  });

  it('starts the clock; signing late moves nothing', () => {
    const dispatched = run(fresh(), [dispatch()]);
    expect(dispatched.dueAt).toBe(plusMs(start, 5 * 24 * hour));
    const signed = run(dispatched, [sign()], plusMs(start, 4 * 24 * hour));
    expect(signed.dueAt).toBe(dispatched.dueAt);
  });

  it.each([
    ['question', 'normal', '', '1wd'],
    ['question', 'urgent', '', '0wd'],
    ['help', 'normal', '', '3wd'],
    ['complaint', 'normal', '', '5wd'],
    ['report', 'normal', '', '5wd'],
    ['complaint', 'normal', 'bidding', '30wd'],
    ['complaint', 'normal', 'procurement', '30wd'],
  ] as const)('%s %s %s has %s', (kind, urgency, matter, term) => {
    const terms = termsFor({ class: kind, urgency, matter, enterprise: false }, settings, matters);
    expect(terms.reply).toBe(term);
    expect(terms.source).not.toBe('');
    expect(terms.statutory).toBe(matter === '' ? null : term);
  });

  it('gives bidding complaints three working days to be accepted, and an enterprise request its own term', () => {
    expect(termsFor({ ...facts, matter: 'bidding' }, settings, matters).sign).toBe('3wd');
    expect(termsFor({ ...facts, class: 'help', enterprise: true }, settings, matters).reply).toBe('15wd');
  });
});

describe('returning', () => {
  const dispatched = run(fresh(), [dispatch()]);

  it('needs a rule of the list, the lead, and its term', () => {
    expect(codeOf(() => run(dispatched, [{ ...giveBack(), rule: 'no-time' } as TicketCommand]))).toBe(
      'TICKET_RETURN_RULE_UNKNOWN',
    );
    expect(codeOf(() => run(run(fresh(), [dispatch('a', ['b'])]), [giveBack('b')]))).toBe('TICKET_NOT_LEAD');
    expect(codeOf(() => run(dispatched, [giveBack()], plusMs(start, 24 * hour + 1)))).toBe('TICKET_RETURN_TOO_LATE');
    expect(run(dispatched, [giveBack()], plusMs(start, 24 * hour)).status).toBe('received');
  });

  it('is not for a designated unit', () => {
    const designated = run(fresh(), [dispatch('a', [], 'designate')]);
    expect(codeOf(() => run(designated, [giveBack()]))).toBe('TICKET_DESIGNATED');
  });

  it('twice calls the panel together by itself', () => {
    const twice = run(dispatched, [giveBack(), dispatch('b'), giveBack('b')]);
    expect(twice.status).toBe('panel');
    expect(twice.returns.map(({ unitId }) => unitId)).toEqual(['a', 'b']);
    expect(handlersOf(twice)).toEqual([]);
  });

  it('gains no time when it was wrong: the old start counts', () => {
    const back = run(dispatched, [giveBack()], plusMs(start, hour));
    const again = run(back, [dispatch('a', [], 'designate')], plusMs(start, 30 * hour));
    expect(again.dueAt).toBe(dispatched.dueAt);
    const other = run(back, [dispatch('b')], plusMs(start, 30 * hour));
    expect(other.dueAt).toBe(plusMs(start, (30 + 5 * 24) * hour));
  });

  it('a unit that withdraws never has it again', () => {
    const recused = run(dispatched, [{ action: 'recuse', unitId: 'a', reason: '亲属' }]);
    expect(recused.barredUnits).toEqual(['a']);
    expect(codeOf(() => run(recused, [dispatch('a')]))).toBe('TICKET_UNIT_BARRED');
  });
});

describe('more time, and less', () => {
  const signed = run(fresh(), [dispatch(), sign()]);
  const ask: TicketCommand = { action: 'askExtension', reason: '等配件' };

  it('extends once, before the term, by decision', () => {
    expect(codeOf(() => run(signed, [ask], plusMs(signed.dueAt ?? '', 1)))).toBe('TICKET_EXTENSION_TOO_LATE');
    const asked = run(signed, [ask]);
    expect(codeOf(() => run(asked, [ask]))).toBe('TICKET_DECISION_PENDING');
    const granted: TicketCommand = { action: 'decideExtension', granted: true, note: '同意' };
    const decided = run(asked, [granted]);
    expect(decided.extension?.decision?.granted).toBe(true);
    expect(codeOf(() => run(decided, [ask]))).toBe('TICKET_EXTENDED_ONCE');
    expect(codeOf(() => run(signed, [granted]))).toBe('TICKET_NOTHING_ASKED');
  });

  it('ends early only when the hotline agrees', () => {
    const asked = run(signed, [{ action: 'askEarlyClosing', reason: '已列入明年计划' }]);
    expect(asked.status).toBe('signed');
    expect(run(asked, [{ action: 'decideEarlyClosing', granted: false, note: '不同意' }]).status).toBe('signed');
    const closed = run(asked, [{ action: 'decideEarlyClosing', granted: true, note: '同意' }]);
    expect(closed).toMatchObject({ status: 'closed', outcome: 'endedEarly', excluded: '经批准提前办结' });
  });
});

describe('reply and call-back', () => {
  const signed = run(fresh(), [dispatch(), sign()]);
  const replied = run(signed, [reply()]);

  it('waits for the assisting units and names the cause of a complaint', () => {
    const joint = run(fresh(), [dispatch('a', ['b']), sign()]);
    expect(codeOf(() => run(joint, [reply()]))).toBe('TICKET_PARTS_MISSING');
    expect(run(joint, [{ action: 'replyPart', unitId: 'b', text: '线路正常' }, reply()]).status).toBe('replied');
    const without = reply({ reply: { text: '已修', result: 'done', doneOn: null, cause: null, warnings: [] } });
    expect(codeOf(() => run(signed, [without]))).toBe('TICKET_CAUSE_MISSING');
    expect(run(run(fresh({ class: 'question' }), [dispatch(), sign()]), [without]).status).toBe('replied');
    expect(codeOf(() => run(joint, [{ action: 'replyPart', unitId: 'a', text: '我' }]))).toBe(
      'TICKET_LEAD_REPLIES_WHOLE',
    );
  });

  it('warns of a poor reply, and refuses it only when the county says so', () => {
    const poor = reply({ failures: ['有日期：没有写'] });
    expect(run(signed, [poor]).replies[0]?.warnings).toEqual(['有日期：没有写']);
    const strict = { ...settings, reply: { ...settings.reply, blocks: { value: true, source: '测试' } } };
    expect(codeOf(() => run(signed, [poor], start, { settings: strict }))).toBe('TICKET_REPLY_POOR');
  });

  it.each([
    [callBack(true, 5), 'closed', 'solved'],
    [callBack(true, 3), 'closed', 'solved'],
    [callBack(true, 2), 'signed', null],
    [callBack(false, 1), 'signed', null],
    [callBack(false, 3, true), 'closed', 'explained'],
  ] as const)('%o leads to %s', (command, status, outcome) => {
    expect(run(replied, [command])).toMatchObject({ status, outcome });
  });

  it('"no" reopens by rule until enough; then it is closed as unsolved and counted so', () => {
    let ticket = replied;
    for (let round = 0; round < settings.callBack.maxReopens.value; round += 1) {
      ticket = run(ticket, [callBack(false)]);
      expect(ticket).toMatchObject({ status: 'signed', reopens: round + 1 });
      ticket = run(ticket, [reply()]);
    }
    ticket = run(ticket, [callBack(false)]);
    expect(ticket).toMatchObject({ status: 'closed', outcome: 'unsolved', solved: false, excluded: null });
    expect(codeOf(() => run(ticket, [{ action: 'reopen', reason: '还是坏的' }]))).toBe('TICKET_REOPENED_ENOUGH');
  });

  it('three calls into the void close it, uncounted', () => {
    const attempt: TicketCommand = { action: 'attemptCall', channel: 'phone', note: '' };
    expect(run(replied, [attempt, attempt]).status).toBe('replied');
    expect(run(replied, [attempt, attempt, attempt])).toMatchObject({ status: 'closed', outcome: 'unreached' });
  });

  it('reopens within its days and not a question answered on the spot', () => {
    const closed = run(replied, [callBack(true)]);
    const again: TicketCommand = { action: 'reopen', reason: '又坏了' };
    expect(run(closed, [again])).toMatchObject({ status: 'signed', outcome: null, closedAt: null });
    expect(codeOf(() => run(closed, [again], plusMs(start, 16 * 24 * hour)))).toBe('TICKET_REOPEN_TOO_LATE');
    const answered = run(fresh({ class: 'question' }), [{ action: 'answer', text: '带身份证', entryId: null }]);
    expect(codeOf(() => run(answered, [again]))).toBe('TICKET_NOT_REOPENABLE');
  });

  it('an enterprise strikes its request off itself; nobody does it on the phone', () => {
    const firm = run(fresh({ enterprise: true, class: 'help' }), [dispatch(), sign(), reply()]);
    const phone = { ...callBack(true, 5), channel: 'phone' } as TicketCommand;
    expect(run(firm, [phone])).toMatchObject({ status: 'replied', solved: true });
    expect(run(firm, [{ action: 'writeOff', satisfaction: 5, note: '' }])).toMatchObject({ outcome: 'writtenOff' });
    expect(codeOf(() => run(replied, [{ action: 'writeOff', satisfaction: 5, note: '' }]))).toBe(
      'TICKET_NOT_ENTERPRISE',
    );
  });
});

describe('the class', () => {
  it('is made smaller only with the person', () => {
    expect(needsAgreement('complaint', 'question')).toBe(true);
    expect(needsAgreement('question', 'complaint')).toBe(false);
    expect(needsAgreement('complaint', 'report')).toBe(false);
    const asked = run(fresh(), [{ action: 'proposeClass', to: 'question', reason: '只是问' }]);
    expect(asked.facts.class).toBe('complaint');
    expect(run(asked, [{ action: 'answerClassProposal', agreed: false }]).facts.class).toBe('complaint');
    expect(run(asked, [{ action: 'answerClassProposal', agreed: true }]).facts.class).toBe('question');
    const silently: TicketCommand = { action: 'reclassify', facts: { ...facts, class: 'question' }, reason: '' };
    expect(codeOf(() => run(fresh(), [silently]))).toBe('TICKET_CLASS_NEEDS_PERSON');
    expect(codeOf(() => run(fresh(), [{ action: 'proposeClass', to: 'complaint', reason: '' }]))).toBe(
      'TICKET_CLASS_SAME',
    );
  });
});

describe('what becomes a report', () => {
  const about = fresh({ againstUnits: ['a'] });
  const toReport: TicketCommand = { action: 'proposeClass', to: 'report', reason: '内容是举报' };
  it('bars the reported unit from then on, and cannot stay with it', () => {
    expect(run(about, [toReport]).barredUnits).toEqual(['a']);
    expect(codeOf(() => run(about, [dispatch('a'), toReport]))).toBe('TICKET_UNIT_BARRED');
    expect(run(about, [dispatch('b'), toReport]).facts.class).toBe('report');
  });
});

const units = ['a', 'b', 'c'];
const anyUnit = fc.constantFrom(...units);
const anyCommand: fc.Arbitrary<TicketCommand> = fc.oneof(
  fc
    .record({ lead: anyUnit, assist: fc.uniqueArray(anyUnit, { maxLength: 2 }), forced: fc.boolean() })
    .map(({ lead, assist, forced }) => dispatch(lead, assist, forced ? 'designate' : 'dispatch')),
  anyUnit.map(sign),
  anyUnit.map(giveBack),
  anyUnit.map((unitId): TicketCommand => ({ action: 'recuse', unitId, reason: '回避' })),
  anyUnit.map((to): TicketCommand => ({ action: 'handOver', to, reason: '产权' })),
  anyUnit.map((unitId): TicketCommand => ({ action: 'replyPart', unitId, text: '部分' })),
  anyUnit.map((unitId) => reply({ unitId })),
  fc
    .record({ solved: fc.boolean(), satisfaction: fc.integer({ min: 1, max: 5 }), understood: fc.boolean() })
    .map((one) => callBack(one.solved, one.satisfaction, one.understood)),
  fc.constantFrom<TicketCommand>(
    { action: 'convene', reason: '不清楚' },
    { action: 'contact', note: '打过电话' },
    { action: 'askExtension', reason: '等' },
    { action: 'decideExtension', granted: true, note: '同意' },
    { action: 'askEarlyClosing', reason: '办不成' },
    { action: 'decideEarlyClosing', granted: true, note: '同意' },
    { action: 'attemptCall', channel: 'phone', note: '' },
    { action: 'reopen', reason: '又坏了' },
    { action: 'join' },
    { action: 'withdraw', reason: '不用了' },
    { action: 'decideMalicious', documentNo: '1号', reason: '捏造', remedy: '申诉' },
    { action: 'exclude', reason: '批准' },
  ),
);

describe('whatever is tried in whatever order', () => {
  const steps = fc.array(fc.tuple(anyCommand, fc.integer({ min: 0, max: 40 })), { maxLength: 40 });

  it('a dispatched ticket has one lead, nobody barred reads it, and due moves only with a dispatch, a decision or a reopening', () => {
    fc.assert(
      fc.property(steps, fc.boolean(), (tried, isReport) => {
        let ticket = isReport ? fresh({ class: 'report' }, ['c']) : fresh();
        let now = start;
        const recorded: TicketEvent[] = [];
        for (const [command, hours] of tried) {
          now = plusMs(now, hours * hour);
          let events: TicketEvent[];
          try {
            events = decide(ticket, command, ground(now));
          } catch (error) {
            if (error instanceof AppError) continue;
            throw error;
          }
          for (const event of events) {
            const before = ticket;
            ticket = evolve(ticket, event);
            recorded.push(event);
            const mayMove = ['dispatched', 'returned', 'recused', 'convened', 'reopened', 'extensionDecided'];
            if (!mayMove.includes(event.type)) expect(ticket.dueAt).toBe(before.dueAt);
            if (['dispatched', 'signed', 'replied'].includes(ticket.status)) {
              expect(leadOf(ticket)).toBeDefined();
              expect(ticket.dueAt).not.toBeNull();
            }
            expect(ticketStatuses).toContain(ticket.status);
            expect(isOpen(ticket.status) || ticket.closedAt !== null).toBe(true);
            for (const unit of ticket.barredUnits) expect(readersOf(ticket)).not.toContain(unit);
          }
        }
        const whole = foldAll(isReport ? fresh({ class: 'report' }, ['c']) : fresh(), recorded);
        expect(whole).toEqual(ticket);
      }),
      { numRuns: 300, seed: 610329 },
    );
  });

  it('signing later never gives a later due date', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...ticketClasses),
        fc.integer({ min: 0, max: 300 }),
        fc.integer({ min: 0, max: 300 }),
        (kind, early, late) => {
          const dispatched = run(fresh({ class: kind }), [dispatch()]);
          const one = run(dispatched, [sign()], plusMs(start, Math.min(early, late) * hour));
          const other = run(dispatched, [sign()], plusMs(start, Math.max(early, late) * hour));
          expect(other.dueAt).toBe(one.dueAt);
        },
      ),
      { numRuns: 60, seed: 7 },
    );
  });
});
