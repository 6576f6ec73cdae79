import { sql } from '../../../kernel/db.ts';
import type { Tx } from '../../../kernel/module.ts';
import type { Instant } from '../../../kernel/time.ts';
import type { DataElement } from '../rules/definition.ts';

export interface ElementRow {
  id: string;
  definition: DataElement;
  digest: string;
  origin: 'county' | 'staff';
  updatedAt: Instant;
  updatedBy: string;
}

export function loadElements(tx: Tx): Promise<ElementRow[]> {
  return tx.rows<ElementRow>(sql`select id, definition, digest, origin, updated_at, updated_by from catalogue.element
    where region = ${tx.region} order by id`);
}

export async function elementsById(tx: Tx): Promise<Record<string, DataElement>> {
  return Object.fromEntries((await loadElements(tx)).map((row) => [row.id, row.definition]));
}

/** Adds or replaces; what staff saved by hand is only replaced by staff. */
export async function putElements(
  tx: Tx,
  elements: readonly { definition: DataElement; digest: string }[],
  origin: 'county' | 'staff',
): Promise<void> {
  if (elements.length === 0) return;
  await tx.exec(sql`
    insert into catalogue.element (region, id, definition, digest, origin, updated_at, updated_by)
    select ${tx.region}, definition ->> 'id', definition, digest, ${origin}, ${tx.now}::timestamptz, ${tx.actor.name}
    from jsonb_to_recordset(${JSON.stringify(elements)}::jsonb) as e(definition jsonb, digest text)
    on conflict (region, id) do update set definition = excluded.definition, digest = excluded.digest, origin = excluded.origin,
      updated_at = excluded.updated_at, updated_by = excluded.updated_by
    where catalogue.element.digest <> excluded.digest and (catalogue.element.origin = 'county' or excluded.origin = 'staff')`);
}
