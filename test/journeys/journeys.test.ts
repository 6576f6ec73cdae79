import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Caller } from '../../src/kernel/call.ts';
import { instantAt } from '../../src/kernel/time.ts';
import * as cases from '../../src/modules/cases/contract.ts';
import { readGuide, searchCatalogue } from '../../src/modules/catalogue/contract.ts';
import { me, register } from '../../src/modules/org/contract.ts';
import { closeSupervision, listTasks, replyToSupervision, superviseTask } from '../../src/modules/tasks/contract.ts';
import { draftService, fileService, paper, refused } from '../support/applying.ts';
import { fileOpening, signOff } from '../support/opening.ts';
import { startTestPlatform, testStart, type TestPlatform } from '../support/platform.ts';
import * as ratingContract from '../../src/modules/ratings/contract.ts';

/** What people and officials live through, from the outside: over HTTP and, for what the public reads, in the portal's pages. */
let platform: TestPlatform;
let applicant: Caller;
let officer: Caller;
let inspector: Caller;
const food = 'food-business-licence';

beforeAll(async () => {
  platform = await startTestPlatform();
});
afterAll(() => platform?.stop());
beforeEach(async () => {
  platform.clock.set(testStart);
  [applicant, officer, inspector] = await arrive('applicant', 'officer-approval-bureau', 'officer-market-regulation');
});

describe('办事的人', () => {
  test('李建国想开饭馆：搜一句话、看指南、注册、一张表办齐、打满分', async () => {
    const asked = '我想开个小饭馆要办什么证';
    expect((await platform.call(searchCatalogue, { q: asked })).found[0]?.id).toBe('restaurant-opening');
    expect(await page(`/search?q=${encodeURIComponent(asked)}`)).toContain('餐饮店准入即准营一件事');
    expect(await page('/guides/restaurant-opening')).toContain('餐饮店准入即准营');
    const guide = await platform.call(readGuide, { id: 'restaurant-opening' });
    expect(guide.items.every((item) => item.basis.length > 0 && item.phones.enquiry !== '')).toBe(true);

    const loginName = 'lijianguo';
    const password = '麦子熟了三千次又一年';
    await platform.call(register, {
      name: '李建国',
      idNumber: '610329197805120013',
      phone: '13891700000',
      loginName,
      password,
    });
    const person = await platform.signIn(loginName, password);
    const filed = await fileService(platform, person, 'restaurant-opening', {
      kind: 'bundle',
      answers: { hasBusinessLicence: false, enterpriseType: 'individual-business', cateringScale: 'restaurant' },
    });
    expect(filed.cases.length).toBeGreaterThan(1);
    for (let round = 0; round < 4; round += 1) {
      const { cases: all } = await person(cases.myApplication, { applicationId: filed.applicationId });
      for (const one of all.filter((candidate) => candidate.status === 'filed')) await signOff(platform, one.caseId);
    }
    const after = await person(cases.myApplication, { applicationId: filed.applicationId });
    expect(after.cases.map((one) => one.status)).toEqual(after.cases.map(() => 'granted'));
    for (const one of after.cases)
      await person(ratingContract.rateCase, { caseId: one.caseId, level: 5, comment: '一次没跑' });
    await platform.drain();
    const { notices } = await person(cases.myNotices, { size: 100 });
    expect(notices.filter((one) => one.title.endsWith('已办好'))).toHaveLength(after.cases.length);
  });

  test('健康证还没办下来：容缺受理，五个工作日内补上，照样按时办好', async () => {
    const { caseId } = await fileService(platform, applicant, food, { leaveOut: ['.health-certificates'] });
    const key = `${food}.health-certificates`;
    await officer(cases.acceptCase, { caseId, how: 'provisional', owed: [key] });
    expect((await applicant(cases.myApplications, {})).applications[0]?.statusText).toBe('有材料等您补交');
    await signOff(platform, caseId);
    await applicant(cases.uploadCaseDocument, { caseId, materialId: key, document: paper('健康证.pdf') } as never);
    const { progress } = await officer(cases.readCase, { caseId });
    expect([progress.status, progress.owed.every((one) => one.deliveredAt !== null)]).toEqual(['granted', true]);
  });

  test('图画得看不清：一次说清缺什么，重新上传后接着办', async () => {
    const { caseId, applicationId } = await fileService(platform, applicant, food);
    await officer(cases.requestCorrection, {
      caseId,
      defects: [{ about: 'material:layout-plan', text: '布局图看不清洗碗池的位置' }],
    });
    await platform.drain();
    const { notices } = await applicant(cases.myNotices, {});
    expect(notices.find((one) => one.caseId === caseId)?.body).toContain('布局图看不清洗碗池的位置');
    await applicant(cases.uploadCaseDocument, {
      caseId,
      materialId: `${food}.layout-plan`,
      document: paper('新布局图.pdf'),
    } as never);
    await applicant(cases.correctCase, { caseId });
    await signOff(platform, caseId);
    const [one] = (await applicant(cases.myApplication, { applicationId })).cases;
    expect(one?.history.map((line) => line.what)).toEqual(expect.arrayContaining(['已补正，重新提交', '准予，办结']));
  });

  test('条件不够：离污染源太近，还没交就知道不行、依据哪条', async () => {
    const { applicationId } = await draftService(platform, applicant, food);
    const { revision } = await applicant(cases.myApplication, { applicationId });
    await applicant(cases.saveDraft, { applicationId, revision, answers: { distanceFromPollution: 3 } });
    const check = await applicant(cases.checkApplication, { applicationId });
    expect(check.mayFile).toBe(false);
    expect(check.conditions.find((one) => one.holds === 'no')).toMatchObject({ basis: '《食品经营许可审查通则》' });
    expect(await refused(applicant(cases.fileApplication, { applicationId }))).toEqual([409, 'CONDITION_NOT_MET']);
  });

  test('改了主意：只撤回刻章，其余各项接着办', async () => {
    const { applicationId } = await fileOpening(applicant);
    const look = async () => (await applicant(cases.myApplication, { applicationId })).cases;
    const [registration] = (await look()).filter((one) => one.status === 'filed');
    const seal = (await look()).find((one) => one.itemId === 'seal-engraving');
    await applicant(cases.withdrawCase, { caseId: seal?.caseId ?? '', reason: '自己有章' });
    await signOff(platform, registration?.caseId ?? '');
    const after = await look();
    expect(after.find((one) => one.itemId === 'seal-engraving')?.status).toBe('withdrawn');
    expect(after.filter((one) => one.status === 'filed')).toHaveLength(5);
  });
});

