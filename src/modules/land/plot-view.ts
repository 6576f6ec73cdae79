import type { Tx } from '../../kernel/module.ts';
import { chineseDate, localDateOf } from '../../kernel/time.ts';
import { unitDirectory } from '../org/index.ts';
import { tasksOf } from '../tasks/index.ts';
import { readinessOf } from './plots.ts';
import type { Polygon } from './rules/geometry.ts';
import { phaseNames, wordsOf, type Comparison } from './rules/indicators.ts';
import { breachOutcomeNames, type PlotEvent } from './rules/plot.ts';
import { blockersOf, promisesOf } from './rules/plot-decide.ts';
import { plotStateNames, plotStates, plotTransitions, type PlotAction } from './rules/plot-transitions.ts';
import { settingsOf, useName } from './settings.ts';
import { loadDocumentNames } from './store/documents.ts';
import { loadHistory, type PlotRow } from './store/plots.ts';

const conclusionNames = { fulfilled: '履约完成', terminated: '协议已经解除' } as const;

/** Rows as everyone may read them. */
export async function plotViewer(tx: Tx) {
  const settings = await settingsOf(tx.services);
  const directory = await unitDirectory(tx);
  const guards = settings.indicators.plotState.states;
  const listed = (row: PlotRow) => ({
    id: row.id,
    no: row.no,
    name: row.name,
    townName: directory.nameOf(row.town),
    useName: useName(settings, row.landUse),
    areaMu: row.areaMu,
    state: row.status,
    stateName: plotStateNames[row.status],
    onOffer: row.onOffer,
    enterpriseName: row.state.award?.enterpriseName ?? null,
    openBreaches: row.openBreaches,
    concluded: row.concluded,
  });
  const open = (row: PlotRow) => {
    const { facts, award, conclusion, targets, regional } = row.state;
    const at = plotStates.indexOf(row.status);
    return {
      id: row.id,
      no: row.no,
      name: row.name,
      unitId: row.unitId,
      unitName: directory.nameOf(row.unitId),
      town: row.town,
      townName: directory.nameOf(row.town),
      location: facts.location,
      use: facts.use,
      useName: useName(settings, facts.use),
      area: drawable(facts.area),
      areaMu: row.areaMu,
      ready: [...facts.ready],
      note: facts.note,
      state: row.status,
      stateName: plotStateNames[row.status],
      states: plotStates.map((id, index) => ({
        id,
        name: plotStateNames[id],
        guard: guards.find((one) => one.id === id)?.guard ?? '',
        at:
          index < at || conclusion !== null ? ('done' as const) : index === at ? ('now' as const) : ('later' as const),
      })),
      targets: targets.map((target) => ({ ...target, words: wordsOf(target) })),
      regional: [...regional],
      award,
      conclusion: conclusion === null ? null : { ...conclusion, name: conclusionNames[conclusion.outcome] },
    };
  };
  return { listed, open };
}

export function drawable(area: Polygon): [number, number][][] {
  return area.map((ring) => ring.map(([x, y]): [number, number] => [x, y]));
}

