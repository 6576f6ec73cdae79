import type { ErrorTable } from '../errors.ts';

export { createDiskFileStore } from './disk-store.ts';
export { acceptedTypes, acceptAttribute, detectType, type FileType } from './type.ts';
export { dispositionFor, fileHeaders, safeFileName } from './serving.ts';

export interface StoredFile {
  /** Lower-case hex; the name under which the content is kept. */
  sha256: string;
  size: number;
  /** Media type found in the content, one of `acceptedTypes`. The name a file came with says nothing. */
  type: string;
}

/**
 * Where file contents live. A content is named by its SHA-256, so it is kept once however often it is uploaded, never
 * changes, and may be cached and copied freely; who may read it, under which name, is the caller's business.
 *
 * A store on an S3-compatible service fits as it is: `put` writes to a temporary local file while hashing (the type can
 * only be told from the whole), then PutObject under `files/<sha256>` with `If-None-Match: *` (412 means: already
 * there) and `x-amz-checksum-sha256`; `open` is GetObject through the same verifying stream; `has` is HeadObject.
 */
export interface FileStore {
  /**
   * Keeps a content durably: when this resolves it survives a power cut. Throws AppError `FILE_EMPTY`,
   * `FILE_TOO_LARGE` or `FILE_TYPE_REFUSED`, and then nothing is kept.
   */
  put(source: Uint8Array | AsyncIterable<Uint8Array>, limits: { maxBytes: number }): Promise<StoredFile>;
  /** Null when there is no such content. The stream fails at its end if the content no longer has its hash. */
  open(sha256: string): Promise<{ stream: NodeJS.ReadableStream & AsyncIterable<Uint8Array>; size: number } | null>;
  has(sha256: string): Promise<boolean>;
}

export const fileErrors = {
  FILE_EMPTY: { status: 400, zh: '这个文件是空的，请检查后重新上传。' },
  FILE_TOO_LARGE: { status: 413, zh: '文件太大，最多 {limit}。图片可以先压缩，或者分成几个文件上传。' },
  FILE_TYPE_REFUSED: {
    status: 415,
    zh: '不能上传{found}。请上传 PDF、OFD、图片（JPG、PNG、WEBP）、Word（docx）、Excel（xlsx）、纯文本或 CSV 表格。',
  },
} as const satisfies ErrorTable;
