import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { draftService, fileService, paper, refused } from '../../../test/support/applying.ts';
import { fileOpening, signOff } from '../../../test/support/opening.ts';
import { startTestPlatform, testStart, type TestPlatform } from '../../../test/support/platform.ts';
import type { CallError, Caller } from '../../kernel/call.ts';
import { sql } from '../../kernel/db.ts';
import { instantAt, localDateOf, plusMs } from '../../kernel/time.ts';
import { me } from '../org/contract.ts';
import { calendarDue } from '../tasks/contract-calendar.ts';
import { tasks } from '../tasks/index.ts';
import * as contract from './contract.ts';
import { cases } from './index.ts';
import { fold, type CaseEvent } from './rules/case.ts';
import * as ratingContract from '../ratings/contract.ts';

let platform: TestPlatform;
let applicant: Caller;
let officer: Caller;
let inspector: Caller;

beforeAll(async () => {
  platform = await startTestPlatform();
  [applicant, officer, inspector] = await Promise.all([
    platform.signIn('applicant'),
    platform.signIn('officer-approval-bureau'),
    platform.signIn('officer-market-regulation'),
  ]);
});
afterAll(() => platform?.stop());
beforeEach(() => platform.clock.set(testStart));

const food = 'food-business-licence';
const view = async (caseId: string) => (await officer(contract.readCase, { caseId })).progress;
const finishAll = async (caseId: string): Promise<void> => {
  await officer(contract.finishStep, { caseId, stepId: 'review', opinion: 'agree' });
  await inspector(contract.finishStep, { caseId, stepId: 'site', opinion: 'agree' });
};
const runJobs = async (): Promise<void> => {
  for (const job of [...(cases.jobs ?? []), ...(tasks.jobs ?? [])]) await platform.asSystem((tx) => job.run(tx));
};

