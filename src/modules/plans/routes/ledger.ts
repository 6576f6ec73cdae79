import { may, type Actor } from '../../../kernel/actor.ts';
import { AppError } from '../../../kernel/errors.ts';
import { route, type Tx } from '../../../kernel/module.ts';
import { instantAt, localDateOf, type LocalDate } from '../../../kernel/time.ts';
import { unitDirectory, type UnitDirectory } from '../../org/index.ts';
import { slipsNumbered } from '../../tasks/index.ts';
import * as contract from '../contract-ledger.ts';
import { judgedTargets, lightsOn, measuresOn, periodOf, sourceOf } from '../figures.ts';
import { roundsOf } from '../rounds.ts';
import type { MeasureLight } from '../rules/light.ts';
import { stateAt, tellEvent, type MeasureEvent } from '../rules/measure.ts';
import { periodEnd } from '../rules/quota.ts';
import {
  allMeasures,
  continuationOf,
  listMeasureRows,
  loadEvents,
  loadMeasure,
  type MeasureRow,
} from '../store/measures.ts';
import { listPlanRows, loadPlanOfYear, loadPlanOn, type PlanRow } from '../store/plans.ts';
import { listReportRows, reportsOfMeasure } from '../store/reports.ts';
import { listReadings, loadTarget, type TargetRow } from '../store/targets.ts';
import { planFor, unitsOf } from './asked.ts';
import { quotasOfUnit } from './quotas.ts';
import { countLights, measureShape, planShape, readingShape, reportShape, targetShape, unitShape } from './shapes.ts';

