import { addWorkingDays, parseTerm } from '../../calendar/index.ts';
import { AppError } from '../../kernel/errors.ts';
import { uuidv7 } from '../../kernel/ids.ts';
import { stableJson } from '../../kernel/json.ts';
import type { Tx } from '../../kernel/module.ts';
import { localDateOf } from '../../kernel/time.ts';
import { calendarOf, finishTasks, openTasks } from '../tasks/index.ts';
import { orderedFigures, smallLandExemption, type FigureState } from './rules/figures.ts';
import { rank, type FirmFigures, type Ranking } from './rules/performance.ts';
import { rankingRulesOf, settingsOf } from './settings.ts';
import {
  checkRow,
  decideObjectionRow,
  insertFigures,
  insertObjection,
  insertRanking,
  listGrades,
  listYear,
  loadFiguresForDecision,
  loadObjectionForDecision,
  loadRanking,
  loadRankingById,
  updateFigures,
  type FigureRow,
  type RankingRow,
} from './store/performance.ts';

export interface Declaration {
  year: number;
  uscc: string;
  enterpriseName: string;
  figures: Readonly<Record<string, number | null>>;
  byFirm: boolean;
  /** The revision that the typing person saw; 0 when nothing was there. */
  revision: number;
}

/** Keeps what was declared and puts its checking on the desk. @returns the new revision. */
export async function declare(tx: Tx, given: Declaration): Promise<number> {
  const { performance } = (await settingsOf(tx.services)).desk;
  const { figures, faults } = orderedFigures(performance.figures, given.figures);
  if (given.year >= Number(localDateOf(tx.now).slice(0, 4))) faults.push('这一年还没有过完，不能申报');
  if (faults.length > 0) throw new AppError('FIGURES_WRONG', { faults: faults.join('；') });
  const before = await loadFiguresForDecision(tx, given.year, given.uscc);
  if (before?.state === 'checked') throw new AppError('FIGURES_ALREADY_CHECKED');
  if ((before?.revision ?? 0) !== given.revision) throw new AppError('FIGURES_CHANGED');
  const taskId = before?.taskId ?? (await openCheck(tx, given));
  const row = { ...given, figures, declaredByFirm: given.byFirm, taskId };
  if (before === null) {
    if (!(await insertFigures(tx, row))) throw new AppError('FIGURES_CHANGED');
  } else {
    await updateFigures(tx, row);
  }
  tx.note(`figures:${given.year}:${given.uscc}`, given.byFirm ? '企业申报亩均数据' : '录入亩均数据', { figures });
  return given.revision + 1;
}

export async function check(
  tx: Tx,
  given: Pick<FigureRow, 'year' | 'uscc' | 'exemption' | 'lastGrade' | 'remark' | 'revision'> & {
    outcome: 'checked' | 'returned';
  },
): Promise<FigureState> {
  const { performance } = await settingsOf(tx.services);
  const row = await loadFiguresForDecision(tx, given.year, given.uscc);
  if (row === null) throw new AppError('FIGURES_NOT_FOUND');
  if (row.revision !== given.revision) throw new AppError('FIGURES_CHANGED');
  if (given.outcome === 'returned' && given.remark === '')
    throw new AppError('FIGURES_WRONG', { faults: '退回要写明哪里不对' });
  refuseUnlisted(given.exemption, performance.exempt.value, '豁免情形');
  refuseUnlisted(given.lastGrade, performance.lastGradeAlways.value, '直接列为末档的情形');
  await checkRow(tx, { ...given, state: given.outcome });
  if (row.taskId !== null)
    await finishTasks(tx, [row.taskId], 'done', given.outcome === 'checked' ? '核对通过' : given.remark);
  tx.note(`figures:${given.year}:${given.uscc}`, given.outcome === 'checked' ? '核对通过' : '退回改正', {
    exemption: given.exemption,
    lastGrade: given.lastGrade,
    remark: given.remark,
  });
  return given.outcome;
}

/** What the checked figures of a year say today; nothing is kept. */
export async function compute(tx: Tx, year: number): Promise<{ ranking: Ranking; unchecked: number }> {
  const settings = await settingsOf(tx.services);
  const rows = await listYear(tx, year);
  const checked = rows.filter(({ state }) => state === 'checked');
  const minimum = settings.performance.minimumLandMu.value;
  const firms = checked.map((row): FirmFigures => ({
    uscc: row.uscc,
    name: row.enterpriseName,
    figures: row.figures,
    exemption: row.exemption ?? smallLandExemption(row.figures, minimum),
    lastGrade: row.lastGrade,
  }));
  return { ranking: rank(firms, rankingRulesOf(settings)), unchecked: rows.length - checked.length };
}

