import { sql } from '../../../kernel/db.ts';
import type { Tx } from '../../../kernel/module.ts';
import type { Instant } from '../../../kernel/time.ts';
import type { TypeDefinition } from '../rules/definition.ts';

export type TypeState = 'draft' | 'published' | 'superseded';

export interface TypeVersionHead {
  id: string;
  version: number;
  state: TypeState;
  digest: string;
  origin: 'county' | 'staff';
  note: string;
  savedAt: Instant;
  savedBy: string | null;
  savedByName: string;
  publishedAt: Instant | null;
  publishedByName: string;
}

export interface TypeVersionRow extends TypeVersionHead {
  /** A draft may be unfinished: its shape is checked when it is published. */
  definition: TypeDefinition;
}

export interface TypeRow {
  id: string;
  name: string;
  latest: number;
  published: number | null;
  draft: number | null;
}

const head = sql`id, version, state, digest, origin, note, saved_at, saved_by, saved_by_name, published_at, published_by_name`;

export function loadTypeVersion(tx: Tx, id: string, version: number): Promise<TypeVersionRow | null> {
  return tx.maybe(sql`select ${head}, definition from licences.type_version
    where region = ${tx.region} and id = ${id} and version = ${version}`);
}

export function loadPublished(tx: Tx): Promise<TypeVersionRow[]> {
  return tx.rows(sql`select ${head}, definition from licences.type_version
    where region = ${tx.region} and state = 'published' order by id`);
}

/** One row that changes with every publication: caches are checked against it. */
export function publishedDigest(tx: Tx): Promise<{ digest: string | null }> {
  return tx.one(sql`select string_agg(id || ':' || version, ',' order by id) as digest from licences.type_version
    where region = ${tx.region} and state = 'published'`);
}

export function listTypeRows(tx: Tx): Promise<TypeRow[]> {
  return tx.rows(
    sql`select id, name, latest, published, draft from licences.licence_type where region = ${tx.region} order by id`,
  );
}

export function lockType(tx: Tx, id: string): Promise<TypeRow | null> {
  return tx.maybe(sql`select id, name, latest, published, draft from licences.licence_type
    where region = ${tx.region} and id = ${id} for update`);
}

export function versionsOfType(tx: Tx, id: string): Promise<TypeVersionHead[]> {
  return tx.rows(
    sql`select ${head} from licences.type_version where region = ${tx.region} and id = ${id} order by version desc`,
  );
}

export interface NewTypeVersion {
  id: string;
  name: string;
  version: number;
  state: 'draft' | 'published';
  definition: unknown;
  digest: string;
  origin: 'county' | 'staff';
  note: string;
}

/** Adds versions, three statements however many; a published one takes the place of the one before. */
export async function addTypeVersions(tx: Tx, versions: readonly NewTypeVersion[]): Promise<void> {
  if (versions.length === 0) return;
  const rows = JSON.stringify(versions);
  const given = sql`jsonb_to_recordset(${rows}::jsonb) as r(id text, name text, version int, state text, definition jsonb, digest text,
    origin text, note text)`;
  await tx.exec(sql`insert into licences.licence_type as t (region, id, name, latest, published, draft)
    select ${tx.region}, id, name, version, case when state = 'published' then version end, case when state = 'draft' then version end from ${given}
    on conflict (region, id) do update set name = excluded.name, latest = excluded.latest,
      published = coalesce(excluded.published, t.published), draft = excluded.draft`);
  await tx.exec(sql`update licences.type_version v set state = 'superseded' from ${given}
    where v.region = ${tx.region} and v.id = r.id and r.state = 'published' and v.state = 'published'`);
  await tx.exec(sql`insert into licences.type_version (region, id, version, state, definition, digest, origin, note, saved_at, saved_by,
      saved_by_name, published_at, published_by, published_by_name)
    select ${tx.region}, id, version, state, definition, digest, origin, note, ${tx.now}::timestamptz, ${tx.actor.accountId}::uuid, ${tx.actor.name},
      case when state = 'published' then ${tx.now}::timestamptz end, case when state = 'published' then ${tx.actor.accountId}::uuid end,
      case when state = 'published' then ${tx.actor.name} else '' end
    from ${given}`);
}

export async function overwriteDraft(
  tx: Tx,
  draft: { id: string; version: number; name: string; definition: unknown; digest: string; note: string },
): Promise<void> {
  await tx.exec(sql`update licences.type_version set definition = ${JSON.stringify(draft.definition)}::jsonb, digest = ${draft.digest},
      note = ${draft.note}, saved_at = ${tx.now}, saved_by = ${tx.actor.accountId}::uuid, saved_by_name = ${tx.actor.name}
    where region = ${tx.region} and id = ${draft.id} and version = ${draft.version} and state = 'draft'`);
}

export async function publishDraft(tx: Tx, id: string, version: number, name: string): Promise<void> {
  await tx.exec(sql`update licences.type_version set state = 'superseded'
    where region = ${tx.region} and id = ${id} and state = 'published'`);
  await tx.exec(sql`update licences.type_version set state = 'published', published_at = ${tx.now},
      published_by = ${tx.actor.accountId}::uuid, published_by_name = ${tx.actor.name}
    where region = ${tx.region} and id = ${id} and version = ${version} and state = 'draft'`);
  await tx.exec(sql`update licences.licence_type set published = ${version}, draft = null, name = ${name}
    where region = ${tx.region} and id = ${id}`);
}

/** The newest version of each type and the digest of the newest one that came from the county's files. */
export function loadCountyDigests(
  tx: Tx,
): Promise<
  { id: string; latest: number; draft: number | null; origin: 'county' | 'staff'; countyDigest: string | null }[]
> {
  return tx.rows(sql`select t.id, t.latest, t.draft, v.origin, (
      select digest from licences.type_version c where c.region = t.region and c.id = t.id and c.origin = 'county'
      order by c.version desc limit 1) as county_digest
    from licences.licence_type t
    join licences.type_version v on v.region = t.region and v.id = t.id and v.version = t.latest
    where t.region = ${tx.region} for update of t`);
}
