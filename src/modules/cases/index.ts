import type { Job, Module } from '../../kernel/module.ts';
import { plusMs } from '../../kernel/time.ts';
import { calendarOf } from '../tasks/index.ts';
import { measuring } from './days.ts';
import { documentRoutes, serveDocuments } from './documents.ts';
import { casesErrors } from './errors.ts';
import { foldFigures } from './figures.ts';
import { caseIndicators } from './indicators.ts';
import { perform, withService } from './perform.ts';
import { silenceAt } from './progress.ts';
import { applicationRoutes } from './routes/applications.ts';
import { ownCaseRoutes } from './routes/own-cases.ts';
import { workRoutes } from './routes/work.ts';
import { listUnanswered } from './store/cases.ts';
import { noticeRoutes, subscribers } from './telling.ts';

/** Silence is acceptance: five working days after filing without an answer, from the day of filing (许可法 32). */
const silence: Job = {
  name: 'cases.silence',
  everySeconds: 60,
  async run(tx) {
    const calendar = await calendarOf(tx);
    // Five working days are never less than five days.
    const candidates = await listUnanswered(tx, plusMs(tx.now, -5 * 86_400_000), 100);
    const silent = candidates.filter((row) => row.filedAt !== null && silenceAt(calendar, row.filedAt) < tx.now);
    for (const row of silent) await perform(tx, await withService(tx, row), { action: 'acceptBySilence' });
    return silent.length;
  },
};

/** 一网通办: applications, the cases they become, parallel approval, and what people can follow. */
export const cases: Module = {
  name: 'cases',
  errors: casesErrors,
  routes: [...applicationRoutes, ...ownCaseRoutes, ...workRoutes, ...noticeRoutes, ...documentRoutes],
  subscribers: [...subscribers, measuring],
  jobs: [silence, foldFigures],
  indicators: caseIndicators,
  serve: serveDocuments,
};

export {
  applicationsOf,
  caseTimelines,
  noticesOf,
  requestCorrections,
  startApplicationFor,
  type CaseTimeline,
} from './matters.ts';
export { guardCommitments, type CommitmentGuard, type CommitmentQuestion } from './commitments.ts';
export { decidedCase, type DecidedCase } from './decided.ts';
export { caseRecords, type CaseRecord } from './records.ts';
export { tellApplicant } from './telling.ts';
export { caseStatusNames } from './rules/transitions.ts';
export type { Matter } from './store/applications.ts';
export { silenceAt } from './progress.ts';
