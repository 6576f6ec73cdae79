import type { FastifyInstance } from 'fastify';
import { AppError } from '../../kernel/errors.ts';
import { fileHeaders } from '../../kernel/files/index.ts';
import type { Platform } from '../../kernel/module.ts';
import { openAttachment } from './contract-intake.ts';

/** Streams an attachment after the same check as the endpoint. */
export function serveAttachments(http: FastifyInstance, platform: Platform): void {
  http.get<{ Params: { attachmentId: string }; Querystring: { code?: string } }>(
    '/api/hotline/attachments/:attachmentId/content',
    async (request, reply) => {
      const actor = await platform.authenticate(request);
      const asked = { attachmentId: request.params.attachmentId, code: request.query.code ?? '' };
      const file = await platform.invoke(openAttachment, asked, actor, { requestId: request.id });
      const content = await platform.services.files.open(file.sha256);
      if (content === null) throw new AppError('TICKET_DOCUMENT_NOT_FOUND');
      return reply.headers(fileHeaders(file)).send(content.stream);
    },
  );
}
