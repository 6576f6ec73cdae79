import type { Services, Tx } from '../../kernel/module.ts';
import { localDateOf, localTimeOf, plusMs, type Instant } from '../../kernel/time.ts';
import {
  EngineFormatError,
  knowledgeIndex,
  loadDispatch,
  similarTexts,
  trainDispatch,
  type DispatchModel,
  type DispatchSuggestion,
  type DutyLexicon,
  type KnowledgeIndex,
  type SimilarText,
  type SimilarTexts,
} from './engine/index.ts';
import type { Duties } from './rules/definition.ts';
import { staleness } from './rules/knowledge.ts';
import { countyOf } from './settings.ts';
import {
  countLessons,
  lessonsForTraining,
  lessonsSince,
  loadModel,
  markOf,
  modelMark,
  publishedEntries,
  storeModel,
  ticketTextsSince,
  type ServedEntry,
} from './store/learning.ts';

/** The engines with the county's own words, kept in memory per platform and brought up to date before every question. */

const minute = 60_000;
const day = 86_400_000;
/** What another process committed late has an earlier time than what we saw: look back a little. */
const overlap = 2 * minute;
const trainingRows = 20_000;

interface Dispatching {
  model: DispatchModel;
  lexicon: DutyLexicon;
  trainedAt: Instant;
  seenUntil: Instant;
  seen: Set<string>;
}
const dispatching = new WeakMap<Services, Dispatching>();

/** Three units with reasons; learns on the way what other desks confirmed or sent back since. */
export async function suggestFor(tx: Tx, text: string, exclude: readonly string[]): Promise<DispatchSuggestion> {
  const { model, lexicon } = await modelOf(tx);
  return model.suggest(text, { lexicon, exclude, top: 3 });
}

export async function modelFacts(tx: Tx): Promise<{ automaticMargin: number | null; rows: number }> {
  const { model } = await modelOf(tx);
  return { automaticMargin: model.automaticMargin, rows: model.rows };
}

async function modelOf(tx: Tx): Promise<Dispatching> {
  const mark = await modelMark(tx);
  let own = dispatching.get(tx.services);
  if (own === undefined || own.trainedAt !== (mark?.trainedAt ?? '')) {
    own = await freshModel(tx);
    dispatching.set(tx.services, own);
  }
  const since = own.seenUntil === '' ? '1970-01-01T00:00:00.000Z' : plusMs(own.seenUntil, -overlap);
  for (const lesson of await lessonsSince(tx, since, 2_000)) {
    if (own.seen.has(lesson.id)) continue;
    own.seen.add(lesson.id);
    const row = { id: lesson.ticketId, text: lesson.text, department: lesson.unitId };
    if (lesson.verdict === 'confirmed') own.model.learn(row);
    else own.model.unlearn(row);
    if (lesson.at > own.seenUntil) own.seenUntil = lesson.at;
  }
  return own;
}

/** From the store, or from the duty words alone: a county begins without a single ticket. */
async function freshModel(tx: Tx): Promise<Dispatching> {
  const lexicon = lexiconOf((await countyOf(tx.services)).duties);
  const stored = await loadModel(tx);
  if (stored !== null) {
    try {
      const model = loadDispatch(stored.content);
      return { model, lexicon, trainedAt: stored.trainedAt, seenUntil: stored.trainedAt, seen: new Set() };
    } catch (error) {
      if (!(error instanceof EngineFormatError)) throw error;
      tx.services.log.warn('the stored dispatch model is of another version; it is trained anew at night');
    }
  }
  return {
    model: trainDispatch([], { lexicon }),
    lexicon,
    trainedAt: stored?.trainedAt ?? '',
    seenUntil: '',
    seen: new Set(),
  };
}

export function lexiconOf(duties: Duties): DutyLexicon {
  return duties.units.map(({ unit, duties: own }) => ({
    department: unit,
    duties: own.flatMap(({ words, weight }) => words.map((word) => ({ word, weight }))),
  }));
}

