import { sql, type Sql } from '../db.ts';
import { uuidv7 } from '../ids.ts';
import type { Tx } from '../module.ts';

export interface JournalNote {
  subject: string;
  reason: string;
  detail: Record<string, unknown>;
}

/** One statement for all notes of a unit of work. */
export function journalInsert(
  tx: Tx,
  era: number,
  kind: 'command' | 'read' | 'job' | 'event',
  endpoint: string,
  notes: readonly JournalNote[],
): Sql {
  const rows = notes.map((note) => ({ id: uuidv7(Date.parse(tx.now)), ...note }));
  return sql`insert into kernel.journal
      (region, id, at, era, actor_id, actor_name, unit_id, kind, endpoint, subject, reason, detail, request_id)
    select ${tx.region}, id, ${tx.now}::timestamptz, ${era}::int, ${tx.actor.accountId}::uuid, ${tx.actor.name}, ${tx.actor.unitId}, ${kind},
      ${endpoint}, subject, reason, detail, ${tx.requestId}
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as n(id uuid, subject text, reason text, detail jsonb)`;
}
