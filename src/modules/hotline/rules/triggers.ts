import type { HotlineSettings } from './definition.ts';
import type { SupervisionTrigger } from './transitions.ts';

/** 督办: which tickets ask for a slip, and why. */

export interface Watched {
  id: string;
  no: string;
  unitId: string;
  status: string;
  /** Working time past the term, in days; zero while in time. */
  daysLate: number;
  /** Days since dispatch without a signature; zero once signed. */
  daysUnsigned: number;
  returnsOfUnit: number;
  designated: boolean;
  reopens: number;
  repeats: number;
  outcome: string | null;
}

export interface Triggered {
  trigger: SupervisionTrigger;
  ticketId: string;
  unitId: string;
  reason: string;
}

export function triggersFor(ticket: Watched, settings: HotlineSettings): Triggered[] {
  const { triggers } = settings.supervision;
  const found: Triggered[] = [];
  for (const { id, threshold } of triggers) {
    const reason = reasonFor(id, ticket, threshold);
    if (reason !== null) found.push({ trigger: id, ticketId: ticket.id, unitId: ticket.unitId, reason });
  }
  return found;
}

function reasonFor(trigger: SupervisionTrigger, ticket: Watched, threshold: number): string | null {
  const { no } = ticket;
  switch (trigger) {
    case 'overdue':
      return ticket.daysLate >= threshold ? `工单${no}超期${ticket.daysLate}天没有办结` : null;
    case 'refuses':
      return ticket.daysUnsigned >= threshold ? `工单${no}派单${ticket.daysUnsigned}天没有签收` : null;
    case 'reopened':
      return ticket.reopens >= threshold && ticket.status !== 'closed' ? `工单${no}已经重办${ticket.reopens}次` : null;
    case 'repeated':
      return ticket.repeats >= threshold ? `工单${no}有${ticket.repeats}人重复反映` : null;
    case 'return':
      return ticket.designated && ticket.returnsOfUnit > 0 ? `工单${no}退单不成立，已指定办理` : null;
    case 'unsolved':
      return ticket.outcome === 'unsolved' ? `工单${no}多次办理仍未解决` : null;
    case 'knowledge':
      return null;
  }
}

export function supervisionTriggerNames(settings: HotlineSettings) {
  return settings.supervision.triggers.map(({ id, name, colour }) => ({ id, name, colour }));
}
