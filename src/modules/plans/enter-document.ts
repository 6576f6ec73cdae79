import type { Tx } from '../../kernel/module.ts';
import type { LocalDate } from '../../kernel/time.ts';
import type { UnitDirectory } from '../org/index.ts';
import { finishTasks } from '../tasks/index.ts';
import { bringAlong, continuingFrom } from './continue.ts';
import { enterPlan } from './enter.ts';
import { refreshPlan } from './figures.ts';
import { countySettings } from './load.ts';
import { roundsOf } from './rounds.ts';
import type { PlanEntry, PlanTarget } from './rules/definition.ts';
import { plain } from './rules/differences.ts';
import type { RowTarget, WrittenName } from './rules/rows.ts';
import { markEntered, type FullDocument, type PlanRowDraft } from './store/documents.ts';
import { allMeasures } from './store/measures.ts';
import { loadPlanOfYear, loadPlanOn, lockYear, type PlanRow } from './store/plans.ts';
import { targetsOfMeasures, type TargetRow } from './store/targets.ts';

/** The confirmed rows of a document as the plan of a year; what the year had before stays, superseded. */
export async function enterDocument(
  tx: Tx,
  document: FullDocument,
  rows: readonly PlanRowDraft[],
  directory: UnitDirectory,
  period: { year: number; startsOn: LocalDate; endsOn: LocalDate },
): Promise<PlanRow> {
  await lockYear(tx, period.year);
  const before = await loadPlanOfYear(tx, period.year);
  const formulas = await knownFormulas(tx, before ?? (await loadPlanOn(tx, period.startsOn)));
  const entries = rows.map((row) => ({ kind: row.kind, entry: entryOf(row, directory, formulas) }));
  const { title, issuer, documentNo, issuedOn } = document.head;
  const unit = (name: string) => resolved(directory, name);
  const plan = await enterPlan(
    tx,
    {
      ...period,
      ...{ title, issuer, documentNo, issuedOn },
      areas: document.areas.map(({ no, name, sponsors, leads }) => ({
        no,
        name,
        sponsors,
        leads: leads.flatMap((one) => unit(one) ?? []),
      })),
      settings: await countySettings(tx),
      source: `读入${document.name}，${document.readerName}读入，${tx.actor.name}列入台账`,
      previousId: before?.id ?? null,
      measures: entries.filter((one) => one.kind === 'measure').map((one) => one.entry),
      subItems: entries.filter((one) => one.kind === 'subItem').map((one) => one.entry),
    },
    `依据${documentNo || title}列入台账`,
    ...(before === null ? [] : [await continuingFrom(tx, before, entries)]),
  );
  if (before !== null) {
    await bringAlong(tx, before, plan);
    await closeRounds(tx, before);
    await refreshPlan(tx, plan, await allMeasures(tx, plan.id));
  }
  await markEntered(tx, document.id, plan.id);
  tx.note(`plan-document:${document.id}`, '列入台账', { plan: plan.id });
  return plan;
}

/** What was owed for a version that is superseded is owed no longer; the new version opens rounds of its own. */
async function closeRounds(tx: Tx, plan: PlanRow): Promise<void> {
  const open = (await roundsOf(tx, plan.id)).filter((round) => round.reportedAt === null);
  await finishTasks(
    tx,
    open.map((round) => round.taskId),
    'cancelled',
    '方案有了新的版本',
  );
}

function entryOf(row: PlanRowDraft, directory: UnitDirectory, formulas: readonly KnownFormula[]): PlanEntry {
  const { body } = row;
  const unitsOf = (names: readonly WrittenName[]) => [
    ...new Set(names.flatMap(({ name }) => resolved(directory, name) ?? [])),
  ];
  // A name that is no unit stays a name: nobody is made up, nobody is lost.
  const strangers = body.supporters.filter(({ name }) => resolved(directory, name) === null);
  return {
    no: body.no,
    title: body.title.value,
    summary: body.text.value,
    area: body.area,
    leads: unitsOf(body.leads),
    impliedLead: body.impliedLead,
    supporters: unitsOf(body.supporters),
    collectives: [...new Set([...strangers, ...body.collectives].map(({ name }) => name))],
    sponsors: [...body.sponsors],
    ...(body.deadline.value === null ? {} : { deadline: body.deadline.value }),
    milestones: [],
    targets: body.targets.map((target) => targetOf(target, body.title.value, formulas)),
  };
}

function resolved(directory: UnitDirectory, name: string): string | null {
  const found = directory.resolveName(name);
  return found?.kind === 'unit' ? found.id : null;
}

interface KnownFormula {
  title: string;
  target: TargetRow;
}

/** What the county already computes; a number of a document is taken from there only where it is plainly the same promise. */
async function knownFormulas(tx: Tx, plan: PlanRow | null): Promise<KnownFormula[]> {
  if (plan === null) return [];
  const titles = new Map((await allMeasures(tx, plan.id)).map((row) => [row.id, row.title]));
  const targets = await targetsOfMeasures(tx, [...titles.keys()]);
  return targets
    .filter((target) => target.how === 'computed')
    .map((target) => ({ title: plain(titles.get(target.measureId) ?? ''), target }));
}

function targetOf(target: RowTarget, title: string, formulas: readonly KnownFormula[]): PlanTarget {
  const { subject, comparator, value, unit } = target;
  const known = formulaFor(target, title, formulas);
  const rest = { subject, comparator, value, unit, baseline: null, baselineSource: '', note: '' };
  if (known?.formula == null) return { ...rest, how: 'reported', params: {}, otherParams: {} };
  return {
    ...rest,
    how: 'computed',
    formula: known.formula,
    params: known.params,
    ...(known.otherFormula === null ? {} : { otherFormula: known.otherFormula }),
    otherParams: known.otherParams,
    note: known.note,
  };
}

/** The same subject in the same unit; or the only target of the measure of that title that compares alike with the same figure. */
function formulaFor(target: RowTarget, title: string, formulas: readonly KnownFormula[]): TargetRow | null {
  const alike = formulas.filter(
    (one) => one.target.comparator === target.comparator && one.target.unit === target.unit,
  );
  const named = alike.find((one) => plain(one.target.subject) === plain(target.subject));
  if (named !== undefined) return named.target;
  const same = alike.filter((one) => one.title === plain(title) && one.target.value === target.value);
  return same.length === 1 ? (same[0]?.target ?? null) : null;
}
