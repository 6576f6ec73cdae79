import { rankOf, workingDayAt } from '../../../calendar/calendar.ts';
import { chineseDate, type LocalDate } from '../../../kernel/time.ts';
import type {
  Attribution,
  AttributionInput,
  Breaker,
  BudgetLine,
  BudgetView,
  DayHolding,
  Totals,
} from './attribution-types.ts';
import {
  attribute,
  holderOf,
  projectView,
  sceneOf,
  stageView,
  unitName,
  type Scene,
  type View,
} from './attribution.ts';
import { layFuture, type Projection } from './projection.ts';
import { dayOf, localDay, pointOf, type LaidItem } from './spans.ts';

/**
 * What is left of the promise, for the project and each stage, and which running item would break it. The future is
 * laid out as promised (`layFuture`) and judged by the same rule as the past, so a lawful pause that is announced, and
 * items that wait for each other, are in it. Days are working days.
 *
 * The project's days are the union over its stages: where stages overlap a day is used once.
 */
export function budgetOf(input: AttributionInput, attribution: Attribution = attribute(input)): BudgetView {
  const scene = sceneOf(input);
  const future = layFuture(scene.all, scene.projections, scene.today, scene.yard);
  const isOver = input.endOn !== null && scene.today >= dayOf(input.endOn);
  const project = lineOf(
    {
      stageId: null,
      name: '全部审批',
      budget: input.budgetDays,
      state: isOver
        ? 'done'
        : attribution.stages.some(({ state }) => state !== 'notStarted')
          ? 'running'
          : 'notStarted',
      days: attribution.days,
      totals: attribution.totals,
      counts: (held) => held.countsFor.length > 0,
      view: projectView(scene, future),
      own: scene.all.filter(({ stageId }) => stageId !== null),
    },
    scene,
    future,
  );
  const stages = attribution.stages.map((stage) =>
    lineOf(
      {
        stageId: stage.id,
        name: stage.name,
        budget: stage.budgetDays,
        state: isOver && stage.state === 'running' ? 'done' : stage.state,
        days: stage.days,
        totals: stage.totals,
        counts: (held) => held.countsFor.includes(stage.id),
        view: stageView(stage.id, future),
        own: scene.all.filter(({ stageId }) => stageId === stage.id),
      },
      scene,
      future,
    ),
  );
  return { project, stages, projectedEnds: projectedEnds(scene) };
}

/**
 * Whether the budget is broken already or will be within so many working days if every promise is kept. The question of
 * a list: keep `breaksOn` beside the project and compare.
 */
export function willBreakWithin(
  line: BudgetLine,
  days: number,
  input: Pick<AttributionInput, 'today' | 'calendar'>,
): boolean {
  if (line.breaksOn === null || line.state === 'done') return false;
  const { calendar, today } = input;
  return dayOf(line.breaksOn) <= workingDayAt(calendar, rankOf(calendar, dayOf(today)) + days);
}

interface Part {
  stageId: string | null;
  name: string;
  budget: number | null;
  state: BudgetLine['state'];
  days: readonly DayHolding[];
  totals: Totals;
  counts: (held: { countsFor: readonly string[] }) => boolean;
  view: View;
  own: readonly LaidItem[];
}

function lineOf(part: Part, scene: Scene, future: readonly LaidItem[]): BudgetLine {
  const { stageId, name, budget, state, totals } = part;
  const counted = part.days.filter(({ counts }) => counts).map(({ day }) => day);
  const used = counted.length;
  const line: BudgetLine = {
    ...{ stageId, name, budget, used, totals, state },
    left: budget === null ? null : budget - used,
    endsOn: null,
    breaksOn: null,
    breakers: [],
    words: [],
  };
  if (budget === null) return { ...line, words: [`已用${used}个工作日，没有设定承诺时限。`] };
  const ahead = state === 'done' ? [] : countedAhead(part, budget - used, scene, future);
  const breaksOn = counted[budget] ?? mapDay(ahead[budget - used]);
  const breakers = breaksOn === null ? [] : breakersOf(part, dayOf(breaksOn), used, budget, ahead, scene, future);
  const full: BudgetLine = { ...line, endsOn: endsOn(part, counted, scene), breaksOn, breakers };
  return { ...full, words: wordsOf(full) };
}

/** The working days after today that will count as things are promised, ascending; far enough to see the break. */
function countedAhead(part: Part, left: number, scene: Scene, future: readonly LaidItem[]): readonly number[] {
  const { yard, today } = scene;
  const finite = future.map(({ endDay }) => endDay).filter((day) => Number.isFinite(day));
  const isEndless = finite.length < future.length;
  const enough = isEndless ? workingDayAt(yard.calendar, rankOf(yard.calendar, today) + Math.max(0, left) + 1) : today;
  // A pause that is still lawful tomorrow moves the days of an endless item on; its announced end bounds the move.
  const pausedUntil = isEndless ? Math.max(0, ...future.map(lastPausedDay)) : 0;
  const horizon = Math.max(enough, pausedUntil + Math.max(0, enough - today), ...finite);
  const ahead: number[] = [];
  for (let day = today + 1; day <= horizon; day += 1) {
    const point = pointOf(day, yard);
    if (point.isWorking && part.counts(holderOf(point, part.view, scene))) ahead.push(day);
  }
  return ahead;
}

