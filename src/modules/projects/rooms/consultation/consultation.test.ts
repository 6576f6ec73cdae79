import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { refused, paper } from '../../../../../test/support/applying.ts';
import { startTestPlatform, type TestPlatform } from '../../../../../test/support/platform.ts';
import { fileStage, registerProject } from '../../../../../test/support/projects.ts';
import type { Caller } from '../../../../kernel/call.ts';
import * as cases from '../../../cases/contract.ts';
import * as tasks from '../../../tasks/contract.ts';
import * as contract from '../../contract-rooms-consultation.ts';
import { openRoomDocument, uploadRoomDocument } from '../../contract-rooms-views.ts';

let platform: TestPlatform;
let firm: Caller;
let lead: Caller;
let fire: Caller;
let housing: Caller;
let projectId: string;

/** Sessions end overnight: everybody signs in again. */
async function at(now: string): Promise<void> {
  platform.clock.set(now);
  [firm, lead, fire, housing] = await Promise.all([
    platform.signIn('firm'),
    platform.signIn('officer-approval-bureau'),
    platform.signIn('officer-fire'),
    platform.signIn('officer-housing-construction'),
  ]);
}

beforeAll(async () => {
  platform = await startTestPlatform();
  await at(platform.clock.now());
  projectId = (await registerProject(firm)).projectId;
});
afterAll(() => platform?.stop());

const ask = (more: Record<string, unknown> = {}) =>
  lead(contract.convene, {
    projectId,
    stage: 'works',
    question: '设计方案是否满足消防和人防要求',
    askedUnits: ['fire', 'housing-construction'],
    ...more,
  });

describe('并联会商', () => {
  test('一家发起，各单位都有待办，都反馈后形成一份纪要', async () => {
    const document = await lead(uploadRoomDocument, { projectId, document: paper('设计方案.pdf') } as never);
    const opened = await ask({ documents: [document.id], term: '3wd' });
    expect(opened).toMatchObject({ status: 'consulting', answerBy: '2026-11-26', convenerId: 'approval-bureau' });
    expect(opened.positions.map((one) => [one.unitId, one.words, one.duty?.dueOn])).toEqual([
      ['fire', '等待反馈', '2026-11-26'],
      ['housing-construction', '等待反馈', '2026-11-26'],
    ]);
    const queue = await fire(tasks.listTasks, {});
    expect(queue.tasks.map((one) => one.kind)).toContain('project.consult-answer');

    const { id } = opened;
    expect(await refused(lead(contract.closeConsultation, { consultationId: id, text: '先定了' }))).toEqual([
      409,
      'ANSWERS_OUTSTANDING',
    ]);
    await fire(contract.answerConsultation, { consultationId: id, unitId: 'fire', opinion: 'agree' });
    const again = fire(contract.answerConsultation, { consultationId: id, unitId: 'fire', opinion: 'agree' });
    expect(await refused(again)).toEqual([409, 'ALREADY_ANSWERED']);
    const foreign = fire(contract.answerConsultation, {
      consultationId: id,
      unitId: 'housing-construction',
      opinion: 'agree',
    });
    expect(await refused(foreign)).toEqual([403, 'FORBIDDEN']);
    const full = await housing(contract.answerConsultation, {
      consultationId: id,
      unitId: 'housing-construction',
      opinion: 'conditions',
      conditions: ['人防面积按核定数'],
    });
    expect(full.status).toBe('answered');
    expect(await refused(housing(contract.closeConsultation, { consultationId: id, text: '好' }))).toEqual([
      403,
      'FORBIDDEN',
    ]);
    const closed = await lead(contract.closeConsultation, {
      consultationId: id,
      text: '有条件同意',
      heldOn: '2026-11-23',
    });
    expect(closed.minutes).toMatchObject({ conclusion: 'conditional', no: '会商纪要〔2026〕1号' });
    expect(closed.positions.every((one) => one.duty === null)).toBe(true);
    const late = lead(contract.cancelConsultation, { consultationId: id, reason: '不办了' });
    expect(await refused(late)).toEqual([409, 'ROOM_STEP_IMPOSSIBLE']);
  });

  test('资料只有参加单位看得到，企业和别的单位看不到会商', async () => {
    const { consultations } = await lead(contract.listConsultations, { projectId });
    const [one] = consultations;
    const documentId = one?.documents[0]?.id ?? '';
    expect((await fire(openRoomDocument, { documentId })).id).toBe(documentId);
    expect(await refused(firm(openRoomDocument, { documentId }))).toEqual([404, 'ROOM_DOCUMENT_NOT_FOUND']);
    expect(await refused(firm(contract.readConsultation, { consultationId: one?.id ?? '' }))).toEqual([
      403,
      'FORBIDDEN',
    ]);
    const stranger = await platform.signIn('officer-education-sports');
    expect(await refused(stranger(contract.readConsultation, { consultationId: one?.id ?? '' }))).toEqual([
      404,
      'CONSULTATION_NOT_FOUND',
    ]);
    expect((await stranger(contract.myConsultations, {})).total).toBe(0);
    expect((await fire(contract.myConsultations, {})).total).toBe(1);
  });

  test('逾期不反馈按设置视为同意并注明；迟来的意见留着，不算数', async () => {
    const opened = await ask({ term: '1wd' });
    await at('2026-11-25T02:00:00.000Z');
    await platform.drain();
    const silent = await lead(contract.readConsultation, { consultationId: opened.id });
    expect(silent.status).toBe('answered');
    expect(silent.positions.map((one) => one.words)).toEqual(['逾期未反馈，视为同意', '逾期未反馈，视为同意']);
    const late = await fire(contract.answerConsultation, {
      consultationId: opened.id,
      unitId: 'fire',
      opinion: 'disagree',
      note: '消防车道太窄',
    });
    expect(late.positions.find((one) => one.unitId === 'fire')).toMatchObject({
      silent: true,
      opinion: 'agree',
      late: { opinion: 'disagree', note: '消防车道太窄' },
    });
    const closed = await lead(contract.closeConsultation, { consultationId: opened.id, text: '按期意见一致' });
    expect(closed.minutes?.conclusion).toBe('agreed');
  });

  test('任务还没跑到也一样：到期后形成纪要先记下沉默', async () => {
    const opened = await ask({ term: '1wd' });
    await at('2026-11-27T02:00:00.000Z');
    const closed = await lead(contract.closeConsultation, { consultationId: opened.id, text: '同意' });
    expect(closed.positions.every((one) => one.silent)).toBe(true);
  });

  test('两个人同时反馈：只有一个算数；双击发起只有一份', async () => {
    const opened = await ask();
    const answers = await Promise.all(
      ['agree', 'agree'].map(() =>
        refused(fire(contract.answerConsultation, { consultationId: opened.id, unitId: 'fire', opinion: 'agree' })),
      ),
    );
    expect(answers.map(([, code]) => code).sort()).toEqual(['ALREADY_ANSWERED', 'none']);
    await lead(contract.cancelConsultation, { consultationId: opened.id, reason: '申请人撤回' });
    const open = (await fire(tasks.listTasks, {})).tasks.filter((one) => one.kind === 'project.consult-answer');
    expect(open).toEqual([]);
  });

  test.each([
    [{ askedUnits: ['nobody'] }, 'UNIT_UNKNOWN'],
    [{ askedUnits: ['approval-bureau'] }, 'ASKED_ITSELF'],
    [{ stage: 'nowhere' }, 'STAGE_NOT_FOUND'],
    [{ documents: ['0190a0a0-0000-7000-8000-000000000000'] }, 'ROOM_DOCUMENT_NOT_FOUND'],
  ])('%o 不行：%s', async (more, code) => {
    expect((await refused(ask(more)))[1]).toBe(code);
  });
});

