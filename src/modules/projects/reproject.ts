import { uuidv7 } from '../../kernel/ids.ts';
import type { Job, Subscriber, Tx } from '../../kernel/module.ts';
import { localDateOf } from '../../kernel/time.ts';
import { applicationsOf, caseTimelines, type CaseTimeline } from '../cases/index.ts';
import { finishTasks, openTasks } from '../tasks/index.ts';
import { breakersOf, clockworkOf, lightOf, reckon, stageOf, type Clockwork, type Reckoning } from './attribution.ts';
import { countyOf } from './county.ts';
import { completedAt, presentStage, stagesOf, type MatterApplication } from './standing.ts';
import { alertsOfProjects, raiseAlerts, settleAlerts, type AlertRow } from './store/alerts.ts';
import {
  appendProjectEvents,
  claimStale,
  loadProjectForDecision,
  markAllStale,
  saveStandings,
  type ProjectEvent,
  type ProjectRow,
  type Standing,
} from './store/projects.ts';

/** What lists show follows from the cases, the calendar and the day: worked out anew whenever one of them has moved. */

/** After something happened to its cases. An unknown or ended project stays as it is. */
export async function reprojectOne(tx: Tx, projectId: string): Promise<void> {
  const project = await loadProjectForDecision(tx, projectId);
  if (project !== null) await reproject(tx, [project]);
}

/** Locked projects, in as few statements as there are kinds of them. */
export async function reproject(tx: Tx, projects: readonly ProjectRow[]): Promise<void> {
  const going = projects.filter(({ state }) => state !== 'abandoned');
  if (going.length === 0) return;
  const matters = { type: 'project', ids: going.map(({ id }) => id) };
  const timelines = groupBy(await caseTimelines(tx, matters), (one) => one.matterId);
  const applications = groupBy(await applicationsOf(tx, matters), (one) => one.matterId);
  const alerts = groupBy(await alertsOfProjects(tx, matters.ids), (one) => one.projectId);
  const work = await clockworkOf(tx);
  const outcomes: Outcome[] = [];
  for (const project of going) {
    const own = timelines.get(project.id) ?? [];
    outcomes.push(
      await outcomeOf(tx, project, own, applications.get(project.id) ?? [], alerts.get(project.id) ?? [], work),
    );
  }
  await settle(tx, outcomes);
  await saveStandings(
    tx,
    work.today,
    outcomes.map(({ project, standing }) => ({ id: project.id, ...standing })),
  );
  await appendProjectEvents(
    tx,
    outcomes.flatMap(({ project, events }) => events.map((event) => ({ projectId: project.id, event }))),
  );
}

interface Outcome {
  project: ProjectRow;
  standing: Standing;
  events: ProjectEvent[];
  /** Not yet written: without id of their task. */
  raised: Omit<AlertRow, 'taskId'>[];
  passed: AlertRow[];
}

async function outcomeOf(
  tx: Tx,
  project: ProjectRow,
  timelines: readonly CaseTimeline[],
  applications: readonly MatterApplication[],
  alerts: readonly AlertRow[],
  work: Clockwork,
): Promise<Outcome> {
  const stages = await stagesOf(tx, project, timelines, applications);
  const firstFiledAt = timelines.map(({ openedAt }) => openedAt).sort()[0] ?? null;
  const endedAt = completedAt(stages);
  const reckoning = reckon({ ...project, endedAt }, timelines, work);
  const line = reckoning.budget.project;
  const wanted =
    endedAt === null ? wantedAlerts(project, timelines, reckoning, work) : lastingAlerts(project, timelines, reckoning);
  const known = new Map(alerts.map((alert) => [alert.key, alert]));
  const raised = wanted
    .filter((alert) => known.get(alert.key)?.state !== 'open' && known.get(alert.key)?.state !== 'answered')
    .map((alert) => ({
      ...alert,
      id: uuidv7(Date.parse(tx.now)),
      projectId: project.id,
      at: tx.now,
      state: 'open' as const,
      answer: '',
      settledAt: null,
    }));
  // What threatened and no longer does passes by itself; what has happened stays until somebody answers.
  const passed = alerts.filter(
    (alert) => alert.state === 'open' && alert.kind === 'breaker' && !wanted.some(({ key }) => key === alert.key),
  );
  const stage = presentStage(stages);
  const state = endedAt !== null ? 'completed' : firstFiledAt === null ? 'registered' : 'running';
  const standing: Standing = {
    state,
    firstFiledAt,
    endedAt,
    stageId: stage?.stage.id ?? null,
    stageName: stage?.stage.name ?? '',
    budgetDays: project.frame.type.budgetDays,
    usedDays: line.used,
    leftDays: project.frame.type.budgetDays - line.used,
    endsOn: line.endsOn,
    breaksOn: line.breaksOn,
    breaker: worstBreaker(reckoning, timelines, work),
    ...holderNow(timelines, reckoning, state),
    light: lightNow(project, timelines, reckoning, work, state),
    openAlerts: alerts.filter((alert) => alert.state === 'open').length - passed.length + raised.length,
  };
  const events: ProjectEvent[] = [
    ...(project.firstFiledAt === null && firstFiledAt !== null ? [{ type: 'began' as const, at: firstFiledAt }] : []),
    ...(project.state !== 'completed' && endedAt !== null
      ? [{ type: 'completed' as const, at: endedAt, usedDays: line.used, budgetDays: standing.budgetDays }]
      : []),
    ...(project.state === 'completed' && endedAt === null
      ? [{ type: 'resumed' as const, reason: '又有事项在办' }]
      : []),
    ...raised.map(({ key, words }) => ({ type: 'alerted' as const, key, words })),
  ];
  return { project, standing, events, raised, passed };
}

