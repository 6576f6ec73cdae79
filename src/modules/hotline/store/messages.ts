import { sql } from '../../../kernel/db.ts';
import { uuidv7 } from '../../../kernel/ids.ts';
import type { Tx } from '../../../kernel/module.ts';

/** @returns false when it was written before: a repeated delivery sends nothing. */
export async function writeMessage(
  tx: Tx,
  message: { id: string; ticketId: string; title: string; body: string },
): Promise<boolean> {
  const written = await tx.exec(sql`insert into hotline.message (region, id, ticket_id, title, body, at)
    values (${tx.region}, ${message.id}, ${message.ticketId}, ${message.title}, ${message.body}, ${tx.now}) on conflict do nothing`);
  return written === 1;
}

/** That somebody was told instead of getting a ticket; nothing about whom. */
export async function countTold(
  tx: Tx,
  told: { hint: string; kind: 'emergency' | 'elsewhere' | 'knowledge' | 'repeat'; channel: string },
): Promise<void> {
  await tx.exec(sql`insert into hotline.told (region, id, at, hint, kind, channel)
    values (${tx.region}, ${uuidv7(Date.parse(tx.now))}, ${tx.now}, ${told.hint}, ${told.kind}, ${told.channel})`);
}

export function toldCounts(
  tx: Tx,
  since: string,
  kinds: readonly string[],
): Promise<{ kind: string; hint: string; count: number }[]> {
  return tx.rows(sql`select kind, hint, count(*)::int as count from hotline.told
    where region = ${tx.region} and at >= ${since} and (${kinds.length === 0} or kind = any (${kinds as string[]}::text[]))
    group by kind, hint order by count(*) desc, kind, hint`);
}
