import type { Actor } from '../../../kernel/actor.ts';
import { AppError } from '../../../kernel/errors.ts';
import { uuidv7 } from '../../../kernel/ids.ts';
import { route, type Tx } from '../../../kernel/module.ts';
import { chineseDate, localDateOf, type LocalDate } from '../../../kernel/time.ts';
import { unitDirectory } from '../../org/index.ts';
import { finishTasks, openTasks, supervise, tasksOf } from '../../tasks/index.ts';
import * as contract from '../contract-ledger.ts';
import { setBaseline } from '../contract-targets.ts';
import { lightsOn } from '../figures.ts';
import { reopenRound, settleRound } from '../rounds.ts';
import type { MeasureLight } from '../rules/light.ts';
import { evolve, type MeasureEvent, type MeasureState, type Milestone } from '../rules/measure.ts';
import { appendEvent, loadEvents, loadMeasure, loadMeasureForDecision, type MeasureRow } from '../store/measures.ts';
import { loadPlan, type PlanRow } from '../store/plans.ts';
import { decideReportRow, insertReports, loadReportForDecision } from '../store/reports.ts';
import { decideReadingRow, insertReading, loadReadingForDecision, loadTarget, saveBaseline } from '../store/targets.ts';
import { keptFiles } from './evidence.ts';
import { unitSpeaking, unitsOf } from './asked.ts';

