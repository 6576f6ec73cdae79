import { AppError } from '../../../kernel/errors.ts';
import { localDateOf, type Instant, type LocalDate } from '../../../kernel/time.ts';
import {
  compareAll,
  isMet,
  measurementFaults,
  phaseNames,
  phases,
  wordsOf,
  type Measurement,
  type Phase,
  type Target,
} from './indicators.ts';
import {
  evolve,
  isSettled,
  openBreaches,
  type Agreement,
  type Award,
  type Breach,
  type BreachOutcome,
  type Commitment,
  type Permit,
  type PlotEvent,
  type PlotFacts,
  type PlotState,
  type RegionalResult,
} from './plot.ts';
import { actionsFrom, plotStateNames, plotTransitions, type PlotAction } from './plot-transitions.ts';

export type PlotCommand =
  | { action: 'amend'; facts: PlotFacts; targets: readonly Target[] }
  | { action: 'offer'; readiness: Readiness }
  | { action: 'withdrawOffer'; reason: string }
  | { action: 'award'; award: Award }
  | { action: 'signAgreement'; agreement: Agreement }
  | { action: 'openCommitment' }
  | { action: 'signCommitment'; commitment: Commitment }
  | { action: 'recordPermit'; permit: Permit }
  | { action: 'startBuilding'; startedOn: LocalDate }
  | { action: 'reportCompletion'; completedOn: LocalDate }
  | {
      action: 'accept';
      phase: Phase;
      measurements: readonly Measurement[];
      opinion: string;
      by: string;
      breachId: string;
      rectifyTerm: string;
    }
  | { action: 'openBreach'; breachId: string; terms: readonly string[]; rectifyTerm: string }
  | { action: 'rectify'; breachId: string; report: string; measurements: readonly Measurement[]; by: string }
  | {
      action: 'closeBreach';
      breachId: string;
      outcome: BreachOutcome;
      decision: string;
      documentNo: string;
      by: string;
    };

/** What offering a plot depends on outside of it, found by the caller. */
export interface Readiness {
  /** Kinds the county requires, each with the valid result that covers the plot, or null. */
  required: readonly { kind: string; kindName: string; result: RegionalResult | null; why: string }[];
  /** The core indicators that every plot must have. */
  coreIndicators: readonly { id: string; name: string }[];
  readyWith: readonly string[];
}

/** A command becomes events, or a refusal that says what is missing. Throws PLOT_… codes. */
export function decide(plot: PlotState, command: PlotCommand, now: Instant, countyBasis: string): PlotEvent[] {
  const today = localDateOf(now);
  refuseImpossible(plot, command.action, countyBasis);
  const missing = missingFor(plot, command, today);
  if (missing.length > 0)
    throw new AppError('PLOT_NOT_READY', { action: plotTransitions[command.action].zh, missing: missing.join('；') });
  switch (command.action) {
    case 'amend':
      return [{ type: 'amended', at: now, facts: command.facts, targets: command.targets }];
    case 'offer':
      return [
        {
          type: 'offered',
          at: now,
          regional: command.readiness.required.flatMap(({ result }) => (result === null ? [] : [result])),
        },
      ];
    case 'withdrawOffer':
      return [{ type: 'offerWithdrawn', at: now, reason: command.reason }];
    case 'award':
      return [{ type: 'awarded', at: now, award: command.award }];
    case 'signAgreement':
      return [{ type: 'agreementSigned', at: now, agreement: command.agreement }];
    case 'openCommitment':
      return [{ type: 'commitmentOpened', at: now }];
    case 'signCommitment':
      return [{ type: 'commitmentSigned', at: now, commitment: command.commitment }];
    case 'recordPermit':
      return [{ type: 'permitRecorded', at: now, permit: command.permit }];
    case 'startBuilding':
      return [{ type: 'buildingStarted', at: now, startedOn: command.startedOn }];
    case 'reportCompletion':
      return [{ type: 'completionReported', at: now, completedOn: command.completedOn }];
    case 'accept':
      return acceptance(plot, command, now);
    case 'openBreach':
      return [
        {
          type: 'breachOpened',
          at: now,
          breach: {
            id: command.breachId,
            openedAt: now,
            phase: null,
            terms: command.terms,
            failed: [],
            penalty: plot.agreement?.penalty ?? '',
            rectifyTerm: command.rectifyTerm,
          },
        },
      ];
    case 'rectify':
      return rectification(plot, command, now);
    case 'closeBreach':
      return closing(plot, command, now);
  }
}

