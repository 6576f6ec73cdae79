import type { Instant, LocalDate } from '../../../kernel/time.ts';
import { evolve, fold, type CaseEvent, type CaseState, type StepState } from './case.ts';

/** Who had a case when, from its events. The shape in which `cases` answers for a project. */
export interface ItemTimeline {
  caseId: string;
  /** Case number, for people. */
  no: string;
  itemId: string;
  itemName: string;
  unitId: string;
  status: CaseState['status'];
  applicationId: string;
  openedAt: Instant;
  /** The present round of filing; null while it waits for another item. */
  filedAt: Instant | null;
  /** The acceptance, or filing where silence stood for it: time counts from here. */
  acceptedAt: Instant | null;
  concludedAt: Instant | null;
  outcome: 'granted' | 'refused' | 'declined' | 'withdrawn' | null;
  /** Cases that must be granted before this one can be filed; kept after they are, so that a plan can be redrawn. */
  waitsFor: readonly string[];
  preReviewedAt: Instant | null;
  /** As the clock's task has it: lawful pauses up to their planned ends and extensions are already in it. */
  promisedDueAt: Instant | null;
  /** `20wd`. */
  promisedTerm: string;
  /** In order of time, without overlap; the last one is open while the case is. */
  spans: readonly Span[];
}

export interface Span {
  from: Instant;
  /** Null while it lasts. */
  to: Instant | null;
  holder: SpanHolder;
}

export type SpanHolder =
  | { kind: 'unit'; unitId: string; phase: 'intake' | 'review' }
  | { kind: 'applicant'; why: 'correction' }
  | ProcedureHolder
  | { kind: 'waiting'; forCaseIds: readonly string[] };

/** A claim that the clock stands still. Whether it does is judged by the calendar, from exactly these facts. */
export interface ProcedureHolder {
  kind: 'procedure';
  /** Code of the ground. */
  ground: string;
  groundName: string;
  basis: string;
  noticeNo: string | null;
  /** The end that the notice announced, included. */
  plannedUntil: LocalDate | null;
}

/** What the events do not say. */
export interface TimelineFacts {
  itemName: string;
  promisedDueAt: Instant | null;
  promisedTerm: string;
}

/** Total over any recorded history. Throws on one without an `opened` event. */
export function timelineOf(events: readonly CaseEvent[], facts: TimelineFacts): ItemTimeline {
  const state = fold(events);
  const clockFrom = clockStart(events);
  return {
    caseId: state.id,
    no: state.no,
    itemId: state.itemId,
    itemName: facts.itemName,
    unitId: state.unitId,
    status: state.status,
    applicationId: state.applicationId,
    openedAt: events[0]?.at ?? '',
    filedAt: state.filedAt,
    acceptedAt: clockFrom,
    concludedAt: state.outcome?.at ?? null,
    outcome: state.outcome?.kind ?? null,
    waitsFor: events[0]?.type === 'opened' ? events[0].state.waitsFor : [],
    preReviewedAt: state.preReview?.at ?? null,
    promisedDueAt: facts.promisedDueAt,
    promisedTerm: facts.promisedTerm,
    spans: joined(splitAt(spansOf(events), clockFrom)),
  };
}

/** Every change of hands. Ends with the conclusion: handing over a result is nobody's time. */
function spansOf(events: readonly CaseEvent[]): Span[] {
  const spans: Span[] = [];
  let state: CaseState | null = null;
  let basis = '';
  for (const event of events) {
    state = evolve(state, event);
    if (event.type === 'suspended') basis = `${event.basis.title}${event.basis.article}`;
    const holder = state.outcome === null ? holderOf(state, basis) : null;
    const last = spans.at(-1);
    if (last !== undefined && last.to === null) {
      if (holder !== null && JSON.stringify(holder) === JSON.stringify(last.holder)) continue;
      last.to = event.at;
    }
    if (holder !== null) spans.push({ from: event.at, to: null, holder });
  }
  return spans.filter((span) => span.to === null || span.to > span.from);
}

function holderOf(state: CaseState, basis: string): SpanHolder | null {
  switch (state.status) {
    case 'waiting':
      return { kind: 'waiting', forCaseIds: state.waitsFor };
    case 'filed':
      return { kind: 'unit', unitId: state.unitId, phase: 'intake' };
    case 'correcting':
      return { kind: 'applicant', why: 'correction' };
    case 'suspended': {
      if (state.suspension === null) return null;
      const { ground, groundName, noticeNo, plannedUntil } = state.suspension;
      return {
        kind: 'procedure',
        ground,
        groundName,
        basis,
        noticeNo: noticeNo.trim() === '' ? null : noticeNo,
        plannedUntil: plannedUntil === '' ? null : plannedUntil,
      };
    }
    case 'accepted':
      return { kind: 'unit', unitId: workingUnit(state), phase: 'review' };
    default:
      return null;
  }
}

/** The case's own unit while it has anything to do or nobody has; another one while only that one's step is open. */
function workingUnit(state: CaseState): string {
  const open = state.steps.filter((step) => step.status === 'open' && step.kind !== 'delivery');
  return open.some((step) => step.unitId === state.unitId) ? state.unitId : (open[0]?.unitId ?? state.unitId);
}

/**
 * From when it counts: acceptance, or the day of filing where silence stood for it. A publication that comes first delays the
 * promise of its case, not this: it leaves a larger whole's budget alone only as a suspension, with its ground and notice.
 */
function clockStart(events: readonly CaseEvent[]): Instant | null {
  return events.find((event) => event.type === 'accepted')?.acceptance.startsAt ?? null;
}

/** Steps whose days never count and that come first: publication before a simplified cancellation. */
export function leadingExclusions(steps: readonly StepState[]): StepState[] {
  const intake = new Set(steps.filter((step) => step.kind === 'intake').map((step) => step.id));
  return steps.filter((step) => step.excludedGround !== '' && step.after.every((id) => intake.has(id)));
}

/** A unit's time before the clock began is intake, after it review, whatever the step was called. */
function splitAt(spans: readonly Span[], clockFrom: Instant | null): Span[] {
  return spans.flatMap((span): Span[] => {
    const { holder, from, to } = span;
    if (holder.kind !== 'unit') return [span];
    const intake = { ...holder, phase: 'intake' as const };
    const review = { ...holder, phase: 'review' as const };
    if (clockFrom === null || (to !== null && to <= clockFrom)) return [{ from, to, holder: intake }];
    if (from >= clockFrom) return [{ from, to, holder: review }];
    return [
      { from, to: clockFrom, holder: intake },
      { from: clockFrom, to, holder: review },
    ];
  });
}

/** Neighbours in the same hands are one span: what the clock made the same was told apart by the status only. */
function joined(spans: readonly Span[]): Span[] {
  const result: Span[] = [];
  for (const span of spans) {
    const last = result.at(-1);
    const isSame = last?.to === span.from && JSON.stringify(last.holder) === JSON.stringify(span.holder);
    if (last !== undefined && isSame && span.holder.kind === 'unit')
      result[result.length - 1] = { ...last, to: span.to };
    else result.push(span);
  }
  return result;
}
