import { defaultSettings } from '../../../calendar/index.ts';
import type { AttributionSettings } from './attribution-types.ts';

/** Choices that national law leaves open. The county's file replaces them; each has its reason here. */
export const defaultAttributionSettings: AttributionSettings = {
  clock: defaultSettings,
  trackDaysAreUnits: true,
  ownTrackKeepsClockRunning: true,
  preReviewedSameDay: true,
  unitNames: {},
};
