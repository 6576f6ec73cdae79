import { may } from '../../../kernel/actor.ts';
import { AppError } from '../../../kernel/errors.ts';
import { route, type HandlerContext, type Tx } from '../../../kernel/module.ts';
import { unitDirectory } from '../../org/index.ts';
import * as contract from '../contract-work.ts';
import { mayRead } from '../disclosure.ts';
import type { TicketCommand } from '../rules/decide.ts';
import { checkReply, failuresOf } from '../rules/quality.ts';
import { leadOf, type Cause } from '../rules/ticket.ts';
import { ticketStatusNames } from '../rules/transitions.ts';
import { countyOf } from '../settings.ts';
import { bindAttachments } from '../store/attachments.ts';
import { loadTicket, type TicketRow } from '../store/tickets.ts';
import { tellCaller } from '../telling.ts';
import { perform } from '../tickets.ts';

/** What the units do with a ticket. */
export const unitRoutes = [
  route(contract.signTicket, (context) => byUnit(context, (_, unitId) => ({ action: 'sign', unitId }))),

  route(contract.contactCaller, (context) => byLead(context, () => ({ action: 'contact', note: context.input.note }))),

  route(contract.returnTicket, (context) => {
    const { rule, reason } = context.input;
    return byLead(context, (_, unitId) => ({ action: 'return', unitId, rule, reason }));
  }),

  route(contract.recuseUnit, (context) =>
    byUnit(context, (_, unitId) => ({ action: 'recuse', unitId, reason: context.input.reason })),
  ),

  route(contract.askExtension, (context) =>
    byLead(context, () => ({ action: 'askExtension', reason: context.input.reason })),
  ),

  route(contract.askEarlyClosing, (context) =>
    byLead(context, () => ({ action: 'askEarlyClosing', reason: context.input.reason })),
  ),

  route(contract.replyPart, (context) =>
    byUnit(context, (_, unitId) => ({ action: 'replyPart', unitId, text: context.input.text })),
  ),

  route(contract.checkReply, async (context) => {
    const { tx, input } = context;
    const row = await loadTicket(tx, input.ticketId);
    if (row === null || !mayRead(tx.actor, row)) throw new AppError('TICKET_NOT_FOUND');
    const { settings } = await countyOf(tx.services);
    return { checks: await checksFor(tx, row, input), blocks: settings.reply.blocks.value };
  }),

  route(contract.replyTicket, async (context) => {
    const { tx, input } = context;
    const { text, result, doneOn, attachments } = input;
    let warnings: string[] = [];
    const answer = await byLead(context, async (row, unitId) => {
      warnings = failuresOf(await checksFor(tx, row, input));
      const bound = await bindAttachments(tx, attachments, row.id);
      if (bound < new Set(attachments).size) throw new AppError('TICKET_DOCUMENT_NOT_FOUND');
      const cause = input.cause === null ? null : await checkedCause(tx, input.cause, unitId);
      return { action: 'reply', unitId, reply: { text, result, doneOn, cause, warnings }, failures: warnings };
    });
    return { ...answer, warnings };
  }),

  route(contract.trackRequest, (context) =>
    byUnit(context, (_, unitId) => ({ action: 'track', unitId, text: context.input.text })),
  ),

  route(contract.nameCause, (context) =>
    byLead(context, async (_, unitId) => ({
      action: 'nameCause',
      cause: await checkedCause(context.tx, context.input.cause, unitId),
    })),
  ),

  route(contract.sendMessage, async ({ tx, input }) => {
    const row = await loadTicket(tx, input.ticketId);
    const mine = row?.state.parts.some(({ unitId }) => may(tx.actor, 'hotline.handle', unitId)) === true;
    if (row === null || !mayRead(tx.actor, row) || !mine) throw new AppError('TICKET_NOT_FOUND');
    const { nameOf } = await unitDirectory(tx);
    const from = nameOf(row.leadUnit ?? '');
    tellCaller(tx, { ticketId: row.id, title: `${from}就工单${row.no}联系您`, body: input.text });
    tx.note(`ticket:${row.id}`, '转达消息');
    return { sent: true };
  }),
];

export function movedTo(row: TicketRow) {
  return { status: row.status, statusName: ticketStatusNames[row.status], dueAt: row.dueAt };
}

type CommandFor = (row: TicketRow, unitId: string) => TicketCommand | Promise<TicketCommand>;

/** In the name of the caller's own unit, as far as the ticket is with it: assisting or leading. */
async function byUnit(context: HandlerContext<{ ticketId: string }>, commandFor: CommandFor) {
  const { tx, input } = context;
  const { row } = await perform(tx, input.ticketId, staffReaches(tx), (before) =>
    commandFor(before, actingUnit(tx, before)),
  );
  return movedTo(row);
}

/** The same for what only the lead may do. Throws TICKET_NOT_LEAD. */
async function byLead(context: HandlerContext<{ ticketId: string }>, commandFor: CommandFor) {
  const { nameOf } = await unitDirectory(context.tx);
  return byUnit(context, (row, unitId) => {
    if (leadOf(row.state)?.unitId !== unitId && row.state.parts.length > 0)
      throw new AppError('TICKET_NOT_LEAD', { unit: nameOf(unitId) });
    return commandFor(row, unitId);
  });
}

export function staffReaches(tx: Tx) {
  return { asCaller: false, reaches: (row: TicketRow) => mayRead(tx.actor, row) };
}

/** His own unit first; of several units he works for the one that leads. */
function actingUnit(tx: Tx, row: TicketRow): string {
  const { actor } = tx;
  const mine = row.state.parts.filter(({ unitId }) => may(actor, 'hotline.handle', unitId));
  const own = mine.find(({ unitId }) => unitId === actor.unitId) ?? mine.find(({ role }) => role === 'lead') ?? mine[0];
  return own?.unitId ?? actor.unitId ?? '';
}

async function checksFor(
  tx: Tx,
  row: TicketRow,
  reply: { text: string; result: 'done' | 'partly' | 'explained'; doneOn: string | null },
) {
  const { settings } = await countyOf(tx.services);
  const { facts, contactedAt } = row.state;
  const asked = { class: facts.class, title: facts.title, text: facts.text, contacted: contactedAt !== null };
  return checkReply(reply, asked, settings.reply);
}

/** Who can change the cause is asked to; without a name it is the unit that replies. */
async function checkedCause(tx: Tx, given: Cause, unitId: string): Promise<Cause> {
  const directory = await unitDirectory(tx);
  if (given.ownerUnit !== null && directory.byId(given.ownerUnit) === undefined)
    throw new AppError('TICKET_UNIT_UNKNOWN', { unit: given.ownerUnit });
  return given.kind === 'single' ? { ...given, ownerUnit: null } : { ...given, ownerUnit: given.ownerUnit ?? unitId };
}