/** Why an action cannot be taken now although the state allows it: what stands beside the button. */
export function missingFor(plot: PlotState, command: PlotCommand, today: LocalDate): string[] {
  switch (command.action) {
    case 'amend':
    case 'recordPermit':
      return [];
    case 'offer':
      return missingForOffer(plot, command.readiness);
    case 'withdrawOffer':
      return plot.award === null ? [] : [`已经由${plot.award.enterpriseName}受让，不能撤回`];
    case 'award':
      return [
        ...(plot.award === null ? [] : [`已经登记受让企业${plot.award.enterpriseName}`]),
        ...afterToday('成交日期', command.award.awardedOn, today),
      ];
    case 'signAgreement':
      return [
        ...(plot.award === null ? ['还没有登记受让企业'] : []),
        ...(plot.agreement === null ? [] : [`已经登记监管协议${plot.agreement.no}`]),
        ...afterToday('签订日期', command.agreement.signedOn, today),
        ...(command.agreement.completionBy < command.agreement.signedOn ? ['约定竣工日期早于签订日期'] : []),
        ...(command.agreement.productionBy < command.agreement.completionBy ? ['约定达产日期早于竣工日期'] : []),
      ];
    case 'openCommitment':
      return missingForCommitment(plot);
    case 'signCommitment':
      return [
        ...(plot.commitment === null ? [] : [`${plot.commitment.signedBy}已经签过承诺书`]),
        ...afterToday('签署日期', command.commitment.signedOn, today),
      ];
    case 'startBuilding':
      return [...missingForStart(plot), ...afterToday('开工日期', command.startedOn, today)];
    case 'reportCompletion':
      return afterToday('竣工日期', command.completedOn, today);
    case 'accept':
      return missingForAcceptance(plot, command.phase);
    case 'openBreach':
      return command.terms.length === 0 ? ['没有写明违反了协议的哪一条'] : [];
    case 'rectify':
      return plot.breaches.some((one) => one.id === command.breachId && one.closing === null)
        ? []
        : ['这件违约案已经结案'];
    case 'closeBreach':
      return missingForClosing(plot, command.breachId, command.outcome);
  }
}

function refuseImpossible(plot: PlotState, action: PlotAction, countyBasis: string): void {
  const { zh, from, basis } = plotTransitions[action];
  const words = basis === 'county' ? countyBasis : `${basis.title}${basis.article}`;
  if (plot.conclusion !== null)
    throw new AppError('PLOT_CONCLUDED', {
      action: zh,
      outcome: plot.conclusion.outcome === 'fulfilled' ? '全部指标达标，履约完成' : '协议已经解除',
    });
  if (!from.includes(plot.state))
    throw new AppError('PLOT_TRANSITION_IMPOSSIBLE', { state: plotStateNames[plot.state], action: zh, basis: words });
}

function missingForOffer(plot: PlotState, { required, coreIndicators, readyWith }: Readiness): string[] {
  const unready = readyWith.filter((one) => !plot.facts.ready.includes(one));
  const without = coreIndicators.filter(({ id }) => !plot.targets.some((target) => target.indicator === id));
  return [
    ...required
      .filter(({ result }) => result === null)
      .map(({ kindName, why }) => `${kindName}没有完成（${why.replace(/。$/, '')}）`),
    ...without.map(({ name }) => `没有填“${name}”的指标值`),
    ...(unready.length === 0 ? [] : [`土地还没有达到“${unready.join('、')}”`]),
  ];
}

function missingForCommitment(plot: PlotState): string[] {
  return [
    ...(plot.award === null ? ['还没有登记受让企业'] : []),
    ...(plot.agreement === null ? ['还没有签监管协议'] : []),
  ];
}

function missingForStart(plot: PlotState): string[] {
  return [
    ...(plot.commitment === null ? ['受让企业还没有签承诺书'] : []),
    ...(plot.permits.length === 0 ? ['还没有登记按承诺办理的许可文件'] : []),
  ];
}

function missingForAcceptance(plot: PlotState, phase: Phase): string[] {
  const last = plot.acceptances.filter((one) => one.phase === phase).at(-1);
  return [
    ...(plot.agreement === null ? ['没有监管协议，无从对标'] : []),
    ...(last === undefined
      ? []
      : [`${phaseNames[phase]}已经做过（${last.passed ? '通过' : '没有通过，按违约案处理'}）`]),
    ...(phase === 'production' && !isSettled(plot, 'completion')
      ? ['竣工验收还没有通过，或者它的违约案还没有结案']
      : []),
  ];
}

function missingForClosing(plot: PlotState, breachId: string, outcome: BreachOutcome): string[] {
  const breach = plot.breaches.find((one) => one.id === breachId);
  if (breach === undefined || breach.closing !== null) return ['这件违约案已经结案'];
  if (outcome !== 'rectified') return [];
  const last = breach.rectifications.at(-1);
  if (last === undefined) return ['企业还没有报告整改结果'];
  return last.passed ? [] : ['最近一次整改结果仍有指标没有达标'];
}

function afterToday(name: string, day: LocalDate, today: LocalDate): string[] {
  return day > today ? [`${name}晚于今天`] : [];
}

function acceptance(plot: PlotState, command: Extract<PlotCommand, { action: 'accept' }>, now: Instant): PlotEvent[] {
  const { phase, measurements, opinion, by } = command;
  refuseMeasurements(plot.targets, measurements, phase, localDateOf(now));
  const comparisons = compareAll(plot.targets, measurements, phase, dueOn(plot, phase));
  const passed = isMet(comparisons);
  const accepted: PlotEvent = {
    type: 'accepted',
    at: now,
    acceptance: { phase, at: now, by, comparisons, passed, opinion },
    measurements,
  };
  if (passed) return [accepted, ...conclusionAfter(evolve(plot, accepted), now)];
  const failed = comparisons.filter(({ outcome }) => outcome !== 'met');
  return [
    accepted,
    {
      type: 'breachOpened',
      at: now,
      breach: {
        id: command.breachId,
        openedAt: now,
        phase,
        terms: failed.map(({ wanted, why }) => `${phaseNames[phase]}：${wanted}（${why}）`),
        failed,
        penalty: plot.agreement?.penalty ?? '',
        rectifyTerm: command.rectifyTerm,
      },
    },
  ];
}

