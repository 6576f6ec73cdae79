import { sql } from '../../../kernel/db.ts';
import type { StoredFile } from '../../../kernel/endpoint.ts';
import { uuidv7 } from '../../../kernel/ids.ts';
import type { Tx } from '../../../kernel/module.ts';
import type { Instant } from '../../../kernel/time.ts';

export interface AttachmentRow extends StoredFile {
  id: string;
  ticketId: string | null;
  side: 'caller' | 'unit' | 'desk';
  accountId: string | null;
  unitId: string | null;
  released: boolean;
  uploadedAt: Instant;
}

const columns = sql`id, ticket_id, sha256, name, type, size::int, side, account_id, unit_id, released, uploaded_at`;

export async function insertAttachment(
  tx: Tx,
  file: StoredFile,
  side: AttachmentRow['side'],
  ticketId: string | null,
): Promise<string> {
  const id = uuidv7(Date.parse(tx.now));
  const { accountId, unitId } = tx.actor;
  await tx.exec(sql`insert into hotline.attachment (region, id, ticket_id, sha256, name, type, size, side, account_id, unit_id, uploaded_at)
    values (${tx.region}, ${id}, ${ticketId}::uuid, ${file.sha256}, ${file.name}, ${file.type}, ${file.size}, ${side}, ${accountId}::uuid,
      ${unitId}, ${tx.now})`);
  return id;
}

/** Ties what was uploaded beforehand to its ticket; what belongs to another ticket or another account is not taken. */
export function bindAttachments(tx: Tx, ids: readonly string[], ticketId: string): Promise<number> {
  if (ids.length === 0) return Promise.resolve(0);
  return tx.exec(sql`update hotline.attachment set ticket_id = ${ticketId} where region = ${tx.region}
    and id = any (${ids as string[]}::uuid[]) and ticket_id is null and (account_id is null or account_id = ${tx.actor.accountId}::uuid)`);
}

export function loadAttachment(tx: Tx, id: string): Promise<AttachmentRow | null> {
  return tx.maybe(sql`select ${columns} from hotline.attachment where region = ${tx.region} and id = ${id}`);
}

export function attachmentsOf(tx: Tx, ticketId: string): Promise<AttachmentRow[]> {
  return tx.rows(
    sql`select ${columns} from hotline.attachment where region = ${tx.region} and ticket_id = ${ticketId} order by uploaded_at, id`,
  );
}

export function releaseAttachment(tx: Tx, id: string): Promise<number> {
  return tx.exec(sql`update hotline.attachment set released = true where region = ${tx.region} and id = ${id}`);
}
