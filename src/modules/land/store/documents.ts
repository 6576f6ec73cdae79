import { sql } from '../../../kernel/db.ts';
import type { StoredFile } from '../../../kernel/endpoint.ts';
import type { Tx } from '../../../kernel/module.ts';

export interface DocumentRow extends StoredFile {
  id: string;
  unitId: string | null;
  uploadedBy: string | null;
}

export async function insertDocument(tx: Tx, id: string, file: StoredFile, unitId: string | null): Promise<void> {
  await tx.exec(sql`insert into land.document (region, id, sha256, name, type, size, unit_id, uploaded_by, uploaded_at)
    values (${tx.region}, ${id}, ${file.sha256}, ${file.name}, ${file.type}, ${file.size}, ${unitId}, ${tx.actor.accountId}::uuid, ${tx.now})`);
}

export interface DocumentUse extends DocumentRow {
  /** A result that is or was public refers to it. */
  isPublic: boolean;
  /** The firm whose agreement or commitment it is. */
  uscc: string | null;
}

export function loadDocument(tx: Tx, id: string): Promise<DocumentUse | null> {
  return tx.maybe(sql`select d.id, d.sha256, d.name, d.type, d.size::int, d.unit_id, d.uploaded_by,
      exists (select from land.assessment a where a.region = d.region and a.document_id = d.id and a.state <> 'draft') as is_public,
      (select p.uscc from land.plot p where p.region = d.region
        and (p.state->'agreement'->>'documentId' = d.id::text or p.state->'commitment'->>'documentId' = d.id::text) limit 1) as uscc
    from land.document d where d.region = ${tx.region} and d.id = ${id}`);
}

export function loadDocumentNames(tx: Tx, ids: readonly string[]): Promise<{ id: string; name: string }[]> {
  if (ids.length === 0) return Promise.resolve([]);
  return tx.rows(
    sql`select id, name from land.document where region = ${tx.region} and id = any (${ids as string[]}::uuid[])`,
  );
}
