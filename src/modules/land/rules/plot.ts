import type { Instant, LocalDate } from '../../../kernel/time.ts';
import type { Polygon } from './geometry.ts';
import type { Comparison, Measurement, Phase, Target } from './indicators.ts';
import type { PlotStateName } from './plot-transitions.ts';

/** A standard plot as the fold over its events. */

export interface PlotFacts {
  name: string;
  /** The town it lies in: a unit. */
  town: string;
  location: string;
  /** What may be built: a slug of the county's vocabulary of uses. */
  use: string;
  area: Polygon;
  areaMu: number;
  /** 通水、通电、通路…、平: what the land is ready with. */
  ready: readonly string[];
  note: string;
}

export interface RegionalResult {
  kind: string;
  kindName: string;
  resultId: string;
  documentNo: string;
  validUntil: LocalDate;
}

export interface Award {
  uscc: string;
  enterpriseName: string;
  contractNo: string;
  awardedOn: LocalDate;
}

export interface Agreement {
  no: string;
  parties: readonly string[];
  signedOn: LocalDate;
  documentId: string;
  /** The days by which the indicators of either phase are to be reached. */
  completionBy: LocalDate;
  productionBy: LocalDate;
  /** What the agreement says about failing, word for word. */
  penalty: string;
}

export interface Commitment {
  text: string;
  signedOn: LocalDate;
  signedBy: string;
  /** The paper, when it was not signed here. */
  documentId: string | null;
}

export interface Permit {
  name: string;
  no: string;
  issuedOn: LocalDate;
}

export interface Acceptance {
  phase: Phase;
  at: Instant;
  by: string;
  comparisons: readonly Comparison[];
  passed: boolean;
  opinion: string;
}

export const breachOutcomes = ['rectified', 'penalised', 'terminated'] as const;
export type BreachOutcome = (typeof breachOutcomes)[number];
export const breachOutcomeNames: Readonly<Record<BreachOutcome, string>> = {
  rectified: '整改到位，不再追究',
  penalised: '按协议承担违约责任',
  terminated: '解除协议，依法收回',
};

/** 违约案: what was promised, what is wrong, by when to put it right, and how it ended. */
export interface Breach {
  id: string;
  openedAt: Instant;
  /** The acceptance it comes from; null when it was opened by hand. */
  phase: Phase | null;
  terms: readonly string[];
  failed: readonly Comparison[];
  penalty: string;
  rectifyTerm: string;
  rectifications: readonly {
    at: Instant;
    by: string;
    report: string;
    comparisons: readonly Comparison[];
    passed: boolean;
  }[];
  closing: {
    at: Instant;
    by: string;
    outcome: BreachOutcome;
    decision: string;
    documentNo: string;
  } | null;
}

export interface PlotState {
  state: PlotStateName;
  unitId: string;
  facts: PlotFacts;
  targets: readonly Target[];
  /** The results its offer stands on. */
  regional: readonly RegionalResult[];
  award: Award | null;
  agreement: Agreement | null;
  commitment: Commitment | null;
  permits: readonly Permit[];
  completedOn: LocalDate | null;
  acceptances: readonly Acceptance[];
  breaches: readonly Breach[];
  /** The end of the story. */
  conclusion: { outcome: 'fulfilled' | 'terminated'; at: Instant; reason: string } | null;
}

