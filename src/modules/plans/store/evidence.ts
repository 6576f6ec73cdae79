import { sql, type Sql } from '../../../kernel/db.ts';
import type { StoredFile } from '../../../kernel/endpoint.ts';
import type { Tx } from '../../../kernel/module.ts';

export type EvidenceOf = 'report' | 'reading' | 'submission' | 'appeal' | 'measure';

export interface EvidenceRecord {
  files: StoredFile[];
  /** Units that may open it: those of the measure and whoever handed it in. */
  units: string[];
}

/** What a record rests on; null when there is no such record. */
export function loadEvidence(tx: Tx, of: EvidenceOf, id: string): Promise<EvidenceRecord | null> {
  return tx.maybe<EvidenceRecord>(queries[of](tx.region, id));
}

const ofMeasure = sql`m.leads || m.supporters`;

const queries: Record<EvidenceOf, (region: string, id: string) => Sql> = {
  report: (region, id) => sql`select r.evidence as files, ${ofMeasure} || r.unit_id as units
    from plans.report r join plans.measure m on m.region = r.region and m.id = r.measure_id where r.region = ${region} and r.id = ${id}`,
  reading: (region, id) => sql`select r.evidence as files, ${ofMeasure} || coalesce(r.unit_id, '') as units
    from plans.reading r join plans.target t on t.region = r.region and t.id = r.target_id
      join plans.measure m on m.region = t.region and m.id = t.measure_id where r.region = ${region} and r.id = ${id}`,
  submission: (region, id) =>
    sql`select evidence as files, array[unit_id] as units from plans.submission where region = ${region} and id = ${id}`,
  appeal: (region, id) =>
    sql`select documents as files, array[unit_id] as units from plans.appeal where region = ${region} and id = ${id}`,
  measure: (
    region,
    id,
  ) => sql`select ${ofMeasure} as units, coalesce((select jsonb_agg(f.file) from plans.measure_event e
      cross join lateral jsonb_array_elements(e.body->'evidence') as f(file)
      where e.region = m.region and e.measure_id = m.id and e.type = 'writeOffAsked'), '[]') as files
    from plans.measure m where m.region = ${region} and m.id = ${id}`,
};

export type EvidenceFile = StoredFile & { of: EvidenceOf; recordId: string };

/**
 * The papers behind lines of an appraisal, by their keys `submission:ID` and `measure:ID`: of a measure those of each
 * unit's last accepted report and of each target's last accepted figure.
 */
export async function filesBehind(tx: Tx, keys: readonly string[]): Promise<Map<string, EvidenceFile[]>> {
  const idsOf = (kind: string) => keys.flatMap((key) => (key.startsWith(kind) ? [key.slice(kind.length)] : []));
  const [submissions, measures] = [idsOf('submission:'), idsOf('measure:')];
  const rows = await tx.rows<{ key: string; of: EvidenceOf; recordId: string; files: StoredFile[] }>(sql`
    select 'submission:' || id as key, 'submission' as of, id as record_id, evidence as files from plans.submission
      where region = ${tx.region} and id = any(${submissions}::uuid[]) and evidence <> '[]'
    union all
    select 'measure:' || measure_id, 'report', id, evidence from (
      select distinct on (measure_id, unit_id) measure_id, id, evidence from plans.report
      where region = ${tx.region} and measure_id = any(${measures}::uuid[]) and state = 'accepted'
      order by measure_id, unit_id, submitted_at desc) last where evidence <> '[]'
    union all
    select 'measure:' || measure_id, 'reading', id, evidence from (
      select distinct on (t.id) t.measure_id, r.id, r.evidence from plans.target t
        join plans.reading r on r.region = t.region and r.target_id = t.id
      where t.region = ${tx.region} and t.measure_id = any(${measures}::uuid[]) and r.how = 'reported' and r.state = 'accepted'
      order by t.id, r.on_day desc, r.at desc) last where evidence <> '[]'`);
  const behind = new Map<string, EvidenceFile[]>();
  for (const { key, of, recordId, files } of rows) {
    behind.set(key, [...(behind.get(key) ?? []), ...files.map((file) => ({ ...file, of, recordId }))]);
  }
  return behind;
}
