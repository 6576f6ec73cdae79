import { sql } from '../../../kernel/db.ts';
import type { Tx } from '../../../kernel/module.ts';
import type { Instant } from '../../../kernel/time.ts';

export interface EvidenceRow {
  id: string;
  no: string;
  itemName: string;
  at: Instant;
  level: number;
  status: string;
  rectified: boolean;
}

/** The ratings behind a figure, removed ones included. */
export async function ratingsBehind(
  tx: Tx,
  { from, to, badOnly }: { from: Instant; to: Instant; badOnly: boolean },
  page: { page: number; size: number },
): Promise<{ rows: EvidenceRow[]; total: number }> {
  const where = sql`region = ${tx.region} and rated_at >= ${from} and rated_at < ${to} and (not ${badOnly}::boolean or level <= 2)`;
  const rows =
    await tx.rows<EvidenceRow>(sql`select id, no, item_name, rated_at as at, level, status, rectified from ratings.subject
    where ${where} order by level, rated_at desc, id limit ${page.size} offset ${(page.page - 1) * page.size}`);
  const { total } = await tx.one<{ total: number }>(
    sql`select count(*)::int as total from ratings.subject where ${where}`,
  );
  return { rows, total };
}
