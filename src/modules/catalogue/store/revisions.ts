import { sql } from '../../../kernel/db.ts';
import type { Tx } from '../../../kernel/module.ts';

export interface Revisions {
  services: string;
  search: string;
}

/** What caches compare before they answer: one read by primary key. */
export async function loadRevisions(tx: Tx): Promise<Revisions> {
  const rows = await tx.rows<{ part: keyof Revisions; token: string }>(
    sql`select part, token from catalogue.revision where region = ${tx.region}`,
  );
  const tokenOf = (part: keyof Revisions) => rows.find((row) => row.part === part)?.token ?? '';
  return { services: tokenOf('services'), search: tokenOf('search') };
}

/** Called in the transaction of every change. */
export async function renewRevision(tx: Tx, part: keyof Revisions): Promise<void> {
  await tx.exec(sql`insert into catalogue.revision (region, part, token) values (${tx.region}, ${part}, gen_random_uuid())
    on conflict (region, part) do update set token = excluded.token`);
}
