import pg from 'pg';
import type { IndicatorSource } from '../src/kernel/module.ts';
import {
  appraise,
  type Fact,
  type MeasureResult,
  type Records,
  type Scheme,
} from '../src/modules/plans/rules/appraisal.ts';
import type { BenchPlatform } from './platform.ts';
import { median } from './report.ts';

const unitsAppraised = 60;
const measuresAppraised = 99;

export interface AppraisalTimes {
  units: number;
  measures: number;
  entries: number;
  /** Milliseconds for the whole table. */
  median: number;
}

/** A year's table of 60 units over 99 measures, each with one lead and five supporters, and some misses a unit. */
export function appraisalTimes(rounds: number): AppraisalTimes {
  const records = yearOfRecords();
  const table = appraise(scheme, records);
  if (table.length !== unitsAppraised) throw new Error(`${table.length} units`);
  const times = repeated(rounds, () => appraise(scheme, records).length);
  return {
    units: unitsAppraised,
    measures: measuresAppraised,
    entries: records.facts.length + records.results.length,
    median: median(times),
  };
}

const scheme: Scheme = {
  id: 'bench',
  period: '2022',
  name: '考核',
  supporterShare: 0.5,
  items: [
    { id: 'measures', name: '措施', kind: 'attainment', full: 60, basis: '' },
    { id: 'reports', name: '报送', kind: 'deduction', full: 20, fact: 'report.missing', perMiss: 0.5, basis: '' },
    { id: 'quotas', name: '配额', kind: 'deduction', full: 20, fact: 'quota.missing', perMiss: 0.5, basis: '' },
    { id: 'media', name: '宣传', kind: 'bonus', cap: 5, fact: 'submission.province', perFact: 1, basis: '' },
  ],
};

function yearOfRecords(): Records {
  const units = Array.from({ length: unitsAppraised }, (_, index) => `unit-${String(index).padStart(2, '0')}`);
  const results = Array.from({ length: measuresAppraised }, (_, measure) =>
    Array.from({ length: 6 }, (__, role): MeasureResult => ({
      measureId: `measure-${measure}`,
      measureNo: measure + 1,
      unitId: units[(measure * 7 + role * 11) % unitsAppraised] ?? '',
      role: role === 0 ? 'lead' : 'supporter',
      attainment: measure % 10 === 9 ? null : (measure % 8) / 7,
      words: `措施${measure + 1}`,
      link: `/workbench/plan/measures/${measure}`,
    })),
  ).flat();
  const kinds = ['report.missing', 'quota.missing', 'submission.province'];
  const facts = units.flatMap((unitId) =>
    Array.from({ length: 40 }, (_, index): Fact => ({
      id: `fact-${unitId}-${index}`,
      kind: kinds[index % kinds.length] ?? '',
      unitId,
      count: 1 + (index % 3),
      words: `第${index}笔`,
      link: '/workbench/plan',
    })),
  );
  return { units, facts, results, upheld: [] };
}

/** Decided cases of one item until there are `total`, over a year, by the owner and in one statement. */
export async function fillCases(bench: BenchPlatform, total: number): Promise<void> {
  const client = new pg.Client({ connectionString: bench.ownerUrl });
  await client.connect();
  const region = bench.platform.services.region;
  try {
    await client.query(
      `with someone as (select id from org.account where region = $1 order by id limit 1)
       insert into cases.application (region, id, no, service_kind, service_id, service_name, versions, account_id, applicant_label, answers, state,
         created_at, updated_at)
       select $1, '01920000-0000-7000-8000-0000000000ff', 'BENCH', 'item', 'bench-item', '测速事项', '{}', id, '测速', '', 'filed', now(), now() from someone
       on conflict do nothing`,
      [region],
    );
    await client.query(
      `with one as (select id, account_id from cases.application where region = $1 and no = 'BENCH'),
         place as (select array_agg(id order by id) as ids from org.unit where region = $1 and closed_at is null),
         present as (select count(*)::int as n from cases.case_file where region = $1 and item_id = 'bench-item')
       insert into cases.case_file (region, id, no, application_id, item_id, item_version, item_name, unit_id, account_id, applicant_label, status,
         filed_at, accepted_at, concluded_at, state, version, used_days)
       select $1, gen_random_uuid(), 'BENCHCASE' || lpad(i::text, 9, '0'), one.id, 'bench-item', 1, '测速事项', ids[1 + i % cardinality(ids)],
         one.account_id, '测速', case when i % 20 = 0 then 'withdrawn' when i % 9 = 0 then 'refused' else 'granted' end,
         at - interval '9 days', at - interval '8 days', at, '{}', 1, case when i % 20 = 0 then null else (i::bigint * 7919) % 60 / 2.0 end
       from one, place, present, generate_series(present.n + 1, $2::int) i,
         lateral (select timestamptz '2022-01-01 09:00+08' + make_interval(mins => (i::bigint * 37 % 525000)::int) as at) moment`,
      [region, total],
    );
    await client.query('vacuum (analyze) cases.case_file');
  } finally {
    await client.end();
  }
}

/** Median milliseconds of the ninetieth percentile over a year, as the ledger computes it. */
export async function percentileTime(bench: BenchPlatform, rounds: number): Promise<{ ms: number; cases: number }> {
  const source = bench.platform.indicators.get('cases.percentileWorkingDays');
  if (source === undefined) throw new Error('no indicator');
  const year = { from: '2022-01-01', to: '2022-12-31' };
  const params = source.params.parse({ items: ['bench-item'], percentile: 90 }) as never;
  const read = (indicator: IndicatorSource) =>
    bench.platform.runner.asSystem('bench', 'job', (tx) => indicator.compute(tx, params, year));
  const { denominator } = await read(source);
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const from = performance.now();
    await read(source);
    times.push(performance.now() - from);
  }
  return { ms: median(times), cases: denominator };
}

function repeated(rounds: number, work: () => unknown): number[] {
  for (let warm = 0; warm < 3; warm++) work();
  return Array.from({ length: rounds }, () => {
    const from = performance.now();
    work();
    return performance.now() - from;
  });
}
