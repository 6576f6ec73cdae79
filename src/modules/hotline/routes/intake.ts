import { AppError } from '../../../kernel/errors.ts';
import { normalisePhone } from '../../../kernel/identifiers.ts';
import { readableCode } from '../../../kernel/ids.ts';
import { maskPhone } from '../../../kernel/personal-data.ts';
import { route, type Tx } from '../../../kernel/module.ts';
import { plusMs } from '../../../kernel/time.ts';
import { describeTerm, parseTerm } from '../../../calendar/index.ts';
import { profileOf, unitDirectory } from '../../org/index.ts';
import { findKnowledge, servedEntry, similarOpen } from '../advice.ts';
import * as contract from '../contract-intake.ts';
import { isDesk, mayOpenAttachment, mayRead } from '../disclosure.ts';
import { checkedContact, checkedUscc, register, type Raised } from '../registering.ts';
import { redact } from '../rules/redact.ts';
import { matterIn, screen, type Hint } from '../rules/screening.ts';
import { supervisionTriggerNames } from '../rules/triggers.ts';
import { topicNames } from '../rules/directory.ts';
import { termsFor } from '../rules/terms.ts';
import {
  causeKindNames,
  causeKinds,
  channelNames,
  channels,
  isOpen,
  ticketClasses,
  ticketClassNames,
  ticketStatusNames,
} from '../rules/transitions.ts';
import { knowledgeShape } from '../shapes.ts';
import { countyOf } from '../settings.ts';
import { insertAttachment, loadAttachment } from '../store/attachments.ts';
import { belongsTo, insertCaller, ticketsOfPhone } from '../store/callers.ts';
import { countUse } from '../store/entries.ts';
import { countTold, toldCounts } from '../store/messages.ts';
import { loadTicket, loadTickets } from '../store/tickets.ts';
import { perform } from '../tickets.ts';
import { attachmentShape, dueText, ticketViewer } from '../views.ts';

