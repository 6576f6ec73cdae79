import { addWorkingDays, dueOf, parseTerm, type Calendar } from '../../../../calendar/index.ts';
import { AppError } from '../../../../kernel/errors.ts';
import { uuidv7 } from '../../../../kernel/ids.ts';
import { route, type Tx } from '../../../../kernel/module.ts';
import { localDateOf, type Instant } from '../../../../kernel/time.ts';
import { caseTimelines, requestCorrections, type CaseTimeline } from '../../../cases/index.ts';
import { unitDirectory } from '../../../org/index.ts';
import { calendarOf } from '../../../tasks/index.ts';
import * as contract from '../../contract-rooms-consultation.ts';
import { judgeGathered } from '../../rules/rooms/consultation.ts';
import { isOwn, refuseOtherUnit, visibleProject, type ProjectRef } from '../access.ts';
import { finishDuties, openDuty } from '../duties.ts';
import { nextNumber, recordStep } from '../record.ts';
import { roomSettings } from '../settings.ts';
import {
  insertQuestion,
  loadNotice,
  loadNotices,
  loadQuestions,
  markSent,
  openNotice,
  type NoticeRow,
  type QuestionRow,
} from './gathered-store.ts';

/** Questions of several units to the applicant, collected into one notice for the stage. */
export const gatheredRoutes = [
  route(contract.gatherQuestion, async ({ tx, now, actor, input }) => {
    const project = await visibleProject(tx, input.projectId);
    const timeline = (await caseTimelines(tx, { type: 'project', id: project.id })).find(
      (one) => one.caseId === input.caseId,
    );
    const stage = timeline === undefined ? undefined : stageFor(project, timeline);
    if (timeline === undefined || stage === undefined) throw new AppError('CASE_NOT_OF_PROJECT');
    refuseOtherUnit(tx, 'project.work', timeline.unitId);
    if (timeline.status !== 'filed' || timeline.filedAt === null) throw new AppError('CASE_NOT_WAITING_FOR_INTAKE');
    const notice =
      (await loadNotice(tx, timeline.applicationId)) ?? (await begin(tx, project, stage, timeline, timeline.filedAt));
    if (notice.status === 'sent') throw new AppError('NOTICE_ALREADY_SENT', { noticeNo: notice.noticeNo });
    await insertQuestion(tx, {
      id: uuidv7(Date.parse(now)),
      applicationId: timeline.applicationId,
      caseId: timeline.caseId,
      itemName: timeline.itemName,
      unitId: timeline.unitId,
      defects: input.defects,
      askedBy: actor.name,
      at: now,
      state: 'gathered',
    });
    await recordStep(tx, 'gatheredNotice', timeline.applicationId, '提出补正内容', { case: timeline.no });
    return one(await views(tx, [notice]));
  }),

  route(contract.sendGatheredNotice, async ({ tx, now, input }) => {
    const project = await visibleProject(tx, input.projectId);
    const notice = await loadNotice(tx, input.applicationId);
    if (notice?.projectId !== project.id) throw new AppError('NOTHING_GATHERED');
    refuseOtherUnit(tx, 'project.work', notice.convener);
    if (notice.status === 'sent') throw new AppError('NOTICE_ALREADY_SENT', { noticeNo: notice.noticeNo });
    const questions = await loadQuestions(tx, [notice.applicationId]);
    const calendar = await calendarOf(tx);
    const cases = new Map(
      (await caseTimelines(tx, { type: 'project', id: project.id })).map((each) => [each.caseId, each]),
    );
    const states = judgeGathered(
      questions.map((question) => {
        const found = cases.get(question.caseId);
        return {
          questionId: question.id,
          status: found?.status ?? 'withdrawn',
          silenceAt: silenceAt(calendar, found?.filedAt ?? now),
        };
      }),
      now,
    );
    const sent = questions.filter((question) => states.get(question.id) === 'sent');
    if (sent.length === 0) {
      throw new AppError([...states.values()].includes('tooLate') ? 'NOTICE_TOO_LATE' : 'NOTHING_GATHERED');
    }
    const noticeNo = await nextNumber(tx, '一次告知');
    const answerWithin = input.answerWithin ?? (await roomSettings(tx.services)).own.gatheredNotice.answerTerm.value;
    // Several questions on one case are one request.
    const byCase = new Map<string, { about: string; text: string }[]>();
    for (const question of sent) {
      byCase.set(question.caseId, [...(byCase.get(question.caseId) ?? []), ...question.defects]);
    }
    await requestCorrections(
      tx,
      [...byCase].map(([caseId, defects]) => ({ caseId, defects })),
      { noticeNo, answerWithin },
    );
    const answerBy = addWorkingDays(calendar, localDateOf(now), Number.parseInt(answerWithin, 10));
    await markSent(tx, { applicationId: notice.applicationId, noticeNo, answerBy }, states);
    await finishDuties(tx, [notice.taskId], 'done');
    await recordStep(tx, 'gatheredNotice', notice.applicationId, '发出一次性告知', {
      noticeNo,
      cases: byCase.size,
      tooLate: [...states.values()].filter((state) => state === 'tooLate').length,
    });
    return one(await views(tx, [{ ...notice, status: 'sent', noticeNo, sentAt: now, answerBy }]));
  }),

  route(contract.listGatheredNotices, async ({ tx, input }) => {
    const project = await visibleProject(tx, input.projectId);
    const notices = await loadNotices(tx, project.id);
    const own = isOwn(tx, project);
    const shown = await views(tx, own ? notices.filter((notice) => notice.status === 'sent') : notices);
    // What a unit thought of and did not send is its own affair.
    const sentOnly = (notice: (typeof shown)[number]) => ({
      ...notice,
      questions: notice.questions.filter((question) => question.state === 'sent'),
    });
    return { notices: own ? shown.map(sentOnly) : shown };
  }),
];

