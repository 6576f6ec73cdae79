import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import writeXlsxFile from 'write-excel-file/node';
import { startTestPlatform, type TestPlatform } from '../../../test/support/platform.ts';
import { CallError, type Caller } from '../../kernel/call.ts';
import { sql } from '../../kernel/db.ts';
import { instantAt } from '../../kernel/time.ts';
import * as contract from './contract.ts';
import { evolve, type MeasureEvent, type MeasureState } from './rules/measure.ts';

let platform: TestPlatform;
let lead: Caller;
let helper: Caller;
let stranger: Caller;
let supervisor: Caller;
let second: Caller;
let leader: Caller;
let applicant: Caller;
let planId: string;
const spring = instantAt('2022-06-06', '09:00');

beforeAll(async () => {
  platform = await startTestPlatform({ now: spring });
  lead = await platform.signIn('officer-approval-bureau');
  helper = await platform.signIn('officer-market-regulation');
  stranger = await platform.signIn('officer-culture-tourism');
  supervisor = await platform.signIn('supervisor');
  leader = await platform.signIn('leader');
  applicant = await platform.signIn('applicant');
  // One supervisor reads a document in, another enters it: a second one, with the same role.
  await platform.asSystem((tx) =>
    tx.exec(sql`insert into org.role_grant (region, id, account_id, role_id, units, from_on, reason, created_at)
      select region, gen_random_uuid(), id, 'supervisor', null, '2000-01-01', '测试', ${spring} from org.account where login_name = 'officer-reform-office'`),
  );
  second = await platform.signIn('officer-reform-office');
  const { plans } = await supervisor(contract.listPlans, {});
  planId = plans.find((plan) => plan.year === 2022)?.id ?? '';
});
afterAll(() => platform.stop());
beforeEach(() => platform.clock.set(spring));

async function refused(work: Promise<unknown>): Promise<[number, string]> {
  return work.then(
    () => [200, 'none'],
    (error: unknown) => {
      if (error instanceof CallError) return [error.problem.status, error.problem.code];
      throw error;
    },
  );
}

const measures = async (caller: Caller = supervisor) =>
  (await caller(contract.listMeasures, { planId, kind: ['measure'], size: 200 })).measures;
async function measureId(no: string): Promise<string> {
  const found = (await measures()).find((one) => one.no === no);
  if (found === undefined) throw new Error(`no measure ${no}`);
  return found.id;
}
const view = async (id: string, caller: Caller = supervisor) => caller(contract.readMeasure, { measureId: id });

let serial = 0;
async function evidence(caller: Caller = lead) {
  serial += 1;
  const document = new File([`佐证材料 ${serial}`], '佐证.txt', { type: 'text/plain' });
  return [(await caller(contract.uploadEvidence, { document } as never)).document];
}
async function accepted(caller: Caller, id: string, progress: number, round = ''): Promise<void> {
  const { reportId } = await caller(contract.reportProgress, {
    measureId: id,
    progress,
    done: `做到${progress}%`,
    round,
    evidence: await evidence(caller),
  });
  await supervisor(contract.decideReport, { reportId, accept: true });
}

/** What the row says is what its events say: the ledger can be folded again at any time. */
async function foldEqualsRow(): Promise<number> {
  const rows = await platform.services.db.rows<Record<string, unknown> & { id: string }>(
    sql`select id, starts_on, deadline, original_deadline, progress, milestones, suspended_at, written_off_on, version from plans.measure`,
  );
  const events = await platform.services.db.rows<{ measureId: string; seq: number; body: MeasureEvent }>(
    sql`select measure_id, seq, body from plans.measure_event order by measure_id, seq`,
  );
  const byMeasure = new Map<string, typeof events>();
  for (const event of events) byMeasure.set(event.measureId, [...(byMeasure.get(event.measureId) ?? []), event]);
  for (const { id, version, ...row } of rows) {
    const own = byMeasure.get(id) ?? [];
    const state = own.reduce<MeasureState | null>((before, { body }) => evolve(before, body), null);
    const { writeOffAsked: _, ...kept } = state ?? { writeOffAsked: null };
    expect(row, id).toEqual(kept);
    expect(own.map((event) => event.seq)).toEqual(Array.from({ length: Number(version) }, (__, index) => index + 1));
  }
  return rows.length;
}

