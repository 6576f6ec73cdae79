import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { paper, refused } from '../../../../test/support/applying.ts';
import { signOff } from '../../../../test/support/opening.ts';
import { startTestPlatform, type TestPlatform } from '../../../../test/support/platform.ts';
import { fileStage, registerProject } from '../../../../test/support/projects.ts';
import type { Caller } from '../../../kernel/call.ts';
import * as cases from '../../cases/contract.ts';
import * as tasks from '../../tasks/contract.ts';
import * as questions from '../contract-rooms-questions.ts';
import * as contract from '../contract-rooms-supervision.ts';
import { uploadRoomDocument } from '../contract-rooms-views.ts';

let platform: TestPlatform;
let firm: Caller;
let stranger: Caller;
let approval: Caller;
let power: Caller;
let supervisor: Caller;
let projectId: string;

beforeAll(async () => {
  platform = await startTestPlatform();
  [firm, stranger, approval, power, supervisor] = await Promise.all([
    platform.signIn('firm'),
    platform.signIn('applicant'),
    platform.signIn('officer-approval-bureau'),
    platform.signIn('officer-power-company'),
    platform.signIn('supervisor'),
  ]);
  ({ projectId } = await registerProject(firm, 'small-low-risk', {
    projectName: '麟游县小仓库',
    buildingUse: 'warehouse',
    projectBuildingArea: 900,
    aboveGroundArea: 900,
    landAcquisition: 'owned',
  }));
  // Granted within the minute: a sign that somebody worked elsewhere and typed it in.
  for (const stage of ['land', 'works']) {
    const filed = await fileStage(platform, firm, projectId, stage);
    for (const { caseId } of filed.cases) await signOff(platform, caseId);
    await platform.drain();
  }
});
afterAll(() => platform?.stop());

describe('体外循环', () => {
  const list = (more = {}) => supervisor(contract.listOffSystemAlerts, more);

  test('几分钟就办结的审查事项有线索、有证据、有待办；同一线索只提一次', async () => {
    const { alerts, openCount } = await list({ sign: ['tooFast'] });
    expect(alerts.length).toBeGreaterThan(0);
    const [alert] = alerts;
    expect(alert?.words).toContain('分钟');
    expect(alert?.evidence.map((one) => one.name)).toEqual(['受理时间', '办结时间']);
    expect(alert?.duty?.unitName).toBe('县职转和营商办');
    expect(alert?.projectName).toBe('麟游县小仓库');
    await platform.drain();
    expect((await list()).openCount).toBe(openCount);
    const keys = (await list({ size: 200 })).alerts.map((one) => `${one.sign} ${one.caseNo}`);
    expect(new Set(keys).size).toBe(keys.length);
  });

  test('排除要写理由，只能处理一次；别的角色看不到', async () => {
    const [alert] = (await list({ sign: ['tooFast'] })).alerts;
    const alertId = alert?.id ?? '';
    expect(await refused(approval(contract.listOffSystemAlerts, {}))).toEqual([403, 'FORBIDDEN']);
    const dismiss = (reason: string) => supervisor(contract.dismissOffSystem, { alertId, reason });
    expect(await refused(dismiss(' '))).toEqual([400, 'INVALID_INPUT']);
    const both = await Promise.all([refused(dismiss('演练')), refused(dismiss('演练。'))]);
    expect(both.map(([, code]) => code).sort()).toEqual(['OFF_SYSTEM_ALREADY_DECIDED', 'none']);
    const [after] = (await list({ status: ['dismissed'] })).alerts;
    expect(after).toMatchObject({
      id: alertId,
      status: 'dismissed',
      duty: null,
    });
    expect(after?.decidedBy).toContain('马建军');
    const early = approval(contract.explainOffSystem, { alertId, text: '没有的事' });
    expect((await refused(early))[1]).toBe('OFF_SYSTEM_NOT_CONFIRMED');
  });

  test('补录线下办结的事项要有证明，自动成为线索；认定后责任单位限期说明', async () => {
    const document = await approval(uploadRoomDocument, { projectId, document: paper('线下批文.pdf') } as never);
    const register = (more: Record<string, unknown> = {}) =>
      approval(contract.registerOffSystemCase, {
        projectId,
        itemName: '占用城市绿地审批',
        unitId: 'approval-bureau',
        receivedOn: '2026-11-02',
        endedOn: '2026-11-10',
        why: '网络中断三天',
        documents: [document.id],
        ...more,
      });
    expect(await refused(register({ documents: [] }))).toEqual([400, 'INVALID_INPUT']);
    expect(await refused(register({ endedOn: '2026-11-01' }))).toEqual([400, 'DATES_REVERSED']);
    expect(await refused(register({ endedOn: '2026-12-10' }))).toEqual([400, 'DATE_IN_FUTURE']);
    expect(await refused(register({ unitId: 'tax' }))).toEqual([403, 'FORBIDDEN']);
    await register();
    expect((await approval(contract.listOffSystemCases, { projectId })).cases).toHaveLength(1);
    expect(await refused(firm(contract.listOffSystemCases, { projectId }))).toEqual([403, 'FORBIDDEN']);
    const [alert] = (await list({ sign: ['endedOffSystem'], status: ['open'] })).alerts;
    expect(alert).toMatchObject({ itemName: '占用城市绿地审批', caseId: null });
    const alertId = alert?.id ?? '';
    const confirmed = await supervisor(contract.confirmOffSystem, { alertId, reason: '先办后补' });
    expect(confirmed.duty).toMatchObject({ unitName: '县行政审批局', dueOn: '2026-11-26' });
    expect((await approval(contract.unitOffSystemAlerts, {})).total).toBe(1);
    const tax = await platform.signIn('officer-tax');
    expect((await tax(contract.unitOffSystemAlerts, {})).total).toBe(0);
    const explain = (by: Caller) => by(contract.explainOffSystem, { alertId, text: '已批评教育，今后先进系统' });
    expect(await refused(explain(tax))).toEqual([404, 'OFF_SYSTEM_ALERT_NOT_FOUND']);
    expect((await explain(approval)).explanation?.text).toContain('先进系统');
    expect(await refused(explain(approval))).toEqual([409, 'OFF_SYSTEM_NOT_CONFIRMED']);
  });
});