export type PlotEvent =
  | { type: 'defined'; at: Instant; unitId: string; facts: PlotFacts; targets: readonly Target[] }
  | { type: 'amended'; at: Instant; facts: PlotFacts; targets: readonly Target[] }
  | { type: 'offered'; at: Instant; regional: readonly RegionalResult[] }
  | { type: 'offerWithdrawn'; at: Instant; reason: string }
  | { type: 'awarded'; at: Instant; award: Award }
  | { type: 'agreementSigned'; at: Instant; agreement: Agreement }
  | { type: 'commitmentOpened'; at: Instant }
  | { type: 'commitmentSigned'; at: Instant; commitment: Commitment }
  | { type: 'permitRecorded'; at: Instant; permit: Permit }
  | { type: 'buildingStarted'; at: Instant; startedOn: LocalDate }
  | { type: 'completionReported'; at: Instant; completedOn: LocalDate }
  | { type: 'accepted'; at: Instant; acceptance: Acceptance; measurements: readonly Measurement[] }
  | { type: 'breachOpened'; at: Instant; breach: Omit<Breach, 'rectifications' | 'closing'> }
  | {
      type: 'rectified';
      at: Instant;
      breachId: string;
      by: string;
      report: string;
      comparisons: readonly Comparison[];
      passed: boolean;
    }
  | { type: 'breachClosed'; at: Instant; breachId: string; closing: NonNullable<Breach['closing']> }
  | { type: 'concluded'; at: Instant; outcome: 'fulfilled' | 'terminated'; reason: string };

/** The row after an event. Folding all events of a plot over null gives exactly its row. */
export function evolve(plot: PlotState | null, event: PlotEvent): PlotState {
  if (event.type === 'defined') {
    return {
      state: 'standard-set',
      unitId: event.unitId,
      facts: event.facts,
      targets: event.targets,
      regional: [],
      award: null,
      agreement: null,
      commitment: null,
      permits: [],
      completedOn: null,
      acceptances: [],
      breaches: [],
      conclusion: null,
    };
  }
  if (plot === null) throw new Error(`a plot cannot begin with ${event.type}`);
  switch (event.type) {
    case 'amended':
      return { ...plot, facts: event.facts, targets: event.targets };
    case 'offered':
      return { ...plot, state: 'granted', regional: event.regional };
    case 'offerWithdrawn':
      return { ...plot, state: 'standard-set', regional: [], award: null, agreement: null };
    case 'awarded':
      return { ...plot, award: event.award };
    case 'agreementSigned':
      return { ...plot, agreement: event.agreement };
    case 'commitmentOpened':
      return { ...plot, state: 'promised' };
    case 'commitmentSigned':
      return { ...plot, commitment: event.commitment };
    case 'permitRecorded':
      return { ...plot, permits: [...plot.permits, event.permit] };
    case 'buildingStarted':
      return { ...plot, state: 'built' };
    case 'completionReported':
      return { ...plot, state: 'accepted', completedOn: event.completedOn };
    case 'accepted':
      return { ...plot, acceptances: [...plot.acceptances, event.acceptance] };
    case 'breachOpened':
      return { ...plot, breaches: [...plot.breaches, { ...event.breach, rectifications: [], closing: null }] };
    case 'rectified': {
      const { at, by, report, comparisons, passed } = event;
      return withBreach(plot, event.breachId, (breach) => ({
        ...breach,
        rectifications: [...breach.rectifications, { at, by, report, comparisons, passed }],
      }));
    }
    case 'breachClosed':
      return withBreach(plot, event.breachId, (breach) => ({ ...breach, closing: event.closing }));
    case 'concluded':
      return { ...plot, conclusion: { outcome: event.outcome, at: event.at, reason: event.reason } };
  }
}

export function foldAll(plot: PlotState | null, events: readonly PlotEvent[]): PlotState {
  const after = events.reduce<PlotState | null>(evolve, plot);
  if (after === null) throw new Error('a plot without events');
  return after;
}

export function openBreaches(plot: PlotState): readonly Breach[] {
  return plot.breaches.filter((breach) => breach.closing === null);
}

/** A phase is behind the firm when it passed, or when the breach it led to was closed without ending the agreement. */
export function isSettled(plot: PlotState, phase: Phase): boolean {
  const last = plot.acceptances.filter((one) => one.phase === phase).at(-1);
  if (last === undefined) return false;
  if (last.passed) return true;
  const breach = plot.breaches.filter((one) => one.phase === phase).at(-1);
  return breach?.closing != null && breach.closing.outcome !== 'terminated';
}

function withBreach(plot: PlotState, id: string, change: (breach: Breach) => Breach): PlotState {
  return { ...plot, breaches: plot.breaches.map((breach) => (breach.id === id ? change(breach) : breach)) };
}
