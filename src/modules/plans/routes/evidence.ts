import type { FastifyInstance } from 'fastify';
import { AppError } from '../../../kernel/errors.ts';
import type { StoredFile } from '../../../kernel/endpoint.ts';
import { fileHeaders } from '../../../kernel/files/index.ts';
import { route, type Platform, type Tx } from '../../../kernel/module.ts';
import { openEvidence } from '../contract-files.ts';
import { loadEvidence } from '../store/evidence.ts';

/** Opened by the units of the measure and by whoever reads for the whole county: the supervising office, leaders, auditors. */
export const evidenceRoutes = [
  route(openEvidence, async ({ tx, input, reach }) => {
    const record = await loadEvidence(tx, input.of, input.recordId);
    const file = record?.files.find((one) => one.sha256 === input.sha256);
    const opens = reach === 'all' || record?.units.some((unit) => reach.includes(unit)) === true;
    if (file === undefined || !opens) throw new AppError('EVIDENCE_NOT_FOUND');
    tx.note(`${input.of}:${input.recordId}`, '打开佐证材料', { name: file.name, sha256: file.sha256 });
    return file;
  }),
];

/** Streams the content after the same check and the same journal entry as the endpoint. */
export function serveEvidence(http: FastifyInstance, platform: Platform): void {
  http.get<{ Params: Record<'of' | 'recordId' | 'sha256', string> }>(
    `${openEvidence.path}/content`,
    async (request, reply) => {
      const actor = await platform.authenticate(request);
      const file = await platform.invoke(openEvidence, request.params, actor, { requestId: request.id });
      const content = await platform.services.files.open(file.sha256);
      if (content === null) throw new AppError('EVIDENCE_NOT_FOUND');
      return reply.headers(fileHeaders({ ...file, size: content.size })).send(content.stream);
    },
  );
}

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
