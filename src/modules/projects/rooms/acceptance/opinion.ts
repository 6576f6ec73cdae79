import { AppError } from '../../../../kernel/errors.ts';
import { route, type Job, type Tx } from '../../../../kernel/module.ts';
import { localDateOf } from '../../../../kernel/time.ts';
import { unitDirectory } from '../../../org/index.ts';
import * as contract from '../../contract-rooms-acceptance.ts';
import { acceptanceSteps, afterRechecks, isPassed, missing, refuseSignature } from '../../rules/rooms/acceptance.ts';
import { basisText } from '../../rules/rooms/transition.ts';
import { knownProject, type ProjectRef } from '../access.ts';
import { attach } from '../documents.ts';
import { finishDuties, openDuty } from '../duties.ts';
import { nextNumber, recordStep, tellFirm } from '../record.ts';
import { roomSettings } from '../settings.ts';
import { acceptanceDuty, beginSigning, blocked, departmentOf, departmentTasks, open } from './steps.ts';
import {
  loadDepartments,
  loadFindings,
  loadUnrectified,
  saveAcceptance,
  saveDepartments,
  saveFindings,
  type AcceptanceRow,
  type DepartmentRow,
  type Opinion,
} from './store.ts';
import { acceptanceView } from './views.ts';

/** After the visit: one rectification, one recheck, signatures, one opinion. */
export const opinionRoutes = [
  route(contract.reportRectified, async ({ tx, now, input }) => {
    const { row, project, departments } = await open(tx, input.acceptanceId, 'reportRectified');
    const findings = await loadFindings(tx, [row.id]);
    const answers = new Map(input.items.map((item) => [item.findingId, item]));
    if (input.items.some((item) => findings.every((one) => one.id !== item.findingId)))
      throw new AppError('FINDING_UNKNOWN');
    const unanswered = findings.filter((one) => !answers.has(one.id)).length;
    if (unanswered > 0) throw new AppError('FINDING_NOT_ANSWERED', { count: unanswered });
    await attach(
      tx,
      row.projectId,
      input.items.flatMap((item) => item.documents),
      { share: true, ownOnly: true },
    );
    await saveFindings(
      tx,
      findings.map((one) => {
        const { note = '', documents = [] } = answers.get(one.id) ?? {};
        return { ...one, rectified: { note, documents, at: now } };
      }),
    );
    await finishDuties(tx, [row.rectification?.taskId], 'done');
    const after = await beginRecheck(tx, row, project, departments, now);
    await recordStep(tx, 'acceptance', row.id, '报告整改完成', { items: input.items.length });
    return acceptanceView(tx, after, project);
  }),

  route(contract.recheckFindings, async ({ tx, now, actor, input }) => {
    const { row, project, departments } = await open(tx, input.acceptanceId, 'recheck', input.unitId);
    const { nameOf } = await unitDirectory(tx);
    const department = departmentOf(departments, input.unitId, nameOf);
    if (department.result !== 'fail') throw new AppError('NOTHING_TO_RECHECK', { unit: nameOf(input.unitId) });
    if (department.recheck !== null) throw new AppError('ALREADY_RECHECKED');
    const own = (await loadFindings(tx, [row.id])).filter((one) => one.unitId === input.unitId);
    const unresolved = new Set(input.unresolved);
    if (input.unresolved.some((id) => own.every((one) => one.id !== id))) throw new AppError('FINDING_UNKNOWN');
    await saveFindings(
      tx,
      own.map((one) => ({ ...one, resolved: !unresolved.has(one.id) })),
    );
    const recheck = { passed: unresolved.size === 0, note: input.note, at: now, by: actor.name };
    const rechecked = { ...department, recheck };
    await saveDepartments(tx, [rechecked]);
    await finishDuties(tx, [department.taskId], 'done');
    const all = departments.map((one) => (one.unitId === input.unitId ? rechecked : one));
    const after = afterRechecks(all) === 'signing' ? await beginSigning(tx, row, project, all) : row;
    await recordStep(tx, 'acceptance', row.id, '复查整改', { unit: input.unitId, unresolved: unresolved.size });
    return acceptanceView(tx, after, project);
  }),

  route(contract.signOpinion, async ({ tx, now, actor, input }) => {
    const { row, project, departments } = await open(tx, input.acceptanceId, 'sign', input.unitId);
    const department = departmentOf(departments, input.unitId, (await unitDirectory(tx)).nameOf);
    refuseSignature(department, await loadFindings(tx, [row.id]), input.opinion, input.note);
    const { opinion, note } = input;
    const signed = { ...department, signature: { opinion, note, at: now, by: actor.name } };
    await saveDepartments(tx, [signed]);
    await finishDuties(tx, [department.taskId], opinion);
    const all = departments.map((one) => (one.unitId === input.unitId ? signed : one));
    const after = missing('signing', all).length > 0 ? row : await askOpinion(tx, row, project);
    await recordStep(tx, 'acceptance', row.id, '会签验收意见', { unit: input.unitId, opinion });
    return acceptanceView(tx, after, project);
  }),

  route(contract.concludeAcceptance, async ({ tx, now, actor, input }) => {
    const { row, project, departments } = await open(tx, input.acceptanceId, 'conclude');
    await blocked(tx, row, departments, 'SIGNATURE_MISSING');
    const passed = isPassed(departments, await loadFindings(tx, [row.id]));
    const { remedy } = (await roomSettings(tx.services)).own.jointAcceptance;
    const { basis } = acceptanceSteps.conclude;
    const opinion: Opinion = {
      documentNo: await nextNumber(tx, '联合验收意见'),
      on: localDateOf(now),
      passed,
      text:
        input.text === ''
          ? passed
            ? '各部门一致同意，通过联合验收。'
            : '有问题没有整改到位，未通过联合验收。'
          : input.text,
      basis,
      remedy: passed ? '' : remedy,
      by: actor.name,
    };
    await finishDuties(tx, [row.taskId], passed ? 'passed' : 'failed');
    const after: AcceptanceRow = { ...row, status: passed ? 'passed' : 'failed', opinion, taskId: null };
    await saveAcceptance(tx, after);
    await recordStep(tx, 'acceptance', row.id, '出具联合验收意见书', { no: opinion.documentNo, passed });
    tellFirm(tx, {
      accountId: row.accountId,
      projectId: row.projectId,
      title: `${project.name}：联合验收${passed ? '通过' : '未通过'}（${opinion.documentNo}）`,
      body: passed ? opinion.text : `${opinion.text}依据：${basisText(basis)}。${remedy}。`,
    });
    return acceptanceView(tx, after, project);
  }),

  route(contract.withdrawAcceptance, async ({ tx, input }) => {
    const { row, project, departments } = await open(tx, input.acceptanceId, 'withdraw');
    const running = departments.filter((one) => one.result === null).map((one) => one.taskId);
    await finishDuties(tx, [row.taskId, row.rectification?.taskId, ...running], 'cancelled', input.reason);
    const after: AcceptanceRow = { ...row, status: 'withdrawn', taskId: null };
    await saveAcceptance(tx, after);
    await recordStep(tx, 'acceptance', row.id, '撤回验收申请', { reason: input.reason });
    return acceptanceView(tx, after, project);
  }),
];