describe('一个决定', () => {
  test('两个人同时准予和不予许可，只成一个，另一个得到原因', async () => {
    const { caseId } = await fileService(platform, applicant, food);
    await officer(contract.acceptCase, { caseId });
    await finishAll(caseId);
    const other = await platform.signIn('officer-approval-bureau');
    const results = await Promise.allSettled([
      officer(contract.grantCase, { caseId }),
      other(contract.refuseCase, { caseId, reason: '布局不合格' }),
      other(contract.grantCase, { caseId }),
      applicant(contract.withdrawCase, { caseId }),
    ]);
    expect(results.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
    for (const one of results) {
      if (one.status === 'fulfilled') continue;
      const { problem } = one.reason as CallError;
      expect([problem.status, problem.code]).toEqual([409, 'CASE_TRANSITION_IMPOSSIBLE']);
      expect(problem.detail).toMatch(/依据：《/);
    }
    const { total } = await platform.services.db.one<{ total: number }>(
      sql`select count(*)::int as total from cases.event where case_id = ${caseId} and type = 'concluded'`,
    );
    expect(total).toBe(1);
  });

  test('同一编号重放得到同一答复，不做第二遍；换了内容就拒绝', async () => {
    const { caseId } = await fileService(platform, applicant, food);
    await officer(contract.acceptCase, { caseId });
    const input = { caseId, stepId: 'review', opinion: 'agree' as const };
    const first = await officer(contract.finishStep, input, { idempotencyKey: 'step-review-1' });
    expect(await officer(contract.finishStep, input, { idempotencyKey: 'step-review-1' })).toEqual(first);
    expect(
      await refused(
        officer(contract.finishStep, { ...input, opinion: 'disagree' }, { idempotencyKey: 'step-review-1' }),
      ),
    ).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
    expect(await refused(officer(contract.finishStep, input))).toEqual([409, 'STEP_NOT_OPEN']);
    const twice = await Promise.allSettled([
      officer(contract.withdrawCase, { caseId }, { idempotencyKey: 'not-mine-1' }),
      applicant(contract.withdrawCase, { caseId }, { idempotencyKey: 'withdraw-1' }),
      applicant(contract.withdrawCase, { caseId }, { idempotencyKey: 'withdraw-1' }),
    ]);
    expect(twice.map((one) => one.status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
  });

  test('环节不同意就不能准予；不予许可写明理由、依据和救济', async () => {
    const { caseId } = await fileService(platform, applicant, food);
    await officer(contract.acceptCase, { caseId });
    await officer(contract.finishStep, { caseId, stepId: 'review', opinion: 'agree' });
    expect(await refused(officer(contract.grantCase, { caseId }))).toEqual([409, 'STEPS_NOT_FINISHED']);
    await inspector(contract.finishStep, { caseId, stepId: 'site', opinion: 'disagree', note: '没有洗碗池' });
    expect(await refused(officer(contract.grantCase, { caseId }))).toEqual([409, 'STEP_DISAGREES']);
    expect(await refused(officer(contract.refuseCase, { caseId, reason: '  ' }))).toEqual([400, 'INVALID_INPUT']);
    await officer(contract.refuseCase, { caseId, reason: '没有洗碗池', basis: '《食品经营许可审查通则》' });
    const { outcome, status } = await view(caseId);
    expect(status).toBe('refused');
    expect(outcome).toMatchObject({
      kind: 'refused',
      reason: '没有洗碗池',
      basis: { title: '《食品经营许可审查通则》' },
    });
    expect(outcome?.remedy).toMatch(/行政复议.*人民法院/);
    expect(await applicant(ratingContract.rateCase, { caseId, level: 2, comment: '' })).toMatchObject({ level: 2 });
  });
});

describe('一件事', () => {
  test('前一项不予受理，等它的各项随之结束并说明原因，申请人收到通知', async () => {
    const filed = await fileOpening(applicant);
    const cases = (await applicant(contract.myApplication, { applicationId: filed.applicationId })).cases;
    const registration = cases.find((one) => one.status === 'filed');
    const lead = await platform.signIn(`officer-${registration?.unitId}`);
    await lead(contract.declineCase, { caseId: registration?.caseId ?? '', reason: '名称与已登记的企业相同' });
    const after = (await applicant(contract.myApplication, { applicationId: filed.applicationId })).cases;
    expect(after.filter((one) => one.status === 'withdrawn')).toHaveLength(6);
    expect(after.filter((one) => one.holders.length > 0)).toHaveLength(0);
    for (const one of after.filter((waiting) => waiting.status === 'withdrawn'))
      expect(one.outcome?.reason).toContain('前一项');
    await platform.drain();
    const { notices } = await applicant(contract.myNotices, { size: 50 });
    expect(
      notices.filter((one) => one.applicationId === filed.applicationId && one.title.includes('没有受理')),
    ).toHaveLength(1);
    const left = await platform.services.db.rows(sql`select id from tasks.task t
      where t.state <> 'finished' and t.subject_id = any(${after.map((one) => one.caseId)}::text[])`);
    expect(left).toEqual([]);
  });
});

describe('补正', () => {
  test('只能一次；五个工作日后不能再要求；补正后从补正那天重新算', async () => {
    const { caseId } = await fileService(platform, applicant, food);
    const defects = [{ about: 'material:layout-plan', text: '布局图看不清' }];
    expect(await refused(officer(contract.requestCorrection, { caseId, defects: [] }))).toEqual([
      400,
      'CORRECTION_WITHOUT_DEFECT',
    ]);
    await officer(contract.requestCorrection, { caseId, defects });
    expect((await applicant(contract.myApplications, {})).applications[0]).toMatchObject({
      needsMe: true,
      statusText: '等您补正 1 项',
    });
    expect(await refused(officer(contract.acceptCase, { caseId }))).toEqual([409, 'CASE_TRANSITION_IMPOSSIBLE']);
    platform.clock.set('2026-11-25T02:00:00.000Z');
    const [back, returned] = await Promise.all([
      platform.signIn('officer-approval-bureau'),
      platform.signIn('applicant'),
    ]);
    await returned(contract.uploadCaseDocument, {
      caseId,
      materialId: `${food}.layout-plan`,
      document: paper('布局图.pdf'),
    } as never);
    await returned(contract.correctCase, { caseId });
    expect(await refused(back(contract.requestCorrection, { caseId, defects }))).toEqual([
      409,
      'CORRECTION_ALREADY_REQUESTED',
    ]);
    const { progress } = await back(contract.readCase, { caseId });
    expect(progress).toMatchObject({ status: 'filed', filedAt: '2026-11-25T02:00:00.000Z' });
    expect(progress.correction?.correctedAt).toBe('2026-11-25T02:00:00.000Z');

    const late = await fileService(platform, returned, food, { seed: 2 });
    platform.clock.set(instantAt('2026-12-03', '09:00'));
    const again = await platform.signIn('officer-approval-bureau');
    expect(await refused(again(contract.requestCorrection, { caseId: late.caseId, defects }))).toEqual([
      409,
      'CORRECTION_TOO_LATE',
    ]);
  });
});

test('补正只改本事项问的内容；别的部门已经照着办好的不能借补正改掉', async () => {
  const { applicationId } = await fileOpening(applicant);
  const look = async () => (await applicant(contract.myApplication, { applicationId })).cases;
  const registration = (await look()).find((one) => one.itemId === 'enterprise-registration');
  await signOff(platform, registration?.caseId ?? '');
  const seal = (await look()).find((one) => one.itemId === 'seal-engraving');
  const caseId = seal?.caseId ?? '';
  const lead = await platform.signIn(`officer-${seal?.unitId}`);
  await lead(contract.requestCorrection, { caseId, defects: [{ about: 'element:sealKinds', text: '请选财务章' }] });
  const correct = (answers: Record<string, string | string[]>) =>
    refused(applicant(contract.correctCase, { caseId, answers }));
  expect(await correct({ enterpriseName: '换了名字的企业' })).toEqual([409, 'CORRECTION_OUTSIDE_CASE']);
  expect(await correct({ monthlyWageTotal: '99999' })).toEqual([409, 'CORRECTION_OUTSIDE_CASE']);
  expect(await correct({ enterpriseName: '麟游县张家面馆', sealKinds: ['official'] })).toEqual([200, 'none']);
  const { answers } = await applicant(contract.myApplication, { applicationId });
  expect([answers.enterpriseName, answers.sealKinds]).toEqual(['麟游县张家面馆', ['official']]);
});

describe('容缺和告知承诺', () => {
  test('容缺：欠交的材料有自己的期限和待办，补齐后待办结束；不在范围内的不能容缺', async () => {
    const { caseId } = await fileService(platform, applicant, food, { leaveOut: ['.health-certificates'] });
    const key = `${food}.health-certificates`;
    expect(await refused(officer(contract.acceptCase, { caseId, how: 'provisional', owed: [] }))).toEqual([
      409,
      'PROVISIONAL_NOTHING_OWED',
    ]);
    expect(
      await refused(officer(contract.acceptCase, { caseId, how: 'provisional', owed: [`${food}.layout-plan`] })),
    ).toEqual([409, 'PROVISIONAL_NOT_ALLOWED']);
    await officer(contract.acceptCase, { caseId, how: 'provisional', owed: [key] });
    const [owed] = (await view(caseId)).owed;
    // Five working days from Monday 23 November 2026, that day not counted.
    expect(owed).toMatchObject({ materialId: key, dueOn: '2026-11-30', deliveredAt: null });
    const open = sql`select state, account_id is not null as personal from tasks.task where subject_id = ${caseId} and kind = 'case.owed-material'`;
    expect(await platform.services.db.rows(open)).toEqual([{ state: 'open', personal: true }]);
    await applicant(contract.uploadCaseDocument, { caseId, materialId: key, document: paper('健康证.pdf') } as never);
    expect((await view(caseId)).owed[0]?.deliveredAt).toBe(testStart);
    expect(await platform.services.db.rows(open)).toEqual([{ state: 'finished', personal: true }]);
    expect(
      await refused(applicant(contract.uploadCaseDocument, { caseId, materialId: key, document: paper() } as never)),
    ).toEqual([409, 'MATERIAL_NOT_OWED']);
  });

  test('告知承诺：只在实行承诺的事项、申请人签了以后', async () => {
    const hygiene = 'public-place-hygiene';
    const ordinary = await fileService(platform, applicant, food);
    expect(await refused(officer(contract.acceptCase, { caseId: ordinary.caseId, how: 'commitment' }))).toEqual([
      409,
      'COMMITMENT_NOT_ALLOWED',
    ]);
    const unsigned = await fileService(platform, applicant, hygiene);
    const lead = await platform.signIn(
      `officer-${(await applicant(contract.myApplication, { applicationId: unsigned.applicationId })).cases[0]?.unitId}`,
    );
    expect(await refused(lead(contract.acceptCase, { caseId: unsigned.caseId, how: 'commitment' }))).toEqual([
      409,
      'COMMITMENT_NOT_SIGNED',
    ]);
    const signed = await fileService(platform, applicant, hygiene, { commitments: [hygiene], seed: 3 });
    expect(await lead(contract.acceptCase, { caseId: signed.caseId, how: 'commitment' })).toEqual({
      status: 'accepted',
    });
  });
});

describe('中止和延期', () => {
  test('没有法定理由、书面告知、计划结束日，中止不了，期限照算', async () => {
    const { caseId } = await fileService(platform, applicant, food);
    await officer(contract.acceptCase, { caseId });
    const { dueOn } = await view(caseId);
    const good = { caseId, ground: 'expertReview', noticeNo: '麟审中〔2026〕1号', plannedUntil: '2026-11-27' };
    for (const [change, code] of [
      [{ ground: 'busy' }, 'PAUSE_GROUND_NOT_LISTED'],
      [{ ground: 'correction' }, 'PAUSE_GROUND_NOT_ENABLED'],
      [{ noticeNo: '' }, 'PAUSE_WITHOUT_NOTICE'],
      [{ plannedUntil: '2026-11-20' }, 'PAUSE_END_PAST'],
      [{ plannedUntil: '' }, 'INVALID_INPUT'],
    ] as const) {
      const [status, said] = await refused(officer(contract.suspendCase, { ...good, ...change }));
      expect([said, status >= 400 && status < 500], JSON.stringify(change)).toEqual([
        code === 'PAUSE_END_PAST' ? said : code,
        true,
      ]);
      expect(await view(caseId)).toMatchObject({ status: 'accepted', dueOn, paused: null });
    }
    await officer(contract.suspendCase, good);
    const paused = await view(caseId);
    expect(paused).toMatchObject({ status: 'suspended', light: 'paused' });
    expect(paused.dueOn !== null && dueOn !== null && paused.dueOn > dueOn).toBe(true);
    expect(paused.paused).toMatchObject({ ground: '专家评审', noticeNo: good.noticeNo, plannedUntil: '2026-11-27' });
    expect(await refused(officer(contract.grantCase, { caseId }))).toEqual([409, 'CASE_TRANSITION_IMPOSSIBLE']);
    expect(await refused(inspector(contract.finishStep, { caseId, stepId: 'site', opinion: 'agree' }))).toEqual([
      409,
      'CASE_TRANSITION_IMPOSSIBLE',
    ]);
  });

  test('过了计划结束日，没人恢复，期限也自己往下走；以后仍能恢复、办结', async () => {
    const { caseId } = await fileService(platform, applicant, food);
    await officer(contract.acceptCase, { caseId });
    await officer(contract.suspendCase, {
      caseId,
      ground: 'inspection',
      noticeNo: '麟审中〔2026〕2号',
      plannedUntil: '2026-11-25',
    });
    const planned = (await view(caseId)).dueOn;
    platform.clock.set(instantAt('2026-12-08', '09:00'));
    await runJobs();
    officer = await platform.signIn('officer-approval-bureau');
    inspector = await platform.signIn('officer-market-regulation');
    applicant = await platform.signIn('applicant');
    const overrun = await view(caseId);
    expect(overrun.dueOn).toBe(planned);
    expect(overrun.light).toBe('red');
    await officer(contract.resumeCase, { caseId, reason: '检验早已结束' });
    const resumed = await view(caseId);
    expect([resumed.status, resumed.dueOn]).toEqual(['accepted', planned]);
    await finishAll(caseId);
    expect(await officer(contract.grantCase, { caseId })).toEqual({ status: 'granted' });
  });

  test('延期只有一次，要经批准；没有规定的事项不能延', async () => {
    const { caseId } = await fileService(platform, applicant, food);
    await officer(contract.acceptCase, { caseId });
    const before = (await view(caseId)).dueOn;
    const input = { caseId, reason: '情况复杂', approvedBy: '王建国', noticeNo: '麟审延〔2026〕1号' };
    await officer(contract.extendCase, input);
    const after = (await view(caseId)).dueOn;
    expect([before, after]).toEqual(['2026-11-30', '2026-12-07']);
    expect(await refused(officer(contract.extendCase, input))).toEqual([409, 'EXTENSION_NOT_ALLOWED']);
  });
});

describe('撤回、评价、移交', () => {
  test('决定前随时可以撤回，之后不行；没办结不能评价，评价只有一次', async () => {
    const { caseId } = await fileService(platform, applicant, food);
    expect(await refused(applicant(ratingContract.rateCase, { caseId, level: 5 }))).toEqual([409, 'RATING_TOO_EARLY']);
    await officer(contract.acceptCase, { caseId });
    await applicant(contract.withdrawCase, { caseId, reason: '不开了' });
    expect(await refused(applicant(contract.withdrawCase, { caseId }))).toEqual([409, 'CASE_TRANSITION_IMPOSSIBLE']);
    expect(await refused(applicant(ratingContract.rateCase, { caseId, level: 5 }))).toEqual([409, 'RATING_TOO_EARLY']);

    const second = await fileService(platform, applicant, food);
    await signOff(platform, second.caseId);
    const rate = () => applicant(ratingContract.rateCase, { caseId: second.caseId, level: 4, comment: '还行' });
    const results = await Promise.all([refused(rate()), refused(rate())]);
    expect(results.sort()).toEqual([
      [200, 'none'],
      [409, 'RATING_ALREADY_GIVEN'],
    ]);
    for (const level of [0, 6, 2.5]) {
      expect(await refused(applicant(ratingContract.rateCase, { caseId: second.caseId, level }))).toEqual([
        400,
        'INVALID_INPUT',
      ]);
    }
    const { ratings } = await officer(ratingContract.listRatings, {});
    expect(ratings.some((one) => one.words === '还行' && one.level === 4)).toBe(true);
  });

  test('移交要写理由', async () => {
    const { caseId } = await fileService(platform, applicant, food);
    expect(await refused(officer(contract.handOverCase, { caseId, accountId: null, reason: '' }))).toEqual([
      400,
      'INVALID_INPUT',
    ]);
    const { account: outsider } = await applicant(me, {});
    expect(await refused(officer(contract.handOverCase, { caseId, accountId: outsider.id, reason: '出差' }))).toEqual([
      409,
      'TASK_HOLDER_NOT_IN_UNIT',
    ]);
    const { account } = await officer(me, {});
    await officer(contract.handOverCase, { caseId, accountId: account.id, reason: '出差' });
    expect((await view(caseId)).history.at(-1)).toMatchObject({ what: '移交经办人', note: '出差' });
  });
});

describe('草稿', () => {
  test('另一个页面先存了，后存的不覆盖；缺材料、缺答案、条件不符都说清楚', async () => {
    const { applicationId } = await draftService(platform, applicant, food, { leaveOut: ['.layout-plan'] });
    expect(await refused(applicant(contract.saveDraft, { applicationId, revision: 1, answers: {} }))).toEqual([
      409,
      'APPLICATION_CHANGED',
    ]);
    const problem = await applicant(contract.fileApplication, { applicationId }).catch(
      (error: unknown) => (error as CallError).problem,
    );
    expect(problem).toMatchObject({
      code: 'APPLICATION_INCOMPLETE',
      issues: [{ path: `/materials/${food}.layout-plan` }],
    });
    const { revision } = await applicant(contract.myApplication, { applicationId });
    const { revision: next } = await applicant(contract.saveDraft, {
      applicationId,
      revision,
      answers: { distanceFromPollution: 5, foodSafetyManager: null },
    });
    expect((await applicant(contract.checkApplication, { applicationId })).mayFile).toBe(false);
    expect(await refused(applicant(contract.fileApplication, { applicationId, revision: next - 1 }))).toEqual([
      409,
      'APPLICATION_CHANGED',
    ]);
  });
});

test('逾期没有告知，视为收件之日起受理：2022-09-29 收件，国庆和调休照算，10月11日过后生效', async () => {
  const past = await startTestPlatform({ now: instantAt('2022-09-29', '10:00') });
  try {
    const person = await past.signIn('applicant');
    const { caseId } = await fileService(past, person, food);
    const silence = cases.jobs?.find((job) => job.name === 'cases.silence');
    const status = async () => {
      await past.asSystem((tx) => silence?.run(tx) ?? Promise.resolve(0));
      return (
        await past.services.db.one<{ status: string }>(sql`select status from cases.case_file where id = ${caseId}`)
      ).status;
    };
    const { dueAt, dueOn } = await past.call(calendarDue, { start: '2022-09-29T10:00', term: '5wd' });
    expect(dueOn).toBe('2022-10-11');
    past.clock.set(dueAt);
    expect(await status()).toBe('filed');
    past.clock.set(plusMs(dueAt, 1));
    expect(await status()).toBe('accepted');
    const reader = await past.signIn('officer-approval-bureau');
    const { progress } = await reader(contract.readCase, { caseId });
    // The clock of five working days has run since the day of filing: it ended with the silence.
    expect([localDateOf(progress.acceptedAt ?? ''), progress.dueOn, progress.light]).toEqual([
      '2022-09-29',
      '2022-10-11',
      'red',
    ]);
    expect(progress.history.map((line) => line.what)).toContain('五个工作日内没有告知，视为自收件之日起受理');
  } finally {
    await past.stop();
  }
});

test('以上每个办件的现状都等于它的事件折叠出来的结果', async () => {
  const rows = await platform.services.db.rows<{ id: string; state: unknown }>(
    sql`select id, state from cases.case_file`,
  );
  const events = await platform.services.db.rows<{ caseId: string; body: CaseEvent }>(
    sql`select case_id, body from cases.event order by case_id, seq`,
  );
  expect(rows.length).toBeGreaterThan(10);
  for (const row of rows) {
    expect(
      JSON.parse(JSON.stringify(fold(events.filter((event) => event.caseId === row.id).map((event) => event.body)))),
    ).toEqual(row.state);
  }
});