/** What units do to a measure, and what the supervising office decides about it. */
export const doingRoutes = [
  route(contract.uploadEvidence, ({ tx, input }) => {
    tx.note('plan:evidence', '上传佐证材料', { sha256: input.document.sha256 });
    return Promise.resolve({ document: input.document });
  }),

  route(contract.reportProgress, async ({ tx, actor, input }) => {
    const { row } = await locked(tx, input.measureId);
    const unit = await ourUnit(tx, actor, row, input.unit);
    refuseWrittenOff(row);
    if (input.progress === 100 && input.evidence.length === 0) throw new AppError('PROGRESS_NEEDS_EVIDENCE');
    const id = uuidv7(Date.parse(tx.now));
    const { round, progress, done, problems, nextSteps } = input;
    const evidence = await keptFiles(tx, input.evidence);
    await insertReports(tx, [
      { id, measureId: row.id, unitId: unit, round, progress, done, problems, nextSteps, evidence },
    ]);
    if (round !== '') await settleRound(tx, row.planId, round, unit);
    tx.note(`measure:${row.id}`, '报送进展', { unit, progress, round });
    return { reportId: id };
  }),

  route(contract.decideReport, async ({ tx, actor, input }) => {
    const report = await loadReportForDecision(tx, input.reportId);
    if (report === null) throw new AppError('REPORT_NOT_FOUND');
    if (report.state !== 'submitted') throw new AppError('REPORT_ALREADY_DECIDED');
    refuseDoer(actor, report.submittedBy);
    if (!input.accept && input.reason === '') throw new AppError('RETURN_NEEDS_REASON');
    const state = input.accept ? ('accepted' as const) : ('returned' as const);
    await decideReportRow(tx, report.id, state, input.reason);
    const { row, state: standing } = await locked(tx, report.measureId);
    // Supporting units tell what they did; how far the measure has come is the lead's word.
    if (input.accept && row.leads.includes(report.unitId) && row.writtenOffOn === null) {
      const { progress, unitId } = report;
      await append(tx, row, standing, { type: 'progressAccepted', at: tx.now, reportId: report.id, unitId, progress });
    }
    if (input.accept) await settleRectification(tx, row, report.unitId);
    else if (report.round !== '') await reopenRound(tx, await planOf(tx, row), report.round, report.unitId);
    tx.note(`measure:${row.id}`, input.reason, { report: report.id, state });
    return { state };
  }),

  route(contract.reportReading, async ({ tx, actor, input }) => {
    const target = await loadTarget(tx, input.targetId);
    if (target === null) throw new AppError('TARGET_NOT_FOUND');
    const row = await measureOf(tx, target.measureId);
    await refuseSuperseded(tx, row);
    const unit = await ourUnit(tx, actor, row, input.unit);
    if (target.how === 'computed') throw new AppError('TARGET_IS_COMPUTED');
    if (input.on > localDateOf(tx.now)) throw new AppError('READING_IN_FUTURE');
    if (input.on < target.startsOn || input.on > target.endsOn) {
      throw new AppError('READING_OUTSIDE_PERIOD', {
        from: chineseDate(target.startsOn),
        to: chineseDate(target.endsOn),
      });
    }
    const id = uuidv7(Date.parse(tx.now));
    await insertReading(tx, {
      id,
      targetId: target.id,
      onDay: input.on,
      how: 'reported',
      value: input.value,
      otherValue: input.otherValue,
      numerator: null,
      denominator: null,
      excluded: [],
      note: input.note,
      evidence: await keptFiles(tx, input.evidence),
      state: 'submitted',
      at: tx.now,
      byAccount: actor.accountId,
      byName: actor.name,
      unitId: unit,
    });
    tx.note(`target:${target.id}`, '填报读数', { value: input.value, on: input.on, unit });
    return { readingId: id };
  }),

  route(setBaseline, async ({ tx, input }) => {
    const target = await loadTarget(tx, input.targetId);
    if (target === null) throw new AppError('TARGET_NOT_FOUND');
    const { row } = await locked(tx, target.measureId);
    refuseWrittenOff(row);
    if (!target.comparator.startsWith('change')) throw new AppError('TARGET_WITHOUT_BASELINE');
    await saveBaseline(tx, target.id, input.value, input.source);
    tx.note(`target:${target.id}`, input.source, { baseline: input.value, before: target.baseline });
    return { value: input.value };
  }),

  route(contract.decideReading, async ({ tx, actor, input }) => {
    const reading = await loadReadingForDecision(tx, input.readingId);
    if (reading === null) throw new AppError('READING_NOT_FOUND');
    if (reading.state !== 'submitted') throw new AppError('REPORT_ALREADY_DECIDED');
    refuseDoer(actor, reading.byAccount);
    if (!input.accept && input.reason === '') throw new AppError('RETURN_NEEDS_REASON');
    const state = input.accept ? ('accepted' as const) : ('returned' as const);
    await decideReadingRow(tx, reading.id, state, input.reason);
    tx.note(`target:${reading.targetId}`, input.reason, { reading: reading.id, state });
    return { state };
  }),

  route(contract.setMilestones, async ({ tx, actor, input }) => {
    const { row, state } = await locked(tx, input.measureId);
    await leadUnit(tx, actor, row);
    refuseWrittenOff(row);
    if (row.version !== input.version) throw new AppError('MEASURE_CHANGED');
    const today = localDateOf(tx.now);
    if (input.milestones.some((one) => one.doneOn !== null && one.doneOn > today))
      throw new AppError('READING_IN_FUTURE');
    refuseLostMilestones(state.milestones, input.milestones, today);
    await append(tx, row, state, { type: 'milestonesSet', at: tx.now, milestones: input.milestones });
    tx.note(`measure:${row.id}`, '更新节点');
    return { version: row.version + 1 };
  }),

  route(contract.moveDeadline, async ({ tx, input }) => {
    const { row, state } = await locked(tx, input.measureId);
    refuseWrittenOff(row);
    if (input.deadline <= row.deadline)
      throw new AppError('DEADLINE_NOT_LATER', { deadline: chineseDate(row.deadline) });
    const { deadline: to, reason } = input;
    await append(tx, row, state, { type: 'deadlineMoved', at: tx.now, from: row.deadline, to, reason });
    tx.note(`measure:${row.id}`, reason, { from: row.deadline, to });
    return { deadline: to, originalDeadline: row.originalDeadline };
  }),

  route(contract.suspendMeasure, async ({ tx, input }) => {
    const { row, state } = await locked(tx, input.measureId);
    refuseWrittenOff(row);
    if ((row.suspendedAt !== null) === input.suspended) {
      throw new AppError('MEASURE_SUSPENDED_ALREADY', { state: input.suspended ? '已经暂停' : '没有暂停' });
    }
    await append(tx, row, state, {
      type: input.suspended ? 'suspended' : 'resumed',
      at: tx.now,
      reason: input.reason,
    });
    tx.note(`measure:${row.id}`, input.reason, { suspended: input.suspended });
    return { suspended: input.suspended };
  }),

  route(contract.askWriteOff, async ({ tx, actor, input }) => {
    const { row, state } = await locked(tx, input.measureId);
    const unit = await leadUnit(tx, actor, row);
    refuseWrittenOff(row);
    if (state.writeOffAsked !== null) throw new AppError('WRITE_OFF_ASKED');
    if (row.progress < 100) throw new AppError('PROGRESS_NOT_COMPLETE', { progress: row.progress });
    await append(tx, row, state, {
      type: 'writeOffAsked',
      at: tx.now,
      accountId: actor.accountId,
      unitId: unit,
      reason: input.reason,
      evidence: await keptFiles(tx, input.evidence),
    });
    tx.note(`measure:${row.id}`, input.reason, { unit });
    return { requested: true as const };
  }),

  route(contract.decideWriteOff, async ({ tx, actor, input }) => {
    const { row, state } = await locked(tx, input.measureId);
    if (state.writeOffAsked === null) throw new AppError('WRITE_OFF_NOT_ASKED');
    refuseDoer(actor, state.writeOffAsked.accountId);
    // Neither the person nor the unit that did it signs it off.
    if (actor.unitId !== null && unitsOf(row).includes(actor.unitId)) throw new AppError('DECIDER_IS_DOER');
    if (!input.accept && input.reason === '') throw new AppError('RETURN_NEEDS_REASON');
    const event: MeasureEvent = input.accept
      ? { type: 'writtenOff', at: tx.now, on: localDateOf(tx.now), reason: input.reason }
      : { type: 'writeOffReturned', at: tx.now, reason: input.reason };
    tx.note(`measure:${row.id}`, input.reason, { writtenOff: input.accept });
    return { light: await append(tx, row, state, event) };
  }),

  route(contract.reopenMeasure, async ({ tx, input }) => {
    const { row, state } = await locked(tx, input.measureId);
    if (row.writtenOffOn === null) throw new AppError('MEASURE_NOT_WRITTEN_OFF');
    tx.note(`measure:${row.id}`, input.reason);
    return { light: await append(tx, row, state, { type: 'reopened', at: tx.now, reason: input.reason }) };
  }),

  route(contract.superviseMeasure, async ({ tx, input }) => {
    const { row, state } = await locked(tx, input.measureId);
    refuseWrittenOff(row);
    const directory = await unitDirectory(tx);
    if (!unitsOf(row).includes(input.unit)) {
      throw new AppError('MEASURE_NOT_THEIRS', { unit: directory.nameOf(input.unit) });
    }
    const plan = await planOf(tx, row);
    const [task] = await openTasks(tx, [
      {
        kind: 'plan.rectify',
        title: `措施${row.no}“${row.title}”按督办要求推进并报送进展`,
        subject: { type: 'measure', id: row.id, no: row.no },
        link: `/workbench/plan/measures/${row.id}`,
        unitId: input.unit,
        start: tx.now,
        promisedTerm: plan.settings.rectifyTerm.value,
        basis: { title: plan.title, article: plan.settings.rectifyTerm.source },
      },
    ]);
    if (task === undefined) throw new Error('openTasks opened nothing');
    const { number } = await supervise(tx, task, { level: input.level, reason: input.reason, replyTerm: null });
    const { unit: unitId, reason } = input;
    await append(tx, row, state, { type: 'supervised', at: tx.now, number, unitId, reason });
    return { number };
  }),
];