describe('台账', () => {
  it('第一次启动就有99条措施、26项改革任务、19个领域，每条都有灯', async () => {
    expect(await measures()).toHaveLength(99);
    const items = await supervisor(contract.listMeasures, { planId, kind: ['subItem'], size: 200 });
    expect(items.total).toBe(26);
    const overview = await leader(contract.planOverview, { planId });
    expect(overview.areas.filter((area) => area.no !== null)).toHaveLength(19);
    expect(Object.values(overview.counts).reduce((sum, one) => sum + one, 0)).toBe(125);
    expect(overview.targets.computed).toBeGreaterThanOrEqual(15);
  });

  it('报送、审核、进度、灯；两个人同时审，只有一个算数；连点两次只有一份', async () => {
    const id = await measureId('2');
    const documents = await evidence();
    const report = { measureId: id, progress: 40, done: '已开通预约', evidence: documents };
    const key = crypto.randomUUID();
    const twice = await Promise.all([
      lead(contract.reportProgress, report, { idempotencyKey: key }),
      lead(contract.reportProgress, report, { idempotencyKey: key }),
    ]);
    expect(new Set(twice.map((one) => one.reportId)).size).toBe(1);
    const reportId = twice[0]?.reportId ?? '';
    expect((await view(id)).progress).toBe(0);
    const both = await Promise.all([
      refused(supervisor(contract.decideReport, { reportId, accept: true })),
      refused(second(contract.decideReport, { reportId, accept: true })),
    ]);
    expect(both.map(([status]) => status).sort()).toEqual([200, 409]);
    expect(await view(id)).toMatchObject({ progress: 40, light: 'green', version: 2 });
    // A supporting unit tells what it did; how far the measure came is the lead's word.
    await accepted(helper, id, 90);
    expect((await view(id)).progress).toBe(40);
    const again = await lead(contract.reportProgress, { ...report, progress: 60 });
    expect(await refused(supervisor(contract.decideReport, { reportId: again.reportId, accept: false }))).toEqual([
      400,
      'RETURN_NEEDS_REASON',
    ]);
    await supervisor(contract.decideReport, { reportId: again.reportId, accept: false, reason: '没有说明数量' });
    expect((await view(id)).progress).toBe(40);
  });

  it('不承担的单位、群众、没有签到的人都报不了', async () => {
    const id = await measureId('2');
    const report = { measureId: id, progress: 10, done: '做了' };
    expect(await refused(stranger(contract.reportProgress, report))).toEqual([403, 'MEASURE_NOT_OURS']);
    expect(await refused(lead(contract.reportProgress, { ...report, unit: 'tax' }))).toEqual([403, 'UNIT_NOT_REACHED']);
    expect(await refused(applicant(contract.reportProgress, report))).toEqual([403, 'FORBIDDEN']);
    expect(await refused(platform.call(contract.reportProgress, report))).toEqual([401, 'NOT_SIGNED_IN']);
    expect(await refused(lead(contract.decideReport, { reportId: id, accept: true }))).toEqual([403, 'FORBIDDEN']);
    expect(await refused(stranger(contract.whatUnitOwes, { planId, unit: 'tax' }))).toEqual([403, 'UNIT_NOT_REACHED']);
    expect(await refused(lead(contract.reportProgress, { ...report, progress: 100 }))).toEqual([
      400,
      'PROGRESS_NEEDS_EVIDENCE',
    ]);
    const missing = [{ sha256: '0'.repeat(64), name: '没有.pdf', type: 'application/pdf', size: 1 }];
    expect(await refused(lead(contract.reportProgress, { ...report, evidence: missing }))).toEqual([
      400,
      'EVIDENCE_UNKNOWN',
    ]);
  });

  it('销号：做到100%才能申请，只有牵头申请，由另外的人核验，可以撤销', async () => {
    const id = await measureId('4');
    expect(await refused(lead(contract.askWriteOff, { measureId: id, reason: '完成' }))).toEqual([
      409,
      'PROGRESS_NOT_COMPLETE',
    ]);
    await accepted(lead, id, 100);
    expect(await refused(supervisor(contract.decideWriteOff, { measureId: id, accept: true }))).toEqual([
      409,
      'WRITE_OFF_NOT_ASKED',
    ]);
    expect(await refused(helper(contract.askWriteOff, { measureId: id, reason: '完成' }))).toEqual([
      403,
      'MEASURE_NOT_OURS',
    ]);
    await lead(contract.askWriteOff, { measureId: id, reason: '完成' });
    expect(await refused(lead(contract.askWriteOff, { measureId: id, reason: '再来' }))).toEqual([
      409,
      'WRITE_OFF_ASKED',
    ]);
    expect(await refused(lead(contract.decideWriteOff, { measureId: id, accept: true }))).toEqual([403, 'FORBIDDEN']);
    expect(await supervisor(contract.decideWriteOff, { measureId: id, accept: true })).toEqual({ light: 'done' });
    expect(await refused(lead(contract.reportProgress, { measureId: id, progress: 10, done: '补报' }))).toEqual([
      409,
      'MEASURE_WRITTEN_OFF',
    ]);
    await supervisor(contract.reopenMeasure, { measureId: id, reason: '回访发现没有做到' });
    expect((await view(id)).writtenOffOn).toBeNull();
  });

  it('延期留着原期限和红灯；已过期的节点改不了；还没到的日子不能填成已完成', async () => {
    const id = await measureId('7');
    const own = (await view(id)).leads[0]?.id ?? '';
    const officer = await platform.signIn(`officer-${own}`);
    const version = (await view(id)).version;
    const milestones = [{ name: '出台办法', due: '2022-07-01', doneOn: null }];
    const ahead = [{ name: '出台办法', due: '2022-07-01', doneOn: '2022-08-01' }];
    expect(await refused(officer(contract.setMilestones, { measureId: id, version, milestones: ahead }))).toEqual([
      400,
      'READING_IN_FUTURE',
    ]);
    await officer(contract.setMilestones, { measureId: id, version, milestones });
    expect(await refused(officer(contract.setMilestones, { measureId: id, version, milestones }))).toEqual([
      409,
      'MEASURE_CHANGED',
    ]);
    platform.clock.set(instantAt('2022-07-04', '09:00'));
    await platform.drain();
    const late = await platform.signIn(`officer-${own}`);
    const watcher = await platform.signIn('supervisor');
    expect(await view(id, watcher)).toMatchObject({ light: 'red' });
    expect(
      await refused(late(contract.setMilestones, { measureId: id, version: version + 1, milestones: [] })),
    ).toEqual([409, 'MILESTONE_OVERDUE']);
    await late(contract.setMilestones, {
      measureId: id,
      version: version + 1,
      milestones: [{ name: '出台办法', due: '2022-07-01', doneOn: '2022-07-04' }],
    });
    expect((await view(id, watcher)).light).not.toBe('red');
    expect(
      await refused(watcher(contract.moveDeadline, { measureId: id, deadline: '2022-10-01', reason: '提前' })),
    ).toEqual([400, 'DEADLINE_NOT_LATER']);
    await watcher(contract.moveDeadline, { measureId: id, deadline: '2023-06-30', reason: '上级系统推迟' });
    platform.clock.set(instantAt('2023-01-09', '09:00'));
    await platform.asSystem((tx) => tx.exec(sql`select 1`));
    const winter = await platform.signIn('supervisor');
    await winter(contract.suspendMeasure, { measureId: id, suspended: true, reason: '等上级文件' });
    expect(await view(id, winter)).toMatchObject({
      light: 'red',
      originalDeadline: '2022-12-31',
      deadline: '2023-06-30',
    });
  });
});

