import type { FastifyInstance } from 'fastify';
import { reachOf } from '../../kernel/actor.ts';
import { AppError } from '../../kernel/errors.ts';
import { fileHeaders } from '../../kernel/files/index.ts';
import { route, type Platform, type Tx } from '../../kernel/module.ts';
import { materialsFor } from '../catalogue/index.ts';
import { openDocument } from './contract.ts';
import { documentView, serviceOf } from './routes/applications.ts';
import { loadApplication, loadDocument } from './store/applications.ts';
import { loadCasesOf } from './store/cases.ts';

export const documentRoutes = [
  route(openDocument, async ({ tx, input }) => {
    const row = await loadDocument(tx, input.documentId);
    if (row === null || !(await mayOpen(tx, row.applicationId, row.materialKey)))
      throw new AppError('DOCUMENT_NOT_FOUND');
    tx.note(`application:${row.applicationId}`, '打开材料', { document: row.id, sha256: row.sha256 });
    return documentView(row);
  }),
];

/** Streams the content after the same check and the same journal entry as the endpoint. */
export function serveDocuments(http: FastifyInstance, platform: Platform): void {
  http.get<{ Params: { documentId: string } }>('/api/documents/:documentId/content', async (request, reply) => {
    const actor = await platform.authenticate(request);
    const document = await platform.invoke(openDocument, { documentId: request.params.documentId }, actor, {
      requestId: request.id,
    });
    const content = await platform.services.files.open(document.sha256);
    if (content === null) throw new AppError('DOCUMENT_NOT_FOUND');
    return reply.headers(fileHeaders(document)).send(content.stream);
  });
}

/** The applicant opens his own; a unit opens what the item it works on asks for. */
async function mayOpen(tx: Tx, applicationId: string, materialKey: string): Promise<boolean> {
  const application = await loadApplication(tx, applicationId);
  if (application?.accountId === tx.actor.accountId) return true;
  const reach = reachOf(tx.actor, 'case.read');
  if (reach === 'all') return application?.state === 'filed';
  if (reach.length === 0) return false;
  const cases = await loadCasesOf(tx, applicationId);
  const working = cases.filter(
    (one) => reach.includes(one.unitId) || one.state.steps.some((step) => reach.includes(step.unitId)),
  );
  if (application === null || working.length === 0) return false;
  const needs = materialsFor(await serviceOf(tx, application), application.answers, { complete: true });
  return needs.some(
    (need) => need.key === materialKey && need.items.some((part) => working.some((one) => one.itemId === part.id)),
  );
}
