import { reachOf } from '../../../../kernel/actor.ts';
import type { Tx } from '../../../../kernel/module.ts';
import { localDateOf } from '../../../../kernel/time.ts';
import { unitDirectory, type UnitDirectory } from '../../../org/index.ts';
import { acceptanceStatusNames, acceptanceSteps, missing, type AcceptanceStep } from '../../rules/rooms/acceptance.ts';
import { basisText, possibleSteps } from '../../rules/rooms/transition.ts';
import { isOwn, isWithin, type ProjectRef } from '../access.ts';
import { documentsById } from '../documents.ts';
import { runningDuties, type DutyView } from '../duties.ts';
import { surveyResultsOf } from '../survey/routes.ts';
import { loadDepartments, loadFindings, type AcceptanceRow, type DepartmentRow, type FindingRow } from './store.ts';

export async function acceptanceView(tx: Tx, row: AcceptanceRow, project: ProjectRef) {
  const [one] = await acceptanceViews(tx, [row], project);
  if (one === undefined) throw new Error('a view for each row');
  return one;
}

/** Several of one project, without a query each. */
export async function acceptanceViews(tx: Tx, rows: readonly AcceptanceRow[], project: ProjectRef) {
  const ids = rows.map((row) => row.id);
  const allDepartments = await loadDepartments(tx, ids);
  const allFindings = await loadFindings(tx, ids);
  const duties = await runningDuties(tx, 'acceptance', ids);
  const documents = await documentsById(
    tx,
    allFindings.flatMap((finding) => [...finding.photos, ...(finding.rectified?.documents ?? [])]),
  );
  const survey = rows.some((row) => row.opinion !== null) ? await surveyResultsOf(tx, project.id) : null;
  const figures = (survey?.results ?? []).flatMap((result) => [...result.figures]);
  const directory = await unitDirectory(tx);
  return rows.map((row) => {
    const departments = allDepartments.filter((one) => one.acceptanceId === row.id);
    const findings = allFindings.filter((one) => one.acceptanceId === row.id);
    return {
      id: row.id,
      no: row.no,
      projectId: row.projectId,
      projectCode: project.code,
      projectName: project.name,
      builderName: project.builderName,
      scope: row.scope,
      status: row.status,
      statusName: acceptanceStatusNames[row.status],
      leadId: row.lead,
      leadName: directory.nameOf(row.lead),
      appliedAt: row.appliedAt,
      readyOn: row.readyOn,
      visit: row.visit,
      departments: departments.map((one) => departmentView(one, directory, duties)),
      findings: findings.map((finding) => findingView(finding, directory, documents)),
      missing: missing(row.status, departments).map(({ department, what }) => ({
        unitId: department.unitId,
        unitName: directory.nameOf(department.unitId),
        what,
      })),
      rectification:
        row.rectification === null
          ? null
          : {
              noticeNo: row.rectification.noticeNo,
              at: row.rectification.at,
              dueOn: row.rectification.dueOn,
              reportedAt: row.rectification.reportedAt,
              duty: duties.get(row.rectification.taskId) ?? null,
            },
      opinion:
        row.opinion === null
          ? null
          : {
              ...row.opinion,
              survey: figures,
              signatures: departments.flatMap((one) => signatureView(one, directory)),
            },
      steps: stepsFor(tx, row, departments, isOwn(tx, project)),
    };
  });
}

function departmentView(row: DepartmentRow, directory: UnitDirectory, duties: ReadonlyMap<string, DutyView>) {
  return {
    unitId: row.unitId,
    unitName: directory.nameOf(row.unitId),
    matter: row.matter,
    basis: basisText(acceptanceSteps.inspect.basis),
    result: row.result,
    note: row.note,
    inspectedAt: row.inspectedAt,
    inspectedBy: row.inspectedBy,
    recheck: row.recheck,
    signature: row.signature,
    duty: row.taskId === null ? null : (duties.get(row.taskId) ?? null),
  };
}

function findingView(row: FindingRow, directory: UnitDirectory, documents: Awaited<ReturnType<typeof documentsById>>) {
  return {
    id: row.id,
    unitId: row.unitId,
    unitName: directory.nameOf(row.unitId),
    place: row.place,
    text: row.words,
    photos: documents(row.photos),
    rectified: row.rectified === null ? null : { ...row.rectified, documents: documents(row.rectified.documents) },
    resolved: row.resolved,
  };
}

function signatureView(row: DepartmentRow, directory: UnitDirectory) {
  if (row.signature === null) return [];
  const { opinion, note, at, by } = row.signature;
  return [
    {
      unitName: directory.nameOf(row.unitId),
      matter: row.matter,
      opinion: opinion === 'agree' ? '同意' : '不同意',
      note,
      by,
      on: localDateOf(at),
    },
  ];
}

const firmSteps: ReadonlySet<AcceptanceStep> = new Set(['reportRectified', 'withdraw']);
const leadSteps: ReadonlySet<AcceptanceStep> = new Set(['schedule', 'closeVisit', 'conclude']);

function stepsFor(tx: Tx, row: AcceptanceRow, departments: readonly DepartmentRow[], own: boolean) {
  const work = reachOf(tx.actor, 'project.work');
  const decide = reachOf(tx.actor, 'project.decide');
  const units = departments.map((one) => one.unitId);
  const waiting = missing(row.status, departments).map(({ department }) => department.unitId);
  const may = (step: AcceptanceStep): boolean => {
    if (firmSteps.has(step)) return own;
    const reach = step === 'sign' || step === 'conclude' ? decide : work;
    if (leadSteps.has(step)) return isWithin(reach, [row.lead]);
    return isWithin(reach, step === 'inspect' ? units : waiting);
  };
  return possibleSteps(row.status, acceptanceSteps)
    .filter(may)
    .map((step) => ({ step, zh: acceptanceSteps[step].zh, basis: acceptanceSteps[step].basis }));
}
