import type { Reach } from '../../../kernel/actor.ts';
import { empty, sql, type Sql } from '../../../kernel/db.ts';
import type { Tx } from '../../../kernel/module.ts';
import type { Instant, LocalDate } from '../../../kernel/time.ts';
import type { Answers } from '../../catalogue/index.ts';
import type { Light, ProjectState, Site, TypeDecision } from '../shapes.ts';
import type { Frame } from '../frame.ts';

export interface Contact {
  name: string;
  phone: string;
}

export interface ProjectRow extends Standing {
  id: string;
  code: string;
  provisional: boolean;
  name: string;
  themeId: string;
  themeName: string;
  typeId: string;
  typeName: string;
  decision: TypeDecision;
  accountId: string;
  uscc: string | null;
  ownerLabel: string;
  ownerProven: boolean;
  contact: Contact;
  town: string;
  address: string;
  plotId: string | null;
  point: Site['point'];
  polygon: Site['polygon'];
  answers: Answers;
  frame: Frame;
  units: string[];
  revision: number;
  version: number;
  registeredAt: Instant;
}

/** What follows from the cases, the calendar and the day. */
export interface Standing {
  state: ProjectState;
  firstFiledAt: Instant | null;
  endedAt: Instant | null;
  stageId: string | null;
  stageName: string;
  budgetDays: number;
  usedDays: number;
  leftDays: number;
  endsOn: LocalDate | null;
  breaksOn: LocalDate | null;
  breaker: BreakerNote | null;
  holderKind: 'unit' | 'applicant' | 'procedure' | 'nonWorking' | 'none';
  holderUnit: string | null;
  holderGround: string;
  light: Light;
  openAlerts: number;
}

export interface BreakerNote {
  itemName: string;
  unitId: string;
  why: string;
}

/** Events of the project itself; what happens to its cases is their record. */
export type ProjectEvent =
  | { type: 'registered'; code: string; typeId: string; typeName: string; budgetDays: number }
  | { type: 'changed'; typeId: string; typeName: string; budgetDays: number }
  | { type: 'codeIssued'; code: string; before: string }
  | { type: 'applicationStarted'; part: 'stage' | 'track'; id: string; name: string; applicationId: string; no: string }
  | { type: 'began'; at: Instant }
  | { type: 'completed'; at: Instant; usedDays: number; budgetDays: number }
  | { type: 'resumed'; reason: string }
  | { type: 'abandoned'; reason: string }
  | { type: 'alerted'; key: string; words: string }
  | { type: 'alertAnswered'; key: string; answer: string };

const sealedAnswers = 'projects.project.answers';
const sealedContact = 'projects.project.contact';

const columns = sql`id, code, provisional, name, theme_id, theme_name, type_id, type_name, decision, account_id, uscc, owner_label, owner_proven,
  contact, town, address, plot_id, point, polygon, answers, frame, units, state, revision, version, registered_at, first_filed_at, ended_at,
  stage_id, stage_name, budget_days, used_days, left_days, ends_on, breaks_on, breaker, holder_kind, holder_unit, holder_ground, light, open_alerts`;

export async function insertProject(tx: Tx, row: ProjectRow): Promise<void> {
  const json = (value: unknown): string | null => (value === null ? null : JSON.stringify(value));
  await tx.exec(sql`insert into projects.project (region, id, code, provisional, name, theme_id, theme_name, type_id, type_name, decision,
      account_id, uscc, owner_label, owner_proven, contact, town, address, plot_id, point, polygon, answers, frame, units, state, revision,
      version, registered_at, budget_days, left_days)
    values (${tx.region}, ${row.id}, ${row.code}, ${row.provisional}, ${row.name}, ${row.themeId}, ${row.themeName}, ${row.typeId},
      ${row.typeName}, ${json(row.decision)}::jsonb, ${row.accountId}, ${row.uscc}, ${row.ownerLabel}, ${row.ownerProven},
      ${sealed(tx, row.contact, sealedContact)}, ${row.town}, ${row.address}, ${row.plotId}, ${json(row.point)}::jsonb,
      ${json(row.polygon)}::jsonb, ${sealed(tx, row.answers, sealedAnswers)}, ${json(row.frame)}::jsonb, ${row.units}::text[],
      ${row.state}, ${row.revision}, ${row.version}, ${row.registeredAt}, ${row.budgetDays}, ${row.leftDays})`);
}

