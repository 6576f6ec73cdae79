import { sql } from '../../../kernel/db.ts';
import type { StoredFile } from '../../../kernel/endpoint.ts';
import type { Tx } from '../../../kernel/module.ts';
import type { Instant, LocalDate } from '../../../kernel/time.ts';
import type { Comparator } from '../rules/target.ts';

export interface TargetRow {
  id: string;
  measureId: string;
  position: number;
  subject: string;
  comparator: Comparator;
  value: number | null;
  unit: string;
  how: 'computed' | 'reported';
  formula: string | null;
  params: Record<string, unknown>;
  otherFormula: string | null;
  otherParams: Record<string, unknown>;
  baseline: number | null;
  baselineSource: string;
  startsOn: LocalDate;
  endsOn: LocalDate;
  note: string;
}

export interface ReadingRow {
  id: string;
  targetId: string;
  onDay: LocalDate;
  how: 'computed' | 'reported';
  value: number | null;
  otherValue: number | null;
  numerator: number | null;
  denominator: number | null;
  excluded: { why: string; count: number }[];
  note: string;
  evidence: StoredFile[];
  state: 'submitted' | 'accepted' | 'returned';
  at: Instant;
  byAccount: string | null;
  byName: string;
  unitId: string | null;
  deciderName: string | null;
  decision: string | null;
}

// numeric comes back as text; these figures fit a double.
const targetColumns = sql`id, measure_id, position, subject, comparator, value::float8 as value, unit, how, formula, params, other_formula, other_params,
  baseline::float8 as baseline, baseline_source, starts_on, ends_on, note`;
const readingColumns = sql`id, target_id, on_day, how, value::float8 as value, other_value::float8 as other_value, numerator::float8 as numerator,
  denominator::float8 as denominator, excluded, note, evidence, state, at, by_account, by_name, unit_id, decider_name, decision`;

const qualified = sql`r.id, r.target_id, r.on_day, r.how, r.value::float8 as value, r.other_value::float8 as other_value, r.numerator::float8 as numerator,
  r.denominator::float8 as denominator, r.excluded, r.note, r.evidence, r.state, r.at, r.by_account, r.by_name, r.unit_id, r.decider_name, r.decision`;

export async function insertTargets(tx: Tx, targets: readonly TargetRow[]): Promise<void> {
  if (targets.length === 0) return;
  await tx.exec(sql`insert into plans.target (region, id, measure_id, position, subject, comparator, value, unit, how, formula, params, other_formula,
      other_params, baseline, baseline_source, starts_on, ends_on, note)
    select ${tx.region}, id, "measureId", position, subject, comparator, value, unit, how, formula, params, "otherFormula", "otherParams", baseline,
      "baselineSource", "startsOn", "endsOn", note
    from jsonb_to_recordset(${JSON.stringify(targets)}::jsonb) as t(id uuid, "measureId" uuid, position int, subject text, comparator text,
      value numeric, unit text, how text, formula text, params jsonb, "otherFormula" text, "otherParams" jsonb, baseline numeric,
      "baselineSource" text, "startsOn" date, "endsOn" date, note text)`);
}

export function loadTarget(tx: Tx, id: string): Promise<TargetRow | null> {
  return tx.maybe<TargetRow>(sql`select ${targetColumns} from plans.target where region = ${tx.region} and id = ${id}`);
}

export function targetsOfMeasures(tx: Tx, measureIds: readonly string[]): Promise<TargetRow[]> {
  return tx.rows<TargetRow>(sql`select ${targetColumns} from plans.target
    where region = ${tx.region} and measure_id = any(${measureIds as string[]}::uuid[]) order by measure_id, position`);
}

/**
 * The latest reading that counts of each target up to a day, and the last one of an earlier month, with which a trend is
 * compared: figures are read every day, and yesterday's is no trend.
 */
