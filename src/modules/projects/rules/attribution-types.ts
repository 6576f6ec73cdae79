import type { Calendar, ClockSettings, PauseGround } from '../../../calendar/index.ts';
import type { Instant, LocalDate } from '../../../kernel/time.ts';
import type { ItemTimeline } from './timeline.ts';

export interface AttributionInput {
  /** Day on which the project was registered. */
  startOn: LocalDate;
  /** Day on which it was completed or given up; null while it runs. */
  endOn: LocalDate | null;
  today: LocalDate;
  calendar: Calendar;
  /** The county's list of what may lawfully stop a clock. */
  grounds: readonly PauseGround[];
  /** Working days promised for the whole project; null = no promise. */
  budgetDays: number | null;
  /** In their order. */
  stages: readonly StageInput[];
  /** Items beside the stages: 环评, 水电气报装… */
  tracks: readonly ItemTimeline[];
  settings: AttributionSettings;
}

export interface StageInput {
  id: string;
  /** 立项用地规划许可 */
  name: string;
  /** Lead unit. */
  unitId: string;
  /** Share of the project's budget in working days; null = none of its own. */
  budgetDays: number | null;
  items: readonly ItemTimeline[];
}

export interface AttributionSettings {
  /** Opening hours and the rule for filings out of hours; its `pauseGrounds` give way to `grounds`. */
  clock: ClockSettings;
  /** A day on which only a parallel track is with a department is that department's (it never counts); else the applicant's. */
  trackDaysAreUnits: boolean;
  /** An item waiting for a track in its own unit's hands lets the stage's clock run: nobody stops a clock by sitting on a file. */
  ownTrackKeepsClockRunning: boolean;
  /** A pre-reviewed item is decided on the day its predecessor is granted. */
  preReviewedSameDay: boolean;
  /** Short names of units for the words; an id stands for itself. */
  unitNames: Readonly<Record<string, string>>;
}

export type HolderKind = 'unit' | 'applicant' | 'procedure';
export type DayKind = HolderKind | 'nonWorking';

/** One calendar day and the one who has it. */
export interface DayHolding {
  day: LocalDate;
  kind: DayKind;
  /** Set on a unit's day, and for a procedure the unit that runs it. */
  unitId: string | null;
  /** Code and name of the ground, of a procedure only. */
  ground: string | null;
  groundName: string | null;
  noticeNo: string | null;
  /** Stage of the item that decided; null for tracks and for days on which nothing runs. */
  stageId: string | null;
  /** The day uses up the budget. */
  counts: boolean;
  /** Stages whose clock ran; more than one only when stages overlap. */
  countsFor: readonly string[];
  /** Who would have had a non-working day; the kind itself on others. Gives the sums in natural days. */
  within: HolderKind;
  /** Whether it would have counted had it been a working day; as `counts` on working days. */
  countsAsNatural: boolean;
  /** Cases in that holder's hands, the deciding one first. */
  caseIds: readonly string[];
  /** Chinese, a complete clause. */
  why: string;
}

/** Days by holder. `unit + applicant + procedure + nonWorking = elapsed`, always. */
export interface Totals {
  /** Natural days from the first event (not included) to the end. */
  elapsed: number;
  unit: number;
  applicant: number;
  procedure: number;
  nonWorking: number;
  /** By unit id, working days; sums to `unit`. */
  byUnit: Readonly<Record<string, number>>;
  /** By code of the ground; sums to `procedure`. */
  byGround: Readonly<Record<string, number>>;
  /** Working days in it. */
  workingDays: number;
  /** 净用时: counted working days. */
  netWorkingDays: number;
  /** 毛用时: with the excluded procedures. */
  grossWorkingDays: number;
  /** The same in natural days: days off inside the government's time and inside a procedure included. */
  netNaturalDays: number;
  grossNaturalDays: number;
}

/** A part of the history on its own: a stage from its first filing to its last conclusion. */
export interface StageAttribution {
  id: string;
  name: string;
  unitId: string;
  budgetDays: number | null;
  state: 'notStarted' | 'running' | 'done';
  /** Day of the first event; not itself attributed. */
  startedOn: LocalDate | null;
  /** Of the last conclusion, once every item is concluded. */
  endedOn: LocalDate | null;
  days: readonly DayHolding[];
  totals: Totals;
}

export interface Attribution {
  /** Day of the first event; the days begin after it. */
  firstOn: LocalDate;
  lastOn: LocalDate;
  calendarVersion: string;
  /** True when a day looked at has no confirmed holiday notice. */
  provisional: boolean;
  days: readonly DayHolding[];
  totals: Totals;
  stages: readonly StageAttribution[];
}

/** An item that will be in the government's hands after the budget is used up. */
export interface Breaker {
  caseId: string;
  no: string;
  itemName: string;
  unitId: string;
  stageId: string;
  /** Null when it is past its promised day: there is no day left to believe in. */
  projectedEndOn: LocalDate | null;
  /** Counted days beyond the budget when it ends; null without a projected end. */
  overBy: number | null;
  why: string;
}

/** The budget of a stage or of the project, as it stands at the end of `today`. */
export interface BudgetLine {
  /** Null for the project. */
  stageId: string | null;
  name: string;
  budget: number | null;
  /** Counted working days. */
  used: number;
  /** Negative when overdrawn; null without a budget. */
  left: number | null;
  totals: Totals;
  state: 'notStarted' | 'running' | 'done';
  /** Last day within the budget if the government holds the project from now on; the day it was used up once it is. */
  endsOn: LocalDate | null;
  /** First day beyond the budget: in the past when overdrawn, else as projected; null when nothing is going to break it. */
  breaksOn: LocalDate | null;
  breakers: readonly Breaker[];
  /** Chinese sentences, the figure first. */
  words: readonly string[];
}

export interface BudgetView {
  project: BudgetLine;
  stages: readonly BudgetLine[];
  /** By case id, of every item that is not concluded: where its end is projected. */
  projectedEnds: Readonly<Record<string, LocalDate | null>>;
}

/** A claim of an exclusion that does not stop the clock. */
export interface ExclusionAlert {
  sign: 'unlisted' | 'unnoticed' | 'overrun' | 'repeated';
  caseId: string;
  no: string;
  itemName: string;
  unitId: string;
  ground: string;
  groundName: string;
  noticeNo: string | null;
  /** Days on which the clock ran on although the file says it stood: both included, `to` null while it lasts. */
  from: LocalDate;
  to: LocalDate | null;
  /** Instant of the pause itself: identifies it. */
  pausedAt: Instant;
  words: string;
}
