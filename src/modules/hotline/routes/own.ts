import { AppError } from '../../../kernel/errors.ts';
import { route, type HandlerContext } from '../../../kernel/module.ts';
import * as contract from '../contract-intake.ts';
import type { TicketCommand } from '../rules/decide.ts';
import { ticketClassNames, ticketStatusNames } from '../rules/transitions.ts';
import { bindAttachments } from '../store/attachments.ts';
import { belongsTo, openCallers, ticketIdsOfAccount, type Caller } from '../store/callers.ts';
import { loadTicket, loadTicketByNo, loadTickets, type TicketRow } from '../store/tickets.ts';
import { perform } from '../tickets.ts';
import { ownTicket } from '../views.ts';
import { cleaned, proofOf } from './intake.ts';

/** What whoever raised a ticket does with it: by account, or by number and code. */
export const ownRoutes = [
  route(contract.followTicket, async ({ tx, input }) => {
    const row = await loadTicketByNo(tx, input.no);
    const owner = row === null || input.code === '' ? null : await belongsTo(tx, row.id, proofOf(tx, input.code));
    // A wrong number and a wrong code sound the same: nobody finds out which tickets there are.
    if (row === null || owner === null) throw new AppError('TICKET_CODE_WRONG');
    return ownTicket(tx, row, owner.role, owner.uscc !== null);
  }),

  route(contract.myTickets, async ({ tx, input, actor }) => {
    const { ids, total } = await ticketIdsOfAccount(tx, actor.accountId ?? '', actor.enterpriseIds, input);
    const rows = new Map((await loadTickets(tx, ids)).map((row) => [row.id, row]));
    return {
      tickets: ids.flatMap((id) => {
        const row = rows.get(id);
        if (row === undefined) return [];
        const { no, status, registeredAt, dueAt } = row;
        return [
          {
            id,
            no,
            status,
            statusName: ticketStatusNames[status],
            className: ticketClassNames[row.class],
            title: row.title,
            registeredAt,
            dueAt,
            needsMe: status === 'replied' || row.state.proposal !== null,
          },
        ];
      }),
      total,
    };
  }),

  route(contract.myTicket, async ({ tx, input }) => {
    const row = await loadTicket(tx, input.ticketId);
    const owner = row === null ? null : await belongsTo(tx, row.id, proofOf(tx, ''));
    if (row === null || owner === null) throw new AppError('TICKET_NOT_FOUND');
    return ownTicket(tx, row, owner.role, owner.uscc !== null);
  }),

  route(contract.answerCallBack, (context) => {
    const { solved, satisfaction, understood, comment } = context.input;
    return byCaller(context, (_, clean) => ({
      action: 'callBack',
      channel: 'link',
      solved,
      satisfaction,
      understood,
      comment: clean(comment),
    }));
  }),

  route(contract.supplementTicket, (context) =>
    byCaller(context, async (row, clean) => {
      const { attachments, text } = context.input;
      const bound = await bindAttachments(context.tx, attachments, row.id);
      if (bound < new Set(attachments).size) throw new AppError('TICKET_DOCUMENT_NOT_FOUND');
      return { action: 'supplement', by: 'caller', text: clean(text) };
    }),
  ),

  route(contract.withdrawTicket, (context) =>
    byCaller(context, (_, clean) => ({ action: 'withdraw', reason: clean(context.input.reason) })),
  ),

  route(contract.reopenTicket, (context) =>
    byCaller(context, (_, clean) => ({ action: 'reopen', reason: clean(context.input.reason) })),
  ),

  route(contract.answerClassProposal, (context) =>
    byCaller(context, () => ({ action: 'answerClassProposal', agreed: context.input.agreed })),
  ),

  route(contract.writeOffRequest, (context) =>
    byCaller(context, (_, clean) => ({
      action: 'writeOff',
      satisfaction: context.input.satisfaction,
      note: clean(context.input.note),
    })),
  ),
];

/** Joiners only look on; the first caller decides. */
async function byCaller(
  context: HandlerContext<{ ticketId: string; code: string }>,
  commandFor: (row: TicketRow, clean: (text: string) => string) => TicketCommand | Promise<TicketCommand>,
) {
  const { tx, input } = context;
  const owner = await belongsTo(tx, input.ticketId, proofOf(tx, input.code));
  if (owner === null || owner.role !== 'caller') throw new AppError('TICKET_NOT_FOUND');
  const { row } = await perform(tx, input.ticketId, { asCaller: true, reaches: () => true }, async (before) => {
    const callers: Caller[] = await openCallers(tx, before.id);
    return commandFor(before, (text) => cleaned(text, callers));
  });
  return ownTicket(tx, row, owner.role, owner.uscc !== null);
}
