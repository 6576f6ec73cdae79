import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fileService, paper, refused } from '../../../../../test/support/applying.ts';
import { signOff } from '../../../../../test/support/opening.ts';
import { startTestPlatform, type TestPlatform } from '../../../../../test/support/platform.ts';
import { fileDraft, registerProject } from '../../../../../test/support/projects.ts';
import type { Caller } from '../../../../kernel/call.ts';
import * as cases from '../../../cases/contract.ts';
import * as tasks from '../../../tasks/contract.ts';
import * as projects from '../../contract.ts';
import * as contract from '../../contract-rooms-commitments.ts';
import { uploadRoomDocument } from '../../contract-rooms-views.ts';

let platform: TestPlatform;
let firm: Caller;
let housing: Caller;
let auditor: Caller;
let projectId: string;
const item = 'drainage-permit';

async function at(now: string): Promise<void> {
  platform.clock.set(now);
  [firm, housing, auditor] = await Promise.all([
    platform.signIn('firm'),
    platform.signIn('officer-housing-construction'),
    platform.signIn('auditor'),
  ]);
}

beforeAll(async () => {
  platform = await startTestPlatform();
  await at(platform.clock.now());
  ({ projectId } = await registerProject(firm, 'standard-factory', {
    disturbedArea: 2,
    earthworkVolume: 3000,
    wantsGas: true,
    wantsWater: true,
    gasExternalLength: 120,
    dischargesToSewer: true,
  }));
});
afterAll(() => platform?.stop());

/** An application for 水土保持 of the project, filed on a promise and accepted so by its unit. */
async function promised(): Promise<{ caseId: string; officer: Caller; unitId: string }> {
  const { application } = await firm(projects.startTrack, { projectId, trackId: 'soil-conservation-approval' });
  const { applicationId } = application;
  const draft = await firm(cases.myApplication, { applicationId });
  await firm(cases.saveDraft, {
    applicationId,
    revision: draft.revision,
    answers: {},
    commitments: ['soil-conservation-approval'],
  });
  const { cases: filed } = await fileDraft(platform, firm, applicationId);
  const caseId = filed[0]?.caseId ?? '';
  const { progress } = await auditor(cases.readCase, { caseId });
  const officer = await platform.signIn(`officer-${progress.unitId}`);
  await officer(cases.acceptCase, { caseId, how: 'commitment' });
  return { caseId, officer, unitId: progress.unitId };
}

async function only(status: string) {
  const { commitments } = await firm(contract.projectCommitments, { projectId });
  const [one] = commitments.filter((each) => each.status === status && each.kind === 'commitment');
  if (one === undefined) throw new Error(`no commitment ${status}`);
  return one;
}

