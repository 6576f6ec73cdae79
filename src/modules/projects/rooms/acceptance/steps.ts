import { AppError } from '../../../../kernel/errors.ts';
import type { Tx } from '../../../../kernel/module.ts';
import { chineseDate, type Instant } from '../../../../kernel/time.ts';
import { unitDirectory } from '../../../org/index.ts';
import type { Task } from '../../../tasks/index.ts';
import {
  acceptanceStatusNames,
  acceptanceSteps,
  afterVisit,
  missing,
  type AcceptanceStep,
} from '../../rules/rooms/acceptance.ts';
import { refuseImpossible } from '../../rules/rooms/transition.ts';
import { isOwn, projectOfRoom, refuseOtherUnit, type ProjectRef } from '../access.ts';
import { finishDuties, openDuties, openDuty, type Duty } from '../duties.ts';
import { nextNumber, tellFirm } from '../record.ts';
import { roomSettings } from '../settings.ts';
import {
  loadDepartments,
  loadFindings,
  loadForDecision,
  saveAcceptance,
  saveDepartments,
  type AcceptanceRow,
  type DepartmentRow,
} from './store.ts';

/** What the steps of a joint acceptance share. */

export interface OpenAcceptance {
  row: AcceptanceRow;
  project: ProjectRef;
  departments: DepartmentRow[];
}

/**
 * Locked, with the caller's right to the step proved: the firm's own steps, a department's by `unitId`, the rest the
 * lead's. Throws ACCEPTANCE_NOT_FOUND, FORBIDDEN, ROOM_STEP_IMPOSSIBLE.
 */
export async function open(tx: Tx, id: string, step: AcceptanceStep, unitId?: string): Promise<OpenAcceptance> {
  const row = await loadForDecision(tx, id);
  if (row === null) throw new AppError('ACCEPTANCE_NOT_FOUND');
  const project = await projectForRow(tx, row);
  if (step === 'reportRectified' || step === 'withdraw') {
    if (!isOwn(tx, project)) throw new AppError('ACCEPTANCE_NOT_FOUND');
  } else {
    const permission = step === 'sign' || step === 'conclude' ? 'project.decide' : 'project.work';
    refuseOtherUnit(tx, permission, unitId ?? row.lead);
  }
  refuseImpossible(row.status, acceptanceStatusNames, acceptanceSteps[step]);
  return { row, project, departments: await loadDepartments(tx, [row.id]) };
}

/** Everybody who takes part may see it, and whoever may see the project. */
export async function projectForRow(tx: Tx, row: AcceptanceRow): Promise<ProjectRef> {
  const departments = await loadDepartments(tx, [row.id]);
  const units = [row.lead, ...departments.map((one) => one.unitId)];
  return projectOfRoom(tx, row.projectId, units, 'ACCEPTANCE_NOT_FOUND');
}

/** One department however many aspects it signs for, in the order of the list. */
export function departmentsFrom(signers: readonly { unit: string; aspect: string }[]) {
  const units = [...new Set(signers.map((one) => one.unit))];
  return units.map((unitId, place) => ({
    unitId,
    place,
    matter: signers
      .filter((one) => one.unit === unitId)
      .map((one) => one.aspect)
      .join('、'),
  }));
}

/** Throws DEPARTMENT_NOT_TAKING_PART. */
export function departmentOf(
  departments: readonly DepartmentRow[],
  unitId: string,
  nameOf: (unit: string) => string,
): DepartmentRow {
  const department = departments.find((one) => one.unitId === unitId);
  if (department === undefined) throw new AppError('DEPARTMENT_NOT_TAKING_PART', { unit: nameOf(unitId) });
  return department;
}

/** Throws the code with the names of those who are missing. */
export async function blocked(
  tx: Tx,
  row: AcceptanceRow,
  departments: readonly DepartmentRow[],
  code: 'DEPARTMENT_MISSING' | 'SIGNATURE_MISSING',
): Promise<void> {
  const names = (await unitDirectory(tx)).nameOf;
  const units = missing(row.status, departments).map(({ department }) => names(department.unitId));
  if (units.length > 0) throw new AppError(code, { units: units.join('、') });
}

/** Without findings everybody signs; with findings the firm gets one notice and one term. */
export async function concludeVisit(
  tx: Tx,
  row: AcceptanceRow,
  project: ProjectRef,
  departments: readonly DepartmentRow[],
): Promise<AcceptanceRow> {
  await finishDuties(tx, [row.taskId], 'done');
  if (afterVisit(departments) === 'signing') return beginSigning(tx, row, project, departments);
  const { rectificationTerm } = (await roomSettings(tx.services)).shared.jointAcceptance;
  const findings = await loadFindings(tx, [row.id]);
  const noticeNo = await nextNumber(tx, '联合验收整改');
  const task = await openDuty(tx, {
    ...acceptanceDuty(row, 'reportRectified'),
    kind: 'project.acceptance-rectification',
    title: `${project.name}·联合验收整改`,
    unitId: null,
    accountId: row.accountId,
    term: rectificationTerm.value,
  });
  tellFirm(tx, {
    accountId: row.accountId,
    projectId: row.projectId,
    title: `${project.name}：联合验收发现${findings.length}个问题，请一次整改`,
    body: `${findings.map((finding, index) => `${index + 1}. ${finding.words}`).join('；')}。请在${chineseDate(task.dueOn)}前整改完并报告，整改只有一轮。`,
  });
  const after: AcceptanceRow = {
    ...row,
    status: 'rectifying',
    rectification: {
      noticeNo,
      at: tx.now,
      dueOn: task.dueOn,
      dueAt: task.dueAt,
      reportedAt: null,
      taskId: task.id,
    },
    taskId: null,
  };
  await saveAcceptance(tx, after);
  return after;
}

/** Every department owes its signature, the lead the opinion. */
export async function beginSigning(
  tx: Tx,
  row: AcceptanceRow,
  project: ProjectRef,
  departments: readonly DepartmentRow[],
): Promise<AcceptanceRow> {
  const { signTerm } = (await roomSettings(tx.services)).own.jointAcceptance;
  const tasks = await departmentTasks(tx, row, project, departments, 'sign', {
    title: '会签联合验收意见',
    term: signTerm.value,
  });
  await saveDepartments(
    tx,
    departments.map((one, index) => ({ ...one, taskId: tasks[index]?.id ?? null })),
  );
  const after: AcceptanceRow = { ...row, status: 'signing', taskId: null };
  await saveAcceptance(tx, after);
  return after;
}

/** One task for each department, in its order. */
export function departmentTasks(
  tx: Tx,
  row: AcceptanceRow,
  project: ProjectRef,
  departments: readonly DepartmentRow[],
  step: AcceptanceStep,
  given: { title: string; term: string; start?: Instant },
): Promise<Task[]> {
  return openDuties(
    tx,
    departments.map((one) => ({
      ...acceptanceDuty(row, step),
      title: `${project.name}·${given.title}（${one.matter}）`,
      unitId: one.unitId,
      term: given.term,
      ...(given.start === undefined ? {} : { start: given.start }),
    })),
  );
}

export function acceptanceDuty(
  row: Pick<AcceptanceRow, 'id' | 'no' | 'projectId'>,
  step: AcceptanceStep,
): Pick<Duty, 'kind' | 'room' | 'id' | 'no' | 'link' | 'basis'> {
  return {
    kind: 'project.acceptance',
    room: 'acceptance',
    id: row.id,
    no: row.no,
    link: `/workbench/projects/${row.projectId}?acceptance=${row.id}`,
    basis: acceptanceSteps[step].basis,
  };
}