/** Reading the ledger. */
export const ledgerRoutes = [
  route(contract.listPlans, async ({ tx }) => ({ plans: (await listPlanRows(tx)).map(planShape) })),

  route(contract.planOverview, async ({ tx, input }) => overviewOf(tx, await planFor(tx, input.planId))),

  route(contract.listMeasures, async ({ tx, input }) => {
    const plan = await planFor(tx, input.planId);
    const { rows, total } = await listMeasureRows(tx, {
      planId: plan.id,
      kinds: input.kind,
      areas: input.area,
      units: input.unit,
      role: input.role,
      lights: input.light,
      text: input.text,
      order: input.order,
      page: input.page,
      size: input.size,
    });
    return { plan: planShape(plan), measures: await lines(tx, rows), total };
  }),

  route(contract.readMeasure, async ({ tx, actor, input }) => {
    const row = await loadMeasure(tx, input.measureId);
    if (row === null) throw new AppError('MEASURE_NOT_FOUND');
    const plan = await planFor(tx, row.planId);
    const directory = await unitDirectory(tx);
    const judged = (await judgedTargets(tx, [row.id], localDateOf(tx.now))).get(row.id) ?? [];
    const events = await loadEvents(tx, [row.id]);
    const { targets: _, ...line } = measureShape(row, judged, directory);
    return {
      ...line,
      planId: plan.id,
      summary: row.summary,
      areaName: plan.areas.find((area) => area.no === row.area)?.name ?? '',
      sponsors: [...row.sponsors],
      startsOn: row.startsOn,
      suspended: row.suspendedAt !== null,
      writtenOffOn: row.writtenOffOn,
      milestones: [...row.milestones],
      targets: judged.map((one) => targetShape(tx, one)),
      reports: (await reportsOfMeasure(tx, row.id)).map((report) => reportShape(report, directory)),
      supervisions: (
        await slipsNumbered(
          tx,
          events.flatMap(({ body }) => (body.type === 'supervised' ? [body.number] : [])),
        )
      ).map(({ id, unitId, levelName, ...slip }) => ({
        ...slip,
        unit: unitShape(unitId, directory),
        level: levelName,
        link: `/workbench/supervision/${id}`,
      })),
      events: events
        .map((event) => ({
          at: event.at,
          type: event.body.type,
          words: tellEvent(event.body, directory.nameOf),
          actorName: event.actorName,
          unitName: event.unitId === null ? '' : directory.nameOf(event.unitId),
          evidence: event.body.type === 'writeOffAsked' ? [...event.body.evidence] : [],
        }))
        .reverse(),
      continuedIn: plan.state === 'superseded' ? await continuationOf(tx, row.id) : null,
      superseded: plan.state === 'superseded',
      actions:
        plan.state === 'superseded'
          ? []
          : actionsOf(
              actor,
              row,
              events.map((event) => event.body),
            ),
      version: row.version,
    };
  }),

  route(contract.targetHistory, async ({ tx, input }) => {
    const target = await targetFor(tx, input.targetId);
    const { rows, total } = await listReadings(tx, target.id, input);
    return { target: await judgedShape(tx, target), readings: rows.map(readingShape), total };
  }),

  route(contract.behindTarget, async ({ tx, input }) => {
    const target = await targetFor(tx, input.targetId);
    const source = sourceOf(tx, target.formula);
    if (target.how !== 'computed' || source === null) throw new AppError('TARGET_NOT_COMPUTED');
    const period = periodOf(target, localDateOf(tx.now)) ?? { from: target.startsOn, to: target.startsOn };
    const { rows, total } = await source.behind(tx, source.params.parse(target.params) as never, period, input);
    return { target: await judgedShape(tx, target), ...period, rows: [...rows], total };
  }),

  route(contract.whatUnitOwes, async ({ tx, actor, input, reach }) => {
    const plan = await planFor(tx, undefined, input.planId);
    const unitId = input.unit ?? actor.unitId ?? '';
    if (reach !== 'all' && !reach.includes(unitId)) throw new AppError('UNIT_NOT_REACHED');
    const directory = await unitDirectory(tx);
    const month = input.month ?? localDateOf(tx.now).slice(0, 7);
    const { rows } = await listMeasureRows(tx, {
      planId: plan.id,
      kinds: [],
      areas: [],
      units: [unitId],
      role: 'any',
      lights: [],
      text: '',
      order: 'worst',
      page: 1,
      size: 200,
    });
    const led = rows.filter((row) => row.leads.includes(unitId) && row.writtenOffOn === null);
    return {
      plan: planShape({ ...plan, measures: rows.length }),
      unit: unitShape(unitId, directory),
      month,
      rounds: await roundViews(tx, plan, unitId, led),
      quotas: await quotasOfUnit(tx, plan, unitId, month),
      measures: (await lines(tx, rows)).map((line) => ({
        ...line,
        role: line.leads.some((unit) => unit.id === unitId) ? ('lead' as const) : ('supporter' as const),
      })),
    };
  }),

  route(contract.listReports, async ({ tx, input }) => {
    const plan = await planFor(tx, input.planId);
    const directory = await unitDirectory(tx);
    const { rows, total } = await listReportRows(tx, {
      planId: plan.id,
      states: input.state,
      units: input.unit,
      round: input.round,
      page: input.page,
      size: input.size,
    });
    return { reports: rows.map((row) => reportShape(row, directory)), total };
  }),

  route(contract.publicProgress, async ({ tx, input }) => {
    const plans = await listPlanRows(tx);
    const years = [...new Set(plans.map((plan) => plan.year))];
    const plan =
      input.year === undefined ? await loadPlanOn(tx, localDateOf(tx.now)) : await loadPlanOfYear(tx, input.year);
    if (plan === null) return { plan: null, years, counts: countLights([]), areas: [] };
    const rows = (await allMeasures(tx, plan.id)).filter((row) => row.kind === 'measure');
    const shown = await lines(tx, rows);
    const groups = [...plan.areas.map((area) => ({ no: area.no as number | null, name: area.name })), otherArea];
    return {
      plan: planShape({ ...plan, measures: rows.length }),
      years,
      counts: countLights(rows),
      areas: groups
        .map((area) => ({ ...area, measures: shown.filter((line) => line.area === area.no) }))
        .filter((area) => area.measures.length > 0),
    };
  }),
];

