import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { fileHeaders } from '../../kernel/files/index.ts';
import type { Platform } from '../../kernel/module.ts';
import { explainAttribution, myAttribution } from './contract.ts';
import { attributionWorkbook } from './spreadsheet.ts';

/** The spreadsheet of an attribution, after the same check as the endpoint that gives it as JSON. */
export function serveDownloads(http: FastifyInstance, platform: Platform): void {
  for (const endpoint of [explainAttribution, myAttribution]) {
    http.get<{ Params: { projectId: string } }>(`${endpoint.path}.xlsx`, async (request, reply) =>
      sendWorkbook(platform, endpoint, request, reply),
    );
  }
}

async function sendWorkbook(
  platform: Platform,
  endpoint: typeof explainAttribution | typeof myAttribution,
  request: FastifyRequest<{ Params: { projectId: string } }>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const actor = await platform.authenticate(request);
  const view = await platform.invoke(endpoint, { projectId: request.params.projectId }, actor, {
    requestId: request.id,
  });
  const content = await attributionWorkbook(view);
  const headers = fileHeaders({ type: workbookType, size: content.length, name: `${view.code}每一天在谁手里.xlsx` });
  return reply.headers(headers).send(content);
}

const workbookType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
