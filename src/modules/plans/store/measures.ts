import { empty, sql, type Sql } from '../../../kernel/db.ts';
import type { Tx } from '../../../kernel/module.ts';
import type { Instant, LocalDate } from '../../../kernel/time.ts';
import { measureLights, type MeasureLight } from '../rules/light.ts';
import { evolve, type MeasureEvent, type MeasureState, type Milestone } from '../rules/measure.ts';

export interface MeasureRow {
  id: string;
  planId: string;
  kind: 'measure' | 'subItem';
  no: string;
  position: number;
  title: string;
  summary: string;
  area: number | null;
  leads: readonly string[];
  impliedLead: boolean;
  supporters: readonly string[];
  collectives: readonly string[];
  sponsors: readonly string[];
  startsOn: LocalDate;
  deadline: LocalDate;
  originalDeadline: LocalDate;
  progress: number;
  milestones: readonly Milestone[];
  suspendedAt: Instant | null;
  writtenOffOn: LocalDate | null;
  light: MeasureLight;
  lightWhy: string;
  version: number;
}

export interface RecordedEvent {
  measureId: string;
  seq: number;
  at: Instant;
  actorId: string | null;
  actorName: string;
  unitId: string | null;
  body: MeasureEvent;
}

const columns = sql`id, plan_id, kind, no, position, title, summary, area, leads, implied_lead, supporters, collectives, sponsors, starts_on, deadline,
  original_deadline, progress, milestones, suspended_at, written_off_on, light, light_why, version`;

export type NewMeasure = Omit<MeasureRow, keyof MeasureState | 'light' | 'lightWhy' | 'version'> & {
  light: MeasureLight;
  lightWhy: string;
  /** How it entered the ledger and, where it goes on from another version, what was done to it there. */
  events: readonly Omit<RecordedEvent, 'measureId' | 'seq'>[];
};

/** A whole plan's measures with the events of each, in one statement. */
export async function insertMeasures(tx: Tx, measures: readonly NewMeasure[]): Promise<void> {
  const rows = measures.map(({ events: own, ...row }) => ({
    ...row,
    ...projection(foldAll(own.map((one) => one.body))),
    version: own.length,
  }));
  const events = measures.flatMap(({ id, events: own }) =>
    own.map((event, index) => ({ ...event, id, seq: index + 1, type: event.body.type })),
  );
  await tx.exec(sql`with stored as (
      insert into plans.measure (region, ${columns})
      select ${tx.region}, id, "planId", kind, no, position, title, summary, area, array(select jsonb_array_elements_text(leads)), "impliedLead",
        array(select jsonb_array_elements_text(supporters)), array(select jsonb_array_elements_text(collectives)),
        array(select jsonb_array_elements_text(sponsors)), "startsOn", deadline, "originalDeadline", progress, milestones, "suspendedAt",
        "writtenOffOn", light, "lightWhy", version
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as m(id uuid, "planId" uuid, kind text, no text, position int, title text, summary text,
        area int, leads jsonb, "impliedLead" boolean, supporters jsonb, collectives jsonb, sponsors jsonb, "startsOn" date, deadline date,
        "originalDeadline" date, progress int, milestones jsonb, "suspendedAt" timestamptz, "writtenOffOn" date, light text, "lightWhy" text,
        version int)
      returning id
    )
    insert into plans.measure_event (region, measure_id, seq, at, type, actor_id, actor_name, unit_id, body)
    select ${tx.region}, e.id, e.seq, e.at, e.type, e."actorId", e."actorName", e."unitId", e.body
    from jsonb_to_recordset(${JSON.stringify(events)}::jsonb) as e(id uuid, seq int, at timestamptz, type text, "actorId" uuid, "actorName" text,
      "unitId" text, body jsonb) join stored on stored.id = e.id`);
}

export function loadMeasure(tx: Tx, id: string): Promise<MeasureRow | null> {
  return tx.maybe<MeasureRow>(sql`select ${columns} from plans.measure where region = ${tx.region} and id = ${id}`);
}

/** Locked, with its history: two people at once decide one after the other. */
export async function loadMeasureForDecision(
  tx: Tx,
  id: string,
): Promise<{ row: MeasureRow; state: MeasureState } | null> {
  const row = await tx.maybe<MeasureRow>(
    sql`select ${columns} from plans.measure where region = ${tx.region} and id = ${id} for update`,
  );
  if (row === null) return null;
  const events = await loadEvents(tx, [id]);
  return { row, state: foldAll(events.map((one) => one.body)) };
}

