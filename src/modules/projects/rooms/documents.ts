import type { FastifyInstance } from 'fastify';
import { reachOf } from '../../../kernel/actor.ts';
import { sql } from '../../../kernel/db.ts';
import type { StoredFile } from '../../../kernel/endpoint.ts';
import { AppError } from '../../../kernel/errors.ts';
import { fileHeaders } from '../../../kernel/files/index.ts';
import { uuidv7 } from '../../../kernel/ids.ts';
import { route, type Platform, type Tx } from '../../../kernel/module.ts';
import type { Instant } from '../../../kernel/time.ts';
import { openRoomDocument, uploadRoomDocument } from '../contract-rooms-views.ts';
import { isOwn, visibleProject } from './access.ts';

/** Files of the rooms. The firm opens what it brought and what a room shares with it; staff whatever the project has. */

export interface RoomDocument extends StoredFile {
  id: string;
  projectId: string;
  uploadedBy: string;
  uploaderName: string;
  uploadedAt: Instant;
  shared: boolean;
}

export interface DocumentView extends StoredFile {
  id: string;
  uploadedAt: Instant;
  uploadedBy: string;
  shared: boolean;
}

export const documentRoutes = [
  route(uploadRoomDocument, async ({ tx, input }) => {
    const project = await visibleProject(tx, input.projectId);
    const { sha256, name, type, size } = input.document;
    const row =
      await tx.one<RoomDocument>(sql`insert into projects.room_document (region, id, project_id, sha256, name, type, size, uploaded_by,
        uploader_name, uploaded_at, shared)
      values (${tx.region}, ${uuidv7(Date.parse(tx.now))}, ${project.id}, ${sha256}, ${name}, ${type}, ${size}, ${tx.actor.accountId},
        ${tx.actor.name}, ${tx.now}, ${isOwn(tx, project)})
      returning ${columns}`);
    tx.note(`project:${project.id}`, '上传项目文件', { document: row.id, sha256 });
    return documentView(row);
  }),
  route(openRoomDocument, async ({ tx, input }) => {
    const row = await tx.maybe<RoomDocument>(sql`select ${columns} from projects.room_document
      where region = ${tx.region} and id = ${input.documentId}`);
    if (row === null || !(await mayOpen(tx, row))) throw new AppError('ROOM_DOCUMENT_NOT_FOUND');
    tx.note(`project:${row.projectId}`, '打开项目文件', { document: row.id, sha256: row.sha256 });
    return documentView(row);
  }),
];

/** Streams the content after the same check and the same journal entry as the endpoint. */
export function serveRooms(http: FastifyInstance, platform: Platform): void {
  http.get<{ Params: { documentId: string } }>('/api/room-documents/:documentId/content', async (request, reply) => {
    const actor = await platform.authenticate(request);
    const document = await platform.invoke(openRoomDocument, { documentId: request.params.documentId }, actor, {
      requestId: request.id,
    });
    const content = await platform.services.files.open(document.sha256);
    if (content === null) throw new AppError('ROOM_DOCUMENT_NOT_FOUND');
    return reply.headers(fileHeaders(document)).send(content.stream);
  });
}

/**
 * Puts documents of the project into a room; `share` opens them to the firm for good. Throws ROOM_DOCUMENT_NOT_FOUND
 * for one of another project, and for the firm one that is not its own.
 */
export async function attach(
  tx: Tx,
  projectId: string,
  ids: readonly string[],
  options: { share: boolean; ownOnly?: boolean },
): Promise<void> {
  const wanted = [...new Set(ids)];
  if (wanted.length === 0) return;
  const found = await tx.rows<{ id: string }>(sql`update projects.room_document set shared = shared or ${options.share}
    where region = ${tx.region} and project_id = ${projectId} and id = any(${wanted}::uuid[])
      and (${options.ownOnly !== true} or uploaded_by = ${tx.actor.accountId}) returning id`);
  if (found.length < wanted.length) throw new AppError('ROOM_DOCUMENT_NOT_FOUND');
}

/** Of several rooms at once, by id. */
export async function documentsById(
  tx: Tx,
  ids: readonly string[],
): Promise<(wanted: readonly string[]) => DocumentView[]> {
  const unique = [...new Set(ids)];
  const rows =
    unique.length === 0
      ? []
      : await tx.rows<RoomDocument>(sql`select ${columns} from projects.room_document
          where region = ${tx.region} and id = any(${unique}::uuid[])`);
  const known = new Map(rows.map((row) => [row.id, documentView(row)]));
  return (wanted) => wanted.flatMap((id) => known.get(id) ?? []);
}

const columns = sql`id, project_id, sha256, name, type, size::float8 as size, uploaded_by, uploader_name, uploaded_at, shared`;

async function mayOpen(tx: Tx, row: RoomDocument): Promise<boolean> {
  if (row.uploadedBy === tx.actor.accountId || (await isTakingPart(tx, row))) return true;
  try {
    const project = await visibleProject(tx, row.projectId);
    return row.shared || !isOwn(tx, project);
  } catch (error) {
    if (error instanceof AppError && error.code === 'PROJECT_NOT_FOUND') return false;
    throw error;
  }
}

/** A unit that is asked, or comes to the visit, sees what it is asked about even where it has no item in the project. */
async function isTakingPart(tx: Tx, row: RoomDocument): Promise<boolean> {
  const reach = reachOf(tx.actor, 'project.read');
  if (reach === 'all' || reach.length === 0) return false;
  const units = [...reach];
  const { takes } = await tx.one<{ takes: boolean }>(sql`select
    exists (select from projects.consultation c
      join projects.consultation_position p on p.region = c.region and p.consultation_id = c.id
      where c.region = ${tx.region} and c.project_id = ${row.projectId} and c.documents @> ${JSON.stringify([row.id])}::jsonb
        and p.unit_id = any(${units}::text[]))
    or exists (select from projects.acceptance a
      join projects.acceptance_department d on d.region = a.region and d.acceptance_id = a.id
      where a.region = ${tx.region} and a.project_id = ${row.projectId} and d.unit_id = any(${units}::text[])) as takes`);
  return takes;
}

function documentView(row: RoomDocument): DocumentView {
  const { id, sha256, name, type, size, uploadedAt, uploaderName, shared } = row;
  return { id, sha256, name, type, size, uploadedAt, uploadedBy: uploaderName, shared };
}
