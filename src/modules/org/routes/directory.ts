import { AppError } from '../../../kernel/errors.ts';
import { route } from '../../../kernel/module.ts';
import * as contract from '../contract.ts';
import * as acting from '../contract-acting.ts';
import { unitDirectory } from '../directory.ts';
import { postsOf } from '../store/directory.ts';
import { trialAccountsOf } from '../trial.ts';

export const directoryRoutes = [
  route(contract.units, async ({ tx, input }) => {
    const { units } = await unitDirectory(tx);
    const kinds = input.kind ?? [];
    const wanted = units.filter(
      (unit) =>
        (kinds.length === 0 || kinds.includes(unit.kind)) &&
        (input.text === '' ||
          [unit.name, unit.fullName, unit.duty, ...unit.aliases, ...unit.hungNames].some((text) =>
            text.includes(input.text),
          )),
    );
    return { units: wanted };
  }),

  route(contract.unitById, async ({ tx, input }) => {
    const unit = (await unitDirectory(tx)).byId(input.unitId);
    if (unit === undefined) throw new AppError('UNIT_NOT_FOUND');
    return { ...unit, posts: await postsOf(tx, unit.id) };
  }),

  route(acting.trialAccounts, ({ tx }) => trialAccountsOf(tx)),
];
