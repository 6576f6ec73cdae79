import { sql } from '../../kernel/db.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Tx } from '../../kernel/module.ts';
import type { LocalDate } from '../../kernel/time.ts';
import { buildCaseNumber } from './rules/codes.ts';
import { catalogueInForce } from './services.ts';

/**
 * The next 办件编号 of an item on a day: 实施编码 + yyyyMMdd + serial. One upsert on the row of this item and day, so
 * items never wait for each other. A number drawn in a transaction that fails is drawn again by the next.
 * `itemCode` is the one of the case's frozen version; without it the version in force is asked.
 */
export async function caseNumber(tx: Tx, itemId: string, day: LocalDate, itemCode?: string): Promise<string> {
  const code = itemCode ?? (await catalogueInForce(tx)).items.get(itemId)?.itemCode;
  if (code === undefined) throw new AppError('SERVICE_NOT_FOUND', { id: itemId });
  const [number] = await caseNumbers(tx, [code], day);
  if (number === undefined) throw new Error(`no number for ${code}`);
  return number;
}

/** Case numbers for several items at once, in the order asked: one statement however many. */
export async function caseNumbers(tx: Tx, itemCodes: readonly string[], day: LocalDate): Promise<string[]> {
  const rows = await tx.rows<{ scope: string; last: number }>(sql`
    insert into kernel.serial (region, scope, day, last)
    select ${tx.region}, scope, ${day}::date, count(*) from unnest(${itemCodes.map((code) => `case:${code}`)}::text[]) as scope
    group by scope order by scope
    on conflict (region, scope, day) do update set last = kernel.serial.last + excluded.last returning scope, last`);
  const next = new Map(rows.map((row) => [row.scope, row.last]));
  return [...itemCodes]
    .reverse()
    .map((code) => {
      const serial = next.get(`case:${code}`) ?? 0;
      next.set(`case:${code}`, serial - 1);
      return buildCaseNumber(code, day, serial);
    })
    .reverse();
}
