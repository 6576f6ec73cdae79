import { may } from '../../../kernel/actor.ts';
import { AppError } from '../../../kernel/errors.ts';
import { route, type HandlerContext, type Tx } from '../../../kernel/module.ts';
import { unitDirectory } from '../../org/index.ts';
import { modelFacts, servedEntry, similarOpen, suggestFor } from '../advice.ts';
import * as contract from '../contract-desk.ts';
import { callersInClear, mayRead } from '../disclosure.ts';
import type { DispatchCommand, TicketCommand } from '../rules/decide.ts';
import { countyUnitFor, isTown } from '../rules/directory.ts';
import { isOpen, ticketStatuses, ticketStatusNames } from '../rules/transitions.ts';
import { countyOf } from '../settings.ts';
import { loadAttachment, releaseAttachment } from '../store/attachments.ts';
import { countUse } from '../store/entries.ts';
import { countTold } from '../store/messages.ts';
import {
  countByStatus,
  listTicketRows,
  loadForDecision,
  loadTicket,
  loadTickets,
  type TicketRow,
} from '../store/tickets.ts';
import { perform } from '../tickets.ts';
import { ticketViewer, wholeTicket } from '../views.ts';
import { movedTo, staffReaches } from './work.ts';

/** What the hotline's own desk does with a ticket: read, answer, dispatch, decide, call back. */
export const deskRoutes = [
  route(contract.listTickets, async ({ tx, input, reach, actor }) => {
    const { kind, late, ...rest } = input;
    const viewer = { reach, viewerUnit: actor.unitId };
    const { rows, total } = await listTicketRows(tx, {
      ...viewer,
      ...rest,
      enterprise: kind === '' ? null : kind === 'enterprise',
      late: late === 'late',
    });
    const counts = new Map((await countByStatus(tx, viewer)).map((one) => [one.status, one]));
    const { line } = await ticketViewer(tx);
    return {
      tickets: rows.map(line),
      total,
      counts: ticketStatuses.map((status) => ({
        status,
        name: ticketStatusNames[status],
        count: counts.get(status)?.count ?? 0,
        late: counts.get(status)?.late ?? 0,
      })),
      desk: {
        mayTake: may(actor, 'hotline.intake'),
        mayDispatch: may(actor, 'hotline.dispatch'),
        maySupervise: may(actor, 'hotline.supervise'),
      },
    };
  }),

  route(contract.readTicket, async ({ tx, input }) => wholeTicket(tx, await readable(tx, input.ticketId))),

  route(contract.readCaller, async ({ tx, input }) => {
    const people = await callersInClear(tx, await readable(tx, input.ticketId));
    return {
      people: people.map(({ role, name, phone, email, original, at }) => ({ role, name, phone, email, original, at })),
    };
  }),

  route(contract.suggestUnits, async ({ tx, input }) => {
    const row = await readable(tx, input.ticketId);
    const { state } = row;
    const text = wordsOf(row);
    const exclude = [...state.barredUnits, ...state.returns.map(({ unitId }) => unitId)];
    const { suggestions, automatic, margin } = await suggestFor(tx, text, exclude);
    const { automaticMargin, rows: trainedRows } = await modelFacts(tx);
    const near = await similarOpen(tx, text, { limit: 5, exclude: row.id });
    const named = await titlesOf(tx, [
      ...near.map(({ id }) => id),
      ...suggestions.flatMap(({ reasons }) => reasons.similar.map(({ id }) => id)),
    ]);
    const { nameOf } = await unitDirectory(tx);
    const { settings } = await countyOf(tx.services);
    return {
      suggestions: suggestions.map(({ department, probability, reasons }) => ({
        unitId: department,
        unitName: nameOf(department),
        probability,
        words: reasons.words,
        duties: reasons.duties,
        similar: reasons.similar.flatMap((one) => named(one)),
      })),
      mayBeAutomatic: automatic && settings.dispatch.automatic.value,
      margin,
      needed: automaticMargin,
      trainedRows,
      similarOpen: near.flatMap((one) => named(one)),
    };
  }),

  route(contract.answerAtOnce, async (context) => {
    const { tx, input } = context;
    const { text, entryId } = input;
    if (entryId !== null && (await servedEntry(tx, entryId)) === null) throw new AppError('KNOWLEDGE_NOT_FOUND');
    const moved = await byDesk(context, () => ({ action: 'answer', text, entryId }));
    if (entryId !== null) await countUse(tx, entryId, 'used', 'desk');
    return moved;
  }),

  route(contract.redirectTicket, async (context) => {
    const { channel, text } = context.input;
    await countTold(context.tx, { hint: channel, kind: 'elsewhere', channel: 'desk' });
    return byDesk(context, () => ({ action: 'redirect', channel, text }));
  }),

  route(contract.dispatchTicket, (context) =>
    byDesk(context, (row) => dispatching(context.tx, row, 'dispatch', context.input)),
  ),

  route(contract.designateUnit, (context) =>
    byDesk(context, (row) => dispatching(context.tx, row, 'designate', context.input)),
  ),

  route(contract.convenePanel, (context) =>
    byDesk(context, () => ({ action: 'convene', reason: context.input.reason })),
  ),

  route(contract.handOverTicket, (context) => {
    const { to, reason } = context.input;
    return byDesk(context, async () => {
      await refuseUnknown(context.tx, [to]);
      return { action: 'handOver', to, reason };
    });
  }),

  route(contract.decideExtension, (context) => {
    const { granted, note } = context.input;
    return byDesk(context, () => ({ action: 'decideExtension', granted, note }));
  }),

  route(contract.decideEarlyClosing, (context) => {
    const { granted, note } = context.input;
    return byDesk(context, () => ({ action: 'decideEarlyClosing', granted, note }));
  }),

  route(contract.recordCallBack, (context) => {
    const { channel, solved, satisfaction, understood, comment } = context.input;
    return byDesk(context, () => ({ action: 'callBack', channel, solved, satisfaction, understood, comment }));
  }),

  route(contract.attemptCall, (context) => {
    const { channel, note } = context.input;
    return byDesk(context, () => ({ action: 'attemptCall', channel, note }));
  }),

  route(contract.supplementByDesk, (context) =>
    byDesk(context, () => ({ action: 'supplement', by: 'desk', text: context.input.text })),
  ),

  route(contract.reclassifyTicket, (context) => {
    const { ticketId: _, reason, againstUnits: named, ...given } = context.input;
    return byDesk(context, async (row) => {
      const { tx } = context;
      const directory = await unitDirectory(tx);
      const { matters } = await countyOf(tx.services);
      if (given.town !== '' && directory.byId(given.town)?.kind !== 'town')
        throw new AppError('TICKET_WORD_UNKNOWN', { word: given.town, list: '镇' });
      if (given.matter !== '' && !matters.some(({ id }) => id === given.matter))
        throw new AppError('TICKET_WORD_UNKNOWN', { word: given.matter, list: '有法定期限的投诉' });
      const confidential = given.confidential || given.class === 'report';
      const againstUnits = named ?? row.state.facts.againstUnits;
      await refuseUnknown(tx, againstUnits);
      return { action: 'reclassify', facts: { ...row.state.facts, ...given, confidential, againstUnits }, reason };
    });
  }),

  route(contract.proposeClass, (context) => {
    const { to, reason } = context.input;
    return byDesk(context, () => ({ action: 'proposeClass', to, reason }));
  }),

  route(contract.mergeTicket, async (context) => {
    const { tx, input } = context;
    if (input.into === input.ticketId) throw new AppError('TICKET_MERGE_ITSELF');
    const into = await loadForDecision(tx, input.into);
    if (into === null || !mayRead(tx.actor, into)) throw new AppError('TICKET_NOT_FOUND');
    if (!isOpen(into.status)) throw new AppError('TICKET_CLOSED_ALREADY');
    const moved = await byDesk(context, () => ({ action: 'merge', into: into.no, reason: input.reason }));
    await perform(tx, into.id, staffReaches(tx), () => ({ action: 'join' }));
    return moved;
  }),

  route(contract.excludeTicket, (context) =>
    byDesk(context, () => ({ action: 'exclude', reason: context.input.reason })),
  ),

  route(contract.decideMalicious, (context) => {
    const { documentNo, reason } = context.input;
    return byDesk(context, async () => {
      const { settings } = await countyOf(context.tx.services);
      return { action: 'decideMalicious', documentNo, reason, remedy: settings.malicious.remedy };
    });
  }),

  route(contract.releaseAttachment, async ({ tx, input }) => {
    const attachment = await loadAttachment(tx, input.attachmentId);
    const row = attachment?.ticketId == null ? null : await loadTicket(tx, attachment.ticketId);
    if (row === null || !mayRead(tx.actor, row)) throw new AppError('TICKET_DOCUMENT_NOT_FOUND');
    await releaseAttachment(tx, input.attachmentId);
    tx.note(`ticket:${row.id}`, '附件可以给办理单位看', { attachment: input.attachmentId });
    return { released: true };
  }),
];

