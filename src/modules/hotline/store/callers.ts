import { sql } from '../../../kernel/db.ts';
import { uuidv7 } from '../../../kernel/ids.ts';
import type { Tx } from '../../../kernel/module.ts';
import type { Instant } from '../../../kernel/time.ts';

/** Who raised or joined a ticket: sealed at rest, opened by few, never part of the ticket itself. */

const context = {
  name: 'hotline.caller.name',
  phone: 'hotline.caller.phone',
  email: 'hotline.caller.email',
  original: 'hotline.caller.original',
  code: 'hotline.caller.code',
} as const;

export interface CallerFacts {
  role: 'caller' | 'joiner';
  accountId: string | null;
  uscc: string | null;
  name: string;
  phone: string;
  email: string;
  /** As it was written. */
  original: string;
}

export interface Caller extends CallerFacts {
  id: string;
  ticketId: string;
  at: Instant;
}

interface SealedRow {
  id: string;
  ticketId: string;
  role: Caller['role'];
  accountId: string | null;
  uscc: string | null;
  nameSealed: string | null;
  phoneSealed: string | null;
  emailSealed: string | null;
  originalSealed: string;
  at: Instant;
}

const columns = sql`id, ticket_id, role, account_id, uscc, name_sealed, phone_sealed, email_sealed, original_sealed, at`;

export async function insertCaller(tx: Tx, ticketId: string, facts: CallerFacts, code: string): Promise<void> {
  const { personalData } = tx.services;
  const seal = (value: string, where: string) => (value === '' ? null : personalData.seal(value, where));
  await tx.exec(sql`insert into hotline.caller (region, id, ticket_id, role, account_id, uscc, name_sealed, phone_sealed, phone_index, email_sealed,
      original_sealed, code_index, at)
    values (${tx.region}, ${uuidv7(Date.parse(tx.now))}, ${ticketId}, ${facts.role}, ${facts.accountId}::uuid, ${facts.uscc},
      ${seal(facts.name, context.name)}, ${seal(facts.phone, context.phone)},
      ${facts.phone === '' ? null : personalData.blindIndex(facts.phone, context.phone)}, ${seal(facts.email, context.email)},
      ${personalData.seal(facts.original, context.original)}, ${personalData.blindIndex(code, context.code)}, ${tx.now})`);
}

/** In clear: whoever calls this says in the journal that it was read. */
export async function openCallers(tx: Tx, ticketId: string): Promise<Caller[]> {
  const rows = await tx.rows<SealedRow>(
    sql`select ${columns} from hotline.caller where region = ${tx.region} and ticket_id = ${ticketId} order by at, id`,
  );
  return rows.map((row) => opened(tx, row));
}

/** Tickets of the same phone number, newest first: what the operator sees while the person speaks. */
export async function ticketsOfPhone(
  tx: Tx,
  phone: string,
  limit: number,
): Promise<{ ticketId: string; at: Instant }[]> {
  const indexes = tx.services.personalData.blindIndexes(phone, context.phone);
  return tx.rows(sql`select ticket_id, max(at) as at from hotline.caller
    where region = ${tx.region} and phone_index = any (${indexes}) group by ticket_id order by max(at) desc limit ${limit}`);
}

/** Whether a code or an account belongs to a ticket. */
export async function belongsTo(
  tx: Tx,
  ticketId: string,
  proof: { code: string; accountId: string | null; usccs: readonly string[] },
): Promise<{ id: string; role: Caller['role']; uscc: string | null } | null> {
  const indexes = proof.code === '' ? [] : tx.services.personalData.blindIndexes(proof.code, context.code);
  return tx.maybe(sql`select id, role, uscc from hotline.caller where region = ${tx.region} and ticket_id = ${ticketId}
    and (code_index = any (${indexes}) or account_id = ${proof.accountId}::uuid or uscc = any (${proof.usccs as string[]}::text[]))
    order by role limit 1`);
}

export async function ticketIdsOfAccount(
  tx: Tx,
  accountId: string,
  usccs: readonly string[],
  page: { page: number; size: number },
): Promise<{ ids: string[]; total: number }> {
  const rows = await tx.rows<{
    ticketId: string;
    total: number;
  }>(sql`select ticket_id, count(*) over ()::int as total from hotline.caller
    where region = ${tx.region} and (account_id = ${accountId} or uscc = any (${usccs as string[]}::text[]))
    group by ticket_id order by max(at) desc limit ${page.size} offset ${(page.page - 1) * page.size}`);
  return { ids: rows.map(({ ticketId }) => ticketId), total: rows[0]?.total ?? 0 };
}

function opened(tx: Tx, row: SealedRow): Caller {
  const { personalData } = tx.services;
  const open = (sealed: string | null, where: string) => (sealed === null ? '' : personalData.open(sealed, where));
  return {
    id: row.id,
    ticketId: row.ticketId,
    role: row.role,
    accountId: row.accountId,
    uscc: row.uscc,
    name: open(row.nameSealed, context.name),
    phone: open(row.phoneSealed, context.phone),
    email: open(row.emailSealed, context.email),
    original: open(row.originalSealed, context.original),
    at: row.at,
  };
}
