import { AppError, type Issue } from '../../kernel/errors.ts';
import { checkPhone, checkUscc, normalisePhone, normaliseUscc } from '../../kernel/identifiers.ts';
import { readableCode, uuidv7 } from '../../kernel/ids.ts';
import type { Tx } from '../../kernel/module.ts';
import { describeTerm, parseTerm } from '../../calendar/index.ts';
import { unitDirectory } from '../org/index.ts';
import { fulfil } from './duties.ts';
import { decide } from './rules/decide.ts';
import { topicOf, townIn } from './rules/directory.ts';
import { redact } from './rules/redact.ts';
import { matterIn } from './rules/screening.ts';
import { termsFor } from './rules/terms.ts';
import { foldAll, type TicketEvent, type TicketFacts } from './rules/ticket.ts';
import type { Channel, TicketClass, Urgency } from './rules/transitions.ts';
import { countyOf } from './settings.ts';
import { bindAttachments } from './store/attachments.ts';
import { insertCaller, type CallerFacts } from './store/callers.ts';
import { insertTicket, nextTicketNo, type TicketRow } from './store/tickets.ts';
import { afterwards, groundOf } from './tickets.ts';

export interface Contact {
  name: string;
  phone: string;
  email: string;
}

export interface Raised {
  class: TicketClass;
  urgency: Urgency;
  channel: Channel;
  title: string;
  text: string;
  town: string;
  place: string;
  occurred: string;
  againstUnits: readonly string[];
  confidential: boolean;
  anonymous: boolean;
  enterprise: boolean;
  contact: Contact;
  accountId: string | null;
  uscc: string | null;
  /** Whoever raised it does it himself; false when a member of staff writes for him. */
  byHimself: boolean;
  attachments: readonly string[];
  answer: { text: string; entryId: string | null } | null;
}

export interface Registered {
  row: TicketRow;
  code: string;
  dueText: string;
}

/** One ticket from whatever door. Throws TICKET_CONTACT_WRONG, TICKET_WORD_UNKNOWN, TICKET_UNIT_UNKNOWN, TICKET_DOCUMENT_NOT_FOUND. */
export async function register(tx: Tx, raised: Raised): Promise<Registered> {
  const contact = await checkedContact(tx, raised.contact, raised.anonymous);
  const facts = await factsOf(tx, raised, contact);
  const id = uuidv7(Date.parse(tx.now));
  const code = readableCode(8);
  const ground = await groundOf(tx, raised.byHimself);
  const registered: TicketEvent = {
    type: 'registered',
    at: tx.now,
    facts,
    barredUnits: facts.class === 'report' ? facts.againstUnits : [],
  };
  const decided: TicketEvent[] = [registered];
  if (raised.answer !== null) {
    decided.push(...decide(foldAll(null, decided), { action: 'answer', ...raised.answer }, ground));
  }
  const no = await nextTicketNo(tx);
  // A question answered on the spot is never owed by anybody.
  const subject = { id, no, tasks: {}, state: null };
  const { events, tasks } =
    raised.answer === null ? await fulfil(tx, subject, decided, ground) : { events: decided, tasks: {} };
  const row = await insertTicket(tx, { id, no, tasks }, events, { asCaller: raised.byHimself });
  await insertCaller(tx, id, callerOf(raised, contact), code);
  const bound = await bindAttachments(tx, raised.attachments, id);
  if (bound < new Set(raised.attachments).size) throw new AppError('TICKET_DOCUMENT_NOT_FOUND');
  await afterwards(tx, null, row, events);
  // The journal keeps the command and its actor; of a report not which one it was.
  tx.note(row.confidential ? 'ticket' : `ticket:${id}`, '登记', { class: facts.class, channel: facts.channel });
  const { settings, matters } = await countyOf(tx.services);
  const terms = termsFor(facts, settings, matters);
  const dueText = row.status === 'closed' ? '' : `派单后${describeTerm(parseTerm(terms.reply))}内答复`;
  return { row, code, dueText };
}

function callerOf(raised: Raised, contact: Contact): CallerFacts {
  return {
    role: 'caller',
    accountId: raised.anonymous ? null : raised.accountId,
    uscc: raised.uscc,
    ...contact,
    original: `${raised.title}\n${raised.text}`.trim(),
  };
}

/** Anonymous means: nothing that was typed about oneself is kept. Every fault is told at once. */
export async function checkedContact(tx: Tx, given: Contact, anonymous: boolean): Promise<Contact> {
  if (anonymous) return { name: '', phone: '', email: '' };
  if (given.phone === '') return given;
  const { county } = await unitDirectory(tx);
  const options = { areaCode: county.phoneAreaCode };
  const fault = checkPhone(given.phone, options);
  const issues: Issue[] = fault === null ? [] : [{ path: '/contact/phone', message: fault }];
  if (issues.length > 0) throw new AppError('TICKET_CONTACT_WRONG', {}, issues);
  return { ...given, phone: normalisePhone(given.phone, county.phoneAreaCode) ?? given.phone };
}

async function factsOf(tx: Tx, raised: Raised, contact: Contact): Promise<TicketFacts> {
  const { duties, matters } = await countyOf(tx.services);
  const directory = await unitDirectory(tx);
  if (raised.town !== '' && directory.byId(raised.town)?.kind !== 'town')
    throw new AppError('TICKET_WORD_UNKNOWN', { word: raised.town, list: '镇' });
  const strange = raised.againstUnits.find((unit) => directory.byId(unit) === undefined);
  if (strange !== undefined) throw new AppError('TICKET_UNIT_UNKNOWN', { unit: strange });
  const identity = { names: [contact.name], numbers: [contact.phone, contact.email].filter((one) => one !== '') };
  const clean = (text: string) => redact(text, identity);
  const text = clean(raised.text);
  const whole = `${raised.title}${text}`;
  return {
    class: raised.class,
    urgency: raised.urgency,
    channel: raised.channel,
    title: clean(raised.title) || Array.from(text.replace(/\s+/g, ' ')).slice(0, 30).join(''),
    text,
    town: raised.town || townIn(`${raised.place}${text}`, duties),
    place: clean(raised.place),
    occurred: clean(raised.occurred),
    topic: topicOf(whole, duties),
    matter: raised.class === 'complaint' ? (matterIn(whole, matters)?.id ?? '') : '',
    againstUnits: raised.againstUnits,
    anonymous: raised.anonymous,
    confidential: raised.confidential || raised.class === 'report',
    enterprise: raised.enterprise,
  };
}

/** A firm's code as it is stored. Throws TICKET_CONTACT_WRONG. */
export function checkedUscc(text: string): string {
  const fault = checkUscc(text);
  if (fault !== null) throw new AppError('TICKET_CONTACT_WRONG', {}, [{ path: '/uscc', message: fault }]);
  return normaliseUscc(text);
}