describe('读数', () => {
  it('算出来的不收填报；填报的要佐证，经另外的人采纳才算；没有数据是“—”', async () => {
    const own = async (how: string) => {
      for (const line of await measures()) {
        const index = line.targets.findIndex((target) => target.how === how);
        if (index >= 0) {
          const full = await view(line.id);
          const target = full.targets[index];
          if (target !== undefined && (how === 'computed' || target.comparator === '<=')) return { full, target };
        }
      }
      throw new Error(`no ${how} target`);
    };
    const computed = await own('computed');
    const officer = await platform.signIn(`officer-${computed.full.leads[0]?.id ?? ''}`);
    const body = { on: '2022-06-01', value: 1, evidence: await evidence(officer) };
    expect(await refused(officer(contract.reportReading, { targetId: computed.target.id, ...body }))).toEqual([
      409,
      'TARGET_IS_COMPUTED',
    ]);
    expect((await officer(contract.behindTarget, { targetId: computed.target.id })).rows).toBeDefined();
    const reported = await own('reported');
    const teller = await platform.signIn(`officer-${reported.full.leads[0]?.id ?? ''}`);
    const targetId = reported.target.id;
    expect(await refused(teller(contract.behindTarget, { targetId }))).toEqual([409, 'TARGET_NOT_COMPUTED']);
    expect(reported.target.latest).toBeNull();
    expect((await measures()).flatMap((one) => one.targets).some((one) => one.value === '—')).toBe(true);
    const files = await evidence(teller);
    expect(
      await refused(teller(contract.reportReading, { targetId, on: '2022-12-01', value: 5, evidence: files })),
    ).toEqual([400, 'READING_IN_FUTURE']);
    expect(
      await refused(teller(contract.reportReading, { targetId, on: '2022-06-01', value: 5, evidence: [] })),
    ).toEqual([400, 'INVALID_INPUT']);
    const { readingId } = await teller(contract.reportReading, {
      targetId,
      on: '2022-06-02',
      value: 5,
      evidence: files,
    });
    expect((await view(reported.full.id)).targets.find((one) => one.id === targetId)?.latest).toBeNull();
    await supervisor(contract.decideReading, { readingId, accept: true });
    expect((await view(reported.full.id)).targets.find((one) => one.id === targetId)?.latest).toMatchObject({
      how: 'reported',
      value: 5,
      state: 'accepted',
    });
    expect((await supervisor(contract.targetHistory, { targetId })).total).toBe(1);
  });
});

