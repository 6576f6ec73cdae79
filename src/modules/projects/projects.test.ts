import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { refused } from '../../../test/support/applying.ts';
import { signOff } from '../../../test/support/opening.ts';
import { startTestPlatform, testStart, type TestPlatform } from '../../../test/support/platform.ts';
import { factoryAnswers, fileDraft, fileStage, registerProject } from '../../../test/support/projects.ts';
import type { Caller } from '../../kernel/call.ts';
import { sql } from '../../kernel/db.ts';
import { instantAt } from '../../kernel/time.ts';
import * as cases from '../cases/contract.ts';
import * as contract from './contract.ts';
import { projects } from './index.ts';

let platform: TestPlatform;
/** Sessions end after half a day at rest: whoever calls signs in again once the clock has moved on. */
const callerOf = (account: string): Caller => {
  let known: { caller: Caller; day: string } | null = null;
  return (async (...call: Parameters<Caller>) => {
    const day = platform.clock.now().slice(0, 10);
    if (known?.day !== day) known = { caller: await platform.signIn(account), day };
    return known.caller(...call);
  }) as Caller;
};
const firm = callerOf('firm');
const officer = callerOf('officer-approval-bureau');
const nature = callerOf('officer-natural-resources');
const supervisor = callerOf('supervisor');

beforeAll(async () => {
  platform = await startTestPlatform();
});
afterAll(() => platform?.stop());
beforeEach(() => platform.clock.set(testStart));

const at = (day: string, time = '10:00') => platform.clock.set(instantAt(day, time));
const mine = (projectId: string) => firm(contract.myProject, { projectId });
const whole = (projectId: string) => supervisor(contract.readProject, { projectId });
/** What happens by itself in the night. */
async function night(): Promise<void> {
  await platform.drain();
  for (const job of projects.jobs ?? []) {
    if (job.name === 'projects.reproject') await platform.asSystem((tx) => job.run(tx));
  }
}
/** Grants every case of an application that can be granted, until none is left. */
async function grantAll(applicationId: string): Promise<void> {
  for (let round = 0; round < 12; round += 1) {
    const { cases: all } = await firm(cases.myApplication, { applicationId });
    const open = all.filter((one) => ['filed', 'accepted'].includes(one.status));
    if (open.length === 0) return;
    for (const one of open) await signOff(platform, one.caseId);
  }
}

