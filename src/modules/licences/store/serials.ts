import { sql } from '../../../kernel/db.ts';
import type { Tx } from '../../../kernel/module.ts';

/**
 * The next serial of a type, an issuer and a period. The row stays locked until the transaction ends: what is rolled
 * back is given out again, so the series has no gap, and of two at once the second waits.
 */
export async function nextSerial(tx: Tx, typeCode: string, issuerCode: string, period: string): Promise<number> {
  const { last } = await tx.one<{ last: number }>(sql`
    insert into licences.serial as s (region, type_code, issuer_code, period, last)
    values (${tx.region}, ${typeCode}, ${issuerCode}, ${period}, 1)
    on conflict (region, type_code, issuer_code, period) do update set last = s.last + 1 returning last`);
  return last;
}
