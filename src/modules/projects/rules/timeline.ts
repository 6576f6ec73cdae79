import type { Instant, LocalDate } from '../../../kernel/time.ts';

/** One item of a project as its case tells it: who had it when. The shape in which `cases` answers for a project. */
export interface ItemTimeline {
  caseId: string;
  /** Case number, for people. */
  no: string;
  itemId: string;
  itemName: string;
  unitId: string;
  status:
    'waiting' | 'filed' | 'correcting' | 'accepted' | 'suspended' | 'granted' | 'refused' | 'declined' | 'withdrawn';
  applicationId: string;
  openedAt: Instant;
  /** The present round of filing; null while it waits for another item. */
  filedAt: Instant | null;
  /** When its clock began: the acceptance; the moment of filing where silence stood for acceptance. */
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
