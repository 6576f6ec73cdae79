import pg from 'pg';
import { countTasks, listTasks } from '../src/modules/tasks/contract.ts';
import type { BenchPlatform } from './platform.ts';
import { median } from './report.ts';

export interface QueueTimes {
  firstPage: number;
  red: number;
  text: number;
  wholeCounty: number;
  counts: number;
}

/** Open tasks until there are `total`, spread over all units and two hundred days, by the owner and in one statement. */
export async function fillQueue(bench: BenchPlatform, total: number): Promise<void> {
  const client = new pg.Client({ connectionString: bench.ownerUrl });
  await client.connect();
  try {
    await client.query(
      `with place as (select array_agg(id order by id) as ids from org.unit where region = $1 and closed_at is null),
         present as (select count(*)::int as n from tasks.task where region = $1)
       insert into tasks.task (region, id, kind, title, subject_type, subject_id, subject_no, link, unit_id, start_at, promised_term, basis, ledger,
         due_on, due_at, yellow_at, provisional, calendar_version, fired_rungs, state, opened_at, version)
       select $1, gen_random_uuid(), (array['case.step', 'case.acceptance', 'bench.other'])[1 + i % 3], '办理第' || i || '号办件', 'case', i::text,
         'BENCH' || lpad(i::text, 9, '0'), '/cases/' || i, ids[1 + i % cardinality(ids)], now() - interval '5 days', '10wd', '{}', '{}',
         (now() + make_interval(hours => (i * 37) % 4800 - 240))::date, now() + make_interval(hours => (i * 37) % 4800 - 240),
         now() + make_interval(hours => (i * 37) % 4800 - 312), false, 'bench', '[]', 'open', now() - interval '5 days', 1
       from place, present, generate_series(present.n + 1, $2::int) i`,
      [bench.platform.services.region, total],
    );
    await client.query('vacuum (analyze) tasks.task');
    await client.query('vacuum (analyze) tasks.tally');
  } finally {
    await client.end();
  }
}

/** Medians in ms, through HTTP on loopback. */
export async function listQueue(bench: BenchPlatform, rounds: number): Promise<QueueTimes> {
  const officer = (await bench.signIn('officer-approval-bureau')).call;
  const supervisor = (await bench.signIn('supervisor')).call;
  const timed = async (work: () => Promise<unknown>) => {
    for (let warm = 0; warm < 5; warm++) await work();
    const times: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const from = performance.now();
      await work();
      times.push(performance.now() - from);
    }
    return median(times);
  };
  return {
    firstPage: await timed(() => officer(listTasks, {})),
    red: await timed(() => officer(listTasks, { light: ['red'] })),
    text: await timed(() => officer(listTasks, { text: 'BENCH000000' })),
    wholeCounty: await timed(() => supervisor(listTasks, {})),
    counts: await timed(() => supervisor(countTasks, {})),
  };
}
