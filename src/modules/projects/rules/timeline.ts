/** One item of a project as its case tells it: who had it when. The shape in which `cases` answers for a project. */
export type { ItemTimeline, ProcedureHolder, Span, SpanHolder } from '../../cases/rules/timeline.ts';
