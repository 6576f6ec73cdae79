import type { z } from 'zod';
import { may } from '../../kernel/actor.ts';
import type { Tx } from '../../kernel/module.ts';
import { chineseDate, localDateOf, plusMs } from '../../kernel/time.ts';
import { describeTerm, parseTerm } from '../../calendar/index.ts';
import { unitDirectory, type UnitDirectory } from '../org/index.ts';
import type { ownView, ticketLine, ticketView } from './contract-shapes.ts';
import { attachmentName, glimpseOf, isDesk, mayOpenAttachment } from './disclosure.ts';
import type { HotlineCounty } from './rules/definition.ts';
import { termsFor } from './rules/terms.ts';
import { leadOf, type TicketEvent, type TicketState } from './rules/ticket.ts';
import {
  actionsFrom,
  causeKindNames,
  channelNames,
  isOpen,
  outcomeNames,
  ticketClassNames,
  ticketStatusNames,
  ticketTransitions,
  type TicketAction,
} from './rules/transitions.ts';
import { countyOf } from './settings.ts';
import { attachmentsOf, type AttachmentRow } from './store/attachments.ts';
import { loadHistory, type RecordedTicketEvent, type TicketRow } from './store/tickets.ts';

type Line = z.input<typeof ticketLine>;
type View = z.input<typeof ticketView>;
type Own = z.input<typeof ownView>;

export interface Viewer {
  line(row: TicketRow): Line;
  directory: UnitDirectory;
  county: HotlineCounty;
}

export async function ticketViewer(tx: Tx): Promise<Viewer> {
  const directory = await unitDirectory(tx);
  const county = await countyOf(tx.services);
  return { directory, county, line: (row) => lineOf(tx, row, directory) };
}

function lineOf(tx: Tx, row: TicketRow, directory: UnitDirectory): Line {
  const { state } = row;
  const waiting: Line['waiting'] = [];
  if (state.extension !== null && state.extension.decision === null) waiting.push('extension');
  if (state.earlyClosing !== null && state.earlyClosing.decision === null) waiting.push('earlyClosing');
  if (state.proposal !== null) waiting.push('proposal');
  return {
    id: row.id,
    no: row.no,
    status: row.status,
    statusName: ticketStatusNames[row.status],
    class: row.class,
    className: ticketClassNames[row.class],
    urgency: row.urgency,
    channel: row.channel,
    channelName: channelNames[row.channel],
    town: row.town,
    townName: row.town === '' ? '' : directory.nameOf(row.town),
    topic: row.topic,
    matter: row.matter,
    title: row.title,
    leadUnit: row.leadUnit,
    leadName: row.leadUnit === null ? '' : directory.nameOf(row.leadUnit),
    confidential: row.confidential,
    enterprise: row.enterprise,
    registeredAt: row.registeredAt,
    dueAt: row.dueAt,
    light: lightOf(tx, row),
    closedAt: row.closedAt,
    outcomeName: row.outcome === null ? '' : outcomeNames[row.outcome],
    solved: row.solved,
    satisfaction: row.satisfaction,
    returns: row.returns,
    reopens: row.reopens,
    repeats: row.repeats,
    waiting,
  };
}

/** The same three lights as everywhere; the last working day before the term is yellow. */
function lightOf(tx: Tx, row: TicketRow): Line['light'] {
  if (!isOpen(row.status) || row.status === 'replied') return 'done';
  if (row.dueAt === null) return 'green';
  if (row.dueAt < tx.now) return 'red';
  return plusMs(row.dueAt, -86_400_000) <= tx.now ? 'yellow' : 'green';
}

