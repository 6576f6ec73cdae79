import type { Module, Tx } from '../../kernel/module.ts';
import { serveEvidence } from './documents.ts';
import { ratingErrors } from './errors.ts';
import { ratingIndicators } from './indicators.ts';
import { openingSubscriber } from './opening.ts';
import { figureRoutes } from './routes/figures.ts';
import { raterRoutes } from './routes/rater.ts';
import { workRoutes } from './routes/work.ts';
import type { SubjectKind } from './rules/transitions.ts';
import { settingsOf } from './settings.ts';
import { loadOfSubjects } from './store/subjects.ts';
import { tellingSubscriber } from './telling.ts';

/**
 * 好差评: whatever was done for somebody may be rated once; bad ratings are answered, put right, re-visited and published.
 *
 * Publishes `rating.turned` {subjectId, turn: opened | revisit}.
 */
export const ratings: Module = {
  name: 'ratings',
  errors: ratingErrors,
  routes: [...raterRoutes, ...workRoutes, ...figureRoutes],
  subscribers: [openingSubscriber, tellingSubscriber],
  indicators: ratingIndicators,
  // A file that is wrong is said at start, not by the first rater.
  load: async (tx) => void (await settingsOf(tx.services)),
  serve: serveEvidence,
};

export { openSubject, sealContact, type Opening } from './opening.ts';

/** What was said of some subjects; those nobody has rated are not in it. Says nothing of who rated. */
export async function ratingsOf(
  tx: Tx,
  kind: SubjectKind,
  subjectIds: readonly string[],
): Promise<{ subjectId: string; level: number; words: string; status: string }[]> {
  const rows = await loadOfSubjects(tx, kind, subjectIds);
  return rows.flatMap(({ subjectId, state: { rating, status } }) =>
    rating === null ? [] : [{ subjectId, level: rating.level, words: rating.words, status }],
  );
}
