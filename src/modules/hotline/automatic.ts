import type { Tx } from '../../kernel/module.ts';
import { suggestFor } from './advice.ts';
import { countyUnitFor, isTown } from './rules/directory.ts';
import { countyOf } from './settings.ts';
import { undispatchedTickets } from './store/tickets.ts';
import { perform } from './tickets.ts';

/**
 * Dispatches what the model is sure about, when the county allows it: only first dispatches, never a report, never below
 * the margin at which past dispatches proved it right.
 */
export async function dispatchCertain(tx: Tx): Promise<number> {
  const { settings, duties } = await countyOf(tx.services);
  if (!settings.dispatch.automatic.value) return 0;
  let dispatched = 0;
  for (const row of await undispatchedTickets(tx, 50)) {
    const text = `${row.title}。${row.state.facts.place}${row.state.facts.text}`;
    const { suggestions, automatic } = await suggestFor(tx, text, row.barred);
    const lead = suggestions[0]?.department;
    if (!automatic || lead === undefined) continue;
    const copies = isTown(lead, duties) ? [countyUnitFor(text, duties, settings.dispatch.townCopies.value)] : [];
    await perform(tx, row.id, { asCaller: false, reaches: () => true }, () => ({
      action: 'dispatch',
      parts: [{ unitId: lead, role: 'lead', asks: '' }],
      copies: copies.filter((unit) => !row.barred.includes(unit)),
      automatic: true,
      note: '按职责词和以往派单自动派出，派错了请退单',
    }));
    dispatched += 1;
  }
  return dispatched;
}