/** A ticket for whoever of the staff may read it. */
export async function wholeTicket(tx: Tx, row: TicketRow): Promise<View> {
  const { line, directory, county } = await ticketViewer(tx);
  const { state } = row;
  const named = (id: string) => ({ id, name: directory.nameOf(id) });
  const terms = termsFor(state.facts, county.settings, county.matters);
  const attachments = (await attachmentsOf(tx, row.id)).filter((one) => mayOpenAttachment(tx.actor, row, one));
  const history = await loadHistory(tx, [row.id]);
  const rule = (id: string) => county.settings.returning.rules.find((one) => one.id === id)?.text ?? id;
  return {
    ...line(row),
    text: state.facts.text,
    place: state.facts.place,
    occurred: state.facts.occurred,
    matterName: county.matters.find(({ id }) => id === row.matter)?.name ?? '',
    againstUnits: state.facts.againstUnits.map(named),
    anonymous: state.facts.anonymous,
    termText: describeTerm(parseTerm(terms.reply)),
    termSource: terms.source,
    parts: state.parts.map((part) => ({
      unitId: part.unitId,
      unitName: directory.nameOf(part.unitId),
      role: part.role,
      asks: part.asks,
      signedAt: part.signedAt,
      replyText: part.reply?.text ?? null,
      repliedAt: part.reply?.at ?? null,
    })),
    copies: state.copies.map(named),
    designated: state.designated,
    returnedBy: state.returns.map((one) => ({
      unitName: directory.nameOf(one.unitId),
      at: one.at,
      rule: rule(one.rule),
      reason: one.reason,
    })),
    extension: state.extension,
    earlyClosing: state.earlyClosing,
    proposal: state.proposal === null ? null : { ...state.proposal, toName: ticketClassNames[state.proposal.to] },
    replies: state.replies.map(({ warnings, ...reply }) => ({
      ...reply,
      unitName: directory.nameOf(reply.unitId),
      warnings: [...warnings],
    })),
    calls: [...state.calls],
    supplements: [...state.supplements],
    tracks: state.tracks.map((one) => ({ at: one.at, unitName: directory.nameOf(one.unitId), text: one.text })),
    outcome: state.outcome,
    closingNote: state.closingNote,
    cause:
      state.cause === null
        ? null
        : {
            ...state.cause,
            kindName: causeKindNames[state.cause.kind],
            ownerName: state.cause.ownerUnit === null ? '' : directory.nameOf(state.cause.ownerUnit),
          },
    excluded: state.excluded,
    malicious: state.malicious,
    attachments: attachments.map((one) => ({
      ...attachmentShape(one),
      name: attachmentName(tx.actor, row, one),
    })),
    history: history.map((one) => threadOf(one, directory)),
    caller: await glimpseOf(tx, row),
    actions: actionsFor(tx, row),
  };
}

export function attachmentShape(one: AttachmentRow) {
  const { id, name, type, size, side, released } = one;
  return { attachmentId: id, name, type, size, side, released };
}

/** What this member of staff may do now. */
function actionsFor(tx: Tx, row: TicketRow): TicketAction[] {
  const { actor } = tx;
  const desk = isDesk(actor);
  const mine = row.state.parts.filter(({ unitId }) => may(actor, 'hotline.handle', unitId));
  const leads = mine.some(({ role }) => role === 'lead');
  const assists = mine.some(({ role, reply }) => role === 'assist' && reply === null);
  const { extension, earlyClosing, proposal } = row.state;
  const fits: Partial<Record<TicketAction, boolean>> = {
    answer: may(actor, 'hotline.intake'),
    redirect: may(actor, 'hotline.intake'),
    callBack: may(actor, 'hotline.intake'),
    attemptCall: may(actor, 'hotline.intake'),
    supplement: may(actor, 'hotline.intake'),
    decideExtension: may(actor, 'hotline.dispatch') && extension !== null && extension.decision === null,
    decideEarlyClosing: may(actor, 'hotline.dispatch') && earlyClosing !== null && earlyClosing.decision === null,
    proposeClass: may(actor, 'hotline.dispatch') && proposal === null,
    exclude: may(actor, 'hotline.supervise'),
    decideMalicious: may(actor, 'hotline.supervise'),
    sign: mine.some(({ signedAt }) => signedAt === null),
    contact: leads,
    return: leads && !row.state.designated,
    recuse: mine.length > 0,
    askExtension: leads && extension === null,
    askEarlyClosing: leads && (earlyClosing === null || earlyClosing.decision !== null),
    replyPart: assists,
    reply: leads,
    track: leads && row.enterprise,
    nameCause: leads,
  };
  for (const action of ['dispatch', 'convene', 'designate', 'handOver', 'reclassify', 'merge'] as const)
    fits[action] = desk && may(actor, 'hotline.dispatch');
  return actionsFrom(row.status).filter((action) => fits[action] === true);
}

