import { z } from 'zod';
import { endpoint, instant, localDate, storedFile, uuid } from '../../kernel/endpoint.ts';

/** What several rooms take or show, and the files that all of them share. */

export const projectId = { projectId: uuid };
/** One of the stages of the county's flow: land, works, permit, acceptance, or what its data adds. */
export const stageId = z.string().trim().min(1).max(64);
export const unitId = z.string().trim().min(1).max(64);
export const note = z.string().trim().max(1000).default('');
export const legalBasis = z.object({ title: z.string(), article: z.string() });

/** A file in a room. Its content is served at `/api/room-documents/:documentId/content`. */
export const roomDocument = z.object({
  id: uuid,
  uploadedAt: instant,
  uploadedBy: z.string(),
  /** The firm may open it too. */
  shared: z.boolean(),
  ...storedFile.shape,
});
export const documentIds = z.array(uuid).max(30).default([]);

/** A duty of this room: who owes what until when. */
export const dutyView = z.object({
  taskId: uuid,
  title: z.string(),
  unitName: z.string(),
  dueOn: localDate,
  light: z.enum(['green', 'yellow', 'red', 'paused', 'done']),
});

/** What the caller may do here now, with its basis. */
export const stepView = z.object({ step: z.string(), zh: z.string(), basis: legalBasis });

export const sampleId = '0190a0a0-0000-7000-8000-000000000000';

export const uploadRoomDocument = endpoint({
  id: 'projects.uploadRoomDocument',
  method: 'POST',
  path: '/api/projects/:projectId/room-documents',
  summary: '上传项目文件（会商资料、测量成果、现场照片、整改证明）',
  permission: 'signedIn',
  scope: 'own',
  upload: true,
  input: z.object({ ...projectId, document: storedFile }),
  output: roomDocument,
  errors: ['PROJECT_NOT_FOUND', 'FILE_TYPE_REFUSED', 'FILE_TOO_LARGE', 'FILE_EMPTY'],
  status: 201,
});

export const openRoomDocument = endpoint({
  id: 'projects.openRoomDocument',
  method: 'GET',
  path: '/api/room-documents/:documentId',
  summary: '打开一份项目文件（读取留痕）',
  permission: 'signedIn',
  scope: 'own',
  readsPersonalData: true,
  input: z.object({ documentId: uuid }),
  output: roomDocument,
  errors: ['ROOM_DOCUMENT_NOT_FOUND'],
});
