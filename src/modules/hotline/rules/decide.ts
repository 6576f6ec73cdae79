import { AppError } from '../../../kernel/errors.ts';
import { msBetween, plusMs, type Instant } from '../../../kernel/time.ts';
import { decideOutcome, type OutcomeCommand } from './decide-outcome.ts';
import type { HotlineSettings, Matters } from './definition.ts';
import { needsAgreement, termsFor } from './terms.ts';
import { leadOf, type Part, type TicketEvent, type TicketFacts, type TicketState } from './ticket.ts';
import { ticketStatusNames, ticketTransitions, type TicketClass } from './transitions.ts';

export type TicketCommand =
  | { action: 'answer'; text: string; entryId: string | null }
  | { action: 'redirect'; channel: string; text: string }
  | DispatchCommand
  | { action: 'sign'; unitId: string }
  | { action: 'contact'; note: string }
  | { action: 'return'; unitId: string; rule: string; reason: string }
  | { action: 'recuse'; unitId: string; reason: string }
  | { action: 'convene'; reason: string }
  | { action: 'handOver'; to: string; reason: string }
  | { action: 'askExtension'; reason: string }
  | { action: 'decideExtension'; granted: boolean; note: string }
  | { action: 'askEarlyClosing'; reason: string }
  | { action: 'decideEarlyClosing'; granted: boolean; note: string }
  | { action: 'replyPart'; unitId: string; text: string }
  | { action: 'supplement'; by: 'caller' | 'desk'; text: string }
  | { action: 'join' }
  | { action: 'merge'; into: string; reason: string }
  | { action: 'proposeClass'; to: TicketClass; reason: string }
  | { action: 'answerClassProposal'; agreed: boolean }
  | { action: 'reclassify'; facts: TicketFacts; reason: string }
  | { action: 'withdraw'; reason: string }
  | { action: 'track'; unitId: string; text: string }
  | OutcomeCommand;

export interface DispatchCommand {
  action: 'dispatch' | 'designate';
  parts: readonly { unitId: string; role: Part['role']; asks: string }[];
  copies: readonly string[];
  automatic: boolean;
  note: string;
}

/** What a decision rests on besides the ticket. `dueOf` is the calendar's pure answer. */
export interface Ground {
  now: Instant;
  /** Who acts, for the record. */
  by: string;
  settings: HotlineSettings;
  matters: Matters;
  dueOf(start: Instant, term: string): Instant;
  nameOf(unitId: string): string;
}