export async function readable(tx: Tx, ticketId: string): Promise<TicketRow> {
  const row = await loadTicket(tx, ticketId);
  if (row === null || !mayRead(tx.actor, row)) throw new AppError('TICKET_NOT_FOUND');
  return row;
}

/** What the engines read: the title and the text as recorded. */
export function wordsOf(row: Pick<TicketRow, 'title' | 'state'>): string {
  return `${row.title}。${row.state.facts.place}${row.state.facts.text}`;
}

async function byDesk(
  context: HandlerContext<{ ticketId: string }>,
  commandFor: (row: TicketRow) => TicketCommand | Promise<TicketCommand>,
) {
  const { row } = await perform(context.tx, context.input.ticketId, staffReaches(context.tx), commandFor);
  return movedTo(row);
}

/** What goes to a town alone is copied to the county unit whose duty it is. */
async function dispatching(
  tx: Tx,
  row: TicketRow,
  action: DispatchCommand['action'],
  given: {
    lead: string;
    leadAsks: string;
    assist: readonly { unitId: string; asks: string }[];
    copies: readonly string[];
    note: string;
  },
): Promise<DispatchCommand> {
  const { lead, leadAsks, assist, note } = given;
  await refuseUnknown(tx, [lead, ...assist.map(({ unitId }) => unitId), ...given.copies]);
  const { duties, settings } = await countyOf(tx.services);
  const others = [...assist.map(({ unitId }) => unitId), ...given.copies];
  const copies = [...given.copies];
  if (isTown(lead, duties) && others.every((unit) => isTown(unit, duties))) {
    const county = countyUnitFor(wordsOf(row), duties, settings.dispatch.townCopies.value);
    copies.push(row.state.barredUnits.includes(county) ? settings.dispatch.townCopies.value : county);
  }
  return {
    action,
    parts: [
      { unitId: lead, role: 'lead', asks: leadAsks },
      ...assist.map(({ unitId, asks }) => ({ unitId, role: 'assist' as const, asks })),
    ],
    copies: copies.filter((unit) => given.copies.includes(unit) || !row.state.barredUnits.includes(unit)),
    automatic: false,
    note,
  };
}

async function refuseUnknown(tx: Tx, units: readonly string[]): Promise<void> {
  const directory = await unitDirectory(tx);
  const strange = units.find((unit) => directory.byId(unit) === undefined);
  if (strange !== undefined) throw new AppError('TICKET_UNIT_UNKNOWN', { unit: strange });
}

/** Titles of tickets the desk may read; of those it may not, nothing. */
async function titlesOf(tx: Tx, ids: readonly string[]) {
  const rows = new Map((await loadTickets(tx, [...new Set(ids)])).map((row) => [row.id, row]));
  return ({ id, similarity }: { id: string; similarity: number }) => {
    const row = rows.get(id);
    if (row === undefined || !mayRead(tx.actor, row)) return [];
    return [{ ticketId: row.id, no: row.no, title: row.title, similarity }];
  };
}
