import type { Instant } from '../../../kernel/time.ts';
import type { CauseKind, Channel, Outcome, TicketClass, TicketStatus, Urgency } from './transitions.ts';

/** A ticket as the fold over its events. Nothing in it says who raised it: that is kept apart and sealed. */

export interface Part {
  unitId: string;
  role: 'lead' | 'assist';
  /** What this unit is to answer; empty: the whole. */
  asks: string;
  signedAt: Instant | null;
  reply: { at: Instant; by: string; text: string } | null;
}

export interface Cause {
  kind: CauseKind;
  /** The thing itself: 食品经营许可, a document's number, a unit. */
  subject: string;
  /** Who can change it. */
  ownerUnit: string | null;
}

export interface Reply {
  at: Instant;
  by: string;
  unitId: string;
  text: string;
  result: 'done' | 'partly' | 'explained';
  doneOn: string | null;
  cause: Cause | null;
  warnings: readonly string[];
}

export interface CallBackRecord {
  at: Instant;
  by: string;
  channel: 'link' | 'phone' | 'sms';
  reached: boolean;
  solved: boolean | null;
  satisfaction: number | null;
  comment: string;
}

export interface Asked {
  at: Instant;
  by: string;
  reason: string;
}

export interface Decision {
  at: Instant;
  by: string;
  granted: boolean;
  note: string;
}

export interface TicketFacts {
  class: TicketClass;
  urgency: Urgency;
  channel: Channel;
  /** With the caller's own name and numbers blotted out. */
  title: string;
  text: string;
  /** Unit id of a town, or empty. */
  town: string;
  place: string;
  /** When it happened, in the caller's words. */
  occurred: string;
  topic: string;
  /** A matter with statutory terms of its own (招投标投诉…), or empty. */
  matter: string;
  againstUnits: readonly string[];
  anonymous: boolean;
  confidential: boolean;
  enterprise: boolean;
}

export interface TicketState {
  status: TicketStatus;
  facts: TicketFacts;
  registeredAt: Instant;
  /** The first dispatch: the response rate counts from here. */
  firstDispatchedAt: Instant | null;
  /** The dispatch to the present lead: the clock counts from here. */
  dispatchedAt: Instant | null;
  dueAt: Instant | null;
  parts: readonly Part[];
  copies: readonly string[];
  /** A designated unit cannot return it again. */
  designated: boolean;
  /** Units that may never have it: reported ones, and those that withdrew. */
  barredUnits: readonly string[];
  returns: readonly { unitId: string; dispatchedAt: Instant; at: Instant; rule: string; reason: string }[];
  signedAt: Instant | null;
  contactedAt: Instant | null;
  extension: (Asked & { term: string; decision: Decision | null }) | null;
  earlyClosing: (Asked & { decision: Decision | null }) | null;
  replies: readonly Reply[];
  calls: readonly CallBackRecord[];
  reopens: number;
  repeats: number;
  proposal: { to: TicketClass; by: string; at: Instant; reason: string } | null;
  supplements: readonly { at: Instant; by: 'caller' | 'desk'; text: string }[];
  tracks: readonly { at: Instant; unitId: string; text: string }[];
  solved: boolean | null;
  satisfaction: number | null;
  outcome: Outcome | null;
  closedAt: Instant | null;
  closingNote: string;
  mergedInto: string | null;
  cause: Cause | null;
  /** Why it does not count in the rates; null: it counts. */
  excluded: string | null;
  malicious: { at: Instant; by: string; documentNo: string; reason: string; remedy: string } | null;
}

export type TicketEvent =
  | { type: 'registered'; at: Instant; facts: TicketFacts; barredUnits: readonly string[] }
  | { type: 'answered'; at: Instant; by: string; text: string; entryId: string | null }
  | { type: 'redirected'; at: Instant; by: string; channel: string; text: string }
  | {
      type: 'dispatched';
      at: Instant;
      by: string;
      parts: readonly { unitId: string; role: Part['role']; asks: string }[];
      copies: readonly string[];
      designated: boolean;
      automatic: boolean;
      note: string;
      dueAt: Instant;
    }
  | { type: 'signed'; at: Instant; by: string; unitId: string }
  | { type: 'contacted'; at: Instant; by: string; note: string }
  | { type: 'returned'; at: Instant; by: string; unitId: string; rule: string; reason: string }
  | { type: 'recused'; at: Instant; by: string; unitId: string; reason: string }
  | { type: 'convened'; at: Instant; by: string; reason: string }
  | { type: 'handedOver'; at: Instant; by: string; from: string; to: string; reason: string }
  | { type: 'extensionAsked'; at: Instant; by: string; reason: string; term: string }
  | { type: 'extensionDecided'; at: Instant; by: string; granted: boolean; note: string; dueAt: Instant | null }
  | { type: 'earlyClosingAsked'; at: Instant; by: string; reason: string }
  | { type: 'earlyClosingDecided'; at: Instant; by: string; granted: boolean; note: string }
  | { type: 'partReplied'; at: Instant; by: string; unitId: string; text: string }
  | { type: 'replied'; at: Instant; reply: Reply }
  | { type: 'calledBack'; at: Instant; call: CallBackRecord }
  | { type: 'reopened'; at: Instant; reason: string; dueAt: Instant }
  | { type: 'tracked'; at: Instant; unitId: string; text: string }
  | { type: 'supplemented'; at: Instant; by: 'caller' | 'desk'; text: string }
  | { type: 'joined'; at: Instant }
  | { type: 'merged'; at: Instant; by: string; into: string; reason: string }
  | { type: 'classProposed'; at: Instant; by: string; to: TicketClass; reason: string }
  | { type: 'classProposalAnswered'; at: Instant; agreed: boolean; by: string }
  | { type: 'reclassified'; at: Instant; by: string; facts: TicketFacts; reason: string }
  | {
      type: 'judgedMalicious';
      at: Instant;
      by: string;
      documentNo: string;
      reason: string;
      remedy: string;
    }
  | { type: 'excluded'; at: Instant; by: string; reason: string }
  | { type: 'withdrawn'; at: Instant; reason: string }
  | { type: 'causeNamed'; at: Instant; by: string; cause: Cause }
  | { type: 'closed'; at: Instant; outcome: Outcome; note: string; excluded: string | null };

