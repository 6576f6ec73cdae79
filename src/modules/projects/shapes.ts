import type { z } from 'zod';
import type * as views from './contract-views.ts';

/** The contract's shapes as types, for stores and rules of this module. */
export type ProjectState = views.ProjectState;
export type StageState = views.StageState;
export type Site = z.output<typeof views.site>;
export type Light = z.output<typeof views.light>;
export type TypeDecision = z.output<typeof views.typeDecision>;
export type StageView = z.output<typeof views.stageView>;
export type TrackView = z.output<typeof views.trackView>;
export type ItemView = z.output<typeof views.itemView>;
export type AttributionView = z.output<typeof views.attributionView>;
export type BudgetLineView = z.output<typeof views.budgetLine>;
export type BreakerView = z.output<typeof views.breakerView>;
export type ExclusionView = z.output<typeof views.exclusionView>;
export type AlertView = z.output<typeof views.alertView>;
