import { sql } from '../../kernel/db.ts';
import type { Tx } from '../../kernel/module.ts';
import { recordedNow, type Continuing, type History } from './enter.ts';
import { finishedRoundsAlong } from './rounds.ts';
import type { PlanEntry } from './rules/definition.ts';
import { pair, plain } from './rules/differences.ts';
import { fold, type MeasureEvent, type MeasureState } from './rules/measure.ts';
import { targetText } from './rules/target.ts';
import { allMeasures, loadEvents, type MeasureRow, type RecordedEvent } from './store/measures.ts';
import type { PlanRow } from './store/plans.ts';
import { targetsOfMeasures, type TargetRow } from './store/targets.ts';

/**
 * A new version of a year's plan goes on where the version before stood. A measure that is the same one keeps its whole
 * record: progress, milestones, slips, a deadline that was moved and the first one with its red light. What the new
 * version asks differently is recorded on top, never in place of it.
 */
export async function continuingFrom(
  tx: Tx,
  before: PlanRow,
  entries: readonly { kind: 'measure' | 'subItem'; entry: PlanEntry }[],
): Promise<Continuing> {
  const old = await allMeasures(tx, before.id);
  const ids = old.map((row) => row.id);
  const events = groupBy(await loadEvents(tx, ids), (event) => event.measureId);
  const targets = groupBy(await targetsOfMeasures(tx, ids), (target) => target.measureId);
  const named = entries.map(({ kind, entry }) => ({ kind, no: entry.no, title: entry.title, entry }));
  const known = new Map(pair(old, named).map(([row, { entry }]) => [entry, row]));
  return (_, entry, entered) => {
    const row = known.get(entry);
    if (row === undefined) return { entered, history: [] };
    return continued(tx, before, row, events.get(row.id) ?? [], targets.get(row.id) ?? [], entry, entered);
  };
}

function continued(
  tx: Tx,
  before: PlanRow,
  row: MeasureRow,
  events: readonly RecordedEvent[],
  targets: readonly TargetRow[],
  entry: PlanEntry,
  entered: MeasureState,
): { entered: MeasureState; history: History } {
  const first = events.find((event) => event.body.type === 'entered')?.body;
  const milestones = first?.type === 'entered' ? first.state.milestones : [];
  const wanted = entered.deadline;
  // The first promise stands, unless the new version promises more.
  const original = wanted < row.originalDeadline ? wanted : row.originalDeadline;
  const start: MeasureState = {
    ...entered,
    deadline: original,
    originalDeadline: original,
    milestones: entered.milestones.length > 0 ? entered.milestones : milestones,
  };
  const past = events.flatMap(({ measureId: _, seq: __, ...event }) => (event.body.type === 'entered' ? [] : [event]));
  const all = (more: History) => fold([enteredEvent(tx, start), ...[...past, ...more].map((event) => event.body)]);
  const more = [
    recordedNow(tx, {
      type: 'continued',
      at: tx.now,
      from: { planId: before.id, measureId: row.id, version: before.version, no: row.no },
    }),
  ];
  const state = all(more);
  const deadline = wanted === row.originalDeadline ? row.deadline : wanted;
  if (state.deadline !== deadline) {
    const reason = '新版方案所定';
    more.push(recordedNow(tx, { type: 'deadlineMoved', at: tx.now, from: state.deadline, to: deadline, reason }));
  }
  if (state.writtenOffOn !== null && promises(targets) !== promises(entry.targets)) {
    more.push(recordedNow(tx, { type: 'reopened', at: tx.now, reason: '新版方案改了目标，要重新核验' }));
  }
  return { entered: start, history: [...past, ...more] };
}

function enteredEvent(tx: Tx, state: MeasureState): MeasureEvent {
  return { type: 'entered', at: tx.now, state, why: '' };
}

type Promised = Pick<TargetRow, 'subject' | 'comparator' | 'value' | 'unit'>;

function promises(targets: readonly Promised[]): string {
  return targets
    .map((target) => plain(targetText(target)))
    .sort()
    .join('|');
}

