import type { Module, Tx } from '../../kernel/module.ts';
import { assessmentSubscriber } from './assessments.ts';
import { countyOf } from './county.ts';
import { serveDownloads } from './downloads.ts';
import { projectsErrors } from './errors.ts';
import { projectIndicators } from './indicators.ts';
import { attributionOf, wholeOf } from './page.ts';
import { jobs, subscribers } from './reproject.ts';
import { roomErrors, roomJobs, roomRoutes, roomSubscribers, serveRooms } from './rooms/index.ts';
import { ownRoutes } from './routes/own.ts';
import { publicRoutes } from './routes/public.ts';
import { workRoutes } from './routes/work.ts';
import type { AttributionView } from './shapes.ts';
import { loadProjectByCode } from './store/projects.ts';

/** 工程建设项目: four stages under one budget, with every day attributed. */
export const projects: Module = {
  name: 'projects',
  errors: { ...projectsErrors, ...roomErrors },
  routes: [...publicRoutes, ...ownRoutes, ...workRoutes, ...roomRoutes],
  subscribers: [...subscribers, assessmentSubscriber, ...roomSubscribers],
  jobs: [...jobs, ...roomJobs],
  indicators: projectIndicators,
  // A county that contradicts itself is said at start, not on the first registration.
  load: async (tx) => void (await countyOf(tx.services)),
  serve(http, platform) {
    serveDownloads(http, platform);
    return serveRooms(http, platform);
  },
};

/** Every day of a project with who held it and why, the totals and the budget; null when no project has the code. */
export async function explainProject(tx: Tx, code: string): Promise<AttributionView | null> {
  const row = await loadProjectByCode(tx, code);
  return row === null ? null : attributionOf(await wholeOf(tx, row));
}

export { loadProject as projectOf, type Project } from './project.ts';
export { sharesOf as projectShares, type Shares } from './shares.ts';
export { creditBars, surveyResultsOf } from './rooms/index.ts';
export { anonymise, tellTale } from './rules/rooms/publication.ts';
export type { AttributionView } from './shapes.ts';