/** The term is over without a report: the departments look at what is there, and it comes to an end. */
export const unrectifiedJob: Job = {
  name: 'projects.rectificationOverdue',
  everySeconds: 300,
  async run(tx) {
    const overdue = await loadUnrectified(tx, 50);
    for (const row of overdue) {
      await finishDuties(tx, [row.rectification?.taskId], 'overtaken', '整改期限已过');
      const project = await knownProject(tx, row.projectId);
      await beginRecheck(tx, row, project, await loadDepartments(tx, [row.id]), null);
      await recordStep(tx, 'acceptance', row.id, '整改期限已过，没有报告');
    }
    return overdue.length;
  },
};

async function beginRecheck(
  tx: Tx,
  row: AcceptanceRow,
  project: ProjectRef,
  departments: readonly DepartmentRow[],
  reportedAt: string | null,
): Promise<AcceptanceRow> {
  const { reinspectionTerm } = (await roomSettings(tx.services)).shared.jointAcceptance;
  const failed = departments.filter((one) => one.result === 'fail');
  const tasks = await departmentTasks(tx, row, project, failed, 'recheck', {
    title: '复查整改',
    term: reinspectionTerm.value,
  });
  await saveDepartments(
    tx,
    failed.map((one, index) => ({ ...one, taskId: tasks[index]?.id ?? null })),
  );
  const rectification = row.rectification === null ? null : { ...row.rectification, reportedAt };
  const after: AcceptanceRow = { ...row, status: 'rechecking', rectification };
  await saveAcceptance(tx, after);
  return after;
}

async function askOpinion(tx: Tx, row: AcceptanceRow, project: ProjectRef): Promise<AcceptanceRow> {
  const { opinionTerm } = (await roomSettings(tx.services)).own.jointAcceptance;
  const task = await openDuty(tx, {
    ...acceptanceDuty(row, 'conclude'),
    title: `${project.name}·出具联合验收意见书`,
    unitId: row.lead,
    term: opinionTerm.value,
  });
  const after = { ...row, taskId: task.id };
  await saveAcceptance(tx, after);
  return after;
}
