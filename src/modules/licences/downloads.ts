import type { FastifyInstance } from 'fastify';
import { AppError } from '../../kernel/errors.ts';
import { fileHeaders } from '../../kernel/files/index.ts';
import type { Platform } from '../../kernel/module.ts';
import { anonymous } from '../../kernel/actor.ts';
import { exportLicences, openLicenceFile } from './contract-desk.ts';
import { trustAnchors } from './contract-verify.ts';
import { rateLimit } from './limit.ts';
import { offlineVerifier } from './offline.ts';

/** What is not an endpoint: the files themselves, the list as a workbook, the verifier to take along, the root. */
export function serveDownloads(http: FastifyInstance, platform: Platform): void {
  const limit = rateLimit(platform.services.clock, 120);
  http.addHook('onRequest', (request, _reply, done) => {
    if (request.url.startsWith('/api/verify/')) limit(request);
    done();
  });

  http.get<{ Params: { licenceId: string; format: string } }>(
    '/api/licences/:licenceId/files/:format/content',
    async (request, reply) => {
      const actor = await platform.authenticate(request);
      const file = await platform.invoke(openLicenceFile, request.params, actor, { requestId: request.id });
      const content = await platform.services.files.open(file.sha256);
      if (content === null) throw new AppError('LICENCE_FILE_NOT_FOUND');
      return reply.headers(fileHeaders(file)).send(content.stream);
    },
  );

  http.get('/api/licences/export/workbook', async (request, reply) => {
    const actor = await platform.authenticate(request);
    const list = await platform.invoke(exportLicences, request.query, actor, { requestId: request.id });
    const { licencesWorkbook } = await import('./workbook.ts');
    const type = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
    return reply.headers(fileHeaders({ type, name: '证照清单.xlsx' })).send(await licencesWorkbook(list));
  });

  http.get('/verify/offline.html', async (request, reply) => {
    limit(request);
    const page = await platform.runner.asSystem('licences.offline', 'job', offlineVerifier);
    return reply
      .header('content-type', 'text/html; charset=utf-8')
      .header('content-disposition', `attachment; filename="yingshang-verifier.html"`)
      .header('cache-control', 'no-cache')
      .send(page);
  });

  const anchors = (requestId: string) => platform.invoke(trustAnchors, {}, anonymous, { requestId });
  http.get('/verify/root.pem', async (request, reply) => {
    limit(request);
    const { roots } = await anchors(request.id);
    return reply.header('content-type', 'application/x-pem-file').send(roots.map(({ pem }) => pem).join(''));
  });
  http.get('/verify/revoked.crl', async (request, reply) => {
    limit(request);
    const { revocationList } = await anchors(request.id);
    const body = (revocationList?.pem ?? '').replace(/-----[^-]+-----|\s/g, '');
    return reply.header('content-type', 'application/pkix-crl').send(Buffer.from(body, 'base64'));
  });
}