/** Where a plan stands on a page: areas, worst first, targets, and the lights of each month. */
export async function overviewOf(tx: Tx, plan: PlanRow, day = localDateOf(tx.now)) {
  const rows = await measuresOn(tx, plan, await allMeasures(tx, plan.id), day);
  const directory = await unitDirectory(tx);
  const trend = await monthlyLights(tx, plan, rows, day);
  const before = trend.at(-2) ?? null;
  const judged = [
    ...(
      await judgedTargets(
        tx,
        rows.map((row) => row.id),
        day,
      )
    ).values(),
  ].flat();
  return {
    plan: planShape({ ...plan, measures: rows.length }),
    counts: countLights(rows),
    areas: areasOf(plan, rows, directory, before?.lights ?? null),
    targets: {
      total: judged.length,
      met: judged.filter((one) => one.judgement.met === true).length,
      missed: judged.filter((one) => one.judgement.met === false).length,
      unknown: judged.filter((one) => one.judgement.met === null).length,
      computed: judged.filter((one) => one.target.how === 'computed').length,
    },
    trend: trend.map(({ month, lights }) => ({
      month,
      counts: countLights([...lights.values()].map((light) => ({ light }))),
    })),
  };
}

const otherArea = { no: null, name: '组织保障' };

async function lines(tx: Tx, rows: readonly MeasureRow[]) {
  const directory = await unitDirectory(tx);
  const judged = await judgedTargets(
    tx,
    rows.map((row) => row.id),
    localDateOf(tx.now),
  );
  return rows.map((row) => measureShape(row, judged.get(row.id) ?? [], directory));
}

async function targetFor(tx: Tx, id: string): Promise<TargetRow> {
  const target = await loadTarget(tx, id);
  if (target === null) throw new AppError('TARGET_NOT_FOUND');
  return target;
}

async function judgedShape(tx: Tx, target: TargetRow) {
  const judged = (await judgedTargets(tx, [target.measureId], localDateOf(tx.now))).get(target.measureId) ?? [];
  const one = judged.find((candidate) => candidate.target.id === target.id);
  if (one === undefined) throw new AppError('TARGET_NOT_FOUND');
  return targetShape(tx, one);
}

function areasOf(
  plan: PlanRow,
  rows: readonly MeasureRow[],
  directory: UnitDirectory,
  before: ReadonlyMap<string, MeasureLight> | null,
) {
  // Neither the items of the reforms nor the measures for all of them lie in an area.
  const areas = [
    ...plan.areas.map((area) => ({ ...area, kind: null })),
    { no: null, name: '重点改革任务', sponsors: [], leads: [], kind: 'subItem' as const },
    { ...otherArea, sponsors: [], leads: [], kind: 'measure' as const },
  ];
  return areas
    .map((area) => {
      const mine = rows.filter((row) => row.area === area.no && (area.kind === null || row.kind === area.kind));
      const counts = countLights(mine);
      return {
        no: area.no,
        name: area.name,
        sponsors: [...area.sponsors],
        leads: area.leads.map(directory.nameOf),
        counts,
        redBefore: before === null ? null : mine.filter((row) => before.get(row.id) === 'red').length,
        worst: mine
          .filter((row) => row.light === 'red' || row.light === 'yellow')
          .sort((a, b) => Number(b.light === 'red') - Number(a.light === 'red') || a.position - b.position)
          .slice(0, 3)
          .map(({ id, no, title, light, lightWhy }) => ({ id, no, title, light, lightWhy })),
      };
    })
    .filter((area) => Object.values(area.counts).some((count) => count > 0))
    .sort((a, b) => b.counts.red - a.counts.red || b.counts.yellow - a.counts.yellow || (a.no ?? 99) - (b.no ?? 99));
}

