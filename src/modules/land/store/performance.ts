import { empty, sql } from '../../../kernel/db.ts';
import type { Tx } from '../../../kernel/module.ts';
import type { Instant, LocalDate } from '../../../kernel/time.ts';
import type { FigureState } from '../rules/figures.ts';
import type { PerformanceRules, Ranking, ScoreComponent } from '../rules/performance.ts';
import { like } from './assessments.ts';

export interface FigureRow {
  year: number;
  uscc: string;
  enterpriseName: string;
  figures: Record<string, number | null>;
  exemption: string | null;
  lastGrade: string | null;
  state: FigureState;
  declaredByFirm: boolean;
  declaredName: string;
  declaredAt: Instant;
  checkedName: string | null;
  checkedAt: Instant | null;
  remark: string;
  taskId: string | null;
  revision: number;
}

const columns = sql`year, uscc, enterprise_name, figures, exemption, last_grade, state, declared_by_firm, declared_name, declared_at, checked_name,
  checked_at, remark, task_id, revision`;

export function loadFiguresForDecision(tx: Tx, year: number, uscc: string): Promise<FigureRow | null> {
  return tx.maybe(
    sql`select ${columns} from land.figure where region = ${tx.region} and year = ${year} and uscc = ${uscc} for update`,
  );
}

/** @returns whether it was kept: a first declaration loses against one made at the same moment. */
export async function insertFigures(
  tx: Tx,
  row: Pick<FigureRow, 'year' | 'uscc' | 'enterpriseName' | 'figures' | 'declaredByFirm' | 'taskId'>,
): Promise<boolean> {
  const kept =
    await tx.exec(sql`insert into land.figure (region, year, uscc, enterprise_name, figures, state, declared_by_firm, declared_name,
      declared_at, task_id)
    values (${tx.region}, ${row.year}, ${row.uscc}, ${row.enterpriseName}, ${JSON.stringify(row.figures)}, 'declared', ${row.declaredByFirm},
      ${tx.actor.name}, ${tx.now}, ${row.taskId}) on conflict do nothing`);
  return kept === 1;
}

export async function updateFigures(
  tx: Tx,
  row: Pick<FigureRow, 'year' | 'uscc' | 'enterpriseName' | 'figures' | 'declaredByFirm' | 'taskId'>,
): Promise<void> {
  await tx.exec(sql`update land.figure set enterprise_name = ${row.enterpriseName}, figures = ${JSON.stringify(row.figures)}, state = 'declared',
      declared_by_firm = ${row.declaredByFirm}, declared_name = ${tx.actor.name}, declared_at = ${tx.now}, checked_name = null, checked_at = null,
      task_id = ${row.taskId}, revision = revision + 1
    where region = ${tx.region} and year = ${row.year} and uscc = ${row.uscc}`);
}

export async function checkRow(
  tx: Tx,
  row: Pick<FigureRow, 'year' | 'uscc' | 'state' | 'exemption' | 'lastGrade' | 'remark'>,
): Promise<void> {
  await tx.exec(sql`update land.figure set state = ${row.state}, exemption = ${row.exemption}, last_grade = ${row.lastGrade}, remark = ${row.remark},
      checked_name = ${tx.actor.name}, checked_at = ${tx.now}, task_id = null, revision = revision + 1
    where region = ${tx.region} and year = ${row.year} and uscc = ${row.uscc}`);
}

export async function listFigureRows(
  tx: Tx,
  filter: { year: number; state: readonly FigureState[]; text: string; page: number; size: number },
): Promise<{ rows: FigureRow[]; total: number }> {
  const where = sql`region = ${tx.region} and year = ${filter.year}
    ${filter.state.length === 0 ? empty : sql`and state = any (${filter.state as string[]}::text[])`}
    ${filter.text === '' ? empty : sql`and (enterprise_name like ${like(filter.text)} or uscc like ${like(filter.text)})`}`;
  const { total } = await tx.one<{ total: number }>(sql`select count(*)::int as total from land.figure where ${where}`);
  const rows = await tx.rows<FigureRow>(sql`select ${columns} from land.figure where ${where}
    order by case state when 'declared' then 0 when 'returned' then 1 else 2 end, uscc limit ${filter.size} offset ${(filter.page - 1) * filter.size}`);
  return { rows, total };
}