/** Reports, reported figures, rounds and open appraisals of the version before, under the measures that go on. */
export async function bringAlong(tx: Tx, before: PlanRow, plan: PlanRow): Promise<void> {
  const measures = await allMeasures(tx, plan.id);
  const from = new Map<string, string>();
  for (const { measureId, body } of await loadEvents(
    tx,
    measures.map((row) => row.id),
  )) {
    if (body.type === 'continued' && body.from.planId === before.id) from.set(measureId, body.from.measureId);
  }
  const moved = [...from].map(([to, old]) => ({ to, from: old }));
  await tx.exec(sql`insert into plans.report (region, id, measure_id, unit_id, round, progress, done, problems, next_steps, evidence, state,
      submitted_at, submitted_by, submitter_name, decided_at, decided_by, decider_name, decision)
    select r.region, gen_random_uuid(), m."to", r.unit_id, r.round, r.progress, r.done, r.problems, r.next_steps, r.evidence, r.state,
      r.submitted_at, r.submitted_by, r.submitter_name, r.decided_at, r.decided_by, r.decider_name, r.decision
    from jsonb_to_recordset(${JSON.stringify(moved)}::jsonb) as m("to" uuid, "from" uuid)
      join plans.report r on r.region = ${tx.region} and r.measure_id = m."from"`);
  await bringFigures(tx, from);
  await finishedRoundsAlong(tx, before.id, plan.id);
  // An appraisal that is not frozen follows the plan in force; what was appealed stays appealed.
  await tx.exec(sql`update plans.appeal a set evidence = 'measure:' || m."to"
    from jsonb_to_recordset(${JSON.stringify(moved)}::jsonb) as m("to" uuid, "from" uuid), plans.appraisal p
    where a.region = ${tx.region} and a.evidence = 'measure:' || m."from" and p.region = a.region and p.id = a.appraisal_id
      and p.plan_id = ${before.id} and p.state = 'open'`);
  await tx.exec(sql`update plans.appraisal set plan_id = ${plan.id}
    where region = ${tx.region} and plan_id = ${before.id} and state = 'open'`);
}

/** Figures that somebody handed in, where the new version promises the same thing in the same unit. */
async function bringFigures(tx: Tx, from: ReadonlyMap<string, string>): Promise<void> {
  const old = groupBy(await targetsOfMeasures(tx, [...from.values()]), (target) => target.measureId);
  const moved = (await targetsOfMeasures(tx, [...from.keys()])).flatMap((target) => {
    const same = (old.get(from.get(target.measureId) ?? '') ?? []).find(
      (one) => one.how === 'reported' && one.unit === target.unit && plain(one.subject) === plain(target.subject),
    );
    if (same === undefined || target.how !== 'reported') return [];
    return [{ to: target.id, from: same.id, baseline: same.baseline, source: same.baselineSource }];
  });
  await tx.exec(sql`update plans.target t set baseline = m.baseline, baseline_source = m.source
    from jsonb_to_recordset(${JSON.stringify(moved)}::jsonb) as m("to" uuid, baseline numeric, source text)
    where t.region = ${tx.region} and t.id = m."to" and t.baseline is null and m.baseline is not null`);
  await tx.exec(sql`insert into plans.reading (region, id, target_id, on_day, how, value, other_value, numerator, denominator, excluded, note,
      evidence, state, at, by_account, by_name, unit_id, decided_at, decided_by, decider_name, decision)
    select r.region, gen_random_uuid(), m."to", r.on_day, r.how, r.value, r.other_value, r.numerator, r.denominator, r.excluded, r.note,
      r.evidence, r.state, r.at, r.by_account, r.by_name, r.unit_id, r.decided_at, r.decided_by, r.decider_name, r.decision
    from jsonb_to_recordset(${JSON.stringify(moved)}::jsonb) as m("to" uuid, "from" uuid)
      join plans.reading r on r.region = ${tx.region} and r.target_id = m."from" and r.how = 'reported'`);
}

function groupBy<T>(all: readonly T[], keyOf: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) groups.set(keyOf(one), [...(groups.get(keyOf(one)) ?? []), one]);
  return groups;
}
