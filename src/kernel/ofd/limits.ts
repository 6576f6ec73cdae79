import type { ZipLimits } from './unzip.ts';

/** What a reader at a public door takes on: a licence has a few hundred kilobytes. */
export const defaultLimits: ZipLimits = {
  fileBytes: 30_000_000,
  entries: 2000,
  entryBytes: 40_000_000,
  totalBytes: 120_000_000,
  ratio: 200,
};
