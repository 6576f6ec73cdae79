import { AppError } from '../../../../kernel/errors.ts';
import { uuidv7 } from '../../../../kernel/ids.ts';
import { route, type Tx } from '../../../../kernel/module.ts';
import { chineseDate, instantAt } from '../../../../kernel/time.ts';
import { limitText, serviceById } from '../../../catalogue/index.ts';
import { unitDirectory } from '../../../org/index.ts';
import * as contract from '../../contract-rooms-commitments.ts';
import { refuseTooLong } from '../../rules/rooms/commitment.ts';
import { ownProject } from '../access.ts';
import { refusePast } from '../dates.ts';
import { attach } from '../documents.ts';
import { nextNumber, recordStep } from '../record.ts';
import { roomSettings } from '../settings.ts';
import { barsOf } from './bars.ts';
import { inspectionDuty } from './follow-up.ts';
import { insertCommitment, loadOfProject, saveCommitment, type CommitmentRow } from './store.ts';
import { commitmentView } from './views.ts';

/** 燃气外线: up to the limit a signed promise is filed and work may start at once; looked at afterwards. */
export const gasRoutes = [
  route(contract.gasRule, async ({ tx }) => {
    const { limit, promise, unit, inspectWithin } = await ruleOf(tx);
    return {
      limitMetres: limit.value,
      promise,
      inspectWithin: limitText(inspectWithin),
      unitName: (await unitDirectory(tx)).nameOf(unit),
      source: limit.source,
    };
  }),

  route(contract.fileGasConnection, async ({ tx, now, input }) => {
    const project = await ownProject(tx, input.projectId);
    const { limit, promise, unit, item, inspectWithin } = await ruleOf(tx);
    refuseTooLong(input.lengthMetres, limit.value, limit.source);
    refusePast(input.startOn, now);
    const [bar] = await barsOf(tx, item, project.uscc ?? '');
    if (bar !== undefined) throw new AppError('PROMISE_BARRED', { reason: bar.reason, basis: bar.basis });
    await attach(tx, project.id, input.documents, { share: true, ownOnly: true });
    const filingNo = await nextNumber(tx, '燃气承诺备案');
    const row: CommitmentRow = {
      id: uuidv7(Date.parse(now)),
      kind: 'gas',
      projectId: project.id,
      caseId: null,
      caseNo: '',
      itemId: item,
      itemName: await nameOf(tx, item),
      unitId: unit,
      accountId: project.accountId,
      uscc: project.uscc ?? '',
      firmName: project.builderName,
      promise,
      figures: [
        { name: '外线长度', value: `${input.lengthMetres}米` },
        { name: '走向', value: input.route },
        { name: '计划开工', value: chineseDate(input.startOn) },
        ...(input.note === '' ? [] : [{ name: '说明', value: input.note }]),
      ],
      filingNo,
      promisedAt: now,
      status: 'promised',
      inspection: null,
      correctBy: null,
      correctDueAt: null,
      correction: null,
      revocation: null,
      documents: input.documents,
      taskId: null,
    };
    if (!(await insertCommitment(tx, row))) {
      const earlier = (await loadOfProject(tx, project.id)).find((one) => one.kind === 'gas' && one.status !== 'ended');
      throw new AppError('GAS_ALREADY_FILED', { filingNo: earlier?.filingNo ?? '' });
    }
    const start = instantAt(input.startOn, '09:00');
    const taskId = await inspectionDuty(tx, row, project.name, {
      term: inspectWithin,
      start: start < now ? now : start,
    });
    const filed = { ...row, taskId };
    await saveCommitment(tx, filed);
    await recordStep(tx, 'commitment', row.id, '燃气承诺备案', { filingNo, lengthMetres: input.lengthMetres });
    return { ...(await commitmentView(tx, filed, project.name)), mayStartOn: input.startOn, filingNo };
  }),
];

async function ruleOf(tx: Tx) {
  const { shared, own } = await roomSettings(tx.services);
  const limit = shared.gasCommitmentMetres;
  return {
    limit,
    promise: own.gas.promise.replace('{limit}', String(limit.value)),
    unit: own.gas.unit,
    item: own.gas.item,
    inspectWithin: own.gas.inspectionTerm.value,
  };
}

async function nameOf(tx: Tx, item: string): Promise<string> {
  return (await serviceById(tx, item)).name;
}
