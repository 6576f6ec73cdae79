import type { Module } from '../../kernel/module.ts';
import { openRenewals } from './assessments.ts';
import { serveDocuments } from './documents.ts';
import { landErrors } from './errors.ts';
import { assessmentRoutes } from './routes/assessments.ts';
import { idleRoutes } from './routes/idle.ts';
import { performanceRoutes } from './routes/performance.ts';
import { plotRoutes } from './routes/plots.ts';
import { settingsOf } from './settings.ts';
import { loadTrial } from './trial.ts';

/** 土地要素: regional assessments reused by many projects, standard plots, per-mu performance, idle land. */
export const land: Module = {
  name: 'land',
  errors: landErrors,
  routes: [...assessmentRoutes, ...plotRoutes, ...performanceRoutes, ...idleRoutes],
  jobs: [{ name: 'land.renewals', everySeconds: 86_400, run: openRenewals }],
  async load(tx) {
    await settingsOf(tx.services);
    await loadTrial(tx);
  },
  serve: serveDocuments,
};

export { assessmentsFor, recordReuse, type AssessmentAnswer, type AssessmentQuestion } from './assessments.ts';
export { mapPicture } from './rules/map.ts';
export { readPoint } from './rules/coordinates.ts';
export type { Point, Polygon } from './rules/geometry.ts';
