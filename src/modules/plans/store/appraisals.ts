import { empty, sql } from '../../../kernel/db.ts';
import type { StoredFile } from '../../../kernel/endpoint.ts';
import type { Tx } from '../../../kernel/module.ts';
import type { Instant, LocalDate } from '../../../kernel/time.ts';
import type { Scheme, Score } from '../rules/appraisal.ts';

export interface AppraisalRow {
  id: string;
  planId: string;
  period: string;
  scheme: Scheme;
  state: 'open' | 'frozen' | 'signed';
  appealsUntil: LocalDate | null;
  tableFrozen: readonly Score[] | null;
  digest: string | null;
  frozenAt: Instant | null;
  frozenBy: string | null;
  freezerName: string | null;
  signedAt: Instant | null;
  signerName: string | null;
}

const columns = sql`id, plan_id, period, scheme, state, appeals_until, table_frozen, digest, frozen_at, frozen_by, freezer_name, signed_at, signer_name`;

/** False when the period already has one. */
export async function insertAppraisal(
  tx: Tx,
  row: Pick<AppraisalRow, 'id' | 'planId' | 'period' | 'scheme'>,
): Promise<boolean> {
  const inserted =
    await tx.exec(sql`insert into plans.appraisal (region, id, plan_id, period, scheme, state, created_at)
    values (${tx.region}, ${row.id}, ${row.planId}, ${row.period}, ${JSON.stringify(row.scheme)}::jsonb, 'open', ${tx.now})
    on conflict (region, period) do nothing`);
  return inserted === 1;
}

export function loadAppraisal(tx: Tx, id: string, lock = false): Promise<AppraisalRow | null> {
  return tx.maybe<AppraisalRow>(sql`select ${columns} from plans.appraisal where region = ${tx.region} and id = ${id}
    ${lock ? sql`for update` : empty}`);
}

export function loadAppraisalOf(tx: Tx, period: string): Promise<AppraisalRow | null> {
  return tx.maybe<AppraisalRow>(
    sql`select ${columns} from plans.appraisal where region = ${tx.region} and period = ${period}`,
  );
}

export function listAppraisalRows(tx: Tx): Promise<AppraisalRow[]> {
  return tx.rows<AppraisalRow>(
    sql`select ${columns} from plans.appraisal where region = ${tx.region} order by period desc limit 50`,
  );
}

export async function openAppealsUntil(tx: Tx, id: string, until: LocalDate): Promise<void> {
  await tx.exec(
    sql`update plans.appraisal set appeals_until = ${until} where region = ${tx.region} and id = ${id} and state = 'open'`,
  );
}

export async function freezeRow(tx: Tx, id: string, table: readonly Score[], digest: string): Promise<void> {
  await tx.exec(sql`update plans.appraisal set state = 'frozen', table_frozen = ${JSON.stringify(table)}::jsonb, digest = ${digest},
    frozen_at = ${tx.now}, frozen_by = ${tx.actor.accountId}, freezer_name = ${tx.actor.name} where region = ${tx.region} and id = ${id}`);
}

export async function signRow(tx: Tx, id: string): Promise<void> {
  await tx.exec(sql`update plans.appraisal set state = 'signed', signed_at = ${tx.now}, signed_by = ${tx.actor.accountId},
    signer_name = ${tx.actor.name} where region = ${tx.region} and id = ${id}`);
}

export interface AppealRow {
  id: string;
  appraisalId: string;
  unitId: string;
  evidence: string;
  reason: string;
  documents: StoredFile[];
  state: 'submitted' | 'upheld' | 'rejected';
  taskId: string;
  submittedAt: Instant;
  submittedBy: string | null;
  submitterName: string;
  deciderName: string | null;
  decision: string | null;
}

const appealColumns = sql`id, appraisal_id, unit_id, evidence, reason, documents, state, task_id, submitted_at, submitted_by, submitter_name, decider_name,
  decision`;

export type NewAppeal = Pick<
  AppealRow,
  'id' | 'appraisalId' | 'unitId' | 'evidence' | 'reason' | 'documents' | 'taskId'
>;

/** False when the unit has appealed about it before: one appeal about one thing. */
export async function insertAppeal(tx: Tx, row: NewAppeal): Promise<boolean> {
  const inserted =
    await tx.exec(sql`insert into plans.appeal (region, id, appraisal_id, unit_id, evidence, reason, documents, state, task_id,
      submitted_at, submitted_by, submitter_name)
    values (${tx.region}, ${row.id}, ${row.appraisalId}, ${row.unitId}, ${row.evidence}, ${row.reason}, ${JSON.stringify(row.documents)}::jsonb,
      'submitted', ${row.taskId}, ${tx.now}, ${tx.actor.accountId}, ${tx.actor.name})
    on conflict (region, appraisal_id, unit_id, evidence) do nothing`);
  return inserted === 1;
}

export function loadAppealForDecision(tx: Tx, id: string): Promise<AppealRow | null> {
  return tx.maybe<AppealRow>(
    sql`select ${appealColumns} from plans.appeal where region = ${tx.region} and id = ${id} for update`,
  );
}

export function appealsOf(tx: Tx, appraisalId: string): Promise<AppealRow[]> {
  return tx.rows<AppealRow>(sql`select ${appealColumns} from plans.appeal where region = ${tx.region} and appraisal_id = ${appraisalId}
    order by (state = 'submitted') desc, submitted_at, id`);
}

export async function decideAppealRow(
  tx: Tx,
  id: string,
  state: 'upheld' | 'rejected',
  decision: string,
): Promise<void> {
  await tx.exec(sql`update plans.appeal set state = ${state}, decision = ${decision}, decided_at = ${tx.now}, decided_by = ${tx.actor.accountId},
    decider_name = ${tx.actor.name} where region = ${tx.region} and id = ${id}`);
}
