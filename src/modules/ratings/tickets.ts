import type { Subscriber } from '../../kernel/module.ts';
import type { Instant } from '../../kernel/time.ts';
import { openSubject } from './opening.ts';

/** A ticket of the hotline that is closed may be rated. An anonymous one brings neither account nor number. */
export const ticketSubscriber: Subscriber = {
  name: 'ratings.openForTicket',
  topic: 'ticket.closed',
  async handle(tx, payload) {
    const ticket = payload as unknown as {
      ticketId: string;
      number: string;
      title: string;
      unitId: string;
      classId: string;
      className: string;
      holderAccountId: string | null;
      contactPhone: string | null;
      officerId: string | null;
      officerName: string;
      closedAt: Instant;
      anonymous: boolean;
    };
    await openSubject(tx, {
      kind: 'ticket',
      subjectId: ticket.ticketId,
      subjectNo: ticket.number,
      unitId: ticket.unitId,
      itemId: `ticket:${ticket.classId}`,
      itemName: `12345${ticket.className}`,
      windowName: '',
      officerId: ticket.officerId,
      officerName: ticket.officerName,
      finishedAt: ticket.closedAt,
      served: 'hotline',
      holderAccount: ticket.anonymous ? null : ticket.holderAccountId,
      phone: '',
      contact: ticket.anonymous ? null : ticket.contactPhone,
      holderLabel: '',
    });
  },
};