/** The row after an event. Folding all events of a ticket over null gives exactly its row. */
export function evolve(ticket: TicketState | null, event: TicketEvent): TicketState {
  if (event.type === 'registered') return registered(event);
  if (ticket === null) throw new Error(`a ticket cannot begin with ${event.type}`);
  switch (event.type) {
    case 'answered':
      return { ...ticket, solved: true, closingNote: event.text };
    case 'redirected':
      return { ...ticket, closingNote: event.text };
    case 'dispatched':
      return {
        ...ticket,
        status: 'dispatched',
        firstDispatchedAt: ticket.firstDispatchedAt ?? event.at,
        dispatchedAt: event.at,
        dueAt: event.dueAt,
        parts: event.parts.map((part) => ({ ...part, signedAt: null, reply: null })),
        copies: event.copies,
        designated: event.designated,
        signedAt: null,
        contactedAt: null,
        extension: null,
        earlyClosing: null,
      };
    case 'signed': {
      const parts = withPart(ticket, event.unitId, (part) => ({ ...part, signedAt: event.at }));
      const isLead = leadOf(ticket)?.unitId === event.unitId;
      return isLead
        ? { ...ticket, parts, status: 'signed', signedAt: ticket.signedAt ?? event.at }
        : { ...ticket, parts };
    }
    case 'contacted':
      return { ...ticket, contactedAt: ticket.contactedAt ?? event.at };
    case 'returned': {
      const { unitId, at, rule, reason } = event;
      const dispatchedAt = ticket.dispatchedAt ?? at;
      return { ...undispatched(ticket), returns: [...ticket.returns, { unitId, dispatchedAt, at, rule, reason }] };
    }
    case 'recused':
      return { ...undispatched(ticket), barredUnits: [...ticket.barredUnits, event.unitId] };
    case 'convened':
      return { ...undispatched(ticket), status: 'panel' };
    case 'handedOver':
      return {
        ...ticket,
        status: 'dispatched',
        signedAt: null,
        parts: [
          { unitId: event.to, role: 'lead', asks: '', signedAt: null, reply: null },
          ...ticket.parts.filter(({ role, unitId }) => role === 'assist' && unitId !== event.to),
        ],
      };
    case 'extensionAsked':
      return {
        ...ticket,
        extension: { at: event.at, by: event.by, reason: event.reason, term: event.term, decision: null },
      };
    case 'extensionDecided':
      return {
        ...ticket,
        dueAt: event.dueAt ?? ticket.dueAt,
        extension: ticket.extension === null ? null : { ...ticket.extension, decision: decisionOf(event) },
      };
    case 'earlyClosingAsked':
      return { ...ticket, earlyClosing: { at: event.at, by: event.by, reason: event.reason, decision: null } };
    case 'earlyClosingDecided':
      return {
        ...ticket,
        earlyClosing: ticket.earlyClosing === null ? null : { ...ticket.earlyClosing, decision: decisionOf(event) },
      };
    case 'partReplied': {
      const { at, by, text } = event;
      const done = (part: Part): Part => ({ ...part, signedAt: part.signedAt ?? at, reply: { at, by, text } });
      return { ...ticket, parts: withPart(ticket, event.unitId, done) };
    }
    case 'replied':
      return {
        ...ticket,
        status: 'replied',
        replies: [...ticket.replies, event.reply],
        cause: event.reply.cause ?? ticket.cause,
      };
    case 'calledBack':
      return {
        ...ticket,
        calls: [...ticket.calls, event.call],
        solved: event.call.reached ? event.call.solved : ticket.solved,
        satisfaction: event.call.reached ? event.call.satisfaction : ticket.satisfaction,
      };
    case 'reopened':
      return {
        ...ticket,
        status: 'signed',
        reopens: ticket.reopens + 1,
        dueAt: event.dueAt,
        dispatchedAt: event.at,
        extension: null,
        earlyClosing: null,
        outcome: null,
        closedAt: null,
        closingNote: '',
        excluded: null,
        parts: ticket.parts.map((part) => ({ ...part, reply: null })),
      };
    case 'tracked':
      return { ...ticket, tracks: [...ticket.tracks, { at: event.at, unitId: event.unitId, text: event.text }] };
    case 'supplemented':
      return {
        ...ticket,
        supplements: [...ticket.supplements, { at: event.at, by: event.by, text: event.text }],
      };
    case 'joined':
      return { ...ticket, repeats: ticket.repeats + 1 };
    case 'merged':
      return {
        ...ticket,
        status: 'merged',
        mergedInto: event.into,
        closedAt: event.at,
        excluded: '重复诉求，并入前单',
      };
    case 'classProposed':
      return { ...ticket, proposal: { to: event.to, by: event.by, at: event.at, reason: event.reason } };
    case 'classProposalAnswered': {
      const to = ticket.proposal?.to;
      const facts = event.agreed && to !== undefined ? { ...ticket.facts, class: to } : ticket.facts;
      return { ...withFacts(ticket, facts), proposal: null };
    }
    case 'reclassified':
      return withFacts(ticket, event.facts);
    case 'judgedMalicious': {
      const { at, by, documentNo, reason, remedy } = event;
      return { ...ticket, malicious: { at, by, documentNo, reason, remedy } };
    }
    case 'excluded':
      return { ...ticket, excluded: event.reason };
    case 'withdrawn':
      return { ...ticket, status: 'withdrawn', closedAt: event.at, closingNote: event.reason, excluded: '诉求人撤回' };
    case 'causeNamed':
      return { ...ticket, cause: event.cause };
    case 'closed':
      return {
        ...ticket,
        status: 'closed',
        outcome: event.outcome,
        closedAt: event.at,
        closingNote: event.note === '' ? ticket.closingNote : event.note,
        excluded: ticket.excluded ?? event.excluded,
      };
  }
}

