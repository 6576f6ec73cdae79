import type { Reach } from '../../../kernel/actor.ts';
import { empty, sql } from '../../../kernel/db.ts';
import type { StoredFile } from '../../../kernel/endpoint.ts';
import type { Tx } from '../../../kernel/module.ts';
import type { Instant, LocalDate } from '../../../kernel/time.ts';

export const paperStatuses = { entered: '等待核对', checked: '已核对入库', rejected: '已退回' } as const;
export type PaperStatus = keyof typeof paperStatuses;

export interface PaperRecord {
  id: string;
  batchId: string;
  rowNo: number;
  typeId: string;
  issuerId: string;
  number: string;
  holderKind: 'firm' | 'person';
  /** A firm's name; a person's masked. */
  holderLabel: string;
  /** `PaperFacts` as JSON, sealed. */
  sealed: string;
  issuedOn: LocalDate;
  scans: readonly StoredFile[];
  status: PaperStatus;
  enteredAt: Instant;
  enteredBy: string | null;
  enteredName: string;
  decidedAt: Instant | null;
  decidedName: string;
  decision: string;
  licenceId: string | null;
}

export type NewPaper = Pick<
  PaperRecord,
  'id' | 'batchId' | 'rowNo' | 'typeId' | 'issuerId' | 'number' | 'holderKind' | 'holderLabel' | 'sealed' | 'issuedOn'
>;

const columns = sql`id, batch_id, row_no, type_id, issuer_id, number, holder_kind, holder_label, sealed, issued_on, scans, status,
  entered_at, entered_by, entered_name, decided_at, decided_name, decision, licence_id`;

/** Those that are there already are left out; returns how many came in. */
export function insertPapers(tx: Tx, papers: readonly NewPaper[]): Promise<number> {
  if (papers.length === 0) return Promise.resolve(0);
  return tx.exec(sql`insert into licences.paper (region, id, batch_id, row_no, type_id, issuer_id, number, holder_kind, holder_label,
      sealed, issued_on, status, entered_at, entered_by, entered_name)
    select ${tx.region}, p.id, p."batchId", p."rowNo", p."typeId", p."issuerId", p.number, p."holderKind", p."holderLabel", p.sealed,
      p."issuedOn", 'entered', ${tx.now}::timestamptz, ${tx.actor.accountId}::uuid, ${tx.actor.name}
    from jsonb_to_recordset(${JSON.stringify(papers)}::jsonb) as p(id uuid, "batchId" uuid, "rowNo" int, "typeId" text,
      "issuerId" text, number text, "holderKind" text, "holderLabel" text, sealed text, "issuedOn" date)
    on conflict do nothing`);
}

/** Which of these numbers are in the library or waiting already. */
export async function numbersKnown(tx: Tx, typeId: string, numbers: readonly string[]): Promise<Set<string>> {
  const rows = await tx.rows<{ number: string }>(sql`select number from licences.paper
      where region = ${tx.region} and type_id = ${typeId} and number = any (${numbers as string[]}) and status <> 'rejected'
    union select number from licences.licence
      where region = ${tx.region} and type_id = ${typeId} and number = any (${numbers as string[]})`);
  return new Set(rows.map(({ number }) => number));
}

export function loadPaper(tx: Tx, id: string): Promise<PaperRecord | null> {
  return tx.maybe(sql`select ${columns} from licences.paper where region = ${tx.region} and id = ${id}`);
}

export function loadPaperForDecision(tx: Tx, id: string): Promise<PaperRecord | null> {
  return tx.maybe(sql`select ${columns} from licences.paper where region = ${tx.region} and id = ${id} for update`);
}

export async function saveScans(tx: Tx, id: string, scans: readonly StoredFile[]): Promise<void> {
  await tx.exec(
    sql`update licences.paper set scans = ${JSON.stringify(scans)}::jsonb where region = ${tx.region} and id = ${id}`,
  );
}

export async function savePaperDecision(
  tx: Tx,
  id: string,
  {
    status,
    decision,
    licenceId,
    sealed,
  }: { status: PaperStatus; decision: string; licenceId: string | null; sealed: string },
): Promise<void> {
  await tx.exec(sql`update licences.paper set status = ${status}, decision = ${decision}, licence_id = ${licenceId}::uuid,
      sealed = ${sealed}, decided_at = ${tx.now}, decided_by = ${tx.actor.accountId}::uuid, decided_name = ${tx.actor.name}
    where region = ${tx.region} and id = ${id}`);
}

export async function listPaperRows(
  tx: Tx,
  reach: Reach,
  filter: { status: readonly string[]; type: readonly string[]; text: string; page: number; size: number },
): Promise<{ rows: PaperRecord[]; total: number; waiting: number }> {
  const mine = sql`region = ${tx.region} ${reach === 'all' ? empty : sql`and issuer_id = any (${reach as string[]})`}`;
  const where = sql`${mine}
    ${filter.status.length === 0 ? empty : sql`and status = any (${filter.status as string[]})`}
    ${filter.type.length === 0 ? empty : sql`and type_id = any (${filter.type as string[]})`}
    ${
      filter.text === ''
        ? empty
        : sql`and (number = ${filter.text} or (holder_kind = 'firm' and holder_label like ${`%${filter.text.replace(/[\\%_]/g, '\\$&')}%`}))`
    }`;
  const { total } = await tx.one<{ total: number }>(
    sql`select count(*)::int as total from licences.paper where ${where}`,
  );
  const { waiting } = await tx.one<{ waiting: number }>(
    sql`select count(*)::int as waiting from licences.paper where ${mine} and status = 'entered'`,
  );
  const rows = await tx.rows<PaperRecord>(sql`select ${columns} from licences.paper where ${where}
    order by (status = 'entered') desc, entered_at desc, row_no limit ${filter.size} offset ${(filter.page - 1) * filter.size}`);
  return { rows, total, waiting };
}