/** All of a year: a county ranks some thousand firms at most. */
export function listYear(tx: Tx, year: number): Promise<FigureRow[]> {
  return tx.rows(sql`select ${columns} from land.figure where region = ${tx.region} and year = ${year} order by uscc`);
}

export function listYears(tx: Tx): Promise<{ year: number }[]> {
  return tx.rows(sql`select distinct year from land.figure where region = ${tx.region} order by year desc`);
}

export function listOwnFigures(tx: Tx, uscc: readonly string[]): Promise<FigureRow[]> {
  return tx.rows(sql`select ${columns} from land.figure where region = ${tx.region} and uscc = any (${uscc as string[]}::text[])
    order by year desc, uscc limit 100`);
}

export interface RankingRow {
  id: string;
  year: number;
  version: number;
  rules: PerformanceRules;
  ranked: number;
  publishedAt: Instant;
  objectUntil: LocalDate;
  reason: string;
}

const rankingColumns = sql`r.id, r.year, r.version, r.rules, r.ranked, r.published_at, r.object_until, r.reason`;

/** The version in force of a year. */
export function loadRanking(tx: Tx, year: number): Promise<RankingRow | null> {
  return tx.maybe(
    sql`select ${rankingColumns} from land.ranking r where r.region = ${tx.region} and r.year = ${year} order by r.version desc limit 1`,
  );
}

export function loadRankingById(tx: Tx, id: string): Promise<RankingRow | null> {
  return tx.maybe(sql`select ${rankingColumns} from land.ranking r where r.region = ${tx.region} and r.id = ${id}`);
}

export function listRankedYears(tx: Tx): Promise<{ year: number }[]> {
  return tx.rows(sql`select distinct year from land.ranking where region = ${tx.region} order by year desc`);
}

/** The versions in force of some years, with what they say about some firms. */
export function loadGradesOf(
  tx: Tx,
  uscc: readonly string[],
): Promise<(GradeRow & RankingRow & { rankingId: string })[]> {
  return tx.rows(sql`select ${rankingColumns}, g.ranking_id, g.uscc, g.enterprise_name, g.place, g.score::float8, g.grade, g.components, g.why
    from land.ranking r join land.grade g on g.region = r.region and g.ranking_id = r.id
    where r.region = ${tx.region} and g.uscc = any (${uscc as string[]}::text[])
      and r.version = (select max(v.version) from land.ranking v where v.region = r.region and v.year = r.year)`);
}

/** One version whole, in one statement. */
export async function insertRanking(
  tx: Tx,
  given: Omit<RankingRow, 'ranked' | 'publishedAt'> & { ranking: Ranking },
): Promise<void> {
  const { ranking } = given;
  await tx.exec(sql`with stored as (
      insert into land.ranking (region, id, year, version, rules, benchmarks, ranked, published_at, published_name, object_until, reason)
      values (${tx.region}, ${given.id}, ${given.year}, ${given.version}, ${JSON.stringify(given.rules)}, ${JSON.stringify(ranking.benchmarks)},
        ${ranking.ranked}, ${tx.now}, ${tx.actor.name}, ${given.objectUntil}, ${given.reason}) returning id
    )
    insert into land.grade (region, ranking_id, uscc, enterprise_name, place, score, grade, components, why)
    select ${tx.region}, stored.id, g.uscc, g.name, g.place, g.score, g.grade, g.components, g.why
    from stored, jsonb_to_recordset(${JSON.stringify(ranking.firms)}::jsonb) as g(uscc text, name text, place int, score numeric, grade text,
      components jsonb, why text)`);
}