/** Appends an event and writes the row it folds to. */
export async function appendEvent(
  tx: Tx,
  row: MeasureRow,
  state: MeasureState,
  event: MeasureEvent,
  light: { light: MeasureLight; why: string },
): Promise<void> {
  const after = projection(state);
  await tx.exec(sql`with changed as (
      update plans.measure set deadline = ${after.deadline}, progress = ${after.progress}, milestones = ${JSON.stringify(after.milestones)}::jsonb,
        suspended_at = ${after.suspendedAt}, written_off_on = ${after.writtenOffOn}, light = ${light.light}, light_why = ${light.why},
        version = version + 1
      where region = ${tx.region} and id = ${row.id} and version = ${row.version} returning id, version
    )
    insert into plans.measure_event (region, measure_id, seq, at, type, actor_id, actor_name, unit_id, body)
    select ${tx.region}, id, version, ${event.at}, ${event.type}, ${tx.actor.accountId}::uuid, ${tx.actor.name}, ${tx.actor.unitId},
      ${JSON.stringify(event)}::jsonb from changed`);
}

/** New lights after a day has turned or a figure was read, in one statement. The light follows from the record: no event. */
export async function saveLights(
  tx: Tx,
  lights: readonly { id: string; light: MeasureLight; why: string }[],
): Promise<number> {
  if (lights.length === 0) return 0;
  return tx.exec(sql`update plans.measure m set light = l.light, light_why = l.why
    from jsonb_to_recordset(${JSON.stringify(lights)}::jsonb) as l(id uuid, light text, why text)
    where m.region = ${tx.region} and m.id = l.id and (m.light, m.light_why) is distinct from (l.light, l.why)`);
}

export async function loadEvents(tx: Tx, measureIds: readonly string[]): Promise<RecordedEvent[]> {
  return tx.rows<RecordedEvent>(sql`select measure_id, seq, at, actor_id, actor_name, unit_id, body from plans.measure_event
    where region = ${tx.region} and measure_id = any(${measureIds as string[]}::uuid[]) order by measure_id, seq`);
}

/** The same measure in the version that took the place of this one's. */
export function continuationOf(tx: Tx, measureId: string): Promise<{ measureId: string; version: number } | null> {
  return tx.maybe<{
    measureId: string;
    version: number;
  }>(sql`select m.id as measure_id, p.version from plans.measure_event e
      join plans.measure m on m.region = e.region and m.id = e.measure_id
      join plans.plan p on p.region = m.region and p.id = m.plan_id and p.state = 'current'
    where e.region = ${tx.region} and e.type = 'continued' and e.body->'from'->>'measureId' = ${measureId} limit 1`);
}

export interface MeasureFilter {
  planId: string;
  kinds: readonly string[];
  areas: readonly number[];
  units: readonly string[];
  role: 'any' | 'lead' | 'supporter';
  lights: readonly MeasureLight[];
  text: string;
  order: 'number' | 'worst';
  page: number;
  size: number;
}

export async function listMeasureRows(tx: Tx, filter: MeasureFilter): Promise<{ rows: MeasureRow[]; total: number }> {
  const where = conditions(tx, filter);
  const order =
    filter.order === 'worst'
      ? sql`array_position(${[...measureLights]}::text[], light), original_deadline, position`
      : sql`position`;
  const rows = await tx.rows<MeasureRow>(sql`select ${columns} from plans.measure where ${where}
    order by ${order} limit ${filter.size} offset ${(filter.page - 1) * filter.size}`);
  const { total } = await tx.one<{ total: number }>(
    sql`select count(*)::int as total from plans.measure where ${where}`,
  );
  return { rows, total };
}

/** All of a plan: a hundred or two, never more. */
export function allMeasures(tx: Tx, planId: string): Promise<MeasureRow[]> {
  return tx.rows<MeasureRow>(
    sql`select ${columns} from plans.measure where region = ${tx.region} and plan_id = ${planId} order by position`,
  );
}

function conditions(tx: Tx, filter: MeasureFilter): Sql {
  const units = filter.units as string[];
  const role =
    units.length === 0
      ? empty
      : filter.role === 'lead'
        ? sql`and leads && ${units}::text[]`
        : filter.role === 'supporter'
          ? sql`and supporters && ${units}::text[]`
          : sql`and (leads && ${units}::text[] or supporters && ${units}::text[])`;
  return sql`region = ${tx.region} and plan_id = ${filter.planId} ${role}
    ${filter.kinds.length === 0 ? empty : sql`and kind = any(${filter.kinds as string[]}::text[])`}
    ${filter.areas.length === 0 ? empty : sql`and area = any(${filter.areas as number[]}::int[])`}
    ${filter.lights.length === 0 ? empty : sql`and light = any(${filter.lights as string[]}::text[])`}
    ${filter.text === '' ? empty : sql`and (title like ${`%${filter.text}%`} or summary like ${`%${filter.text}%`} or no = ${filter.text})`}`;
}

function projection(state: MeasureState) {
  const { startsOn, deadline, originalDeadline, progress, milestones, suspendedAt, writtenOffOn } = state;
  return { startsOn, deadline, originalDeadline, progress, milestones, suspendedAt, writtenOffOn };
}

function foldAll(events: readonly MeasureEvent[]): MeasureState {
  const state = events.reduce<MeasureState | null>(evolve, null);
  if (state === null) throw new Error('measure without events');
  return state;
}