describe('基期', () => {
  it('和上年比的指标，督办单位核定基期数以后才能判断；别的指标没有基期', async () => {
    const id = await measureId('13');
    const relative = (await view(id)).targets.find((one) => one.comparator === 'change<=');
    if (relative === undefined) throw new Error('no relative target');
    const power = await platform.signIn('officer-power-company');
    const { readingId } = await power(contract.reportReading, {
      targetId: relative.id,
      on: '2022-06-01',
      value: 6,
      evidence: await evidence(power),
    });
    await supervisor(contract.decideReading, { readingId, accept: true });
    const now = async () => (await view(id)).targets.find((one) => one.id === relative.id);
    expect(await now()).toMatchObject({ met: null, why: expect.stringContaining('还没有基期数据') as string });
    const baseline = { targetId: relative.id, value: 8, source: '上年供电可靠性年报' };
    expect(await refused(power(contract.setBaseline, baseline))).toEqual([403, 'FORBIDDEN']);
    await supervisor(contract.setBaseline, baseline);
    // A quarter less than the year before, where eight in a hundred were promised.
    expect(await now()).toMatchObject({ met: true, baseline: 8, baselineSource: '上年供电可靠性年报' });
    const absolute = (await view(await measureId('6'))).targets[0];
    expect(await refused(supervisor(contract.setBaseline, { ...baseline, targetId: absolute?.id ?? '' }))).toEqual([
      409,
      'TARGET_WITHOUT_BASELINE',
    ]);
    expect(await refused(supervisor(contract.setBaseline, { ...baseline, targetId: planId }))).toEqual([
      404,
      'TARGET_NOT_FOUND',
    ]);
  });
});