export interface GradeRow {
  uscc: string;
  enterpriseName: string;
  place: number | null;
  score: number | null;
  grade: string | null;
  components: ScoreComponent[];
  why: string;
}

export async function listGrades(
  tx: Tx,
  rankingId: string,
  page: number,
  size: number,
): Promise<{ rows: GradeRow[]; total: number }> {
  const rows = await tx.rows<GradeRow & { total: number }>(sql`
    select uscc, enterprise_name, place, score::float8, grade, components, why, count(*) over ()::int as total from land.grade
    where region = ${tx.region} and ranking_id = ${rankingId} order by place nulls last, uscc limit ${size} offset ${(page - 1) * size}`);
  return { rows: rows.map(({ total: _, ...row }) => row), total: rows[0]?.total ?? 0 };
}

export interface ObjectionRow {
  id: string;
  rankingId: string;
  year: number;
  version: number;
  uscc: string;
  enterpriseName: string;
  grounds: string;
  filedAt: Instant;
  taskId: string | null;
  outcome: 'upheld' | 'rejected' | null;
  decision: string | null;
  decidedAt: Instant | null;
  decidedName: string | null;
}

const objectionColumns = sql`o.id, o.ranking_id, r.year, r.version, o.uscc, o.enterprise_name, o.grounds, o.filed_at, o.task_id, o.outcome,
  o.decision, o.decided_at, o.decided_name`;
const objections = sql`from land.objection o join land.ranking r on r.region = o.region and r.id = o.ranking_id`;

/** @returns false when one of this firm is open already. */
export async function insertObjection(
  tx: Tx,
  row: Pick<ObjectionRow, 'id' | 'rankingId' | 'uscc' | 'enterpriseName' | 'grounds' | 'taskId'>,
): Promise<boolean> {
  const kept =
    await tx.exec(sql`insert into land.objection (region, id, ranking_id, uscc, enterprise_name, account_id, grounds, filed_at, task_id)
    values (${tx.region}, ${row.id}, ${row.rankingId}, ${row.uscc}, ${row.enterpriseName}, ${tx.actor.accountId}::uuid, ${row.grounds}, ${tx.now},
      ${row.taskId}) on conflict (region, ranking_id, uscc) where outcome is null do nothing`);
  return kept === 1;
}

export function loadObjectionForDecision(tx: Tx, id: string): Promise<ObjectionRow | null> {
  return tx.maybe(
    sql`select ${objectionColumns} ${objections} where o.region = ${tx.region} and o.id = ${id} for update of o`,
  );
}

export async function decideObjectionRow(
  tx: Tx,
  id: string,
  outcome: 'upheld' | 'rejected',
  decision: string,
): Promise<void> {
  await tx.exec(sql`update land.objection set outcome = ${outcome}, decision = ${decision}, decided_at = ${tx.now}, decided_name = ${tx.actor.name}
    where region = ${tx.region} and id = ${id}`);
}

export async function listObjectionRows(
  tx: Tx,
  filter: { state: '' | 'open' | 'decided'; uscc: readonly string[] | null; page: number; size: number },
): Promise<{ rows: ObjectionRow[]; total: number }> {
  const rows = await tx.rows<
    ObjectionRow & { total: number }
  >(sql`select ${objectionColumns}, count(*) over ()::int as total ${objections}
    where o.region = ${tx.region}
      ${filter.state === '' ? empty : filter.state === 'open' ? sql`and o.outcome is null` : sql`and o.outcome is not null`}
      ${filter.uscc === null ? empty : sql`and o.uscc = any (${filter.uscc as string[]}::text[])`}
    order by o.filed_at desc, o.id limit ${filter.size} offset ${(filter.page - 1) * filter.size}`);
  return { rows: rows.map(({ total: _, ...row }) => row), total: rows[0]?.total ?? 0 };
}
