import type { Instant } from '../../../kernel/time.ts';
import type { AppealGround, Channel, Outcome, RatingStatus, SubjectKind } from './transitions.ts';

/** Something that was done for somebody and can be rated once, as the fold over its events. Nothing here says who rates. */
export interface SubjectFacts {
  kind: SubjectKind;
  unitId: string;
  itemId: string;
  itemName: string;
  windowName: string;
  officerId: string | null;
  officerName: string;
  finishedAt: Instant;
  served: 'online' | 'window' | 'hotline';
  /** Somebody can be reached: by account or by telephone. */
  reachable: boolean;
}

export interface Given {
  at: Instant;
  level: number;
  reasons: readonly string[];
  words: string;
  anonymous: boolean;
  channel: Channel;
}

export interface Revisit {
  at: Instant;
  how: 'link' | 'phone';
  /** Null: nobody was reached. */
  satisfied: boolean | null;
  words: string;
  by: string;
}

export interface Appeal {
  at: Instant;
  ground: AppealGround;
  words: string;
  evidence: readonly string[];
  byId: string | null;
  by: string;
  decision: { at: Instant; upheld: boolean; words: string; by: string } | null;
}

export interface RatingState extends SubjectFacts {
  status: RatingStatus;
  rating: Given | null;
  followUp: { at: Instant; level: number; words: string; channel: Channel } | null;
  /** Who the unit's leader chose to deal with it. */
  handlerId: string | null;
  handlerName: string;
  /** `inTime`: before the clock of the contact ran out. */
  contact: { at: Instant; how: string; words: string; by: string; inTime: boolean } | null;
  plan: { at: Instant; measures: string; days: number; by: string } | null;
  reports: readonly { at: Instant; words: string; by: string }[];
  revisits: readonly Revisit[];
  direction: { at: Instant; words: string; days: number; by: string } | null;
  appeal: Appeal | null;
  publication: { at: Instant; words: string; reply: string; by: string } | null;
  withheld: { at: Instant; reason: string; by: string } | null;
  outcome: Outcome | null;
  closedAt: Instant | null;
}

export type RatingEvent =
  | { type: 'opened'; at: Instant; facts: SubjectFacts }
  /** `duty`: somebody who can be reached gave one of the last two levels. */
  | { type: 'rated'; at: Instant; rating: Given; duty: boolean }
  | { type: 'explained'; at: Instant; reasons: readonly string[]; words: string; reachable: boolean; duty: boolean }
  | { type: 'followedUp'; at: Instant; level: number; words: string; channel: Channel }
  | { type: 'appointed'; at: Instant; handlerId: string; handlerName: string; reason: string }
  | { type: 'contacted'; at: Instant; how: string; words: string; by: string; inTime: boolean }
  | { type: 'planned'; at: Instant; measures: string; days: number; by: string }
  | { type: 'reported'; at: Instant; words: string; by: string; atOnce: boolean }
  | { type: 'revisited'; at: Instant; revisit: Revisit }
  | { type: 'reopened'; at: Instant }
  | { type: 'directed'; at: Instant; words: string; days: number; by: string }
  | { type: 'closed'; at: Instant; outcome: Outcome }
  | { type: 'published'; at: Instant; words: string; reply: string; by: string }
  | { type: 'withheld'; at: Instant; reason: string; by: string }
  | { type: 'appealed'; at: Instant; appeal: Omit<Appeal, 'decision'> }
  | { type: 'appealDecided'; at: Instant; decision: NonNullable<Appeal['decision']> };

/** The row after an event. Folding all events of a subject over null gives exactly its row. */
export function evolve(state: RatingState | null, event: RatingEvent): RatingState {
  if (event.type === 'opened') {
    return {
      ...event.facts,
      status: 'open',
      rating: null,
      followUp: null,
      handlerId: null,
      handlerName: '',
      contact: null,
      plan: null,
      reports: [],
      revisits: [],
      direction: null,
      appeal: null,
      publication: null,
      withheld: null,
      outcome: null,
      closedAt: null,
    };
  }
  if (state === null) throw new Error(`a rating cannot begin with ${event.type}`);
  const { at } = event;
  switch (event.type) {
    case 'rated':
      return { ...state, status: event.duty ? 'contact' : 'rated', rating: event.rating };
    case 'explained':
      return {
        ...state,
        status: event.duty ? 'contact' : state.status,
        reachable: event.reachable,
        rating: state.rating === null ? null : { ...state.rating, reasons: event.reasons, words: event.words },
      };
    case 'followedUp':
      return { ...state, followUp: { at, level: event.level, words: event.words, channel: event.channel } };
    case 'appointed':
      return { ...state, handlerId: event.handlerId, handlerName: event.handlerName };
    case 'contacted': {
      const { how, words, by, inTime } = event;
      return { ...state, status: 'handling', contact: { at, how, words, by, inTime } };
    }
    case 'planned':
      return {
        ...state,
        status: 'rectifying',
        plan: { at, measures: event.measures, days: event.days, by: event.by },
      };
    case 'reported':
      return { ...state, status: 'revisit', reports: [...state.reports, { at, words: event.words, by: event.by }] };
    case 'revisited':
      return { ...state, revisits: [...state.revisits, event.revisit] };
    case 'reopened':
      return { ...state, status: 'supervised' };
    case 'directed':
      return {
        ...state,
        status: 'rectifying',
        direction: { at, words: event.words, days: event.days, by: event.by },
      };
    case 'closed':
      return { ...state, status: 'closed', outcome: event.outcome, closedAt: at };
    case 'published':
      return {
        ...state,
        withheld: null,
        publication: { at, words: event.words, reply: event.reply, by: event.by },
      };
    case 'withheld':
      return { ...state, publication: null, withheld: { at, reason: event.reason, by: event.by } };
    case 'appealed':
      return { ...state, appeal: { ...event.appeal, decision: null } };
    case 'appealDecided': {
      const appeal = state.appeal === null ? null : { ...state.appeal, decision: event.decision };
      return event.decision.upheld ? { ...state, appeal, status: 'removed', publication: null } : { ...state, appeal };
    }
  }
}

export function foldAll(state: RatingState | null, events: readonly RatingEvent[]): RatingState {
  const after = events.reduce<RatingState | null>(evolve, state);
  if (after === null) throw new Error('a rating without events');
  return after;
}

/** Given by somebody who can be reached and did not ask to stay unnamed: only such a one is contacted. */
export function isRealName(state: RatingState): boolean {
  return state.rating !== null && !state.rating.anonymous && state.reachable;
}