async function begin(
  tx: Tx,
  project: ProjectRef,
  stage: { id: string; lead: string },
  timeline: CaseTimeline,
  filedAt: Instant,
): Promise<NoticeRow> {
  const { term } = (await roomSettings(tx.services)).shared.gatheredNotice;
  const sendBy = localDateOf(silenceAt(await calendarOf(tx), filedAt));
  const task = await openDuty(tx, {
    kind: 'project.gathered-notice',
    title: `${project.name}·汇总一次性告知`,
    room: 'gatheredNotice',
    id: timeline.applicationId,
    no: project.code,
    link: `/workbench/projects/${project.id}?stage=${stage.id}`,
    unitId: stage.lead,
    term: term.value,
    start: filedAt,
    basis: { title: '《中华人民共和国行政许可法》', article: '第三十二条第一款第四项' },
  });
  const { applicationId } = timeline;
  const opened = await openNotice(tx, {
    applicationId,
    projectId: project.id,
    stage: stage.id,
    convener: stage.lead,
    sendBy,
    taskId: task.id,
  });
  if (opened !== null) return opened;
  await finishDuties(tx, [task.id], 'cancelled', '已有单位先提出');
  const other = await loadNotice(tx, applicationId);
  if (other === null) throw new Error('a notice that exists cannot be found');
  return other;
}

/** The same moment as acceptance by silence: the end of the fifth working day after filing. */
function silenceAt(calendar: Calendar, filedAt: Instant): Instant {
  return dueOf({ start: filedAt, term: parseTerm('5wd'), calendar }).dueAt;
}

function stageFor(project: ProjectRef, timeline: CaseTimeline) {
  return project.frame.stages.find((stage) => stage.bundle === timeline.serviceId);
}

async function views(tx: Tx, notices: readonly NoticeRow[]) {
  const questions = await loadQuestions(
    tx,
    notices.map((notice) => notice.applicationId),
  );
  const directory = await unitDirectory(tx);
  const questionView = (row: QuestionRow) => ({
    id: row.id,
    caseId: row.caseId,
    itemName: row.itemName,
    unitId: row.unitId,
    unitName: directory.nameOf(row.unitId),
    defects: [...row.defects],
    by: row.askedBy,
    at: row.at,
    state: row.state,
  });
  return notices.map((notice) => ({
    applicationId: notice.applicationId,
    stage: notice.stage,
    status: notice.status,
    sendBy: notice.sendBy,
    noticeNo: notice.noticeNo,
    sentAt: notice.sentAt,
    answerBy: notice.answerBy,
    questions: questions.filter((row) => row.applicationId === notice.applicationId).map(questionView),
  }));
}

function one<T>(list: readonly T[]): T {
  const [first] = list;
  if (first === undefined) throw new Error('a view for each notice');
  return first;
}