export function foldAll(ticket: TicketState | null, events: readonly TicketEvent[]): TicketState {
  const after = events.reduce<TicketState | null>(evolve, ticket);
  if (after === null) throw new Error('a ticket without events');
  return after;
}

export function leadOf(ticket: TicketState): Part | undefined {
  return ticket.parts.find(({ role }) => role === 'lead');
}

/** Units that have the ticket in hand. */
export function handlersOf(ticket: TicketState): string[] {
  return ticket.parts.map(({ unitId }) => unitId);
}

/** Units that may read it: handlers and those it was copied to, without anyone who has an interest. */
export function readersOf(ticket: TicketState): string[] {
  const barred = new Set(ticket.barredUnits);
  return [...new Set([...handlersOf(ticket), ...ticket.copies])].filter((unit) => !barred.has(unit));
}

/** Who raised it stays with the hotline: of a report always, of anything else when asked for. */
export function isConfidential(ticket: Pick<TicketState, 'facts'>): boolean {
  return ticket.facts.class === 'report' || ticket.facts.confidential;
}

function registered(event: Extract<TicketEvent, { type: 'registered' }>): TicketState {
  return {
    status: 'received',
    facts: event.facts,
    registeredAt: event.at,
    firstDispatchedAt: null,
    dispatchedAt: null,
    dueAt: null,
    parts: [],
    copies: [],
    designated: false,
    barredUnits: event.barredUnits,
    returns: [],
    signedAt: null,
    contactedAt: null,
    extension: null,
    earlyClosing: null,
    replies: [],
    calls: [],
    reopens: 0,
    repeats: 0,
    proposal: null,
    supplements: [],
    tracks: [],
    solved: null,
    satisfaction: null,
    outcome: null,
    closedAt: null,
    closingNote: '',
    mergedInto: null,
    cause: null,
    excluded: null,
    malicious: null,
  };
}

/** From the moment it is a report the reported units are out. */
function withFacts(ticket: TicketState, facts: TicketFacts): TicketState {
  const reported = facts.class === 'report' ? facts.againstUnits : [];
  return { ...ticket, facts, barredUnits: [...new Set([...ticket.barredUnits, ...reported])] };
}

/** Back at the desk: nobody but the hotline owes it until it is dispatched again. */
function undispatched(ticket: TicketState): TicketState {
  return {
    ...ticket,
    status: 'received',
    parts: [],
    copies: [],
    designated: false,
    dispatchedAt: null,
    dueAt: null,
    signedAt: null,
    contactedAt: null,
    extension: null,
    earlyClosing: null,
  };
}

function withPart(ticket: TicketState, unitId: string, change: (part: Part) => Part): Part[] {
  return ticket.parts.map((part) => (part.unitId === unitId ? change(part) : part));
}

function decisionOf({ at, by, granted, note }: { at: Instant; by: string; granted: boolean; note: string }): Decision {
  return { at, by, granted, note };
}