async function locked(tx: Tx, id: string): Promise<{ row: MeasureRow; state: MeasureState }> {
  const found = await loadMeasureForDecision(tx, id);
  if (found === null) throw new AppError('MEASURE_NOT_FOUND');
  await refuseSuperseded(tx, found.row);
  return found;
}

/** What a version that is superseded says is settled; work goes on in the new one. */
async function refuseSuperseded(tx: Tx, row: MeasureRow): Promise<void> {
  const { state, year, version } = await planOf(tx, row);
  if (state === 'superseded') throw new AppError('PLAN_SUPERSEDED', { year, version });
}

async function measureOf(tx: Tx, id: string): Promise<MeasureRow> {
  const row = await loadMeasure(tx, id);
  if (row === null) throw new AppError('MEASURE_NOT_FOUND');
  return row;
}

async function planOf(tx: Tx, row: MeasureRow): Promise<PlanRow> {
  const plan = await loadPlan(tx, row.planId);
  if (plan === null) throw new AppError('PLAN_NOT_FOUND');
  return plan;
}

/** A report that was accepted answers what the unit was told to put right. */
async function settleRectification(tx: Tx, row: MeasureRow, unitId: string): Promise<void> {
  const before = (await loadEvents(tx, [row.id])).flatMap(({ body }) =>
    body.type === 'continued' ? [body.from.measureId] : [],
  );
  const open = (await tasksOf(tx, 'measure', [row.id, ...before])).filter(
    (task) => task.kind === 'plan.rectify' && task.unitId === unitId && task.state !== 'finished',
  );
  await finishTasks(
    tx,
    open.map((task) => task.id),
    'done',
    '报送的进展经核定',
  );
}