/** What the firm changed before it applied for anything. */
export async function saveRegistration(tx: Tx, row: ProjectRow): Promise<void> {
  const json = (value: unknown): string | null => (value === null ? null : JSON.stringify(value));
  await tx.exec(sql`update projects.project set code = ${row.code}, provisional = ${row.provisional}, name = ${row.name},
      type_id = ${row.typeId}, type_name = ${row.typeName}, decision = ${json(row.decision)}::jsonb, uscc = ${row.uscc},
      owner_label = ${row.ownerLabel}, owner_proven = ${row.ownerProven}, contact = ${sealed(tx, row.contact, sealedContact)},
      town = ${row.town}, address = ${row.address}, plot_id = ${row.plotId}, point = ${json(row.point)}::jsonb,
      polygon = ${json(row.polygon)}::jsonb, answers = ${sealed(tx, row.answers, sealedAnswers)}, frame = ${json(row.frame)}::jsonb,
      units = ${row.units}::text[], budget_days = ${row.budgetDays}, left_days = ${row.leftDays}, revision = revision + 1
    where region = ${tx.region} and id = ${row.id}`);
}

export async function saveCode(tx: Tx, id: string, code: string): Promise<void> {
  await tx.exec(sql`update projects.project set code = ${code}, provisional = false, revision = revision + 1
    where region = ${tx.region} and id = ${id}`);
}

export async function isCodeTaken(tx: Tx, code: string, exceptId: string | null): Promise<boolean> {
  return (
    (await tx.maybe(sql`select from projects.project where region = ${tx.region} and code = ${code}
      and (${exceptId}::uuid is null or id <> ${exceptId})`)) !== null
  );
}

/** Our own number until the national one is there; numbers are never given twice. */
export async function nextProvisionalCode(tx: Tx, year: number): Promise<string> {
  const { last } = await tx.one<{ last: number }>(sql`insert into projects.code_counter as c (region, year, last)
    values (${tx.region}, ${year}, 1) on conflict (region, year) do update set last = c.last + 1 returning last`);
  return `LS${year}-${tx.region}-${String(last).padStart(5, '0')}`;
}

export async function loadProjectRow(tx: Tx, id: string): Promise<ProjectRow | null> {
  return opened(
    tx,
    await tx.maybe<Sealed>(sql`select ${columns} from projects.project where region = ${tx.region} and id = ${id}`),
  );
}

/** Locked: of two at once the second decides on what the first left. */
export async function loadProjectForDecision(tx: Tx, id: string): Promise<ProjectRow | null> {
  return opened(
    tx,
    await tx.maybe<Sealed>(
      sql`select ${columns} from projects.project where region = ${tx.region} and id = ${id} for update`,
    ),
  );
}

export async function loadProjectByCode(tx: Tx, code: string): Promise<ProjectRow | null> {
  return opened(
    tx,
    await tx.maybe<Sealed>(sql`select ${columns} from projects.project where region = ${tx.region} and code = ${code}`),
  );
}

/** Running projects whose projection is not of this day; those that nobody else is at. */
export async function claimStale(tx: Tx, today: LocalDate, limit: number): Promise<ProjectRow[]> {
  const rows = await tx.rows<Sealed>(sql`select ${columns} from projects.project
    where region = ${tx.region} and state = 'running' and (projected_on is null or projected_on < ${today})
    order by projected_on nulls first, id limit ${limit} for update skip locked`);
  return rows.flatMap((row) => opened(tx, row) ?? []);
}

export function markAllStale(tx: Tx): Promise<number> {
  return tx.exec(
    sql`update projects.project set projected_on = null where region = ${tx.region} and state = 'running' and projected_on is not null`,
  );
}

/** The new standing of many projects, in one statement. */
export async function saveStandings(
  tx: Tx,
  today: LocalDate,
  rows: readonly (Standing & { id: string })[],
): Promise<void> {
  if (rows.length === 0) return;
  await tx.exec(sql`update projects.project p set state = s.state, first_filed_at = s."firstFiledAt", ended_at = s."endedAt", stage_id = s."stageId",
      stage_name = s."stageName", budget_days = s."budgetDays", used_days = s."usedDays", left_days = s."leftDays", ends_on = s."endsOn",
      breaks_on = s."breaksOn", breaker = s.breaker, holder_kind = s."holderKind", holder_unit = s."holderUnit", holder_ground = s."holderGround",
      light = s.light, open_alerts = s."openAlerts", projected_on = ${today}
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as s(id uuid, state text, "firstFiledAt" timestamptz, "endedAt" timestamptz,
      "stageId" text, "stageName" text, "budgetDays" int, "usedDays" int, "leftDays" int, "endsOn" date, "breaksOn" date, breaker jsonb,
      "holderKind" text, "holderUnit" text, "holderGround" text, light text, "openAlerts" int)
    where p.region = ${tx.region} and p.id = s.id`);
}

