import type { DayHolding, Totals } from './attribution-types.ts';

/** The columns: they add up to the elapsed days because every day is in exactly one of them. */
export function totalsOf(days: readonly DayHolding[]): Totals {
  const byUnit: Record<string, number> = {};
  const byGround: Record<string, number> = {};
  const kinds = { unit: 0, applicant: 0, procedure: 0, nonWorking: 0 };
  let counted = 0;
  let countedNatural = 0;
  let procedureNatural = 0;
  for (const day of days) {
    kinds[day.kind] += 1;
    if (day.counts) counted += 1;
    if (day.countsAsNatural) countedNatural += 1;
    if (day.within === 'procedure') procedureNatural += 1;
    if (day.kind === 'unit' && day.unitId !== null) byUnit[day.unitId] = (byUnit[day.unitId] ?? 0) + 1;
    if (day.kind === 'procedure' && day.ground !== null) byGround[day.ground] = (byGround[day.ground] ?? 0) + 1;
  }
  return {
    elapsed: days.length,
    ...kinds,
    byUnit,
    byGround,
    workingDays: days.length - kinds.nonWorking,
    netWorkingDays: counted,
    grossWorkingDays: counted + kinds.procedure,
    netNaturalDays: countedNatural,
    grossNaturalDays: countedNatural + procedureNatural,
  };
}
