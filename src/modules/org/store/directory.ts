import { sql } from '../../../kernel/db.ts';
import type { Tx } from '../../../kernel/module.ts';
import type { Directory, UnitDefinition } from '../rules/directory.ts';

export interface UnitRow {
  id: string;
  name: string;
  fullName: string;
  kind: UnitDefinition['kind'];
  aliases: string[];
  hungNames: string[];
  uscc: string;
  areaCode: string;
  address: string;
  phone: string;
  duty: string;
  closed: boolean;
}

export interface County {
  name: string;
  shortName: string;
  city: string;
  province: string;
  phoneAreaCode: string;
}

export interface RoleDefinition {
  id: string;
  name: string;
  explanation: string;
  reach: 'unit' | 'all';
  permissions: readonly string[];
}

/** Changes whenever the directory changes; one row by its primary key. */
export async function directoryDigest(tx: Tx): Promise<string> {
  const row = await tx.maybe<{ digest: string }>(sql`select digest from org.county where region = ${tx.region}`);
  return row?.digest ?? '';
}

export function loadCounty(tx: Tx): Promise<County | null> {
  return tx.maybe<County>(
    sql`select name, short_name, city, province, phone_area_code from org.county where region = ${tx.region}`,
  );
}

export function loadUnits(tx: Tx): Promise<UnitRow[]> {
  return tx.rows<UnitRow>(sql`
    select id, name, full_name, kind, aliases, hung_names, uscc, area_code, address, phone, duty, closed_at is not null as closed
    from org.unit where region = ${tx.region} order by position, id`);
}

export interface CollectiveRow {
  id: string;
  name: string;
  aliases: string[];
  members: UnitDefinition['kind'][];
}

export function loadCollectives(tx: Tx): Promise<CollectiveRow[]> {
  return tx.rows<CollectiveRow>(
    sql`select id, name, aliases, members from org.collective where region = ${tx.region} order by id`,
  );
}

export interface LeaderRow {
  id: string;
  name: string;
  title: string;
  areas: number[];
}

export function loadLeaders(tx: Tx): Promise<LeaderRow[]> {
  return tx.rows<LeaderRow>(sql`select id, name, title, areas from org.leader where region = ${tx.region} order by id`);
}

export function postsOf(tx: Tx, unitId: string): Promise<{ id: string; name: string }[]> {
  return tx.rows(sql`select id, name from org.post where region = ${tx.region} and unit_id = ${unitId} order by id`);
}

export function listRoles(tx: Tx): Promise<RoleDefinition[]> {
  return tx.rows<RoleDefinition>(sql`
    select id, name, explanation, permissions, reach from org.role where region = ${tx.region} order by position`);
}

/** Writes the whole directory, one statement a table. Units that are no longer named are closed, the rest replaced. */
export async function writeDirectory(
  tx: Tx,
  directory: Directory,
  roles: readonly RoleDefinition[],
  digest: string,
): Promise<void> {
  const { region } = tx;
  const units = directory.units.map((unit, position) => ({ ...unit, position }));
  await tx.exec(sql`
    insert into org.unit (region, id, name, full_name, kind, aliases, hung_names, uscc, area_code, address, phone, duty, position)
    select ${region}, id, name, "fullName", kind, aliases, "hungNames", uscc, "areaCode", address, phone, duty, position
    from jsonb_to_recordset(${JSON.stringify(units)}::jsonb) as u(id text, name text, "fullName" text, kind text, aliases text[],
      "hungNames" text[], uscc text, "areaCode" text, address text, phone text, duty text, position int)
    on conflict (region, id) do update set name = excluded.name, full_name = excluded.full_name, kind = excluded.kind,
      aliases = excluded.aliases, hung_names = excluded.hung_names, uscc = excluded.uscc, area_code = excluded.area_code,
      address = excluded.address, phone = excluded.phone, duty = excluded.duty, position = excluded.position, closed_at = null`);
  await tx.exec(sql`update org.unit set closed_at = ${tx.now}
    where region = ${region} and closed_at is null and id <> all (${units.map((unit) => unit.id)})`);
  await tx.exec(sql`delete from org.collective where region = ${region}`);
  await tx.exec(sql`insert into org.collective (region, id, name, aliases, members)
    select ${region}, id, name, aliases, members from jsonb_to_recordset(${JSON.stringify(directory.collectives)}::jsonb)
      as c(id text, name text, aliases text[], members text[])`);
  await tx.exec(sql`delete from org.leader where region = ${region}`);
  await tx.exec(sql`insert into org.leader (region, id, name, title, areas)
    select ${region}, id, name, title, areas from jsonb_to_recordset(${JSON.stringify(directory.leaders)}::jsonb)
      as l(id text, name text, title text, areas int[])`);
  await tx.exec(sql`delete from org.post where region = ${region}`);
  await tx.exec(sql`insert into org.post (region, id, unit_id, name, roles)
    select ${region}, id, unit, name, roles from jsonb_to_recordset(${JSON.stringify(directory.posts)}::jsonb)
      as p(id text, unit text, name text, roles text[])`);
  // A role that left the file keeps its row (old grants name it) and loses every permission.
  await tx.exec(sql`update org.role set permissions = '{}'
    where region = ${region} and id <> all (${roles.map((role) => role.id)})`);
  await tx.exec(sql`insert into org.role (region, id, name, explanation, permissions, reach, position)
    select ${region}, id, name, explanation, permissions, reach, position
    from jsonb_to_recordset(${JSON.stringify(roles.map((role, position) => ({ ...role, position })))}::jsonb)
      as r(id text, name text, explanation text, permissions text[], reach text, position int)
    on conflict (region, id) do update set name = excluded.name, explanation = excluded.explanation,
      permissions = excluded.permissions, reach = excluded.reach, position = excluded.position`);
  const county = directory.region;
  await tx.exec(sql`insert into org.county (region, name, short_name, city, province, phone_area_code, digest)
    values (${region}, ${county.name}, ${county.shortName}, ${county.city}, ${county.province}, ${county.phoneAreaCode}, ${digest})
    on conflict (region) do update set name = excluded.name, short_name = excluded.short_name, city = excluded.city,
      province = excluded.province, phone_area_code = excluded.phone_area_code, digest = excluded.digest`);
}
