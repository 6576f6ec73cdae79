import { uuidv7 } from '../../../../kernel/ids.ts';
import type { Job, Subscriber, Tx } from '../../../../kernel/module.ts';
import { limitText, serviceById } from '../../../catalogue/index.ts';
import { tasksOf } from '../../../tasks/index.ts';
import { judgeOwed } from '../../rules/rooms/commitment.ts';
import { loadProject } from '../../project.ts';
import { projectNames } from '../access.ts';
import { finishDuties, openDuty } from '../duties.ts';
import { recordStep, tellFirm } from '../record.ts';
import { roomSettings } from '../settings.ts';
import { decisionDuty } from './routes.ts';
import {
  insertCommitment,
  loadOfCase,
  loadOverdue,
  saveCommitment,
  takeProvisional,
  type CommitmentRow,
} from './store.ts';
import { commitmentDuty } from './views.ts';

/** Promises begin when a case is accepted on one, and go on by themselves when a term is over. */

interface Progress {
  caseId: string;
  no: string;
  accountId: string;
  itemId: string;
  itemName: string;
  unitId: string;
  matter: { type: string; id: string } | null;
  event:
    | {
        type: 'accepted';
        at: string;
        acceptance: { how: string };
        owed: readonly { name: string; term: string }[];
      }
    | { type: 'concluded'; outcome: { kind: string } }
    | { type: 'other' };
}

export const followUpSubscriber: Subscriber = {
  name: 'projects.followCommitment',
  topic: 'case.progressed',
  async handle(tx, payload) {
    const progress = payload as unknown as Progress;
    if (progress.matter?.type !== 'project') return;
    const { event } = progress;
    if (event.type === 'accepted' && event.acceptance.how === 'commitment') await begin(tx, progress, 'commitment');
    if (event.type === 'accepted' && event.acceptance.how === 'provisional') await begin(tx, progress, 'provisional');
    if (event.type === 'concluded' && event.outcome.kind !== 'granted') await end(tx, progress.caseId);
  },
};

/** A term for correction that is over without a report: the unit owes a decision. */
export const overdueJob: Job = {
  name: 'projects.commitmentOverdue',
  everySeconds: 300,
  async run(tx) {
    const overdue = await loadOverdue(tx, 100);
    const names = await projectNames(
      tx,
      overdue.map((row) => row.projectId),
    );
    for (const row of overdue) {
      await finishDuties(tx, [row.taskId], 'overtaken', '整改期限已过');
      await fail(tx, row, names.get(row.projectId)?.name ?? '', '整改期限已过，没有报告整改情况');
    }
    return overdue.length;
  },
};

/** 容缺: whether what was owed has come. */
export const owedJob: Job = {
  name: 'projects.provisionalOwed',
  everySeconds: 300,
  async run(tx) {
    const rows = await takeProvisional(tx, 200);
    const tasks = await tasksOf(
      tx,
      'case',
      rows.flatMap((row) => row.caseId ?? []),
    );
    const names = await projectNames(
      tx,
      rows.map((row) => row.projectId),
    );
    let changed = 0;
    for (const row of rows) {
      const owed = tasks.filter((task) => task.subjectId === row.caseId && task.kind === 'case.owed-material');
      const status = judgeOwed(
        owed.map((task) => ({ finished: task.state === 'finished', dueAt: task.dueAt })),
        tx.now,
      );
      if (status === row.status || status === 'promised') continue;
      changed += 1;
      if (status === 'uncorrected') {
        await fail(tx, row, names.get(row.projectId)?.name ?? '', await overdueWords(tx));
        continue;
      }
      await finishDuties(tx, [row.taskId], 'kept');
      await saveCommitment(tx, { ...row, status: 'kept', taskId: null });
      await recordStep(tx, 'commitment', row.id, '容缺材料已补齐');
    }
    return changed;
  },
};

async function begin(tx: Tx, progress: Progress, kind: 'commitment' | 'provisional'): Promise<void> {
  const { event, matter } = progress;
  if (event.type !== 'accepted' || matter === null) return;
  const project = await loadProject(tx, matter.id);
  if (project === null) return;
  const row: CommitmentRow = {
    id: uuidv7(Date.parse(tx.now)),
    kind,
    projectId: project.id,
    caseId: progress.caseId,
    caseNo: progress.no,
    itemId: progress.itemId,
    itemName: progress.itemName,
    unitId: progress.unitId,
    accountId: progress.accountId,
    uscc: project.uscc ?? '',
    firmName: project.builderName,
    promise:
      kind === 'commitment'
        ? await promiseOf(tx, progress.itemId)
        : `补齐：${event.owed.map((one) => `${one.name}（${limitText(one.term)}内）`).join('；')}`,
    figures: [],
    filingNo: '',
    promisedAt: event.at,
    status: 'promised',
    inspection: null,
    correctBy: null,
    correctDueAt: null,
    correction: null,
    revocation: null,
    documents: [],
    taskId: null,
  };
  if (!(await insertCommitment(tx, row))) return;
  await recordStep(tx, 'commitment', row.id, '作出承诺', { case: progress.no, kind });
  // What is owed in a provisional acceptance is a task of the case already.
  if (kind === 'commitment') {
    await saveCommitment(tx, { ...row, taskId: await inspectionDuty(tx, row, project.name) });
  }
}

/** The unit owes a look at whether the promise is kept. @returns the task's id. */
export async function inspectionDuty(
  tx: Tx,
  row: CommitmentRow,
  projectName: string,
  given: { term?: string; start?: string } = {},
): Promise<string> {
  const { inspectionTerm } = (await roomSettings(tx.services)).shared.commitment;
  const task = await openDuty(tx, {
    ...commitmentDuty(row, 'inspect'),
    kind: 'project.commitment-inspection',
    title: `${projectName}·${row.itemName}·核查承诺`,
    unitId: row.unitId,
    term: given.term ?? inspectionTerm.value,
    start: given.start ?? row.promisedAt,
  });
  return task.id;
}

async function end(tx: Tx, caseId: string): Promise<void> {
  for (const row of await loadOfCase(tx, caseId)) {
    if (row.status === 'kept' || row.status === 'revoked' || row.status === 'ended') continue;
    await finishDuties(tx, [row.taskId], 'cancelled', '办件没有准予');
    await saveCommitment(tx, { ...row, status: 'ended', taskId: null });
    await recordStep(tx, 'commitment', row.id, '办件没有准予，不再核查');
  }
}

async function fail(tx: Tx, row: CommitmentRow, name: string, words: string): Promise<void> {
  await saveCommitment(tx, { ...row, status: 'uncorrected', taskId: await decisionDuty(tx, row, name) });
  await recordStep(tx, 'commitment', row.id, words);
  tellFirm(tx, {
    accountId: row.accountId,
    projectId: row.projectId,
    title: `${row.itemName}：承诺的期限已过`,
    body: `${words}。请尽快办理，不办的将依法作出处理决定。`,
  });
}

async function overdueWords(tx: Tx): Promise<string> {
  const { overdue } = (await roomSettings(tx.services)).shared.provisional;
  return overdue.value === 'refused'
    ? '容缺材料逾期没有补齐，按本县规定作出不予许可决定'
    : '容缺材料逾期没有补齐，按本县规定视为撤回申请';
}

async function promiseOf(tx: Tx, itemId: string): Promise<string> {
  const service = await serviceById(tx, itemId);
  return service.items.find((one) => one.definition.id === itemId)?.definition.commitment?.text ?? '';
}
