import { addWorkingDays } from '../../../calendar/index.ts';
import { may, type Actor } from '../../../kernel/actor.ts';
import { AppError } from '../../../kernel/errors.ts';
import { uuidv7 } from '../../../kernel/ids.ts';
import { route, type Tx } from '../../../kernel/module.ts';
import { chineseDate, localDateOf } from '../../../kernel/time.ts';
import { unitDirectory, type UnitDirectory } from '../../org/index.ts';
import { calendarOf, finishTasks, openTasks } from '../../tasks/index.ts';
import { recompute, schemeOf } from '../appraise.ts';
import * as contract from '../contract-appraisal.ts';
import type { Scheme, SchemeItem, Score } from '../rules/appraisal.ts';
import {
  appealsOf,
  decideAppealRow,
  freezeRow,
  insertAppeal,
  insertAppraisal,
  listAppraisalRows,
  loadAppealForDecision,
  loadAppraisal,
  openAppealsUntil,
  signRow,
  type AppealRow,
  type AppraisalRow,
} from '../store/appraisals.ts';
import { filesBehind, type EvidenceFile } from '../store/evidence.ts';
import { loadPlan, loadPlanOfYear, loadPlanOn, type PlanRow } from '../store/plans.ts';
import { planFor, unitSpeaking } from './asked.ts';
import { keptFiles } from './evidence.ts';
import { unitShape } from './shapes.ts';

