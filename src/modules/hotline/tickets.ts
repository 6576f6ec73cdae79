import { dueOf, parseTerm } from '../../calendar/index.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Tx } from '../../kernel/module.ts';
import { unitDirectory } from '../org/index.ts';
import { calendarOf, clockSettingsOf } from '../tasks/index.ts';
import { fulfil } from './duties.ts';
import { decide, type Ground, type TicketCommand } from './rules/decide.ts';
import { redactKnown } from './rules/redact.ts';
import { leadOf, type TicketEvent } from './rules/ticket.ts';
import { ticketTransitions } from './rules/transitions.ts';
import { countyOf } from './settings.ts';
import { openCallers } from './store/callers.ts';
import { recordLesson } from './store/learning.ts';
import { appendEvents, loadForDecision, type Acting, type TicketRow } from './store/tickets.ts';
import { tellCaller, wordsFor } from './telling.ts';

export interface Performing extends Acting {
  /** Whether this person reaches the ticket at all; if not, it does not exist for him. */
  reaches(row: TicketRow): boolean | Promise<boolean>;
}

/** Decides, settles and opens tasks, records, tells. Throws TICKET_NOT_FOUND and what the rules refuse. */
export async function perform(
  tx: Tx,
  ticketId: string,
  { reaches, asCaller }: Performing,
  commandFor: (row: TicketRow) => TicketCommand | Promise<TicketCommand>,
): Promise<{ row: TicketRow; events: readonly TicketEvent[] }> {
  const before = await loadForDecision(tx, ticketId);
  if (before === null || !(await reaches(before))) throw new AppError('TICKET_NOT_FOUND');
  const command = await commandFor(before);
  const ground = await groundOf(tx, asCaller);
  const decided = await withoutNames(tx, before, decide(before.state, command, ground));
  const { events, tasks } = await fulfil(tx, before, decided, ground);
  if (events.length === 0) return { row: before, events };
  const row = await appendEvents(tx, before, events, tasks, { asCaller });
  await afterwards(tx, before, row, events);
  const subject = row.confidential && asCaller ? 'ticket' : `ticket:${row.id}`;
  tx.note(subject, ticketTransitions[command.action].zh, { from: before.status, to: row.status });
  return { row, events };
}

const written = new Set(['text', 'reason', 'note', 'comment', 'asks']);

/** A slip of the pen at the desk must not tell a unit who reported: names and numbers of the callers are blotted out. */
async function withoutNames(tx: Tx, row: TicketRow, events: TicketEvent[]): Promise<TicketEvent[]> {
  if (!row.confidential || events.length === 0) return events;
  const callers = await openCallers(tx, row.id);
  const identity = {
    names: callers.map(({ name }) => name),
    numbers: callers.flatMap(({ phone, email }) => [phone, email]).filter((one) => one !== ''),
  };
  const clean = JSON.stringify(events, (key, value: unknown) =>
    typeof value === 'string' && written.has(key) ? redactKnown(value, identity) : value,
  );
  return JSON.parse(clean) as TicketEvent[];
}

export async function groundOf(tx: Tx, asCaller: boolean): Promise<Ground> {
  // One after the other: a transaction is one connection.
  const { settings, matters } = await countyOf(tx.services);
  const calendar = await calendarOf(tx);
  const clock = await clockSettingsOf(tx);
  const directory = await unitDirectory(tx);
  return {
    now: tx.now,
    by: asCaller ? '诉求人' : tx.actor.name,
    settings,
    matters,
    dueOf: (start, term) => dueOf({ start, term: parseTerm(term), calendar, settings: clock }).dueAt,
    nameOf: (unitId) => directory.nameOf(unitId),
  };
}

/** What follows from what was recorded: the engine learns, whoever raised it hears, other modules hear of the end. */
export async function afterwards(
  tx: Tx,
  before: TicketRow | null,
  row: TicketRow,
  events: readonly TicketEvent[],
): Promise<void> {
  const directory = await unitDirectory(tx);
  for (const event of events) {
    const lead = leadOf(row.state)?.unitId;
    if (event.type === 'signed' && lead === event.unitId) await recordLesson(tx, row.id, lead, 'confirmed');
    if (event.type === 'returned') await recordLesson(tx, row.id, event.unitId, 'returned');
    const words = wordsFor(event, row, directory.nameOf);
    if (words !== null) tellCaller(tx, { ticketId: row.id, ...words });
  }
  if (row.status === 'closed' && before?.status !== 'closed') {
    tx.publish('ticket.closed', {
      ticketId: row.id,
      no: row.no,
      unitId: row.leadUnit,
      class: row.class,
      outcome: row.outcome,
      solved: row.solved,
      satisfaction: row.satisfaction,
      excluded: row.excluded,
    });
  }
}