/** Records what happened and lights the measure anew. */
async function append(tx: Tx, row: MeasureRow, state: MeasureState, event: MeasureEvent): Promise<MeasureLight> {
  const after = evolve(state, event);
  const [light] = await lightsOn(tx, await planOf(tx, row), [{ id: row.id, state: after }], localDateOf(tx.now));
  const lit = light ?? { light: row.light, why: row.lightWhy };
  await appendEvent(tx, row, after, event, lit);
  return lit.light;
}

async function ourUnit(tx: Tx, actor: Actor, row: MeasureRow, named: string | undefined): Promise<string> {
  const unit = unitSpeaking(actor, named);
  if (!unitsOf(row).includes(unit)) {
    throw new AppError('MEASURE_NOT_OURS', { unit: (await unitDirectory(tx)).nameOf(unit) });
  }
  return unit;
}

/** Milestones and the request for a write-off are the lead's; of a measure without one, of whoever carries it. */
async function leadUnit(tx: Tx, actor: Actor, row: MeasureRow): Promise<string> {
  const unit = await ourUnit(tx, actor, row, undefined);
  if (row.leads.length > 0 && !row.leads.includes(unit)) {
    throw new AppError('MEASURE_NOT_OURS', { unit: (await unitDirectory(tx)).nameOf(unit) });
  }
  return unit;
}

function refuseDoer(actor: Actor, doer: string | null): void {
  if (doer !== null && doer === actor.accountId) throw new AppError('DECIDER_IS_DOER');
}

function refuseWrittenOff(row: MeasureRow): void {
  if (row.writtenOffOn !== null) throw new AppError('MEASURE_WRITTEN_OFF', { on: chineseDate(row.writtenOffOn) });
}

/** A date that has passed stays: a milestone that was missed is done late, never moved or dropped. */
function refuseLostMilestones(before: readonly Milestone[], after: readonly Milestone[], today: LocalDate): void {
  const lost = before.find(
    (one) =>
      one.doneOn === null &&
      one.due < today &&
      !after.some((other) => other.name === one.name && other.due === one.due),
  );
  if (lost !== undefined) throw new AppError('MILESTONE_OVERDUE', { name: lost.name, due: chineseDate(lost.due) });
}
