import { empty, sql } from '../../../kernel/db.ts';
import type { Tx } from '../../../kernel/module.ts';
import type { Instant } from '../../../kernel/time.ts';

/** One giving out of a licence, as its holder is shown it. Never changed. */
export interface Access {
  id: string;
  licenceId: string;
  at: Instant;
  useId: string | null;
  caseId: string | null;
  unitId: string | null;
  actorId: string | null;
  actorName: string;
  /** `copy`: the holder's own. */
  given: 'file' | 'fields' | 'answer' | 'copy';
  /** Labels of the fields that were given. */
  fields: readonly string[];
  purpose: string;
  ground: string;
  basis: string;
  copyNo: string | null;
  copySha256: string | null;
}

export type NewAccess = Omit<Access, 'at' | 'actorId' | 'actorName'>;

const columns = sql`id, licence_id, at, use_id, case_id, unit_id, actor_id, actor_name, given, fields, purpose, ground, basis,
  copy_no, copy_sha256`;

export async function insertAccesses(tx: Tx, accesses: readonly NewAccess[]): Promise<void> {
  if (accesses.length === 0) return;
  await tx.exec(sql`insert into licences.access (region, id, licence_id, at, use_id, case_id, unit_id, actor_id, actor_name, given,
      fields, purpose, ground, basis, copy_no, copy_sha256)
    select ${tx.region}, a.id, a."licenceId", ${tx.now}::timestamptz, a."useId", a."caseId", a."unitId", ${tx.actor.accountId}::uuid,
      ${tx.actor.name}, a.given, a.fields, a.purpose, a.ground, a.basis, a."copyNo", a."copySha256"
    from jsonb_to_recordset(${JSON.stringify(accesses)}::jsonb) as a(id uuid, "licenceId" uuid, "useId" uuid, "caseId" uuid,
      "unitId" text, given text, fields jsonb, purpose text, ground text, basis text, "copyNo" text, "copySha256" text)`);
}

export function loadAccess(tx: Tx, id: string): Promise<Access | null> {
  return tx.maybe(sql`select ${columns} from licences.access where region = ${tx.region} and id = ${id}`);
}

export function accessesOfUse(tx: Tx, useId: string, most: number): Promise<Access[]> {
  return tx.rows(sql`select ${columns} from licences.access where region = ${tx.region} and use_id = ${useId}
    order by at desc limit ${most}`);
}

/** How often since then: under one use, or by the holder himself of one licence. */
export async function countSince(
  tx: Tx,
  what: { useId: string } | { copiesOf: string },
  since: Instant,
): Promise<number> {
  const which = 'useId' in what ? sql`use_id = ${what.useId}` : sql`licence_id = ${what.copiesOf} and given = 'copy'`;
  const { count } = await tx.one<{ count: number }>(sql`select count(*)::int as count from licences.access
    where region = ${tx.region} and ${which} and at >= ${since}`);
  return count;
}

export async function listAccessesOf(
  tx: Tx,
  licenceIds: readonly string[],
  { page, size }: { page: number; size: number },
): Promise<{ rows: Access[]; total: number }> {
  const where = sql`region = ${tx.region} and licence_id = any (${licenceIds as string[]}::uuid[])`;
  const { total } = await tx.one<{ total: number }>(
    sql`select count(*)::int as total from licences.access where ${where}`,
  );
  const rows = await tx.rows<Access>(sql`select ${columns} from licences.access where ${where}
    order by at desc, id desc limit ${size} offset ${(page - 1) * size}`);
  return { rows, total };
}

/** What a case relied on; the first reliance on a material stands. */
export interface Reliance {
  caseId: string;
  material: string;
  licenceId: string;
  identifier: string;
  version: number;
}

export async function insertReliances(tx: Tx, reliances: readonly Reliance[]): Promise<void> {
  if (reliances.length === 0) return;
  await tx.exec(sql`insert into licences.reliance (region, case_id, material, licence_id, identifier, version, at)
    select ${tx.region}, r."caseId", r.material, r."licenceId", r.identifier, r.version, ${tx.now}::timestamptz
    from jsonb_to_recordset(${JSON.stringify(reliances)}::jsonb) as r("caseId" uuid, material text, "licenceId" uuid,
      identifier text, version int)
    on conflict do nothing`);
}

export function reliancesOf(
  tx: Tx,
  caseId: string | null,
  licenceId: string | null,
): Promise<(Reliance & { at: Instant })[]> {
  return tx.rows(sql`select case_id, material, licence_id, identifier, version, at from licences.reliance
    where region = ${tx.region}
    ${caseId === null ? empty : sql`and case_id = ${caseId}`} ${licenceId === null ? empty : sql`and licence_id = ${licenceId}`}
    order by at, material limit 200`);
}
