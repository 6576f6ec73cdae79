import { sql } from '../../../kernel/db.ts';
import { uuidv7 } from '../../../kernel/ids.ts';
import type { Tx } from '../../../kernel/module.ts';
import type { Instant, LocalDate } from '../../../kernel/time.ts';

export interface DelegationRow {
  id: string;
  fromAccount: string;
  toAccount: string;
  fromName: string;
  toName: string;
  roles: string[];
  fromOn: LocalDate;
  untilOn: LocalDate;
  reason: string;
  endedAt: Instant | null;
}

export async function insertDelegation(
  tx: Tx,
  given: {
    fromAccount: string;
    toAccount: string;
    roles: readonly string[];
    fromOn: LocalDate;
    untilOn: LocalDate;
    reason: string;
  },
): Promise<string> {
  const id = uuidv7(Date.parse(tx.now));
  await tx.exec(sql`insert into org.delegation (region, id, from_account, to_account, roles, from_on, until_on, reason, created_at)
    values (${tx.region}, ${id}, ${given.fromAccount}, ${given.toAccount}, ${[...given.roles]}, ${given.fromOn}, ${given.untilOn},
      ${given.reason}, ${tx.now})`);
  return id;
}

/** Either side may end it. @returns 0 when there is none running between them. */
export function endDelegationRow(tx: Tx, id: string, accountId: string): Promise<number> {
  return tx.exec(sql`update org.delegation set ended_at = ${tx.now}
    where region = ${tx.region} and id = ${id} and ended_at is null and (from_account = ${accountId} or to_account = ${accountId})`);
}

export function listDelegations(tx: Tx, accountId: string): Promise<DelegationRow[]> {
  return tx.rows<DelegationRow>(sql`
    select d.id, d.from_account, d.to_account, f.name as from_name, t.name as to_name, d.roles, d.from_on, d.until_on, d.reason, d.ended_at
    from org.delegation d
    join org.account f on f.region = d.region and f.id = d.from_account
    join org.account t on t.region = d.region and t.id = d.to_account
    where d.region = ${tx.region} and (d.from_account = ${accountId} or d.to_account = ${accountId})
    order by d.created_at desc limit 100`);
}

export function listColleagues(
  tx: Tx,
  unitId: string,
  except: string,
): Promise<{ accountId: string; name: string; postName: string | null }[]> {
  return tx.rows(sql`
    select a.id as account_id, a.name, p.name as post_name from org.account a
    left join org.post p on p.region = a.region and p.id = a.post_id
    where a.region = ${tx.region} and a.unit_id = ${unitId} and a.disabled_at is null and a.id <> ${except} order by a.login_name`);
}