/** 考核: opened, computed, appealed, frozen by one and signed by another. */
export const appraisalRoutes = [
  route(contract.listAppraisals, async ({ tx }) => ({
    appraisals: (await listAppraisalRows(tx)).map(
      ({ id, period, scheme, state, appealsUntil, frozenAt, signedAt }) => ({
        id,
        period,
        name: scheme.name,
        state,
        appealsUntil,
        frozenAt,
        signedAt,
      }),
    ),
  })),

  route(contract.openAppraisal, async ({ tx, input }) => {
    const plan = input.planId === undefined ? await planOfPeriod(tx, input.period) : await planFor(tx, input.planId);
    const id = uuidv7(Date.parse(tx.now));
    const scheme = schemeOf(plan, input.period);
    if (!(await insertAppraisal(tx, { id, planId: plan.id, period: input.period, scheme }))) {
      throw new AppError('APPRAISAL_EXISTS', { period: input.period });
    }
    tx.note(`appraisal:${id}`, `开始${input.period}考核`);
    return { appraisalId: id };
  }),

  route(contract.readAppraisal, async ({ tx, actor, input }) => {
    const row = await appraisalFor(tx, input.appraisalId);
    const directory = await unitDirectory(tx);
    const appeals = await appealsOf(tx, row.id);
    const fresh = await tableOf(tx, row, appeals);
    const scores = row.tableFrozen ?? fresh.scores;
    const keys = scores.flatMap(({ items }) => items.flatMap(({ entries }) => entries.map((one) => one.evidence)));
    const files = await filesBehind(tx, [...new Set(keys)]);
    return {
      id: row.id,
      period: row.period,
      name: row.scheme.name,
      state: row.state,
      planId: row.planId,
      supporterShare: row.scheme.supporterShare,
      items: row.scheme.items.map(itemShape),
      appealsUntil: row.appealsUntil,
      frozenAt: row.frozenAt,
      freezerName: row.freezerName,
      signedAt: row.signedAt,
      signerName: row.signerName,
      digest: row.digest ?? fresh.digest,
      differsFromRecords: row.digest !== null && row.digest !== fresh.digest,
      scores: scores.map((score) => scoreShape(score, appeals, files, directory)),
      actions: actionsOf(actor, row, appeals, localDateOf(tx.now)),
    };
  }),

  route(contract.publishAppraisal, async ({ tx, input }) => {
    const row = await appraisalFor(tx, input.appraisalId, true);
    refuseFrozen(row);
    const plan = await planFor(tx, row.planId);
    const days = Number(/^\d+/.exec(plan.settings.appealDays.value)?.[0] ?? 0);
    const earliest = addWorkingDays(await calendarOf(tx), localDateOf(tx.now), days);
    if (input.until < earliest) throw new AppError('APPEAL_WINDOW_TOO_SHORT', { earliest: chineseDate(earliest) });
    await openAppealsUntil(tx, row.id, input.until);
    tx.note(`appraisal:${row.id}`, `申诉期到${input.until}`);
    return { appealsUntil: input.until };
  }),

  route(contract.submitAppeal, async ({ tx, actor, input }) => {
    const row = await appraisalFor(tx, input.appraisalId, true);
    refuseFrozen(row);
    const unitId = unitSpeaking(actor, input.unit);
    if (row.appealsUntil === null || localDateOf(tx.now) > row.appealsUntil) throw new AppError('APPEAL_WINDOW_CLOSED');
    const { scores } = await tableOf(tx, row, await appealsOf(tx, row.id));
    const entry = entryOf(scores, unitId, input.evidence);
    if (entry === null || entry.points >= 0) throw new AppError('ENTRY_NOT_FOUND');
    const plan = await planFor(tx, row.planId);
    const id = uuidv7(Date.parse(tx.now));
    const [task] = await openTasks(tx, [
      {
        kind: 'plan.appeal',
        title: `决定考核申诉：${entry.words}`,
        subject: { type: 'appraisal', id: row.id, no: row.period },
        link: `/workbench/plan/appraisals/${row.id}`,
        unitId: plan.settings.office,
        start: tx.now,
        promisedTerm: plan.settings.decisionTerm.value,
        basis: { title: row.scheme.name, article: plan.settings.decisionTerm.source },
      },
    ]);
    if (task === undefined) throw new Error('openTasks opened nothing');
    const documents = await keptFiles(tx, input.documents);
    const { evidence, reason } = input;
    const appeal = { id, appraisalId: row.id, unitId, evidence, reason, documents, taskId: task.id };
    if (!(await insertAppeal(tx, appeal))) throw new AppError('APPEAL_EXISTS');
    tx.note(`appraisal:${row.id}`, reason, { appeal: id, unitId, evidence });
    return { appealId: id };
  }),

  route(contract.listAppeals, async ({ tx, input, reach }) => {
    const row = await appraisalFor(tx, input.appraisalId);
    const directory = await unitDirectory(tx);
    const all = await appealsOf(tx, row.id);
    const { scores } = await tableOf(tx, row, []);
    const mine = all.filter(
      (one) =>
        (reach === 'all' || reach.includes(one.unitId)) &&
        (input.state.length === 0 || input.state.includes(one.state)),
    );
    const from = (input.page - 1) * input.size;
    return {
      appeals: mine.slice(from, from + input.size).map((one) => {
        const entry = entryOf(scores, one.unitId, one.evidence);
        const { id, evidence, reason, documents, state, submittedAt, submitterName, deciderName, decision } = one;
        return {
          id,
          unit: unitShape(one.unitId, directory),
          evidence,
          words: entry?.words ?? '',
          points: entry?.points ?? 0,
          reason,
          documents,
          state,
          submittedAt,
          submitterName,
          deciderName,
          decision,
        };
      }),
      total: mine.length,
    };
  }),

  route(contract.decideAppeal, async ({ tx, actor, input }) => {
    const appeal = await loadAppealForDecision(tx, input.appealId);
    if (appeal === null) throw new AppError('APPEAL_NOT_FOUND');
    if (appeal.state !== 'submitted') throw new AppError('REPORT_ALREADY_DECIDED');
    refuseFrozen(await appraisalFor(tx, appeal.appraisalId, true));
    if (appeal.submittedBy === actor.accountId || appeal.unitId === actor.unitId) throw new AppError('DECIDER_IS_DOER');
    const state = input.uphold ? ('upheld' as const) : ('rejected' as const);
    await decideAppealRow(tx, appeal.id, state, input.decision);
    await finishTasks(tx, [appeal.taskId], 'done', input.decision);
    tx.note(`appraisal:${appeal.appraisalId}`, input.decision, { appeal: appeal.id, state });
    return { state };
  }),

  route(contract.freezeAppraisal, async ({ tx, input }) => {
    const row = await appraisalFor(tx, input.appraisalId, true);
    refuseFrozen(row);
    const appeals = await appealsOf(tx, row.id);
    const undecided = appeals.filter((one) => one.state === 'submitted').length;
    if (undecided > 0) throw new AppError('APPEALS_UNDECIDED', { count: undecided });
    if (row.appealsUntil === null || localDateOf(tx.now) <= row.appealsUntil) {
      throw new AppError('APPEAL_WINDOW_OPEN', {
        until: row.appealsUntil === null ? '（还没有开放申诉）' : chineseDate(row.appealsUntil),
      });
    }
    const { scores, digest } = await tableOf(tx, row, appeals);
    await freezeRow(tx, row.id, scores, digest);
    tx.note(`appraisal:${row.id}`, '冻结考核表', { digest });
    return { digest };
  }),

  route(contract.signAppraisal, async ({ tx, actor, input }) => {
    const row = await appraisalFor(tx, input.appraisalId, true);
    if (row.state !== 'frozen') throw new AppError('APPRAISAL_NOT_FROZEN');
    if (row.frozenBy === actor.accountId) throw new AppError('DECIDER_IS_DOER');
    if (row.digest !== input.digest) throw new AppError('APPRAISAL_DIGEST_DIFFERS');
    await signRow(tx, row.id);
    tx.note(`appraisal:${row.id}`, '签发考核表', { digest: row.digest });
    return { signedAt: tx.now };
  }),
];

