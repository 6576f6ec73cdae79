import pg from 'pg';
import { listProjects, registerProject } from '../src/modules/projects/contract.ts';
import type { BenchPlatform } from './platform.ts';
import { median } from './report.ts';

export interface ProjectListTimes {
  /** Will break the budget within five working days: the county's, and those a unit takes part in. */
  wholeCounty: number;
  ownUnit: number;
  /** The ordinary first page, earliest end of the budget first. */
  firstPage: number;
}

/** Running projects until there are `total`, copied from a registered one: budgets that break over two hundred days. */
export async function fillProjects(bench: BenchPlatform, total: number): Promise<void> {
  const { region } = bench.platform.services;
  const client = new pg.Client({ connectionString: bench.ownerUrl });
  await client.connect();
  try {
    const { rows } = await client.query('select from projects.project where region = $1 limit 1', [region]);
    if (rows.length === 0) await register(bench);
    await client.query(
      `with sample as (select * from projects.project where region = $1 order by registered_at, id limit 1),
         present as (select count(*)::int as n from projects.project where region = $1)
       insert into projects.project (region, id, code, provisional, name, theme_id, theme_name, type_id, type_name, decision, account_id, uscc,
         owner_label, owner_proven, contact, town, address, answers, frame, units, state, version, registered_at, first_filed_at, budget_days,
         used_days, left_days, ends_on, breaks_on, light, holder_kind, holder_unit, stage_id, stage_name, projected_on)
       select region, gen_random_uuid(), 'BENCH-' || lpad(i::text, 7, '0'), true, '第' || i || '号厂房', theme_id, theme_name, type_id, type_name,
         '{}', account_id, uscc, owner_label, owner_proven, contact, town, address, answers, '{}', units, 'running', 1,
         now() - make_interval(hours => i % 4000), now() - make_interval(hours => i % 4000), 60, i % 60, 60 - i % 60,
         current_date + i % 200 - 20, current_date + i % 200 - 19, 'green', 'unit', 'approval-bureau', 'works', '工程建设许可', current_date
       from sample, present, generate_series(present.n + 1, $2::int) i`,
      [region, total],
    );
    await client.query('vacuum (analyze) projects.project');
  } finally {
    await client.end();
  }
}

/** Medians in ms, through HTTP on loopback. */
export async function listSoonBroken(bench: BenchPlatform, rounds: number): Promise<ProjectListTimes> {
  const officer = (await bench.signIn('officer-approval-bureau')).call;
  const supervisor = (await bench.signIn('supervisor')).call;
  const timed = async (work: () => Promise<unknown>): Promise<number> => {
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
    wholeCounty: await timed(() => supervisor(listProjects, { breaksWithin: 5 })),
    ownUnit: await timed(() => officer(listProjects, { breaksWithin: 5 })),
    firstPage: await timed(() => supervisor(listProjects, {})),
  };
}

async function register(bench: BenchPlatform): Promise<void> {
  const { call } = await bench.signIn('firm');
  await call(registerProject, {
    themeId: 'small-low-risk',
    answers: {
      ...{ projectName: '麟游县小型仓库', enterpriseName: '麟游县御泉餐饮有限公司', uscc: '91610329MA6X000167' },
      ...{ legalRepresentativeName: '赵文斌', contactName: '赵文斌', contactPhone: '13891712302' },
      ...{ projectAddress: '麟游县九成宫镇工业园区2号', town: 'town-610329100' },
      ...{ projectInvestment: '320', projectScale: '仓库一栋', buildingHeight: 8 },
      ...{ projectBuildingArea: 3000, aboveGroundArea: 3000, undergroundArea: 0, hazards: ['none'] },
    },
  });
}
