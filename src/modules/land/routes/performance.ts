import { AppError } from '../../../kernel/errors.ts';
import { route, type HandlerContext, type Tx } from '../../../kernel/module.ts';
import { localDateOf } from '../../../kernel/time.ts';
import { enterprisesOf } from '../../org/index.ts';
import * as contract from '../contract-performance.ts';
import { deskUnit, isAtDesk, ownsEnterprise } from '../desk.ts';
import { check, compute, decideObjection, declare, differs, object, publishYear } from '../performance.ts';
import { figureStateNames } from '../rules/figures.ts';
import type { PerformanceRules, ScoreComponent } from '../rules/performance.ts';
import { rankingRulesOf, settingsOf } from '../settings.ts';
import {
  listFigureRows,
  listGrades,
  listObjectionRows,
  listOwnFigures,
  listRankedYears,
  listYears,
  loadGradesOf,
  loadRanking,
  type FigureRow,
} from '../store/performance.ts';

export const performanceRoutes = [
  route(contract.listFigures, async ({ tx, input, reach }) => {
    // What firms pay and make is read by the desk only; for others the list is empty.
    if (!(await isAtDesk(tx, reach, 'performance'))) return { firms: [], total: 0, years: [], mayRead: false };
    const { rows, total } = await listFigureRows(tx, input);
    return { firms: rows.map(figureView), total, years: (await listYears(tx)).map(({ year }) => year), mayRead: true };
  }),

  route(contract.enterFigures, async (context) => {
    await deskUnit(context, 'performance');
    return { revision: await declare(context.tx, { ...context.input, byFirm: false }) };
  }),

  route(contract.checkFigures, async (context) => {
    await deskUnit(context, 'performance');
    return { state: await check(context.tx, context.input) };
  }),

  route(contract.previewRanking, async (context) => {
    await deskUnit(context, 'performance');
    const { tx, input } = context;
    const rules = rankingRulesOf(await settingsOf(tx.services));
    const { ranking, unchecked } = await compute(tx, input.year);
    const published = await loadRanking(tx, input.year);
    return {
      year: input.year,
      firms: ranking.firms.map(({ name, components, ...firm }) => ({
        ...firm,
        enterpriseName: name,
        gradeName: gradeName(rules, firm.grade),
        components: componentsView(rules, components),
      })),
      ranked: ranking.ranked,
      unchecked,
      grades: await gradeRules(tx),
      published:
        published === null
          ? null
          : {
              id: published.id,
              version: published.version,
              publishedAt: published.publishedAt,
              objectUntil: published.objectUntil,
            },
      differs: published !== null && (await differs(tx, published, ranking)),
    };
  }),

  route(contract.publishRanking, async (context) => {
    await deskUnit(context, 'performance');
    const { tx, input } = context;
    const { id, version, ranked, objectUntil } = await publishYear(tx, input.year, input.reason);
    return { id, version, ranked, objectUntil };
  }),

  route(contract.publicRanking, async ({ tx, input }) => {
    const years = (await listRankedYears(tx)).map(({ year }) => year);
    const year = input.year ?? years[0] ?? null;
    const ranking = year === null ? null : await loadRanking(tx, year);
    const { rows, total } =
      ranking === null ? { rows: [], total: 0 } : await listGrades(tx, ranking.id, input.page, input.size);
    return {
      year,
      years,
      version: ranking?.version ?? null,
      publishedAt: ranking?.publishedAt ?? null,
      objectUntil: ranking?.objectUntil ?? null,
      reason: ranking?.reason ?? '',
      grades: await gradeRules(tx),
      // What a firm pays and makes is its own business: grade and place are published, the figures behind them are not.
      firms: rows.map(({ uscc, enterpriseName, place, grade, why }) => ({
        ...{ uscc, enterpriseName, place, grade, why },
        gradeName: ranking === null ? null : gradeName(ranking.rules, grade),
      })),
      total,
    };
  }),

  route(contract.myFigures, async (context) => {
    const { tx, actor, now } = context;
    const today = localDateOf(now);
    const enterprises = actor.accountId === null ? [] : await enterprisesOf(tx, actor.accountId);
    const own = enterprises.map(({ uscc }) => uscc);
    const rows = await listOwnFigures(tx, own);
    const grades = await loadGradesOf(tx, own);
    const { rows: objections } = await listObjectionRows(tx, { state: '', uscc: own, page: 1, size: 200 });
    return {
      enterprises,
      years: rows.map((row) => {
        const grade = grades.find(({ year, uscc }) => year === row.year && uscc === row.uscc);
        const mine = objections.filter(({ year, uscc }) => year === row.year && uscc === row.uscc);
        const isOpen = mine.some(({ outcome, rankingId }) => outcome === null && rankingId === grade?.rankingId);
        return {
          ...figureView(row),
          ranking:
            grade === undefined
              ? null
              : {
                  id: grade.rankingId,
                  version: grade.version,
                  place: grade.place,
                  ranked: grade.ranked,
                  score: grade.score,
                  grade: grade.grade,
                  gradeName: gradeName(grade.rules, grade.grade),
                  why: grade.why,
                  components: componentsView(grade.rules, grade.components),
                  objectUntil: grade.objectUntil,
                  mayObject: today <= grade.objectUntil && !isOpen,
                },
          objections: mine.map(({ id, filedAt, grounds, outcome, decision }) => ({
            ...{ id, filedAt, grounds, outcome, decision },
          })),
        };
      }),
      openYear: Number(today.slice(0, 4)) - 1,
    };
  }),

  route(contract.declareFigures, async ({ tx, input, actor }) => {
    if (!ownsEnterprise(actor, input.uscc)) throw new AppError('FORBIDDEN');
    const enterprises = actor.accountId === null ? [] : await enterprisesOf(tx, actor.accountId);
    const enterpriseName = enterprises.find(({ uscc }) => uscc === input.uscc)?.name ?? input.uscc;
    return { revision: await declare(tx, { ...input, enterpriseName, byFirm: true }) };
  }),

  route(contract.fileObjection, async ({ tx, input, actor }) => {
    if (!ownsEnterprise(actor, input.uscc)) throw new AppError('RANKING_NOT_FOUND');
    return { id: await object(tx, input) };
  }),

  route(contract.listObjections, async (context) => {
    await deskUnit(context, 'performance');
    const { rows, total } = await listObjectionRows(context.tx, { ...context.input, uscc: null });
    return { objections: rows.map(({ rankingId: _, taskId: __, ...row }) => row), total };
  }),

  route(contract.decideObjection, async (context: HandlerContext<DecisionInput>) => {
    await deskUnit(context, 'performance');
    const { objectionId, outcome, decision } = context.input;
    await decideObjection(context.tx, objectionId, outcome, decision);
    return { outcome };
  }),
];

type DecisionInput = { objectionId: string; outcome: 'upheld' | 'rejected'; decision: string };

function figureView({ taskId: _, ...row }: FigureRow) {
  return { ...row, stateName: figureStateNames[row.state] };
}

async function gradeRules(tx: Tx) {
  return (await settingsOf(tx.services)).performance.grades.map(({ grade, name, share, words }) => ({
    ...{ grade, name, share, words },
  }));
}

function gradeName({ grades }: PerformanceRules, grade: string | null): string | null {
  return grades.find((one) => one.grade === grade)?.name ?? null;
}

function componentsView({ indicators }: PerformanceRules, components: readonly ScoreComponent[]) {
  return components.map((one) => {
    const indicator = indicators.find(({ id }) => id === one.indicator);
    return {
      ...one,
      name: indicator?.name ?? one.indicator,
      unit: indicator?.unit ?? '',
      weight: indicator?.weight ?? 0,
    };
  });
}