describe('一次性告知', () => {
  test('几个单位的补正合成一份通知；过了五天的单独注明，不再要求', async () => {
    await at('2026-11-30T01:00:00.000Z');
    const { projectId: other } = await registerProject(firm, 'small-low-risk', {
      projectName: '麟游县小仓库',
      buildingUse: 'warehouse',
      projectBuildingArea: 900,
      aboveGroundArea: 900,
      landAcquisition: 'new',
    });
    const { applicationId, cases: filed } = await fileStage(platform, firm, other, 'land');
    const units = await Promise.all(
      filed.map(async ({ caseId }) => {
        const auditor = await platform.signIn('auditor');
        return (await auditor(cases.readCase, { caseId })).progress;
      }),
    );
    const waiting = units.filter((one) => one.status === 'filed');
    const [first] = waiting;
    if (first === undefined) throw new Error('nothing filed');
    const officer = await platform.signIn(`officer-${first.unitId}`);
    const gather = (text: string) =>
      officer(contract.gatherQuestion, { projectId: other, caseId: first.caseId, defects: [{ about: '', text }] });
    const gathered = await gather('总平面图缺绿地率');
    expect(gathered).toMatchObject({ status: 'gathering', sendBy: '2026-12-07' });
    await gather('缺测绘图');
    expect((await firm(contract.listGatheredNotices, { projectId: other })).notices).toEqual([]);
    const foreign = fire(contract.gatherQuestion, {
      projectId: other,
      caseId: first.caseId,
      defects: [{ about: '', text: 'x' }],
    });
    expect((await refused(foreign))[0]).toBeGreaterThanOrEqual(403);

    const sent = await lead(contract.sendGatheredNotice, { projectId: other, applicationId });
    expect(sent.status).toBe('sent');
    expect(sent.questions.map((one) => one.state)).toEqual(['sent', 'sent']);
    const auditor = await platform.signIn('auditor');
    const { progress } = await auditor(cases.readCase, { caseId: first.caseId });
    expect(progress.status).toBe('correcting');
    expect(progress.correction).toMatchObject({ noticeNo: sent.noticeNo });
    expect(progress.correction?.defects.map((one) => one.text)).toEqual(['总平面图缺绿地率', '缺测绘图']);
    expect((await firm(contract.listGatheredNotices, { projectId: other })).notices).toHaveLength(1);
    expect(await refused(lead(contract.sendGatheredNotice, { projectId: other, applicationId }))).toEqual([
      409,
      'NOTICE_ALREADY_SENT',
    ]);
    expect(await refused(gather('再补一份'))).toEqual([409, 'CASE_NOT_WAITING_FOR_INTAKE']);
  });

  test('五天过了：不能再要求补正', async () => {
    await at('2026-12-01T01:00:00.000Z');
    const { projectId: other } = await registerProject(firm, 'small-low-risk', {
      projectName: '麟游县另一个小仓库',
      buildingUse: 'warehouse',
      projectBuildingArea: 900,
      aboveGroundArea: 900,
      landAcquisition: 'new',
    });
    const { applicationId, cases: filed } = await fileStage(platform, firm, other, 'land');
    const [first] = filed;
    const auditor = await platform.signIn('auditor');
    const { progress } = await auditor(cases.readCase, { caseId: first?.caseId ?? '' });
    const officer = await platform.signIn(`officer-${progress.unitId}`);
    await officer(contract.gatherQuestion, {
      projectId: other,
      caseId: progress.caseId,
      defects: [{ about: '', text: '缺图' }],
    });
    await at('2026-12-15T01:00:00.000Z');
    expect(await refused(lead(contract.sendGatheredNotice, { projectId: other, applicationId }))).toEqual([
      409,
      'NOTICE_TOO_LATE',
    ]);
  });
});
