import { may } from '../../../../kernel/actor.ts';
import { AppError } from '../../../../kernel/errors.ts';
import { checkUscc, normaliseUscc } from '../../../../kernel/identifiers.ts';
import { uuidv7 } from '../../../../kernel/ids.ts';
import { route, type Tx } from '../../../../kernel/module.ts';
import { localDateOf } from '../../../../kernel/time.ts';
import { unitDirectory } from '../../../org/index.ts';
import * as contract from '../../contract-rooms-survey.ts';
import {
  isComplete,
  refuseUnqualified,
  review,
  surveyKindNames,
  surveyKinds,
  surveyStatusNames,
  surveySteps,
  type SurveyKind,
  type SurveyStep,
} from '../../rules/rooms/survey.ts';
import { possibleSteps, refuseImpossible } from '../../rules/rooms/transition.ts';
import { isOwn, ownProject, projectOfRoom, refuseOtherUnit, visibleProject, type ProjectRef } from '../access.ts';
import { refuseFuture } from '../dates.ts';
import { attach, documentsById } from '../documents.ts';
import { finishDuties, openDuty, runningDuties, type Duty } from '../duties.ts';
import { recordStep, tellFirm } from '../record.ts';
import { roomSettings } from '../settings.ts';
import {
  insertSurvey,
  insertUse,
  loadForDecision,
  loadOfProject,
  loadResults,
  loadUses,
  saveResult,
  saveSurvey,
  type ResultRow,
  type SurveyRow,
} from './store.ts';

export const surveyRoutes = [
  route(contract.commissionSurvey, async ({ tx, now, input }) => {
    const project = await ownProject(tx, input.projectId);
    const fault = checkUscc(input.surveyor.uscc);
    if (fault !== null) throw new AppError('SURVEYOR_CODE_WRONG', { words: fault });
    const surveyor = { ...input.surveyor, uscc: normaliseUscc(input.surveyor.uscc) };
    refuseUnqualified(surveyor, localDateOf(now));
    const { reviewer } = (await roomSettings(tx.services)).shared.jointSurvey;
    const row: SurveyRow = {
      id: uuidv7(Date.parse(now)),
      projectId: project.id,
      accountId: project.accountId,
      status: 'commissioned',
      surveyor,
      note: input.note,
      commissionedAt: now,
      reviewer: reviewer.value,
      review: null,
      taskId: null,
    };
    if (!(await insertSurvey(tx, row))) throw new AppError('SURVEY_EXISTS');
    await recordStep(tx, 'survey', row.id, '委托联合测绘', { surveyor: surveyor.name });
    return view(tx, row, project);
  }),

  route(contract.deliverSurveyResult, async ({ tx, now, input }) => {
    const { row, project } = await open(tx, input.surveyId, 'deliver');
    refuseFuture(input.surveyedOn, now);
    refuseUnqualified(row.surveyor, input.surveyedOn);
    await attach(tx, row.projectId, input.documents, { share: true, ownOnly: true });
    const { kind, surveyedOn, figures, documents } = input;
    await saveResult(tx, row.id, { kind, surveyedOn, deliveredAt: now, figures, documents });
    const returned =
      row.review?.decision === 'returned'
        ? { at: row.review.at, kinds: row.review.defects.map((defect) => defect.kind) }
        : null;
    const complete = isComplete(await loadResults(tx, row.id), returned);
    const after = complete ? await submit(tx, row, project) : row;
    await recordStep(tx, 'survey', row.id, '提交测量成果', { kind, complete });
    return view(tx, after, project);
  }),

  route(contract.reviewSurvey, async ({ tx, now, actor, input }) => {
    const { row, project } = await open(tx, input.surveyId, 'review');
    const status = review(row.status, input.decision, input.defects);
    await finishDuties(tx, [row.taskId], input.decision);
    const reviewed: SurveyRow = {
      ...row,
      status,
      review: { decision: input.decision, note: input.note, defects: input.defects, at: now, by: actor.name },
      taskId: null,
    };
    const after =
      status === 'returned' ? { ...reviewed, taskId: await correctionDuty(tx, reviewed, project) } : reviewed;
    await saveSurvey(tx, after);
    await recordStep(tx, 'survey', row.id, '审核测量成果', { decision: input.decision });
    tellFirm(tx, {
      accountId: row.accountId,
      projectId: row.projectId,
      title: `${project.name}：测量成果${status === 'approved' ? '审核通过' : '退回修改'}`,
      body:
        status === 'approved'
          ? '联合验收和不动产登记直接使用这份成果，不用再测再交。'
          : input.defects.map((defect) => `${surveyKindNames[defect.kind]}：${defect.text}`).join('；'),
    });
    return view(tx, after, project);
  }),

  route(contract.cancelSurvey, async ({ tx, input }) => {
    const { row, project } = await open(tx, input.surveyId, 'cancel');
    await finishDuties(tx, [row.taskId], 'cancelled', input.reason);
    const after: SurveyRow = { ...row, status: 'cancelled', taskId: null };
    await saveSurvey(tx, after);
    await recordStep(tx, 'survey', row.id, '取消委托', { reason: input.reason });
    return view(tx, after, project);
  }),

  route(contract.readSurvey, async ({ tx, input }) => {
    const project = await visibleProject(tx, input.projectId);
    const row = await loadOfProject(tx, project.id);
    return { survey: row === null ? null : await view(tx, row, project) };
  }),

  route(contract.reuseSurvey, async ({ tx, input }) => {
    const project = await visibleProject(tx, input.projectId);
    const row = await loadOfProject(tx, project.id);
    if (row?.status !== 'approved') throw new AppError('SURVEY_NOT_APPROVED');
    const unit = tx.actor.unitId === null ? tx.actor.name : (await unitDirectory(tx)).nameOf(tx.actor.unitId);
    await insertUse(tx, row.id, `${unit}·${input.purpose}`);
    await recordStep(tx, 'survey', row.id, '共用测量成果', { purpose: input.purpose });
    return view(tx, row, project);
  }),
];