describe('窗口和部门', () => {
  test('不会上网的老人到窗口：窗口人员替他填，他凭编号和手机后四位查进度', async () => {
    const [clerk] = await arrive('clerk');
    const { id: applicationId, revision } = await clerk(cases.startApplication, {
      service: { kind: 'item', id: food },
      onBehalfOf: { name: '赵大爷', phone: '13909170001' },
    });
    const { answers } = await draftService(platform, clerk, food, {
      answers: { contactPhone: '13909170001', legalRepresentativePhone: '13909170001' },
    });
    await clerk(cases.saveDraft, { applicationId, revision, answers });
    for (const material of (await clerk(cases.checkApplication, { applicationId })).materials.filter(
      (one) => one.need === 'needed',
    )) {
      await clerk(cases.uploadDocument, { applicationId, materialId: material.id, document: paper() } as never);
    }
    const {
      cases: [file],
    } = await clerk(cases.fileApplication, { applicationId });
    const found = await platform.call(cases.trackCase, { no: file?.no ?? '', phoneTail: '0001' });
    expect(found.cases[0]).toMatchObject({ caseId: file?.caseId, status: 'filed' });
    expect(await refused(platform.call(cases.trackCase, { no: file?.no ?? '', phoneTail: '9999' }))).toEqual([
      404,
      'CASE_NOT_FOUND',
    ]);
    expect(await page('/track')).toContain('手机号后四位');
    expect(
      await refused(
        applicant(cases.startApplication, {
          service: { kind: 'item', id: food },
          onBehalfOf: { name: '别人', phone: '' },
        }),
      ),
    ).toEqual([403, 'FORBIDDEN']);
  });

  test('专家评审要等几天：书面告知，停表有理由有依据，申请人看得到', async () => {
    const { caseId, applicationId } = await fileService(platform, applicant, food);
    await officer(cases.acceptCase, { caseId });
    await officer(cases.suspendCase, {
      caseId,
      ground: 'expertReview',
      noticeNo: '麟审中〔2026〕9号',
      plannedUntil: '2026-11-27',
    });
    const [one] = (await applicant(cases.myApplication, { applicationId })).cases;
    expect(one?.paused).toMatchObject({
      ground: '专家评审',
      noticeNo: '麟审中〔2026〕9号',
      basis: '《中华人民共和国行政许可法》第四十五条',
    });
    await officer(cases.resumeCase, { caseId, reason: '评审结束' });
    await signOff(platform, caseId);
    expect((await officer(cases.readCase, { caseId })).progress.status).toBe('granted');
  });

  test('部门拖过了期限：亮红灯，督办、回复、销号，办结后申请人打了差评', async () => {
    const { caseId } = await fileService(platform, applicant, food);
    await officer(cases.acceptCase, { caseId });
    platform.clock.set(instantAt('2026-12-02', '10:00'));
    const [supervisor, lead, site, person] = await arrive(
      'supervisor',
      'officer-approval-bureau',
      'officer-market-regulation',
      'applicant',
    );
    const { tasks } = await supervisor(listTasks, { light: ['red'], kind: ['case.clock'], size: 100 });
    const late = tasks.find((task) => task.subjectId === caseId);
    expect(late?.left).toMatch(/超期2个工作日/);
    const { supervision } = await supervisor(superviseTask, {
      taskId: late?.id ?? '',
      level: 'supervision',
      reason: '超期未办结',
    });
    await lead(replyToSupervision, { supervisionId: supervision.id, text: '今天办结' });
    await site(cases.finishStep, { caseId, stepId: 'site', opinion: 'agree' });
    await lead(cases.finishStep, { caseId, stepId: 'review', opinion: 'agree' });
    await supervisor(closeSupervision, { supervisionId: supervision.id, outcome: 'accepted', note: '属实' });
    await lead(cases.grantCase, { caseId });
    await person(ratingContract.rateCase, { caseId, level: 2, comment: '晚了两天' });
    const { ratings } = await lead(ratingContract.listRatings, {});
    expect(ratings.some((one) => one.words === '晚了两天')).toBe(true);
  });

  test('现场不合格：不予许可，写清理由、依据、到哪里复议和起诉', async () => {
    const { caseId, applicationId } = await fileService(platform, applicant, food);
    await officer(cases.acceptCase, { caseId });
    await officer(cases.finishStep, { caseId, stepId: 'review', opinion: 'agree' });
    await inspector(cases.finishStep, { caseId, stepId: 'site', opinion: 'disagree', note: '生熟不分' });
    await officer(cases.refuseCase, { caseId, reason: '操作间生熟不分，存在交叉污染' });
    await platform.drain();
    const [one] = (await applicant(cases.myApplication, { applicationId })).cases;
    expect(one?.outcome?.remedy).toMatch(/行政复议.*起诉/);
    // What an inspector noted for colleagues stays with colleagues.
    expect(one?.steps.find((step) => step.id === 'site')?.note).toBe('');
    const { notices } = await applicant(cases.myNotices, { size: 100 });
    expect(notices.find((notice) => notice.caseId === caseId && notice.title.includes('没有批准'))?.body).toContain(
      '生熟不分',
    );
  });

  test('换人经办：本单位另一个人接着办，事情不断', async () => {
    const { caseId } = await fileService(platform, applicant, food);
    const [clerk] = await arrive('clerk');
    const { account } = await clerk(me, {});
    await officer(cases.handOverCase, { caseId, accountId: account.id, reason: '出差' });
    await clerk(cases.acceptCase, { caseId });
    // Who receives does not decide.
    expect(await refused(clerk(cases.grantCase, { caseId }))).toEqual([403, 'FORBIDDEN']);
    await signOff(platform, caseId);
    expect((await officer(cases.readCase, { caseId })).progress.status).toBe('granted');
  });
});

async function arrive(...loginNames: string[]): Promise<[Caller, Caller, Caller, Caller]> {
  const callers = await Promise.all(loginNames.map((name) => platform.signIn(name)));
  return callers as [Caller, Caller, Caller, Caller];
}

async function page(url: string): Promise<string> {
  const answer = await platform.http.inject({ url });
  expect(answer.statusCode, url).toBe(200);
  expect(answer.headers['content-type']).toMatch(/text\/html/);
  return answer.body;
}
