import { AppError } from '../../../../kernel/errors.ts';
import { uuidv7 } from '../../../../kernel/ids.ts';
import { route, type Tx } from '../../../../kernel/module.ts';
import { chineseDate } from '../../../../kernel/time.ts';
import { caseTimelines } from '../../../cases/index.ts';
import { unitDirectory } from '../../../org/index.ts';
import * as contract from '../../contract-rooms-commitments.ts';
import {
  afterInspection,
  afterRecheck,
  commitmentStatusNames,
  commitmentSteps,
  refuseContradiction,
  type CommitmentStep,
} from '../../rules/rooms/commitment.ts';
import { basisText, refuseImpossible } from '../../rules/rooms/transition.ts';
import { isOwn, projectNames, projectOfRoom, refuseOtherUnit, visibleProject } from '../access.ts';
import { refuseFuture } from '../dates.ts';
import { attach } from '../documents.ts';
import { finishDuties, openDuty } from '../duties.ts';
import { nextNumber, recordStep, tellFirm } from '../record.ts';
import { roomSettings } from '../settings.ts';
import { barsOf } from './bars.ts';
import {
  insertBreach,
  listBreachRows,
  listRows,
  loadBreach,
  loadCommitment,
  loadForDecision,
  loadOfProject,
  repair,
  saveCommitment,
  type BreachRow,
  type CommitmentRow,
} from './store.ts';
import { commitmentDuty, commitmentView, commitmentViews } from './views.ts';