export function latestReadings(tx: Tx, targetIds: readonly string[], through: LocalDate): Promise<ReadingRow[]> {
  const counting = sql`region = ${tx.region} and target_id = wanted.target_id and state = 'accepted' and value is not null`;
  return tx.rows<ReadingRow>(sql`select ${qualified} from unnest(${targetIds as string[]}::uuid[]) as wanted(target_id)
    cross join lateral (
      select id, on_day from plans.reading where ${counting} and on_day <= ${through} order by on_day desc, at desc limit 1
    ) latest
    cross join lateral (
      select latest.id as reading_id
      union all
      (select id from plans.reading where ${counting} and on_day < date_trunc('month', latest.on_day) order by on_day desc, at desc limit 1)
    ) chosen
    join plans.reading r on r.region = ${tx.region} and r.id = chosen.reading_id
    order by r.target_id, r.on_day desc, r.at desc`);
}

export async function saveBaseline(tx: Tx, id: string, value: number, source: string): Promise<void> {
  await tx.exec(
    sql`update plans.target set baseline = ${value}, baseline_source = ${source} where region = ${tx.region} and id = ${id}`,
  );
}

/** When each target's figure was last computed. */
export async function lastComputed(tx: Tx, targetIds: readonly string[]): Promise<Map<string, Instant>> {
  const rows = await tx.rows<{ targetId: string; at: Instant }>(sql`select wanted.id as target_id, last.at
    from unnest(${targetIds as string[]}::uuid[]) as wanted(id) cross join lateral (
      select at from plans.reading where region = ${tx.region} and target_id = wanted.id and how = 'computed' order by on_day desc limit 1) last`);
  return new Map(rows.map((row) => [row.targetId, row.at]));
}

/** All readings of a target, newest first, returned ones included. */
export async function listReadings(
  tx: Tx,
  targetId: string,
  page: { page: number; size: number },
): Promise<{ rows: ReadingRow[]; total: number }> {
  const rows =
    await tx.rows<ReadingRow>(sql`select ${readingColumns} from plans.reading where region = ${tx.region} and target_id = ${targetId}
    order by on_day desc, at desc limit ${page.size} offset ${(page.page - 1) * page.size}`);
  const { total } = await tx.one<{ total: number }>(
    sql`select count(*)::int as total from plans.reading where region = ${tx.region} and target_id = ${targetId}`,
  );
  return { rows, total };
}

export type NewReading = Omit<ReadingRow, 'deciderName' | 'decision'>;

export async function insertReading(tx: Tx, row: NewReading): Promise<void> {
  await tx.exec(insertion(tx, [row]));
}

/** One computed figure a target and day: reading again on the same day puts the new figure in its place. */
export async function saveComputed(tx: Tx, rows: readonly NewReading[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.exec(sql`${insertion(tx, rows)}
    on conflict (region, target_id, on_day) where how = 'computed' do update set value = excluded.value, other_value = excluded.other_value,
      numerator = excluded.numerator, denominator = excluded.denominator, excluded = excluded.excluded, at = excluded.at`);
}

export function loadReadingForDecision(tx: Tx, id: string): Promise<ReadingRow | null> {
  return tx.maybe<ReadingRow>(
    sql`select ${readingColumns} from plans.reading where region = ${tx.region} and id = ${id} for update`,
  );
}

export async function decideReadingRow(
  tx: Tx,
  id: string,
  state: 'accepted' | 'returned',
  decision: string,
): Promise<void> {
  await tx.exec(sql`update plans.reading set state = ${state}, decision = ${decision}, decided_at = ${tx.now}, decided_by = ${tx.actor.accountId},
    decider_name = ${tx.actor.name} where region = ${tx.region} and id = ${id}`);
}

function insertion(tx: Tx, rows: readonly NewReading[]) {
  return sql`insert into plans.reading (region, id, target_id, on_day, how, value, other_value, numerator, denominator, excluded, note, evidence, state,
      at, by_account, by_name, unit_id)
    select ${tx.region}, id, "targetId", "onDay", how, value, "otherValue", numerator, denominator, r.excluded, note, evidence, state, at, "byAccount",
      "byName", "unitId"
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(id uuid, "targetId" uuid, "onDay" date, how text, value numeric, "otherValue" numeric,
      numerator numeric, denominator numeric, excluded jsonb, note text, evidence jsonb, state text, at timestamptz, "byAccount" uuid, "byName" text,
      "unitId" text)`;
}