/** A command becomes events, or a refusal that says why. Throws TICKET_… codes. */
export function decide(ticket: TicketState, command: TicketCommand, ground: Ground): TicketEvent[] {
  refuseImpossible(ticket, command);
  const { now: at, by, settings } = ground;
  switch (command.action) {
    case 'answer':
      return [
        { type: 'answered', at, by, text: command.text, entryId: command.entryId },
        { type: 'closed', at, outcome: 'answered', note: command.text, excluded: '当场答复的咨询' },
      ];
    case 'redirect':
      return [
        { type: 'redirected', at, by, channel: command.channel, text: command.text },
        { type: 'closed', at, outcome: 'elsewhere', note: command.text, excluded: '属于其他法定渠道' },
      ];
    case 'dispatch':
    case 'designate':
      return [dispatch(ticket, command, ground)];
    case 'sign':
      refuseOutsider(ticket, command.unitId, ground);
      return partOf(ticket, command.unitId)?.signedAt === null
        ? [{ type: 'signed', at, by, unitId: command.unitId }]
        : [];
    case 'contact':
      return [{ type: 'contacted', at, by, note: command.note }];
    case 'return':
      return returned(ticket, command, ground);
    case 'recuse':
      refuseOutsider(ticket, command.unitId, ground);
      return [{ type: 'recused', at, by, unitId: command.unitId, reason: command.reason }];
    case 'convene':
      return [{ type: 'convened', at, by, reason: command.reason }];
    case 'handOver': {
      refuseBarred(ticket, [command.to], ground);
      const from = leadOf(ticket)?.unitId ?? '';
      if (from === command.to) throw new AppError('TICKET_UNIT_HAS_IT', { unit: ground.nameOf(command.to) });
      return [{ type: 'handedOver', at, by, from, to: command.to, reason: command.reason }];
    }
    case 'askExtension': {
      refuseExtended(ticket, at);
      const { extension } = termsFor(ticket.facts, settings, ground.matters);
      return [{ type: 'extensionAsked', at, by, reason: command.reason, term: extension }];
    }
    case 'decideExtension':
      return [decideExtension(ticket, command, ground)];
    case 'askEarlyClosing':
      if (ticket.earlyClosing !== null && ticket.earlyClosing.decision === null)
        throw new AppError('TICKET_DECISION_PENDING', { what: '提前办结' });
      return [{ type: 'earlyClosingAsked', at, by, reason: command.reason }];
    case 'decideEarlyClosing': {
      if (ticket.earlyClosing === null || ticket.earlyClosing.decision !== null)
        throw new AppError('TICKET_NOTHING_ASKED', { what: '提前办结' });
      const { granted, note } = command;
      const decided: TicketEvent = { type: 'earlyClosingDecided', at, by, granted, note };
      if (!granted) return [decided];
      const reason = ticket.earlyClosing.reason;
      return [decided, { type: 'closed', at, outcome: 'endedEarly', note: reason, excluded: '经批准提前办结' }];
    }
    case 'replyPart': {
      refuseOutsider(ticket, command.unitId, ground);
      const part = partOf(ticket, command.unitId);
      if (part?.role === 'lead') throw new AppError('TICKET_LEAD_REPLIES_WHOLE');
      return [{ type: 'partReplied', at, by, unitId: command.unitId, text: command.text }];
    }
    case 'supplement':
      return [{ type: 'supplemented', at, by: command.by, text: command.text }];
    case 'join':
      return [{ type: 'joined', at }];
    case 'merge':
      return [{ type: 'merged', at, by, into: command.into, reason: command.reason }];
    case 'proposeClass':
      return proposeClass(ticket, command.to, command.reason, ground);
    case 'answerClassProposal':
      if (ticket.proposal === null) throw new AppError('TICKET_NOTHING_ASKED', { what: '改变类别' });
      return [{ type: 'classProposalAnswered', at, agreed: command.agreed, by }];
    case 'reclassify':
      if (needsAgreement(ticket.facts.class, command.facts.class)) throw new AppError('TICKET_CLASS_NEEDS_PERSON');
      return [{ type: 'reclassified', at, by, facts: command.facts, reason: command.reason }];
    case 'withdraw':
      return [{ type: 'withdrawn', at, reason: command.reason }];
    case 'track':
      refuseOutsider(ticket, command.unitId, ground);
      return [{ type: 'tracked', at, unitId: command.unitId, text: command.text }];
    default:
      return decideOutcome(ticket, command, ground);
  }
}

function refuseImpossible(ticket: TicketState, { action }: TicketCommand): void {
  const { from, zh, basis } = ticketTransitions[action];
  if (from.includes(ticket.status)) return;
  throw new AppError('TICKET_STEP_IMPOSSIBLE', {
    status: ticketStatusNames[ticket.status],
    action: zh,
    basis: `${basis.title}${basis.article}`,
  });
}

/** The clock runs from the dispatch. A unit that gets back what it returned gains no time by having returned it. */
function dispatch(ticket: TicketState, command: DispatchCommand, ground: Ground): TicketEvent {
  const { parts, copies, automatic, note } = command;
  const leads = parts.filter(({ role }) => role === 'lead');
  const units = parts.map(({ unitId }) => unitId);
  if (leads.length !== 1) throw new AppError('TICKET_ONE_LEAD');
  if (new Set(units).size < units.length) throw new AppError('TICKET_UNIT_TWICE');
  refuseBarred(ticket, [...units, ...copies], ground);
  const lead = leads[0]?.unitId ?? '';
  const start = startFor(ticket, lead, ground);
  const { reply } = termsFor(ticket.facts, ground.settings, ground.matters);
  return {
    type: 'dispatched',
    at: ground.now,
    by: ground.by,
    parts,
    copies: copies.filter((unit) => !units.includes(unit)),
    designated: command.action === 'designate',
    automatic,
    note,
    dueAt: ground.dueOf(start, reply),
  };
}

