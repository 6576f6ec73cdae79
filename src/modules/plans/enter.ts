import { uuidv7 } from '../../kernel/ids.ts';
import type { Tx } from '../../kernel/module.ts';
import type { LocalDate } from '../../kernel/time.ts';
import type { PlanEntry, PlanSettings } from './rules/definition.ts';
import type { MeasureEvent, MeasureState } from './rules/measure.ts';
import { insertMeasures, type NewMeasure, type RecordedEvent } from './store/measures.ts';
import { insertPlan, type Area, type PlanRow } from './store/plans.ts';
import { insertTargets, type TargetRow } from './store/targets.ts';

/** What enters the ledger, wherever it comes from: the county's data, a document that people confirmed, or last year. */
export interface NewPlan {
  year: number;
  title: string;
  issuer: string;
  documentNo: string;
  issuedOn: LocalDate | null;
  startsOn: LocalDate;
  endsOn: LocalDate;
  areas: readonly Area[];
  settings: PlanSettings;
  source: string;
  previousId: string | null;
  measures: readonly PlanEntry[];
  subItems: readonly PlanEntry[];
}

export type History = readonly Omit<RecordedEvent, 'measureId' | 'seq'>[];

/** What an entry goes on from: how it stands entered, and what was done to it since. */
export type Continuing = (
  kind: 'measure' | 'subItem',
  entry: PlanEntry,
  entered: MeasureState,
) => { entered: MeasureState; history: History };

/** A plan with its measures and targets; the plan of the same year before it stays, superseded. */
export async function enterPlan(
  tx: Tx,
  plan: NewPlan,
  why: string,
  continuing: Continuing = (_, __, entered) => ({ entered, history: [] }),
): Promise<PlanRow> {
  const { measures, subItems, ...head } = plan;
  const row = await insertPlan(tx, { ...head, id: uuidv7(Date.parse(tx.now)) });
  const entries = [
    ...subItems.map((entry) => ({ kind: 'subItem' as const, entry })),
    ...measures.map((entry) => ({ kind: 'measure' as const, entry })),
  ];
  const entered = entries.map(({ kind, entry }, index) => ({
    entry,
    measure: measureOf(tx, row, kind, entry, index + 1, why, continuing),
  }));
  await insertMeasures(
    tx,
    entered.map(({ measure }) => measure),
  );
  await insertTargets(
    tx,
    entered.flatMap(({ entry, measure }) => targetsOf(tx, row, entry, measure.id)),
  );
  tx.note(`plan:${row.id}`, why, { year: row.year, version: row.version, measures: entries.length });
  return row;
}

function measureOf(
  tx: Tx,
  plan: PlanRow,
  kind: 'measure' | 'subItem',
  entry: PlanEntry,
  position: number,
  why: string,
  continuing: Continuing,
): NewMeasure {
  const deadline = entry.deadline ?? plan.endsOn;
  const state: MeasureState = {
    startsOn: entry.startsOn ?? plan.startsOn,
    deadline,
    originalDeadline: deadline,
    progress: 0,
    milestones: entry.milestones.map((one) => ({ ...one, doneOn: null })),
    suspendedAt: null,
    writtenOffOn: null,
    writeOffAsked: null,
  };
  const { entered, history } = continuing(kind, entry, state);
  const area = plan.areas.find((one) => one.no === entry.area);
  return {
    id: uuidv7(Date.parse(tx.now)),
    planId: plan.id,
    kind,
    no: entry.no,
    position,
    title: entry.title,
    summary: entry.summary,
    area: entry.area,
    leads: entry.leads,
    impliedLead: entry.impliedLead,
    supporters: entry.supporters,
    collectives: entry.collectives,
    sponsors: entry.sponsors.length > 0 ? entry.sponsors : [...(area?.sponsors ?? [])],
    light: 'blue',
    lightWhy: '刚列入台账',
    events: [recordedNow(tx, { type: 'entered', at: tx.now, state: entered, why }), ...history],
  };
}

/** An event that happens now, by whoever asks. */
export function recordedNow(tx: Tx, body: MeasureEvent): History[number] {
  return { at: tx.now, actorId: tx.actor.accountId, actorName: tx.actor.name, unitId: tx.actor.unitId, body };
}

function targetsOf(tx: Tx, plan: PlanRow, entry: PlanEntry, measureId: string): TargetRow[] {
  return entry.targets.map((target, index) => ({
    id: uuidv7(Date.parse(tx.now)),
    measureId,
    position: index + 1,
    subject: target.subject,
    comparator: target.comparator,
    value: target.value,
    unit: target.unit,
    how: target.how,
    formula: target.formula ?? null,
    params: target.params,
    otherFormula: target.otherFormula ?? null,
    otherParams: target.otherParams,
    baseline: target.baseline,
    baselineSource: target.baselineSource,
    startsOn: target.startsOn ?? plan.startsOn,
    endsOn: target.endsOn ?? plan.endsOn,
    note: target.note,
  }));
}
