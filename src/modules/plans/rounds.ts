import { isWorkingDay, workingDaysBetween, type Calendar } from '../../calendar/index.ts';
import { formatDay, parseDay } from '../../calendar/days.ts';
import { sql } from '../../kernel/db.ts';
import type { Tx } from '../../kernel/module.ts';
import { chineseDate, instantAt, localDateOf, type LocalDate } from '../../kernel/time.ts';
import { calendarOf, finishTasks, openTasks, type TaskSpec } from '../tasks/index.ts';
import { allMeasures } from './store/measures.ts';
import type { PlanRow } from './store/plans.ts';

/** 进展报送: twice a year every unit that leads a measure owes a report, as a task. */

export interface RoundRow {
  name: string;
  unitId: string;
  dueOn: LocalDate;
  taskId: string;
  reportedAt: string | null;
}

/** Opens the rounds whose time has come; a round of a unit opens once. Returns how many tasks were opened. */
export async function openRounds(tx: Tx, plan: PlanRow): Promise<number> {
  const today = localDateOf(tx.now);
  const due = plan.settings.rounds
    .map((round) => ({ ...round, dueOn: `${plan.year}-${round.day}` }))
    .filter((round) => today >= plusDays(round.dueOn, -round.opensDaysBefore) && today <= plan.endsOn);
  if (due.length === 0) return 0;
  const leads = [...new Set((await allMeasures(tx, plan.id)).flatMap((row) => row.leads))].sort();
  const open = new Set((await roundsOf(tx, plan.id)).map((row) => `${row.name}|${row.unitId}`));
  const calendar = await calendarOf(tx);
  const missing = due.flatMap((round) =>
    leads.filter((unitId) => !open.has(`${round.name}|${unitId}`)).map((unitId) => ({ round, unitId })),
  );
  const tasks = await openTasks(
    tx,
    missing.map(({ round, unitId }) => roundTask(calendar, plan, round, unitId, today)),
  );
  const rows = missing.map(({ round, unitId }, index) => ({
    name: round.name,
    unitId,
    dueOn: round.dueOn,
    taskId: tasks[index]?.id,
  }));
  await tx.exec(sql`insert into plans.round (region, plan_id, name, unit_id, due_on, task_id)
    select ${tx.region}, ${plan.id}, name, "unitId", "dueOn", "taskId"
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(name text, "unitId" text, "dueOn" date, "taskId" uuid)
    on conflict do nothing`);
  return rows.length;
}

/**
 * A date that people name may be no working day (2022-06-18 is a Saturday): the task then falls due on the last working
 * day before it, so that the reminder reaches somebody at a desk.
 */
export function reminderDay(calendar: Calendar, dueOn: LocalDate): LocalDate {
  let day = dueOn;
  while (!isWorkingDay(calendar, day)) day = plusDays(day, -1);
  return day;
}

function roundTask(
  calendar: Calendar,
  plan: PlanRow,
  round: { name: string; dueOn: LocalDate; source: string },
  unitId: string,
  today: LocalDate,
): TaskSpec {
  const remind = reminderDay(calendar, round.dueOn);
  const start = today < remind ? today : plusDays(remind, -1);
  return {
    kind: 'plan.report',
    title: `${round.name}：${chineseDate(round.dueOn)}前报送各项措施的进展`,
    subject: { type: 'plan', id: plan.id, no: plan.documentNo === '' ? `${plan.year}年方案` : plan.documentNo },
    link: '/workbench/plan/owed',
    unitId,
    start: instantAt(start, '09:00'),
    promisedTerm: `${Math.max(1, workingDaysBetween(calendar, start, remind))}wd`,
    basis: { title: plan.title, article: round.source },
  };
}

export function roundsOf(tx: Tx, planId: string, unitId?: string): Promise<RoundRow[]> {
  return tx.rows<RoundRow>(sql`select name, unit_id, due_on, task_id, reported_at from plans.round
    where region = ${tx.region} and plan_id = ${planId} and (${unitId ?? null}::text is null or unit_id = ${unitId ?? null})
    order by due_on, name, unit_id`);
}

/** Measures that a unit leads and has not reported on in a round; what was sent back is not reported. */
async function unreported(tx: Tx, planId: string, name: string, unitId: string): Promise<number> {
  const { open } = await tx.one<{ open: number }>(sql`select count(*)::int as open from plans.measure m
    where m.region = ${tx.region} and m.plan_id = ${planId} and ${unitId} = any(m.leads) and m.written_off_on is null
      and not exists (select from plans.report r where r.region = m.region and r.measure_id = m.id and r.unit_id = ${unitId}
        and r.round = ${name} and r.state <> 'returned')`);
  return open;
}

/** The round is done once the unit has reported on every measure it leads. */
export async function settleRound(tx: Tx, planId: string, name: string, unitId: string): Promise<void> {
  if ((await unreported(tx, planId, name, unitId)) > 0) return;
  const row = await tx.maybe<{ taskId: string }>(sql`update plans.round set reported_at = ${tx.now}
    where region = ${tx.region} and plan_id = ${planId} and name = ${name} and unit_id = ${unitId} and reported_at is null returning task_id`);
  if (row !== null) await finishTasks(tx, [row.taskId], 'done', '已按时报送');
}

/** Rounds that a unit had finished under another version stay finished, where the new one asks nothing more of it. */
export async function finishedRoundsAlong(tx: Tx, from: string, to: string): Promise<void> {
  await tx.exec(sql`insert into plans.round (region, plan_id, name, unit_id, due_on, task_id, reported_at)
    select o.region, ${to}, o.name, o.unit_id, o.due_on, o.task_id, o.reported_at from plans.round o
    where o.region = ${tx.region} and o.plan_id = ${from} and o.reported_at is not null
      and not exists (select from plans.measure m where m.region = o.region and m.plan_id = ${to} and o.unit_id = any(m.leads)
        and m.written_off_on is null and not exists (select from plans.report r where r.region = m.region and r.measure_id = m.id
          and r.unit_id = o.unit_id and r.round = o.name and r.state <> 'returned'))
    on conflict do nothing`);
}

/** A report that was sent back is owed again: a round that counted as reported opens anew, with a task of its own. */
export async function reopenRound(tx: Tx, plan: PlanRow, name: string, unitId: string): Promise<void> {
  const row = (await roundsOf(tx, plan.id, unitId)).find((one) => one.name === name);
  if (row === undefined || row.reportedAt === null || (await unreported(tx, plan.id, name, unitId)) === 0) return;
  const setting = plan.settings.rounds.find((one) => one.name === name);
  const today = localDateOf(tx.now);
  const spec = roundTask(
    await calendarOf(tx),
    plan,
    { name, dueOn: row.dueOn, source: setting?.source ?? '' },
    unitId,
    today,
  );
  const title = `${name}：有进展被退回，请补报`;
  // After its day the unit has as long as for anything else it must put right.
  const late = { start: tx.now, promisedTerm: plan.settings.rectifyTerm.value };
  const [task] = await openTasks(tx, [{ ...spec, title, ...(today < row.dueOn ? {} : late) }]);
  await tx.exec(sql`update plans.round set reported_at = null, task_id = ${task?.id ?? row.taskId}
    where region = ${tx.region} and plan_id = ${plan.id} and name = ${name} and unit_id = ${unitId}`);
}

function plusDays(day: LocalDate, count: number): LocalDate {
  return formatDay(parseDay(day) + count);
}