/** What was promised is looked at afterwards; a broken promise is corrected or costs the licence. */
export const commitmentRoutes = [
  route(contract.listCommitments, async ({ tx, input, reach }) => {
    const { rows, total } = await listRows(tx, reach, input);
    const names = await projectNames(
      tx,
      rows.map((row) => row.projectId),
    );
    return { commitments: await commitmentViews(tx, rows, (row) => names.get(row.projectId)?.name ?? ''), total };
  }),

  route(contract.projectCommitments, async ({ tx, input }) => {
    const project = await visibleProject(tx, input.projectId);
    return { commitments: await commitmentViews(tx, await loadOfProject(tx, project.id), () => project.name) };
  }),

  route(contract.readCommitment, async ({ tx, input }) => {
    const row = await loadCommitment(tx, input.commitmentId);
    if (row === null) throw new AppError('COMMITMENT_NOT_FOUND');
    return commitmentView(tx, row, (await projectFor(tx, row)).name);
  }),

  route(contract.inspectCommitment, async ({ tx, now, actor, input }) => {
    const { row, name } = await open(tx, input.commitmentId, 'inspect');
    refuseFuture(input.inspectedOn, now);
    const { shared } = await roomSettings(tx.services);
    if (row.kind === 'gas') refuseContradiction(input.result, input.measuredMetres, shared.gasCommitmentMetres.value);
    await attach(tx, row.projectId, input.documents, { share: true });
    await finishDuties(tx, [row.taskId], input.result);
    const measured =
      input.measuredMetres === undefined ? [] : [{ name: '实测长度', value: `${input.measuredMetres}米` }];
    const inspected: CommitmentRow = {
      ...row,
      status: afterInspection(input.result),
      inspection: {
        result: input.result,
        findings: [input.findings, ...measured.map((one) => `${one.name}${one.value}`)].join('；'),
        on: input.inspectedOn,
        by: actor.name,
      },
      documents: [...row.documents, ...input.documents],
      taskId: null,
    };
    const after = input.result === 'kept' ? inspected : await ask(tx, inspected, name);
    await saveCommitment(tx, after);
    await recordStep(tx, 'commitment', row.id, '核查承诺', { result: input.result, findings: input.findings });
    return commitmentView(tx, after, name);
  }),

  route(contract.reportCorrection, async ({ tx, now, input }) => {
    const { row, name } = await open(tx, input.commitmentId, 'reportCorrection');
    await attach(tx, row.projectId, input.documents, { share: true, ownOnly: true });
    await finishDuties(tx, [row.taskId], 'done');
    const { recheckTerm } = (await roomSettings(tx.services)).own.commitment;
    const task = await openDuty(tx, {
      ...commitmentDuty(row, 'recheck'),
      kind: 'project.commitment-recheck',
      title: `${name}·${row.itemName}·复核整改`,
      unitId: row.unitId,
      term: recheckTerm.value,
    });
    const after: CommitmentRow = {
      ...row,
      status: 'reported',
      correction: { note: input.note, at: now },
      documents: [...row.documents, ...input.documents],
      taskId: task.id,
    };
    await saveCommitment(tx, after);
    await recordStep(tx, 'commitment', row.id, '报告整改情况', { note: input.note });
    return commitmentView(tx, after, name);
  }),

  route(contract.recheckCommitment, async ({ tx, now, input }) => {
    const { row, name } = await open(tx, input.commitmentId, 'recheck');
    const status = afterRecheck(row.status, input.corrected, row.correctDueAt ?? now, now);
    await attach(tx, row.projectId, input.documents, { share: true });
    await finishDuties(tx, [row.taskId], status);
    const documents = [...row.documents, ...input.documents];
    const after = { ...row, status, documents, taskId: status === 'kept' ? null : await decisionDuty(tx, row, name) };
    await saveCommitment(tx, after);
    await recordStep(tx, 'commitment', row.id, '复核整改', { corrected: input.corrected, findings: input.findings });
    tellFirm(tx, {
      accountId: row.accountId,
      projectId: row.projectId,
      title: `${row.itemName}：${status === 'kept' ? '整改到位' : '整改没有到位'}`,
      body: input.findings,
    });
    return commitmentView(tx, after, name);
  }),

  route(contract.revokeCommitment, async ({ tx, now, actor, input }) => {
    const { row, name } = await open(tx, input.commitmentId, 'revoke');
    await refuseUndecided(tx, row);
    const { remedy } = (await roomSettings(tx.services)).own.commitment;
    const { basis: table } = commitmentSteps.revoke;
    const revocation = {
      documentNo: await nextNumber(tx, '撤销决定'),
      reason: input.reason,
      basis: input.basis === '' ? table : { title: input.basis, article: '' },
      remedy,
      at: now,
      by: actor.name,
    };
    await finishDuties(tx, [row.taskId], 'revoked');
    const after: CommitmentRow = { ...row, status: 'revoked', revocation, taskId: null };
    await saveCommitment(tx, after);
    await insertBreach(tx, {
      id: uuidv7(Date.parse(now)),
      commitmentId: row.id,
      uscc: row.uscc,
      firmName: row.firmName,
      unitId: row.unitId,
      itemName: row.itemName,
      documentNo: revocation.documentNo,
      reason: input.reason,
      at: now,
    });
    await recordStep(tx, 'commitment', row.id, '撤销决定', { no: revocation.documentNo, reason: input.reason });
    tellFirm(tx, {
      accountId: row.accountId,
      projectId: row.projectId,
      title: `${row.itemName}：撤销决定（${revocation.documentNo}）`,
      body: `理由：${input.reason}。依据：${basisText(revocation.basis)}。${remedy}。修复以前不能再选择告知承诺。`,
    });
    return commitmentView(tx, after, name);
  }),

  route(contract.listBreaches, async ({ tx, input, reach }) => {
    const { rows, total } = await listBreachRows(tx, reach, { ...input, open: input.open === 'yes' });
    const directory = await unitDirectory(tx);
    return { breaches: rows.map((row) => breachView(row, directory.nameOf)), total };
  }),

  route(contract.repairBreach, async ({ tx, input }) => {
    const breach = await loadBreach(tx, input.breachId);
    if (breach === null) throw new AppError('COMMITMENT_BREACH_NOT_FOUND');
    await projectOfRoom(tx, breach.projectId, [breach.unitId], 'COMMITMENT_BREACH_NOT_FOUND');
    refuseOtherUnit(tx, 'project.decide', breach.unitId);
    if (breach.repairedAt !== null) throw new AppError('BREACH_ALREADY_REPAIRED');
    await attach(tx, breach.projectId, input.documents, { share: true });
    const row = await repair(tx, breach.id, input.reason, input.documents);
    await recordStep(tx, 'commitment', row.commitmentId, '认定失信已修复', { breach: row.id, reason: input.reason });
    return breachView(row, (await unitDirectory(tx)).nameOf);
  }),

  route(contract.commitmentBars, async ({ tx, input }) => {
    const project = await visibleProject(tx, input.projectId);
    const bars = await barsOf(tx, input.itemId, project.uscc ?? '');
    return { allowed: bars.length === 0, bars };
  }),
];

