/** Terms of different units on one scale, for comparing what guides promise. Deadlines are never computed with this. */

const unitNames: Readonly<Record<string, string>> = { wd: '个工作日', nd: '个自然日', h: '小时', mo: '个月' };
/** Working days in one of the unit: 7 natural days hold about 5, a month about 21. */
const weights: Readonly<Record<string, number>> = { wd: 1, nd: 0.7, h: 1 / 24, mo: 21 };

/** About how many working days a term takes; 0 for text that is no term. */
export function weigh(term: string): number {
  const { amount, unit } = split(term);
  return amount * (weights[unit] ?? 0);
}

/** Whether `a` ends no later than `b`, exactly for the same unit and by weight otherwise. */
export function isWithin(a: string, b: string): boolean {
  const [left, right] = [split(a), split(b)];
  if (left.unit === right.unit) return left.amount <= right.amount;
  return weigh(a) <= weigh(b) + 1e-9;
}

/** `1.5个工作日`, `20个自然日`, `当日` for people. */
export function limitText(term: string): string {
  const { amount, unit } = split(term);
  if (amount === 0) return unit === 'h' ? '即时' : '当日';
  return `${amount}${unitNames[unit] ?? unit}`;
}

function split(term: string): { amount: number; unit: string } {
  const match = /^(\d+(?:\.\d+)?)(wd|nd|h|mo)$/.exec(term);
  return { amount: Number(match?.[1] ?? 0), unit: match?.[2] ?? '' };
}
