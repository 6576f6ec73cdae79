import type { Subscriber } from '../../kernel/module.ts';
import { openSubject } from '../ratings/index.ts';
import type { Outcome } from './rules/transitions.ts';
import { ticketClassNames } from './rules/transitions.ts';
import { countyOf } from './settings.ts';
import { openCallers } from './store/callers.ts';
import { loadTicket } from './store/tickets.ts';

/** Ended without anybody having dealt with the matter: there is nothing to rate. */
const unrated: ReadonlySet<Outcome> = new Set<Outcome>(['writtenOff', 'malicious', 'elsewhere']);

/**
 * A closed ticket may be rated by who raised it. What is confidential is rated to the hotline's own office: a bad rating is
 * answered by a call, and the unit it was about must not learn whom to call.
 */
export const openingRating: Subscriber = {
  name: 'hotline.openRating',
  topic: 'ticket.closed',
  async handle(tx, payload) {
    const { ticketId } = payload as { ticketId: string };
    const row = await loadTicket(tx, ticketId);
    if (row === null || row.closedAt === null || row.excluded !== null) return;
    if (row.outcome !== null && unrated.has(row.outcome)) return;
    const { settings } = await countyOf(tx.services);
    tx.note(`ticket:${ticketId}`, '开放评价，读取联系方式');
    const [caller] = await openCallers(tx, ticketId);
    const holderAccount = caller?.accountId ?? null;
    await openSubject(tx, {
      kind: 'ticket',
      subjectId: row.id,
      subjectNo: row.no,
      unitId: row.confidential ? settings.office.value : (row.leadUnit ?? settings.office.value),
      itemId: `ticket:${row.class}`,
      itemName: `12345${ticketClassNames[row.class]}`,
      windowName: '',
      officerId: null,
      officerName: '',
      finishedAt: row.closedAt,
      served: 'hotline',
      holderAccount,
      phone: holderAccount === null ? (caller?.phone ?? '') : '',
      holderLabel: '',
    });
  },
};
