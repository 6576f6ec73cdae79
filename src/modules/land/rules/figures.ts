import { checkUscc } from '../../../kernel/identifiers.ts';

/** What a firm declares for a year, before it is compared. */

export const figureStates = ['declared', 'returned', 'checked'] as const;
export type FigureState = (typeof figureStates)[number];
export const figureStateNames: Readonly<Record<FigureState, string>> = {
  declared: '已申报，等核对',
  returned: '已退回，请改正',
  checked: '已核对',
};

export interface FigureKind {
  id: string;
  name: string;
  unit: string;
  decimals: number;
}

/** Figures of the county's list only, each at its precision; what is left empty stays unknown. */
export function orderedFigures(
  kinds: readonly FigureKind[],
  given: Readonly<Record<string, number | null>>,
): { figures: Record<string, number | null>; faults: string[] } {
  const faults = Object.keys(given)
    .filter((id) => !kinds.some((kind) => kind.id === id))
    .map((id) => `没有“${id}”这一项`);
  const figures: Record<string, number | null> = {};
  for (const { id, name, decimals } of kinds) {
    const value = given[id] ?? null;
    figures[id] = value;
    if (value === null) continue;
    // A tax refund may be below nought; land, people and energy may not.
    if (value < 0 && !mayBeNegative.has(id)) faults.push(`“${name}”不能是负数`);
    if (Math.abs(value) > 1e9) faults.push(`“${name}”太大`);
    if (Math.abs(value * 10 ** decimals - Math.round(value * 10 ** decimals)) > 1e-6)
      faults.push(`“${name}”最多 ${decimals} 位小数`);
  }
  return { figures, faults };
}

const mayBeNegative: ReadonlySet<string> = new Set(['tax', 'valueAdded']);

/** 用地不足三亩: small plots are not ranked. Null when the rule says nothing. */
export function smallLandExemption(figures: Readonly<Record<string, number | null>>, minimumMu: number): string | null {
  const land = figures.landMu ?? null;
  return land !== null && land < minimumMu ? `用地不足 ${minimumMu} 亩` : null;
}

/** What is wrong with a 统一社会信用代码; null when it is sound. */
export function codeFault(uscc: string): string | null {
  return checkUscc(uscc);
}
