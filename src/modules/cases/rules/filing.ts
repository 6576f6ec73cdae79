import type { Instant } from '../../../kernel/time.ts';
import type { ApplicableItem } from '../../catalogue/index.ts';
import type { CaseEvent, CaseState } from './case.ts';

/** The cases that an application becomes: one per item that applies, each knowing what it waits for. */
export function openCases(
  applicationId: string,
  items: readonly { part: ApplicableItem; id: string; no: string }[],
  now: Instant,
): { state: CaseState; events: CaseEvent[] }[] {
  const idOf = new Map(items.map(({ part, id }) => [part.item.definition.id, id]));
  return items.map(({ part, id, no }) => {
    const { definition, version } = part.item;
    const waitsFor = part.after.flatMap((item) => idOf.get(item) ?? []);
    const state: CaseState = {
      id,
      no,
      applicationId,
      itemId: definition.id,
      itemVersion: version,
      unitId: definition.department,
      status: 'waiting',
      waitsFor,
      filedAt: null,
      acceptance: null,
      correction: null,
      suspension: null,
      extended: false,
      owed: [],
      steps: definition.steps.map((step) => ({
        id: step.id,
        name: step.name,
        unitId: step.department,
        kind: step.kind,
        term: step.term,
        after: step.after,
        excludedGround: step.excludedGround,
        status: 'waiting',
        opinion: null,
        note: '',
        by: '',
        at: null,
      })),
      outcome: null,
    };
    const opened: CaseEvent = { type: 'opened', at: now, state };
    return { state, events: waitsFor.length === 0 ? [opened, { type: 'filed', at: now }] : [opened] };
  });
}