describe('算出来的数', () => {
  it('和逐件数的一样：新办结的、改过的都算到，并了账也不变', async () => {
    await platform.asSystem((tx) =>
      tx.exec(sql`with someone as (select id from org.account order by id limit 1), place as (select id from org.unit order by id limit 1),
          one as (insert into cases.application (region, id, no, service_kind, service_id, service_name, versions, account_id, applicant_label,
            answers, state, created_at, updated_at)
          select ${tx.region}, gen_random_uuid(), 'COUNTED', 'item', 'counted', '数一数', '{}', id, '', '', 'filed', ${spring}, ${spring} from someone
          returning id, account_id)
        insert into cases.case_file (region, id, no, application_id, item_id, item_version, item_name, unit_id, account_id, applicant_label, status,
          concluded_at, state, version, used_days)
        select ${tx.region}, gen_random_uuid(), 'COUNTED' || i, one.id, case when i % 3 = 0 then 'counted-b' else 'counted-a' end, 1, '', place.id,
          one.account_id, '', case when i % 7 = 0 then 'withdrawn' when i % 5 = 0 then 'refused' else 'granted' end,
          timestamptz '2022-01-01 00:30+08' + make_interval(hours => i * 13), '{}', 1, case when i % 11 = 0 then null else (i * 17) % 23 / 2.0 end
        from one, place, generate_series(1, 300) i`),
    );
    const [source, within] = [
      platform.indicators.get('cases.percentileWorkingDays'),
      platform.indicators.get('cases.shareWithinWorkingDays'),
    ];
    const compare = async (items: string[], from: string, to: string, percentile: number) => {
      const [figure, share, raw] = await platform.asSystem(async (tx) => [
        await source?.compute(tx, { items, percentile } as never, { from, to }),
        await within?.compute(tx, { items, days: 4 } as never, { from, to }),
        await tx.one<{ value: number | null; n: number; within: number; out: number }>(sql`
          select percentile_disc(${percentile / 100}) within group (order by used_days) filter (where decided)::float8 as value,
            count(used_days) filter (where decided)::int as n, count(*) filter (where decided and used_days <= 4)::int as within,
            count(*) filter (where not decided or used_days is null)::int as out
          from (select used_days, status in ('granted', 'refused') as decided from cases.case_file where item_id = any(${items}::text[])
            and concluded_at >= ${instantAt(from, '00:00')} and concluded_at <= ${instantAt(to, '23:59')}) c`),
      ]);
      expect([figure?.value, figure?.denominator, share?.numerator], `${from} ${to}`).toEqual([
        raw.value,
        raw.n,
        raw.within,
      ]);
      expect(figure?.excluded.reduce((sum, one) => sum + one.count, 0)).toBe(raw.out);
    };
    const all = async () => {
      for (const percentile of [1, 50, 90, 100])
        await compare(['counted-a', 'counted-b'], '2022-01-01', '2022-05-31', percentile);
      await compare(['counted-b'], '2022-02-03', '2022-02-04', 90);
      await compare(['counted-a'], '2021-01-01', '2021-12-31', 90);
    };
    await all();
    await platform.asSystem((tx) =>
      tx.exec(sql`update cases.case_file set used_days = used_days + 1, status = case when no like '%9' then 'declined' else status end
        where no like 'COUNTED%' and item_id = 'counted-a'`),
    );
    await all();
    const counters = async () =>
      (await platform.services.db.rows<{ n: number }>(sql`select count(*)::int as n from cases.figure`))[0]?.n ?? 0;
    const heaped = await counters();
    platform.clock.set(instantAt('2022-07-05', '15:00'));
    await platform.drain();
    expect(await counters()).toBeLessThan(heaped);
    await all();
    if (source === undefined) throw new Error('no source');
    const page = await platform.asSystem((tx) =>
      source.behind(
        tx,
        { items: ['counted-a', 'counted-b'], percentile: 90 } as never,
        { from: '2022-01-01', to: '2022-12-31' },
        { page: 2, size: 20 },
      ),
    );
    expect(page).toMatchObject({ total: 300 });
    expect(page.rows).toHaveLength(20);
    await platform.asSystem((tx) => tx.exec(sql`update cases.case_file set item_id = 'gone' where no like 'COUNTED%'`));
  });

  it('没有变化的不再算，有变化的当时就算，每天下班以后都算一遍', async () => {
    const source = platform.indicators.get('cases.percentileWorkingDays');
    if (source === undefined) throw new Error('no source');
    const computing = vi.spyOn(source, 'compute');
    const hour = async (at: string) => {
      platform.clock.set(instantAt('2022-07-06', at));
      computing.mockClear();
      await platform.drain();
      return computing.mock.calls.map(([, params]) => (params as { items: string[] }).items.join());
    };
    try {
      const figures = await hour('09:00');
      expect(figures.length).toBeGreaterThan(2);
      expect(await hour('10:30')).toEqual([]);
      const item = figures[0]?.split(',')[0] ?? '';
      await platform.asSystem((tx) =>
        tx.exec(
          sql`update cases.case_file set item_id = ${item}, concluded_at = ${instantAt('2022-07-06', '11:00')} where no = 'COUNTED1'`,
        ),
      );
      const again = await hour('12:00');
      expect(again.length).toBeGreaterThan(0);
      expect(again.every((items) => items.split(',').includes(item))).toBe(true);
      expect(await hour('13:30')).toEqual([]);
      expect((await hour('18:30')).length).toBe(figures.length);
    } finally {
      computing.mockRestore();
      await platform.asSystem((tx) =>
        tx.exec(sql`update cases.case_file set item_id = 'gone' where no like 'COUNTED%'`),
      );
    }
  });
});