/** Events of several projects, each after its last; the rows are locked by the caller. */
export async function appendProjectEvents(
  tx: Tx,
  events: readonly { projectId: string; event: ProjectEvent }[],
): Promise<void> {
  if (events.length === 0) return;
  const rows = events.map(({ projectId, event }, index) => ({
    project_id: projectId,
    place: index,
    type: event.type,
    body: event,
  }));
  await tx.exec(sql`with added as (
      select project_id, place, type, body, row_number() over (partition by project_id order by place)::int as n
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as e(project_id uuid, place int, type text, body jsonb)
    ), counted as (
      update projects.project p set version = p.version + a.n
      from (select project_id, max(n) as n from added group by project_id) a
      where p.region = ${tx.region} and p.id = a.project_id
      returning p.id, p.version - a.n as before
    )
    insert into projects.project_event (region, project_id, seq, at, type, actor_id, actor_name, unit_id, body)
    select ${tx.region}, a.project_id, c.before + a.n, ${tx.now}::timestamptz, a.type, ${tx.actor.accountId}::uuid, ${tx.actor.name},
      ${tx.actor.unitId}, a.body
    from added a join counted c on c.id = a.project_id`);
}

export function loadProjectEvents(
  tx: Tx,
  id: string,
): Promise<{ at: Instant; type: string; actorName: string; unitId: string | null; body: ProjectEvent }[]> {
  return tx.rows(sql`select at, type, actor_name, unit_id, body from projects.project_event
    where region = ${tx.region} and project_id = ${id} order by seq`);
}

export interface ProjectFilter {
  reach: Reach;
  state: readonly string[];
  stage: readonly string[];
  type: readonly string[];
  theme: readonly string[];
  unit: readonly string[];
  light: readonly string[];
  /** Days between which the budget breaks, both included. */
  breaks: { from: LocalDate; to: LocalDate } | null;
  text: string;
  order: 'endsOn' | 'registered' | 'used';
  page: number;
  size: number;
}

export type ListedProject = Standing &
  Pick<
    ProjectRow,
    | 'id'
    | 'code'
    | 'provisional'
    | 'name'
    | 'ownerLabel'
    | 'typeId'
    | 'typeName'
    | 'themeName'
    | 'town'
    | 'registeredAt'
  >;

/** Counting stops here: a list that long is searched, not paged through. */
export const countCap = 10_000;

export async function listProjectRows(
  tx: Tx,
  filter: ProjectFilter,
): Promise<{ rows: ListedProject[]; total: number }> {
  const among = (column: Sql, values: readonly string[]): Sql =>
    values.length === 0 ? empty : sql`and ${column} = any(${[...values]}::text[])`;
  const like = `%${filter.text}%`;
  const where = sql`p.region = ${tx.region}
    ${filter.reach === 'all' ? empty : sql`and p.units && ${[...filter.reach]}::text[]`}
    ${among(sql`p.state`, filter.state)} ${among(sql`p.stage_id`, filter.stage)} ${among(sql`p.type_id`, filter.type)}
    ${among(sql`p.theme_id`, filter.theme)} ${among(sql`p.holder_unit`, filter.unit)} ${among(sql`p.light`, filter.light)}
    ${filter.breaks === null ? empty : sql`and p.state = 'running' and p.breaks_on between ${filter.breaks.from} and ${filter.breaks.to}`}
    ${filter.text === '' ? empty : sql`and (p.name like ${like} or p.code like ${like} or p.owner_label like ${like})`}`;
  const order =
    filter.breaks !== null
      ? sql`p.breaks_on, p.id`
      : {
          endsOn: sql`p.ends_on, p.id`,
          registered: sql`p.registered_at desc, p.id`,
          used: sql`p.used_days desc, p.id`,
        }[filter.order];
  const rows =
    await tx.rows<ListedProject>(sql`select id, code, provisional, name, owner_label, type_id, type_name, theme_name, town, registered_at,
      state, first_filed_at, ended_at, stage_id, stage_name, budget_days, used_days, left_days, ends_on, breaks_on, breaker, holder_kind,
      holder_unit, holder_ground, light, open_alerts
    from projects.project p where ${where} order by ${order} limit ${filter.size} offset ${(filter.page - 1) * filter.size}`);
  const { total } = await tx.one<{ total: number }>(sql`
    select count(*)::int as total from (select from projects.project p where ${where} limit ${countCap + 1}) as counted`);
  return { rows, total };
}

