import { AppError } from '../../../../kernel/errors.ts';
import { uuidv7 } from '../../../../kernel/ids.ts';
import { route, type Subscriber, type Tx } from '../../../../kernel/module.ts';
import { chineseDate } from '../../../../kernel/time.ts';
import { unitDirectory } from '../../../org/index.ts';
import * as contract from '../../contract-rooms-supervision.ts';
import { loadProject } from '../../project.ts';
import { isWithin, knownProject, projectNames, visibleProject } from '../access.ts';
import { refusePast } from '../dates.ts';
import { finishDuties, openDuties, runningDuties } from '../duties.ts';
import { recordStep, tellFirm } from '../record.ts';
import { roomSettings } from '../settings.ts';
import {
  insertPushes,
  listRows,
  loadForDecision,
  loadOfProject,
  pushedUnits,
  saveReceipt,
  type PushRow,
} from './store.ts';

/** 电等用户: when land is supplied or planning is permitted, the companies hear of it before anybody applies to them. */
export const pushSubscriber: Subscriber = {
  name: 'projects.pushEarly',
  topic: 'case.progressed',
  async handle(tx, payload) {
    const { matter, itemId, itemName, event } = payload as unknown as {
      matter: { type: string; id: string } | null;
      itemId: string;
      itemName: string;
      event: { type: string; outcome?: { kind: string } };
    };
    if (matter?.type !== 'project' || event.type !== 'concluded') return;
    const { pushes } = (await roomSettings(tx.services)).shared;
    for (const push of pushes) {
      if (push.when.item === itemId && push.when.outcome === event.outcome?.kind)
        await pushProject(tx, matter.id, push, `已取得${itemName}`);
    }
  },
};

/** Tells the units of a push, each once for a project. @returns how many were told now. */
export async function pushProject(
  tx: Tx,
  projectId: string,
  push: {
    id: string;
    name: string;
    units: readonly string[];
    receiptTerm: string;
    asks: readonly string[];
    source: string;
  },
  causeWords: string,
): Promise<number> {
  const project = await loadProject(tx, projectId);
  if (project === null) return 0;
  const told = await pushedUnits(tx, projectId, push.id);
  const rows = push.units
    .filter((unitId) => !told.has(unitId))
    .map((unitId) => ({
      id: uuidv7(Date.parse(tx.now)),
      projectId,
      cause: push.id,
      causeWords,
      unitId,
      asks: push.asks.join('、'),
      pushedAt: tx.now,
      receipt: null,
    }));
  const tasks = await openDuties(
    tx,
    rows.map((row) => ({
      kind: 'project.push',
      title: `${project.name}·${push.name}，请提前准备接入`,
      room: 'earlyPush',
      id: row.id,
      no: project.code,
      link: `/workbench/pushes?push=${row.id}`,
      unitId: row.unitId,
      term: push.receiptTerm,
      basis: { title: push.source, article: '' },
    })),
  );
  await insertPushes(
    tx,
    rows.map((row, index) => ({ ...row, taskId: tasks[index]?.id ?? '' })),
  );
  for (const row of rows) await recordStep(tx, 'earlyPush', row.id, '推送项目', { unit: row.unitId, cause: push.id });
  return rows.length;
}

export const pushRoutes = [
  route(contract.projectPushes, async ({ tx, input }) => {
    const project = await visibleProject(tx, input.projectId);
    return { pushes: await views(tx, await loadOfProject(tx, project.id)) };
  }),

  route(contract.unitPushes, async ({ tx, input, reach }) => {
    const { rows, total } = await listRows(tx, reach, input);
    return { pushes: await views(tx, rows), total };
  }),

  route(contract.receivePush, async ({ tx, now, actor, input, reach }) => {
    const row = await loadForDecision(tx, input.pushId);
    if (row === null || !isWithin(reach, [row.unitId])) throw new AppError('PUSH_NOT_FOUND');
    if (row.receipt !== null) throw new AppError('PUSH_ALREADY_RECEIVED');
    refusePast(input.plannedOn, now);
    const { plannedOn, note, contact } = input;
    const after: PushRow = { ...row, receipt: { plannedOn, note, contact, at: now, by: actor.name } };
    await saveReceipt(tx, after);
    await finishDuties(tx, [row.taskId], 'received');
    await recordStep(tx, 'earlyPush', row.id, '签收推送', { plannedOn });
    const project = await knownProject(tx, row.projectId);
    const unit = (await unitDirectory(tx)).nameOf(row.unitId);
    tellFirm(tx, {
      accountId: project.accountId,
      projectId: project.id,
      title: `${unit}已收到您的项目`,
      body: `计划${chineseDate(plannedOn)}到位。${note}${contact === '' ? '' : `联系：${contact}。`}`,
    });
    const [shown] = await views(tx, [after]);
    if (shown === undefined) throw new Error('a view for each row');
    return shown;
  }),
];

async function views(tx: Tx, rows: readonly PushRow[]) {
  const directory = await unitDirectory(tx);
  const names = await projectNames(
    tx,
    rows.map((row) => row.projectId),
  );
  const duties = await runningDuties(
    tx,
    'earlyPush',
    rows.map((row) => row.id),
  );
  return rows.map((row) => ({
    id: row.id,
    projectId: row.projectId,
    projectName: names.get(row.projectId)?.name ?? '',
    builderName: names.get(row.projectId)?.builder ?? '',
    cause: row.causeWords,
    unitId: row.unitId,
    unitName: directory.nameOf(row.unitId),
    asks: row.asks,
    pushedAt: row.pushedAt,
    receipt: row.receipt,
    duty: duties.get(row.taskId) ?? null,
  }));
}