describe('告知承诺', () => {
  test('按承诺受理后核查；不相符限期整改；不改的撤销，记入失信，修复前不能再承诺', async () => {
    const { caseId, officer, unitId } = await promised();
    await platform.drain();
    const { id, duty, promise } = await only('promised');
    expect(promise).not.toBe('');
    expect(duty?.dueOn).toBe('2027-01-22');
    const queue = await officer(tasks.listTasks, {});
    expect(queue.tasks.map((one) => one.kind)).toContain('project.commitment-inspection');
    await signOff(platform, caseId);

    const inspect = (by: Caller, result: 'kept' | 'mismatch', inspectedOn = '2026-11-23') =>
      by(contract.inspectCommitment, { commitmentId: id, result, findings: '没有修沉沙池', inspectedOn });
    const fire = await platform.signIn('officer-fire');
    expect(await refused(inspect(fire, 'kept'))).toEqual([404, 'COMMITMENT_NOT_FOUND']);
    expect(await refused(inspect(officer, 'mismatch', '2026-11-24'))).toEqual([400, 'DATE_IN_FUTURE']);
    const correcting = await inspect(officer, 'mismatch');
    expect(correcting).toMatchObject({ status: 'correcting', correctBy: '2026-12-14' });
    expect(await refused(inspect(officer, 'kept'))).toEqual([409, 'ROOM_STEP_IMPOSSIBLE']);
    const mine = await firm(tasks.listOwnTasks, {});
    expect(JSON.stringify(mine)).toContain('限期整改');
    const early = officer(contract.recheckCommitment, { commitmentId: id, corrected: false, findings: '还没改' });
    expect(await refused(early)).toEqual([409, 'CORRECTION_TERM_RUNNING']);
    const revokeNow = officer(contract.revokeCommitment, { commitmentId: id, reason: '不改' });
    expect(await refused(revokeNow)).toEqual([409, 'ROOM_STEP_IMPOSSIBLE']);

    await at('2026-12-15T02:00:00.000Z');
    await platform.drain();
    expect((await only('uncorrected')).duty?.title).toContain('处理决定');
    const again = await platform.signIn(`officer-${unitId}`);
    const revoked = await again(contract.revokeCommitment, { commitmentId: id, reason: '限期内没有整改' });
    expect(revoked.revocation).toMatchObject({ documentNo: '撤销决定〔2026〕1号' });
    expect(revoked.revocation?.basis.title).toContain('行政许可法');
    await platform.drain();
    const { notices } = await firm(cases.myNotices, {});
    expect(notices.map((one) => one.title).join()).toContain('撤销决定〔2026〕1号');

    const bars = await firm(contract.commitmentBars, { projectId, itemId: item });
    expect(bars).toMatchObject({ allowed: false, bars: [{ kind: 'firm' }] });
    const { breaches } = await again(contract.listBreaches, { open: 'yes' });
    const breachId = breaches[0]?.id ?? '';
    const gas = firm(contract.fileGasConnection, {
      projectId,
      lengthMetres: 100,
      route: '东大街',
      startOn: '2026-12-20',
      pledged: true,
    });
    expect(await refused(gas)).toEqual([409, 'PROMISE_BARRED']);
    // The bar holds for every promise of the firm, in a project or not.
    const ordinary = () =>
      fileService(platform, firm, 'public-place-hygiene', {
        answers: { uscc: '91610329MA6X000167' },
        commitments: ['public-place-hygiene'],
      });
    expect(await refused(ordinary())).toEqual([409, 'COMMITMENT_BARRED']);
    const stranger = await platform.signIn('officer-tax');
    expect(await refused(stranger(contract.repairBreach, { breachId, reason: '好了' }))).toEqual([
      404,
      'COMMITMENT_BREACH_NOT_FOUND',
    ]);
    const repaired = await again(contract.repairBreach, { breachId, reason: '已补建并验收' });
    expect(repaired.repairedAt).not.toBeNull();
    expect(await refused(again(contract.repairBreach, { breachId, reason: '再来' }))).toEqual([
      409,
      'BREACH_ALREADY_REPAIRED',
    ]);
    expect((await firm(contract.commitmentBars, { projectId, itemId: item })).allowed).toBe(true);
    expect((await ordinary()).caseId).not.toBe('');
  });

  test('不适用的事项谁都不能选', async () => {
    const { bars, allowed } = await firm(contract.commitmentBars, {
      projectId,
      itemId: 'environmental-impact-approval',
    });
    expect(allowed).toBe(false);
    expect(bars[0]).toMatchObject({ kind: 'item' });
    expect(bars[0]?.reason).toContain('生态环境保护');
  });
});

