import type { Job, Route, Subscriber } from '../../../kernel/module.ts';
import { opinionRoutes, unrectifiedJob } from './acceptance/opinion.ts';
import { visitRoutes } from './acceptance/routes.ts';
import { followUpSubscriber, overdueJob, owedJob } from './commitments/follow-up.ts';
import { gasRoutes } from './commitments/gas.ts';
import { commitmentRoutes } from './commitments/routes.ts';
import { gatheredRoutes } from './consultation/gathered-routes.ts';
import { consultationRoutes, silenceJob } from './consultation/routes.ts';
import { documentRoutes } from './documents.ts';
import { offSystemSubscriber } from './off-system/detect.ts';
import { offSystemRoutes } from './off-system/routes.ts';
import { pushRoutes, pushSubscriber } from './pushes/routes.ts';
import { questionRoutes } from './questions/routes.ts';
import { tellingSubscribers } from './record.ts';
import { surveyRoutes } from './survey/routes.ts';

/** The rooms around a project: each a few steps of several units, with everything owed as a task. */
export const roomRoutes: readonly Route[] = [
  ...documentRoutes,
  ...consultationRoutes,
  ...gatheredRoutes,
  ...commitmentRoutes,
  ...gasRoutes,
  ...surveyRoutes,
  ...visitRoutes,
  ...opinionRoutes,
  ...offSystemRoutes,
  ...pushRoutes,
  ...questionRoutes,
];

export const roomSubscribers: readonly Subscriber[] = [
  ...tellingSubscribers,
  followUpSubscriber,
  offSystemSubscriber,
  pushSubscriber,
];

export const roomJobs: readonly Job[] = [silenceJob, overdueJob, owedJob, unrectifiedJob];

export { creditBars } from './commitments/bars.ts';
export { serveRooms } from './documents.ts';
export { roomErrors } from './errors.ts';
export { surveyResultsOf } from './survey/routes.ts';
