import { reachOf } from '../../../../kernel/actor.ts';
import { AppError } from '../../../../kernel/errors.ts';
import { uuidv7 } from '../../../../kernel/ids.ts';
import { route, type Job, type Tx } from '../../../../kernel/module.ts';
import { chineseDate } from '../../../../kernel/time.ts';
import { limitText } from '../../../catalogue/index.ts';
import { unitDirectory } from '../../../org/index.ts';
import * as contract from '../../contract-rooms-consultation.ts';
import {
  answer,
  conclude,
  conclusionNames,
  consultationStatusNames,
  consultationSteps,
  fallSilent,
  isWaiting,
  positionWords,
  statusOf,
} from '../../rules/rooms/consultation.ts';
import { possibleSteps, refuseImpossible } from '../../rules/rooms/transition.ts';
import {
  isWithin,
  ownUnit,
  projectNames,
  projectOfRoom,
  refuseOtherUnit,
  refuseUnknownUnits,
  stageOf,
  visibleProject,
} from '../access.ts';
import { refuseFuture } from '../dates.ts';
import { attach, documentsById } from '../documents.ts';
import { finishDuties, openDuties, openDuty, runningDuties, type Duty } from '../duties.ts';
import { nextNumber, recordStep } from '../record.ts';
import { roomSettings } from '../settings.ts';
import {
  insertConsultation,
  listOfUnits,
  loadConsultation,
  loadForDecision,
  loadOfProject,
  loadPositions,
  loadSilent,
  savePosition,
  saveStatus,
  type ConsultationRow,
  type PositionRow,
} from './store.ts';