export async function listOwnProjects(
  tx: Tx,
  accountId: string,
  usccs: readonly string[],
  page: number,
  size: number,
): Promise<{ rows: ListedProject[]; total: number }> {
  const mine = sql`p.region = ${tx.region} and (p.account_id = ${accountId} or (p.owner_proven and p.uscc = any(${[...usccs]}::text[])))`;
  const rows = await tx.rows<
    ListedProject & { total: number }
  >(sql`select id, code, provisional, name, owner_label, type_id, type_name, theme_name,
      town, registered_at, state, first_filed_at, ended_at, stage_id, stage_name, budget_days, used_days, left_days, ends_on, breaks_on, breaker,
      holder_kind, holder_unit, holder_ground, light, open_alerts, count(*) over ()::int as total
    from projects.project p where ${mine} order by p.registered_at desc, p.id limit ${size} offset ${(page - 1) * size}`);
  return { rows, total: rows[0]?.total ?? 0 };
}

export interface ShareRow {
  typeId: string;
  typeName: string;
  budgetDays: number;
  completed: number;
  within: number;
  averageDays: number | null;
  longestDays: number | null;
  running: number;
  runningExceeded: number;
  abandoned: number;
}

/** How the promise was kept, by type; `to` is exclusive. Each project is judged by the budget that it ran under. */
export function countShares(tx: Tx, from: Instant | null, to: Instant | null): Promise<ShareRow[]> {
  const ended = sql`(${from}::timestamptz is null or p.ended_at >= ${from}) and (${to}::timestamptz is null or p.ended_at < ${to})`;
  const finished = sql`p.state = 'completed' and ${ended}`;
  return tx.rows(sql`select p.type_id, max(p.type_name) as type_name, max(p.budget_days) as budget_days,
      count(*) filter (where ${finished})::int as completed,
      count(*) filter (where ${finished} and p.used_days <= p.budget_days)::int as within,
      round(avg(p.used_days) filter (where ${finished}), 1)::float8 as average_days,
      max(p.used_days) filter (where ${finished})::int as longest_days,
      count(*) filter (where p.state in ('registered', 'running'))::int as running,
      count(*) filter (where p.state = 'running' and p.used_days > p.budget_days)::int as running_exceeded,
      count(*) filter (where p.state = 'abandoned' and ${ended})::int as abandoned
    from projects.project p where p.region = ${tx.region} group by p.type_id order by p.type_id`);
}

/** Working days that so many per cent of a type's projects completed in the period did not exceed; null when none was. */
export async function daysAtPercentile(
  tx: Tx,
  filter: { from: Instant; to: Instant; type: string; percentile: number },
): Promise<number | null> {
  const { value } = await tx.one<{ value: number | null }>(sql`
    select percentile_disc(${filter.percentile / 100}) within group (order by used_days)::float8 as value from projects.project
    where region = ${tx.region} and type_id = ${filter.type} and state = 'completed' and ended_at >= ${filter.from} and ended_at < ${filter.to}`);
  return value;
}

/** Projects that ended in the period, longest first; `to` is exclusive. */
export async function listEnded(
  tx: Tx,
  filter: { from: Instant; to: Instant; types: readonly string[]; page: number; size: number },
): Promise<{
  rows: (Pick<ProjectRow, 'id' | 'code' | 'name' | 'state' | 'usedDays' | 'budgetDays'> & { endedAt: Instant })[];
  total: number;
}> {
  const { from, to, types, page, size } = filter;
  const rows = await tx.rows<Awaited<ReturnType<typeof listEnded>>['rows'][number] & { total: number }>(sql`
    select id, code, name, state, used_days, budget_days, ended_at, count(*) over ()::int as total from projects.project
    where region = ${tx.region} and ended_at >= ${from} and ended_at < ${to}
      ${types.length === 0 ? empty : sql`and type_id = any(${[...types]}::text[])`}
    order by used_days desc, id limit ${size} offset ${(page - 1) * size}`);
  return { rows, total: rows[0]?.total ?? 0 };
}

type Sealed = Omit<ProjectRow, 'answers' | 'contact'> & { answers: string; contact: string };

function opened(tx: Tx, row: Sealed | null): ProjectRow | null {
  if (row === null) return null;
  const open = (text: string, context: string): unknown => JSON.parse(tx.services.personalData.open(text, context));
  return {
    ...row,
    answers: open(row.answers, sealedAnswers) as Answers,
    contact: open(row.contact, sealedContact) as Contact,
  };
}

function sealed(tx: Tx, value: unknown, context: string): string {
  return tx.services.personalData.seal(JSON.stringify(value), context);
}