describe('登记和定类型', () => {
  test('五个主题都能登记；类型由规则定，理由说得出', async () => {
    const { themes, types } = await platform.call(contract.listThemes, {});
    expect(types.map((type) => type.budgetDays).sort((a, b) => a - b)).toEqual([15, 60, 95]);
    const expected: Record<string, [string, number]> = {
      'standard-factory': ['private', 60],
      'private-housing': ['private', 60],
      'government-building': ['government', 95],
      'municipal-pipeline': ['government', 95],
      'small-low-risk': ['small-low-risk', 15],
    };
    for (const theme of themes) {
      const more: Record<string, string | number> =
        theme.id === 'small-low-risk'
          ? { buildingUse: 'warehouse', projectBuildingArea: 3000, aboveGroundArea: 3000, landAcquisition: 'owned' }
          : theme.id === 'private-housing'
            ? { buildingUse: 'housing' }
            : theme.id === 'municipal-pipeline'
              ? { fundingSource: 'government', pipelineLength: 2000, landAcquisition: 'none' }
              : {};
      const made = await registerProject(firm, theme.id, more);
      expect([made.type.typeId, made.type.budgetDays], theme.name).toEqual(expected[theme.id]);
      expect(made).toMatchObject({ provisional: true });
      const page = await mine(made.projectId);
      expect(page.stages.map((stage) => stage.id)).toEqual(['land', 'works', 'permit', 'acceptance']);
      expect(page.budget.budgetDays).toBe(expected[theme.id]?.[1]);
      expect(page.stages[0]?.state === 'ready' || page.stages[0]?.state === 'skipped').toBe(true);
    }
  });

  test('超过一万平方米的不是小型低风险，说出是哪一条', async () => {
    const { type } = await registerProject(firm, 'small-low-risk', { buildingUse: 'warehouse' });
    expect(type).toMatchObject({ typeId: 'private', budgetDays: 60 });
    expect(type.summary).toContain('10000平方米');
    const small = type.tried.find((one) => one.typeId === 'small-low-risk');
    expect(small?.reasons.filter((reason) => reason.holds === 'no')).toHaveLength(1);
  });

  test('还没答完就说还差什么；少填了不能登记；没有这个主题', async () => {
    const open = await platform.call(contract.decideType, {
      themeId: 'small-low-risk',
      answers: { aboveGroundArea: 800 },
    });
    expect(open.typeId).toBeNull();
    expect(open.missing.map((one) => one.elementId)).toContain('buildingHeight');
    expect(await refused(registerProject(firm, 'standard-factory', { projectName: '' }))).toEqual([
      400,
      'PROJECT_ANSWERS_INCOMPLETE',
    ]);
    expect(await refused(registerProject(firm, 'castle'))).toEqual([404, 'THEME_NOT_FOUND']);
  });

  test('同一编号重放只登记一个；国家代码不能登记两次，两个人同时也只成一个', async () => {
    const input = { themeId: 'standard-factory', answers: factoryAnswers };
    const first = await firm(contract.registerProject, input, { idempotencyKey: 'register-once-1' });
    expect(await firm(contract.registerProject, input, { idempotencyKey: 'register-once-1' })).toEqual(first);
    const projectCode = '2026-610329-47-03-000123';
    const both = await Promise.allSettled([
      registerProject(firm, 'standard-factory', { projectCode }),
      registerProject(firm, 'standard-factory', { projectCode }),
    ]);
    expect(both.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
    expect(await refused(registerProject(firm, 'standard-factory', { projectCode }))).toEqual([
      409,
      'PROJECT_CODE_TAKEN',
    ]);
  });

  test('第一次提交前可以改，改了重新定类型；两个页面同时改，后一个被告知', async () => {
    const { projectId } = await registerProject(firm, 'small-low-risk', {
      buildingUse: 'warehouse',
      projectBuildingArea: 3000,
      aboveGroundArea: 3000,
    });
    const changed = await firm(contract.changeProjectAnswers, {
      projectId,
      revision: 1,
      answers: { buildingHeight: 30 },
    });
    expect(changed.type).toMatchObject({ typeId: 'private', budgetDays: 60 });
    expect(
      await refused(firm(contract.changeProjectAnswers, { projectId, revision: 1, answers: { buildingHeight: 9 } })),
    ).toEqual([409, 'PROJECT_CHANGED']);
    expect((await mine(projectId)).budget.budgetDays).toBe(60);
  });

  test('别人看不到：另一个申请人、没有参与的单位', async () => {
    const { projectId } = await registerProject(firm);
    const stranger = await platform.signIn('applicant');
    expect(await refused(stranger(contract.myProject, { projectId }))).toEqual([404, 'PROJECT_NOT_FOUND']);
    expect(await refused(stranger(contract.abandonProject, { projectId, reason: '不是我的' }))).toEqual([
      404,
      'PROJECT_NOT_FOUND',
    ]);
    const civil = await platform.signIn('officer-civil-affairs');
    expect(await refused(civil(contract.readProject, { projectId }))).toEqual([404, 'PROJECT_NOT_FOUND']);
    expect((await officer(contract.readProject, { projectId })).name).toBe(factoryAnswers.projectName);
  });

  test('发改赋码：只有发改能赋，赋了不能再换', async () => {
    const { projectId, code } = await registerProject(firm);
    expect(code).toMatch(/^LS2026-610329-\d{5}$/);
    const reform = await platform.signIn('officer-development-reform');
    const given = '2026-610329-47-03-000777';
    expect(await refused(officer(contract.issueCode, { projectId, code: given }))).toEqual([403, 'FORBIDDEN']);
    expect(await reform(contract.issueCode, { projectId, code: given })).toEqual({ code: given });
    expect(await refused(reform(contract.issueCode, { projectId, code: '2026-610329-47-03-000778' }))).toEqual([
      409,
      'PROJECT_CODE_SETTLED',
    ]);
    expect(await mine(projectId)).toMatchObject({ code: given, provisional: false });
  });
});

describe('按阶段申请', () => {
  test('阶段的一件事不能从指南直接开始', async () => {
    const service = { kind: 'bundle' as const, id: 'construction-stage-land' };
    expect(await refused(firm(cases.startApplication, { service }))).toEqual([409, 'SERVICE_STARTED_FROM_PROJECT']);
  });

  test('前面的阶段没办完，后面的不能申请，说出是哪一个', async () => {
    const { projectId } = await registerProject(firm);
    const preview = await firm(contract.stagePreview, { projectId, stageId: 'works' });
    expect(preview.mayStart).toBe(false);
    expect(preview.obstacle).toContain('立项用地规划许可');
    expect(preview.chosen.length).toBeGreaterThan(0);
    expect(await refused(firm(contract.startStage, { projectId, stageId: 'works' }))).toEqual([
      409,
      'STAGE_PREREQUISITE_MISSING',
    ]);
    expect(await refused(firm(contract.startStage, { projectId, stageId: 'roof' }))).toEqual([404, 'STAGE_NOT_FOUND']);
  });

  test('连点两次只有一份草稿；项目信息已经填好；提交后不能再改项目情况', async () => {
    const { projectId } = await registerProject(firm);
    const both = await Promise.allSettled([
      firm(contract.startStage, { projectId, stageId: 'land' }),
      firm(contract.startStage, { projectId, stageId: 'land' }),
    ]);
    expect(both.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
    const page = await mine(projectId);
    const [application] = page.stages[0]?.applications ?? [];
    expect(page.stages[0]?.state).toBe('draft');
    expect(page.mine.map((one) => one.href)).toContain(`/applications/${application?.applicationId}/form`);
    const applicationId = application?.applicationId ?? '';
    const { answers } = await firm(cases.myApplication, { applicationId });
    expect(answers).toMatchObject({ projectName: factoryAnswers.projectName, projectKind: 'private' });
    await fileDraft(platform, firm, applicationId);
    expect(
      await refused(firm(contract.changeProjectAnswers, { projectId, revision: 1, answers: { buildingHeight: 9 } })),
    ).toEqual([409, 'PROJECT_ALREADY_APPLIED']);
    expect(await refused(firm(contract.startStage, { projectId, stageId: 'land' }))).toEqual([
      409,
      'STAGE_ALREADY_RUNNING',
    ]);
    await platform.drain();
    const after = await mine(projectId);
    expect(after).toMatchObject({ state: 'running', mayChange: false });
    expect(after.notices.length).toBeGreaterThan(0);
    expect(await refused(firm(contract.abandonProject, { projectId, reason: '不建了' }))).toEqual([
      409,
      'PROJECT_HAS_RUNNING_CASES',
    ]);
  });

  test('终止以后什么都不能办', async () => {
    const { projectId } = await registerProject(firm);
    expect(await firm(contract.abandonProject, { projectId, reason: '资金没有落实' })).toEqual({ state: 'abandoned' });
    expect(await refused(firm(contract.startStage, { projectId, stageId: 'land' }))).toEqual([409, 'PROJECT_ENDED']);
    expect(await refused(firm(contract.startTrack, { projectId, trackId: 'water-connection' }))).toEqual([
      409,
      'PROJECT_ENDED',
    ]);
    const { types } = await platform.call(contract.projectShares, {});
    expect(types.find((type) => type.typeId === 'private')).toMatchObject({ completed: 0, share: null, abandoned: 1 });
  });
});

const stageOf = async (projectId: string, id: string) =>
  (await mine(projectId)).stages.find((stage) => stage.id === id);
const caseOf = (filed: { cases: { caseId: string; itemName: string }[] }, name: string): string =>
  filed.cases.find((one) => one.itemName.includes(name))?.caseId ?? '';
const smallAnswers = {
  buildingUse: 'warehouse',
  projectBuildingArea: 3000,
  aboveGroundArea: 3000,
  landAcquisition: 'owned',
};
const columns = (days: readonly { kind: string }[]) =>
  Object.fromEntries(
    ['unit', 'applicant', 'procedure', 'nonWorking'].map((kind) => [
      kind,
      days.filter((day) => day.kind === kind).length,
    ]),
  );

describe('每一天在谁手里', () => {
  test('补正的日子是申请人的，依法停表的日子不计，周末谁的也不是；各栏加起来等于自然日', async () => {
    at('2026-11-23');
    const { projectId } = await registerProject(firm);
    const filed = await fileStage(platform, firm, projectId, 'land');
    const [filing, land] = [caseOf(filed, '备案'), caseOf(filed, '用地规划许可')];
    at('2026-11-24');
    await officer(cases.requestCorrection, { caseId: filing, defects: [{ about: '', text: '投资额前后不一致' }] });
    await platform.drain();
    expect((await mine(projectId)).mine[0]).toMatchObject({
      href: expect.stringContaining(`/cases/${filing}/correct`) as string,
    });
    at('2026-11-26');
    await firm(cases.correctCase, { caseId: filing, answers: {} });
    await signOff(platform, filing);
    await signOff(platform, caseOf(filed, '国有建设用地供应'));
    at('2026-11-30');
    await officer(cases.acceptCase, { caseId: land });
    at('2026-12-01');
    await officer(cases.suspendCase, {
      caseId: land,
      ground: 'expertReview',
      noticeNo: '麟审告〔2026〕8号',
      plannedUntil: '2026-12-10',
    });
    at('2026-12-04');
    await platform.drain();
    expect((await supervisor(contract.listProjects, { text: (await mine(projectId)).code })).projects[0]).toMatchObject(
      {
        holderKind: 'procedure',
        holderName: '专家评审',
      },
    );
    at('2026-12-09');
    await officer(cases.resumeCase, { caseId: land, reason: '评审会开完了' });
    at('2026-12-11');
    await platform.drain();
    const { attribution } = await whole(projectId);
    const counted = columns(attribution.days);
    expect(attribution.elapsedDays).toBe(18);
    expect(Object.values(counted).reduce((sum, n) => sum + n, 0)).toBe(18);
    expect(attribution.holders.reduce((sum, one) => sum + one.days, 0)).toBe(18);
    expect(counted.nonWorking).toBe(4);
    expect(counted.applicant).toBeGreaterThanOrEqual(1);
    expect(counted.procedure).toBeGreaterThanOrEqual(5);
    expect(attribution.days.find((day) => day.day === '2026-11-25')).toMatchObject({
      kind: 'applicant',
      counts: false,
    });
    expect(attribution.days.find((day) => day.day === '2026-12-03')).toMatchObject({
      kind: 'procedure',
      counts: false,
      noticeNo: '麟审告〔2026〕8号',
    });
    expect(attribution.exclusions).toMatchObject([{ groundName: '专家评审', lawful: true, why: '' }]);
    const used = attribution.days.filter((day) => day.counts).length;
    expect(attribution.budget[0]).toMatchObject({ usedDays: used, leftDays: 60 - used });
    // The firm sees the same days.
    expect((await firm(contract.myAttribution, { projectId })).days).toEqual(attribution.days);
  });

  test('停表过了告知的日子：时间照算，牵头单位收到一条提醒和一件待办，重算多少遍也只有一条，答复后了结', async () => {
    at('2026-11-23');
    const { projectId } = await registerProject(firm);
    const filed = await fileStage(platform, firm, projectId, 'land');
    await signOff(platform, caseOf(filed, '备案'));
    await signOff(platform, caseOf(filed, '国有建设用地供应'));
    const land = caseOf(filed, '用地规划许可');
    await officer(cases.acceptCase, { caseId: land });
    await officer(cases.suspendCase, {
      caseId: land,
      ground: 'expertReview',
      noticeNo: '麟审告〔2026〕9号',
      plannedUntil: '2026-11-26',
    });
    await platform.drain();
    expect((await whole(projectId)).alerts).toEqual([]);
    for (const day of ['2026-11-30', '2026-12-01', '2026-12-02']) {
      at(day);
      await night();
    }
    const { alerts, attribution } = await whole(projectId);
    const overrun = alerts.filter((alert) => alert.kind === 'exclusion');
    expect(overrun).toHaveLength(1);
    expect(overrun[0]).toMatchObject({ state: 'open', unitName: '县行政审批局' });
    expect(attribution.exclusions[0]).toMatchObject({ lawful: false });
    expect(attribution.days.find((day) => day.day === '2026-12-01')).toMatchObject({ kind: 'unit' });
    const alertId = overrun[0]?.id ?? '';
    expect(await refused(nature(contract.answerAlert, { alertId, answer: '不归我' }))).toEqual([
      404,
      'PROJECT_ALERT_NOT_FOUND',
    ]);
    const answer = { alertId, answer: '已通知县自然资源局恢复计时' };
    const both = await Promise.allSettled([
      officer(contract.answerAlert, answer),
      officer(contract.answerAlert, answer),
    ]);
    expect(both.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
    expect(await refused(officer(contract.answerAlert, answer))).toEqual([409, 'PROJECT_ALERT_SETTLED']);
    at('2026-12-03');
    await night();
    const after = await whole(projectId);
    expect(after.alerts.filter((alert) => alert.kind === 'exclusion' && alert.state === 'open')).toEqual([]);
  });

  test('预审：等前置的事项可以先看，前一项办好的那一刻就受理，当天到期', async () => {
    at('2026-11-23');
    const { projectId } = await registerProject(firm);
    const filed = await fileStage(platform, firm, projectId, 'land');
    const land = caseOf(filed, '用地规划许可');
    expect(await refused(nature(cases.preReviewCase, { caseId: land, note: '' }))).toEqual([403, 'FORBIDDEN']);
    const offered = (await officer(cases.readCase, { caseId: land })).actions.map((one) => one.action);
    expect(offered).toContain('preReview');
    await officer(cases.preReviewCase, { caseId: land, note: '除供地文件外都齐全' });
    expect(await refused(officer(cases.preReviewCase, { caseId: land, note: '' }))).toEqual([
      409,
      'PRE_REVIEW_ALREADY_DONE',
    ]);
    const waiting = (await stageOf(projectId, 'land'))?.items.find((item) => item.caseId === land);
    expect(waiting).toMatchObject({ statusName: '预审完成，等前一项办好', holderKind: 'waiting' });
    at('2026-11-25', '10:30');
    await signOff(platform, caseOf(filed, '备案'));
    await signOff(platform, caseOf(filed, '国有建设用地供应'));
    const { progress } = await officer(cases.readCase, { caseId: land });
    expect(progress).toMatchObject({ status: 'accepted', dueOn: '2026-11-25', light: 'yellow' });
    expect(progress.steps.filter((step) => step.status === 'open').map((step) => step.id)).toEqual(['consult']);
    expect(progress.history.map((line) => line.what)).toContain('预审完成，等前一项办好');
    await signOff(platform, land);
    expect((await stageOf(projectId, 'land'))?.state).toBe('done');
  });

  test('会超出预算的事项在超出以前就提醒牵头单位；赶上了，提醒和待办自己消除', async () => {
    at('2026-11-23');
    const { projectId } = await registerProject(firm, 'small-low-risk', smallAnswers);
    for (const stage of ['land', 'works'])
      await grantAll((await fileStage(platform, firm, projectId, stage)).applicationId);
    const filed = await fileStage(platform, firm, projectId, 'permit', { drawingReviewExempt: false });
    const drawing = caseOf(filed, '审查');
    await (
      await platform.signIn('officer-housing-construction')
    )(cases.acceptCase, { caseId: drawing });
    await platform.drain();
    const page = await whole(projectId);
    // The one under way and the one that waits for it.
    expect(page.breakers.map((one) => one.caseId).sort()).toEqual(filed.cases.map((one) => one.caseId).sort());
    expect(page.alerts.map((one) => [one.kind, one.state, one.unitName])).toEqual(
      filed.cases.map(() => ['breaker', 'open', '县行政审批局']),
    );
    const listed = async () => (await supervisor(contract.listProjects, { text: page.code })).projects[0];
    expect(await listed()).toMatchObject({ openAlerts: 2, stageName: '施工许可', holderName: '县住建局' });
    expect((await listed())?.breaker).toContain('超出预算');
    expect((await officer(contract.listProjectAlerts, {})).alerts.map((alert) => alert.projectId)).toContain(projectId);
    await signOff(platform, drawing);
    await platform.drain();
    expect((await whole(projectId)).alerts.map((one) => one.state)).toEqual(['passed', 'passed']);
    expect(await listed()).toMatchObject({ openAlerts: 0, breaker: '' });
    const left = await platform.services.db.rows<{ state: string; outcome: string }>(
      sql`select state, outcome from tasks.task where kind = 'project.budget-alert' and subject_id = ${projectId}`,
    );
    expect(left).toEqual(filed.cases.map(() => ({ state: 'finished', outcome: 'cancelled' })));
  });
});

describe('主题的全程', () => {
  test('小型低风险：四个阶段一路办完，项目完成，进入占比的分母', async () => {
    at('2026-11-23');
    const { projectId, code } = await registerProject(firm, 'small-low-risk', smallAnswers);
    for (const [index, stage] of ['land', 'works', 'permit', 'acceptance'].entries()) {
      at(`2026-12-0${index + 1}`);
      const filed = await fileStage(platform, firm, projectId, stage);
      await grantAll(filed.applicationId);
      expect(['done', 'again'], stage).toContain((await stageOf(projectId, stage))?.state);
      expect((await stageOf(projectId, stage))?.items.map((item) => item.status)).toEqual(
        filed.cases.map(() => 'granted'),
      );
    }
    await platform.drain();
    const page = await mine(projectId);
    expect(page).toMatchObject({ state: 'completed', mayAbandon: false });
    expect(page.budget.usedDays).toBeLessThanOrEqual(15);
    expect(page.mine.filter((one) => one.href.includes('/stages/'))).toEqual([]);
    expect(await refused(firm(contract.startStage, { projectId, stageId: 'land' }))).toEqual([409, 'PROJECT_ENDED']);
    const { types } = await platform.call(contract.projectShares, { from: '2026-12-01', to: '2026-12-31' });
    expect(types.find((type) => type.typeId === 'small-low-risk')).toMatchObject({ completed: 1, within: 1, share: 1 });
    const before = await platform.call(contract.projectShares, { to: '2026-11-30' });
    expect(before.types.find((type) => type.typeId === 'small-low-risk')).toMatchObject({ completed: 0, share: null });
    const figure = async (from: string, to: string, type: string) => {
      const source = platform.indicators.get('projects.percentileWorkingDays');
      if (source === undefined) throw new Error('no such figure');
      const given = source.params.parse({ type }) as never;
      return platform.asSystem((tx) => source.compute(tx, given, { from, to }));
    };
    const used = { value: page.budget.usedDays, denominator: 1 };
    expect(await figure('2026-12-01', '2026-12-31', 'small-low-risk')).toMatchObject(used);
    expect(await figure('2026-11-01', '2026-11-30', 'small-low-risk')).toMatchObject({ value: null, denominator: 0 });
    expect(await figure('2026-12-01', '2026-12-31', 'government')).toMatchObject({ value: null, denominator: 0 });

    const cookie = await platform.cookieOf('firm');
    const book = await platform.http.inject({
      url: `/api/my-projects/${projectId}/attribution.xlsx`,
      headers: { cookie },
    });
    expect(book.statusCode).toBe(200);
    expect(book.headers['content-type']).toContain('spreadsheetml');
    const { default: readSheet } = await import('read-excel-file/node');
    const rows = await readSheet(Buffer.from(book.rawPayload));
    expect(JSON.stringify(rows)).toContain(code);
    const stranger = await platform.http.inject({
      url: `/api/my-projects/${projectId}/attribution.xlsx`,
      headers: { cookie: await platform.cookieOf('applicant') },
    });
    expect(stranger.statusCode).toBe(404);
  });

  test.each([
    ['private-housing', { buildingUse: 'housing' }],
    ['government-building', {}],
    ['municipal-pipeline', { pipelineLength: 2000, landAcquisition: 'none' }],
  ] as const)('%s：第一个要办的阶段一表申请，各事项同时到各部门，办完后下一阶段打开', async (themeId, more) => {
    at('2026-11-23');
    const { projectId } = await registerProject(firm, themeId, more);
    const first = (await mine(projectId)).stages.find((stage) => stage.state === 'ready');
    const filed = await fileStage(platform, firm, projectId, first?.id ?? '');
    expect(filed.cases.length).toBeGreaterThan(0);
    await grantAll(filed.applicationId);
    await platform.drain();
    const { stages } = await mine(projectId);
    const at_ = stages.findIndex((stage) => stage.id === first?.id);
    expect(stages[at_]?.state).toBe('done');
    expect(['ready', 'skipped']).toContain(stages[at_ + 1]?.state);
  });
});

describe('并行事项和列表', () => {
  test('并行事项随时可以申请，不进阶段，也只有一份', async () => {
    at('2026-11-23');
    const { projectId } = await registerProject(firm, 'standard-factory', {
      wantsWater: true,
      eiaKind: 'registration',
    });
    const trackId = 'water-connection';
    expect(await refused(firm(contract.startTrack, { projectId, trackId: 'environmental-impact-approval' }))).toEqual([
      409,
      'TRACK_NOT_NEEDED',
    ]);
    expect(await refused(firm(contract.startTrack, { projectId, trackId: 'moon-base' }))).toEqual([
      404,
      'TRACK_NOT_FOUND',
    ]);
    const { application } = await firm(contract.startTrack, { projectId, trackId });
    expect(await refused(firm(contract.startTrack, { projectId, trackId }))).toEqual([409, 'STAGE_ALREADY_RUNNING']);
    await fileDraft(platform, firm, application.applicationId);
    const page = await mine(projectId);
    expect(page.tracks.find((track) => track.id === trackId)?.state).toBe('running');
    expect(page.stages[0]?.state).toBe('ready');
    await grantAll(application.applicationId);
    expect((await mine(projectId)).tracks.find((track) => track.id === trackId)?.state).toBe('done');
    expect(await refused(firm(contract.startTrack, { projectId, trackId }))).toEqual([409, 'STAGE_ALREADY_DONE']);
  });

  test('两万个项目里找五个工作日内会超时的', async () => {
    at('2026-11-23');
    await registerProject(firm);
    await platform.services.db
      .exec(sql`insert into projects.project (region, id, code, provisional, name, theme_id, theme_name, type_id, type_name,
        decision, account_id, uscc, owner_label, owner_proven, contact, town, address, answers, frame, units, state, version, registered_at,
        budget_days, left_days, ends_on, breaks_on, light, holder_kind, holder_unit, stage_id, projected_on)
      select p.region, gen_random_uuid(), 'SMOKE-' || n, true, '批量项目' || n, theme_id, theme_name, type_id, type_name, '{}', account_id,
        uscc, owner_label, owner_proven, '', town, address, '', '{}', units, 'running', 1, registered_at, 60, 60 - n % 60,
        date '2026-11-23' + n % 200, date '2026-11-24' + n % 200, 'green', 'unit', 'approval-bureau', 'works', date '2026-11-23'
      from (select * from projects.project order by registered_at desc limit 1) p, generate_series(1, 20000) n`);
    const began = performance.now();
    const soon = await supervisor(contract.listProjects, { breaksWithin: 5, text: '批量', size: 50 });
    const elapsed = performance.now() - began;
    expect(soon.total).toBe((20_000 / 200) * 7);
    expect(soon.projects[0]).toMatchObject({ breaksOn: '2026-11-24', holderName: '县行政审批局' });
    expect(elapsed).toBeLessThan(1500);
    const officers = await officer(contract.listProjects, { unit: ['approval-bureau'], stage: ['works'] });
    expect(officers).toMatchObject({ totalIsCapped: true, total: 10_000 });
    expect((await supervisor(contract.listProjects, { light: ['red'], text: '批量' })).total).toBe(0);
  });
});
