import { workingDaysBetween } from '../../calendar/index.ts';
import { uuidv7 } from '../../kernel/ids.ts';
import type { IndicatorReading, IndicatorSource, Platform, Services, Tx } from '../../kernel/module.ts';
import { instantAt, localDateOf, plusMs, type Instant, type LocalDate } from '../../kernel/time.ts';
import { calendarOf } from '../tasks/index.ts';
import { lightOf, type MeasureFacts, type MeasureLight } from './rules/light.ts';
import { stateAt, type MeasureEvent, type MeasureState } from './rules/measure.ts';
import { judge, type Judgement, type Point } from './rules/target.ts';
import { loadEvents, saveLights, type MeasureRow } from './store/measures.ts';
import type { PlanRow } from './store/plans.ts';
import {
  lastComputed,
  latestReadings,
  saveComputed,
  targetsOfMeasures,
  type ReadingRow,
  type TargetRow,
} from './store/targets.ts';

/** Figures: computed from the registry that modules fill, kept per day, judged against their targets; lights follow. */

const registries = new WeakMap<Services, ReadonlyMap<string, IndicatorSource>>();

/** The registry is known once the platform stands; jobs and handlers find it by their services. */
export function rememberRegistry(platform: Platform): void {
  registries.set(platform.services, platform.indicators);
}

export function sourceOf(tx: Tx, name: string | null): IndicatorSource | null {
  return name === null ? null : (registries.get(tx.services)?.get(name) ?? null);
}

/** Days a target is measured over, up to a day; null before it begins. */
export function periodOf(target: TargetRow, through: LocalDate): { from: LocalDate; to: LocalDate } | null {
  if (through < target.startsOn) return null;
  return { from: target.startsOn, to: through < target.endsOn ? through : target.endsOn };
}

/**
 * Reads computed targets of a plan as of a day and keeps the figures: all of them, or those that are due. Returns how many
 * were read. Due is what was never read, whatever changed since it was read, and once a day after business everything:
 * the day's closing figure, and the only one of sources that cannot say when they changed.
 */
async function readComputed(
  tx: Tx,
  measures: readonly MeasureRow[],
  through: LocalDate,
  which: 'all' | 'due',
): Promise<number> {
  const targets = await targetsOfMeasures(
    tx,
    measures.map((row) => row.id),
  );
  // Several targets may rest on one figure: each is computed once.
  const known = new Map<string, Promise<IndicatorReading | null>>();
  const figure = (name: string | null, params: Record<string, unknown>, target: TargetRow) => {
    const period = periodOf(target, through);
    const key = JSON.stringify([name, params, period]);
    const found = known.get(key) ?? compute(tx, name, params, period);
    known.set(key, found);
    return found;
  };
  const computed = targets.filter((one) => one.how === 'computed');
  const rows = [];
  for (const target of which === 'all' ? computed : await dueTargets(tx, computed)) {
    const reading = await figure(target.formula, target.params, target);
    if (reading === null) continue;
    const other = await figure(target.otherFormula, target.otherParams, target);
    rows.push(computedRow(tx, target, reading, other, through));
  }
  await saveComputed(tx, rows);
  return rows.length;
}

const closeOfBusiness = '18:00';
/** What was under way while a figure was read may carry an earlier time than the reading. */
const overlap = 10 * 60_000;

async function dueTargets(tx: Tx, targets: readonly TargetRow[]): Promise<TargetRow[]> {
  const today = localDateOf(tx.now);
  const closed = instantAt(today, closeOfBusiness);
  const lastClose = closed <= tx.now ? closed : plusMs(closed, -86_400_000);
  const read = await lastComputed(
    tx,
    targets.map((target) => target.id),
  );
  const changes = new Map<string, Promise<Instant | null>>();
  const changedAt = (name: string | null, params: Record<string, unknown>) => {
    const key = JSON.stringify([name, params]);
    const source = sourceOf(tx, name);
    const found =
      changes.get(key) ??
      source?.changedAt?.(tx, source.params.parse(params) as never) ??
      Promise.resolve<Instant | null>(null);
    changes.set(key, found);
    return found;
  };
  const due: TargetRow[] = [];
  for (const target of targets) {
    const at = read.get(target.id);
    const since = at === undefined ? null : plusMs(at, -overlap);
    const isDue =
      at === undefined ||
      since === null ||
      at < lastClose ||
      ((await changedAt(target.formula, target.params)) ?? since) > since ||
      ((await changedAt(target.otherFormula, target.otherParams)) ?? since) > since;
    if (isDue) due.push(target);
  }
  return due;
}

async function compute(
  tx: Tx,
  name: string | null,
  params: Record<string, unknown>,
  period: { from: LocalDate; to: LocalDate } | null,
): Promise<IndicatorReading | null> {
  const source = sourceOf(tx, name);
  if (source === null || period === null) return null;
  return source.compute(tx, source.params.parse(params) as never, period);
}

