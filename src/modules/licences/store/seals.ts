import { empty, sql } from '../../../kernel/db.ts';
import type { Reach } from '../../../kernel/actor.ts';
import type { Tx } from '../../../kernel/module.ts';
import type { Instant } from '../../../kernel/time.ts';

export type SealState = 'requested' | 'refused' | 'released' | 'revoked' | 'replaced';

export interface SealRow {
  id: string;
  no: string;
  unitId: string;
  kind: string;
  wording: string;
  line: string;
  diameter: number;
  types: string[];
  appliers: string[];
  state: SealState;
  validFrom: Instant;
  validUntil: Instant;
  keyId: string | null;
  /** SESeal; null until it is made. */
  body: Buffer | null;
  replaces: string | null;
  reason: string;
  requestedBy: string | null;
  requestedName: string;
  requestedAt: Instant;
  decidedName: string | null;
  decidedAt: Instant | null;
  decision: string;
  endedName: string | null;
  endedAt: Instant | null;
  endReason: string;
}

const columns = sql`id, no, unit_id, kind, wording, line, diameter::float8, types, appliers, state, valid_from, valid_until, key_id, body, replaces,
  reason, requested_by, requested_name, requested_at, decided_name, decided_at, decision, ended_name, ended_at, end_reason`;

export type NewSeal = Pick<
  SealRow,
  | 'id'
  | 'no'
  | 'unitId'
  | 'kind'
  | 'wording'
  | 'line'
  | 'diameter'
  | 'types'
  | 'appliers'
  | 'validFrom'
  | 'validUntil'
  | 'replaces'
  | 'reason'
> & { released: boolean };

export async function insertSeals(tx: Tx, seals: readonly NewSeal[]): Promise<void> {
  if (seals.length === 0) return;
  await tx.exec(sql`insert into licences.stamp (region, id, no, unit_id, kind, wording, line, diameter, types, appliers, state, valid_from,
      valid_until, replaces, reason, requested_by, requested_name, requested_at, decided_name, decided_at)
    select ${tx.region}, id, no, "unitId", kind, wording, line, diameter, types, appliers, case when released then 'released' else 'requested' end,
      "validFrom", "validUntil", replaces, reason, ${tx.actor.accountId}::uuid, ${tx.actor.name}, ${tx.now}::timestamptz,
      case when released then ${tx.actor.name} end, case when released then ${tx.now}::timestamptz end
    from jsonb_to_recordset(${JSON.stringify(seals)}::jsonb) as s(id uuid, no text, "unitId" text, kind text, wording text, line text,
      diameter numeric, types jsonb, appliers jsonb, "validFrom" timestamptz, "validUntil" timestamptz, replaces uuid, reason text, released boolean)`);
}

export function loadSeal(tx: Tx, id: string): Promise<SealRow | null> {
  return tx.maybe(sql`select ${columns} from licences.stamp where region = ${tx.region} and id = ${id}`);
}

/**
 * Locked against changes, not against being referred to: whoever puts the seal on a file meanwhile must not wait for one
 * who waits for his serial.
 */
export function loadSealForDecision(tx: Tx, id: string): Promise<SealRow | null> {
  return tx.maybe(
    sql`select ${columns} from licences.stamp where region = ${tx.region} and id = ${id} for no key update`,
  );
}

/** Seals of a unit that could stand on a licence today; those for named types first, then the youngest. */
export function loadUsableSeals(tx: Tx, unitId: string, kind: string): Promise<SealRow[]> {
  return tx.rows(sql`select ${columns} from licences.stamp
    where region = ${tx.region} and unit_id = ${unitId} and kind = ${kind} and state = 'released' and valid_from <= ${tx.now} and valid_until > ${tx.now}
    order by jsonb_array_length(types) = 0, valid_from desc, id desc`);
}

/** Released and not made yet. */
export function loadUnmade(tx: Tx, limit: number): Promise<SealRow[]> {
  return tx.rows(sql`select ${columns} from licences.stamp where region = ${tx.region} and state = 'released' and body is null
    order by id limit ${limit} for no key update skip locked`);
}

export async function countSeals(tx: Tx): Promise<number> {
  const { count } = await tx.one<{ count: number }>(
    sql`select count(*)::int as count from licences.stamp where region = ${tx.region}`,
  );
  return count;
}

