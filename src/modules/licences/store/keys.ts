import { sql } from '../../../kernel/db.ts';
import type { Tx } from '../../../kernel/module.ts';
import type { Revocation } from '../../../kernel/sm/authority.ts';
import type { RevocationReason } from '../../../kernel/sm/signer.ts';
import type { Instant } from '../../../kernel/time.ts';

export type KeyPurpose = 'root' | 'maker' | 'signer' | 'stamper';

export interface KeyRow {
  id: string;
  purpose: KeyPurpose;
  unitId: string | null;
  sealedKey: string;
  certificate: Buffer;
  serial: string;
  notBefore: Instant;
  notAfter: Instant;
  revokedAt: Instant | null;
  revocationReason: RevocationReason | null;
}

const columns = sql`id, purpose, unit_id, sealed_key, certificate, serial, not_before, not_after, revoked_at, revocation_reason`;

export function loadKey(tx: Tx, id: string): Promise<KeyRow | null> {
  return tx.maybe(sql`select ${columns} from licences.key_pair where region = ${tx.region} and id = ${id}`);
}

/** The root, maker or stamper in use: of several the one that lives longest. */
export function loadKeyInUse(tx: Tx, purpose: Exclude<KeyPurpose, 'signer'>): Promise<KeyRow | null> {
  return tx.maybe(sql`select ${columns} from licences.key_pair where region = ${tx.region} and purpose = ${purpose}
    and revoked_at is null and not_after > ${tx.now} order by not_after desc limit 1`);
}

/** Keys are made by one transaction at a time; the others wait here and then find what it made. */
export async function lockKeys(tx: Tx): Promise<void> {
  await tx.exec(sql`select pg_advisory_xact_lock(hashtext('licences.key_pair'), hashtext(${tx.region}))`);
}

export async function insertKey(tx: Tx, row: Omit<KeyRow, 'revokedAt' | 'revocationReason'>): Promise<void> {
  await tx.exec(sql`insert into licences.key_pair (region, id, purpose, unit_id, sealed_key, certificate, serial, not_before, not_after, created_at)
    values (${tx.region}, ${row.id}, ${row.purpose}, ${row.unitId}, ${row.sealedKey}, ${row.certificate}, ${row.serial}, ${row.notBefore},
      ${row.notAfter}, ${tx.now})`);
}

export async function revokeKey(tx: Tx, serial: string, at: Instant, reason: RevocationReason): Promise<void> {
  await tx.exec(sql`update licences.key_pair set revoked_at = ${at}, revocation_reason = ${reason}
    where region = ${tx.region} and serial = ${serial} and revoked_at is null`);
}

export function loadRevocations(tx: Tx): Promise<Revocation[]> {
  return tx.rows(sql`select serial, revoked_at as at, revocation_reason as reason from licences.key_pair
    where region = ${tx.region} and revoked_at is not null`);
}

/** Every certificate ever issued here, the revoked ones too. */
export function loadCertificates(
  tx: Tx,
  purpose: KeyPurpose,
): Promise<Pick<KeyRow, 'unitId' | 'certificate' | 'notBefore' | 'notAfter' | 'revokedAt' | 'revocationReason'>[]> {
  return tx.rows(sql`select unit_id, certificate, not_before, not_after, revoked_at, revocation_reason from licences.key_pair
    where region = ${tx.region} and purpose = ${purpose} order by created_at, id`);
}

export interface ListRow {
  number: number;
  issuedAt: Instant;
  nextUpdate: Instant;
  list: Buffer;
}

export function loadLatestList(tx: Tx): Promise<ListRow | null> {
  return tx.maybe(sql`select number, issued_at, next_update, list from licences.revocation_list
    where region = ${tx.region} order by number desc limit 1`);
}

/** Of two processes that write the next list at once, one wins; both lists say the same. */
export async function insertList(tx: Tx, row: ListRow): Promise<void> {
  await tx.exec(sql`insert into licences.revocation_list (region, number, issued_at, next_update, list)
    values (${tx.region}, ${row.number}, ${row.issuedAt}, ${row.nextUpdate}, ${row.list}) on conflict do nothing`);
}