describe('燃气外线承诺备案', () => {
  const filing = { route: '自东大街中压管接至北门', startOn: '2026-12-16', pledged: true as const };

  test('150.1米不行，150米可以，备案当天起就能开工；重复备案被拒绝', async () => {
    expect((await platform.call(contract.gasRule, {})).limitMetres).toBe(150);
    const file = (lengthMetres: number, more = {}) =>
      firm(contract.fileGasConnection, { projectId, lengthMetres, ...filing, ...more });
    expect(await refused(file(150.1))).toEqual([409, 'GAS_LINE_TOO_LONG']);
    expect(await refused(file(100, { startOn: '2026-12-01' }))).toEqual([400, 'DATE_IN_PAST']);
    expect(await refused(file(100, { pledged: false }))).toEqual([400, 'INVALID_INPUT']);
    const stranger = await platform.signIn('applicant');
    const foreign = stranger(contract.fileGasConnection, { projectId, lengthMetres: 100, ...filing });
    expect(await refused(foreign)).toEqual([404, 'PROJECT_NOT_FOUND']);
    const both = await Promise.all([refused(file(150)), refused(file(150))]);
    expect(both.map(([, code]) => code).sort()).toEqual(['GAS_ALREADY_FILED', 'none']);
  });

  test('完工后核查：实测超长不能认定相符', async () => {
    const { commitments } = await housing(contract.listCommitments, { kind: ['gas'] });
    const [one] = commitments;
    expect(one?.duty?.dueOn).toBe('2026-12-30');
    await at('2026-12-30T02:00:00.000Z');
    const commitmentId = one?.id ?? '';
    const document = await housing(uploadRoomDocument, { projectId, document: paper('核查记录.pdf') } as never);
    const inspect = (result: 'kept' | 'mismatch', measuredMetres: number) =>
      housing(contract.inspectCommitment, {
        commitmentId,
        result,
        measuredMetres,
        findings: '现场测量',
        inspectedOn: '2026-12-30',
        documents: [document.id],
      });
    expect(await refused(inspect('kept', 162))).toEqual([409, 'MEASURE_CONTRADICTS']);
    const kept = await inspect('kept', 149);
    expect(kept.status).toBe('kept');
    expect(kept.inspection?.findings).toContain('149米');
    expect(kept.documents).toHaveLength(1);
  });
});

describe('容缺受理', () => {
  /** An application of a track, accepted although a material is owed. */
  async function provisional(trackId: string): Promise<{ caseId: string; materialId: string }> {
    const { application } = await firm(projects.startTrack, { projectId, trackId });
    const { cases: filed } = await fileDraft(platform, firm, application.applicationId);
    const caseId = filed[0]?.caseId ?? '';
    const { progress, materials } = await auditor(cases.readCase, { caseId });
    const material = materials.find((one) => one.owedWithin !== null && one.need === 'needed');
    if (material === undefined) throw new Error(`nothing may be owed in ${trackId}`);
    const officer = await platform.signIn(`officer-${progress.unitId}`);
    await officer(cases.acceptCase, { caseId, how: 'provisional', owed: [material.id] });
    await platform.drain();
    return { caseId, materialId: material.id };
  }

  const statusOf = async (caseId: string) => {
    const { commitments } = await firm(contract.projectCommitments, { projectId });
    return commitments.find((one) => one.caseId === caseId);
  };

  test('补齐了自动认定履行；逾期没补的，单位有处理的待办，没批准的办件不能“撤销”', async () => {
    const good = await provisional('water-connection');
    const bad = await provisional('gas-connection-pipeline');
    expect((await statusOf(good.caseId))?.promise).toMatch(/^补齐：/);
    await upload(good);
    await at('2027-03-01T02:00:00.000Z');
    await platform.drain();
    expect((await statusOf(good.caseId))?.status).toBe('kept');
    const overdue = await statusOf(bad.caseId);
    expect(overdue).toMatchObject({ status: 'uncorrected' });
    expect(overdue?.duty?.title).toContain('处理决定');
    const officer = await platform.signIn(`officer-${overdue?.unitId ?? ''}`);
    const revoke = officer(contract.revokeCommitment, { commitmentId: overdue?.id ?? '', reason: '没有补交' });
    expect(await refused(revoke)).toEqual([409, 'ROOM_STEP_IMPOSSIBLE']);
    await firm(cases.withdrawCase, { caseId: bad.caseId, reason: '不办了' });
    await platform.drain();
    expect(await statusOf(bad.caseId)).toMatchObject({ status: 'ended', duty: null });
  });

  const upload = ({ caseId, materialId }: { caseId: string; materialId: string }) =>
    firm(cases.uploadCaseDocument, { caseId, materialId, document: paper('补交.pdf') } as never);
});