describe('电等用户', () => {
  test('规划许可一办好，水电气单位各有一件签收的待办；签收后企业看得到计划', async () => {
    const { pushes } = await firm(contract.projectPushes, { projectId });
    expect(pushes.map((one) => one.unitId).sort()).toEqual(['gas-company', 'power-company', 'water-company']);
    const own = await power(contract.unitPushes, { state: 'waiting' });
    expect(own.total).toBe(1);
    expect((await power(tasks.listTasks, {})).tasks.map((one) => one.kind)).toContain('project.push');
    const pushId = own.pushes[0]?.id ?? '';
    const receive = (by: Caller, plannedOn = '2026-12-20') =>
      by(contract.receivePush, { pushId, plannedOn, note: '出一回10千伏线路。' });
    expect(await refused(receive(await platform.signIn('officer-gas-company')))).toEqual([404, 'PUSH_NOT_FOUND']);
    expect(await refused(receive(power, '2026-11-01'))).toEqual([400, 'DATE_IN_PAST']);
    const both = await Promise.all([refused(receive(power)), refused(receive(power))]);
    expect(both.map(([, code]) => code).sort()).toEqual(['PUSH_ALREADY_RECEIVED', 'none']);
    const seen = (await firm(contract.projectPushes, { projectId })).pushes.find((one) => one.id === pushId);
    expect(seen).toMatchObject({ receipt: { plannedOn: '2026-12-20' }, duty: null });
    await platform.drain();
    const titles = (await firm(cases.myNotices, {})).notices.map((one) => one.title).join();
    expect(titles).toContain('县供电分公司已收到您的项目');
    expect(await refused(stranger(contract.projectPushes, { projectId }))).toEqual([404, 'PROJECT_NOT_FOUND']);
  });
});

