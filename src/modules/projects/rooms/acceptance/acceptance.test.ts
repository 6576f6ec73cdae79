import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { paper, refused } from '../../../../../test/support/applying.ts';
import { signOff } from '../../../../../test/support/opening.ts';
import { startTestPlatform, type TestPlatform } from '../../../../../test/support/platform.ts';
import { fileStage, registerProject } from '../../../../../test/support/projects.ts';
import type { Caller } from '../../../../kernel/call.ts';
import * as cases from '../../../cases/contract.ts';
import * as tasks from '../../../tasks/contract.ts';
import * as contract from '../../contract-rooms-acceptance.ts';
import * as surveys from '../../contract-rooms-survey.ts';
import { openRoomDocument, uploadRoomDocument } from '../../contract-rooms-views.ts';

let platform: TestPlatform;
let firm: Caller;
let land: Caller;
let housing: Caller;
let projectId: string;
let documentId: string;

async function at(now: string): Promise<void> {
  platform.clock.set(now);
  [firm, land, housing] = await Promise.all([
    platform.signIn('firm'),
    platform.signIn('officer-natural-resources'),
    platform.signIn('officer-housing-construction'),
  ]);
}

/** A small warehouse on own land: three stages of a case or two each. */
async function warehouse(name: string): Promise<string> {
  const registered = await registerProject(firm, 'small-low-risk', {
    projectName: name,
    buildingUse: 'warehouse',
    projectBuildingArea: 900,
    aboveGroundArea: 900,
    landAcquisition: 'owned',
  });
  return registered.projectId;
}

async function build(id: string): Promise<void> {
  for (const stage of ['land', 'works', 'permit']) {
    const filed = await fileStage(platform, firm, id, stage);
    for (const { caseId } of filed.cases) await signOff(platform, caseId);
    await platform.drain();
  }
}

beforeAll(async () => {
  platform = await startTestPlatform();
  await at(platform.clock.now());
  projectId = await warehouse('麟游县小仓库');
  const document = await firm(uploadRoomDocument, { projectId, document: paper('测量报告.pdf') } as never);
  documentId = document.id;
});
afterAll(() => platform?.stop());

const surveyor = {
  name: '宝鸡市测绘院',
  uscc: '91610329MA6X000167',
  qualificationNo: '乙测资字61500001',
  validUntil: '2026-12-31',
};

describe('多测合一', () => {
  const deliver = (surveyId: string, kind: 'planning' | 'completion' | 'property', surveyedOn = '2026-11-20') =>
    firm(surveys.deliverSurveyResult, {
      surveyId,
      kind,
      surveyedOn,
      figures: [{ name: '总建筑面积', value: '900.12', unit: '平方米' }],
      documents: [documentId],
    });
  const review = (
    by: Caller,
    surveyId: string,
    decision: 'approved' | 'returned',
    kinds: ('planning' | 'property')[] = [],
  ) =>
    by(surveys.reviewSurvey, {
      surveyId,
      decision,
      defects: kinds.map((kind) => ({ kind, text: '坐标系不对' })),
    });

  test('资质过期的不能承担；一个项目委托一次', async () => {
    const commission = (more = {}) => firm(surveys.commissionSurvey, { projectId, surveyor: { ...surveyor, ...more } });
    expect(await refused(commission({ validUntil: '2026-11-22' }))).toEqual([409, 'SURVEYOR_NOT_QUALIFIED']);
    expect(await refused(commission({ uscc: '91610329MA6X000168' }))).toEqual([400, 'SURVEYOR_CODE_WRONG']);
    const both = await Promise.all([refused(commission()), refused(commission())]);
    expect(both.map(([, code]) => code).sort()).toEqual(['SURVEY_EXISTS', 'none']);
    const early = firm(contract.applyAcceptance, { projectId, scope: '1号仓库', readyOn: '2026-12-01' });
    expect(await refused(early)).toEqual([409, 'SURVEY_NOT_APPROVED']);
  });

  test('三项成果一次审核；退回的改好再交；审核通过后不能再审', async () => {
    const { survey } = await firm(surveys.readSurvey, { projectId });
    const surveyId = survey?.id ?? '';
    expect((await deliver(surveyId, 'planning')).status).toBe('commissioned');
    expect(await refused(review(land, surveyId, 'approved'))).toEqual([409, 'ROOM_STEP_IMPOSSIBLE']);
    await deliver(surveyId, 'completion');
    expect(await refused(deliver(surveyId, 'property', '2026-11-24'))).toEqual([400, 'DATE_IN_FUTURE']);
    const complete = await deliver(surveyId, 'property');
    expect(complete).toMatchObject({ status: 'reviewing', duty: { dueOn: '2026-11-26' } });
    expect(await refused(review(housing, surveyId, 'approved'))).toEqual([403, 'FORBIDDEN']);
    expect(await refused(review(land, surveyId, 'returned'))).toEqual([400, 'RETURN_WITHOUT_DEFECT']);
    const returned = await review(land, surveyId, 'returned', ['planning']);
    expect(returned.status).toBe('returned');
    expect(JSON.stringify(await firm(tasks.listOwnTasks, {}))).toContain('修改测量成果');
    platform.clock.set('2026-11-23T02:00:00.000Z');
    expect((await deliver(surveyId, 'property')).status).toBe('returned');
    expect((await deliver(surveyId, 'planning')).status).toBe('reviewing');
    const both = await Promise.all([
      refused(review(land, surveyId, 'approved')),
      refused(review(land, surveyId, 'approved')),
    ]);
    expect(both.map(([, code]) => code).sort()).toEqual(['SURVEY_ALREADY_REVIEWED', 'none']);
    const used = await land(surveys.reuseSurvey, { projectId, purpose: '不动产首次登记' });
    expect(used.uses.map((one) => one.by)).toEqual(['县自然资源局·不动产首次登记']);
    expect(used.results.find((one) => one.kind === 'planning')?.version).toBe(2);
  });
});