/** Whoever acts: the firm reports, the unit does the rest. */
async function open(tx: Tx, id: string, step: CommitmentStep): Promise<{ row: CommitmentRow; name: string }> {
  const row = await loadForDecision(tx, id);
  if (row === null) throw new AppError('COMMITMENT_NOT_FOUND');
  const project = await projectFor(tx, row);
  if (step === 'reportCorrection') {
    if (!isOwn(tx, project)) throw new AppError('COMMITMENT_NOT_FOUND');
  } else refuseOtherUnit(tx, step === 'revoke' ? 'project.decide' : 'project.work', row.unitId);
  refuseImpossible(row.status, commitmentStatusNames, commitmentSteps[step]);
  return { row, name: project.name };
}

function projectFor(tx: Tx, row: CommitmentRow) {
  return projectOfRoom(tx, row.projectId, [row.unitId], 'COMMITMENT_NOT_FOUND');
}

/** The firm is told what does not agree and until when it has to be put right. */
async function ask(tx: Tx, row: CommitmentRow, name: string): Promise<CommitmentRow> {
  const { correctionTerm } = (await roomSettings(tx.services)).shared.commitment;
  const task = await openDuty(tx, {
    ...commitmentDuty(row, 'reportCorrection'),
    kind: 'project.commitment-correction',
    title: `${name}·${row.itemName}·限期整改`,
    unitId: null,
    accountId: row.accountId,
    term: correctionTerm.value,
  });
  tellFirm(tx, {
    accountId: row.accountId,
    projectId: row.projectId,
    title: `${row.itemName}：与承诺不符，请限期整改`,
    body: `${row.inspection?.findings ?? ''}。请在${chineseDate(task.dueOn)}前整改并报告；逾期不改的，将依法撤销并记入信用记录。`,
  });
  return { ...row, correctBy: task.dueOn, correctDueAt: task.dueAt, taskId: task.id };
}

/** The unit owes a decision on what was not put right. @returns the task's id. */
export async function decisionDuty(tx: Tx, row: CommitmentRow, name: string): Promise<string> {
  const { decisionTerm } = (await roomSettings(tx.services)).own.commitment;
  const task = await openDuty(tx, {
    ...commitmentDuty(row, 'revoke'),
    kind: 'project.commitment-decision',
    title: `${name}·${row.itemName}·承诺没有履行，作出处理决定`,
    unitId: row.unitId,
    term: decisionTerm.value,
  });
  return task.id;
}

/** Only what was granted can be revoked; a case that still runs is refused in its own place. */
async function refuseUndecided(tx: Tx, row: CommitmentRow): Promise<void> {
  if (row.caseId === null) return;
  const timelines = await caseTimelines(tx, { type: 'project', id: row.projectId });
  if (timelines.find((one) => one.caseId === row.caseId)?.outcome === 'granted') return;
  throw new AppError('ROOM_STEP_IMPOSSIBLE', {
    status: '办件还没有作出准予决定',
    action: '撤销，请在办件里作出不予许可决定',
    basis: basisText(commitmentSteps.revoke.basis),
  });
}

function breachView(row: BreachRow, nameOf: (unit: string) => string) {
  return {
    id: row.id,
    commitmentId: row.commitmentId,
    uscc: row.uscc,
    firmName: row.firmName,
    unitId: row.unitId,
    unitName: nameOf(row.unitId),
    itemName: row.itemName,
    documentNo: row.documentNo,
    reason: row.reason,
    at: row.at,
    repairedAt: row.repairedAt,
    repairReason: row.repairReason,
  };
}
