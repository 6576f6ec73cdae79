import { guardCommitments } from '../../../cases/index.ts';
import type { Tx } from '../../../../kernel/module.ts';
import { enterprisesOf, unitDirectory } from '../../../org/index.ts';
import { barsFor, type Bar } from '../../rules/rooms/commitment.ts';
import { loadProject } from '../../project.ts';
import { roomSettings } from '../settings.ts';
import { openBreaches, type BreachRow } from './store.ts';

/** Who may not promise any more. */

/**
 * What stands in a firm's way, newest first: here its own broken promises that are not repaired. The credit module will
 * answer the same question from the credit record.
 */
export function creditBars(tx: Tx, uscc: string): Promise<BreachRow[]> {
  return openBreaches(tx, uscc);
}

/** Why this firm may not choose 告知承诺 for this item; empty when it may. */
export async function barsOf(tx: Tx, itemId: string, uscc: string): Promise<Bar[]> {
  const { shared, own } = await roomSettings(tx.services);
  const directory = await unitDirectory(tx);
  return barsFor({
    itemId,
    breaches: (await creditBars(tx, uscc)).map(({ itemName, documentNo, unitId }) => ({
      itemName,
      documentNo,
      unitName: directory.nameOf(unitId),
    })),
    barredItems: own.commitment.barredItems,
    firmBasis: shared.commitment.barred.source,
  });
}

/** Asked wherever a promise is chosen or accepted, for projects and for ordinary applications alike. */
guardCommitments(async (tx, { itemId, accountId, matter, answers }) => {
  const uscc = matter?.type === 'project' ? ((await loadProject(tx, matter.id))?.uscc ?? '') : '';
  const named = uscc === '' && typeof answers.uscc === 'string' ? answers.uscc : uscc;
  const firms = named === '' ? (await enterprisesOf(tx, accountId)).map((firm) => firm.uscc) : [named];
  for (const firm of firms.length === 0 ? [''] : firms) {
    const [bar] = await barsOf(tx, itemId, firm);
    if (bar !== undefined) return `${bar.reason}。依据：${bar.basis}。`;
  }
  return null;
});
