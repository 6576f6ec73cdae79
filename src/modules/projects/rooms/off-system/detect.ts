import { uuidv7 } from '../../../../kernel/ids.ts';
import type { Subscriber, Tx } from '../../../../kernel/module.ts';
import { caseRecords, type CaseRecord } from '../../../cases/index.ts';
import { calendarOf } from '../../../tasks/index.ts';
import { offSystemSigns, parseOffSystemSettings, type CaseFacts, type OffSystemSign } from '../../rules/off-system.ts';
import { loadProject } from '../../project.ts';
import { openDuty } from '../duties.ts';
import { recordStep } from '../record.ts';
import { roomSettings } from '../settings.ts';
import { insertAlert, knownSigns, loadOffSystemCases, type OffSystemCaseRow } from './store.ts';

/** 体外循环: when a case of a project ends or asks for a correction, its record is looked at for signs. */
export const offSystemSubscriber: Subscriber = {
  name: 'projects.detectOffSystem',
  topic: 'case.progressed',
  async handle(tx, payload) {
    const { matter, event } = payload as unknown as {
      matter: { type: string; id: string } | null;
      event: { type: string };
    };
    if (matter?.type !== 'project') return;
    if (event.type !== 'concluded' && event.type !== 'correctionRequested') return;
    await detect(tx, matter.id);
  },
};

/** Looks through all cases of a project, those registered afterwards included. @returns how many alerts were raised. */
export async function detect(tx: Tx, projectId: string): Promise<number> {
  const project = await loadProject(tx, projectId);
  if (project === null) return 0;
  const settings = await roomSettings(tx.services);
  const registered = await loadOffSystemCases(tx, projectId);
  const records = await caseRecords(tx, { type: 'project', id: projectId });
  const facts = [
    ...records.map((record) => factsOf(record, registered)),
    ...registered.map((row) => factsOfRegistered(row)),
  ];
  const signs = offSystemSigns(facts, parseOffSystemSettings(settings.offSystem), await calendarOf(tx));
  const known = await knownSigns(
    tx,
    signs.map((sign) => sign.key),
  );
  const fresh = signs.filter((sign) => !known.has(sign.key));
  const cases = new Set(records.map((record) => record.caseId));
  for (const sign of fresh) await raise(tx, { id: project.id, name: project.name }, sign, cases);
  return fresh.length;
}

async function raise(
  tx: Tx,
  project: { id: string; name: string },
  sign: OffSystemSign,
  cases: ReadonlySet<string>,
): Promise<void> {
  const { offSystem } = (await roomSettings(tx.services)).own;
  const id = uuidv7(Date.parse(tx.now));
  const task = await openDuty(tx, {
    kind: 'project.off-system',
    title: `${project.name}·核实体外循环线索（${sign.itemName}）`,
    room: 'offSystem',
    id,
    no: sign.no,
    link: `/workbench/off-system?alert=${id}`,
    unitId: offSystem.supervisor,
    term: offSystem.verifyTerm.value,
    basis: { title: offSystem.basis, article: '' },
  });
  await insertAlert(tx, {
    id,
    signKey: sign.key,
    sign: sign.sign,
    status: 'open',
    projectId: project.id,
    caseId: cases.has(sign.caseId) ? sign.caseId : null,
    caseNo: sign.no,
    itemName: sign.itemName,
    unitId: sign.unitId,
    words: sign.words,
    evidence: sign.evidence,
    basis: sign.source === '' ? offSystem.basis : sign.source,
    raisedAt: tx.now,
    decidedAt: null,
    decidedBy: '',
    reason: '',
    explanation: null,
    taskId: task.id,
  });
  await recordStep(tx, 'offSystem', id, '发现体外循环线索', { sign: sign.sign, case: sign.no });
}

const looking = new Set(['review', 'site', 'joint']);

function factsOf(record: CaseRecord, registered: readonly OffSystemCaseRow[]): CaseFacts {
  const elsewhere = registered.find((row) => row.itemId !== '' && row.itemId === record.itemId);
  return {
    caseId: record.caseId,
    no: record.no,
    itemName: record.itemName,
    unitId: record.unitId,
    needsReview: !record.immediate && record.steps.some((step) => looking.has(step.kind)),
    byCommitment: record.acceptedBy === 'commitment',
    acceptedAt: record.acceptedAt,
    concludedAt: record.concludedAt,
    outcome: record.outcome,
    documentOn: elsewhere?.endedOn ?? null,
    // Told once, by the registered case itself.
    endedElsewhere: null,
    steps: record.steps.map((step) => ({
      id: step.id,
      name: step.name,
      at: step.at,
      by: step.by,
      isRequired: step.kind !== 'delivery' && step.kind !== 'intake',
    })),
    requested: record.requested.map(({ id, name, at, waivedBy }) => ({
      id,
      name,
      at,
      covered: waivedBy === null ? null : { licence: waivedBy, validUntil: null },
    })),
  };
}

function factsOfRegistered(row: OffSystemCaseRow): CaseFacts {
  return {
    caseId: row.id,
    no: row.resultNo === '' ? '补录' : row.resultNo,
    itemName: row.itemName,
    unitId: row.unitId,
    needsReview: false,
    byCommitment: false,
    acceptedAt: null,
    concludedAt: null,
    outcome: null,
    documentOn: null,
    endedElsewhere: { on: row.endedOn, how: `补录：${row.why}` },
    steps: [],
    requested: [],
  };
}