export async function storeMadeSeal(
  tx: Tx,
  id: string,
  made: { keyId: string; body: Buffer; validFrom: Instant; validUntil: Instant },
): Promise<void> {
  await tx.exec(sql`update licences.stamp set key_id = ${made.keyId}, body = ${made.body}, valid_from = ${made.validFrom},
      valid_until = ${made.validUntil} where region = ${tx.region} and id = ${id}`);
}

export async function decideSealRow(
  tx: Tx,
  id: string,
  outcome: { state: 'released' | 'refused'; decision: string; validFrom: Instant; validUntil: Instant },
): Promise<void> {
  await tx.exec(sql`update licences.stamp set state = ${outcome.state}, decision = ${outcome.decision}, decided_by = ${tx.actor.accountId}::uuid,
      decided_name = ${tx.actor.name}, decided_at = ${tx.now}, valid_from = ${outcome.validFrom}, valid_until = ${outcome.validUntil}
    where region = ${tx.region} and id = ${id}`);
}

export async function endSealRow(tx: Tx, id: string, state: 'revoked' | 'replaced', reason: string): Promise<void> {
  await tx.exec(sql`update licences.stamp set state = ${state}, ended_at = ${tx.now}, ended_name = ${tx.actor.name}, end_reason = ${reason}
    where region = ${tx.region} and id = ${id}`);
}

export interface SealFilter {
  reach: Reach;
  state: readonly SealState[];
  unit: readonly string[];
  page: number;
  size: number;
}

export async function listSealRows(
  tx: Tx,
  { reach, state, unit, page, size }: SealFilter,
): Promise<{ rows: (SealRow & { sealings: number })[]; total: number }> {
  const where = sql`s.region = ${tx.region}
    ${reach === 'all' ? empty : sql`and s.unit_id = any (${reach as string[]})`}
    ${state.length === 0 ? empty : sql`and s.state = any (${state as string[]})`}
    ${unit.length === 0 ? empty : sql`and s.unit_id = any (${unit as string[]})`}`;
  const { total } = await tx.one<{ total: number }>(
    sql`select count(*)::int as total from licences.stamp s where ${where}`,
  );
  const rows = await tx.rows<SealRow & { sealings: number }>(sql`select ${columns}, (
      select count(*)::int from licences.sealing u where u.region = s.region and u.stamp_id = s.id) as sealings
    from licences.stamp s where ${where}
    order by s.state <> 'requested', s.unit_id, s.requested_at desc, s.id limit ${size} offset ${(page - 1) * size}`);
  return { rows, total };
}

export interface NewSealing {
  id: string;
  sealId: string;
  subjectType: string;
  subjectId: string;
  format: 'ofd' | 'pdf';
  sha256: string;
  reason: string;
}

export async function insertSealings(tx: Tx, sealings: readonly NewSealing[]): Promise<void> {
  await tx.exec(sql`insert into licences.sealing (region, id, stamp_id, at, subject_type, subject_id, format, sha256, actor_id, actor_name, reason)
    select ${tx.region}, id, "sealId", ${tx.now}::timestamptz, "subjectType", "subjectId", format, sha256, ${tx.actor.accountId}::uuid, ${tx.actor.name}, reason
    from jsonb_to_recordset(${JSON.stringify(sealings)}::jsonb) as s(id uuid, "sealId" uuid, "subjectType" text, "subjectId" text, format text,
      sha256 text, reason text)`);
}

export interface SealingRow {
  at: Instant;
  by: string;
  subjectType: string;
  subjectId: string;
  format: 'ofd' | 'pdf';
  sha256: string;
  reason: string;
}

export async function listSealings(
  tx: Tx,
  sealId: string,
  page: number,
  size: number,
): Promise<{ rows: SealingRow[]; total: number }> {
  const { total } = await tx.one<{ total: number }>(
    sql`select count(*)::int as total from licences.sealing where region = ${tx.region} and stamp_id = ${sealId}`,
  );
  const rows =
    await tx.rows<SealingRow>(sql`select at, actor_name as by, subject_type, subject_id, format, sha256, reason from licences.sealing
    where region = ${tx.region} and stamp_id = ${sealId} order by at desc, id desc limit ${size} offset ${(page - 1) * size}`);
  return { rows, total };
}