/** Who has it at this moment: the unit of the item that ends last, else a procedure, else the firm. */
function holderNow(
  timelines: readonly CaseTimeline[],
  { budget, input }: Reckoning,
  state: Standing['state'],
): Pick<Standing, 'holderKind' | 'holderUnit' | 'holderGround'> {
  if (state === 'completed') return { holderKind: 'none', holderUnit: null, holderGround: '' };
  const tracks = new Set(input.tracks.map(({ caseId }) => caseId));
  const held = timelines.flatMap((one) => {
    const holder = one.outcome === null ? one.spans.at(-1)?.holder : undefined;
    return holder === undefined ? [] : [{ caseId: one.caseId, holder }];
  });
  const endOf = (caseId: string): string => budget.projectedEnds[caseId] ?? '9999';
  const units = held
    .flatMap(({ caseId, holder }) => (holder.kind === 'unit' ? [{ caseId, unitId: holder.unitId }] : []))
    .sort(
      (a, b) =>
        Number(tracks.has(a.caseId)) - Number(tracks.has(b.caseId)) || (endOf(a.caseId) < endOf(b.caseId) ? 1 : -1),
    );
  const unit = units[0];
  if (unit !== undefined) return { holderKind: 'unit', holderUnit: unit.unitId, holderGround: '' };
  const procedure = held.find(({ holder }) => holder.kind === 'procedure')?.holder;
  if (procedure?.kind === 'procedure')
    return { holderKind: 'procedure', holderUnit: null, holderGround: procedure.groundName };
  return { holderKind: 'applicant', holderUnit: null, holderGround: '' };
}

function lightNow(
  project: ProjectRow,
  timelines: readonly CaseTimeline[],
  reckoning: Reckoning,
  work: Clockwork,
  state: Standing['state'],
): Standing['light'] {
  if (state === 'completed') return 'done';
  const light = lightOf(reckoning.budget.project, work, project.frame.settings.warningDays);
  const isPaused = holderNow(timelines, reckoning, state).holderKind === 'procedure';
  return isPaused && light === 'green' ? 'paused' : light;
}

function worstBreaker(reckoning: Reckoning, timelines: readonly CaseTimeline[], work: Clockwork): Standing['breaker'] {
  const worst = breakersOf(reckoning, timelines, work).sort(
    (a, b) => (b.overBy ?? Infinity) - (a.overBy ?? Infinity),
  )[0];
  return worst === undefined ? null : { itemName: worst.itemName, unitId: worst.unitId, why: worst.why };
}

type WantedAlert = Pick<AlertRow, 'key' | 'kind' | 'unitId' | 'caseId' | 'words'>;

function wantedAlerts(
  project: ProjectRow,
  timelines: readonly CaseTimeline[],
  reckoning: Reckoning,
  work: Clockwork,
): WantedAlert[] {
  const breakers = breakersOf(reckoning, timelines, work).map((breaker): WantedAlert => ({
    key: `breaker:${breaker.caseId}`,
    kind: 'breaker',
    unitId: leadOf(project, breaker.stageId, breaker.unitId),
    caseId: breaker.caseId,
    words: breaker.why,
  }));
  return [...breakers, ...lastingAlerts(project, timelines, reckoning)];
}

