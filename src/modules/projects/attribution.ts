import { workingDaysBetween, type Calendar, type ClockSettings, type PauseGround } from '../../calendar/index.ts';
import type { Tx } from '../../kernel/module.ts';
import { localDateOf, type LocalDate } from '../../kernel/time.ts';
import type { CaseTimeline } from '../cases/index.ts';
import { unitDirectory } from '../org/index.ts';
import { calendarOf, clockSettingsOf, pauseGroundsOf } from '../tasks/index.ts';
import type { Frame } from './frame.ts';
import { attribute } from './rules/attribution.ts';
import type {
  Attribution,
  AttributionInput,
  BudgetLine,
  BudgetView,
  DayHolding,
  ExclusionAlert,
} from './rules/attribution-types.ts';
import { budgetOf } from './rules/budget.ts';
import { exclusionAlerts } from './rules/exclusions.ts';
import type { AttributionView, BreakerView, BudgetLineView, ExclusionView, Light } from './shapes.ts';
import type { ProjectRow } from './store/projects.ts';

/** The county's calendar and names, loaded once for however many projects. */
export interface Clockwork {
  today: LocalDate;
  calendar: Calendar;
  clock: ClockSettings;
  grounds: readonly PauseGround[];
  unitNames: Readonly<Record<string, string>>;
}

export async function clockworkOf(tx: Tx): Promise<Clockwork> {
  const directory = await unitDirectory(tx);
  return {
    today: localDateOf(tx.now),
    calendar: await calendarOf(tx),
    clock: await clockSettingsOf(tx),
    grounds: await pauseGroundsOf(tx),
    unitNames: Object.fromEntries(directory.units.map((unit) => [unit.id, unit.name])),
  };
}

/** Everything that the rules say about one project today. */
export interface Reckoning {
  input: AttributionInput;
  attribution: Attribution;
  budget: BudgetView;
  alerts: readonly ExclusionAlert[];
}

export function reckon(
  project: Pick<ProjectRow, 'frame' | 'registeredAt' | 'endedAt'>,
  timelines: readonly CaseTimeline[],
  work: Clockwork,
): Reckoning {
  const { frame } = project;
  const input: AttributionInput = {
    startOn: localDateOf(project.registeredAt),
    endOn: project.endedAt === null ? null : localDateOf(project.endedAt),
    today: work.today,
    calendar: work.calendar,
    grounds: work.grounds,
    budgetDays: frame.type.budgetDays,
    stages: frame.stages.map((stage) => ({
      id: stage.id,
      name: stage.name,
      unitId: stage.lead,
      budgetDays: stage.budgetDays,
      items: timelines.filter((one) => stageOf(frame, one) === stage.id),
    })),
    tracks: timelines.filter((one) => stageOf(frame, one) === null),
    settings: {
      clock: work.clock,
      trackDaysAreUnits: frame.settings.trackDaysAreUnits,
      ownTrackKeepsClockRunning: frame.settings.ownTrackKeepsClockRunning,
      preReviewedSameDay: true,
      unitNames: work.unitNames,
    },
  };
  const attribution = attribute(input);
  return { input, attribution, budget: budgetOf(input, attribution), alerts: exclusionAlerts(input) };
}

/** A case belongs to the stage whose bundle brought it; whatever else was applied for runs beside the stages. */
export function stageOf(frame: Frame, timeline: Pick<CaseTimeline, 'serviceKind' | 'serviceId'>): string | null {
  if (timeline.serviceKind !== 'bundle') return null;
  return frame.stages.find((stage) => stage.bundle === timeline.serviceId)?.id ?? null;
}

/** Red once exceeded, yellow when it will break soon, or when some running item would break it at all. */
export function lightOf(line: BudgetLine, work: Clockwork, warningDays: number): Light {
  if (line.state === 'done') return 'done';
  if ((line.left ?? 0) < 0) return 'red';
  if (line.breaksOn !== null && line.breakers.length > 0) return 'yellow';
  const isSoon =
    line.breaksOn !== null &&
    (line.breaksOn <= work.today || workingDaysBetween(work.calendar, work.today, line.breaksOn) <= warningDays);
  return isSoon ? 'yellow' : 'green';
}

export function attributionView(
  project: ProjectRow,
  timelines: readonly CaseTimeline[],
  reckoning: Reckoning,
  work: Clockwork,
): AttributionView {
  const { attribution } = reckoning;
  const names = new Map(timelines.map((one) => [one.caseId, one.itemName]));
  return {
    projectId: project.id,
    code: project.code,
    name: project.name,
    typeName: project.typeName,
    startOn: attribution.firstOn,
    throughOn: attribution.lastOn,
    finished: project.endedAt !== null,
    elapsedDays: attribution.totals.elapsed,
    calendarVersion: attribution.calendarVersion,
    provisional: attribution.provisional,
    days: attribution.days.map((day) => ({
      day: day.day,
      kind: day.kind,
      unitId: day.unitId,
      unitName: day.unitId === null ? '' : nameOf(work, day.unitId),
      groundName: day.groundName ?? '',
      noticeNo: day.noticeNo ?? '',
      stageId: day.stageId,
      counts: day.counts,
      cases: day.caseIds.map((caseId) => ({ caseId, itemName: names.get(caseId) ?? '' })),
      why: day.why,
    })),
    holders: holderTotals(attribution.days, work),
    budget: budgetLines(project.frame, reckoning, work),
    exclusions: exclusionsOf(timelines, reckoning, work),
  };
}

