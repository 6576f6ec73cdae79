import { explainDay } from '../../../calendar/index.ts';
import { isProvisional } from '../../../calendar/calendar.ts';
import type {
  Attribution,
  AttributionInput,
  DayHolding,
  HolderKind,
  StageAttribution,
  StageInput,
} from './attribution-types.ts';
import { projectAll, type Projection } from './projection.ts';
import {
  dayOf,
  ignoredOn,
  layItem,
  localDay,
  pointOf,
  positionOn,
  yardOf,
  type DayPoint,
  type LaidItem,
  type Position,
  type Yard,
} from './spans.ts';
import { totalsOf } from './totals.ts';

/**
 * Gives every calendar day of a project to exactly one of: a unit, the applicant, an excluded procedure, a day off.
 *
 * In that order of precedence: a non-working day is nobody's; a stage item in a unit's hands makes the day that unit's
 * (of several, the unit of the item that ends last: the critical one); else a lawful procedure has it; else a parallel
 * track's holder; else the applicant. Pure; throws as the calendar does on dates it cannot read.
 */
export function attribute(input: AttributionInput): Attribution {
  const scene = sceneOf(input);
  const { yard, today } = scene;
  const firstDay = Math.min(dayOf(input.startOn), ...scene.all.map(({ firstDay: first }) => first));
  const lastDay = Math.max(firstDay, input.endOn === null ? today : dayOf(input.endOn));
  const days = daysOf(firstDay, lastDay, projectView(scene), scene);
  return {
    firstOn: localDay(firstDay),
    lastOn: localDay(lastDay),
    calendarVersion: input.calendar.version,
    provisional: isProvisional(yard.calendar, firstDay, lastDay),
    days,
    totals: totalsOf(days),
    stages: input.stages.map((stage) => stageAttribution(stage, lastDay, scene)),
  };
}

/** Everything laid out once, for the attribution and the budget. */
export interface Scene {
  input: AttributionInput;
  yard: Yard;
  today: number;
  all: readonly LaidItem[];
  projections: ReadonlyMap<string, Projection>;
}

export function sceneOf(input: AttributionInput): Scene {
  const yard = yardOf(input);
  const today = dayOf(input.endOn !== null && input.endOn < input.today ? input.endOn : input.today);
  const all = [
    ...input.stages.flatMap((stage) => stage.items.map((item) => layItem(item, stage.id, yard))),
    ...input.tracks.map((item) => layItem(item, null, yard)),
  ];
  return { input, yard, today, all, projections: projectAll(all, today, yard, input.settings) };
}

/** Whose days are asked for (`own`), and who may stand in where all of them wait (`others`). */
export interface View {
  own: readonly LaidItem[];
  others: readonly LaidItem[];
  /** Others only while one of `own` waits for them. */
  onlyWaitedFor: boolean;
}

export function projectView(scene: Scene, all = scene.all): View {
  return {
    own: all.filter(({ stageId }) => stageId !== null),
    others: all.filter(({ stageId }) => stageId === null),
    onlyWaitedFor: !scene.input.settings.trackDaysAreUnits,
  };
}

export function stageView(stageId: string, all: readonly LaidItem[]): View {
  return {
    own: all.filter((laid) => laid.stageId === stageId),
    others: all.filter((laid) => laid.stageId !== stageId),
    onlyWaitedFor: true,
  };
}

function stageAttribution(stage: StageInput, lastDay: number, scene: Scene): StageAttribution {
  const { id, name, unitId, budgetDays } = stage;
  const view = stageView(id, scene.all);
  const begun = view.own.filter(({ firstDay }) => firstDay <= lastDay);
  const head = { id, name, unitId, budgetDays };
  if (begun.length === 0) {
    return { ...head, state: 'notStarted', startedOn: null, endedOn: null, days: [], totals: totalsOf([]) };
  }
  const firstDay = Math.min(...begun.map((laid) => laid.firstDay));
  const endDay = Math.max(...begun.map((laid) => laid.endDay));
  const days = daysOf(firstDay, Math.min(endDay, lastDay), view, scene);
  const isDone = endDay <= lastDay;
  return {
    ...head,
    state: isDone ? 'done' : 'running',
    startedOn: localDay(firstDay),
    endedOn: isDone ? localDay(endDay) : null,
    days,
    totals: totalsOf(days),
  };
}

