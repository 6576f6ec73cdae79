import type { Tx } from '../../kernel/module.ts';
import { localDateOf } from '../../kernel/time.ts';
import { answerText } from '../catalogue/index.ts';
import { issueLicence, prepareLicence, type LicenceOrder, type PreparedLicence } from '../licences/index.ts';
import type { OpenCase } from './perform.ts';

/** What an officer typed for fields of the licence that the form did not ask. */
export type LicenceValues = Readonly<Record<string, string>>;

/**
 * Issues the licence that a granted case leads to, in the transaction that grants it: either both are there or neither.
 * Types that this county does not issue are left to whoever does.
 */
export async function issueFor(tx: Tx, open: OpenCase, documentNo: string, typed: LicenceValues): Promise<void> {
  const order = licenceOrder(tx, open, documentNo, typed);
  if (order === null) return;
  const issued = await issueLicence(tx, order);
  if (issued === null) return;
  const { licenceId, identifier, number } = issued;
  tx.note(`case:${open.row.id}`, `颁发${issued.typeName}`, { licenceId, identifier, number });
}

/** What would be issued, with what is still missing; null when the case leads to no licence of this county. */
export async function preparedFor(tx: Tx, open: OpenCase): Promise<PreparedLicence | null> {
  const order = licenceOrder(tx, open, '', {});
  return order === null ? null : prepareLicence(tx, order);
}

function licenceOrder(
  tx: Tx,
  { row, item, service, application }: OpenCase,
  documentNo: string,
  typed: LicenceValues,
): LicenceOrder | null {
  const { definition } = item;
  const { kind, licenceType } = definition.result;
  if (kind !== 'licence' || licenceType === '') return null;
  const answers: Record<string, LicenceOrder['answers'][string]> = {};
  for (const [id, value] of Object.entries(application.answers)) {
    const element = service.elements[id];
    if (element === undefined || value === undefined) continue;
    answers[id] = { value, text: answerText(element, value) };
  }
  const [basis] = definition.basis;
  return {
    typeId: licenceType,
    unitId: row.unitId,
    caseId: row.id,
    applicationId: row.applicationId,
    itemId: definition.id,
    accountId: row.accountId,
    answers,
    typed,
    holder: null,
    decidedOn: localDateOf(tx.now),
    documentNo,
    basis: `${basis?.title ?? ''}${basis?.article ?? ''}`,
    origin: { how: 'granted', reason: `${row.itemName}（${row.no}）` },
    stated: { number: '', validFrom: null, validUntil: null },
    earlier: null,
  };
}
