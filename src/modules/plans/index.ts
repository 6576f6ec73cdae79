import type { Job, Module, Subscriber, Tx } from '../../kernel/module.ts';
import { localDateOf } from '../../kernel/time.ts';
import { plansErrors } from './errors.ts';
import { refreshPlan, rememberRegistry } from './figures.ts';
import { planIndicators } from './indicators.ts';
import { load } from './load.ts';
import { openRounds } from './rounds.ts';
import { appraisalRoutes, tableOfPeriod } from './routes/appraisals.ts';
import { doingRoutes } from './routes/doing.ts';
import { evidenceRoutes, serveEvidence } from './routes/evidence.ts';
import { fileRoutes, serveFiles } from './routes/files.ts';
import { ledgerRoutes } from './routes/ledger.ts';
import { importRoutes } from './routes/import.ts';
import { quotaRoutes } from './routes/quotas.ts';
import { reviewRoutes } from './routes/review.ts';
import { allMeasures } from './store/measures.ts';
import { loadPlanOn } from './store/plans.ts';

/** Every hour figures that are due are read, lights set and rounds opened; all of them after the calendar changed. */
const daily: Job = {
  name: 'plans.daily',
  everySeconds: 3600,
  run: (tx) => refresh(tx, 'due'),
};

const calendarChanged: Subscriber = {
  name: 'plans.calendarChanged',
  topic: 'calendar.changed',
  handle: async (tx) => {
    await refresh(tx, 'all');
  },
};

async function refresh(tx: Tx, which: 'all' | 'due'): Promise<number> {
  const plan = await loadPlanOn(tx, localDateOf(tx.now));
  if (plan === null) return 0;
  const opened = await openRounds(tx, plan);
  return opened + (await refreshPlan(tx, plan, await allMeasures(tx, plan.id), which));
}

/** 台账·考核: the county's plan read in, its measures followed, its indicators computed from what happened. */
export const plans: Module = {
  name: 'plans',
  errors: plansErrors,
  routes: [
    ...ledgerRoutes,
    ...doingRoutes,
    ...quotaRoutes,
    ...appraisalRoutes,
    ...reviewRoutes,
    ...importRoutes,
    ...evidenceRoutes,
    ...fileRoutes,
  ],
  subscribers: [calendarChanged],
  jobs: [daily],
  indicators: planIndicators,
  load,
  serve(http, platform) {
    rememberRegistry(platform);
    serveFiles(http, platform);
    serveEvidence(http, platform);
  },
};

export { tableOfPeriod };
export { canonical } from './appraise.ts';
export { pointsText } from './rules/appraisal.ts';
export { NotADocument, readPlanFile, toOutput, type KnownNames, type PlanOutput } from './reader/index.ts';