/** What has happened and cannot be undone. */
function lastingAlerts(
  project: ProjectRow,
  timelines: readonly CaseTimeline[],
  { budget, alerts }: Reckoning,
): WantedAlert[] {
  const exceeded = [budget.project, ...budget.stages]
    .filter((line) => (line.left ?? 0) < 0)
    .map((line): WantedAlert => ({
      key: `exceeded:${line.stageId ?? 'project'}`,
      kind: 'exceeded',
      unitId: leadOf(project, line.stageId ?? lastStage(project, timelines), project.units[0] ?? ''),
      caseId: null,
      words: line.words[0] ?? `${line.name}超出承诺时限。`,
    }));
  const exclusions = alerts.map((alert): WantedAlert => {
    const timeline = timelines.find((one) => one.caseId === alert.caseId);
    const stageId = timeline === undefined ? null : stageOf(project.frame, timeline);
    return {
      key: `exclusion:${alert.caseId}:${alert.pausedAt}:${alert.sign}`,
      kind: 'exclusion',
      unitId: leadOf(project, stageId, alert.unitId),
      caseId: alert.caseId,
      words: alert.words,
    };
  });
  return [...exceeded, ...exclusions];
}

function lastStage(project: ProjectRow, timelines: readonly CaseTimeline[]): string | null {
  const last = timelines.at(-1);
  return (last === undefined ? null : stageOf(project.frame, last)) ?? project.frame.stages[0]?.id ?? null;
}

function leadOf(project: ProjectRow, stageId: string | null, otherwise: string): string {
  return project.frame.stages.find((stage) => stage.id === stageId)?.lead ?? otherwise;
}

/** An alert is owed an answer by the unit that leads the stage: one task each. */
async function settle(tx: Tx, outcomes: readonly Outcome[]): Promise<void> {
  const raised = outcomes.flatMap(({ project, raised: alerts }) => alerts.map((alert) => ({ project, alert })));
  const { settings } = await countyOf(tx.services);
  const tasks = await openTasks(
    tx,
    raised.map(({ project, alert }) => ({
      kind: 'project.budget-alert',
      title: `${project.name}·${alertNames[alert.kind]}`,
      subject: { type: 'project', id: project.id, no: project.code },
      link: `/workbench/projects/${project.id}`,
      unitId: alert.unitId,
      start: tx.now,
      promisedTerm: settings.alertTerm,
      basis: { title: project.frame.type.source, article: '' },
    })),
  );
  await raiseAlerts(
    tx,
    raised.map(({ alert }, index) => ({ ...alert, taskId: tasks[index]?.id ?? null })),
  );
  const passed = outcomes.flatMap((outcome) => outcome.passed);
  await finishTasks(
    tx,
    passed.flatMap(({ taskId }) => taskId ?? []),
    'cancelled',
    '不再有超时的危险',
  );
  await settleAlerts(
    tx,
    passed.map(({ id }) => id),
    'passed',
    '不再有超时的危险',
  );
}

export const alertNames: Readonly<Record<AlertRow['kind'], string>> = {
  breaker: '有事项会超出承诺时限',
  exceeded: '已经超出承诺时限',
  exclusion: '停表不合规',
};

interface CaseTurn {
  matter?: { type: string; id: string } | null;
}

async function onCaseEvent(tx: Tx, payload: Record<string, unknown>): Promise<void> {
  const { matter } = payload as CaseTurn;
  if (matter?.type === 'project') await reprojectOne(tx, matter.id);
}

export const subscribers: readonly Subscriber[] = [
  { name: 'projects.onFiled', topic: 'application.filed', handle: onCaseEvent },
  { name: 'projects.onProgress', topic: 'case.progressed', handle: onCaseEvent },
  {
    name: 'projects.onCalendar',
    topic: 'calendar.changed',
    async handle(tx) {
      await markAllStale(tx);
    },
  },
];

const portion = 400;

/** Every running project once a day, and all of them after a new holiday notice, portion by portion. */
export const jobs: readonly Job[] = [
  {
    name: 'projects.reproject',
    everySeconds: 60,
    async run(tx) {
      const stale = await claimStale(tx, localDateOf(tx.now), portion);
      await reproject(tx, stale);
      return stale.length;
    },
  },
];

function groupBy<T>(rows: readonly T[], keyOf: (row: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group === undefined) groups.set(keyOf(row), [row]);
    else group.push(row);
  }
  return groups;
}
