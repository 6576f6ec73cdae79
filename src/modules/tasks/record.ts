import { sql } from '../../kernel/db.ts';
import type { DayRange, Tx } from '../../kernel/module.ts';
import { rulebookOf } from './rulebook.ts';
import { instantAt, plusMs, type Instant, type LocalDate } from '../../kernel/time.ts';

/** What stands against a unit over some days, one row a piece of evidence: for whoever appraises. */

export interface LateTask {
  id: string;
  unitId: string;
  title: string;
  subjectNo: string;
  link: string;
  dueOn: LocalDate;
  finishedAt: Instant;
}

/** Tasks that units finished late, the earliest first, at most so many of each unit. */
export function lateTasks(tx: Tx, period: DayRange, perUnit: number): Promise<LateTask[]> {
  return tx.rows<LateTask>(sql`select id, unit_id, title, subject_no, link, due_on, finished_at from (
      select id, unit_id, title, subject_no, link, due_on, finished_at,
        row_number() over (partition by unit_id order by finished_at, id) as place
      from tasks.task where region = ${tx.region} and state = 'finished' and outcome <> 'cancelled' and unit_id is not null
        and finished_at > due_at and finished_at >= ${startOf(period)} and finished_at < ${endOf(period)}
    ) late where place <= ${perUnit} order by unit_id, finished_at, id`);
}

export interface IssuedSlip {
  id: string;
  number: string;
  unitId: string;
  level: string;
  reason: string;
  issuedAt: Instant;
}

/** Supervision slips issued to units, in the order of their numbers. */
export function slipsIssued(tx: Tx, period: DayRange): Promise<IssuedSlip[]> {
  return tx.rows<IssuedSlip>(sql`select id, number, unit_id, level, reason, issued_at from tasks.supervision
    where region = ${tx.region} and issued_at >= ${startOf(period)} and issued_at < ${endOf(period)} order by issued_at, id`);
}

export interface StandingSlip {
  id: string;
  number: string;
  unitId: string;
  levelName: string;
  state: 'issued' | 'replied' | 'closed';
  issuedAt: Instant;
  replyDueAt: Instant;
  reason: string;
}

/** Slips by their numbers as they stand now, in the order in which they were issued. */
export async function slipsNumbered(tx: Tx, numbers: readonly string[]): Promise<StandingSlip[]> {
  if (numbers.length === 0) return [];
  const rows = await tx.rows<Omit<StandingSlip, 'levelName'> & { level: string }>(sql`
    select id, number, unit_id, level, state, issued_at, reply_due_at, reason from tasks.supervision
    where region = ${tx.region} and number = any(${numbers as string[]}::text[]) order by issued_at, id`);
  const { levels } = (await rulebookOf(tx)).supervision;
  return rows.map(({ level, ...slip }) => ({
    ...slip,
    levelName: levels.find((one) => one.level === level)?.name ?? level,
  }));
}

function startOf(period: DayRange): Instant {
  return instantAt(period.from, '00:00');
}

function endOf(period: DayRange): Instant {
  return plusMs(instantAt(period.to, '00:00'), 86_400_000);
}
