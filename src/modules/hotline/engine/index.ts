/**
 * The engines of the hotline: which unit a ticket belongs to, which entry answers a question, which tickets are alike.
 * Pure: no clock, no store, no network; texts go in, ids and reasons come out. The product and the command line for
 * measuring use the same code.
 */
import { KnowledgeIndex, type KnowledgeDoc } from './knowledge-index.ts';
import { SimilarTexts } from './similar-texts.ts';
import type { SynonymGroup } from '../../../kernel/search/index.ts';

export { trainDispatch } from './training.ts';
export type { TrainOptions } from './training.ts';
export { DispatchModel, loadDispatch } from './dispatch-model.ts';
export type { DispatchRow, DispatchSuggestion, SuggestedUnit, SuggestRequest } from './dispatch-model.ts';
export type { DutyLexicon, UnitDuties } from './lexicon.ts';
export { EngineFormatError } from './packing.ts';
export { evaluateDispatch, evaluateKnowledge } from './evaluation.ts';
export type { DispatchEvaluation, KnowledgeEvaluation } from './evaluation.ts';
export type { KnowledgeDoc, KnowledgeHit, KnowledgeIndex, KnowledgeRequest } from './knowledge-index.ts';
export type { SimilarRequest, SimilarText, SimilarTexts } from './similar-texts.ts';

export function knowledgeIndex(
  entries: readonly KnowledgeDoc[] = [],
  options: { synonyms?: readonly SynonymGroup[] } = {},
): KnowledgeIndex {
  return new KnowledgeIndex(entries, options);
}

export function similarTexts(entries: readonly { id: string; text: string }[] = []): SimilarTexts {
  return new SimilarTexts(entries);
}
