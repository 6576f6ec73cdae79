import { sql, type Sql } from '../../../kernel/db.ts';
import type { Tx } from '../../../kernel/module.ts';
import type { Instant, LocalDate } from '../../../kernel/time.ts';
import type { Elements } from '../rules/conditions.ts';
import type { BundleDefinition, ItemDefinition } from '../rules/definition.ts';

export type ServiceKind = 'item' | 'bundle';
export type VersionState = 'draft' | 'inReview' | 'published' | 'withdrawn';
export type Definition = ItemDefinition | BundleDefinition;

export interface VersionRow {
  id: string;
  kind: ServiceKind;
  version: number;
  state: VersionState;
  definition: Definition;
  elements: Elements;
  itemCode: string;
  digest: string;
  origin: 'county' | 'staff';
  note: string;
  validFrom: LocalDate | null;
  validTo: LocalDate | null;
  savedAt: Instant;
  savedBy: string | null;
  savedByName: string;
  publishedAt: Instant | null;
  publishedByName: string;
  withdrawnAt: Instant | null;
  withdrawalReason: string;
}

const columns = sql`v.id, s.kind, v.version, v.state, v.definition, v.elements, v.item_code, v.digest, v.origin, v.note, v.valid_from, v.valid_to,
  v.saved_at, v.saved_by, v.saved_by_name, v.published_at, v.published_by_name, v.withdrawn_at, v.withdrawal_reason`;
const source = sql`catalogue.service_version v join catalogue.service s on s.region = v.region and s.id = v.id`;

/** The versions in force on the day, one per service. */
export function loadInForce(tx: Tx, day: LocalDate): Promise<VersionRow[]> {
  return tx.rows<VersionRow>(sql`
    select distinct on (v.id) ${columns} from ${source}
    where v.region = ${tx.region} and v.state = 'published' and v.valid_from <= ${day} and (v.valid_to is null or v.valid_to > ${day})
    order by v.id, v.version desc`);
}

export function loadVersions(tx: Tx, wanted: readonly { id: string; version: number }[]): Promise<VersionRow[]> {
  return tx.rows<VersionRow>(sql`
    select ${columns} from ${source}
    join jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb) as w(id text, version int) on w.id = v.id and w.version = v.version
    where v.region = ${tx.region}`);
}

export async function findVersion(tx: Tx, id: string, version: number): Promise<VersionRow | null> {
  return (await loadVersions(tx, [{ id, version }]))[0] ?? null;
}

export interface ServiceRow {
  id: string;
  kind: ServiceKind;
  name: string;
  unitId: string;
  latest: number;
  draft: number | null;
}

/** Locked: whoever changes a service waits for whoever is changing it. */
export function lockService(tx: Tx, id: string): Promise<ServiceRow | null> {
  return tx.maybe<ServiceRow>(sql`select id, kind, name, unit_id, latest, draft from catalogue.service
    where region = ${tx.region} and id = ${id} for update`);
}

export function versionsOf(tx: Tx, id: string): Promise<Omit<VersionRow, 'definition' | 'elements'>[]> {
  return tx.rows(sql`
    select v.id, s.kind, v.version, v.state, v.item_code, v.digest, v.origin, v.note, v.valid_from, v.valid_to, v.saved_at, v.saved_by,
      v.saved_by_name, v.published_at, v.published_by_name, v.withdrawn_at, v.withdrawal_reason
    from ${source} where v.region = ${tx.region} and v.id = ${id} order by v.version desc`);
}

export interface NewVersion {
  id: string;
  kind: ServiceKind;
  version: number;
  state: 'draft' | 'published';
  definition: Definition;
  elements: Elements;
  itemCode: string;
  digest: string;
  origin: 'county' | 'staff';
  note: string;
  validFrom: LocalDate | null;
}

/** Adds versions and brings their services up to date, three statements however many. */
export async function addVersions(tx: Tx, versions: readonly NewVersion[]): Promise<void> {
  if (versions.length === 0) return;
  const rows = JSON.stringify(
    versions.map((one) => ({
      ...one,
      name: one.definition.name,
      unitId: unitOf(one.definition),
      draft: one.state === 'draft' ? one.version : null,
    })),
  );
  await tx.exec(sql`
    insert into catalogue.service (region, id, kind, name, unit_id, latest, draft, created_at)
    select ${tx.region}, id, kind, name, "unitId", version, draft, ${tx.now}::timestamptz
    from jsonb_to_recordset(${rows}::jsonb) as r(id text, kind text, name text, "unitId" text, version int, draft int)
    on conflict (region, id) do update set name = excluded.name, unit_id = excluded.unit_id, latest = excluded.latest, draft = excluded.draft`);
  await tx.exec(sql`
    update catalogue.service_version v set valid_to = greatest(r."validFrom", v.valid_from)
    from jsonb_to_recordset(${rows}::jsonb) as r(id text, state text, "validFrom" date)
    where v.region = ${tx.region} and v.id = r.id and r.state = 'published' and v.state = 'published'
      and (v.valid_to is null or v.valid_to > r."validFrom")`);
  await tx.exec(sql`
    insert into catalogue.service_version (region, id, version, state, definition, elements, item_code, digest, origin, note, valid_from,
      saved_at, saved_by, saved_by_name, published_at, published_by_name)
    select ${tx.region}, id, version, state, definition, elements, "itemCode", digest, origin, note, "validFrom",
      ${tx.now}::timestamptz, ${tx.actor.accountId}::uuid, ${tx.actor.name},
      case when state = 'published' then ${tx.now}::timestamptz end, case when state = 'published' then ${tx.actor.name} else '' end
    from jsonb_to_recordset(${rows}::jsonb) as r(id text, version int, state text, definition jsonb, elements jsonb, "itemCode" text, digest text,
      origin text, note text, "validFrom" date)`);
}