function daysOf(firstDay: number, lastDay: number, view: View, scene: Scene): DayHolding[] {
  const days: DayHolding[] = [];
  for (let day = firstDay + 1; day <= lastDay; day += 1) {
    const point = pointOf(day, scene.yard);
    const held = holderOf(point, view, scene);
    days.push(point.isWorking ? onWorkingDay(point, held, scene) : onDayOff(point, held, scene));
  }
  return days;
}

/** One item with its place on a day. */
interface Placed {
  laid: LaidItem;
  position: Position;
}

export interface Held {
  kind: HolderKind;
  counts: boolean;
  countsFor: readonly string[];
  /** In that holder's hands, the deciding one first. */
  cases: readonly Placed[];
  isTrack: boolean;
}

/** Who has the day, as if it were a working day. */
export function holderOf(point: DayPoint, view: View, scene: Pick<Scene, 'input' | 'projections'>): Held {
  const { settings } = scene.input;
  const own: Placed[] = view.own.map((laid) => ({ laid, position: positionOn(laid, point) }));
  const isWaiting = own.some(({ position }) => position.kind === 'waiting');
  const others =
    isWaiting || !view.onlyWaitedFor ? view.others.map((laid) => ({ laid, position: positionOn(laid, point) })) : [];
  if (isWaiting && settings.ownTrackKeepsClockRunning) {
    for (const one of own) one.position = runsOnOwnTrack(one, others) ?? one.position;
  }
  const counting = own.filter(({ position }) => position.kind === 'unit' && position.counts);
  const countsFor = [...new Set(counting.flatMap(({ laid }) => (laid.stageId === null ? [] : [laid.stageId])))];
  const critical = (cases: readonly Placed[]) => byCriticality(cases, scene.projections);
  if (counting.length > 0) {
    return { kind: 'unit', counts: true, countsFor, cases: critical(counting), isTrack: false };
  }
  const not = { counts: false, countsFor: [] };
  for (const [group, isTrack] of [
    [own, false],
    [standIns(own, others, view), true],
  ] as const) {
    for (const kind of ['unit', 'procedure'] as const) {
      const cases = group.filter(({ position }) => position.kind === kind);
      if (cases.length > 0) return { kind, ...not, cases: critical(cases), isTrack };
    }
  }
  const waitingForApplicant = own.filter(({ position }) => position.kind === 'applicant');
  return { kind: 'applicant', ...not, cases: critical(waitingForApplicant), isTrack: false };
}

/** The clock of an item stands while it waits only if what it waits for is in another unit's hands. Tracks alone: a front item of a stage runs its own stage's clock already. */
function runsOnOwnTrack({ laid, position }: Placed, others: readonly Placed[]): Position | null {
  if (position.kind !== 'waiting' || position.isFirstDay) return null;
  const { unitId } = laid.item;
  const sits = others.some(
    ({ laid: track, position: at }) =>
      track.stageId === null &&
      position.forCaseIds.includes(track.item.caseId) &&
      at.kind === 'unit' &&
      at.counts &&
      at.unitId === unitId,
  );
  return sits ? { kind: 'unit', unitId, counts: true } : null;
}

/** Waiting for a predecessor is the predecessor's holder, however long the row of those who wait. */
function standIns(own: readonly Placed[], others: readonly Placed[], view: View): readonly Placed[] {
  if (!view.onlyWaitedFor) return others;
  const wanted = new Set<string>();
  const found: Placed[] = [];
  let next: readonly Placed[] = own;
  while (next.length > 0) {
    const ids = next.flatMap(({ position }) => (position.kind === 'waiting' ? position.forCaseIds : []));
    next = others.filter(({ laid }) => ids.includes(laid.item.caseId) && !wanted.has(laid.item.caseId));
    for (const one of next) wanted.add(one.laid.item.caseId);
    found.push(...next);
  }
  return found;
}

