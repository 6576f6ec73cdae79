import type { Subscriber, Tx } from '../../kernel/module.ts';
import { chineseDate, localDateOf } from '../../kernel/time.ts';
import { tellApplicant } from '../cases/index.ts';
import type { TicketEvent } from './rules/ticket.ts';
import { outcomeNames, ticketClassNames } from './rules/transitions.ts';
import { openCallers } from './store/callers.ts';
import { writeMessage } from './store/messages.ts';
import type { TicketRow } from './store/tickets.ts';

/** Whoever raised a ticket hears of every turn that matters, without the words of the ticket: a phone may lie on a table. */

export interface Told {
  ticketId: string;
  title: string;
  body: string;
}

/** After commit: a message that has gone out cannot be called back. */
export function tellCaller(tx: Tx, told: Told): void {
  tx.publish('ticket.told', { ...told });
}

export const tellingSubscribers: readonly Subscriber[] = [
  {
    name: 'hotline.tellCallers',
    topic: 'ticket.told',
    async handle(tx, payload, { id }) {
      const { ticketId, title, body } = payload as unknown as Told;
      if (!(await writeMessage(tx, { id, ticketId, title, body }))) return;
      for (const caller of await openCallers(tx, ticketId)) {
        if (caller.accountId !== null) {
          const matter = { type: 'ticket', id: ticketId };
          // One notice per event and person, whatever is delivered twice.
          await tellApplicant(tx, {
            id: caller.id.slice(0, 18) + id.slice(18),
            accountId: caller.accountId,
            title,
            body,
            matter,
          });
        } else if (caller.phone !== '') {
          const message = { channel: 'sms' as const, to: caller.phone, title, text: `${title}。${body}` };
          await tx.services.messenger.send({ key: `${id}:${caller.id}`, ...message });
        } else if (caller.email !== '') {
          const message = { channel: 'email' as const, to: caller.email, title, text: `${title}。${body}` };
          await tx.services.messenger.send({ key: `${id}:${caller.id}`, ...message });
        }
      }
    },
  },
];

/** What a turn means for the person; null when it is the offices' own affair. */
export function wordsFor(
  event: TicketEvent,
  row: TicketRow,
  nameOf: (unitId: string) => string,
): { title: string; body: string } | null {
  const about = `您的${ticketClassNames[row.class]}（${row.no}）`;
  switch (event.type) {
    case 'registered':
      return { title: `${about}已登记`, body: '请保存工单号和查询码，随时可以查进度。' };
    case 'dispatched': {
      const lead = event.parts.find(({ role }) => role === 'lead')?.unitId ?? '';
      return {
        title: `${about}已派单`,
        body: `由${nameOf(lead)}主办，应于${chineseDate(localDateOf(event.dueAt))}前答复。`,
      };
    }
    case 'handedOver':
      return { title: `${about}换了主办单位`, body: `改由${nameOf(event.to)}主办，期限不变。` };
    case 'extensionDecided':
      if (!event.granted || event.dueAt === null) return null;
      return {
        title: `${about}延期`,
        body: `经批准延到${chineseDate(localDateOf(event.dueAt))}。理由：${row.state.extension?.reason ?? ''}`,
      };
    case 'replied':
      return {
        title: `${about}已答复`,
        body: `请看答复并告诉我们解决了没有：没有解决会重新办理。查看地址：/ask/follow?no=${row.no}`,
      };
    case 'reopened':
      return { title: `${about}重新办理`, body: `应于${chineseDate(localDateOf(event.dueAt))}前再次答复。` };
    case 'classProposed':
      return {
        title: `${about}想改变类别`,
        body: `建议改为${ticketClassNames[event.to]}，理由：${event.reason}。同意不同意由您定。`,
      };
    case 'judgedMalicious':
      return {
        title: `${about}的认定`,
        body: `认定书${event.documentNo}。理由：${event.reason}。${event.remedy}`,
      };
    case 'redirected':
      return { title: `${about}请走${event.channel}`, body: event.text };
    case 'merged':
      return { title: `${about}已并入同一诉求`, body: '和前面一张工单说的是同一件事，进度照样可以查。' };
    case 'closed':
      // What ended it has been told already.
      if (['answered', 'elsewhere', 'malicious'].includes(event.outcome)) return null;
      return { title: `${about}已办结`, body: `${outcomeNames[event.outcome]}。没有解决的，可以要求重新办理。` };
    default:
      return null;
  }
}
