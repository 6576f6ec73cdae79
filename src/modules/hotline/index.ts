import type { Module } from '../../kernel/module.ts';
import { retrain } from './advice.ts';
import { openRemedies } from './analysis.ts';
import { serveAttachments } from './attachments.ts';
import { dispatchCertain } from './automatic.ts';
import { serveBriefing } from './briefing.ts';
import { hotlineErrors } from './errors.ts';
import { flagDoubtful, loadStarter, proposing } from './knowledge.ts';
import { hotlineIndicators } from './indicators.ts';
import { analysisRoutes } from './routes/analysis.ts';
import { openingRating } from './rating.ts';
import { deskRoutes } from './routes/desk.ts';
import { intakeRoutes } from './routes/intake.ts';
import { knowledgeRoutes } from './routes/knowledge.ts';
import { ownRoutes } from './routes/own.ts';
import { unitRoutes } from './routes/work.ts';
import { countyOf } from './settings.ts';
import { superviseDue, supervisingKnowledge } from './supervision.ts';
import { tellingSubscribers } from './telling.ts';

/**
 * 有问必应、接诉即办: the hotline that answers, dispatches, supervises and learns.
 *
 * Publishes `ticket.closed` {ticketId, no, unitId, class, outcome, solved, satisfaction, excluded} and `ticket.told`
 * {ticketId, title, body}. No event says who raised a ticket.
 */
export const hotline: Module = {
  name: 'hotline',
  errors: hotlineErrors,
  routes: [...intakeRoutes, ...ownRoutes, ...deskRoutes, ...unitRoutes, ...knowledgeRoutes, ...analysisRoutes],
  subscribers: [...tellingSubscribers, proposing, supervisingKnowledge, openingRating],
  jobs: [
    { name: 'hotline.retrain', everySeconds: 21_600, run: retrain },
    { name: 'hotline.flagKnowledge', everySeconds: 3_600, run: flagDoubtful },
    { name: 'hotline.dispatchCertain', everySeconds: 60, run: dispatchCertain },
    { name: 'hotline.supervise', everySeconds: 3_600, run: superviseDue },
    { name: 'hotline.remedies', everySeconds: 86_400, run: openRemedies },
  ],
  indicators: hotlineIndicators,
  serve(http, platform) {
    serveAttachments(http, platform);
    serveBriefing(http, platform);
  },
  async load(tx) {
    await countyOf(tx.services);
    await loadStarter(tx);
  },
};

export {
  evaluateDispatch,
  evaluateKnowledge,
  knowledgeIndex,
  trainDispatch,
  type DispatchRow,
  type KnowledgeDoc,
} from './engine/index.ts';
