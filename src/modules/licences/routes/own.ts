import { AppError } from '../../../kernel/errors.ts';
import { route, type Route } from '../../../kernel/module.ts';
import { localDateOf } from '../../../kernel/time.ts';
import { unitDirectory } from '../../org/index.ts';
import * as contract from '../contract-own.ts';
import { isOwned, listOwnRows, loadLicence } from '../store/licences.ts';
import { holderKeysOf, listedView, wholeView } from '../views.ts';

export const ownRoutes: readonly Route[] = [
  route(contract.myLicences, async ({ tx, input }) => {
    const today = localDateOf(tx.now);
    const { rows, total } = await listOwnRows(tx, await holderKeysOf(tx), { ...input, types: [], today });
    const directory = await unitDirectory(tx);
    return { licences: rows.map((row) => listedView(row, today, directory)), total };
  }),

  route(contract.myLicence, async ({ tx, input }) => {
    const own = await isOwned(tx, input.licenceId, await holderKeysOf(tx));
    const row = own === null ? null : await loadLicence(tx, own.id);
    if (row === null) throw new AppError('LICENCE_NOT_FOUND');
    return wholeView(tx, row);
  }),
];