/** A ticket for whoever raised it, or joined it. */
export async function ownTicket(tx: Tx, row: TicketRow, role: 'caller' | 'joiner', isFirm: boolean): Promise<Own> {
  const directory = await unitDirectory(tx);
  const { state } = row;
  const reply = state.replies.at(-1);
  const attachments = await attachmentsOf(tx, row.id);
  const history = await loadHistory(tx, [row.id]);
  const lead = leadOf(state);
  const { settings } = await countyOf(tx.services);
  return {
    id: row.id,
    no: row.no,
    status: row.status,
    statusName: ticketStatusNames[row.status],
    className: ticketClassNames[row.class],
    title: state.facts.title,
    text: role === 'caller' ? state.facts.text : '',
    townName: row.town === '' ? '' : directory.nameOf(row.town),
    registeredAt: row.registeredAt,
    dueAt: row.dueAt,
    dueText: dueText(row),
    unitName: lead === undefined ? '' : directory.nameOf(lead.unitId),
    role,
    enterprise: row.enterprise,
    reply: reply === undefined ? null : { at: reply.at, unitName: directory.nameOf(reply.unitId), text: reply.text },
    proposal:
      state.proposal === null ? null : { toName: ticketClassNames[state.proposal.to], reason: state.proposal.reason },
    attachments: attachments
      .filter((one) => role === 'caller' || one.side !== 'caller')
      .map((one) => attachmentShape(one)),
    thread: history.filter(({ body }) => toldToCaller.has(body.type)).map((one) => threadOf(one, directory, true)),
    actions: role === 'caller' ? ownActions(state, row, tx.now, settings.callBack, isFirm) : [],
    ratable: role === 'caller' && row.status === 'closed' && state.malicious === null,
  };
}

function ownActions(
  state: TicketState,
  row: TicketRow,
  now: string,
  callBack: HotlineCounty['settings']['callBack'],
  isFirm: boolean,
): Own['actions'] {
  const actions: Own['actions'] = [];
  if (row.status === 'replied') actions.push(row.enterprise && isFirm ? 'writeOff' : 'callBack');
  if (row.status === 'replied' && row.enterprise && isFirm) actions.push('callBack');
  if (isOpen(row.status)) actions.push('supplement', 'withdraw');
  if (state.proposal !== null && ticketTransitions.answerClassProposal.from.includes(row.status))
    actions.push('answerClassProposal');
  const until = plusMs(row.closedAt ?? now, callBack.reopenDays.value * 86_400_000);
  const again =
    row.status === 'closed' &&
    state.parts.length > 0 &&
    state.malicious === null &&
    row.reopens < callBack.maxReopens.value;
  if (again && until >= now) actions.push('reopen');
  return actions;
}

export function dueText(row: Pick<TicketRow, 'status' | 'dueAt'>): string {
  if (row.status === 'received') return '正在派单，派出后从派单起计算办理期限';
  if (row.status === 'panel') return '正在会商由哪个单位办理';
  if (row.dueAt === null || !isOpen(row.status)) return '';
  return `应于${chineseDate(localDateOf(row.dueAt))}前答复`;
}

const toldToCaller = new Set<TicketEvent['type']>([
  'registered',
  'answered',
  'redirected',
  'dispatched',
  'signed',
  'contacted',
  'handedOver',
  'extensionDecided',
  'replied',
  'calledBack',
  'reopened',
  'tracked',
  'supplemented',
  'merged',
  'classProposed',
  'classProposalAnswered',
  'judgedMalicious',
  'withdrawn',
  'closed',
]);