function computedRow(
  tx: Tx,
  target: TargetRow,
  reading: IndicatorReading,
  other: IndicatorReading | null,
  through: LocalDate,
) {
  return {
    id: uuidv7(Date.parse(tx.now)),
    targetId: target.id,
    onDay: through < target.endsOn ? through : target.endsOn,
    how: 'computed' as const,
    value: reading.value,
    otherValue: other?.value ?? null,
    numerator: reading.numerator,
    denominator: reading.denominator,
    excluded: [...reading.excluded],
    note: '',
    evidence: [],
    state: 'accepted' as const,
    at: tx.now,
    byAccount: null,
    byName: '系统计算',
    unitId: null,
  };
}

export interface JudgedTarget {
  target: TargetRow;
  latest: ReadingRow | null;
  judgement: Judgement;
}

/** The targets of measures with their latest figures, judged as of a day. */
export async function judgedTargets(
  tx: Tx,
  measureIds: readonly string[],
  through: LocalDate,
): Promise<Map<string, JudgedTarget[]>> {
  const targets = await targetsOfMeasures(tx, measureIds);
  const readings = await latestReadings(
    tx,
    targets.map((target) => target.id),
    through,
  );
  const byTarget = new Map<string, ReadingRow[]>();
  for (const row of readings) byTarget.set(row.targetId, [...(byTarget.get(row.targetId) ?? []), row]);
  const judged = new Map<string, JudgedTarget[]>();
  for (const target of targets) {
    const [latest = null, before = null] = byTarget.get(target.id) ?? [];
    const judgement = judge(target, {
      now: pointOf(latest),
      before: pointOf(before),
      baseline: target.baseline,
      other: latest?.otherValue ?? null,
    });
    judged.set(target.measureId, [...(judged.get(target.measureId) ?? []), { target, latest, judgement }]);
  }
  return judged;
}

function pointOf(row: ReadingRow | null): Point | null {
  return row === null || row.value === null ? null : { on: row.onDay, value: row.value };
}

/** The lights of a plan's measures as of a day, from where each stands and how its targets were judged. */
export async function lightsOn(
  tx: Tx,
  plan: PlanRow,
  measures: readonly { id: string; state: MeasureState }[],
  day: LocalDate,
): Promise<{ id: string; light: MeasureLight; why: string }[]> {
  const calendar = await calendarOf(tx);
  const judged = await judgedTargets(
    tx,
    measures.map((one) => one.id),
    day,
  );
  const workingDaysTo = (to: LocalDate): number =>
    to >= day ? workingDaysBetween(calendar, day, to) : -workingDaysBetween(calendar, to, day);
  return measures.map(({ id, state }) => {
    const missed = (judged.get(id) ?? []).some(
      ({ target, judgement }) => day > target.endsOn && judgement.met === false,
    );
    return { id, ...lightOf(factsOf(state, missed), day, plan.settings.lights, workingDaysTo) };
  });
}

function factsOf(state: MeasureState, targetMissed: boolean): MeasureFacts {
  const { startsOn, deadline, originalDeadline, progress, milestones, suspendedAt, writtenOffOn } = state;
  return {
    startsOn,
    deadline,
    originalDeadline,
    progress,
    milestones,
    writtenOffOn,
    suspended: suspendedAt !== null,
    targetMissed,
  };
}

/** Measures as they stood at the end of a day that is over; today's as they are. Folded from the record. */
export async function measuresOn(
  tx: Tx,
  plan: PlanRow,
  measures: readonly MeasureRow[],
  day: LocalDate,
): Promise<MeasureRow[]> {
  if (day >= localDateOf(tx.now)) return [...measures];
  const byMeasure = new Map<string, MeasureEvent[]>();
  for (const { measureId, body } of await loadEvents(
    tx,
    measures.map((row) => row.id),
  )) {
    byMeasure.set(measureId, [...(byMeasure.get(measureId) ?? []), body]);
  }
  const standing = measures.flatMap((row) => {
    const state = stateAt(byMeasure.get(row.id) ?? [], instantAt(day, '23:59'));
    return state === null ? [] : [{ id: row.id, state, row }];
  });
  const lights = new Map((await lightsOn(tx, plan, standing, day)).map((one) => [one.id, one]));
  return standing.map(({ id, state: { writeOffAsked: _, ...state }, row }) => {
    const lit = lights.get(id);
    return { ...row, ...state, light: lit?.light ?? row.light, lightWhy: lit?.why ?? row.lightWhy };
  });
}

/** Reads the figures, those that are due unless told otherwise, and sets the lights of a plan as of today. */
export async function refreshPlan(
  tx: Tx,
  plan: PlanRow,
  measures: readonly MeasureRow[],
  which: 'all' | 'due' = 'due',
): Promise<number> {
  const today = localDateOf(tx.now);
  const read = await readComputed(tx, measures, today, which);
  const lights = await lightsOn(
    tx,
    plan,
    measures.map((row) => ({ id: row.id, state: { ...row, writeOffAsked: null } })),
    today,
  );
  return read + (await saveLights(tx, lights));
}
