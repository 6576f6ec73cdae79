import type { FastifyInstance } from 'fastify';
import writeXlsxFile from 'write-excel-file/node';
import { AppError } from '../../kernel/errors.ts';
import { fileHeaders } from '../../kernel/files/index.ts';
import type { Endpoint, OutputOf } from '../../kernel/endpoint.ts';
import type { Platform } from '../../kernel/module.ts';
import { openScan, paperForm } from './contract-papers.ts';
import { openCopy } from './contract-sharing.ts';

/** Copies with their purpose on them, scans of papers, and the empty sheet that papers are entered on. */
export function serveSharing(http: FastifyInstance, platform: Platform): void {
  const serve = <E extends Endpoint>(path: string, endpoint: E, missing: string) => {
    http.get<{ Params: Record<string, string> }>(path, async (request, reply) => {
      const actor = await platform.authenticate(request);
      const file = (await platform.invoke(endpoint, request.params, actor, { requestId: request.id })) as FileFacts;
      const content = await platform.services.files.open(file.sha256);
      if (content === null) throw new AppError(missing);
      return reply.headers(fileHeaders(file)).send(content.stream);
    });
  };
  serve('/api/licence-copies/:accessId/content', openCopy, 'COPY_NOT_FOUND');
  serve('/api/licence-papers/:paperId/scans/:sha256/content', openScan, 'PAPER_NOT_FOUND');

  http.get<{ Params: { typeId: string } }>('/api/licence-paper-forms/:typeId/workbook', async (request, reply) => {
    const actor = await platform.authenticate(request);
    const form = await platform.invoke(paperForm, request.params, actor, { requestId: request.id });
    const head = form.heads.map((value) => ({ value, fontWeight: 'bold' as const }));
    const columns = form.heads.map((value) => ({ width: Math.max(14, value.length * 3) }));
    const bytes = await writeXlsxFile([{ data: [head], sheet: '导入', columns }]).toBuffer();
    const type = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
    return reply.headers(fileHeaders({ type, name: `${form.typeName}导入表.xlsx` })).send(bytes);
  });
}

type FileFacts = OutputOf<typeof openCopy>;