describe('报送和配额', () => {
  it('每轮每个牵头单位一件待办，只开一次；2022-06-18是星期六，提醒落在6月17日星期五', async () => {
    await platform.drain();
    const rounds = sql`select r.unit_id, t.due_on, count(*) over (partition by r.unit_id, r.name)::int as n
      from plans.round r join tasks.task t on t.region = r.region and t.id = r.task_id where r.plan_id = ${planId} and r.name = '上半年进展'`;
    const first = await platform.services.db.rows<{ unitId: string; dueOn: string; n: number }>(rounds);
    expect(first.length).toBeGreaterThan(20);
    expect(new Set(first.map((row) => row.dueOn))).toEqual(new Set(['2022-06-17']));
    platform.clock.set(instantAt('2022-06-08', '12:00'));
    await platform.drain();
    expect(await platform.services.db.rows(rounds)).toHaveLength(first.length);
    expect(first.every((row) => row.n === 1)).toBe(true);
    const [{ open } = { open: -1 }] = await platform.services.db.rows<{ open: number }>(
      sql`select count(*)::int as open from tasks.task where kind = 'plan.report'`,
    );
    expect(open).toBe(first.length);
  });

  it('牵头的全报齐了，那一轮就算报了', async () => {
    const finance = await platform.signIn('officer-finance');
    const led = (await measures()).filter((one) => one.leads.some((unit) => unit.id === 'finance'));
    const items = (await supervisor(contract.listMeasures, { planId, unit: ['finance'], role: 'lead', size: 200 }))
      .measures;
    expect(items.length).toBeGreaterThanOrEqual(led.length);
    for (const one of items) await accepted(finance, one.id, 30, '上半年进展');
    const owed = await finance(contract.whatUnitOwes, { planId, month: '2022-06' });
    expect(owed.rounds.find((round) => round.name === '上半年进展')).toMatchObject({
      reported: true,
      reportedMeasures: items.length,
    });
  });

  it('配额按发生的月份计，一件事报两处只算一次，报的人自己不能认定', async () => {
    const kept = await evidence(lead);
    const submit = (subject: string, channel: string, occurredOn = '2022-06-02') =>
      lead(contract.submitForQuota, { planId, kind: 'note', subject, channel, occurredOn, evidence: kept });
    const thing = { planId, kind: 'note', subject: '没有材料', occurredOn: '2022-06-02' };
    const bare = await lead(contract.submitForQuota, thing);
    const taking = supervisor(contract.decideSubmission, { ...bare, accept: true });
    expect(await refused(taking)).toEqual([409, 'SUBMISSION_WITHOUT_EVIDENCE']);
    const ids = [
      await submit('办照一件事上线', '县政府网站'),
      await submit('办照一件事上线', '微信公众号'),
      await submit('走进企业问需求', '县政府网站'),
    ];
    for (const { submissionId } of ids) await supervisor(contract.decideSubmission, { submissionId, accept: true });
    expect(
      await refused(supervisor(contract.decideSubmission, { submissionId: ids[0]?.submissionId ?? '', accept: true })),
    ).toEqual([409, 'REPORT_ALREADY_DECIDED']);
    const row = (await supervisor(contract.quotaTable, { planId, period: '2022-06' })).rows.find(
      (one) => one.unit.id === 'approval-bureau' && one.quotaId === 'lead-notes',
    );
    expect(row).toMatchObject({ owed: 3, accepted: 2, missing: 1 });
    expect(await refused(submit('明天的事', '', '2022-06-07'))).toEqual([400, 'READING_IN_FUTURE']);
    expect(
      await refused(lead(contract.submitForQuota, { planId, kind: 'poem', subject: '诗', occurredOn: '2022-06-01' })),
    ).toEqual([400, 'QUOTA_KIND_UNKNOWN']);
    expect(await refused(leader(contract.decideSubmission, { submissionId: planId, accept: true }))).toEqual([
      403,
      'FORBIDDEN',
    ]);
  });

  it('月报表：表头按名字找，错的行逐行说，再导一次不变', async () => {
    const line = (...cells: (string | number | null)[]) =>
      cells.map((value) => (value === null ? null : { value, type: typeof value === 'number' ? Number : String }));
    const sheet = async (rows: (string | number | null)[][]) =>
      new File(
        [
          new Uint8Array(
            await writeXlsxFile([{ data: rows.map((row) => line(...row)) as never, sheet: '月报' }]).toBuffer(),
          ),
        ],
        '月报.xlsx',
      );
    const rows = [
      ['审批局6月报表', null, null, null, null],
      ['措施序号', '工作进展', '进度（%）', '存在问题', '下一步打算'],
      [5, '六件事合填一张表', 55, '人手不够', '培训'],
      ['第3条', '清单已公布', '35%', null, null],
      [777, '没有这一条', 10, null, null],
      [33, '别人的事', 10, null, null],
      [5, '又填一次', 60, null, null],
      ['1', '', 400, null, null],
    ];
    const first = await lead(contract.importReports, { document: await sheet(rows) } as never);
    expect(first).toMatchObject({ accepted: 2, unchanged: 0 });
    expect(first.errors.map((one) => [one.row, one.column])).toEqual([
      [5, '措施序号'],
      [6, '措施序号'],
      [7, '措施序号'],
      [8, '进展'],
      [8, '进度'],
    ]);
    expect(await lead(contract.importReports, { document: await sheet(rows) } as never)).toMatchObject({
      accepted: 0,
      unchanged: 2,
    });
    expect(await refused(lead(contract.importReports, { document: await sheet([['姓名', '电话']]) } as never))).toEqual(
      [400, 'SHEET_WITHOUT_COLUMNS'],
    );
    expect(
      await refused(lead(contract.importReports, { document: new File(['不是表格'], '月报.txt') } as never)),
    ).toEqual([400, 'SHEET_UNREADABLE']);
  });
});

