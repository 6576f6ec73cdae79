import { isWorkingDay } from '../../../../calendar/index.ts';
import { AppError } from '../../../../kernel/errors.ts';
import { uuidv7 } from '../../../../kernel/ids.ts';
import { route } from '../../../../kernel/module.ts';
import { chineseDate, instantAt, localDateOf } from '../../../../kernel/time.ts';
import { caseTimelines } from '../../../cases/index.ts';
import { unitDirectory } from '../../../org/index.ts';
import { calendarOf } from '../../../tasks/index.ts';
import * as contract from '../../contract-rooms-acceptance.ts';
import { acceptanceStatusNames, refuseContradiction } from '../../rules/rooms/acceptance.ts';
import { isStageDone, ownProject, projectNames, stageOf, visibleProject } from '../access.ts';
import { refusePast } from '../dates.ts';
import { attach } from '../documents.ts';
import { finishDuties, openDuty } from '../duties.ts';
import { nextNumber, recordStep, tellFirm } from '../record.ts';
import { roomSettings } from '../settings.ts';
import { surveyResultsOf } from '../survey/routes.ts';
import {
  acceptanceDuty,
  blocked,
  concludeVisit,
  departmentOf,
  departmentsFrom,
  departmentTasks,
  open,
  projectForRow,
} from './steps.ts';
import {
  insertAcceptance,
  listRows,
  loadAcceptance,
  loadOfProject,
  removeDepartments,
  replaceFindings,
  saveAcceptance,
  saveDepartments,
  type AcceptanceRow,
} from './store.ts';
import { acceptanceView, acceptanceViews } from './views.ts';

