import { AppError } from '../../../kernel/errors.ts';
import { plusMs } from '../../../kernel/time.ts';
import type { Ground } from './decide.ts';
import { leadOf, type Cause, type Reply, type TicketEvent, type TicketState } from './ticket.ts';

/** How a ticket ends: the reply, what the person says to it, and what the hotline decides about it. */
export type OutcomeCommand =
  | { action: 'reply'; unitId: string; reply: Omit<Reply, 'at' | 'by' | 'unitId'>; failures: readonly string[] }
  | {
      action: 'callBack';
      channel: 'link' | 'phone' | 'sms';
      solved: boolean;
      satisfaction: number;
      understood: boolean;
      comment: string;
    }
  | { action: 'attemptCall'; channel: 'phone' | 'sms'; note: string }
  | { action: 'reopen'; reason: string }
  | { action: 'writeOff'; satisfaction: number; note: string }
  | { action: 'decideMalicious'; documentNo: string; reason: string; remedy: string }
  | { action: 'exclude'; reason: string }
  | { action: 'nameCause'; cause: Cause };

export function decideOutcome(ticket: TicketState, command: OutcomeCommand, ground: Ground): TicketEvent[] {
  const { now: at, by } = ground;
  switch (command.action) {
    case 'reply':
      return [reply(ticket, command, ground)];
    case 'callBack':
      return calledBack(ticket, command, ground);
    case 'attemptCall':
      return attempted(ticket, command, ground);
    case 'reopen':
      return [reopened(ticket, command.reason, ground)];
    case 'writeOff':
      if (!ticket.facts.enterprise) throw new AppError('TICKET_NOT_ENTERPRISE');
      return [
        {
          type: 'calledBack',
          at,
          call: {
            at,
            by,
            channel: 'link',
            reached: true,
            solved: true,
            satisfaction: command.satisfaction,
            comment: command.note,
          },
        },
        { type: 'closed', at, outcome: 'writtenOff', note: command.note, excluded: null },
      ];
    case 'decideMalicious': {
      const { documentNo, reason, remedy } = command;
      return [
        { type: 'judgedMalicious', at, by, documentNo, reason, remedy },
        { type: 'closed', at, outcome: 'malicious', note: reason, excluded: '认定为恶意诉求' },
      ];
    }
    case 'exclude':
      return [{ type: 'excluded', at, by, reason: command.reason }];
    case 'nameCause':
      return [{ type: 'causeNamed', at, by, cause: command.cause }];
  }
}

function reply(
  ticket: TicketState,
  command: Extract<OutcomeCommand, { action: 'reply' }>,
  { now: at, by, settings, nameOf }: Ground,
): TicketEvent {
  if (leadOf(ticket)?.unitId !== command.unitId)
    throw new AppError('TICKET_NOT_LEAD', { unit: nameOf(command.unitId) });
  const waiting = ticket.parts.filter((part) => part.role === 'assist' && part.reply === null);
  if (waiting.length > 0)
    throw new AppError('TICKET_PARTS_MISSING', { units: waiting.map(({ unitId }) => nameOf(unitId)).join('、') });
  const { class: kind } = ticket.facts;
  if ((kind === 'complaint' || kind === 'report') && command.reply.cause === null)
    throw new AppError('TICKET_CAUSE_MISSING');
  if (settings.reply.blocks.value && command.failures.length > 0)
    throw new AppError('TICKET_REPLY_POOR', { faults: command.failures.join('；') });
  return {
    type: 'replied',
    at,
    reply: { ...command.reply, at, by, unitId: command.unitId, warnings: command.failures },
  };
}

/** "No" sends it back for another round; what cannot be done and is understood is closed as such, and counted as not solved. */
function calledBack(
  ticket: TicketState,
  command: Extract<OutcomeCommand, { action: 'callBack' }>,
  ground: Ground,
): TicketEvent[] {
  const { now: at, by, settings } = ground;
  const { channel, solved, satisfaction, comment, understood } = command;
  const call: TicketEvent = {
    type: 'calledBack',
    at,
    call: { at, by, channel, reached: true, solved, satisfaction, comment },
  };
  // An enterprise's request is struck off by the firm itself; what it says on the phone is only noted.
  if (ticket.facts.enterprise && solved && channel !== 'link') return [call];
  if (solved && satisfaction >= 3) return [call, closing(at, 'solved', comment)];
  if (!solved && understood) return [call, closing(at, 'explained', comment)];
  if (ticket.reopens >= settings.callBack.maxReopens.value) return [call, closing(at, 'unsolved', comment)];
  const reason = solved ? '回访时表示不满意' : '回访时表示没有解决';
  return [call, reopened(ticket, reason, ground, true)];
}

function attempted(
  ticket: TicketState,
  { channel, note }: { channel: 'phone' | 'sms'; note: string },
  { now: at, by, settings }: Ground,
): TicketEvent[] {
  const call: TicketEvent = {
    type: 'calledBack',
    at,
    call: { at, by, channel, reached: false, solved: null, satisfaction: null, comment: note },
  };
  const lastReply = ticket.replies.at(-1)?.at ?? '';
  const attempts = ticket.calls.filter((one) => !one.reached && one.at >= lastReply).length + 1;
  if (attempts < settings.callBack.attempts.value) return [call];
  return [
    call,
    { type: 'closed', at, outcome: 'unreached', note: `${attempts}次没有联系上`, excluded: '多次回访没有联系上' },
  ];
}

function reopened(ticket: TicketState, reason: string, ground: Ground, byRule = false): TicketEvent {
  const { now: at, settings } = ground;
  const { reopenDays, reopenTerm, maxReopens } = settings.callBack;
  if (!byRule) {
    const lead = leadOf(ticket);
    if (lead === undefined || ticket.malicious !== null) throw new AppError('TICKET_NOT_REOPENABLE');
    if (ticket.reopens >= maxReopens.value) throw new AppError('TICKET_REOPENED_ENOUGH', { times: maxReopens.value });
    if (plusMs(ticket.closedAt ?? at, reopenDays.value * 86_400_000) < at)
      throw new AppError('TICKET_REOPEN_TOO_LATE', { days: reopenDays.value });
  }
  return { type: 'reopened', at, reason, dueAt: ground.dueOf(at, reopenTerm.value) };
}

function closing(at: string, outcome: 'solved' | 'explained' | 'unsolved', note: string): TicketEvent {
  return { type: 'closed', at, outcome, note, excluded: null };
}
