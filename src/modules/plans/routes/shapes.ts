import type { z } from 'zod';
import type { UnitDirectory } from '../../org/index.ts';
import type * as views from '../contract-views.ts';
import { sourceOf, type JudgedTarget } from '../figures.ts';
import { measureLightNames, measureLights, type MeasureLight } from '../rules/light.ts';
import { shown, targetText } from '../rules/target.ts';
import type { MeasureRow } from '../store/measures.ts';
import type { PlanRow } from '../store/plans.ts';
import type { ReportRow } from '../store/reports.ts';
import type { ReadingRow } from '../store/targets.ts';
import type { Tx } from '../../../kernel/module.ts';

/** Rows as the contract shows them. */

export function planShape(row: PlanRow & { measures?: number }): z.input<typeof views.planLine> {
  const { id, year, version, title, documentNo, issuer, issuedOn, startsOn, endsOn, state, source } = row;
  return {
    id,
    year,
    version,
    title,
    documentNo,
    issuer,
    issuedOn,
    startsOn,
    endsOn,
    state,
    source,
    measures: row.measures ?? 0,
  };
}

export function measureShape(
  row: MeasureRow,
  judged: readonly JudgedTarget[],
  directory: UnitDirectory,
): z.input<typeof views.measureLine> {
  const { id, kind, no, title, area, impliedLead, deadline, originalDeadline, progress, light, lightWhy } = row;
  return {
    id,
    kind,
    no,
    title,
    area,
    leads: row.leads.map((unit) => unitShape(unit, directory)),
    impliedLead,
    supporters: row.supporters.map((unit) => unitShape(unit, directory)),
    collectives: [...row.collectives],
    deadline,
    originalDeadline,
    progress,
    light,
    lightName: measureLightNames[light],
    lightWhy,
    targets: judged.map(({ target, latest, judgement }) => ({
      text: targetText(target),
      met: judgement.met,
      value: valueText(latest, target.unit),
      how: target.how,
    })),
  };
}

/** “—” where nothing is known: never a zero. */
function valueText(latest: ReadingRow | null, unit: string): string {
  return latest === null || latest.value === null ? '—' : shown(latest.value, unit);
}

export function unitShape(id: string, directory: UnitDirectory): { id: string; name: string } {
  return { id, name: directory.nameOf(id) };
}

export function targetShape(tx: Tx, { target, latest, judgement }: JudgedTarget): z.input<typeof views.targetView> {
  const { id, subject, comparator, value, unit, how, baseline, baselineSource, startsOn, endsOn, note } = target;
  return {
    id,
    subject,
    comparator,
    value,
    unit,
    text: targetText(target),
    how,
    explanation: sourceOf(tx, target.formula)?.explanation ?? '',
    baseline,
    baselineSource,
    startsOn,
    endsOn,
    note,
    met: judgement.met,
    attainment: judgement.attainment,
    why: judgement.why,
    latest: latest === null ? null : readingShape(latest),
  };
}

export function readingShape(row: ReadingRow): z.input<typeof views.reading> {
  const { id, how, value, otherValue, numerator, denominator, excluded, note, evidence, state, at, byName, unitId } =
    row;
  return {
    id,
    on: row.onDay,
    how,
    value,
    otherValue,
    numerator,
    denominator,
    excluded,
    note,
    evidence,
    state,
    at,
    byName,
    unitId,
    deciderName: row.deciderName,
    decision: row.decision,
  };
}

export function reportShape(row: ReportRow, directory: UnitDirectory): z.input<typeof views.report> {
  const { unitId, submittedBy: _, ...rest } = row;
  return { ...rest, unit: unitShape(unitId, directory) };
}

export function countLights(rows: readonly { light: MeasureLight }[]): Record<MeasureLight, number> {
  const counts = Object.fromEntries(measureLights.map((light) => [light, 0])) as Record<MeasureLight, number>;
  for (const { light } of rows) counts[light] += 1;
  return counts;
}
