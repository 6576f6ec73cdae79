/** The hotline: its engines, which the command line measures with too. */
export { evaluateDispatch, evaluateKnowledge, knowledgeIndex, trainDispatch } from './engine/index.ts';
export type { DispatchRow, KnowledgeDoc } from './engine/index.ts';
