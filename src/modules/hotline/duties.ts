import type { Tx } from '../../kernel/module.ts';
import type { Instant } from '../../kernel/time.ts';
import { changeTask, finishTasks, openTasks, type TaskSpec } from '../tasks/index.ts';
import { startFor, type Ground } from './rules/decide.ts';
import { termsFor } from './rules/terms.ts';
import { evolve, isConfidential, leadOf, type TicketEvent, type TicketState } from './rules/ticket.ts';
import type { TicketRow, TicketTasks } from './store/tickets.ts';

/** Everything owed about a ticket is a task: dispatching, signing, replying, assisting, deciding, calling back, following a firm. */

export type Subject = Pick<TicketRow, 'id' | 'no' | 'tasks'> & { state: TicketState | null };

interface Ledger {
  tasks: Record<string, string>;
  wanted: { key: string; spec: TaskSpec }[];
}

/** Opens and ends tasks for what was decided; events that depend on a task's clock come back with it. */
export async function fulfil(
  tx: Tx,
  ticket: Subject,
  decided: readonly TicketEvent[],
  ground: Ground,
): Promise<{ events: TicketEvent[]; tasks: TicketTasks }> {
  const ledger: Ledger = { tasks: { ...ticket.tasks }, wanted: [] };
  const events: TicketEvent[] = [];
  let state = ticket.state;
  for (const event of decided) {
    const told = await settleFor(tx, ledger, event, state, ground);
    const before = state;
    state = evolve(state, told);
    events.push(told);
    want(ledger, { ...ticket, state }, told, before, ground);
  }
  const opened = await openTasks(
    tx,
    ledger.wanted.map(({ spec }) => spec),
  );
  for (const [index, { key }] of ledger.wanted.entries()) ledger.tasks[key] = opened[index]?.id ?? '';
  return { events, tasks: ledger.tasks };
}

/** What comes to its end with an event. */
async function settleFor(
  tx: Tx,
  ledger: Ledger,
  event: TicketEvent,
  state: TicketState | null,
  ground: Ground,
): Promise<TicketEvent> {
  const end = (keys: (key: string) => boolean, outcome: string, reason: string) =>
    settle(tx, ledger, keys, outcome, reason);
  const all = () => true;
  switch (event.type) {
    case 'dispatched':
      await end((key) => key === 'dispatch' || key === 'panel', 'done', '已派单');
      return event;
    case 'signed':
      await end((key) => key === 'sign', 'done', '已签收');
      return event;
    case 'returned':
    case 'recused':
    case 'convened':
      await end((key) => key !== 'track', 'cancelled', event.reason);
      return event;
    case 'handedOver': {
      for (const key of ['sign', 'reply', 'track']) {
        const id = ledger.tasks[key];
        if (id !== undefined)
          await changeTask(tx, id, { type: 'handOver', unitId: event.to, accountId: null, reason: event.reason });
      }
      await end((key) => key === `assist:${event.to}` || key.startsWith('decision'), 'cancelled', event.reason);
      return event;
    }
    case 'extensionDecided': {
      await end((key) => key === 'decision', 'done', event.note);
      const id = ledger.tasks.reply;
      if (!event.granted || id === undefined) return event;
      const task = await changeTask(tx, id, {
        type: 'extend',
        term: state?.extension?.term ?? '',
        basis: '本县热线办理规则',
        approvedBy: ground.by,
        once: true,
      });
      return { ...event, dueAt: task.dueAt };
    }
    case 'earlyClosingDecided':
      await end((key) => key === 'decision:early', 'done', event.note);
      return event;
    case 'partReplied':
      await end((key) => key === `assist:${event.unitId}`, 'done', '已答复');
      return event;
    case 'replied':
      await end((key) => key === 'reply' || key === 'sign', 'done', '已答复');
      await end((key) => key.startsWith('decision'), 'cancelled', '已答复');
      return event;
    case 'reopened':
      await end((key) => key === 'callBack', 'done', event.reason);
      return event;
    case 'tracked':
      await end((key) => key === 'track', 'done', '已记录');
      return event;
    case 'answered':
    case 'redirected':
      await end(all, 'done', '已答复');
      return event;
    case 'merged':
    case 'withdrawn':
      await end(all, 'cancelled', event.reason);
      return event;
    case 'closed':
      await end((key) => key === 'callBack', 'done', event.note);
      await end(all, 'cancelled', event.note);
      return event;
    default:
      return event;
  }
}

