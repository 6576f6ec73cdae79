import type { Tx } from '../../kernel/module.ts';
import type { Instant } from '../../kernel/time.ts';
import { phoneOf } from './routes/applications.ts';
import { loadApplication } from './store/applications.ts';
import { loadCase, loadDecider } from './store/cases.ts';

/** A case for whoever asks how it was: what it was, who decided, whom a message reaches. */
export interface DecidedCase {
  no: string;
  itemId: string;
  itemName: string;
  unitId: string;
  /** The applicant's own account; null when a clerk filed for him. */
  accountId: string | null;
  /** In clear, from the form, when there is no account; '' when it was not given. */
  phone: string;
  applicantLabel: string;
  /** Null until it was granted or refused. */
  concludedAt: Instant | null;
  officer: { accountId: string; name: string } | null;
}

/** Null when there is no such case. The caller checks who may know. */
export async function decidedCase(tx: Tx, caseId: string): Promise<DecidedCase | null> {
  const row = await loadCase(tx, caseId);
  if (row === null) return null;
  const application = await loadApplication(tx, row.applicationId);
  const atWindow = application !== null && application.filedBy !== null;
  const isDecided = row.status === 'granted' || row.status === 'refused';
  return {
    no: row.no,
    itemId: row.itemId,
    itemName: row.itemName,
    unitId: row.unitId,
    accountId: atWindow ? null : row.accountId,
    phone: atWindow ? phoneOf(application.answers) : '',
    applicantLabel: row.applicantLabel,
    concludedAt: isDecided ? row.concludedAt : null,
    officer: isDecided ? await loadDecider(tx, caseId) : null,
  };
}
