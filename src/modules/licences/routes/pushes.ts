import { route, type Route } from '../../../kernel/module.ts';
import * as contract from '../contract.ts';
import { libraryOf, reconcile } from '../push.ts';
import { listPushRows, makeAllDue } from '../store/pushes.ts';

export const pushRoutes: readonly Route[] = [
  route(contract.listPushes, async ({ tx, input }) => {
    const { rows, total, waiting, failing } = await listPushRows(tx, input);
    return {
      pushes: rows.map(({ receipt, ...row }) => ({ ...row, receiptNo: receipt?.receiptNo ?? '' })),
      total,
      waiting,
      failing,
      library: libraryOf(tx.services)?.url ?? '',
    };
  }),

  route(contract.retryPushes, async ({ tx }) => {
    const due = await makeAllDue(tx);
    tx.note('licences', '重新报送市级证照库', { due });
    return { due };
  }),

  route(contract.reconcilePushes, ({ tx, input }) => reconcile(tx, input)),
];
