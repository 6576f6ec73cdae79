import type { FastifyInstance } from 'fastify';
import { AppError } from '../../kernel/errors.ts';
import { fileHeaders } from '../../kernel/files/index.ts';
import type { Platform } from '../../kernel/module.ts';
import { openLandDocument } from './contract-assessments.ts';

/** Streams a paper after the same check as the endpoint. */
export function serveDocuments(http: FastifyInstance, platform: Platform): void {
  http.get<{ Params: { documentId: string } }>('/api/land/documents/:documentId/content', async (request, reply) => {
    const actor = await platform.authenticate(request);
    const { documentId } = request.params;
    const document = await platform.invoke(openLandDocument, { documentId }, actor, { requestId: request.id });
    const content = await platform.services.files.open(document.sha256);
    if (content === null) throw new AppError('LAND_FILE_NOT_FOUND');
    return reply.headers(fileHeaders(document)).send(content.stream);
  });
}
