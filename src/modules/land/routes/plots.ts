import { AppError } from '../../../kernel/errors.ts';
import { uuidv7 } from '../../../kernel/ids.ts';
import { route, type HandlerContext, type Tx } from '../../../kernel/module.ts';
import { localDateOf } from '../../../kernel/time.ts';
import * as work from '../contract-plot-work.ts';
import * as contract from '../contract-plots.ts';
import { deskUnit, isAtDesk, ownsEnterprise } from '../desk.ts';
import { drawable, plotViewer, wholePlots } from '../plot-view.ts';
import { checkedFacts, define, perform, readinessOf } from '../plots.ts';
import type { PlotEvent } from '../rules/plot.ts';
import type { PlotCommand } from '../rules/plot-decide.ts';
import { plotStateNames, plotStates, type PlotStateName } from '../rules/plot-transitions.ts';
import { settingsOf } from '../settings.ts';
import { loadDocument } from '../store/documents.ts';
import { countByState, listPlotRows, loadPlot, type PlotRow } from '../store/plots.ts';

const anything = { state: [], withOpenBreach: false, onOffer: false, uscc: null, text: '' } as const;

export const plotRoutes = [
  route(contract.listPlots, async ({ tx, input, reach }) => {
    const mayWork = await isAtDesk(tx, reach, 'plots');
    const { rows, total } = await listPlotRows(tx, {
      ...anything,
      ...input,
      withOpenBreach: input.breach === 'open',
      withUnoffered: mayWork,
    });
    const { listed } = await plotViewer(tx);
    const counts = new Map((await countByState(tx, mayWork)).map(({ status, count }) => [status, count]));
    return {
      plots: rows.map(listed),
      total,
      counts: plotStates.map((state) => ({ state, name: plotStateNames[state], count: counts.get(state) ?? 0 })),
      mayWork,
    };
  }),

  route(contract.readPlot, async ({ tx, input, reach }) => {
    const mayWork = await isAtDesk(tx, reach, 'plots');
    const row = await loadPlot(tx, input.plotId);
    if (row === null || (row.status === 'standard-set' && !mayWork)) throw new AppError('PLOT_NOT_FOUND');
    const [whole] = await wholePlots(tx, [row], 'unit');
    if (whole === undefined) throw new AppError('PLOT_NOT_FOUND');
    return mayWork ? whole : { ...whole, actions: [], agreement: null, commitment: null };
  }),

  route(contract.publicPlots, async ({ tx, input }) => {
    const { rows, total } = await listPlotRows(tx, {
      ...anything,
      ...input,
      onOffer: input.offer === 'open',
      withUnoffered: false,
    });
    const { listed } = await plotViewer(tx);
    return {
      plots: rows.map((row) => {
        const { openBreaches: _, ...rest } = listed(row);
        return { ...rest, area: drawable(row.state.facts.area) };
      }),
      total,
    };
  }),

  route(contract.publicPlot, async ({ tx, input }) => {
    const row = await loadPlot(tx, input.plotId);
    if (row === null || row.status === 'standard-set') throw new AppError('PLOT_NOT_FOUND');
    return (await plotViewer(tx)).open(row);
  }),

  route(contract.myPlots, async ({ tx, input, actor }) => {
    const { rows, total } = await listPlotRows(tx, {
      ...anything,
      ...input,
      uscc: actor.enterpriseIds,
      withUnoffered: false,
    });
    return { plots: await wholePlots(tx, rows, 'firm'), total };
  }),

  route(contract.signMyCommitment, (context) =>
    byFirm(context, async ({ state }) => ({
      action: 'signCommitment',
      commitment: {
        text: (await settingsOf(context.tx.services)).desk.plots.commitment,
        signedOn: localDateOf(context.now),
        signedBy: `${state.award?.enterpriseName ?? ''}（${context.actor.name}）`,
        documentId: null,
      },
    })),
  ),

  route(contract.reportMyCompletion, (context) =>
    byFirm(context, () => ({ action: 'reportCompletion', completedOn: context.input.completedOn })),
  ),

  route(work.definePlot, async (context) => {
    const unitId = await deskUnit(context, 'plots');
    const { tx, input } = context;
    const { no, ...given } = input;
    const row = await define(tx, uuidv7(Date.parse(tx.now)), no, given, unitId);
    return { id: row.id };
  }),

  route(work.amendPlot, (context) =>
    byDesk(context, async () => {
      const { plotId: _, ...given } = context.input;
      return { action: 'amend', ...(await checkedFacts(context.tx, given)) };
    }),
  ),

  route(work.offerPlot, (context) =>
    byDesk(context, async ({ state }) => ({ action: 'offer', readiness: await readinessOf(context.tx, state) })),
  ),

  route(work.withdrawOffer, (context) =>
    byDesk(context, () => ({ action: 'withdrawOffer', reason: context.input.reason })),
  ),

  route(work.awardPlot, (context) => {
    const { plotId: _, ...award } = context.input;
    return byDesk(context, () => ({ action: 'award', award }));
  }),

  route(work.signAgreement, (context) => {
    const { plotId: _, ...agreement } = context.input;
    return byDesk(context, async () => {
      await refuseUnknownDocument(context.tx, agreement.documentId);
      return { action: 'signAgreement', agreement };
    });
  }),

  route(work.openCommitment, (context) => byDesk(context, () => ({ action: 'openCommitment' }))),

  route(work.recordCommitment, (context) => {
    const { plotId: _, ...commitment } = context.input;
    return byDesk(context, async () => {
      await refuseUnknownDocument(context.tx, commitment.documentId);
      const { desk } = await settingsOf(context.tx.services);
      return { action: 'signCommitment', commitment: { ...commitment, text: desk.plots.commitment } };
    });
  }),

  route(work.recordPermit, (context) => {
    const { plotId: _, ...permit } = context.input;
    return byDesk(context, () => ({ action: 'recordPermit', permit }));
  }),

  route(work.startBuilding, (context) =>
    byDesk(context, () => ({ action: 'startBuilding', startedOn: context.input.startedOn })),
  ),

  route(work.reportCompletion, (context) =>
    byDesk(context, () => ({ action: 'reportCompletion', completedOn: context.input.completedOn })),
  ),

  route(work.acceptPlot, async (context) => {
    const { phase, measurements, opinion } = context.input;
    const { events } = await run(context, async () => ({
      action: 'accept',
      phase,
      measurements,
      opinion,
      by: context.actor.name,
      breachId: uuidv7(Date.parse(context.now)),
      rectifyTerm: await rectifyTerm(context.tx),
    }));
    const breachId = breachIn(events);
    return { passed: breachId === null, breachId };
  }),

  route(work.openBreach, async (context) => {
    const breachId = uuidv7(Date.parse(context.now));
    await run(context, async () => ({
      action: 'openBreach',
      breachId,
      terms: context.input.terms,
      rectifyTerm: await rectifyTerm(context.tx),
    }));
    return { breachId };
  }),

  route(work.reportRectification, async (context) => {
    const { breachId, report, measurements } = context.input;
    const { events } = await run(context, (row) => {
      refuseUnknownBreach(row, breachId);
      return { action: 'rectify', breachId, report, measurements, by: context.actor.name };
    });
    return { passed: events.some((event) => event.type === 'rectified' && event.passed) };
  }),

  route(work.closeBreach, (context) => {
    const { breachId, outcome, decision, documentNo } = context.input;
    return byDesk(context, (row) => {
      refuseUnknownBreach(row, breachId);
      return { action: 'closeBreach', breachId, outcome, decision, documentNo, by: context.actor.name };
    });
  }),
];