describe('在线咨询', () => {
  const ask = (more: Record<string, unknown> = {}) =>
    firm(questions.askQuestion, {
      projectId,
      unitId: 'natural-resources',
      subject: '容积率怎样调整',
      text: '麟游县小仓库想调容积率，我是赵文斌，电话13891712302，要走什么程序？',
      ...more,
    });

  test('问谁要写清楚；部门按期答复，只有本人和该部门看得到', async () => {
    expect(await refused(ask({ unitId: undefined }))).toEqual([400, 'WHOM_TO_ASK']);
    expect(await refused(ask({ unitId: 'nobody' }))).toEqual([400, 'UNIT_UNKNOWN']);
    const foreign = stranger(questions.askQuestion, { projectId, unitId: 'tax', subject: 'a', text: 'b' });
    expect(await refused(foreign)).toEqual([404, 'PROJECT_NOT_FOUND']);
    const asked = await ask();
    expect(asked.duty).toMatchObject({ unitName: '县自然资源局', dueOn: '2026-11-25' });
    const questionId = asked.id;
    const land = await platform.signIn('officer-natural-resources');
    expect(await refused(stranger(questions.readQuestion, { questionId }))).toEqual([404, 'QUESTION_NOT_FOUND']);
    expect(await refused(approval(questions.readQuestion, { questionId }))).toEqual([404, 'QUESTION_NOT_FOUND']);
    const seen = await land(questions.readQuestion, { questionId });
    expect(seen.draft?.question).toBe('某项目想调容积率，我是某人，电话（电话），要走什么程序？');
    expect((await firm(questions.readQuestion, { questionId })).draft).toBeNull();

    const publish = (answer: string, question = seen.draft?.question ?? '') =>
      land(questions.publishAnswer, { questionId, subject: '容积率怎样调整', question, answer });
    expect(await refused(publish('先论证'))).toEqual([409, 'QUESTION_NOT_ANSWERED']);
    const answer = () => land(questions.answerQuestion, { questionId, text: '先论证、公示，再报县政府批准。' });
    expect(await refused(approval(questions.answerQuestion, { questionId, text: 'x' }))).toEqual([
      404,
      'QUESTION_NOT_FOUND',
    ]);
    const both = await Promise.all([refused(answer()), refused(answer())]);
    expect(both.map(([, code]) => code).sort()).toEqual(['QUESTION_CLOSED', 'none']);
    const tell = await refused(publish('请赵文斌来窗口', '麟游县小仓库想调容积率'));
    expect(tell).toEqual([400, 'PUBLICATION_NAMES_SOMEONE']);
    await publish('先论证、公示，再报县政府批准。');
  });

  test('公开的问答没登录也能搜到；撤下就没有了', async () => {
    const search = (more = {}) => platform.call(questions.publicAnswers, more);
    expect((await search()).total).toBe(1);
    const found = await search({ text: '调容积率要公示吗' });
    expect(found.answers[0]).toMatchObject({ unitName: '县自然资源局', subject: '容积率怎样调整' });
    expect(JSON.stringify(found)).not.toMatch(/赵文斌|小仓库|13891712302/);
    expect((await search({ text: '结婚登记' })).total).toBe(0);
    expect((await search({ unit: 'tax' })).total).toBe(0);
    const land = await platform.signIn('officer-natural-resources');
    await land(questions.withdrawPublication, { questionId: found.answers[0]?.id ?? '' });
    expect((await search({ text: '容积率' })).total).toBe(0);
  });

  test('没答复前可以撤回，部门的待办也没有了；内容加密保存', async () => {
    const asked = await ask({ subject: '打错了' });
    await firm(questions.withdrawQuestion, { questionId: asked.id });
    const land = await platform.signIn('officer-natural-resources');
    expect((await land(questions.unitQuestions, { status: ['asked'] })).total).toBe(0);
    expect((await firm(questions.myQuestions, { projectId })).questions[0]).toMatchObject({
      status: 'withdrawn',
      duty: null,
    });
    const { rows } = await plain(`select subject, body from projects.question`);
    expect(JSON.stringify(rows)).not.toMatch(/容积率|13891712302/);
  });

  async function plain(query: string) {
    const client = new pg.Client({ connectionString: platform.ownerUrl });
    await client.connect();
    try {
      return await client.query(query);
    } finally {
      await client.end();
    }
  }
});