export const consultationRoutes = [
  route(contract.convene, async ({ tx, now, input }) => {
    const project = await visibleProject(tx, input.projectId);
    stageOf(project, input.stage);
    const convener = ownUnit(tx);
    refuseOtherUnit(tx, 'project.work', convener);
    const asked = [...new Set(input.askedUnits)];
    await refuseUnknownUnits(tx, asked);
    if (asked.includes(convener)) throw new AppError('ASKED_ITSELF');
    await attach(tx, project.id, input.documents, { share: false });
    const { consultation } = (await roomSettings(tx.services)).shared;
    const id = uuidv7(Date.parse(now));
    const no = await nextNumber(tx, '会商');
    const term = input.term ?? consultation.term.value;
    const tasks = await openDuties(
      tx,
      asked.map((unitId) => ({
        ...duty({ id, no, projectId: project.id }),
        kind: 'project.consult-answer',
        title: `${project.name}·会商反馈意见`,
        unitId,
        term,
      })),
    );
    const [first] = tasks;
    if (first === undefined) throw new Error('a consultation asks somebody');
    const row: ConsultationRow = {
      id,
      no,
      projectId: project.id,
      stage: input.stage,
      convener,
      question: input.question,
      status: 'consulting',
      term,
      answerBy: first.dueOn,
      answerDueAt: first.dueAt,
      silence: consultation.silenceIsAgreement.value ? 'agree' : 'none',
      meetingOn: input.meetingOn ?? null,
      documents: input.documents,
      convenedAt: now,
      minutes: null,
      minutesTask: null,
    };
    await insertConsultation(
      tx,
      row,
      tasks.map((task) => ({ unitId: task.unitId ?? '', taskId: task.id })),
    );
    await recordStep(tx, 'consultation', id, '发起会商', { no, asked, term });
    return view(tx, row, project.name);
  }),

  route(contract.listConsultations, async ({ tx, input }) => {
    const project = await visibleProject(tx, input.projectId);
    const rows = await loadOfProject(tx, project.id, input.stage);
    return { consultations: await views(tx, rows, () => project.name) };
  }),

  route(contract.myConsultations, async ({ tx, input, reach }) => {
    const { rows, total } = await listOfUnits(tx, reach, input);
    const names = await projectNames(
      tx,
      rows.map((row) => row.projectId),
    );
    const directory = await unitDirectory(tx);
    return {
      consultations: rows.map((row) => ({
        id: row.id,
        no: row.no,
        projectId: row.projectId,
        projectName: names.get(row.projectId)?.name ?? '',
        stage: row.stage,
        convenerName: directory.nameOf(row.convener),
        question: row.question,
        status: row.status,
        statusName: consultationStatusNames[row.status],
        answerBy: row.answerBy,
      })),
      total,
    };
  }),

  route(contract.readConsultation, async ({ tx, input }) => {
    const row = await loadConsultation(tx, input.consultationId);
    if (row === null) throw new AppError('CONSULTATION_NOT_FOUND');
    return view(tx, row, await nameFor(tx, row));
  }),

  route(contract.answerConsultation, async ({ tx, now, actor, input }) => {
    const { row, name, positions } = await open(tx, input.consultationId);
    const position = positions.find((one) => one.unitId === input.unitId);
    if (position === undefined)
      throw new AppError('NOT_ASKED', { unit: (await unitDirectory(tx)).nameOf(input.unitId) });
    refuseOtherUnit(tx, 'project.work', input.unitId);
    refuseImpossible(row.status, consultationStatusNames, consultationSteps.answer);
    const after = answer(position, input, row.answerDueAt, row.silence, now);
    const saved: PositionRow = {
      ...position,
      ...after,
      ...(after.answeredAt === null
        ? { late: after.late === null ? null : { ...after.late, by: actor.name } }
        : { note: input.note, conditions: input.conditions, answeredBy: actor.name, late: null }),
    };
    await savePosition(tx, saved);
    if (isWaiting(position)) await finishDuties(tx, [position.taskId], after.late === null ? 'answered' : 'late');
    const next = await settle(tx, row, name, replace(positions, saved));
    await recordStep(tx, 'consultation', row.id, '反馈意见', {
      unit: input.unitId,
      opinion: input.opinion,
      late: after.late !== null,
    });
    return view(tx, next, name);
  }),

  route(contract.closeConsultation, async ({ tx, now, actor, input }) => {
    const { row: found, name, positions } = await open(tx, input.consultationId);
    refuseOtherUnit(tx, 'project.work', found.convener);
    // The job that records silence may not have come by yet.
    const row = await recordSilence(tx, found, name, positions);
    const directory = await unitDirectory(tx);
    if (row.status === 'consulting') {
      const waiting = positions.filter(isWaiting).map((one) => directory.nameOf(one.unitId));
      throw new AppError('ANSWERS_OUTSTANDING', { units: waiting.join('、'), until: chineseDate(row.answerBy) });
    }
    refuseImpossible(row.status, consultationStatusNames, consultationSteps.minute);
    if (input.heldOn !== undefined) refuseFuture(input.heldOn, now);
    const conclusion = conclude(await loadPositions(tx, [row.id]));
    const minutes = {
      no: await nextNumber(tx, '会商纪要'),
      heldOn: input.heldOn ?? null,
      attendees: input.attendees,
      text: input.text,
      conclusion,
      at: now,
      by: actor.name,
    };
    await saveStatus(tx, row.id, 'closed', { minutes });
    await finishDuties(tx, [row.minutesTask], 'done');
    await recordStep(tx, 'consultation', row.id, '形成会商纪要', { no: minutes.no, conclusion });
    return view(tx, { ...row, status: 'closed', minutes }, name);
  }),

  route(contract.cancelConsultation, async ({ tx, input }) => {
    const { row, name, positions } = await open(tx, input.consultationId);
    refuseOtherUnit(tx, 'project.work', row.convener);
    refuseImpossible(row.status, consultationStatusNames, consultationSteps.cancel);
    await saveStatus(tx, row.id, 'cancelled');
    const running = positions.filter(isWaiting).map((one) => one.taskId);
    await finishDuties(tx, [...running, row.status === 'answered' ? row.minutesTask : null], 'cancelled', input.reason);
    await recordStep(tx, 'consultation', row.id, '取消会商', { reason: input.reason });
    return view(tx, { ...row, status: 'cancelled' }, name);
  }),
];

/** Silence is recorded as such, as of the end of the term. */
export const silenceJob: Job = {
  name: 'projects.consultationSilence',
  everySeconds: 60,
  async run(tx) {
    const silent = await loadSilent(tx, 100);
    const positions = await loadPositions(
      tx,
      silent.map((row) => row.id),
    );
    const names = await projectNames(
      tx,
      silent.map((row) => row.projectId),
    );
    for (const row of silent) {
      const own = positions.filter((one) => one.consultationId === row.id);
      await recordSilence(tx, row, names.get(row.projectId)?.name ?? '', own);
    }
    return silent.length;
  },
};

async function recordSilence(
  tx: Tx,
  row: ConsultationRow,
  name: string,
  positions: readonly PositionRow[],
): Promise<ConsultationRow> {
  if (row.status !== 'consulting' || tx.now <= row.answerDueAt) return row;
  let after = positions;
  for (const position of positions.filter(isWaiting)) {
    const saved = { ...position, ...fallSilent(position, row.answerDueAt, row.silence), late: null };
    await savePosition(tx, saved);
    after = replace(after, saved);
  }
  const silent = positions.filter(isWaiting);
  await finishDuties(
    tx,
    silent.map((one) => one.taskId),
    'overtaken',
    '逾期未反馈',
  );
  await recordStep(tx, 'consultation', row.id, '逾期未反馈', { units: silent.map((one) => one.unitId) });
  return settle(tx, row, name, after);
}