describe('考核', () => {
  it('同样的记录同一张表；申诉、决定、冻结、由另外的人签发', async () => {
    platform.clock.set(instantAt('2023-01-09', '09:00'));
    const [office, other, signer, unit] = [
      await platform.signIn('supervisor'),
      await platform.signIn('officer-reform-office'),
      await platform.signIn('leader'),
      await platform.signIn('officer-approval-bureau'),
    ];
    const { appraisalId } = await office(contract.openAppraisal, { period: '2022', planId });
    expect(await refused(office(contract.openAppraisal, { period: '2022', planId }))).toEqual([
      409,
      'APPRAISAL_EXISTS',
    ]);
    const first = await office(contract.readAppraisal, { appraisalId });
    const again = await office(contract.readAppraisal, { appraisalId });
    expect(again.scores).toEqual(first.scores);
    expect(again.digest).toBe(first.digest);
    const own = first.scores.find((score) => score.unit.id === 'approval-bureau');
    // Of an item that is not used up: there every point that is given back counts.
    const entry = own?.items
      .flatMap((item) => ((item.points ?? 0) > 0 ? item.entries : []))
      .find((one) => one.points < 0);
    expect(entry).toBeDefined();
    const appeal = { appraisalId, evidence: entry?.evidence ?? '', reason: '材料当天已经送达' };
    expect(await refused(unit(contract.submitAppeal, appeal))).toEqual([409, 'APPEAL_WINDOW_CLOSED']);
    expect(await refused(office(contract.publishAppraisal, { appraisalId, until: '2023-01-10' }))).toEqual([
      400,
      'APPEAL_WINDOW_TOO_SHORT',
    ]);
    await office(contract.publishAppraisal, { appraisalId, until: '2023-01-20' });
    expect(await refused(unit(contract.submitAppeal, { ...appeal, evidence: 'task:none' }))).toEqual([
      404,
      'ENTRY_NOT_FOUND',
    ]);
    const { appealId } = await unit(contract.submitAppeal, appeal);
    expect(await refused(unit(contract.submitAppeal, appeal))).toEqual([409, 'APPEAL_EXISTS']);
    expect(await refused(office(contract.freezeAppraisal, { appraisalId }))).toEqual([409, 'APPEALS_UNDECIDED']);
    await office(contract.decideAppeal, { appealId, uphold: true, decision: '查证属实' });
    const after = await office(contract.readAppraisal, { appraisalId });
    expect(after.scores.find((score) => score.unit.id === 'approval-bureau')?.total ?? 0).toBeGreaterThan(
      own?.total ?? 0,
    );
    expect(await refused(office(contract.freezeAppraisal, { appraisalId }))).toEqual([409, 'APPEAL_WINDOW_OPEN']);
    platform.clock.set(instantAt('2023-01-30', '09:00'));
    const [freezer, late] = [await platform.signIn('supervisor'), await platform.signIn('leader')];
    const { digest } = await freezer(contract.freezeAppraisal, { appraisalId });
    expect(await refused(freezer(contract.freezeAppraisal, { appraisalId }))).toEqual([409, 'APPRAISAL_FROZEN']);
    expect(await refused(freezer(contract.signAppraisal, { appraisalId, digest }))).toEqual([403, 'FORBIDDEN']);
    expect(await refused(late(contract.signAppraisal, { appraisalId, digest: 'f'.repeat(64) }))).toEqual([
      409,
      'APPRAISAL_DIGEST_DIFFERS',
    ]);
    await late(contract.signAppraisal, { appraisalId, digest });
    expect(await late(contract.readAppraisal, { appraisalId })).toMatchObject({
      state: 'signed',
      digest,
      differsFromRecords: false,
    });
    expect([other, signer].length).toBe(2);
  });
});

describe('记录', () => {
  it('每条措施的经过折叠起来就是现在的样子', async () => {
    expect(await foldEqualsRow()).toBeGreaterThan(125);
  });
});