/** The approved results of a project, for whoever would otherwise ask for them again; null without. Writes the use down. */
export async function surveyResultsOf(
  tx: Tx,
  projectId: string,
  usedBy?: string,
): Promise<{ surveyId: string; results: ResultRow[] } | null> {
  const row = await loadOfProject(tx, projectId);
  if (row?.status !== 'approved') return null;
  if (usedBy !== undefined) await insertUse(tx, row.id, usedBy);
  return { surveyId: row.id, results: await loadResults(tx, row.id) };
}

async function open(tx: Tx, id: string, step: SurveyStep): Promise<{ row: SurveyRow; project: ProjectRef }> {
  const row = await loadForDecision(tx, id);
  if (row === null) throw new AppError('SURVEY_NOT_FOUND');
  const project = await projectOfRoom(tx, row.projectId, [row.reviewer], 'SURVEY_NOT_FOUND');
  if (step === 'review') {
    refuseOtherUnit(tx, 'project.work', row.reviewer);
    return { row, project };
  }
  if (!isOwn(tx, project)) throw new AppError('SURVEY_NOT_FOUND');
  refuseImpossible(row.status, surveyStatusNames, surveySteps[step]);
  return { row, project };
}

/** All three are there: the one review is owed. */
async function submit(tx: Tx, row: SurveyRow, project: ProjectRef): Promise<SurveyRow> {
  await finishDuties(tx, [row.taskId], 'done');
  const { reviewTerm } = (await roomSettings(tx.services)).shared.jointSurvey;
  const task = await openDuty(tx, {
    ...duty(row, project, 'review'),
    kind: 'project.survey-review',
    title: `${project.name}·审核测量成果`,
    unitId: row.reviewer,
    term: reviewTerm.value,
  });
  const after: SurveyRow = { ...row, status: 'reviewing', taskId: task.id };
  await saveSurvey(tx, after);
  return after;
}

async function correctionDuty(tx: Tx, row: SurveyRow, project: ProjectRef): Promise<string> {
  const { correctionTerm } = (await roomSettings(tx.services)).own.jointSurvey;
  const task = await openDuty(tx, {
    ...duty(row, project, 'deliver'),
    kind: 'project.survey-correction',
    title: `${project.name}·修改测量成果`,
    unitId: null,
    accountId: row.accountId,
    term: correctionTerm.value,
  });
  return task.id;
}

function duty(
  row: SurveyRow,
  project: ProjectRef,
  step: SurveyStep,
): Pick<Duty, 'room' | 'id' | 'no' | 'link' | 'basis'> {
  return {
    room: 'survey',
    id: row.id,
    no: project.code,
    link: `/workbench/projects/${row.projectId}?survey=${row.id}`,
    basis: surveySteps[step].basis,
  };
}

async function view(tx: Tx, row: SurveyRow, project: ProjectRef) {
  const results = new Map((await loadResults(tx, row.id)).map((one) => [one.kind, one]));
  const documents = await documentsById(
    tx,
    [...results.values()].flatMap((one) => one.documents),
  );
  const duties = await runningDuties(tx, 'survey', [row.id]);
  const uses = await loadUses(tx, row.id);
  const mayReview = may(tx.actor, 'project.work', row.reviewer);
  const own = isOwn(tx, project);
  return {
    id: row.id,
    projectId: row.projectId,
    projectName: project.name,
    status: row.status,
    statusName: surveyStatusNames[row.status],
    surveyor: row.surveyor,
    commissionedAt: row.commissionedAt,
    results: surveyKinds.map((kind) => resultView(kind, results.get(kind), documents)),
    reviewerId: row.reviewer,
    reviewerName: (await unitDirectory(tx)).nameOf(row.reviewer),
    review: row.review === null ? null : { ...row.review, defects: [...row.review.defects] },
    uses: uses.map((use) => ({ by: use.usedBy, at: use.at })),
    duty: row.taskId === null ? null : (duties.get(row.taskId) ?? null),
    steps: possibleSteps(row.status, surveySteps)
      .filter((step) => (step === 'review' ? mayReview : own))
      .map((step) => ({ step, zh: surveySteps[step].zh, basis: surveySteps[step].basis })),
  };
}

function resultView(
  kind: SurveyKind,
  result: ResultRow | undefined,
  documents: Awaited<ReturnType<typeof documentsById>>,
) {
  return {
    kind,
    kindName: surveyKindNames[kind],
    surveyedOn: result?.surveyedOn ?? null,
    deliveredAt: result?.deliveredAt ?? null,
    figures: [...(result?.figures ?? [])],
    documents: documents(result?.documents ?? []),
    version: result?.version ?? 0,
  };
}
