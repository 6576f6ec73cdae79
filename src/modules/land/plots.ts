import { AppError } from '../../kernel/errors.ts';
import type { Tx } from '../../kernel/module.ts';
import { localDateOf } from '../../kernel/time.ts';
import { finishTasks, openTasks, type TaskSpec } from '../tasks/index.ts';
import { assessmentsFor, checkedArea, daysBetween, recordReuse, refuseUnknownUse } from './assessments.ts';
import { muOf, type Polygon } from './rules/geometry.ts';
import { targetFaults, type Target } from './rules/indicators.ts';
import type { PlotEvent, PlotFacts, PlotState } from './rules/plot.ts';
import { decide, type PlotCommand, type Readiness } from './rules/plot-decide.ts';
import { plotTransitions } from './rules/plot-transitions.ts';
import { indicatorKindsOf, settingsOf } from './settings.ts';
import { appendEvents, insertPlot, loadPlotForDecision, type PlotRow, type PlotTasks } from './store/plots.ts';
import { unitDirectory } from '../org/index.ts';

/** Decides, records, settles and opens tasks. Throws PLOT_NOT_FOUND and what the rules refuse. */
export async function perform(
  tx: Tx,
  plotId: string,
  mayReach: (row: PlotRow) => boolean,
  commandFor: (row: PlotRow) => PlotCommand | Promise<PlotCommand>,
): Promise<{ row: PlotRow; events: readonly PlotEvent[] }> {
  const before = await loadPlotForDecision(tx, plotId);
  if (before === null || !mayReach(before)) throw new AppError('PLOT_NOT_FOUND');
  const command = await commandFor(before);
  const { desk } = await settingsOf(tx.services);
  const events = decide(before.state, command, tx.now, desk.plots.basis);
  const tasks = await fulfil(tx, before, events);
  const row = await appendEvents(tx, before, events, tasks);
  for (const event of events) {
    if (event.type !== 'offered') continue;
    const subject = { type: 'plot', id: row.id, no: row.no, name: row.name };
    await recordReuse(
      tx,
      event.regional.map(({ resultId }) => resultId),
      subject,
    );
  }
  tx.note(`plot:${row.id}`, plotTransitions[command.action].zh, { no: row.no, from: before.status, to: row.status });
  return { row, events };
}

export async function define(tx: Tx, id: string, no: string, given: TypedFacts, unitId: string): Promise<PlotRow> {
  const { facts, targets } = await checkedFacts(tx, given);
  const row = await insertPlot(tx, id, no, [{ type: 'defined', at: tx.now, unitId, facts, targets }]);
  tx.note(`plot:${id}`, '新建标准地', { no });
  return row;
}

export interface TypedFacts extends Omit<PlotFacts, 'areaMu'> {
  targets: readonly { indicator: string; value: number; upTo: number | null }[];
}

/** What a person typed, with the county's own names and units. Throws LAND_WORD_UNKNOWN, AREA_WRONG, PLOT_TARGETS_WRONG. */
export async function checkedFacts(tx: Tx, given: TypedFacts): Promise<{ facts: PlotFacts; targets: Target[] }> {
  const settings = await settingsOf(tx.services);
  const directory = await unitDirectory(tx);
  const { targets: typed, ...facts } = given;
  refuseUnknownUse(settings.desk.uses, facts.use);
  if (directory.byId(facts.town)?.kind !== 'town')
    throw new AppError('LAND_WORD_UNKNOWN', { word: facts.town, list: '镇' });
  const known = indicatorKindsOf(settings);
  const targets = typed.map(({ indicator, value, upTo }): Target => {
    const kind = known.find(({ id }) => id === indicator);
    if (kind === undefined) throw new AppError('LAND_WORD_UNKNOWN', { word: indicator, list: '指标' });
    const { name, unit, comparator, phase } = kind;
    return { indicator, name, unit, comparator, phase, value, upTo };
  });
  const faults = targetFaults(targets);
  if (faults.length > 0) throw new AppError('PLOT_TARGETS_WRONG', { faults: faults.join('；') });
  const area: Polygon = checkedArea(facts.area);
  return { facts: { ...facts, area, areaMu: muOf(area) }, targets };
}

