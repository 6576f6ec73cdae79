import type { Reach } from '../../../kernel/actor.ts';
import { empty, sql } from '../../../kernel/db.ts';
import type { Tx } from '../../../kernel/module.ts';
import type { Instant } from '../../../kernel/time.ts';
import type { Counts } from '../rules/figures.ts';
import { within } from './subjects.ts';

export const groupings = ['all', 'unit', 'item', 'window', 'officer', 'month'] as const;
export type Grouping = (typeof groupings)[number];

export interface FigureRow extends Counts {
  key: string;
  name: string;
  unitId: string;
}

const keys: Readonly<Record<Grouping, { key: ReturnType<typeof sql>; name: ReturnType<typeof sql>; unit: boolean }>> = {
  all: { key: sql`''`, name: sql`''`, unit: false },
  unit: { key: sql`s.unit_id`, name: sql`max(s.unit_id)`, unit: true },
  item: { key: sql`s.item_id`, name: sql`max(s.item_name)`, unit: false },
  window: { key: sql`s.window_name`, name: sql`max(s.window_name)`, unit: true },
  officer: { key: sql`s.officer_id::text`, name: sql`max(s.state->>'officerName')`, unit: true },
  // The county's own months: its offset has no exceptions.
  month: {
    key: sql`to_char(v.at + interval '8 hours', 'YYYY-MM')`,
    name: sql`max(to_char(v.at + interval '8 hours', 'YYYY-MM'))`,
    unit: false,
  },
};

/** Every subject once for the day it was finished and once for the day it was rated, as far as these lie in the period. */
export function countFigures(
  tx: Tx,
  { by, reach, from, to }: { by: Grouping; reach: Reach; from: Instant; to: Instant },
): Promise<FigureRow[]> {
  const { key, name, unit } = keys[by];
  const rated = sql`v.what = 'rated' and s.counted`;
  const bad = sql`${rated} and s.level <= 2`;
  const real = sql`${bad} and not s.anonymous and s.state->'reachable' = 'true'::jsonb`;
  return tx.rows<FigureRow>(sql`
    select ${key} as key, ${name} as name, ${unit ? sql`s.unit_id` : sql`''`} as unit_id,
      count(*) filter (where v.what = 'finished')::int as finished,
      count(*) filter (where v.what = 'finished' and s.counted)::int as answered,
      count(*) filter (where ${rated})::int as valid,
      count(*) filter (where ${rated} and s.level >= 3)::int as good,
      count(*) filter (where ${bad})::int as bad,
      count(*) filter (where ${bad} and s.rectified)::int as rectified,
      count(*) filter (where ${rated} and s.anonymous)::int as anonymous,
      count(*) filter (where v.what = 'rated' and s.status = 'removed')::int as removed,
      count(*) filter (where ${real})::int as real_name_bad,
      count(*) filter (where ${real} and s.state->>'contact' is not null)::int as contacted,
      count(*) filter (where ${real} and (s.state->'contact'->>'inTime') = 'true')::int as contacted_in_time,
      count(*) filter (where ${real} and jsonb_array_length(s.state->'revisits') > 0
        and (s.status = 'closed' or s.state->'revisits' @> '[{"satisfied": true}]' or s.state->'revisits' @> '[{"satisfied": false}]'))::int as revisited,
      count(*) filter (where ${bad} and s.state->'revisits' @> '[{"satisfied": false}]')::int as reopened,
      count(*) filter (where v.what = 'rated' and s.state->>'appeal' is not null)::int as appealed,
      count(*) filter (where v.what = 'rated' and s.state->'appeal'->>'decision' is not null)::int as appeals_decided,
      count(*) filter (where ${bad} and s.status = 'closed' and s.published_at is not null)::int as published,
      count(*) filter (where ${bad} and s.status = 'closed')::int as publishable
    from ratings.subject s cross join lateral (values ('finished', s.finished_at), ('rated', s.rated_at)) as v(what, at)
    where s.region = ${tx.region} ${within(reach)} and v.at >= ${from} and v.at < ${to}
      ${by === 'window' ? sql`and s.window_name <> ''` : by === 'officer' ? sql`and s.officer_id is not null` : empty}
    ${by === 'all' ? empty : sql`group by 1 ${unit ? sql`, s.unit_id` : empty}`} order by 1, 3`);
}
