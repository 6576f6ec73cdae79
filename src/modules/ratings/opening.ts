import { AppError } from '../../kernel/errors.ts';
import { checkPhone, normalisePhone } from '../../kernel/identifiers.ts';
import { readableCode, uuidv7 } from '../../kernel/ids.ts';
import type { Subscriber, Tx } from '../../kernel/module.ts';
import { localDateOf } from '../../kernel/time.ts';
import { decidedCase } from '../cases/index.ts';
import type { SubjectFacts } from './rules/subject.ts';
import { insertSubject, loadSubject, type SubjectRow } from './store/subjects.ts';

/** What is needed to open something for rating. `phone` in clear, checked; it is sealed before it reaches a row. */
export interface Opening extends Omit<SubjectFacts, 'reachable'> {
  subjectId: string;
  /** 办件编号, 工单号; '' takes the rating's own. */
  subjectNo: string;
  holderAccount: string | null;
  /** Of somebody without an account; '' when nothing is known. */
  phone: string;
  /** Sealed already (by `sealContact`). */
  contact?: string | null;
  holderLabel: string;
}

/** Opens it once: the same event may come again, and whoever comes first to rate may open it himself. */
export async function openSubject(tx: Tx, opening: Opening): Promise<SubjectRow> {
  const { subjectId, subjectNo, holderAccount, phone, contact, holderLabel, ...facts } = opening;
  const id = uuidv7(Date.parse(tx.now));
  const sealed = phone === '' ? (contact ?? null) : sealContact(tx, phone);
  const no = `P${localDateOf(tx.now).replaceAll('-', '')}-${readableCode(8)}`;
  const isNew = await insertSubject(
    tx,
    {
      ...{ id, no, kind: facts.kind, subjectId, subjectNo: subjectNo === '' ? no : subjectNo },
      ...{ code: readableCode(16), holderAccount, contact: sealed, holderLabel },
    },
    { type: 'opened', at: tx.now, facts: { ...facts, reachable: holderAccount !== null || sealed !== null } },
  );
  const row = await loadSubject(tx, { kind: facts.kind, subjectId });
  if (row === null) throw new Error(`subject ${subjectId} was not opened`);
  if (isNew) {
    tx.note(`rating:${row.id}`, '开放评价', { no: row.no, kind: row.kind });
    tx.publish('rating.turned', { subjectId: row.id, turn: 'opened' });
  }
  return row;
}

/** The subject of a decided case, opened now if the event has not come by yet. Throws CASE_NOT_FOUND, RATING_TOO_EARLY. */
export async function subjectOfCase(tx: Tx, caseId: string, accountId: string | null): Promise<SubjectRow> {
  const decided = await decidedCase(tx, caseId);
  if (decided === null || (accountId !== null && decided.accountId !== accountId)) throw new AppError('CASE_NOT_FOUND');
  if (decided.concludedAt === null) throw new AppError('RATING_TOO_EARLY');
  return openSubject(tx, {
    kind: 'case',
    subjectId: caseId,
    subjectNo: decided.no,
    unitId: decided.unitId,
    itemId: decided.itemId,
    itemName: decided.itemName,
    windowName: '',
    officerId: decided.officer?.accountId ?? null,
    officerName: decided.officer?.name ?? '',
    finishedAt: decided.concludedAt,
    served: decided.accountId === null ? 'window' : 'online',
    holderAccount: decided.accountId,
    phone: decided.phone,
    holderLabel: decided.applicantLabel,
  });
}

export const openingSubscriber: Subscriber = {
  name: 'ratings.openForCase',
  topic: 'case.progressed',
  async handle(tx, payload) {
    const { caseId, event } = payload as { caseId: string; event: { type: string; outcome?: { kind: string } } };
    if (event.type !== 'concluded') return;
    if (event.outcome?.kind !== 'granted' && event.outcome?.kind !== 'refused') return;
    await subjectOfCase(tx, caseId, null);
  },
};

export function sealContact(tx: Tx, phone: string): string {
  return tx.services.personalData.seal(phone, contactContext);
}

export function openContact(tx: Tx, sealed: string): string {
  return tx.services.personalData.open(sealed, contactContext);
}

/** A number somebody typed, in its one spelling; '' stays ''. Throws INVALID_INPUT at `/phone`. */
export function checkedPhone(typed: string): string {
  if (typed === '') return '';
  const fault = checkPhone(typed, { mobileOnly: true });
  if (fault !== null) throw new AppError('INVALID_INPUT', {}, [{ path: '/phone', message: fault }]);
  return normalisePhone(typed) ?? '';
}

const contactContext = 'ratings.contact';