describe('联合验收', () => {
  let acceptanceId: string;
  const apply = () => firm(contract.applyAcceptance, { projectId, scope: '1号仓库', readyOn: '2026-12-01' });
  const record = (by: Caller, unitId: string, more: Record<string, unknown> = {}) =>
    by(contract.recordInspection, { acceptanceId, unitId, result: 'pass', note: '符合要求', ...more });

  test('前面的阶段没办完不能申请；申请一次，双击只有一份', async () => {
    expect(await refused(apply())).toEqual([409, 'STAGE_NOT_REACHED']);
    await build(projectId);
    const both = await Promise.all([refused(apply()), refused(apply())]);
    expect(both.map(([, code]) => code).sort()).toEqual(['ACCEPTANCE_RUNNING', 'none']);
    const { acceptances } = await firm(contract.listAcceptances, { projectId });
    acceptanceId = acceptances[0]?.id ?? '';
    expect(acceptances[0]).toMatchObject({ status: 'applied', leadId: 'housing-construction' });
    expect(acceptances[0]?.departments.map((one) => [one.unitId, one.matter])).toEqual([
      ['natural-resources', '规划、土地'],
      ['housing-construction', '消防、消防备案、人防（县人防办）、城建档案'],
    ]);
    const { survey } = await firm(surveys.readSurvey, { projectId });
    expect(survey?.uses.map((one) => one.by)).toContain('联合验收');
  });

  test('牵头部门定一个工作日；改期要说明理由；当天以前不能记录', async () => {
    const schedule = (by: Caller, on: string, more = {}) =>
      by(contract.scheduleVisit, { acceptanceId, on, time: '09:30', ...more });
    expect(await refused(schedule(land, '2026-12-01'))).toEqual([403, 'FORBIDDEN']);
    expect(await refused(schedule(housing, '2026-11-20'))).toEqual([400, 'DATE_IN_PAST']);
    expect(await refused(schedule(housing, '2026-11-28'))).toEqual([400, 'VISIT_NOT_ON_WORKING_DAY']);
    const set = await schedule(housing, '2026-12-01');
    expect(set.departments.map((one) => one.duty?.dueOn)).toEqual(['2026-12-02', '2026-12-02']);
    expect(await refused(schedule(housing, '2026-12-02'))).toEqual([400, 'MOVED_WITHOUT_REASON']);
    const moved = await schedule(housing, '2026-12-02', { reason: '下雨' });
    expect(moved.visit).toMatchObject({ on: '2026-12-02', moved: true });
    const open = (await land(tasks.listTasks, {})).tasks.filter((one) => one.kind === 'project.acceptance');
    expect(open).toHaveLength(1);
    expect(await refused(record(land, 'natural-resources'))).toEqual([409, 'BEFORE_VISIT']);
  });

  test('各部门记在一张清单上，缺一家不能汇总，写明缺谁；有问题一次性通知整改', async () => {
    await at('2026-12-02T02:00:00.000Z');
    await record(land, 'natural-resources');
    const close = () => housing(contract.closeVisit, { acceptanceId });
    const early = await close().catch((error: unknown) => error as { problem: { code: string; detail?: string } });
    expect(JSON.stringify(early)).toContain('县住建局');
    expect((await refused(close()))[1]).toBe('DEPARTMENT_MISSING');
    const before = await firm(contract.readAcceptance, { acceptanceId });
    expect(before.missing.map((one) => one.unitName).join()).toContain('住建');

    const fire = await platform.signIn('officer-fire');
    expect(await refused(record(fire, 'fire'))).toEqual([404, 'ACCEPTANCE_NOT_FOUND']);
    const photo = await housing(uploadRoomDocument, { projectId, document: paper('现场照片.pdf') } as never);
    expect(await refused(firm(openRoomDocument, { documentId: photo.id }))).toEqual([404, 'ROOM_DOCUMENT_NOT_FOUND']);
    expect(await refused(record(housing, 'housing-construction', { result: 'fail' }))).toEqual([
      400,
      'FINDINGS_MISSING',
    ]);
    const findings = [
      { place: '东门', text: '应急照明不亮', photos: [photo.id] },
      { place: '消防控制室', text: '值班制度没有上墙' },
    ];
    await record(housing, 'housing-construction', { result: 'fail', findings: findings.slice(0, 1) });
    // Before the visit is concluded the record may still be completed.
    const noted = await record(housing, 'housing-construction', { result: 'fail', findings });
    expect(noted.findings).toHaveLength(2);
    expect((await firm(openRoomDocument, { documentId: photo.id })).shared).toBe(true);
    const moving = housing(contract.scheduleVisit, { acceptanceId, on: '2026-12-03', reason: '再来一次' });
    expect(await refused(moving)).toEqual([409, 'VISIT_ALREADY_BEGUN']);
    const rectifying = await close();
    expect(rectifying).toMatchObject({ status: 'rectifying', rectification: { dueOn: '2027-01-01' } });
    expect(await refused(record(land, 'natural-resources'))).toEqual([409, 'ROOM_STEP_IMPOSSIBLE']);
  });

  test('整改一轮：逐条说明，提出问题的部门复查；没有第二轮', async () => {
    const { findings } = await firm(contract.readAcceptance, { acceptanceId });
    const items = findings.map((one) => ({ findingId: one.id, note: '已整改', documents: [documentId] }));
    const report = (given: typeof items) => firm(contract.reportRectified, { acceptanceId, items: given });
    expect(await refused(report(items.slice(0, 1)))).toEqual([400, 'FINDING_NOT_ANSWERED']);
    expect((await report(items)).status).toBe('rechecking');
    expect(await refused(report(items))).toEqual([409, 'ROOM_STEP_IMPOSSIBLE']);
    const none = land(contract.recheckFindings, { acceptanceId, unitId: 'natural-resources' });
    expect(await refused(none)).toEqual([409, 'NOTHING_TO_RECHECK']);
    const recheck = () => housing(contract.recheckFindings, { acceptanceId, unitId: 'housing-construction' });
    expect((await recheck()).status).toBe('signing');
    expect(await refused(recheck())).toEqual([409, 'ROOM_STEP_IMPOSSIBLE']);
    expect(await refused(report(items))).toEqual([409, 'ROOM_STEP_IMPOSSIBLE']);
  });

  test('缺一家签字不能出意见书；一份意见，各家签名都在上面', async () => {
    const conclude = () => housing(contract.concludeAcceptance, { acceptanceId });
    const sign = (by: Caller, unitId: string) =>
      by(contract.signOpinion, { acceptanceId, unitId, opinion: 'agree', note: '' });
    await sign(housing, 'housing-construction');
    const missing = await conclude().catch((error: unknown) => error);
    expect(JSON.stringify(missing)).toContain('县自然资源局');
    const both = await Promise.all([
      refused(sign(land, 'natural-resources')),
      refused(sign(land, 'natural-resources')),
    ]);
    expect(both.map(([, code]) => code).sort()).toEqual(['ALREADY_SIGNED', 'none']);
    const passed = await conclude();
    expect(passed).toMatchObject({
      status: 'passed',
      opinion: { documentNo: '联合验收意见〔2026〕1号', passed: true },
    });
    expect(passed.opinion?.signatures.map((one) => [one.unitName, one.opinion])).toEqual([
      ['县自然资源局', '同意'],
      ['县住建局', '同意'],
    ]);
    expect(passed.opinion?.survey.map((one) => one.value)).toContain('900.12');
    expect(await refused(conclude())).toEqual([409, 'ROOM_STEP_IMPOSSIBLE']);
    await platform.drain();
    const { notices } = await firm(cases.myNotices, {});
    expect(notices.map((one) => one.title).join()).toContain('联合验收通过');
    expect((await land(tasks.listTasks, {})).tasks.filter((one) => one.kind === 'project.acceptance')).toEqual([]);
  });

  test('到期没有报告整改：部门按现状复查，不能签同意，结论是不通过', async () => {
    acceptanceId = (await apply()).id;
    await housing(contract.scheduleVisit, { acceptanceId, on: '2026-12-03' });
    await at('2026-12-03T02:00:00.000Z');
    await record(land, 'natural-resources');
    await record(housing, 'housing-construction', { result: 'fail', findings: [{ text: '消防车道被占' }] });
    await housing(contract.closeVisit, { acceptanceId });
    await at('2027-01-20T02:00:00.000Z');
    await platform.drain();
    const rechecking = await firm(contract.readAcceptance, { acceptanceId });
    expect(rechecking).toMatchObject({ status: 'rechecking', rectification: { reportedAt: null } });
    const unresolved = rechecking.findings.map((one) => one.id);
    await housing(contract.recheckFindings, { acceptanceId, unitId: 'housing-construction', unresolved });
    const sign = (by: Caller, unitId: string, opinion: 'agree' | 'disagree') =>
      by(contract.signOpinion, { acceptanceId, unitId, opinion, note: '没有整改' });
    expect(await refused(sign(housing, 'housing-construction', 'agree'))).toEqual([409, 'UNRESOLVED_NOT_AGREEABLE']);
    await sign(housing, 'housing-construction', 'disagree');
    await sign(land, 'natural-resources', 'agree');
    const failed = await housing(contract.concludeAcceptance, { acceptanceId });
    expect(failed.status).toBe('failed');
    expect(failed.opinion?.remedy).toContain('行政复议');
  });
});
