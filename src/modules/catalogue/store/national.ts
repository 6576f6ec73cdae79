import { empty, sql } from '../../../kernel/db.ts';
import type { Tx } from '../../../kernel/module.ts';
import type { Instant } from '../../../kernel/time.ts';
import type { ListedItem } from '../rules/item-list.ts';

export interface NationalRow {
  listRegion: string;
  key: string;
  areaCode: string;
  code: string;
  name: string;
  department: string;
  departmentCode: string;
  kind: string;
  groupName: string;
  importedAt: Instant;
}

export function nationalNames(
  tx: Tx,
): Promise<Pick<NationalRow, 'listRegion' | 'key' | 'name' | 'department' | 'groupName'>[]> {
  return tx.rows(sql`select list_region, key, name, department, group_name from catalogue.national_item
    where region = ${tx.region} order by list_region, key`);
}

export async function nationalDigests(tx: Tx, listRegion: string): Promise<Map<string, string>> {
  const rows = await tx.rows<{ key: string; digest: string }>(
    sql`select key, digest from catalogue.national_item where region = ${tx.region} and list_region = ${listRegion}`,
  );
  return new Map(rows.map((row) => [row.key, row.digest]));
}

export async function putNationalItems(tx: Tx, listRegion: string, items: readonly ListedItem[]): Promise<void> {
  for (let from = 0; from < items.length; from += batch) {
    await tx.exec(sql`
      insert into catalogue.national_item (region, list_region, key, area_code, code, name, department, department_code, kind, group_name,
        raw, digest, imported_at)
      select ${tx.region}, ${listRegion}, key, "areaCode", code, name, department, "departmentCode", kind, "groupName", raw, digest, ${tx.now}::timestamptz
      from jsonb_to_recordset(${JSON.stringify(items.slice(from, from + batch))}::jsonb) as r(key text, "areaCode" text, code text, name text,
        department text, "departmentCode" text, kind text, "groupName" text, raw jsonb, digest text)
      on conflict (region, list_region, key) do update set area_code = excluded.area_code, code = excluded.code, name = excluded.name,
        department = excluded.department, department_code = excluded.department_code, kind = excluded.kind, group_name = excluded.group_name,
        raw = excluded.raw, digest = excluded.digest, imported_at = excluded.imported_at`);
  }
}

const batch = 500;

export async function listNational(
  tx: Tx,
  filter: {
    listRegion: string | null;
    department: string | null;
    kinds: readonly string[];
    text: string;
    limit: number;
    offset: number;
  },
): Promise<{ total: number; rows: NationalRow[] }> {
  const pattern = `%${filter.text.replace(/[\\%_]/g, '\\$&')}%`;
  const rows = await tx.rows<NationalRow & { total: string }>(sql`
    select list_region, key, area_code, code, name, department, department_code, kind, group_name, imported_at, count(*) over () as total
    from catalogue.national_item where region = ${tx.region}
      ${filter.listRegion === null ? empty : sql`and list_region = ${filter.listRegion}`}
      ${filter.department === null ? empty : sql`and department = ${filter.department}`}
      ${filter.kinds.length === 0 ? empty : sql`and kind = any (${[...filter.kinds]})`}
      and (name ilike ${pattern} or code ilike ${pattern})
    order by list_region, department, key limit ${filter.limit} offset ${filter.offset}`);
  return { total: Number(rows[0]?.total ?? 0), rows };
}
