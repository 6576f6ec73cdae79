import type { FastifyInstance } from 'fastify';
import { AppError } from '../../kernel/errors.ts';
import { fileHeaders } from '../../kernel/files/index.ts';
import type { Platform } from '../../kernel/module.ts';
import { openEvidence } from './contract-work.ts';

/** Streams a piece of evidence after the same check as the endpoint. */
export function serveEvidence(http: FastifyInstance, platform: Platform): void {
  http.get<{ Params: { documentId: string } }>('/api/rating-documents/:documentId/content', async (request, reply) => {
    const actor = await platform.authenticate(request);
    const { documentId } = request.params;
    const document = await platform.invoke(openEvidence, { documentId }, actor, { requestId: request.id });
    const content = await platform.services.files.open(document.sha256);
    if (content === null) throw new AppError('RATING_FILE_NOT_FOUND');
    return reply.headers(fileHeaders(document)).send(content.stream);
  });
}
