import { may } from '../../../../kernel/actor.ts';
import { AppError } from '../../../../kernel/errors.ts';
import { uuidv7 } from '../../../../kernel/ids.ts';
import { route, type Tx } from '../../../../kernel/module.ts';
import { serviceById } from '../../../catalogue/index.ts';
import { profileOf, unitDirectory } from '../../../org/index.ts';
import * as contract from '../../contract-rooms-questions.ts';
import { anonymise, tellTale, type Names } from '../../rules/rooms/publication.ts';
import { loadProject } from '../../project.ts';
import { ownProject, projectNames, refuseOtherUnit, refuseUnknownUnits } from '../access.ts';
import { finishDuties, openDuty, runningDuties } from '../duties.ts';
import { nextNumber, recordStep, tellFirm } from '../record.ts';
import { roomSettings } from '../settings.ts';
import { searchPublished } from './search.ts';
import {
  insertQuestion,
  listOfUnits,
  listOwn,
  loadForDecision,
  loadQuestion,
  saveQuestion,
  type QuestionRow,
} from './store.ts';

const statusNames: Readonly<Record<QuestionRow['status'], string>> = {
  asked: '等待答复',
  answered: '已答复',
  withdrawn: '已撤回',
};

export const questionRoutes = [
  route(contract.askQuestion, async ({ tx, now, actor, input }) => {
    if (actor.accountId === null) throw new AppError('NOT_SIGNED_IN');
    const project = input.projectId === undefined ? null : await ownProject(tx, input.projectId);
    const item = input.itemId === '' ? null : await serviceById(tx, input.itemId);
    const unitId = input.unitId ?? item?.items[0]?.definition.department;
    if (unitId === undefined) throw new AppError('WHOM_TO_ASK');
    await refuseUnknownUnits(tx, [unitId]);
    const id = uuidv7(Date.parse(now));
    const no = await nextNumber(tx, '咨询');
    const { answerTerm } = (await roomSettings(tx.services)).shared.onlineConsultation;
    const task = await openDuty(tx, {
      kind: 'project.question',
      // The subject may name somebody; who opens it is journalled.
      title: `答复在线咨询${item === null ? '' : `（${item.name}）`}`,
      room: 'question',
      id,
      no,
      link: `/workbench/questions/${id}`,
      unitId,
      term: answerTerm.value,
      basis: { title: answerTerm.source, article: '' },
    });
    const row: QuestionRow = {
      id,
      no,
      projectId: project?.id ?? null,
      itemId: input.itemId,
      itemName: item?.name ?? '',
      unitId,
      accountId: actor.accountId,
      subject: input.subject,
      body: input.text,
      status: 'asked',
      askedAt: now,
      answer: null,
      answeredAt: null,
      answeredBy: '',
      published: null,
      publishedAt: null,
      taskId: task.id,
    };
    await insertQuestion(tx, row);
    await recordStep(tx, 'question', id, '在线咨询', { no, unit: unitId });
    return view(tx, row);
  }),

  route(contract.myQuestions, async ({ tx, actor, input }) => {
    if (actor.accountId === null) throw new AppError('NOT_SIGNED_IN');
    const { rows, total } = await listOwn(tx, actor.accountId, { ...input, projectId: input.projectId });
    return { questions: await views(tx, rows), total };
  }),

  route(contract.withdrawQuestion, async ({ tx, actor, input }) => {
    const row = await loadForDecision(tx, input.questionId);
    if (row === null || row.accountId !== actor.accountId) throw new AppError('QUESTION_NOT_FOUND');
    if (row.status !== 'asked') throw new AppError('QUESTION_CLOSED');
    const after: QuestionRow = { ...row, status: 'withdrawn' };
    await saveQuestion(tx, after);
    await finishDuties(tx, [row.taskId], 'cancelled', '咨询人撤回');
    await recordStep(tx, 'question', row.id, '撤回咨询');
    return view(tx, after);
  }),

  route(contract.unitQuestions, async ({ tx, input, reach }) => {
    const { rows, total } = await listOfUnits(tx, reach, input);
    const shown = await views(tx, rows);
    const names = { firmName: '', projectName: '', projectCode: '', people: [] };
    // In a list without the numbers that people leave in their subjects.
    return { questions: shown.map((row) => ({ ...row, subject: anonymise(row.subject, names) })), total };
  }),

  route(contract.readQuestion, async ({ tx, actor, input }) => {
    const row = await loadQuestion(tx, input.questionId);
    const own = row !== null && row.accountId === actor.accountId;
    if (row === null || !(own || may(actor, 'project.read', row.unitId))) throw new AppError('QUESTION_NOT_FOUND');
    tx.note(`question:${row.id}`, '查看咨询', { no: row.no });
    const names = own ? null : await namesIn(tx, row);
    const draft =
      names === null ? null : { subject: anonymise(row.subject, names), question: anonymise(row.body, names) };
    return { ...(await view(tx, row)), draft };
  }),

  route(contract.answerQuestion, async ({ tx, now, actor, input }) => {
    const row = await open(tx, input.questionId);
    if (row.status !== 'asked') throw new AppError('QUESTION_CLOSED');
    const after: QuestionRow = {
      ...row,
      status: 'answered',
      answer: input.text,
      answeredAt: now,
      answeredBy: actor.name,
    };
    await saveQuestion(tx, after);
    await finishDuties(tx, [row.taskId], 'answered');
    await recordStep(tx, 'question', row.id, '答复咨询', { no: row.no });
    tellFirm(tx, {
      accountId: row.accountId,
      projectId: row.projectId,
      title: `您的咨询（${row.no}）已答复`,
      body: `请到“我的咨询”查看${(await unitDirectory(tx)).nameOf(row.unitId)}的答复`,
    });
    return view(tx, after);
  }),

  route(contract.publishAnswer, async ({ tx, now, input }) => {
    const row = await open(tx, input.questionId);
    if (row.status !== 'answered') throw new AppError('QUESTION_NOT_ANSWERED');
    const { subject, question, answer } = input;
    const found = tellTale([subject, question, answer].join('\n'), await namesIn(tx, row));
    if (found.length > 0) throw new AppError('PUBLICATION_NAMES_SOMEONE', { what: found.join('、') });
    const after: QuestionRow = { ...row, published: { subject, question, answer }, publishedAt: now };
    await saveQuestion(tx, after);
    await recordStep(tx, 'question', row.id, '公开问答', { subject });
    return view(tx, after);
  }),

  route(contract.withdrawPublication, async ({ tx, input }) => {
    const row = await open(tx, input.questionId);
    const after: QuestionRow = { ...row, published: null, publishedAt: null };
    await saveQuestion(tx, after);
    await recordStep(tx, 'question', row.id, '撤下公开的问答');
    return view(tx, after);
  }),

  route(contract.publicAnswers, async ({ tx, input }) => {
    const { rows, total } = await searchPublished(tx, input);
    const directory = await unitDirectory(tx);
    return {
      answers: rows.map(({ published, ...row }) => ({
        ...row,
        ...published,
        unitName: directory.nameOf(row.unitId),
      })),
      total,
    };
  }),
];