/** What offering depends on: the results that cover the whole plot today, the indicators and the state of the land. */
export async function readinessOf(tx: Tx, plot: PlotState): Promise<Readiness> {
  const settings = await settingsOf(tx.services);
  const { requiredAssessments, requiredLandState } = settings.indicators.plotState;
  const answers = await assessmentsFor(tx, {
    site: plot.facts.area,
    use: plot.facts.use,
    hazards: null,
    onDate: localDateOf(tx.now),
    // Whether an exception applies is a matter of the firm that comes; the land itself is assessed or not.
    denied: settings.kinds.kinds.flatMap(({ exceptions }) => exceptions),
  });
  return {
    required: answers
      .filter(({ kind }) => requiredAssessments.value.includes(kind))
      .map(({ kind, kindName, verdict, why, resultId, documentNo, validUntil }) => ({
        kind,
        kindName: `${kindName}区域评估`,
        why,
        result:
          verdict === 'spared' && resultId !== null
            ? { kind, kindName, resultId, documentNo: documentNo ?? '', validUntil: validUntil ?? '' }
            : null,
      })),
    coreIndicators: indicatorKindsOf(settings).filter(({ core }) => core),
    readyWith: requiredLandState.value,
  };
}

/** Everything owed by a date is a task: completion, production, the putting right of a breach. */
async function fulfil(tx: Tx, row: PlotRow, events: readonly PlotEvent[]): Promise<PlotTasks> {
  const tasks: Record<string, string> = { ...row.tasks };
  const wanted: { key: string; spec: TaskSpec }[] = [];
  for (const event of events) {
    if (event.type === 'agreementSigned') {
      const { completionBy, productionBy, no } = event.agreement;
      wanted.push(
        { key: 'completion', spec: duty(tx, row, 'land.completion', `按期竣工并对标验收（${no}）`, completionBy) },
        { key: 'production', spec: duty(tx, row, 'land.production', `按期达产并对标复核（${no}）`, productionBy) },
      );
    }
    if (event.type === 'accepted') await settle(tx, tasks, event.acceptance.phase, event.acceptance.opinion);
    if (event.type === 'breachOpened') {
      const { id, rectifyTerm, terms } = event.breach;
      const spec = duty(tx, row, 'land.rectification', `督促整改：${terms[0] ?? ''}`.slice(0, 120), null, rectifyTerm);
      wanted.push({ key: `breach:${id}`, spec });
    }
    if (event.type === 'breachClosed') await settle(tx, tasks, `breach:${event.breachId}`, event.closing.decision);
    if (event.type === 'concluded')
      for (const key of Object.keys(tasks)) await settle(tx, tasks, key, event.reason, 'cancelled');
  }
  const opened = await openTasks(
    tx,
    wanted.map(({ spec }) => spec),
  );
  for (const [index, { key }] of wanted.entries()) tasks[key] = opened[index]?.id ?? '';
  return tasks;
}

async function settle(
  tx: Tx,
  tasks: Record<string, string>,
  key: string,
  reason: string,
  outcome = 'done',
): Promise<void> {
  const id = tasks[key];
  if (id === undefined) return;
  await finishTasks(tx, [id], outcome, reason);
  delete tasks[key];
}

function duty(tx: Tx, row: PlotRow, kind: string, title: string, dueOn: string | null, term = '0nd'): TaskSpec {
  const { basis } = plotTransitions.accept;
  return {
    kind,
    title: `${row.name}：${title}`,
    subject: { type: 'plot', id: row.id, no: row.no },
    link: `/land/plots/${row.id}`,
    unitId: row.unitId,
    start: tx.now,
    promisedTerm: dueOn === null ? term : `${Math.max(0, daysBetween(localDateOf(tx.now), dueOn))}nd`,
    basis: basis === 'county' ? { title: '', article: '' } : basis,
  };
}
