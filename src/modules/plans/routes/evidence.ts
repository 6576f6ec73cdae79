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
