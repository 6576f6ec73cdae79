import type { Instant, LocalDate } from '../../../kernel/time.ts';
import { transitions, type CaseStatus, type LegalBasis } from './transitions.ts';

/** A case (办件): one service item applied for. Its history is the legal record; this state is the fold over it. */
export interface CaseState {
  id: string;
  no: string;
  applicationId: string;
  itemId: string;
  itemVersion: number;
  unitId: string;
  status: CaseStatus;
  /** Cases of the same application that must be granted before this one starts. */
  waitsFor: readonly string[];
  /** When the present round of filing came in; silence counts from here. Null while it waits. */
  filedAt: Instant | null;
  acceptance: Acceptance | null;
  correction: Correction | null;
  suspension: Suspension | null;
  extended: boolean;
  /** Everything but the earlier item's result has been looked at while it waits; absent when nobody did. */
  preReview?: PreReview;
  owed: readonly OwedMaterial[];
  steps: readonly StepState[];
  outcome: Outcome | null;
}

export interface Acceptance {
  how: 'ordinary' | 'provisional' | 'commitment' | 'silence';
  /** The clock starts with this moment's day not counted; for silence it is the day of filing. */
  startsAt: Instant;
  at: Instant;
}

export interface Defect {
  /** `material:ID` or `element:ID`, or empty for the application as a whole. */
  about: string;
  text: string;
}

export interface Correction {
  noticeNo: string;
  at: Instant;
  defects: readonly Defect[];
  /** Until when the applicant is asked to answer. */
  dueOn: LocalDate;
  correctedAt: Instant | null;
}

export interface Suspension {
  ground: string;
  groundName: string;
  noticeNo: string;
  plannedUntil: LocalDate;
  at: Instant;
}

export interface PreReview {
  at: Instant;
  by: string;
  note: string;
}

export interface OwedMaterial {
  materialId: string;
  name: string;
  term: string;
  deliveredAt: Instant | null;
}

export interface StepState {
  id: string;
  name: string;
  unitId: string;
  kind: string;
  term: string;
  after: readonly string[];
  excludedGround: string;
  status: 'waiting' | 'open' | 'done' | 'cancelled';
  opinion: 'agree' | 'disagree' | null;
  note: string;
  by: string;
  at: Instant | null;
}

export interface Outcome {
  kind: 'granted' | 'refused' | 'declined' | 'withdrawn';
  at: Instant;
  reason: string;
  basis: LegalBasis;
  /** Where and until when it can be fought; for refusals. */
  remedy: string;
  documentNo: string;
}

export type CaseEvent =
  | { type: 'opened'; at: Instant; state: CaseState }
  | { type: 'prerequisiteGranted'; at: Instant; caseId: string }
  | { type: 'preReviewed'; at: Instant; by: string; note: string; basis: LegalBasis }
  | { type: 'filed'; at: Instant }
  | { type: 'accepted'; at: Instant; acceptance: Acceptance; owed: readonly OwedMaterial[]; basis: LegalBasis }
  | { type: 'correctionRequested'; at: Instant; correction: Correction; basis: LegalBasis }
  | { type: 'corrected'; at: Instant }
  | { type: 'stepsOpened'; at: Instant; steps: readonly string[] }
  | { type: 'stepFinished'; at: Instant; step: string; opinion: 'agree' | 'disagree'; note: string; by: string }
  | { type: 'suspended'; at: Instant; suspension: Suspension; basis: LegalBasis }
  | { type: 'resumed'; at: Instant; reason: string }
  | {
      type: 'extended';
      at: Instant;
      term: string;
      reason: string;
      approvedBy: string;
      noticeNo: string;
      basis: LegalBasis;
    }
  | { type: 'handedOver'; at: Instant; step: string; accountId: string | null; reason: string }
  | { type: 'owedDelivered'; at: Instant; materialId: string }
  | { type: 'concluded'; at: Instant; outcome: Outcome };