/** What begins with an event. */
function want(ledger: Ledger, ticket: Subject, event: TicketEvent, before: TicketState | null, ground: Ground): void {
  const { state } = ticket;
  if (state === null) return;
  const { settings, matters, now } = ground;
  const terms = termsFor(state.facts, settings, matters);
  const office = officeFor(state, ground);
  const county = { title: '本县热线办理规则', article: '' };
  const add = (key: string, kind: string, title: string, unitId: string, term: string, start: Instant = now) => {
    if (ledger.tasks[key] !== undefined) return;
    ledger.wanted.push({ key, spec: specOf(ticket, state, { kind, title, unitId, term, start, basis: county }) });
  };
  switch (event.type) {
    case 'registered':
      add('dispatch', 'hotline.dispatch', '派单', office, settings.dispatch.term.value);
      return;
    case 'returned':
    case 'recused':
      add(
        'dispatch',
        'hotline.dispatch',
        event.type === 'returned' ? '退单，重新派单' : '回避，重新派单',
        office,
        settings.dispatch.term.value,
      );
      return;
    case 'convened':
      drop(ledger, 'dispatch');
      add('panel', 'hotline.panel', '会商定责', office, settings.panelTerm.value);
      return;
    case 'dispatched': {
      const lead = leadOf(state)?.unitId ?? office;
      const start = before === null ? now : startFor(before, lead, ground);
      const spec = specOf(ticket, state, {
        kind: 'hotline.reply',
        title: state.reopens > 0 ? '重新办理并答复' : '办理并答复',
        unitId: lead,
        term: terms.reply,
        start,
        basis: terms.basis,
      });
      ledger.wanted.push({ key: 'reply', spec: { ...spec, statutoryTerm: terms.statutory } });
      add('sign', 'hotline.sign', '签收', lead, terms.sign);
      for (const part of state.parts) {
        if (part.role === 'assist') add(`assist:${part.unitId}`, 'hotline.assist', '协办', part.unitId, terms.reply);
      }
      if (state.facts.enterprise)
        add('track', 'hotline.track', '跟踪企业诉求', lead, settings.enterprise.trackTerm.value);
      return;
    }
    case 'handedOver':
      add('sign', 'hotline.sign', '签收', event.to, terms.sign);
      return;
    case 'extensionAsked':
      add('decision', 'hotline.decision', '审批延期', office, settings.decisionTerm.value);
      return;
    case 'earlyClosingAsked':
      add('decision:early', 'hotline.decision', '审批提前办结', office, settings.decisionTerm.value);
      return;
    case 'replied':
      add('callBack', 'hotline.callBack', '回访', office, settings.callBack.term.value);
      return;
    case 'reopened': {
      const lead = leadOf(state)?.unitId ?? office;
      add('reply', 'hotline.reply', '重新办理并答复', lead, settings.callBack.reopenTerm.value);
      return;
    }
    case 'tracked':
      if (state.facts.enterprise)
        add('track', 'hotline.track', '跟踪企业诉求', event.unitId, settings.enterprise.trackTerm.value);
      return;
    default:
      return;
  }
}

/** The hotline's own unit; when that is the reported one, the supervisors'. */
function officeFor(state: TicketState, { settings }: Ground): string {
  const { office, deputy } = settings;
  return state.barredUnits.includes(office.value) ? deputy.value : office.value;
}

function specOf(
  ticket: Subject,
  state: TicketState,
  duty: { kind: string; title: string; unitId: string; term: string; start: Instant; basis: TaskSpec['basis'] },
): TaskSpec {
  return {
    kind: duty.kind,
    // Task titles are read in many places: of a confidential ticket they say nothing.
    title: `${duty.title}：${isConfidential(state) ? '保密诉求' : state.facts.title}`,
    subject: { type: 'ticket', id: ticket.id, no: ticket.no },
    link: `/hotline/tickets/${ticket.id}`,
    unitId: duty.unitId,
    start: duty.start,
    promisedTerm: duty.term,
    basis: duty.basis,
  };
}

async function settle(
  tx: Tx,
  ledger: Ledger,
  keys: (key: string) => boolean,
  outcome: string,
  reason: string,
): Promise<void> {
  const ending = Object.keys(ledger.tasks).filter(keys);
  if (ending.length === 0) return;
  await finishTasks(
    tx,
    ending.map((key) => ledger.tasks[key] ?? ''),
    outcome,
    reason.slice(0, 500),
  );
  for (const key of ending) delete ledger.tasks[key];
}

/** A task wanted by an event before this one in the same decision is not opened after all. */
function drop(ledger: Ledger, key: string): void {
  ledger.wanted = ledger.wanted.filter((one) => one.key !== key);
}
