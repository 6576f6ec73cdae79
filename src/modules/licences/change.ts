import { AppError } from '../../kernel/errors.ts';
import type { Tx } from '../../kernel/module.ts';
import { produceFiles } from './issued-files.ts';
import { openedValues } from './personal.ts';
import { decide, type StateCommand } from './rules/decide.ts';
import { standingNames, transitions } from './rules/transitions.ts';
import { sealFor } from './seals.ts';
import { appendEvents, loadLicenceForDecision, type LicenceRow } from './store/licences.ts';
import { typeOfLicence } from './types.ts';

/**
 * Holds, releases, revokes, rescinds or cancels a licence. Throws LICENCE_NOT_FOUND, LICENCE_TRANSITION_IMPOSSIBLE,
 * LICENCE_DATE_WRONG, LICENCE_HOLD_END_WRONG.
 */
export async function changeState(
  tx: Tx,
  licenceId: string,
  mayReach: (row: LicenceRow) => boolean,
  command: StateCommand,
): Promise<LicenceRow> {
  const before = await loadLicenceForDecision(tx, licenceId);
  if (before === null || !mayReach(before)) throw new AppError('LICENCE_NOT_FOUND');
  const row = await appendEvents(tx, before, decide(before.state, command, tx.now));
  const { number, typeName } = row.state;
  tx.note(`licence:${row.id}`, `${transitions[command.action].zh}：${typeName}`, { number, reason: command.reason });
  tx.publish('licence.changed', {
    licenceId: row.id,
    identifier: row.state.identifier,
    typeId: row.typeId,
    typeName,
    number,
    action: command.action,
    status: row.status,
    accountId: row.accountId,
    reason: command.reason,
  });
  return row;
}

/** The same licence in new files under the seal of today: when the seal was exchanged or a file is damaged. */
export async function sealAnew(
  tx: Tx,
  licenceId: string,
  mayReach: (row: LicenceRow) => boolean,
  reason: string,
): Promise<LicenceRow> {
  const before = await loadLicenceForDecision(tx, licenceId);
  if (before === null || !mayReach(before)) throw new AppError('LICENCE_NOT_FOUND');
  const { state } = before;
  if (state.status !== 'valid' && state.status !== 'held') {
    throw new AppError('LICENCE_TRANSITION_IMPOSSIBLE', {
      state: standingNames[state.status],
      action: '重新盖章',
      basis: '不在有效状态的证照不再制作新文件',
    });
  }
  const type = await typeOfLicence(tx, state.typeId, state.typeVersion);
  const { holder, fields } = openedValues(tx, state);
  const seal = await sealFor(tx, type, state.issuer.unitId);
  const facts = {
    number: state.number,
    identifier: state.identifier,
    issuerName: state.issuer.name,
    holder,
    issuedOn: state.issuedOn,
    validFrom: state.validFrom,
    validUntil: state.validUntil,
    values: fields,
  };
  const files = await produceFiles(tx, before.id, type, facts, seal, reason);
  const row = await appendEvents(tx, before, [{ type: 'sealedAnew', at: tx.now, files, reason }]);
  tx.note(`licence:${row.id}`, '重新制作文件并盖章', { number: state.number, reason });
  return row;
}
