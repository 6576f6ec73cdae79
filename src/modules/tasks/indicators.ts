import { z } from 'zod';
import { empty, sql, type Sql } from '../../kernel/db.ts';
import { indicatorSource, type DayRange, type Tx } from '../../kernel/module.ts';
import { chineseDate, instantAt, localDateOf, plusMs, type Instant, type LocalDate } from '../../kernel/time.ts';

/** Figures over what was owed: how much of it was done in time. */

const params = z.object({ kinds: z.array(z.string()).default([]), units: z.array(z.string()).default([]) });

const onTime = indicatorSource({
  name: 'tasks.onTimeShare',
  zh: '按时办结率',
  unit: '%',
  explanation: '期内办结的待办中，在承诺期限内办结的比例；取消的不计。',
  params,
  async compute(tx, filter, period) {
    const counts = await tx.one<{ onTime: number; n: number; cancelled: number }>(sql`
      select count(*) filter (where outcome <> 'cancelled' and finished_at <= due_at)::int as on_time,
        count(*) filter (where outcome <> 'cancelled')::int as n, count(*) filter (where outcome = 'cancelled')::int as cancelled
      from tasks.task where ${finished(tx, filter, period)}`);
    return {
      value: counts.n === 0 ? null : (counts.onTime / counts.n) * 100,
      numerator: counts.onTime,
      denominator: counts.n,
      excluded: counts.cancelled === 0 ? [] : [{ why: '取消的', count: counts.cancelled }],
    };
  },
  async changedAt(tx) {
    const { at } = await tx.one<{ at: Instant | null }>(sql`select max(finished_at) as at from tasks.task
      where region = ${tx.region} and state = 'finished'`);
    return at;
  },
  async behind(tx, filter, period, page) {
    const where = finished(tx, filter, period);
    const rows = await tx.rows<{
      subjectNo: string;
      title: string;
      link: string;
      finishedAt: Instant;
      dueOn: LocalDate;
      late: boolean;
      outcome: string;
    }>(sql`select subject_no, title, link, finished_at, due_on, finished_at > due_at as late, outcome from tasks.task where ${where}
      order by (finished_at > due_at) desc, finished_at desc limit ${page.size} offset ${(page.page - 1) * page.size}`);
    const { total } = await tx.one<{ total: number }>(
      sql`select count(*)::int as total from tasks.task where ${where}`,
    );
    return {
      rows: rows.map((row) => ({
        no: row.subjectNo,
        title: row.title,
        link: row.link,
        on: localDateOf(row.finishedAt),
        value: `${row.late ? '超期' : '按时'}（期限${chineseDate(row.dueOn)}）`,
        counted: row.outcome !== 'cancelled',
        why: row.outcome === 'cancelled' ? '取消' : '',
      })),
      total,
    };
  },
});

export const taskIndicators = [onTime];

function finished(tx: Tx, filter: z.output<typeof params>, period: DayRange): Sql {
  const kinds = filter.kinds.map((kind) => `${kind}%`);
  return sql`region = ${tx.region} and state = 'finished' and unit_id is not null
    and finished_at >= ${instantAt(period.from, '00:00')} and finished_at < ${plusMs(instantAt(period.to, '00:00'), 86_400_000)}
    ${kinds.length === 0 ? empty : sql`and kind like any(${kinds}::text[])`}
    ${filter.units.length === 0 ? empty : sql`and unit_id = any(${filter.units}::text[])`}`;
}
