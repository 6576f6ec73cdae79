/** Search in the process, without a native library: build an index from plain documents, ask it, throw it away. */
export { buildIndex } from './postings.ts';
export type { FieldName, IndexOptions, SearchDocument, SearchIndex } from './postings.ts';
export { search } from './search.ts';
export type { Match, SearchHit, SearchRequest, SearchResult } from './search.ts';
export { suggest } from './suggest.ts';
export type { Suggestion } from './suggest.ts';
export { buildThesaurus } from './thesaurus.ts';
export type { SynonymGroup, Thesaurus } from './thesaurus.ts';
export { compact, normalise, runsOf } from './text.ts';
export type { Run } from './text.ts';
