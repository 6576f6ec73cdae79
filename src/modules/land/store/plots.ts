import { empty, isUniqueViolation, sql } from '../../../kernel/db.ts';
import { AppError } from '../../../kernel/errors.ts';
import type { Tx } from '../../../kernel/module.ts';
import type { Instant } from '../../../kernel/time.ts';
import { foldAll, openBreaches, type PlotEvent, type PlotState } from '../rules/plot.ts';
import type { PlotStateName } from '../rules/plot-transitions.ts';
import { like } from './assessments.ts';

/** Which task carries which duty of a plot: `completion`, `production`, `breach:<id>`. */
export type PlotTasks = Readonly<Record<string, string>>;

export interface PlotRow {
  id: string;
  no: string;
  name: string;
  unitId: string;
  town: string;
  landUse: string;
  areaMu: number;
  status: PlotStateName;
  onOffer: boolean;
  uscc: string | null;
  openBreaches: number;
  concluded: boolean;
  state: PlotState;
  tasks: PlotTasks;
  version: number;
}

export interface RecordedPlotEvent {
  seq: number;
  at: Instant;
  actorName: string;
  body: PlotEvent;
}

const columns = sql`id, no, name, unit_id, town, land_use, area_mu::float8, status, on_offer, uscc, open_breaches, concluded, state, tasks, version`;

/** Throws PLOT_NO_TAKEN. */
export async function insertPlot(tx: Tx, id: string, no: string, events: readonly PlotEvent[]): Promise<PlotRow> {
  const row = { id, no, tasks: {}, version: events.length, ...projection(foldAll(null, events)) };
  try {
    await tx.exec(sql`with stored as (
        insert into land.plot (region, id, no, name, unit_id, town, land_use, area_mu, status, on_offer, uscc, open_breaches, concluded, state, tasks,
          version, updated_at)
        values (${tx.region}, ${id}, ${no}, ${row.name}, ${row.unitId}, ${row.town}, ${row.landUse}, ${row.areaMu}, ${row.status}, ${row.onOffer},
          ${row.uscc}, ${row.openBreaches}, ${row.concluded}, ${JSON.stringify(row.state)}::jsonb, '{}', ${row.version}, ${tx.now}) returning id
      )
      ${insertEvents(tx, events, 0)}`);
  } catch (error) {
    if (isUniqueViolation(error)) throw new AppError('PLOT_NO_TAKEN', { no });
    throw error;
  }
  return row;
}

/** Locked: two officers at once decide one after the other, the second on what the first left. */
export function loadPlotForDecision(tx: Tx, id: string): Promise<PlotRow | null> {
  return tx.maybe(sql`select ${columns} from land.plot where region = ${tx.region} and id = ${id} for update`);
}

export function loadPlot(tx: Tx, id: string): Promise<PlotRow | null> {
  return tx.maybe(sql`select ${columns} from land.plot where region = ${tx.region} and id = ${id}`);
}

/** Appends events and writes the row they fold to, in one statement. */
export async function appendEvents(
  tx: Tx,
  row: PlotRow,
  events: readonly PlotEvent[],
  tasks: PlotTasks,
): Promise<PlotRow> {
  const after: PlotRow = {
    ...row,
    ...projection(foldAll(row.state, events)),
    tasks,
    version: row.version + events.length,
  };
  await tx.exec(sql`with stored as (
      update land.plot set name = ${after.name}, town = ${after.town}, land_use = ${after.landUse}, area_mu = ${after.areaMu},
        status = ${after.status}, on_offer = ${after.onOffer}, uscc = ${after.uscc}, open_breaches = ${after.openBreaches},
        concluded = ${after.concluded}, state = ${JSON.stringify(after.state)}::jsonb, tasks = ${JSON.stringify(tasks)}::jsonb,
        version = ${after.version}, updated_at = ${tx.now}
      where region = ${tx.region} and id = ${row.id} and version = ${row.version} returning id
    )
    ${insertEvents(tx, events, row.version)}`);
  return after;
}

export function loadHistory(tx: Tx, ids: readonly string[]): Promise<(RecordedPlotEvent & { plotId: string })[]> {
  return tx.rows(sql`select plot_id, seq, at, actor_name, body from land.plot_event
    where region = ${tx.region} and plot_id = any (${ids as string[]}::uuid[]) order by plot_id, seq`);
}

export interface PlotFilter {
  /** Plots that were never offered are for those who work on them. */
  withUnoffered: boolean;
  state: readonly PlotStateName[];
  withOpenBreach: boolean;
  onOffer: boolean;
  uscc: readonly string[] | null;
  text: string;
  page: number;
  size: number;
}

export async function listPlotRows(tx: Tx, filter: PlotFilter): Promise<{ rows: PlotRow[]; total: number }> {
  const where = sql`region = ${tx.region}
    ${filter.withUnoffered ? empty : sql`and status <> 'standard-set'`}
    ${filter.state.length === 0 ? empty : sql`and status = any (${filter.state as string[]}::text[])`}
    ${filter.withOpenBreach ? sql`and open_breaches > 0` : empty}
    ${filter.onOffer ? sql`and on_offer` : empty}
    ${filter.uscc === null ? empty : sql`and uscc = any (${filter.uscc as string[]}::text[])`}
    ${filter.text === '' ? empty : sql`and (no like ${like(filter.text)} or name like ${like(filter.text)} or state->'award'->>'enterpriseName' like ${like(filter.text)})`}`;
  const { total } = await tx.one<{ total: number }>(sql`select count(*)::int as total from land.plot where ${where}`);
  const rows = await tx.rows<PlotRow>(sql`select ${columns} from land.plot where ${where}
    order by on_offer desc, no, id limit ${filter.size} offset ${(filter.page - 1) * filter.size}`);
  return { rows, total };
}

export function countByState(tx: Tx, withUnoffered: boolean): Promise<{ status: PlotStateName; count: number }[]> {
  return tx.rows(sql`select status, count(*)::int as count from land.plot
    where region = ${tx.region} ${withUnoffered ? empty : sql`and status <> 'standard-set'`} group by status`);
}

function insertEvents(tx: Tx, events: readonly PlotEvent[], after: number) {
  const history = events.map((body, index) => ({ seq: after + index + 1, at: body.at, type: body.type, body }));
  return sql`insert into land.plot_event (region, plot_id, seq, at, type, actor_id, actor_name, unit_id, body)
    select ${tx.region}, stored.id, e.seq, e.at, e.type, ${tx.actor.accountId}::uuid, ${tx.actor.name}, ${tx.actor.unitId}, e.body
    from stored, jsonb_to_recordset(${JSON.stringify(history)}::jsonb) as e(seq int, at timestamptz, type text, body jsonb)`;
}

/** What lists sort and filter by. */
export function projection(state: PlotState): Omit<PlotRow, 'id' | 'no' | 'tasks' | 'version'> {
  return {
    name: state.facts.name,
    unitId: state.unitId,
    town: state.facts.town,
    landUse: state.facts.use,
    areaMu: state.facts.areaMu,
    status: state.state,
    onOffer: state.state === 'granted' && state.award === null,
    uscc: state.award?.uscc ?? null,
    openBreaches: openBreaches(state).length,
    concluded: state.conclusion !== null,
    state,
  };
}