/** The item that ends last decides whose day it is; of two that end together the one accepted first. */
function byCriticality(cases: readonly Placed[], projections: Scene['projections']): readonly Placed[] {
  if (cases.length < 2) return cases;
  const endOf = ({ laid }: Placed): number => {
    const end = projections.get(laid.item.caseId)?.end ?? null;
    return end === 'never' ? Infinity : (end ?? -Infinity);
  };
  const rank = (a: string | null, b: string | null): number =>
    a === b ? 0 : a === null ? 1 : b === null ? -1 : a < b ? -1 : 1;
  return [...cases].sort((a, b) => {
    const [endA, endB] = [endOf(a), endOf(b)];
    if (endA !== endB) return endA > endB ? -1 : 1;
    const [itemA, itemB] = [a.laid.item, b.laid.item];
    return rank(itemA.acceptedAt, itemB.acceptedAt) || rank(itemA.caseId, itemB.caseId);
  });
}

function onWorkingDay(point: DayPoint, held: Held, scene: Scene): DayHolding {
  const first = held.cases[0];
  const position = first?.position;
  const pause = position?.kind === 'procedure' ? position.pause : null;
  return {
    day: point.date,
    kind: held.kind,
    unitId: position?.kind === 'unit' || position?.kind === 'procedure' ? position.unitId : null,
    ground: pause?.ground ?? null,
    groundName: pause === null ? null : groundName(pause.ground, scene),
    noticeNo: pause?.noticeNo ?? null,
    stageId: first?.laid.stageId ?? null,
    counts: held.counts,
    countsFor: held.countsFor,
    within: held.kind,
    countsAsNatural: held.counts,
    caseIds: held.cases.map(({ laid }) => laid.item.caseId),
    why: whyOf(point, held, scene),
  };
}

function onDayOff(point: DayPoint, held: Held, scene: Scene): DayHolding {
  return {
    day: point.date,
    kind: 'nonWorking',
    unitId: null,
    ground: null,
    groundName: null,
    noticeNo: null,
    stageId: held.cases[0]?.laid.stageId ?? null,
    counts: false,
    countsFor: [],
    within: held.kind,
    countsAsNatural: held.counts,
    caseIds: [],
    why: explainDay(scene.yard.calendar, point.date).reason,
  };
}

function whyOf(point: DayPoint, held: Held, scene: Scene): string {
  const [first] = held.cases;
  if (first === undefined) {
    const waits = held.isTrack || scene.all.some((laid) => positionOn(laid, point).kind === 'waiting');
    return waits ? '前一项还没有办成，手续在申请人一方' : '没有正在办理的申请，在申请人一方';
  }
  const { laid, position } = first;
  const { item } = laid;
  const name = `“${item.itemName}”${held.cases.length > 1 ? `等${held.cases.length}项` : ''}`;
  switch (position.kind) {
    case 'unit': {
      const unit = unitName(position.unitId, scene);
      if (!held.counts) {
        if (held.isTrack) return `${unit}在办阶段以外的${name}，不占阶段用时`;
        return `${unit}收到${name}，正在审查能否受理，受理以前不计时`;
      }
      const ignored = ignoredOn(laid, point);
      return `${unit}正在办理${name}${ignored === null ? '' : `（${ignored.why}）`}`;
    }
    case 'procedure': {
      const { pause } = position;
      const basis = pause.basis === '' ? '' : `，依据${pause.basis}`;
      const notice = pause.noticeNo === null ? '' : `（告知书 ${pause.noticeNo}）`;
      return `${name}正在${groundName(pause.ground, scene)}${basis}${notice}，不计入审批用时`;
    }
    case 'applicant':
      return position.why === 'correction' ? `${name}等申请人补正材料` : `申请人当天提交${name}，部门从下一天起办理`;
    default:
      return `${name}等待前一项`;
  }
}

export function unitName(unitId: string, scene: Pick<Scene, 'input'>): string {
  const { unitNames } = scene.input.settings;
  return Object.hasOwn(unitNames, unitId) ? (unitNames[unitId] ?? unitId) : unitId;
}

function groundName(code: string, scene: Scene): string {
  return scene.input.grounds.find((ground) => ground.code === code)?.name ?? code;
}