export const intakeRoutes = [
  route(contract.hotlineVocabulary, async ({ tx }) => {
    const { settings, matters, duties } = await countyOf(tx.services);
    const { units } = await unitDirectory(tx);
    const termText = (urgency: 'normal' | 'urgent', one: (typeof ticketClasses)[number]) =>
      termsFor({ class: one, urgency, matter: '', enterprise: false }, settings, matters);
    const towns = units.filter(({ kind }) => kind === 'town');
    return {
      classes: ticketClasses.map((one) => ({
        id: one,
        name: ticketClassNames[one],
        term: describeTerm(parseTerm(termText('normal', one).reply)),
        urgentTerm: describeTerm(parseTerm(termText('urgent', one).reply)),
        source: termText('normal', one).source,
      })),
      channels: channels.map((id) => ({ id, name: channelNames[id] })),
      towns: towns.map(({ id, name }) => ({ id, name })),
      units: units.map(({ id, name }) => ({ id, name })),
      topics: topicNames(duties),
      returnRules: settings.returning.rules,
      matters: matters.map(({ id, name, within, term, basis }) => ({
        id,
        name,
        within,
        term: describeTerm(parseTerm(term)),
        basis: `${basis.title}${basis.article}`,
      })),
      causeKinds: causeKinds.map((id) => ({ id, name: causeKindNames[id] })),
      supervisionTriggers: supervisionTriggerNames(settings),
      returnHours: settings.returning.hours.value,
      reopenDays: settings.callBack.reopenDays.value,
    };
  }),

  route(contract.adviseWriting, async ({ tx, input }) => {
    const { settings, screening, matters } = await countyOf(tx.services);
    const hints = screen(input.text, screening);
    const matter = matterIn(input.text, matters);
    const enough = Array.from(input.text.replace(/\s/g, '')).length >= 4;
    const { nearSimilarity, similarity } = settings.repeat;
    const near = enough ? await similarOpen(tx, input.text, { limit: 12, leastSimilarity: nearSimilarity.value }) : [];
    const rows = new Map(
      (
        await loadTickets(
          tx,
          near.map(({ id }) => id),
        )
      ).map((row) => [row.id, row]),
    );
    const { directory } = await ticketViewer(tx);
    const similar = near.flatMap((one) => {
      const row = rows.get(one.id);
      if (row === undefined || row.confidential || !isOpen(row.status)) return [];
      if (input.town !== '' && row.town !== '' && row.town !== input.town) return [];
      return [
        {
          ticketId: row.id,
          no: row.no,
          className: ticketClassNames[row.class],
          title: row.title,
          townName: row.town === '' ? '' : directory.nameOf(row.town),
          statusName: ticketStatusNames[row.status],
          registeredAt: row.registeredAt,
          similarity: one.similarity,
          repeats: row.repeats,
          probable: one.similarity >= similarity.value,
        },
      ];
    });
    const found = enough ? await findKnowledge(tx, input.text, { limit: 4 }) : [];
    return {
      hints,
      knowledge: found.map((one) => knowledgeShape(one, directory)),
      similar: similar.slice(0, 5),
      matter:
        matter === null
          ? null
          : { id: matter.id, name: matter.name, within: matter.within, term: describeTerm(parseTerm(matter.term)) },
    };
  }),

  route(contract.registerTicket, async ({ tx, input, actor }) => {
    const { acknowledged, onBehalfOf, ...given } = input;
    const told = await toldInstead(tx, `${input.title}${input.text}`, acknowledged, 'portal');
    if (told !== null) return told;
    if (onBehalfOf !== '' && !actor.enterpriseIds.includes(onBehalfOf))
      throw new AppError('TICKET_CONTACT_WRONG', {}, [{ path: '/onBehalfOf', message: '只能代表自己的企业。' }]);
    const isPerson = actor.kind === 'person';
    const contact = input.anonymous ? input.contact : await ownContact(tx, input.contact);
    const {
      row,
      code,
      dueText: due,
    } = await register(tx, {
      ...given,
      contact,
      urgency: 'normal',
      channel: 'portal',
      enterprise: onBehalfOf !== '',
      accountId: isPerson ? actor.accountId : null,
      uscc: onBehalfOf === '' || input.anonymous ? null : onBehalfOf,
      byHimself: true,
      answer: null,
    });
    return { result: 'registered' as const, ticketId: row.id, no: row.no, code, dueText: due, hints: [] };
  }),

  route(contract.takeTicket, async ({ tx, input }) => {
    const { acknowledged, answer, uscc, ...given } = input;
    const told = await toldInstead(tx, `${input.title}${input.text}`, acknowledged, input.channel);
    if (told !== null && answer === null) return told;
    if (answer !== null && answer.entryId !== null) await refuseUnservedEntry(tx, answer.entryId);
    const raised: Raised = {
      ...given,
      uscc: uscc === '' ? null : checkedUscc(uscc),
      accountId: null,
      byHimself: false,
      answer,
    };
    const { row, code, dueText: due } = await register(tx, raised);
    if (answer !== null && answer.entryId !== null) await countUse(tx, answer.entryId, 'used', input.channel);
    const result = answer === null ? ('registered' as const) : ('answered' as const);
    return { result, ticketId: row.id, no: row.no, code, dueText: due, hints: [] };
  }),

  route(contract.joinTicket, async ({ tx, input, actor }) => {
    const contact = await checkedContact(
      tx,
      input.anonymous ? input.contact : await ownContact(tx, input.contact),
      input.anonymous,
    );
    const { row } = await perform(
      tx,
      input.ticketId,
      { asCaller: true, reaches: (one) => !one.confidential && !one.enterprise },
      (one) => {
        if (!isOpen(one.status)) throw new AppError('TICKET_CLOSED_ALREADY');
        return { action: 'join' };
      },
    );
    const code = readableCode(8);
    const accountId = input.anonymous || actor.kind !== 'person' ? null : actor.accountId;
    await insertCaller(tx, row.id, { role: 'joiner', accountId, uscc: null, ...contact, original: input.text }, code);
    await countTold(tx, { hint: 'joined', kind: 'repeat', channel: 'portal' });
    return { no: row.no, code, statusName: ticketStatusNames[row.status], dueText: dueText(row) };
  }),

  route(contract.uploadAttachment, async ({ tx, input, actor }) => {
    const staff = actor.kind === 'staff';
    if (input.ticketId !== '') {
      const row = await loadTicket(tx, input.ticketId);
      if (!staff || row === null || !mayRead(actor, row)) throw new AppError('TICKET_NOT_FOUND');
    }
    // What is tied to a ticket at once comes from its handlers; the operator's uploads are the caller's papers.
    const side = !staff || (isDesk(actor) && input.ticketId === '') ? 'caller' : isDesk(actor) ? 'desk' : 'unit';
    const id = await insertAttachment(tx, input.document, side, input.ticketId === '' ? null : input.ticketId);
    const stored = await loadAttachment(tx, id);
    if (stored === null) throw new AppError('TICKET_NOT_FOUND');
    return attachmentShape(stored);
  }),

  route(contract.openAttachment, async ({ tx, input, actor }) => {
    const attachment = await loadAttachment(tx, input.attachmentId);
    const row = attachment?.ticketId == null ? null : await loadTicket(tx, attachment.ticketId);
    if (attachment === null || row === null) throw new AppError('TICKET_DOCUMENT_NOT_FOUND');
    const { sha256, name, type, size } = attachment;
    if (actor.kind === 'staff' && mayOpenAttachment(actor, row, attachment)) {
      tx.note(`ticket:${row.id}`, '打开附件', { attachment: attachment.id });
      return { sha256, name: isDesk(actor) ? name : shownName(row.confidential, attachment), type, size };
    }
    const owner = await belongsTo(tx, row.id, proofOf(tx, input.code));
    if (owner === null || (owner.role === 'joiner' && attachment.side === 'caller'))
      throw new AppError('TICKET_DOCUMENT_NOT_FOUND');
    return { sha256, name, type, size };
  }),

  route(contract.callerHistory, async ({ tx, input }) => {
    const { county } = await unitDirectory(tx);
    const phone = normalisePhone(input.phone, county.phoneAreaCode);
    if (phone === null)
      throw new AppError('TICKET_CONTACT_WRONG', {}, [{ path: '/phone', message: '电话号码的写法不对。' }]);
    const past = await ticketsOfPhone(tx, phone, 20);
    const rows = new Map(
      (
        await loadTickets(
          tx,
          past.map(({ ticketId }) => ticketId),
        )
      ).map((row) => [row.id, row]),
    );
    tx.note('caller', '查看来电人以前的诉求', { tickets: past.length });
    const { line } = await ticketViewer(tx);
    const seen = past.flatMap(({ ticketId }) => {
      const row = rows.get(ticketId);
      return row === undefined || !mayRead(tx.actor, row) ? [] : [line(row)];
    });
    return { phone: maskPhone(phone), tickets: seen };
  }),

  route(contract.toldFigures, async ({ tx, input }) => ({
    counts: await toldCounts(tx, plusMs(tx.now, -input.days * 86_400_000), input.kind),
  })),
];