type CommandFor = (row: PlotRow) => PlotCommand | Promise<PlotCommand>;

async function run(context: HandlerContext<{ plotId: string }>, commandFor: CommandFor) {
  await deskUnit(context, 'plots');
  return perform(context.tx, context.input.plotId, () => true, commandFor);
}

async function byDesk(context: HandlerContext<{ plotId: string }>, commandFor: CommandFor) {
  return stateOf((await run(context, commandFor)).row);
}

async function byFirm(context: HandlerContext<{ plotId: string }>, commandFor: CommandFor) {
  const { tx, input, actor } = context;
  return stateOf((await perform(tx, input.plotId, (row) => ownsEnterprise(actor, row.uscc), commandFor)).row);
}

function stateOf(row: PlotRow): { state: PlotStateName } {
  return { state: row.status };
}

function breachIn(events: readonly PlotEvent[]): string | null {
  for (const event of events) if (event.type === 'breachOpened') return event.breach.id;
  return null;
}

function refuseUnknownBreach(row: PlotRow, breachId: string): void {
  if (!row.state.breaches.some(({ id }) => id === breachId)) throw new AppError('BREACH_NOT_FOUND');
}

async function refuseUnknownDocument(tx: Tx, id: string): Promise<void> {
  if ((await loadDocument(tx, id)) === null) throw new AppError('LAND_FILE_NOT_FOUND');
}

async function rectifyTerm(tx: Tx): Promise<string> {
  return (await settingsOf(tx.services)).indicators.breach.rectificationTerm.value;
}
