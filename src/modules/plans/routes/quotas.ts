import { AppError } from '../../../kernel/errors.ts';
import { uuidv7 } from '../../../kernel/ids.ts';
import { route, type Tx } from '../../../kernel/module.ts';
import { chineseDate, localDateOf } from '../../../kernel/time.ts';
import { unitDirectory } from '../../org/index.ts';
import * as contract from '../contract-ledger.ts';
import { countingOf } from '../counting.ts';
import { periodEnd, periodOf, periodStart } from '../rules/quota.ts';
import type { PlanRow } from '../store/plans.ts';
import {
  decideSubmissionRow,
  insertSubmission,
  listSubmissionRows,
  loadSubmissionForDecision,
} from '../store/reports.ts';
import { keptFiles } from './evidence.ts';
import { planFor, unitSpeaking } from './asked.ts';
import { unitShape } from './shapes.ts';

/** 配额: what every unit owes each month, half year and year, counted by when it happened. */
export const quotaRoutes = [
  route(contract.submitForQuota, async ({ tx, actor, input }) => {
    const plan = await planFor(tx, input.planId);
    const unit = unitSpeaking(actor, input.unit);
    if (!plan.settings.submissionKinds.some((kind) => kind.id === input.kind)) {
      throw new AppError('QUOTA_KIND_UNKNOWN', { kind: input.kind });
    }
    if (input.occurredOn > localDateOf(tx.now)) throw new AppError('READING_IN_FUTURE');
    if (input.occurredOn < plan.startsOn || input.occurredOn > plan.endsOn) {
      throw new AppError('READING_OUTSIDE_PERIOD', { from: chineseDate(plan.startsOn), to: chineseDate(plan.endsOn) });
    }
    const id = uuidv7(Date.parse(tx.now));
    const { kind, subject, channel, occurredOn, note } = input;
    await insertSubmission(tx, plan.id, {
      id,
      unitId: unit,
      kind,
      subject,
      channel,
      occurredOn,
      note,
      evidence: await keptFiles(tx, input.evidence),
    });
    tx.note(`submission:${id}`, subject, { unit, kind, occurredOn });
    return { submissionId: id };
  }),

  route(contract.listSubmissions, async ({ tx, input }) => {
    const plan = await planFor(tx, input.planId);
    const directory = await unitDirectory(tx);
    const { rows, total } = await listSubmissionRows(tx, {
      planId: plan.id,
      kinds: input.kind,
      units: input.unit,
      states: input.state,
      from: input.month === undefined ? null : periodStart(input.month),
      to: input.month === undefined ? null : periodEnd(input.month),
      page: input.page,
      size: input.size,
    });
    const kindNames = new Map(plan.settings.submissionKinds.map((kind) => [kind.id, kind.name]));
    return {
      submissions: rows.map((row) => ({
        id: row.id,
        unit: unitShape(row.unitId, directory),
        kind: row.kind,
        kindName: kindNames.get(row.kind) ?? row.kind,
        subject: row.subject,
        channel: row.channel,
        occurredOn: row.occurredOn,
        submittedOn: localDateOf(row.submittedAt),
        submitterName: row.submitterName,
        note: row.note,
        evidence: row.evidence,
        state: row.state,
        decision: row.decision,
      })),
      total,
    };
  }),

  route(contract.submissionKinds, async ({ tx, input }) => {
    const { submissionKinds, quotas } = (await planFor(tx, input.planId)).settings;
    return {
      kinds: submissionKinds.map(({ id, name }) => ({
        id,
        name,
        quotas: quotas.filter((quota) => quota.kind === id).map((quota) => quota.name),
      })),
    };
  }),

  route(contract.decideSubmission, async ({ tx, actor, input }) => {
    const row = await loadSubmissionForDecision(tx, input.submissionId);
    if (row === null) throw new AppError('SUBMISSION_NOT_FOUND');
    if (row.state !== 'submitted') throw new AppError('REPORT_ALREADY_DECIDED');
    if (row.submittedBy === actor.accountId) throw new AppError('DECIDER_IS_DOER');
    if (!input.accept && input.reason === '') throw new AppError('RETURN_NEEDS_REASON');
    if (input.accept && row.evidence.length === 0) throw new AppError('SUBMISSION_WITHOUT_EVIDENCE');
    const state = input.accept ? ('accepted' as const) : ('refused' as const);
    await decideSubmissionRow(tx, row.id, state, input.reason);
    tx.note(`submission:${row.id}`, input.reason, { state });
    return { state };
  }),

  route(contract.quotaTable, async ({ tx, input }) => {
    const plan = await planFor(tx, input.planId);
    const directory = await unitDirectory(tx);
    const { count } = await countingOf(tx, plan, { from: periodStart(input.period), to: periodEnd(input.period) });
    return {
      period: input.period,
      quotas: plan.settings.quotas
        .filter((quota) => periodOf(quota.every, periodStart(input.period)) === input.period)
        .map(({ id, name, measureNo, source }) => ({ id, name, measureNo, basis: source })),
      rows: count(input.period).map(({ quotaId, unitId, owed, accepted, missing }) => ({
        unit: unitShape(unitId, directory),
        quotaId,
        owed,
        accepted,
        missing,
      })),
    };
  }),
];

/** A unit's quotas of a month, and those of the half year and the year the month lies in. */
export async function quotasOfUnit(tx: Tx, plan: PlanRow, unitId: string, month: string) {
  const year = month.slice(0, 4);
  const { quotas, submissions, count } = await countingOf(tx, plan, { from: `${year}-01-01`, to: `${year}-12-31` });
  const periods = [...new Set(quotas.map((quota) => periodOf(quota.every, `${month}-01`)))];
  return periods.flatMap((period) =>
    count(period)
      .filter((one) => one.unitId === unitId)
      .flatMap(({ quotaId, owed, accepted, missing }) => {
        const quota = quotas.find((one) => one.id === quotaId);
        if (quota === undefined) return [];
        const { id, name, kind, measureNo, every } = quota;
        const waiting = submissions.filter(
          (row) =>
            row.unitId === unitId &&
            row.kind === kind &&
            row.state === 'submitted' &&
            periodOf(every, row.occurredOn) === period,
        ).length;
        return [{ id, name, kind, measureNo, period, owed, accepted, waiting, missing }];
      }),
  );
}