/** What belongs to 110 or to a court is told so at once, unless the person has read it and insists. */
async function toldInstead(tx: Tx, text: string, acknowledged: readonly string[], channel: string) {
  const { screening } = await countyOf(tx.services);
  const hints: Hint[] = screen(text, screening).filter(({ id }) => !acknowledged.includes(id));
  if (hints.length === 0) return null;
  for (const { id, kind } of hints) await countTold(tx, { hint: id, kind, channel });
  tx.note('ticket', '告知其他渠道，没有建工单', { hints: hints.map(({ id }) => id) });
  return { result: 'told' as const, ticketId: null, no: '', code: '', dueText: '', hints };
}

/** A signed-in person need not type what is known. */
async function ownContact<T extends { name: string; phone: string; email: string }>(tx: Tx, given: T): Promise<T> {
  const { actor } = tx;
  if (actor.kind !== 'person' || actor.accountId === null) return given;
  const { name, phone } = await profileOf(tx, actor.accountId);
  return { ...given, name: given.name || name, phone: given.phone || (phone ?? '') };
}

async function refuseUnservedEntry(tx: Tx, entryId: string): Promise<void> {
  if ((await servedEntry(tx, entryId)) === null) throw new AppError('KNOWLEDGE_NOT_FOUND');
}

export function proofOf(tx: Tx, code: string) {
  const { accountId, enterpriseIds, kind } = tx.actor;
  return { code, accountId: kind === 'person' ? accountId : null, usccs: enterpriseIds };
}

function shownName(confidential: boolean, { side, name }: { side: string; name: string }): string {
  return confidential && side === 'caller' ? `附件${/\.[a-z0-9]+$/i.exec(name)?.[0] ?? ''}` : name;
}

/** What a caller adds later is cleaned like what he wrote first. */
export function cleaned(text: string, callers: readonly { name: string; phone: string; email: string }[]): string {
  return redact(text, {
    names: callers.map(({ name }) => name),
    numbers: callers.flatMap(({ phone, email }) => [phone, email]).filter((one) => one !== ''),
  });
}
