import { sql } from '../../../kernel/db.ts';
import type { Tx } from '../../../kernel/module.ts';
import type { LocalDate } from '../../../kernel/time.ts';
import type { PlanSettings } from '../rules/definition.ts';

export interface Area {
  no: number;
  name: string;
  /** As the document names them: 县委常委、常务副县长彭磊. */
  sponsors: readonly string[];
  leads: readonly string[];
}

export interface PlanRow {
  id: string;
  year: number;
  version: number;
  title: string;
  issuer: string;
  documentNo: string;
  issuedOn: LocalDate | null;
  startsOn: LocalDate;
  endsOn: LocalDate;
  state: 'current' | 'superseded';
  areas: readonly Area[];
  settings: PlanSettings;
  source: string;
  previousId: string | null;
}

const columns = sql`id, year, version, title, issuer, document_no, issued_on, starts_on, ends_on, state, areas, settings, source, previous_id`;

/** The latest version for a year takes the place of the one before. */
export async function insertPlan(tx: Tx, row: Omit<PlanRow, 'version' | 'state'>): Promise<PlanRow> {
  await tx.exec(
    sql`update plans.plan set state = 'superseded' where region = ${tx.region} and year = ${row.year} and state = 'current'`,
  );
  return tx.one<PlanRow>(sql`insert into plans.plan (region, id, year, version, title, issuer, document_no, issued_on, starts_on, ends_on,
      state, areas, settings, source, previous_id, created_at, created_by)
    select ${tx.region}, ${row.id}, ${row.year}, coalesce(max(version), 0) + 1, ${row.title}, ${row.issuer}, ${row.documentNo}, ${row.issuedOn},
      ${row.startsOn}, ${row.endsOn}, 'current', ${JSON.stringify(row.areas)}::jsonb, ${JSON.stringify(row.settings)}::jsonb, ${row.source},
      ${row.previousId}, ${tx.now}, ${tx.actor.accountId}
    from plans.plan where region = ${tx.region} and year = ${row.year}
    returning ${columns}`);
}

export function loadPlan(tx: Tx, id: string): Promise<PlanRow | null> {
  return tx.maybe<PlanRow>(sql`select ${columns} from plans.plan where region = ${tx.region} and id = ${id}`);
}

/** The plan in force on a day: of its year, else the latest before, else the earliest there is. */
export function loadPlanOn(tx: Tx, day: LocalDate): Promise<PlanRow | null> {
  return tx.maybe<PlanRow>(sql`select ${columns} from plans.plan where region = ${tx.region} and state = 'current'
    order by (starts_on <= ${day} and ends_on >= ${day}) desc, (starts_on <= ${day}) desc, starts_on desc limit 1`);
}

export function loadPlanOfYear(tx: Tx, year: number): Promise<PlanRow | null> {
  return tx.maybe<PlanRow>(
    sql`select ${columns} from plans.plan where region = ${tx.region} and year = ${year} and state = 'current'`,
  );
}

export function listPlanRows(tx: Tx): Promise<(PlanRow & { measures: number })[]> {
  return tx.rows(sql`select ${columns}, (select count(*)::int from plans.measure m where m.region = p.region and m.plan_id = p.id) as measures
    from plans.plan p where region = ${tx.region} order by year desc, version desc limit 100`);
}

/** One plan of a year is entered at a time: the second waits and becomes the next version. */
export async function lockYear(tx: Tx, year: number): Promise<void> {
  await tx.exec(sql`select pg_advisory_xact_lock(hashtext(${`plans.plan ${tx.region} ${year}`}))`);
}
