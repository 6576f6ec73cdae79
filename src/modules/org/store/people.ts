import { isUniqueViolation, sql } from '../../../kernel/db.ts';
import { AppError } from '../../../kernel/errors.ts';
import { uuidv7 } from '../../../kernel/ids.ts';
import type { Tx } from '../../../kernel/module.ts';
import type { Instant } from '../../../kernel/time.ts';

const context = { idNumber: 'org.person.idNumber', phone: 'org.person.phone', address: 'org.person.address' } as const;

export type Proof = '' | 'oidc' | 'window' | 'trial';

/** A person's data in clear, already checked and normalised. Undefined leaves what is there. */
export interface PersonalFacts {
  idNumber?: string | undefined;
  phone?: string | undefined;
  address?: string | undefined;
  verifiedBy?: Proof | undefined;
}

export interface Person {
  idNumber: string | null;
  phone: string | null;
  address: string | null;
  verifiedBy: Proof;
}

/** Seals and writes what is given. A second person with the same identity number is refused. */
export async function writePerson(tx: Tx, accountId: string, facts: PersonalFacts): Promise<void> {
  const { personalData } = tx.services;
  const seal = (key: keyof typeof context) => {
    const plain = facts[key];
    return plain === undefined ? null : personalData.seal(plain, context[key]);
  };
  const index = (key: 'idNumber' | 'phone') => {
    const plain = facts[key];
    return plain === undefined ? null : personalData.blindIndex(plain, context[key]);
  };
  if (facts.idNumber !== undefined) {
    const holder = await accountIdByIdNumber(tx, facts.idNumber);
    if (holder !== null && holder !== accountId) throw new AppError('ID_NUMBER_REGISTERED');
  }
  const verified = facts.verifiedBy ?? null;
  try {
    await tx.exec(sql`
      insert into org.person as p (region, account_id, id_number_sealed, id_number_index, phone_sealed, phone_index, address_sealed,
        verified_by, verified_at, updated_at)
      values (${tx.region}, ${accountId}, ${seal('idNumber')}, ${index('idNumber')}, ${seal('phone')}, ${index('phone')}, ${seal('address')},
        coalesce(${verified}::text, ''), case when ${verified}::text is null then null else ${tx.now}::timestamptz end, ${tx.now})
      on conflict (region, account_id) do update set
        id_number_sealed = coalesce(excluded.id_number_sealed, p.id_number_sealed),
        id_number_index = coalesce(excluded.id_number_index, p.id_number_index),
        phone_sealed = coalesce(excluded.phone_sealed, p.phone_sealed),
        phone_index = coalesce(excluded.phone_index, p.phone_index),
        address_sealed = coalesce(excluded.address_sealed, p.address_sealed),
        verified_by = coalesce(${verified}::text, p.verified_by),
        verified_at = case when ${verified}::text is null then p.verified_at else excluded.verified_at end,
        updated_at = excluded.updated_at`);
  } catch (error) {
    if (isUniqueViolation(error, 'person_id_number')) throw new AppError('ID_NUMBER_REGISTERED');
    throw error;
  }
}

export async function accountIdByIdNumber(tx: Tx, idNumber: string): Promise<string | null> {
  const row = await tx.maybe<{ accountId: string }>(sql`
    select account_id from org.person where region = ${tx.region}
      and id_number_index = any (${tx.services.personalData.blindIndexes(idNumber, context.idNumber)})`);
  return row?.accountId ?? null;
}

/** Takes an identity number away from an account that never proved it. */
export async function releaseIdNumber(tx: Tx, accountId: string): Promise<void> {
  await tx.exec(sql`update org.person set id_number_sealed = null, id_number_index = null, updated_at = ${tx.now}
    where region = ${tx.region} and account_id = ${accountId} and verified_by = ''`);
}

