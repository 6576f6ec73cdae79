import { may, reachOf, type Actor } from '../../kernel/actor.ts';
import { AppError } from '../../kernel/errors.ts';
import { maskName, maskPhone } from '../../kernel/personal-data.ts';
import type { Tx } from '../../kernel/module.ts';
import { isConfidential, type TicketState } from './rules/ticket.ts';
import type { AttachmentRow } from './store/attachments.ts';
import { openCallers, type Caller } from './store/callers.ts';
import type { TicketRow } from './store/tickets.ts';

/**
 * The one place that says who sees what of a ticket and of whoever raised it. Everything that leaves the module about a
 * caller passes here; the ticket itself, its events and tasks hold nothing to hide.
 */

/** The hotline's own staff, and those who supervise it: they answer for the whole county. */
export function isDesk(actor: Actor): boolean {
  return ['hotline.intake', 'hotline.dispatch', 'hotline.supervise'].some(
    (permission) => reachOf(actor, permission) === 'all',
  );
}

/** Reported units and those that withdrew never see it, whatever else they may; the same as `visibleTo` in the store. */
export function mayRead(actor: Actor, ticket: Pick<TicketRow, 'readers' | 'state'>): boolean {
  if (actor.unitId !== null && ticket.state.barredUnits.includes(actor.unitId)) return false;
  const reach = reachOf(actor, 'hotline.read');
  return reach === 'all' || ticket.readers.some((unit) => reach.includes(unit));
}

/** Who raised a report stays with the hotline; of the rest, whoever handles it must be able to call back. */
export function mayKnowCaller(actor: Actor, ticket: Pick<TicketRow, 'readers' | 'state'>): boolean {
  if (!mayRead(actor, ticket)) return false;
  if (isDesk(actor)) return true;
  if (isConfidential(ticket.state)) return false;
  const handling = reachOf(actor, 'hotline.handle');
  return ticket.state.parts.some(({ unitId }) => handling === 'all' || handling.includes(unitId));
}

export interface CallerGlimpse {
  known: boolean;
  name: string;
  phone: string;
  why: string;
}

/** What a page of the ticket shows of its caller: masked, or nothing with the reason. */
export async function glimpseOf(tx: Tx, ticket: TicketRow): Promise<CallerGlimpse> {
  if (!mayKnowCaller(tx.actor, ticket)) {
    const why = isConfidential(ticket.state) ? '保密的诉求，由热线转达' : '只有办理单位和热线能看';
    return { known: false, name: '', phone: '', why };
  }
  const [caller] = await openCallers(tx, ticket.id);
  if (caller === undefined || (caller.name === '' && caller.phone === ''))
    return { known: false, name: '', phone: '', why: '匿名' };
  return { known: true, name: maskName(caller.name), phone: maskPhone(caller.phone), why: '' };
}

/** In clear and journalled. Throws TICKET_CONFIDENTIAL. */
export async function callersInClear(tx: Tx, ticket: TicketRow): Promise<Caller[]> {
  if (!mayKnowCaller(tx.actor, ticket)) throw new AppError('TICKET_CONFIDENTIAL');
  tx.note(`ticket:${ticket.id}`, '查看诉求人和原话', { no: ticket.no });
  return openCallers(tx, ticket.id);
}

/** A photograph may show a face or a door: of a confidential ticket the hotline looks first. Its name may name somebody. */
export function mayOpenAttachment(actor: Actor, ticket: TicketRow, attachment: AttachmentRow): boolean {
  if (!mayRead(actor, ticket)) return false;
  if (isDesk(actor) || attachment.side !== 'caller') return true;
  return !isConfidential(ticket.state) || attachment.released;
}

export function attachmentName(actor: Actor, ticket: { state: TicketState }, attachment: AttachmentRow): string {
  if (attachment.side !== 'caller' || isDesk(actor) || !isConfidential(ticket.state)) return attachment.name;
  const ending = /\.[a-z0-9]+$/i.exec(attachment.name)?.[0] ?? '';
  return `附件${ending}`;
}

export function mayHandle(actor: Actor, unitId: string): boolean {
  return may(actor, 'hotline.handle', unitId);
}