export function startFor(ticket: TicketState, lead: string, { now, settings }: Ground): Instant {
  if (!settings.returning.keepsStart.value || ticket.firstDispatchedAt === null) return now;
  const earlier = ticket.returns.find(({ unitId }) => unitId === lead);
  return earlier === undefined ? now : earlier.dispatchedAt;
}

function returned(
  ticket: TicketState,
  { unitId, rule, reason }: Extract<TicketCommand, { action: 'return' }>,
  ground: Ground,
): TicketEvent[] {
  const { now: at, by, settings, nameOf } = ground;
  const { rules, hours, panelAfter } = settings.returning;
  if (leadOf(ticket)?.unitId !== unitId) throw new AppError('TICKET_NOT_LEAD', { unit: nameOf(unitId) });
  if (ticket.designated) throw new AppError('TICKET_DESIGNATED');
  if (!rules.some(({ id }) => id === rule))
    throw new AppError('TICKET_RETURN_RULE_UNKNOWN', { rules: rules.map((one) => one.text).join('；') });
  const until = plusMs(ticket.dispatchedAt ?? at, hours.value * 3_600_000);
  if (msBetween(until, at) > 0) throw new AppError('TICKET_RETURN_TOO_LATE', { hours: hours.value });
  const back: TicketEvent = { type: 'returned', at, by, unitId, rule, reason };
  if (ticket.returns.length + 1 < panelAfter.value) return [back];
  return [back, { type: 'convened', at, by: '系统', reason: `已经退单${ticket.returns.length + 1}次，自动转会商` }];
}

function refuseExtended(ticket: TicketState, at: Instant): void {
  if (ticket.extension !== null)
    throw new AppError(ticket.extension.decision === null ? 'TICKET_DECISION_PENDING' : 'TICKET_EXTENDED_ONCE', {
      what: '延期',
    });
  if (ticket.dueAt !== null && ticket.dueAt < at) throw new AppError('TICKET_EXTENSION_TOO_LATE');
}

function decideExtension(
  ticket: TicketState,
  { granted, note }: { granted: boolean; note: string },
  ground: Ground,
): TicketEvent {
  const { now: at, by } = ground;
  const asked = ticket.extension;
  if (asked === null || asked.decision !== null) throw new AppError('TICKET_NOTHING_ASKED', { what: '延期' });
  if (granted && ticket.dueAt !== null && ticket.dueAt < at) throw new AppError('TICKET_EXTENSION_TOO_LATE');
  return { type: 'extensionDecided', at, by, granted, note, dueAt: null };
}

function proposeClass(ticket: TicketState, to: TicketClass, reason: string, ground: Ground): TicketEvent[] {
  const { now: at, by } = ground;
  if (ticket.facts.class === to) throw new AppError('TICKET_CLASS_SAME');
  if (ticket.proposal !== null) throw new AppError('TICKET_DECISION_PENDING', { what: '改变类别' });
  // A report cannot stay with the unit it is about: hand it over first.
  const handling = ticket.facts.againstUnits.find((unit) => partOf(ticket, unit) !== undefined);
  if (to === 'report' && handling !== undefined)
    throw new AppError('TICKET_UNIT_BARRED', { unit: ground.nameOf(handling) });
  if (needsAgreement(ticket.facts.class, to)) return [{ type: 'classProposed', at, by, to, reason }];
  return [{ type: 'reclassified', at, by, facts: { ...ticket.facts, class: to }, reason }];
}

export function partOf(ticket: TicketState, unitId: string): Part | undefined {
  return ticket.parts.find((part) => part.unitId === unitId);
}

function refuseOutsider(ticket: TicketState, unitId: string, { nameOf }: Ground): void {
  if (partOf(ticket, unitId) === undefined) throw new AppError('TICKET_NOT_THIS_UNIT', { unit: nameOf(unitId) });
}

/** Neither the reported unit of a report nor one that withdrew may have it, not even as a copy. */
function refuseBarred(ticket: TicketState, units: readonly string[], { nameOf }: Ground): void {
  const barred = units.find((unit) => ticket.barredUnits.includes(unit));
  if (barred !== undefined) throw new AppError('TICKET_UNIT_BARRED', { unit: nameOf(barred) });
}