async function open(tx: Tx, id: string): Promise<QuestionRow> {
  const row = await loadForDecision(tx, id);
  if (row === null || !may(tx.actor, 'project.read', row.unitId)) throw new AppError('QUESTION_NOT_FOUND');
  refuseOtherUnit(tx, 'project.work', row.unitId);
  return row;
}

/** Who asked, by every name that might give him away. */
async function namesIn(tx: Tx, row: QuestionRow): Promise<Names> {
  const project = row.projectId === null ? null : await loadProject(tx, row.projectId);
  const { name } = await profileOf(tx, row.accountId);
  return {
    firmName: project?.builderName ?? '',
    projectName: project?.name ?? '',
    projectCode: project?.code ?? '',
    people: name === null ? [] : [name],
  };
}

async function view(tx: Tx, row: QuestionRow) {
  const [one] = await views(tx, [row]);
  if (one === undefined) throw new Error('a view for each row');
  return one;
}

async function views(tx: Tx, rows: readonly QuestionRow[]) {
  const directory = await unitDirectory(tx);
  const names = await projectNames(
    tx,
    rows.flatMap((row) => row.projectId ?? []),
  );
  const duties = await runningDuties(
    tx,
    'question',
    rows.map((row) => row.id),
  );
  return rows.map((row) => ({
    id: row.id,
    no: row.no,
    projectId: row.projectId,
    projectName: names.get(row.projectId ?? '')?.name ?? '',
    itemId: row.itemId,
    itemName: row.itemName,
    unitId: row.unitId,
    unitName: directory.nameOf(row.unitId),
    subject: row.subject,
    text: row.body,
    status: row.status,
    statusName: statusNames[row.status],
    askedAt: row.askedAt,
    answer:
      row.answer === null || row.answeredAt === null
        ? null
        : { text: row.answer, at: row.answeredAt, by: row.answeredBy },
    published: row.published === null || row.publishedAt === null ? null : { ...row.published, at: row.publishedAt },
    duty: duties.get(row.taskId) ?? null,
  }));
}