/** At night, when enough was learnt since: seconds of work that no request waits for. */
export async function retrain(tx: Tx): Promise<number> {
  const { count } = await countLessons(tx);
  const mark = await modelMark(tx);
  const before = mark?.trainedRows ?? 0;
  // The first model comes as soon as it can; a better one waits for the night.
  if (mark !== null && localTimeOf(tx.now) >= '05:00') return 0;
  if (count < 50 || count - before < Math.max(50, before * 0.2)) return 0;
  const lexicon = lexiconOf((await countyOf(tx.services)).duties);
  const rows = await lessonsForTraining(tx, trainingRows);
  const model = trainDispatch(
    rows.map(({ ticketId, unitId, text }) => ({ id: ticketId, text, department: unitId })),
    { lexicon },
  );
  await storeModel(tx, model.toBuffer(), count, model.calibration);
  tx.note('hotline:model', '派单模型重新学习', { rows: rows.length });
  return rows.length;
}

interface Compared {
  texts: SimilarTexts;
  updatedUntil: Instant;
}
const compared = new WeakMap<Services, Compared>();

/** Open tickets like a text. */
export async function similarOpen(
  tx: Tx,
  text: string,
  request: { limit?: number; leastSimilarity?: number; exclude?: string } = {},
): Promise<SimilarText[]> {
  const { settings } = await countyOf(tx.services);
  const horizon = plusMs(tx.now, -settings.repeat.days.value * day);
  let own = compared.get(tx.services);
  if (own === undefined) {
    own = { texts: similarTexts(), updatedUntil: '' };
    compared.set(tx.services, own);
  }
  const since = own.updatedUntil === '' ? horizon : plusMs(own.updatedUntil, -overlap);
  for (const one of await ticketTextsSince(tx, since, horizon)) {
    if (one.open) own.texts.replace({ id: one.id, text: one.text });
    else own.texts.remove(one.id);
    if (one.updatedAt > own.updatedUntil) own.updatedUntil = one.updatedAt;
  }
  const { exclude, ...asked } = request;
  return own.texts.near(text, { ...asked, filter: (id) => id !== exclude });
}

export interface KnowledgeFound {
  entry: ServedEntry;
  matched: string[];
  coverage: number;
}

interface Library {
  mark: string;
  index: KnowledgeIndex;
  entries: ReadonlyMap<string, ServedEntry>;
}
const libraries = new WeakMap<Services, Library>();

/** Entries that answer; those that ran out today are left out although nobody has flagged them yet. */
export async function findKnowledge(
  tx: Tx,
  text: string,
  request: { limit: number; unit?: string },
): Promise<KnowledgeFound[]> {
  const { index, entries } = await libraryOf(tx);
  const fits = await servedFilter(tx, entries, request.unit ?? '');
  return index.search(text, { limit: request.limit, filter: fits }).flatMap(({ id, matched, coverage }) => {
    const entry = entries.get(id);
    return entry === undefined || coverage < 0.2 ? [] : [{ entry, matched, coverage }];
  });
}

export async function servedEntries(tx: Tx, unit = ''): Promise<ServedEntry[]> {
  const { entries } = await libraryOf(tx);
  const fits = await servedFilter(tx, entries, unit);
  return [...entries.values()].filter(({ id }) => fits(id));
}

export async function servedEntry(tx: Tx, id: string): Promise<ServedEntry | null> {
  const { entries } = await libraryOf(tx);
  const fits = await servedFilter(tx, entries, '');
  return fits(id) ? (entries.get(id) ?? null) : null;
}

async function servedFilter(
  tx: Tx,
  entries: ReadonlyMap<string, ServedEntry>,
  unit: string,
): Promise<(id: string) => boolean> {
  const { settings } = await countyOf(tx.services);
  const today = localDateOf(tx.now);
  return (id) => {
    const entry = entries.get(id);
    if (entry === undefined || (unit !== '' && entry.unitId !== unit)) return false;
    return staleness(entry, today, settings.knowledge.validityMonths.value) === null;
  };
}

async function libraryOf(tx: Tx): Promise<Library> {
  const mark = await markOf(tx, 'knowledge');
  const cached = libraries.get(tx.services);
  if (cached?.mark === mark) return cached;
  const rows = await publishedEntries(tx);
  const index = knowledgeIndex(rows.map(({ id, title, answer, keywords }) => ({ id, title, text: answer, keywords })));
  const library = { mark, index, entries: new Map(rows.map((row) => [row.id, row])) };
  libraries.set(tx.services, library);
  return library;
}
