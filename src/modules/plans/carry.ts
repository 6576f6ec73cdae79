import type { Tx } from '../../kernel/module.ts';
import type { LocalDate } from '../../kernel/time.ts';
import { enterPlan } from './enter.ts';
import type { PlanEntry } from './rules/definition.ts';
import { shiftYears } from './rules/years.ts';
import { allMeasures } from './store/measures.ts';
import type { PlanRow } from './store/plans.ts';
import { targetsOfMeasures } from './store/targets.ts';

/** A year's plan as the ledger of a later year: the same promises, dates moved by whole years, nothing done yet. */
export async function carryForward(tx: Tx, plan: PlanRow, year: number, why: string): Promise<PlanRow> {
  const measures = await allMeasures(tx, plan.id);
  const targets = await targetsOfMeasures(
    tx,
    measures.map((row) => row.id),
  );
  const years = year - plan.year;
  const moved = (day: LocalDate) => shiftYears(day, years);
  const entries = measures.map((row): { kind: string; entry: PlanEntry } => ({
    kind: row.kind,
    entry: {
      no: row.no,
      title: row.title,
      summary: row.summary,
      area: row.area,
      leads: [...row.leads],
      impliedLead: row.impliedLead,
      supporters: [...row.supporters],
      collectives: [...row.collectives],
      sponsors: [...row.sponsors],
      startsOn: moved(row.startsOn),
      deadline: moved(row.originalDeadline),
      milestones: row.milestones.map(({ name, due }) => ({ name, due: moved(due) })),
      targets: targets
        .filter((target) => target.measureId === row.id)
        .map((target) => ({
          subject: target.subject,
          comparator: target.comparator,
          value: target.value,
          unit: target.unit,
          how: target.how,
          ...(target.formula === null ? {} : { formula: target.formula }),
          params: target.params,
          ...(target.otherFormula === null ? {} : { otherFormula: target.otherFormula }),
          otherParams: target.otherParams,
          // Last year's baseline is not this year's.
          baseline: null,
          baselineSource: '',
          startsOn: moved(target.startsOn),
          endsOn: moved(target.endsOn),
          note: target.note,
        })),
    },
  }));
  return enterPlan(
    tx,
    {
      year,
      title: plan.title.replaceAll(String(plan.year), String(year)),
      issuer: plan.issuer,
      documentNo: '',
      issuedOn: null,
      startsOn: moved(plan.startsOn),
      endsOn: moved(plan.endsOn),
      areas: plan.areas,
      settings: plan.settings,
      source: `${why}（原文号 ${plan.documentNo}）`,
      previousId: plan.id,
      measures: entries.filter((one) => one.kind === 'measure').map((one) => one.entry),
      subItems: entries.filter((one) => one.kind === 'subItem').map((one) => one.entry),
    },
    why,
  );
}
