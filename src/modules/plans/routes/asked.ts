import { reachOf, type Actor } from '../../../kernel/actor.ts';
import { AppError } from '../../../kernel/errors.ts';
import type { Tx } from '../../../kernel/module.ts';
import { localDateOf } from '../../../kernel/time.ts';
import type { MeasureRow } from '../store/measures.ts';
import { loadPlan, loadPlanOn, type PlanRow } from '../store/plans.ts';

/** The plan asked for, or the one of today. */
export async function planFor(tx: Tx, id: string | undefined, alternative?: string): Promise<PlanRow> {
  const wanted = id ?? alternative;
  const plan = wanted === undefined ? await loadPlanOn(tx, localDateOf(tx.now)) : await loadPlan(tx, wanted);
  if (plan === null) throw new AppError('PLAN_NOT_FOUND');
  return plan;
}

export function unitsOf(row: MeasureRow): string[] {
  return [...row.leads, ...row.supporters];
}

/** The unit somebody speaks for: the one named, else his own; it must lie within his reach and carry the measure. */
export function unitSpeaking(actor: Actor, named: string | undefined): string {
  const unit = named ?? actor.unitId;
  const reach = reachOf(actor, 'plan.report');
  if (unit === null || (reach !== 'all' && !reach.includes(unit))) throw new AppError('UNIT_NOT_REACHED');
  return unit;
}