/** In clear: whoever calls this says in the journal that it was read. */
export async function openPerson(tx: Tx, accountId: string): Promise<Person> {
  const row = await tx.maybe<{
    idNumberSealed: string | null;
    phoneSealed: string | null;
    addressSealed: string | null;
    verifiedBy: Proof;
  }>(sql`select id_number_sealed, phone_sealed, address_sealed, verified_by from org.person
    where region = ${tx.region} and account_id = ${accountId}`);
  const open = (sealed: string | null | undefined, key: keyof typeof context) =>
    sealed === null || sealed === undefined ? null : tx.services.personalData.open(sealed, context[key]);
  return {
    idNumber: open(row?.idNumberSealed, 'idNumber'),
    phone: open(row?.phoneSealed, 'phone'),
    address: open(row?.addressSealed, 'address'),
    verifiedBy: row?.verifiedBy ?? '',
  };
}

export async function proofOf(tx: Tx, accountId: string): Promise<Proof> {
  const row = await tx.maybe<{ verifiedBy: Proof }>(
    sql`select verified_by from org.person where region = ${tx.region} and account_id = ${accountId}`,
  );
  return row?.verifiedBy ?? '';
}

export interface RepresentationRow {
  id: string;
  accountId: string;
  accountName: string;
  uscc: string;
  enterpriseName: string;
  proof: string;
  createdAt: Instant;
  confirmedAt: Instant | null;
}

/** @returns null when this account has the same one running already. */
export async function insertRepresentation(
  tx: Tx,
  given: { accountId: string; uscc: string; enterpriseName: string; proof: string },
): Promise<string | null> {
  const id = uuidv7(Date.parse(tx.now));
  const made =
    await tx.exec(sql`insert into org.representation (region, id, account_id, uscc, enterprise_name, proof, created_at)
    values (${tx.region}, ${id}, ${given.accountId}, ${given.uscc}, ${given.enterpriseName}, ${given.proof}, ${tx.now})
    on conflict (region, account_id, uscc) where ended_at is null do nothing`);
  return made === 1 ? id : null;
}

export function confirmRepresentationRow(tx: Tx, id: string): Promise<RepresentationRow | null> {
  return tx.maybe<RepresentationRow>(sql`
    update org.representation r set confirmed_at = coalesce(r.confirmed_at, ${tx.now}),
      confirmed_by = case when r.confirmed_at is null then ${tx.actor.accountId}::uuid else r.confirmed_by end
    from org.account a where a.region = r.region and a.id = r.account_id
      and r.region = ${tx.region} and r.id = ${id} and r.ended_at is null
    returning r.id, r.account_id, a.name as account_name, r.uscc, r.enterprise_name, r.proof, r.created_at, r.confirmed_at`);
}

export function endRepresentationRow(tx: Tx, id: string, accountId: string): Promise<number> {
  return tx.exec(sql`update org.representation set ended_at = ${tx.now}
    where region = ${tx.region} and id = ${id} and account_id = ${accountId} and ended_at is null`);
}

export async function listRepresentations(
  tx: Tx,
  state: 'waiting' | 'confirmed',
  page: number,
  size: number,
): Promise<{ total: number; representations: RepresentationRow[] }> {
  const wanted = sql`r.region = ${tx.region} and r.ended_at is null and (r.confirmed_at is not null) = ${state === 'confirmed'}`;
  const { total } = await tx.one<{ total: string }>(
    sql`select count(*) as total from org.representation r where ${wanted}`,
  );
  const representations = await tx.rows<RepresentationRow>(sql`
    select r.id, r.account_id, a.name as account_name, r.uscc, r.enterprise_name, r.proof, r.created_at, r.confirmed_at
    from org.representation r join org.account a on a.region = r.region and a.id = r.account_id
    where ${wanted} order by r.created_at, r.id limit ${size} offset ${(page - 1) * size}`);
  return { total: Number(total), representations };
}

/** Enterprises that an account acts for, confirmed ones only. */
export function enterprisesOf(tx: Tx, accountId: string): Promise<{ uscc: string; name: string }[]> {
  return tx.rows(sql`select uscc, enterprise_name as name from org.representation
    where region = ${tx.region} and account_id = ${accountId} and ended_at is null and confirmed_at is not null order by confirmed_at`);
}