/** In the order: departments (most days first), applicant, procedures, days off. They add up to the elapsed days. */
function holderTotals(days: readonly DayHolding[], work: Clockwork): AttributionView['holders'] {
  const totals = new Map<string, AttributionView['holders'][number]>();
  for (const day of days) {
    const unitId = day.kind === 'unit' ? day.unitId : null;
    const key = `${day.kind} ${unitId ?? day.ground ?? ''}`;
    const total = totals.get(key) ?? { kind: day.kind, unitId, name: holderName(day, work), days: 0, countedDays: 0 };
    totals.set(key, { ...total, days: total.days + 1, countedDays: total.countedDays + (day.counts ? 1 : 0) });
  }
  const order = ['unit', 'applicant', 'procedure', 'nonWorking'];
  return [...totals.values()].sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind) || b.days - a.days);
}

function holderName(day: DayHolding, work: Clockwork): string {
  switch (day.kind) {
    case 'unit':
      return day.unitId === null ? '部门' : nameOf(work, day.unitId);
    case 'applicant':
      return '申请人';
    case 'procedure':
      return day.groundName ?? '依法不计入的程序';
    case 'nonWorking':
      return '非工作日';
  }
}

/** The project's line first, then the stages'. */
export function budgetLines(frame: Frame, { attribution, budget }: Reckoning, work: Clockwork): BudgetLineView[] {
  const whole = attribution.stages.map(({ startedOn }) => startedOn).filter((day) => day !== null);
  return [budget.project, ...budget.stages].map((line) => {
    const stage = frame.stages.find((one) => one.id === line.stageId);
    const span = attribution.stages.find((one) => one.id === line.stageId);
    const budgetDays = line.budget ?? 0;
    return {
      stageId: line.stageId,
      name: line.name,
      leadName: stage === undefined ? '' : nameOf(work, stage.lead),
      budgetDays,
      usedDays: line.used,
      leftDays: line.left ?? budgetDays - line.used,
      grossWorkingDays: line.totals.grossWorkingDays,
      naturalDays: line.totals.elapsed,
      netNaturalDays: line.totals.netNaturalDays,
      grossNaturalDays: line.totals.grossNaturalDays,
      startedOn: line.stageId === null ? (whole.sort()[0] ?? null) : (span?.startedOn ?? null),
      finishedOn: line.stageId === null ? (line.state === 'done' ? attribution.lastOn : null) : (span?.endedOn ?? null),
      endsOn: line.endsOn,
      breaksOn: line.breaksOn,
      words: [...line.words],
      light: line.state === 'notStarted' ? 'green' : lightOf(line, work, frame.settings.warningDays),
    };
  });
}

/** Of the whole budget and of the stages' shares; a case that breaks both is told once, by the whole. */
export function breakersOf({ budget }: Reckoning, timelines: readonly CaseTimeline[], work: Clockwork): BreakerView[] {
  const seen = new Set<string>();
  const nos = new Map(timelines.map((one) => [one.caseId, one.no]));
  return [budget.project, ...budget.stages].flatMap((line) =>
    line.breakers.flatMap((breaker) => {
      if (seen.has(breaker.caseId)) return [];
      seen.add(breaker.caseId);
      return [
        {
          caseId: breaker.caseId,
          caseNo: nos.get(breaker.caseId) ?? breaker.no,
          itemName: breaker.itemName,
          unitId: breaker.unitId,
          unitName: nameOf(work, breaker.unitId),
          stageId: breaker.stageId,
          projectedEndOn: breaker.projectedEndOn,
          budgetEndsOn: line.endsOn ?? line.breaksOn ?? work.today,
          overBy: breaker.overBy,
          why: line.stageId === null ? breaker.why : `${line.name}阶段：${breaker.why}`,
        },
      ];
    }),
  );
}

/** Every claim of an exclusion with the judgement on it, in order of time. */
function exclusionsOf(timelines: readonly CaseTimeline[], { alerts }: Reckoning, work: Clockwork): ExclusionView[] {
  return timelines
    .flatMap((one) =>
      one.spans.flatMap(({ from, to, holder }): ExclusionView[] => {
        if (holder.kind !== 'procedure') return [];
        const faults = alerts.filter((alert) => alert.caseId === one.caseId && alert.pausedAt === from);
        const startedOn = localDateOf(from);
        const endedOn = to === null ? null : localDateOf(to);
        return [
          {
            caseId: one.caseId,
            itemName: one.itemName,
            unitName: nameOf(work, one.unitId),
            groundName: holder.groundName,
            basis: holder.basis,
            noticeNo: holder.noticeNo ?? '',
            startedOn,
            plannedUntil: holder.plannedUntil,
            endedOn,
            lawful: faults.length === 0,
            why: faults.map((fault) => fault.words).join('；'),
            days: workingDaysBetween(work.calendar, startedOn, endedOn ?? work.today),
          },
        ];
      }),
    )
    .sort((a, b) => (a.startedOn < b.startedOn ? -1 : a.startedOn > b.startedOn ? 1 : 0));
}

export function nameOf(work: Pick<Clockwork, 'unitNames'>, unitId: string): string {
  return work.unitNames[unitId] ?? unitId;
}