/** Publishes a year, as the next version when there is one already. */
export async function publishYear(tx: Tx, year: number, reason: string): Promise<RankingRow> {
  const settings = await settingsOf(tx.services);
  const { ranking, unchecked } = await compute(tx, year);
  if (unchecked > 0) throw new AppError('RANKING_UNCHECKED', { count: unchecked });
  if (ranking.firms.length === 0) throw new AppError('RANKING_EMPTY');
  const before = await loadRanking(tx, year);
  const { amount } = parseTerm(settings.performance.objectionTerm.value);
  const row: RankingRow = {
    id: uuidv7(Date.parse(tx.now)),
    year,
    version: (before?.version ?? 0) + 1,
    rules: rankingRulesOf(settings),
    ranked: ranking.ranked,
    publishedAt: tx.now,
    objectUntil: addWorkingDays(await calendarOf(tx), localDateOf(tx.now), amount),
    reason,
  };
  await insertRanking(tx, { ...row, ranking });
  tx.note(`ranking:${year}`, '公布亩均评价结果', { version: row.version, firms: ranking.firms.length, reason });
  return row;
}

/** Whether the version in force says something else than the figures would today. */
export async function differs(tx: Tx, published: RankingRow, ranking: Ranking): Promise<boolean> {
  const { rows } = await listGrades(tx, published.id, 1, 100_000);
  const short = (
    firms: readonly { uscc: string; place: number | null; score: number | null; grade: string | null }[],
  ) => stableJson(firms.map(({ uscc, place, score, grade }) => [uscc, place, score, grade]).sort());
  return short(rows) !== short(ranking.firms);
}

export async function object(tx: Tx, given: { rankingId: string; uscc: string; grounds: string }): Promise<string> {
  const { performance, units } = (await settingsOf(tx.services)).desk;
  const ranking = await loadRankingById(tx, given.rankingId);
  const { rows } = ranking === null ? { rows: [] } : await listGrades(tx, ranking.id, 1, 100_000);
  const grade = rows.find(({ uscc }) => uscc === given.uscc);
  if (ranking === null || grade === undefined) throw new AppError('RANKING_NOT_FOUND');
  if (localDateOf(tx.now) > ranking.objectUntil)
    throw new AppError('OBJECTION_TOO_LATE', { until: ranking.objectUntil });
  const id = uuidv7(Date.parse(tx.now));
  const [task] = await openTasks(tx, [
    {
      kind: 'land.objection',
      title: `答复亩均评价异议：${grade.enterpriseName}`,
      subject: { type: 'objection', id, no: `${ranking.year}年` },
      link: `/land/performance?year=${ranking.year}`,
      unitId: units.performance[0] ?? null,
      start: tx.now,
      promisedTerm: performance.objectionDecisionTerm,
      basis: { title: performance.source, article: '' },
    },
  ]);
  const kept = await insertObjection(tx, {
    ...given,
    id,
    enterpriseName: grade.enterpriseName,
    taskId: task?.id ?? null,
  });
  if (!kept) throw new AppError('OBJECTION_ALREADY_OPEN');
  tx.note(`objection:${id}`, '对亩均评价提出异议', { year: ranking.year, uscc: given.uscc });
  return id;
}

/** Upheld: the firm's figures go back to be put right, and the year is published anew when they are. */
export async function decideObjection(
  tx: Tx,
  id: string,
  outcome: 'upheld' | 'rejected',
  decision: string,
): Promise<void> {
  const row = await loadObjectionForDecision(tx, id);
  if (row === null) throw new AppError('OBJECTION_NOT_FOUND');
  if (row.outcome !== null) throw new AppError('OBJECTION_ALREADY_DECIDED');
  await decideObjectionRow(tx, id, outcome, decision);
  if (row.taskId !== null) await finishTasks(tx, [row.taskId], 'done', decision);
  if (outcome === 'upheld') {
    const figures = await loadFiguresForDecision(tx, row.year, row.uscc);
    if (figures?.state === 'checked')
      await checkRow(tx, { ...figures, state: 'returned', remark: `异议成立：${decision}` });
  }
  tx.note(`objection:${id}`, outcome === 'upheld' ? '异议成立' : '异议不成立', { decision });
}

async function openCheck(tx: Tx, { year, uscc, enterpriseName }: Declaration): Promise<string | null> {
  const { performance, units } = (await settingsOf(tx.services)).desk;
  const [task] = await openTasks(tx, [
    {
      kind: 'land.figures',
      title: `核对${year}年亩均数据：${enterpriseName}`,
      subject: { type: 'figures', id: `${year}:${uscc}`, no: uscc },
      link: `/land/performance?year=${year}`,
      unitId: units.performance[0] ?? null,
      start: tx.now,
      promisedTerm: performance.checkTerm,
      basis: { title: performance.source, article: '' },
    },
  ]);
  return task?.id ?? null;
}

function refuseUnlisted(word: string | null, list: readonly string[], name: string): void {
  if (word !== null && !list.includes(word)) throw new AppError('LAND_WORD_UNKNOWN', { word, list: name });
}