/** One more event. Total: an event that was recorded is history, whatever today's table says. */
export function evolve(state: CaseState | null, event: CaseEvent): CaseState {
  if (event.type === 'opened') return event.state;
  if (state === null) throw new Error(`case begins with ${event.type}`);
  switch (event.type) {
    case 'prerequisiteGranted':
      return { ...state, waitsFor: state.waitsFor.filter((id) => id !== event.caseId) };
    case 'preReviewed':
      return { ...state, preReview: { at: event.at, by: event.by, note: event.note } };
    case 'filed':
      return { ...state, status: 'filed', filedAt: event.at };
    case 'accepted':
      return { ...state, status: 'accepted', acceptance: event.acceptance, owed: event.owed };
    case 'correctionRequested':
      return { ...state, status: 'correcting', correction: event.correction };
    case 'corrected':
      return {
        ...state,
        status: 'filed',
        filedAt: event.at,
        correction: state.correction === null ? null : { ...state.correction, correctedAt: event.at },
      };
    case 'stepsOpened':
      return {
        ...state,
        steps: state.steps.map((step) => (event.steps.includes(step.id) ? { ...step, status: 'open' } : step)),
      };
    case 'stepFinished':
      return {
        ...state,
        steps: state.steps.map((step) =>
          step.id === event.step
            ? { ...step, status: 'done', opinion: event.opinion, note: event.note, by: event.by, at: event.at }
            : step,
        ),
      };
    case 'suspended':
      return { ...state, status: 'suspended', suspension: event.suspension };
    case 'resumed':
      return { ...state, status: 'accepted', suspension: null };
    case 'extended':
      return { ...state, extended: true };
    case 'handedOver':
      return state;
    case 'owedDelivered':
      return {
        ...state,
        owed: state.owed.map((one) => (one.materialId === event.materialId ? { ...one, deliveredAt: event.at } : one)),
      };
    case 'concluded':
      return {
        ...state,
        status: event.outcome.kind,
        outcome: event.outcome,
        suspension: null,
        steps: state.steps.map((step) =>
          step.status === 'done' || (event.outcome.kind === 'granted' && step.kind === 'delivery')
            ? step
            : { ...step, status: 'cancelled' },
        ),
      };
  }
}

export function fold(events: readonly CaseEvent[]): CaseState {
  const state = events.reduce<CaseState | null>(evolve, null);
  if (state === null) throw new Error('case without events');
  return state;
}

/** Steps that can start now: everything before them is done. Delivery waits for the grant. */
export function readySteps(state: CaseState): StepState[] {
  const done = new Set(state.steps.filter((step) => step.status === 'done').map((step) => step.id));
  return state.steps.filter(
    (step) =>
      step.status === 'waiting' &&
      step.after.every((id) => done.has(id)) &&
      (step.kind !== 'delivery' || state.status === 'granted'),
  );
}

/** What may be done now, for the page's buttons; the server decides again when it is asked. */
export function possibleActions(state: CaseState): (keyof typeof transitions)[] {
  return (Object.keys(transitions) as (keyof typeof transitions)[]).filter((action) => {
    if (transitions[action].by === 'system') return false;
    // Handing over the result comes after the grant.
    if (action === 'finishStep')
      return state.steps.some((step) => step.status === 'open' && step.kind !== 'decision') && !state.suspension;
    if (!transitions[action].from.includes(state.status)) return false;
    if (action === 'requestCorrection') return state.correction === null;
    if (action === 'preReview') return state.preReview === undefined;
    if (action === 'extend') return !state.extended;
    if (action === 'deliverOwed') return state.owed.some((one) => one.deliveredAt === null);
    if (action === 'grant' || action === 'refuse') return decisionIsReady(state);
    return true;
  });
}

/** The decision step is open, or every step before it is done. */
export function decisionIsReady(state: CaseState): boolean {
  return state.steps
    .filter((step) => step.kind !== 'decision' && step.kind !== 'delivery')
    .every((step) => step.status === 'done');
}