/** The table of a period from today's records, whether or not an appraisal was opened for it. */
export async function tableOfPeriod(
  tx: Tx,
  period: string,
): Promise<{ scheme: Scheme; scores: readonly Score[]; digest: string }> {
  const row = (await listAppraisalRows(tx)).find((one) => one.period === period);
  if (row !== undefined) return { scheme: row.scheme, ...(await tableOf(tx, row, await appealsOf(tx, row.id))) };
  const plan = await planOfPeriod(tx, period);
  const scheme = schemeOf(plan, period);
  return { scheme, ...(await recompute(tx, plan, scheme, [])) };
}

async function tableOf(tx: Tx, row: AppraisalRow, appeals: readonly AppealRow[]) {
  const plan = await loadPlan(tx, row.planId);
  if (plan === null) throw new AppError('PLAN_NOT_FOUND');
  const upheld = appeals
    .filter((one) => one.state === 'upheld')
    .map((one) => ({ factId: one.evidence, unitId: one.unitId, decision: one.decision ?? '' }));
  return recompute(tx, plan, row.scheme, upheld);
}

async function planOfPeriod(tx: Tx, period: string): Promise<PlanRow> {
  const plan =
    (await loadPlanOfYear(tx, Number(period.slice(0, 4)))) ?? (await loadPlanOn(tx, `${period.slice(0, 4)}-12-31`));
  if (plan === null) throw new AppError('PLAN_NOT_FOUND');
  return plan;
}

async function appraisalFor(tx: Tx, id: string, lock = false): Promise<AppraisalRow> {
  const row = await loadAppraisal(tx, id, lock);
  if (row === null) throw new AppError('APPRAISAL_NOT_FOUND');
  return row;
}

function refuseFrozen(row: AppraisalRow): void {
  if (row.state !== 'open') throw new AppError('APPRAISAL_FROZEN');
}

function entryOf(scores: readonly Score[], unitId: string, evidence: string) {
  const items = scores.find((score) => score.unitId === unitId)?.items ?? [];
  return items.flatMap((item) => item.entries).find((entry) => entry.evidence === evidence) ?? null;
}

function scoreShape(
  { unitId, total, rank, items }: Score,
  appeals: readonly AppealRow[],
  files: ReadonlyMap<string, EvidenceFile[]>,
  directory: UnitDirectory,
) {
  const appealOf = (evidence: string) =>
    appeals.find((one) => one.unitId === unitId && one.evidence === evidence)?.state ?? null;
  return {
    unit: unitShape(unitId, directory),
    total,
    rank,
    items: items.map(({ itemId, points, full, entries }) => ({
      itemId,
      points,
      full,
      entries: entries.map((entry) => ({
        ...entry,
        appeal: appealOf(entry.evidence),
        files: files.get(entry.evidence) ?? [],
      })),
    })),
  };
}

function itemShape(item: SchemeItem) {
  const { id, name, kind, basis } = item;
  switch (item.kind) {
    case 'deduction':
      return { id, name, kind, full: item.full, per: item.perMiss, basis };
    case 'bonus':
      return { id, name, kind, full: item.cap, per: item.perFact, basis };
    case 'attainment':
      return { id, name, kind, full: item.full, per: null, basis };
  }
}

function actionsOf(actor: Actor, row: AppraisalRow, appeals: readonly AppealRow[], today: string): string[] {
  const open = row.state === 'open';
  const inWindow = row.appealsUntil !== null && today <= row.appealsUntil;
  const actions: [string, boolean][] = [
    ['openAppeals', open && may(actor, 'plan.appraise')],
    ['appeal', open && inWindow && may(actor, 'plan.report')],
    ['decideAppeal', open && may(actor, 'plan.appraise') && appeals.some((one) => one.state === 'submitted')],
    ['freeze', open && row.appealsUntil !== null && !inWindow && may(actor, 'plan.appraise')],
    ['sign', row.state === 'frozen' && may(actor, 'plan.sign') && row.frozenBy !== actor.accountId],
  ];
  return actions.flatMap(([name, allowed]) => (allowed ? [name] : []));
}