/** From the application to the end of the visit; what follows is in `opinion.ts`. */
export const visitRoutes = [
  route(contract.applyAcceptance, async ({ tx, now, input }) => {
    const project = await ownProject(tx, input.projectId);
    const { shared, own } = await roomSettings(tx.services);
    const survey = await surveyResultsOf(tx, project.id, '联合验收');
    if (survey === null) throw new AppError('SURVEY_NOT_APPROVED');
    const before = project.frame.stages.find((stage) => stage.id === own.jointAcceptance.afterStage);
    if (before !== undefined && !(await isStageDone(tx, project.id, before.id)))
      throw new AppError('STAGE_NOT_REACHED', { stage: before.name });
    const id = uuidv7(Date.parse(now));
    const no = await nextNumber(tx, '联合验收');
    const lead = stageOf(project, 'acceptance').lead;
    const task = await openDuty(tx, {
      ...acceptanceDuty({ id, no, projectId: project.id }, 'schedule'),
      title: `${project.name}·确定联合验收日期`,
      unitId: lead,
      term: own.jointAcceptance.dateTerm.value,
    });
    const row: AcceptanceRow = {
      id,
      no,
      projectId: project.id,
      accountId: project.accountId,
      surveyId: survey.surveyId,
      scope: input.scope,
      note: input.note,
      status: 'applied',
      lead,
      appliedAt: now,
      readyOn: input.readyOn,
      visit: null,
      leftOut: [],
      rectification: null,
      opinion: null,
      taskId: task.id,
    };
    if (!(await insertAcceptance(tx, row, departmentsFrom(shared.jointAcceptance.signers)))) {
      const [running] = await loadOfProject(tx, project.id);
      throw new AppError('ACCEPTANCE_RUNNING', { no: running?.no ?? '' });
    }
    await recordStep(tx, 'acceptance', id, '申请联合验收', { no });
    return acceptanceView(tx, row, project);
  }),

  route(contract.listAcceptances, async ({ tx, input }) => {
    const project = await visibleProject(tx, input.projectId);
    return { acceptances: await acceptanceViews(tx, await loadOfProject(tx, project.id), project) };
  }),

  route(contract.unitAcceptances, async ({ tx, input, reach }) => {
    const { rows, total } = await listRows(tx, reach, input);
    const names = await projectNames(
      tx,
      rows.map((row) => row.projectId),
    );
    const directory = await unitDirectory(tx);
    return {
      acceptances: rows.map((row) => ({
        id: row.id,
        no: row.no,
        projectId: row.projectId,
        projectName: names.get(row.projectId)?.name ?? '',
        builderName: names.get(row.projectId)?.builder ?? '',
        status: row.status,
        statusName: acceptanceStatusNames[row.status],
        leadName: directory.nameOf(row.lead),
        visitOn: row.visit?.on ?? null,
      })),
      total,
    };
  }),

  route(contract.readAcceptance, async ({ tx, input }) => {
    const row = await loadAcceptance(tx, input.acceptanceId);
    if (row === null) throw new AppError('ACCEPTANCE_NOT_FOUND');
    return acceptanceView(tx, row, await projectForRow(tx, row));
  }),

  route(contract.scheduleVisit, async ({ tx, now, input }) => {
    const { row, project, departments } = await open(tx, input.acceptanceId, 'schedule');
    const { shared, own } = await roomSettings(tx.services);
    refusePast(input.on, now);
    if (!isWorkingDay(await calendarOf(tx), input.on))
      throw new AppError('VISIT_NOT_ON_WORKING_DAY', { date: input.on });
    if (departments.some((one) => one.result !== null)) throw new AppError('VISIT_ALREADY_BEGUN');
    const moved = row.visit !== null;
    if (moved && input.reason === '') throw new AppError('MOVED_WITHOUT_REASON');
    const directory = await unitDirectory(tx);
    const cases = await caseTimelines(tx, { type: 'project', id: project.id });
    for (const { unitId } of input.leftOut) {
      departmentOf(departments, unitId, directory.nameOf);
      // Whose item the project applied for has something to look at.
      const signer = shared.jointAcceptance.signers.find(
        (one) => one.unit === unitId && cases.some((each) => each.itemId === one.item && each.status !== 'withdrawn'),
      );
      const item = cases.find((each) => each.itemId === signer?.item)?.itemName;
      if (item !== undefined) throw new AppError('DEPARTMENT_MUST_COME', { unit: directory.nameOf(unitId), item });
    }
    const out = new Set(input.leftOut.map((one) => one.unitId));
    const coming = departments.filter((one) => !out.has(one.unitId));
    const [first] = coming;
    if (first === undefined) throw new AppError('DEPARTMENT_MISSING', { units: directory.nameOf(row.lead) });
    await finishDuties(tx, [row.taskId, ...departments.map((one) => one.taskId)], moved ? 'cancelled' : 'done');
    await removeDepartments(tx, row.id, [...out]);
    const start = instantAt(input.on, input.time);
    const tasks = await departmentTasks(tx, row, project, coming, 'inspect', {
      title: `${chineseDate(input.on)}联合验收现场记录`,
      term: own.jointAcceptance.recordTerm.value,
      start,
    });
    await saveDepartments(
      tx,
      coming.map((one, index) => ({ ...one, taskId: tasks[index]?.id ?? null })),
    );
    const close = await openDuty(tx, {
      ...acceptanceDuty(row, 'closeVisit'),
      title: `${project.name}·汇总现场验收`,
      unitId: row.lead,
      term: own.jointAcceptance.closeTerm.value,
      start,
    });
    const { on, time, place } = input;
    const after: AcceptanceRow = {
      ...row,
      status: 'scheduled',
      visit: { on, time, place, moved },
      leftOut: [...row.leftOut, ...input.leftOut],
      taskId: close.id,
    };
    await saveAcceptance(tx, after);
    await recordStep(tx, 'acceptance', row.id, '确定验收日期', { on, time, moved, reason: input.reason });
    tellFirm(tx, {
      accountId: row.accountId,
      projectId: row.projectId,
      title: `${project.name}：联合验收定在${chineseDate(on)} ${time}`,
      body: `${moved ? `改期，${input.reason}。` : ''}${coming.map((one) => directory.nameOf(one.unitId)).join('、')}同一天到现场，请做好准备。`,
    });
    return acceptanceView(tx, after, project);
  }),

  route(contract.recordInspection, async ({ tx, now, actor, input }) => {
    const { row, project, departments } = await open(tx, input.acceptanceId, 'inspect', input.unitId);
    const department = departmentOf(departments, input.unitId, (await unitDirectory(tx)).nameOf);
    const on = row.visit?.on ?? localDateOf(now);
    if (localDateOf(now) < on) throw new AppError('BEFORE_VISIT', { date: chineseDate(on) });
    refuseContradiction(input.result, input.findings.length, input.note);
    await attach(
      tx,
      row.projectId,
      input.findings.flatMap((finding) => finding.photos),
      { share: true },
    );
    await replaceFindings(
      tx,
      row.id,
      input.unitId,
      input.findings.map(({ place, text, photos }) => ({ id: uuidv7(Date.parse(now)), place, words: text, photos })),
    );
    // A department may correct its record until the visit is concluded; its duty is done the first time.
    if (department.result === null) await finishDuties(tx, [department.taskId], 'done');
    await saveDepartments(tx, [
      { ...department, result: input.result, note: input.note, inspectedAt: now, inspectedBy: actor.name },
    ]);
    await recordStep(tx, 'acceptance', row.id, '记录现场验收情况', {
      unit: input.unitId,
      result: input.result,
      findings: input.findings.length,
    });
    return acceptanceView(tx, row, project);
  }),

  route(contract.closeVisit, async ({ tx, input }) => {
    const { row, project, departments } = await open(tx, input.acceptanceId, 'closeVisit');
    await blocked(tx, row, departments, 'DEPARTMENT_MISSING');
    const after = await concludeVisit(tx, row, project, departments);
    await recordStep(tx, 'acceptance', row.id, '汇总现场验收', { next: after.status, note: input.note });
    return acceptanceView(tx, after, project);
  }),
];
