import type { DayRange, Tx } from '../../kernel/module.ts';
import { localDateOf } from '../../kernel/time.ts';
import { unitDirectory } from '../org/index.ts';
import { countQuotas, type Quota, type QuotaCount } from './rules/quota.ts';
import { allMeasures } from './store/measures.ts';
import type { PlanRow } from './store/plans.ts';
import { submissionsBetween, type SubmissionRow } from './store/reports.ts';

export interface Counting {
  quotas: readonly Quota[];
  submissions: readonly SubmissionRow[];
  /** What every unit owed and delivered in a month, half year or year within the days that were loaded. */
  count(period: string): QuotaCount[];
}

/** The county's quotas with the units that owe each, and what was handed in over some days: two reads, then arithmetic. */
export async function countingOf(tx: Tx, plan: PlanRow, range: DayRange): Promise<Counting> {
  const quotas = await quotasOf(tx, plan);
  const rows = await submissionsBetween(tx, plan.id, range.from, range.to);
  const submissions = rows.map((row) => ({ ...row, submittedOn: localDateOf(row.submittedAt) }));
  return {
    quotas,
    submissions: rows,
    count: (period) => countQuotas(quotas, submissions, period, plan.settings.stacking.value),
  };
}

async function quotasOf(tx: Tx, plan: PlanRow): Promise<Quota[]> {
  const directory = await unitDirectory(tx);
  const measures = await allMeasures(tx, plan.id);
  const leads = new Set(measures.flatMap((row) => row.leads));
  const supporters = new Set(measures.flatMap((row) => row.supporters));
  const named = (id: string): string[] => {
    const members = directory.membersOf(id);
    return members.length > 0 ? members.map((unit) => unit.id) : [id];
  };
  return plan.settings.quotas.map(({ source: _, standing: __, ...quota }) => ({
    ...quota,
    units: [
      ...new Set([
        ...(quota.owedBy === 'leads' ? leads : quota.owedBy === 'supporters' ? supporters : []),
        ...quota.units.flatMap(named),
      ]),
    ],
  }));
}