/** When the last position is clear the convener owes the minutes. */
async function settle(
  tx: Tx,
  row: ConsultationRow,
  name: string,
  positions: readonly PositionRow[],
): Promise<ConsultationRow> {
  if (row.status !== 'consulting' || statusOf(positions) === 'consulting') return row;
  const { minutesTerm } = (await roomSettings(tx.services)).own.consultation;
  const task = await openDuty(tx, {
    ...duty(row),
    kind: 'project.consult-minutes',
    title: `${name}·形成会商纪要`,
    unitId: row.convener,
    term: minutesTerm.value,
  });
  await saveStatus(tx, row.id, 'answered', { minutesTask: task.id });
  return { ...row, status: 'answered', minutesTask: task.id };
}

async function open(tx: Tx, id: string): Promise<{ row: ConsultationRow; name: string; positions: PositionRow[] }> {
  const row = await loadForDecision(tx, id);
  if (row === null) throw new AppError('CONSULTATION_NOT_FOUND');
  return { row, name: await nameFor(tx, row), positions: await loadPositions(tx, [id]) };
}

async function nameFor(tx: Tx, row: ConsultationRow): Promise<string> {
  const positions = await loadPositions(tx, [row.id]);
  const units = [row.convener, ...positions.map((one) => one.unitId)];
  return (await projectOfRoom(tx, row.projectId, units, 'CONSULTATION_NOT_FOUND')).name;
}

async function view(tx: Tx, row: ConsultationRow, name: string) {
  const [one] = await views(tx, [row], () => name);
  if (one === undefined) throw new Error('a view for each row');
  return one;
}

async function views(tx: Tx, rows: readonly ConsultationRow[], nameOf: (row: ConsultationRow) => string) {
  const ids = rows.map((row) => row.id);
  const positions = await loadPositions(tx, ids);
  const duties = await runningDuties(tx, 'consultation', ids);
  const documents = await documentsById(
    tx,
    rows.flatMap((row) => row.documents),
  );
  const directory = await unitDirectory(tx);
  const reach = reachOf(tx.actor, 'project.work');
  return rows.map((row) => {
    const own = positions.filter((one) => one.consultationId === row.id);
    const mayAnswer = own.some((one) => one.answeredAt === null && one.late === null && isWithin(reach, [one.unitId]));
    return {
      id: row.id,
      no: row.no,
      projectId: row.projectId,
      projectName: nameOf(row),
      stage: row.stage,
      convenerId: row.convener,
      convenerName: directory.nameOf(row.convener),
      question: row.question,
      status: row.status,
      statusName: consultationStatusNames[row.status],
      convenedAt: row.convenedAt,
      term: limitText(row.term),
      answerBy: row.answerBy,
      meetingOn: row.meetingOn,
      silenceRule: row.silence === 'agree' ? '逾期未反馈视为同意' : '逾期未反馈不计入意见',
      documents: documents(row.documents),
      positions: own.map((one) => ({
        unitId: one.unitId,
        unitName: directory.nameOf(one.unitId),
        opinion: one.opinion,
        words: positionWords(one),
        note: one.note,
        conditions: [...one.conditions],
        answeredAt: one.answeredAt,
        answeredBy: one.answeredBy,
        silent: one.silentAt !== null,
        late: one.late,
        duty: duties.get(one.taskId) ?? null,
      })),
      minutes:
        row.minutes === null ? null : { ...row.minutes, conclusionName: conclusionNames[row.minutes.conclusion] },
      steps: possibleSteps(row.status, consultationSteps)
        .filter((step) => (step === 'answer' ? mayAnswer : isWithin(reach, [row.convener])))
        .map((step) => ({ step, zh: consultationSteps[step].zh, basis: consultationSteps[step].basis })),
    };
  });
}

function duty(row: { id: string; no: string; projectId: string }): Pick<Duty, 'room' | 'id' | 'no' | 'link' | 'basis'> {
  return {
    room: 'consultation',
    id: row.id,
    no: row.no,
    link: `/workbench/projects/${row.projectId}?consultation=${row.id}`,
    basis: consultationSteps.answer.basis,
  };
}

function replace(positions: readonly PositionRow[], saved: PositionRow): PositionRow[] {
  return positions.map((one) => (one.unitId === saved.unitId ? saved : one));
}
