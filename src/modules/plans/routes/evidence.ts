import { AppError } from '../../../kernel/errors.ts';
import type { StoredFile } from '../../../kernel/endpoint.ts';
import type { Tx } from '../../../kernel/module.ts';

/** Evidence that somebody refers to must be there: a name and a hash alone prove nothing. */
export async function keptFiles(tx: Tx, files: readonly StoredFile[]): Promise<StoredFile[]> {
  for (const file of files) {
    if (!(await tx.services.files.has(file.sha256))) throw new AppError('EVIDENCE_UNKNOWN', { name: file.name });
  }
  return [...files];
}

/** The content of a file that was just uploaded. */
export async function bytesOf(tx: Tx, file: StoredFile): Promise<Uint8Array> {
  const content = await tx.services.files.open(file.sha256);
  if (content === null) throw new AppError('EVIDENCE_UNKNOWN', { name: file.name });
  const parts: Uint8Array[] = [];
  for await (const part of content.stream) parts.push(part);
  // A plain array: the reader of PDF files takes no Buffer.
  return new Uint8Array(Buffer.concat(parts));
}
