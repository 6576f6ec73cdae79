import type { FastifyInstance } from 'fastify';
import { fileHeaders } from '../../kernel/files/index.ts';
import type { Platform } from '../../kernel/module.ts';
import { readBriefing } from './contract-analysis.ts';

const docx = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';

/** The briefing by its endpoint with its permission, the file made of just that; the writer comes when first asked for. */
export function serveBriefing(http: FastifyInstance, platform: Platform): void {
  http.get<{ Querystring: { on?: string } }>('/api/hotline/briefing.docx', async (request, reply) => {
    const actor = await platform.authenticate(request);
    const asked = { on: request.query.on ?? '' };
    const view = await platform.invoke(readBriefing, asked, actor, { requestId: request.id });
    const { briefingDocx } = await import('./briefing-docx.ts');
    const content = await briefingDocx(view);
    const name = `${view.title} ${view.from}.docx`;
    return reply.headers(fileHeaders({ type: docx, name, size: content.length })).send(content);
  });
}
