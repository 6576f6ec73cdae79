import { may, type Actor } from '../../kernel/actor.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Tx } from '../../kernel/module.ts';
import { changeTask, finishTasks, openTasks, tasksOf, type TaskSpec } from '../tasks/index.ts';
import { decide, type RatingCommand } from './rules/decide.ts';
import type { RatingSettings } from './rules/definition.ts';
import { foldAll, isRealName, type RatingEvent, type RatingState } from './rules/subject.ts';
import { ratingTransitions } from './rules/transitions.ts';
import { settingsOf } from './settings.ts';
import { appendEvents, type RatingTasks, type SubjectRow } from './store/subjects.ts';

/** Decides on a locked subject, records, settles and opens tasks, and has the rater told of it after commit. */
export async function perform(
  tx: Tx,
  row: SubjectRow,
  command: RatingCommand,
  contact: string | null = row.contact,
): Promise<SubjectRow> {
  const settings = await settingsOf(tx.services);
  const events = decide(row.state, command, tx.now, settings);
  const tasks = await fulfil(tx, row, events, settings);
  const after = await appendEvents(tx, row, events, tasks, contact);
  tx.note(`rating:${row.id}`, ratingTransitions[command.action].zh, { no: row.no, from: row.status, to: after.status });
  if (after.status !== row.status && after.status === 'revisit')
    tx.publish('rating.turned', { subjectId: row.id, turn: 'revisit' });
  return after;
}

/** Who deals with a bad rating: whom the leader chose, else a leader himself unless he was the one who was rated. */
export function isWorker(actor: Actor, row: SubjectRow): boolean {
  if (row.handlerId !== null && row.handlerId === actor.accountId) return may(actor, 'rating.work', row.unitId);
  return may(actor, 'rating.decide', row.unitId) && row.officerId !== actor.accountId;
}

export function refuseOther(actor: Actor, row: SubjectRow): void {
  if (!isWorker(actor, row)) throw new AppError('RATING_NOT_YOURS');
}

/** Whether the contact clock still runs: said by its task, which knows the calendar. */
export async function isContactInTime(tx: Tx, row: SubjectRow): Promise<boolean> {
  const task = (await tasksOf(tx, 'rating', [row.id])).find(({ id }) => id === row.tasks.contact);
  return task !== undefined && tx.now <= task.dueAt;
}

interface Duty {
  key: string;
  kind: string;
  title: string;
  term: string;
  unitId: string;
  accountId: string | null;
}

/** Everything owed by a date is a task. Titles name neither who rated nor the case. */
async function fulfil(
  tx: Tx,
  row: SubjectRow,
  events: readonly RatingEvent[],
  settings: RatingSettings,
): Promise<RatingTasks> {
  const tasks: Record<string, string> = { ...row.tasks };
  const wanted: Duty[] = [];
  let state = row.state;
  for (const event of events) {
    state = foldAll(state, [event]);
    if (event.type === 'appointed') await handOver(tx, row, event);
    for (const key of settledBy(event)) await settle(tx, tasks, key);
    wanted.push(...dutiesAfter(state, event, settings));
  }
  const opened = await openTasks(
    tx,
    wanted.map((duty) => specOf(tx, row, duty)),
  );
  for (const [index, { key }] of wanted.entries()) tasks[key] = opened[index]?.id ?? '';
  return tasks;
}

const everyDuty = ['contact', 'handling', 'rectification', 'revisit', 'reopened', 'publication', 'appeal'] as const;

function settledBy(event: RatingEvent): readonly string[] {
  switch (event.type) {
    case 'contacted':
      return ['contact'];
    case 'planned':
      return ['handling'];
    case 'reported':
      return ['handling', 'rectification'];
    case 'reopened':
    case 'closed':
      return ['revisit'];
    case 'directed':
      return ['reopened'];
    case 'published':
    case 'withheld':
      return ['publication'];
    case 'appealDecided':
      return event.decision.upheld ? everyDuty : ['appeal'];
    default:
      return [];
  }
}

function dutiesAfter(state: RatingState, event: RatingEvent, settings: RatingSettings): Duty[] {
  const ofUnit = (key: string, kind: string, title: string, term: string): Duty => {
    return { key, kind, title, term, unitId: state.unitId, accountId: state.handlerId };
  };
  const ofSupervisor = (key: string, kind: string, title: string, term: string): Duty => {
    return { key, kind, title, term, unitId: settings.supervisingUnit.unit, accountId: null };
  };
  switch (event.type) {
    case 'rated':
    case 'explained':
      return event.duty ? [ofUnit('contact', 'rating.contact', '联系差评评价人', settings.contact.term)] : [];
    case 'contacted':
      return [ofUnit('handling', 'rating.handling', '差评：当场改正，或者限期整改', settings.handling.term)];
    case 'planned':
    case 'directed':
      return [ofUnit('rectification', 'rating.rectification', '差评限期整改', `${event.days}wd`)];
    case 'reported':
      return isRealName(state) ? [ofUnit('revisit', 'rating.revisit', '差评回访', settings.revisit.term)] : [];
    case 'reopened':
      return [ofSupervisor('reopened', 'rating.reopened', '回访不满意，责成重新整改', settings.reopened.term)];
    case 'closed':
      return [ofSupervisor('publication', 'rating.publication', '公开差评和答复', settings.publication.term)];
    case 'appealed':
      return [ofSupervisor('appeal', 'rating.appeal', '差评复核', settings.appeal.term)];
    default:
      return [];
  }
}

function specOf(tx: Tx, row: SubjectRow, duty: Duty): TaskSpec {
  return {
    kind: duty.kind,
    title: `${row.itemName}·${duty.title}`,
    subject: { type: 'rating', id: row.id, no: row.no },
    link: `/workbench/ratings/${row.id}`,
    unitId: duty.unitId,
    accountId: duty.accountId,
    start: tx.now,
    promisedTerm: duty.term,
    basis: ratingTransitions.contact.basis,
  };
}

async function handOver(
  tx: Tx,
  row: SubjectRow,
  { handlerId, reason }: Extract<RatingEvent, { type: 'appointed' }>,
): Promise<void> {
  for (const key of ['contact', 'handling', 'rectification', 'revisit']) {
    const id = row.tasks[key];
    if (id === undefined) continue;
    await changeTask(tx, id, { type: 'handOver', accountId: handlerId, reason: reason || '单位负责人指定经办人' });
  }
}

async function settle(tx: Tx, tasks: Record<string, string>, key: string): Promise<void> {
  const id = tasks[key];
  if (id === undefined) return;
  await finishTasks(tx, [id], 'done', '');
  delete tasks[key];
}