/** Put right means: what failed is measured again. Being late cannot be made good by measuring; the value must hold. */
function rectification(
  plot: PlotState,
  command: Extract<PlotCommand, { action: 'rectify' }>,
  now: Instant,
): PlotEvent[] {
  const { breachId, report, measurements, by } = command;
  const breach = plot.breaches.find((one) => one.id === breachId);
  if (breach === undefined) throw new AppError('BREACH_NOT_FOUND');
  const targets = failedTargets(plot, breach);
  if (breach.phase !== null) refuseMeasurements(targets, measurements, breach.phase, localDateOf(now));
  const comparisons = breach.phase === null ? [] : compareAll(targets, measurements, breach.phase, localDateOf(now));
  return [{ type: 'rectified', at: now, breachId, by, report, comparisons, passed: isMet(comparisons) }];
}

function closing(plot: PlotState, command: Extract<PlotCommand, { action: 'closeBreach' }>, now: Instant): PlotEvent[] {
  const { breachId, outcome, decision, documentNo, by } = command;
  const closed: PlotEvent = {
    type: 'breachClosed',
    at: now,
    breachId,
    closing: { at: now, by, outcome, decision, documentNo },
  };
  if (outcome === 'terminated')
    return [closed, { type: 'concluded', at: now, outcome: 'terminated', reason: decision }];
  return [closed, ...conclusionAfter(evolve(plot, closed), now)];
}

/** The story ends when both phases are settled and nothing is in dispute. A plot without promises for production ends with completion. */
function conclusionAfter(plot: PlotState, now: Instant): PlotEvent[] {
  const isLast = isSettled(plot, 'production') || !plot.targets.some(({ phase }) => phase === 'production');
  if (!isSettled(plot, 'completion') || !isLast || openBreaches(plot).length > 0) return [];
  const clean = plot.acceptances.every(({ passed }) => passed);
  const reason = clean ? '竣工、达产全部指标达标' : '未达标的指标已经按协议处理完毕';
  return [{ type: 'concluded', at: now, outcome: 'fulfilled', reason }];
}

function failedTargets(plot: PlotState, breach: Breach): readonly Target[] {
  return plot.targets.filter(({ indicator }) => breach.failed.some((one) => one.indicator === indicator));
}

function dueOn(plot: PlotState, phase: Phase): LocalDate {
  const { agreement } = plot;
  if (agreement === null) throw new AppError('PLOT_NOT_READY', { action: '对标验收', missing: '没有监管协议' });
  return phase === 'completion' ? agreement.completionBy : agreement.productionBy;
}

function refuseMeasurements(
  targets: readonly Target[],
  measurements: readonly Measurement[],
  phase: Phase,
  today: LocalDate,
): void {
  const faults = measurementFaults(targets, measurements, phase, today);
  if (faults.length > 0) throw new AppError('MEASUREMENT_WRONG', { faults: faults.join('；') });
}

/** What stands in the way of each action that the state allows, whatever is typed into its form. Empty: it can be done. */
export function blockersOf(plot: PlotState, readiness: Readiness): Partial<Record<PlotAction, string[]>> {
  if (plot.conclusion !== null) return {};
  const noBreach = openBreaches(plot).length === 0;
  const blockers: Record<PlotAction, string[] | null> = {
    amend: [],
    offer: missingForOffer(plot, readiness),
    withdrawOffer: plot.award === null ? [] : [`已经由${plot.award.enterpriseName}受让，不能撤回`],
    award: plot.award === null ? [] : null,
    signAgreement: plot.agreement !== null ? null : plot.award === null ? ['还没有登记受让企业'] : [],
    openCommitment: missingForCommitment(plot),
    signCommitment: plot.commitment === null ? [] : null,
    recordPermit: [],
    startBuilding: missingForStart(plot),
    reportCompletion: [],
    accept: phasesToAccept(plot).length > 0 ? [] : missingForAcceptance(plot, 'production'),
    openBreach: [],
    rectify: noBreach ? null : [],
    closeBreach: noBreach ? null : [],
  };
  return Object.fromEntries(
    actionsFrom(plot.state).flatMap((action) => {
      const found = blockers[action];
      return found === null ? [] : [[action, found] as const];
    }),
  );
}

/** The phases that can be accepted now. */
export function phasesToAccept(plot: PlotState): Phase[] {
  return phases.filter((phase) => missingForAcceptance(plot, phase).length === 0);
}

/** For the commitment paper: every promise in words. */
export function promisesOf(plot: PlotState): string[] {
  return plot.targets.map((target) => `${phaseNames[target.phase]}：${wordsOf(target)}`);
}
