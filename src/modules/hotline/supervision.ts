import type { Subscriber, Tx } from '../../kernel/module.ts';
import { localDateOf } from '../../kernel/time.ts';
import { supervise, tasksOf, type Task } from '../tasks/index.ts';
import type { SupervisionTrigger } from './rules/transitions.ts';
import { triggersFor } from './rules/triggers.ts';
import { countyOf } from './settings.ts';
import { insertSupervised, setSlip, watchedTickets } from './store/analysis.ts';

/** 督办: what the triggers find becomes a slip through module tasks, once per ticket and trigger. */

export async function superviseDue(tx: Tx): Promise<number> {
  const { settings } = await countyOf(tx.services);
  let issued = 0;
  for (const ticket of await watchedTickets(tx, 200)) {
    for (const { trigger, unitId, reason } of triggersFor(ticket, settings)) {
      const about = { ticketId: ticket.id, unitId, reason, taskIds: ticket.taskIds };
      if ((await issue(tx, trigger, ticket.id, about)) !== null) issued += 1;
    }
  }
  return issued;
}

/** The knowledge base is supervised like everything else: an entry that is owed and late asks for a slip. */
export const supervisingKnowledge: Subscriber = {
  name: 'hotline.superviseKnowledge',
  topic: 'task.escalated',
  async handle(tx, payload) {
    const task = payload as { taskId: string; kind: string; rung: string; unitId: string | null; title: string };
    if (task.kind !== 'hotline.knowledge' || task.unitId === null || !task.rung.startsWith('red')) return;
    const { subjectType, subjectId } = payload as { subjectType: string; subjectId: string };
    const subject = `${task.unitId}:${task.taskId}`;
    const tasks = await tasksOf(tx, subjectType, [subjectId]);
    const about = { ticketId: null, unitId: task.unitId, reason: `${task.title}：没有按时更新知识库`, taskIds: {} };
    await issue(tx, 'knowledge', subject, about, tasks.find(({ id }) => id === task.taskId) ?? null);
  },
};

interface About {
  ticketId: string | null;
  unitId: string;
  reason: string;
  taskIds: Readonly<Record<string, string>>;
}

/** @returns the number of the slip, empty when there is no open task to write it about; null when it was issued before. */
export async function issue(
  tx: Tx,
  trigger: SupervisionTrigger,
  subject: string,
  about: About,
  task: Task | null = null,
): Promise<string | null> {
  const { settings } = await countyOf(tx.services);
  const rule = settings.supervision.triggers.find(({ id }) => id === trigger);
  if (rule === undefined) return null;
  const { ticketId, unitId, reason } = about;
  const row = { triggerId: trigger, subject, ticketId, unitId, colour: rule.colour, slipId: null, slipNo: '', reason };
  if (!(await insertSupervised(tx, row))) return null;
  const open = task ?? (ticketId === null ? null : await openTaskOf(tx, ticketId, unitId));
  if (open === null || open.state === 'finished') return '';
  const slip = await supervise(tx, open, { level: rule.level, reason: `${rule.name}：${reason}`, replyTerm: null });
  await setSlip(tx, trigger, subject, { id: slip.id, number: slip.number });
  return slip.number;
}

/** The duty that the unit itself owes: replying before signing. */
async function openTaskOf(tx: Tx, ticketId: string, unitId: string): Promise<Task | null> {
  const own = (await tasksOf(tx, 'ticket', [ticketId])).filter(
    (task) => task.state !== 'finished' && task.unitId === unitId,
  );
  return own.find(({ kind }) => kind === 'hotline.reply') ?? own[0] ?? null;
}

/** A slip by hand may be written about the same ticket on another day. */
export function handSubject(tx: Tx, ticketId: string): string {
  return `${ticketId}:${localDateOf(tx.now)}`;
}
