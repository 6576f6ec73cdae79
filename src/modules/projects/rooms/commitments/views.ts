import { reachOf } from '../../../../kernel/actor.ts';
import type { Tx } from '../../../../kernel/module.ts';
import { unitDirectory } from '../../../org/index.ts';
import {
  commitmentKindNames,
  commitmentStatusNames,
  commitmentSteps,
  type CommitmentStep,
} from '../../rules/rooms/commitment.ts';
import { possibleSteps } from '../../rules/rooms/transition.ts';
import { isWithin } from '../access.ts';
import { documentsById } from '../documents.ts';
import { runningDuties, type Duty } from '../duties.ts';
import type { CommitmentRow } from './store.ts';

/** What pages show of commitments; several at once without a query each. */
export async function commitmentViews(tx: Tx, rows: readonly CommitmentRow[], nameOf: (row: CommitmentRow) => string) {
  const duties = await runningDuties(
    tx,
    'commitment',
    rows.map((row) => row.id),
  );
  const documents = await documentsById(
    tx,
    rows.flatMap((row) => row.documents),
  );
  const directory = await unitDirectory(tx);
  const reach = { work: reachOf(tx.actor, 'project.work'), decide: reachOf(tx.actor, 'project.decide') };
  const may = (row: CommitmentRow, step: CommitmentStep) => {
    if (step === 'reportCorrection') return tx.actor.kind === 'person';
    return isWithin(step === 'revoke' ? reach.decide : reach.work, [row.unitId]);
  };
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    kindName: commitmentKindNames[row.kind],
    projectId: row.projectId,
    projectName: nameOf(row),
    caseId: row.caseId,
    itemName: row.itemName,
    unitId: row.unitId,
    unitName: directory.nameOf(row.unitId),
    builderName: row.firmName,
    promise: row.promise,
    figures: [...row.figures],
    promisedAt: row.promisedAt,
    status: row.status,
    statusName: commitmentStatusNames[row.status],
    inspection: row.inspection,
    correctBy: row.correctBy,
    correction: row.correction,
    revocation: row.revocation,
    documents: documents(row.documents),
    duty: row.taskId === null ? null : (duties.get(row.taskId) ?? null),
    steps: possibleSteps(row.status, commitmentSteps)
      .filter((step) => may(row, step))
      .map((step) => ({ step, zh: commitmentSteps[step].zh, basis: commitmentSteps[step].basis })),
  }));
}

export async function commitmentView(tx: Tx, row: CommitmentRow, name: string) {
  const [one] = await commitmentViews(tx, [row], () => name);
  if (one === undefined) throw new Error('a view for each row');
  return one;
}

/** What every duty of a commitment shares. */
export function commitmentDuty(
  row: Pick<CommitmentRow, 'id' | 'caseNo' | 'filingNo' | 'projectId'>,
  step: CommitmentStep,
): Pick<Duty, 'room' | 'id' | 'no' | 'link' | 'basis'> {
  return {
    room: 'commitment',
    id: row.id,
    no: row.caseNo === '' ? row.filingNo : row.caseNo,
    link: `/workbench/projects/${row.projectId}?commitment=${row.id}`,
    basis: commitmentSteps[step].basis,
  };
}
