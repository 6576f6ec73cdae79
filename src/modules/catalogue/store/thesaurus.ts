import { sql } from '../../../kernel/db.ts';
import { uuidv7 } from '../../../kernel/ids.ts';
import type { Tx } from '../../../kernel/module.ts';
import type { Instant } from '../../../kernel/time.ts';

export interface SynonymRow {
  id: string;
  kind: 'equal' | 'oneWay';
  words: string[];
  leadsTo: string[];
  origin: 'county' | 'staff';
  updatedAt: Instant;
  updatedBy: string;
}

export function loadSynonyms(tx: Tx): Promise<SynonymRow[]> {
  return tx.rows<SynonymRow>(sql`select id, kind, words, leads_to, origin, updated_at, updated_by from catalogue.synonym
    where region = ${tx.region} order by updated_at desc, id`);
}

export async function putSynonym(
  tx: Tx,
  group: { id: string | null; kind: 'equal' | 'oneWay'; words: string[]; leadsTo: string[] },
): Promise<string> {
  const id = group.id ?? uuidv7(Date.parse(tx.now));
  await tx.exec(sql`insert into catalogue.synonym (region, id, kind, words, leads_to, origin, updated_at, updated_by)
    values (${tx.region}, ${id}, ${group.kind}, ${group.words}, ${group.leadsTo}, 'staff', ${tx.now}, ${tx.actor.name})
    on conflict (region, id) do update set kind = excluded.kind, words = excluded.words, leads_to = excluded.leads_to, origin = 'staff',
      updated_at = excluded.updated_at, updated_by = excluded.updated_by`);
  return id;
}

export function removeSynonym(tx: Tx, id: string): Promise<number> {
  return tx.exec(sql`delete from catalogue.synonym where region = ${tx.region} and id = ${id}`);
}

/** The county's own groups are replaced as a whole; what staff wrote or changed stays. */
export async function replaceCountySynonyms(
  tx: Tx,
  groups: readonly { kind: 'equal' | 'oneWay'; words: string[]; leadsTo: string[] }[],
): Promise<void> {
  await tx.exec(sql`delete from catalogue.synonym where region = ${tx.region} and origin = 'county'`);
  const rows = groups.map((group) => ({ ...group, id: uuidv7(Date.parse(tx.now)) }));
  await tx.exec(sql`insert into catalogue.synonym (region, id, kind, words, leads_to, origin, updated_at, updated_by)
    select ${tx.region}, id, kind, words, "leadsTo", 'county', ${tx.now}::timestamptz, ${tx.actor.name}
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(id uuid, kind text, words text[], "leadsTo" text[])`);
}

export interface MissRow {
  query: string;
  times: number;
  firstAt: Instant;
  lastAt: Instant;
}

export async function countMiss(tx: Tx, query: string): Promise<void> {
  await tx.exec(sql`insert into catalogue.search_miss (region, query, times, first_at, last_at) values (${tx.region}, ${query}, 1, ${tx.now}, ${tx.now})
    on conflict (region, query) do update set times = catalogue.search_miss.times + 1, last_at = excluded.last_at`);
}

export async function listMisses(tx: Tx, limit: number, offset: number): Promise<{ total: number; rows: MissRow[] }> {
  const rows = await tx.rows<
    MissRow & { total: string }
  >(sql`select query, times, first_at, last_at, count(*) over () as total
    from catalogue.search_miss where region = ${tx.region} order by times desc, last_at desc, query limit ${limit} offset ${offset}`);
  return { total: Number(rows[0]?.total ?? 0), rows };
}

/** Queries that now find something, or that nobody needs to look at again. */
export function forgetMiss(tx: Tx, queries: readonly string[]): Promise<number> {
  return tx.exec(sql`delete from catalogue.search_miss where region = ${tx.region} and query = any (${[...queries]})`);
}
