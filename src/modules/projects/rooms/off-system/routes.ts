import { AppError } from '../../../../kernel/errors.ts';
import { uuidv7 } from '../../../../kernel/ids.ts';
import { route, type Tx } from '../../../../kernel/module.ts';
import { unitDirectory } from '../../../org/index.ts';
import * as contract from '../../contract-rooms-supervision.ts';
import { offSystemSignNames, type OffSystemSignKind } from '../../rules/off-system.ts';
import { isWithin, projectNames, refuseOtherUnit, refuseUnknownUnits, visibleProject } from '../access.ts';
import { refuseFuture } from '../dates.ts';
import { attach, documentsById } from '../documents.ts';
import { finishDuties, openDuty, runningDuties } from '../duties.ts';
import { recordStep } from '../record.ts';
import { roomSettings } from '../settings.ts';
import { detect } from './detect.ts';
import {
  countOpen,
  insertOffSystemCase,
  listAlertRows,
  loadForDecision,
  loadOffSystemCases,
  saveAlert,
  type AlertRow,
  type OffSystemCaseRow,
} from './store.ts';

const statusNames: Readonly<Record<AlertRow['status'], string>> = {
  open: '待核实',
  dismissed: '不是体外循环',
  confirmed: '认定为体外循环',
};

export const offSystemRoutes = [
  route(contract.listOffSystemAlerts, async ({ tx, input }) => {
    const reach = input.unit.length === 0 ? 'all' : input.unit;
    const { rows, total } = await listAlertRows(tx, { ...input, reach });
    return {
      alerts: await views(tx, rows),
      total,
      openCount: await countOpen(tx),
      signs: Object.entries(offSystemSignNames).map(([sign, name]) => ({ sign, name })),
    };
  }),

  route(contract.unitOffSystemAlerts, async ({ tx, input, reach }) => {
    const { rows, total } = await listAlertRows(tx, { ...input, status: ['confirmed'], sign: [], reach });
    return { alerts: await views(tx, rows), total };
  }),

  route(contract.dismissOffSystem, async ({ tx, input }) => view(tx, await decide(tx, input, 'dismissed'))),

  route(contract.confirmOffSystem, async ({ tx, input }) => {
    const row = await decide(tx, input, 'confirmed');
    const { offSystem } = (await roomSettings(tx.services)).own;
    const task = await openDuty(tx, {
      kind: 'project.off-system-explanation',
      title: `说明体外循环情况（${row.itemName}）`,
      room: 'offSystem',
      id: row.id,
      no: row.caseNo,
      link: `/workbench/off-system?alert=${row.id}`,
      unitId: row.unitId,
      term: offSystem.explainTerm.value,
      basis: { title: offSystem.basis, article: '' },
    });
    const after = { ...row, taskId: task.id };
    await saveAlert(tx, after);
    return view(tx, after);
  }),

  route(contract.explainOffSystem, async ({ tx, now, actor, input, reach }) => {
    const row = await loadForDecision(tx, input.alertId);
    if (row === null || !isWithin(reach, [row.unitId])) throw new AppError('OFF_SYSTEM_ALERT_NOT_FOUND');
    if (row.status !== 'confirmed' || row.explanation !== null) throw new AppError('OFF_SYSTEM_NOT_CONFIRMED');
    const after: AlertRow = { ...row, explanation: { text: input.text, at: now, by: actor.name } };
    await saveAlert(tx, after);
    await finishDuties(tx, [row.taskId], 'done');
    await recordStep(tx, 'offSystem', row.id, '说明情况', { text: input.text });
    return view(tx, after);
  }),

  route(contract.registerOffSystemCase, async ({ tx, now, actor, input }) => {
    const project = await visibleProject(tx, input.projectId);
    await refuseUnknownUnits(tx, [input.unitId]);
    refuseOtherUnit(tx, 'project.work', input.unitId);
    refuseFuture(input.endedOn, now);
    if (input.endedOn < input.receivedOn) throw new AppError('DATES_REVERSED');
    await attach(tx, project.id, input.documents, { share: false });
    const { itemId, itemName, unitId, receivedOn, endedOn, resultNo, why, documents } = input;
    const row: OffSystemCaseRow = {
      id: uuidv7(Date.parse(now)),
      projectId: project.id,
      ...{ itemId, itemName, unitId, receivedOn, endedOn, resultNo, why, documents },
      registeredAt: now,
      registeredBy: actor.name,
    };
    await insertOffSystemCase(tx, row);
    await recordStep(tx, 'offSystem', row.id, '补录线下办结事项', { itemName, endedOn });
    await detect(tx, project.id);
    const [shown] = await caseViews(tx, [row]);
    if (shown === undefined) throw new Error('a view for each row');
    return shown;
  }),

  route(contract.listOffSystemCases, async ({ tx, input }) => {
    const project = await visibleProject(tx, input.projectId);
    return { cases: await caseViews(tx, await loadOffSystemCases(tx, project.id)) };
  }),
];

async function decide(
  tx: Tx,
  input: { alertId: string; reason: string },
  status: 'dismissed' | 'confirmed',
): Promise<AlertRow> {
  const row = await loadForDecision(tx, input.alertId);
  if (row === null) throw new AppError('OFF_SYSTEM_ALERT_NOT_FOUND');
  refuseOtherUnit(tx, 'project.supervise', row.unitId);
  if (row.status !== 'open') throw new AppError('OFF_SYSTEM_ALREADY_DECIDED');
  const after: AlertRow = { ...row, status, decidedAt: tx.now, decidedBy: tx.actor.name, reason: input.reason };
  await saveAlert(tx, after);
  await finishDuties(tx, [row.taskId], status, input.reason);
  await recordStep(tx, 'offSystem', row.id, statusNames[status], { reason: input.reason });
  return after;
}

async function view(tx: Tx, row: AlertRow) {
  const [one] = await views(tx, [row]);
  if (one === undefined) throw new Error('a view for each row');
  return one;
}

async function views(tx: Tx, rows: readonly AlertRow[]) {
  const directory = await unitDirectory(tx);
  const names = await projectNames(
    tx,
    rows.map((row) => row.projectId),
  );
  const duties = await runningDuties(
    tx,
    'offSystem',
    rows.map((row) => row.id),
  );
  return rows.map(({ signKey: _, taskId, ...row }) => ({
    ...row,
    signName: offSystemSignNames[row.sign as OffSystemSignKind] ?? row.sign,
    statusName: statusNames[row.status],
    projectName: names.get(row.projectId)?.name ?? '',
    unitName: directory.nameOf(row.unitId),
    evidence: [...row.evidence],
    duty: duties.get(taskId) ?? null,
  }));
}

async function caseViews(tx: Tx, rows: readonly OffSystemCaseRow[]) {
  const directory = await unitDirectory(tx);
  const documents = await documentsById(
    tx,
    rows.flatMap((row) => row.documents),
  );
  return rows.map((row) => ({
    ...row,
    unitName: directory.nameOf(row.unitId),
    documents: documents(row.documents),
  }));
}
