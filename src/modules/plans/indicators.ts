import { z } from 'zod';
import { sql } from '../../kernel/db.ts';
import { indicatorSource } from '../../kernel/module.ts';
import type { Instant, LocalDate } from '../../kernel/time.ts';

/** How many things of a kind were accepted: five enforcement actions in a year. */
const accepted = indicatorSource({
  name: 'plans.acceptedSubmissions',
  zh: '认定的报送件数',
  unit: '次',
  explanation: '期内发生、经认定的报送件数；同一件事报到两处只计一次，待认定和不认定的不计。',
  params: z.object({ kind: z.string() }),
  async compute(tx, { kind }, period) {
    const counts = await tx.one<{ n: number; waiting: number; refused: number }>(sql`
      select count(distinct subject) filter (where state = 'accepted')::int as n, count(*) filter (where state = 'submitted')::int as waiting,
        count(*) filter (where state = 'refused')::int as refused
      from plans.submission where region = ${tx.region} and kind = ${kind} and occurred_on between ${period.from} and ${period.to}`);
    const excluded = [
      { why: '待认定的', count: counts.waiting },
      { why: '不认定的', count: counts.refused },
    ].filter((one) => one.count > 0);
    // Nothing handed in is a count of nothing, not an unknown: the county owes these.
    return { value: counts.n, numerator: null, denominator: counts.n, excluded };
  },
  async changedAt(tx, { kind }) {
    const { at } = await tx.one<{ at: Instant | null }>(sql`select max(greatest(submitted_at, decided_at)) as at
      from plans.submission where region = ${tx.region} and kind = ${kind}`);
    return at;
  },
  async behind(tx, { kind }, period, page) {
    const where = sql`region = ${tx.region} and kind = ${kind} and occurred_on between ${period.from} and ${period.to}`;
    const rows = await tx.rows<{ subject: string; occurredOn: LocalDate; state: string; unitId: string }>(sql`
      select subject, occurred_on, state, unit_id from plans.submission where ${where}
      order by occurred_on desc, id limit ${page.size} offset ${(page.page - 1) * page.size}`);
    const { total } = await tx.one<{ total: number }>(
      sql`select count(*)::int as total from plans.submission where ${where}`,
    );
    return {
      rows: rows.map((row) => ({
        no: row.unitId,
        title: row.subject,
        link: '/workbench/plan/submissions',
        on: row.occurredOn,
        value: '1',
        counted: row.state === 'accepted',
        why: row.state === 'accepted' ? '' : row.state === 'refused' ? '不认定' : '待认定',
      })),
      total,
    };
  },
});

export const planIndicators = [accepted];