/** Everything about plots for their parties: one query per kind of thing, however many plots. */
export async function wholePlots(tx: Tx, rows: readonly PlotRow[], face: 'unit' | 'firm') {
  const ids = rows.map(({ id }) => id);
  const settings = await settingsOf(tx.services);
  const { open } = await plotViewer(tx);
  const history = await loadHistory(tx, ids);
  const tasks = new Map((await tasksOf(tx, 'plot', ids)).map((task) => [task.id, task]));
  const papers = rows.flatMap(({ state }) =>
    [state.agreement?.documentId, state.commitment?.documentId].filter((id) => id != null),
  );
  const names = new Map((await loadDocumentNames(tx, papers)).map(({ id, name }) => [id, name]));
  const paper = (id: string | null) => (id === null ? null : { documentId: id, name: names.get(id) ?? '文件' });
  const whole = [];
  for (const row of rows) {
    const { agreement, commitment, acceptances, breaches, permits, completedOn } = row.state;
    // Only a plot that is still to be offered needs to know the county's results.
    const readiness =
      face === 'unit' && row.status === 'standard-set'
        ? await readinessOf(tx, row.state)
        : { required: [], coreIndicators: [], readyWith: [] };
    const blockers = blockersOf(row.state, readiness);
    whole.push({
      ...open(row),
      agreement:
        agreement === null
          ? null
          : { ...agreement, parties: [...agreement.parties], document: paper(agreement.documentId) },
      commitment: commitment === null ? null : { ...commitment, document: paper(commitment.documentId) },
      promises: promisesOf(row.state),
      commitmentText: settings.desk.plots.commitment,
      permits: [...permits],
      completedOn,
      acceptances: acceptances.map((one) => ({
        ...one,
        phaseName: phaseNames[one.phase],
        comparisons: copies(one.comparisons),
      })),
      breaches: breaches.map((breach) => ({
        id: breach.id,
        openedAt: breach.openedAt,
        phaseName: breach.phase === null ? null : phaseNames[breach.phase],
        terms: [...breach.terms],
        failed: copies(breach.failed),
        penalty: breach.penalty,
        rectifyBy: tasks.get(row.tasks[`breach:${breach.id}`] ?? '')?.dueOn ?? null,
        rectifications: breach.rectifications.map((one) => ({ ...one, comparisons: copies(one.comparisons) })),
        closing:
          breach.closing === null
            ? null
            : { ...breach.closing, outcomeName: breachOutcomeNames[breach.closing.outcome] },
      })),
      actions: (Object.entries(blockers) as [PlotAction, string[]][])
        .filter(([action]) => plotTransitions[action].by.includes(face))
        .map(([action, missing]) => ({
          action,
          zh: plotTransitions[action].zh,
          basis: basisOf(action, settings.desk.plots.basis),
          missing,
        })),
      history: history
        .filter(({ plotId }) => plotId === row.id)
        .map(({ at, actorName, body }) => ({ at, by: actorName, words: historyWords(body) })),
    });
  }
  return whole;
}

function basisOf(action: PlotAction, county: string): { title: string; article: string } {
  const { basis } = plotTransitions[action];
  return basis === 'county' ? { title: county, article: '' } : basis;
}

function copies(comparisons: readonly Comparison[]): Comparison[] {
  return [...comparisons];
}

function historyWords(event: PlotEvent): string {
  switch (event.type) {
    case 'defined':
      return '新建地块，定指标';
    case 'amended':
      return '修改地块和指标';
    case 'offered':
      return `带标准出让，引用 ${event.regional.length} 份区域评估`;
    case 'offerWithdrawn':
      return `撤回出让：${event.reason}`;
    case 'awarded':
      return `由${event.award.enterpriseName}受让，合同${event.award.contractNo}`;
    case 'agreementSigned':
      return `签订监管协议${event.agreement.no}`;
    case 'commitmentOpened':
      return '转入承诺许可';
    case 'commitmentSigned':
      return `${event.commitment.signedBy}签承诺书`;
    case 'permitRecorded':
      return `${event.permit.name}${event.permit.no}`;
    case 'buildingStarted':
      return `${chineseDate(event.startedOn)}开工`;
    case 'completionReported':
      return `报告${chineseDate(event.completedOn)}竣工`;
    case 'accepted':
      return `${phaseNames[event.acceptance.phase]}${event.acceptance.passed ? '通过' : '没有通过'}`;
    case 'breachOpened':
      return `立违约案：${event.breach.terms.join('；')}`;
    case 'rectified':
      return `报告整改结果，${event.passed ? '达标' : '仍没有达标'}`;
    case 'breachClosed':
      return `违约案结案：${breachOutcomeNames[event.closing.outcome]}`;
    case 'concluded':
      return `${conclusionNames[event.outcome]}（${chineseDate(localDateOf(event.at))}）`;
  }
}