/** One line of the story. Nobody's name stands in it but those of the staff, and for the caller not even those. */
function threadOf(one: RecordedTicketEvent, directory: UnitDirectory, plain = false) {
  const { body } = one;
  const { title, text } = wordsOf(body, directory);
  const unit = one.unitId === null ? '' : directory.nameOf(one.unitId);
  const who = plain ? (one.actorName === '诉求人' ? '我' : unit === '' ? '热线' : unit) : one.actorName;
  return { at: one.at, who, type: body.type, title, text };
}

function wordsOf(event: TicketEvent, { nameOf }: UnitDirectory): { title: string; text: string } {
  switch (event.type) {
    case 'registered':
      return { title: '登记', text: '' };
    case 'answered':
      return { title: '当场答复', text: event.text };
    case 'redirected':
      return { title: `告知其他渠道：${event.channel}`, text: event.text };
    case 'dispatched': {
      const units = event.parts.map(({ unitId, role }) => `${nameOf(unitId)}（${role === 'lead' ? '主办' : '协办'}）`);
      return { title: `${event.designated ? '指定办理' : '派单'}：${units.join('、')}`, text: event.note };
    }
    case 'signed':
      return { title: `${nameOf(event.unitId)}签收`, text: '' };
    case 'contacted':
      return { title: '联系诉求人', text: event.note };
    case 'returned':
      return { title: `${nameOf(event.unitId)}退单`, text: event.reason };
    case 'recused':
      return { title: `${nameOf(event.unitId)}回避`, text: event.reason };
    case 'convened':
      return { title: '会商', text: event.reason };
    case 'handedOver':
      return { title: `改由${nameOf(event.to)}主办`, text: event.reason };
    case 'extensionAsked':
      return { title: '申请延期', text: event.reason };
    case 'extensionDecided':
      return { title: event.granted ? '同意延期' : '不同意延期', text: event.note };
    case 'earlyClosingAsked':
      return { title: '申请提前办结', text: event.reason };
    case 'earlyClosingDecided':
      return { title: event.granted ? '同意提前办结' : '不同意提前办结', text: event.note };
    case 'partReplied':
      return { title: `${nameOf(event.unitId)}协办答复`, text: event.text };
    case 'replied':
      return { title: `${nameOf(event.reply.unitId)}答复`, text: event.reply.text };
    case 'calledBack':
      return { title: callWords(event.call), text: event.call.comment };
    case 'reopened':
      return { title: '重新办理', text: event.reason };
    case 'tracked':
      return { title: `${nameOf(event.unitId)}跟踪`, text: event.text };
    case 'supplemented':
      return { title: '补充情况', text: event.text };
    case 'joined':
      return { title: '又有人反映同一件事', text: '' };
    case 'merged':
      return { title: '并入另一张工单', text: event.reason };
    case 'classProposed':
      return { title: `提议改为${ticketClassNames[event.to]}`, text: event.reason };
    case 'classProposalAnswered':
      return { title: event.agreed ? '本人同意改变类别' : '本人不同意改变类别', text: '' };
    case 'reclassified':
      return { title: '更正登记', text: event.reason };
    case 'judgedMalicious':
      return { title: `认定恶意诉求（${event.documentNo}）`, text: `${event.reason}。${event.remedy}` };
    case 'excluded':
      return { title: '不计入考核', text: event.reason };
    case 'withdrawn':
      return { title: '撤回', text: event.reason };
    case 'causeNamed':
      return { title: `问题根源：${causeKindNames[event.cause.kind]}`, text: event.cause.subject };
    case 'closed':
      return { title: `办结：${outcomeNames[event.outcome]}`, text: event.note };
  }
}

function callWords(call: Extract<TicketEvent, { type: 'calledBack' }>['call']): string {
  if (!call.reached) return '回访没有联系上';
  return `回访：${call.solved === true ? '已解决' : '没有解决'}，${satisfactionNames[(call.satisfaction ?? 3) - 1] ?? ''}`;
}

export const satisfactionNames = ['非常不满意', '不满意', '基本满意', '满意', '非常满意'] as const;
