import type { BundleDefinition, ItemDefinition } from './definition.ts';
import type { Elements } from './conditions.ts';

/** What one applies for: a single item, or a bundle with its items, each in one fixed version. */
export interface Service {
  id: string;
  kind: 'item' | 'bundle';
  name: string;
  summary: string;
  /** Of the bundle, or of the single item. */
  version: number;
  bundle: BundleDefinition | null;
  /** In the order of the bundle. */
  items: ServiceItem[];
  /** Every data element that the bundle or an item speaks of, as it was on publishing. */
  elements: Elements;
  /** Names of the units that appear: `approval-bureau` → 县行政审批局. */
  unitNames: Readonly<Record<string, string>>;
}

export interface ServiceItem {
  definition: ItemDefinition;
  version: number;
  /** 实施编码, 31 characters. */
  itemCode: string;
}
