import { sql } from '../../../kernel/db.ts';
import type { StoredFile } from '../../../kernel/endpoint.ts';
import type { Tx } from '../../../kernel/module.ts';

export interface DocumentRow extends StoredFile {
  id: string;
  subjectId: string;
  uploadedBy: string | null;
}

export async function insertDocument(tx: Tx, id: string, subjectId: string, file: StoredFile): Promise<void> {
  await tx.exec(sql`insert into ratings.document (region, id, subject_id, sha256, name, type, size, uploaded_by, uploaded_at)
    values (${tx.region}, ${id}, ${subjectId}, ${file.sha256}, ${file.name}, ${file.type}, ${file.size}, ${tx.actor.accountId}, ${tx.now})`);
}

export function loadDocuments(tx: Tx, ids: readonly string[]): Promise<DocumentRow[]> {
  if (ids.length === 0) return Promise.resolve([]);
  return tx.rows(sql`select id, subject_id, sha256, name, type, size::int, uploaded_by from ratings.document
    where region = ${tx.region} and id = any (${ids as string[]}::uuid[]) order by uploaded_at, id`);
}
