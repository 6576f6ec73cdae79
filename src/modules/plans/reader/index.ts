/** The reader of official documents: text or a file in, what it asks of whom out. Pure but for taking files apart. */
export { readPlan } from './read-plan.ts';
export { readPlanFile, NotADocument, type PlanFile } from './file.ts';
export { toOutput, type PlanEntry, type PlanOutput } from './entries.ts';
export type * from './types.ts';