/** Lights at the end of each month of the plan that was over by a day, and on it: folded from the record, nothing is kept for it. */
async function monthlyLights(tx: Tx, plan: PlanRow, rows: readonly MeasureRow[], today: LocalDate) {
  const events = await loadEvents(
    tx,
    rows.map((row) => row.id),
  );
  const byMeasure = new Map<string, MeasureEvent[]>();
  for (const { measureId, body } of events) {
    const known = byMeasure.get(measureId);
    if (known === undefined) byMeasure.set(measureId, [body]);
    else known.push(body);
  }
  const months: { month: string; lights: Map<string, MeasureLight> }[] = [];
  for (const month of monthsOf(plan, today)) {
    const end = periodEnd(month);
    const day = end < today ? end : today;
    const standing = rows.flatMap(({ id }) => {
      const state = stateAt(byMeasure.get(id) ?? [], instantAt(day, '23:59'));
      return state === null ? [] : [{ id, state }];
    });
    if (standing.length === 0) continue;
    const lights = await lightsOn(tx, plan, standing, day);
    months.push({ month, lights: new Map(lights.map(({ id, light }) => [id, light])) });
  }
  return months;
}

function monthsOf(plan: PlanRow, today: LocalDate): string[] {
  const last = (today < plan.endsOn ? today : plan.endsOn).slice(0, 7);
  const months: string[] = [];
  for (let month = plan.startsOn.slice(0, 7); month <= last && months.length < 24; month = nextMonth(month))
    months.push(month);
  return months;
}

function nextMonth(month: string): string {
  const [year = 0, index = 0] = month.split('-').map(Number);
  return index === 12 ? `${year + 1}-01` : `${year}-${String(index + 1).padStart(2, '0')}`;
}

async function roundViews(tx: Tx, plan: PlanRow, unitId: string, led: readonly MeasureRow[]) {
  const rows = await roundsOf(tx, plan.id, unitId);
  const views = [];
  for (const row of rows) {
    const { rows: reports } = await listReportRows(tx, {
      planId: plan.id,
      states: ['submitted', 'accepted'],
      units: [unitId],
      round: row.name,
      page: 1,
      size: 200,
    });
    const reported = new Set(reports.map((report) => report.measureId));
    views.push({
      name: row.name,
      dueOn: row.dueOn,
      reported: row.reportedAt !== null,
      reportedMeasures: led.filter((measure) => reported.has(measure.id)).length,
      ofMeasures: led.length,
    });
  }
  return views;
}

/** What the caller may do with a measure now; the server decides again when it is asked. */
function actionsOf(actor: Actor, row: MeasureRow, events: readonly MeasureEvent[]): string[] {
  const asked = events.findLast((event) => event.type === 'writeOffAsked' || event.type === 'writeOffReturned');
  const isAsked = asked?.type === 'writeOffAsked' && row.writtenOffOn === null;
  const ours = unitsOf(row).some((unit) => may(actor, 'plan.report', unit));
  const leads = row.leads.some((unit) => may(actor, 'plan.report', unit));
  const open = row.writtenOffOn === null;
  const actions: [string, boolean][] = [
    ['report', open && ours],
    ['setMilestones', open && leads],
    ['askWriteOff', open && leads && !isAsked && row.progress === 100],
    ['moveDeadline', open && may(actor, 'plan.supervise')],
    ['suspend', open && may(actor, 'plan.supervise') && row.suspendedAt === null],
    ['resume', open && may(actor, 'plan.supervise') && row.suspendedAt !== null],
    ['supervise', open && may(actor, 'plan.supervise')],
    ['writeOff', isAsked && may(actor, 'plan.verify') && asked.accountId !== actor.accountId],
    ['reopen', !open && may(actor, 'plan.verify')],
  ];
  return actions.flatMap(([name, allowed]) => (allowed ? [name] : []));
}