function lastPausedDay(laid: LaidItem): number {
  const ends = (laid.run?.verdict.counted ?? []).map(({ toMs }) => Math.ceil(toMs / 86_400_000));
  return Math.max(0, ...ends);
}

function breakersOf(
  part: Part,
  breaksDay: number,
  used: number,
  budget: number,
  ahead: readonly number[],
  scene: Scene,
  future: readonly LaidItem[],
): Breaker[] {
  const own = new Set(part.own.map(({ item }) => item.caseId));
  return future.flatMap((laid): Breaker[] => {
    const { item, stageId, endDay } = laid;
    if (!own.has(item.caseId) || stageId === null || endDay < breaksDay) return [];
    const alone: View = { own: [laid], others: part.view.others, onlyWaitedFor: true };
    const holds = ahead.some(
      (day) => day >= breaksDay && day <= endDay && holderOf(pointOf(day, scene.yard), alone, scene).counts,
    );
    if (!holds) return [];
    const { end } = scene.projections.get(item.caseId) ?? { end: null };
    const projectedEndOn = typeof end === 'number' ? localDay(end) : null;
    const overBy = projectedEndOn === null ? null : used + ahead.filter((day) => day <= endDay).length - budget;
    const { caseId, no, itemName, unitId } = item;
    const breaker = { caseId, no, itemName, unitId, stageId, projectedEndOn, overBy };
    return [{ ...breaker, why: whyItBreaks(breaker, localDay(breaksDay), scene) }];
  });
}

function whyItBreaks(breaker: Omit<Breaker, 'why'>, breaksOn: LocalDate, scene: Scene): string {
  const who = `“${breaker.itemName}”（${unitName(breaker.unitId, scene)}）`;
  if (breaker.projectedEndOn === null) {
    const isLate = scene.projections.get(breaker.caseId)?.end === 'never';
    const cause = isLate ? '已经超过承诺的办结日期，没有可信的新日期' : '所等的前一项没有可信的办结日期';
    return `${who}${cause}；不办结的话，${chineseDate(breaksOn)}起超出预算`;
  }
  if (breaker.projectedEndOn === localDay(scene.today)) return `${who}今天到期还没有办结，再拖一个工作日就超出预算`;
  return `${who}预计${chineseDate(breaker.projectedEndOn)}办结，超出预算${breaker.overBy ?? 0}个工作日`;
}

/** The day within which everything must be done; null while no clock has begun, or once all is done in time. */
function endsOn(part: Part, counted: readonly LocalDate[], scene: Scene): LocalDate | null {
  const { budget, state } = part;
  if (budget === null || state === 'notStarted') return null;
  const left = budget - counted.length;
  if (left <= 0) return counted[budget - 1] ?? counted[0] ?? null;
  if (state === 'done') return null;
  const { calendar } = scene.yard;
  const starts = part.own.filter(({ item }) => item.concludedAt === null).flatMap(({ run }) => run?.receivedDay ?? []);
  // Accepted after hours: the clock has an origin that is still to come.
  const from = counted.length === 0 && starts.length > 0 ? Math.max(scene.today, Math.min(...starts)) : scene.today;
  return localDay(workingDayAt(calendar, rankOf(calendar, from) + left));
}

function wordsOf(line: BudgetLine): string[] {
  const { budget, used, left, name } = line;
  if (budget === null || left === null) return [];
  const words =
    left >= 0
      ? [`${name}承诺${budget}个工作日，已用${used}个，还剩${left}个。`]
      : [`${name}承诺${budget}个工作日，已用${used}个，超出${-left}个。`];
  if (line.state === 'notStarted') return [`${name}承诺${budget}个工作日，还没有开始计时。`];
  const { totals } = line;
  if (totals.procedure > 0) {
    words.push(
      `依法不计入的程序占${totals.procedure}个工作日，连同它们共${totals.grossWorkingDays}个工作日、${totals.grossNaturalDays}个自然日。`,
    );
  }
  if (line.state === 'running' && left > 0 && line.endsOn !== null) {
    words.push(`部门从现在起一直办理，到${chineseDate(line.endsOn)}用完。`);
  }
  if (left < 0 && line.breaksOn !== null) words.push(`${chineseDate(line.breaksOn)}起超出预算。`);
  if (left === 0 && line.state === 'running') words.push('预算已经用完，再办一天就超出。');
  return [...words, ...line.breakers.map(({ why }) => `${why}。`)];
}

function projectedEnds(scene: Scene): Record<string, LocalDate | null> {
  return Object.fromEntries(
    scene.all
      .filter(({ item }) => item.concludedAt === null)
      .map(({ item }): [string, LocalDate | null] => [item.caseId, dayOfEnd(scene.projections.get(item.caseId))]),
  );
}

function dayOfEnd(projection: Projection | undefined): LocalDate | null {
  return typeof projection?.end === 'number' ? localDay(projection.end) : null;
}

function mapDay(day: number | undefined): LocalDate | null {
  return day === undefined ? null : localDay(day);
}
