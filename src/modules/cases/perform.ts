import { AppError } from '../../kernel/errors.ts';
import type { Tx } from '../../kernel/module.ts';
import { serviceFor, type Service, type ServiceItem } from '../catalogue/index.ts';
import { fulfil, fulfilAll } from './duties.ts';
import { issueFor, type LicenceValues } from './licences.ts';
import type { CaseEvent, CaseState } from './rules/case.ts';
import { decide, takeUpPreReviewed, type CaseCommand } from './rules/decide.ts';
import { caseStatusNames, transitions } from './rules/transitions.ts';
import { loadApplication, type ApplicationRow } from './store/applications.ts';
import { appendEvents, listWaitingFor, loadCaseForDecision, type CaseRow } from './store/cases.ts';

/** Events that the applicant is told about. */
const told = new Set<CaseEvent['type']>([
  'accepted',
  'preReviewed',
  'correctionRequested',
  'corrected',
  'suspended',
  'resumed',
  'extended',
  'concluded',
  'filed',
]);

export interface OpenCase {
  row: CaseRow;
  item: ServiceItem;
  service: Service;
  application: ApplicationRow;
}

/** A locked case with what its decision needs, in the versions it started under. Throws CASE_NOT_FOUND. */
export async function openForDecision(
  tx: Tx,
  caseId: string,
  isReachable: (row: CaseRow) => boolean,
): Promise<OpenCase> {
  const row = await loadCaseForDecision(tx, caseId);
  if (row === null || !isReachable(row)) throw new AppError('CASE_NOT_FOUND');
  return withService(tx, row);
}

export async function withService(tx: Tx, row: CaseRow, known?: ApplicationRow): Promise<OpenCase> {
  const application = known ?? (await loadApplication(tx, row.applicationId));
  if (application === null) throw new Error(`case ${row.id} without application`);
  const service = await serviceFor(tx, {
    kind: application.serviceKind,
    id: application.serviceId,
    versions: application.versions,
  });
  const item = service.items.find((one) => one.definition.id === row.itemId);
  if (item === undefined) throw new Error(`case ${row.id} of an item outside its service`);
  return { row, item, service, application };
}

/** Decides, records, fulfils the duties, tells. A command that changes nothing is still journalled by the kernel. */
export async function perform(
  tx: Tx,
  open: OpenCase,
  command: CaseCommand,
  licenceValues: LicenceValues = {},
): Promise<CaseRow> {
  const { row, item } = open;
  const events = decide(row.state, command, tx.now);
  const tasks = await fulfil(tx, { state: row.state, item, accountId: row.accountId, tasks: row.tasks }, events);
  const after = await appendEvents(tx, row, events, tasks);
  tx.note(`case:${row.id}`, transitions[command.action].zh, { no: row.no, from: row.status, to: after.status });
  if (command.action === 'grant') await issueFor(tx, open, command.documentNo, licenceValues);
  tell(tx, after, events);
  if (events.some((event) => event.type === 'concluded')) await release(tx, open, after);
  return after;
}

export function tell(tx: Tx, row: CaseRow, events: readonly CaseEvent[]): void {
  for (const event of events) {
    if (!told.has(event.type)) continue;
    const { id, no, applicationId, accountId, itemId, itemName, unitId, matter } = row;
    tx.publish('case.progressed', {
      caseId: id,
      no,
      applicationId,
      accountId,
      itemId,
      itemName,
      unitId,
      matter,
      event,
    });
  }
}

/**
 * A concluded case frees those that wait for it. When it was not granted, they never began: they end, with the reason,
 * and the rest of the application goes on.
 */
async function release(
  tx: Tx,
  { application, service }: Pick<OpenCase, 'application' | 'service'>,
  concluded: CaseRow,
): Promise<void> {
  if (application.serviceKind === 'item') return;
  const waiting = await listWaitingFor(tx, application.id);
  const changes = waiting.flatMap((row) => {
    const item = service.items.find((one) => one.definition.id === row.itemId);
    const events = item === undefined ? [] : eventsAfter(row.state, concluded, tx.now);
    return item === undefined || events.length === 0
      ? []
      : [{ row, events, subject: { state: row.state, item, accountId: row.accountId, tasks: row.tasks } }];
  });
  const tasks = await fulfilAll(tx, changes);
  for (const [index, { row, events }] of changes.entries()) {
    const after = await appendEvents(tx, row, events, tasks[index] ?? row.tasks);
    tell(tx, after, events);
    if (events.some((event) => event.type === 'concluded')) {
      await release(tx, { application, service }, after);
    }
  }
}

function eventsAfter(state: CaseState, concluded: CaseRow, now: string): CaseEvent[] {
  if (!state.waitsFor.includes(concluded.id)) return [];
  if (concluded.status !== 'granted') {
    const reason = `前一项“${concluded.itemName}”${caseStatusNames[concluded.status]}，这一项没有开始办理。前一项办好后可以再申请。`;
    return [
      {
        type: 'concluded',
        at: now,
        outcome: { kind: 'withdrawn', at: now, reason, basis: transitions.withdraw.basis, remedy: '', documentNo: '' },
      },
    ];
  }
  const waitsFor = state.waitsFor.filter((id) => id !== concluded.id);
  const opened: CaseEvent = { type: 'prerequisiteGranted', at: now, caseId: concluded.id };
  if (waitsFor.length > 0) return [opened];
  return state.preReview === undefined
    ? [opened, { type: 'filed', at: now }]
    : [opened, ...takeUpPreReviewed({ ...state, waitsFor }, state.preReview, now)];
}