/** Overwrites a draft; what is under review becomes a draft again. */
export async function replaceDraft(
  tx: Tx,
  draft: Omit<NewVersion, 'state' | 'validFrom' | 'itemCode' | 'elements' | 'origin'>,
): Promise<void> {
  await tx.exec(sql`update catalogue.service_version set state = 'draft', definition = ${JSON.stringify(draft.definition)}::jsonb,
      digest = ${draft.digest}, note = ${draft.note}, saved_at = ${tx.now}, saved_by = ${tx.actor.accountId}::uuid, saved_by_name = ${tx.actor.name}
    where region = ${tx.region} and id = ${draft.id} and version = ${draft.version} and state in ('draft', 'inReview')`);
  await tx.exec(sql`update catalogue.service set name = ${draft.definition.name}, unit_id = ${unitOf(draft.definition)}
    where region = ${tx.region} and id = ${draft.id}`);
}

export async function setInReview(tx: Tx, id: string, version: number): Promise<void> {
  await tx.exec(sql`update catalogue.service_version set state = 'inReview'
    where region = ${tx.region} and id = ${id} and version = ${version} and state = 'draft'`);
}

/** Freezes a version: from now on only its end can be set. The one before it ends when this one begins. */
export async function publishVersion(
  tx: Tx,
  version: { id: string; version: number; elements: Elements; itemCode: string; validFrom: LocalDate },
): Promise<void> {
  await tx.exec(sql`update catalogue.service_version set valid_to = greatest(${version.validFrom}::date, valid_from)
    where region = ${tx.region} and id = ${version.id} and state = 'published' and (valid_to is null or valid_to > ${version.validFrom}::date)`);
  await tx.exec(sql`update catalogue.service_version set state = 'published', elements = ${JSON.stringify(version.elements)}::jsonb,
      item_code = ${version.itemCode}, valid_from = ${version.validFrom}, published_at = ${tx.now},
      published_by = ${tx.actor.accountId}::uuid, published_by_name = ${tx.actor.name}
    where region = ${tx.region} and id = ${version.id} and version = ${version.version}`);
  await tx.exec(
    sql`update catalogue.service set draft = null where region = ${tx.region} and id = ${version.id} and draft = ${version.version}`,
  );
}

export async function withdrawVersion(
  tx: Tx,
  id: string,
  version: number,
  reason: string,
  from: LocalDate,
): Promise<void> {
  await tx.exec(sql`update catalogue.service_version set state = 'withdrawn', withdrawn_at = ${tx.now}, withdrawal_reason = ${reason},
      valid_to = case when valid_from is null then null else greatest(valid_from, least(valid_to, ${from}::date)) end
    where region = ${tx.region} and id = ${id} and version = ${version}`);
  await tx.exec(
    sql`update catalogue.service set draft = null where region = ${tx.region} and id = ${id} and draft = ${version}`,
  );
}

export interface ListedService extends ServiceRow {
  state: VersionState;
  savedAt: Instant;
  savedByName: string;
  publishedVersion: number | null;
  validFrom: LocalDate | null;
}

/** For staff: each service with its newest version. */
export async function listForStaff(
  tx: Tx,
  filter: {
    kind: ServiceKind;
    state: VersionState | null;
    unitId: string | null;
    text: string;
    limit: number;
    offset: number;
    day: LocalDate;
  },
): Promise<{ total: number; rows: ListedService[] }> {
  const narrowed: Sql = sql`${filter.state}::text is null or v.state = ${filter.state}`;
  const pattern = `%${filter.text.replace(/[\\%_]/g, '\\$&')}%`;
  const rows = await tx.rows<ListedService & { total: string }>(sql`
    select s.id, s.kind, s.name, s.unit_id, s.latest, s.draft, v.state, v.saved_at, v.saved_by_name, p.version as published_version, p.valid_from,
      count(*) over () as total
    from catalogue.service s
    join catalogue.service_version v on v.region = s.region and v.id = s.id and v.version = s.latest
    left join lateral (
      select version, valid_from from catalogue.service_version
      where region = s.region and id = s.id and state = 'published' and valid_from <= ${filter.day} and (valid_to is null or valid_to > ${filter.day})
      order by version desc limit 1) p on true
    where s.region = ${tx.region} and s.kind = ${filter.kind} and (${narrowed})
      and (${filter.unitId}::text is null or s.unit_id = ${filter.unitId}) and (s.name ilike ${pattern} or s.id ilike ${pattern})
    order by s.unit_id, s.id limit ${filter.limit} offset ${filter.offset}`);
  return { total: Number(rows[0]?.total ?? 0), rows };
}

/** The newest version of each named service and the digest of the newest one that came from the county's files. */
export function loadLatest(
  tx: Tx,
  ids: readonly string[],
): Promise<
  {
    id: string;
    kind: ServiceKind;
    latest: number;
    state: VersionState;
    origin: 'county' | 'staff';
    countyDigest: string | null;
  }[]
> {
  return tx.rows(sql`
    select s.id, s.kind, s.latest, v.state, v.origin, (
      select digest from catalogue.service_version c where c.region = s.region and c.id = s.id and c.origin = 'county'
      order by c.version desc limit 1) as county_digest
    from catalogue.service s join catalogue.service_version v on v.region = s.region and v.id = s.id and v.version = s.latest
    where s.region = ${tx.region} and s.id = any (${[...ids]}) for update of s`);
}

export function unitOf(definition: Definition): string {
  return 'lead' in definition ? definition.lead : definition.department;
}
